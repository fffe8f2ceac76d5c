"""Which slips in the source does no test see? Mutants are drawn, and the tests of that part run.

From the project's folder, for all files or for some, so many mutants of each::

    python tests/mutation/mutate.py --each 8 --seed 0 nst_numpy/layers/*.py

Whatever is not killed is printed with its line: it is equivalent, or a test is missing.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

from mutants import mutants

HERE = Path(__file__).parents[2]

KERNELS = "tests/kernels/test_kernels.py"
CONVOLVED = f"{KERNELS} -k convolution|tests/kernels"
EVALUATED = "tests/kernels/test_evaluation.py -k definitions|tests/kernels"

TESTS = {  # of a file, or of all in its folder; what is quick comes before a bar
    "nst_numpy/layers": "tests/layers|tests/test_network.py tests/test_formulas.py",
    "nst_numpy/costs": "tests/costs|tests/test_terms.py tests/test_objective.py",
    "nst_numpy/optimizers": "tests/optimizers|tests/files/test_states.py",
    "nst_numpy/files": "tests/files|tests/corpus tests/cli",
    "nst_numpy/files/states.py": "tests/files/test_states.py|tests/corpus",
    "nst_numpy/files/hdf5.py": "tests/files/test_weights_refused.py|tests/files tests/corpus",
    "nst_numpy/kernels": EVALUATED,
    "nst_numpy/kernels/bits.py": f"{KERNELS} -k pools|tests/kernels",
    "nst_numpy/kernels/compiling.py": "tests/kernels/test_compiling.py|tests/kernels",
    "nst_numpy/kernels/first.py": f"{KERNELS} -k first|tests/kernels",
    "nst_numpy/kernels/gram.py": f"{KERNELS} -k gram|tests/kernels",
    "nst_numpy/kernels/masked.py": "tests/kernels/test_masked_kernels.py|tests/kernels",
    "nst_numpy/kernels/points.py": f"{KERNELS} -k points|tests/kernels",
    "nst_numpy/kernels/pool.py": f"{KERNELS} -k pools|tests/kernels",
    "nst_numpy/kernels/pooled_tiles.py": "tests/kernels/test_strips.py -k transforms|tests/kernels",
    "nst_numpy/kernels/strips.py": "tests/kernels/test_strips.py|tests/kernels",
    "nst_numpy/kernels/threads.py": "tests/test_helpers.py|tests/kernels",
    **{
        f"nst_numpy/kernels/{name}.py": CONVOLVED
        for name in ("fresh", "lines", "product", "tiles", "vector", "winograd")
    },
    "nst_numpy/winograd": "tests/winograd",
}


def tests_of(file: str) -> list[str]:
    """Name the tests of a file: its own, those of its folder, or the one of its name."""
    folder, name = file.rsplit("/", 1)
    return (TESTS.get(file) or TESTS.get(folder) or f"tests/test_{name}").split("|")


def killed(copy: Path, tests: str, limit: float) -> bool:
    """Run the tests; one that fails, or that does not come to an end, has seen it."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests.split()]
    env = os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(
        command, cwd=copy, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as run:  # fmt: skip
        try:
            return run.wait(limit) != 0
        except subprocess.TimeoutExpired:
            os.killpg(run.pid, 9)
            return True


@cache
def sound(copy: Path, tests: str, limit: float) -> bool:
    """Whether the tests pass where nothing is changed; whatever they are, once."""
    return not killed(copy, tests, limit)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+")
    parser.add_argument("--each", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--limit", type=float, default=300, help="seconds for the tests of one")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(HERE, copy, ignore=shutil.ignore_patterns(".git", ".venv", "__pycache__"))
        for file in chosen.files:
            source, tests = (HERE / file).read_text(), tests_of(file)
            made = mutants(source)
            drawn = random.Random(f"{chosen.seed} {file}").sample(made, min(chosen.each, len(made)))
            began = time.perf_counter()
            if any(not sound(copy, stage, chosen.limit) for stage in tests):
                print(f"| {file} | its tests fail, or take too long, as it is |", flush=True)
                continue
            count = 0
            for line, what, text in drawn:
                (copy / file).write_text(text)
                if any(killed(copy, stage, chosen.limit) for stage in tests):
                    count += 1
                else:
                    print(f"  not killed: {file}:{line}: {what}", flush=True)
            (copy / file).write_text(source)
            seconds = time.perf_counter() - began
            print(
                f"| {file} | {len(made)} | {len(drawn)} | {count} | {seconds:.0f} s |", flush=True
            )


if __name__ == "__main__":
    main()
