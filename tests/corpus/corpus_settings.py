"""Options of the command line with values that cannot be, one at a time and in pairs."""

import contextlib
import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from corpus_case import WELL, Case
from corpus_pictures import encoded

from nst_numpy.cli import main

QUICK = [
    "--size", "24", "--iterations", "1", "--content-layers", "conv1_2", "--style-layers", "conv1_1",
    "--margin", "2", "--scales", "1", "--backend", "numpy",
]  # fmt: skip

NUMBERS = ["", "x", "nan", "inf", "-inf", "-1", "1e999", "0x10", "1,5", "1_", "١x", "None", "1 2"]
WHOLES = ["", "x", "1.5", "-1", "1e3", "nan", "9" * 5000, "0x10", "--", "1/2", "½"]
LAYERS = [
    "conv9_9", "conv1_2:", "conv1_2:x", "conv1_2:-1", "conv1_2:nan", "conv1_2:inf", ":1", ",", "::",
    "conv1_2,conv1_2", "conv1_2:1:2", "CONV1_2", "pool1", "conv1_2;conv1_1", " ", "x" * 10_000,
    "fc8", "conv1_2:1e999",
]  # fmt: skip
WORDS = ["", "x", "LBFGS", "lbfgs ", "None", "\x1b[2J", "x" * 10_000]
VALUES = {
    **dict.fromkeys(["alpha", "beta", "tv-weight", "metric", "gain", "learning-rate", "memory"],
                    NUMBERS),
    **dict.fromkeys(["margin", "iterations", "scales", "seed", "threads", "size"], WHOLES),
    **dict.fromkeys(["content-layers", "style-layers"], LAYERS),
    **dict.fromkeys(["pooling", "start", "optimizer", "backend", "network", "statistic"], WORDS),
    "bounds": ["maybe", "2", "", "nope"],
    "output": ["", "a", "a.txt", ".png", "nowhere/a.png", "photo.png", "painting.png", "."],
    "weights": ["", "nothing.h5", "photo.png", "."],
}  # fmt: skip
TOGETHER = {
    "nothing-to-paint": ["--alpha", "0", "--beta", "0"],
    "no-layers": ["--content-layers", "", "--style-layers", ""],
    "odd-margin": ["--margin", "3", "--scales", "2"],
    "too-many-scales": ["--scales", "9"],
    "too-small": ["--size", "1"],
    "too-large": ["--size", "1000000"],
    "margin-too-wide": ["--margin", "1000"],
    "too-deep": ["--style-layers", "conv5_1", "--size", "8"],
    "no-memory": ["--memory", "0.001"],
    "too-many-threads": ["--threads", "100000"],
    "no-threads": ["--threads", "0"],
    "unknown": ["--unknown", "1"],
    "unknown-short": ["-x"],
    "twice": ["--alpha", "1", "--alpha", "2"],
    "no-value": ["--alpha"],
    "one-more-style": ["nothing.png"],
    "not-finite": ["--beta", "1e305"],
    "overflow": ["--tv-weight", "1e308"],
    "tiny": ["--beta", "1e-300", "--alpha", "0"],
}
COMMANDS = {
    "unknown-command": ["stylise", "photo.png", "painting.png"],
    "no-content": ["stylize"],
    "no-style": ["stylize", "photo.png"],
    "check-more": ["check", "photo.png"],
    "explain-unknown": ["explain", "why"],
    "bench-size": ["bench", "--size", "0"],
    "bench-rounds": ["bench", "--rounds", "-1"],
    "bench-what": ["bench", "--what", "nothing"],
    "weights-more": ["weights", "a.h5", "b.h5"],
    "weights-picture": ["weights", "photo.png"],
    "surrogate": ["stylize", "\udcff.png", "painting.png"],
}


def command(arguments: list[str], folder: Path, codes: tuple[int, ...] = (0,)) -> str | None:
    """Run it in this process: a code that is well, or 2 with one sentence and no file."""
    for name in ("photo.png", "painting.png"):
        (folder / name).write_bytes(encoded("png"))
    out, err = io.StringIO(), io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(arguments)
        except SystemExit as end:
            code = end.code
    said = err.getvalue()
    assert "Traceback" not in said
    assert (folder / "photo.png").read_bytes() == encoded("png")
    if code in codes:
        return None
    assert len(said) < 3000
    assert code == 2, said
    assert all(letter.isprintable() for letter in said.replace("\n", ""))
    return said.splitlines()[-1]


def cases() -> Iterator[Case]:
    """Each option with each value; some together; and other commands."""
    start = ["stylize", "photo.png", "painting.png", *QUICK]
    for option, values in VALUES.items():
        for value in values:
            go = partial(command, [*start, f"--{option}={value}"])
            yield Case("settings", f"{option}={value[:20]!a}", go, (option_named(option), WELL))
    for name, more in TOGETHER.items():
        yield Case("settings", name, partial(command, [*start, *more]), (r"\w", WELL))
    for name, arguments in COMMANDS.items():
        yield Case("settings", name, partial(command, arguments), (r"\w",))


ABOUT = {
    "output": ("suffix", "folder", "empty", "read by this run"),
    "weights": ("HDF5", "folder", "exist", "empty"),
    "size": ("Size", "pixels"),
}


def option_named(option: str) -> str:
    """The sentence names the option as it is spelled, or as a field, or tells of its file."""
    return "|".join([option, option.replace("-", "_"), *ABOUT.get(option, ())])
