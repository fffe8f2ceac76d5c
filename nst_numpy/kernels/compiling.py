"""Numba's `njit`, with a cache that may be missing, full or damaged: then there is none.

A file of Numba's own cache is machine code that is executed as it is found, and any failure to read
or write one ends the program. Here each file carries its checksum, and one that is not sound is
thrown away and made again. It also belongs to the source of all kernels: they are inlined into each
other, while Numba looks at the one file that a function stands in.
"""

import hashlib
import os
import pickle
import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from time import time
from typing import Any

import numba
from numba.core.caching import FunctionCache

if numba.config.DISABLE_JIT:
    raise ImportError("NUMBA_DISABLE_JIT forbids it to compile")

LEFT_BEHIND = 3600.0
"""After so many seconds an unfinished file is one that a killed run has left."""


def njit(plain: Callable[..., Any] | None = None, *, cache: bool = False, **options: Any) -> Any:
    """Compile a function as `numba.njit` does, and keep the code where that can be done."""

    def decorate(function: Callable[..., Any]) -> Any:
        compiled = numba.njit(**options)(function)
        if cache:
            try:
                compiled._cache = Kept(function)
            except (RuntimeError, OSError):  # no folder can be written
                say_not_kept("no folder for them can be written")
        return compiled

    return decorate(plain) if plain else decorate


class Kept(FunctionCache):
    """The compiled forms of one function, each in a file: source and checksum, then the code."""

    def load_overload(self, signature: Any, context: Any) -> Any:
        """Return what was compiled for these arguments and this processor, or None."""
        context.refresh()
        path = self.path(signature, context.codegen())
        try:
            kept = path.read_bytes()
            head, code = kept[: len(of_source()) + 32], kept[len(of_source()) + 32 :]
            if head == of_source() + hashlib.sha256(code).digest():
                return self._impl.rebuild(context, pickle.loads(code))
        except FileNotFoundError:
            return None
        except Exception:  # whatever it holds, there is another way
            pass
        with suppress(OSError):
            path.unlink()
        return None

    def save_overload(self, signature: Any, compiled: Any) -> None:
        """Keep what was compiled, or say that it is not kept."""
        path = self.path(signature, compiled.codegen)
        unfinished = path.with_suffix(f".{os.getpid()}.tmp")
        try:
            if not self._impl.check_cachable(compiled):
                return
            code = self._cache_file._dump(self._impl.reduce(compiled))
            remove_left_behind(path.parent)
            unfinished.write_bytes(of_source() + hashlib.sha256(code).digest() + code)
            unfinished.replace(path)
        except OSError as error:
            with suppress(OSError):
                unfinished.unlink()
            say_not_kept(error.strerror)

    def path(self, signature: Any, codegen: Any) -> Path:
        """Name the file for these arguments, this processor and this Numba."""
        which = repr((numba.__version__, signature, codegen.magic_tuple()))
        name = f"{self._impl.filename_base}.{hashlib.sha256(which.encode()).hexdigest()[:16]}.code"
        return Path(self.cache_path) / name


def remove_left_behind(folder: Path) -> None:
    """Remove what runs that were killed had not finished; nobody writes for as long as that."""
    for path in folder.glob("*.tmp"):
        with suppress(OSError):
            if time() - path.stat().st_mtime > LEFT_BEHIND:
                path.unlink()


@cache
def of_source() -> bytes:
    """Return a checksum of the source of all kernels."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).digest()


@cache
def say_not_kept(reason: str) -> None:
    """Say once why compiled kernels are not kept."""
    warnings.warn(
        f"The compiled kernels cannot be kept ({reason}), so every run has to compile them; the "
        "environment variable NUMBA_CACHE_DIR names another folder for them.",
        stacklevel=2,
    )
