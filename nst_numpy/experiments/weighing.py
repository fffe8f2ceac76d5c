"""Paintings for several β/α and one row of λ, and what each gives of one cost for the other."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.costs import content_cost
from nst_numpy.experiments.features import minimise
from nst_numpy.objective import SumOfTerms
from nst_numpy.settings import Settings

BETAS = (2.5, 25.0, 250.0, 2500.0)  # α is 1
LAMBDAS = dict(Settings().style_layers)
USUAL = "λ = 1/n_C²"


@dataclass(frozen=True)
class Row:
    """The paintings of one row of λ, the least β first, and their costs.

    By layer: λ, and what share of the photograph's style cost it makes with that. The content
    costs are shares of what it costs if all activations are 0; the style costs, by these λ and
    layer by layer, of the photograph's. `paid` is how much content cost a unit of style cost has
    cost, from each painting to the next.
    """

    lambdas: Mapping[str, float]
    shares: Mapping[str, float]
    pictures: list[Array]
    content: Array
    style: Array
    layers: Mapping[str, Array]
    paid: Array


def weightings(before: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """Choose four rows of λ; in each the photograph costs what it costs with the default.

    `before` is its style cost by layer, without a λ.
    """
    rows = {
        "shallow only": LAMBDAS | dict.fromkeys(("conv3_1", "conv4_1", "conv5_1"), 0.0),
        USUAL: LAMBDAS,
        "equal λ": dict.fromkeys(LAMBDAS, 1.0),
        "equal shares": {layer: 1 / before[layer] for layer in LAMBDAS},
    }
    costs = {row: sum(rows[row][layer] * before[layer] for layer in LAMBDAS) for row in rows}
    return {
        row: {layer: lambda_l * costs[USUAL] / costs[row] for layer, lambda_l in lambdas.items()}
        for row, lambdas in rows.items()
    }


def paint(J: SumOfTerms, C: Array, lambdas: Mapping[str, float], iterations: int) -> Row:
    """Paint with each β, from the least on; each painting goes on from the one before.

    J is the content term and a style term for each layer, which gets the weight β·λ_l.
    """
    of_content, *of_style = J.terms
    made = [C]
    for beta in BETAS:
        terms = [replace(term, weight=beta * lambdas[term.layer]) for term in of_style]
        made.append(minimise(J.with_terms([of_content, *terms]), made[-1], iterations)[0])
    ledgers = [J(G)[0].values for G in made]
    content = np.array([ledger[of_content.name] for ledger in ledgers])
    layers = {layer: np.array([ledger[layer] for ledger in ledgers]) for layer in lambdas}
    style = np.sum([lambdas[layer] * layers[layer] for layer in lambdas], axis=0)
    of_nothing, _ = content_cost(of_content.target, np.zeros_like(of_content.target))
    return Row(
        lambdas=lambdas,
        shares={layer: lambdas[layer] * layers[layer][0] / style[0] for layer in lambdas},
        pictures=made[1:],
        content=content[1:] / of_nothing,
        style=style[1:] / style[0],
        layers={layer: costs[1:] / costs[0] for layer, costs in layers.items()},
        paid=-np.diff(content[1:]) / np.diff(style[1:]),
    )
