"""The lines that a codec prints by itself are held back: our sentence tells what is wrong."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def quiet_codec() -> Iterator[None]:
    """Send to nowhere what libtiff and libjpeg write to standard error, past Python.

    It belongs to the whole process, so it is left alone where another thread may be writing there.
    """
    kept = None
    if alone():
        with suppress(OSError):  # standard error is closed
            kept = os.dup(2)
    if kept is None:
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def alone() -> bool:
    """Return whether no other threads run but those of the compiled kernels, which say nothing."""
    ours = threading.current_thread()
    return all(t is ours or t.name.startswith("kernel_") for t in threading.enumerate())
