"""Standard output and error, which may be closed, full, or not know every letter."""

import os
import sys
from collections.abc import Callable
from typing import Any

from rich.console import Console

from nst_numpy.errors import InputError


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


def forgive_letters() -> None:
    """Write a question mark for each letter that the terminal does not know."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def say(text: str) -> None:
    """Print one line as it is, however wide."""
    written(lambda: print(text, flush=True))


def complain(message: object) -> None:
    """Print one line on standard error, if there is one."""
    if sys.stderr:
        attempted(lambda: print(" ".join(str(message).split()), file=sys.stderr))


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
