"""Whether there is memory for a painting, before it begins: as the command line asks."""

from collections.abc import Sequence
from math import prod

from nst_numpy.arrays import Array
from nst_numpy.available import available_memory
from nst_numpy.backend import Computing
from nst_numpy.errors import InputError
from nst_numpy.memory import check_allowed, gigabytes, predicted_memory
from nst_numpy.settings import Settings


def refuse_too_large(
    pictures: Sequence[Array], settings: Settings, computing: Computing, masked: bool
) -> None:
    """Refuse to paint what there is no memory for: what is free, or what somebody has allowed.

    Raises
    ------
    InputError
        It says how much is missing.
    """
    if computing.memory:
        check_allowed([picture.shape for picture in pictures], settings, computing, masked)
        return
    n_H, n_W = max((picture.shape[:2] for picture in pictures), key=prod)
    needed, free = predicted_memory((n_H, n_W), settings, computing, masked), available_memory()
    if needed > free:
        raise InputError(
            f"A picture of {n_W} × {n_H} pixels needs about {gigabytes(needed)}, and "
            f"{gigabytes(free)} are free; a smaller size needs less, and so do strips: "
            "computing=nst.Computing(memory=…), in GB."
        )
