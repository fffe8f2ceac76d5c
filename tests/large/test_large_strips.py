"""A picture in strips has the J and dJ/dG of the whole picture."""

from dataclasses import replace

import numpy as np
import pytest

from nst_numpy import Computing, InputError, Objective, Settings, SumOfTerms, stylize
from nst_numpy.costs import STATISTICS, MaskedGram, Term
from nst_numpy.large import Strips, cut
from nst_numpy.large.strips import WATCHER
from nst_numpy.network import VGG19

CUT_STATISTICS = {
    "gram": 1e-12,
    "covariance": 1e-12,
    "deviation": 1e-12,
    "gram-deviation": 1e-12,
    "wasserstein": 1e-6,
}
"""How far they may be off: the roots of small eigenvalues make more of rounding."""


def pictures(n_H=208, n_W=16):
    rng = np.random.default_rng(5)
    return rng.uniform(0, 1, (3, n_H, n_W, 3))


def both(weights, rows, settings=Settings(), dtype="float64", backend="definition"):  # noqa: B008
    C, S, G = pictures()
    J = Objective(C, [S], settings, weights, dtype, Computing(backend=backend))
    in_strips = SumOfTerms(J.terms, Strips(J.evaluator, rows), J.shape, J.dtype)
    assert len(cut(len(C), rows, VGG19, settings.taps)) > 1
    return J(G), in_strips(G)


@pytest.mark.parametrize(("statistic", "allowed"), CUT_STATISTICS.items())
def test_J_and_its_gradient_are_those_of_the_whole_picture(weights, statistic, allowed):
    settings = Settings(statistic=STATISTICS[statistic], tv_weight=2.0)
    if statistic != "gram":  # the way through all layers is the same
        settings = replace(settings, style_layers={"conv1_1": 1e-3, "conv3_1": 1e-4})
    (cost, dG), (same, dG_same) = both(weights, 190, settings)
    for name, value in cost.values.items():
        assert same.values[name] == pytest.approx(value, rel=allowed)
    np.testing.assert_allclose(dG_same, dG, atol=allowed * np.abs(dG).max())


@pytest.mark.long
@pytest.mark.parametrize("pooling", ["average", "max"])
def test_many_strips_that_are_mostly_halo(weights, pooling):
    settings = Settings(
        pooling=pooling,
        content_layers={"conv3_1": 1, "conv4_2": 0.5},
        style_layers={"conv1_1": 1e-3, "conv3_1": 1e-4},
    )
    (cost, dG), (same, dG_same) = both(weights, 1, settings)
    assert same.total == pytest.approx(cost.total, rel=1e-12)
    np.testing.assert_allclose(dG_same, dG, atol=1e-12 * np.abs(dG).max())


@pytest.mark.long
@pytest.mark.parametrize("backend", ["numpy", "numba"])
@pytest.mark.parametrize("content_layer", ["conv1_1", "conv4_2"])
def test_the_other_backends_in_strips(weights, backend, content_layer):
    if backend == "numba":
        pytest.importorskip("numba")
    settings = Settings(content_layers={content_layer: 1.0})
    (cost, dG), (same, dG_same) = both(weights, 190, settings, "float32", backend)
    assert same.total == pytest.approx(cost.total, rel=1e-5)
    # a ReLU whose z is within rounding of 0 may switch, and a path of the gradient with it
    assert np.linalg.norm(dG_same - dG) < 5e-3 * np.linalg.norm(dG)


def test_what_is_measured_in_strips_adds_up(weights):
    C, S, G = pictures()
    J = Objective(C, [S], Settings(), weights, "float64")
    whole = J.evaluator.measure(G, J.terms)
    for (s, shape), (t, other) in zip(
        whole, Strips(J.evaluator, 190).measure(G, J.terms), strict=True
    ):
        assert shape == other
        np.testing.assert_allclose(t, s, atol=1e-12 * np.abs(s).max())


def test_a_mask_is_cut_with_the_picture(weights):
    C, S, G = pictures()
    J = Objective(C, [S], Settings(), weights, "float64")
    gram = next(term for term in J.terms if term.layer == "conv3_1")
    mask = np.random.default_rng(6).uniform(0, 1, (52, 4))
    masked = replace(gram, statistic=MaskedGram(mask))
    value, dG = J.evaluator(G, [masked])
    same, dG_same = Strips(J.evaluator, 60)(G, [masked])
    assert same == pytest.approx(value, rel=1e-12)
    np.testing.assert_allclose(dG_same, dG, atol=1e-12 * np.abs(dG).max())


def test_a_statistic_that_sorts_says_that_it_needs_the_whole_picture(weights):
    C, S, G = pictures()
    J = Objective(C, [S], Settings(statistic=STATISTICS["sliced"]), weights, "float64")
    with pytest.raises(InputError, match="only as a whole"):
        Strips(J.evaluator, 190)(G, J.terms)


def test_a_halo_that_is_too_small_is_noticed(weights, monkeypatch):
    monkeypatch.setattr("nst_numpy.large.cutting.halo", lambda network, taps: 16)
    (cost, _), (other, _) = both(weights, 100)
    assert abs(cost.total - other.total) > 1e-9 * cost.total


@pytest.mark.long
def test_a_painting_in_strips_is_the_same_painting(weights):
    C, S, _ = pictures()
    settings = Settings(iterations=3, scales=1, gain=0, margin=0)
    ways = Computing(backend="numpy"), Computing(backend="numpy", rows=190)
    whole, strips = (list(stylize(C, [S], settings, weights, way))[-1] for way in ways)
    assert strips.cost.total == pytest.approx(whole.cost.total, rel=1e-4)
    assert np.abs(strips.image - whole.image).max() < 0.02


def test_a_term_of_ones_own_on_the_picture_is_whole(weights):
    C, S, G = pictures()
    J = Objective(C, [S], Settings(tv_weight=1.0), weights, "float64")
    tv = [term for term in J.terms if term.layer == "picture"]
    assert isinstance(tv[0], Term)
    ((s, _),) = Strips(J.evaluator, 190).measure(G, tv)
    assert np.array_equal(s, tv[0].statistic.measure(G))


def test_on_the_way_up_again_no_gram_matrix_is_measured(weights, monkeypatch):
    pytest.importorskip("numba")
    from nst_numpy.kernels import strips as below_the_first_pool
    from nst_numpy.kernels import terms as above_it

    measured = []

    def counting(module):
        plain = module.gram_matrix

        def count(team, a, *rest, **options):
            measured.append(a.shape[-1])
            plain(team, a, *rest, **options)

        monkeypatch.setattr(module, "gram_matrix", count)

    C, S, G = pictures()
    J = Objective(C, [S], Settings(), weights, computing=Computing("numba", rows=190))
    counting(below_the_first_pool.gram)
    counting(above_it)
    J(G.astype(np.float32))
    strips = len(cut(len(C), 190, VGG19, Settings().taps))
    counted = {n_C: measured.count(n_C) for n_C in measured}
    assert counted == {64: strips, 128: strips, 256: strips, 512: 2 * strips}  # conv4_1, conv5_1


@pytest.mark.long
@pytest.mark.parametrize("pooling", ["average", "max"])
@pytest.mark.parametrize("content_layer", ["conv4_2", "conv5_1"])
def test_up_again_to_the_top_that_was_kept_is_as_far_as_all_the_way(
    weights, monkeypatch, pooling, content_layer
):
    pytest.importorskip("numba")
    from nst_numpy.kernels.risen import Top, bytes_of_top

    C, S, G = (one.astype(np.float32) for one in pictures())
    settings = Settings(pooling=pooling, content_layers={content_layer: 1.0})
    J = Objective(C, [S], settings, weights, computing=Computing("numba", rows=190))
    put_back, tops = Top.put_back, []
    monkeypatch.setattr(Top, "put_back", lambda top, up: (tops.append(top), put_back(top, up)))
    cost, dG = J(G)
    assert len(tops) == len(cut(len(C), 190, VGG19, settings.taps)) - 1
    deepest = {"conv4_3", "conv4_4", "conv5_1"} if content_layer == "conv4_2" else {
        "conv4_2", "conv4_3", "conv4_4", "conv5_1"}  # fmt: skip
    assert set(tops[0].signs) == deepest
    kept = [*tops[0].signs.values(), *tops[0].winners.values(), tops[0].feature]
    space = J.evaluator.each._workspace
    assert sum(one.nbytes for one in kept) == bytes_of_top(space.operations, space.room)
    monkeypatch.setattr(Top, "of", lambda *_: None)
    same, dG_same = J(G)
    assert len(tops) == 2
    assert dict(same.values) == dict(cost.values)
    np.testing.assert_array_equal(dG_same, dG)


def test_a_top_that_is_not_small_is_not_kept(weights):
    pytest.importorskip("numba")
    C, S, G = (one.astype(np.float32) for one in pictures())
    settings = Settings(content_layers={"conv4_2": 1.0}, style_layers={"conv3_1": 1.0})
    J = Objective(C, [S], settings, weights, computing=Computing("numba"))
    _, begun = J.evaluator.begin(G, J.terms)
    assert begun.top is None


@pytest.mark.long
def test_whoever_watches_is_told_which_strip_it_is(weights):
    C, S, G = (one.astype(np.float32) for one in pictures())
    said = []
    token = WATCHER.set(said.append)
    try:
        J = Objective(C, [S], Settings(), weights, computing=Computing("numpy", rows=190))
        count = len(cut(len(C), 190, VGG19, Settings().taps))
        numbers = range(1, count + 1)
        assert f"strip {count}/{count}, up" in said
        said.clear()
        J(G)
        assert said == [f"strip {n}/{count}, up" for n in numbers] + [
            f"strip {n}/{count}, down" for n in reversed(numbers)
        ]
        said.clear()
        Objective(C, [S], Settings(), weights, computing=Computing("numpy"))(G)
        assert said == []
    finally:
        WATCHER.reset(token)
