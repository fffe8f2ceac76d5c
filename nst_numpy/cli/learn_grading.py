"""The command ``learn grade``: many people's folders."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from nst_numpy.cli.learn_limits import Jobs, Megabytes, Seconds, Seed, jobs_of, limits_of, waiting
from nst_numpy.cli.learn_tables import grades_table, mistakes_table
from nst_numpy.cli.naming import Force, refuse_existing
from nst_numpy.cli.spelling import File
from nst_numpy.cli.streams import Output, complain, say
from nst_numpy.errors import InputError
from nst_numpy.files.writing import check_output, replacing
from nst_numpy.learn.grading import Grade, grade, mistakes_of, report
from nst_numpy.learn.running import NOT_A_SANDBOX


def grade_all(
    *folders: Path,
    as_json: Annotated[File, Parameter(name="--json")] = None,
    force: Force = False,
    seconds: Seconds = 20.0,
    memory: Megabytes = 1024,
    jobs: Jobs = None,
    seed: Seed = 0,
) -> int:
    """Check many people's folders: what is right, and which mistakes were made how often.

    Parameters
    ----------
    folders
        One for each person.
    as_json
        A file for all results, to be read by a program.
    force
        Replace a file that is there already.
    """
    if not folders:
        raise InputError("There is no folder; name at least one.")
    for folder in folders:
        if not folder.is_dir():
            raise InputError(f"There is no folder {folder}.")
    if as_json:
        check_output(as_json, (".json",))
        refuse_existing(as_json, force)
    limits, jobs = limits_of(seconds, memory), jobs_of(jobs)
    complain(NOT_A_SANDBOX)
    grades: list[Grade] = []
    with waiting(f"Grading {len(folders)} folders") as status:
        for one in grade(folders, seed, limits, jobs):
            grades.append(one)
            if status:
                status.update(f"Graded {len(grades)} of {len(folders)}, the last: {one.folder}")
    output = Output()
    output.print(grades_table(grades))
    if mistakes := mistakes_of(grades):
        output.print(mistakes_table(mistakes))
    if as_json:
        try:
            with replacing(as_json) as file:
                file.write_text(json.dumps(report(grades, seed), indent=2) + "\n", "utf-8")
        except OSError as error:
            raise InputError(f"{as_json} cannot be written ({error.strerror}).") from error
        say(f"{as_json} holds every result.")
    return 0
