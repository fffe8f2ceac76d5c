"""How a painting is coming along: a bar and the ledger on a terminal, plain lines elsewhere."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from rich import box
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from nst_numpy.cli.streams import attempted
from nst_numpy.stylize import Step

LINES = 20
"""How many lines a run prints where there is no terminal."""

BAR = 24
"""How many characters wide a bar is, where there is room."""

ROOM = 60
"""How many columns a terminal must have for a bar beside each share."""


def shown(steps: Iterable[Step], total: int, console: Console) -> Iterator[Step]:
    """Pass the steps on, and show each, as long as there is somebody to show it to.

    Parameters
    ----------
    steps : iterable of Step
    total : int
        How many steps there will be after the first.
    console : Console
        Where to show them. It must let a BrokenPipeError through.
    """
    live = None
    if console.is_terminal and not console.is_dumb_terminal:
        live = Live(console=console, auto_refresh=False)
    watched = True
    try:
        for step in steps:
            if watched:
                watched = attempted(lambda step=step: show(step, total, console, live))  # type: ignore[misc]
            yield step
    finally:
        if live:
            attempted(live.stop)


def show(step: Step, total: int, console: Console, live: Live | None) -> None:
    """Show one step: renew what is in place on a terminal, or print a line now and then."""
    if step.note:
        print_line(console, f"iteration {step.iteration}: {step.note}")
    if live:
        live.start()
        live.update(Group(bar(step, total, console), ledger(step, console)), refresh=True)
    elif step.iteration % max(1, total // LINES) == 0 or step.iteration == total:
        terms = "  ".join(f"{name} {cost:.3g}" for name, cost in step.cost.terms.items())
        print_line(console, f"{pace(step, total)}  J {step.cost.total:.4g} = {terms}")


def ledger(step: Step, console: Console) -> Table:
    """Lay out what each term adds to J, and its share."""
    table = Table(box=box.SIMPLE_HEAD, show_footer=True, pad_edge=False)
    table.add_column("term of J", "J", no_wrap=True)
    table.add_column("cost", f"{step.cost.total:.4g}", justify="right", no_wrap=True)
    table.add_column("share", justify="right", no_wrap=True)
    wide = console.width >= ROOM
    if wide:
        table.add_column(width=BAR)
    full = "#" if console.options.ascii_only else "█"
    for name, cost in step.cost.terms.items():
        share = cost / step.cost.total if step.cost.total else 0.0
        share_bar = [Text(full * round(BAR * share), "bar.complete")] if wide else []
        table.add_row(name, f"{cost:.4g}", f"{share:.0%}", *share_bar)
    return table


def bar(step: Step, total: int, console: Console) -> Text:
    """Lay out how far it is, on one line."""
    words = pace(step, total)
    full, empty = "#." if console.options.ascii_only else "█░"
    width = max(0, min(BAR, console.width - len(words) - 2))
    done = width * step.iteration // max(total, 1)
    return Text.assemble(
        (full * done, "bar.complete"), empty * (width - done), "  " if width else "", words,
        no_wrap=True, overflow="crop",
    )  # fmt: skip


def pace(step: Step, total: int) -> str:
    """Say how far it is, how fast, and how long it will take at the pace of this size."""
    words = f"{step.iteration:{len(str(total))}d}/{total}"
    if step.evaluations:
        words += f"  {step.seconds / step.evaluations:.2f} s/evaluation"
    if 0 < step.iteration < total:
        left = round(step.seconds / step.iteration * (total - step.iteration))
        words += f"  {timedelta(seconds=left)} left"
    return words


def print_line(console: Console, text: str) -> None:
    """Print one line as it is, however wide."""
    console.print(text, soft_wrap=True, markup=False, highlight=False)
