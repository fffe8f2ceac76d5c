"""What is committed of the built book is not stale: its figures, its notebooks."""

import hashlib
import json
import re
import sys
import tomllib
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from nst_numpy.experiments import EXPERIMENTS

DOCS = Path(__file__).parent.parent / "docs"
FIGURES = DOCS / "figures"
NOTEBOOKS = DOCS / "notebooks"
RECORD = json.loads((FIGURES / "made.json").read_text())
MADE_AGAIN = "stale: python docs/figures/make.py {}"


def loaded(file):
    spec = spec_from_file_location(f"of_the_book_{file.parent.name}_{file.stem}", file)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


own_code = loaded(DOCS / "_extensions" / "own_code.py")
notebooks = loaded(NOTEBOOKS / "make.py")


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_a_figure_was_made_by_the_experiment_as_it_is(name):
    assert RECORD[name]["code"] == own_code.code_of(EXPERIMENTS[name]), MADE_AGAIN.format(name)
    figure = (FIGURES / f"{name}.webp").read_bytes()
    assert hashlib.sha256(figure).hexdigest() == RECORD[name]["figure"]
    assert len(figure) < 400_000
    seen = (FIGURES / "README.md").read_text()
    assert all(claim["sentence"] in seen for claim in RECORD[name]["claims"])


def test_words_make_no_figure_stale_but_code_does():
    code = 'def f(x):\n    """Say."""\n    # why\n    return x + 1  # why\n'
    assert own_code.bare(code) == own_code.bare(code.replace("Say", "Tell").replace("why", "what"))
    assert own_code.bare(code) != own_code.bare(code.replace("1", "2"))


def test_an_experiments_parts_are_its_own():
    files = own_code.parts(
        Path(sys.modules["nst_numpy"].__file__).parent / "experiments/optimizers.py"
    )
    assert {file.stem for file in files} >= {"descent"}
    assert not {file.stem for file in files} & own_code.SHARED


@pytest.mark.parametrize("page", notebooks.pages(), ids=lambda page: page.stem)
def test_a_notebook_has_the_text_and_the_code_of_its_page(page):
    notebook = json.loads((NOTEBOOKS / f"{page.stem}.ipynb").read_text())
    told = f"stale: python docs/notebooks/make.py {page.stem}"
    here = [(cell["cell_type"], cell["source"]) for cell in notebook["cells"]]
    there = [(cell["cell_type"], cell["source"]) for cell in notebooks.cells_of(page)]
    assert here == there, told
    assert any(cell.get("outputs") for cell in notebook["cells"])
    errors = [
        o for c in notebook["cells"] for o in c.get("outputs", ()) if o["output_type"] == "error"
    ]
    assert errors == []


@pytest.mark.parametrize("page", notebooks.pages(), ids=lambda page: page.stem)
def test_a_notebook_prints_each_line_once(page):
    cells = json.loads((NOTEBOOKS / f"{page.stem}.ipynb").read_text())["cells"]
    told = f"printed twice: python docs/notebooks/make.py {page.stem}"
    for outputs in (cell["outputs"] for cell in cells if cell["cell_type"] == "code"):
        assert notebooks.printed_once(outputs) == outputs, told


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def test_what_a_build_merged_is_taken_apart():
    picture = {"output_type": "display_data"}
    once = notebooks.printed_once
    assert once([stream("1\n2\n3\n"), stream("2\n"), stream("3\n")]) == [stream("1\n2\n3\n")]
    assert once([stream("1\n"), stream("2\n")]) == [stream("1\n2\n")]
    assert once([stream("1\n2\n"), picture, stream("2\n")]) == [
        stream("1\n"), picture, stream("2\n"),
    ]  # fmt: skip
    for right in (
        [stream("1\n"), picture, stream("1\n")],
        [stream("1\n"), stream("1\n", "stderr")],
        [picture, picture],
    ):
        assert once(right) == right
    assert once(once([stream("1\n1\n"), stream("1\n")])) == [stream("1\n1\n")]


def test_the_table_of_the_formulas_is_the_map():
    page = (DOCS / "formulas.md").read_text()
    assert page == notebooks.formula_map(), "stale: python docs/notebooks/make.py formulas"
    assert page.count("\n| [") == len(tomllib.loads((DOCS / "formulas.toml").read_text()))


@pytest.mark.parametrize("page", notebooks.pages(), ids=lambda page: page.stem)
def test_every_link_of_a_notebook_leads_to_a_file(page):
    for cell in notebooks.cells_of(page):
        if cell["cell_type"] == "markdown":
            for target in re.findall(r"\]\(([^)#\s]+)", "".join(cell["source"])):
                if "://" not in target:
                    assert (NOTEBOOKS / target).exists(), target


PAGES = sorted([*DOCS.glob("*.md"), *DOCS.glob("experiments/*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_can_be_read_where_it_is_not_built(page):
    """Formulas between $$, figures as images, under each piece of source a link to its file."""
    text = page.read_text()
    assert "```{math}" not in text
    assert "```{figure}" not in text
    assert "```{experiment}" not in text
    for formula in re.findall(r"^\$\$\n(.*?)^\$\$", text, re.S | re.M):
        assert not re.search(r"^ {0,3}[-+*] ", formula, re.M)  # a code host would see a list
    for path, rest in re.findall(
        r"^```\{literalinclude\} (\S+)\n.*?^```\n\n([^\n]*)", text, re.S | re.M
    ):
        assert f"]({path})" in rest
