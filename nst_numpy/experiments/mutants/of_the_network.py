"""Mistakes where gradients meet in VGG-19, and where the last of them reaches the picture.

Each function is the right one but for one line, and the comment there says how the line should
read. The right ones stand in `vgg19.backward` and in `vgg_input`.
"""

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.experiments.mutants.pieces import Mutant
from nst_numpy.vgg_input import MEAN_BGR


def _tap_overwrites(from_above: Array, of_tap: Array) -> Array:
    return of_tap  # right: from_above + of_tap


def _tap_dropped(from_above: Array, of_tap: Array) -> Array:
    return from_above  # right: from_above + of_tap


def _tap_averaged(from_above: Array, of_tap: Array) -> Array:
    return (from_above + of_tap) / 2  # right: from_above + of_tap


def _without_255(dx: Array) -> Array:
    return dx[:, :, ::-1]  # right: 255 * dx[:, :, ::-1]


def _still_BGR(dx: Array) -> Array:
    return 255 * dx  # right: 255 * dx[:, :, ::-1]


def _inverse(dx: Array) -> Array:
    x = dx + np.asarray(MEAN_BGR, dx.dtype)  # right: the mean is a constant and leaves no trace
    return x[:, :, ::-1] / 255  # right: 255 * …


MUTANTS_OF_THE_NETWORK = (
    Mutant(
        "tap overwrites",
        "The gradient of a tapped feature replaces the one from above instead of adding to it.",
        "taps",
        _tap_overwrites,
    ),
    Mutant(
        "tap dropped",
        "Only the deepest tap's gradient comes down; the others are never added.",
        "taps",
        _tap_dropped,
    ),
    Mutant(
        "tap averaged", "The two gradients are averaged instead of added.", "taps", _tap_averaged
    ),
    Mutant(
        "no 255",
        "The factor 255 between [0, 1] and the network's units is forgotten.",
        "vgg_input",
        _without_255,
    ),
    Mutant(
        "still BGR", "The channels are not brought back from BGR to RGB.", "vgg_input", _still_BGR
    ),
    Mutant(
        "input inverted",
        "The gradient is treated like a picture: mean added, divided by 255.",
        "vgg_input",
        _inverse,
    ),
)
