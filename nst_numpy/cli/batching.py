"""The command ``batch``: many photographs after the same styles, or one after many."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Annotated, Literal

from cyclopts import Parameter
from rich import box
from rich.table import Table
from rich.text import Text

from nst_numpy.cli.app import app, painted
from nst_numpy.cli.configuring import check_averaged, with_config
from nst_numpy.cli.keeping import Keeping, what_is_there
from nst_numpy.cli.naming import Force, Quiet, Verbose
from nst_numpy.cli.options import Options
from nst_numpy.cli.painting import Interrupted
from nst_numpy.cli.pictures import each_style
from nst_numpy.cli.signals import hear_again, stop_if_asked
from nst_numpy.cli.spelling import File, Named
from nst_numpy.cli.streams import Output, complain, say, telling, visible
from nst_numpy.errors import InputError
from nst_numpy.files.opening import size_and_memory
from nst_numpy.files.reading import first_bytes
from nst_numpy.files.writing import check_image_output, is_same
from nst_numpy.runs.grid import told

NAMED: dict[str, tuple[str, ...]] = {
    "png": (".png",), "jpg": (".jpg", ".jpeg"), "webp": (".webp",), "tif": (".tif", ".tiff")
}  # fmt: skip
"""A format as it is asked for, and the suffixes that photographs of it have."""


@dataclass
class Row:
    """What became of one painting."""

    path: Path
    size: str = ""
    J: str = ""
    seconds: str = ""
    result: str = "not begun"


@app.command(usage="Usage: nst_numpy batch FOLDER STYLE [STYLE ...] [OPTIONS]")
def batch(
    content: Named,
    /,
    *styles: Named,
    output: Annotated[Path, Parameter(alias="-o")] = Path("batch"),
    each: Annotated[bool, Parameter(negative=(), show_default=False)] = False,
    format: Literal["png", "jpg", "webp", "tif", "same"] = "png",
    weights: File = None,
    config: File = None,
    force: Force = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    options: Annotated[Options, Parameter(name="*")] = Options(),  # noqa: B008  (it is frozen)
) -> int:
    """Paint every photograph of a folder; exit code 1 if one could not be painted.

    What is finished is not painted again when it is run again. Where the paintings go into the
    folder of the photographs, they are not taken for photographs.

    Parameters
    ----------
    content
        The folder of photographs, or one photograph.
    styles
        The paintings; several blend. A folder stands for the pictures in it.
    output
        The folder for the paintings, CONTENT-STYLE.png each; it is made if it is not there.
    each
        Paint after each style by itself, instead of after all together.
    format
        Of the paintings; same for that of each photograph, or png where that cannot be written.
    weights
        An HDF5 file of VGG-19 to use instead of the embedded one.
    config
        A TOML file of options; those that are typed win over it.
    force
        Replace pictures that are there already.
    quiet
        Print errors, and where each picture is, and nothing else.
    verbose
        Print every option's value, too, and how each scale went.
    """
    if not styles:
        raise InputError("There is no style; name at least one painting after the photographs.")
    typed, options = options, with_config(options, config)
    check_averaged(typed.given, options)
    options.settings()
    if options.size == "max":
        raise InputError("A batch needs a size in pixels.")
    named = each_style(styles)
    groups = [[style] for style in named] if each else [named]
    photographs = photographs_in(content, output, [group[0] for group in groups], format)
    named_alone = [path for path in (content, *styles) if path in (*photographs, *named)]
    for path in (*named_alone, *(() if each else named)):
        size_and_memory(path)  # which refuses now what no painting could do without
    for path in filter(None, (*options.content_mask, *options.style_mask, weights)):
        first_bytes(path)
    work: list[tuple[Path, list[Path], Row]] = []
    for photograph in photographs:
        for group in groups:
            path = output / name_of(photograph, group[0], format)
            if path in [row.path for _, _, row in work]:
                raise InputError(f"Two paintings would be {path}; rename one of the pictures.")
            work.append((photograph, group, Row(path)))
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"The folder {output} cannot be made ({error.strerror}).") from error
    if format != "same":
        check_image_output(work[0][2].path, bits=options.bits)
    rows = [row for *_, row in work]
    try:
        with telling(quiet, verbose):
            for n, (photograph, group, row) in enumerate(work, 1):
                if not quiet:
                    say(f"{n} of {len(work)}: {row.path}")
                one(photograph, group, row, weights, options, force)
                stop_if_asked()
    except KeyboardInterrupt:
        raise Interrupted("Stopped; run it again to go on with the next.") from None
    finally:
        if not quiet:
            print_rows(rows)
    return 1 if any(row.result == "failed" for row in rows) else 0


def one(
    content: Path,
    styles: Sequence[Path],
    row: Row,
    weights: Path | None,
    options: Options,
    force: bool,
) -> None:
    """Paint one, unless it is there, and take down what became of it."""
    began = perf_counter()
    row.result = "stopped"  # unless one of the other ends comes first
    try:
        found = what_is_there(row.path, content, styles, weights, options)
        if found == "finished" and not force:
            row.result = "was there"
        else:
            again = force or found == "unfinished"
            painted(content, styles, row.path, weights, options, Keeping(), again)
            hear_again()
            row.result = "painted"
            row.seconds = f"{perf_counter() - began:.0f}"
        row.size, row.J = size_and_J(row.path)
    except (InputError, MemoryError) as error:
        row.result = "failed"
        hear_again()
        complain(str(error) or f"There is too little memory for {row.path}.")


def photographs_in(content: Path, output: Path, styles: Sequence[Path], format: str) -> list[Path]:
    """Return the photographs; paintings that went into the same folder are none.

    A painting is what says so of itself, or has the name that one of another photograph will have.

    Raises
    ------
    InputError
        If there is none, or the folder cannot be read.
    """
    found = each_style([content])
    if found == [content] or not is_same(content, output):
        return found
    names = {name_of(photograph, style, format) for photograph in found for style in styles}
    found = [path for path in found if path.name not in names and "inputs" not in told(path)]
    if not found:
        raise InputError(f"There is no photograph in the folder {content}, only paintings.")
    return found


def name_of(photograph: Path, style: Path, format: str) -> str:
    """Name the painting of a photograph after a style."""
    return f"{photograph.stem}-{style.stem}{suffix_for(photograph, format)}"


def suffix_for(photograph: Path, asked: str) -> str:
    """Return the suffix of a painting of the format that is asked for."""
    its_own = photograph.suffix.lower()
    if asked == "same":
        return its_own if any(its_own in suffixes for suffixes in NAMED.values()) else ".png"
    return NAMED[asked][0]


def size_and_J(path: Path) -> tuple[str, str]:
    """Return what the table shows of a picture: its size, and the J it says it has."""
    from PIL import Image

    with Image.open(path) as picture:
        n_W, n_H = picture.size
    result = told(path).get("result")
    J = result.get("J") if isinstance(result, dict) else None
    return f"{n_W} × {n_H}", f"{J:.4g}" if isinstance(J, float | int) else ""


def print_rows(rows: Sequence[Row]) -> None:
    """Print what became of each, and how many of each end there are."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("file", overflow="fold")
    for name in ("size", "J", "seconds"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("result", no_wrap=True)
    for row in rows:
        table.add_row(Text(visible(row.path.name)), row.size, row.J, row.seconds, row.result)
    Output().print(table)
    ends = dict.fromkeys(row.result for row in rows)
    counted = ", ".join(f"{sum(row.result == end for row in rows)} {end}" for end in ends)
    say(f"{len(rows)} paintings: {counted}.")
