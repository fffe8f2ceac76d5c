"""kill −9 at random moments of a run, then `resume`: is the picture that of a run never stopped?

    python tests/runs/killing.py [KILLS] [SEED]

Both scales, three optimizers, kernels and plain NumPy, kept colours; every third run is killed once
more while it is resumed.
"""

import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import nst_numpy as nst
from nst_numpy import cli
from nst_numpy.cli import app, running  # noqa: F401  (so that a fork need not load it)

ROOT = Path(__file__).parents[2]
PICTURES = [
    str(ROOT / "pictures" / f"{name}.webp") for name in ("eilean-donan-castle", "church-at-auvers")
]
COMMON = [
    "--size", "64", "--iterations", "10", "--scales", "2", "--threads", "1",
    "--content-layers", "conv3_2", "--style-layers", "conv1_1:1e-3,conv2_1:1e-4,conv3_1:1e-5",
]  # fmt: skip
WAYS = {
    "lbfgs": [],
    "adam": ["--optimizer", "adam", "--learning-rate", "0.2", "--gain", "0"],
    "gradient descent": ["--optimizer", "gradient-descent", "--start", "noise", "--gain", "0"],
    "NumPy": ["--backend", "numpy", "--colours", "luminance", "--iterations", "6"],
}


def command(*words):
    """Run the program in a fork of this process, which has loaded it already; return its number."""
    child = os.fork()
    if child:
        return child
    try:
        nowhere = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(nowhere, number)
        cli.main([str(word) for word in words])
    except SystemExit as end:
        os._exit(end.code)
    finally:
        os._exit(99)


def prepare():
    """Load weights and kernels here, once: then a fork begins to paint at once."""
    weights = nst.load_weights()
    app.load_weights = lambda *_: weights
    content, style = (nst.load_image(picture, 64) for picture in PICTURES)
    settings = nst.Settings(iterations=2, scales=1)
    for _ in nst.stylize(content, [style], settings, weights, nst.Computing(threads=1)):
        pass


def written(run, child):
    """Wait until a run is written, or has ended without."""
    while not (run / "run.toml").exists():
        if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            break
        time.sleep(0.001)


def ended(child):
    """Wait for it, and return how it ended."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def finished(child):
    """Wait for it: it must end well."""
    if code := ended(child):
        sys.exit(f"It ended with {code}.")


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
        prepare()
        done = run = 0
        while done < kills:
            way, folder = list(WAYS)[run % len(WAYS)], Path(place) / "run"
            if way not in references:
                began = time.perf_counter()
                picture = Path(place) / f"{way}.png"
                finished(command(*painting(way, "--output", picture)))
                references[way], lasted[way] = picture.read_bytes(), time.perf_counter() - began
            words = painting(way, "--run", folder)
            for _ in range(2 if run % 3 == 2 else 1):
                child = command(*words)
                if rng.random() < 0.8:  # else a moment before that may be hit, too
                    written(folder, child)
                time.sleep(rng.uniform(0, 1) * lasted[way])
                os.kill(child, signal.SIGKILL)
                if ended(child) == -signal.SIGKILL:
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
