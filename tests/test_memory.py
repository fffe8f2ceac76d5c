"""The memory that is told before a run, beside what the run took."""

import subprocess
import sys

import pytest

from nst_numpy import Settings
from nst_numpy.backend import numba_is_installed
from nst_numpy.memory import available_memory, peak_memory

RUN = """
import sys
from nst_numpy import load_weights, stylize
from nst_numpy.bench.contestants import pictures
from nst_numpy.bench.worker import peak_memory as measured
from nst_numpy.memory import peak_memory
from nst_numpy import Settings

side, backend, pooling = int(sys.argv[1]), sys.argv[2], sys.argv[3]
content, style = pictures(side, side)
chosen = Settings(backend=backend, pooling=pooling, iterations=2, scales=1, optimizer="adam")
for step in stylize(content, [style], chosen, load_weights()):
    pass
print(measured(), peak_memory(content.shape, chosen))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="resident memory is counted differently")
@pytest.mark.parametrize(
    ("side", "backend", "pooling"),
    [
        (400, "numpy", "average"),
        (320, "numpy", "max"),
        (400, "numba", "average"),
        (700, "numba", "max"),
    ],
)
def test_the_prediction_is_within_15_percent_of_what_was_measured(side, backend, pooling):
    if backend == "numba" and not numba_is_installed():
        pytest.skip("Numba is not installed")
    for _ in range(2 if backend == "numba" else 1):  # the first compiles, which takes memory
        run = subprocess.run(
            [sys.executable, "-c", RUN, str(side), backend, pooling],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    measured, predicted = map(int, run.stdout.split())
    assert predicted == pytest.approx(measured, rel=0.15)


def test_more_pixels_and_deeper_taps_take_more():
    chosen = Settings(backend="numpy")
    small = peak_memory((100, 100, 3), chosen)
    assert peak_memory((200, 100, 3), chosen) > small
    assert (
        peak_memory((100, 100, 3), Settings(backend="numpy", style_layers={"conv1_1": 1})) < small
    )


def test_there_is_memory():
    assert 2**26 < available_memory() < 2**50
