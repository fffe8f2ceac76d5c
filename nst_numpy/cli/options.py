"""`Settings` as a shell spells them: the same fields with dashes, three of them as text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Annotated, Any, get_args

from cyclopts import Parameter, Token

from nst_numpy.files.images import load_image
from nst_numpy.settings import Settings, Start


def read_layers(_: Any, tokens: Sequence[Token]) -> dict[str, float]:
    """Read ``conv4_2:1,conv5_2:0.5``; a layer without a number has the weight 1."""
    weights = {}
    for part in tokens[0].value.split(","):
        layer, _, weight = part.strip().partition(":")
        try:
            weights[layer] = float(weight or 1)
        except ValueError:
            raise ValueError(
                f"{part!r} is not a layer and its weight, as in conv4_2:1,conv5_2:0.5."
            ) from None
    return weights


def show_layers(weights: Mapping[str, float]) -> str:
    """Write layers as `read_layers` reads them."""
    return ",".join(f"{layer}:{weight:.3g}" for layer, weight in weights.items())


Layers = Annotated[
    Mapping[str, float],
    Parameter(converter=read_layers, accepts_keys=False, n_tokens=1, show_default=show_layers),
]


@dataclass(frozen=True, eq=False)
class Options(Settings):  # noqa: D101  (the next line)
    __doc__ = Settings.__doc__

    content_layers: Layers = field(default_factory=lambda: Settings().content_layers)
    style_layers: Layers = field(default_factory=lambda: Settings().style_layers)
    start: str = "content"  # type: ignore[assignment]  # one of the names, or a file's

    def __post_init__(self) -> None:
        """Check nothing yet: the start may be the name of a file."""

    def settings(self, shape: tuple[int, ...]) -> Settings:
        """Make the `Settings`, and check them; `shape` is that of the content."""
        values = {f.name: getattr(self, f.name) for f in fields(Settings)}
        if self.start not in get_args(Start):
            values["start"] = load_image(self.start, shape=(shape[0], shape[1]))
        return Settings(**values)
