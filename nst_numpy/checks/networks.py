"""A whole network as a case: few channels, random weights, and all of its convolutions tapped."""

from dataclasses import replace
from itertools import accumulate

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.checks.case import Case
from nst_numpy.checks.pieces import OURS, Pieces
from nst_numpy.network import Network, Weights, backward, forward


def narrow(network: Network) -> Network:
    """Return a network of the same layers with 3, 4 or 5 channels."""
    table = []
    n_C = 3
    for number, (layer, _, _) in enumerate(network.table):
        n_C_in, n_C = n_C, 3 + number % 3 if layer in network.channels else n_C
        table.append((layer, n_C_in, n_C))
    return replace(network, table=tuple(table))


def random_weights(network: Network, rng: np.random.Generator) -> Weights:
    """Draw weights with which features neither die out nor grow from layer to layer."""
    weights = {}
    for layer, (n_C_in, n_C_out) in network.channels.items():
        weight = rng.standard_normal((3, 3, n_C_in, n_C_out)) * np.sqrt(2 / (9 * n_C_in))
        weights[layer] = weight, 100 * rng.standard_normal(n_C_out)  # as large as a pixel
    return weights


def whole(network: Network, pieces: Pieces = OURS) -> Case:
    """Return the case of a network: y are all of its features, laid out in a row."""

    def draw(rng: np.random.Generator) -> tuple[Array, Weights]:
        weights = random_weights(network, rng)
        return rng.random((19, 17, 3)), weights

    def up(G: Array, weights: Weights) -> Array:
        features, _ = forward(G, network, weights, network.channels, pieces)
        return np.concatenate([a.ravel() for a in features.values()])

    def down(dy: Array, G: Array, weights: Weights) -> Array:
        features, cache = forward(G, network, weights, network.channels, pieces)
        parts = np.split(dy, list(accumulate(a.size for a in features.values()))[:-1])
        dfeatures = {
            layer: part.reshape(features[layer].shape)
            for layer, part in zip(features, parts, strict=True)
        }
        return backward(dfeatures, cache, network, weights, pieces)

    return Case(f"{network.name}, {network.pooling} pooling", up, down, draw)
