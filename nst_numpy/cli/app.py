"""The commands."""

from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

import nst_numpy as nst
from nst_numpy.canvas import mirrored
from nst_numpy.cli.benching import bench
from nst_numpy.cli.checking import check, show_weights
from nst_numpy.cli.configuring import check_averaged, tell_options, with_config
from nst_numpy.cli.explaining import explain
from nst_numpy.cli.keeping import CSV, Keeping, Previews, RunDir
from nst_numpy.cli.learning import learn
from nst_numpy.cli.naming import Force, Quiet, Verbose, free_name, refuse_existing
from nst_numpy.cli.options import GENERAL, Options
from nst_numpy.cli.painting import cost_of_file, drained, result
from nst_numpy.cli.pictures import each_style, load_styles, objective_of
from nst_numpy.cli.printing import filing_of, finish_of, in_print
from nst_numpy.cli.rehearsing import Rehearsed, rehearse
from nst_numpy.cli.saving import save
from nst_numpy.cli.series import check_series
from nst_numpy.cli.sizes import fitting, in_parts, vars_of
from nst_numpy.cli.spelling import File, Named
from nst_numpy.cli.streams import TELLING, Output, say, telling
from nst_numpy.cli.studio import Studio, check_trace
from nst_numpy.cli.texturing import texture
from nst_numpy.cli.translating import presets
from nst_numpy.easel.taking import scales_of_styles
from nst_numpy.errors import InputError, Vanished, check_number
from nst_numpy.files.embedded import embedded
from nst_numpy.files.images import load_image
from nst_numpy.files.weights import load_weights
from nst_numpy.files.writing import check_image_output, refuse_input
from nst_numpy.objective import SumOfTerms
from nst_numpy.runs.folder import RunFolder
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

app.command(check)
app.command(show_weights, name="weights")
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
    painted(content, [style], output, None, DEMO, Keeping(), force=False)
    say("Next: python -m nst_numpy stylize YOUR-PHOTO YOUR-PAINTING --output OUT.png")
    say("      python -m nst_numpy stylize --help shows everything that can be chosen.")
    return 0


@app.command(usage="Usage: nst_numpy stylize CONTENT [STYLE ...] [OPTIONS]")
def stylize(
    content: Named,
    /,
    *styles: Named,
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
    typed, options = options, with_config(options, config)
    check_averaged(typed.given, options)
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
    keeping.check(output, options.trace)
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
    computing = replace(options.computing, rows=fit.rows, strips=fit.strips, remember=fit.remember)
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
    parts = in_parts(fit, options.pairs, options.cluster)
    studio.begin(photograph.shape, fit.memory, settings, parts)
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
