"""Paint in one call, `paint`; or take the `steps`, one after the other, in a loop of your own."""

from __future__ import annotations  # so that help shows Picture, and not all that one can be

import os
from collections.abc import Iterator, Sequence
from typing import Any

from nst_numpy.backend import Computing
from nst_numpy.easel.origin import Made, taken
from nst_numpy.easel.painting import Painting, painted
from nst_numpy.easel.taking import Picture
from nst_numpy.easel.trace import Trace
from nst_numpy.easel.words import with_settings
from nst_numpy.network import Weights
from nst_numpy.objective import Objective
from nst_numpy.pace import Pace
from nst_numpy.palette import Colours
from nst_numpy.settings import Settings
from nst_numpy.stylize import Step


@with_settings
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
    content_masks : path, ndarray or Pillow picture, or a sequence of such, optional
        For each style, where in the content it should be: gray, white inside.
    style_masks : the same, optional
        For each style, what of it counts; all of it, if not given.
    computing : Computing
        What computes it, with how many threads.
    objective : callable
        What makes J; see `stylize`.
    progress : bool
        Whether it is shown meanwhile, by `watch`; Ctrl-C stops it either way.
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
    return painted(begun, whole(), total, progress, Pace(chosen, computing))


@with_settings
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
