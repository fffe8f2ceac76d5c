"""From two pictures to a painting: the starts, the scales, and one Step after the other."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from time import perf_counter

import numpy as np

from nst_numpy import vgg19
from nst_numpy.arrays import Array
from nst_numpy.errors import InputError
from nst_numpy.layers import average_pool_forward
from nst_numpy.objective import Cost, Objective
from nst_numpy.optimizers import Iterate, adam, gradient_descent, lbfgs
from nst_numpy.settings import Settings

OPTIMIZERS: dict[str, Callable[..., Iterator[Iterate]]] = {
    "lbfgs": lbfgs,
    "adam": adam,
    "gradient-descent": gradient_descent,
}


@dataclass(frozen=True)
class Step:
    """One picture on the way to the painting.

    Attributes
    ----------
    canvas : ndarray, shape (n_H + 2·margin, n_W + 2·margin, 3)
        The picture G as the optimizer left it, with its margin: RGB, float32, here and there a
        little outside [0, 1]. `save_image` clips it.
    margin
        How many pixels of the canvas lie beyond each edge of the picture.
    cost
        The ledger of J at this canvas.
    iteration
        How many steps the optimizer has made, over all scales: 0 for the start. The start of a
        finer scale has the number of the last step of the coarser one.
    scale
        Which scale this is, 1 for the coarsest; the last has the content's size.
    seconds
        Time since the beginning.
    evaluations
        How often J and dJ/dG have been evaluated, over all scales.
    note
        What the optimizer has to say, if anything out of the ordinary happened.
    """

    canvas: Array
    margin: int
    cost: Cost
    iteration: int
    scale: int
    seconds: float
    evaluations: int
    note: str = ""

    @property
    def image(self) -> Array:
        """The picture without its margin: (n_H, n_W, 3), a view of the canvas."""
        n_H, n_W, _ = self.canvas.shape
        return self.canvas[self.margin : n_H - self.margin, self.margin : n_W - self.margin]


def stylize(
    content: Array, styles: Sequence[Array], settings: Settings, weights: vgg19.Weights
) -> Iterator[Step]:
    """Paint: minimise J over the pixels of G, and yield every picture on the way.

    Nothing is computed until the first step is asked for, and nothing more after the last. The
    same pictures and settings give the same steps, byte for byte.

    Parameters
    ----------
    content : ndarray, shape (n_H, n_W, 3)
        RGB in [0, 1]; the painting has its shape, and while it is painted a margin around it.
    styles : sequence of ndarray, each of shape (any, any, 3)
    settings : Settings
    weights : mapping, layer -> (weight, bias)
        From `load_weights`.

    Yields
    ------
    Step
        The start of each scale, then one for each iteration.

    Raises
    ------
    InputError
        If a picture or a setting cannot be used.
    FloatingPointError
        If J is no longer a number, which is to say that the learning rate is too large.

    Examples
    --------
    >>> for step in stylize(content, [style], Settings(), weights):  # doctest: +SKIP
    ...     print(step.iteration, step.cost.total)
    """
    began = perf_counter()
    evaluations = 0
    canvas = mirrored(content, settings.margin)
    G = start_picture(content, settings)
    for scale in range(1, settings.scales + 1):
        halvings = settings.scales - scale
        objective = Objective(
            halve(canvas, halvings),
            [halve(style, halvings) for style in styles],
            settings,
            weights,
        )
        G = halve(G, halvings) if scale == 1 else enlarge(G, objective.shape)
        lowest = math.inf
        optimizer = OPTIMIZERS[settings.optimizer](objective, G, settings.learning_rate)
        for number, point in enumerate(islice(optimizer, settings.iterations + 1)):
            yield Step(
                point.x,
                settings.margin // 2**halvings,
                point.value,
                (scale - 1) * settings.iterations + number,
                scale,
                perf_counter() - began,
                evaluations + point.evaluations,
                point.note,
            )
            if float(point.value) <= lowest:
                lowest, G = float(point.value), point.x
        evaluations += point.evaluations


def start_picture(content: Array, settings: Settings) -> Array:
    """Make the canvas to start from: float32, the content's shape with the margin around it.

    Raises
    ------
    InputError
        If the start is a picture of another shape than the content.
    """
    if isinstance(settings.start, np.ndarray):
        if settings.start.shape != content.shape:
            raise InputError(
                f"The start has the shape {settings.start.shape}; it must be that of the content, "
                f"{content.shape}."
            )
        return mirrored(settings.start, settings.margin).astype(np.float32)
    canvas = mirrored(content, settings.margin).astype(np.float32)
    if settings.start == "noise":
        return np.random.default_rng(settings.seed).random(canvas.shape, np.float32)
    if settings.start == "gray":
        return np.full_like(canvas, 0.5)
    return canvas


def smallest_side(settings: Settings) -> int:
    """Tell how many pixels each side of content and style must have for these settings."""
    taps = [*settings.content_layers, *settings.style_layers]
    for_vgg19 = vgg19.smallest_side(vgg19.deepest(taps)) * 2 ** (settings.scales - 1)
    return int(max(for_vgg19, settings.margin))


def mirrored(picture: Array, margin: int) -> Array:
    """Continue a picture beyond each edge by its mirror image: ``… x1 x0 | x0 x1 …``.

    Raises
    ------
    InputError
        If it is no picture, or narrower than the margin.
    """
    if picture.ndim != 3:
        raise InputError(f"A picture has the shape {picture.shape}; it must be (n_H, n_W, 3).")
    if min(picture.shape[:2]) < margin:
        raise InputError(
            f"A picture with a side of {min(picture.shape[:2])} pixels has no margin of {margin}; "
            "choose a smaller margin or a larger picture."
        )
    return np.pad(picture, ((margin, margin), (margin, margin), (0, 0)), mode="symmetric")


def halve(picture: Array, times: int) -> Array:
    """Halve a picture's sides, `times` over: the mean of each 2×2 square."""
    for _ in range(times):
        picture = average_pool_forward(picture)
    return picture


def enlarge(picture: Array, shape: tuple[int, ...]) -> Array:
    """Enlarge a picture to (n_H, n_W, 3), by linear interpolation along each side.

    Linear interpolation is a matrix: each row of it holds the shares that one new pixel takes of
    two old ones.
    """
    rows = _interpolation(picture.shape[0], shape[0])
    columns = _interpolation(picture.shape[1], shape[1])
    enlarged: Array = np.einsum("Ii,ijk,Jj->IJk", rows, picture, columns, optimize=True)
    return enlarged.astype(picture.dtype)


def _interpolation(n_old: int, n_new: int) -> Array:
    """Give the (n_new, n_old) matrix of linear interpolation between the centres of pixels."""
    centres = (np.arange(n_new) + 0.5) * (n_old / n_new) - 0.5
    distance = np.abs(np.clip(centres, 0, n_old - 1)[:, None] - np.arange(n_old))
    shares: Array = np.maximum(1 - distance, 0)
    return shares
