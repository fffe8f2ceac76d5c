"""Why not compare the pixels themselves?

A picture has three channels, too: red, green and blue. So both costs can be had without any
network. Content alone then gives the photograph back. The Gram matrix of three channels knows
colours, and nothing of what lies beside them. Where the gradient of α·J_content + β·J_style with
respect to the pixels is 0,

``α·(A - A_C) / (6·M) + β·A·D / (9·M) = 0``, and so ``A = A_C·(I + (2·β / 3·α)·D)⁻¹``.

A are the M pixels as rows, D is AᵀA/M - G_S/M_S. Whatever D is in the end, every colour of the
photograph has been multiplied by one and the same 3×3 matrix. And a content cost to each of two
pictures gives their mean: a double exposure.

A photograph that is shifted a little has the same content. The last part asks how much the pixels
and the layers notice of it. Edges no longer meet themselves; so the layers that see edges notice
it most, and the deeper a layer lies above them, the less. The pixels lie in between: most of what
they compare are large areas of one colour.
"""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from nst_numpy.arrays import Array
from nst_numpy.costs import Content, Gram, Term, content_cost, gram_per_position
from nst_numpy.experiments import drawing
from nst_numpy.experiments.features import features_of, minimise, sum_of
from nst_numpy.experiments.frame import Claim
from nst_numpy.experiments.scale import of_one_size
from nst_numpy.gradcheck import cosine
from nst_numpy.network import PICTURE, Weights
from nst_numpy.objective import Objective
from nst_numpy.settings import STYLE_LAYERS, Settings
from nst_numpy.stylize import stylize

LAYERS = ("conv1_1", "conv2_1", "conv3_1", "conv4_2", "conv5_1")
FURTHEST = 8  # pixels
BETA = 100.0  # for pixels in [0, 1], with α = 1: by far enough to reach the Gram matrix


@dataclass(frozen=True)
class Measured:
    """The pictures by name, and what each shares with the photograph C and with the painting S.

    One matrix for all of C's colours explains so much of a picture's variance; `matrix` is that of
    "both", and `reached` what its pixels leave of C's style cost. `style_left` is what the features
    leave of it, `in_common` the correlation of the detail with that of S. `noticed` is what a shift
    by 1, 2, … pixels costs as content.
    """

    C: Array
    S: Array
    made: dict[str, Array]
    matrix: Array
    reached: float
    explained: dict[str, float]
    style_left: dict[str, dict[str, float]]
    in_common: dict[str, float]
    noticed: dict[str, list[float]]


def measure(content: Array, style: Array, weights: Weights, iterations: int = 60) -> Measured:
    """Minimise both costs over pixels, then over features, and shift the photograph."""
    C, S = of_one_size(content, style)
    noise = np.random.default_rng(0).random(C.shape)
    of_content = Term("content", PICTURE, Content(), 1.0, C)
    of_style = Term("style", PICTURE, Gram(), BETA, gram_per_position(S.astype(float)))
    J = sum_of([of_content, of_style], weights, noise)
    asked = {"content": J.terms[:1], "style": J.terms[1:], "both": J.terms}
    made = {name: minimise(J.with_terms(terms), noise, 300)[0] for name, terms in asked.items()}
    *_, last = stylize(C, [S], Settings(iterations=iterations), weights)
    made |= {"double exposure": (C + S) / 2, "features": last.image}

    of_features = Objective(C, [S], Settings(), weights)
    begin = of_features(C)[0].values
    ends = {name: of_features(G)[0].values for name, G in made.items()}
    left = {name: {x: end[x] / begin[x] for x in STYLE_LAYERS} for name, end in ends.items()}
    reached = J(made["both"])[0].values["style"] / J(C)[0].values["style"]
    matrix, _ = colour_map(C, made["both"])
    explained = {name: colour_map(C, G)[1] for name, G in made.items()}
    in_common = {name: detail_in_common(G, S) for name, G in made.items()}
    return Measured(C, S, made, matrix, reached, explained, left, in_common, noticed(C, S, weights))


def colour_map(C: Array, G: Array) -> tuple[Array, float]:
    """Fit G's colours by C's, times one matrix, plus one colour: matrix and share explained."""
    A_C, A_G = (x.reshape(-1, 3) - x.mean(axis=(0, 1), dtype=float) for x in (C, G))
    matrix, *_ = np.linalg.lstsq(A_C, A_G, rcond=None)
    return matrix, float(1 - np.sum((A_G - A_C @ matrix) ** 2) / np.sum(A_G**2))


def detail_in_common(G: Array, S: Array) -> float:
    """Correlate the differences between neighbours in one picture with those in the other."""
    one, other = (
        np.concatenate([np.diff(picture, axis=axis).ravel() for axis in (0, 1)])
        for picture in (G, S)
    )
    return cosine(one - one.mean(), other - other.mean())


def noticed(C: Array, S: Array, weights: Weights) -> dict[str, list[float]]:
    """Move a window across C by 1, 2, … pixels: its content cost as a share of that of S."""

    def at(picture: Array, shift: int) -> dict[str, Array]:
        window = picture[:, shift : picture.shape[1] - FURTHEST + shift]
        return {"pixels": window, **features_of(window, weights, LAYERS)}

    here, *moved = (at(C, shift) for shift in range(FURTHEST + 1))
    another = at(S, 0)
    return {
        name: [content_cost(a, one[name])[0] / content_cost(a, another[name])[0] for one in moved]
        for name, a in here.items()
    }


def claims(measured: Measured) -> tuple[Claim, ...]:
    """Say what came out."""
    error = np.abs(measured.made["content"] - measured.C).max()
    where = f"no pixel ends further than {error:.0e} from" if error > 1e-12 else "every pixel ends"
    reached, explained, in_common = measured.reached, measured.explained, measured.in_common
    left, few = (
        [measured.style_left[name][layer] for layer in ("conv4_1", "conv5_1")]
        for name in ("both", "features")
    )
    shifted = {name: shares[3] for name, shares in measured.noticed.items()}
    falls = np.diff([measured.noticed[layer] for layer in LAYERS[1:]], axis=0) < 0
    return (
        Claim(
            "Content compared at the pixels gives the photograph back.",
            f"started from noise, {where} where it is in the photograph",
            error < 1e-3,
        ),
        Claim(
            "Style compared at the pixels moves colours and nothing else: all of them through one "
            "3×3 matrix.",
            f"the style cost of the pixels falls to {reached:.1e} of the photograph's; one matrix "
            f"explains {explained['both']:.6f} of the result's variance, and "
            f"{explained['features']:.2f} of the picture that was painted with features",
            reached < 0.01 and explained["both"] > 0.9999 > explained["features"],
        ),
        Claim(
            "What the deeper layers call the style does not come with the colours.",
            f"at conv4_1 and conv5_1 the colours leave {left[0]:.2f} and {left[1]:.2f} of the "
            f"photograph's style cost; painted with features it is {few[0]:.2f} and {few[1]:.2f}",
            all(x > 0.5 and x > 1.5 * y for x, y in zip(left, few, strict=True)),
        ),
        Claim(
            "The mean of two pictures is a double exposure: the painting's detail stays where it "
            "was, while features carry the style to other places.",
            "correlation of neighbouring pixels' differences with the painting's: "
            f"{in_common['double exposure']:.2f} in the mean of both, "
            f"{in_common['features']:.2f} in the picture that was painted with features",
            in_common["double exposure"] > 0.3 > 3 * abs(in_common["features"]),
        ),
        Claim(
            "A shifted photograph is noticed most where edges are seen, and the less the deeper "
            "a layer lies above them.",
            "shifted by 4 pixels it costs, as a share of what the painting costs, "
            + ", ".join(f"{share:.2f} at {name}" for name, share in shifted.items()),
            max(shifted, key=shifted.__getitem__) in LAYERS[:2] and bool(falls.all()),
        ),
    )


def draw(measured: Measured) -> Figure:
    """Show what the pixels give beside what the features give, and the shift below."""
    made, seen = measured.made, measured.noticed
    shown = (
        (measured.C, "\nthe photograph C"),
        (made["content"], "pixels:\ncontent alone"),
        (made["both"], "pixels:\ncontent and style"),
        (measured.C @ measured.matrix, "the photograph\ntimes one 3×3 matrix"),
        (measured.S, "\nthe painting S"),
        (made["style"], "pixels:\nstyle alone"),
        (made["double exposure"], "pixels:\nthe mean of C and S"),
        (made["features"], "features:\ncontent and style"),
    )
    figure, (upper, lower) = drawing.stacked(4.43, 2.77)
    for axis, (image, title) in zip(upper.subplots(2, 4).flat, shown, strict=True):
        drawing.picture(axis, image, title)
    axis = lower.subplots()
    for name in sorted(seen, key=lambda name: -seen[name][-1]):  # as the curves end, from the top
        axis.plot(range(1, FURTHEST + 1), seen[name], "o-", ms=4, label=name)
    axis.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    axis.set_ylim(0)
    axis.set_xlabel("the photograph shifted by … pixels")
    axis.set_ylabel("content cost\n(1: the cost of the painting)")
    return figure
