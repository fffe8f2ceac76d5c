"""Make the notebooks: each page with code, its text as it is, and what its cells print.

    python docs/notebooks/make.py            # all
    python docs/notebooks/make.py 05-content # these

The pages are the source. A notebook differs from its page in its links, which lead one folder
further, and in what only a built page knows: a piece of source is its link, a reference to a
formula its name. Where the cells of a page are as they were, their outputs are kept; else they are
run. A test checks the text of the notebooks against the pages.
"""

import json
import re
import sys
import tomllib
from base64 import b64decode, b64encode
from io import BytesIO
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DOCS = HERE.parent
EXECUTED = DOCS / "jupyter_execute"  # by the last build
LARGE = 40_000  # bytes of a picture in PNG, from where on it becomes a JPEG
CELL = re.compile(r"^```\{code-cell\} ipython3\n((?::[^\n]*\n)*)(.*?)^```$", re.S | re.M)

Cell = dict[str, Any]


def pages() -> list[Path]:
    """Return the pages that have code."""
    return [page for page in sorted(DOCS.glob("*.md")) if "file_format: mystnb" in page.read_text()]


def cells_of(page: Path) -> list[Cell]:
    """Cut a page into cells, without outputs."""
    text = page.read_text()
    text = text[text.index("\n---\n", 3) + 5 :]  # after the head
    cells, end = [], 0
    for found in CELL.finditer(text):
        cells += markdown(text[end : found.start()])
        cells.append(code(found[2].strip("\n")))
        end = found.end()
    cells += markdown(text[end:])
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    return cells


def code(source: str) -> Cell:
    """Return a cell of code that has not been run."""
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": source.splitlines(keepends=True),
    }


def markdown(text: str) -> list[Cell]:
    """Return a cell of text, as a notebook can show it; none if there is no text."""
    names = tomllib.loads((DOCS / "formulas.toml").read_text())
    text = re.sub(r"^```\{literalinclude\}.*?^```\n+", "", text, flags=re.S | re.M)
    text = re.sub(r"\{eq\}`([^`]*)`", lambda m: f"({names[m[1]]['name']})", text)
    text = re.sub(r"\{download\}`([^`<]*) <[^`]*>`", r"`\1`", text)
    text = re.sub(r"^\$\$ \(\S+\)$", "$$", text, flags=re.M)
    text = re.sub(r"\]\((?!https?:|#)", "](../", text).strip("\n")
    if not text:
        return []
    return [{"cell_type": "markdown", "metadata": {}, "source": text.splitlines(keepends=True)}]


def of_code(cells: list[Cell]) -> list[str]:
    """Return the code of each cell that has some."""
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def outputs_of(page: Path, cells: list[Cell]) -> list[list[dict[str, Any]]]:
    """Return what the cells print: as it was, if they are as they were; else run them."""
    for folder in (HERE, EXECUTED):
        file = folder / f"{page.stem}.ipynb"
        if file.exists():
            before = json.loads(file.read_text())["cells"]
            same = [one.strip("\n") for one in of_code(before)] == of_code(cells)
            outputs = [one["outputs"] for one in before if one["cell_type"] == "code"]
            if same and any(outputs):
                return outputs
    return run(cells)


def run(cells: list[Cell]) -> list[list[dict[str, Any]]]:
    """Run the cells in the folder of the pages."""
    import nbformat
    from nbclient import NotebookClient

    whole = [
        one | ({"outputs": [], "execution_count": None} if one["cell_type"] == "code" else {})
        for one in cells
    ]
    notebook = nbformat.reads(json.dumps(frame(whole)), 4)  # which joins the lines of a source
    NotebookClient(
        notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(DOCS)}}
    ).execute()
    return [one["outputs"] for one in notebook["cells"] if one["cell_type"] == "code"]


def smaller(output: dict[str, Any]) -> dict[str, Any]:
    """Return an output without what no reader needs, and with a large picture as a JPEG."""
    from PIL import Image

    output = {key: value for key, value in output.items() if key != "execution_count"}
    if output["output_type"] == "execute_result":
        output["execution_count"] = None
    if "data" not in output:
        return output
    data = {kind: one for kind, one in output["data"].items() if kind != "text/html"}
    png = b64decode(data.get("image/png", ""))
    if len(png) > LARGE:
        file = BytesIO()
        with Image.open(BytesIO(png)).convert("RGBA") as picture:
            paper = Image.new("RGBA", picture.size, "white")
            paper.alpha_composite(picture)
            paper.convert("RGB").save(file, "JPEG", quality=75, optimize=True)
        del data["image/png"]
        data["image/jpeg"] = b64encode(file.getvalue()).decode()
    return output | {"data": data, "metadata": {}}


def frame(cells: list[Cell]) -> dict[str, Any]:
    """Make a notebook of cells."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def make(page: Path) -> None:
    """Write the notebook of one page."""
    cells = cells_of(page)
    outputs = iter(outputs_of(page, cells))
    for cell in cells:
        if cell["cell_type"] == "code":
            cell["outputs"] = [smaller(dict(one)) for one in next(outputs)]
    text = json.dumps(frame(cells), indent=1, ensure_ascii=False)
    (HERE / f"{page.stem}.ipynb").write_text(text + "\n")


def main(names: list[str]) -> None:
    for page in pages():
        if not names or page.stem in names:
            make(page)


if __name__ == "__main__":
    main(sys.argv[1:])
