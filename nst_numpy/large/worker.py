"""What a worker of a cluster does: one order, one strip, one answer. It knows of no cluster.

An order is whole: whoever gets it can do it, and a worker that dies takes nothing with it that
somebody else would need. What is large and always the same, the weights and the content's features,
is named by its checksum; a worker that lacks it says so, and is sent it.
"""

import pickle
import signal
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from importlib import import_module
from typing import Any, Literal

import numpy as np

from nst_numpy import backend
from nst_numpy.arrays import Array
from nst_numpy.backend import Computing, Evaluator
from nst_numpy.costs.term import Term
from nst_numpy.errors import InputError
from nst_numpy.large.strips import begun_part, finished_part, measured_part, pulled_part
from nst_numpy.machine import Fingerprint, differences, fingerprint
from nst_numpy.network import Network, Weights

MOST_KEPT = 4 * 2**30
"""Bytes of features that a worker keeps, at most; what it lacks, it is sent again."""
ROWS = "rows"
WHERE_IT_MATTERS = ("system", "processor", "blas")
"""Workers may differ in these: they agree up to rounding, but not to the last bit."""


@dataclass(frozen=True)
class Job:
    """What all orders of one J have in common.

    Attributes
    ----------
    network
    taps
        The layers that are looked at.
    dtype
    computing
        Backend and threads.
    weights
        Their checksum.
    versions
        Those of the client, with which a worker's are compared.
    """

    network: Network
    taps: tuple[str, ...]
    dtype: str
    computing: Computing
    weights: str
    versions: tuple[tuple[str, str | int], ...]


@dataclass(frozen=True, eq=False)
class Order:
    """One strip in one round.

    Attributes
    ----------
    job
    round
        "measure", up, of features, too; or of an evaluation "begin", up, and "pull", down.
    rows
        Of the picture, with their halo; None to go down from where this strip is up there still.
    parts
        The terms; a target that is `Named` is among what is kept, or sent along.
    sent
        Checksum -> array, or the weights.
    name
        Of the strip in this evaluation: whoever began with it last is still up there.
    """

    job: Job
    round: Literal["measure", "begin", "pull"]
    rows: Array | None
    parts: Sequence[Term]
    sent: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""


@dataclass(frozen=True)
class Named:
    """Stands for an array with this checksum."""

    checksum: str


@dataclass(frozen=True)
class Lacks:
    """An answer: these have to be sent along."""

    checksums: tuple[str, ...]


def done(letter: bytes) -> Any:
    """Do what an order says.

    Parameters
    ----------
    letter : bytes
        An `Order`, pickled: what reaches a worker is run, so a scheduler is trusted.

    Returns
    -------
    answer : list of ndarray, (shares, dx), or Lacks

    Raises
    ------
    InputError
        If this worker has other versions than the client.
    """
    order: Order = pickle.loads(letter)
    keep(order.sent)
    named = [part.target.checksum for part in order.parts if isinstance(part.target, Named)]
    lacks = tuple(name for name in named if name not in _kept)
    each = evaluator_of(order.job, order.sent)
    if each is None:
        lacks = (order.job.weights, *lacks)
    if lacks or each is None:
        return Lacks(lacks)
    parts = [
        replace(part, target=_kept[part.target.checksum])
        if isinstance(part.target, Named)
        else part
        for part in order.parts
    ]
    if order.rows is None:
        return finished_part(each, parts, _begun.pop(order.name, None)) or Lacks((ROWS,))
    if order.round == "measure":
        return measured_part(each, order.rows, parts)
    if order.round == "begin":
        measured, turn = begun_part(each, order.rows, parts)
        if any(name.partition(" ")[0] != order.name.partition(" ")[0] for name in _begun):
            _begun.clear()  # of another evaluation
        _begun[order.name] = turn
        return measured
    return pulled_part(each, order.rows, parts, _begun.pop(order.name, None))


_kept: "OrderedDict[str, Array]" = OrderedDict()
_evaluators: dict[Job, Evaluator] = {}
_begun: dict[str, Any] = {}
_own: dict[tuple[Network, tuple[str, ...]], str] = {}
"""The checksums of the weights that come with the package, as far as they have been asked for."""


def keep(sent: Mapping[str, Any]) -> None:
    """Keep arrays that were sent; the oldest go, where they become too many."""
    _kept.update({name: one for name, one in sent.items() if isinstance(one, np.ndarray)})
    while len(_kept) > 1 and sum(array.nbytes for array in _kept.values()) > MOST_KEPT:
        _kept.popitem(last=False)


def evaluator_of(job: Job, sent: Mapping[str, Any]) -> Evaluator | None:
    """Return what evaluates a job's strips: the last one, if it is the same; None without weights.

    Raises
    ------
    InputError
        If the versions here differ from the client's.
    """
    if job in _evaluators:
        return _evaluators[job]
    if said := unlike(dict(job.versions), told(job.computing, job.network)):
        raise InputError(f"A worker is of other versions than this program: {said}.")
    weights = sent.get(job.weights) or own_weights(job)
    if weights is None:
        return None
    _begun.clear()
    _evaluators.clear()  # its arrays, before there are new ones
    made = backend.evaluator(job.network, weights, job.taps, job.dtype, job.computing)
    _evaluators[job] = made
    return made


def own_weights(job: Job) -> Weights | None:
    """Load the weights that come with the package, if those are meant."""
    looked_up = job.network, job.taps
    if _own.get(looked_up, job.weights) != job.weights:
        return None
    load = import_module("nst_numpy.files.weights").load_weights  # a floor above: looked up by name
    with suppress(InputError):
        weights: Weights = load(None, job.network)
        _own[looked_up] = checksum_of_weights(weights, *looked_up)
        if _own[looked_up] == job.weights:
            return weights
    return None


def told(computing: Computing, network: Network) -> Fingerprint:
    """Tell what the bits depend on here."""
    return fingerprint(computing, network)


def free_memory() -> int:
    """Tell how many bytes are free here."""
    import psutil

    return int(psutil.virtual_memory().available)


def unlike(ours: Fingerprint, theirs: Fingerprint) -> str:
    """Say which versions differ that must not, as in ``numpy 2.1.0, there 2.0.0``."""
    apart = ({k: v for k, v in one.items() if k not in WHERE_IT_MATTERS} for one in (ours, theirs))
    return differences(*apart).replace(", now ", ", there ")


def checksum(array: Array) -> str:
    """Name an array by its numbers, its shape and its dtype."""
    found = blake2b(f"{array.shape} {array.dtype}".encode(), digest_size=16)
    found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()


def checksum_of_weights(weights: Weights, network: Network, taps: Sequence[str]) -> str:
    """Name the weights up to the deepest tap by their numbers, in float32."""
    parts = [
        checksum(np.ascontiguousarray(part, np.float32))
        for layer in network.up_to(taps)
        if layer in network.channels
        for part in weights[layer]
    ]
    return blake2b(" ".join(parts).encode(), digest_size=16).hexdigest()


def dask_setup(_: Any) -> None:
    """Leave Ctrl-C to the program whose workers these are: it ends them. Dask calls this."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
