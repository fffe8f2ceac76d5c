"""Which slips in the source does no test see? Mutants are drawn, and the tests of that part run.

From the project's folder, for all files or for some, so many mutants of each::

    python tests/mutation/mutate.py --each 40 --seed 1 nst_numpy/layers/*.py

Whatever is not killed is printed with its line: it is equivalent, or a test is missing. Each mutant
is tried in a fork of this process, which has loaded the libraries, but not the package.
"""

import argparse
import compileall
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

from mutants import mutants
from tests_of import tests_of

HERE = Path(__file__).parents[2]
LEFT_OUT = (".git", ".venv", "__pycache__", ".*_cache")


def killed(copy: Path, tests: str, limit: float) -> bool:
    """Run the tests; one that fails, or that does not come to an end, has seen it.

    The limit is one of computing; of the clock it is eight times that, for those that only wait.
    """
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_CPU, (round(limit), round(limit)))
        run(copy, tests)
    until = time.monotonic() + 8 * limit
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status) != 0
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def run(copy: Path, tests: str) -> None:
    """Become the process that tests a mutant, silently, and end with the code of pytest."""
    code = 99
    try:
        os.setsid()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(nowhere, number)
        os.chdir(copy)
        kernels = "tests/kernels" in tests
        sys.path[:0] = [str(copy), str(copy / "tests" / "mutation")]
        import pytest

        plugins = ["-p", "closures"] if kernels else []
        options = ["-x", "-q", "-p", "no:cacheprovider", "-m", "not slow and not corpus", *plugins]
        loaded = ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
        code = pytest.main([*options, *loaded, *words(tests)])
    finally:
        os._exit(int(code))


def words(tests: str) -> list[str]:
    """Split a line of the table; what comes after -k is one word."""
    places, _, names = tests.partition(" -k ")
    return places.split() + (["-k", names] if names else [])


@cache
def sound(copy: Path, tests: str, limit: float) -> bool:
    """Whether the tests pass where nothing is changed; whatever they are, once."""
    return not killed(copy, tests, limit)


def prepared(folder: str, kernels_alone: bool = False) -> Path:
    """Copy the project, compile what Python compiles, and load what all tests need.

    Of the package only where the kernels alone are changed: they are loaded when they are needed.
    """
    import h5py  # noqa: F401
    import hypothesis.strategies  # noqa: F401
    import numpy  # noqa: F401
    import PIL.Image  # noqa: F401
    import pytest  # noqa: F401
    import rich.console  # noqa: F401

    with suppress(ImportError):
        import numba.core.caching  # noqa: F401
    copy = Path(folder) / "copy"
    shutil.copytree(HERE, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
    compileall.compile_dir(copy / "nst_numpy", quiet=2)
    sys.dont_write_bytecode = True
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    if kernels_alone:
        sys.path.insert(0, str(copy))
        import nst_numpy.cli.signals
        import nst_numpy.files.weights  # noqa: F401

        assert not [name for name in sys.modules if name.startswith("nst_numpy.kernels")]
    return copy


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+")
    parser.add_argument("--each", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--limit", type=float, default=300, help="seconds for the tests of one")
    parser.add_argument("--quick", action="store_true", help="only the tests before the first bar")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        kernels_alone = all(file.startswith("nst_numpy/kernels/") for file in chosen.files)
        copy = prepared(folder, kernels_alone)
        for file in chosen.files:
            stages = tests_of(file)[:1] if chosen.quick else tests_of(file)
            try_file(copy, file, stages, chosen.each, chosen.seed, chosen.limit)


def try_file(copy: Path, file: str, tests: list[str], each: int, seed: int, limit: float) -> None:
    """Draw mutants of a file, and print those that live, and how many did not."""
    source = (HERE / file).read_text()
    made = mutants(source)
    drawn = random.Random(f"{seed} {file}").sample(made, min(each, len(made)))
    began = time.perf_counter()
    for stage in tests:
        if not sound(copy, stage, limit):
            print(f"| `{file}` | its tests fail, or take too long, as it is: {stage} |", flush=True)
            return
    for compiled in (copy / file).parent.glob(f"__pycache__/{Path(file).stem}.*.pyc"):
        compiled.unlink()
    by_stage = [0] * len(tests)
    for line, what, text in drawn:
        (copy / file).write_text(text)
        for number, stage in enumerate(tests):
            if killed(copy, stage, limit):
                by_stage[number] += 1
                break
        else:
            print(f"  not killed: {file}:{line}: {what}", flush=True)
    (copy / file).write_text(source)
    seconds, stages = time.perf_counter() - began, " + ".join(map(str, by_stage))
    print(
        f"| `{file.removeprefix('nst_numpy/')}` | {len(made)} | {len(drawn)} | {sum(by_stage)} | "
        f"{stages}, {seconds:.0f} s |", flush=True,
    )  # fmt: skip


if __name__ == "__main__":
    main()
