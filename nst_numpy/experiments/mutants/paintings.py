"""What a wrong gradient paints: J through the real VGG-19, with one piece of dJ/dG exchanged."""

from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from nst_numpy import gradcheck
from nst_numpy.arrays import Array
from nst_numpy.experiments.mutants.outcome import degrees
from nst_numpy.experiments.mutants.pieces import AssembledObjective, Mutant, assemble
from nst_numpy.experiments.scale import cosine
from nst_numpy.optimizers import adam, lbfgs
from nst_numpy.settings import Pooling, Settings
from nst_numpy.vgg19 import Weights

STYLE_LAYERS = {
    layer: weight for layer, weight in Settings().style_layers.items() if layer != "conv5_1"
}  # at this size conv5_1 adds less than a ten-thousandth of J, and takes a third of the time
CHOSEN = Settings(alpha=30, style_layers=STYLE_LAYERS)  # so that a mistake in either cost shows
RATE = 0.04  # of Adam
CHECKED = 24  # pixels a side of the pictures with which J is held against finite differences


@dataclass(frozen=True)
class Painted:
    """What one gradient painted.

    Attributes
    ----------
    painting
        The last picture.
    error
        Of the whole dJ/dG, relative, against finite differences.
    angle
        Between this dJ/dG and the right one, in degrees, at the right painting.
    descent
        How far J fell, as a share of how far it fell with the right gradient.
    distance
        From the right painting, as a share of the photograph's distance from it.
    """

    painting: Array
    error: float
    angle: float
    descent: float
    distance: float


@dataclass(frozen=True)
class LBFGSRun:
    """What L-BFGS made of a gradient.

    Attributes
    ----------
    descent
        How far J fell, as a share of how far it fell with the right gradient and Adam.
    iterations, evaluations
        How many steps it took, and how often it evaluated J.
    failures
        How many of the steps were not those of the line search, which had failed.
    distance
        From the right painting (Adam's), as a share of the photograph's distance from it.
    """

    descent: float
    iterations: int
    evaluations: int
    failures: int
    distance: float


class Studio:
    """The photograph, painted with the right gradient, and then with any wrong one.

    Parameters
    ----------
    content, style : ndarray of one shape, (n_H, n_W, 3)
        RGB in [0, 1], float32.
    weights : mapping, layer -> (weight, bias)
    pooling : "average" or "max"
    iterations : int
        Steps of Adam.
    """

    def __init__(
        self, content: Array, style: Array, weights: Weights, pooling: Pooling, iterations: int
    ) -> None:
        self.settings = replace(CHOSEN, pooling=pooling)
        self.J = assemble(content, style, self.settings, weights)
        self.content = content
        self.iterations = iterations
        self.start, _ = self.J(content)
        self.painting, self.end = self._adam(self.J)
        _, self.gradient = self.J(self.painting)
        self.check = CheckOfJ(content, style, self.settings, weights)

    def paint(self, mutant: Mutant) -> Painted:
        """Paint with a wrong gradient, and hold it against the right one in every way."""
        J = replace(self.J, pieces=mutant.pieces)
        painting, end = self._adam(J)
        return Painted(
            painting,
            self.check.error(mutant),
            degrees(cosine(J(self.painting)[1], self.gradient)),
            (self.start - end) / (self.start - self.end),
            self._distance(painting),
        )

    def lbfgs(self, mutant: Mutant | None = None, most: int | None = None) -> LBFGSRun:
        """Give a wrong gradient, or the right one, to L-BFGS.

        Once it has evaluated J `most` times it finishes the step that it is at, and no more.
        """
        J = replace(self.J, pieces=mutant.pieces) if mutant else self.J
        points = []
        for point in islice(lbfgs(J, self.content), self.iterations + 1):
            points.append(point)
            if most and point.evaluations >= most:
                break
        return LBFGSRun(
            (self.start - point.value) / (self.start - self.end),
            len(points) - 1,
            point.evaluations,
            sum(bool(point.note) for point in points),
            self._distance(point.x),
        )

    def _distance(self, picture: Array) -> float:
        return rms(picture - self.painting) / rms(self.content - self.painting)

    def _adam(self, J: AssembledObjective) -> tuple[Array, float]:
        *_, last = islice(adam(J, self.content, RATE), self.iterations + 1)
        return last.x, last.value


class CheckOfJ:
    """Holds dJ/dG, made of any pieces, against central differences, in float64.

    All mutants claim slopes of one and the same function, so its values are remembered.
    """

    def __init__(self, content: Array, style: Array, settings: Settings, weights: Weights) -> None:
        rng = np.random.default_rng(0)
        content, style = (centre(picture, CHECKED).astype(float) for picture in (content, style))
        precise = {layer: (W.astype(float), b.astype(float)) for layer, (W, b) in weights.items()}
        self.J = assemble(content, style, settings, precise)
        self.G = 0.8 * content + 0.2 * rng.random(content.shape)
        self.directions = list(rng.standard_normal((3, *self.G.shape)))
        self.values: dict[bytes, float] = {}

    def value(self, G: Array) -> float:
        """Evaluate J, or remember it."""
        key = G.tobytes()
        if key not in self.values:
            self.values[key] = self.J(G)[0]
        return self.values[key]

    def error(self, mutant: Mutant | None = None) -> float:
        """Give the relative error of a mutant's dJ/dG, or of the right one."""
        J = replace(self.J, pieces=mutant.pieces) if mutant else self.J
        _, gradient = J(self.G)
        steps = (1e-6, 1e-7)
        return gradcheck.directional_error(self.value, self.G, gradient, self.directions, steps)


def centre(picture: Array, side: int) -> Array:
    """Cut out the middle, `side` pixels square."""
    i, j = ((n - side) // 2 for n in picture.shape[:2])
    return picture[i : i + side, j : j + side]


def rms(x: Array) -> float:
    """Give the root of the mean square."""
    return float(np.sqrt(np.mean(np.square(x, dtype=np.float64))))
