"""What does it cost to keep a run? Everything that the recorder writes, beside evaluations of J.

    python tests/runs/keeping_costs.py [SIZE] [TURNS]

By turns, so that whatever else this machine does slows both: an evaluation of J and dJ/dG; then a
checkpoint with all that L-BFGS remembers after 20 steps, a preview, and lines of the trace, which
has 1,000 already. From the medians of the ratios follows what 1,000 steps cost at least one
evaluation each: between them a checkpoint whenever `SHARE` allows one, and one more in the end.
"""

import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np

import nst_numpy as nst
from nst_numpy.runs import RunFolder, recording
from nst_numpy.runs.checkpoint import arrays_of

PICTURES = Path(__file__).parents[2] / "pictures"
STEPS, LINES = 1000, 50


def seconds(work):
    """Return how long it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def remembering(step, count):
    """Return a step after which L-BFGS would remember so many others: of noise, as long as they."""
    rng, x = np.random.default_rng(0), step.state.x
    pairs = [tuple(rng.random(x.shape, np.float32) for _ in range(count)) for _ in range(2)]
    state = replace(step.state, s=pairs[0], y=pairs[1])
    return replace(step, state=state)


def main(size=1024, turns=7):
    """Measure, and print."""
    content, style = (
        nst.load_image(PICTURES / f"{name}.webp", size)
        for name in ("eilean-donan-castle", "church-at-auvers")
    )
    settings, computing = nst.Settings(scales=1, iterations=STEPS, gain=0), nst.Computing()
    made = []

    def objective(*given, **named):
        made.append(nst.Objective(*given, **named))
        return made[-1]

    steps = nst.stylize(content, [style], settings, nst.load_weights(), computing, objective)
    step = remembering(next(steps), settings.pairs)
    steps.close()
    size_of = sum(array.nbytes for array in arrays_of(step).values()) / 1e6
    ratios = {"checkpoint": [], "preview": [], "line": []}
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as place:
        folder = RunFolder(Path(place, "run"))
        folder.make()
        with recording.Recording(folder, settings, computing) as recorder:
            recorder._best = recording.best_of(step)
            for _ in range(STEPS):
                recorder._trace.write(step)
            for _ in range(turns):
                evaluation = seconds(lambda: made[0](step.canvas))
                took = {
                    "checkpoint": seconds(lambda: recorder._checkpoint(step)),
                    "preview": seconds(lambda: recorder._preview(step)),
                    "line": seconds(lambda: [recorder._trace.write(step) for _ in range(LINES)]),
                }
                took["line"] /= LINES
                for name, found in took.items():
                    ratios[name].append(found / evaluation)
                told = ", ".join(f"{name} {1e3 * found:.2f} ms" for name, found in took.items())
                print(f"evaluation {evaluation:.2f} s, {told}", flush=True)
        length = folder.trace.stat().st_size / 1e6
    n_H, n_W, _ = content.shape
    middle = {name: median(found) for name, found in ratios.items()}
    print(
        f"{n_W} × {n_H}, {turns} turns; a checkpoint of {size_of:.0f} MB, {length:.2f} MB of trace"
    )
    print("in evaluations: " + ", ".join(f"{name} {one:.3g}" for name, one in middle.items()))
    parts = {
        "trace": middle["line"],
        "checkpoints between, at most": recording.SHARE / (1 + recording.SHARE),
        "the last": middle["checkpoint"] / STEPS,
        "previews": middle["preview"] * recording.FRAMES / STEPS,
    }
    print(", ".join(f"{name} {share:.3%}" for name, share in parts.items()))
    print(f"of {STEPS} steps, in all at most {sum(parts.values()):.2%}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
