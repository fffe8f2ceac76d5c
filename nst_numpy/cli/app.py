"""The commands, and what becomes of an error."""

import json
import sys
import warnings
from pathlib import Path
from typing import Annotated

from cyclopts import App, CycloptsError, Parameter
from rich.console import Console

from nst_numpy import __version__
from nst_numpy.checks import all_checks
from nst_numpy.cli.options import Options
from nst_numpy.cli.painting import Interrupted, paint, result
from nst_numpy.cli.tables import checks_json, checks_table, weights_table
from nst_numpy.errors import InputError
from nst_numpy.files.description import describe_weights
from nst_numpy.files.embedded import embedded
from nst_numpy.files.images import check_image_output, load_image
from nst_numpy.files.weights import load_weights
from nst_numpy.stylize import smallest_side

app = App(
    name="nst_numpy",
    help="Neural style transfer from scratch in NumPy. Without a command, it paints a demo.",
    version=__version__,
    version_flags=["--version"],
    result_action="return_value",
)

WeightsOption = Annotated[Path | None, Parameter(name="--weights")]

DEMO = Options(size=360, iterations=70)
DEMO_OUTPUT = Path("castle-church.png")


def demo() -> int:
    """Paint the castle that comes with the package after the church that comes with it."""
    say(
        f"Painting Eilean Donan castle after van Gogh's Church at Auvers into {DEMO_OUTPUT}: "
        f"{DEMO.size} pixels, {DEMO.scales} × {DEMO.iterations} iterations, a minute or two."
    )
    content = embedded("pictures/eilean-donan-castle.webp")
    style = embedded("pictures/church-at-auvers.webp")
    stylize(content, style, output=DEMO_OUTPUT, options=DEMO)
    say("Next: python -m nst_numpy stylize YOUR-PHOTO YOUR-PAINTING --output OUT.png")
    say("      python -m nst_numpy stylize --help shows everything that can be chosen.")
    return 0


@app.command(usage="Usage: nst_numpy stylize CONTENT STYLE [STYLE ...] [OPTIONS]")
def stylize(
    content: Path,
    /,
    *styles: Path,
    output: Annotated[Path | None, Parameter(alias="-o")] = None,
    weights: WeightsOption = None,
    options: Annotated[Options, Parameter(name="*")] = Options(),  # noqa: B008  (it is frozen)
) -> int:
    """Paint the content after one or more styles.

    Parameters
    ----------
    content
        The photograph.
    styles
        The paintings; several blend.
    output
        The painting: .png, .jpg, .webp or .tif. CONTENT-STYLE.png in this folder, if not given.
    weights
        An HDF5 file of VGG-19 to use instead of the embedded one.
    """
    if not styles:
        raise InputError("There is no style; name at least one painting after the photograph.")
    output = check_image_output(output or Path(f"{content.stem}-{styles[0].stem}.png"))
    side = smallest_side(options)
    photograph = load_image(content, options.size, smallest_side=side)
    paintings = [load_image(style, options.size, smallest_side=side) for style in styles]
    settings = options.settings(photograph.shape)
    step = paint(
        photograph, paintings, settings, load_weights(weights), output, Console(stderr=True)
    )
    say(f"{output}: {result(step)}.")
    return 0


@app.command
def check(
    *,
    as_json: Annotated[bool, Parameter(name="--json", negative=())] = False,
    weights: WeightsOption = None,
) -> int:
    """Hold every gradient against finite differences; exit code 1 if one fails.

    Parameters
    ----------
    as_json
        Print a list for a program to read, instead of a table.
    weights
        An HDF5 file of VGG-19 to use instead of the embedded one.
    """
    content = load_image(embedded("pictures/eilean-donan-castle.webp"), size=24)
    style = load_image(embedded("pictures/church-at-auvers.webp"), size=24)
    checks = list(all_checks(content, style, load_weights(weights)))
    if as_json:
        print(json.dumps(checks_json(checks), indent=2))
    else:
        Console().print(checks_table(checks))
    return 0 if all(check.holds for check in checks) else 1


@app.command(name="weights")
def show_weights(file: Path | None = None, /) -> int:
    """Tell what a weights file holds, layer by layer.

    Parameters
    ----------
    file
        An HDF5 file; the embedded VGG-19, if not given.
    """
    description = describe_weights(file)
    canonical = (
        "these are the canonical VGG-19 weights, as exactly as float16 can tell"
        if description.canonical
        else "these are not the canonical VGG-19 weights: the same shapes, other numbers"
    )
    say(f"{description.path}: {description.bytes:,} bytes, layout {description.layout}")
    say(f"sha256 {description.sha256}")
    Console().print(weights_table(description))
    say(f"numbers {description.fingerprint}: {canonical}")
    return 0


def say(text: str) -> None:
    """Print one line as it is, however wide."""
    print(text, flush=True)


def complain(message: object) -> None:
    """Print one line on standard error."""
    print(" ".join(str(message).split()), file=sys.stderr)


def main(arguments: list[str] | None = None) -> None:
    """Run a command and exit: 0 well, 1 a check failed, 2 a user's error, 130 interrupted."""
    warnings.showwarning = lambda message, *_, **__: complain(f"Note: {message}")
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        code = app(arguments, exit_on_error=False, print_error=False) if arguments else demo()
    except (CycloptsError, InputError) as error:
        complain(error)
        code = 2
    except Interrupted as stop:
        complain(stop)
        code = 130
    except KeyboardInterrupt:
        complain("Stopped before there was anything to save.")
        code = 130
    sys.exit(code)
