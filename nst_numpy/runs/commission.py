"""What is painted in Python, and how: all that `paint` is given, written into a folder and read."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, get_args

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.backend import Computing, parameters
from nst_numpy.errors import InputError, check_choice, check_kind, check_number, shown
from nst_numpy.files.carried import NOTHING, Carried, carried_of
from nst_numpy.files.images import save_image
from nst_numpy.files.reading import first_bytes
from nst_numpy.files.weights import load_weights
from nst_numpy.files.writing import replacing
from nst_numpy.grain import no_grainier
from nst_numpy.large.worker import checksum_of_weights
from nst_numpy.masks import Masked
from nst_numpy.network import Weights
from nst_numpy.objective import Objective, SumOfTerms
from nst_numpy.palette import Colours
from nst_numpy.runs.folder import RunFolder
from nst_numpy.runs.found import check_further
from nst_numpy.runs.tables import (
    FORMAT,
    computing_table,
    settings_of,
    settings_table,
    sha256_of_array,
)
from nst_numpy.settings import Settings
from nst_numpy.studio.colouring import recoloured, with_colours
from nst_numpy.stylize import Step, stylize

Made = Callable[..., SumOfTerms]
CARRIED = "carried.png"
"""In the folder's inputs: a picture whose file carries what goes along to the painting."""
BITS = (8, 16)


@dataclass(frozen=True, eq=False, kw_only=True)
class Commission:
    """What is painted, and how.

    Attributes
    ----------
    content, styles, settings, weights, computing, objective
        As `stylize` takes them.
    carried, bits
        As `save_image` takes them: what goes along to the painting's file, and how exact it is.
    colours, grain
        Whose colours the painting has, and how much coloured grain is taken out of it.
    """

    content: Array
    styles: Sequence[Array]
    settings: Settings
    weights: Weights
    computing: Computing = Computing()
    objective: Made = Objective
    carried: Carried = NOTHING
    bits: int = 8
    colours: Colours = "style"
    grain: float = 0.0

    def __post_init__(self) -> None:
        check_choice("colours", self.colours, get_args(Colours))
        check_number("grain", self.grain)
        check_kind("carried", self.carried, Carried)
        if self.bits not in BITS:
            raise InputError(f"bits must be 8 or 16, not {shown(self.bits)}.")

    def tables(self) -> dict[str, Any]:
        """Return it as plain values: a picture is a checksum; a J of somebody's own, its name."""
        found = description(self.content, self.styles, self.settings, self.computing)
        found["weights"] = named(self.weights, self.settings)
        if self.objective is not Objective:
            found["objective"] = getattr(self.objective, "__name__", type(self.objective).__name__)
        if self.bits != BITS[0]:
            found["bits"] = int(self.bits)
        if self.colours != "style":
            found["colours"] = self.colours
        if self.grain:
            found["grain"] = float(self.grain)
        return found

    def put(self, run: RunFolder) -> None:
        """Write its pictures into the folder of a run."""
        pictures = pictures_of(self.content, self.styles, self.settings)
        for name, picture in pictures.items():
            keep(picture, run.inputs / f"{name}.npy")
        if self.carried is not NOTHING:
            save_image(self.content, run.inputs / CARRIED, carried=self.carried)

    @cached_property
    def seen(self) -> tuple[Array, list[Array], Settings]:
        """What is looked at: content and styles, and a start, in the colours that are painted."""
        return recoloured(self.colours, self.content, self.styles, self.settings)

    def steps(self, after: Step | None = None) -> Iterator[Step]:
        """Paint it, or go on after a step."""
        seen, styles, settings = self.seen
        coming = stylize(
            seen, styles, settings, self.weights, self.computing, self.objective, after
        )
        return with_colours(self.colours, self.content, settings.margin, coming)

    def save(self, image: Array, path: Path, about: str = "") -> None:
        """Save a picture of it, which says how it was painted, or what else is said `about` it."""
        _, styles, _ = self.seen
        levels = 0.0 if self.colours == "luminance" else self.grain
        finished = no_grainier(image, styles, levels)
        save_image(finished, path, about or json.dumps(self.tables()), self.carried, self.bits)


def commissioned(
    run: RunFolder,
    weights: Weights | None = None,
    objective: Made = Objective,
    cluster: str | None = None,
    iterations: int | None = None,
) -> Commission:
    """Read from the folder of a run, begun in Python, what is painted there.

    Raises
    ------
    InputError
        If there is none, it is damaged, or it was given other weights or another objective; if
        there have been more iterations already.
    """
    tables = run.read()
    pictures = pictures_in(run, tables)
    settings = settings_of(table_of(tables, "settings"), pictures.pop("start", None))
    try:
        computing = Computing(**table_of(tables, "computing"))
        content = pictures.pop("content")
        styles = [pictures[f"style-{n}"] for n in range(1, len(pictures) + 1)]
    except (TypeError, KeyError) as error:
        raise InputError(f"{run.about} does not describe a run ({error}).") from error
    if iterations is not None:
        settings = replace(settings, iterations=iterations)
        check_further(run, settings)
    check_objective(objective, tables, run.path)
    return Commission(
        content=content,
        styles=styles,
        settings=settings,
        weights=the_same(weights, settings, tables, run.path),
        computing=replace(computing, cluster=cluster),
        objective=objective,
        carried=carried_in(run, content.shape),
        bits=tables.get("bits", BITS[0]),
    )


def check_objective(objective: Made, tables: Mapping[str, Any], where: object) -> None:
    """Refuse another kind of objective than the one that it was begun with."""
    whose = tables.get("objective")
    if whose == Masked.__name__ and objective is Objective:
        raise InputError(
            f"{where} was painted with content_masks or style_masks; give "
            "objective=painting.origin.objective, or nst.Masked(content_masks, style_masks)."
        )
    if whose is None and objective is not Objective:
        raise InputError(f"{where} was painted by the usual objective, not by another one.")
    if whose is not None and objective is Objective:
        raise InputError(f"{where} was painted with objective={whose}, which is to be given again.")


def the_same(
    weights: Weights | None, settings: Settings, tables: Mapping[str, Any], where: object
) -> Weights:
    """Return the weights, those that come with the package if none are given, or refuse others."""
    weights = load_weights(network=settings.network) if weights is None else weights
    if tables.get("weights", (found := named(weights, settings))) != found:
        raise InputError(f"{where} was painted with other weights than these.")
    return weights


def named(weights: Weights, settings: Settings) -> str:
    """Name weights by their numbers, as far up as a painting looks."""
    check_kind("weights", weights, Mapping)
    network, taps = settings.network, sorted(settings.taps)
    for layer in network.up_to(taps):
        if layer in network.channels:
            parameters(layer, network, weights, "float32")  # or they are refused
    return checksum_of_weights(weights, network, taps)


def pictures_in(run: RunFolder, tables: Mapping[str, Any]) -> dict[str, Array]:
    """Read the pictures in the folder of a run, by their roles; each must be what it was."""
    pictures = {}
    for name, checksum in table_of(tables, "arrays").items():
        picture = loaded(run.inputs / f"{Path(name).name}.npy")
        if sha256_of_array(picture) != checksum:
            raise InputError(f"The picture {name} in {run.path} is another than that of its run.")
        pictures[name] = picture
    return pictures


def carried_in(run: RunFolder, shape: tuple[int, ...]) -> Carried:
    """Return what goes along to the painting's file."""
    path = run.inputs / CARRIED
    return carried_of(path, shape, location=True) if path.is_file() else NOTHING


def pictures_of(content: Array, styles: Sequence[Array], settings: Settings) -> dict[str, Array]:
    """Return each picture that a painting is made of, by its role."""
    pictures = {"content": content, **{f"style-{n}": S for n, S in enumerate(styles, 1)}}
    if isinstance(settings.start, np.ndarray):
        pictures["start"] = settings.start
    return pictures


def description(
    content: Array, styles: Sequence[Array], settings: Settings, computing: Computing
) -> dict[str, Any]:
    """Return what is painted as plain values: settings, and a checksum of each picture."""
    pictures = pictures_of(content, styles, settings)
    return {
        "format": FORMAT,
        "computing": computing_table(computing),
        "settings": settings_table(settings),
        "arrays": {name: sha256_of_array(picture) for name, picture in pictures.items()},
    }


def keep(picture: Array, path: Path) -> None:
    """Write an array of ours, whole or not at all."""
    try:
        with replacing(path) as temporary, temporary.open("wb") as file:
            np.save(file, picture, allow_pickle=False)
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror}).") from error


def loaded(path: Path) -> Array:
    """Read an array of ours; no pickle."""
    first_bytes(path)
    try:
        array: Any = np.load(path, allow_pickle=False)
    except Exception as error:  # damaged, NumPy may raise anything
        raise InputError(f"{path} holds no picture ({error}).") from error
    if not isinstance(array, np.ndarray):
        raise InputError(f"{path} holds no picture.")
    return array


def table_of(tables: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a table, or say that there is none."""
    table = tables.get(name)
    if not isinstance(table, dict):
        raise InputError(f"run.toml has no table [{name}].")
    return table
