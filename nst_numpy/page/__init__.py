"""A page on this machine: drop two pictures, paint, watch it grow. It needs the extra ``page``.

The page is a visitor's; what paints is the command line in a process of its own, into the folder of
a run. So a painting goes on whether anybody looks or not, and can be stopped and gone on with.

- `choices`   what can be chosen, with its limits
- `uploads`, `opening`   a picture from a visitor: as hostile as any file
- `jobs`      a painting or an experiment, and the process that works on it
- `state`     what is shown of a job, read from its folder
- `making`    reports, films and whole runs, when somebody asks for them
- `visitors`  each has a folder and jobs of their own
- `answers`   what all answers have in common
- `front`, `pictures`, `paintings`, `watching`   the rooms that answer
- `application`   the addresses, and who may ask for what
- `serving`   on the loopback alone, until somebody stops it
"""

from nst_numpy.page.serving import serve

__all__ = ["serve"]
