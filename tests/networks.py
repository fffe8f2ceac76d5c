"""Networks that are quick: tables of their own, and random weights for them."""

import numpy as np

from nst_numpy.network import VGG19, Network


def with_channels(n_C, table=VGG19.table):
    """Make a network as deep as a table, with one number of channels everywhere."""
    rows = [(layer, 3 if n_C_in == 3 else n_C, n_C) for layer, n_C_in, _ in table]
    return Network(f"VGG with {n_C} channels", tuple(rows))


NARROW = with_channels(8)
"""As deep as VGG-19; the kernels, whose channels come in sixteens, do not know it."""

SIXTEEN = with_channels(16)
"""As deep as VGG-19, and the kernels know it."""

VGG16 = Network("VGG-16", tuple(row for row in VGG19.table if not row[0].endswith("_4")))


def random_weights(network, seed=0, dtype="float64"):
    """Draw weights that keep the activations about as large in every layer."""
    rng = np.random.default_rng(seed)
    return {
        layer: (
            (rng.standard_normal((3, 3, n_C_in, n_C)) * np.sqrt(2 / (9 * n_C_in))).astype(dtype),
            (0.2 * rng.standard_normal(n_C)).astype(dtype),
        )
        for layer, (n_C_in, n_C) in network.channels.items()
    }
