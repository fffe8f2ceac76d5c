"""The one place where it is chosen what computes: the definition, or the compiled kernels."""

import os
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any, Protocol

import numpy as np

from nst_numpy import evaluation as definition
from nst_numpy.arrays import Array
from nst_numpy.errors import InputError
from nst_numpy.settings import Settings
from nst_numpy.vgg19 import Weights


class Evaluation(Protocol):
    """What both are; see `nst_numpy.evaluation.Evaluation`."""

    taps: tuple[str, ...]

    def content_features(self, x: Array) -> dict[str, Array]:
        """Give layer -> a_C."""

    def style_grams(self, x: Array) -> dict[str, Array]:
        """Give layer -> AᵀA/M."""

    def __call__(
        self, x: Array, a_C: Mapping[str, Array], gram_S: Mapping[str, Array]
    ) -> tuple[float, dict[str, float], Array]:
        """Give J_content, J_style and dx."""


def evaluation(settings: Settings, weights: Weights, dtype: np.dtype[Any]) -> Evaluation:
    """Make the evaluation that the settings ask for.

    Raises
    ------
    InputError
        If it is to be Numba, and Numba is not installed.
    """
    if chosen(settings, dtype) == "numpy":
        return definition.Evaluation(settings, weights)

    from nst_numpy.kernels.evaluation import Evaluation
    from nst_numpy.kernels.threads import team_of

    return Evaluation(settings, weights, team_of(settings.threads or processors()))


def chosen(settings: Settings, dtype: np.dtype[Any]) -> str:
    """Tell which it will be, "numpy" or "numba"."""
    if settings.backend == "numba" and not numba_is_installed():
        raise InputError(
            'Numba is not installed; install it with pip install "nst_numpy[fast]", or choose the '
            "backend numpy."
        )
    if settings.backend == "numpy" or dtype != np.float32 or not numba_is_installed():
        return "numpy"
    return "numba"


def numba_is_installed() -> bool:
    """Look for Numba without importing it."""
    return find_spec("numba") is not None


def kernels_to_compile(settings: Settings) -> bool:
    """Tell whether kernels will be used that have not been compiled on this machine yet."""
    if chosen(settings, np.dtype(np.float32)) == "numpy":
        return False
    from nst_numpy.kernels.winograd import compiled_before

    return not compiled_before()


def processors() -> int:
    """Count the processors that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
