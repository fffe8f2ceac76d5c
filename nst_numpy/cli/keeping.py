"""What is kept of a painting: a description inside its file, and with ``--run`` all the rest."""

import json
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any, ContextManager, Literal  # noqa: UP035

from cyclopts import Parameter

from nst_numpy.arrays import Array
from nst_numpy.backend import Computing
from nst_numpy.cli.configuring import options_table
from nst_numpy.cli.options import Options
from nst_numpy.cli.spelling import File, Whole
from nst_numpy.cli.streams import complain
from nst_numpy.errors import InputError, check_whole
from nst_numpy.files.reading import described
from nst_numpy.files.writing import check_output
from nst_numpy.machine import fingerprint
from nst_numpy.runs import grid
from nst_numpy.runs.folder import RunFolder
from nst_numpy.runs.recording import Recording
from nst_numpy.runs.tables import FORMAT, result_of, toml
from nst_numpy.settings import Settings
from nst_numpy.stylize import Step

DECIDED = {"rows", "strips", "pairs", "memory", "remember"}
"""Options that are chosen by what fits into the memory, where nobody has."""
There = Literal["nothing", "finished", "unfinished", "another"]

RunDir = Annotated[File, Parameter(name="--run")]
Previews = Annotated[Whole | None, Parameter(show_default=False)]
CSV = Annotated[bool, Parameter(negative=(), show_default=False)]


class Keeping:
    """What a painting is described by, and the folder that keeps it, if there is one.

    Parameters
    ----------
    folder : RunFolder, optional
    previews : int, optional
    csv : bool
    tables : mapping, optional
        What the folder says of its run, if it holds one.
    told : callable
        Told in a sentence what cannot be as it was, or be written.
    """

    def __init__(
        self,
        folder: RunFolder | None = None,
        previews: int | None = None,
        csv: bool = False,
        tables: Mapping[str, Any] | None = None,
        told: Callable[[str], object] = complain,
    ) -> None:
        self.folder, self.told = folder, told
        self.previews, self.csv = previews, csv
        self.tables = dict(tables) if tables else {}
        self._begun = bool(tables)
        self._copies: dict[str, Path] = {}
        self.machine: dict[str, Any] = {}
        self._recording: Recording | None = None

    @property
    def result(self) -> Path | None:
        """Where the folder keeps the picture."""
        return self.folder.result if self.folder else None

    @property
    def after(self) -> Step | None:
        """The step to go on after."""
        found = self._recording.found if self._recording else None
        return found.step if found else None

    @property
    def best(self) -> Step | None:
        """The best step before that, with the best picture as its canvas."""
        found = self._recording.found if self._recording else None
        return found.best if found else None

    @property
    def pictures(self) -> tuple[Array, ...]:
        """Those that an average is taken of."""
        found = self._recording.found if self._recording else None
        return found.pictures if found else ()

    @property
    def inputs(self) -> Mapping[str, Path]:
        """The files that were taken down, by their roles."""
        return self._copies

    def check(self, output: Path | None = None, trace: Path | None = None) -> None:
        """Refuse a folder that cannot be used, or in which something else would be written over.

        Before anything is read.
        """
        if not self.folder:
            if self.previews is not None or self.csv:
                raise InputError("--previews and --csv belong to the folder that --run names.")
            return
        if self.previews is not None:
            check_whole("previews", self.previews, 1)
        self.folder.refuse_own(output, self.folder.result)
        self.folder.refuse_own(trace)
        if not self._begun:
            self.folder.refuse_if_used()
            if self.folder.path.exists():
                check_output(self.folder.about)
            elif self.folder.path.parent.exists():
                check_output(self.folder.path)  # a folder could be made there, too

    def describe(
        self, content: Path, styles: Sequence[Path], weights: Path | None, options: Options
    ) -> None:
        """Take down what is painted, unless that is known."""
        if self._begun:
            return
        pictures = {"content": content}
        pictures |= {f"style-{n}": path for n, path in enumerate(styles, 1)}
        pictures |= {f"content_mask-{n}": path for n, path in enumerate(options.content_mask, 1)}
        pictures |= {f"style_mask-{n}": path for n, path in enumerate(options.style_mask, 1)}
        pictures |= {"start": options.start_file} if options.start_file else {}
        pictures |= {"weights": weights} if weights else {}
        self._copies = pictures
        tables = {
            "format": FORMAT,
            "options": options_table(options),
            "inputs": {role: described(path) for role, path in pictures.items()},
        }
        self.tables = tomllib.loads(toml(tables))  # in the order in which it is read back

    def of(
        self, settings: Settings, computing: Computing, averaged: int = 0
    ) -> ContextManager[Any]:
        """Make the folder, if there is to be one, and record in it while a block lasts.

        Of the last steps it keeps as many pictures as are to be `averaged`.
        """
        self.machine = dict(fingerprint(computing, settings.network))
        if not self.folder:
            return nullcontext()
        if not self._begun:
            self.folder.make()
            with self.folder.locked():
                self.folder.refuse_if_used()
                for role, path in self._copies.items():
                    self.folder.copy(path, copied_name(role, path.name))
                kept = {"previews": self.previews} if self.previews else {}
                self.folder.write(kept | {"csv": self.csv} | self.tables)
        self._recording = Recording(
            self.folder, settings, computing, self.previews, self.csv, self.told, averaged
        )
        return self._recording

    def recorded(self, steps: Iterator[Step]) -> Iterator[Step]:
        """Yield the steps, and record them."""
        if not self._recording:
            return steps
        if self._recording.found and (said := self._recording.found.said):
            self.told(f"It goes on from the picture, not to the same bytes: {said}.")
        return self._recording.recorded(steps)

    def about(self, step: Step, cut_short: bool) -> str:
        """Write what the picture's file says of itself; paths are left out, and so is the time."""
        found = {
            name: part for name, part in self.tables.items() if name not in ("previews", "csv")
        }
        found["machine"] = self.machine
        found["result"] = result_of(step)
        if cut_short:
            found["cut_short"] = True
        return json.dumps(found, separators=(",", ":"))


def what_is_there(
    path: Path, content: Path, styles: Sequence[Path], weights: Path | None, options: Options
) -> There:
    """Tell what is in the place of a painting: itself, of the same files and options, or another.

    It is unfinished if it was cut short, and may be painted again.
    """
    if not path.exists():
        return "nothing"
    keeping, found = Keeping(), grid.told(path)
    keeping.describe(content, styles, weights, options)
    decided = DECIDED - options.given | {"backend", "threads"}
    if told(found, decided) != told(keeping.tables, decided):
        return "another"
    return "unfinished" if "cut_short" in found else "finished"


def told(tables: Mapping[str, Any], decided: Collection[str]) -> tuple[Any, dict[str, Any]]:
    """Return what two descriptions of the same painting have in common."""
    options = tables.get("options")
    given = options.items() if isinstance(options, dict) else ()
    return tables.get("inputs"), {name: value for name, value in given if name not in decided}


def copied_name(role: str, name: str) -> str:
    """Name the copy of an input: its role, and the suffix it had."""
    return f"{role}{Path(name).suffix.lower()}"
