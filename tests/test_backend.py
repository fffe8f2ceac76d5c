"""What computes is chosen in one place."""

from os import cpu_count

import numpy as np
import pytest
from networks import NARROW, SIXTEEN, VGG16, random_weights

from nst_numpy import Computing, InputError, backend
from nst_numpy.evaluation import Evaluator
from nst_numpy.network import VGG19, Network

FLOAT32, FLOAT64 = np.dtype("float32"), np.dtype("float64")


@pytest.mark.parametrize(
    ("asked", "dtype", "installed", "chosen"),
    [
        ("auto", FLOAT32, True, "numba"),
        ("auto", FLOAT32, False, "numpy"),
        ("auto", FLOAT64, True, "numpy"),
        ("numba", FLOAT32, True, "numba"),
        ("numba", FLOAT64, True, "numpy"),
        ("numpy", FLOAT32, True, "numpy"),
    ],
)
def test_the_choice(monkeypatch, asked, dtype, installed, chosen):
    monkeypatch.setattr(backend, "numba_is_installed", lambda: installed)
    assert backend.which_backend(Computing(backend=asked), VGG19, dtype) == chosen


@pytest.mark.parametrize(
    ("network", "chosen"),
    [
        (VGG16, "numba"),
        (SIXTEEN, "numba"),
        (NARROW, "numpy"),
        (Network("pool first", (("pool0", 3, 3), ("conv1_1", 3, 16))), "numpy"),
    ],
)
def test_the_kernels_know_channels_in_sixteens(monkeypatch, network, chosen):
    monkeypatch.setattr(backend, "numba_is_installed", lambda: True)
    assert backend.which_backend(Computing(), network) == chosen
    assert backend.which_backend(Computing(backend="numba"), network) == chosen
    if chosen == "numpy":
        assert not backend.kernels_to_compile(Computing(), network)


def test_numba_that_is_not_there_is_told_with_how_to_get_it(monkeypatch):
    monkeypatch.setattr(backend, "numba_is_installed", lambda: False)
    with pytest.raises(InputError, match=r'pip install "nst_numpy\[fast\]"'):
        backend.which_backend(Computing(backend="numba"), VGG19, FLOAT32)


def test_the_definition_gets_the_weights_that_it_needs_in_its_dtype():
    weights = random_weights(NARROW, dtype="float32")
    made = backend.evaluator(NARROW, weights, ["conv2_1"], "float64", Computing())
    assert type(made) is Evaluator
    assert made.network is NARROW
    assert list(made.weights) == ["conv1_1", "conv1_2", "conv2_1"]
    for layer, parts in made.weights.items():
        for part, given in zip(parts, weights[layer], strict=True):
            assert part.dtype == np.float64
            np.testing.assert_array_equal(part, given)


@pytest.mark.skipif(not backend.numba_is_installed(), reason="Numba is not installed")
def test_the_compiled_evaluator_has_the_team_that_is_asked_for():
    weights = random_weights(SIXTEEN)
    made = backend.evaluator(SIXTEEN, weights, ["conv1_2"], "float32", Computing(threads=2))
    assert type(made) is not Evaluator
    assert made.team.size == 2
    assert made.network is SIXTEEN
    assert list(made.weights) == ["conv1_1", "conv1_2"]


def test_weights_of_another_network_are_refused():
    weights = random_weights(NARROW)
    with pytest.raises(InputError, match=r"The weights of conv1_1 have the shapes \(3, 3, 3, 8\)"):
        backend.evaluator(SIXTEEN, weights, ["conv1_1"], "float32", Computing())
    lacking = {layer: pair for layer, pair in weights.items() if layer != "conv1_2"}
    backend.evaluator(NARROW, lacking, ["conv1_1"], "float32", Computing())
    with pytest.raises(InputError, match="The weights lack conv1_2"):
        backend.evaluator(NARROW, lacking, ["conv2_1"], "float32", Computing())


def test_as_many_threads_as_are_asked_for_or_as_there_are_processors():
    assert backend.threads(Computing(threads=7)) == 7
    assert 1 <= backend.threads(Computing()) <= cpu_count()
