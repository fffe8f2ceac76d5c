"""The map of the formulas: each numbered formula has its function, its test, its experiment.

``formulas.toml`` holds it. The directive ``formula-map`` shows it as a table, in place of the plain
one that the page has for where it is not built; a numbered formula that is not on the map, or an
entry without its formula, fails the build.
"""

import tomllib
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

MAP = Path(__file__).parent.parent / "formulas.toml"

logger = logging.getLogger(__name__)


class FormulaMap(SphinxDirective):
    """Lay the map out as a table of four columns."""

    has_content = True  # the plain table

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(MAP))
        group = nodes.tgroup("", *(nodes.colspec(colwidth=w) for w in (30, 30, 25, 15)), cols=4)
        head = ("formula", "function", "test", "experiment")
        group += nodes.thead("", row([nodes.paragraph(text=text) for text in head]))
        body = nodes.tbody()
        for label, entry in tomllib.loads(MAP.read_text()).items():
            body += row(
                [
                    nodes.paragraph(
                        "",
                        "",
                        nodes.Text(f"{entry['name']} "),
                        self.reference("math", "eq", label, label),
                    ),
                    nodes.paragraph("", "", self.function(entry["function"])),
                    self.test(entry["test"]),
                    nodes.paragraph("", "", self.experiment(entry["experiment"])),
                ]
            )
        group += body
        return [nodes.table("", group, classes=["formula-map"])]

    def function(self, path: str) -> nodes.Node:
        short = path.removeprefix("nst_numpy.")
        return self.reference("py", "obj", path, short)

    def test(self, place: str) -> nodes.Node:
        file, _, name = place.partition("::")
        return nodes.paragraph("", "", nodes.literal(text=name), nodes.Text(f" in {file}"))

    def experiment(self, name: str) -> nodes.Node:
        return self.reference("std", "doc", f"/experiments/{name}", name)

    def reference(self, domain: str, kind: str, target: str, text: str) -> nodes.Node:
        node = addnodes.pending_xref(
            refdomain=domain,
            reftype=kind,
            reftarget=target,
            refdoc=self.env.docname,
            refexplicit=kind == "doc",
            refwarn=kind != "obj",
        )
        node += nodes.literal(text=text) if kind == "obj" else nodes.inline(text=text)
        return node


def row(cells: list[nodes.Node]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", cell) for cell in cells))


def check(app, env) -> None:
    """Check the labels of the pages against the map."""
    labels = set(env.domaindata["math"]["objects"])
    entries = set(tomllib.loads(MAP.read_text()))
    for label in sorted(labels - entries):
        logger.warning("the formula %s is not on the map, %s", label, MAP.name)
    for label in sorted(entries - labels):
        logger.warning("%s maps the formula %s, which no page has", MAP.name, label)


def setup(app):
    app.add_directive("formula-map", FormulaMap)
    app.connect("env-check-consistency", check)
    return {"parallel_read_safe": True}
