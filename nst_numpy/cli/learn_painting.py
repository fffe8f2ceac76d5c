"""The command ``learn paint``: paint with what somebody wrote."""

from textwrap import shorten
from typing import Annotated, Literal

from cyclopts import Parameter

from nst_numpy.cli.learn_limits import Jobs, jobs_of, waiting, warn_once
from nst_numpy.cli.learn_tables import wrapped
from nst_numpy.cli.naming import Force, refuse_existing
from nst_numpy.cli.saving import new_file
from nst_numpy.cli.spelling import File, Named, Whole
from nst_numpy.cli.streams import say
from nst_numpy.errors import InputError, check_number, check_whole
from nst_numpy.files.images import save_image
from nst_numpy.files.writing import check_image_output
from nst_numpy.learn.painter import OURS_BY_ADAM
from nst_numpy.learn.painting import Painted, Paintings, paint_with
from nst_numpy.learn.running import Limits
from nst_numpy.learn.sheet import sheet
from nst_numpy.learn.tasks import TASKS
from nst_numpy.learn.workbook import open_workbook

SMALLEST = 32
BY = {"lbfgs": "L-BFGS", "adam": "Adam", "gradient-descent": "gradient descent"}
LAST_PAGE = "Painted by a network, a J and an optimizer\nthat somebody wrote to understand them."


def paint(
    folder: Named,
    /,
    *,
    output: Annotated[File, Parameter(alias="-o")] = None,
    force: Force = False,
    size: Whole = 128,
    iterations: Whole = 30,
    optimizer: Literal["lbfgs", "adam", "gradient-descent"] = "lbfgs",
    pooling: Literal["average", "max"] = "average",
    content: File = None,
    style: File = None,
    minutes: float = 30.0,
    jobs: Jobs = None,
) -> int:
    """Paint with everything that is right and yours, beside the package; and what mistakes paint.

    Parameters
    ----------
    folder
        Of the workbook.
    output
        The pictures beside each other; painting.png in the folder, if not given.
    force
        Replace a picture that is there already.
    size
        Longest side, in pixels.
    iterations
        Of the optimizer, at most.
    optimizer
        Which of the three that you have written walks down.
    pooling
        Which of the two pools.
    content
        A photograph; the castle that comes with the package, if not given.
    style
        A painting; the church that comes with the package, if not given.
    minutes
        How long it may take.
    """
    workbook = open_workbook(folder)
    check_whole("size", size, SMALLEST, 512)
    check_whole("iterations", iterations, 1, 1000)
    check_number("minutes", minutes, above=True)
    if output:
        check_image_output(output)
        refuse_existing(output, force)
    jobs = jobs_of(jobs)
    warn_once(workbook)
    with waiting("Checking"):
        outcomes = workbook.check(list(TASKS.values()), 0, Limits(), jobs)
    made = paint_with(
        folder, outcomes, size, iterations, pooling, optimizer, minutes, content, style
    )
    target = output or new_file(folder, "painting")
    tell_of(made)
    pictures = [(x.picture, words_under(x, made)) for x in made.pictures if x.picture is not None]
    save_image(sheet(pictures), target)
    say(f"{target}: {len(pictures)} pictures of {pictures[0][0].shape[1]} × "
        f"{pictures[0][0].shape[0]} pixels.")  # fmt: skip
    yours = made.pictures[1].picture
    if made.all_theirs and yours is not None:
        page = new_file(folder, "last-page")
        save_image(sheet([(yours, LAST_PAGE)], least=768), page)
        say(f"{page}: the last page of the workbook, painted by your own network.")
    return 0


def tell_of(made: Paintings) -> None:
    """Say what painted, and how far it is from the package's picture."""
    say(wrapped(f"Yours: {', '.join(made.used) or 'nothing yet'}."))
    if made.missing:
        say(wrapped(f"The package's: {', '.join(made.missing)}."))
    for name, why in made.left_out.items():
        say(wrapped(f"Left out, {name}: {why}."))
    ours, yours, *_ = made.pictures
    if ours.picture is None:
        raise InputError(f"The package's own picture was not painted: {ours.note}.")
    if yours.picture is None:
        say(wrapped(f"Yours was not painted: {yours.note}."))
    elif made.used:
        say(wrapped(
            f"The package comes to J = {ours.J:,.0f}, you to {yours.J:,.0f}; a colour differs by "
            f"{255 * made.difference:.1f} of 255, root mean square. What differs in the last "
            "digit grows from step to step."
        ))  # fmt: skip
    for one in made.pictures[2:]:
        if one.picture is None:
            say(wrapped(f"What {one.name} paints could not be seen: {one.note}."))
        elif one.name == OURS_BY_ADAM:
            say(f"The package by Adam, which follows any gradient: J = {one.J:,.0f}.")
        else:
            say(wrapped(
                f"The package but for your {one.name}, by {BY[one.optimizer]}: J = {one.J:,.0f}"
                f"{one.note and f'; {one.note}'}."
            ))  # fmt: skip


def words_under(one: Painted, made: Paintings) -> str:
    """Say what a picture is, in the lines under it."""
    first = {
        "ours": "The package",
        "yours": f"{len(made.used)} of {len(made.used) + len(made.missing)} parts are yours",
        OURS_BY_ADAM: "The package, by Adam",
    }.get(one.name, f"With your {one.name}, by {BY[one.optimizer]}")
    words = f"{first}\nJ = {one.J:,.0f}"
    return f"{words}\n{shorten(one.mistake, 56, placeholder=' …')}" if one.mistake else words
