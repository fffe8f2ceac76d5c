"""Pictures sent to the page: what a visitor's file becomes, and what a request may claim."""

import asyncio
import io
import json
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path
from unittest.mock import patch

from corpus_bombs import FORMATS, OTHERS
from corpus_carried import jpeg, odd_exif, sixteen
from corpus_case import WELL, Case, damages
from corpus_paths import STRANGE
from corpus_pictures import DAMAGED, ENCODINGS, encoded, picture
from PIL import Image

from nst_numpy import InputError
from nst_numpy.page import opening, uploads

SENTENCES = (*DAMAGED, r"at most 100 million are opened here\.$", r"is empty\.$",
             r"needs about .* to be read, and .* are free\.$")  # fmt: skip


def opened(made: bytes, folder: Path) -> str | None:
    """What the process does that opens an upload, here: a picture of ours comes out, or nothing."""
    path = folder / "0"
    path.write_bytes(made)
    out = io.StringIO()
    limit = patch("resource.setrlimit")  # of computing: it would hold for the tests, too
    with limit, patch("sys.argv", ["opening", str(path)]), redirect_stdout(out):
        code = opening.main()
    told = json.loads(out.getvalue())
    if code:
        assert str(folder) not in told["said"]
        return str(told["said"])
    with Image.open(folder / "0.png") as ours, Image.open(folder / "0.webp") as small:
        assert ours.size == (told["width"], told["height"])
        assert max(ours.size) <= opening.LONGEST
        assert max(small.size) <= opening.SMALL
        assert not ours.info.get("icc_profile")
        assert not ours.getexif()
    assert {one.name for one in folder.iterdir()} == {"0", "0.png", "0.webp"}
    return None


def sent(pieces: list[bytes | Exception], most: int, folder: Path) -> str | None:
    """Receive it in pieces: all of it is there, or nothing."""

    async def chunks() -> AsyncIterator[bytes]:
        for piece in pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece

    path = folder / "0"
    try:
        count = asyncio.run(uploads.received(chunks(), path, most))
    except (EOFError, InputError) as error:
        assert not path.exists()
        return f"{error}" if isinstance(error, InputError) else "Lost."
    assert path.read_bytes() == b"".join(pieces)
    assert count == len(path.read_bytes()) > 0
    return None


class Request:
    """As much of a request as is asked for."""

    def __init__(self, body: list[bytes]) -> None:
        self.body = body

    async def stream(self) -> AsyncIterator[bytes]:
        for piece in self.body:
            yield piece


def chosen(body: list[bytes], folder: Path) -> str | None:
    """Read what was chosen: a table."""
    from nst_numpy.page.answers import given

    try:
        found = asyncio.run(given(Request(body)))
    except InputError as error:
        return str(error)
    assert isinstance(found, dict)
    return None


PIECES: dict[str, tuple[list[bytes | Exception], str]] = {
    "one": ([b"x" * 10], WELL), "many": ([b"x"] * 500, WELL), "with-empty": ([b"", b"x", b""],
    WELL),
    "nothing": ([], "is empty"), "empty": ([b""], "is empty"), "just": ([b"x" * 1000], WELL),
    "too-long": ([b"x" * 1001], "at most"), "too-long-in-pieces": ([b"x"] * 1001, "at most"),
    "lost": ([b"x", EOFError()], "Lost"), "lost-at-once": ([EOFError()], "Lost"),
    "full": ([b"x", OSError(28, "No space left on device")], "cannot be kept .No space"),
    "slow": ([b"x", TimeoutError()], "too slowly"),
}  # fmt: skip
CHOSEN = {
    "nothing": [], "table": [b'{"a": 1}'], "pieces": [b"{", b"}"], "list": [b"[]"], "text": [b"x"],
    "not-utf-8": [b"\xff"], "deep": [b"[" * 3000], "deep-table": [b'{"a":' * 3000],
    "number": [b"9" * 5000], "long": [b"x" * 10**7], "long-in-pieces": [b"x" * 100] * 10**4,
    "nan": [b'{"a": NaN}'], "null": [b"null"], "nul": [b"\0"], "surrogate": [b'{"a": "\\ud800"}'],
}  # fmt: skip


def cases() -> Iterator[Case]:
    """Files in every encoding, damaged; bombs; others; large ones; and how they are sent."""
    Image.init()
    for name in ENCODINGS:
        if ENCODINGS[name][0] not in Image.SAVE:
            continue
        sound = encoded(name)
        yield Case("upload", f"{name}-sound", partial(opened, sound), (WELL,))
        for how, made in damages(sound, random.Random(name), cuts=2, flips=2):
            yield Case("upload", f"{name}-{how}", partial(opened, made), (WELL, *SENTENCES))
    for make in FORMATS:
        for side in (10_001, 2**15 - 1, 2**16 - 1, 2**31 - 1):
            go = partial(opened, make(side, side))
            yield Case("upload", f"bomb-{make.__name__}-{side}", go, (WELL, *SENTENCES))
    for name, made in OTHERS.items():
        yield Case("upload", f"other-{name}", partial(opened, made), ("is not a picture",))
    for number, (name, data) in enumerate(odd_exif()):
        if number % 4 == 0:
            go = partial(opened, jpeg(exif=b"Exif\0\0" + data))
            yield Case("upload", f"exif-{name}", go, (WELL, *SENTENCES))
    for n_C in (3, 4):
        for suffix in (".png", ".tif"):
            yield Case(
                "upload", f"16{suffix}-{n_C}", partial(opened, sixteen(suffix, n_C)), (WELL,)
            )
    large = io.BytesIO()
    picture("RGB", 30, 4000).save(large, "JPEG")
    yield Case("upload", "wide", partial(opened, large.getvalue()), (WELL,))
    for name, (pieces, allowed) in PIECES.items():
        allowed = allowed if allowed == WELL else f"{allowed}.*\\.$"
        yield Case("upload", f"sent-{name}", partial(sent, pieces, 1000), (allowed,))
    for name, body in CHOSEN.items():
        allowed = (WELL, r"cannot be read\.$", r"too much to choose\.$")
        yield Case("upload", f"chosen-{name}", partial(chosen, body), allowed)
    for name, stem in STRANGE.items():
        yield Case("upload", f"named-{name}", partial(named, stem), (WELL,))


def named(stem: str, folder: Path) -> None:
    """Show a file's name: short, and nothing that is obeyed."""
    from nst_numpy.page.pictures import shown

    for name in (stem, stem * 50, ""):
        found = shown(name)
        assert 0 < len(found) <= 80
        assert found.isprintable()
