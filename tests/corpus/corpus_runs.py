"""Folders of runs in which something is damaged, missing, a stranger's, or of another kind."""

import hashlib
import json
import random
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from corpus_case import WELL, Case, damages
from corpus_settings import QUICK, command

from nst_numpy.runs.checkpoint import MAGIC

FILES = ("checkpoint.bin", "run.toml", "trace.jsonl", "result.png", "inputs/content.png")
REFUSED = (
    r"holds no sound checkpoint \(.*\)\.$", r"is no TOML \(.*\)\.$", r"is empty\.$",
    r"is no step of a trace\.$", r"describes no painting of this version\.$",
    r"is not the picture that it was when the run began\.$", r"is a folder, not a file\.$",
    r"does not say from what pictures it was painted\.$", r"There is no run in ",
    r"There is no trace in ", r"settings have not\.$", r"made of another size\.$",
    r"cannot be written", r"has an option '.*', unknown here", r"run\.toml: ",
    r"does not exist", r"is not a regular file\.$", r"has at least 1 pixel",
    r"made with other settings\.$", r"the layers|must be ", r"There have been \d+ steps",
)  # fmt: skip


@cache
def sound(optimizer: str = "lbfgs") -> Mapping[str, bytes]:
    """The files of a run that was painted to its end, by their names."""
    quick = ["3" if word == "1" and QUICK[n - 1] == "--iterations" else word
             for n, word in enumerate(QUICK)]  # fmt: skip
    words = ["stylize", "photo.png", "painting.png", *quick, "--run", "run"]
    with tempfile.TemporaryDirectory() as folder:
        assert command([*words, f"--optimizer={optimizer}"], Path(folder)) is None
        run = Path(folder) / "run"
        return {
            str(path.relative_to(run)): path.read_bytes()
            for path in sorted(run.rglob("*"))
            if path.is_file()
        }


def laid(files: Mapping[str, bytes | None], folder: Path) -> Path:
    """Write the files of a run; None is a folder in the place of a file."""
    run = folder / "run"
    (run / "previews").mkdir(parents=True)
    for name, body in files.items():
        path = run / name
        path.parent.mkdir(exist_ok=True)
        if body is None:
            path.mkdir()
        else:
            path.write_bytes(body)
    return run


def resumed(files: Mapping[str, bytes | None], more: int, folder: Path) -> str | None:
    """Go on; where that is refused, what was painted is there, and can be gone on with."""
    run = laid(files, folder)
    said = command(["resume", "run", f"--iterations={more}"], folder)
    if said is not None:
        for name, body in files.items():
            there = (run / name).read_bytes() if body is not None else b""
            if name in ("run.toml", "checkpoint.bin", "trace.jsonl"):
                assert len(there) >= len(body or b"") - 9, name  # they may be further on
            elif body is not None and not name.startswith("previews/"):
                assert there == body, name
    return said


def filmed(files: Mapping[str, bytes | None], folder: Path) -> str | None:
    """Make a film of it, with the curves of its trace."""
    laid(files, folder)
    said = command(["film", "run", "--ledger", "-o", "film.gif"], folder)
    assert (folder / "film.gif").exists() == (said is None)
    return said


def of_head(head: Mapping[str, Any], arrays: bytes) -> bytes:
    """A checkpoint of this head, with the checksum that it should have."""
    return of_line(json.dumps(head).encode(), arrays)


def of_line(line: bytes, arrays: bytes) -> bytes:
    """The same of a line that may be no JSON."""
    return MAGIC + hashlib.sha256(line).hexdigest().encode() + b" " + line + b"\n" + arrays


def parts(optimizer: str) -> tuple[dict[str, Any], bytes]:
    """The head of a sound checkpoint, and its arrays."""
    whole = sound(optimizer)["checkpoint.bin"]
    line, _, arrays = whole.removeprefix(MAGIC).partition(b"\n")
    return json.loads(line.partition(b" ")[2]), arrays


ODD = [None, -1, "x", 2**70, float("inf"), float("nan"), [], {}, True, 1e300, "1"]


def odd_heads(optimizer: str) -> Iterator[tuple[str, bytes]]:
    """Yield checkpoints whose checksum is right, and in which a single thing cannot be."""
    head, arrays = parts(optimizer)
    places = [("kind",), ("numbers", "evaluations"), ("numbers", "ended"), ("cost", "terms"),
              ("cost", "terms", "content"), ("best", "iteration"), ("best", "cost"),
              ("arrays", "x"), ("arrays", "best"), ("about", "lines"), ("about", "iterations"),
              ("about", "machine"), *(("step", name) for name in head["step"])]  # fmt: skip
    for number, place in enumerate(places):
        for value in random.Random(number).sample(ODD, 4):
            other = json.loads(json.dumps(head))
            inner = other
            for name in place[:-1]:
                inner = inner[name]
            inner[place[-1]] = value
            yield f"{'-'.join(place)}={value!r}", of_head(other, arrays)
        other = json.loads(json.dumps(head))
        inner = other
        for name in place[:-1]:
            inner = inner[name]
        del inner[place[-1]]
        yield f"without-{'-'.join(place)}", of_head(other, arrays)
    for shape in ([1, 1, 3], [2**40, 1, 3], [-1, 28, 3], [28 * 36 * 3]):
        other = json.loads(json.dumps(head))
        other["arrays"]["x"][1] = shape
        yield f"shape-{shape}", of_head(other, arrays)


TABLES = {
    "nothing": b"", "not-utf-8": b"\xff\xfe", "no-toml": b"[", "text": b"a run\n",
    "other-format": b"format = 99\n", "deep": b"x = " + b"[" * 3000 + b"]" * 3000,
    "huge": b"#" * (2**20 + 1), "only-options": b"format = 1\n[options]\nsize = 24\n",
    "options-no-table": b"format = 1\noptions = 3\n",
}  # fmt: skip
CHANGES = [
    ("size = 24", "size = -24"), ("size = 24", "size = 'x'"), ("size = 24", "size = 1e400"),
    ("size = 24", "size = [1, 2]"), ("size = 24", "sise = 24"), ("size = 24", "size = 30"),
    ("size = 24", "size = 24\noutput = '/tmp/x.png'"), ("size = 24", "size = 24\nrun = 'x'"),
    ("size = 24", "size = 24\nstart = '/etc/hostname'"), ("margin = 2", "margin = 4"),
    ("format = 1", "format = 1\nearlier = 3"), ("format = 1", "format = 1\npreviews = -1"),
    ("format = 1", "format = 1\npreviews = 'x'"), ("format = 1", "format = true"),
    ("format = 1", "format = 1\ncsv = 7"), ("sha256 = ", "sha265 = "), ("name = ", "nome = "),
    ("content.png", "../../photo.png"), ("photo.png", "\\u001b[2J.png"),
    ("iterations = 3", "iterations = 2"), ("iterations = 3", "iterations = 10000000000000000000"),
    ('optimizer = "lbfgs"', 'optimizer = "adam"'), ("scales = 1", "scales = 2"),
    ("[inputs.content]", "[inputs.contents]"), ("[inputs.style-1]", "[inputs.style-9]"),
    ("[inputs]", "[input]"), ("bounds = true", "bounds = false"), ("bytes = ", "bytes = -"),
]  # fmt: skip


def odd_tables() -> Iterator[tuple[str, bytes]]:
    """Yield run.toml with a single thing that cannot be."""
    yield from TABLES.items()
    text = sound()["run.toml"].decode()
    for old, new in CHANGES:
        if old in text:
            yield f"{old}-{new}"[:60], text.replace(old, new, 1).encode()


def odd_traces() -> Iterator[tuple[str, bytes]]:
    """Yield traces with a line that is none, or in which something is of another kind."""
    lines = sound()["trace.jsonl"].splitlines(keepends=True)
    for name, line in {
        "no-json": b"x\n", "list": b"[]\n", "empty": b"{}\n", "deep": b"[" * 4000 + b"\n",
        "not-utf-8": b"\xff\n", "nothing": b"\n", "null": b"null\n",
    }.items():  # fmt: skip
        yield name, lines[0] + line + lines[1]
    whole = json.loads(lines[1])
    for key in whole:
        for value in ("x", None, -1, [], {"content": "x"}, float("inf")):
            other = json.dumps(whole | {key: value}).encode() + b"\n"
            yield f"{key}={value!r}", lines[0] + other + b"".join(lines[2:])
        other = {name: value for name, value in whole.items() if name != key}
        yield f"without-{key}", lines[0] + json.dumps(other).encode() + b"\n"


def cases() -> Iterator[Case]:
    """Checkpoints, descriptions, traces, previews and copies, each damaged and odd."""
    whole = sound()
    either = (WELL, *REFUSED)
    yield Case("run", "sound", partial(resumed, whole, 4), (WELL,))
    yield Case("run", "film-sound", partial(filmed, whole), (WELL,))
    for name in FILES:
        missing = {other: body for other, body in whole.items() if other != name}
        yield Case("run", f"without-{name}", partial(resumed, missing, 4), either)
        yield Case("run", f"folder-{name}", partial(resumed, whole | {name: None}, 4), either)
        rng = random.Random(name)
        for how, made in damages(whole[name], rng, cuts=4, flips=8):
            go = partial(resumed, whole | {name: made}, 4)
            allowed = REFUSED if name == "checkpoint.bin" else either
            yield Case("run", f"{name}-{how}", go, allowed)
    for optimizer in ("lbfgs", "adam"):
        files = sound(optimizer)
        for name, made in odd_heads(optimizer):
            go = partial(resumed, files | {"checkpoint.bin": made}, 4)
            yield Case("run", f"{optimizer}-{name}", go, either)
    for name, made in odd_tables():
        yield Case("run", f"table-{name}", partial(resumed, whole | {"run.toml": made}, 4), either)
    for name, made in odd_traces():
        files = whole | {"trace.jsonl": made}
        yield Case("run", f"trace-{name}", partial(resumed, files, 4), either)
        yield Case("run", f"film-trace-{name}", partial(filmed, files), either)
    for name in ("previews/1-000001.jpg", "previews/1-9.jpg", "previews/x-y.jpg"):
        for how, body in {"empty": b"", "text": b"no picture", "folder": None}.items():
            go = partial(filmed, whole | {name: body})
            yield Case("run", f"film-{name}-{how}", go, (*either, "no previews"))
