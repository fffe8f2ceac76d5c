"""What does it cost to keep a run? Everything that the recorder writes, beside evaluations of J.

    python tests/runs/keeping_costs.py [SIZE] [TURNS] [SECONDS]

By turns: an evaluation of J and dJ/dG; a checkpoint with all that L-BFGS remembers after 20 steps;
a preview; lines of the trace, which has 1,000 already. From the slowest of each follows what 1,000
steps of one evaluation each cost: between them a checkpoint whenever `SHARE` allows one, and one
more in the end. They are set against the fastest evaluation; or against the SECONDS that one is
known to take where nothing else is done, since a busy machine slows evaluations more.
"""

import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

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


def main(size=1024, turns=7, known=None):
    """Measure, and print."""
    content, style = (
        nst.load_image(PICTURES / f"{name}.webp", shape=(size, size))
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
    evaluations, slowest = [], dict.fromkeys(("checkpoint", "preview", "line"), 0.0)
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as place:
        folder = RunFolder(Path(place, "run"))
        folder.make()
        with recording.Recording(folder, settings, computing) as recorder:
            recorder._best = recording.best_of(step)
            for _ in range(STEPS):
                recorder._trace.write(step)
            for _ in range(turns):
                evaluations.append(seconds(lambda: made[0](step.canvas)))
                took = {
                    "checkpoint": seconds(lambda: recorder._checkpoint(step)),
                    "preview": seconds(lambda: recorder._preview(step)),
                    "line": seconds(lambda: [recorder._trace.write(step) for _ in range(LINES)]),
                }
                took["line"] /= LINES
                for name, found in took.items():
                    slowest[name] = max(slowest[name], found)
                told = ", ".join(f"{name} {1e3 * found:.2f} ms" for name, found in took.items())
                print(f"evaluation {evaluations[-1]:.2f} s, {told}", flush=True)
        length = folder.trace.stat().st_size / 1e6
    print(f"{size}², {turns} turns; a checkpoint of {size_of:.0f} MB, {length:.2f} MB of trace")
    one = known or min(evaluations)
    parts = {
        "trace": slowest["line"] / one,
        "checkpoints between, at most": recording.SHARE / (1 + recording.SHARE),
        "the last": slowest["checkpoint"] / one / STEPS,
        "previews": slowest["preview"] / one * recording.FRAMES / STEPS,
    }
    print(", ".join(f"{name} {share:.3%}" for name, share in parts.items()))
    print(f"of {STEPS} steps of {one:.2f} s, in all at most {sum(parts.values()):.2%}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]), *map(float, sys.argv[3:]))
