"""The memory that is told before a run, beside what the run took."""

import subprocess
import sys

import pytest
from networks import NARROW

from nst_numpy import Computing, Settings
from nst_numpy.backend import numba_is_installed
from nst_numpy.memory import available_memory, predicted_memory
from nst_numpy.network import PICTURE, VGG19

RUN = """
import sys
from nst_numpy import Computing, Settings, load_weights, stylize
from nst_numpy.bench.contestants import pictures
from nst_numpy.bench.worker import peak_memory
from nst_numpy.memory import predicted_memory

side, backend, pooling = int(sys.argv[1]), sys.argv[2], sys.argv[3]
content, style = pictures(side, side)
chosen = Settings(pooling=pooling, iterations=2, scales=1, optimizer="adam")
computing = Computing(backend=backend)
for step in stylize(content, [style], chosen, load_weights(), computing):
    pass
print(peak_memory(), predicted_memory(content.shape, chosen, computing))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="resident memory is counted differently")
@pytest.mark.parametrize(
    ("side", "backend", "pooling"),
    [
        (400, "definition", "average"),
        (320, "definition", "max"),
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


@pytest.mark.parametrize("backend", ["definition", "numpy", "numba"])
def test_more_pixels_and_deeper_taps_take_more(backend):
    if backend == "numba" and not numba_is_installed():
        pytest.skip("Numba is not installed")
    computing = Computing(backend=backend)
    small = predicted_memory((100, 100, 3), Settings(), computing)
    assert predicted_memory((200, 100, 3), Settings(), computing) > small
    shallow = Settings(style_layers={"conv1_1": 1})
    assert predicted_memory((100, 100, 3), shallow, computing) < small


@pytest.mark.parametrize("backend", ["definition", "numpy", "numba"])
@pytest.mark.parametrize("sides", [(100, 100), (900, 900)])
def test_a_tap_of_the_picture_itself_takes_little(backend, sides):
    if backend == "numba" and not numba_is_installed():
        pytest.skip("Numba is not installed")
    computing = Computing(backend=backend)
    plain, tapped, alone = (
        predicted_memory(
            sides, Settings(content_layers=content, style_layers=style, margin=0), computing
        )
        for content, style in (
            ({}, {"conv1_1": 1.0}),
            ({PICTURE: 1.0}, {"conv1_1": 1.0}),
            ({PICTURE: 1.0}, {}),
        )
    )
    one = 4 * 3 * sides[0] * sides[1]
    assert plain <= tapped <= plain + 10 * one
    assert alone < plain


def test_lbfgs_takes_more_than_adam():
    computing = Computing(backend="numpy")
    adam, lbfgs = (
        predicted_memory((100, 100, 3), Settings(optimizer=name, margin=0), computing)
        for name in ("adam", "lbfgs")
    )
    assert 4 * 3 * 100 * 100 * 20 < lbfgs - adam < 4 * 3 * 100 * 100 * 60


def test_a_narrow_network_takes_less():
    computing = Computing(backend="numpy")
    narrow, wide = (
        predicted_memory((100, 100, 3), Settings(network=network), computing)
        for network in (NARROW, VGG19)
    )
    assert narrow < wide - 20_024_384 * 4 * 0.9  # that much for its weights alone


def test_there_is_memory():
    assert 2**26 < available_memory() < 2**50


@pytest.mark.skipif(sys.platform != "linux", reason="address space is counted differently")
def test_a_limit_on_the_process_counts():
    limited = """
import resource
from nst_numpy.memory import available_memory
resource.setrlimit(resource.RLIMIT_AS, (10**9, resource.RLIM_INFINITY))
print(available_memory())
"""
    run = subprocess.run(
        [sys.executable, "-c", limited], capture_output=True, text=True, check=True
    )
    assert 0 < int(run.stdout) < 0.85e9
