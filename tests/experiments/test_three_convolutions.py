from dataclasses import replace

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from nst_numpy.experiments import EXPERIMENTS
from nst_numpy.experiments.convolving.counting import counted
from nst_numpy.experiments.convolving.drawing import draw_layers
from nst_numpy.experiments.convolving.measured import count, time_by_turns
from nst_numpy.experiments.convolving.ways import (
    F2,
    F4,
    WAYS,
    kernel_points,
    loops,
    turned,
    winograd,
)
from nst_numpy.gradcheck import adjoint_error, relative_error
from nst_numpy.layers import conv_backward, conv_forward

TILES = pytest.mark.parametrize("F", [F2, F4], ids=["F(2×2)", "F(4×4)"])
THREE = EXPERIMENTS["three-convolutions"]


@pytest.fixture(scope="module")
def answer(castle, church, weights):
    return THREE.answer(castle, church, weights, rounds=2)


@pytest.fixture(scope="module")
def layers(answer):
    return answer.measured.layers


def test_all_ways_give_the_same(layers):
    assert [one.layer for one in layers] == ["conv1_2", "conv2_2", "conv3_2", "conv4_2"]
    for one in layers:
        assert set(one.float64) == {"loops", "F(2×2)", "F(4×4)"}
        assert max(one.float64.values()) < 1e-13
        assert {"im2col", "F(2×2)", "F(4×4)"} <= set(one.float32)
        assert min(one.float32.values()) > 1e-8  # it was float32
        assert max(one.float32.values()) < 1e-5
        assert one.adjoint.keys() == WAYS.keys()
        assert max(one.adjoint.values()) < 1e-11


def test_a_larger_tile_has_the_larger_error(layers):
    for one in layers:
        assert one.float32["F(4×4)"] > 1.2 * one.float32["F(2×2)"]


def test_a_quarter_of_the_multiplications(layers):
    for one in layers:
        assert one.products["loops"] == one.products["im2col"] == 9 * one.n_C_in
        for way, m in (("F(2×2)", 2), ("F(4×4)", 4)):
            tiles = -(-one.n_H // m) * -(-one.n_W // m)
            products = (m + 2) ** 2 * tiles / (one.n_H * one.n_W) * one.n_C_in
            assert one.products[way] == pytest.approx(products)
            assert 0 < one.transforms[way] < 100 * one.n_C_in / one.n_C_out


def test_four_products_in_place_of_six(answer):
    measured = answer.measured
    assert (measured.by_definition, measured.by_winograd) == (6, 4)
    d, g = measured.d, (1, 2, 3)
    y = ", ".join(f"{sum(d[i + u] * g[u] for u in range(3)):g}" for i in range(2))
    assert any(d)
    assert [f"= ({y})" in line for line in answer.lines[:5]] == [False, True, False, True, False]


def test_the_least_times_count(answer, layers):
    for one in layers:
        for way, seconds in one.rounds.items():
            assert len(seconds) == (1 if way == "loops" else 2)
            assert one.seconds[way] == min(seconds) > 0
        assert one.of_im2col["loops"] > 100
        share = min(one.rounds["F(4×4)"]) / min(one.rounds["im2col"])
        assert one.of_im2col["F(4×4)"] == share
    quarter = answer.claims[3]
    shares = [one.of_im2col["F(4×4)"] for one in layers]
    assert ", ".join(f"{share:.2f}" for share in shares) in quarter.seen
    assert quarter.holds == all(0.25 < share < 1 for share in shares[:2])


def test_ways_take_turns_and_blas_one_thread_for_that_time():
    before = [pool["num_threads"] for pool in threadpool_info()]
    order = []
    told = {}

    def run(way):
        order.append(way)
        pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
        told[way] = bool(pools) and {pool["num_threads"] for pool in pools} == {1}

    on_one_core, seconds = time_by_turns({way: lambda way=way: run(way) for way in "ab"}, rounds=3)
    assert order == ["a", "b"] * 3
    assert [len(times) for times in seconds.values()] == [3, 3]
    assert told == {"a": on_one_core, "b": on_one_core}
    assert [pool["num_threads"] for pool in threadpool_info()] == before


def test_a_time_that_is_too_long_is_cut_off_and_has_its_number(layers):
    one = layers[2]
    rounds = one.rounds | {"F(4×4)": [20 * one.seconds["im2col"]]}
    axis = draw_layers([*layers[:2], replace(one, rounds=rounds), layers[3]]).axes[1]
    assert axis.get_ylim() == (0, 2)
    assert "20.0" in [text.get_text() for text in axis.texts]


def test_what_is_equal_and_what_is_counted_is_claimed(answer, well_formed):
    """Which is faster is not asserted: these pictures are small, and machines differ."""
    well_formed(answer)
    assert all(claim.holds for claim in answer.claims[:3])
    assert max(map(len, answer.lines)) <= 100


@pytest.mark.long
def test_everything_works_without_numba(castle, church, weights, monkeypatch, well_formed):
    from nst_numpy.experiments.convolving import measured

    monkeypatch.setattr(measured, "numba_is_installed", lambda: False)
    answer = THREE.answer(castle[:40, :40], church, weights, rounds=1)
    well_formed(answer)
    assert len(answer.claims) == 4
    assert all("compiled" not in one.seconds for one in answer.measured.layers)


@TILES
@pytest.mark.parametrize("shape", [(1, 1), (4, 4), (5, 9), (12, 7)])
def test_winograd_is_the_convolution(F, shape):
    rng = np.random.default_rng(0)
    x, weight, bias = (rng.standard_normal(size) for size in ((*shape, 3), (3, 3, 3, 5), (5,)))
    there, back = kernel_points(weight, F), kernel_points(turned(weight), F)
    z = winograd(x, there, F, bias)
    assert z == pytest.approx(conv_forward(x, weight, bias), abs=1e-12)
    assert z == pytest.approx(loops(x, weight, bias), abs=1e-12)

    dz = rng.standard_normal(z.shape)
    assert winograd(dz, back, F) == pytest.approx(conv_backward(dz, weight), abs=1e-12)
    error = adjoint_error(lambda v: winograd(v, there, F), lambda u: winograd(u, back, F), x, dz)
    assert error < 1e-11


@TILES
def test_blocks_of_tiles_leave_no_seam(F, monkeypatch):
    rng = np.random.default_rng(1)
    x, weight = rng.standard_normal((23, 9, 4)), rng.standard_normal((3, 3, 4, 4))
    U = kernel_points(weight, F)
    whole = winograd(x, U, F)
    monkeypatch.setattr("nst_numpy.experiments.convolving.ways.BLOCK", 1)
    assert winograd(x, U, F) == pytest.approx(whole, abs=1e-13)


@TILES
def test_float32_stays_float32(F):
    x, weight = np.ones((5, 5, 2), np.float32), np.ones((3, 3, 2, 2), np.float32)
    U = kernel_points(weight, F)
    assert U.dtype == winograd(x, U, F).dtype == np.float32


@TILES
def test_the_matrices_convolve_any_line(F):
    rng = np.random.default_rng(2)
    d, g = rng.standard_normal(len(F.G)), rng.standard_normal(3)
    y = F.A_T @ ((F.G @ g) * (F.B_T @ d))
    wanted = np.convolve(d, g[::-1], "valid")
    for got, want in zip(y, wanted, strict=True):
        assert relative_error(got, want) < 1e-12


def test_multiplications_are_counted_one_by_one():
    tally = []
    a = counted(np.arange(6.0).reshape(2, 3), tally)
    plain = np.arange(12.0).reshape(3, 4)
    assert np.array_equal(a @ plain, np.arange(6.0).reshape(2, 3) @ plain)
    assert sum(tally) == 2 * 3 * 4
    assert type(a @ plain) is np.ndarray
    tally.clear()
    assert a[1, 2] * 2.0 == 10.0
    assert (a[0] * np.ones((4, 1))).shape == (4, 3)
    assert sum(tally) == 1 + 12
    a + plain[:2, :3]
    assert sum(tally) == 13
    assert np.ones((5, 2, 2)) @ a is not None
    assert sum(tally) == 13 + 5 * 2 * 2 * 3


def test_all_ways_are_counted_alike():
    rng = np.random.default_rng(4)
    x, weight = rng.standard_normal((4, 4, 2)), rng.standard_normal((3, 3, 2, 3))
    counts = {way: count(make(weight), x) for way, make in WAYS.items()}
    assert counts["loops"] == counts["im2col"] == (9 * 2, 0)
    assert counts["F(4×4)"][0] == 36 * 2 / 16
    assert counts["F(2×2)"][0] == 16 * 2 / 4
