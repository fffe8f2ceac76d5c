"""What do α, β and the λ trade against each other?

β/α is a price: how much content cost one unit of style cost may cost. Raise it, and G moves along
a curve, away from the photograph and towards the painting's style. What is paid from one point of
the curve to the next is at most the second's β/α, since J never rises; and at least the first's, if
the first was the lowest point of its J. A few iterations do not get as far as that where β is high.

The λ say which style is bought. They are not shares: the style costs of the layers differ by a
factor of many thousands, so five equal λ buy almost nothing but conv4_1. Here each row of λ is
multiplied by one number, such that the style of the photograph costs in each row what it costs
with the default λ. So the columns are comparable, and no row has more to bring down than another.

What a term pulls is its gradient at the pixels. The photograph is the lowest point of the content
cost, so there the style pulls alone. Where J is lowest α·dJ_content/dG and β·dJ_style/dG are
equally long and opposite. That comes late; on the way there the style pulls much harder.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from nst_numpy.arrays import Array
from nst_numpy.experiments import drawing
from nst_numpy.experiments.answer import Answer, Claim
from nst_numpy.experiments.weighing.pulls import Pull, pulls_of_layers, pulls_on_the_way
from nst_numpy.experiments.weighing.trade import (
    BETAS,
    LAMBDAS,
    USUAL,
    Painting,
    content_of_nothing,
    paint,
    prices,
    shares_of,
    weighed,
    weightings,
)
from nst_numpy.objective import Objective
from nst_numpy.settings import Settings
from nst_numpy.stylize import mirrored
from nst_numpy.vgg19 import Weights

MARGIN = Settings().margin
MOMENTS = ("start", "half-way", "end")
GREY = drawing.COLOURS[7]


def answer(
    content: Array, style: Array, weights: Weights, iterations: int = 20, long: int = 250
) -> Answer:
    """Paint a grid, β/α across and λ down; then follow the pulls of both terms to the end."""
    C = mirrored(content, MARGIN)
    J = Objective(C, [style], Settings(), weights)
    before = J(C)[0].style
    rows = weightings(before)
    parts = {row: shares_of(lambdas, before) for row, lambdas in rows.items()}
    pictures = {row: paint(C, J, rows[row], iterations) for row in rows}
    grid = {
        row: [weighed(J, C, G, lambdas) for G in pictures[row]] for row, lambdas in rows.items()
    }
    at_first = sum(LAMBDAS[layer] * before[layer] for layer in LAMBDAS)
    paid = {row: prices(grid[row], at_first, content_of_nothing(J)) for row in grid}
    G, pulls = pulls_on_the_way(C, J, long)
    at = dict(zip(MOMENTS, (C, (C + G) / 2, G), strict=True))
    by_layer = pulls_of_layers(J, at)
    numbers = {
        "β": list(BETAS),
        "λ": rows,
        "shares of the photograph's style cost": parts,
        "costs": {row: [vars(painting) for painting in grid[row]] for row in grid},
        "paid": paid,
        "pulls": [vars(pull) for pull in pulls],
        "pulls of the layers": by_layer,
    }
    claims = claims_from(grid, paid, parts, pulls)
    lines = table(parts, by_layer)
    return Answer(claims, numbers, lambda: draw(pictures, grid, pulls), lines)


def claims_from(
    grid: Mapping[str, Sequence[Painting]],
    paid: Mapping[str, Sequence[float]],
    parts: Mapping[str, Mapping[str, float]],
    pulls: Sequence[Pull],
) -> tuple[Claim, ...]:
    """Say what came out."""
    least, most = grid[USUAL][0], grid[USUAL][-1]
    rises = [
        np.all(np.diff([painting.content for painting in row]) > 0)
        and np.all(np.diff([painting.style for painting in row]) < 0)
        for row in grid.values()
    ]
    between = [
        (low <= price, price <= high)
        for row in paid.values()
        for low, price, high in zip(BETAS, row, BETAS[1:], strict=False)
    ]
    dear, cheap = (sum(side) for side in zip(*between, strict=True))
    greatest = {row: max(part, key=lambda layer: part[layer]) for row, part in parts.items()}
    first, last = pulls[0], pulls[-1]
    shallow, all_five = (grid[row][2].layers["conv5_1"] for row in ("shallow only", "equal shares"))
    return (
        Claim(
            "More β takes more of the painting and keeps less of the photograph.",
            f"from β/α = {BETAS[0]:g} to {BETAS[-1]:g} with the default λ the style cost falls "
            f"from {least.style:.2f} to {most.style:.3f} of the photograph's, and the content cost "
            f"rises from {least.content:.2f} to {most.content:.2f} of what it is without any "
            f"activations; neither ever turns round in {sum(rises)} of {len(rises)} rows of λ",
            all(rises),
        ),
        Claim(
            "β/α is the highest price: from one painting to the next, a unit of style cost is "
            "bought for no more content cost than that.",
            f"with the default λ {', '.join(f'{price:.3g}' for price in paid[USUAL])} up to β/α = "
            f"{', '.join(f'{beta:g}' for beta in BETAS[1:])}; in all rows it is no more for "
            f"{cheap} of {len(between)} pairs, no less than the first painting's β/α for {dear}",
            cheap == len(between),
        ),
        Claim(
            "Equal λ are not equal shares: one layer makes nearly all of the style cost.",
            f"of the photograph's, {greatest['equal λ']} makes "
            f"{max(parts['equal λ'].values()):.2f}; with the default λ, {greatest[USUAL]} makes "
            f"{max(parts[USUAL].values()):.2f}",
            max(parts["equal λ"].values()) > 0.9,
        ),
        Claim(
            "Shallow layers alone do not bring the style of the deep ones.",
            f"at β/α = {BETAS[2]:g}, with λ at conv1_1 and conv2_1 alone, conv5_1 has "
            f"{shallow:.2f} of the photograph's style cost; with equal shares, {all_five:.2f}",
            shallow > 0.7 > all_five,
        ),
        Claim(
            "At the photograph the style pulls alone; at the end both pull equally, and against "
            "each other.",
            f"gradients of {first.content:.3g} and {first.style:.3g} at the start; after "
            f"{last.iteration} iterations {last.content:.3g} and {last.style:.3g}, with a cosine "
            f"of {last.cosine:.2f} between them",
            first.content < 1e-3 * first.style and last.cosine < -0.8,
        ),
    )


def table(
    parts: Mapping[str, Mapping[str, float]], by_layer: Mapping[str, Mapping[str, float]]
) -> tuple[str, ...]:
    """Print what each layer makes of the photograph's style cost, and how hard it pulls."""
    rows = [
        f"{layer:8}"
        + "".join(f"{part.get(layer, 0):14.4f}" for part in parts.values())
        + "".join(f"{pull:11.3g}" for pull in by_layer[layer].values())
        for layer in by_layer
    ]
    return (
        "Shares of the photograph's style cost, row by row of λ; then how hard each layer pulls "
        f"with {USUAL}.",
        " " * 8 + "".join(f"{row:>14}" for row in parts) + "".join(f"{at:>11}" for at in MOMENTS),
        *rows,
    )


def draw(
    pictures: Mapping[str, Sequence[Array]],
    grid: Mapping[str, Sequence[Painting]],
    pulls: Sequence[Pull],
) -> Figure:
    """Show the grid of paintings, cost against cost, and the pulls on the way."""
    figure = Figure(figsize=(drawing.WIDTH, 8.6))
    halves = figure.add_gridspec(2, 1, height_ratios=(1.9, 1))
    upper, lower = (figure.add_subfigure(half) for half in (halves[0], halves[1]))
    for i, row in enumerate(pictures):
        for j, (beta, canvas) in enumerate(zip(BETAS, pictures[row], strict=True)):
            axis = upper.add_subplot(len(pictures), len(BETAS), i * len(BETAS) + j + 1)
            image = canvas[MARGIN:-MARGIN, MARGIN:-MARGIN]
            drawing.picture(axis, image, "" if i else f"β/α = {beta:g}")
            if not j:
                drawing.label_row(axis, row)

    axis = lower.add_subplot(1, 2, 1)
    for mark, row in zip("os^D", grid, strict=True):
        costs = [(painting.content, painting.style) for painting in grid[row]]
        axis.semilogy(*zip(*costs, strict=True), mark + "-", ms=4, label=row)
    axis.set_xlabel("content cost (1: if all activations were 0)")
    axis.set_ylabel("style cost, by the row's λ\n(1: the photograph)")
    axis.legend(fontsize=9)

    axis = lower.add_subplot(1, 2, 2)
    after = [pull for pull in pulls if pull.iteration]
    steps = [pull.iteration for pull in after]
    axis.loglog(steps, [pull.style for pull in after], "o-", ms=4, label="β·∂J_style/∂G")
    axis.loglog(steps, [pull.content for pull in after], "s-", ms=4, label="α·∂J_content/∂G")
    axis.loglog(steps, [pull.together for pull in after], ":", color=GREY, label="their sum, ∂J/∂G")
    axis.set_title(f"pulls with β/α = {Settings().beta:g}, {USUAL}")
    axis.set_xlabel("iterations")
    axis.set_ylabel("length of the gradient")
    axis.legend(fontsize=9)
    return figure
