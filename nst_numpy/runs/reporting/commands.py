"""How a run is repeated, and what it was told to take against what it took."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from nst_numpy.appearance import duration
from nst_numpy.backend import Computing
from nst_numpy.errors import InputError
from nst_numpy.memory import gigabytes, predicted_memory
from nst_numpy.pace import paced
from nst_numpy.presets import PIXELS, PRESETS
from nst_numpy.runs.checkpoint import load_step
from nst_numpy.runs.reporting.told import BESIDE, Told, number_of
from nst_numpy.runs.tables import plain, settings_table
from nst_numpy.settings import Settings
from nst_numpy.stylize import WINDOW

COLUMNS = 76


def chosen(told: Told) -> dict[str, Any]:
    """Return what differs from what is painted if nobody chooses, by the names of the fields."""
    named = told.options.get("preset")
    preset = named if isinstance(named, str) and named in PRESETS else ""
    usual = settings_table(PRESETS[preset].settings() if preset else Settings()) | {
        f.name: plain(value)
        for f in fields(Computing)
        if (value := getattr(Computing(), f.name)) is not None
    }
    sized = PRESETS[preset].of_size(PIXELS) if preset else {}  # what was not given is not told
    sized |= {name: told.options[name] for name in sized.keys() & told.options.keys()}
    ours = settings_table(replace(told.settings, **sized))
    if "start" in told.names:
        ours["start"] = told.names["start"]
    ours |= {
        f.name: plain(value)
        for f in fields(Computing)
        if (value := getattr(told.computing, f.name)) is not None
    }
    found = {name: value for name, value in ours.items() if usual.get(name) != value}
    found = {"preset": preset} | found if preset else found
    found.pop("pooling", None)
    if ours.get("pooling") != usual.get("pooling"):
        found["pooling"] = ours["pooling"]
    for name, value in told.options.items():
        alike = name == "style_scale" and isinstance(value, list) and all(x == 1 for x in value)
        if name in BESIDE and value != BESIDE[name] and not alike:
            found[name] = value
    return found


def command(told: Told) -> str:
    """Write what somebody types to paint it again, of files with the names that they had.

    Of a run that was begun in Python, the settings.
    """
    if not told.options:
        ours = {field.name for field in fields(Settings)}
        table = {name: value for name, value in chosen(told).items() if name in ours}
        return f"settings = nst_numpy.runs.tables.settings_of({table!r})"
    roles = sorted(told.names, key=number_of)
    named = [told.names["content"]]
    named += [told.names[role] for role in roles if role.startswith("style-")]
    files = [f"./{name}" if name.startswith("-") else name for name in named]
    words = ["python", "-m", "nst_numpy", "stylize", *files]
    words.append(f"--size={told.options['size']}")
    for name, value in chosen(told).items():
        words.append(word(name.replace("_", "-"), value))
    for kind in ("content_mask", "style_mask"):
        words += [
            f"--{kind.replace('_', '-')}={told.names[r]}" for r in roles if r.startswith(f"{kind}-")
        ]
    return in_lines([shlex.quote(word) for word in words])


def in_lines(words: Sequence[str]) -> str:
    """Join words into lines that a shell takes for one."""
    lines = [words[0]]
    for word in words[1:]:
        if len(lines[-1]) + len(word) < COLUMNS:
            lines[-1] += f" {word}"
        else:
            lines.append(f"  {word}")
    return " \\\n".join(lines)


def word(name: str, value: Any) -> str:
    """Write an option as somebody types it."""
    if isinstance(value, bool):
        return f"--{name}" if value else f"--no-{name}"
    if isinstance(value, Mapping):
        return f"--{name}=" + ",".join(f"{layer}:{weight}" for layer, weight in value.items())
    if isinstance(value, list):
        return f"--{name}=" + ",".join(map(str, value))
    return f"--{name}={value}"


def taken(told: Told) -> list[tuple[str, str, str]]:
    """Return rows of what, as it was told beforehand, and as it was."""
    last, settings = told.rows[-1], told.settings
    steps = settings.iterations * settings.scales
    found = [
        ("steps", f"at most {steps}", f"{last['iteration']}"),
        ("evaluations of J", "", f"{last['evaluations']}"),
    ]
    told_after = promised(told)
    time = duration(last["seconds"])
    found.append(("time", f"at most {told_after}" if told_after else "", time))
    shape = told.content.shape
    try:
        _, _, about = load_step(told.run.checkpoint, settings)
    except InputError:
        about = {}
    peak = about.get("memory")
    masked = told.masked is not None
    memory = gigabytes(predicted_memory(shape, settings, told.computing, masked))
    of_process = gigabytes(peak) if isinstance(peak, int) else "not kept"
    found.append(("memory", f"about {memory}", of_process))
    return found


def promised(told: Told) -> str:
    """Say how long the pace of the first ten steps would have taken for all that were allowed.

    The first step is left out: kernels are compiled on the way to it.
    """
    rows = [row for row in told.rows if row["scale"] == told.rows[0]["scale"]][: WINDOW + 1]
    left = paced(rows, told.settings, told.computing).left()
    return "" if left is None else duration(rows[-1]["seconds"] + left)
