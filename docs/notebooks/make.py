"""Make the notebooks: each page with code, its text as it is, and what its cells print.

    python docs/notebooks/make.py            # all
    python docs/notebooks/make.py 05-content # these

The pages are the source. A notebook differs from its page in its links, which lead one folder
further, and in what only a built page knows: a piece of source stands there itself, and a
reference to a formula is its name. Where the cells of a page are as they were, their outputs are
kept; else they are run. A test holds the text of the notebooks against the pages, and the table in
``formulas.md``, which is written too, against the map.
"""

import ast
import json
import re
import sys
import tomllib
from base64 import b64decode, b64encode
from io import BytesIO
from pathlib import Path
from textwrap import dedent
from typing import Any

HERE = Path(__file__).parent
DOCS = HERE.parent
EXECUTED = DOCS / "jupyter_execute"  # by the last build
MAP = DOCS / "formulas.md"
LARGE = 40_000  # bytes of a picture in PNG, from where on it becomes a JPEG
CELL = re.compile(r"^```\{code-cell\} ipython3\n((?::[^\n]*\n)*)(.*?)^```$", re.S | re.M)
INCLUDED = re.compile(r"^```\{literalinclude\} (\S+)\n(.*?)^```$", re.S | re.M)

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
    text = re.sub(r"\{eq\}`([^`]*)`", lambda m: f"({names[m[1]]['name']})", text)
    text = re.sub(r"\{download\}`([^`<]*) <[^`]*>`", r"`\1`", text)
    text = re.sub(r"^\$\$ \(\S+\)$", "$$", text, flags=re.M)
    text = re.sub(r"\]\((?!https?:|#)", "](../", text).strip("\n")
    text = INCLUDED.sub(lambda m: fenced(m[1], m[2]), text)
    if not text:
        return []
    return [{"cell_type": "markdown", "metadata": {}, "source": text.splitlines(keepends=True)}]


def fenced(path: str, options: str) -> str:
    """Return a piece of source as a page includes it: an object, or from one line to another."""
    chosen = dict(re.findall(r'^:([\w-]+): "?(.*?)"?$', options, re.M))
    source = (DOCS / path).read_text()
    if "pyobject" in chosen:
        piece = object_of(source, chosen["pyobject"])
    else:
        piece = between(source, chosen["start-at"], chosen["end-at"])
    return f"```{chosen.get('language', '')}\n{dedent(piece)}\n```"


def object_of(source: str, name: str) -> str:
    """Return the lines of a function, a class or a method, with its decorators."""
    node: Any = ast.parse(source)
    for part in name.split("."):
        node = next(one for one in node.body if getattr(one, "name", "") == part)
    first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
    return "\n".join(source.splitlines()[first - 1 : node.end_lineno])


def between(source: str, start: str, end: str) -> str:
    """Return the lines from the first that holds `start` to the next that holds `end`."""
    lines = source.splitlines()
    first = next(n for n, line in enumerate(lines) if start in line)
    last = next(n for n, line in enumerate(lines) if n >= first and end in line)
    return "\n".join(lines[first : last + 1])


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


def printed_once(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Join what a cell printed in one go, each line once.

    A build that merges the streams of a cell into the first leaves the others where they are: there
    the first ends with all of the rest.
    """
    joined: list[dict[str, Any]] = []
    for number, one in enumerate(outputs):
        text = printed(one)
        rest = "".join(printed(other) for other in outputs[number + 1 :] if alike(other, one))
        if text and joined and alike(joined[-1], one):
            joined[-1] = one | {"text": printed(joined[-1]) + text}
        elif rest and text != rest and text.endswith(rest):
            joined.append(one | {"text": text.removesuffix(rest)})
        else:
            joined.append(one)
    return joined


def printed(output: dict[str, Any]) -> str:
    """Return what a stream holds; nothing of any other output."""
    return "".join(output["text"]) if output["output_type"] == "stream" else ""


def alike(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two outputs are the same stream."""
    return (one["output_type"], one.get("name")) == (other["output_type"], other.get("name"))


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
            cell["outputs"] = [smaller(dict(one)) for one in printed_once(next(outputs))]
    text = json.dumps(frame(cells), indent=1, ensure_ascii=False)
    (HERE / f"{page.stem}.ipynb").write_text(text + "\n")


def formula_map() -> str:
    """Return the page of the formulas with the map as a table, for where nothing is built."""
    places = {
        label: page.name
        for page in sorted(DOCS.glob("*.md"))
        for label in re.findall(r"^(?::label: |\$\$ *\()([\w-]+)\)?$", page.read_text(), re.M)
    }
    rows = ["| formula | function | test | experiment |", "|---|---|---|---|"]
    for label, entry in tomllib.loads((DOCS / "formulas.toml").read_text()).items():
        file, function = source_of(entry["function"])
        test, _, name = entry["test"].partition("::")
        experiment = entry["experiment"]
        rows.append(
            f"| [{entry['name']}]({places[label]}) | [`{function}`](../{file}) "
            f"| [`{name}`](../{test}) | [{experiment}](experiments/{experiment}.md) |"
        )
    before, start, rest = MAP.read_text().partition(":::{formula-map}\n")
    return before + start + "\n" + "\n".join(rows) + "\n\n" + rest[rest.rindex(":::\n") :]


def source_of(path: str) -> tuple[str, str]:
    """Return the file of a function, from the repository's root, and its name there."""
    parts = path.split(".")
    for length in range(len(parts) - 1, 0, -1):
        for end in (".py", "/__init__.py"):
            file = "/".join(parts[:length]) + end
            if (DOCS.parent / file).is_file():
                return file, ".".join(parts[length:])
    raise FileNotFoundError(path)


def main(names: list[str]) -> None:
    MAP.write_text(formula_map())
    for page in pages():
        if not names or page.stem in names:
            make(page)


if __name__ == "__main__":
    main(sys.argv[1:])
