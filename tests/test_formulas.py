"""The map of the formulas is true: formula, function, test and experiment are all there."""

import ast
import re
import tomllib
from functools import reduce
from importlib import import_module
from pathlib import Path

import pytest

from nst_numpy.backend import numba_is_installed
from nst_numpy.experiments import EXPERIMENTS

ROOT = Path(__file__).parent.parent
MAP = tomllib.loads((ROOT / "docs/formulas.toml").read_text())
PAGES = {page.name: page.read_text() for page in sorted((ROOT / "docs").glob("*.md"))}
ENTRIES = pytest.mark.parametrize("entry", MAP.values(), ids=MAP)


def test_every_numbered_formula_of_the_book_is_on_the_map_and_no_other():
    labels = [
        label for text in PAGES.values() for label in re.findall(r"^:label: (\S+)$", text, re.M)
    ]
    labels += re.findall(r"^\$\$ *\((\S+)\)$", "\n".join(PAGES.values()), re.M)
    assert len(labels) == len(set(labels))
    assert set(labels) == set(MAP)
    assert len(labels) >= 20


@ENTRIES
def test_its_function_is_there(entry):
    if entry["function"].startswith("nst_numpy.kernels") and not numba_is_installed():
        pytest.skip("Numba is not installed")
    parts = entry["function"].split(".")
    for length in range(len(parts) - 1, 0, -1):
        try:
            module = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        assert callable(reduce(getattr, parts[length:], module))
        return
    pytest.fail(f"no module in {entry['function']}")


@ENTRIES
def test_its_test_is_there(entry):
    file, _, name = entry["test"].partition("::")
    tree = ast.parse((ROOT / file).read_text())
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@ENTRIES
def test_its_experiment_is_there(entry):
    assert entry["experiment"] in EXPERIMENTS
    assert entry["name"]


def test_every_reference_to_a_formula_leads_to_one():
    for page, text in PAGES.items():
        for label in re.findall(r"\{eq\}`([^`]+)`", text):
            assert label in MAP, f"{page} refers to {label}"


def test_every_chapter_has_source_a_check_and_a_figure():
    chapters = {name: text for name, text in PAGES.items() if re.match(r"\d\d-", name)}
    assert len(chapters) == 11
    for name, text in chapters.items():
        assert "{literalinclude}" in text, name
        assert re.search(r"\{code-cell\}[^`]*\bassert ", text), name
        assert "](figures/" in text, name


def test_every_experiment_has_a_page_that_asks_its_question():
    assert {page.stem for page in (ROOT / "docs/experiments").glob("*.md")} == {
        "index",
        *EXPERIMENTS,
    }
    for name, experiment in EXPERIMENTS.items():
        page = (ROOT / f"docs/experiments/{name}.md").read_text()
        assert page.startswith(f"# {experiment.question}\n")
