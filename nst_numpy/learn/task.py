"""A task of the workbook, a known mistake in it, and one call of what a learner wrote: values."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Seen:
    """One call of a learner's function."""

    inputs: tuple[Any, ...]  # what it was given (arrays, tuples, numbers)
    got: Any  # what it returned
    expected: Any  # what the reference returns
    about: str  # what is special in these inputs: "odd sides", "ties", "zeros", … or nothing
    after: tuple[Any, ...] | None = None  # the inputs after the call, if they were looked at


@dataclass(frozen=True)
class Mistake:
    """A known wrong version of a function."""

    name: str
    sentence: str  # "the kernel is not turned by 180°"
    line: str  # the line of the formula that it breaks, as it should read
    function: Callable[..., Any]


@dataclass(frozen=True)
class Task:
    """One function that a learner writes."""

    name: str  # "conv-backward"
    function: str  # "conv_backward", the name that the learner's file must define
    formula: str  # the formula, plain text
    reference: Callable[..., Any]  # the package's own function, or one that is written beside it
    inputs: Callable[[np.random.Generator], Iterator[tuple[str, tuple[Any, ...]]]]
    mistakes: tuple[Mistake, ...]  # known wrong versions, of the reference's signature
    chapter: str  # "docs/07-gradient.md#…", for the link
