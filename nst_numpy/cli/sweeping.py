"""The command ``sweep``: several values of some options, one painting each."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from rich import box
from rich.table import Table

from nst_numpy.cli.app import app, painted
from nst_numpy.cli.configuring import check_averaged, varied, with_config
from nst_numpy.cli.elsewhere import Elsewhere
from nst_numpy.cli.keeping import Keeping, what_is_there
from nst_numpy.cli.naming import Force, Quiet, Verbose, refuse_existing
from nst_numpy.cli.options import Options
from nst_numpy.cli.painting import Interrupted
from nst_numpy.cli.pictures import each_style
from nst_numpy.cli.printing import in_print
from nst_numpy.cli.signals import hear_again, stop_if_asked
from nst_numpy.cli.spelling import File, Named
from nst_numpy.cli.streams import Output, detail, say, telling
from nst_numpy.errors import InputError
from nst_numpy.files.writing import replacing
from nst_numpy.runs.grid import Sweep


@app.command(usage="Usage: nst_numpy sweep CONTENT STYLE [STYLE ...] --over NAME=A,B,… [OPTIONS]")
def sweep(
    content: Named,
    /,
    *styles: Named,
    over: Annotated[tuple[str, ...], Parameter(negative=(), show_default=False)] = (),
    output: Annotated[Path, Parameter(alias="-o")] = Path("sweep"),
    weights: File = None,
    config: File = None,
    force: Force = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    options: Annotated[Options, Parameter(name="*")] = Options(),  # noqa: B008  (it is frozen)
) -> int:
    """Paint with several values of some options: a contact sheet and a table.

    What is finished is not painted again when it is run again. With --cluster each worker paints
    one of them at a time, as a whole.

    Parameters
    ----------
    content
        The photograph.
    styles
        The paintings.
    over
        An option and its values, as in beta=1,10,100; may be given several times, for all pairs.
        Values that have commas themselves are parted by semicolons.
    output
        The folder for pictures, sheet.png and table.csv; it is made if it is not there.
    weights
        An HDF5 file of VGG-19 to use instead of the embedded one.
    config
        A TOML file of options; those that are typed win over it.
    force
        Paint all of them, and replace pictures that are there already.
    quiet
        Print errors, and where each picture is, and nothing else.
    verbose
        Print every option's value, too, and how each scale went.
    """
    typed, options = options, with_config(options, config)
    if options.size == "max":
        raise InputError("A sweep needs a size in pixels.")
    axes = dict(axis(text) for text in over)
    if len(axes) < len(over):
        raise InputError("A sweep goes over each option once.")
    made = Sweep(output, axes)
    all_options = [options] * len(made.cells)
    for n, cell in enumerate(made.cells):
        for name, text in cell.values.items():
            all_options[n] = varied(all_options[n], name, text)
        all_options[n] = in_print(all_options[n])
        all_options[n].settings()
    check_averaged({*typed.given, *axes}, *all_options)
    made.make()
    named = each_style(styles)
    elsewhere = Elsewhere(options.cluster) if options.cluster else None
    if elsewhere:
        all_options = [elsewhere.options(one) for one in all_options]
    there = [
        "nothing" if force else what_is_there(cell.path, content, named, weights, its_own)
        for cell, its_own in zip(made.cells, all_options, strict=True)
    ]
    if "another" in there:
        refuse_existing(made.cells[there.index("another")].path, force)
    if set(there) == {"nothing"} or made.loses():  # sheet and table are not of this sweep
        refuse_existing(output / "sheet.png", force)
        refuse_existing(output / "table.csv", force)
    done: list[int] = []
    say_it = detail if quiet else say
    count = len(made.cells)
    try:
        with telling(quiet, verbose):
            for n, (cell, its_own) in enumerate(zip(made.cells, all_options, strict=True)):
                if there[n] == "finished":
                    say_it(f"{n + 1} of {count}: {cell.label} is there.")
                elif elsewhere:
                    keeping = Keeping()
                    keeping.describe(content, named, weights, its_own)
                    elsewhere.send(n, its_own, keeping.inputs)
                    continue
                else:
                    say_it(f"{n + 1} of {count}: {cell.label}")
                    painted(content, styles, cell.path, weights, its_own, Keeping())
                    hear_again()
                done.append(n)
                stop_if_asked()
            for n, painting in elsewhere.paintings() if elsewhere else ():
                with replacing(made.cells[n].path) as temporary:
                    temporary.write_bytes(painting)
                say_it(f"{n + 1} of {count}: {made.cells[n].label}")
                done.append(n)
    except KeyboardInterrupt:
        raise Interrupted("Stopped; run it again to go on with the next.") from None
    finally:
        rows = made.write(done) if done else []
    if not quiet:
        print_rows(rows)
        say(f"{output / 'sheet.png'} and {output / 'table.csv'}: {len(done)} paintings.")
    return 0


def axis(text: str) -> tuple[str, list[str]]:
    """Read ``beta=1,10,100``."""
    name, equals, values = text.partition("=")
    name = name.strip().lstrip("-").replace("-", "_")
    if not name or not equals or not values:
        raise InputError(f"{text!r} is not an option and its values, as in beta=1,10,100.")
    return name, [value.strip() for value in values.split(";" if ";" in values else ",")]


def print_rows(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print the table, but for its costs term by term."""
    if not rows:
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    names = [name for name in rows[0] if " of " not in name and name != "file"]
    for name in names:
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        cells = (row.get(name, "") for name in names)
        table.add_row(*(f"{cell:.4g}" if isinstance(cell, float) else str(cell) for cell in cells))
    Output().print(table)
