"""Which statistic is the style?

The Gram matrix is one of several answers. Here the photograph is painted with each statistic that
there is, the content cost, β and the layers being the same. Then each painting is judged by all of
them: how far is it from the style, as a share of how far the photograph was?

Four are functions of another: the Gram matrix, the deviations, and both together, of the means and
covariances; and between Gaussians, so is the Wasserstein distance. A painting that agrees in those
agrees in these. Sorted numbers know what none of them does, the form of a histogram; but nothing,
or only what shows in some mixtures, of which channels go together.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from nst_numpy.arrays import Array
from nst_numpy.canvas import mirrored
from nst_numpy.costs import STATISTICS
from nst_numpy.experiments import drawing
from nst_numpy.experiments.frame import Claim
from nst_numpy.network import Weights
from nst_numpy.objective import Cost, Objective
from nst_numpy.settings import Settings
from nst_numpy.stylize import stylize

W2 = "wasserstein"


@dataclass(frozen=True)
class Painting:
    """What one statistic makes, and what all say of it.

    `far`: β·Σ λ_l·J_style[l] by each statistic, as a share of the photograph's. `content`: the
    content cost, as a multiple of the Gram matrix's painting's.
    """

    picture: Array
    far: dict[str, float]
    content: float


@dataclass(frozen=True)
class Measured:
    """The two pictures, and a painting for each statistic."""

    iterations: int
    photograph: Array
    style: Array
    paintings: dict[str, Painting]


def measure(content: Array, style: Array, weights: Weights, iterations: int = 25) -> Measured:
    """Paint with each statistic, at one scale, and judge each painting by all."""
    judges, last = {}, {}
    canvas = mirrored(content, Settings().margin)
    for name, statistic in STATISTICS.items():
        settings = Settings(statistic=statistic, scales=1, iterations=iterations, gain=0)
        judges[name] = Objective(canvas, [style], settings, weights)
        for step in stylize(content, [style], settings, weights):
            last[name] = step
    photograph = {judge: of_style(J(canvas)[0]) for judge, J in judges.items()}
    least = last["gram"].cost.terms["content"]
    return Measured(
        iterations,
        content,
        style,
        {
            name: Painting(
                step.image.copy(),
                {
                    judge: of_style(J(step.canvas)[0]) / photograph[judge]
                    for judge, J in judges.items()
                },
                step.cost.terms["content"] / least,
            )
            for name, step in last.items()
        },
    )


def of_style(cost: Cost) -> float:
    """Return what the style terms of J add up to."""
    return cost.total - cost.terms["content"]


def judged(measured: Measured, judge: str) -> dict[str, float]:
    """Return how far each painting is from the style, by one statistic."""
    return {name: painting.far[judge] for name, painting in measured.paintings.items()}


def told(far: Mapping[str, float]) -> str:
    """Write numbers and whose they are."""
    return ", ".join(f"{name} {share:.3f}" for name, share in far.items())


def claims(measured: Measured) -> tuple[Claim, ...]:
    """Say what came out."""
    by = {judge: judged(measured, judge) for judge in STATISTICS}
    content = {name: painting.content for name, painting in measured.paintings.items()}
    others = {name: far for name, far in by[W2].items() if name != W2}
    rest = {name: share for name, share in content.items() if name != W2}
    return (
        Claim(
            "The Wasserstein distance knows most: who paints by it gets the Gram matrix, too, and "
            "better than who asks for that; but no other painting is near by its measure.",
            f"far by the Gram matrix: {told(by['gram'])}; by the Wasserstein distance: "
            f"{told(by[W2])}",
            min(by["gram"].values()) == by["gram"][W2] and min(others.values()) > 1.5 * by[W2][W2],
        ),
        Claim(
            "So it leaves least of the photograph; it wants a smaller β.",
            "content cost, as a multiple of the Gram matrix's: "
            + ", ".join(f"{name} {share:.2f}" for name, share in content.items()),
            content[W2] > 1.1 * max(rest.values()),
        ),
        Claim(
            "A Gram matrix can be nearly right while means and covariances are not, for one makes "
            "up for the other.",
            f"far by means and covariances: {told(by['covariance'])}",
            max(by["covariance"].values()) == by["covariance"]["gram"],
        ),
        Claim(
            "Sorted numbers come right only where they are asked for.",
            f"far by histograms: {told(by['histogram'])}; by slices: {told(by['sliced'])}",
            all(min(by[name].values()) == by[name][name] for name in ("histogram", "sliced")),
        ),
    )


def draw(measured: Measured) -> Figure:
    """Show both pictures, the paintings, and the verdicts."""
    figure, (above, below) = drawing.stacked(5.1, 3.8)
    shown = {"the photograph": measured.photograph, "the style": measured.style}
    shown |= {name: painting.picture for name, painting in measured.paintings.items()}
    for axis, (name, picture) in zip(above.subplots(3, 3).flat, shown.items(), strict=True):
        drawing.picture(axis, picture, name)
    axis = below.subplots()
    names = list(STATISTICS)
    far = np.array([[measured.paintings[name].far[judge] for judge in names] for name in names])
    of_best = np.log(far / far.min(axis=0))
    drawing.heat(axis, of_best.max() - of_best, "how far from the style (1: the photograph)")
    axis.set_xticks(range(len(names)), [name.replace("-", "-\n") for name in names])
    axis.set_xlabel("judged by")
    axis.set_yticks(range(len(names)), names)
    axis.set_ylabel("painted by")
    axis.set_aspect("auto")
    for (i, j), share in np.ndenumerate(far):
        dark = of_best[i, j] > of_best.max() / 2
        colour = "white" if dark else "black"
        axis.text(j, i, f"{share:.3f}", ha="center", va="center", color=colour)
    return figure
