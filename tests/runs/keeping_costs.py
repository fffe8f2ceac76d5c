"""What does it cost to keep a run? By the clock, around everything that the recorder does.

    python tests/runs/keeping_costs.py [SIZE] [ITERATIONS] [PAIRS]

Each pair is a painting that is kept and one that is not, by turns. Of the kept one the time in
which `stylize` works is taken from the whole. A trace of 1,000 lines is written apart, and from all
of it follows what 1,000 steps of this size would cost: a checkpoint whenever `SHARE` allows one,
and one more in the end.
"""

import json
import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import nst_numpy as nst
from nst_numpy import runs
from nst_numpy.runs import recording
from nst_numpy.runs.checkpoint import arrays_of
from nst_numpy.runs.trace import Trace

PICTURES = Path(__file__).parents[2] / "pictures"
STEPS = 1000


class Clock:
    """Adds up the time that a function takes."""

    def __init__(self, function):
        self.function, self.each = function, []

    def __call__(self, *given):
        began = time.perf_counter()
        try:
            return self.function(*given)
        finally:
            self.each.append(time.perf_counter() - began)


def measure(steps):
    """Go through steps; return the seconds, and the last of them."""
    began = time.perf_counter()
    for step in steps:
        last = step
    return time.perf_counter() - began, last


def trace_of(step, folder):
    """Return the seconds that a line takes, of 1,000."""
    trace = Trace(folder / "trace.jsonl")
    write = Clock(trace.write)
    for _ in range(STEPS):
        write(step)
    trace.close()
    return sum(write.each) / STEPS, (folder / "trace.jsonl").stat().st_size


def main(size=1024, iterations=24, pairs=3):
    """Measure, and print."""
    content, style = (
        nst.load_image(PICTURES / f"{name}.webp", size)
        for name in ("eilean-donan-castle", "church-at-auvers")
    )
    settings = nst.Settings(scales=1, iterations=iterations, gain=0)
    weights = nst.load_weights()
    measure(nst.stylize(content, [style], nst.Settings(scales=1, iterations=1), weights))  # warm
    save = recording.save_step = Clock(recording.save_step)
    preview = Clock(recording.Recording._preview)
    recording.Recording._preview = lambda recorder, step: preview(recorder, step)
    found = []
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as place:
        for _ in range(pairs):
            plain, last = measure(nst.stylize(content, [style], settings, weights))
            inside = Clock(next)
            real_stylize = runs.commission.stylize

            def timed(*given, inside=inside, real_stylize=real_stylize):
                steps = real_stylize(*given)
                while (step := inside(steps, None)) is not None:
                    yield step

            runs.commission.stylize = timed
            save.each.clear()
            folder = Path(place, "run")
            kept, last = measure(runs.paint(folder, content, [style], settings, weights))
            runs.commission.stylize = real_stylize
            found.append((kept / plain, (kept - sum(inside.each)) / kept, [*save.each]))
            print(json.dumps({
                "not kept, s": round(plain, 2), "kept, s": round(kept, 2),
                "share of the recorder": round(found[-1][1], 4),
                "checkpoints, s": [round(x, 2) for x in save.each],
            }), flush=True)  # fmt: skip
            shutil.rmtree(folder)
        line, length = trace_of(last, Path(place))
    bytes_of = sum(array.nbytes for array in arrays_of(last).values())
    checkpoint = max(seconds for *_, each in found for seconds in each)
    step = plain / iterations
    most = STEPS * step
    last_one, between = checkpoint / most, recording.SHARE / (1 + recording.SHARE)
    shown = recording.FRAMES * max(preview.each) / most
    print(f"{content.shape[1]} × {content.shape[0]}: {step:.2f} s for a step")
    print(f"kept against not kept, {pairs} pairs: {median(x[0] for x in found):.4f}")
    print(f"a line of the trace: {1e3 * line:.3f} ms; {STEPS} have {length / 1e6:.2f} MB")
    print(f"the longest checkpoint, {bytes_of / 1e6:.0f} MB: {checkpoint:.2f} s")
    print(
        f"{STEPS} steps: trace {line / step:.4%}, checkpoints between at most {between:.2%}, "
        f"the last {last_one:.2%}, previews {shown:.2%}; "
        f"in all at most {line / step + between + last_one + shown:.2%}"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
