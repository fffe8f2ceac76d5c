"""The systems, one row for each, and the forms in which their code divides λ."""

from typing import Any

from nst_numpy.errors import InputError, check_choice
from nst_numpy.network import VGG19
from nst_numpy.presets.shown import Presets
from nst_numpy.presets.translating import PIXELS, Preset, pools_below
from nst_numpy.settings import STYLE_LAYERS, Settings

FIRST_FIVE = ("conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1")


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


OTHER_WEIGHTS = (
    "Its VGG-19 is torchvision's, trained on pictures in [0, 1] minus a mean and divided by a "
    "standard deviation: other and much smaller features, which no weight makes up for. The "
    "formula is its own; paint, and change beta."
)
TV_LEFT_OUT = "Its total variation ({}) adds up absolute differences, ours squares: it is left out."

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
            "Its total variation of 1e-3 grows with the picture and is left out. The original, in "
            "Lua, follows half the sum of squares: at 512 × 384 nearly --tv-weight 1.9e7. "
            "neural-style-pt adds up absolute differences, for which there is no such weight.",
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
            "It compares conv5_1 before the ReLU, as that is the last layer it keeps; in PyTorch "
            "the others are overwritten by the ReLU that follows. Ours are all after it.",
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
            "Its rate of 100 is for its own pictures, 400 pixels high; in a smaller one each pixel "
            "weighs more, and J rises. Here the rate grows with the picture as α does.",
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
