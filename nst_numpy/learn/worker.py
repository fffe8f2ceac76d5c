"""The process in which a learner's file runs: ``python -m nst_numpy.learn.worker FILE TASK …``.

It writes what came of each call into a folder, and ends. It is not a sandbox: the file may do all
that its user may.
"""

import contextlib
import io
import json
import sys
from copy import deepcopy
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from nst_numpy.learn.calls import calls
from nst_numpy.learn.loading import MissingError, load, trouble
from nst_numpy.learn.showing import described, names_of
from nst_numpy.learn.tasks import TASKS
from nst_numpy.learn.values import packed

PRINTED = 2000
"""How many letters of what a file prints are kept."""


class Kept(io.StringIO):
    """The beginning of what is printed; the rest is dropped."""

    def write(self, text: str) -> int:
        """Keep a part of it, if there is room."""
        room = PRINTED - self.tell()
        if room > 0:
            super().write(text[:room])
        return len(text)


def limit_memory(megabytes: int) -> None:
    """Let this process take only so much more than it has, where the system can do that."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + megabytes * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def run(path: Path, task_name: str, seed: int, folder: Path) -> dict[str, Any]:
    """Load the file, make the calls, and return what came of them; arrays go into the folder."""
    task = TASKS[task_name]
    told: dict[str, Any] = {"calls": [], "trouble": None, "missing": None}
    now = folder / "now.txt"
    arrays: dict[str, Any] = {}
    try:
        now.write_text("while the file is loaded")
        function = load(path, task.function)
    except MissingError as error:
        return told | {"missing": str(error)}
    except BaseException as error:  # a learner's file may raise anything, SystemExit as well
        return told | {"trouble": asdict(trouble(error, path.parent))}
    for call in calls(task, seed):
        given = deepcopy(call.inputs)
        what = described(names_of(task), given)
        now.write_text(f"called with {what or 'small inputs'}{call.about and f' ({call.about})'}")
        one: dict[str, Any] = {"got": None, "after": None, "trouble": None}
        try:
            with np.errstate(all="ignore"):
                one["got"] = packed(function(*given), arrays)
            one["after"] = [packed(x, arrays) for x in given]
        except BaseException as error:
            one["trouble"] = asdict(trouble(error, path.parent))
        told["calls"].append(one)
        if one["trouble"] and one["trouble"]["kind"] == "NotImplementedError":
            break
    np.savez(folder / "arrays.npz", **arrays)
    return told


def main() -> None:
    """Do what the arguments say."""
    path, task, seed, megabytes, folder = sys.argv[1:]
    limit_memory(int(megabytes))
    kept = Kept()
    with contextlib.redirect_stdout(kept), contextlib.redirect_stderr(kept):
        told = run(Path(path), task, int(seed), Path(folder))
    told["printed"] = kept.getvalue()
    made = Path(folder) / "told.json.part"
    made.write_text(json.dumps(told))
    made.replace(Path(folder) / "told.json")


if __name__ == "__main__":
    main()
