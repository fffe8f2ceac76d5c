"""What the options of the studio do around a painting: balance, pulls, trace, what is kept."""

from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path

from rich import box
from rich.table import Table

from nst_numpy.arrays import Array
from nst_numpy.backend import COMPILING, Computing, kernels_to_compile
from nst_numpy.canvas import enlarge
from nst_numpy.cli.naming import refuse_existing
from nst_numpy.cli.options import Options
from nst_numpy.cli.painting import painting
from nst_numpy.cli.saving import PLAIN, Filing
from nst_numpy.cli.series import saved_on_the_way
from nst_numpy.cli.spelling import show_layers
from nst_numpy.cli.streams import TELLING, Output, Screen, complain, detail, note, say
from nst_numpy.errors import InputError, check_whole
from nst_numpy.files.images import save_image
from nst_numpy.files.trace import traced
from nst_numpy.files.writing import check_output, is_same, refuse_input
from nst_numpy.memory import gigabytes
from nst_numpy.network import Weights
from nst_numpy.objective import SumOfTerms
from nst_numpy.settings import Settings
from nst_numpy.studio.keeping import Keeping, average_of, averages, better, last, reassessed
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

    def begin(
        self, shape: tuple[int, ...], memory: int, settings: Settings, parts: str = ""
    ) -> None:
        """Say how large a painting will be, what it takes, and refuse what cannot be done."""
        if self.options.normalise_gradients:
            check_optimizer(settings)
        note(f"{shape[1]} × {shape[0]} pixels; about {gigabytes(memory)} of memory{parts}.")
        computing = self.computing
        detail(f"Computed by {computing.backend}, {computing.threads or 'all'} threads.")
        if kernels_to_compile(self.computing, settings.network):
            note(COMPILING)

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
        return traced(steps, self.options.trace, complain) if self.options.trace else steps

    def painting(
        self,
        steps: Iterator[Step],
        settings: Settings,
        shape: tuple[int, ...],
        output: Path,
        about: Callable[[Step, bool], str] = lambda *_: "",
        best: Step | None = None,
        kept: Step | None = None,
        touch: Callable[[Array], Array] = lambda image: image,
        filing: Filing = PLAIN,
        beside: Path | None = None,
    ) -> Generator[Step, None, Step]:
        """Paint, and save what is to be kept; see `painting.painting`.

        Pictures on the way lie beside the painting, or beside another of its files.
        """
        if every := self.options.save_every:

            def write(image: Array, path: Path) -> None:
                picture = touch(image)
                picture = picture if picture.shape == shape else enlarge(picture, shape)
                save_image(picture, path, "", filing.carried, filing.bits, filing.new)

            steps = saved_on_the_way(steps, every, beside or output, write)
        screen = Screen(stderr=True, quiet=TELLING.quiet)
        step = yield from painting(
            steps, settings, self.computing, shape, output, screen, self.keeping, self.finish,
            about, best, kept, touch, filing,
        )  # fmt: skip
        if self.options.pulls and not TELLING.quiet:
            Output().print(pulls_table(pulls_at(self.watched.J, step.canvas)))
        return step

    @property
    def averaged(self) -> int:
        """How many pictures are averaged, if that is what is saved."""
        return self.options.averaged if self.options.keep == "average" else 0

    def kept(
        self, last: Step | None, best: Step | None, pictures: tuple[Array, ...]
    ) -> Step | None:
        """Return what an earlier process kept: its best step, its last, or an average."""
        if last and self.averaged and pictures:
            return average_of(last, pictures)
        return best if self.keeping is better else last

    @property
    def keeping(self) -> Keeping:
        """What is kept: where the gradient is not J's, the lowest J says nothing."""
        if self.averaged:
            return averages(self.averaged)
        normalised = self.options.normalise_gradients
        return last if self.options.keep == "last" or normalised else better

    def finish(self, step: Step) -> Step:
        """Find out the J of an average, which no optimizer has evaluated."""
        return reassessed(step, self.watched.J) if self.averaged else step


def check_trace(
    trace: Path | None, output: Path | None, inputs: Sequence[Path | None], force: bool
) -> None:
    """Refuse a trace that cannot be written, or that would be written over something else."""
    if trace is None:
        return
    check_output(trace)
    refuse_input(trace, inputs)
    if trace.exists() and first_line(trace) not in (b"", BEGINNING):
        raise InputError(f"{trace} is there already, and is no trace; choose another name.")
    if output and is_same(trace, output):
        raise InputError(f"{trace} is the painting's place, too; choose another one for the trace.")
    refuse_existing(trace, force)


def first_line(path: Path) -> bytes:
    """Return the beginning of a file, as much as a trace's is known by."""
    with path.open("rb") as file:
        return file.read(len(BEGINNING))


def pulls_table(pulls: Pulls) -> Table:
    """One row for each term: its cost, its share, its pull, and its angles with the others.

    It fits into 80 columns for six terms: over the cosines, conv4_1 is 4_1.
    """
    table = Table(box=box.SIMPLE_HEAD, show_footer=True, padding=0)
    table.add_column("term of J", "J", no_wrap=True)
    table.add_column("cost", f"{pulls.cost.total:.4g}", justify="right", no_wrap=True)
    table.add_column("share", justify="right")
    table.add_column("pull", f"{pulls.length:.3g}", justify="right", no_wrap=True)
    table.add_column("with J", justify="right", no_wrap=True)
    for name in pulls.names:
        table.add_column(name.removeprefix("conv"), justify="right", no_wrap=True)
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
