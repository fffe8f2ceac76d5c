"""A learner's file, run; and what went wrong there, with the line of their file."""

import importlib.util
import linecache
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Trouble:
    """An exception, as its author can use it."""

    kind: str  # "ValueError"
    message: str
    line: int = 0  # of their file; 0 if no line of theirs is to blame
    text: str = ""  # what stands there
    file: str = ""  # the file's name

    @property
    def sentence(self) -> str:
        """Say where, and what."""
        where = f"{self.file}, line {self.line}: " if self.line else ""
        return f"{where}{self.kind}{': ' if self.message else ''}{self.message}"


class MissingError(Exception):
    """The file has no function of the name that is asked for."""


def load(path: Path, function: str) -> Callable[..., Any]:
    """Run a file, and return the function of a name.

    Raises
    ------
    MissingError
        If there is none.
    BaseException
        Whatever the file raises.
    """
    folder = str(path.parent.resolve())
    if folder not in sys.path:  # so that one file can import another
        sys.path.insert(0, folder)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    found = getattr(module, function, None)
    if not callable(found):
        raise MissingError(f"{path.name} has no function {function}; its name must stay.")
    return found  # type: ignore[no-any-return]


def trouble(error: BaseException, folder: Path) -> Trouble:
    """Say what was raised, and in which line of the folder's files it happened."""
    kind, message = type(error).__name__, shortened(error)
    if isinstance(error, SyntaxError) and error.filename:
        text = (error.text or "").strip()
        return Trouble(kind, error.msg or "", error.lineno or 0, text, Path(error.filename).name)
    inside = str(folder.resolve())
    theirs = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if str(Path(frame.filename).resolve()).startswith(inside)
    ]
    if isinstance(error, RecursionError):
        message = "the function calls itself without an end"
    if not theirs:
        return Trouble(kind, message)
    frame = theirs[-1] if not isinstance(error, RecursionError) else theirs[0]
    number = frame.lineno or 0
    text = frame.line or linecache.getline(frame.filename, number).strip()
    return Trouble(kind, message, number, text, Path(frame.filename).name)


def shortened(error: BaseException) -> str:
    """Return the message in one line, not too long a one."""
    try:
        words = " ".join(str(error).split())
    except Exception:  # a learner's own exception may do anything when it is asked for its text
        return ""
    return words if len(words) <= 200 else f"{words[:200]} …"
