"""What a painting is made of: taken from what somebody gave, and told by the painting's file."""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from inspect import signature
from numbers import Real
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

import numpy as np

from nst_numpy.appearance import size as size_of
from nst_numpy.arrays import Array
from nst_numpy.backend import Computing
from nst_numpy.easel.fitting import refuse_too_large
from nst_numpy.easel.taking import SIZE, Picture, as_mask, as_picture, as_pictures
from nst_numpy.easel.words import ours_for
from nst_numpy.errors import InputError, check_choice, check_kind, check_number
from nst_numpy.files.carried import NOTHING
from nst_numpy.files.prints import USUAL, pixels_in_print
from nst_numpy.files.reading import described
from nst_numpy.files.weights import load_weights
from nst_numpy.grain import no_grainier
from nst_numpy.machine import fingerprint
from nst_numpy.masks import Masked, check_number_of_masks
from nst_numpy.network import Weights
from nst_numpy.objective import Objective, SumOfTerms, check_arguments
from nst_numpy.palette import Colours
from nst_numpy.runs.commission import Commission
from nst_numpy.runs.tables import FORMAT, computing_table, meant, plain, result_of, settings_table
from nst_numpy.settings import Settings
from nst_numpy.studio.colouring import recoloured, with_colours
from nst_numpy.stylize import Step, stylize

Made = Callable[..., SumOfTerms]
Somewhere = str | os.PathLike[str]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Origin:
    """The pictures of a painting as they are looked at, and what is done with them beside J.

    Attributes
    ----------
    photograph, paintings : ndarray, list of ndarray
        The content and the styles as they were taken.
    content, styles : ndarray, list of ndarray
        As they are looked at: where the photograph's colours are kept, in other colours.
    weights, computing, objective
        As `stylize` takes them.
    colours, grain
        Whose colours the painting has, and how much coloured grain is taken out of it.
    file : Path, optional
        The photograph's.
    dpi : float, optional
        Pixels per inch, if it was measured for a print.
    inputs : mapping, role -> name, bytes and checksum
        Of all that it is made of, if all were files; else nothing.
    told : mapping
        How the pictures were read, as options of the command line.
    """

    photograph: Array
    paintings: Sequence[Array]
    content: Array
    styles: Sequence[Array]
    weights: Weights
    computing: Computing
    objective: Made
    colours: Colours
    grain: float
    file: Path | None = None
    dpi: float | None = None
    inputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)

    def steps(self, settings: Settings, after: Step | None = None) -> Iterator[Step]:
        """Paint, or paint on, and yield the pictures as they are to be seen."""
        _, _, looked_at = recoloured(self.colours, self.photograph, [], settings)
        coming = stylize(
            self.content,
            self.styles,
            looked_at,
            self.weights,
            self.computing,
            self.objective,
            after,
        )
        return with_colours(self.colours, self.photograph, settings.margin, coming)

    def __repr__(self) -> str:
        many = f"{len(self.styles)} style{'' if len(self.styles) == 1 else 's'}"
        return f"Origin({self.file or 'an array'}, {size_of(self.content)}, {many})"

    def finished(self, picture: Array) -> Array:
        """Return a copy of a picture without the grain that its styles do not have."""
        levels = 0.0 if self.colours == "luminance" else self.grain
        return np.array(no_grainier(picture, self.styles, levels))

    def about(
        self,
        settings: Settings,
        best: Step,
        cut_short: bool,
        earlier: Sequence[int] = (),
        more: Mapping[str, Any] = MappingProxyType({}),
    ) -> str:
        """Write what the painting's file says of itself; nothing, if it cannot be written down.

        Of files, what `replay` of the command line reads; of arrays, what `nst_numpy.runs.replay`
        does.
        """
        try:
            table = settings_table(settings)
        except InputError:  # a statistic of one's own, say
            return ""
        if self.inputs:
            told = table | computing_table(self.computing) | dict(self.told) | plain(more)
            found: dict[str, Any] = {
                "format": FORMAT,
                "options": {name: value for name, value in told.items() if value not in ([], None)},
                "inputs": self.inputs,
            }
        else:
            found = Commission(
                content=self.photograph, styles=self.paintings, settings=settings,
                weights=self.weights, computing=self.computing, objective=self.objective,
                bits=more.get("bits", 8), colours=self.colours, grain=self.grain,
            ).tables()  # fmt: skip
            found["taken"] = {
                "size": self.told.get("size"), "style_scale": self.told.get("style_scale", 1.0)
            }  # fmt: skip
        found["machine"] = dict(fingerprint(self.computing, settings.network))
        found["result"] = result_of(best)
        if cut_short:
            found["cut_short"] = True
        if earlier:
            found["earlier"] = list(earlier)
        return json.dumps(found, separators=(",", ":"))


def taken(
    content: Picture,
    style: Picture | Sequence[Picture],
    settings: Settings | None,
    weights: Weights | Somewhere | None,
    size: int | None = None,
    style_scale: float | Sequence[float] = 1.0,
    colours: Colours = "style",
    grain: float = 0.0,
    content_masks: Picture | Sequence[Picture] | None = None,
    style_masks: Picture | Sequence[Picture] | None = None,
    computing: Computing = Computing(),
    objective: Made = Objective,
    print_size: str | None = None,
    dpi: float | None = None,
    choices: Mapping[str, Any] = MappingProxyType({}),
) -> tuple[Origin, Settings]:
    """Make of what people give what is painted from, and the settings; see `paint`."""
    chosen = Settings() if settings is None else settings
    check_kind("settings", chosen, Settings)
    chosen = with_choices(chosen, choices)
    check_choice("colours", colours, get_args(Colours))
    check_number("grain", grain)
    NOTHING.at(dpi)  # or it is refused, before anything is painted
    if print_size is not None:
        if size is not None:
            raise InputError("size and print_size both say how large it is; leave one of them out.")
        dpi = USUAL if dpi is None else dpi
        size = pixels_in_print(print_size, dpi)
    C = as_picture("The content", content, size)
    given, paintings = as_pictures("The style", style, size, style_scale)
    if not paintings and chosen.beta:
        raise InputError("There is no style; give at least one picture.")
    theirs: Any = weights
    if weights is None or isinstance(weights, str | os.PathLike):
        theirs = load_weights(weights, chosen.network)
    check_arguments(C, paintings, chosen, theirs, computing)
    of_content, of_styles = as_list(content_masks), as_list(style_masks)
    ours = objective is Objective
    if ours:
        refuse_too_large([C, *paintings], chosen, computing, bool(of_content or of_styles))
    if of_content or of_styles:
        if not ours:
            raise InputError("Masks make a J of their own; leave them or the objective out.")
        check_number_of_masks(len(of_content), len(of_styles), len(given))
        objective = Masked(
            masks_of("The content mask", of_content, [content] * len(given), [C] * len(given)),
            masks_of("The style mask", of_styles, given, paintings),
        )
    files: dict[str, Any] = {"content": content} | ({} if weights is None else {"weights": weights})
    for role, some in ("style", given), ("content_mask", of_content), ("style_mask", of_styles):
        files |= {f"{role}-{n}": one for n, one in enumerate(some, 1)}
    all_files = all(isinstance(one, str | os.PathLike) for one in files.values())
    all_files = all_files and ours and not isinstance(chosen.start, np.ndarray)
    seen, styles, _ = recoloured(colours, C, paintings, chosen)
    scales: Any = [style_scale] if isinstance(style_scale, Real) else style_scale
    origin = Origin(
        photograph=C, paintings=paintings, content=seen, styles=styles, weights=theirs,
        computing=computing, objective=objective, colours=colours, grain=float(grain),
        file=Path(content) if isinstance(content, str | os.PathLike) else None, dpi=dpi,
        inputs={role: described(Path(path)) for role, path in files.items()} if all_files else {},
        told=plain({"size": size or (SIZE if all_files else None), "colours": colours,
              "grain": float(grain), "style_scale": [float(scale) for scale in scales]}),
    )  # fmt: skip
    return origin, chosen


def masks_of(
    name: str, masks: Sequence[Any], given: Sequence[Any], taken: Sequence[Array]
) -> list[Array]:
    """Take a mask for each picture, or none for any."""
    return [
        as_mask(f"{name} {n}", mask, of, picture)
        for n, (mask, of, picture) in enumerate(zip(masks, given, taken, strict=False), 1)
    ]


def with_choices(settings: Settings, choices: Mapping[str, Any]) -> Settings:
    """Return settings of which some are other ones, or say what somebody may have meant."""
    known = [one.name for one in fields(Settings)]
    for name in choices:
        if name not in known:
            close = meant(name, [*known, *signature(taken).parameters])
            said = ours_for(name) or close or "; see Settings."
            raise InputError(f"There is no argument and no setting {name!r}{said}")
    return replace(settings, **choices) if choices else settings


def as_list(masks: Any) -> list[Any]:
    """Return masks as a list: none, one, or several."""
    if masks is None:
        return []
    return list(masks) if isinstance(masks, list | tuple) else [masks]
