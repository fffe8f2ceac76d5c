"""Why not a Gram matrix for the content, too?

Because the Gram matrix of a layer tells what there is, and not where. Here the photograph is
painted twice in the same style: once with the content cost at conv4_2, which compares each
position with itself, and once with the style cost at conv4_2 in its place, aimed at the Gram
matrix of the photograph. The second painting is asked for the photograph's features in the right
amounts and pairs, but nothing says where they belong: things move, repeat and dissolve.

To measure where things are, each place of a painting, a position of its conv4_2, looks for the
place of the photograph that it resembles most, and how far away that lies is told in pixels.
"""

from dataclasses import dataclass, replace

import numpy as np
from matplotlib.figure import Figure

from nst_numpy.arrays import Array
from nst_numpy.costs import Gram, Term, gram_per_position
from nst_numpy.experiments import drawing
from nst_numpy.experiments.features import faint_noise, features_of, paint
from nst_numpy.experiments.frame import Claim
from nst_numpy.experiments.gram.places import LAYER, NEAR, Seen, collage, look
from nst_numpy.network import Weights
from nst_numpy.objective import Objective, SumOfTerms
from nst_numpy.settings import Settings

WIDE = 5  # times as wide as high: in a third of the figure's width nothing could be seen
SHUFFLED = "shuffled features"
ALPHA = 20.0  # from gray the content needs more weight than from the photograph


@dataclass(frozen=True)
class Measured:
    """The λ of the photograph's Gram matrix, the paintings, and what was seen, each by its name."""

    lambda_l: float
    photograph: Array
    paintings: dict[str, Array]
    seen: dict[str, Seen]


def measure(content: Array, style: Array, weights: Weights, iterations: int = 50) -> Measured:
    """Paint with either content term, and look where the things of the photograph have gone."""
    settings = Settings(alpha=ALPHA)
    J = Objective(content, [style], settings, weights)
    start = faint_noise(content.shape)
    of_content, *of_style = J.terms
    of_gram = gram_as_content(J, start)
    J_gram = J.with_terms([of_gram, *of_style])
    paintings = {
        "content cost": paint(J, start, iterations)[0],
        "Gram matrix": paint(J_gram, start, iterations)[0],
        "Gram matrix, from the photograph": paint(J_gram, content, iterations)[0],
    }
    a_C = of_content.target
    shuffled = np.random.default_rng(0).permutation(a_C.reshape(-1, a_C.shape[-1]))
    pictures = paintings | {"the start": start}
    features = {name: features_of(G, weights, [LAYER])[LAYER] for name, G in pictures.items()}
    features |= {"mirrored features": a_C[:, ::-1], SHUFFLED: shuffled.reshape(a_C.shape)}
    seen = {name: look(a, a_C) for name, a in features.items()}
    return Measured(of_gram.weight / settings.beta, content, paintings, seen)


def gram_as_content(J: SumOfTerms, start: Array) -> Term:
    """Make a style term of the content term: aimed at the photograph, and as large at the start."""
    content, *_ = J.terms
    gram = Term("Gram matrix", LAYER, Gram(), 1.0, gram_per_position(content.target))
    cost, _ = J.with_terms([content, gram])(start)
    return replace(gram, weight=cost.terms["content"] / cost.values["Gram matrix"])


def claims(measured: Measured) -> tuple[Claim, ...]:
    """Say what the numbers say."""
    plain, gram, kept, start, mirrored, chance = measured.seen.values()
    return (
        Claim(
            "The Gram matrix does not notice that the photograph's features were mirrored.",
            f"its cost is {mirrored.gram_cost / start.gram_cost:.0e} of what it is at the start, "
            f"and the content cost {mirrored.content_cost / start.content_cost:.2f} of it: the "
            f"features stand {mirrored.distance:.0f} pixels from their places",
            mirrored.gram_cost < 1e-9 * start.gram_cost
            and mirrored.content_cost > 0.1 * start.content_cost,
        ),
        Claim(
            "A painting can be nearer to the photograph's Gram matrix and yet not show the "
            "photograph.",
            f"painted with the Gram matrix, it has {gram.gram_cost / plain.gram_cost:.2f} × the "
            f"Gram cost at {LAYER} of the painting with the content cost, and "
            f"{gram.content_cost / plain.content_cost:.1f} × its content cost",
            gram.gram_cost < plain.gram_cost and gram.content_cost > 2 * plain.content_cost,
        ),
        Claim(
            "Things move: what a place resembles most stood elsewhere in the photograph.",
            f"{gram.distance:.0f} pixels away on average, where shuffled features have "
            f"{chance.distance:.0f} and the content cost {plain.distance:.1f}; within {NEAR} "
            f"pixels for {gram.near:.0%} of the places, and for {plain.near:.0%} with the content "
            "cost",
            gram.distance > 0.5 * chance.distance > plain.distance,
        ),
        Claim(
            "Things repeat, are left out, and dissolve.",
            f"{gram.used:.0%} of the photograph's places are found again (content cost: "
            f"{plain.used:.0%}), one of them {gram.most_often} times; the likeness to the most "
            f"similar place is {gram.alike:.2f} (content cost: {plain.alike:.2f})",
            gram.used < plain.used and gram.alike < plain.alike,
        ),
        Claim(
            "Begun with the photograph, most things stay where the start has put them, but they "
            "dissolve, too.",
            f"{kept.near:.0%} are within {NEAR} pixels of their place, with a likeness of "
            f"{kept.alike:.2f}; the content cost is {kept.content_cost / plain.content_cost:.1f} × "
            "that of the painting with the content cost, which began gray",
            kept.near > 0.5 and kept.alike < plain.alike and kept.content_cost > plain.content_cost,
        ),
    )


def lines(measured: Measured) -> tuple[str, ...]:
    """Return the weights of both content terms, in words."""
    return (
        f"α is {ALPHA:g}, and the photograph's Gram matrix has λ = {measured.lambda_l:.2g}, with "
        "which both content terms of J are equally large at the start.",
    )


def draw(measured: Measured) -> Figure:
    """Show the paintings, the squares of the photograph that they resemble, and how far off.

    They stand side by side; those of a very wide photograph stand below each other.
    """
    photograph, seen = measured.photograph, measured.seen
    n_H, n_W, _ = photograph.shape
    count = len(measured.paintings)
    wide = n_W > WIDE * n_H
    shape = (count, 1) if wide else (1, count)
    height = min(drawing.WIDTH * n_H / n_W / shape[1], 0.7 if wide else 2.3)  # of a painting
    above = 2.8 + (height + 0.4) * wide
    one_row = (height + 0.27) * shape[0] + 0.3  # with its titles
    figure, (top, painted, pasted) = drawing.stacked(above, one_row, one_row)
    if wide:
        left, right = top.subplots(2, 1, height_ratios=(height, 2.4))
    else:
        left, right = top.subplots(1, 2, width_ratios=(1, 1.6))
    drawing.picture(left, photograph, "the photograph")
    painted.suptitle("painted with", fontsize=10)
    pasted.suptitle("at each place, the most similar square of the photograph", fontsize=10)
    rows = [part.subplots(*shape, squeeze=False).flat for part in (painted, pasted)]
    for (name, G), upper, lower in zip(measured.paintings.items(), *rows, strict=True):
        drawing.picture(upper, G, name)
        drawing.picture(lower, collage(photograph, seen[name].best), name)
        right.ecdf(seen[name].distances, label=name)
    right.ecdf(seen[SHUFFLED].distances, label=SHUFFLED, ls="--", color=drawing.COLOURS[-1])
    right.set_ylim(-0.05, 1.05)  # the curves end at 1, and are not cut there
    below = "pixels from the place in the photograph, at most"
    right.set(xlabel=below, ylabel="share of the places")
    right.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2, fontsize=9)
    return figure
