"""The one place that chooses what computes: the definition, or something faster."""

import os
import re
import sys
import warnings
from collections.abc import Collection
from dataclasses import dataclass, fields
from functools import cache, partial
from importlib.util import find_spec
from typing import Any, Literal, Protocol, get_args

import numpy as np

from nst_numpy import blas, evaluation
from nst_numpy.appearance import call
from nst_numpy.arrays import Array
from nst_numpy.available import address_space
from nst_numpy.costs.term import Shape, Term
from nst_numpy.errors import InputError, check_choice, check_number, check_whole, shown
from nst_numpy.network import Network, Weights
from nst_numpy.winograd import Winograd

Backend = Literal["auto", "definition", "numpy", "numba"]
Remember = Literal["here", "workers"]
MOST_THREADS = 256
MOST_STRIPS = 4096
MOST_MEMORY = 1e9
MOST_LOCAL = 256
ADDRESS = re.compile(r"(local):(\d{1,3})|(tcp|tls)://([^\s/:]+|\[[^\s/]+\]):\d{1,5}")
"""Of a cluster."""
ROOM = 600 * 10**6
"""So many bytes of addresses Numba, LLVM and their libraries are given at least."""


@dataclass(frozen=True)
class Computing:
    """What computes J, and with what: the same J, up to rounding.

    Attributes
    ----------
    backend
        What computes: definition, numpy (the same with Winograd's convolution), numba (compiled),
        or auto, which takes numba where it is installed, else numpy. float64 is always computed by
        the definition.
    threads
        How many threads it may use; as many as there are processors, if not given.
    memory
        How many gigabytes a painting may take; what is free, if not given.
    rows
        Evaluate a picture in strips that see so many of its rows at a time; if not given, as a
        whole, or in strips where the memory is too little for that.
    strips
        Evaluate it in so many strips, or in fewer where they would be mostly their halo; if not
        given, in as many as a cluster has workers.
    cluster
        Who evaluates the strips: workers on other machines, by the address of their Dask scheduler
        as in tcp://192.168.1.10:8786; or local:4, four workers on this one.
    remember
        Where L-BFGS keeps the steps that it remembers: here, or in parts on the workers of a
        cluster, which is the same up to rounding. If not given, here as long as they fit.

    Raises
    ------
    InputError
        If a value is out of its range; the sentence names the field.

    Examples
    --------
    >>> import nst_numpy as nst
    >>> nst.Computing(backend="numpy", threads=1)
    Computing(backend='numpy', threads=1)
    """

    backend: Backend = "auto"
    threads: int | None = None
    memory: float | None = None
    rows: int | None = None
    strips: int | None = None
    cluster: str | None = None
    remember: Remember | None = None

    def __repr__(self) -> str:
        """Write what differs from the defaults."""
        return call("Computing", vars(self), {field.name: field.default for field in fields(self)})

    def __post_init__(self) -> None:
        check_choice("backend", self.backend, get_args(Backend))
        if self.threads is not None:
            check_whole("threads", self.threads, 1, MOST_THREADS)
        if self.memory is not None:
            check_number("memory", self.memory, above=True)
            if self.memory > MOST_MEMORY:
                most = f"at most {MOST_MEMORY:g} (gigabytes)"
                raise InputError(f"memory must be {most}, not {shown(self.memory)}.")
        if self.rows is not None:
            check_whole("rows", self.rows, 1)
        if self.strips is not None:
            check_whole("strips", self.strips, 1, MOST_STRIPS)
        if self.rows and self.strips:
            raise InputError("Either rows or strips say how a picture is cut, not both.")
        if self.cluster is not None:
            check_address(self.cluster)
        if self.remember is not None:
            check_choice("remember", self.remember, get_args(Remember))


def check_address(address: Any) -> None:
    """Refuse what does not name a cluster."""
    found = ADDRESS.fullmatch(address) if isinstance(address, str) else None
    if not found or (found[1] and not 1 <= int(found[2]) <= MOST_LOCAL):
        raise InputError(
            "cluster must be the address of a scheduler, as in tcp://192.168.1.10:8786, or "
            f"local:4 for four workers on this machine, not {shown(address)}."
        )


class Evaluator(Protocol):
    """What both are; see `nst_numpy.evaluation.Evaluator`."""

    @property
    def network(self) -> Network:
        """Whose features are compared."""

    @property
    def weights(self) -> Weights:
        """Those of the network."""

    def measure(self, picture: Array, terms: Collection[Term]) -> list[tuple[Array, Shape]]:
        """Return what each term measures of a picture, and the shape of what it looked at."""

    def __call__(self, G: Array, terms: Collection[Term]) -> tuple[dict[str, float], Array]:
        """Return the value of each term, and dJ/dG of their weighted sum."""


@dataclass(frozen=True)
class InThreads(evaluation.Evaluator):
    """The evaluator in plain NumPy, and how many threads its BLAS has while it computes.

    Attributes
    ----------
    threads
        Of BLAS; None leaves it as it is.
    """

    threads: int | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        its_own: dict[str, Any] = {"threads": self.threads}
        if isinstance(self.layers, Winograd):  # else it is the definition, a module
            its_own["layers"] = self.layers
        return partial(InThreads, self.network, self.weights, **its_own), ()

    def measure(self, picture: Array, terms: Collection[Term]) -> list[tuple[Array, Shape]]:
        """Return what each term measures of a picture, and the shape of what it looked at."""
        with blas.limited(self.threads):
            return super().measure(picture, terms)

    def __call__(self, G: Array, terms: Collection[Term]) -> tuple[dict[str, float], Array]:
        """Evaluate J = Σ weight·J_term and its gradient."""
        with blas.limited(self.threads):
            return super().__call__(G, terms)


def evaluator(
    network: Network,
    weights: Weights,
    taps: Collection[str],
    dtype: str | np.dtype[Any],
    computing: Computing,
) -> Evaluator:
    """Make the evaluator for terms that look no deeper than the taps.

    Raises
    ------
    InputError
        If Numba is asked for and is not installed; if the weights are not the network's.
    """
    fitting = {
        layer: parameters(layer, network, weights, dtype)
        for layer in network.up_to(taps)
        if layer in network.channels
    }
    which = which_backend(computing, network, dtype)
    if which == "definition":
        return InThreads(network, fitting, threads=computing.threads)
    if which == "numpy":
        layers = Winograd(fitting, blas.at_once(threads(computing)))
        return InThreads(network, fitting, layers, threads=1)  # of BLAS, in each of ours

    from nst_numpy.kernels.evaluation import Evaluator
    from nst_numpy.kernels.threads import team_of

    return Evaluator(network, fitting, team_of(threads(computing)))


def parameters(
    layer: str, network: Network, weights: Weights, dtype: str | np.dtype[Any]
) -> tuple[Array, Array]:
    """Return a layer's weight and bias in a dtype, or say what is wrong with them."""
    n_C_in, n_C_out = network.channels[layer]
    if layer not in weights:
        raise InputError(f"The weights lack {layer}; load_weights gives all that are needed.")
    try:
        weight, bias = (np.ascontiguousarray(part, dtype) for part in map(real, weights[layer]))
    except (TypeError, ValueError) as error:
        raise InputError(f"The weights of {layer} are not two arrays of real numbers.") from error
    if weight.shape != (3, 3, n_C_in, n_C_out) or bias.shape != (n_C_out,):
        raise InputError(
            f"The weights of {layer} have the shapes {weight.shape} and {bias.shape}; expected "
            f"{(3, 3, n_C_in, n_C_out)} and {(n_C_out,)}."
        )
    return weight, bias


def real(part: Any) -> Any:
    """Raise a TypeError if numbers are complex, which NumPy would cut to their real part."""
    if np.iscomplexobj(part):
        raise TypeError
    return part


def which_backend(
    computing: Computing, network: Network, dtype: str | np.dtype[Any] = "float32"
) -> Backend:
    """Return which it will be, "definition", "numpy" or "numba".

    The kernels know a first layer of three colours, and channels in sixteens.
    """
    if computing.backend == "numba" and (problem := numba_problem()):
        raise InputError(f"{problem}; choose the backend numpy.")
    (first, n_C_in, _), *_ = network.table
    fits = (
        first in network.channels and n_C_in == 3 and all(n % 16 == 0 for _, _, n in network.table)
    )
    if computing.backend == "definition" or np.dtype(dtype) != np.float32:
        return "definition"
    if computing.backend == "numpy" or not fits or not numba_is_installed():
        return "numpy"
    if problem := numba_problem():
        say_plain(problem)
        return "numpy"
    return "numba"


def numba_is_installed() -> bool:
    """Look for Numba without importing it."""
    return find_spec("numba") is not None


def numba_problem() -> str:
    """Say why Numba cannot be used; nothing if it can."""
    if not numba_is_installed():
        return 'Numba is not installed, which pip install "nst_numpy[fast]" does'
    return _problem_of_import()


@cache
def _problem_of_import() -> str:
    space = address_space()
    if "numba" not in sys.modules and space and space[0] - space[1] < ROOM:
        # without room for its buffers a BLAS that comes with it would try again for ever
        return f"Numba cannot be used (a limit leaves less than {ROOM // 10**6} MB of addresses)"
    try:
        from nst_numpy.kernels import compiling  # noqa: F401
    except Exception as error:  # another NumPy, its own settings: it says what
        return f"Numba cannot be used ({error})"
    return ""


@cache
def say_plain(problem: str) -> None:
    """Say once that the slower way is taken, though Numba is there."""
    warnings.warn(f"{problem}, so plain NumPy computes.", stacklevel=2)


COMPILING = "Compiling the kernels, which takes a few seconds."
"""What is said where `kernels_to_compile`."""


def kernels_to_compile(computing: Computing, network: Network) -> bool:
    """Return whether kernels will be used that have not been compiled on this machine yet."""
    if which_backend(computing, network) != "numba":
        return False
    from nst_numpy.kernels.winograd import compiled_before

    return not compiled_before()


def threads(computing: Computing) -> int:
    """Return how many threads compute: by default, the processors this process may use.

    A worker of a cluster has one: a machine has as many workers as processors.
    Where NumPy's BLAS was told to take fewer (by ``OMP_NUM_THREADS``, say), that holds for us, too.
    """
    if computing.threads:
        return computing.threads
    if computing.cluster:
        return 1  # for each worker
    affinity = getattr(os, "sched_getaffinity", None)
    processors = len(affinity(0)) if affinity else os.cpu_count() or 1
    return min(processors, blas.current_threads() or processors)
