"""Standard output and error, which may be closed, full, or not know every letter."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from nst_numpy.errors import InputError

LONGEST = 1000
"""How many letters of a complaint are printed; of a longer one, its beginning and its end."""

NARROWEST, WIDEST = 20, 1000
"""How many columns are printed in, whatever COLUMNS says."""


@dataclass
class Telling:
    """How much is told of a run."""

    quiet: bool = False
    verbose: bool = False


TELLING = Telling()


@contextmanager
def telling(quiet: bool, verbose: bool) -> Iterator[None]:
    """Tell nothing but errors and the picture's place, or all there is to tell, in a block.

    Raises
    ------
    InputError
        If both are asked for.
    """
    if quiet and verbose:
        raise InputError("--quiet and --verbose contradict each other; give one of them.")
    before = TELLING.quiet, TELLING.verbose
    TELLING.quiet, TELLING.verbose = quiet or before[0], verbose or before[1]
    try:
        yield
    finally:
        TELLING.quiet, TELLING.verbose = before


class Screen(Console):
    """A console that leaves it to its user what becomes of a reader who has gone."""

    def on_broken_pipe(self) -> None:
        """Raise the BrokenPipeError again, instead of ending the program."""
        raise  # Rich calls this where it caught one


class Output(Screen):
    """Standard output: nothing happens if its reader has gone; a full disk is a sentence."""

    def print(self, *objects: Any, **options: Any) -> None:
        """Print as Rich does."""
        written(lambda: super(Output, self).print(*objects, **options))


def usable_width() -> None:
    """Say in COLUMNS a width that can be printed in, if it or the terminal says another.

    In no column at all, or in a few, Rich breaks lines without an end.
    """
    width = shutil.get_terminal_size().columns
    if "COLUMNS" in os.environ or width < NARROWEST:
        os.environ["COLUMNS"] = str(min(max(width, NARROWEST), WIDEST))


def forgive_letters() -> None:
    """Write a question mark for each letter that the terminal does not know."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def say(text: str) -> None:
    """Print lines as they are, however wide."""
    lines = "\n".join(visible(line) for line in text.split("\n"))
    written(lambda: print(lines, flush=True))


def complain(message: object) -> None:
    """Print one line on standard error, if there is one, and not too long a one."""
    line = " ".join(str(message).split())
    if len(line) > LONGEST:
        line = f"{line[: LONGEST // 2]} … {line[-LONGEST // 2 :]}"
    if sys.stderr:
        attempted(lambda: print(visible(line), file=sys.stderr))


def note(message: object) -> None:
    """Print one line on standard error that is no complaint: with --quiet it is left out."""
    if not TELLING.quiet:
        complain(message)


def detail(message: object) -> None:
    """Print one line on standard error that is left out but for --verbose."""
    if TELLING.verbose:
        complain(message)


def visible(text: str) -> str:
    """Write out each character that a terminal would obey instead of showing it.

    The names of files and of what is in them are anybody's: they may ring the bell, and worse.
    """
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii")
        for letter in text
    )


def attempted(write: Callable[[], object]) -> bool:
    """Write, and tell whether it could be done."""
    try:
        write()
    except OSError:
        return False
    return True


def written(write: Callable[[], object]) -> None:
    """Write to standard output; if its reader has gone, there is nothing more to write.

    Raises
    ------
    InputError
        If it cannot be written for another reason.
    """
    try:
        write()
    except BrokenPipeError:
        discard_output()
    except OSError as error:
        discard_output()
        raise InputError(f"Standard output cannot be written ({error.strerror}).") from error


def discard_output() -> None:
    """Send to nowhere what is still to be written to standard output."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
