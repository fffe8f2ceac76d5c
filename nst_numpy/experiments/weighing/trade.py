"""Paintings for several β/α and λ, and what each gives of one cost for the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.costs import content_cost
from nst_numpy.experiments.features import minimise
from nst_numpy.experiments.weighing.pulls import reweighted
from nst_numpy.objective import Objective
from nst_numpy.settings import Settings

BETAS = (2.5, 25.0, 250.0, 2500.0)  # α is 1
LAMBDAS = Settings().style_layers
USUAL = "λ = 1/n_C²"


@dataclass(frozen=True)
class Painting:
    """Costs of one painting, as shares: of no activations' content cost, of the photograph's style.

    ``style`` is weighed with the λ of its own row; ``layers`` tells of each layer, λ or not.
    """

    content: float
    style: float
    layers: dict[str, float]


def weightings(before: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """Choose four rows of λ; in each the photograph costs what it costs with the default."""
    rows = {
        "shallow only": {layer: LAMBDAS[layer] for layer in ("conv1_1", "conv2_1")},
        USUAL: LAMBDAS,
        "equal λ": dict.fromkeys(LAMBDAS, 0.2),
        "equal shares": {layer: 1 / before[layer] for layer in LAMBDAS},
    }
    costs = {row: sum(rows[row][layer] * before[layer] for layer in rows[row]) for row in rows}
    return {
        row: {layer: lambda_l * costs[USUAL] / costs[row] for layer, lambda_l in lambdas.items()}
        for row, lambdas in rows.items()
    }


def paint(C: Array, J: Objective, lambdas: Mapping[str, float], iterations: int) -> list[Array]:
    """Paint with each β, from the least on; each painting goes on from the one before."""
    made = [C]
    for beta in BETAS:
        J = reweighted(J, 1, beta, lambdas)
        made.append(minimise(J, made[-1], iterations)[0])
    return made[1:]


def shares_of(lambdas: Mapping[str, float], before: Mapping[str, float]) -> dict[str, float]:
    """Tell which share of the photograph's style cost each layer makes."""
    terms = {layer: lambda_l * before[layer] for layer, lambda_l in lambdas.items()}
    return {layer: term / sum(terms.values()) for layer, term in terms.items()}


def weighed(J: Objective, C: Array, G: Array, lambdas: Mapping[str, float]) -> Painting:
    """Tell what a painting costs, by the λ of its row, as shares; J knows all layers."""
    cost, before = J(G)[0], J(C)[0].style
    layers = {layer: cost.style[layer] / before[layer] for layer in before}
    parts = shares_of(lambdas, before)
    style = sum(share * layers[layer] for layer, share in parts.items())
    return Painting(cost.content / content_of_nothing(J), style, layers)


def content_of_nothing(J: Objective) -> float:
    """Give the content cost of a picture without any activations: ``Σ a_C² / (4·n_H·n_W·n_C)``."""
    return sum(content_cost(a, np.zeros_like(a))[0] for a in J.a_C.values())


def prices(row: Sequence[Painting], at_first: float, of_nothing: float) -> list[float]:
    """Divide what the content cost rises by what the style cost falls, from each to the next."""
    content = np.diff([painting.content for painting in row]) * of_nothing
    style = np.diff([painting.style for painting in row]) * at_first
    paid: list[float] = (-content / style).tolist()
    return paid
