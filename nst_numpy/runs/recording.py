"""Pass the steps of a painting on, and write trace, previews and checkpoints meanwhile."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from math import inf
from time import perf_counter
from types import TracebackType
from typing import Any

import numpy as np
from PIL import Image

from nst_numpy.arrays import Array
from nst_numpy.backend import Computing
from nst_numpy.errors import InputError, check_whole
from nst_numpy.machine import fingerprint, peak_memory
from nst_numpy.runs.checkpoint import Best, arrays_of, save_step
from nst_numpy.runs.folder import RunFolder
from nst_numpy.runs.found import Found, find
from nst_numpy.runs.trace import Trace, read_trace, write_csv
from nst_numpy.settings import Settings
from nst_numpy.stylize import Step

SHARE = 0.01
"""The share of its time that a run spends on checkpoints."""
FRAMES = 60
"""About how many previews there are of a whole run."""
PREVIEW = 512
"""Pixels of a preview's longest side, at most."""


class Recording:
    """Writes into the folder of a run for as long as a block lasts, and keeps others out.

    Parameters
    ----------
    folder : RunFolder
    settings : Settings
    computing : Computing
    previews : int, optional
        Every so many steps a preview; chosen so that there are about `FRAMES` if not given.
    table : bool
        Whether the trace is written as a table, too, in the end.
    complain : callable
        Told in a sentence what could not be written; the painting goes on.
    averaged : int
        How many of the last pictures are kept, for the average of them to be saved.

    Attributes
    ----------
    found : Found or None
        How far an earlier process got; known inside the block.
    """

    def __init__(
        self,
        folder: RunFolder,
        settings: Settings,
        computing: Computing,
        previews: int | None = None,
        table: bool = False,
        complain: Callable[[str], object] = lambda _: None,
        averaged: int = 0,
    ) -> None:
        if previews is not None:
            check_whole("previews", previews, 1)
        self.folder, self.settings, self.table, self.complain = folder, settings, table, complain
        self.every = previews or max(1, settings.iterations * settings.scales // FRAMES)
        self.machine, self.averaged = fingerprint(computing, settings.network), averaged
        self.found: Found | None = None
        self._with = ExitStack()
        self._last: Step | None = None
        self._scale = 0
        self._best: Best | None = None
        self._pictures: tuple[Array, ...] = ()
        self._told = False
        self._written = -inf  # when the last checkpoint was
        self._began = self._pace = 0.0  # seconds a byte

    def __enter__(self) -> "Recording":
        self._with.enter_context(self.folder.locked())
        try:
            self.found = find(self.folder, self.settings, self.machine)
            self._trace = Trace(self.folder.trace, self.found.lines if self.found else 0)
        except BaseException:
            self._with.close()
            raise
        self._with.callback(self._trace.close)
        if self.found:
            self._best, self._scale = best_of(self.found.best), self.found.step.scale
            self._pictures = self.found.pictures
        last = (self.found.step.scale, self.found.step.iteration) if self.found else (0, 0)
        for scale, iteration, path in self.folder.all_previews():
            if (scale, iteration) > last:
                path.unlink(missing_ok=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        with self._with:
            if self._last:
                self._checkpoint(self._last)
            if self.table:
                self._tabulate()

    def recorded(self, steps: Iterator[Step]) -> Iterator[Step]:
        """Yield the steps; each is in the trace before somebody sees it."""
        for step in steps:
            best = self._best
            if not best or step.scale > self._scale or step.cost.total < best.cost.total:
                self._best = best_of(step)
            if self.averaged:
                before = self._pictures if step.scale == self._scale else ()
                self._pictures = (*before, step.canvas)[-self.averaged :]
            self._last, self._scale = step, step.scale
            self._attempt(lambda step=step: self._trace.write(step))  # type: ignore[misc]
            if step.iteration % self.every == 0:
                self._attempt(lambda step=step: self._preview(step))  # type: ignore[misc]
            size = sum(array.nbytes for array in (*arrays_of(step).values(), *self._pictures))
            if perf_counter() - self._written >= size * self._pace / SHARE:
                self._checkpoint(step)
                self._pace = (perf_counter() - self._began) / size
            yield step

    def _checkpoint(self, step: Step) -> None:
        """Write a checkpoint, and look how long it takes."""
        self._began = perf_counter()
        about: Mapping[str, Any] = {
            "lines": self._trace.lines,
            "iterations": int(self.settings.iterations),
            "machine": self.machine,
            "memory": peak_memory(),
        }
        if self._best:
            best = replace(self._best, pictures=self._pictures)
            self._attempt(lambda: save_step(step, best, about, self.folder.checkpoint))
        self._written = perf_counter()

    def _preview(self, step: Step) -> None:
        """Write a small picture."""
        picture = small(step.image, PREVIEW)
        path = self.folder.preview(step.scale, step.iteration)
        path.parent.mkdir(exist_ok=True)
        picture.save(path, "JPEG", quality=88)

    def _tabulate(self) -> None:
        """Write the trace as a table; one of a damaged trace is not written."""
        try:
            rows = read_trace(self.folder.trace)
        except InputError as error:
            self.complain(f"The trace is damaged, so {self.folder.table} is not written: {error}")
        else:
            self._attempt(lambda: write_csv(rows, self.folder.table))

    def _attempt(self, write: Callable[[], object]) -> None:
        """Write; what cannot be written is said once, and the painting goes on."""
        try:
            write()
        except (OSError, InputError, MemoryError) as error:
            if not self._told:
                reason = getattr(error, "strerror", None) or error
                self.complain(
                    f"{self.folder.path} cannot be written to ({reason}); the painting goes on."
                )
            self._told = True


def best_of(step: Step) -> Best:
    """Return what is told of a step that is the best so far."""
    return Best(iteration=step.iteration, evaluations=step.evaluations, cost=step.cost)


def small(image: Array, most: int) -> Image.Image:
    """Make a picture no larger than `most` of RGB in [0, 1], by whole factors."""
    eight_bits = np.clip(image * np.float32(255) + np.float32(0.5), 0, 255).astype(np.uint8)
    picture = Image.fromarray(eight_bits)
    return picture.reduce(factor) if (factor := -(-max(picture.size) // most)) > 1 else picture
