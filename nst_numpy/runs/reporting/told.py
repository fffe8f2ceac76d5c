"""What the folder of a run tells: its pictures, its settings, its steps.

Anybody may have made it: names are words, and numbers are looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, get_args

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.backend import Computing
from nst_numpy.errors import InputError, check_choice
from nst_numpy.files.images import load_image
from nst_numpy.files.masks import load_mask
from nst_numpy.files.reading import first_bytes, sha256_of
from nst_numpy.masks import Masked
from nst_numpy.palette import Colours
from nst_numpy.presets import PRESETS
from nst_numpy.runs.commission import pictures_in, table_of
from nst_numpy.runs.folder import RunFolder
from nst_numpy.runs.tables import settings_of, settings_table
from nst_numpy.runs.trace import Row, is_number, read_trace
from nst_numpy.settings import Settings
from nst_numpy.stylize import least_side

BESIDE: dict[str, Any] = {
    "colours": "style",
    "grain": 5.0,
    "style_scale": [],
    "balance": False,
    "normalise_gradients": False,
    "keep": "best",
    "averaged": 10,
    "pulls": 0,
}
"""Options of the command line that are no field of `Settings`, as they are if nobody chooses."""


@dataclass(frozen=True, eq=False)
class Told:
    """A run, read from its folder.

    Attributes
    ----------
    run
    rows
        Its trace, at least one line.
    settings, computing
    options
        What else was chosen on the command line; empty, if it was begun in Python.
    names
        Role -> what the picture was called; with a folder's sums of their numbers, the role alone.
    content, styles
        As they were read for the painting.
    masked
        What makes J, if there are masks.
    """

    run: RunFolder
    rows: list[Row]
    settings: Settings
    computing: Computing
    options: Mapping[str, Any]
    names: Mapping[str, str]
    content: Array
    styles: list[Array]
    masked: Masked | None = None

    @property
    def colours(self) -> Colours:
        """How the photograph's colours were kept."""
        found: Colours = self.options.get("colours", "style")
        return found

    @property
    def best(self) -> Row:
        """The line of the picture that was saved: of the lowest J at the last scale."""
        last = self.rows[-1]["scale"]
        return min((row for row in self.rows if row["scale"] == last), key=lambda row: row["J"])


def read_run(folder: RunFolder) -> Told:
    """Read a run, begun on the command line or in Python, finished or not.

    Raises
    ------
    InputError
        If there is none, nothing has been painted yet, or something in it is not sound.
    """
    tables = folder.read()
    rows = sound_rows(folder)
    return of_python(folder, tables, rows) if "settings" in tables else of_cli(folder, tables, rows)


def sound_rows(folder: RunFolder) -> list[Row]:
    """Return the trace, of at least one step."""
    rows = read_trace(folder.path)
    if not rows:
        raise InputError(f"Nothing has been painted yet in {folder.path}, so there is no report.")
    return rows


def of_python(folder: RunFolder, tables: Mapping[str, Any], rows: list[Row]) -> Told:
    """Read a run that `runs.paint` began."""
    arrays = pictures_in(folder, tables)
    settings = settings_of(table_of(tables, "settings"), arrays.pop("start", None))
    if "content" not in arrays:
        raise InputError(f"{folder.about} does not say from what picture it was painted.")
    content = arrays.pop("content")
    styles = [arrays[name] for name in sorted(arrays, key=number_of)]
    computing = computing_of(table_of(tables, "computing"))
    names = {"content": "content", **{name: name for name in arrays}}
    return Told(folder, rows, settings, computing, {}, names, content, styles)


def of_cli(folder: RunFolder, tables: Mapping[str, Any], rows: list[Row]) -> Told:
    """Read a run that ``stylize --run`` began."""
    options, inputs = table_of(tables, "options"), table_of(tables, "inputs")
    files, names = {}, {}
    for role, one in inputs.items():
        if not isinstance(one, dict) or not isinstance(one.get("name"), str):
            raise InputError(f"{folder.about} does not say from what pictures it was painted.")
        path = folder.inputs / Path(f"{role}{Path(one['name']).suffix.lower()}").name
        first_bytes(path)
        if sha256_of(path) != one.get("sha256"):
            raise InputError(f"{path} is not the picture that it was when the run began.")
        files[role], names[role] = path, one["name"]
    if "content" not in files:
        raise InputError(f"{folder.about} does not say from what picture it was painted.")
    if "weights" in files:
        raise InputError("A report knows the embedded weights alone; give others in Python.")
    ours = {field.name for field in fields(Settings)}
    named = options.get("preset")
    preset = PRESETS.get(named) if isinstance(named, str) else None
    usual = settings_table(preset.settings()) if preset else {}
    chosen = usual | {name: value for name, value in options.items() if name in ours}
    settings = settings_of(chosen)
    size, side = options.get("size"), least_side(settings)
    content = load_image(files["content"], size, least_side=side)
    if "start" in files:
        start = load_image(files["start"], shape=(content.shape[0], content.shape[1]))
        settings = settings_of(chosen, start)
    if preset:
        sized = preset.of_size(content.shape[0] * content.shape[1])
        settings = replace(settings, **{n: sized[n] for n in sized.keys() - options.keys()})
    computing = computing_of(
        {n: options[n] for n in ("backend", "threads", "rows") if n in options}
    )
    roles = sorted((role for role in files if role.startswith("style-")), key=number_of)
    scales = options.get("style_scale") or [1.0]
    if not isinstance(scales, list):
        raise InputError(f"{folder.about}: style_scale must be some numbers.")
    scales = list(scales) * len(roles) if len(scales) == 1 else scales
    if not isinstance(size, int) or len(scales) != len(roles) or not all(map(is_number, scales)):
        raise InputError(f"{folder.about} describes no painting of this version.")
    check_choice("colours", options.get("colours", "style"), get_args(Colours))
    styles = [
        load_image(files[role], max(1, round(size * scale)), least_side=side)
        for role, scale in zip(roles, scales, strict=True)
    ]
    masks = [
        files[role] for role in sorted(files, key=number_of) if role.startswith("content_mask")
    ]
    of_styles = [files[r] for r in sorted(files, key=number_of) if r.startswith("style_mask")]
    masked = None
    if masks:
        masked = Masked(
            [load_mask(mask, files["content"], content.shape) for mask in masks],
            [
                load_mask(mask, files[role], style.shape)
                for mask, role, style in zip(of_styles, roles, styles, strict=False)
            ],
        )
    rest = {n: value for n, value in options.items() if n not in ours or n == "alpha"}
    return Told(folder, rows, settings, computing, rest, names, content, styles, masked)


def number_of(role: str) -> tuple[int, str]:
    """Return what roles are sorted by: ``style-2`` comes before ``style-10``."""
    number = role.rpartition("-")[2]
    return int(number) if number.isdecimal() else 0, role


def computing_of(table: Mapping[str, Any]) -> Computing:
    """Make a `Computing` of plain values."""
    try:
        return Computing(**table)
    except TypeError as error:
        raise InputError(f"What computes is not told ({error}).") from None


def saved(told: Told) -> Array:
    """Return the painting as it was saved; of a run that was killed there is but a preview.

    Raises
    ------
    InputError
        If there is neither.
    """
    if told.run.result.is_file():
        return load_image(told.run.result)
    for _, _, path in reversed(told.run.all_previews()):
        try:
            return load_image(path)
        except InputError:
            continue  # a kill may have cut it off
    raise InputError(f"There is neither a result nor a preview in {told.run.path}.")


def as_saved(told: Told) -> Array | None:
    """Return the saved painting if it has the content's shape, else None."""
    picture = load_image(told.run.result) if told.run.result.is_file() else None
    return picture if picture is not None and np.shape(picture) == told.content.shape else None
