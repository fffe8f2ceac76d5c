"""Paint in one call: `paint`, and the `Painting` that it returns; `steps`, one after the other."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, takewhile

import numpy as np

from nst_numpy.appearance import png
from nst_numpy.appearance import size as size_of
from nst_numpy.arrays import Array
from nst_numpy.backend import Computing
from nst_numpy.easel.taking import Picture, as_picture, as_pictures
from nst_numpy.easel.trace import Trace
from nst_numpy.easel.watching import watched
from nst_numpy.errors import InputError, check_kind, check_whole
from nst_numpy.files.images import save_image
from nst_numpy.files.weights import load_weights
from nst_numpy.network import Weights
from nst_numpy.objective import Cost, Objective, SumOfTerms, check_arguments
from nst_numpy.settings import MOST_ITERATIONS, Settings
from nst_numpy.stylize import Step, stylize

Made = Callable[..., SumOfTerms]
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
    step
        The last step, after which `more` goes on.
    settings
        What it was painted with.
    content, styles, weights, computing, objective
        What it was painted from, as `stylize` takes it.
    finished
        Whether all was painted that the settings ask for; not, if somebody stopped it.

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
    cost: Cost
    trace: Trace
    step: Step
    settings: Settings
    content: Array = field(repr=False)
    styles: Sequence[Array] = field(repr=False)
    weights: Weights = field(repr=False)
    computing: Computing = Computing()
    objective: Made = Objective
    finished: bool = True

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the picture to a file: .png, .jpg, .webp or .tif.

        Raises
        ------
        InputError
            If it cannot be written.
        """
        save_image(self.picture, path)

    def more(self, iterations: int | None = None, progress: bool = True) -> "Painting":
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
        settings, step = self.settings, self.step
        if iterations is not None:
            check_whole("iterations", iterations, 1, MOST_ITERATIONS - step.iteration)
            enough = -(-(step.iteration + iterations) // step.scale)
            settings = replace(settings, iterations=max(enough, settings.iterations))
            step = replace(step, recent=())  # whether it still gains is judged anew
        elif self.finished:
            return self
        else:  # there may be more of this scale already than the settings ask for
            most = step.scale * settings.iterations
            step = replace(step, iteration=min(step.iteration, most))
        coming: Iterator[Step] = stylize(
            self.content, self.styles, settings, self.weights, self.computing, self.objective, step
        )
        if iterations is not None:
            here = takewhile(lambda found: found.scale == step.scale, coming)
            coming = islice(here, iterations)
        last = settings.iterations * settings.scales if iterations is None else 0
        total = last or step.iteration + (iterations or 0)
        return _painted(self, coming, total, progress, ends=iterations is None or self.finished)

    def __repr__(self) -> str:
        end = "" if self.finished else "; stopped, more() goes on"
        return (
            f"Painting({size_of(self.picture)}, J = {self.cost.total:.4g} after "
            f"{self.step.iteration} steps and {self.step.seconds:.1f} s{end})"
        )

    def _repr_png_(self) -> bytes:
        """Show the picture in a notebook."""
        return png(self.picture)


def paint(
    content: Picture,
    style: Picture | Sequence[Picture],
    settings: Settings | None = None,
    weights: Weights | str | os.PathLike[str] | None = None,
    *,
    size: int | None = None,
    computing: Computing = Computing(),
    objective: Made = Objective,
    progress: bool = True,
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
        What to minimise and how; ``nst.Settings(beta=1000)`` takes more of the style.
    weights : mapping or path, optional
        Of VGG-19; those that come with the package, if not given.
    size : int, optional
        The longest side of content and style, in pixels. If not given, 512 for files and Pillow
        pictures; an array stays as it is.
    computing : Computing
        What computes it, with how many threads.
    objective : callable
        What makes J; see `stylize`.
    progress : bool
        Whether it is shown meanwhile, by `watch`.

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
    >>> few = nst.Settings(beta=1000, iterations=2, scales=1)
    >>> painting = nst.paint(cat, cafe, few, size=32, progress=False)
    >>> painting.picture.shape
    (21, 32, 3)
    >>> painting.finished, len(painting.trace)
    (True, 3)
    >>> len(painting.more(1, progress=False).trace)
    4
    """
    C, styles, chosen, theirs = _taken(content, style, settings, weights, size, computing)
    coming = stylize(C, styles, chosen, theirs, computing, objective)
    first = next(coming)
    begun = Painting(
        picture=first.image.copy(), cost=first.cost, trace=Trace(), step=first, settings=chosen,
        content=C, styles=styles, weights=theirs, computing=computing, objective=objective,
    )  # fmt: skip

    def whole() -> Iterator[Step]:
        yield first
        yield from coming

    return _painted(begun, whole(), chosen.iterations * chosen.scales, progress)


def steps(
    content: Picture,
    style: Picture | Sequence[Picture],
    settings: Settings | None = None,
    weights: Weights | str | os.PathLike[str] | None = None,
    *,
    size: int | None = None,
    computing: Computing = Computing(),
    objective: Made = Objective,
) -> Iterator[Step]:
    """Return the steps of `paint` one after the other, for a loop of your own.

    Nothing is painted until the first is asked for. It is `stylize` with pictures in any form and
    with defaults.

    Parameters
    ----------
    content, style, settings, weights, size, computing, objective
        As `paint` takes them.

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
    C, styles, chosen, theirs = _taken(content, style, settings, weights, size, computing)
    return stylize(C, styles, chosen, theirs, computing, objective)


def _taken(
    content: Picture,
    style: Picture | Sequence[Picture],
    settings: Settings | None,
    weights: Weights | str | os.PathLike[str] | None,
    size: int | None,
    computing: Computing,
) -> tuple[Array, list[Array], Settings, Weights]:
    """Make what `stylize` takes of what people give."""
    chosen = Settings() if settings is None else settings
    check_kind("settings", chosen, Settings)
    C, styles = as_picture("The content", content, size), as_pictures("The style", style, size)
    if not styles and chosen.beta:
        raise InputError("There is no style; give at least one picture.")
    if weights is None or isinstance(weights, str | os.PathLike):
        weights = load_weights(weights, chosen.network)
    check_arguments(C, styles, chosen, weights, computing)
    return C, styles, chosen, weights


def _painted(
    begun: Painting, coming: Iterator[Step], total: int, progress: bool, ends: bool = True
) -> Painting:
    """Go through the steps; return the painting of the lowest J of the last scale.

    `ends` says whether all is painted that was asked for, when they have come to an end.
    """
    trace, step, cost, best = Trace(begun.trace), begun.step, begun.cost, begun.picture
    scale, finished = step.scale, False

    def told() -> Iterator[Step]:
        nonlocal finished
        yield from coming
        finished = ends

    for step in watched(told(), total, *2 * (MORE,)) if progress else told():
        trace.add(step)
        if step.scale > scale or step.cost.total < cost.total:
            cost, best, scale = step.cost, step.image, step.scale
    return replace(
        begun, picture=np.array(best), cost=cost, trace=trace, step=step, finished=finished
    )
