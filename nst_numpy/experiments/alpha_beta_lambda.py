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

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from itertools import islice

import numpy as np
from matplotlib.figure import Figure

from nst_numpy.arrays import Array
from nst_numpy.canvas import mirrored
from nst_numpy.experiments import drawing
from nst_numpy.experiments.frame import Claim
from nst_numpy.experiments.scale import length
from nst_numpy.experiments.weighing import BETAS, USUAL, Row, paint, weightings
from nst_numpy.gradcheck import cosine
from nst_numpy.network import Weights
from nst_numpy.objective import Objective, SumOfTerms
from nst_numpy.optimizers import LBFGS, iterates
from nst_numpy.settings import Settings

MARGIN = Settings().margin
MOMENTS = ("start", "half-way", "end")


@dataclass(frozen=True)
class Pull:
    """How long both terms' gradients and that of J are, and the cosine between the terms'."""

    iteration: int
    content: float
    style: float
    together: float
    cosine: float


@dataclass(frozen=True)
class Measured:
    """The paintings by the name of their λ, and the pulls: on the way, and of each style layer."""

    rows: dict[str, Row]
    pulls: list[Pull]
    pulls_of_layers: dict[str, dict[str, float]]


def measure(
    content: Array, style: Array, weights: Weights, iterations: int = 20, long: int = 250
) -> Measured:
    """Paint a grid, β/α across and λ down; then follow the pulls of both terms to the end."""
    C = mirrored(content, MARGIN)
    J = Objective(C, [style], Settings(), weights)
    lambdas = weightings(J(C)[0].values)
    rows = {row: paint(J, C, lambdas[row], iterations) for row in lambdas}
    G, pulls = pulls_on_the_way(J, C, long)
    at = dict(zip(MOMENTS, (C, (C + G) / 2, G), strict=True))
    return Measured(rows, pulls, pulls_of_layers(J, at))


def pulls_on_the_way(J: SumOfTerms, C: Array, iterations: int) -> tuple[Array, list[Pull]]:
    """Minimise J from C on, and measure both terms' gradients now and then: the end, the pulls."""
    J_content = J.with_terms(J.terms[:1])
    looks = {0, *np.geomspace(1, iterations, 16).astype(int).tolist()}
    pulls = []
    for iteration, state in enumerate(islice(iterates(LBFGS(), J, C), iterations + 1)):
        if iteration in looks:
            content = J_content(state.x)[1].astype(float)
            style = state.gradient - content
            lengths = (length(content), length(style), length(state.gradient))
            pulls.append(Pull(iteration, *lengths, cosine(content, style)))
    return state.x, pulls


def pulls_of_layers(J: SumOfTerms, pictures: Mapping[str, Array]) -> dict[str, dict[str, float]]:
    """Measure how hard each style term pulls alone, at some pictures: by layer, by picture."""
    return {
        term.layer: {name: length(J.with_terms([term])(G)[1]) for name, G in pictures.items()}
        for term in J.terms[1:]
    }


def claims(measured: Measured) -> tuple[Claim, ...]:
    """Say what came out."""
    rows = measured.rows
    usual, equal = rows[USUAL], rows["equal λ"]
    rises = [
        np.all(np.diff(row.content) > 0) and np.all(np.diff(row.style) < 0) for row in rows.values()
    ]
    paid = np.array([row.paid for row in rows.values()])
    dear, cheap = np.sum(paid >= BETAS[:-1]), np.sum(paid <= BETAS[1:])
    greatest, of_usual = (max(x.shares, key=x.shares.__getitem__) for x in (equal, usual))
    shallow, all_five = (rows[row].layers["conv5_1"][2] for row in ("shallow only", "equal shares"))
    first, last = measured.pulls[0], measured.pulls[-1]
    return (
        Claim(
            "More β takes more of the painting and keeps less of the photograph.",
            f"from β/α = {BETAS[0]:g} to {BETAS[-1]:g} with the default λ the style cost falls "
            f"from {usual.style[0]:.2f} to {usual.style[-1]:.3f} of the photograph's, and the "
            f"content cost rises from {usual.content[0]:.2f} to {usual.content[-1]:.2f} of what it "
            f"is without any activations; neither ever turns round in {sum(rises)} of {len(rises)} "
            "rows of λ",
            all(rises),
        ),
        Claim(
            "β/α is the highest price: from one painting to the next, a unit of style cost is "
            "bought for no more content cost than that.",
            f"with the default λ {', '.join(f'{price:.3g}' for price in usual.paid)} up to β/α = "
            f"{', '.join(f'{beta:g}' for beta in BETAS[1:])}; in all rows it is no more for "
            f"{cheap} of {paid.size} pairs, no less than the first painting's β/α for {dear}",
            cheap == paid.size,
        ),
        Claim(
            "Equal λ are not equal shares: one layer makes nearly all of the style cost.",
            f"of the photograph's, {greatest} makes {equal.shares[greatest]:.2f}; with the default "
            f"λ, {of_usual} makes {usual.shares[of_usual]:.2f}",
            equal.shares[greatest] > 0.9,
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


def lines(measured: Measured) -> tuple[str, ...]:
    """Return a table: what each layer makes of the photograph's style cost, and how it pulls."""
    rows = measured.rows
    return (
        "Shares of the photograph's style cost, row by row of λ; then how hard each layer pulls "
        f"with {USUAL}.",
        " " * 8 + "".join(f"{row:>14}" for row in rows) + "".join(f"{at:>11}" for at in MOMENTS),
        *(
            f"{layer:8}"
            + "".join(f"{row.shares[layer]:14.4f}" for row in rows.values())
            + "".join(f"{pull:11.3g}" for pull in pulls.values())
            for layer, pulls in measured.pulls_of_layers.items()
        ),
    )


def draw(measured: Measured) -> Figure:
    """Show the grid of paintings, cost against cost, and the pulls on the way."""
    rows = measured.rows
    figure, (upper, lower) = drawing.stacked(5.63, 2.97)
    axes = upper.subplots(len(rows), len(BETAS))
    costs, pulling = lower.subplots(1, 2)
    for number, (name, row) in enumerate(rows.items()):
        for axis, beta, canvas in zip(axes[number], BETAS, row.pictures, strict=True):
            image = canvas[MARGIN:-MARGIN, MARGIN:-MARGIN]
            drawing.picture(axis, image, "" if number else f"β/α = {beta:g}")
        axes[number, 0].set_ylabel(name)
        costs.semilogy(row.content, row.style, "os^D"[number] + "-", ms=4, label=name)
    costs.set_xlabel("content cost (1: if all activations were 0)")
    costs.set_ylabel("style cost, by the row's λ\n(1: the photograph)")
    costs.legend(fontsize=9)

    steps, content, style, together, _ = np.transpose([astuple(x) for x in measured.pulls[1:]])
    pulling.loglog(steps, style, "o-", ms=4, label="β·∂J_style/∂G")
    pulling.loglog(steps, content, "s-", ms=4, label="α·∂J_content/∂G")
    pulling.loglog(steps, together, ":", color=drawing.COLOURS[7], label="their sum, ∂J/∂G")
    pulling.set_title(f"pulls with β/α = {Settings().beta:g}, {USUAL}")
    pulling.set(xlabel="iterations", ylabel="length of the gradient")
    pulling.legend(fontsize=9)
    return figure
