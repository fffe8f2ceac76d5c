"""What other programs call our options: who types one of their names is told ours."""

from collections.abc import Sequence
from dataclasses import fields

from nst_numpy.cli.options import Options

CALLED = {
    "CONTENT": "content-image content",
    "STYLE": "style-image styles",
    "--output": "output-image",
    "--size": "image-size size-pixels end-scale",
    "--style-scale": "style-size style-size-pixels style-scale-fac",
    "--style-weights": "style-blend-weights",
    "--alpha": "content-weight",
    "--beta": "style-weight",
    "--content-layers": "content-layer-weights",
    "--style-layers": "style-layer-weights",
    "--style-layers with λ·1/n_C": "normalize-weights",
    "--colours luminance": "original-colors",
    "--colours match": "preserve-color",
    "--start": "init init-image",
    "--start noise": "random-init",
    "--learning-rate": "step-size",
    "--iterations": "num-iterations num-steps initial-iterations",
    "--scales": "min-scale",
    "--seed": "random-seed",
    "--pairs": "lbfgs-num-correction",
    "--normalise-gradients": "normalize-gradients",
    "--keep average": "avg-decay",
    "--save-every": "save-iter workspace workspace-step",
    "--trace": "print-iter info-step",
    "--weights": "model-file",
    "--threads": "gpu device devices supplemental-device",
    "the command weights": "list-layers",
    "the command page": "web",
}
"""Ours -> the names of neural-style, pastiche and crowsonkb's program, as docs/options.md has them.

With hyphens, as ours: neural-style writes ``-content_image``.
"""
OTHERS = {name: ours for ours, names in CALLED.items() for name in names.split()}
OURS = {"output", *(field.name.replace("_", "-") for field in fields(Options))}


def name_of(word: str) -> str:
    """Return the name in an option as it was typed: ``init`` of ``--init=image`` and ``-init``."""
    return word.lstrip("-").partition("=")[0].replace("_", "-")


def ours_for(word: str) -> str | None:
    """Say what an option of another program is here; nothing, if none is known by that name."""
    ours = OTHERS.get(name_of(word))
    if ours is None:
        return None
    option = word.partition("=")[0]
    if ours.isupper():
        return f"{option} is {ours} here: the name of a picture, without an option before it."
    return f"{option} is {ours} here."


def with_one_dash(words: Sequence[str]) -> str | None:
    """Say what the first option with one dash should be: neural-style's have one, ours two."""
    for word in words:
        if word == "--":
            break
        if word.startswith("-") and not word.startswith("--"):
            if said := ours_for(word):
                return said
            if name_of(word) in OURS:
                return f"{word.partition('=')[0]} has two dashes here: --{name_of(word)}."
    return None
