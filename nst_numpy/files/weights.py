"""The weights of a network: from an HDF5 file to ``{layer: (weight, bias)}``, verified."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nst_numpy.appearance import html_table, text_table
from nst_numpy.errors import InputError, check_kind, check_path
from nst_numpy.files.embedded import embedded
from nst_numpy.files.hdf5 import DAMAGED, dtype_of, foreign, missing_or_packed, open_hdf5
from nst_numpy.files.layouts import find_tensors
from nst_numpy.network import VGG19, Network

if TYPE_CHECKING:
    import h5py


@dataclass(frozen=True)
class Tensor:
    """A weight or a bias as it was found in a file.

    Attributes
    ----------
    place : str
        Its path inside the HDF5 file.
    dtype : dtype
        Of the numbers in the file.
    values : ndarray, float32
        The numbers: ``(3, 3, n_C_in, n_C_out)`` of a weight, ``(n_C_out,)`` of a bias.
    """

    place: str
    dtype: np.dtype
    values: np.ndarray


class LoadedWeights(dict[str, tuple[np.ndarray, np.ndarray]]):
    """Weights as they were read: a dict, layer -> (weight, bias), which shows itself as a table."""

    HEAD = ("layer", "weight", "bias", "numbers")

    @property
    def rows(self) -> list[tuple[str, str, str, str]]:
        """The table: of each layer the shapes, and how many numbers they hold."""
        return [
            (layer, str(weight.shape), str(bias.shape), f"{weight.size + bias.size:,}")
            for layer, (weight, bias) in self.items()
        ]

    def __repr__(self) -> str:
        return text_table(self.HEAD, self.rows)

    def _repr_html_(self) -> str:
        return html_table(self.HEAD, self.rows)


def load_weights(
    path: str | os.PathLike[str] | None = None, network: Network = VGG19
) -> LoadedWeights:
    """Read the convolutions of VGG-19, or of another network.

    Parameters
    ----------
    path : path, optional
        An HDF5 file, ours or Keras' in any of its layouts (see `layouts`), with or without the
        dense layers, which are not needed. Without it, the weights that come with the package.
    network : Network
        Whose layers are looked for.

    Returns
    -------
    weights : dict, layer -> (weight, bias)
        For each convolution, from the picture upwards: weight ``(3, 3, n_C_in, n_C_out)`` and bias
        ``(n_C_out,)``, float32. It shows itself as a table of these shapes.

    Raises
    ------
    InputError
        If the file cannot be read, lacks a layer, or holds something else in its place.

    Examples
    --------
    >>> import nst_numpy as nst
    >>> weights = nst.load_weights()
    >>> len(weights), weights["conv1_2"][0].shape
    (16, (3, 3, 64, 64))
    """
    tensors = read_tensors(weights_path(path, network), network)
    return LoadedWeights(
        {layer: (weight.values, bias.values) for layer, (weight, bias) in tensors.items()}
    )


def weights_path(path: str | os.PathLike[str] | None, network: Network) -> Path:
    """Return the path of a weights file; None stands for the one that comes with the package."""
    check_kind("network", network, Network)
    if path is not None:
        check_path("The weights", path)
    name = network.name.lower().replace("-", "")
    return embedded(f"weights/{name}.h5") if path is None else Path(path)


def read_tensors(path: Path, network: Network) -> dict[str, tuple[Tensor, Tensor]]:
    """Read and verify weight and bias of each layer, from the picture upwards."""
    with open_hdf5(path) as file:
        found = find_tensors(file, network)
        tensors = {}
        for layer, (n_C_in, n_C_out) in network.channels.items():
            weight = read(found[layer, "weight"], f"{layer} weight", (3, 3, n_C_in, n_C_out))
            bias = read(found[layer, "bias"], f"{layer} bias", (n_C_out,))
            tensors[layer] = weight, bias
    return tensors


def read(dataset: "h5py.Dataset", what: str, shape: tuple[int, ...]) -> Tensor:
    """Read one dataset, or say in an `InputError` what is wrong with it."""
    try:
        return sound(dataset, what, shape)
    except InputError:
        raise
    except DAMAGED as error:
        place = f"{dataset.file.filename}: {what} ({dataset.name})"
        raise InputError(f"{place} cannot be read ({error}).") from error


def sound(dataset: "h5py.Dataset", what: str, shape: tuple[int, ...]) -> Tensor:
    """Read one dataset, and refuse what is not a weight or bias."""
    path, place = dataset.file.filename, dataset.name
    if foreign(dataset):
        raise InputError(
            f"{path}: {what} ({place}) is kept in another file, expected one file that holds all "
            "numbers."
        )
    dtype = dtype_of(dataset)
    if dtype is None or dtype.kind != "f":
        found = "a type that NumPy does not have" if dtype is None else dtype
        raise InputError(
            f"{path}: {what} ({place}) holds {found}, expected floating-point numbers."
        )
    if dataset.shape != shape:
        raise InputError(
            f"{path}: {what} ({place}) has the shape {dataset.shape}, expected {shape}."
        )
    if problem := missing_or_packed(dataset):
        raise InputError(f"{path}: {what} ({place}) {problem}.")
    with np.errstate(over="ignore"):  # what is too large for float32 is found as infinite
        values = dataset[()].astype(np.float32)
    if bad := int(np.count_nonzero(~np.isfinite(values))):
        raise InputError(
            f"{path}: {what} ({place}) holds {bad} values of {values.size} that are NaN or "
            "infinite, expected finite numbers."
        )
    return Tensor(place, dtype, values)
