"""`Settings` and `Computing` as a shell spells them: the same fields, some of them as text."""

import inspect
from copy import copy
from dataclasses import MISSING, dataclass, field, fields, make_dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args, get_type_hints

from cyclopts import Group, Parameter

from nst_numpy.backend import Computing
from nst_numpy.cli.spelling import NAMED, SPELLINGS, File, Named, Numbers, Size, Whole
from nst_numpy.errors import InputError
from nst_numpy.files.images import load_image
from nst_numpy.files.reading import first_bytes
from nst_numpy.palette import Colours
from nst_numpy.presets import PIXELS, PRESETS
from nst_numpy.settings import Settings, Start
from nst_numpy.studio.keeping import Keep

SCALE_HELP = (
    "How large the styles are, as a share of --size: one number for all, or one for each, as in "
    "1,0.5. A larger style has larger strokes."
)
MASK = Parameter(
    negative=(),
    show_default=False,
    help="A black and white picture of the photograph's proportions: white where a style is to be "
    "painted. Repeat the option for each style, in their order: --content-mask sky.png "
    "--content-mask land.png. Where none is white, the photograph stays as it is. With --statistic "
    "gram only.",
)
STYLE_MASK = Parameter(
    negative=(),
    show_default=False,
    help="The same for each style, and repeated, too: white what is taken from it.",
)
COLOURS_HELP = (
    "Whose colours: the style's; or the photograph's, in that only light and dark are painted "
    "(luminance), or in that the style is given them before it is looked at (match, and three "
    "other ways)."
)
GRAIN_HELP = (
    "If a painting has more coloured grain where it is flat than its styles, average the colours "
    "of neighbours that differ by less than about this many levels of 255 before it is saved; "
    "strokes and light stay as they are. 0 to save what was painted, as with a preset."
)
PRESET_HELP = (
    "Another system's weights, start, optimizer and pooling, in these units: the command presets "
    "lists them. Options that are given beside it win over it."
)
BALANCE_HELP = (
    "Choose the weights of the style layers such that each pulls as hard as any other at the start."
)
NORMALISE_HELP = (
    "Bring the gradient of each term at its layer to one length before its weight counts; not with "
    "lbfgs."
)
KEEP_HELP = "Which picture is saved: that of the lowest J, the last, or the average of the last."
EVERY_HELP = (
    "Every so many steps, save the picture beside the painting, too, as it is then and in full "
    "size: OUT-0020.png; 0 for never."
)
PULLS_HELP = (
    "Measure every so many steps how hard each term pulls at the pixels, and in which direction; "
    "0 for never. Each time takes as long as some evaluations."
)
BITS_HELP = "Of each number in the file; 16 in PNG and TIFF."
PRINT_HELP = (
    "Longest side of the painting on paper, as in 40cm, 400mm or 16in, instead of --size; with "
    "--dpi, 300 if that is not given."
)
DPI_HELP = "Pixels per inch, told by the file; the photograph's, if not given."
LOCATION_HELP = "Keep where the photograph was taken, too; the rest of its EXIF is kept anyway."
PROFILE_HELP = (
    "Whose colour profile the painting has: the photograph's, or srgb. The colours are the same."
)
TRACE_HELP = "A file for the costs of every step: a line of JSON each."
GROUPS = {
    "What J is": "alpha beta content_layers style_layers style_weights statistic tv_weight network "
    "pooling margin",
    "How it is minimised": "start optimizer bounds metric learning_rate pairs iterations gain "
    "scales seed",
    "What computes": "backend threads memory rows strips cluster remember",
}
"""Fields of `Settings` and `Computing` under the headings of ``--help``."""
ORDER = [Group(name, sort_key=number) for number, name in enumerate(GROUPS)]
GENERAL = Group("Options", sort_key=-1)
REGIONS = Group("Colours, sizes and regions", sort_key=3)
KEPT = Group("What is told and kept", sort_key=4)
FILED = Group("The painting's file", sort_key=5)
GROUP_OF = {
    name: group for group, names in zip(ORDER, GROUPS.values(), strict=True)
    for name in names.split()
}  # fmt: skip


def spelled(*parts: type) -> Any:
    """Put the fields of some dataclasses together into one, as a shell writes them."""
    rows = []
    about = []
    for part in parts:
        hints = get_type_hints(part)
        about.append(inspect.getdoc(part).partition("Attributes\n----------\n")[2])  # type: ignore[union-attr]
        for f in fields(part):
            default = f.default if f.default_factory is MISSING else f.default_factory()
            if f.name in NAMED:
                default = next(name for name, value in NAMED[f.name].items() if value == default)
            kind = SPELLINGS.get(f.name) or SPELLINGS.get(hints[f.name], hints[f.name])
            kind = Annotated[kind, Parameter(group=GROUP_OF[f.name])]
            rows.append((f.name, kind, field(default_factory=partial(copy, default))))
    made = make_dataclass("Spelled", rows, frozen=True, eq=False)
    made.__doc__ = "\n".join(
        ["Attributes", "----------", *(text.partition("Raises\n")[0].strip() for text in about)]
    )
    return made


_Spelled = spelled(Settings, Computing)


@dataclass(frozen=True, eq=False)
class Options(_Spelled):  # type: ignore[misc, valid-type]  # noqa: D101  (the next line)
    __doc__ = _Spelled.__doc__

    size: Size = 512
    preset: Annotated[Literal[tuple(PRESETS)] | None, Parameter(help=PRESET_HELP)] = None  # type: ignore[valid-type]
    colours: Annotated[Colours, Parameter(help=COLOURS_HELP, group=REGIONS)] = "style"
    grain: Annotated[float, Parameter(help=GRAIN_HELP, group=REGIONS)] = 5.0
    style_scale: Annotated[Numbers, Parameter(help=SCALE_HELP, group=REGIONS)] = ()
    content_mask: Annotated[tuple[Named, ...], MASK, Parameter(group=REGIONS)] = ()
    style_mask: Annotated[tuple[Named, ...], STYLE_MASK, Parameter(group=REGIONS)] = ()
    balance: Annotated[
        bool, Parameter(negative=(), show_default=False, help=BALANCE_HELP, group=ORDER[0])
    ] = False
    normalise_gradients: Annotated[
        bool, Parameter(negative=(), show_default=False, help=NORMALISE_HELP, group=ORDER[1])
    ] = False
    keep: Annotated[Keep, Parameter(help=KEEP_HELP, group=KEPT)] = "best"
    averaged: Annotated[
        Whole, Parameter(help="Of how many steps --keep average is.", group=KEPT)
    ] = 10
    save_every: Annotated[Whole, Parameter(help=EVERY_HELP, group=KEPT)] = 0
    pulls: Annotated[Whole, Parameter(help=PULLS_HELP, group=KEPT)] = 0
    trace: Annotated[File, Parameter(help=TRACE_HELP, group=KEPT)] = None
    bits: Annotated[Whole, Parameter(help=BITS_HELP, group=FILED)] = 8
    print_size: Annotated[
        str | None, Parameter(help=PRINT_HELP, group=FILED, show_default=False)
    ] = None
    dpi: Annotated[float | None, Parameter(help=DPI_HELP, group=FILED, show_default=False)] = None
    profile: Annotated[Literal["photograph", "srgb"], Parameter(help=PROFILE_HELP, group=FILED)] = (
        "photograph"
    )
    keep_location: Annotated[
        bool, Parameter(negative=(), show_default=False, help=LOCATION_HELP, group=FILED)
    ] = False

    def __new__(cls, *_: Any, **given: Any) -> Self:
        """Remember which options were given: beside a preset they win."""
        made: Self = super().__new__(cls)
        object.__setattr__(made, "given", frozenset(given))
        return made

    def __post_init__(self) -> None:
        """Take from the preset, if there is one, what was not given."""
        if self.preset:
            values = PRESETS[self.preset].settings()
            for f in fields(Settings):
                if f.name not in NAMED and f.name not in self.given:
                    object.__setattr__(self, f.name, getattr(values, f.name))

    def but(self, **changes: Any) -> Self:
        """Return options of which some have other values; what was not given before is not now."""
        return type(self)(**{name: getattr(self, name) for name in self.given} | changes)

    @property
    def start_file(self) -> Path | None:
        """The picture to start from, if it is one of somebody's own.

        Raises
        ------
        InputError
            If there is no such file, or it cannot be read.
        """
        if self.start in get_args(Start):
            return None
        names = ", ".join(get_args(Start))
        if not self.start:
            raise InputError(f"The start is empty; it is one of {names}, or a picture's file.")
        try:
            first_bytes(Path(self.start))
        except InputError as error:
            raise InputError(f"The start is one of {names}, or a picture's file; {error}") from None
        return Path(self.start)

    @property
    def computing(self) -> Computing:
        """What computes."""
        return Computing(**{f.name: getattr(self, f.name) for f in fields(Computing)})

    def settings(self, shape: tuple[int, ...] | None = None) -> Settings:
        """Make the `Settings`, and check them.

        Parameters
        ----------
        shape : (n_H, n_W, …), optional
            Of the content, to which a picture to start from is brought; where it is not known yet,
            everything but that picture is checked.
        """
        values = {f.name: getattr(self, f.name) for f in fields(Settings)}
        for name, known_values in NAMED.items():
            values[name] = known_values[values[name]]
        if self.preset:
            sized = PRESETS[self.preset].of_size(shape[0] * shape[1] if shape else PIXELS)
            values |= {name: sized[name] for name in sized.keys() - self.given}
        if file := self.start_file:
            values["start"] = Settings.start
            if shape:
                values["start"] = load_image(file, shape=(shape[0], shape[1]))
        return Settings(**values)
