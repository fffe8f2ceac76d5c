"""What other systems weigh, start from and optimize with, as `Settings`: one row for each.

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

from nst_numpy.appearance import html_table, number, text_table
from nst_numpy.errors import InputError, check_choice, check_number, check_whole
from nst_numpy.network import VGG19, Pooling
from nst_numpy.optimizers import OptimizerName
from nst_numpy.settings import STYLE_LAYERS, Settings, Start

FIRST_FIVE = ("conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1")
PIXELS = 400 * 600
"""Of the picture, where one system's weights depend on it and nobody says how large it is."""


def per_pair(layers: tuple[str, ...] = STYLE_LAYERS) -> dict[str, float]:
    """λ_l = 1/n_C²: G is divided by M·n_C, and the mean is taken of the squares."""
    return {layer: float(VGG19.channels[layer][1]) ** -2 for layer in layers}


def alike(value: float) -> dict[str, float]:
    """Return the same λ for each layer of the paper."""
    return dict.fromkeys(STYLE_LAYERS, value)


def of_the_picture() -> dict[str, float]:
    """λ_l = (n_C / 4^pools)² / 36: each layer is divided by the size of the *picture* and 3."""
    return {
        layer: (n_C / 4 ** pools_below(layer)) ** 2 / 36
        for layer, (_, n_C) in VGG19.channels.items()
        if layer in STYLE_LAYERS
    }


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
        As in `Settings`; the learning rate in units of [0, 1].
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
            learning_rate=self.learning_rate,
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


OTHER_WEIGHTS = (
    "Its VGG-19 is torchvision's, trained on pictures in [0, 1] minus a mean and divided by a "
    "standard deviation: other and much smaller features, which no weight makes up for. The "
    "formula is its own; paint, and change beta."
)
TV_LEFT_OUT = "Its total variation ({}) adds up absolute differences, ours squares: it is left out."


class Presets(dict[str, Preset]):
    """The systems by name; shown as a table."""

    HEAD = ("preset", "system", "its weights", "optimizer", "iterations")

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """The table: what each weighs, and how long it paints."""
        return [
            (
                name, one.system, f"{number(one.content_weight)}, {number(one.style_weight)}",
                one.optimizer, str(one.iterations),
            )
            for name, one in self.items()
        ]  # fmt: skip

    def __repr__(self) -> str:
        return text_table(self.HEAD, self.rows)

    def _repr_html_(self) -> str:
        return html_table(self.HEAD, self.rows)


PRESETS = Presets({
    "course": Preset(
        system="the deep learning course's notebook (2017)",
        source="https://www.coursera.org/learn/convolutional-neural-networks",
        content_weight=10, style_weight=40, names=("alpha", "beta"), a=1 / 4, b=1 / 4,
        lambdas=alike(0.2),
        optimizer="adam", learning_rate=2 / 255, iterations=200, pooling="average",
        differs=(
            "It starts from 0.6 of noise and 0.4 of the photograph; here it is the photograph, as "
            "from noise alone so small an alpha does not find it.",
            "Its version of 2021 takes conv5_4 for the content, gives the network RGB in [0, 1] "
            "without a mean, and has steps of 0.01, clipped to [0, 1].",
        ),
    ),
    "gatys": Preset(
        system="Gatys' own PyTorch code",
        source="https://github.com/leongatys/PytorchNeuralStyleTransfer",
        content_weight=1, style_weight=1e3, names=("content_weights", "style_weights · n_C²"),
        lambdas=per_pair(),
        iterations=500,
        differs=("It then paints at 800 pixels, beginning with the painting at 512.",),
    ),
    "neural-style": Preset(
        system="jcjohnson/neural-style, and neural-style-pt",
        source="https://github.com/jcjohnson/neural-style",
        content_weight=5, style_weight=100, names=("-content_weight", "-style_weight"),
        lambdas=per_pair(),
        start="gray", iterations=1000,
        differs=(
            "It starts from the mean colour of ImageNet, with noise too small to see.",
            "Its total variation of 1e-3 grows with the picture and is left out; at 512 × 384 "
            "it is nearly --tv-weight 1.9e7.",
        ),
    ),
    "anishathalye": Preset(
        system="anishathalye/neural-style",
        source="https://github.com/anishathalye/neural-style",
        content_weight=5, style_weight=500, names=("--content-weight", "--style-weight"), b=1 / 5,
        lambdas=per_pair(),
        start="gray", optimizer="adam", learning_rate=10 / 255, iterations=1000,
        differs=(
            "It starts from the mean colour of ImageNet, with noise too small to see.",
            "Its total variation of 100 is left out; it is nearly --tv-weight 6.5e6.",
            "Where a side is odd, its pools keep the last row; ours drop it.",
        ),
    ),
    "pytorch": Preset(
        system='the tutorial "Neural Transfer Using PyTorch"',
        source="https://docs.pytorch.org/tutorials/advanced/neural_style_tutorial.html",
        content_weight=1, style_weight=1e6,
        lambdas=per_pair(FIRST_FIVE), content_layer="conv2_2",
        iterations=300,
        differs=(
            OTHER_WEIGHTS,
            "It compares before the ReLU; ours after it.",
            "It clips to [0, 1] before each evaluation.",
        ),
    ),
    "tensorflow": Preset(
        system="TensorFlow's tutorial",
        source="https://www.tensorflow.org/tutorials/generative/style_transfer",
        content_weight=1e4, style_weight=1e-2, b=1 / 5,
        lambdas=alike(1.0), content_layer="conv5_2",
        optimizer="adam", learning_rate=0.02, iterations=1000,
        differs=(
            "Its Adam has β₁ = 0.99 and ε = 0.1, which Settings lacks, and it clips to [0, 1] "
            "after each step.",
            TV_LEFT_OUT.format("30, in its second half"),
        ),
    ),
    "d2l": Preset(
        system="Dive into Deep Learning",
        source="https://d2l.ai/chapter_computer-vision/neural-style.html",
        content_weight=1, style_weight=1e4,
        lambdas=per_pair(), content_layer="conv4_4",
        optimizer="adam", learning_rate=0.3 * 0.226, iterations=500,
        differs=(
            OTHER_WEIGHTS,
            "Its steps shrink by 0.8 every 50; ours stay as they are.",
            TV_LEFT_OUT.format("10"),
        ),
    ),
    "gordicaleksa": Preset(
        system="gordicaleksa/pytorch-neural-style-transfer",
        source="https://github.com/gordicaleksa/pytorch-neural-style-transfer",
        content_weight=1e5, style_weight=3e4, names=("--content_weight", "--style_weight"),
        b=1 / 5, lambdas=alike(1.0),
        iterations=1000,
        differs=(
            "Its VGG-19 is torchvision's, but is given RGB from 0 to 255 minus a mean, not divided "
            "by the standard deviation that it was trained with: other features than ours.",
            TV_LEFT_OUT.format("1"),
        ),
    ),
    "pastiche": Preset(
        system="pastiche, the package",
        source="https://github.com/dstein64/pastiche",
        content_weight=0.01, style_weight=10,
        names=("--content-layer-weights", "--style-layer-weights · n_C²"),
        lambdas=per_pair(),
        iterations=1000,
    ),
    "keras": Preset(
        system="Keras' example",
        source="https://keras.io/examples/generative/neural_style_transfer/",
        content_weight=2.5e-8, style_weight=1e-6, b=1 / 5,
        lambdas=of_the_picture(), content_layer="conv5_2", sums_content=True,
        optimizer="gradient-descent", learning_rate=100 / 255**2, iterations=4000,
        differs=(
            "It adds the squares of the content up, so α grows with the picture; from Python it "
            f"is that of {PIXELS:,} pixels, 400 × 600, unless pixels says otherwise.",
            "At each layer it divides by the size of the picture; where a side cannot be halved "
            "four times, that is not quite a constant.",
            "Its steps shrink by 0.96 every 100; ours stay as they are.",
            "Its total variation of 1e-6 is another power (1.25 of the square): it is left out.",
        ),
    ),
})  # fmt: skip
"""The systems by name: the choices of ``--preset``."""


def preset(name: str, **weights: Any) -> Settings:
    """Make the `Settings` that are another system's, in the lectures' units.

    Parameters
    ----------
    name : str
        One of `PRESETS`.
    weights
        ``content_weight``, ``style_weight``: that system's own, where they are not its default
        ones; ``pixels``: n_H·n_W of the picture, see `Preset.settings`.

    Raises
    ------
    InputError
        If there is no such system, or a weight is not a number of at least 0.

    Examples
    --------
    >>> import nst_numpy as nst
    >>> nst.preset("neural-style", style_weight=1000).beta
    4000.0
    """
    check_choice("preset", name, tuple(PRESETS))
    if unknown := weights.keys() - {"content_weight", "style_weight", "pixels"}:
        raise InputError(
            f"preset takes content_weight, style_weight and pixels, not {', '.join(unknown)}; "
            "dataclasses.replace changes its Settings."
        )
    return PRESETS[name].settings(**weights)
