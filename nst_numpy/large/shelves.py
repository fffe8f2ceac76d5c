"""The pictures that L-BFGS remembers, as rows on the workers of a cluster.

Each worker has a `Shelf` with some rows of every picture. What is asked of it is answered row by
row, and put together here, so it does not depend on how many workers there are. A shelf is what a
task of Dask's has made: Dask lets go of it when its client does, or is no more.
"""

import pickle
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NoReturn
from uuid import uuid4
from weakref import WeakValueDictionary

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.backend import Computing
from nst_numpy.errors import Vanished
from nst_numpy.large.crew import Crew, crew_of
from nst_numpy.large.worker import Lacks, free_memory
from nst_numpy.optimizers.in_parts import Here, Lost, Shelf, Store, added

ATTEMPTS = 10
AT_ONCE = 2
"""How many letters with rows of a picture are on their way: they are copies of it."""


class Held(Shelf):
    """A shelf that stays where it is: it cannot be pickled, so neither sent nor put on a disk."""

    def __reduce__(self) -> Any:
        raise TypeError("What a worker remembers stays with it.")


_shelves: "WeakValueDictionary[str, Held]" = WeakValueDictionary()


def opened(letter: bytes) -> Held:
    """Make an empty shelf with a name; it is there as long as Dask keeps what this returns."""
    shelf = _shelves[letter.decode()] = Held()
    return shelf


def asked(letter: bytes) -> Any:
    """Do what a letter asks of a shelf.

    Returns
    -------
    answer : any, or Lacks
        If this worker is not the one that had the shelf.
    """
    shelf_name, forgotten, which, arguments = pickle.loads(letter)
    if (shelf := _shelves.get(shelf_name)) is None:
        return Lacks((shelf_name,))
    for name in forgotten:
        shelf.forget(name)
    try:
        return getattr(shelf, which)(*arguments)
    except KeyError as error:
        return Lacks((str(error),))


class Shelves:
    """A store whose pictures are rows on the workers.

    Parameters
    ----------
    crew : Crew
    """

    def __init__(self, crew: Crew) -> None:
        self.crew = crew
        self._name = ""
        self._at: list[str] = []  # each part's worker
        self._held: list[Any] = []  # and what Dask keeps its shelf for
        self._forgotten: list[str] = []

    def keep(self, name: str, picture: Array) -> None:
        """Keep one more, whoever is there now.

        Raises
        ------
        Vanished
            If nobody is there, or whoever comes is gone again each time.
        """
        for _ in range(ATTEMPTS):
            if not self._at:
                self._open(len(picture))
            parts = np.array_split(picture, len(self._at))
            with suppress(Lost):  # what was there before; this one is here still
                self._ask("keep", [(name, np.ascontiguousarray(part)) for part in parts], AT_ONCE)
                return
        raise Vanished(f"The workers of {self.crew.address} go whenever they are to remember.")

    def forget(self, name: str) -> None:
        """Keep it no longer: the workers are told with the next letter."""
        self._forgotten.append(name)

    def products(self, names: Sequence[str], other: str) -> list[float]:
        """Return the inner products with another one, or raise `Lost`."""
        answers = self._ask("products_by_rows", [(list(names), other)] * len(self._at))
        return added(np.concatenate(answers, axis=1))

    def combined(self, names: Sequence[str], numbers: Sequence[float]) -> Array:
        """Return the sum of pictures, each times a number; or raise `Lost`."""
        answers = self._ask("combined", [(list(names), list(numbers))] * len(self._at))
        return np.concatenate(answers)

    def _open(self, n_H: int) -> None:
        """Have an empty shelf on as many workers as there were in the beginning, or fewer."""
        there = self.crew.wait_for_workers()
        count = min(self.crew.size, n_H)
        self._name = uuid4().hex
        self._at = [there[number * len(there) // count] for number in range(count)]
        letters = [self._shelf(number).encode() for number in range(count)]
        self._held = [
            self.crew.hold(opened, letter, to) for letter, to in zip(letters, self._at, strict=True)
        ]

    def _shelf(self, number: int) -> str:
        return f"{self._name} {number}"

    def _ask(
        self, which: str, arguments: Sequence[tuple[Any, ...]], at_once: int | None = None
    ) -> list[Any]:
        """Ask every shelf, and return the answers in the order of the rows."""
        if not self._at or not self.crew.there():
            self._lose()
        forgotten, self._forgotten = self._forgotten, []
        answers: list[Any] = []
        tasks: list[Any] = []
        for number, its_own in enumerate(arguments):
            letter = pickle.dumps(
                (self._shelf(number), forgotten, which, its_own), pickle.HIGHEST_PROTOCOL
            )
            tasks.append(self.crew.submit(asked, letter, to=self._at[number]))
            if at_once and len(tasks) - len(answers) >= at_once:
                answers.append(self.crew.answer(tasks[len(answers)]))
                tasks[len(answers) - 1] = None  # its letter
        answers += [self.crew.answer(task) for task in tasks[len(answers) :]]
        if any(isinstance(answer, Lacks) for answer in answers):
            self._lose()
        return answers

    def _lose(self) -> NoReturn:
        """Let go of all shelves: what is left on some of them is of no use any more."""
        self._at, self._held = [], []
        raise Lost("a worker of the cluster was lost")


def store_of(computing: Computing) -> Store:
    """Return where the pairs are kept: on the workers; without a cluster here, to the same bits.

    Raises
    ------
    InputError
        If a worker lacks the package.
    """
    if not computing.cluster:
        return Here()
    crew = crew_of(computing.cluster)
    crew.told(free_memory)
    return Shelves(crew)
