"""The commands."""

import json
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

import nst_numpy as nst
from nst_numpy import blas
from nst_numpy.canvas import mirrored
from nst_numpy.checks import Check, all_checks
from nst_numpy.checks.mutants import check_mutants
from nst_numpy.cli.benching import bench
from nst_numpy.cli.configuring import tell_options, with_config
from nst_numpy.cli.explaining import explain
from nst_numpy.cli.keeping import CSV, Keeping, Previews, RunDir
from nst_numpy.cli.learning import learn
from nst_numpy.cli.naming import Force, Quiet, Verbose, free_name, refuse_existing
from nst_numpy.cli.options import GENERAL, File, Options
from nst_numpy.cli.painting import cost_of_file, drained, result
from nst_numpy.cli.pictures import each_style, load_styles, objective_of
from nst_numpy.cli.printing import filing_of, finish_of, in_print
from nst_numpy.cli.rehearsing import Rehearsed, rehearse
from nst_numpy.cli.saving import save
from nst_numpy.cli.series import check_series
from nst_numpy.cli.signals import stop_if_asked
from nst_numpy.cli.sizes import fitting, in_parts, vars_of
from nst_numpy.cli.streams import TELLING, Output, Screen, say, telling
from nst_numpy.cli.studio import Studio, check_trace
from nst_numpy.cli.tables import (
    checks_json,
    checks_table,
    mutants_json,
    mutants_table,
    weights_table,
)
from nst_numpy.cli.texturing import texture
from nst_numpy.cli.translating import presets
from nst_numpy.easel.taking import scales_of_styles
from nst_numpy.errors import InputError, Vanished, check_number
from nst_numpy.files.description import describe_weights
from nst_numpy.files.embedded import embedded
from nst_numpy.files.images import load_image
from nst_numpy.files.weights import load_weights
from nst_numpy.files.writing import check_image_output, refuse_input
from nst_numpy.objective import SumOfTerms
from nst_numpy.runs.folder import RunFolder
from nst_numpy.studio.cases import studio_checks
from nst_numpy.studio.colouring import recoloured, with_colours
from nst_numpy.stylize import Step, least_side

app = App(
    name="nst_numpy",
    help="Neural style transfer from scratch in NumPy. Without a command, it paints a demo.",
    version=nst.__version__,
    version_flags=["--version"],
    result_action="return_value",
    suppress_keyboard_interrupt=False,
    group_parameters=GENERAL,
    console=Output(),
)

app.command(bench)
app.command(learn)
app.command(texture, usage="Usage: nst_numpy texture STYLE [STYLE ...] [OPTIONS]")
app.command(presets, usage="Usage: nst_numpy presets [NAME] [OPTIONS]")
app.command(explain, usage="Usage: nst_numpy explain [NAME ...] [OPTIONS]")

DEMO = Options(size=360, iterations=40)
DEMO_OUTPUT = Path("castle-church.png")
"""Or the next free name: a painting that is there already is kept."""


@app.command
def demo() -> int:
    """Paint the castle that comes with the package after the church that comes with it."""
    say("Painting Eilean Donan castle after van Gogh's Church at Auvers")
    output = free_name(DEMO_OUTPUT)
    say(
        f"into {output}: {DEMO.size} pixels, {DEMO.scales} × {DEMO.iterations} iterations, "
        "a minute or two."
    )
    if output != DEMO_OUTPUT:
        say(f"({DEMO_OUTPUT} is there already, and stays as it is.)")
    say("Ctrl-C stops it and saves the best picture so far.")
    content = embedded("pictures/eilean-donan-castle.webp")
    style = embedded("pictures/church-at-auvers.webp")
    stylize(content, style, output=output, options=DEMO)
    say("Next: python -m nst_numpy stylize YOUR-PHOTO YOUR-PAINTING --output OUT.png")
    say("      python -m nst_numpy stylize --help shows everything that can be chosen.")
    return 0


@app.command(usage="Usage: nst_numpy stylize CONTENT [STYLE ...] [OPTIONS]")
def stylize(
    content: Path,
    /,
    *styles: Path,
    output: Annotated[File, Parameter(alias="-o")] = None,
    weights: File = None,
    run: RunDir = None,
    previews: Previews = None,
    csv: CSV = False,
    config: File = None,
    force: Force = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    dry_run: Annotated[bool, Parameter(negative=(), show_default=False)] = False,
    options: Annotated[Options, Parameter(name="*")] = Options(),  # noqa: B008  (it is frozen)
) -> int:
    """Paint a photograph in the manner of one or more paintings.

    With --beta 0 --start noise and no style, it paints the content again from its layers alone: a
    reconstruction. A style without a content is the command texture.

    Parameters
    ----------
    content
        The photograph.
    styles
        The paintings; several blend. A folder stands for the pictures in it.
    output
        The painting: .png, .jpg, .webp or .tif. CONTENT-STYLE.png in this folder, if not given.
    weights
        An HDF5 file of VGG-19 to use instead of the embedded one.
    run
        A new folder, in which everything is kept: `resume` goes on after whatever ended the run.
    previews
        With --run: every so many steps keep a small picture; about 60 in all, if not given.
    csv
        With --run: write the trace as a table, too.
    config
        A TOML file of options; those that are typed win over it.
    force
        Replace a picture that is there already.
    quiet
        Print errors, and where the picture is, and nothing else.
    verbose
        Print every option's value, too, and how each scale went.
    dry_run
        Check everything, and say how large the painting will be at each scale, what memory it takes
        and for how long; paint nothing.
    """
    keeping = Keeping(RunFolder(run) if run else None, previews, csv)
    options = with_config(options, config)
    with telling(quiet, verbose), suppress(Rehearsed):
        return painted(content, styles, output, weights, options, keeping, force, dry_run)
    return 0


def painted(
    content: Path,
    styles: Sequence[Path],
    output: Path | None,
    weights: Path | None,
    options: Options,
    keeping: Keeping,
    force: bool = True,
    dry_run: bool = False,
) -> int:
    """Do what `stylize` says, or go on with it."""
    output, step, shape, J = drained(
        painting(content, styles, output, weights, options, keeping, force, dry_run)
    )
    if TELLING.quiet:
        say(str(output))
        return 0
    say(f"{output}: {result(step, shape)}.")
    with suppress(
        InputError, MemoryError, Vanished
    ):  # the painting is saved: this line is an extra
        again = cost_of_file(output, step, J(), options.colours)
        say(f"Read again from the file, its J is {again:.4g}.")
    return 0


def painting(
    content: Path,
    styles: Sequence[Path],
    output: Path | None,
    weights: Path | None,
    options: Options,
    keeping: Keeping,
    force: bool = True,
    dry_run: bool = False,
) -> Generator[Step, None, tuple[Path, Step, tuple[int, ...], Callable[[], SumOfTerms]]]:
    """Paint step by step; return where it is saved, what, in which shape, and what makes its J."""
    if not styles and options.beta and options.style_layers:
        raise InputError("There is no style; name at least one painting after the photograph.")
    if not styles and options.start == "content":
        raise InputError(
            "Without a style the photograph itself has a J of 0; begin elsewhere: --start noise."
        )
    options = in_print(options)
    settings = options.settings()
    check_number("grain", options.grain)
    named = each_style(styles)
    other = named[0].stem if named else "again"
    keeping.check()
    if output or not keeping.folder:
        output = output or Path(f"{content.stem}-{other}.png")
        check_image_output(output, bits=options.bits)
    masks = [*options.content_mask, *options.style_mask]
    inputs = [content, *named, *masks, weights, options.start_file]
    if output:
        refuse_input(output, inputs)
        refuse_existing(output, force)
    check_trace(options.trace, output, inputs, force)
    check_series(options.save_every, output, force)
    scales = scales_of_styles(options.style_scale, len(named))
    tell_options(options)
    fit = fitting(options, [content, *named], [1.0, *scales])
    size = fit.size
    computing = replace(options.computing, rows=fit.rows, strips=fit.strips)
    side = least_side(settings)
    photograph = load_image(content, size, least_side=side)
    paintings = load_styles(named, size, scales, side)
    pairs = list(zip(named, paintings, strict=True))
    objective = objective_of(options, (content, photograph), pairs)
    if output:
        check_image_output(output, photograph.shape, options.bits)
    filing = filing_of(options, content, photograph.shape, [output, keeping.result])
    filing = replace(filing, new=not force)
    settings = replace(options.settings(photograph.shape), pairs=fit.pairs)
    colours = options.colours
    seen, paintings, settings = recoloured(colours, photograph, paintings, settings)
    trained = load_weights(weights, settings.network)
    studio = Studio(options, computing, objective)
    studio.begin(photograph.shape, fit.memory, settings, in_parts(fit, options.pairs))
    if dry_run:
        steps = nst.stylize(seen, paintings, settings, trained, computing, studio.watched)
        where = output or keeping.result or Path()
        rehearse(steps, photograph.shape, settings, computing, options, where)
        raise Rehearsed
    settings = studio.balanced(seen, paintings, settings, trained)
    keeping.describe(content, named, weights, options.but(**vars_of(fit, computing)))
    with keeping.of(settings, computing, studio.averaged):
        steps = nst.stylize(
            seen, paintings, settings, trained, computing, studio.watched, keeping.after
        )
        steps = with_colours(colours, photograph, settings.margin, studio.measured(steps))
        earlier = iter(step for step in (keeping.best, keeping.after) if step)
        seen_before = [*with_colours(colours, photograph, settings.margin, earlier)]
        best, last = seen_before if seen_before else (None, None)
        kept = studio.kept(last, best, keeping.pictures)
        place = keeping.result or output or Path()
        touch = finish_of(options, paintings)
        recorded = keeping.recorded(steps)
        step = yield from studio.painting(
            recorded, settings, photograph.shape, place, keeping.about, best, kept, touch, filing,
            output,
        )  # fmt: skip
    if output and output != place:
        save(touch(step.image), photograph.shape, output, keeping.about(step, False), filing)

    def J() -> SumOfTerms:
        studio.watched.forget()  # two at a time would take twice what was told
        canvas = mirrored(seen, settings.margin)
        return objective(canvas, paintings, settings, trained, computing=computing)

    return output or place, step, photograph.shape, J


@app.command
def check(
    *,
    mutants: Annotated[bool, Parameter(negative=(), show_default=False)] = False,
    as_json: Annotated[bool, Parameter(name="--json", negative=(), show_default=False)] = False,
    weights: File = None,
) -> int:
    """Compare every gradient with finite differences; exit code 1 if one is wrong.

    Parameters
    ----------
    mutants
        Check wrong gradients instead, each with one known mistake; exit code 1 if one passes.
    as_json
        Print a list for a program to read, instead of a table.
    weights
        An HDF5 file of VGG-19 to use instead of the embedded one.
    """
    with blas.limited(1):  # the matrices are small: more threads wait for each other, and cost time
        return check_all(mutants, as_json, weights)


def check_all(mutants: bool, as_json: bool, weights: Path | None) -> int:
    """Do what `check` says."""
    if mutants:
        return check_the_check(as_json)
    content = load_image(embedded("pictures/eilean-donan-castle.webp"), size=24)
    style = load_image(embedded("pictures/church-at-auvers.webp"), size=24)
    of_J = all_checks(content, style, load_weights(weights))
    checks = watched(chain(of_J, studio_checks()))
    if as_json:
        say(json.dumps(checks_json(checks), indent=2))
    else:
        Output().print(checks_table(checks))
    return 0 if all(check.holds for check in checks) else 1


def check_the_check(as_json: bool) -> int:
    """Check gradients with known mistakes against finite differences: each must be caught."""
    outcomes = list(check_mutants())
    if as_json:
        say(json.dumps(mutants_json(outcomes), indent=2))
    else:
        Output().print(mutants_table(outcomes))
        caught = sum(outcome.caught for outcome in outcomes)
        allowed = f"{outcomes[0].allowed:.0e}"
        say(f"{caught} of {len(outcomes)} mistakes caught: their error is above {allowed}.")
    return 0 if all(outcome.caught for outcome in outcomes) else 1


def watched(checks: Iterable[Check]) -> list[Check]:
    """Collect the checks; on a terminal, name the one just done."""
    console = Screen(stderr=True)
    on_terminal = console.is_terminal and not console.is_dumb_terminal
    done = []
    with console.status("Checking") if on_terminal else nullcontext() as status:
        for check in checks:
            stop_if_asked()
            done.append(check)
            if status:
                status.update(f"{len(done)} done, the last: {check.name}, {check.method}")
    return done


@app.command(name="weights")
def show_weights(file: Path | None = None, /) -> int:
    """Show what a weights file holds, layer by layer.

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
    Output().print(weights_table(description))
    say(f"numbers {description.fingerprint}: {canonical}")
    return 0
