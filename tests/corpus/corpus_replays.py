"""Pictures that say of themselves what no painting does, to ``replay`` and ``batch``."""

import json
import random
import tempfile
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from corpus_case import WELL, Case, damages
from corpus_settings import QUICK, command

from nst_numpy import load_image, save_image
from nst_numpy.files.about import read_about

SUFFIXES = (".png", ".jpg", ".webp", ".tif")
REFUSED = (
    r"does not say how it was painted\.$", r"is not the description of a painting\.$",
    r"describes no painting of this version\.$", r"has an option '.*', unknown here",
    r"does not say from what pictures it was painted\.$", r"is missing, .*: name the file after",
    r"is a damaged or unsupported picture \(.*\)\.$", r"is not a picture that can be read",
    r"says more than \d+ bytes of itself; no painting does\.$", r"is empty\.$", r"old\.\w+: ",
    r"must be ", r"pixels", r"needs ", r"[Tt]here is no ", r"layer", r"lower the weights",
    r"cannot be ", r"has at least 1 pixel", r"tells of none\.$", r"no painting tells of itself\.$",
    r"too ", r"different|is not identical",
)  # fmt: skip


@cache
def sound(suffix: str) -> bytes:
    """The bytes of a painting that was painted here."""
    with tempfile.TemporaryDirectory() as folder:
        words = ["stylize", "photo.png", "painting.png", *QUICK, "-o", f"old{suffix}"]
        assert command(words, Path(folder)) is None
        return (Path(folder) / f"old{suffix}").read_bytes()


@cache
def told() -> str:
    """What it says of itself."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "old.png"
        path.write_bytes(sound(".png"))
        return read_about(path)


def saying(about: str, suffix: str) -> bytes:
    """A picture that says this of itself."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"old{suffix}"
        save_image(np.full((18, 24, 3), 0.5), path, about)
        return path.read_bytes()


def replayed(made: bytes, suffix: str, folder: Path) -> str | None:
    """Paint it again: a new picture, or a sentence and none; the old one is as it was."""
    old = folder / f"old{suffix}"
    old.write_bytes(made)
    said = command(["replay", old.name], folder, codes=(0, 1))
    assert old.read_bytes() == made
    new = folder / f"old-replay{suffix}"
    assert new.exists() == (said is None)
    if said is None:
        assert load_image(new).shape[2] == 3
    there = {"photo.png", "painting.png", old.name} | ({new.name} if said is None else set())
    assert {path.name for path in folder.iterdir()} == there
    return said


TEXTS = {
    "nothing": "", "text": "a painting", "list": "[]", "number": "3", "null": "null", "open": "{",
    "deep": "[" * 9000, "deep-table": '{"options":' * 2000, "empty": "{}", "nan": '{"format": NaN}',
    "huge-number": '{"format": ' + "9" * 5000 + "}", "twice": '{"format": 1, "format": 2}',
    "escapes": json.dumps({"format": "\x1b[2J\a"}), "surrogate": '{"format": "\\ud800"}',
    "pickle": "gASVFAAAAAAAAACMBXBvc2l4", "long": "x" * 30_000, "markup": "</nst:about><script>",
}  # fmt: skip
CHANGES: dict[str, Any] = {
    "format": [None, 0, 2, "1", [], 1e400, True],
    "options": [None, [], 3, {"size": 24, "iterations": 1}, {"unknown": 1}, {"size": -1},
                {"size": "x\n--output=x"}, {"size": 10**12}, {"iterations": 10**19},
                {"start": "/etc/hostname"}, {"start": "../../../etc/passwd"},
                {"trace": "planted"}, {"run": "planted"}, {"cluster": "tcp://127.0.0.1:1"},
                {"content_mask": ["/etc/hostname"]},
                {"memory": 1e-9}, {"threads": 10**6}, {"preset": "x"}, {"style_layers": 3},
                {"backend": "\u001b[2J"}, {"size": 24, "margin": [1]}, {"rows": -4}],
    "inputs": [None, [], {}, {"content": 3}, {"content": {}}, {"content": {"name": 3,
    "sha256": "x"}},
               {"content": {"name": "\u001b[2J\a", "sha256": "x" * 64, "bytes": 5}},
               {"content": {"name": "x" * 9000, "sha256": "", "bytes": None}}],
    "machine": [None, [], 3, {"numpy": [1]}, {"\u001b[2J": "x" * 900},
    {str(n): n for n in range(900)}],
    "earlier": [None, "x", [1, 2]],
    "cut_short": [True, "x", None],
    "result": [None, [], {"J": "x"}, {"J": [1]}, {"J": 1e400}],
}  # fmt: skip


def odd() -> Iterator[tuple[str, str]]:
    """Yield what pictures say, with a single thing that cannot be."""
    yield from TEXTS.items()
    whole = json.loads(told())
    for key, values in CHANGES.items():
        for number, value in enumerate(values):
            yield f"{key}-{number}", json.dumps(whole | {key: value})
        yield f"without-{key}", json.dumps({k: v for k, v in whole.items() if k != key})
    for name in ("content", "style-1"):
        for key, value in {"name": "../photo.png", "sha256": "0" * 64, "bytes": -1}.items():
            inputs = whole["inputs"] | {name: whole["inputs"][name] | {key: value}}
            yield f"{name}-{key}", json.dumps(whole | {"inputs": inputs})
    more = whole["inputs"] | {"weights": whole["inputs"]["content"]}
    yield "a-picture-as-weights", json.dumps(whole | {"inputs": more})
    more = whole["inputs"] | {"start": whole["inputs"]["content"]}
    yield "a-start", json.dumps(whole | {"inputs": more})


def cases() -> Iterator[Case]:
    """Sound in each format, damaged, and saying what cannot be."""
    either = (WELL, *REFUSED, r"HDF5")
    for suffix in SUFFIXES:
        yield Case("replay", f"sound{suffix}", partial(replayed, sound(suffix), suffix), (WELL,))
        damaged = damages(sound(suffix), random.Random(suffix), cuts=6, flips=10)
        for how, made in damaged:
            yield Case("replay", f"{how}{suffix}", partial(replayed, made, suffix), either)
    for number, (name, about) in enumerate(odd()):
        suffix = SUFFIXES[number % 4]
        go = partial(replayed, saying(about, suffix), suffix)
        yield Case("replay", f"{name}{suffix}", go, either)
