"""The file of a task, as a learner gets it: what is asked for, an example, and a gap."""

from inspect import cleandoc
from pathlib import Path
from textwrap import fill, indent

from nst_numpy.learn.showing import example, signature
from nst_numpy.learn.task import Task
from nst_numpy.learn.tasks import TASKS

GAP = 'raise NotImplementedError("your turn")'
PAGE = '''"""Task {number} of {count}, {name}: {title}.

{question}

The formula:

{formula}

What goes in, and what comes out:

{shapes}

An example:

{example}

Stuck?     python -m nst_numpy learn hint {folder} {name}
Finished?  python -m nst_numpy learn check {folder} {name}
The chapter: {chapter}
"""

{imports}


def {function}{signature}:
    """Return {returns}."""
    {gap}


if __name__ == "__main__":  # python {file}: your function on the example
    from nst_numpy.learn import try_example

    try_example("{name}", {function})
'''


def file_of(task: Task) -> str:
    """Return the name of a task's file; the number keeps them in the order of the data."""
    return f"step{number_of(task):02}_{task.function}.py"


def number_of(task: Task) -> int:
    """Return which task this is, from 1."""
    return list(TASKS).index(task.name) + 1


def page(task: Task, folder: Path | str = "workbook") -> str:
    """Write the file of a task; the example is computed by the reference, here and now."""
    returns = task.returns[0] if len(task.returns) == 1 else f"({', '.join(task.returns)})"
    return PAGE.format(
        number=number_of(task),
        count=len(TASKS),
        name=task.name,
        title=task.title,
        question=fill(cleandoc(task.question), 79),
        formula=indent(task.formula, "    "),
        shapes=indent(cleandoc(task.shapes), "    "),
        example=indent(example(task), "    "),
        folder=folder,
        chapter=task.chapter,
        imports=task.imports,
        function=task.function,
        signature=signature(task),
        returns=returns,
        gap=GAP,
        file=file_of(task),
    )
