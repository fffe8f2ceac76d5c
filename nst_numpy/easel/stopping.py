"""Ctrl-C between two steps: a generator that is interrupted inside a step is dead, so it is not."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Stop:
    """Whether somebody asked to stop."""

    def __init__(self) -> None:
        self.asked = False


@contextmanager
def stop_between() -> Iterator[Stop]:
    """Let the first Ctrl-C ask to stop, and the second raise KeyboardInterrupt at once.

    Nothing else is changed: where somebody else listens already, or in another thread, that stays.
    """
    stop = Stop()
    usual = signal.getsignal(signal.SIGINT)
    main = threading.current_thread() is threading.main_thread()
    if not main or usual is not signal.default_int_handler:
        yield stop
        return

    def ask(*_: Any) -> None:
        stop.asked = True
        signal.signal(signal.SIGINT, usual)

    signal.signal(signal.SIGINT, ask)
    try:
        yield stop
    finally:
        if signal.getsignal(signal.SIGINT) is ask:
            signal.signal(signal.SIGINT, usual)
