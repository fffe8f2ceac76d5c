"""The same two rounds, each strip somewhere else: J and dJ/dG on several machines.

Out go rows of G with their halo, and sums come back; then out goes what J wants of the sums, and
rows of dJ/dG come back. Everything is added up here, strip after strip in their order, whoever
was quicker. So the result is that of `Strips` with the same cut, to the last bit, if the workers'
processors are alike.
"""

import pickle
import warnings
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal
from uuid import uuid4

import numpy as np

from nst_numpy import backend
from nst_numpy.arrays import Array
from nst_numpy.backend import Computing, Evaluator
from nst_numpy.costs.part import BY_POSITION, Part
from nst_numpy.costs.term import Term
from nst_numpy.errors import InputError
from nst_numpy.large import worker
from nst_numpy.large.crew import Crew, crew_of
from nst_numpy.large.strips import Job as StripAndParts
from nst_numpy.large.strips import Strips
from nst_numpy.large.worker import Job, Lacks, Named, Order
from nst_numpy.machine import differences
from nst_numpy.network import Network, Weights


class Cluster(Strips):
    """An evaluator whose strips are evaluated by the workers of a cluster.

    A picture that is not cut, because its strips would be mostly halo, is evaluated here.

    Parameters
    ----------
    each : Evaluator
        What evaluates such a picture.
    job : Job
        What the workers are told.
    computing : Computing
        With the address of the cluster.
    """

    def __init__(self, each: Evaluator, job: Job, computing: Computing) -> None:
        assert computing.cluster is not None
        self.crew = crew_of(computing.cluster)
        super().__init__(each, computing.rows, computing.strips or self.crew.size)
        self.job = job
        self._known: dict[tuple[Any, ...], tuple[Array, str]] = {}  # targets and their checksums
        self._sent: set[tuple[int, str]] = set()
        self._checked = False
        self._evaluation = ""

    def _measured(self, picture: Array, jobs: Sequence[StripAndParts]) -> Iterator[list[Array]]:
        return self._answers("measure", picture, jobs)

    def _begun(self, G: Array, jobs: Sequence[StripAndParts]) -> Iterator[tuple[list[Array], Any]]:
        self._evaluation = uuid4().hex
        for number, measured in enumerate(self._answers("begin", G, jobs)):
            yield measured, number

    def _pulled(
        self, G: Array, jobs: Sequence[StripAndParts], turns: Sequence[Any]
    ) -> Iterator[tuple[dict[str, float], Array]]:
        return self._answers("pull", G, jobs, turns)

    def _answers(
        self,
        which: Literal["measure", "begin", "pull"],
        picture: Array,
        jobs: Sequence[StripAndParts],
        numbers: Sequence[int] = (),
    ) -> Iterator[Any]:
        """Send all orders out, and yield the answers in the order of the numbers."""
        if not self._checked:
            check_workers(self.crew, self.job)
            self._checked = True

        numbers = numbers or range(len(jobs))
        job_of = dict(zip(numbers, jobs, strict=True))

        def sent(number: int, more: Collection[str] = ()) -> Any:
            strip, parts = job_of[number]
            along: dict[str, Any] = {}
            named = [self._named(number, part, along, more) for part in parts]
            if self.job.weights in more:
                along[self.job.weights] = self.weights
            name = f"{self._evaluation} {number}"
            there = which == "pull" and worker.ROWS not in more and self._stays(number, len(jobs))
            rows = None if there else np.ascontiguousarray(picture[strip.rows])
            order = Order(self.job, which, rows, named, along, name)
            letter = pickle.dumps(order, pickle.HIGHEST_PROTOCOL)
            return self.crew.submit(worker.done, letter, number / len(jobs))

        answer_of = {number: sent(number) for number in numbers}
        for number in numbers:
            answer = self.crew.answer(answer_of[number])
            while isinstance(answer, Lacks):
                answer = self.crew.answer(sent(number, answer.checksums))
            del answer_of[number]  # the cluster may forget it
            yield answer
            del answer  # before there is another

    def _stays(self, number: int, strips: int) -> bool:
        """Return whether a strip should be up there still: the last of its worker's, in kernels."""
        here, after = (n * self.crew.size // strips for n in (number, number + 1))
        return here != after and hasattr(self.each, "begin")

    def _named(self, number: int, part: Term, along: dict[str, Any], more: Collection[str]) -> Term:
        """Replace a target that is always the same by its name; send it along the first time."""
        by_position = isinstance(part.statistic, Part) and isinstance(
            part.statistic.statistic, BY_POSITION
        )
        if not by_position or not isinstance(part.target, np.ndarray):
            return part
        target = part.target
        whole = target if target.base is None else target.base
        place = id(whole), target.ctypes.data, target.shape
        if place not in self._known:  # the whole is kept, so that its id stays its own
            self._known[place] = whole, worker.checksum(target)
        name = self._known[place][1]
        if name in more or (number, name) not in self._sent:
            along[name] = target
            self._sent.add((number, name))
        return replace(part, target=Named(name))


def as_here(computing: Computing) -> Computing:
    """Return what gives the same bits without the cluster: the same cut, as many threads."""
    if not computing.cluster:
        return computing
    strips = None if computing.rows else computing.strips or crew_of(computing.cluster).size
    return replace(computing, cluster=None, threads=backend.threads(computing), strips=strips)


def cluster_for(
    network: Network,
    weights: Weights,
    taps: Collection[str],
    dtype: Any,
    computing: Computing,
    each: Evaluator,
) -> Cluster:
    """Make the evaluator of a cluster, for terms that look no deeper than the taps.

    Raises
    ------
    InputError
        If the cluster cannot be used.
    """
    here = replace(computing, cluster=None, rows=None, strips=None, memory=None)
    here = replace(here, threads=backend.threads(computing))
    versions = tuple(worker.told(here, network).items())
    deepest = tuple(sorted(set(taps)))
    named = worker.checksum_of_weights(weights, network, deepest)
    job = Job(network, deepest, np.dtype(dtype).name, here, named, versions)
    return Cluster(each, job, computing)


def check_workers(crew: Crew, job: Job) -> None:
    """Compare the workers' versions with ours, and their processors with each other's.

    Raises
    ------
    InputError
        If a worker has other versions, or lacks the package.
    """
    said = crew.everybody(worker.told, job.computing, job.network)
    for address, found in said.items():
        if isinstance(found, BaseException):
            raise InputError(f"The worker at {address} cannot help ({found}).")
        if apart := worker.unlike(dict(job.versions), found):
            raise InputError(f"The worker at {address} is of other versions: {apart}.")
    first, *others = ({k: one[k] for k in ("system", "processor")} for one in said.values())
    if apart := next(filter(None, (differences(first, other) for other in others)), ""):
        warnings.warn(
            f"The workers are not alike ({apart.replace(', now ', ', another ')}); the same run "
            "will agree up to rounding, not to the last bit.",
            stacklevel=2,
        )
