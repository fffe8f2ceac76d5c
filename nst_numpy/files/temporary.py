"""Temporary files: each is locked while it is in use, so that one left behind can be known."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import time

LOCKS = os.name == "posix"  # elsewhere nothing is locked, and age tells

if LOCKS:
    import fcntl

PREFIX, SUFFIX = ".nst_numpy-", ".tmp"
LEFT_BEHIND = 24 * 3600
"""Seconds for which nobody writes a file; where nothing is locked, an older one is left behind."""


@contextmanager
def temporary_file(folder: Path) -> Iterator[Path]:
    """Make an empty file; when the block ends it is removed, if it is still there."""
    path, lock = new_locked(folder)
    try:
        yield path
    finally:
        with suppress(OSError):  # the folder may be gone or closed by now
            path.unlink()
        if lock is not None:
            os.close(lock)


def new_locked(folder: Path) -> tuple[Path, int | None]:
    """Make an empty file and lock it; a lock is gone with its process, however that ends."""
    while True:
        path = folder / f"{PREFIX}{secrets.token_hex(8)}{SUFFIX}"
        lock = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o666)
        if not LOCKS:
            os.close(lock)
            return path, None
        with suppress(OSError):  # a file system without locks
            fcntl.flock(lock, fcntl.LOCK_EX)
        if os.fstat(lock).st_nlink:
            return path, lock
        os.close(lock)  # between the two lines above, another run took it for one left behind


def remove_left_behind(folder: Path) -> None:
    """Remove the temporary files of runs that were killed: those that nobody has locked."""
    for path in folder.glob(f"{PREFIX}*{SUFFIX}"):
        with suppress(OSError):  # locked, gone by now, a link, or not ours
            if not LOCKS:
                if time() - path.lstat().st_mtime > LEFT_BEHIND:
                    path.unlink()
                continue
            lock = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
            finally:
                os.close(lock)


@contextmanager
def gone_if_it_fails(path: Path) -> Iterator[None]:
    """Remove a file that is new, if the block that writes it does not end well."""
    try:
        yield
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise
