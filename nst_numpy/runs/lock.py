"""One process at a time: a lock of the operating system's, which is gone with its process."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nst_numpy.errors import InputError

if os.name == "nt":
    import msvcrt

    def take(number: int) -> None:
        """Lock an open file, or raise an OSError at once."""
        msvcrt.locking(number, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]

else:
    import fcntl

    def take(number: int) -> None:
        """Lock an open file, or raise an OSError at once."""
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)


TAKEN = (errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of a file, which stays there, while the block lasts.

    Raises
    ------
    InputError
        If another process holds it, or the file cannot be written.
    """
    try:
        number = os.open(path, os.O_CREAT | os.O_RDWR, 0o666)
    except OSError as error:
        raise InputError(f"{path.parent} cannot be written to ({error.strerror}).") from error
    try:
        try:
            take(number)
        except OSError as error:
            if error.errno in TAKEN:
                raise InputError(
                    f"{path.parent} is in use: another process paints there."
                ) from None
            # a file system without locks: whoever uses it knows
        yield
    finally:
        os.close(number)
