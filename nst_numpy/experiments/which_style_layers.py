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
from itertools import pairwise

import numpy as np
from matplotlib.figure import Figure

from nst_numpy.arrays import Array
from nst_numpy.costs import Gram, Term, gram_per_position
from nst_numpy.costs.term import sum_of_squares
from nst_numpy.experiments import drawing
from nst_numpy.experiments.features import faint_noise, features_of, paint, sum_of
from nst_numpy.experiments.frame import Claim
from nst_numpy.experiments.scale import line_length, receptive_field
from nst_numpy.network import VGG19, Weights
from nst_numpy.objective import SumOfTerms
from nst_numpy.settings import STYLE_LAYERS

FIELDS = {layer: receptive_field(layer) for layer in STYLE_LAYERS}
MARGIN = 16  # pixels, cut off the painting's features and off the texture


@dataclass(frozen=True)
class Texture:
    """What some layers make; `error` is that of every layer's Gram matrix, asked for or not."""

    picture: Array
    error: dict[str, float]
    length: float


@dataclass(frozen=True)
class Measured:
    """The textures, by the last layer that was asked for; `patient` is conv1_1's, made longer."""

    iterations: int
    painting: Array
    textures: dict[str, Texture]
    patient: Texture
    length_in_painting: float
    length_in_noise: float


def measure(content: Array, style: Array, weights: Weights, iterations: int = 60) -> Measured:
    """Add one layer after the other to the style cost; the photograph `content` is not asked for.

    Each of the five textures gets `iterations`.
    """
    n_H, n_W, _ = style.shape
    noise = faint_noise((n_H + 2 * MARGIN, n_W + 2 * MARGIN, 3), style.mean(axis=(0, 1)))
    J = sum_of(terms_without_frame(style, weights), weights, noise)
    textures, canvas = {}, noise
    for count, layer in enumerate(STYLE_LAYERS, start=1):
        canvas, _ = paint(J.with_terms(J.terms[:count]), canvas, iterations)
        textures[layer] = texture(J, canvas)
    patient, _ = paint(J.with_terms(J.terms[:1]), noise, len(STYLE_LAYERS) * iterations)
    lengths = (line_length(picture) for picture in (style, noise))
    return Measured(iterations, style, textures, texture(J, patient), *lengths)


def terms_without_frame(style: Array, weights: Weights) -> list[Term]:
    """Aim each layer at its Gram matrix, without the positions along the edge."""
    terms = []
    for layer, a in features_of(style, weights, STYLE_LAYERS).items():
        n_H, n_W, n_C = a.shape
        frame = min(MARGIN // VGG19.least_side([layer]), (min(n_H, n_W) - 1) // 2)
        gram = gram_per_position(a[frame : n_H - frame, frame : n_W - frame])
        terms.append(Term(layer, layer, Gram(), 4 * n_C**2 / sum_of_squares(gram), gram))
    return terms


def texture(J: SumOfTerms, canvas: Array) -> Texture:
    """Measure a texture in all layers of J, whichever it was asked for."""
    cost, _ = J(canvas)
    picture = canvas[MARGIN:-MARGIN, MARGIN:-MARGIN]
    return Texture(picture, dict(cost.terms), line_length(picture))


def claims(measured: Measured) -> tuple[Claim, ...]:
    """Say what came out."""
    textures = list(measured.textures.values())
    errors = np.array([list(one.error.values()) for one in textures])  # [asked for up to, layer]
    deepest, lengths = errors[:, -1], [one.length for one in textures]
    steps = [255 * np.mean(abs(b.picture - a.picture)) for a, b in pairwise(textures)]
    beyond = [errors[n, n + 1] / errors[n, : n + 1].max() for n in range(len(errors) - 1)]
    return (
        Claim(
            "A texture is right as far as its layers see, and wrong beyond.",
            "error of the Gram matrix one layer further up, as a multiple of the largest error of "
            "those asked for: "
            + ", ".join(
                f"up to {layer} ({FIELDS[layer]} px) {multiple:.0f}"
                for layer, multiple in zip(measured.textures, beyond, strict=False)
            ),
            min(beyond) > 3,
        ),
        Claim(
            "conv1_1 alone makes specks; with conv2_1 they are drawn out into lines, which more "
            "layers hardly lengthen.",
            "lines keep their direction over "
            + ", ".join(f"{length:.1f}" for length in lengths)
            + f" pixels, in the painting over {measured.length_in_painting:.1f}, in noise over "
            f"{measured.length_in_noise:.1f}",
            min(lengths[1:]) > lengths[0] and max(lengths[1:]) < 1.3 * lengths[1],
        ),
        Claim(
            "What conv4_1 adds to conv3_1 is hardly seen; its number falls all the same.",
            "the mean difference between one texture and the next, in levels of 255: "
            + ", ".join(f"{step:.1f}" for step in steps)
            + f"; squared error at conv4_1 as a share: {errors[2, 3]:.2g}, then {errors[3, 3]:.2g}",
            steps[2] == min(steps) and errors[3, 3] < 0.5 * errors[2, 3],
        ),
        Claim(
            "More iterations for conv1_1 alone do not do that.",
            f"after {len(textures) * measured.iterations} instead of {measured.iterations} "
            f"iterations its lines are {measured.patient.length:.1f} pixels long, not "
            f"{lengths[0]:.1f}",
            measured.patient.length < min(lengths[1:]),
        ),
        Claim(
            "What a deep layer calls the style comes only with that layer.",
            "squared error of the Gram matrix at conv5_1, as a share of it: "
            + ", ".join(f"{error:.2g}" for error in deepest)
            + "; only the last texture was asked for it",
            deepest[-1] < 0.5 * min(deepest[:-1]),
        ),
    )


def draw(measured: Measured) -> Figure:
    """Show the painting, the five textures, and how far each is right."""
    figure, (above, below) = drawing.stacked(6.2, 2.8)
    first, *others = above.subplots(2, 3).flat
    drawing.picture(first, measured.painting, "the painting")
    curves = below.subplots()
    names = [f"{layer}\n{pixels} px" for layer, pixels in FIELDS.items()]
    for axis, marker, (layer, one) in zip(others, "os^Dv", measured.textures.items(), strict=True):
        title = layer if layer == STYLE_LAYERS[0] else f"up to {layer}"
        drawing.picture(axis, one.picture, f"{title}, {FIELDS[layer]} px")
        curves.semilogy(names, list(one.error.values()), marker + "-", label=f"up to {layer}")
    curves.set_ylabel("Σ (G_S - G_G)² / Σ G_S²")
    curves.set_xlabel("measured in (px: how far one position sees)")
    curves.legend(loc="center left", bbox_to_anchor=(1, 0.5), title="asked for", fontsize=9)
    return figure
