"""Signals that ask a run to stop: Ctrl-C, a terminal that is closed, a system that goes down."""

import signal
import threading
from typing import Any

STOPPING = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]

_asked: list[int] = []


def listen() -> None:
    """From now on, let the first of these signals raise KeyboardInterrupt, and ignore the others.

    Somebody who presses Ctrl-C twice wants to be sure that the run stops, not that it is lost. A
    signal that is ignored already stays so: ``nohup`` relies on it.
    """
    _asked.clear()
    for number in STOPPING if in_main_thread() else ():
        if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(number, stop)


def stop(number: int, _: Any) -> None:
    """Handle the first of them."""
    no_more()
    _asked.append(number)
    raise KeyboardInterrupt


def stop_if_asked() -> None:
    """Raise the KeyboardInterrupt again: where compiled code called back, the first was lost."""
    if _asked:
        raise KeyboardInterrupt


def no_more() -> None:
    """Ignore them all until the program ends: what there is is being saved."""
    for number in STOPPING if in_main_thread() else ():
        signal.signal(number, signal.SIG_IGN)


def exit_code() -> int:
    """Return the exit code by which a shell knows what stopped the run: 130 after Ctrl-C."""
    return 128 + int(_asked[-1] if _asked else signal.SIGINT)


def in_main_thread() -> bool:
    """Return whether this thread may choose what signals do."""
    return threading.current_thread() is threading.main_thread()
