"""Visitors: each has a folder, pictures and jobs of their own, and sees no others."""

import re
import secrets
import shutil
import time
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nst_numpy.errors import InputError
from nst_numpy.experiments import EXPERIMENTS
from nst_numpy.page.choices import number_of, words_of
from nst_numpy.page.jobs import Job

MOST_VISITORS, MOST_PICTURES, MOST_JOBS = 40, 20, 20
LEAST_FREE = 2 * 10**9
"""Bytes that the disk must have left before another painting begins: L-BFGS remembers much."""
ROLES = ("content", "style")


@dataclass(frozen=True)
class Picture:
    """A picture that a visitor brought: the file ``name.png`` in their folder."""

    name: str
    role: str
    called: str
    width: int
    height: int

    def told(self) -> dict[str, Any]:
        """Return it as plain values."""
        return dict(vars(self))


@dataclass(eq=False)
class Visitor:
    """Somebody's folder and what is in it."""

    folder: Path
    pictures: dict[str, Picture] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    seen: float = field(default_factory=time.monotonic)

    def new_name(self, called: str) -> str:
        """Return a name for a file: ours, with as much of theirs as is harmless."""
        plain = unicodedata.normalize("NFKD", called.rpartition(".")[0] or called)
        plain = plain.encode("ascii", "ignore").decode()
        stem = re.sub(r"[^A-Za-z0-9]+", "-", plain)[:32].strip("-")
        return f"{stem or 'picture'}-{secrets.token_hex(4)}"

    def keep(self, picture: Picture) -> None:
        """Keep a picture; of many the oldest goes."""
        self.pictures[picture.name] = picture
        while len(self.pictures) > MOST_PICTURES:
            oldest = next(iter(self.pictures))
            if any(f"{oldest}.png" in job.command for job in self.jobs.values() if job.state
                   in ("waiting", "running", "stopping")):  # fmt: skip
                break
            del self.pictures[oldest]
            for suffix in (".png", ".webp"):
                (self.folder / f"{oldest}{suffix}").unlink(missing_ok=True)

    def painting(self, given: Mapping[str, Any]) -> Job:
        """Make a painting of what was chosen.

        Raises
        ------
        InputError
            If a picture is missing, or something cannot be chosen.
        """
        self.check_room()
        content, style = (self.picture(given.get(role), role) for role in ROLES)
        choices = given.get("choices", {})
        words = words_of(choices)
        name = secrets.token_urlsafe(9)
        folder = self.folder / f"run-{len(self.jobs) + 1}-{secrets.token_hex(4)}"
        files = [f"./{content.name}.png", f"./{style.name}.png"]
        job = Job(
            name, folder,
            command=["stylize", *files, f"--run={folder.name}", *words],
            again=["resume", folder.name],
            title=f"{content.called} after {style.called}",
            chosen=choices,
            content=content.name,
            steps=int(number_of(choices, "iterations")),
            scales=int(number_of(choices, "scales")),
        )  # fmt: skip
        self.jobs[name] = job
        return job

    def experiment(self, given: Mapping[str, Any]) -> Job:
        """Make an experiment, on this visitor's pictures, if there are both.

        Raises
        ------
        InputError
            If there is none of that name.
        """
        self.check_room()
        named = given.get("experiment")
        if not isinstance(named, str) or named not in EXPERIMENTS:
            raise InputError("There is no experiment of that name.")
        name = secrets.token_urlsafe(9)
        folder = self.folder / f"experiment-{secrets.token_hex(4)}"
        words = ["explain", named, f"--output={folder.name}", "--force"]
        for role in ROLES:
            if given.get(role) is not None:
                words.append(f"--{role}=./{self.picture(given[role], role).name}.png")
        title = EXPERIMENTS[named].question
        job = Job(name, folder, command=words, title=title, experiment=named)
        self.jobs[name] = job
        return job

    def further(self, job: Job, more: int) -> None:
        """Let a painting that is finished go on for some steps."""
        job.steps += more
        job.again = ["resume", job.folder.name, f"--iterations={job.steps}"]

    def picture(self, name: Any, role: str) -> Picture:
        """Return a picture of this visitor's."""
        if not isinstance(name, str) or name not in self.pictures:
            what = "photograph" if role == "content" else "painting"
            raise InputError(f"The {what} is missing; drop one first.")
        return self.pictures[name]

    def check_room(self) -> None:
        """Refuse more than the disk and the page can hold."""
        if len(self.jobs) >= MOST_JOBS:
            raise InputError(f"There are {MOST_JOBS} already; remove one first.")
        if shutil.disk_usage(self.folder).free < LEAST_FREE:
            raise InputError("The disk is nearly full; remove a painting first.")

    def remove(self, job: Job) -> None:
        """Remove a job and all that it left."""
        self.jobs.pop(job.name, None)
        job.state = "stopped"
        job.kill()
        shutil.rmtree(job.folder, ignore_errors=True)
        job.log.unlink(missing_ok=True)


class Visitors:
    """All of them, by what their browsers know them by."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: dict[str, Visitor] = {}

    def __iter__(self) -> Any:
        return iter(self._known.values())

    def of(self, token: str | None) -> Visitor | None:
        """Find a visitor."""
        visitor = self._known.get(token or "")
        if visitor:
            visitor.seen = time.monotonic()
        return visitor

    def new(self) -> str:
        """Let somebody in; who has not been seen for longest, and has nothing at work, goes."""
        while len(self._known) >= MOST_VISITORS:
            idle = [
                (visitor.seen, token)
                for token, visitor in self._known.items()
                if not any(job.state in ("waiting", "running", "stopping")
                           for job in visitor.jobs.values())
            ]  # fmt: skip
            if not idle:
                raise InputError("Too many are here already; come back later.")
            gone = self._known.pop(min(idle)[1])
            shutil.rmtree(gone.folder, ignore_errors=True)
        token = secrets.token_urlsafe(32)
        folder = self.folder / secrets.token_hex(8)
        folder.mkdir(mode=0o700)
        self._known[token] = Visitor(folder)
        return token
