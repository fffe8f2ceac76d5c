"""Files for ``--config``: no TOML, of another kind, with options that are not, or cannot be."""

import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from corpus_case import WELL, Case, damages
from corpus_settings import LAYERS, NUMBERS, QUICK, WHOLES, WORDS, command

SOUND = """
[options]
size = 24
iterations = 1
content-layers = "conv1_2"
style_layers = {conv1_1 = 1.0}
margin = 2
scales = 1
backend = "numpy"
"""
REFUSED = (
    r"is no TOML \(.*\)\.$", r"has an option '.*', unknown here", r"options must be a table\.$",
    r"is empty\.$", r"has more than 1048576 bytes; settings have not\.$", r"own\.toml: ",
    r"must be ", r"does not exist", r"[Tt]here is no ", r"pixels", r"needs ", r"cannot be ",
    r"lower the weights", r"layer", r"too ",
)  # fmt: skip


def configured(text: bytes, folder: Path) -> str | None:
    """Paint by a file of options."""
    (folder / "own.toml").write_bytes(text)
    words = [
        "stylize",
        "photo.png",
        "painting.png",
        *QUICK,
        "--config",
        "own.toml",
        "-o",
        "out.png",
    ]
    said = command(words, folder)
    assert (folder / "own.toml").read_bytes() == text
    assert (folder / "out.png").exists() == (said is None)
    return said


def alone(text: bytes, folder: Path) -> str | None:
    """The same, with all that is quick in the file."""
    (folder / "own.toml").write_bytes(text)
    return command(["stylize", "photo.png", "painting.png", "--config", "own.toml"], folder)


STRANGE = {
    "nothing": b"", "blank": b"\n", "comment": b"# nothing\n", "bom": b"\xef\xbb\xbfalpha = 1\n",
    "utf-16": "alpha = 1\n".encode("utf-16"), "not-utf-8": b"alpha = '\xff'\n", "nul": b"\0\0\0\0",
    "json": b'{"alpha": 1}\n', "ini": b"alpha: 1\n", "yaml": b"alpha:\n  - 1\n",
    "open": b"[options\n", "deep": b"x = " + b"[" * 5000, "deep-tables": b"a." * 5000 + b"b = 1\n",
    "huge": b"# " + b"x" * 2**20, "twice": b"alpha = 1\nalpha = 2\n",
    "options-a-number": b"options = 1\n", "options-a-list": b"[[options]]\nalpha = 1\n",
    "options-in-options": b"[options]\n[options.options]\nalpha = 1\n",
    "other-tables": b"[inputs]\na = 1\n[options]\nalpha = 1\n",
    "key-with-spaces": b"'alpha = 1 --beta' = 1\n", "key-empty": b"'' = 1\n",
    "key-with-newline": b'"alpha\\n--beta" = 1\n', "key-with-bell": b'"\\u0007\\u001b[2J" = 1\n',
    "key-long": b"x" * 100_000 + b" = 1\n", "key-dashes": b"'--alpha' = 1\n",
    "output": b"output = '/tmp/x.png'\n", "run": b"run = 'x'\n", "weights": b"weights = 'x.h5'\n",
    "config": b"config = 'own.toml'\n", "force": b"force = true\n",
    "content-mask": b"content-mask = ['photo.png']\n", "help": b"help = true\n",
    "version": b"version = true\n", "date": b"alpha = 1979-05-27\n", "time": b"alpha = 07:32:00\n",
}  # fmt: skip
VALUES = ["true", "false", "[]", "[1, 2]", "[[1]]", "{}", "{a = 1}", "{conv1_1 = 'x'}", "nan",
"inf",
          "-inf", "1e999", "9" * 400, "''", "'x'", '"\\u001b[2J"', "1979-05-27", "-1", "0", "0.5",
          "'--beta 3'", "{conv1_1 = {a = 1}}", "{conv9_9 = 1}", "'1 2'"]  # fmt: skip
NAMES = ["alpha", "beta", "tv-weight", "metric", "gain", "learning-rate", "margin", "iterations",
         "scales", "seed", "threads", "content-layers", "style-layers", "pooling", "start",
         "optimizer", "backend", "network", "statistic", "bounds", "memory", "rows", "preset",
         "colours", "style-scale", "bits", "cluster", "keep"]  # fmt: skip


def quoted(word: str) -> str:
    """A word as TOML has it, escaped."""
    return '"' + "".join(f"\\U{ord(letter):08x}" for letter in word[:2000]) + '"'


def cases() -> Iterator[Case]:
    """Damaged, strange, and each option with values of every kind."""
    either = (WELL, *REFUSED)
    sound = SOUND.encode()
    yield Case("config", "sound", partial(alone, sound), (WELL,))
    for how, made in damages(sound, random.Random(0), cuts=12, flips=40):
        yield Case("config", how, partial(configured, made), either)
    for name, made in STRANGE.items():
        yield Case("config", name, partial(configured, made), either)
    for name in NAMES:
        for value in random.Random(name).sample(VALUES, 7):
            made = f"{name} = {value}\n".encode()
            yield Case("config", f"{name}={value[:24]!a}", partial(configured, made), either)
    for name, words in (
        ("alpha", NUMBERS), ("seed", WHOLES), ("style-layers", LAYERS), ("optimizer", WORDS)
    ):  # fmt: skip
        for number, word in enumerate(words):
            if "\udcff" not in word:
                made = f"{name} = {quoted(word)}\n".encode()
                yield Case("config", f"{name}-text-{number}", partial(configured, made), either)
