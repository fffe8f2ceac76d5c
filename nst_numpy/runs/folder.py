"""What lies in the folder of a run.

``run.toml`` (what is painted), ``inputs/`` (copies of the pictures), ``trace.jsonl``,
``checkpoint.bin``, ``previews/`` and ``result.png``. A folder without ``run.toml`` holds no run:
it is written last.
"""

import os
import shutil
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from nst_numpy.errors import InputError, check_path
from nst_numpy.files.temporary import PREFIX
from nst_numpy.files.writing import replacing
from nst_numpy.runs.lock import locked
from nst_numpy.runs.tables import read_toml, toml

OURS = {"inputs", "previews", ".lock"}
"""What a run that was stopped before it began may have left."""


class RunFolder:
    """The folder of a run, whether there is one yet or not.

    Parameters
    ----------
    path : path
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        check_path("The folder of a run", path)
        self.path = Path(path)
        self.about = self.path / "run.toml"
        self.inputs = self.path / "inputs"
        self.trace = self.path / "trace.jsonl"
        self.table = self.path / "trace.csv"
        self.checkpoint = self.path / "checkpoint.bin"
        self.previews = self.path / "previews"
        self.result = self.path / "result.png"

    @property
    def begun(self) -> bool:
        """Whether it holds a run."""
        return self.about.is_file()

    def refuse_links(self) -> None:
        """Refuse a folder that leads elsewhere: what is written into it would be written there.

        Raises
        ------
        InputError
            If something of the run is a symbolic link, or its trace is no file.
        """
        for path in (
            self.about, self.inputs, self.trace, self.table, self.checkpoint, self.previews,
            self.result, self.path / ".lock",
        ):  # fmt: skip
            if path.is_symlink():
                raise InputError(f"{path} is a symbolic link; a run's folder has none.")
        if self.trace.exists() and not self.trace.is_file():
            raise InputError(f"{self.trace} is not a regular file.")

    def refuse_own(self, path: Path | None, *allowed: Path) -> None:
        """Refuse to write to the place of something that the run itself keeps.

        Parameters
        ----------
        path : path, optional
            Where something is to be written; nothing is refused without one.
        *allowed : path
            What of the run may be written: its result is the painting.
        """
        if path is None:
            return
        kept = [
            self.about, self.inputs, self.trace, self.table, self.checkpoint, self.previews,
            self.result, self.path / ".lock",
        ]  # fmt: skip
        real = Path(os.path.realpath(path))
        if real == Path(os.path.realpath(self.path)):
            raise InputError(f"{path} is the folder of the run; choose another output.")
        for one in kept:
            place = Path(os.path.realpath(one))
            if one not in allowed and (place == real or place in real.parents):
                raise InputError(
                    f"{path} is the place of what the run in {self.path} keeps; choose another."
                )

    def locked(self) -> AbstractContextManager[None]:
        """Keep other processes out while a block lasts."""
        self.refuse_links()
        return locked(self.path / ".lock")

    def refuse_if_used(self) -> None:
        """Refuse a folder that holds a run, or anything else, before a new one is painted."""
        if self.begun:
            raise InputError(
                f"{self.path} holds a run; resume {self.path} goes on with it, or choose another."
            )
        try:
            there = {path.name for path in self.path.iterdir()} - OURS
            others = [name for name in there if not name.startswith(PREFIX)]
        except FileNotFoundError:
            return
        except OSError as error:
            raise InputError(f"{self.path} cannot be a folder ({error.strerror}).") from error
        if others:
            raise InputError(f"{self.path} is not empty; a run needs a folder of its own.")

    def make(self) -> None:
        """Make the folder and those in it."""
        try:
            self.inputs.mkdir(parents=True, exist_ok=True)
            self.previews.mkdir(exist_ok=True)
        except OSError as error:
            raise InputError(f"{self.path} cannot be made ({error.strerror}).") from error

    def copy(self, source: Path, name: str) -> None:
        """Copy a picture into the folder."""
        try:
            with replacing(self.inputs / name) as temporary:
                shutil.copyfile(source, temporary)
        except OSError as error:
            reason = error.strerror or error
            raise InputError(f"{source} cannot be copied to {self.path} ({reason}).") from error

    def write(self, tables: Mapping[str, Any]) -> None:
        """Write what is painted; from now on it holds a run."""
        try:
            with replacing(self.about) as temporary:
                temporary.write_text(toml(tables), encoding="utf-8")
        except OSError as error:
            raise InputError(f"{self.about} cannot be written ({error.strerror}).") from error

    def read(self) -> dict[str, Any]:
        """Read what is painted.

        Raises
        ------
        InputError
            If there is no run.
        """
        if not self.begun:
            raise InputError(f"There is no run in {self.path}: it has no run.toml.")
        return read_toml(self.about)

    def preview(self, scale: int, iteration: int) -> Path:
        """Name the preview of a step."""
        return self.previews / f"{scale}-{iteration:06d}.jpg"

    def all_previews(self) -> list[tuple[int, int, Path]]:
        """Return scale, iteration and file of each preview, in their order; links are none."""
        found = []
        for path in self.previews.glob("*-*.jpg"):
            scale, _, iteration = path.stem.partition("-")
            ours = path.is_file() and not path.is_symlink()
            if ours and scale.isdecimal() and iteration.isdecimal():
                found.append((int(scale), int(iteration), path))
        return sorted(found)
