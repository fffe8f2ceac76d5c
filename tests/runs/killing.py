"""kill −9 at random moments of a run, then `resume`: is the picture that of a run never stopped?

    python tests/runs/killing.py [KILLS] [SEED] [WAY …]

Both scales, three optimizers, kernels and plain NumPy, kept colours, several styles, masks, strips,
an average; every third run is killed once more while it is resumed, and every second is finished
from Python.
"""

import contextlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np

import nst_numpy as nst
from nst_numpy import cli, runs
from nst_numpy.cli import app, continuing, running  # noqa: F401  (so that a fork need not load it)

ROOT = Path(__file__).parents[2]
PICTURES = [
    str(ROOT / "pictures" / f"{name}.webp") for name in ("eilean-donan-castle", "church-at-auvers")
]
COMMON = [
    "--size", "48", "--iterations", "10", "--scales", "2", "--threads", "1",
    "--content-layers", "conv3_2", "--style-layers", "conv1_1:1e-3,conv2_1:1e-4,conv3_1:1e-5",
]  # fmt: skip
WAYS = {
    "lbfgs": [],
    "adam": ["--optimizer", "adam", "--learning-rate", "0.2", "--gain", "0"],
    "gradient descent": ["--optimizer", "gradient-descent", "--start", "noise", "--gain", "0"],
    "NumPy": ["--backend", "numpy", "--colours", "luminance", "--iterations", "6"],
    "several styles": [PICTURES[0], "--style-weights", "2,1", "--style-scale", "1,0.75"],
    "masks": [PICTURES[0], "--content-mask", "left.png", "--content-mask", "right.png"],
    "strips": [
        "--content-layers", "conv2_1", "--style-layers", "conv1_1:1e-3,conv2_1:1e-4",
        "--rows", "24", "--pairs", "5",
    ],
    "average": ["--optimizer", "adam", "--keep", "average", "--averaged", "4", "--gain", "0"],
}  # fmt: skip


def command(*words):
    """Run the program in a fork of this process; return its number."""
    return forked(lambda: cli.main([str(word) for word in words]))


def in_python(folder):
    """Go on with a run as a program in Python does, in a fork."""

    def work():
        for _ in runs.resume(folder):
            pass
        sys.exit(0)

    return forked(work)


def forked(work):
    """Work in a fork of this process, which has loaded everything already; return its number."""
    child = os.fork()
    if child:
        return child
    try:
        nowhere = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(nowhere, number)
        work()
    except SystemExit as end:
        os._exit(end.code)
    finally:
        os._exit(99)


def prepare():
    """Load weights and kernels here, once: then a fork begins to paint at once."""
    weights = nst.load_weights()
    app.load_weights = lambda *_: weights
    content, style = (nst.load_image(picture, 48) for picture in PICTURES)
    white = np.zeros_like(content)
    white[:, : content.shape[1] // 2] = 1
    nst.save_image(white, "left.png")
    nst.save_image(1 - white, "right.png")
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
    """Return the words of a command; what a way says itself wins."""
    its_own = WAYS[way]
    pairs = zip(COMMON[::2], COMMON[1::2], strict=True)
    common = [word for pair in pairs if pair[0] not in its_own for word in pair]
    return ["stylize", *PICTURES, *its_own, *common, *place]


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


def main(kills=100, seed=0, *ways):
    """Kill so often, and print what was found."""
    rng, counted, same, ways = random.Random(seed), Counter(), 0, ways or [*WAYS]
    references, lasted = {}, {}
    with tempfile.TemporaryDirectory() as place, contextlib.chdir(place):
        prepare()
        done = run = 0
        while done < kills:
            way, folder = ways[run % len(ways)], Path(place) / "run"
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
            finished(in_python(folder) if words[0] == "resume" and run % 2 else command(*words))
            if (folder / "result.png").read_bytes() != references[way]:
                sys.exit(f"Run {run} ({way}) came to other bytes after {dict(counted)}.")
            lines = (folder / "trace.jsonl").read_text().count("\n")
            words = painting(way)
            steps = 2 * (int(words[words.index("--iterations") + 1]) + 1)
            if lines > steps:
                sys.exit(f"Run {run} ({way}) has {lines} lines in its trace, not {steps}.")
            same, run = same + 1, run + 1
            shutil.rmtree(folder)
            if run % 10 == 0:
                print(f"{done} kills, {same} runs identical: {dict(counted)}", flush=True)
    print(f"{done} kills in {run} runs, {same} identical to the last byte: {dict(counted)}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]), *sys.argv[3:])
