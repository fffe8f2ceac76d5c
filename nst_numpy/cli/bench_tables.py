"""What ``bench`` prints."""

from collections.abc import Mapping, Sequence

from rich import box
from rich.table import Table

from nst_numpy.bench.evaluations import Needed, geometric_mean
from nst_numpy.bench.measure import LayerTime, Result
from nst_numpy.bench.octaves import Fineness
from nst_numpy.bench.quality import Race
from nst_numpy.spectrum import octave_edges


def table_of(columns: Sequence[str], words: int = 1, title: str = "") -> Table:
    """Begin a table; all columns but the first hold numbers, or all but the first few."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title=title, title_justify="left")
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number < words else "right")
    return table


def speed_table(results: Sequence[Result]) -> Table:
    """Lay out one row for each size."""
    names = results[0].names
    columns = [column for name in names for column in (f"{name}: s", "µs/pixel", "MiB")]
    table = table_of(["size", *columns, *(("time", "memory") if len(names) > 1 else ())])
    for result in results:
        cells = [f"{result.n_H}²"]
        for seconds, memory in zip(result.medians, result.memory, strict=True):
            cells.append(f"{seconds:.3f}")
            cells.append(f"{1e6 * seconds / (result.n_H * result.n_W):.2f}")
            cells.append(f"{memory / 2**20:.0f}")
        if len(names) > 1:
            cells += [f"{result.ratio:.2f} ×", f"{result.memory_ratio:.2f} ×"]
        table.add_row(*cells)
    return table


def layers_table(times: Sequence[LayerTime]) -> Table:
    """Lay out one row for each layer; the speed counts the definition's operations."""
    table = table_of(["layer", "shape", "up: ms", "down: ms", "GFLOP/s", "MiB"], words=2)
    for row in times:
        n_H, n_W, n_C = row.shape
        speed = f"{row.speed / 1e9:.0f}" if row.operations else ""
        memory = f"{4 * n_H * n_W * n_C / 2**20:.1f}"
        table.add_row(
            row.layer, f"{n_H}×{n_W}×{n_C}", f"{1e3 * row.up:.1f}", f"{1e3 * row.down:.1f}", speed,
            memory,
        )  # fmt: skip
    return table


def race_table(race: Race) -> Table:
    """Lay out one row for each contestant: when it reached the goal, and how far it came."""
    table = table_of(
        ["", "ready: s", "goal: s", "evaluations", "s each", "best J", "after"],
        title=f"{race.n_H}²: the goal is J = {race.goal:.5g}, the best {race.best:.5g} and 5 %",
    )
    for trace in race.traces:
        there, last = trace.reaches(race.goal), trace.points[-1]
        table.add_row(
            trace.name,
            f"{trace.setup:.1f}",
            f"{there.seconds:.1f}" if there else "not reached",
            f"{there.evaluations}" if there else "",
            f"{last.seconds / last.evaluations:.3f}",
            f"{trace.best.J:.5g}",
            f"{trace.best.evaluations}",
        )
    if race.ratio:
        table.add_section()
        table.add_row("ratio", "", f"{race.ratio:.2f} ×")
    return table


def evaluations_table(side: int, rows: Sequence[Needed]) -> Table:
    """Lay out one row for each pair of pictures, and the geometric means."""
    table = table_of(
        ["content", "style", "plain", "J saved", "saved/J", "default", "share", "saved/J"],
        words=2,
        title=f"{side}²: evaluations of the default settings to what plain L-BFGS saves",
    )
    for row in rows:
        table.add_row(
            row.content, row.style, f"{row.plain_evaluations}", f"{row.J:.5g}",
            f"{row.plain_loss:.3f}", f"{'' if row.reached else '> '}{row.evaluations}",
            f"{row.share:.2f}", f"{row.loss:.3f}",
        )  # fmt: skip
    means = [
        geometric_mean([getattr(row, name) for row in rows])
        for name in ("plain_loss", "evaluations", "share", "loss")
    ]
    table.add_section()
    plain_loss, evaluations, share, loss = means
    table.add_row(
        "geometric mean", "", "", "", f"{plain_loss:.3f}", f"{evaluations:.1f}", f"{share:.2f}",
        f"{loss:.3f}",
    )  # fmt: skip
    return table


def octaves_table(side: int, measured: Mapping[str, Fineness]) -> Table:
    """Lay out one row for each octave, the finest first, and the grain where a picture is flat."""
    table = table_of(
        ["cycles per pixel", *measured], title=f"{side}²: where in a picture the energy is, in %"
    )
    edges = octave_edges()
    shares = [one.shares for one in measured.values()]
    for high, low, *row in zip(edges, edges[1:], *shares, strict=False):
        table.add_row(f"{low:.3f} to {high:.3f}", *(f"{100 * share:.1f}" for share in row))
    table.add_section()
    for name in ("light", "colour"):
        grains = (f"{getattr(one, name):.2f}" for one in measured.values())
        table.add_row(f"grain in {name}, of 255", *grains)
    return table
