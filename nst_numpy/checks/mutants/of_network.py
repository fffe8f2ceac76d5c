"""Mistakes where gradients meet in the network, and where the last of them reaches the picture.

A comment says how each line should read. The right ones stand in `network` and in `vgg_input`.
"""

from dataclasses import replace

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.checks.case import Case
from nst_numpy.checks.cases import vgg_input
from nst_numpy.checks.mutants.mutant import Mutant
from nst_numpy.checks.networks import narrow, whole
from nst_numpy.checks.pieces import Pieces
from nst_numpy.network import VGG19


def taps(pieces: Pieces) -> Case:
    """Return the case of four convolutions, each tapped."""
    lowest = replace(narrow(VGG19), table=narrow(VGG19).table[:5])
    return replace(whole(lowest, pieces), name="VGG-19 taps")


def _inverted(dx: Array) -> Array:
    x = dx + np.asarray(VGG19.mean, dx.dtype)  # right: the mean is a constant and leaves no trace
    return x[:, :, ::-1] / 255  # right: 255 * …


# fmt: off
MUTANTS_OF_NETWORK = (
    Mutant(
        "tap overwrites",
        "The gradient of a tapped feature replaces the one from above instead of adding to it.",
        taps, Pieces(tap_backward=lambda from_above, of_tap: of_tap)),  # right: from_above + of_tap
    Mutant(
        "tap dropped", "Only the deepest tap's gradient comes down; the others are never added.",
        taps, Pieces(tap_backward=lambda from_above, of_tap: from_above)),  # right: … + of_tap
    Mutant(
        "tap averaged", "The two gradients are averaged instead of added.",
        taps, Pieces(tap_backward=lambda from_above, of_tap: (from_above + of_tap) / 2)),  # no / 2
    Mutant(
        "no 255", "The factor 255 between [0, 1] and the network's units is forgotten.",
        vgg_input, Pieces(vgg_input_backward=lambda dx: dx[:, :, ::-1])),  # right: 255 * …
    Mutant(
        "still BGR", "The channels are not brought back from BGR to RGB.",
        vgg_input, Pieces(vgg_input_backward=lambda dx: 255 * dx)),  # right: … * dx[:, :, ::-1]
    Mutant(
        "input inverted", "The gradient is treated like a picture: mean added, divided by 255.",
        vgg_input, Pieces(vgg_input_backward=_inverted)),
)
# fmt: on
