"""Pictures larger than memory: the same J and dJ/dG, a strip of rows at a time.

- `cutting`  a picture cut into strips of rows, with their halo: a value
- `strips`   J and dJ/dG, one strip after the other
- `cluster`  the same, each strip on another machine; `worker` does one, and `crew` knows Dask
- `shelves`  what L-BFGS remembers, as rows on the workers
"""

from nst_numpy.large.cutting import Strip, cut, halo, reach, rows_of
from nst_numpy.large.strips import Strips

__all__ = ["Strip", "Strips", "cut", "halo", "reach", "rows_of"]
