"""kill −9 at random moments of a run, then `resume`: is the picture that of a run never stopped?

    python tests/runs/killing.py [KILLS] [SEED]

Both scales, three optimizers, kernels and plain NumPy, kept colours; every third run is killed once
more while it is resumed.
"""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
PICTURES = [
    str(ROOT / "pictures" / f"{name}.webp") for name in ("eilean-donan-castle", "church-at-auvers")
]
COMMON = ["--size", "64", "--iterations", "12", "--scales", "2", "--threads", "1"]
WAYS = {
    "lbfgs": [],
    "adam": ["--optimizer", "adam", "--learning-rate", "0.2", "--gain", "0"],
    "gradient descent": ["--optimizer", "gradient-descent", "--start", "noise", "--gain", "0"],
    "NumPy": ["--backend", "numpy", "--colours", "luminance", "--iterations", "8"],
}


def command(*words):
    """Start the program; its environment is ours."""
    return subprocess.Popen(
        [sys.executable, "-m", "nst_numpy", *map(str, words)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def finished(process):
    """Wait for it, and say what it complained of if it did not end well."""
    _, complaints = process.communicate()
    if process.returncode:
        sys.exit(f"It ended with {process.returncode}: {complaints.decode()[-500:]}")


def painting(way, *place):
    """Return the words of a command."""
    words = [*COMMON, *WAYS[way]]
    while words.count("--iterations") > 1:
        first = words.index("--iterations")
        del words[first : first + 2]
    return ["stylize", *PICTURES, *words, *place]


def where(folder):
    """Say how far a killed run had come."""
    if not (folder / "run.toml").exists():
        return "before the run was written"
    if not (folder / "checkpoint.bin").exists():
        return "before the first checkpoint"
    if (folder / "result.png").exists():
        return "after the result"
    last = (folder / "trace.jsonl").read_bytes().rstrip().rpartition(b"\n")[2]
    return "at the finer scale" if b'"scale": 2' in last else "at the coarse scale"


def main(kills=100, seed=0):
    """Kill so often, and print what was found."""
    rng, counted, same = random.Random(seed), Counter(), 0
    references, lasted = {}, {}
    with tempfile.TemporaryDirectory() as place:
        for way in WAYS:
            began = time.perf_counter()
            picture = Path(place) / f"{way}.png"
            finished(command(*painting(way, "--output", picture)))
            references[way], lasted[way] = picture.read_bytes(), time.perf_counter() - began
        done = run = 0
        while done < kills:
            way, folder = list(WAYS)[run % len(WAYS)], Path(place) / "run"
            words = painting(way, "--run", folder)
            for _ in range(2 if run % 3 == 2 else 1):
                process = command(*words)
                time.sleep(rng.uniform(0.1, 1) * lasted[way])
                process.kill()
                process.communicate()
                if process.returncode == -9:
                    done += 1
                    counted[where(folder)] += 1
                if (folder / "run.toml").exists():
                    words = ["resume", folder]
            finished(command(*words))
            if (folder / "result.png").read_bytes() != references[way]:
                sys.exit(f"Run {run} ({way}) came to other bytes after {dict(counted)}.")
            lines = (folder / "trace.jsonl").read_text().count("\n")
            steps = 2 * (int(painting(way)[painting(way).index("--iterations") + 1]) + 1)
            if lines > steps:
                sys.exit(f"Run {run} ({way}) has {lines} lines in its trace, not {steps}.")
            same, run = same + 1, run + 1
            shutil.rmtree(folder)
            if run % 10 == 0:
                print(f"{done} kills, {same} runs identical: {dict(counted)}", flush=True)
    print(f"{done} kills in {run} runs, {same} identical to the last byte: {dict(counted)}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
