"""What computes is chosen in one place."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from os import cpu_count
from pathlib import Path

import numpy as np
import pytest
from networks import NARROW, SIXTEEN, VGG16, random_weights

from nst_numpy import Computing, InputError, backend, blas, layers
from nst_numpy.costs import Content, Gram, Term
from nst_numpy.evaluation import Evaluator
from nst_numpy.network import VGG19, Network

FLOAT32, FLOAT64 = np.dtype("float32"), np.dtype("float64")


@pytest.mark.parametrize(
    ("asked", "dtype", "installed", "chosen"),
    [
        ("auto", FLOAT32, True, "numba"),
        ("auto", FLOAT32, False, "numpy"),
        ("auto", FLOAT64, True, "definition"),
        ("numba", FLOAT32, True, "numba"),
        ("numba", FLOAT64, True, "definition"),
        ("numpy", FLOAT32, True, "numpy"),
        ("numpy", FLOAT64, True, "definition"),
        ("definition", FLOAT32, True, "definition"),
    ],
)
def test_the_choice(monkeypatch, asked, dtype, installed, chosen):
    monkeypatch.setattr(backend, "numba_is_installed", lambda: installed)
    monkeypatch.setattr(backend, "_problem_of_import", str)
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
    monkeypatch.setattr(backend, "_problem_of_import", str)
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
    assert isinstance(made, Evaluator)
    assert made.layers is layers
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
    assert not isinstance(made, Evaluator)
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
    with blas.limited(1):
        assert backend.threads(Computing()) == 1


@pytest.mark.parametrize(
    ("name", "threads", "seen"),
    [("definition", 3, 3), ("definition", None, 2), ("numpy", 3, 1), ("numpy", None, 1)],
)
def test_blas_takes_the_threads_that_it_should_while_it_computes(name, threads, seen):
    """Those asked for, or one in each of them; not asked, what it would take; then as before."""
    found = []

    class Watching(Content):
        def measure(self, a):
            found.append(blas.current_threads())
            return super().measure(a)

    weights = random_weights(NARROW, dtype="float32")
    computing = Computing(name, threads)
    J = backend.evaluator(NARROW, weights, ["conv1_2"], "float32", computing)
    term = Term("content", "conv1_2", Watching(), 1.0, np.float32(0))
    picture = np.random.default_rng(0).random((9, 10, 3), np.float32)
    with blas.limited(2):
        J.measure(picture, [term])
        J(picture, [term])
        assert found == [seen, seen]
        assert blas.current_threads() == 2


def test_plain_numpy_comes_to_what_the_definition_comes_to():
    """And it leaves the picture, the weights and the targets as they are."""
    rng = np.random.default_rng(0)
    weights = random_weights(SIXTEEN, dtype="float32")
    kept = {layer: (weight.copy(), bias.copy()) for layer, (weight, bias) in weights.items()}
    taps = ("conv1_1", "conv2_2", "conv3_1")
    picture, other = rng.random((2, 37, 46, 3), np.float32)
    before = picture.copy()
    plain, exact = (
        backend.evaluator(SIXTEEN, weights, taps, dtype, Computing("numpy", threads=2))
        for dtype in ("float32", "float64")
    )
    assert plain.layers is not layers
    terms = [Term(tap, tap, Gram(), 2.0) for tap in taps] + [Term("c", "conv3_1", Content(), 3.0)]
    targets = [s for s, _ in exact.measure(other.astype(float), terms)]
    per_position = [*(s / 1000 for s in targets[:3]), targets[3]]
    terms = [replace(term, target=s) for term, s in zip(terms, per_position, strict=True)]
    values, dG = plain(picture, [term.in_dtype(FLOAT32) for term in terms])
    expected, wanted = exact(picture.astype(float), terms)
    assert values == pytest.approx(expected, rel=1e-5)
    assert dG.dtype == np.float32
    assert np.linalg.norm(dG - wanted) < 1e-3 * np.linalg.norm(wanted)
    np.testing.assert_array_equal(picture, before)
    for layer, pair in kept.items():
        for part, given in zip(pair, weights[layer], strict=True):
            np.testing.assert_array_equal(part, given)
    again, dG_again = plain(picture, [term.in_dtype(FLOAT32) for term in terms])
    assert again == values
    np.testing.assert_array_equal(dG_again, dG)


@pytest.mark.skipif(not backend.numba_is_installed(), reason="Numba is not installed")
@pytest.mark.parametrize("setting", ["NUMBA_DISABLE_JIT=1", "NUMBA_NUM_THREADS=0"])
def test_where_numba_cannot_be_used_plain_numpy_computes_and_that_is_said_once(setting):
    asked = """
import warnings
warnings.showwarning = lambda message, *_, **__: print(message)
from nst_numpy import Computing, InputError
from nst_numpy.backend import which_backend
from nst_numpy.network import VGG19
print([which_backend(Computing(), VGG19) for _ in range(2)])
try:
    which_backend(Computing(backend="numba"), VGG19)
except InputError as error:
    print(error)
"""
    name, _, value = setting.partition("=")
    end = subprocess.run(
        [sys.executable, "-c", asked], env=os.environ | {name: value}, text=True,
        capture_output=True, check=True,
    )  # fmt: skip
    note, found, refused = end.stdout.splitlines()
    assert re.fullmatch(r"Numba cannot be used \(.*\), so plain NumPy computes\.", note)
    assert found == "['numpy', 'numpy']"
    assert re.fullmatch(r"Numba cannot be used \(.*\); choose the backend numpy\.", refused)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="limits as Linux tells them")
@pytest.mark.parametrize(
    ("which", "kilobytes", "seen"),
    [("AS", 700_000, True), ("AS", 4_000_000, False), ("DATA", 400_000, True),
     ("DATA", 4_000_000, False)],
)  # fmt: skip
def test_under_a_limit_of_addresses_numba_is_not_even_loaded(which, kilobytes, seen):
    """It would wait for ever for room that a BLAS of its own never gets."""
    pytest.importorskip("numba")
    source = (
        f"import resource; resource.setrlimit(resource.RLIMIT_{which}, 2 * ({kilobytes} * 1024,))\n"
        "from nst_numpy import backend; print(backend.numba_problem())"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    end = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True, env=environment
    )
    said = "Numba cannot be used (a limit leaves less than 600 MB of addresses)" if seen else ""
    assert end.stdout.strip() == said
