"""Paint in one call: `paint`, and the `Painting` that it returns; `steps`, one after the other."""

from __future__ import annotations  # so that help shows Picture, and not all that one can be

import os
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, takewhile
from typing import Any, Literal

import numpy as np

from nst_numpy.appearance import png
from nst_numpy.appearance import size as size_of
from nst_numpy.arrays import Array
from nst_numpy.backend import Computing
from nst_numpy.easel.origin import Made, Origin, taken
from nst_numpy.easel.taking import Picture
from nst_numpy.easel.trace import Trace
from nst_numpy.easel.watching import cell_here, watched
from nst_numpy.errors import check_whole
from nst_numpy.files.carried import NOTHING, carried_of
from nst_numpy.files.images import save_image
from nst_numpy.network import Weights
from nst_numpy.objective import Cost, Objective
from nst_numpy.pace import Pace
from nst_numpy.palette import Colours
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
            return _painted(self, coming, total, progress, Pace(settings, self.origin.computing))
        here = takewhile(lambda found: found.scale == step.scale, coming)
        begun = replace(self, earlier=earlier)
        total = step.iteration + iterations
        return _painted(begun, islice(here, iterations), total, progress, ends=self.finished)

    def __repr__(self) -> str:
        end = "" if self.finished else "; stopped, more() goes on"
        return (
            f"Painting({size_of(self.picture)}, J = {self.cost.total:.4g} after "
            f"{self.step.iteration} steps and {self.step.seconds:.1f} s{end})"
        )

    def _repr_png_(self) -> bytes | None:
        """Show the picture in a notebook, unless it stands there already, in the same cell."""
        return None if self._cell is not None and self._cell == cell_here() else png(self.picture)


def paint(
    content: Picture,
    style: Picture | Sequence[Picture],
    settings: Settings | None = None,
    weights: Weights | str | os.PathLike[str] | None = None,
    *,
    size: int | None = None,
    print_size: str | None = None,
    dpi: float | None = None,
    style_scale: float | Sequence[float] = 1.0,
    colours: Colours = "style",
    grain: float = 5.0,
    content_masks: Picture | Sequence[Picture] | None = None,
    style_masks: Picture | Sequence[Picture] | None = None,
    computing: Computing = Computing(),
    objective: Made = Objective,
    progress: bool = True,
    **choices: Any,
) -> Painting:
    """Paint the content in the manner of a style, and show how it comes along.

    Ctrl-C, in a notebook the black square, stops it after the step that is being made: what is
    returned is the painting so far, and its `more` goes on.

    Parameters
    ----------
    content : path, ndarray or Pillow picture
        An array holds floating-point numbers in [0, 1], or uint8; gray and RGBA are taken, too.
    style : the same, or a sequence of such
        Several blend.
    settings : Settings, optional
        What to minimise and how; each can be given by its name, too: ``beta=1000`` takes more of
        the style.
    weights : mapping or path, optional
        Of VGG-19; those that come with the package, if not given.
    size : int, optional
        The longest side of content and style, in pixels. If not given, 512 for files and Pillow
        pictures; an array stays as it is.
    print_size : str, optional
        The longest side on paper, as in 40cm, 400mm or 16in, instead of `size`.
    dpi : float, optional
        Pixels per inch, which the file tells; 300 for a `print_size`, if not given.
    style_scale : float or sequence of float
        How large the styles are, as a share of `size`; of the array, where there is none. A larger
        style has larger strokes.
    colours : str
        Whose colours: ``style``; or the photograph's, in that only light and dark are painted
        (``luminance``), or in that the style is given them before (``match``, ``match-root``,
        ``match-cholesky``, ``match-histogram``).
    grain : float
        If the painting has more coloured grain where it is flat than its styles, colours of
        neighbours that differ by less than about this many levels of 255 are averaged; 0 to leave
        what was painted.
    content_masks : picture or sequence of pictures, optional
        For each style, where in the content it should be: gray, white inside.
    style_masks : the same, optional
        For each style, what of it counts; all of it, if not given.
    computing : Computing
        What computes it, with how many threads.
    objective : callable
        What makes J; see `stylize`.
    progress : bool
        Whether it is shown meanwhile, by `watch`.
    **choices
        Any of the `Settings` by their names; they win over `settings`.

    Returns
    -------
    painting : Painting
        Its `picture`, `cost`, `trace`; `save` writes it, `more` goes on.

    Raises
    ------
    InputError
        If a picture or a setting cannot be used; the sentence says why.
    FloatingPointError
        If J is no longer a number, which is to say that the learning rate is too large.

    Examples
    --------
    >>> import nst_numpy as nst
    >>> cat, cafe = nst.examples()["cat"], nst.examples()["cafe"]
    >>> few = nst.Settings(iterations=2, scales=1)
    >>> painting = nst.paint(cat, cafe, few, beta=1000, size=32, progress=False)
    >>> painting.settings
    Settings(beta=1000, iterations=2, scales=1)
    >>> painting.picture.shape
    (21, 32, 3)
    >>> painting.finished, len(painting.trace)
    (True, 3)
    >>> len(painting.more(1, progress=False).trace)
    4
    """
    origin, chosen = taken(
        content, style, settings, weights, size, style_scale, colours, grain, content_masks,
        style_masks, computing, objective, print_size, dpi, choices,
    )  # fmt: skip
    coming = origin.steps(chosen)
    first = next(coming)
    begun = Painting(
        picture=first.image, trace=Trace(), step=first, best=first, settings=chosen, origin=origin
    )

    def whole() -> Iterator[Step]:
        yield first
        yield from coming

    total = chosen.iterations * chosen.scales
    return _painted(begun, whole(), total, progress, Pace(chosen, computing))


def steps(
    content: Picture,
    style: Picture | Sequence[Picture],
    settings: Settings | None = None,
    weights: Weights | str | os.PathLike[str] | None = None,
    *,
    size: int | None = None,
    style_scale: float | Sequence[float] = 1.0,
    colours: Colours = "style",
    content_masks: Picture | Sequence[Picture] | None = None,
    style_masks: Picture | Sequence[Picture] | None = None,
    computing: Computing = Computing(),
    objective: Made = Objective,
    **choices: Any,
) -> Iterator[Step]:
    """Return the steps of `paint` one after the other, for a loop of your own.

    It takes what `paint` takes, but for what becomes of the picture in the end. Nothing is painted
    until the first step is asked for. It is `stylize` with pictures in any form and with defaults.

    Returns
    -------
    steps : iterator of Step

    Raises
    ------
    InputError
        If a picture or a setting cannot be used.

    Examples
    --------
    >>> import nst_numpy as nst
    >>> cat, cafe = nst.examples()["cat"], nst.examples()["cafe"]
    >>> for step in nst.steps(cat, cafe, nst.Settings(iterations=1, scales=1), size=32):
    ...     print(step.iteration, step.image.shape)
    0 (21, 32, 3)
    1 (21, 32, 3)
    """
    origin, chosen = taken(
        content, style, settings, weights, size, style_scale, colours, 0.0, content_masks,
        style_masks, computing, objective, choices=choices,
    )  # fmt: skip
    return origin.steps(chosen)


def _painted(
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

    for step in watched(told(), total, *2 * (MORE,), pace, picture) if progress else told():
        trace.add(step)
        best = better(step, best)
    return replace(
        begun, picture=picture(), trace=trace, step=step, best=best, finished=finished,
        _cell=cell_here() if progress else None,
    )  # fmt: skip
