"""From two pictures to a painting: the starts, the scales, and one Step after the other."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

import numpy as np

from nst_numpy.appearance import png, size
from nst_numpy.arrays import Array
from nst_numpy.backend import Computing
from nst_numpy.bounds import bounds_forward, bounds_inverse, within_bounds
from nst_numpy.canvas import check_picture, enlarge, halve, mirrored
from nst_numpy.errors import InputError, check_kind
from nst_numpy.large.shelves import store_of
from nst_numpy.memory import check_allowed, check_together, fitted
from nst_numpy.metric import Metric
from nst_numpy.network import Weights
from nst_numpy.objective import Cost, Objective, SumOfTerms, check_arguments, shares_of_styles
from nst_numpy.optimizers import LBFGS, OPTIMIZERS, Optimizer, State, iterates, optimizer_of
from nst_numpy.optimizers.in_parts import LBFGSInParts
from nst_numpy.settings import Settings

NOISE = 0.05
"""Standard deviation of the noise start, around gray. What the network hardly sees stays in the
picture: with more, fine noise is left over; with less, there is less of it than in a painting."""
FINER_NOISE = 0.03
"""The same, for the noise added when a finer scale begins: enlarging makes nothing fine."""
WINDOW = 10
"""How many steps back we look, to see whether a scale still gains."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One picture on the way to the painting; `stylize` can go on from it.

    It holds what the optimizer remembers: whoever collects pictures keeps copies of `image`.

    Attributes
    ----------
    state
        Where the optimizer is: its x holds the numbers from which G is made, or G itself.
    canvas
        G, shape (n_H + 2·margin, n_W + 2·margin, 3): RGB in [0, 1], if it is painted in bounds.
        Read-only: change a copy.
    margin
        How many pixels of G lie beyond each edge of the picture.
    scale
        Which scale this is, 1 for the coarsest; the last has the content's size.
    iteration
        How many steps the optimizer has made, over all scales: 0 for the start. The start of a
        finer scale has the number of the last step of the coarser one.
    evaluations
        How often J and dJ/dG have been evaluated, over all scales.
    seconds
        Time since the beginning.
    best, lowest
        The G of this scale's lowest J so far, from which the next scale begins; and that J.
    recent
        The J of this step and of those before it at this scale, the last `WINDOW` + 1 of them.
    note
        Anything out of the ordinary on the way here; or why this is the last step of its scale.

    Examples
    --------
    >>> import nst_numpy as nst
    >>> cat, cafe = nst.examples()["cat"], nst.examples()["cafe"]
    >>> few = nst.Settings(iterations=1, scales=1)
    >>> *_, step = nst.steps(cat, cafe, few, size=32)
    >>> step.iteration, step.image.shape, step.cost.total < 1e9
    (1, (21, 32, 3), True)
    """

    state: State
    canvas: Array
    margin: int
    scale: int
    iteration: int
    evaluations: int
    seconds: float
    best: Array
    lowest: float
    recent: tuple[float, ...] = ()
    note: str = ""

    @property
    def image(self) -> Array:
        """The picture without its margin: (n_H, n_W, 3), a view of the canvas."""
        n_H, n_W, _ = self.canvas.shape
        return self.canvas[self.margin : n_H - self.margin, self.margin : n_W - self.margin]

    @property
    def cost(self) -> Cost:
        """The ledger of J at this canvas."""
        ledger: Cost = self.state.value
        return ledger

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(scale {self.scale}, iteration {self.iteration}: "
            f"J = {float(self.state.value):.4g}, {size(self.image)}, {self.seconds:.1f} s)"
        )

    def _repr_png_(self) -> bytes:
        """Show the picture in a notebook."""
        return png(self.image)


def stylize(
    content: Array,
    styles: Sequence[Array],
    settings: Settings,
    weights: Weights,
    computing: Computing = Computing(),
    objective: Callable[..., SumOfTerms] = Objective,
    after: Step | None = None,
) -> Iterator[Step]:
    """Paint: minimise J over the pixels of G, and yield every picture on the way.

    Nothing is computed until the first step is asked for, and nothing more after the last. On one
    kind of processor, with the same number of threads, the same pictures and settings give the
    same steps, byte for byte.

    Parameters
    ----------
    content : ndarray, shape (n_H, n_W, 3)
        RGB in [0, 1]; the painting has its shape, and a margin around it while it is painted.
    styles : sequence of ndarray, each of shape (any, any, 3)
    settings : Settings
    weights : mapping, layer -> (weight, bias)
        From `load_weights`.
    computing : Computing
        What computes it.
    objective : callable
        What makes the J of a scale; it takes what `Objective` takes. For one more term: a function
        that makes that `Objective`, J, and returns ``J.with_terms([*J.terms, mine])``.
    after : Step, optional
        Go on after this step, of the same pictures and settings, instead of from the start. Where
        its state is a plain `State`, the optimizer begins anew at its x, and yields that, too.

    Yields
    ------
    Step
        The start of each scale, then one for each iteration.

    Raises
    ------
    InputError
        If a picture or a setting cannot be used, or too little memory is allowed.
    FloatingPointError
        If J is no longer a number, which means that the learning rate is too large.

    Examples
    --------
    >>> import nst_numpy as nst
    >>> cat, cafe = (nst.load_image(nst.examples()[name], size=32) for name in ("cat", "cafe"))
    >>> few = nst.Settings(iterations=1, scales=1)
    >>> for step in nst.stylize(cat, [cafe], few, nst.load_weights()):
    ...     print(step.iteration, step.image.shape)
    0 (21, 32, 3)
    1 (21, 32, 3)
    """
    styles = check_order(content, styles, settings, weights, computing, objective)
    if after is not None:
        check_kind("after", after, Step)
    began = perf_counter() - (after.seconds if after else 0.0)
    earlier = after.evaluations - after.state.evaluations if after else 0
    kind = OPTIMIZERS[settings.optimizer].kind
    fits = after and (isinstance(after.state, kind) or type(after.state) is State)
    if after and not (fits and after.scale <= settings.scales):
        raise InputError("The step to go on after was made with other settings.")
    if after:
        check_after(after, settings)
    canvas = mirrored(content, settings.margin)
    best = start_picture(content, settings)
    for scale in range(after.scale if after else 1, settings.scales + 1):
        halvings = settings.scales - scale
        halved = [halve(picture, halvings) for picture in (canvas, *styles)]
        chosen, here = settings, computing
        if computing.memory:
            inner = tuple(side - 2 * settings.margin for side in halved[0].shape[:2])
            chosen, here = fitted(inner, settings, computing, int(1e9 * computing.memory))
        J = objective(halved[0], halved[1:], chosen, weights, computing=here)
        optimizer = optimizer_for(J.shape, chosen, here)
        function = within_bounds(J) if settings.bounds else J
        start: Array | State
        if after and scale == after.scale:
            if after.state.x.shape != J.shape:
                raise InputError("The step to go on after was made of another size.")
            start, best, lowest, first = after.state, after.best, after.lowest, after.iteration
            recent = after.recent
            if type(start) is State:
                start, earlier = start.x, after.evaluations
        else:
            best = halve(best, halvings) if scale == 1 else enlarge(best, J.shape, J.periodic)
            if scale > 1 and isinstance(settings.start, str) and settings.start == "noise":
                best = noise(J.shape, (settings.seed, scale), around=best, size=FINER_NOISE)
            start = bounds_inverse(best) if settings.bounds else best
            lowest, first, recent = math.inf, (scale - 1) * settings.iterations, ()
        numbers = range(first, scale * settings.iterations + 1)
        for number, state in zip(numbers, iterates(optimizer, function, start), strict=False):
            if state is not start:  # else that step is there already
                G = bounds_forward(state.x) if settings.bounds else state.x.view()
                G.flags.writeable = False  # it is where the next scale, or step, begins
                if float(state.value) < lowest:
                    best, lowest = G, float(state.value)
                recent = (*recent[-WINDOW:], float(state.value))
                yield Step(
                    state=state,
                    canvas=G,
                    margin=settings.margin // 2**halvings,
                    scale=scale,
                    iteration=number,
                    evaluations=earlier + state.evaluations,
                    seconds=perf_counter() - began,
                    best=best,
                    lowest=lowest,
                    recent=recent,
                    note=state.note or gains_no_more(recent, settings.gain),
                )
            if gains_no_more(recent, settings.gain):
                break
        earlier += state.evaluations
        del J, function  # their kernels and arrays, before the next scale has its own


def check_after(step: Step, settings: Settings) -> None:
    """Refuse settings with fewer iterations than a step has behind it."""
    if step.iteration > step.scale * settings.iterations:
        raise InputError(
            f"There have been {step.iteration} steps up to scale {step.scale}; "
            f"{settings.iterations} at each are fewer. "
            f"Ask for {-(-step.iteration // step.scale)} at least."
        )


def optimizer_for(
    shape: tuple[int, ...], settings: Settings, computing: Computing = Computing()
) -> Optimizer:
    """Make the optimizer for pictures of a shape."""
    optimizer = optimizer_of(settings.optimizer, settings.learning_rate, settings.pairs)
    if isinstance(optimizer, LBFGS) and computing.remember == "workers":
        optimizer = LBFGSInParts(**vars(optimizer), store=store_of(computing))
    if settings.metric:
        optimizer = replace(optimizer, metric=Metric(shape, settings.metric))
    return optimizer


def gains_no_more(recent: Sequence[float], gain: float) -> str:
    """Say so, if the last `WINDOW` steps have lowered J by less than a share of it."""
    if len(recent) > WINDOW and min(recent) > (1 - gain) * recent[0]:
        return f"{WINDOW} steps have lowered J by less than {gain:.2g} of it; enough of this scale"
    return ""


def check_order(
    content: Any, styles: Any, settings: Any, weights: Any, computing: Any, objective: Any
) -> list[Array]:
    """Refuse what `stylize` cannot paint from; return the styles as a list."""
    pictures = check_arguments(content, styles, settings, weights, computing)
    if isinstance(objective, SumOfTerms) or not callable(objective):
        raise InputError("objective must be a function that makes J, as Objective does.")
    check_together(content.shape, settings, computing)
    if objective is Objective:  # what another one takes is not known
        check_picture("The content", content)
        for style in pictures:
            check_picture("A style", style)
        if pictures:
            shares_of_styles(settings, len(pictures))  # or they are refused
        check_allowed([one.shape for one in (content, *pictures)], settings, computing)
    return pictures


def start_picture(content: Array, settings: Settings) -> Array:
    """Make the canvas to start from: float32, the content's shape with the margin around it.

    Raises
    ------
    InputError
        If the start is a picture of a different shape from the content.
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
        return noise(canvas.shape, settings.seed)
    if settings.start == "gray":
        return np.full_like(canvas, 0.5)
    return canvas


def noise(
    shape: tuple[int, ...],
    seed: int | tuple[int, ...] = 0,
    around: Array | float = 0.5,
    size: float = NOISE,
) -> Array:
    """Make one colour, gray if not given, with noise: every number on its own, of this size."""
    drawn = np.random.default_rng(seed).standard_normal(shape, np.float32)
    made: Array = (around + size * drawn).astype(np.float32)
    return made


def least_side(settings: Settings) -> int:
    """Return how many pixels each side of content and style must have for these settings."""
    for_network = settings.network.least_side(settings.taps) * 2 ** (settings.scales - 1)
    return int(max(for_network, settings.margin))
