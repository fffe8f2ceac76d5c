"""A run to look at: one page of HTML, with its pictures in it.

- `told`      what the folder tells
- `measured`  what is measured once more: Gram matrices, and where the gradient still pulls
- `drawn`, `curves`   pictures and curves as they stand in a page
- `commands`  the command that repeats it; what was told against what was taken
- `words`     escaped, in figures and tables
- `sections`, `pulling`   what the page shows of either
- `report`    the page, by the template beside it
"""

from nst_numpy.runs.reporting.report import report

__all__ = ["report"]
