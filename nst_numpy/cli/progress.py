"""How a painting is coming along: a bar and the ledger on a terminal, plain lines elsewhere."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from rich import box
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from nst_numpy.cli.streams import TELLING, attempted
from nst_numpy.studio.pulls import MeasuredStep
from nst_numpy.stylize import Step

LINES = 20
"""How many lines a run prints where there is no terminal."""

BAR = 24
"""How many characters wide a bar is, where there is room."""

ROOM = 60
"""How many columns a terminal must have for a bar beside each share."""


LARGER = 4
"""How much longer a step takes at a scale than at the one before: each side is twice as long."""

BEGINNING = 3
"""How many evaluations the beginning of a scale takes: the photograph and the styles, then J."""


def shown(steps: Iterable[Step], total: int, console: Console, scales: int = 1) -> Iterator[Step]:
    """Pass the steps on, and show each, as long as there is somebody to show it to.

    Parameters
    ----------
    steps : iterable of Step
    total : int
        How many steps there will be after the first, over all scales.
    console : Console
        Where to show them. It must let a BrokenPipeError through.
    scales : int
        How many sizes they go through.
    """
    pace = Pace(total, scales)
    first: Step | None = None
    last: Step | None = None
    live = None
    if console.is_terminal and not console.is_dumb_terminal:
        live = Live(console=console, auto_refresh=False)
    watched = True
    try:
        for step in steps:
            pace.take(step)
            if last and first and step.scale != first.scale:
                finished(first, last, console)
            first = first if first and step.scale == first.scale else step
            last = step
            if watched:
                watched = attempted(lambda step=step: show(step, pace, console, live))  # type: ignore[misc]
            yield step
        if last and first:
            finished(first, last, console)
    finally:
        if live:
            attempted(live.stop)


def show(step: Step, pace: "Pace", console: Console, live: Live | None) -> None:
    """Show one step: renew what is in place on a terminal, or print a line now and then."""
    if step.scale > 1 and step.iteration == pace.first:
        n_H, n_W, _ = step.image.shape
        print_line(console, f"scale {step.scale} of {pace.scales}: {n_W} × {n_H} pixels, "
                            "whose J is another than that of the smaller picture")  # fmt: skip
    if step.note:
        print_line(console, f"iteration {step.iteration}: {step.note}")
    if live:
        live.start()
        live.update(Group(bar(step, pace, console), ledger(step, console)), refresh=True)
    elif step.iteration % max(1, pace.total // LINES) == 0 or step.iteration == pace.total:
        terms = "  ".join(f"{name} {cost:.3g}" for name, cost in step.cost.terms.items())
        print_line(console, f"{pace.words(step)}  J {step.cost.total:.4g} = {terms}")
        if isinstance(step, MeasuredStep):
            told = "  ".join(
                f"{name} {length:.2g} {step.pulls.angles[name]:.0f}°"
                for name, length in step.pulls.lengths.items()
            )
            print_line(console, f"  pulls at {step.measured_at}: {told}")


def finished(first: Step, last: Step, console: Console) -> None:
    """With --verbose, say how a scale went: its steps, from which J to which, and how long."""
    if TELLING.verbose:
        text = (
            f"scale {first.scale} took {last.seconds - first.seconds:.1f} s: "
            f"{last.iteration - first.iteration} iterations, "
            f"{last.evaluations - first.evaluations} evaluations, "
            f"J {first.cost.total:.4g} to {last.lowest:.4g}"
        )
        attempted(lambda: print_line(console, text))


def ledger(step: Step, console: Console) -> Table:
    """Lay out what each term adds to J, and its share."""
    table = Table(box=box.SIMPLE_HEAD, show_footer=True, pad_edge=False)
    table.add_column("term of J", "J", no_wrap=True)
    table.add_column("cost", f"{step.cost.total:.4g}", justify="right", no_wrap=True)
    table.add_column("share", justify="right", no_wrap=True)
    pulls = step.pulls if isinstance(step, MeasuredStep) else None
    if pulls:
        table.add_column("pull", f"{pulls.length:.2g}", justify="right", no_wrap=True)
        table.add_column("with J", justify="right", no_wrap=True)
    wide = console.width >= ROOM + (20 if pulls else 0)
    if wide:
        table.add_column(width=BAR)
    full = "#" if console.options.ascii_only else "█"
    for name, cost in step.cost.terms.items():
        share = cost / step.cost.total if step.cost.total else 0.0
        share_bar = [Text(full * round(BAR * share), "bar.complete")] if wide else []
        pull = [f"{pulls.lengths[name]:.2g}", f"{pulls.angles[name]:.0f}°"] if pulls else []
        table.add_row(name, f"{cost:.4g}", f"{share:.0%}", *pull, *share_bar)
    return table


def bar(step: Step, pace: "Pace", console: Console) -> Text:
    """Lay out how far it is, on one line."""
    words = pace.words(step)
    full, empty = "#." if console.options.ascii_only else "█░"
    width = max(0, min(BAR, console.width - len(words) - 2))
    done = width * step.iteration // max(pace.total, 1)
    return Text.assemble(
        (full * done, "bar.complete"), empty * (width - done), "  " if width else "", words,
        no_wrap=True, overflow="crop",
    )  # fmt: skip


class Pace:
    """How fast the steps of this scale come, and what that means for those to come.

    Parameters
    ----------
    total : int
        Steps after the first, over all scales.
    scales : int

    Notes
    -----
    A step of the next scale takes `LARGER` times as long, as it has so many times the pixels; once
    two scales have been timed, as many times as long as it took there. A scale also begins: what
    the photograph and the styles come to, and the first J, take `BEGINNING` evaluations.
    """

    def __init__(self, total: int, scales: int) -> None:
        self.total, self.scales = total, scales
        self.first = -1  # the number of the scale's first step
        self._scale = 0
        self._began: tuple[float, int] = 0.0, 0
        self._step = self._evaluation = 0.0  # seconds of one
        self._before = 0.0  # seconds of one evaluation at the scale before, as measured
        self._growth = float(LARGER)

    def take(self, step: Step) -> None:
        """Look when a step came."""
        if step.scale != self._scale:  # what came before it, compiling too, is of no size
            larger = self._growth ** (step.scale - self._scale)
            self._before = self._evaluation
            self._step, self._evaluation = self._step * larger, self._evaluation * larger
            self._scale, self.first = step.scale, step.iteration
            self._began = step.seconds, step.evaluations
        elif step.iteration > self.first:
            seconds, evaluations = (
                now - then
                for now, then in zip((step.seconds, step.evaluations), self._began, strict=True)
            )
            self._step = seconds / (step.iteration - self.first)
            self._evaluation = seconds / max(1, evaluations)
            if self._before and self._evaluation:
                self._growth = self._evaluation / self._before

    def words(self, step: Step) -> str:
        """Say at which scale and how far it is, how fast, and how long it will take at most."""
        words = f"{step.iteration:{len(str(self.total))}d}/{self.total}"
        if self.scales > 1:
            words = f"scale {step.scale}/{self.scales}  {words}"
        if self._evaluation:
            words += f"  {self._evaluation:.2f} s/evaluation"
        if self._step and step.iteration < self.total:
            words += f"  {timedelta(seconds=round(self.left(step)))} left"
        return words

    def left(self, step: Step) -> float:
        """Predict the seconds to come: the steps of each scale, and its beginning."""
        each = self.total // self.scales
        finer: float = sum(self._growth**k for k in range(1, self.scales - step.scale + 1))
        here = self._step * (step.scale * each - step.iteration)
        return here + finer * (each * self._step + BEGINNING * self._evaluation)


def print_line(console: Console, text: str) -> None:
    """Print one line as it is, however wide."""
    console.print(text, soft_wrap=True, markup=False, highlight=False)
