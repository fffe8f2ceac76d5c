"""The lines that a codec prints by itself are held back: our sentence tells what is wrong."""

import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress


@contextmanager
def quiet_codec() -> Iterator[None]:
    """Send to nowhere what libtiff and libjpeg write to standard error, past Python.

    It belongs to the whole process, so it is left alone where another thread may be writing there.
    """
    with ExitStack() as afterwards:  # done in reverse
        if alone():
            with suppress(OSError):  # standard error is closed, or there is no /dev/null
                kept = os.dup(2)
                afterwards.callback(os.close, kept)
                nowhere = os.open(os.devnull, os.O_WRONLY)
                afterwards.callback(os.close, nowhere)
                afterwards.callback(os.dup2, kept, 2)
                os.dup2(nowhere, 2)
        yield


OURS = ("kernel_", "nst_numpy_")
"""How the names of threads begin that compute for us, and say nothing."""


def alone() -> bool:
    """Return whether no other threads run but those that compute for us."""
    current = threading.current_thread()
    return all(t is current or t.name.startswith(OURS) for t in threading.enumerate())
