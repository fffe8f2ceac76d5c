"""The directive ``experiment``: run it once, insert its figure and what it found.

Options: ``figure-only`` leaves the sentences out, ``lines`` adds what it prints before them.
"""

import ast
import hashlib
import json
import os
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from nst_numpy import load_image, load_weights
from nst_numpy.experiments import EXPERIMENTS, Experiment
from nst_numpy.files.embedded import embedded

MADE = Path(__file__).parent.parent / "_made"
CONTENT = "pictures/eilean-donan-castle.webp"
STYLE = "pictures/church-at-auvers.webp"

logger = logging.getLogger(__name__)


class ExperimentDirective(SphinxDirective):
    """Insert the figure of an experiment, its sentences, and how to run it oneself."""

    required_arguments = 1
    option_spec = {"figure-only": directives.flag, "lines": directives.flag}

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0]
        if name not in EXPERIMENTS:
            raise self.error(f"there is no experiment {name!r}")
        experiment = EXPERIMENTS[name]
        if os.environ.get("NST_EXPERIMENTS") == "skip":
            return [nodes.paragraph(text=f"[the experiment {name}, left out]")]
        found = made(experiment)
        self.env.note_dependency(str(MADE / f"{name}.json"))
        inserted = [self.figure(experiment)]
        if "lines" in self.options:
            inserted.append(nodes.literal_block(text="\n".join(found["lines"]), language="text"))
        if "figure-only" not in self.options:
            inserted += [claims(found), command(name)]
        return inserted

    def figure(self, experiment: Experiment) -> nodes.container:
        """Show the figure for light and for dark pages; a click shows it alone."""
        figure = nodes.container(classes=["experiment-figure"])
        for theme, suffix in (("light", ""), ("dark", "-dark")):
            image = nodes.image(
                uri=f"/_made/{experiment.name}{suffix}.png",
                alt=f"The figure of the experiment {experiment.name}: {experiment.question}",
                classes=[f"only-{theme}"],
                width="100%",
            )
            figure += image
        return figure


def claims(found: dict) -> nodes.bullet_list:
    """List the sentences, each with the numbers that support it, or do not."""
    items = nodes.bullet_list(classes=["experiment-claims"])
    for claim in found["claims"]:
        sentence = claim["sentence"] if claim["holds"] else f"Not seen here: {claim['sentence']}"
        paragraph = nodes.paragraph("", "", nodes.strong(text=sentence), nodes.Text(" "))
        paragraph += nodes.inline(text=f"Seen: {claim['seen']}.", classes=["seen"])
        items += nodes.list_item("", paragraph)
    return items


def command(name: str) -> nodes.paragraph:
    """Say how to run it oneself."""
    typed = nodes.literal(text=f"python -m nst_numpy explain {name}")
    return nodes.paragraph(
        "", "", nodes.Text("Measured by "), typed, nodes.Text("."), classes=["experiment-command"]
    )


def made(experiment: Experiment) -> dict:
    """Run an experiment, unless its code is the same as when it was last run."""
    record = MADE / f"{experiment.name}.json"
    key = fingerprint(experiment)
    if record.exists() and (found := json.loads(record.read_text()))["key"] == key:
        return found
    logger.info("running the experiment %s", experiment.name)
    content = load_image(embedded(CONTENT), size=experiment.size)
    style = load_image(embedded(STYLE), size=experiment.size)
    MADE.mkdir(exist_ok=True)
    experiment.answer(content, style, load_weights()).save(MADE, dark=True, key=key)
    return json.loads(record.read_text())


def fingerprint(experiment: Experiment) -> str:
    """Hash what the result depends on: the experiment's file, and all that it imports of ours."""
    modules = {}
    waiting = [experiment.module]
    while waiting:
        name = waiting.pop()
        if name not in modules and (spec := find(name)):
            modules[name] = Path(spec.origin).read_bytes()
            waiting += imported(modules[name])
    code = b"\0".join(modules[name] for name in sorted(modules))
    return hashlib.sha256(code + str(experiment).encode()).hexdigest()


def imported(code: bytes) -> list[str]:
    """Name what a module imports of the package, and what might be a module in it."""
    names = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("nst_numpy."):
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.ImportFrom) and node.module == "nst_numpy":
            names += [f"nst_numpy.{alias.name}" for alias in node.names]
    return names


def find(name: str) -> ModuleSpec | None:
    """Find a module's file, if it is a module."""
    try:
        return find_spec(name)
    except ModuleNotFoundError:
        return None


def setup(app):
    app.add_directive("experiment", ExperimentDirective)
    return {"parallel_read_safe": False}
