"""The documents stay true: links lead somewhere, options and layers are those of the code."""

import re
import shlex
import tomllib
from dataclasses import fields
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

import pytest

import nst_numpy
from nst_numpy import Computing, Settings
from nst_numpy.cli.app import app
from nst_numpy.cli.options import Options
from nst_numpy.cli.spelling import NAMED

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted(
    path for path in ROOT.rglob("*.md") if not any(part.startswith(".") for part in path.parts)
)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_relative_link_leads_to_a_file(document):
    for target in re.findall(r"\]\(([^)#\s]+)", document.read_text()):
        if "://" not in target:
            assert (document.parent / target).exists(), target


def test_the_readme_lists_every_setting_with_its_default():
    """But for those that are always the same on the command line, where only one is known."""
    rows = dict(
        re.findall(r"^\| `--([a-z-]+)`[^|]*\| ([^|]*) \|", (ROOT / "README.md").read_text(), re.M)
    )
    settings = {field.name for part in (Settings, Computing) for field in fields(part)}
    assert settings < {field.name for field in fields(Options)}
    for field in fields(Options):
        if len(NAMED.get(field.name, "several")) == 1:
            continue
        name = field.name.replace("_", "-")
        assert name in rows
        default = getattr(Options(), field.name)
        if isinstance(default, bool):
            assert rows[name] == ("on" if default else "off")
        elif isinstance(default, str):
            assert rows[name] == f"`{default}`"
        elif isinstance(default, (int, float)):
            assert float(rows[name]) == default


def test_the_gallery_is_small_and_has_no_picture_that_is_not_shown():
    pictures = list((ROOT / "docs/gallery").glob("*.webp"))
    assert max(picture.stat().st_size for picture in pictures) <= 200_000
    assert sum(picture.stat().st_size for picture in pictures) <= 1_800_000
    shown = re.findall(r"\]\(gallery/([^)]*\.webp)\)", (ROOT / "docs/gallery.md").read_text())
    assert sorted(shown) == sorted(picture.name for picture in pictures)


@pytest.mark.parametrize("page", ["gallery", "options"])
def test_each_command_of_a_page_can_be_typed(page):
    text = (ROOT / f"docs/{page}.md").read_text().replace("\\\n", " ")
    commands = re.findall(r"^python -m nst_numpy (.*)$", text, re.M)
    assert commands
    for command in commands:
        app.parse_args(shlex.split(command, comments=True), exit_on_error=False, print_error=False)


@pytest.mark.parametrize("page", ["gallery", "options"])
def test_no_two_commands_of_a_page_write_one_file(page):
    """Typed in their order, none stops because its picture is there already."""
    text = (ROOT / f"docs/{page}.md").read_text().replace("\\\n", " ")
    written = []
    for command in re.findall(r"^python -m nst_numpy ((?:stylize|texture) .*)$", text, re.M):
        words = shlex.split(command, comments=True)
        if "PHOTOGRAPH" not in words:  # which stands for any
            written.append(words[words.index("--output") + 1])
    written += re.findall(r"\bsave\('([^']*)'\)|^cp \S+ (\S+)$", text, re.M)
    assert len(written) > 2
    assert len(written) == len(set(written))


BESIDE = {"output", "weights", "run", "previews", "tileable"}
"""Options of commands that are no field of `Options`."""


def test_the_names_of_options_are_ours():
    """In the first column of the table."""
    rows = re.findall(r"^\| (`--[^|]*) \|", (ROOT / "docs/options.md").read_text(), re.M)
    named = {name.replace("-", "_") for row in rows for name in re.findall(r"--([a-z-]+)", row)}
    assert named <= {field.name for field in fields(Options)} | BESIDE
    assert {field.name for field in fields(Options)} - named == {"network"}


def test_the_version_is_the_same_everywhere():
    assert version("nst_numpy") == nst_numpy.__version__
    assert f"version: {nst_numpy.__version__}" in (ROOT / "CITATION.cff").read_text()


def test_everything_public_is_documented():
    for name in nst_numpy.__all__:
        assert getattr(nst_numpy, name).__doc__


def test_the_reading_path_has_as_many_lines_as_the_readme_says():
    readme = (ROOT / "README.md").read_text()
    table = readme.partition("## How to read the code")[2].partition("\n`check` runs a case")[0]
    files = {
        file for file in re.findall(r"\]\((nst_numpy/[^)]*\.py)\)", table) if "backend" not in file
    }
    lines = sum(len((ROOT / file).read_text().splitlines()) for file in files)
    assert f"; {lines:,} lines in all" in readme


def test_a_package_index_shows_a_readme_without_links_to_files_beside_it():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    shown = project["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]
    assert "readme" in project["project"]["dynamic"]
    text = (ROOT / shown["fragments"][0]["path"]).read_text()
    before = re.findall(r"\]\(([^)]*)\)", text)
    for one in shown["substitutions"]:
        text = re.sub(one["pattern"], one["replacement"], text)
    after = re.findall(r"\]\(([^)]*)\)", text)
    assert after == [target for target in before if target.startswith("https://")]
    assert "Painted by" not in text
    assert "VGG-19 carries it up to the activations" in text
    for one, following in pairwise(text.split("\n\n")):
        assert not one.endswith(":") or following[:3] in ("```", "| w", "1. ", "- *"), one
    assert "can also be read here" not in text  # where nothing is to be read
    assert "## Licences" in text
