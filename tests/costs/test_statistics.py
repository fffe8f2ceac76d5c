"""Other statistics of the style: their formulas, what they see, and that nothing is NaN."""

from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest
from networks import SIXTEEN, random_weights
from scipy.linalg import sqrtm

from nst_numpy import Computing, Objective, Settings
from nst_numpy.backend import numba_is_installed
from nst_numpy.costs import STATISTICS, Covariance, Deviation, Histogram, Sliced, Wasserstein
from nst_numpy.costs.sliced import LEVELS, parts, rotation, shared
from nst_numpy.costs.term import cost
from nst_numpy.gradcheck import directional_error, elementwise_error

NAMES = [name for name in STATISTICS if name != "gram"]
each = pytest.mark.parametrize("name", NAMES)
SUMS = ("covariance", "deviation", "gram-deviation", "wasserstein")
M_G = 5 * 7
n_C = 3  # noqa: N816


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def a_G(rng):
    return rng.standard_normal((5, 7, n_C)) + 0.5


@pytest.fixture
def a_S(rng):
    return rng.standard_normal((6, 4, n_C)) @ rng.standard_normal((n_C, n_C)) - 1


def target_of(name, *pictures):
    """Return what `Objective` makes of some styles that count alike."""
    s = STATISTICS[name]
    return sum(s.measure(a) / (a.shape[0] * a.shape[1]) for a in pictures) / len(pictures)


def moments(a):
    A = a.reshape(-1, n_C)
    return A.mean(axis=0), np.cov(A.T, bias=True), np.square(A).mean(axis=0).sum()


def test_covariance_is_its_formula(a_G, a_S):
    (mu, V, _), (mu_S, V_S, P) = moments(a_G), moments(a_S)
    expected = (((V - V_S) ** 2).sum() + P * ((mu - mu_S) ** 2).sum()) / (4 * n_C**2)
    J, _ = cost(Covariance(), a_G, target_of("covariance", a_S))
    assert pytest.approx(expected, rel=1e-12) == J


def test_deviation_is_its_formula(a_G, a_S):
    (mu, V, _), (mu_S, V_S, P) = moments(a_G), moments(a_S)
    of_sigma = ((np.sqrt(np.diag(V)) - np.sqrt(np.diag(V_S))) ** 2).sum()
    J, _ = cost(Deviation(), a_G, target_of("deviation", a_S))
    expected = P * (((mu - mu_S) ** 2).sum() + of_sigma) / (4 * n_C**2)
    assert pytest.approx(expected, rel=1e-3) == J  # but for the variance that all get besides


def test_gram_deviation_is_the_sum_of_both(a_G, a_S):
    both, da = cost(STATISTICS["gram-deviation"], a_G, target_of("gram-deviation", a_S))
    parts = [cost(STATISTICS[name], a_G, target_of(name, a_S)) for name in ("gram", "deviation")]
    assert pytest.approx(sum(J for J, _ in parts), rel=1e-12) == both
    np.testing.assert_allclose(da, sum(part for _, part in parts), rtol=1e-10, atol=1e-14)


def test_wasserstein_is_its_formula_by_the_symmetric_root_of_scipy(a_G, a_S):
    (mu, V, _), (mu_S, V_S, P) = moments(a_G), moments(a_S)
    root = sqrtm(V_S)
    W2 = ((mu - mu_S) ** 2).sum() + np.trace(V + V_S - 2 * sqrtm(root @ V @ root))
    J, _ = cost(Wasserstein(), a_G, target_of("wasserstein", a_S))
    assert pytest.approx(P * W2.real / (4 * n_C**2), rel=1e-3) == J


def test_the_gradient_of_wasserstein_carries_the_cloud_onto_the_style_s(a_G, a_S):
    """Each position is pulled along ``x - (μ_S + T·(x - μ))``; moved by it, both moments agree."""
    target = target_of("wasserstein", a_S)
    _, da = cost(Wasserstein(), a_G, target)
    _, _, P = moments(a_S)
    moved = a_G - da * (4 * n_C**2 * M_G) / (2 * P)
    (mu, V, _), (mu_S, V_S, _) = moments(moved), moments(a_S)
    np.testing.assert_allclose(mu, mu_S, atol=1e-12)
    np.testing.assert_allclose(V, V_S, rtol=2e-3, atol=2e-3)


def test_wasserstein_of_one_cloud_shifted_is_the_shift(a_G):
    shift = np.array([1.0, -2, 0.5])
    J, da = cost(Wasserstein(), a_G + shift, target_of("wasserstein", a_G))
    _, _, P = moments(a_G)
    assert pytest.approx(P * shift @ shift / (4 * n_C**2), rel=1e-9) == J
    np.testing.assert_allclose(da, np.broadcast_to(da[0, 0], da.shape), rtol=1e-9)


def test_histogram_is_the_sorted_numbers_compared(rng, a_G):
    other = rng.standard_normal(a_G.shape)
    J, _ = cost(Histogram(), a_G, target_of("histogram", other))
    x, y = (np.sort(a.reshape(-1, n_C), axis=0) for a in (a_G, other))
    t = Histogram().measure(other) / M_G
    expected = np.square(t).mean(axis=1).sum() * np.square(x - y).mean(axis=0).sum()
    assert pytest.approx(expected / (4 * n_C**2), rel=0.02) == J  # 35 numbers do not go into 512


def test_sliced_is_the_histogram_of_the_rotated(rng, a_G, a_S):
    R = rotation(n_C, 0)
    np.testing.assert_allclose(R.T @ R, np.eye(n_C), atol=1e-14)
    J, da = cost(Sliced(), a_G, target_of("sliced", a_S))
    expected, dX = cost(Histogram(), a_G @ R, target_of("histogram", a_S @ R))
    assert pytest.approx(expected, rel=1e-12) == J
    np.testing.assert_allclose(da, dX @ R.T, rtol=1e-10)
    assert not np.allclose(R, rotation(n_C, 1))


@each
def test_the_gradient_is_that_of_finite_differences(name, a_G, a_S):
    statistic, target = STATISTICS[name], target_of(name, a_S)
    _, da = cost(statistic, a_G, target)
    assert elementwise_error(lambda a: cost(statistic, a, target)[0], a_G, da) < 1e-7


@pytest.mark.parametrize("levels", [7, 35, 40, 512])
def test_the_gradient_of_sorted_numbers_for_more_and_for_fewer_levels(
    monkeypatch, a_G, a_S, levels
):
    monkeypatch.setattr("nst_numpy.costs.sliced.LEVELS", levels)
    for name in ("sliced", "histogram"):
        test_the_gradient_is_that_of_finite_differences(name, a_G, a_S)


@each
def test_a_gradient_with_a_slip_is_refused(monkeypatch, rng, name, a_G, a_S):
    """As if it were forgotten that V moves with μ, or a factor; as if the order were another."""
    slips = {
        "covariance": (
            "moments.put_together",
            lambda dmu, dV, mu, shape: np.vstack([dV, dmu]) / 35,
        ),
        "wasserstein": ("wasserstein.put_together", lambda dmu, dV, *_: np.vstack([dV, dmu]) / 35),
        "gram-deviation": (
            "gram_deviation.together",
            lambda dgram, dsums: np.vstack([dgram, dsums[0]]),
        ),
        "sliced": ("sliced.shared", lambda dx, x: dx[:, ::-1]),
        "histogram": ("sliced.shared", lambda dx, x: dx[:, ::-1]),
    }
    statistic, target = STATISTICS[name], target_of(name, a_S)
    if name == "deviation":
        _, ds = statistic.compare(statistic.measure(a_G), target, a_G.shape)
        da = statistic.pull(a_G, ds * [[1], [2]])
    else:
        place, wrong = slips[name]
        module, _, function = place.rpartition(".")
        monkeypatch.setattr(import_module(f"nst_numpy.costs.{module}"), function, wrong)
        _, da = cost(statistic, a_G, target)
        monkeypatch.undo()
    error = directional_error(
        lambda a: cost(statistic, a, target)[0], a_G, da, [rng.random(a_G.shape)]
    )
    assert error > 1e-3


@each
def test_it_is_0_for_the_style_itself_wherever_its_positions_stand(name, rng, a_S):
    target = target_of(name, a_S)
    J_of_0, _ = cost(STATISTICS[name], 0 * a_S, target)
    for a in (a_S, rng.permutation(a_S.reshape(-1, n_C)).reshape(a_S.shape), np.repeat(a_S, 2, 0)):
        J, da = cost(STATISTICS[name], a, target)
        assert abs(J) < 1e-12 * J_of_0
        assert np.abs(da).max() < 1e-8 * J_of_0


@pytest.mark.parametrize("name", SUMS)
def test_parts_of_a_picture_add_up(name, a_G):
    s = STATISTICS[name]
    np.testing.assert_allclose(s.measure(a_G[:2]) + s.measure(a_G[2:]), s.measure(a_G), rtol=1e-12)


@each
def test_it_has_the_unit_of_the_gram_cost(name, a_G, a_S):
    """Activations twice as large, in both pictures: J is 16 times as large, and da 8 times."""
    J, da = cost(STATISTICS[name], a_G, target_of(name, a_S))
    twice, da_twice = cost(STATISTICS[name], 2 * a_G, target_of(name, 2 * a_S))
    assert twice == pytest.approx(16 * J, rel=1e-6)
    np.testing.assert_allclose(da_twice, 8 * da, rtol=1e-5, atol=1e-9)


@each
@pytest.mark.parametrize("flat", ["picture", "style", "both"])
@pytest.mark.parametrize("level", [0.0, 0.3])
def test_flat_activations_are_numbers(name, a_G, a_S, flat, level):
    """A dead channel in one, and all of a picture of one colour in the other."""
    a_G, a_S = a_G.astype(np.float32), a_S.astype(np.float32)
    a_G[..., 0] = 0
    if flat != "style":
        a_G[...] = level
    if flat != "picture":
        a_S[...] = level
    J, da = cost(STATISTICS[name], a_G, target_of(name, a_S))
    assert np.isfinite(J)
    assert np.isfinite(da).all()
    assert da.dtype == np.float32


def test_of_two_styles_sorted_numbers_are_those_between(a_G):
    """Of two channels that differ by a shift, the histogram in the middle is shifted by half."""
    both = target_of("histogram", a_G, a_G + 1)
    np.testing.assert_allclose(both, target_of("histogram", a_G + 0.5), rtol=1e-9)


@pytest.mark.parametrize(("m", "n"), [(7, 3), (3, 7), (6, 3), (3, 6), (5, 5), (1, 4), (4, 1)])
def test_parts_are_means_and_their_transpose_is_parts(m, n):
    matrix = parts(np.eye(m), n).T
    loops = np.zeros((n, m))
    for q in range(n):
        for r in range(m):
            overlap = min((q + 1) / n, (r + 1) / m) - max(q / n, r / m)
            loops[q, r] = n * max(overlap, 0)
    np.testing.assert_allclose(matrix, loops, atol=1e-14)
    back = parts(np.eye(n), m).T
    np.testing.assert_allclose(matrix, n / m * back.T, atol=1e-14)


def test_equal_numbers_are_pulled_alike():
    dx = shared(np.array([[1.0, 2, 4, 8]] * 2), np.array([[0.0, 0, 1, 2], [0, 1, 2, 3]]))
    np.testing.assert_array_equal(dx, [[1.5, 1.5, 4, 8], [1, 2, 4, 8]])
    a = np.zeros((4, 4, 2))
    _, da = cost(Histogram(), a, parts(np.arange(16.0)[None], LEVELS).repeat(2, axis=0))
    np.testing.assert_allclose(da, np.broadcast_to(da[0, 0], da.shape))


@each
@pytest.mark.parametrize(
    "backend",
    ["numpy", pytest.param("numba", marks=pytest.mark.skipif(not numba_is_installed(), reason=""))],
)
def test_each_backend_paints_by_it_what_the_definition_would(name, backend, rng):
    content, style, G = rng.random((19, 22, 3)), rng.random((17, 24, 3)), rng.random((19, 22, 3))
    chosen = Settings(
        network=SIXTEEN,
        statistic=STATISTICS[name],
        content_layers={"conv2_2": 1.0},
        style_layers={"conv1_1": 2.0, "conv2_2": 1.0},
    )
    J = Objective(content, [style, content], chosen, random_weights(SIXTEEN), dtype="float64")
    expected, wanted = J(G)
    found, dG = replace_backend(J, content, style, chosen, backend)(G.astype(np.float32))
    for layer in chosen.style_layers:
        assert found.values[layer] == pytest.approx(expected.values[layer], rel=1e-3)
    assert np.linalg.norm(dG - wanted) <= 2e-3 * np.linalg.norm(wanted)
    assert dG.dtype == np.float32
    error = directional_error(
        lambda G: float(J(G)[0]), G, wanted, [rng.standard_normal(G.shape)], (1e-6, 1e-7)
    )
    assert error < 1e-5


def replace_backend(J, content, style, chosen, backend):
    computing = Computing(backend=backend)
    pictures = [picture.astype(np.float32) for picture in (style, content)]
    weights = random_weights(SIXTEEN)
    return Objective(content.astype(np.float32), pictures, chosen, weights, computing=computing)


def test_a_statistic_is_a_value():
    assert Sliced(seed=1) != Sliced()
    assert replace(Sliced(), seed=0) == Sliced()
