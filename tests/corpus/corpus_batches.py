"""Folders of photographs in which not all is a photograph, given to ``batch``."""

import os
import random
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from corpus_bombs import FORMATS, OTHERS
from corpus_case import WELL, Case, damages, names
from corpus_paths import STRANGE
from corpus_pictures import ENCODINGS, encoded
from corpus_replays import saying
from corpus_settings import QUICK, command
from PIL import Image

from nst_numpy import load_image

Put = Callable[[Path], object]
"""Puts something into the folder of photographs."""


def file(name: str, body: bytes) -> Put:
    """A file of these bytes."""
    return lambda folder: (folder / name).write_bytes(body)


def painted(put: Put, there: dict[str, bytes], fails: bool | None, folder: Path) -> str | None:
    """Paint all; what is sound is painted, whatever lies beside it, and nothing is changed."""
    photographs, out = folder / "photographs", folder / "paintings"
    photographs.mkdir()
    out.mkdir()
    (photographs / "sound.png").write_bytes(encoded("png"))
    put(photographs)
    for name, body in there.items():
        (out / name).write_bytes(body)
    before = names(photographs)
    words = ["batch", "photographs", "painting.png", "-o", "paintings", *QUICK]
    said = command(
        words, folder, codes=(0,) if fails is False else (0, 1) if fails is None else (1,)
    )
    assert names(photographs) == before
    if said is None:
        made = out / "sound-painting.png"  # or what was there before, which nobody asked to replace
        assert made.read_bytes() == there.get(made.name) or load_image(made).shape == (18, 24, 3)
    else:
        assert names(out) == sorted(there)
        assert all((out / name).read_bytes() == body for name, body in there.items())
    assert not [name for name in names(out) if name.endswith(".tmp")]
    return said


def special(kind: str, folder: Path) -> None:
    """Put something there that is no file, or none of ours."""
    path = folder / "odd.png"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "dangling":
        path.symlink_to(folder / "nowhere.png")
    elif kind == "circle":
        path.symlink_to(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "folder-link":
        path.symlink_to(folder)
    elif kind == "same-stem":
        path.write_bytes(encoded("png"))
        (folder / "odd.jpg").write_bytes(encoded("jpeg"))
    elif kind == "same-stem-as-the-sound":
        (folder / "sound.jpg").write_bytes(encoded("jpeg"))
    elif kind == "many":
        for number in range(12):
            (folder / f"{number}.png").write_bytes(b"")
    elif kind == "other-suffix":
        (folder / "notes.txt").write_bytes(b"not a picture")
        (folder / "sub").mkdir()
    else:
        raise AssertionError(kind)


SPECIAL = {  # what is put there -> whether one fails; None: they cannot all be painted, or can be
    "folder": True, "pipe": True, "dangling": True, "circle": True, "device": True,
    "folder-link": True, "same-stem": None, "same-stem-as-the-sound": None, "many": True,
    "other-suffix": False,
}  # fmt: skip
ABOUT = {
    "nothing": "", "text": "x", "list": "[]", "deep": "[" * 9000, "result-text": '{"result": "x"}',
    "J-text": '{"result": {"J": "\\u001b[2J"}}', "J-huge": '{"result": {"J": 1e999}}',
    "J-true": '{"result": {"J": true}}', "inputs-list": '{"inputs": []}',
    "options-list": '{"options": [1]}',
    "options-text": '{"options": "x"}', "cut-short": '{"cut_short": true}',
}  # fmt: skip


def cases() -> Iterator[Case]:
    """Beside a sound photograph: damaged and strange ones, other things; and old paintings."""
    twice = (WELL, r"Two paintings would be ")
    Image.init()
    for name in [name for name, (form, *_) in ENCODINGS.items() if form in Image.SAVE][::3]:
        body = encoded(name)
        go = partial(painted, file("odd.png", body), {}, None)
        yield Case("batch", f"{name}-sound", go, (WELL,))
        for how, made in damages(body, random.Random(name), cuts=2, flips=2):
            yield Case(
                "batch", f"{name}-{how}", partial(painted, file("odd.png", made), {}, None), (WELL,)
            )
    for make in FORMATS:
        go = partial(painted, file("odd.png", make(2**15 - 1, 2**15 - 1)), {}, None)
        yield Case("batch", f"bomb-{make.__name__}", go, (WELL,))
    for name, body in list(OTHERS.items())[::2]:
        yield Case(
            "batch", f"other-{name}", partial(painted, file("odd.png", body), {}, True), (WELL,)
        )
    for name, stem in STRANGE.items():
        go = partial(painted, file(f"{stem}.png", encoded("png")), {}, None)
        yield Case("batch", f"name-{name}", go, (WELL,))
    for name, fails in SPECIAL.items():
        yield Case(
            "batch", f"special-{name}", partial(painted, partial(special, name), {}, fails), twice
        )
    for name, about in ABOUT.items():
        there = {"sound-painting.png": saying(about, ".png")}
        yield Case(
            "batch",
            f"there-{name}",
            partial(painted, lambda _: None, there, None),
            (WELL, "is there"),
        )
    for name, body in {"empty": b"", "text": b"x", "eps": OTHERS["eps"],
                       "bomb": FORMATS[0](2**15 - 1, 2**15 - 1)}.items():  # fmt: skip
        there = {"sound-painting.png": body}
        yield Case(
            "batch",
            f"there-body-{name}",
            partial(painted, lambda _: None, there, None),
            (WELL, "is there"),
        )
