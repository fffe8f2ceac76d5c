"""What the options of the studio do around a painting: balance, pulls, trace, what is kept."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rich import box
from rich.table import Table

from nst_numpy.arrays import Array
from nst_numpy.backend import Computing, kernels_to_compile
from nst_numpy.cli.options import Options, show_layers
from nst_numpy.cli.painting import paint
from nst_numpy.cli.saving import PLAIN, Filing
from nst_numpy.cli.streams import TELLING, Output, Screen, detail, note, say
from nst_numpy.errors import InputError, check_whole
from nst_numpy.files.trace import traced
from nst_numpy.files.writing import check_output, is_same, refuse_input
from nst_numpy.memory import gigabytes
from nst_numpy.network import Weights
from nst_numpy.objective import SumOfTerms
from nst_numpy.settings import Settings
from nst_numpy.studio.keeping import Keeping, averages, better, last, reassessed
from nst_numpy.studio.normalised import NormalisedGradients, check_optimizer
from nst_numpy.studio.pulls import Pulls, Watched, balanced, measured, pulls_at
from nst_numpy.stylize import Step

BEGINNING = b'{"scale": '
"""How every trace begins: only such a file is replaced by another trace."""


class Studio:
    """A run with the options of the studio, each of which may be left out.

    Parameters
    ----------
    options : Options
    computing : Computing
        What computes; of the options, but for what the memory decided.
    objective : callable
        What makes J without them.
    """

    def __init__(
        self, options: Options, computing: Computing, objective: Callable[..., SumOfTerms]
    ) -> None:
        self.options = options
        self.computing = computing
        check_whole("pulls", options.pulls)
        check_whole("averaged", options.averaged, 1)
        if options.normalise_gradients:
            objective = NormalisedGradients(objective)
        self.watched = Watched(objective)

    def begin(self, memory: int, settings: Settings, parts: str = "") -> None:
        """Say what a run takes, and in which parts, and refuse what cannot be done."""
        if self.options.normalise_gradients:
            check_optimizer(settings)
        note(f"About {gigabytes(memory)} of memory{parts}.")
        computing = self.computing
        detail(f"Computed by {computing.backend}, {computing.threads or 'all'} threads.")
        if kernels_to_compile(self.computing, settings.network):
            note("Compiling the kernels, which takes a few seconds.")

    def balanced(
        self, content: Array, styles: Sequence[Array], settings: Settings, weights: Weights
    ) -> Settings:
        """Balance the style layers, if that is asked for, and say which weights they get."""
        if not self.options.balance:
            return settings
        found = balanced(content, styles, settings, weights, self.computing, self.watched)
        (note if TELLING.quiet else say)(
            f"Balanced; the same again: --style-layers {show_layers(found.style_layers)}"
        )
        return found

    def measured(self, steps: Iterator[Step]) -> Iterator[Step]:
        """Measure the pulls now and then, and write the trace."""
        if self.options.pulls:
            steps = measured(steps, self.watched, self.options.pulls)
        return traced(steps, self.options.trace) if self.options.trace else steps

    def paint(
        self,
        steps: Iterator[Step],
        settings: Settings,
        shape: tuple[int, ...],
        output: Path,
        about: Callable[[Step, bool], str] = lambda *_: "",
        best: Step | None = None,
        touch: Callable[[Array], Array] = lambda image: image,
        filing: Filing = PLAIN,
    ) -> Step:
        """Paint, and save what is to be kept; see `painting.paint`."""
        total = settings.iterations * settings.scales
        screen = Screen(stderr=True, quiet=TELLING.quiet)
        step = paint(
            steps, total, shape, output, screen, settings.scales, self.keeping, self.finish,
            about, best, touch, filing,
        )  # fmt: skip
        if self.options.pulls and not TELLING.quiet:
            Output().print(pulls_table(pulls_at(self.watched.J, step.canvas)))
        return step

    @property
    def keeping(self) -> Keeping:
        """What is kept: where the gradient is not J's, the lowest J says nothing."""
        if self.options.keep == "average":
            return averages(self.options.averaged)
        normalised = self.options.normalise_gradients
        return last if self.options.keep == "last" or normalised else better

    def finish(self, step: Step) -> Step:
        """Find out the J of an average, which no optimizer has evaluated."""
        return reassessed(step, self.watched.J) if self.options.keep == "average" else step


def check_trace(trace: Path | None, output: Path | None, inputs: Sequence[Path | None]) -> None:
    """Refuse a trace that cannot be written, or that would be written over something else."""
    if trace is None:
        return
    check_output(trace)
    refuse_input(trace, inputs)
    if trace.exists() and first_line(trace) not in (b"", BEGINNING):
        raise InputError(f"{trace} is there already, and is no trace; choose another name.")
    if output and is_same(trace, output):
        raise InputError(f"{trace} is the painting's place, too; choose another one for the trace.")


def first_line(path: Path) -> bytes:
    """Return the beginning of a file, as much as a trace's is known by."""
    with path.open("rb") as file:
        return file.read(len(BEGINNING))


def pulls_table(pulls: Pulls) -> Table:
    """One row for each term: its cost, its share, its pull, and its angles with the others."""
    table = Table(box=box.SIMPLE_HEAD, show_footer=True, pad_edge=False)
    table.add_column("term of J", "J", no_wrap=True)
    table.add_column("cost", f"{pulls.cost.total:.4g}", justify="right")
    table.add_column("share", justify="right")
    table.add_column("pull", f"{pulls.length:.3g}", justify="right")
    table.add_column("with J", justify="right")
    for name in pulls.names:
        table.add_column(name, justify="right")
    for name, cosines in zip(pulls.names, pulls.cosines, strict=True):
        table.add_row(
            name,
            f"{pulls.cost.terms[name]:.4g}",
            f"{pulls.shares[name]:.0%}",
            f"{pulls.lengths[name]:.3g}",
            f"{pulls.angles[name]:.0f}°",
            *(f"{cosine:.2f}" for cosine in cosines),
        )
    return table
