"""Make the course's exercise, a page of the book, a notebook to download as well."""

from pathlib import Path

import jupytext

SOURCE = Path(__file__).parent.parent / "course-exercise.md"
NOTEBOOK = Path(__file__).parent.parent / "_made" / "course-exercise.ipynb"


def convert(app) -> None:
    NOTEBOOK.parent.mkdir(exist_ok=True)
    jupytext.write(jupytext.read(SOURCE), NOTEBOOK, fmt="ipynb")


def setup(app):
    app.connect("builder-inited", convert)
    return {"parallel_read_safe": True}
