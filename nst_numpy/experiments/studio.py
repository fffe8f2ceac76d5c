"""What a wrong gradient paints: J through the real VGG-19, with one piece of dJ/dG exchanged."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.backend import Computing
from nst_numpy.checks.mutants.mutant import angle
from nst_numpy.checks.pieces import OURS, Pieces, with_pieces
from nst_numpy.experiments.scale import length, middle
from nst_numpy.gradcheck import directional_error
from nst_numpy.network import Pooling, Weights
from nst_numpy.objective import Objective, SumOfTerms
from nst_numpy.optimizers import LBFGS, Adam, State, iterates
from nst_numpy.settings import Settings

STYLE_LAYERS = {
    layer: weight for layer, weight in Settings().style_layers.items() if layer != "conv5_1"
}  # at this size conv5_1 adds less than a ten-thousandth of J, and takes a third of the time
CHOSEN = Settings(alpha=30, style_layers=STYLE_LAYERS)  # so that a mistake in either cost shows
ADAM = Adam(0.04)
CHECKED = 24  # pixels a side of the pictures with which J is held against finite differences


@dataclass(frozen=True)
class Painted:
    """What an optimizer painted with a gradient, and how wrong the whole of that gradient is.

    The right painting is Adam's, with the right gradient.
    """

    painting: Array
    error: float  # of dJ/dG against finite differences, relative
    angle: float  # between dJ/dG and the right one, in degrees, at the right painting
    descent: float  # how far J fell, as a share of how far it fell to the right painting
    distance: float  # from the right painting, as a share of the photograph's distance from it
    steps: int
    evaluations: int  # of J
    failures: int  # after how many steps the line search had failed


class Studio:
    """The photograph, painted with the right gradient, and then with any wrong one.

    Content and style are float32 pictures of one size; each optimizer takes so many iterations.
    """

    def __init__(
        self, content: Array, style: Array, weights: Weights, pooling: Pooling, iterations: int
    ) -> None:
        settings = replace(CHOSEN, pooling=pooling)
        J = Objective(
            content, [style], settings, weights, computing=Computing(backend="definition")
        )
        self.J: Callable[[Pieces], SumOfTerms] = lambda pieces: with_pieces(J, style, pieces)
        self.error = error_of_J(content, style, settings, weights)
        self.iterations = iterations
        states = self.walk(OURS, ADAM, content)
        self.start, self.end = states[0], states[-1]
        self.right = self.compared(OURS, states)

    def walk(
        self, pieces: Pieces, optimizer: Adam | LBFGS, start: Array, most: int = 1000
    ) -> list[State]:
        """Walk with dJ/dG made of some pieces; after `most` evaluations take no more steps."""
        states = []
        for state in islice(iterates(optimizer, self.J(pieces), start), self.iterations + 1):
            states.append(state)
            if state.evaluations >= most:
                break
        return states

    def paint(self, pieces: Pieces, optimizer: Adam | LBFGS = ADAM, most: int = 1000) -> Painted:
        """Paint the photograph, and compare with the right painting."""
        return self.compared(pieces, self.walk(pieces, optimizer, self.start.x, most))

    def compared(self, pieces: Pieces, states: list[State]) -> Painted:
        """Compare what was painted with the right painting."""
        start, right, last = self.start, self.end, states[-1]
        return Painted(
            last.x,
            self.error(pieces),
            angle(self.J(pieces)(right.x)[1], right.gradient),
            (float(start.value) - float(last.value)) / (float(start.value) - float(right.value)),
            length(last.x - right.x) / length(start.x - right.x),
            len(states) - 1,
            last.evaluations,
            sum(bool(state.note) for state in states),
        )


def error_of_J(
    content: Array, style: Array, settings: Settings, weights: Weights
) -> Callable[[Pieces], float]:
    """Return what checks dJ/dG, made of any pieces, against central differences, in float64.

    All pieces claim slopes of one and the same function, so its values are remembered.
    """
    rng = np.random.default_rng(0)
    content, style = (middle(x, CHECKED, CHECKED).astype(float) for x in (content, style))
    J = Objective(content, [style], settings, weights, "float64")
    G = 0.8 * content + 0.2 * rng.random(content.shape)
    directions = list(rng.standard_normal((3, *G.shape)))

    @cache
    def value(picture: bytes) -> float:
        return float(J(np.frombuffer(picture).reshape(G.shape))[0])

    def error(pieces: Pieces) -> float:
        _, gradient = with_pieces(J, style, pieces)(G)
        steps = (1e-6, 1e-7)
        return directional_error(lambda x: value(x.tobytes()), G, gradient, directions, steps)

    return error
