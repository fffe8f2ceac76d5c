"""One contestant in a process of its own: ``python -m nst_numpy.bench.worker NAME N_H N_W``.

It prepares, evaluates once to warm up, and says ``ready``. Then each line on standard input is one
evaluation, answered by its seconds. When the input ends it prints the largest memory that the
process ever had, in bytes. Ctrl-C ends it without a word, for ``bench`` says one.
"""

import signal
import sys
from pathlib import Path
from time import perf_counter
from typing import cast

from nst_numpy.backend import Backend
from nst_numpy.bench.contestants import ours, torch
from nst_numpy.errors import InputError


def peak_memory() -> int:
    """Return the largest resident memory of this process so far, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux; its ru_maxrss begins with the memory of the parent process
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return 1024 * int(lines["VmHWM"].split()[0])
    if sys.platform == "win32":
        import psutil

        return int(psutil.Process().memory_info().peak_wset)
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak


def main(name: str, n_H: int, n_W: int) -> None:
    """Evaluate whenever a line arrives."""
    try:
        evaluate = torch(n_H, n_W) if name == "torch" else ours(n_H, n_W, cast("Backend", name))
        value, _ = evaluate()
    except (InputError, MemoryError) as error:
        sys.exit(f"{str(error) or 'There is too little memory for this.'}")
    print(f"ready {value:.9g}", flush=True)
    for _ in sys.stdin:
        began = perf_counter()
        evaluate()
        print(perf_counter() - began, flush=True)
    print(peak_memory(), flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
