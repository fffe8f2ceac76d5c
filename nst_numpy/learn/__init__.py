"""Learnt by doing: write the gradient yourself, and be told which mistake you made.

In a notebook ``nst.learn.check("conv-backward", my_function)`` says whether it is right, and
what it looks like if it is not. ``python -m nst_numpy learn start workbook`` writes a folder of
small files with gaps.

- `task`, `tasks`   what a task is; the tasks, in the order of the data
- `showing`, `pages`, `workbook`   the folder: its files, and what is remembered of it
- `calls`, `values`, `loading`, `worker`, `running`   run somebody's file in a process of its own
- `judging`         what is said of what came back: `diagnosis` and `mistakes`, finite differences
- `asking`          the same for a function in a notebook
- `painting`        paint with what somebody wrote
- `grading`         many folders
"""

from nst_numpy.learn.asking import Answer, check, try_example
from nst_numpy.learn.tasks import TASKS

__all__ = ["TASKS", "Answer", "check", "try_example"]
