"""What another system weighs, in our units, and back: a `Preset`.

Their costs, written out (`docs/10-weightings.md`), are ours with other numbers in front. With F and
P the activations of the picture and of the content, G and A the Gram matrices, M = n_H·n_W:

    J = w_content · a · Σ (F - P)² / (M·n_C)  +  w_style · Σ_l b·λ_l · Σ (G - A)² / (n_C²·M²)

w_content and w_style are the weights that one gives to their program, a, b and λ_l what its code
makes of them. The lectures divide by 4 besides, so α = 4·a·w_content and β = 4·b·w_style; and back,
w_content = α / 4a and w_style = β / 4b. The J of a preset is theirs, number for number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nst_numpy.appearance import number
from nst_numpy.errors import check_number, check_whole
from nst_numpy.network import VGG19, Pooling
from nst_numpy.optimizers import OptimizerName
from nst_numpy.settings import Settings, Start

PIXELS = 400 * 600
"""Of the picture, where one system's weights depend on it and nobody says how large it is."""


def pools_below(layer: str) -> int:
    """Return how often a picture has been halved where a layer looks at it."""
    return sum("pool" in name for name in VGG19.up_to([layer]))


@dataclass(frozen=True, kw_only=True, repr=False)
class Preset:
    """A system: its weights, its way to the picture, and what cannot be said in `Settings`.

    Attributes
    ----------
    system
        What it is, in words.
    source
        Where its code is.
    content_layer
        Its one content layer.
    content_weight, style_weight
        Its defaults: what one would give to it.
    names
        What it calls these two.
    a, b
        What its code makes of them, beside the mean over the positions; see above.
    sums_content
        Whether it adds the squares of the content up instead of taking their mean: then its weight
        grows with the picture, and a is multiplied by M·n_C of the content layer.
    lambdas
        λ_l of each style layer.
    start, optimizer, learning_rate, iterations, pooling
        As in `Settings`; the learning rate in units of [0, 1]. That of plain steps is for a picture
        of `PIXELS`, see `rate`.
    differs
        What it does differently, and what no weight can make up for.
    """

    system: str
    source: str
    content_weight: float
    style_weight: float
    names: tuple[str, str] = ("content_weight", "style_weight")
    a: float = 1.0
    b: float = 1.0
    lambdas: Mapping[str, float]
    content_layer: str = "conv4_2"
    sums_content: bool = False
    start: Start = "content"
    optimizer: OptimizerName = "lbfgs"
    learning_rate: float | None = None
    iterations: int
    pooling: Pooling = "max"
    differs: tuple[str, ...] = ()

    def __repr__(self) -> str:
        of_content, of_style = self.names
        return (
            f"Preset({self.system}: {of_content} = {number(self.content_weight)}, "
            f"{of_style} = {number(self.style_weight)}, {self.optimizer}, "
            f"{self.iterations} iterations)"
        )

    def factors(self, pixels: int = PIXELS) -> tuple[float, float]:
        """Return what their two weights are multiplied by: 4a and 4b.

        Parameters
        ----------
        pixels : int
            n_H·n_W of the picture; it counts where the squares of the content are added up.
        """
        check_whole("pixels", pixels, 1)
        n_C, pools = VGG19.channels[self.content_layer][1], pools_below(self.content_layer)
        numbers = n_C * pixels / 4**pools if self.sums_content else 1.0
        return 4 * self.a * numbers, 4 * self.b

    def rate(self, pixels: int = PIXELS) -> float | None:
        """Return the learning rate at a picture's size.

        The style's cost is a mean over M positions, so its gradient at each number falls as 1/M,
        and so does its curvature; so steps -η·∂J/∂G that are as long, and as far from diverging,
        need an η that grows as M. (The content, where its squares are added up, has a curvature
        that stays, and would bear much larger steps.) Other optimizers divide the length away.
        """
        check_whole("pixels", pixels, 1)
        if self.learning_rate is None or self.optimizer != "gradient-descent":
            return self.learning_rate
        return self.learning_rate * pixels / PIXELS

    def of_size(self, pixels: int) -> dict[str, Any]:
        """Return what depends on the picture's size, by its names in `Settings`."""
        made = self.settings(pixels=pixels)
        return {"alpha": made.alpha, "learning_rate": made.learning_rate}

    def settings(
        self,
        content_weight: float | None = None,
        style_weight: float | None = None,
        pixels: int = PIXELS,
    ) -> Settings:
        """Translate their weights, the default ones where none is given, into `Settings`.

        Beside weights, start, optimizer and pooling these say what all of them do: one scale, no
        margin, no bounds, all changes of the picture alike, and all iterations.

        Raises
        ------
        InputError
            If a weight is not a number of at least 0.
        """
        w_content = self.content_weight if content_weight is None else content_weight
        w_style = self.style_weight if style_weight is None else style_weight
        check_number("content_weight", w_content)
        check_number("style_weight", w_style)
        of_content, of_style = self.factors(pixels)
        return Settings(
            alpha=of_content * w_content,
            beta=of_style * w_style,
            content_layers={self.content_layer: 1.0},
            style_layers=self.lambdas,
            pooling=self.pooling,
            start=self.start,
            optimizer=self.optimizer,
            learning_rate=self.rate(pixels),
            iterations=self.iterations,
            scales=1,
            margin=0,
            bounds=False,
            metric=0.0,
            gain=0.0,
        )

    def weights(self, alpha: float, beta: float, pixels: int = PIXELS) -> tuple[float, float]:
        """Translate back: what this system would have to be given, for this preset's layers.

        Raises
        ------
        InputError
            If α or β is not a number of at least 0.
        """
        check_number("alpha", alpha)
        check_number("beta", beta)
        of_content, of_style = self.factors(pixels)
        return alpha / of_content, beta / of_style
