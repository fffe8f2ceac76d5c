"""What is worked on: one job after the other, each by the command line in a process of its own."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

State = Literal["waiting", "running", "stopping", "stopped", "done", "failed"]
GRACE = 120.0
"""Seconds that a painting has to save what there is, after it was asked to stop."""
LONGEST_SAID = 300


@dataclass(eq=False)
class Job:
    """A painting, or an experiment.

    Attributes
    ----------
    name
        In addresses: nobody can guess it.
    folder
        Of its run; it is made by the process.
    command
        What begins it: words after ``python -m nst_numpy``.
    title, chosen
        What it is called, and what was chosen.
    content
        The name of the visitor's picture that is painted.
    experiment
        Its name, if it is one.
    steps, scales
        How many there are at most.
    asked
        Whether it was asked to stop.
    told
        What was shown of it last, and what that depended on.
    again
        Words that go on with it, once it was begun; None, if that cannot be.
    """

    name: str
    folder: Path
    command: Sequence[str]
    title: str
    chosen: Mapping[str, Any] = field(default_factory=dict)
    content: str = ""
    experiment: str = ""
    steps: int = 0
    scales: int = 1
    again: Sequence[str] | None = None
    state: State = "waiting"
    said: str = ""
    asked: bool = False
    child: subprocess.Popen[bytes] | None = None
    told: tuple[Any, dict[str, Any]] | None = None

    @property
    def log(self) -> Path:
        """What the process says."""
        return self.folder.with_name(f"{self.folder.name}.log")

    @property
    def at_work(self) -> bool:
        """Whether a process has it."""
        return self.state in ("running", "stopping")

    def words(self) -> list[str]:
        """Return what to run: the beginning, or how it goes on."""
        begun = (self.folder / "run.toml").is_file()
        return [*(self.again if begun and self.again else self.command)]

    def stop(self) -> None:
        """Ask it to stop, and to save what there is."""
        if self.state == "waiting":
            self.state = "stopped"
        elif self.state == "running":
            self.state, self.asked = "stopping", True
            self.interrupt()

    def interrupt(self) -> None:
        """Press Ctrl-C, as it were."""
        if self.child:
            with suppress(ProcessLookupError):
                if os.name == "nt":
                    self.child.terminate()  # its last checkpoint is at most 1 % of its time old
                else:
                    self.child.send_signal(signal.SIGINT)

    def kill(self) -> None:
        """End it, whatever it does."""
        if self.child and self.child.poll() is None:
            with suppress(ProcessLookupError):
                self.child.kill()
            self.child.wait()


class Queue:
    """Works on one job at a time: each takes all processors.

    Parameters
    ----------
    changed : callable
        Told when the state of a job has changed.
    program : sequence of str
        What runs the words of a job.
    """

    def __init__(
        self,
        changed: Callable[[], object] = lambda: None,
        program: Sequence[str] = (sys.executable, "-m", "nst_numpy"),
    ) -> None:
        self.changed, self.program = changed, list(program)
        self.jobs: list[Job] = []
        self._more = asyncio.Event()

    def add(self, job: Job) -> None:
        """Let a job wait for its turn."""
        job.state, job.said, job.asked = "waiting", "", False
        self.jobs = [*(other for other in self.jobs if other is not job), job]
        self._more.set()
        self.changed()

    def before(self, job: Job) -> int:
        """Return how many others come first."""
        waiting = [x for x in self.jobs if x.state in ("waiting", "running", "stopping")]
        return waiting.index(job) if job in waiting else 0

    async def work(self) -> None:
        """Work until cancelled; then nothing is left running."""
        while True:
            job = next((job for job in self.jobs if job.state == "waiting"), None)
            if job is None:
                self.jobs.clear()
                self._more.clear()
                await self._more.wait()
                continue
            await self.run(job)
            if job in self.jobs:
                self.jobs.remove(job)
            self.changed()

    async def run(self, job: Job) -> None:
        """Run one job to its end."""
        job.state = "running"
        self.changed()
        code = await self.worked(job)
        if code is None:
            job.state, job.said = "failed", "It cannot be run here."
            return
        job.said = last_words(job.log)
        job.state = "done" if code == 0 else "stopped" if job.asked else "failed"

    async def worked(self, job: Job) -> int | None:
        """Start the process and wait for its end; return its exit code, if it could be started."""
        loop = asyncio.get_running_loop()
        try:
            with job.log.open("wb") as log:
                job.child = subprocess.Popen(
                    [*self.program, *job.words()], cwd=job.folder.parent,
                    stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                    start_new_session=True,
                )  # fmt: skip
            waited = loop.run_in_executor(None, job.child.wait)
            stopped_at = 0.0
            while not waited.done():
                await asyncio.wait([waited], timeout=1)
                if job.asked:
                    stopped_at = stopped_at or loop.time()
                    if loop.time() - stopped_at > GRACE:
                        job.kill()
            return waited.result()
        except OSError:
            return None
        finally:
            job.kill()
            job.child = None


def last_words(path: Path) -> str:
    """Return the last line of a log, and not too much of it."""
    try:
        lines = path.read_text("utf-8", "replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1].strip()[-LONGEST_SAID:] if lines else ""
