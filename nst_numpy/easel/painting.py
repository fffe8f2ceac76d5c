"""What `paint` returns: a `Painting`, to look at, to save, to go on with."""

from __future__ import annotations  # so that help shows Picture, and not all that one can be

import os
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice, takewhile
from typing import Any, Literal

import numpy as np

from nst_numpy.appearance import png
from nst_numpy.appearance import size as size_of
from nst_numpy.arrays import Array
from nst_numpy.backend import COMPILING, kernels_to_compile
from nst_numpy.easel.origin import Origin
from nst_numpy.easel.trace import Trace
from nst_numpy.easel.watching import cell_here, say, watched
from nst_numpy.errors import check_whole
from nst_numpy.files.carried import NOTHING, carried_of
from nst_numpy.files.images import save_image
from nst_numpy.objective import Cost
from nst_numpy.pace import Pace
from nst_numpy.settings import MOST_ITERATIONS, Settings
from nst_numpy.studio.keeping import better
from nst_numpy.stylize import Step

MORE = "its method more goes on"


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class Painting:
    """What `paint` returns: the picture of the lowest J, its ledger, and all that goes on from it.

    Attributes
    ----------
    picture
        RGB in [0, 1], shape (n_H, n_W, 3), float32.
    cost
        Its ledger: what each term of J came to.
    trace
        What every step cost.
    step, best
        The last step, after which `more` goes on; and that of the picture.
    settings
        What it was painted with.
    origin
        What it was painted from: the pictures as they were looked at, and what computed it.
    finished
        Whether all was painted that the settings ask for; not, if somebody stopped it.
    earlier
        How many iterations it had, each time that `more` went on after it was finished.

    Examples
    --------
    >>> import nst_numpy as nst
    >>> cat, cafe = nst.examples()["cat"], nst.examples()["cafe"]
    >>> few = nst.Settings(iterations=1, scales=1)
    >>> painting = nst.paint(cat, cafe, few, size=32, progress=False)
    >>> further = painting.more(1, progress=False)
    >>> further.cost.total <= painting.cost.total
    True
    """

    picture: Array
    trace: Trace
    step: Step
    best: Step
    settings: Settings
    origin: Origin
    finished: bool = True
    earlier: tuple[int, ...] = ()
    _cell: int | None = field(default=None, repr=False)

    @property
    def cost(self) -> Cost:
        """What each term of J came to in the picture, before it was rid of grain."""
        return self.best.cost

    @property
    def image(self) -> Array:
        """The picture, under the name that it has in a `Step`."""
        return self.picture

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        """Be the picture for whatever wants an array: ``plt.imshow(painting)``."""
        return np.array(self.picture, dtype, copy=bool(copy) or None)

    def save(
        self,
        path: str | os.PathLike[str],
        bits: int = 8,
        dpi: float | None = None,
        profile: Literal["photograph", "srgb"] = "photograph",
        keep_location: bool = False,
    ) -> None:
        """Write the picture to a file, which says how it was painted.

        If everything was given as files, the command ``replay`` paints it again; else
        `nst_numpy.runs.replay` does, of the same arrays. What the photograph's file holds besides
        a picture goes along, as on the command line.

        Parameters
        ----------
        path : path
            .png, .jpg, .webp or .tif. A file that is there is replaced.
        bits : int
            Of each number; 16 in PNG and TIFF.
        dpi : float, optional
            Pixels per inch; the photograph's, if not given.
        profile : str
            Whose colour profile it has: the photograph's, or srgb. The colours are the same.
        keep_location : bool
            Whether it is kept where the photograph was taken.

        Raises
        ------
        InputError
            If it cannot be written.

        Warns
        -----
        UserWarning
            If something of the photograph's file cannot go along.
        """
        origin = self.origin
        carried = NOTHING
        if origin.file:
            carried = carried_of(
                origin.file, self.picture.shape, keep_location, profile == "photograph"
            )
            for note in carried.notes:
                warnings.warn(note, stacklevel=2)
        dpi = origin.dpi if dpi is None else dpi
        more: dict[str, Any] = {
            "bits": bits, "dpi": dpi, "profile": profile, "keep_location": keep_location,
        }  # fmt: skip
        most = max(self.settings.iterations, -(-self.step.iteration // self.step.scale))
        settings = replace(self.settings, iterations=most)
        about = origin.about(settings, self.best, not self.finished, self.earlier, more)
        save_image(self.picture, path, about, carried.at(dpi), bits)

    def more(self, iterations: int | None = None, progress: bool = True) -> Painting:
        """Go on after the last step; return the painting that comes of it.

        Parameters
        ----------
        iterations : int, optional
            So many more steps at the size that it has. If not given, what the settings ask for: a
            painting that was stopped comes to the same bytes as one that was not.
        progress : bool
            Whether it is shown meanwhile.

        Raises
        ------
        InputError
            If `iterations` is not a whole number above 0.
        """
        settings, step, earlier = self.settings, self.step, self.earlier
        if iterations is not None:
            check_whole("iterations", iterations, 1, MOST_ITERATIONS - step.iteration)
            enough = -(-(step.iteration + iterations) // step.scale)
            settings = replace(settings, iterations=max(enough, settings.iterations))
            step = replace(step, recent=())  # whether it still gains is judged anew
            earlier = (*earlier, self.settings.iterations)
        elif self.finished:
            return self
        else:  # there may be more of this scale already than the settings ask for
            most = step.scale * settings.iterations
            step = replace(step, iteration=min(step.iteration, most))
        coming = self.origin.steps(settings, step)
        if iterations is None:
            total = settings.iterations * settings.scales
            return painted(self, coming, total, progress, Pace(settings, self.origin.computing))
        here = takewhile(lambda found: found.scale == step.scale, coming)
        begun = replace(self, earlier=earlier)
        total = step.iteration + iterations
        return painted(begun, islice(here, iterations), total, progress, ends=self.finished)

    def __repr__(self) -> str:
        end = "" if self.finished else "; stopped, more() goes on"
        return (
            f"Painting({size_of(self.picture)}, J = {self.cost.total:.4g} after "
            f"{self.step.iteration} steps and {self.step.seconds:.1f} s{end})"
        )

    def _repr_png_(self) -> bytes | None:
        """Show the picture in a notebook, unless it stands there already, in the same cell."""
        return None if self._cell is not None and self._cell == cell_here() else png(self.picture)


def painted(
    begun: Painting,
    coming: Iterator[Step],
    total: int,
    progress: bool,
    pace: Pace | None = None,
    ends: bool = True,
) -> Painting:
    """Go through the steps; return the painting of the lowest J of the last scale.

    `ends` says whether all is painted that was asked for, when they have come to an end.
    """
    trace, step, best, finished = Trace(begun.trace), begun.step, begun.best, False

    def told() -> Iterator[Step]:
        nonlocal finished
        yield from coming
        finished = ends

    def picture() -> Array:
        return begun.origin.finished(best.image)

    if progress and kernels_to_compile(begun.origin.computing, begun.settings.network):
        say(COMPILING)
    for step in watched(told(), total, *2 * (MORE,), pace, picture, progress):
        trace.add(step)
        best = better(step, best)
    return replace(
        begun, picture=picture(), trace=trace, step=step, best=best, finished=finished,
        _cell=cell_here() if progress else None,
    )  # fmt: skip
