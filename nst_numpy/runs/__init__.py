"""A painting that is kept while it is painted: resumed to the same bytes, replayed, filmed.

To be read in this order:

- `tables`   settings and pictures' names as plain values; TOML is written here, and read
- `lock`     one process at a time
- `folder`   what lies in the folder of a run
- `checkpoint`   a `Step` in a file, and back
- `trace`    a line for each step
- `found`    how far an earlier process got
- `recording`   passes steps on, and writes all of it meanwhile
- `commission`   what is painted in Python, written into a folder and read
- `painting`   paint into a folder and go on from there, in Python; `replaying`, paint it again
- `reporting`   a page to look at
- `films` and their `curves`, `sweeps`, their `grid` and `sheet`   what is made of several pictures
"""

from nst_numpy.runs.films import film
from nst_numpy.runs.folder import RunFolder
from nst_numpy.runs.painting import paint, resume
from nst_numpy.runs.replaying import replay
from nst_numpy.runs.reporting.report import report
from nst_numpy.runs.sheet import contact_sheet
from nst_numpy.runs.sweeps import sweep
from nst_numpy.runs.trace import read_trace, write_csv

__all__ = [
    "RunFolder",
    "contact_sheet",
    "film",
    "paint",
    "read_trace",
    "replay",
    "report",
    "resume",
    "sweep",
    "write_csv",
]
