"""Paint, show how it goes, and save whatever happens."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from nst_numpy.arrays import Array
from nst_numpy.cli.progress import shown
from nst_numpy.errors import InputError
from nst_numpy.files.images import save_image
from nst_numpy.settings import Settings
from nst_numpy.stylize import Step, enlarge, stylize
from nst_numpy.vgg19 import Weights


class Interrupted(Exception):  # noqa: N818  (nothing is wrong: somebody pressed Ctrl-C)
    """Somebody stopped the run; what there was has been saved."""


def paint(
    content: Array,
    styles: Sequence[Array],
    settings: Settings,
    weights: Weights,
    output: Path,
    progress: Console,
) -> Step:
    """Paint and save the best picture, also if the run is cut short.

    Raises
    ------
    Interrupted
        After Ctrl-C, if there was something to save.
    InputError
        If the cost was no longer a number. The best picture before that is saved.
    """
    best: Step | None = None
    end: KeyboardInterrupt | FloatingPointError | None = None
    steps = stylize(content, styles, settings, weights)
    try:
        for step in shown(steps, settings.iterations * settings.scales, progress):
            best = better(step, best)
    except (KeyboardInterrupt, FloatingPointError) as error:
        end = error
    if best is None:
        raise end or InputError("Nothing was painted.")
    image = best.image if best.image.shape == content.shape else enlarge(best.image, content.shape)
    save_image(image, output)
    if isinstance(end, KeyboardInterrupt):
        raise Interrupted(f"Stopped; {output} holds the best picture so far: {result(best)}.")
    if end:
        raise InputError(f"{end} {output} holds the best picture before that.")
    return best


def better(step: Step, best: Step | None) -> Step:
    """Choose the lower J of two steps; costs at two scales are not compared, the larger wins."""
    if best is None or step.scale > best.scale or step.cost.total < best.cost.total:
        return step
    return best


def result(step: Step) -> str:
    """Say what came out: the iteration, its J, and how long it took."""
    n_H, n_W, _ = step.image.shape
    return (
        f"{n_W} × {n_H} pixels, iteration {step.iteration}, J = {step.cost.total:.4g}, "
        f"after {step.seconds:.0f} s"
    )
