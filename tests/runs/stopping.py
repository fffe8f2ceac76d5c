"""SIGTERM and SIGINT at random moments of `stylize`, from the start of Python on: does it end?

    python tests/runs/stopping.py [TIMES] [SEED]

Within 20 seconds it has, with 143, 130 or 0, without a traceback, and the old file or a whole one
is there. Python itself, while it is being loaded, may end in a way of its own.
"""

import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from killing import PICTURES, ROOT
from PIL import Image

OLD = b"what was there before"
QUICK = ["--size", "48", "--iterations", "3", "--force", "--output"]
BEFORE_US = ("init_import_site", "<frozen", "runpy")


def started(out):
    """Start a short run in a process of its own."""
    words = [sys.executable, "-m", "nst_numpy", "stylize", *PICTURES, *QUICK, str(out)]
    nowhere = subprocess.DEVNULL
    return subprocess.Popen(words, cwd=ROOT, stdin=nowhere, stdout=nowhere, stderr=subprocess.PIPE)


def stopped(out, number, moment):
    """Send a signal at a moment; return the exit code as a shell tells it, and what was left."""
    out.write_bytes(OLD)
    process = started(out)
    time.sleep(moment)
    late = process.poll() is not None
    process.send_signal(number)
    try:
        said = process.communicate(timeout=20)[1].decode()
    except subprocess.TimeoutExpired:
        process.kill()
        sys.exit(f"{signal.Signals(number).name} after {moment:.3f} s: it hangs.")
    code = process.returncode if process.returncode >= 0 else 128 - process.returncode
    if code not in (0, 128 + number) or "Traceback" in said:
        if not any(word in said for word in BEFORE_US):
            sys.exit(f"{signal.Signals(number).name} after {moment:.3f} s: {code}\n{said}")
        return "Python's own way", "old"
    if out.read_bytes() == OLD:
        return code, "old"
    with Image.open(out) as picture:
        picture.load()
    return "it had ended" if late else code, "new"


def duration(out):
    """Run undisturbed, and return how many seconds that took."""
    began = time.monotonic()
    started(out).communicate()
    return time.monotonic() - began


def main(times=60, seed=0):
    """Send so many, by turns, and print what came of them."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background ignores it
    rng, counted = random.Random(seed), Counter()
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "out.png"
        started(out).communicate()  # kernels are compiled
        lasted = min(duration(out) for _ in range(3))
        for turn in range(times):
            number = (signal.SIGTERM, signal.SIGINT)[turn % 2]
            counted[number.name, *stopped(out, number, rng.uniform(0, lasted))] += 1
        if left := sorted(path.name for path in Path(place).iterdir() if path != out):
            print(f"left: {left}")
    print(f"{times} signals within the {lasted:.2f} s of a run")
    for (name, code, file), count in sorted(counted.items(), key=str):
        print(f"{count:3} × {name}: {code}, the {file} file")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
