"""What an experiment is, and what it answers: claims, numbers, one figure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from nst_numpy.arrays import Array
from nst_numpy.vgg19 import Weights

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Claim:
    """One sentence of an answer, what was seen, and whether that supports the sentence.

    Attributes
    ----------
    sentence
        What one learns, in words.
    seen
        The numbers that were measured for it, in words.
    holds
        Whether they support it; with other pictures it may come out otherwise.
    """

    sentence: str
    seen: str
    holds: bool

    def __post_init__(self) -> None:
        """Let a comparison of NumPy's numbers count as yes or no."""
        object.__setattr__(self, "holds", bool(self.holds))


@dataclass(frozen=True)
class Answer:
    """What came out.

    Attributes
    ----------
    claims
        The answer, sentence by sentence.
    numbers
        Everything that was measured, as JSON can hold it.
    draw
        Makes the one figure.
    lines
        What is to be printed before the claims, where the numbers want a table.
    """

    claims: tuple[Claim, ...]
    numbers: Mapping[str, Any]
    draw: "Callable[[], Figure]"
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Experiment:
    """One question; the file that answers it has its name, with underscores.

    Attributes
    ----------
    name
        As one types it.
    question
        The first line of its file.
    size
        Longest side of the pictures, in pixels, unless another is asked for.
    """

    name: str
    question: str
    size: int

    @property
    def module(self) -> str:
        """The module that holds its ``answer``."""
        return f"nst_numpy.experiments.{self.name.replace('-', '_')}"

    def answer(self, content: Array, style: Array, weights: Weights) -> Answer:
        """Run it.

        Parameters
        ----------
        content, style : ndarray, shape (n_H, n_W, 3)
            RGB in [0, 1], each of a size of its own.
        weights : mapping, layer -> (weight, bias)
            From `load_weights`.
        """
        answer: Answer = import_module(self.module).answer(content, style, weights)
        return answer
