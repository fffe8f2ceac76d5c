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

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from nst_numpy.arrays import Array
from nst_numpy.costs import content_cost, gram_per_position, style_cost
from nst_numpy.experiments import drawing
from nst_numpy.experiments.answer import Answer, Claim
from nst_numpy.experiments.features import features_of, minimise
from nst_numpy.experiments.scale import of_one_size
from nst_numpy.line_search import Function
from nst_numpy.objective import Objective
from nst_numpy.settings import Settings
from nst_numpy.stylize import stylize
from nst_numpy.vgg19 import Weights

LAYERS = ("conv1_1", "conv2_1", "conv3_1", "conv4_2", "conv5_1")
FURTHEST = 8  # pixels
BETA = 100.0  # for pixels in [0, 1], with α = 1: by far enough to reach the Gram matrix


def answer(content: Array, style: Array, weights: Weights, iterations: int = 60) -> Answer:
    """Minimise both costs over pixels, then over features, and shift the photograph."""
    C, S = of_one_size(content, style)
    settings = Settings(iterations=iterations)
    *_, last = stylize(C, [S], settings, weights)
    noise = np.random.default_rng(0).random(C.shape)
    gram_S = gram_per_position(S.astype(float))
    made = {
        "content": minimise(pixel_cost(C, gram_S, 1, 0), noise, 300)[0],
        "style": minimise(pixel_cost(C, gram_S, 0, 1), noise, 300)[0],
        "both": minimise(pixel_cost(C, gram_S, 1, BETA), noise, 300)[0],
        "double exposure": (C + S) / 2,
        "features": last.image,
    }

    error = float(np.abs(made["content"] - C).max())
    reached = style_cost(gram_S, made["both"])[0] / style_cost(gram_S, C.astype(float))[0]
    matrix, _ = colour_map(C, made["both"])
    explained = {name: colour_map(C, G)[1] for name, G in made.items()}
    in_common = {name: detail_in_common(G, S) for name, G in made.items()}
    J = Objective(C, [S], settings, weights)
    styles = {name: J(G)[0].style for name, G in {"C": C, **made}.items()}
    left = {name: {at: cost[at] / styles["C"][at] for at in cost} for name, cost in styles.items()}
    seen = noticed(C, S, weights)

    deep = ("conv4_1", "conv5_1")
    both, real = ([left[name][layer] for layer in deep] for name in ("both", "features"))
    falls = np.diff([seen[layer] for layer in LAYERS[1:]], axis=0) < 0
    most = max(seen, key=lambda name: seen[name][3])
    claims = (
        Claim(
            "Content compared at the pixels gives the photograph back.",
            "started from noise, "
            + (
                "every pixel ends"
                if error < 1e-12
                else f"no pixel ends further than {error:.0e} from"
            )
            + " where it is in the photograph",
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
            f"at conv4_1 and conv5_1 the colours leave {both[0]:.2f} and {both[1]:.2f} of the "
            f"photograph's style cost; painted with features it is {real[0]:.2f} and {real[1]:.2f}",
            min(both) > 0.5 and both[0] > 1.5 * real[0] and both[1] > 1.5 * real[1],
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
            + ", ".join(f"{shares[3]:.2f} at {layer}" for layer, shares in seen.items()),
            most in LAYERS[:2] and bool(falls.all()),
        ),
    )
    numbers = {
        "content alone, largest error": error,
        "both, style cost of the pixels as a share": reached,
        "matrix": matrix.tolist(),
        "variance that one matrix explains": explained,
        "style cost as a share of the photograph's": left,
        "detail in common with the painting": in_common,
        "noticed of a shift": seen,
    }
    return Answer(claims, numbers, lambda: draw(C, S, made, matrix, seen))


def pixel_cost(C: Array, gram_S: Array, alpha: float, beta: float) -> Function:
    """Give J(G) = α·J_content(C, G) + β·J_style(S, G), with pixels in place of activations."""

    def J(G: Array) -> tuple[float, Array]:
        J_content, dG_content = content_cost(C, G)
        J_style, dG_style = style_cost(gram_S, G)
        return alpha * J_content + beta * J_style, alpha * dG_content + beta * dG_style

    return J


def colour_map(C: Array, G: Array) -> tuple[Array, float]:
    """Fit G's colours by C's, times one matrix, plus one colour: matrix and share explained."""
    A_C, A_G = (picture.reshape(-1, 3).astype(float) for picture in (C, G))
    fit, *_ = np.linalg.lstsq(np.column_stack([A_C, np.ones(len(A_C))]), A_G, rcond=None)
    unexplained = np.sum((A_G - A_C @ fit[:3] - fit[3]) ** 2)
    return fit[:3], float(1 - unexplained / np.sum((A_G - A_G.mean(axis=0)) ** 2))


def detail_in_common(G: Array, S: Array) -> float:
    """Correlate the differences between neighbours in one picture with those in the other."""
    one, other = (
        np.concatenate([np.diff(picture, axis=axis).ravel() for axis in (0, 1)])
        for picture in (G, S)
    )
    together = np.linalg.norm(one - one.mean()) * np.linalg.norm(other - other.mean())
    return float(np.dot(one - one.mean(), other - other.mean()) / together) if together else 0.0


def noticed(C: Array, S: Array, weights: Weights) -> dict[str, list[float]]:
    """Move a window across C by 1, 2, … pixels: its content cost as a share of that of S."""

    def at(picture: Array, shift: int) -> dict[str, Array]:
        window = picture[:, shift : picture.shape[1] - FURTHEST + shift]
        return {"pixels": window, **features_of(window, weights, LAYERS)}

    here, another = at(C, 0), at(S, 0)
    shares: dict[str, list[float]] = {name: [] for name in here}
    for shift in range(1, FURTHEST + 1):
        for name, a in at(C, shift).items():
            cost = content_cost(here[name], a)[0] / content_cost(here[name], another[name])[0]
            shares[name].append(cost)
    return shares


def draw(
    C: Array, S: Array, made: Mapping[str, Array], matrix: Array, seen: Mapping[str, list[float]]
) -> Figure:
    """Show what the pixels give beside what the features give, and the shift below."""
    shown = (
        (C, "\nthe photograph C"),
        (made["content"], "pixels:\ncontent alone"),
        (made["both"], "pixels:\ncontent and style"),
        (C @ matrix, "the photograph\ntimes one 3×3 matrix"),
        (S, "\nthe painting S"),
        (made["style"], "pixels:\nstyle alone"),
        (made["double exposure"], "pixels:\nthe mean of C and S"),
        (made["features"], "features:\ncontent and style"),
    )
    figure = Figure(figsize=(drawing.WIDTH, 7.2))
    grid = figure.add_gridspec(2, 1, height_ratios=(1.6, 1))
    upper = figure.add_subfigure(grid[0])
    for number, (image, title) in enumerate(shown):
        drawing.picture(upper.add_subplot(2, 4, number + 1), image, title)
    axis = figure.add_subfigure(grid[1]).add_subplot()
    for name in sorted(seen, key=lambda name: -seen[name][-1]):  # as the curves end, from the top
        axis.plot(range(1, FURTHEST + 1), seen[name], "o-", ms=4, label=name)
    axis.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    axis.set_ylim(0)
    axis.set_xlabel("the photograph shifted by … pixels")
    axis.set_ylabel("content cost\n(1: the cost of the painting)")
    return figure
