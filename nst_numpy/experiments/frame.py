"""What an experiment is: it measures, it claims, it draws; and the one way to run it.

The file of an experiment has three functions, and a fourth where its numbers want a table:

- ``measure(content, style, weights)`` → what was measured: a frozen dataclass, pictures included
- ``claims(measured)``                 → sentences, each with the numbers that support it, or do not
- ``draw(measured)``                   → the one figure
- ``lines(measured)``                  → what is to be printed before the claims

Only the first looks at pictures and takes time; the others know nothing but what was measured.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.files.writing import replacing
from nst_numpy.network import Weights

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST = 500  # numbers of an array that is written out; pictures are not


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
        """The module of its functions."""
        return f"nst_numpy.experiments.{self.name.replace('-', '_')}"

    def answer(self, content: Array, style: Array, weights: Weights, **options: Any) -> "Answer":
        """Measure.

        Parameters
        ----------
        content, style : ndarray, shape (n_H, n_W, 3)
            RGB in [0, 1], each of a size of its own.
        weights : mapping, layer -> (weight, bias)
            From `load_weights`.
        options
            What its ``measure`` takes beyond these: fewer iterations, say.
        """
        measured = import_module(self.module).measure(content, style, weights, **options)
        return Answer(self, measured)


@dataclass(frozen=True)
class Answer:
    """What was measured, and what follows from it."""

    experiment: Experiment
    measured: Any

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The answer, sentence by sentence."""
        found: tuple[Claim, ...] = self._function("claims")(self.measured)
        return found

    @property
    def lines(self) -> tuple[str, ...]:
        """What is to be printed before the claims."""
        module = import_module(self.experiment.module)
        return tuple(module.lines(self.measured)) if hasattr(module, "lines") else ()

    @property
    def numbers(self) -> Any:
        """What was measured, as JSON can hold it; pictures are left out."""
        return as_json(self.measured)

    def draw(self) -> "Figure":
        """Make the one figure."""
        figure: Figure = self._function("draw")(self.measured)
        return figure

    def save(self, folder: Path, dark: bool = False, **about: Any) -> tuple[Path, Path]:
        """Write the figure and the record of what came out: ``NAME.png`` and ``NAME.json``.

        Parameters
        ----------
        folder : Path
        dark : bool
            Write the figure for dark pages, too: ``NAME-dark.png``.
        about
            What goes into the record besides.
        """
        from nst_numpy.experiments import drawing

        name = self.experiment.name
        figure, numbers = folder / f"{name}.png", folder / f"{name}.json"
        for file in (figure, folder / f"{name}-dark.png") if dark else (figure,):
            with drawing.theme(dark=file != figure), replacing(file) as temporary:
                drawing.save(self.draw(), temporary)
        with replacing(numbers) as temporary:
            temporary.write_text(json.dumps(self.record() | about, indent=1, allow_nan=False))
        return figure, numbers

    def record(self) -> dict[str, Any]:
        """Return everything that came out, as JSON can hold it."""
        return {
            "experiment": self.experiment.name,
            "question": self.experiment.question,
            "claims": [vars(claim) for claim in self.claims],
            "lines": list(self.lines),
            "numbers": self.numbers,
        }

    def _function(self, name: str) -> Any:
        return getattr(import_module(self.experiment.module), name)


def as_json(value: Any) -> Any:
    """Turn what was measured into what JSON can hold; large arrays, like pictures, into None."""
    if is_dataclass(value):
        return {f.name: as_json(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): as_json(part) for key, part in value.items()}
    if isinstance(value, np.ndarray):
        return value.tolist() if value.size <= MOST else None
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [as_json(part) for part in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)
