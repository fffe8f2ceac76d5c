"""Up through the network, what the features cost, and down again: the heart of J, in plain NumPy.

This is the definition. The compiled kernels have an `Evaluator` of the same name and meaning.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import numpy as np

from nst_numpy import layers as definition
from nst_numpy.arrays import Array
from nst_numpy.costs.term import Shape, Term, cost
from nst_numpy.network import Network, Weights, backward, forward


@dataclass(frozen=True)
class Evaluator:
    """What terms of J come to for a picture, and the gradient of their weighted sum.

    Attributes
    ----------
    network
    weights
        layer -> (weight, bias), of the dtype of the pictures; up to the deepest layer looked at.
    layers
        Where the passes of each kind of layer are found.
    down
        What carries the gradients down: `network.backward`, or a function with its signature.
    """

    network: Network
    weights: Weights
    layers: Any = definition
    down: Callable[..., Array] = backward

    def measure(self, picture: Array, terms: Collection[Term]) -> list[tuple[Array, Shape]]:
        """Return what each term measures of a picture, and the shape of what it looked at."""
        taps = {term.layer for term in terms}
        features, _ = forward(picture, self.network, self.weights, taps, self.layers)
        # copies: what is measured may be the picture itself, and that may change
        looked_at = [(term, features[term.layer]) for term in terms]
        return [(np.array(term.statistic.measure(a)), a.shape) for term, a in looked_at]

    def __call__(self, G: Array, terms: Collection[Term]) -> tuple[dict[str, float], Array]:
        """Evaluate J = Σ weight·J_term and its gradient.

        Parameters
        ----------
        G : ndarray, shape (n_H, n_W, 3)
        terms : collection of Term
            With their targets.

        Returns
        -------
        values : dict, name of a term -> float
            Its J, before its weight.
        dG : ndarray, shape (n_H, n_W, 3)
            The gradient of the weighted sum.
        """
        # up: from the picture to the features
        taps = {term.layer for term in terms}
        features, cache = forward(G, self.network, self.weights, taps, self.layers)

        # what they cost, and the gradient with respect to each
        values = {}
        dfeatures: dict[str, Array] = {}
        for term in terms:
            values[term.name], da = cost(term.statistic, features[term.layer], term.target)
            da = term.weight * da  # an array of our own, which the way down may overwrite
            dfeatures[term.layer] = dfeatures[term.layer] + da if term.layer in dfeatures else da

        # down: from the features to the picture
        return values, self.down(dfeatures, cache, self.network, self.weights, self.layers)
