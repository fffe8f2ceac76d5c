"""How hard each term of J pulls at the pixels: the lengths of the gradients, and their angle."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.experiments.scale import cosine, length
from nst_numpy.objective import Objective
from nst_numpy.optimizers import lbfgs


@dataclass(frozen=True)
class Pull:
    """How long both terms' gradients and that of J are, and the cosine between the terms'."""

    iteration: int
    content: float
    style: float
    together: float
    cosine: float


def reweighted(J: Objective, alpha: float, beta: float, lambdas: Mapping[str, float]) -> Objective:
    """Give the same objective with another α, β and λ, which is sooner than to set up a new one.

    It shares the arrays of J, so it has the layers of J; one without a λ gets 0.
    """
    layers = {layer: lambdas.get(layer, 0.0) for layer in J.settings.style_layers}
    other = copy(J)
    evaluation: Any = copy(J.evaluation)  # NumPy's or the kernels'; both keep their settings
    settings = replace(J.settings, alpha=alpha, beta=beta, style_layers=layers)
    other.settings = evaluation.settings = settings
    other.evaluation = evaluation
    return other


def pulls_on_the_way(C: Array, J: Objective, iterations: int) -> tuple[Array, list[Pull]]:
    """Minimise J from C on, and measure both terms' gradients now and then: the end, the pulls.

    With β = 0 the objective gives the gradient of the one term; the rest is the other.
    """
    J_content = reweighted(J, J.settings.alpha, 0, J.settings.style_layers)
    looks = {0, *np.geomspace(1, iterations, 16).astype(int).tolist()}
    pulls = []
    for iteration, point in enumerate(islice(lbfgs(J, C), iterations + 1)):
        if iteration in looks:
            content = J_content(point.x)[1].astype(float)
            style = point.gradient - content
            lengths = (length(content), length(style), length(point.gradient))
            pulls.append(Pull(iteration, *lengths, cosine(content, style)))
    return point.x, pulls


def pulls_of_layers(J: Objective, pictures: Mapping[str, Array]) -> dict[str, dict[str, float]]:
    """Measure each style term's own gradient, all other terms at 0, at some pictures."""
    found = {}
    for layer, lambda_l in J.settings.style_layers.items():
        alone = reweighted(J, 0, J.settings.beta, {layer: lambda_l})
        found[layer] = {name: length(alone(G)[1]) for name, G in pictures.items()}
    return found
