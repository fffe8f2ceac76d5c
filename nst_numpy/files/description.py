"""What a weights file holds, in numbers, and whether it is the network that everyone uses."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nst_numpy.files.layouts import layout_name
from nst_numpy.files.reading import sha256_of
from nst_numpy.files.weights import Tensor, read_tensors, weights_path
from nst_numpy.network import VGG19, Network

CANONICAL_FINGERPRINT = "551ad08c6af4c9e7a7de3bd7680edf144f7b7ebff8a3eb3daa2e299b82d863da"
"""The `fingerprint` of the weights of Simonyan and Zisserman, as Keras converted them."""


@dataclass(frozen=True)
class LayerDescription:
    """One convolution of a weights file.

    Attributes
    ----------
    layer : str
        ``conv1_1`` … ``conv5_4``.
    place : str
        The path of its weight inside the file.
    dtype : str
        How the numbers are stored, for example ``float16``.
    shape : (3, 3, n_C_in, n_C_out)
        Of the weight.
    parameters : int
        How many numbers: those of the weight and of the bias.
    low, high : float
        The smallest and the largest number of the weight.
    rms : float
        The root of the mean square of the weight.
    bias_low, bias_high : float
        The smallest and the largest number of the bias.
    """

    layer: str
    place: str
    dtype: str
    shape: tuple[int, ...]
    parameters: int
    low: float
    high: float
    rms: float
    bias_low: float
    bias_high: float


@dataclass(frozen=True)
class WeightsDescription:
    """A weights file.

    Attributes
    ----------
    path : Path
    bytes : int
        The size of the file.
    sha256 : str
        The checksum of the file.
    layout : str
        Who spells the layers as this file does: ``nst_numpy`` or a generation of Keras.
    layers : tuple of LayerDescription
        From the picture upwards.
    fingerprint : str
        The checksum of the numbers alone; see `fingerprint`.
    """

    path: Path
    bytes: int
    sha256: str
    layout: str
    layers: tuple[LayerDescription, ...]
    fingerprint: str

    @property
    def parameters(self) -> int:
        """How many numbers the 16 layers have together."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def canonical(self) -> bool:
        """Whether these are the published weights, as exactly as float16 can tell."""
        return self.fingerprint == CANONICAL_FINGERPRINT


def describe_weights(
    path: str | os.PathLike[str] | None = None, network: Network = VGG19
) -> WeightsDescription:
    """Describe a weights file.

    Parameters
    ----------
    path : path, optional
        As in `load_weights`; without it, the weights that come with the package.
    network : Network
        Whose layers are looked for.

    Returns
    -------
    description : WeightsDescription

    Raises
    ------
    InputError
        If `load_weights` would refuse the file.
    """
    path = weights_path(path, network)
    tensors = read_tensors(path, network)
    return WeightsDescription(
        path=path,
        bytes=path.stat().st_size,
        sha256=sha256_of(path),
        layout=layout_name(next(iter(tensors.values()))[0].place),
        layers=tuple(describe_layer(layer, *pair) for layer, pair in tensors.items()),
        fingerprint=fingerprint({n: (w.values, b.values) for n, (w, b) in tensors.items()}),
    )


def describe_layer(layer: str, weight: Tensor, bias: Tensor) -> LayerDescription:
    """Describe one convolution."""
    return LayerDescription(
        layer=layer,
        place=weight.place,
        dtype=str(weight.dtype),
        shape=weight.values.shape,
        parameters=weight.values.size + bias.values.size,
        low=float(weight.values.min()),
        high=float(weight.values.max()),
        rms=float(np.sqrt(np.mean(np.square(weight.values, dtype=np.float64)))),
        bias_low=float(bias.values.min()),
        bias_high=float(bias.values.max()),
    )


def fingerprint(weights: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> str:
    """Return a checksum of the numbers that does not depend on how a file stores them.

    It is the SHA-256 of all weights and biases in the network's order, rounded to float16: the
    original in float32, in any layout, and the same rounded to float16 have one fingerprint.
    """
    digest = hashlib.sha256()
    with np.errstate(over="ignore"):
        for weight, bias in weights.values():
            for values in (weight, bias):
                digest.update(np.ascontiguousarray(values, dtype="<f2").tobytes())
    return digest.hexdigest()
