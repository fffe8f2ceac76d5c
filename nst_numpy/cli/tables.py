"""What ``check`` and ``weights`` print."""

from collections.abc import Sequence
from typing import Any

from rich import box
from rich.table import Table

from nst_numpy.checks import Check
from nst_numpy.checks.mutants import Outcome
from nst_numpy.files.description import WeightsDescription


def checks_table(checks: Sequence[Check]) -> Table:
    """One row for each check: what was seen beside what is allowed."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("gradient of")
    table.add_column("method")
    table.add_column("error", justify="right")
    table.add_column("allowed", justify="right")
    table.add_column("holds")
    for check in checks:
        table.add_row(
            check.name,
            check.method,
            f"{check.error:.1e}",
            f"{check.allowed:.0e}",
            verdict(check.holds),
        )
    return table


def checks_json(checks: Sequence[Check]) -> list[dict[str, Any]]:
    """Return the same rows for a program to read."""
    return [
        {
            "gradient": check.name,
            "method": check.method,
            "error": check.error,
            "allowed": check.allowed,
            "holds": check.holds,
        }
        for check in checks
    ]


def mutants_table(outcomes: Sequence[Outcome]) -> Table:
    """One row for each mistake: how large its error is, and how far the gradient is turned."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("mistake")
    table.add_column("gradient of")
    table.add_column("error", justify="right")
    table.add_column("angle", justify="right")
    table.add_column("caught")
    for outcome in outcomes:
        table.add_row(
            outcome.name,
            outcome.gradient_of,
            f"{outcome.error:.1e}",
            f"{outcome.angle:.0f}°",
            verdict(outcome.caught),
        )
    return table


def mutants_json(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Return the same rows for a program to read, with the sentence that says what is wrong."""
    return [
        {
            "mutant": outcome.name,
            "sentence": outcome.sentence,
            "gradient": outcome.gradient_of,
            "error": outcome.error,
            "allowed": outcome.allowed,
            "angle": outcome.angle,
            "caught": outcome.caught,
            "missed_with_ones": outcome.missed_with_ones,
            "needs_ties": outcome.needs_ties,
        }
        for outcome in outcomes
    ]


def verdict(good: bool) -> str:
    """Say yes or no, so that a no stands out."""
    return "[green]yes[/]" if good else "[bold red]NO[/]"


def weights_table(description: WeightsDescription) -> Table:
    """One row for each convolution."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_footer=True)
    table.add_column("layer", "16 layers")
    table.add_column("shape")
    table.add_column("stored as")
    table.add_column("parameters", f"{description.parameters:,}", justify="right")
    table.add_column("from … to", justify="right")
    table.add_column("rms", justify="right")
    for layer in description.layers:
        table.add_row(
            layer.layer,
            "×".join(map(str, layer.shape)),
            layer.dtype,
            f"{layer.parameters:,}",
            f"{layer.low:.3f} … {layer.high:.3f}",
            f"{layer.rms:.4f}",
        )
    return table
