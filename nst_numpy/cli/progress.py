"""How a painting is coming along: a bar and the ledger on a terminal, plain lines elsewhere."""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

from rich import box
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from nst_numpy.appearance import share
from nst_numpy.backend import Computing
from nst_numpy.cli.streams import TELLING, attempted
from nst_numpy.large.strips import WATCHER
from nst_numpy.pace import Clock, Pace
from nst_numpy.settings import Settings
from nst_numpy.studio.pulls import MeasuredStep
from nst_numpy.stylize import Step

LINES = 20
"""How many lines a run prints where there is no terminal."""

BAR = 24
"""How many characters wide a bar is, where there is room."""

ROOM = 60
"""How many columns a terminal must have for a bar beside each share."""


def shown(
    steps: Iterable[Step], console: Console, settings: Settings, computing: Computing = Computing()
) -> Iterator[Step]:
    """Pass the steps on, and show each, as long as there is somebody to show it to.

    Parameters
    ----------
    steps : iterable of Step
    console : Console
        Where to show them. It must let a BrokenPipeError through.
    settings, computing
        With which they are made: how many there will be, and how long they will take.
    """
    progress = Progress(settings, computing)
    live = None
    if console.is_terminal and not console.is_dumb_terminal:
        live = Live(console=console, auto_refresh=False)
    watched = True

    def strip(words: str) -> None:
        nonlocal watched
        progress.strip = words
        if live and watched:
            watched = attempted(lambda: show_strip(progress, console, live))

    try:
        for step in strips_told(strip if live else None, steps):
            if progress.last and progress.last.scale != step.scale:
                finished(progress, console)
            progress.take(step)
            if watched:
                watched = attempted(lambda step=step: show(step, progress, console, live))  # type: ignore[misc]
            yield step
        finished(progress, console)
    finally:
        if live:
            attempted(live.stop)


def show(step: Step, progress: "Progress", console: Console, live: Live | None) -> None:
    """Show one step: renew what is in place on a terminal, or print a line now and then."""
    if step.scale > 1 and step is progress.first:
        n_H, n_W, _ = step.image.shape
        print_line(console, f"scale {step.scale} of {progress.scales}: {n_W} × {n_H} pixels, "
                            "whose J is another than that of the smaller picture")  # fmt: skip
    if step.note:
        print_line(console, f"iteration {step.iteration}: {step.note}")
    if live:
        live.start()
        live.update(Group(bar(step, progress, console), ledger(step, console)), refresh=True)
    elif step.iteration % max(1, progress.total // LINES) == 0 or step.iteration == progress.total:
        terms = "  ".join(f"{name} {cost:.3g}" for name, cost in step.cost.terms.items())
        print_line(console, f"{progress.words()}  J {step.cost.total:.4g} = {terms}")
        if isinstance(step, MeasuredStep):
            told = "  ".join(
                f"{name} {length:.2g} {step.pulls.angles[name]:.0f}°"
                for name, length in step.pulls.lengths.items()
            )
            print_line(console, f"  pulls at {step.measured_at}: {told}")


def strips_told(watcher: Callable[[str], object] | None, steps: Iterable[Step]) -> Iterator[Step]:
    """Pass the steps on; while each is made, the watcher is told which strip it is."""
    making = iter(steps)
    while True:
        token = WATCHER.set(watcher)
        try:
            step = next(making)
        except StopIteration:
            return
        finally:
            WATCHER.reset(token)
        yield step


def show_strip(progress: "Progress", console: Console, live: Live) -> None:
    """Renew the bar between two steps; before the first there is but the strip."""
    live.start()
    if last := progress.last:
        live.update(Group(bar(last, progress, console), ledger(last, console)), refresh=True)
    else:
        live.update(Text(progress.strip, no_wrap=True, overflow="crop"), refresh=True)


def finished(progress: "Progress", console: Console) -> None:
    """With --verbose, say how a scale went: its steps, from which J to which, and how long."""
    first, last = progress.first, progress.last
    if TELLING.verbose and first and last:
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
        part = cost / step.cost.total if step.cost.total else 0.0
        share_bar = [Text(full * round(BAR * part), "bar.complete")] if wide else []
        pull = [f"{pulls.lengths[name]:.2g}", f"{pulls.angles[name]:.0f}°"] if pulls else []
        table.add_row(name, f"{cost:.4g}", share(cost, step.cost.total), *pull, *share_bar)
    return table


def bar(step: Step, progress: "Progress", console: Console) -> Text:
    """Lay out how far it is, on one line."""
    words = progress.words()
    full, empty = "#." if console.options.ascii_only else "█░"
    width = max(0, min(BAR, console.width - len(words) - 2))
    done = width * step.iteration // max(progress.total, 1)
    return Text.assemble(
        (full * done, "bar.complete"), empty * (width - done), "  " if width else "", words,
        no_wrap=True, overflow="crop",
    )  # fmt: skip


class Progress:
    """How far a painting is, how fast it goes, and how long it will take at most.

    Parameters
    ----------
    settings : Settings
    computing : Computing
    """

    def __init__(self, settings: Settings, computing: Computing = Computing()) -> None:
        self.pace = Pace(settings, computing)
        self.total, self.scales = settings.iterations * settings.scales, settings.scales
        self.first: Step | None = None  # of this scale
        self.last: Step | None = None
        self.strip = ""  # which it is, of a picture in several

    def take(self, step: Step) -> None:
        """Look when a step came."""
        n_H, n_W, _ = step.image.shape
        self.pace.take(Clock(step.scale, step.iteration, step.evaluations, step.seconds, n_H, n_W))
        self.first = self.first if self.first and step.scale == self.first.scale else step
        self.last, self.strip = step, ""

    def words(self) -> str:
        """Say at which scale and how far it is, how fast, and how long it will take at most."""
        first, last = self.first, self.last
        if not first or not last:
            return ""
        words = f"{last.iteration:{len(str(self.total))}d}/{self.total}"
        if self.scales > 1:
            words = f"scale {last.scale}/{self.scales}  {words}"
        if self.strip:
            words += f"  {self.strip}"
        if evaluations := last.evaluations - first.evaluations:
            words += f"  {(last.seconds - first.seconds) / evaluations:.2f} s/evaluation"
        left = self.pace.left()
        if left is not None and last.iteration < self.total:
            words += f"  {timedelta(seconds=round(left))} left"
        return words


def print_line(console: Console, text: str) -> None:
    """Print one line as it is, however wide."""
    console.print(text, soft_wrap=True, markup=False, highlight=False)
