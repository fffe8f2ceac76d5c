"""A task of the workbook, a known mistake in it, and one call of what a learner wrote: values."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.gradcheck import Scalar


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
    """One function that a learner writes: what it should do, and what is said on its page."""

    name: str  # "conv-backward"
    function: str  # "conv_backward", the name that the learner's file must define
    formula: str  # the formula, plain text
    reference: Callable[..., Any]  # the package's own function, or one that is written beside it
    inputs: Callable[[np.random.Generator], Iterator[tuple[str, tuple[Any, ...]]]]
    mistakes: tuple[Mistake, ...]  # known wrong versions, of the reference's signature
    chapter: str  # "docs/07-gradient.md#…", for the link
    title: str = ""  # "The way back through a convolution"
    question: str = ""
    shapes: str = ""  # a line for each input and each result
    returns: tuple[str, ...] = ()  # what the results are called
    example: tuple[Any, ...] = ()  # small inputs; what comes of them is computed, never written
    hints: tuple[str, ...] = ()  # three, each of which says more
    solution: tuple[Any, ...] = ()  # functions and classes whose source is shown
    imports: str = "import numpy as np"  # how the learner's file begins
    signature: str = ""  # where it should read otherwise than the reference's
    gradient_of: Callable[[tuple[Any, ...], np.random.Generator], tuple[Scalar, Array]] | None = (
        None  # of a backward pass: inputs -> J and x, where what is returned is claimed to be ∇J(x)
    )
    linear: bool = False  # whether that J is linear in x, up to a constant: then the adjoint test
    zeros: bool = True  # whether inputs of nothing but zeros make sense
