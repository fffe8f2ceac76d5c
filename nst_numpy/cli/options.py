"""`Settings` as a shell spells them: the same fields with dashes, some of them as text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from cyclopts import Parameter, Token

from nst_numpy.errors import InputError
from nst_numpy.files.images import load_image
from nst_numpy.settings import Settings, Start


def read_layers(_: Any, tokens: Sequence[Token]) -> dict[str, float]:
    """Read ``conv4_2:1,conv5_2:0.5``; a layer without a number has the weight 1."""
    weights: dict[str, float] = {}
    text = tokens[0].value
    for part in text.split(",") if text.strip() else ():
        layer, _, weight = (piece.strip() for piece in part.partition(":"))
        try:
            if not layer:
                raise ValueError  # noqa: TRY301
            number = float(weight or 1)
        except ValueError:
            raise ValueError(
                f"{part!r} is not a layer and its weight, as in conv4_2:1,conv5_2:0.5."
            ) from None
        if layer in weights:
            raise ValueError(f"{layer} is given twice.")
        weights[layer] = number
    return weights


def show_layers(weights: Mapping[str, float]) -> str:
    """Write layers as `read_layers` reads them, to the last digit."""
    return ",".join(
        f"{layer}:{repr(float(weight)).removesuffix('.0')}" for layer, weight in weights.items()
    )


def read_whole(_: Any, tokens: Sequence[Token]) -> int:
    """Read a whole number, and nothing that would have to be rounded."""
    try:
        return int(tokens[0].value)
    except ValueError:
        raise ValueError(f"{tokens[0].value!r} is not a whole number.") from None


def read_size(_: Any, tokens: Sequence[Token]) -> int | Literal["max"]:
    """Read a whole number, or ``max``."""
    if tokens[0].value == "max":
        return "max"
    try:
        return int(tokens[0].value)
    except ValueError:
        raise ValueError(f"{tokens[0].value!r} is neither a whole number nor max.") from None


def read_file(_: Any, tokens: Sequence[Token]) -> Path:
    """Read the name of a file."""
    if not tokens[0].value:
        raise ValueError("The name of the file is empty.")
    return Path(tokens[0].value)


LAYERS = Parameter(converter=read_layers, accepts_keys=False, n_tokens=1, show_default=show_layers)
CONTENT_HELP = (
    "Layers whose activations G shares with the content, and the weight of each, "
    "as in conv4_2:1,conv5_2:0.5."
)
STYLE_HELP = (
    "Layers whose Gram matrices G shares with the style, and the λ of each, "
    "as in conv1_1:1,conv2_1:0.5."
)
SIZE_HELP = (
    "Longest side of the painting, and of the styles, in pixels; max is the largest for which "
    "there is memory."
)
Whole = Annotated[int, Parameter(converter=read_whole, n_tokens=1)]
Size = Annotated[
    int | Literal["max"],
    Parameter(converter=read_size, n_tokens=1, help=SIZE_HELP, show_choices=False),
]
File = Annotated[Path | None, Parameter(converter=read_file, n_tokens=1)]


@dataclass(frozen=True, eq=False)
class Options(Settings):  # noqa: D101  (the next line)
    __doc__ = Settings.__doc__

    content_layers: Annotated[Mapping[str, float], LAYERS, Parameter(help=CONTENT_HELP)] = field(
        default_factory=lambda: Settings().content_layers
    )
    style_layers: Annotated[Mapping[str, float], LAYERS, Parameter(help=STYLE_HELP)] = field(
        default_factory=lambda: Settings().style_layers
    )
    start: str = "content"  # type: ignore[assignment]  # one of the names, or a file's
    margin: Whole = Settings.margin
    iterations: Whole = Settings.iterations
    scales: Whole = Settings.scales
    size: Size = Settings.size  # type: ignore[assignment]  # a number, or max
    seed: Whole = Settings.seed
    threads: Annotated[int | None, Parameter(converter=read_whole, n_tokens=1)] = Settings.threads

    def __post_init__(self) -> None:
        """Check nothing yet: the start may be the name of a file, and the size may be max."""

    @property
    def start_file(self) -> Path | None:
        """The picture to start from, if it is one of somebody's own.

        Raises
        ------
        InputError
            If there is no such file.
        """
        if self.start in get_args(Start):
            return None
        names = ", ".join(get_args(Start))
        if not self.start:
            raise InputError(f"The start is empty; it is one of {names}, or a picture's file.")
        if not Path(self.start).exists():
            raise InputError(
                f"The start is one of {names}, or a picture's file; {self.start} does not exist."
            )
        return Path(self.start)

    def checked(self) -> Settings:
        """Make the `Settings` as far as they can be before a picture is read."""
        values = {f.name: getattr(self, f.name) for f in fields(Settings)}
        if self.start_file:
            values["start"] = Settings.start
        if self.size == "max":
            values["size"] = Settings.size
        return Settings(**values)

    def settings(self, shape: tuple[int, ...]) -> Settings:
        """Make the `Settings`, and check them; `shape` is that of the content."""
        values = {f.name: getattr(self, f.name) for f in fields(Settings)}
        if file := self.start_file:
            values["start"] = load_image(file, shape=(shape[0], shape[1]))
        return Settings(**values)
