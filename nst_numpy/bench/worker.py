"""One contestant in a process of its own: ``python -m nst_numpy.bench.worker NAME N_H N_W``.

It prepares, evaluates once to warm up, and says ``ready``. Then each line on standard input is one
evaluation, answered by its seconds. When the input ends it prints the largest memory that the
process ever had, in bytes. Ctrl-C ends it without a word, for ``bench`` says one.
"""

import signal
import sys
from time import perf_counter
from typing import cast

from nst_numpy.backend import Backend
from nst_numpy.bench.contestants import ours, torch
from nst_numpy.errors import InputError
from nst_numpy.machine import peak_memory


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
