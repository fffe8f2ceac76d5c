"""kill −9 at random moments of the other commands that write, then the same command once more.

    python tests/runs/killing_others.py [KILLS] [SEED]

What was there before is there, or the new one is, whole; what the killed one left is removed by the
next; and after that every file has the bytes of a command that was never disturbed.
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

from killing import COMMON, PICTURES, command, ended, finished, prepare

OLD = b"what was there before"
QUICK = [*COMMON[:2], "--iterations", "4", *COMMON[4:]]
KINDS = {  # the command, and what it writes
    "film": (["film", "kept", "--ledger", "-o", "out/film.webp", "--force"], "film.webp"),
    "film as GIF": (["film", "kept", "-o", "out/film.gif", "--force"], "film.gif"),
    "report": (["report", "kept", "-o", "out/report.html", "--force"], "report.html"),
    "replay": (["replay", "kept/result.png", "-o", "out/again.png", "--force"], "again.png"),
    "texture": (["texture", PICTURES[1], *QUICK, "-o", "out/texture.png", "--force"],
    "texture.png"),
    "strips": (["stylize", *PICTURES, *QUICK, "--rows", "16", "-o", "out/strips.png", "--force"],
               "strips.png"),
    "16 bits": (["stylize", *PICTURES, *QUICK, "--bits", "16", "-o", "out/deep.tif", "--force"],
                "deep.tif"),
    "sweep": (["sweep", *PICTURES, *QUICK, "--over", "beta=1,10,100", "-o", "out"], ""),
    "batch": (["batch", "photographs", PICTURES[1], *QUICK, "-o", "out"], ""),
    "workbook": (["learn", "start", "out"], ""),
}  # fmt: skip
STEADY = (".workbook.json",)


def files(folder):
    """What is in a folder, but for what the system locks."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*"))
            if path.is_file()}  # fmt: skip


def fresh(name):
    """Make the folder of the outputs anew, with an old file in it if there will be one."""
    shutil.rmtree("out", ignore_errors=True)
    Path("out").mkdir()
    if name:
        (Path("out") / name).write_bytes(OLD)


def look(kind, name, reference):
    """See what a killed command has left: whole files, and temporary ones."""
    found = files(Path("out"))
    left = [path for path in found if path.endswith((".tmp", ".part"))]
    for path, body in found.items():
        if path in left or path in ("sheet.png", "table.csv", *STEADY):
            continue  # of a sweep they grow, each whole: the next look at them is after it
        if body not in (OLD, reference.get(path)):
            sys.exit(f"{kind}: {path} is neither what was there nor what comes.")
    if name and name not in found:
        sys.exit(f"{kind}: {name} is gone.")
    return len(left), (found.get(name) == OLD if name else False)


def main(kills=100, seed=0):
    """Kill so often, and print what was found."""
    rng, counted = random.Random(seed), Counter()
    with tempfile.TemporaryDirectory() as place:
        os.chdir(place)
        prepare()
        Path("photographs").mkdir()
        for number, picture in enumerate(PICTURES):
            shutil.copy(picture, f"photographs/{number}.webp")
        words = ["stylize", *PICTURES, *COMMON, "--run", "kept", "--previews", "2"]
        finished(command(*words))
        references, lasted = {}, {}
        for kind, (words, name) in KINDS.items():
            fresh(name)
            began = time.perf_counter()
            finished(command(*words))
            references[kind], lasted[kind] = files(Path("out")), time.perf_counter() - began
        for number in range(kills):
            kind = list(KINDS)[number % len(KINDS)]
            words, name = KINDS[kind]
            fresh(name)
            child = command(*words)
            time.sleep(rng.uniform(0, lasted[kind]))
            os.kill(child, signal.SIGKILL)
            if ended(child) == 0:
                counted["ended before"] += 1
            left, old = look(kind, name, references[kind])
            counted["old file" if old else "new, or several"] += 1
            counted["left behind"] += left
            finished(command(*words))
            after = files(Path("out"))
            if after != references[kind]:
                odd = [p for p in {**after, **references[kind]}
                       if after.get(p) != references[kind].get(p)]  # fmt: skip
                sys.exit(f"{kind}: after it was killed and begun again, {odd} differ.")
            if number % 10 == 9:
                print(f"{number + 1} kills: {dict(counted)}", flush=True)
    print(f"{kills} kills of {len(KINDS)} commands, all well: {dict(counted)}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
