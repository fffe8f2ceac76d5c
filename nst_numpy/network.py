"""The network as a value, a table: a picture goes up to its features, a gradient comes down.

Only the convolutional part is here, and only what style transfer asks of it: the activations of
some named layers, called the *taps*, and the gradient of a function of those activations with
respect to the picture. The walk up and the walk down are each one loop over the table.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, get_args

from nst_numpy import layers
from nst_numpy.arrays import Array, Choice, Mask
from nst_numpy.errors import InputError, check_choice
from nst_numpy.vgg_input import MEAN_BGR

Weights = Mapping[str, tuple[Array, Array]]
Pooling = Literal["average", "max"]

PICTURE = "picture"
"""The bottom of every network: a term of J may look at the picture itself, too."""


@dataclass(frozen=True)
class Network:
    """A stack of 3×3 convolutions, each with its ReLU, and 2×2 pools.

    Attributes
    ----------
    name
        As people call it.
    table
        (layer, n_C_in, n_C_out) from the picture upwards; a pool has "pool" in its name.
    mean
        Of the pictures it was trained on: blue, green, red, in units of 0 to 255.
    pooling
        How it halves a picture: "average" or "max".
    """

    name: str
    table: tuple[tuple[str, int, int], ...] = field(repr=False)
    mean: tuple[float, float, float] = MEAN_BGR
    pooling: Pooling = "average"

    def __post_init__(self) -> None:
        check_choice("pooling", self.pooling, get_args(Pooling))
        n_C = self.table[0][1]
        for layer, n_C_in, n_C_out in self.table:
            if n_C_in != n_C or ("pool" in layer and n_C_out != n_C):
                raise InputError(
                    f"{layer} of {self.name} does not fit the {n_C} channels below it."
                )
            n_C = n_C_out

    @cached_property
    def channels(self) -> dict[str, tuple[int, int]]:
        """The convolutions: layer -> (n_C_in, n_C_out)."""
        return {layer: (n_in, n_out) for layer, n_in, n_out in self.table if "pool" not in layer}

    def up_to(self, taps: Collection[str]) -> tuple[str, ...]:
        """Return the layers from the picture up to the deepest tap.

        Raises
        ------
        InputError
            If the network has no such layer.
        """
        path = tuple(layer for layer, _, _ in self.table)
        for layer in taps:
            if layer != PICTURE and layer not in path:
                known = ", ".join(self.channels) + ", each after its ReLU"
                raise InputError(f"{self.name} has no layer {layer!r}; it has {known}.")
        deepest = max((path.index(tap) for tap in taps if tap != PICTURE), default=-1)
        return path[: deepest + 1]

    def least_side(self, taps: Collection[str]) -> int:
        """Return how many pixels a side must have so that one is left at the deepest tap."""
        pools = sum(layer not in self.channels for layer in self.up_to(taps))
        return int(2**pools)


VGG19 = Network(
    "VGG-19",
    (  # (layer, n_C_in, n_C_out)
        ("conv1_1", 3, 64), ("conv1_2", 64, 64), ("pool1", 64, 64),
        ("conv2_1", 64, 128), ("conv2_2", 128, 128), ("pool2", 128, 128),
        ("conv3_1", 128, 256), ("conv3_2", 256, 256), ("conv3_3", 256, 256), ("conv3_4", 256, 256),
        ("pool3", 256, 256),
        ("conv4_1", 256, 512), ("conv4_2", 512, 512), ("conv4_3", 512, 512), ("conv4_4", 512, 512),
        ("pool4", 512, 512),
        ("conv5_1", 512, 512), ("conv5_2", 512, 512), ("conv5_3", 512, 512), ("conv5_4", 512, 512),
    ),
)  # fmt: skip
"""Simonyan and Zisserman 2014. The fifth pool, above conv5_4, is left out: no layer needs it."""

NETWORKS = {"vgg19": VGG19}
"""Those that the command line knows: the weights of NAME are in ``weights/NAME.h5``."""


@dataclass
class Cache:
    """What the walk down needs of a walk up, layer by layer."""

    positive: dict[str, Mask] = field(default_factory=dict)  # of a convolution: where z > 0
    shape: dict[str, tuple[int, ...]] = field(default_factory=dict)  # of a pool: that of its input
    winner: dict[str, Choice] = field(default_factory=dict)  # of a max pool: which of four it was


def forward(
    G: Array, network: Network, weights: Weights, taps: Collection[str], layers: Any = layers
) -> tuple[dict[str, Array], Cache]:
    """Carry a picture up to the deepest tap.

    Parameters
    ----------
    G : ndarray, shape (n_H, n_W, 3)
        RGB, nominally in [0, 1].
    network : Network
    weights : mapping, layer -> (weight, bias)
        Of the dtype of `G`; at least the layers up to the deepest tap.
    taps : collection of str
        The layers to return: any of the table, or `PICTURE`.
    layers
        Where the passes of each kind of layer are found: `nst_numpy.layers`, or anything with
        functions of the same names.

    Returns
    -------
    features : dict, layer -> ndarray, shape (n_H_l, n_W_l, n_C_l)
        What leaves each tap: for a convolution, after its ReLU; the picture itself for `PICTURE`.
    cache : Cache
        For `walk_down`.

    Raises
    ------
    InputError
        If the picture is so small that nothing of it is left at the deepest tap.
    """
    check_size(G.shape, network, taps)
    features = {PICTURE: G}
    cache = Cache()
    a = layers.vgg_input_forward(G, network.mean)
    for layer in network.up_to(taps):
        if layer in network.channels:
            z = layers.conv_forward(a, *weights[layer])
            a, cache.positive[layer] = layers.relu_forward(z)
        elif network.pooling == "average":
            cache.shape[layer] = a.shape
            a = layers.average_pool_forward(a)
        else:
            cache.shape[layer] = a.shape
            a, cache.winner[layer] = layers.max_pool_forward(a)
        if layer in taps:
            features[layer] = a
    return {tap: features[tap] for tap in taps}, cache


def walk_down(
    dfeatures: Mapping[str, Array],
    cache: Cache,
    network: Network,
    weights: Weights,
    layers: Any = layers,
) -> Iterator[tuple[str, Array]]:
    """Carry gradients with respect to some features down to the picture, layer by layer.

    A tapped feature goes two ways: into J, and on into the next layer. By the chain rule, what
    comes back along the two ways is *added*.

    Parameters
    ----------
    dfeatures : mapping, layer -> ndarray
        dJ/da of tapped layers, each of the shape of its feature; at least one.
    cache : Cache
        From the `forward` that made the features.
    network, weights, layers
        The same as in `forward`.

    Yields
    ------
    layer : str
        From the deepest tap down; last of all `PICTURE`.
    da : ndarray
        dJ/da with respect to that layer's activations; last of all dJ/dG.
    """
    way = (*reversed(network.up_to(dfeatures)), PICTURE)
    deepest = way[0]
    da = dfeatures[deepest]
    for layer in way:
        if layer == PICTURE and layer != deepest:
            da = layers.vgg_input_backward(da)
        if layer in dfeatures and layer != deepest:
            da = layers.tap_backward(da, dfeatures[layer])
        yield layer, da
        if layer in cache.positive:
            dz = layers.relu_backward(da, cache.positive[layer])
            da = layers.conv_backward(dz, weights[layer][0])
        elif layer in cache.winner:
            da = layers.max_pool_backward(da, cache.winner[layer], cache.shape[layer])
        elif layer in cache.shape:
            da = layers.average_pool_backward(da, cache.shape[layer])


def backward(
    dfeatures: Mapping[str, Array],
    cache: Cache,
    network: Network,
    weights: Weights,
    layers: Any = layers,
) -> Array:
    """Return where `walk_down` ends: dJ/dG, shape (n_H, n_W, 3)."""
    for _, da in walk_down(dfeatures, cache, network, weights, layers):
        dG = da
    return dG


def check_size(shape: tuple[int, ...], network: Network, taps: Collection[str]) -> None:
    """Refuse, with an `InputError`, a picture of which nothing is left at the deepest tap."""
    least = network.least_side(taps)
    if min(shape[:2]) < least:
        raise InputError(
            f"A picture of {shape[1]} × {shape[0]} pixels is too small for "
            f"{network.up_to(taps)[-1]}; it needs at least {least} on each side."
        )
