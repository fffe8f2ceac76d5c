"""A painting whose progress is watched: its settings, and J of what would be saved of it.

Everything is painted at one scale and without a margin, from the content: then J is one and the
same function of the same picture for whoever paints, from the first evaluation to the last.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.backend import Backend, Computing
from nst_numpy.bench import pastiche
from nst_numpy.bench.contestants import pictures
from nst_numpy.files.weights import load_weights
from nst_numpy.network import Weights
from nst_numpy.objective import Objective, SumOfTerms
from nst_numpy.presets import preset
from nst_numpy.settings import MOST_ITERATIONS, Settings

Loss = Literal["default", "pastiche"]

PLAIN = Settings(margin=0, scales=1, iterations=MOST_ITERATIONS, gain=0)
"""The default settings but for margin, scales and gain; whoever watches says when it is enough."""


@dataclass(frozen=True)
class Task:
    """All that J of a picture depends on, the same for whoever paints."""

    content: Array
    style: Array
    settings: Settings
    load: Callable[[], Weights]

    @cached_property
    def weights(self) -> Weights:
        """The network's, read when they are needed: torch and pastiche read them by themselves."""
        return self.load()

    def objective(self, backend: Backend) -> Objective:
        """Prepare J."""
        computing = Computing(backend=backend)
        return Objective(
            self.content, [self.style], self.settings, self.weights, computing=computing
        )


def task(loss: Loss, n_H: int, n_W: int) -> Task:
    """Return the castle after the church, with the default J or with pastiche's own loss.

    Pastiche reads its pictures from files, so they are rounded to 8 bits for both; and its network
    has weights of its own, rounded to 256 values a layer, so ours takes them.
    """
    content, style = pictures(n_H, n_W)
    if loss == "default":
        return Task(content, style, PLAIN, load_weights)
    its = preset("pastiche")
    settings = replace(
        PLAIN,
        alpha=its.alpha, beta=its.beta, pooling=its.pooling,
        content_layers=its.content_layers, style_layers=its.style_layers,
    )  # fmt: skip
    content, style = (saved(one).astype(np.float32) / 255 for one in (content, style))
    return Task(content, style, settings, pastiche.weights)


def saved(picture: Array) -> Array:
    """Return the picture as it is saved: clipped to [0, 1] and rounded to 8 bits."""
    return np.rint(255 * np.clip(np.nan_to_num(picture), 0, 1)).astype(np.uint8)


def J_saved(J: SumOfTerms | Callable[[Array], tuple[object, Array]], picture: Array) -> float:
    """Evaluate J of a picture as it is saved."""
    value, _ = J(saved(picture).astype(np.float32) / 255)
    return float(value)  # type: ignore[arg-type]
