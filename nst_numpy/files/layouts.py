"""Where an HDF5 file keeps the convolutions of VGG-19.

Every program that writes them spells them differently; conv4_2, for example, is

=====================================================  ===========================================
``/conv4_2/weight``                                    this package
``/block4_conv2/block4_conv2_W_1:0``                   Keras 1
``/block4_conv2/block4_conv2/kernel:0``                Keras 2; ``kernel`` when Keras 3 writes it
``/model_weights/block4_conv2/block4_conv2/kernel:0``  the same inside a whole model
``/layers/block4_conv2/vars/0``                        Keras 3
``/layers/conv2d_9/vars/0``                            Keras 3, which often counts instead of naming
=====================================================  ===========================================

and beside it stands the bias as ``bias``, ``b`` or ``1``. So the file is walked, and a dataset is
known by two parts of its path: the layer's name, wherever it stands, and the last part, its role.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from nst_numpy.errors import InputError
from nst_numpy.files.hdf5 import walk
from nst_numpy.network import Network

if TYPE_CHECKING:
    import h5py

Role = Literal["weight", "bias"]

LAYOUTS = {"weight": "nst_numpy", "W": "Keras 1", "kernel": "Keras 2", "vars/0": "Keras 3"}
"""The end of a weight's path -> who spells it like that."""

ROLES: dict[str, Role] = {
    **dict.fromkeys(LAYOUTS, "weight"),
    **dict.fromkeys(("bias", "b", "vars/1"), "bias"),
}
"""The end of a path -> what the dataset is."""

COUNTED = re.compile(r"conv2d(_[0-9]{1,9})?")


def find_tensors(file: "h5py.File", network: Network) -> dict[tuple[str, Role], "h5py.Dataset"]:
    """Find weight and bias of each convolution.

    Parameters
    ----------
    file : h5py.File
    network : Network

    Returns
    -------
    tensors : dict, (layer, "weight" or "bias") -> Dataset
        Of all its layers; shapes and numbers are not looked at.

    Raises
    ------
    InputError
        If a layer is missing or there twice.
    """
    datasets = walk(file)
    layer_of = name_layers(file.filename, datasets, network)
    found: dict[tuple[str, Role], h5py.Dataset] = {}
    for path, dataset in datasets.items():
        role = ROLES.get(spelling(path))
        layer = next((layer_of[part] for part in path.split("/") if part in layer_of), None)
        if role is None or layer is None:
            continue
        if (layer, role) in found:
            raise InputError(
                f"{file.filename} holds {layer} {role} twice, as {found[layer, role].name} and "
                f"{dataset.name}, expected one."
            )
        found[layer, role] = dataset
    if not found:
        raise InputError(
            f"{file.filename} holds no convolution under a known name, expected conv1_1 … conv5_4 "
            f"or block1_conv1 … block5_conv4; its datasets are {listed(datasets)}."
        )
    check_complete(file.filename, found, network)
    return found


def layout_name(path: str) -> str:
    """Name the program that spells the path of a weight like this."""
    return LAYOUTS[spelling(path)]


def spelling(path: str) -> str:
    """Reduce the end of a path to a key of `ROLES`: ``…/block4_conv2_W_1:0`` to ``W``."""
    parts = path.split("/")
    if parts[-2:-1] == ["vars"]:
        return "/".join(parts[-2:])
    return parts[-1].removesuffix(":0").removesuffix("_1").split("_")[-1]


def name_layers(filename: str, paths: Iterable[str], network: Network) -> dict[str, str]:
    """Translate what the file calls the layers: part of a path -> ``conv1_1`` … ``conv5_4``.

    A file that only counts its layers has them in the network's order.
    """
    parts = {part for path in paths for part in path.split("/")[:-1]}
    named = {part: layer for part in parts if (layer := own_name(part)) in network.channels}
    *_, top = network.channels
    for layer in sorted({own_name(part) for part in parts} - set(network.channels)):
        if re.fullmatch(r"conv\d_\d", layer) and re.findall(r"\d", layer) < re.findall(r"\d", top):
            raise InputError(f"{filename} holds {layer}, which {network.name} does not have.")
    counted = [part for part in parts if COUNTED.fullmatch(part)]
    if named or not counted:
        return named
    if len(counted) != len(network.channels):
        raise InputError(f"{filename} holds {how_many(len(counted), network)}.")
    counted.sort(key=lambda part: int(part.removeprefix("conv2d").removeprefix("_") or 0))
    return dict(zip(counted, network.channels, strict=True))


def own_name(part: str) -> str:
    """Translate ``block4_conv2`` to ``conv4_2``; anything else stays as it is."""
    return re.sub(r"^block(\d)_conv(\d)$", r"conv\1_\2", part)


def check_complete(filename: str, found: Iterable[tuple[str, Role]], network: Network) -> None:
    """Refuse a file in which a layer is missing."""
    weights = {layer for layer, role in found if role == "weight"}
    biases = {layer for layer, role in found if role == "bias"}
    for layer in network.channels:
        if layer not in weights:
            there = how_many(len(weights), network)
            raise InputError(f"{filename} lacks {layer} weight: it holds {there}.")
        if layer not in biases:
            raise InputError(f"{filename} lacks {layer} bias, though its weight is there.")


def how_many(count: int, network: Network) -> str:
    """Say how many convolutions there are, and how many there should be."""
    known = ", as VGG-16 has" if count == 13 else ""
    return f"{count} convolutions{known}, expected the {len(network.channels)} of {network.name}"


def listed(datasets: Iterable[str]) -> str:
    """Write out the first few of some names."""
    names = list(datasets)
    return (", ".join(names[:3]) or "none") + (" …" if len(names) > 3 else "")
