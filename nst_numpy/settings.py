"""What to minimise and how: everything that can be chosen, with its default and its checks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Literal, get_args

import numpy as np

from nst_numpy.appearance import call
from nst_numpy.arrays import Array
from nst_numpy.canvas import check_picture
from nst_numpy.costs import Gram, Statistic
from nst_numpy.costs.term import check_statistic
from nst_numpy.errors import (
    InputError,
    check_choice,
    check_kind,
    check_number,
    check_whole,
    shown,
)
from nst_numpy.network import VGG19, Network, Pooling
from nst_numpy.optimizers import OPTIMIZERS, OptimizerName

Start = Literal["content", "noise", "gray"]

STYLE_LAYERS = ("conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv5_1")
MOST_SCALES = 8
MOST_PAIRS = 1000
MOST_ITERATIONS = 10**9  # more than anybody waits for
MOST_METRIC = 4.0  # beyond it the coarsest frequencies, to this power, are too large for float32


def _content_layers() -> dict[str, float]:
    return {"conv4_2": 1.0}


def _style_layers() -> dict[str, float]:
    """λ_l = 1/n_C²: the weighting of Gatys' own code, in which deep layers count less."""
    return {layer: float(VGG19.channels[layer][1]) ** -2 for layer in STYLE_LAYERS}


@dataclass(frozen=True, eq=False, repr=False)
class Settings:
    """The choices: J(G) = α·J_content + β·Σ λ_l·J_style[l] + tv_weight·J_tv.

    Attributes
    ----------
    alpha
        α, the weight of the content cost.
    beta
        β, the weight of the style cost.
    content_layers
        Layers in which G should match the content's activations, and the weight of each.
    style_layers
        Layers in which G should match the style, and the λ of each.
    style_weights
        How much each style counts beside the others, as in 3,1; all alike, if there are none.
    statistic
        What is measured of a style: the Gram matrix, or a statistic of your own.
    tv_weight
        Weight of the total variation; smooths the painting.
    margin
        Paint this many pixels beyond each edge, over the content's mirror image, and cut them
        off in the end: with them goes the pale frame that VGG-19 puts around a picture.
    network
        Whose features are compared; the weights must be this network's.
    pooling
        How the network halves a picture: average (smoother paintings) or max (as it was trained);
        if not given, as the network says: VGG-19 here averages.
    start
        The picture to start from: content, noise, gray, or a picture of your own. From noise or
        gray the content comes back only with a larger alpha: 10 or more, with the default β and λ.
    optimizer
        What changes G: lbfgs, adam or gradient-descent.
    bounds
        Keep G inside [0, 1] while it is painted. Without, J may fall a little lower outside, and
        rises when the picture is clipped for its file.
    metric
        p: changes of a picture of the frequency f are taken to be as easy as f^-p, so that coarse
        ones come first; 0 for all alike, 4 at most.
    learning_rate
        Size of the optimizer's steps (of lbfgs: the first trial of each); each optimizer has a
        default of its own.
    pairs
        How many of its last steps lbfgs remembers: two pictures for each.
    iterations
        Number of steps at each scale, at most.
    gain
        Leave a scale when its last ten steps have lowered J by less than this share; 0 for never.
    scales
        Paint this many sizes, each twice the one before, and start each from the last.
    seed
        Seed of the noise.

    Raises
    ------
    InputError
        If a value is out of its range; the sentence names the field.

    Examples
    --------
    >>> import nst_numpy as nst
    >>> more_style = nst.Settings(beta=1000, start="noise")
    >>> more_style
    Settings(beta=1000, start='noise')
    >>> from dataclasses import replace
    >>> replace(more_style, iterations=200, style_layers={"conv3_1": 1 / 65536})
    Settings(beta=1000, style_layers={'conv3_1': 1/65536}, start='noise', iterations=200)
    """

    alpha: float = 1.0
    beta: float = 250.0
    content_layers: Mapping[str, float] = field(default_factory=_content_layers)
    style_layers: Mapping[str, float] = field(default_factory=_style_layers)
    style_weights: Sequence[float] = ()
    statistic: Statistic = Gram()
    tv_weight: float = 0.0
    margin: int = 16
    network: Network = VGG19
    pooling: Pooling | None = None
    start: Start | Array = "content"
    optimizer: OptimizerName = "lbfgs"
    bounds: bool = True
    metric: float = 1.0
    learning_rate: float | None = None
    pairs: int = 20
    iterations: int = 60
    gain: float = 0.01
    scales: int = 2
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("alpha", "beta", "tv_weight"):
            check_number(name, getattr(self, name))
        check_kind("network", self.network, Network)
        check_statistic("statistic", self.statistic)
        for name in ("content_layers", "style_layers"):
            check_kind(name, getattr(self, name), Mapping)
            object.__setattr__(self, name, dict(getattr(self, name)))  # a copy of our own
            for layer, weight in getattr(self, name).items():
                check_number(f"{name}[{layer!r}]", weight)
        check_kind("style_weights", self.style_weights, Sequence)
        object.__setattr__(self, "style_weights", tuple(self.style_weights))
        for number, weight in enumerate(self.style_weights, 1):
            check_number(f"style_weights, number {number},", weight)
        if self.style_weights and not any(self.style_weights):
            raise InputError("All style_weights are 0; one must be above 0.")
        if self.pooling is not None:
            check_choice("pooling", self.pooling, get_args(Pooling))
            object.__setattr__(self, "network", replace(self.network, pooling=self.pooling))
        check_choice("optimizer", self.optimizer, tuple(OPTIMIZERS))
        if isinstance(self.start, np.ndarray):
            check_picture("start", self.start)
        else:
            check_choice("start", self.start, get_args(Start))
        check_kind("bounds", self.bounds, bool)
        check_number("metric", self.metric)
        if self.metric > MOST_METRIC:
            raise InputError(f"metric must be at most {MOST_METRIC:g}, not {shown(self.metric)}.")
        check_number("gain", self.gain)
        if self.learning_rate is not None:
            check_number("learning_rate", self.learning_rate, above=True)
        check_whole("pairs", self.pairs, 0, MOST_PAIRS)
        check_whole("margin", self.margin)
        check_whole("iterations", self.iterations, 0, MOST_ITERATIONS)
        check_whole("scales", self.scales, 1, MOST_SCALES)
        check_whole("seed", self.seed)
        if self.margin % 2 ** (self.scales - 1):
            raise InputError(
                f"margin must be a multiple of {2 ** (self.scales - 1)}, since it is halved with "
                f"each of {self.scales} scales, not {self.margin}."
            )
        content = float(self.alpha) * sum(map(float, self.content_layers.values()))
        style = float(self.beta) * sum(map(float, self.style_layers.values()))
        if content + style == 0:
            raise InputError(
                "There is nothing to paint: alpha or all content_layers are 0, and so are beta or "
                "all style_layers; the total variation alone paints nothing."
            )

    @property
    def taps(self) -> tuple[str, ...]:
        """The layers of the network that J looks at."""
        return tuple({**self.content_layers, **self.style_layers})

    def __eq__(self, other: object) -> bool:
        """Compare field by field, a start picture pixel by pixel."""
        if not isinstance(other, Settings):
            return NotImplemented
        return all(
            np.array_equal(getattr(self, f.name), getattr(other, f.name)) for f in fields(self)
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """Write what differs from the defaults, as Python reads it; of a picture only its size."""
        usual = vars(Settings(pooling=self.pooling)) | {"pooling": None}
        return call("Settings", vars(self), usual)
