"""Signals that ask a run to stop: Ctrl-C, a terminal that is closed, a system that goes down.

This module is loaded before anything else of the package, and loads little itself: the first fifth
of a second goes into loading NumPy and others, and Ctrl-C should end in a sentence there, too.
"""

import os
import signal
import sys
import threading
from contextlib import suppress
from pathlib import PurePath
from typing import Any

STOPPING = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]

_asked: list[int] = []
_silenced: set[int] = set()


def leave(*_: Any) -> None:
    """End the program at once: it is still being loaded."""
    say_at_once("Stopped before there was anything to save.")
    sys.exit(128 + signal.SIGINT)


def say_at_once(words: str) -> None:
    """Print a line before anything else is loaded, if there is anybody to read it."""
    with suppress(OSError):
        if sys.stderr:
            sys.stderr.write(f"{words}\n")


def is_program() -> bool:
    """Return whether this process was started for the package, by -m or by its command.

    While Python looks for the module that -m names, the program is called "-m", whichever it is.
    """
    program = sys.argv[0] if sys.argv else ""
    ours = any(word.split(".")[0] == "nst_numpy" for word in sys.orig_argv)
    return (program == "-m" and ours) or PurePath(program).stem == "nst_numpy"


def hold_places() -> None:
    """Open nothing where a standard stream is closed: else the next file would get its number.

    A library that complains past Python writes to the number 2, whatever file that is.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            with suppress(OSError):  # no /dev/null
                os.open(os.devnull, os.O_RDWR)


def listen() -> None:
    """From now on, let the first of these signals raise KeyboardInterrupt, and ignore the others.

    Somebody who presses Ctrl-C twice wants to be sure that the run stops, not that it is lost. A
    signal that is ignored already stays so: ``nohup`` relies on it.
    """
    _asked.clear()
    for number in STOPPING if in_main_thread() else ():
        if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler, leave):
            signal.signal(number, stop)
    if sys.unraisablehook is sys.__unraisablehook__:
        sys.unraisablehook = say_unraised


def say_unraised(lost: "sys.UnraisableHookArgs") -> None:
    """Print what could not be raised, unless it is what `stop_if_asked` raises again."""
    if not (_asked and lost.exc_type is KeyboardInterrupt):
        sys.__unraisablehook__(lost)


def stop(number: int, _: Any) -> None:
    """Raise KeyboardInterrupt at the first of them, and do nothing at the others."""
    if not _asked:
        _asked.append(number)
        raise KeyboardInterrupt


def stop_if_asked() -> None:
    """Raise the KeyboardInterrupt again: where compiled code called back, the first was lost."""
    if _asked:
        raise KeyboardInterrupt


def no_more() -> None:
    """Ignore them all until the program has ended: what there is is being saved.

    Not by a handler, for Python takes those back while it ends; and not in `stop`, where others may
    have come and wait to be handled: Python would complain of each. Where nobody listens, in
    somebody's own program, signals stay theirs.
    """
    for number in STOPPING if in_main_thread() else ():
        heard = signal.getsignal(number)
        if heard in (stop, leave):
            signal.signal(number, signal.SIG_IGN)
        if heard is stop:
            _silenced.add(number)


def hear_again() -> None:
    """Listen once more to what `no_more` ignored: something else is going to be painted."""
    for number in _silenced if in_main_thread() else ():
        signal.signal(number, stop)
    _silenced.clear()


def exit_code() -> int:
    """Return the exit code by which a shell knows what stopped the run: 130 after Ctrl-C."""
    return 128 + int(_asked[0] if _asked else signal.SIGINT)


def in_main_thread() -> bool:
    """Return whether this thread may choose what signals do."""
    return threading.current_thread() is threading.main_thread()


if (
    is_program()
    and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    and in_main_thread()
):
    signal.signal(signal.SIGINT, leave)
