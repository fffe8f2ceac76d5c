"""Names and places of files, as a content, as weights, as a state, and as an output."""

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from corpus_case import WELL, Case
from corpus_pictures import encoded

from nst_numpy import load_image, load_weights, save_image
from nst_numpy.files.states import load_state
from nst_numpy.optimizers import Adam

STRANGE = {
    "space": "a b", "leading-dash": "-o", "newline": "a\nb", "bell": "a\a\x1b[2J", "umlaut": "Ä",
    "emoji": "🎨", "quotes": "'\"`$(x)", "not-utf-8": "\udcff", "percent": "%s%n{0}",
    "right-to-left": "\u202egnp", "dots": "..a", "star": "*?[a]", "backslash": "a\\b",
    "long": "x" * 240, "combining": "e\u0301", "tab": "\t", "zero-width": "\u200b",
}  # fmt: skip
"""Names that are unusual, and right."""


def place(name: str, folder: Path) -> str:
    """Make the place of this name; return its path."""
    there = folder / "there.png"
    there.write_bytes(encoded("png"))
    match name:
        case "missing":
            return str(folder / "nothing.png")
        case "folder":
            (folder / "sub.png").mkdir()
            return str(folder / "sub.png")
        case "no-folder":
            return str(folder / "nowhere" / "a.png")
        case "under-a-file":
            return str(there / "a.png")
        case "too-long":
            return str(folder / ("x" * 300 + ".png"))
        case "too-deep":
            return str(folder / "/".join(["x" * 100] * 60) / "a.png")
        case "zero":
            return str(folder / "a\0.png")
        case "nothing":
            return ""
        case "pipe":
            os.mkfifo(folder / "pipe.png")
            return str(folder / "pipe.png")
        case "device":
            return "/dev/zero"
        case "circle":
            (folder / "circle.png").symlink_to(folder / "circle.png")
            return str(folder / "circle.png")
        case "to-a-folder":
            (folder / "link.png").symlink_to(folder)
            return str(folder / "link.png")
        case "empty":
            (folder / "empty.png").touch()
            return str(folder / "empty.png")
        case "process":
            return "/proc/self/mem"
    raise AssertionError(name)


WHY = {
    "missing": "does not exist", "folder": "is a folder", "no-folder": "does not exist",
    "under-a-file": "cannot be |is not a folder", "too-long": "cannot be ", "too-deep": "cannot be",
    "zero": "cannot be the name of a file", "nothing": "folder|has no suffix|does not exist",
    "pipe": "is not a regular file", "device": "is not a regular file|has no suffix",
    "circle": "cannot be ", "to-a-folder": "is a folder", "empty": "is empty",
    "process": "cannot be read|has no suffix|write",
}  # fmt: skip


def as_picture(path: str) -> None:
    """Read a picture there."""
    assert load_image(path).shape == (24, 32, 3)


def as_weights(path: str) -> None:
    """Read weights there."""
    load_weights(path)


def as_state(path: str) -> None:
    """Read an optimizer's state there."""
    load_state(Adam.kind, path)


def as_output(path: str) -> None:
    """Write a picture there."""
    save_image(np.full((3, 4, 3), 0.5), path)
    assert load_image(path).shape == (3, 4, 3)


USES: dict[str, Callable[[str], None]] = {
    use.__name__: use for use in (as_picture, as_weights, as_state, as_output)
}


def at_place(use: str, name: str, folder: Path) -> None:
    """Use a place where nothing can be read or written."""
    before = sorted(folder.iterdir())
    path = place(name, folder)
    made = [one for one in folder.iterdir() if one not in before]
    try:
        USES[use](path)
    finally:
        assert not [one for one in folder.iterdir() if one not in made and one.suffix == ".tmp"]


def strange(use: str, name: str, folder: Path) -> None:
    """Use a file of an unusual name: it is read and written as any other."""
    path = folder / f"{STRANGE[name]}.png"
    if use == "as_picture":
        path.write_bytes(encoded("png"))
    USES[use](str(path))
    assert [one.name for one in folder.iterdir()] == [path.name]


def cases() -> Iterator[Case]:
    """Each use of each place, and of each unusual name."""
    if os.name != "posix":
        return
    for use in USES:
        for name, why in WHY.items():
            allowed: tuple[str, ...] = (why,)
            if use == "as_output" and name in ("missing", "empty"):
                allowed = (WELL,)  # that is what an output may be
            if use == "as_state":
                allowed = (*allowed, r"holds no state of this optimizer \(.*\)\.$")
            yield Case("path", f"{use}-{name}", partial(at_place, use, name), allowed)
    for use in ("as_picture", "as_output"):
        for name in STRANGE:
            yield Case("path", f"{use}-{name}-name", partial(strange, use, name), (WELL,))
    for suffix in ("", ".", ".txt", ".gif", ".png.exe", ".PNG ", ".jp2", ".bmp", ".avif", ".png/"):
        yield Case(
            "path", f"suffix-{suffix.strip('/') or 'none'}",
            lambda folder, suffix=suffix: as_output(str(folder / f"a{suffix}")),
            (WELL,) if suffix == ".png/" else ("has (the suffix|no suffix).*; expected one of ",),
        )  # fmt: skip
