"""How a painting is coming along: a bar and the ledger on a terminal, plain lines elsewhere."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from rich import box
from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table

from nst_numpy.stylize import Step

LINES = 20
"""How many lines a run prints where there is no terminal."""


def shown(steps: Iterable[Step], total: int, console: Console) -> Iterator[Step]:
    """Pass the steps on, and show each.

    Parameters
    ----------
    steps : iterable of Step
    total : int
        How many steps there will be after the first.
    console : Console
        Where to show them.
    """
    return (
        on_terminal(steps, total, console) if console.is_terminal else lines(steps, total, console)
    )


def on_terminal(steps: Iterable[Step], total: int, console: Console) -> Iterator[Step]:
    """Keep a bar and the ledger in place, renewed with each step."""
    with Live(console=console, auto_refresh=False) as live:
        for step in steps:
            if step.note:
                live.console.print(remark(step))
            live.update(Group(ledger(step), bar(step, total)), refresh=True)
            yield step


def lines(steps: Iterable[Step], total: int, console: Console) -> Iterator[Step]:
    """Print a line now and then, and every note."""
    every = max(1, total // LINES)
    for step in steps:
        if step.note:
            print_line(console, remark(step))
        if step.iteration % every == 0 or step.iteration == total:
            terms = "  ".join(f"{name} {cost:.3g}" for name, cost in shown_terms(step))
            print_line(console, f"{pace(step, total)}  J {step.cost.total:.4g} = {terms}")
        yield step


def ledger(step: Step) -> Table:
    """Lay out what each term adds to J, and its share."""
    table = Table(box=box.SIMPLE_HEAD, show_footer=True, pad_edge=False)
    table.add_column("term of J", "J")
    table.add_column("cost", f"{step.cost.total:.4g}", justify="right")
    table.add_column("share", "", justify="right")
    table.add_column("", "", width=24)
    for name, cost in shown_terms(step):
        share = cost / step.cost.total if step.cost.total else 0.0
        table.add_row(name, f"{cost:.4g}", f"{share:.0%}", ProgressBar(1.0, share, width=24))
    return table


def bar(step: Step, total: int) -> Table:
    """Lay out how far it is."""
    grid = Table.grid(padding=(0, 2))
    grid.add_row(ProgressBar(max(total, 1), step.iteration, width=24), pace(step, total))
    return grid


def shown_terms(step: Step) -> list[tuple[str, float]]:
    """Give the terms of J by name; the total variation only where it counts."""
    return [(name, cost) for name, cost in step.cost.terms.items() if name != "tv" or cost]


def pace(step: Step, total: int) -> str:
    """Say how far it is, how fast, and how long it will take at the pace of this size."""
    words = f"{step.iteration:{len(str(total))}d}/{total}"
    if step.evaluations:
        words += f"  {step.seconds / step.evaluations:.2f} s/evaluation"
    if 0 < step.iteration < total:
        left = round(step.seconds / step.iteration * (total - step.iteration))
        words += f"  {timedelta(seconds=left)} left"
    return words


def remark(step: Step) -> str:
    """Say what happened out of the ordinary."""
    return f"iteration {step.iteration}: {step.note}"


def print_line(console: Console, text: str) -> None:
    """Print one line as it is, however wide."""
    console.print(text, soft_wrap=True, markup=False, highlight=False)
