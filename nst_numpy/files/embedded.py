"""The weights and pictures that come with the package."""

from pathlib import Path

from nst_numpy.errors import InputError

PACKAGE = Path(__file__).resolve().parent.parent
ROOTS = (PACKAGE / "embedded", PACKAGE.parent)
"""Where they are: inside the package when it was installed from a wheel, or at the root of the
repository when the package is used from a checkout."""


def embedded(name: str) -> Path:
    """Find a file that comes with the package.

    Parameters
    ----------
    name : str
        As in the repository, for example ``weights/vgg19.h5`` or
        ``pictures/eilean-donan-castle.webp``.

    Returns
    -------
    path : Path

    Raises
    ------
    InputError
        If this installation lacks the file.
    """
    for root in ROOTS:
        if (root / name).is_file():
            return root / name
    raise InputError(f"{name} is missing from this installation of nst_numpy; install it again.")
