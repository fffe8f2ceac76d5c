"""VGG-19 (Simonyan and Zisserman, 2014): a picture goes up to its features, a gradient comes down.

Only the convolutional part is here, and only what style transfer asks of it: the activations of
some named layers, and the gradient of a function of those activations with respect to the picture.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from nst_numpy import layers
from nst_numpy.arrays import Array
from nst_numpy.errors import InputError
from nst_numpy.settings import Pooling

Weights = Mapping[str, tuple[Array, Array]]

#        layer     n_C_in  n_C_out
TABLE: tuple[tuple[str, int, int], ...] = (
    ("conv1_1", 3, 64),
    ("conv1_2", 64, 64),
    ("pool1", 64, 64),
    ("conv2_1", 64, 128),
    ("conv2_2", 128, 128),
    ("pool2", 128, 128),
    ("conv3_1", 128, 256),
    ("conv3_2", 256, 256),
    ("conv3_3", 256, 256),
    ("conv3_4", 256, 256),
    ("pool3", 256, 256),
    ("conv4_1", 256, 512),
    ("conv4_2", 512, 512),
    ("conv4_3", 512, 512),
    ("conv4_4", 512, 512),
    ("pool4", 512, 512),
    ("conv5_1", 512, 512),
    ("conv5_2", 512, 512),
    ("conv5_3", 512, 512),
    ("conv5_4", 512, 512),
)
"""The network from the picture upwards. A fifth pool, above conv5_4, has no layer that needs it."""

PATH = tuple(name for name, _, _ in TABLE)
CHANNELS = {name: (n_C_in, n_C_out) for name, n_C_in, n_C_out in TABLE if "conv" in name}
"""The 16 layers that can be tapped: layer -> (n_C_in, n_C_out)."""


@dataclass(frozen=True)
class Cache:
    """What `backward` needs of a forward pass: one entry for each step of the path taken.

    A convolution's entry is where its z was positive; an average pool's is the shape of its input;
    a max pool's is its winners and that shape.
    """

    pooling: Pooling
    entries: tuple[Any, ...]


def deepest(taps: Collection[str]) -> str:
    """Name the tap that lies furthest from the picture.

    Raises
    ------
    InputError
        If the network has no such layer.
    """
    for layer in taps:
        if layer not in CHANNELS:
            raise InputError(f"VGG-19 has no layer {layer!r}; it has {', '.join(CHANNELS)}.")
    return max(taps, key=PATH.index)


def smallest_side(layer: str) -> int:
    """Tell how many pixels a side must have so that one is left at `layer`."""
    pools = sum("pool" in name for name in PATH[: PATH.index(layer)])
    return int(2**pools)


def check_size(shape: tuple[int, ...], layer: str) -> None:
    """Refuse a picture so small that nothing of it is left at `layer`.

    Raises
    ------
    InputError
        With the smallest side that works.
    """
    n_H, n_W = shape[:2]
    if min(n_H, n_W) < smallest_side(layer):
        raise InputError(
            f"A picture of {n_W} × {n_H} pixels is too small for {layer}; "
            f"it needs at least {smallest_side(layer)} on each side."
        )


def forward(
    x: Array, weights: Weights, taps: Collection[str], pooling: Pooling = "average"
) -> tuple[dict[str, Array], Cache]:
    """Carry a picture up to the deepest tap.

    Parameters
    ----------
    x : ndarray, shape (n_H, n_W, 3)
        The network's input, from `vgg_input_forward`.
    weights : mapping, layer -> (weight, bias)
        Of the dtype of `x`; at least the layers up to the deepest tap.
    taps : collection of str
        The layers to return; at least one of ``conv1_1`` … ``conv5_4``.
    pooling : "average" or "max"

    Returns
    -------
    features : dict, layer -> ndarray, shape (n_H_l, n_W_l, n_C_l)
        The activation after ReLU of each tap.
    cache : Cache
        For `backward`.

    Raises
    ------
    InputError
        If the picture is so small that nothing of it is left at the deepest tap.
    """
    top = deepest(taps)
    check_size(x.shape, top)
    features = {}
    entries: list[Any] = []
    for name in PATH[: PATH.index(top) + 1]:
        if "conv" in name:
            z = layers.conv_forward(x, *weights[name])
            x, positive = layers.relu_forward(z)
            entries.append(positive)
        elif pooling == "average":
            entries.append(x.shape)
            x = layers.average_pool_forward(x)
        else:
            shape = x.shape
            x, winner = layers.max_pool_forward(x)
            entries.append((winner, shape))
        if name in taps:
            features[name] = x
    return features, Cache(pooling, tuple(entries))


def backward(dfeatures: Mapping[str, Array], cache: Cache, weights: Weights) -> Array:
    """Carry gradients with respect to some features down to the picture.

    A tapped feature goes two ways: into J, and on into the next layer. By the chain rule what
    comes back along the two ways is *added*.

    Parameters
    ----------
    dfeatures : mapping, layer -> ndarray
        dJ/da for tapped layers, each of the shape of its feature; at least one.
    cache : Cache
        From the `forward` that made the features.
    weights : mapping, layer -> (weight, bias)
        The same as in `forward`.

    Returns
    -------
    dx : ndarray, shape (n_H, n_W, 3)
        dJ/dx with respect to the network's input.
    """
    top = deepest(dfeatures)
    dx = dfeatures[top]
    for name in reversed(PATH[: PATH.index(top) + 1]):
        entry = cache.entries[PATH.index(name)]
        if name in dfeatures and name != top:
            dx = dx + dfeatures[name]
        if "conv" in name:
            weight, _ = weights[name]
            dz = layers.relu_backward(dx, entry)
            dx = layers.conv_backward(dz, weight)
        elif cache.pooling == "average":
            dx = layers.average_pool_backward(dx, entry)
        else:
            dx = layers.max_pool_backward(dx, *entry)
    return dx
