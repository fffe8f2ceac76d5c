"""Everything that can be chosen, with its default and its checks."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Literal, get_args

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.errors import InputError

Pooling = Literal["average", "max"]
Start = Literal["content", "noise", "gray"]
Backend = Literal["auto", "numpy", "numba"]
OptimizerName = Literal["lbfgs", "adam", "gradient-descent"]


def _content_layers() -> dict[str, float]:
    return {"conv4_2": 1.0}


def _style_layers() -> dict[str, float]:
    """λ_l = 1/n_C²: the weighting of Gatys' own code, in which deep layers count less."""
    return {
        "conv1_1": 64.0**-2,
        "conv2_1": 128.0**-2,
        "conv3_1": 256.0**-2,
        "conv4_1": 512.0**-2,
        "conv5_1": 512.0**-2,
    }


MOST_SCALES = 8
MOST_THREADS = 256


@dataclass(frozen=True, eq=False)
class Settings:
    """What to minimise and how: J(G) = α·J_content + β·Σ λ_l·J_style[l] + tv_weight·J_tv.

    Attributes
    ----------
    alpha
        α, the weight of the content cost.
    beta
        β, the weight of the style cost.
    content_layers
        Layers in which G should match the content's activations, and the weight of each.
    style_layers
        Layers in which G should match the style's Gram matrix, and the λ of each.
    tv_weight
        Weight of the total variation; smooths the painting.
    margin
        Paint this many pixels beyond each edge, over the content's mirror image, and cut them
        off in the end: with them goes the pale frame that VGG-19 puts around a picture.
    pooling
        How VGG-19 halves a picture: average (smoother paintings) or max (as it was trained).
    start
        The picture to start from: content, noise, gray, or a picture of your own. From noise or
        gray the content is found again only with a larger alpha, 10 or more.
    optimizer
        What changes G: lbfgs, adam or gradient-descent.
    learning_rate
        Size of the optimizer's steps (of lbfgs: the first trial of each); each optimizer has a
        default of its own.
    iterations
        Number of steps at each scale.
    scales
        Paint this many sizes, each twice the one before, and start each from the last.
    size
        Longest side, in pixels, to which the command line brings the pictures that it loads; in
        Python, give it to `load_image`.
    seed
        Seed of the noise.
    backend
        What computes: numpy (the definition), numba (the same compiled), or auto, which takes
        numba where it is installed. float64 is always computed by the definition.
    threads
        How many threads numba may use; as many as there are processors, if not given.

    Raises
    ------
    InputError
        If a value is out of its range; the sentence names the field.
    """

    alpha: float = 1.0
    beta: float = 250.0
    content_layers: Mapping[str, float] = field(default_factory=_content_layers)
    style_layers: Mapping[str, float] = field(default_factory=_style_layers)
    tv_weight: float = 0.0
    margin: int = 16
    pooling: Pooling = "average"
    start: Start | Array = "content"
    optimizer: OptimizerName = "lbfgs"
    learning_rate: float | None = None
    iterations: int = 100
    scales: int = 2
    size: int = 512
    seed: int = 0
    backend: Backend = "auto"
    threads: int | None = None

    def __post_init__(self) -> None:
        for name in ("alpha", "beta", "tv_weight"):
            _check_at_least_zero(name, getattr(self, name))
        for name in ("content_layers", "style_layers"):
            object.__setattr__(self, name, dict(getattr(self, name)))  # a copy of our own
            for layer, weight in getattr(self, name).items():
                _check_at_least_zero(f"{name}[{layer!r}]", weight)
        _check_choice("pooling", self.pooling, get_args(Pooling))
        _check_choice("optimizer", self.optimizer, get_args(OptimizerName))
        _check_choice("backend", self.backend, get_args(Backend))
        if self.threads is not None and not 1 <= self.threads <= MOST_THREADS:
            raise InputError(f"threads must be between 1 and {MOST_THREADS}, not {self.threads}.")
        if isinstance(self.start, str):
            _check_choice("start", self.start, get_args(Start))
        if self.learning_rate is not None and not 0 < self.learning_rate < math.inf:
            raise InputError(f"learning_rate must be above 0, not {self.learning_rate}.")
        for name, least in (
            ("margin", 0),
            ("iterations", 0),
            ("scales", 1),
            ("size", 1),
            ("seed", 0),
        ):
            if not isinstance(getattr(self, name), int | np.integer):
                raise InputError(f"{name} must be a whole number, not {getattr(self, name)!r}.")
            if getattr(self, name) < least:
                raise InputError(f"{name} must be at least {least}, not {getattr(self, name)}.")
        if self.scales > MOST_SCALES:
            raise InputError(f"scales must be at most {MOST_SCALES}, not {self.scales}.")
        if self.margin % 2 ** (self.scales - 1):
            raise InputError(
                f"margin must be a multiple of {2 ** (self.scales - 1)}, since it is halved with "
                f"each of {self.scales} scales, not {self.margin}."
            )
        content = self.alpha * sum(self.content_layers.values())
        style = self.beta * sum(self.style_layers.values())
        if content + style == 0:
            raise InputError(
                "There is nothing to paint: alpha or all content_layers are 0, and so are beta or "
                "all style_layers; the total variation alone paints nothing."
            )

    def __eq__(self, other: object) -> bool:
        """Compare field by field, a start picture pixel by pixel."""
        if not isinstance(other, Settings):
            return NotImplemented
        return all(
            np.array_equal(getattr(self, f.name), getattr(other, f.name)) for f in fields(self)
        )

    __hash__ = None  # type: ignore[assignment]


def _check_at_least_zero(name: str, value: float) -> None:
    if not 0 <= value < math.inf:
        raise InputError(f"{name} must be a number of at least 0, not {value}.")


def _check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise InputError(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
