"""An image ``figures/NAME.webp``, alone in its paragraph, becomes the experiment of that name.

Where the pages are read as they are, on a code host, the image is the one that was committed. Where
they are built, the experiment is run once, and its figure, for light and for dark pages, takes the
image's place. With a title, ``"The figure, and what was seen"``, its sentences follow; on the
experiment's own page what it prints, too. ``NST_EXPERIMENTS=skip`` leaves the committed image.
"""

import ast
import hashlib
import json
import os
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path

from docutils import nodes
from own_code import bare
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

from nst_numpy import load_image, load_weights
from nst_numpy.experiments import EXPERIMENTS, Experiment
from nst_numpy.files.embedded import embedded

MADE = Path(__file__).parent.parent / "_made"
COMMITTED = Path(__file__).parent.parent / "figures" / "made.json"
CONTENT = "pictures/eilean-donan-castle.webp"
STYLE = "pictures/church-at-auvers.webp"

logger = logging.getLogger(__name__)


class Experiments(SphinxTransform):
    """Run the experiments that a page shows, and put in what came out."""

    default_priority = 400

    def apply(self, **_) -> None:
        for image in list(self.document.findall(nodes.image)):
            path = Path(image["uri"])
            alone = isinstance(image.parent, nodes.paragraph) and len(image.parent.children) == 1
            if path.parent.name == "figures" and path.stem in EXPERIMENTS and alone:
                self.put_in(image, path.stem)

    def put_in(self, image: nodes.image, name: str) -> None:
        experiment = EXPERIMENTS[name]
        if os.environ.get("NST_EXPERIMENTS") == "skip":
            return
        found = made(experiment)
        self.env.note_dependency(str(MADE / f"{name}.json"))
        inserted = [figure(experiment)]
        if image.get("title"):
            if found["lines"] and self.env.docname == f"experiments/{name}":
                text = "\n".join(found["lines"])
                inserted.append(nodes.literal_block(text, text, language="text"))
            inserted += [claims(found), command(name)]
        image.parent.replace_self(inserted)


def figure(experiment: Experiment) -> nodes.container:
    """Show the figure for light and for dark pages; a click shows it alone."""
    both = nodes.container(classes=["experiment-figure"])
    for theme, suffix in (("light", ""), ("dark", "-dark")):
        both += nodes.image(
            uri=f"/_made/{experiment.name}{suffix}.png",
            alt=f"The figure of the experiment {experiment.name}: {experiment.question}",
            classes=[f"only-{theme}"],
            width="100%",
        )
    return both


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
    found = json.loads(record.read_text())
    committed = json.loads(COMMITTED.read_text()) if COMMITTED.exists() else {}
    if verdicts(found) != verdicts(committed.get(experiment.name, {})):
        logger.info("docs/figures: other sentences hold now: make.py %s", experiment.name)
    return found


def verdicts(found: dict) -> list[tuple[str, bool]]:
    """Return each sentence, and whether it held."""
    return [(claim["sentence"], claim["holds"]) for claim in found.get("claims", ())]


def fingerprint(experiment: Experiment) -> str:
    """Hash what the result depends on: the code of the experiment, and of all that it imports."""
    modules: dict[str, str] = {}
    waiting = [experiment.module]
    while waiting:
        name = waiting.pop()
        if name not in modules and (spec := find(name)):
            modules[name] = Path(spec.origin).read_text()
            waiting += imported(modules[name])
    code = "\0".join(bare(modules[name]) for name in sorted(modules))
    return hashlib.sha256((code + str(experiment)).encode()).hexdigest()


def imported(code: str) -> list[str]:
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
    app.add_transform(Experiments)
    return {"parallel_read_safe": False}
