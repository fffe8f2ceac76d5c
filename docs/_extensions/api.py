"""A page for each public name of the package, from its docstring; the reference has the rest.

They are written into ``docs/api`` when the build begins, and only if they have changed.
"""

import inspect
from pathlib import Path

import nst_numpy

API = Path(__file__).parent.parent / "api"
NAMED = {name: getattr(nst_numpy, name) for name in nst_numpy.__all__}
PUBLIC = {name: thing for name, thing in NAMED.items() if callable(thing)}
"""Classes and functions: a table, as `PRESETS` is, has a row in the reference."""


def page(name: str, thing: object) -> str:
    """Write the page of one name."""
    path = f"{thing.__module__}.{name}"
    kind = "autoclass" if inspect.isclass(thing) else "autofunction"
    options = ["   :members:"] if inspect.isclass(thing) else []
    if "__call__" in vars(thing):
        options.append("   :special-members: __call__")
    file = f"{thing.__module__.replace('.', '/')}.py"
    return "\n".join(
        [
            f"# {name}",
            "",
            f"`import nst_numpy as nst`, then `nst.{name}`. Its source: [`{file}`](../../{file}).",
            "",
            "```{eval-rst}",
            f".. {kind}:: {path}",
            *options,
            "```",
            "",
        ]
    )


def write(app) -> None:
    API.mkdir(exist_ok=True)
    for file in API.glob("*.md"):
        if file.stem not in PUBLIC:
            file.unlink()
    for name, thing in PUBLIC.items():
        file, text = API / f"{name}.md", page(name, thing)
        if not file.exists() or file.read_text() != text:
            file.write_text(text)


def skip(app, what, name, thing, skipped, options) -> bool | None:
    """Leave out of the reference what has a page of its own."""
    if app.env.docname == "reference" and any(thing is one for one in PUBLIC.values()):
        return True
    return None


def shorter(app, what, name, thing, options, signature, returned) -> tuple[str, str] | None:
    """Show the settings that a function takes by their names as what they are, ``**choices``."""
    if not signature or ", alpha=…" not in signature:
        return None
    return signature.partition(", alpha=…")[0] + ", **choices)", returned


def setup(app):
    app.connect("builder-inited", write)
    app.connect("autodoc-skip-member", skip)
    app.connect("autodoc-process-signature", shorter)
    return {"parallel_read_safe": True}
