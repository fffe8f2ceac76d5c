"""Which statistic is the style?

The Gram matrix is one answer of several. Here the photograph is painted with each statistic that
there is, the content cost, β and the layers being the same. Then each painting is judged by all of
them: how far is it from the style, as a share of how far the photograph was?

Three are functions of another: the Gram matrix and the deviations of the means and covariances; and
between Gaussians, so is the Wasserstein distance. A painting that agrees in those agrees in these.
Sorted numbers know what none of them does, the form of a histogram; but nothing, or only what shows
in some mixtures, of which channels go together.
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
from nst_numpy.objective import Objective
from nst_numpy.settings import Settings
from nst_numpy.stylize import stylize


@dataclass(frozen=True)
class Painting:
    """What one statistic makes; `far` and `content` are shares.

    `far`: its style costs by each statistic, β·Σ λ_l·J_style[l], as a share of the photograph's.
    `content`: its content cost, as a share of the painting's that is the style itself.
    """

    picture: Array
    far: dict[str, float]
    content: float


@dataclass(frozen=True)
class Measured:
    """The pictures, and a painting for each statistic."""

    iterations: int
    photograph: Array
    style: Array
    paintings: dict[str, Painting]


def measure(content: Array, style: Array, weights: Weights, iterations: int = 40) -> Measured:
    """Paint with each statistic, and judge each painting by all."""
    costs, pictures = {}, {}
    canvas = mirrored(content, Settings().margin)
    for name, statistic in STATISTICS.items():
        settings = Settings(statistic=statistic, scales=1, iterations=iterations, gain=0)
        costs[name] = Objective(canvas, [style], settings, weights)
        for step in stylize(content, [style], settings, weights):
            pictures[name] = step.canvas.copy()
    paintings = {}
    for name, G in pictures.items():
        ledgers = {judge: (J(G)[0], J(canvas)[0]) for judge, J in costs.items()}
        far = {judge: of_style(now) / of_style(then) for judge, (now, then) in ledgers.items()}
        print(name, {k: round(v, 4) for k, v in far.items()}, ledgers[name][0].terms["content"])
        paintings[name] = Painting(G, far, ledgers[name][0].terms["content"])
    return Measured(iterations, content, style, paintings)


def of_style(cost) -> float:
    return cost.total - cost.terms["content"]
