"""Features of a picture, and J of any cost of them, in plain NumPy.

`Objective` knows the two costs that the package is about. An experiment that asks "why not
another?" brings its own, a function of one layer's activations that returns (value, gradient).
"""

from collections.abc import Callable, Collection, Mapping
from itertools import islice

from nst_numpy import vgg19
from nst_numpy.arrays import Array
from nst_numpy.line_search import Function
from nst_numpy.optimizers import lbfgs
from nst_numpy.settings import Pooling
from nst_numpy.vgg_input import vgg_input_backward, vgg_input_forward

FeatureCost = Callable[[Array], tuple[float, Array]]


def features_of(
    picture: Array, weights: vgg19.Weights, layers: Collection[str], pooling: Pooling = "average"
) -> dict[str, Array]:
    """Carry a picture, RGB in [0, 1], up to some layers: layer -> (n_H_l, n_W_l, n_C_l)."""
    features, _ = vgg19.forward(vgg_input_forward(picture), weights, layers, pooling)
    return features


class FeatureObjective:
    """J(G) = Σ_l cost_l(a_l(G)), for one cost of each layer: give it G, it returns J and dJ/dG.

    Parameters
    ----------
    costs : mapping, layer -> function
        Each takes the layer's activations and returns the value and the gradient of its cost.
    weights : mapping, layer -> (weight, bias)
        Of the dtype of the pictures that it will be given.
    pooling : "average" or "max"
    """

    def __init__(
        self,
        costs: Mapping[str, FeatureCost],
        weights: vgg19.Weights,
        pooling: Pooling = "average",
    ) -> None:
        self.costs = costs
        self.weights = weights
        self.pooling = pooling

    def __call__(self, G: Array) -> tuple[float, Array]:
        """Evaluate J and dJ/dG, which has the shape of G."""
        x = vgg_input_forward(G)
        features, cache = vgg19.forward(x, self.weights, self.costs, self.pooling)
        J = 0.0
        dfeatures = {}
        for layer, cost in self.costs.items():
            value, dfeatures[layer] = cost(features[layer])
            J += value
        return J, vgg_input_backward(vgg19.backward(dfeatures, cache, self.weights))


def minimise(function: Function, start: Array, iterations: int) -> tuple[Array, list[float]]:
    """Minimise with L-BFGS: the last picture, and J at the start and after each iteration."""
    heights = []
    for point in islice(lbfgs(function, start), iterations + 1):
        heights.append(float(point.value))
    return point.x, heights
