"""A mutant of `nst_numpy.checks` as a known mistake of a task."""

from collections.abc import Callable
from typing import Any

from nst_numpy.checks.mutants import MUTANTS
from nst_numpy.learn.task import Mistake

BY_NAME = {mutant.name: mutant for mutant in MUTANTS}


def of_mutant(
    name: str, piece: str, line: str, around: Callable[[Any], Callable[..., Any]] | None = None
) -> Mistake:
    """Take the wrong piece of a mutant, as it is or put into a function of a task's shape."""
    mutant = BY_NAME[name]
    function = around(mutant.pieces) if around else getattr(mutant.pieces, piece)
    return Mistake(name, mutant.sentence, line, function)


def first_small(sentence: str) -> str:
    """Return a sentence that goes on after a colon."""
    first, *_ = sentence.split(" ", 1)
    if first.isupper() or not first[:1].isalpha() or (len(first) > 1 and first[1].isupper()):
        return sentence
    return sentence[:1].lower() + sentence[1:]
