"""An image ``figures/NAME.webp``, alone in its paragraph, becomes the experiment of that name.

Where the pages are read as they are, on a code host, the image is the one that was committed. Where
they are built, the experiment is run once, before any page is read, and its figure, for light and
for dark pages, takes the image's place. With a title, ``"The figure, and what was seen"``, its
sentences follow; on the experiment's own page what it prints, too. ``NST_EXPERIMENTS=skip`` leaves
the committed image.
"""

import ast
import hashlib
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
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
MEASURES_TIME = "three-convolutions"
MOST = 4
"""So many experiments at once: each holds the weights, and the features of its pictures."""

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


def make_all(app) -> None:
    """Run those that must be, one on each processor; the one that measures time is left alone."""
    if os.environ.get("NST_EXPERIMENTS") == "skip":
        return
    stale = [one for one in EXPERIMENTS.values() if record_of(one) is None]
    for one in stale:
        if one.name == MEASURES_TIME:
            made(one)
    with ThreadPoolExecutor(min(MOST, os.cpu_count() or 1)) as pool:
        list(pool.map(make_apart, (one for one in stale if one.name != MEASURES_TIME)))


def make_apart(experiment: Experiment) -> None:
    """Run an experiment in a process of its own, with one thread."""
    logger.info("running the experiment %s", experiment.name)
    one_thread = {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL")}
    words = [sys.executable, __file__, experiment.name]
    subprocess.run(words, env=os.environ | one_thread, check=True)
    say_if_other_sentences_hold(experiment)


def made(experiment: Experiment) -> dict:
    """Run an experiment, unless its code is the same as when it was last run."""
    if record_of(experiment) is None:
        logger.info("running the experiment %s", experiment.name)
        run(experiment)
        say_if_other_sentences_hold(experiment)
    return record_of(experiment) or {}


def run(experiment: Experiment) -> None:
    """Run an experiment, and keep what came out."""
    content = load_image(embedded(CONTENT), size=experiment.size)
    style = load_image(embedded(STYLE), size=experiment.size)
    MADE.mkdir(exist_ok=True)
    answer = experiment.answer(content, style, load_weights())
    answer.save(MADE, dark=True, key=fingerprint(experiment))


def record_of(experiment: Experiment) -> dict | None:
    """Return what came out, if the code is the same as when it was run."""
    record = MADE / f"{experiment.name}.json"
    found = json.loads(record.read_text()) if record.exists() else {"key": ""}
    return found if found["key"] == fingerprint(experiment) else None


def say_if_other_sentences_hold(experiment: Experiment) -> None:
    """Compare with the committed figure."""
    committed = json.loads(COMMITTED.read_text()) if COMMITTED.exists() else {}
    if verdicts(made(experiment)) != verdicts(committed.get(experiment.name, {})):
        logger.info("docs/figures: other sentences hold now: make.py %s", experiment.name)


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
    app.connect("builder-inited", make_all)
    return {"parallel_read_safe": True}


if __name__ == "__main__":
    run(EXPERIMENTS[sys.argv[1]])
