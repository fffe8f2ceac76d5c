"""What is made when somebody asks for it: a report, a film, a whole run, the workbook."""

import asyncio
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

from nst_numpy.errors import InputError
from nst_numpy.files.temporary import gone_if_it_fails
from nst_numpy.learn.pages import file_of, page
from nst_numpy.learn.tasks import TASKS
from nst_numpy.page.jobs import Job, last_words

LONGEST = 600.0


async def made(job: Job, kind: str, one_at_a_time: asyncio.Semaphore) -> Path:
    """Make a report or a film of a painting, unless the one that is there is as new as its trace.

    Raises
    ------
    InputError
        If it cannot be made yet, or at all.
    """
    if job.at_work:
        raise InputError("It is still being painted; stop it first, or wait.")
    trace = job.folder / "trace.jsonl"
    if not trace.is_file():
        raise InputError("Nothing has been painted yet.")
    if kind == "run.zip":
        return await asyncio.to_thread(zipped, job)
    made_by = {"report.html": ["report"], "film.webp": ["film", "--ledger"]}
    words = [*made_by[kind], "--force"]
    path = job.folder / kind
    async with one_at_a_time:
        of_trace = trace.stat().st_mtime_ns  # compared for being the same: a clock may go back
        if path.is_file() and path.stat().st_mtime_ns == of_trace:
            return path
        log = job.folder / "making.log"
        with log.open("wb") as out:
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "nst_numpy", *words, job.folder.name,
                f"--output={path}",
                cwd=job.folder.parent, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                start_new_session=True,
            )  # fmt: skip
        try:
            await asyncio.wait_for(child.wait(), LONGEST)
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        said = last_words(log)
        log.unlink()
        if child.returncode:
            raise InputError(said or "It could not be made.")
        os.utime(path, ns=(of_trace, of_trace))
    return path


def zipped(job: Job) -> Path:
    """Put the folder of a run into one file, with which `resume` goes on elsewhere."""
    path = job.folder.with_name(f"{job.folder.name}.zip")
    with gone_if_it_fails(path), zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as file:
        for one in sorted(job.folder.rglob("*")):
            if one.is_file() and one.name != ".lock":
                file.write(one, Path("run") / one.relative_to(job.folder))
    return path


def workbook() -> bytes:
    """Return the workbook, all its files with gaps, in one."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as file:
        for task in TASKS.values():
            file.writestr(f"workbook/{file_of(task)}", page(task))
    return whole.getvalue()
