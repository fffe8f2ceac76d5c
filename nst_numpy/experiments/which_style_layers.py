"""Which layers are the style?

Paint with the style cost alone, α = 0, and no photograph: a texture that begins as noise. First
only conv1_1 is asked for, then conv2_1 as well, and so on up to conv5_1. A position of conv1_1 sees
3 pixels, one of conv5_1 156: each layer adds what is seen at its own scale. Specks of the right
colours become strokes, then lines and leaves, then windows and roofs. A texture is right as far as
its layers see; of what lies beyond it knows nothing, which its cost in the layers that it was not
asked for shows. (How far the lines of a texture keep their direction is measured, too. That tells
specks from strokes, but not strokes from windows: from conv2_1 on it hardly grows.)

λ_l = 4·n_C² / Σ G_S² makes each term the squared error of the Gram matrix as a share of the Gram
matrix itself: λ_l·J_style[l] = Σ (G_S - G_G)² / Σ G_S². Then all layers have a comparable say.
(With λ_l = 1/n_C², conv4_1 would outweigh conv1_1 by far, and conv5_1 would hardly count.)

Three things are needed for a texture to be one:

- *The noise is faint*, around the painting's mean colour. A layer does not mind speckles that its
  pools average away; from strong noise they would stay.
- *Each texture begins where the one before ended*, only the first in noise. L-BFGS then spends its
  iterations on what the added layer asks for. So that nobody takes the larger number of iterations
  for the cause, the texture of conv1_1 also gets as many as all five have together.
- *The painting's frame is cut off its features* before their Gram matrices are taken, and a margin
  is cut off the texture. Beyond the edge of a picture VGG-19 sees zeros, and a channel that sees
  both zeros above and blue sky below tells a Gram matrix that the sky is at the top: with the frame
  left on, the texture puts sky, church and path where they are in the painting.
"""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from nst_numpy import vgg19
from nst_numpy.arrays import Array
from nst_numpy.costs import gram_per_position, style_cost
from nst_numpy.experiments import drawing
from nst_numpy.experiments.answer import Answer, Claim
from nst_numpy.experiments.features import features_of, minimise
from nst_numpy.experiments.scale import line_length, receptive_field
from nst_numpy.objective import Objective
from nst_numpy.settings import Settings

LAYERS = tuple(Settings().style_layers)
MARGIN = 16  # pixels, cut off the painting's features and off the texture


@dataclass(frozen=True)
class Texture:
    """What one set of layers makes; `error` is that of each layer's Gram matrix, asked or not."""

    up_to: str
    picture: Array
    error: dict[str, float]
    length: float


def answer(content: Array, style: Array, weights: vgg19.Weights, iterations: int = 60) -> Answer:
    """Add one layer after the other to the style cost; the photograph `content` is not asked for.

    Each of the five textures gets `iterations`.
    """
    del content
    grams = grams_without_frame(style, weights)
    noise = faint_noise(style)
    textures = []
    canvas = noise
    for count in range(1, len(LAYERS) + 1):
        canvas = synthesise(canvas, grams, LAYERS[:count], weights, iterations)
        textures.append(measure(canvas, grams, LAYERS[count - 1], weights))
    patient = synthesise(noise, grams, LAYERS[:1], weights, len(LAYERS) * iterations)
    control = measure(patient, grams, LAYERS[0], weights)

    fields = {layer: receptive_field(layer) for layer in LAYERS}
    asked = [max(one.error[x] for x in LAYERS[: n + 1]) for n, one in enumerate(textures)]
    beyond = [one.error[LAYERS[n + 1]] for n, one in enumerate(textures[:-1])]
    deepest = [one.error[LAYERS[-1]] for one in textures]
    lengths = [one.length for one in textures]
    claims = (
        Claim(
            "A texture is right as far as its layers see, and wrong beyond.",
            "error of the Gram matrix one layer further up, as a multiple of the largest error of "
            "those asked for: "
            + ", ".join(
                f"up to {one.up_to} ({fields[one.up_to]} px) {b / a:.0f}"
                for one, a, b in zip(textures, asked, beyond, strict=False)
            ),
            all(b > 3 * a for a, b in zip(asked, beyond, strict=False)),
        ),
        Claim(
            "conv1_1 alone makes specks; with conv2_1 they are drawn out into lines, which more "
            "layers hardly lengthen.",
            "lines keep their direction over "
            + ", ".join(f"{length:.1f}" for length in lengths)
            + f" pixels, in the painting over {line_length(style):.1f}, in noise over "
            f"{line_length(noise):.1f}",
            min(lengths[1:]) > lengths[0] and max(lengths[1:]) < 1.3 * lengths[1],
        ),
        Claim(
            "More iterations for conv1_1 alone do not do that.",
            f"after {len(LAYERS) * iterations} instead of {iterations} iterations its lines are "
            f"{control.length:.1f} pixels long, not {lengths[0]:.1f}",
            control.length < min(lengths[1:]),
        ),
        Claim(
            "What a deep layer calls the style comes only with that layer.",
            "squared error of the Gram matrix at conv5_1, as a share of it: "
            + ", ".join(f"{error:.2g}" for error in deepest)
            + "; only the last texture was asked for it",
            deepest[-1] < 0.5 * min(deepest[:-1]),
        ),
    )
    numbers = {
        "textures": [
            {"up_to": one.up_to, "error": one.error, "length": one.length} for one in textures
        ],
        "conv1_1 with all iterations": {"error": control.error, "length": control.length},
        "receptive fields": fields,
        "length in the painting": line_length(style),
        "length in noise": line_length(noise),
        "iterations": iterations,
    }
    return Answer(claims, numbers, lambda: draw(style, textures, fields))


def grams_without_frame(style: Array, weights: vgg19.Weights) -> dict[str, Array]:
    """Take each layer's Gram matrix per position, without the positions along the edge."""
    grams = {}
    for layer, a in features_of(style, weights, LAYERS).items():
        n_H, n_W, _ = a.shape
        frame = min(MARGIN // vgg19.smallest_side(layer), (min(n_H, n_W) - 1) // 2)
        grams[layer] = gram_per_position(a[frame : n_H - frame, frame : n_W - frame])
    return grams


def faint_noise(style: Array) -> Array:
    """Make the canvas to start from: the mean colour, a little noise, a margin on each side."""
    n_H, n_W, _ = style.shape
    noise = np.random.default_rng(0).standard_normal((n_H + 2 * MARGIN, n_W + 2 * MARGIN, 3))
    canvas: Array = style.mean(axis=(0, 1)) + 0.05 * noise.astype(np.float32)
    return canvas.astype(np.float32)


def style_objective(
    canvas: Array, grams: dict[str, Array], layers: tuple[str, ...], weights: vgg19.Weights
) -> Objective:
    """Give J_style of some layers, each term a share of the Gram matrix that it asks for."""
    lambdas = {layer: 1 / _cost_of_black(grams[layer]) for layer in layers}
    settings = Settings(alpha=0.0, beta=1.0, content_layers={}, style_layers=lambdas)
    black = np.zeros_like(canvas)
    objective = Objective(black, [black], settings, weights)
    objective.gram_S = {layer: grams[layer] for layer in layers}  # of the painting, no longer black
    return objective


def _cost_of_black(gram: Array) -> float:
    """Give Σ G_S² / (4·n_C²): J_style of a layer where nothing is active."""
    J, _ = style_cost(gram, np.zeros((1, 1, len(gram)), gram.dtype))
    return J


def synthesise(
    start: Array,
    grams: dict[str, Array],
    layers: tuple[str, ...],
    weights: vgg19.Weights,
    iterations: int,
) -> Array:
    """Minimise J_style of some layers: the canvas, with its margin."""
    canvas, _ = minimise(style_objective(start, grams, layers, weights), start, iterations)
    return canvas


def measure(canvas: Array, grams: dict[str, Array], up_to: str, weights: vgg19.Weights) -> Texture:
    """Measure a texture in all five layers, whichever it was asked for."""
    cost, _ = style_objective(canvas, grams, LAYERS, weights)(canvas)
    picture = np.clip(canvas[MARGIN:-MARGIN, MARGIN:-MARGIN], 0, 1)
    error = {layer: float(cost.terms[layer]) for layer in LAYERS}
    return Texture(up_to, picture, error, line_length(picture))


def draw(style: Array, textures: list[Texture], fields: dict[str, int]) -> Figure:
    """Show the painting, the five textures, and how far each is right."""
    figure = Figure(figsize=(drawing.WIDTH, 9.0))
    grid = figure.add_gridspec(3, 3, height_ratios=(1, 1, 0.8))
    drawing.picture(figure.add_subplot(grid[0, 0]), style, "the painting")
    for number, one in enumerate(textures, start=1):
        axis = figure.add_subplot(grid[number // 3, number % 3])
        title = one.up_to if number == 1 else f"up to {one.up_to}"
        drawing.picture(axis, one.picture, f"{title}, {fields[one.up_to]} px")
    axis = figure.add_subplot(grid[2, :])
    names = [f"{layer}\n{fields[layer]} px" for layer in LAYERS]
    for one, marker in zip(textures, "os^Dv", strict=True):
        axis.semilogy(names, list(one.error.values()), marker + "-", label=f"up to {one.up_to}")
    axis.set_ylabel("error of the Gram matrix\n(squared, 1: if it were 0)")
    axis.set_xlabel("measured in (px: how far one position sees)")
    axis.legend(loc="lower right", title="asked for", fontsize=9)
    return figure
