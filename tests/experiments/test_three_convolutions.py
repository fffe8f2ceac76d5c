from dataclasses import replace

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from nst_numpy.experiments import three_convolutions
from nst_numpy.experiments.convolving.counting import Tally, counted
from nst_numpy.experiments.convolving.drawing import draw
from nst_numpy.experiments.convolving.measured import Layer
from nst_numpy.experiments.convolving.timing import by_turns, least, one_thread
from nst_numpy.experiments.convolving.ways import (
    F2,
    F4,
    kernel_points,
    loops,
    turned,
    winograd,
)
from nst_numpy.gradcheck import adjoint_error, relative_error
from nst_numpy.layers import conv_backward, conv_forward

TILES = pytest.mark.parametrize("F", [F2, F4], ids=["F(2×2)", "F(4×4)"])


@pytest.fixture(scope="module")
def answer(castle, church, weights):
    return three_convolutions.answer(castle, church, weights, rounds=2)


@pytest.fixture(scope="module")
def rows(answer):
    return answer.numbers["layers"]


def test_all_ways_give_the_same(rows):
    assert [row["layer"] for row in rows] == ["conv1_2", "conv2_2", "conv3_2", "conv4_2"]
    for row in rows:
        assert set(row["float64"]) == {"loops", "F(2×2)", "F(4×4)"}
        assert max(row["float64"].values()) < 1e-13
        assert {"im2col", "F(2×2)", "F(4×4)"} <= set(row["float32"])
        assert min(row["float32"].values()) > 1e-8  # it was float32
        assert max(row["float32"].values()) < 1e-5
        assert set(row["adjoint"]) == {"loops", "im2col", "F(2×2)", "F(4×4)"}
        assert max(row["adjoint"].values()) < 1e-11


def test_a_larger_tile_has_the_larger_error(rows):
    for row in rows:
        assert row["float32"]["F(4×4)"] > 1.2 * row["float32"]["F(2×2)"]


def test_a_quarter_of_the_multiplications(rows):
    for row in rows:
        assert row["products"]["loops"] == row["products"]["im2col"] == 9 * row["n_C_in"]
        results = row["n_H"] * row["n_W"]
        for way, m in (("F(2×2)", 2), ("F(4×4)", 4)):
            tiles = -(-row["n_H"] // m) * -(-row["n_W"] // m)
            products = (m + 2) ** 2 * tiles / results * row["n_C_in"]
            assert row["products"][way] == pytest.approx(products)
            assert 0 < row["transforms"][way] < 100 * row["n_C_in"] / row["n_C_out"]


def test_four_products_in_place_of_six(answer):
    line = answer.numbers["line"]
    assert (line["products"], line["products by Winograd"]) == (6, 4)
    d, g = line["d"], line["g"]
    y = [sum(d[i + u] * g[u] for u in range(3)) for i in range(2)]
    assert line["y"] == y == line["y by Winograd"]
    assert any(y)


def test_the_times_are_times(rows):
    for row in rows:
        assert min(row["seconds"].values()) > 0
        assert row["seconds"]["loops"] > 100 * row["seconds"]["im2col"]
        assert set(row["rounds"]) == set(row["seconds"]) - {"loops"}
        for way, seconds in row["rounds"].items():
            assert len(seconds) == 2
            assert row["seconds"][way] == min(seconds) > 0


def test_the_ratio_is_that_of_the_least_times(answer, rows):
    shares = answer.numbers["F(4×4) of im2col"]
    assert list(shares) == [row["layer"] for row in rows]
    for row in rows:
        share = min(row["rounds"]["F(4×4)"]) / min(row["rounds"]["im2col"])
        assert shares[row["layer"]] == share
    quarter = answer.claims[3]
    assert ", ".join(f"{share:.2f}" for share in shares.values()) in quarter.seen
    assert quarter.holds == all(0.25 < shares[layer] < 1 for layer in ("conv1_2", "conv2_2"))


def test_ways_take_turns_and_the_least_time_counts():
    order = []
    ways = {name: lambda name=name: order.append(name) for name in "ab"}
    seconds = by_turns(ways, rounds=3)
    assert order == ["a", "b"] * 3
    assert [len(times) for times in seconds.values()] == [3, 3]
    assert least({"a": [3.0, 1.0, 2.0]}) == {"a": 1.0}


def test_blas_works_with_one_thread_for_the_time_of_the_measurement():
    before = [pool["num_threads"] for pool in threadpool_info()]
    with one_thread() as on_one_core:
        pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
        assert on_one_core == (bool(pools) and {pool["num_threads"] for pool in pools} == {1})
    assert [pool["num_threads"] for pool in threadpool_info()] == before


def test_a_time_that_is_too_long_is_cut_off_and_has_its_number(rows):
    slow = [Layer(**row) for row in rows]
    slow[2] = replace(
        slow[2], seconds=slow[2].seconds | {"F(4×4)": 20 * rows[2]["seconds"]["im2col"]}
    )
    axis = draw(slow).axes[1]
    assert axis.get_ylim() == (0, 2)
    assert "20.0" in [text.get_text() for text in axis.texts]


def test_what_is_equal_and_what_is_counted_is_claimed(answer, well_formed):
    """Which is faster is not asserted: these pictures are small, and machines differ."""
    well_formed(answer)
    assert all(claim.holds for claim in answer.claims[:3])
    assert max(map(len, answer.lines)) <= 100


def test_everything_works_without_numba(castle, church, weights, monkeypatch, well_formed):
    from nst_numpy.experiments.convolving import measured

    monkeypatch.setattr(measured, "numba_is_installed", lambda: False)
    answer = three_convolutions.answer(castle[:40, :40], church, weights, rounds=1)
    well_formed(answer)
    assert len(answer.claims) == 4
    assert all("compiled" not in row["seconds"] for row in answer.numbers["layers"])


@TILES
@pytest.mark.parametrize("shape", [(1, 1), (4, 4), (5, 9), (12, 7)])
def test_winograd_is_the_convolution(F, shape):
    rng = np.random.default_rng(0)
    x, weight, bias = (rng.standard_normal(size) for size in ((*shape, 3), (3, 3, 3, 5), (5,)))
    z = winograd(x, kernel_points(weight, F), F, bias)
    assert z == pytest.approx(conv_forward(x, weight, bias), abs=1e-12)
    assert z == pytest.approx(loops(x, weight, bias), abs=1e-12)

    dz = rng.standard_normal(z.shape)
    back = kernel_points(turned(weight), F)
    assert winograd(dz, back, F) == pytest.approx(conv_backward(dz, weight), abs=1e-12)
    there = kernel_points(weight, F)
    assert (
        adjoint_error(lambda v: winograd(v, there, F), lambda u: winograd(u, back, F), x, dz)
        < 1e-11
    )


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
    F = F.as_type(np.dtype(np.float32))
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
    tally = Tally()
    a = counted(np.arange(6.0).reshape(2, 3), tally)
    plain = np.arange(12.0).reshape(3, 4)
    assert np.array_equal(a @ plain, np.arange(6.0).reshape(2, 3) @ plain)
    assert tally.products == 2 * 3 * 4
    assert type(a @ plain) is np.ndarray
    tally.products = 0
    assert a[1, 2] * 2.0 == 10.0
    assert (a[0] * np.ones((4, 1))).shape == (4, 3)
    assert tally.products == 1 + 12
    a + plain[:2, :3]
    assert tally.products == 13
    assert np.ones((5, 2, 2)) @ a is not None
    assert tally.products == 13 + 5 * 2 * 2 * 3
