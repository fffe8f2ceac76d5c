"""The command that paints a texture: a style, and nothing else."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, make_dataclass, replace
from pathlib import Path
from typing import Annotated, Any, get_args

import numpy as np
from cyclopts import Parameter, Token

from nst_numpy.cli.configuring import check_averaged, tell_options, with_config
from nst_numpy.cli.naming import Force, Quiet, Verbose, refuse_existing
from nst_numpy.cli.options import Options
from nst_numpy.cli.painting import cost_of_file, drained, result
from nst_numpy.cli.pictures import each_style, load_styles
from nst_numpy.cli.saving import Filing
from nst_numpy.cli.series import check_series
from nst_numpy.cli.sizes import refuse_too_large
from nst_numpy.cli.spelling import File, Named, among
from nst_numpy.cli.streams import TELLING, note, say, telling
from nst_numpy.cli.studio import Studio, check_trace
from nst_numpy.easel.taking import scales_of_styles
from nst_numpy.errors import InputError
from nst_numpy.files.carried import NOTHING
from nst_numpy.files.weights import load_weights
from nst_numpy.files.writing import check_image_output, refuse_input
from nst_numpy.large import halo
from nst_numpy.objective import Objective
from nst_numpy.settings import Start
from nst_numpy.studio.texture import Tileable, check_tile, of_texture
from nst_numpy.studio.texture import texture as painted
from nst_numpy.stylize import least_side

MOST_PIXELS = 32768
"""How many pixels a side may have."""


def read_shape(_: Any, tokens: Sequence[Token]) -> tuple[int, int]:
    """Read ``640x480``, or one number for a square: width and height."""
    found = re.fullmatch(r"(\d{1,5})(?:[x×](\d{1,5}))?", tokens[0].value)
    if not found:
        raise ValueError(f"{tokens[0].value!r} is not a size like 640x480 or 512.")
    n_W, n_H = int(found[1]), int(found[2] or found[1])
    if not 1 <= min(n_W, n_H) <= max(n_W, n_H) <= MOST_PIXELS:
        raise ValueError(f"Each side has 1 to {MOST_PIXELS} pixels, not {tokens[0].value}.")
    return n_W, n_H


SIZE = Parameter(
    converter=read_shape,
    accepts_keys=False,
    n_tokens=1,
    negative=(),
    show_default=lambda size: f"{size[0]}x{size[1]}",
    help="Width and height of the texture, as in 640x480; one number for a square. The styles' "
    "longest side is its longer one, times --style-scale.",
)


REFUSED = ("colours", "content_mask", "style_mask", "print_size")
IDLE = ("alpha", "content_layers", "grain", "profile", "keep_location")
UNUSED = REFUSED + IDLE
"""Options of a painting that a texture has no use for: it has no photograph."""
STARTS = [start for start in get_args(Start) if start != "content"]
START_HELP = "The picture to start from: noise, gray, or a picture of your own."
HIDDEN = [
    (f.name, Annotated[f.type, Parameter(show=False)], f)
    for f in fields(Options) if f.name in UNUSED
]  # fmt: skip
_Spelled = make_dataclass("_Spelled", HIDDEN, bases=(Options,), frozen=True, eq=False)


@dataclass(frozen=True, eq=False)
class TextureOptions(_Spelled):  # type: ignore[misc, valid-type]  # noqa: D101  (the next line)
    __doc__ = Options.__doc__

    size: Annotated[tuple[int, int], SIZE] = (512, 512)
    start: Annotated[among(STARTS), Parameter(help=START_HELP)] = "noise"  # type: ignore[valid-type]
    tileable: Annotated[
        bool,
        Parameter(
            negative=(),
            show_default=False,
            help="Let it go on at its other edge, so that tiles of it have no seam. Its sides must "
            "be multiples of 32, or of 16·2^(scales - 1) with other scales.",
        ),
    ] = False

    def plain(self) -> Options:
        """Return the options of a painting with the longer side of the texture."""
        ours = {f.name: getattr(self, f.name) for f in fields(Options)}
        return Options(**ours | {"size": max(self.size)})


def texture(
    *styles: Named,
    output: Annotated[File, Parameter(alias="-o")] = None,
    weights: File = None,
    config: File = None,
    force: Force = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    options: Annotated[TextureOptions, Parameter(name="*")] = TextureOptions(),  # noqa: B008
) -> int:
    """Paint what has the statistics of one or more styles, and no content.

    Parameters
    ----------
    styles
        The paintings; several blend. A folder stands for the pictures in it.
    output
        The texture: .png, .jpg, .webp or .tif. STYLE-texture.png in this folder, if not given.
    weights
        An HDF5 file of VGG-19 to use instead of the embedded one.
    config
        A TOML file of options; those that are typed win over it.
    force
        Replace a picture that is there already.
    quiet
        Print errors, and where the texture is, and nothing else.
    verbose
        Print every option's value, too, and how each scale went.
    """
    typed, options = options, with_config(options, config)
    with telling(quiet, verbose):
        look_at_typed(typed)
        check_averaged(typed.given, options)
        return made(styles, output, weights, force, options)


def look_at_typed(options: TextureOptions) -> None:
    """Say what was typed and is of no use; in a file of options it may stand, and is left."""
    if "start" in options.given and options.start == "content":
        starts = " or ".join(STARTS)
        raise InputError(f"A texture has no content to start from; start from {starts}.")
    if names := [f"--{name.replace('_', '-')}" for name in IDLE if name in options.given]:
        note(f"A texture has no photograph, so there is no use in {', '.join(names)}.")


def made(
    styles: Sequence[Path],
    output: Path | None,
    weights: Path | None,
    force: bool,
    options: TextureOptions,
) -> int:
    """Do what `texture` says."""
    if not styles:
        raise InputError("There is no style; name at least one painting.")
    if options.content_mask or options.style_mask or options.colours != "style":
        raise InputError("A texture has no content, so it takes no masks and no other's colours.")
    if options.print_size is not None:
        raise InputError("A texture's size is given in pixels, and its resolution by --dpi.")
    named = each_style(styles)
    output = check_image_output(output or Path(f"{named[0].stem}-texture.png"), bits=options.bits)
    filing = Filing(NOTHING.at(options.dpi), options.bits, new=not force)
    inputs = [*named, weights, options.start_file]
    refuse_input(output, inputs)
    refuse_existing(output, force)
    check_trace(options.trace, output, inputs, force)
    check_series(options.save_every, output, force)
    tell_options(options)
    n_W, n_H = options.size
    plain, shape = options.plain(), (n_H, n_W)
    settings = of_texture(plain.settings((*shape, 3)), options.tileable)
    if options.tileable:
        check_tile(shape, settings)
    check_image_output(output, shape, options.bits)
    seen = replace(settings, margin=halo(settings.network, settings.taps))
    scales = scales_of_styles(options.style_scale, len(named))
    memory = refuse_too_large(shape, seen if options.tileable else settings, options.computing)
    side = least_side(settings)
    if min(shape) < side:
        raise InputError(f"A texture of {n_W} × {n_H} pixels is too small; a side needs {side}.")
    paintings = load_styles(named, max(shape), scales, side)
    trained = load_weights(weights, settings.network)
    run = Studio(plain, options.computing, Tileable() if options.tileable else Objective)
    run.begin(shape, memory, settings)
    gray = np.full((*shape, 3), 0.5, np.float32)
    settings = run.balanced(gray, paintings, settings, trained)
    steps = painted(
        paintings, shape, settings, trained, options.computing, options.tileable, run.watched
    )
    step = drained(run.painting(run.measured(steps), settings, (*shape, 3), output, filing=filing))
    if TELLING.quiet:
        say(str(output))
        return 0
    say(f"{output}: {result(step, (*shape, 3))}.")
    with suppress(InputError, MemoryError):  # the texture is saved: this line is an extra
        J = run.watched.J
        say(f"Read again from the file, its J is {cost_of_file(output, step, J):.4g}.")
    return 0
