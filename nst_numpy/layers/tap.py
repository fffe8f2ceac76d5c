"""A tapped feature goes two ways: into J, and on into the next layer."""

from nst_numpy.arrays import Array


def tap_backward(da_from_above: Array, da_of_J: Array) -> Array:
    """Add what comes back along the two ways: by the chain rule, gradients of one thing add."""
    return da_from_above + da_of_J
