"""J of any terms, of our own and of one's own, by the definition and by the compiled kernels."""

from dataclasses import replace

import numpy as np
import pytest
from networks import NARROW, SIXTEEN, VGG16, random_weights, with_channels
from statistics_of_ones_own import ChannelMean

from nst_numpy import Computing, Objective, Settings, SumOfTerms, Term
from nst_numpy.backend import evaluator, numba_is_installed
from nst_numpy.checks import Pieces
from nst_numpy.costs import Content, Gram, TotalVariation
from nst_numpy.errors import InputError
from nst_numpy.evaluation import Evaluator
from nst_numpy.gradcheck import directional_error
from nst_numpy.layers import conv_backward
from nst_numpy.network import PICTURE, Network

SHAPE = (19, 22, 3)
WEIGHTS = random_weights(SIXTEEN)
TAPS = ["conv3_2"]
needs_numba = pytest.mark.skipif(not numba_is_installed(), reason="Numba is not installed")
each_backend = pytest.mark.parametrize(
    "backend", ["definition", "numpy", pytest.param("numba", marks=needs_numba)]
)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def G(rng):
    return rng.random(SHAPE)


def sum_of(terms, dtype="float64", backend="numpy", network=SIXTEEN, taps=TAPS):
    """Give the terms what they measure of another picture as their targets, and add them up."""
    computing = Computing(backend=backend)
    evaluate = evaluator(network, random_weights(network), taps, dtype, computing)
    other = 0.5 * np.random.default_rng(1).random(SHAPE).astype(dtype)
    measured = evaluate.measure(other, terms)
    with_targets = [
        replace(term, target=s if isinstance(term.statistic, Content) else s / shape[0] / shape[1])
        for term, (s, shape) in zip(terms, measured, strict=True)
    ]
    return SumOfTerms(with_targets, evaluate, SHAPE, dtype)


CONTENT = Term("content", "conv2_2", Content(), 3.0)
STYLE = Term("style", "conv2_1", Gram(), 0.1)
SMOOTH = Term("tv", PICTURE, TotalVariation(), 2.0)
OWN = Term("mean", "conv2_1", ChannelMean(), 7.0)
SUMS = {
    "two terms at two layers": [CONTENT, STYLE],
    "two terms at one layer": [CONTENT, replace(STYLE, layer="conv2_2")],
    "two at the first layer": [replace(CONTENT, layer="conv1_1"), replace(STYLE, layer="conv1_1")],
    "two grams at one layer": [STYLE, replace(STYLE, name="again", weight=0.5)],
    "the picture alone": [SMOOTH],
    "the content of the picture": [replace(CONTENT, layer=PICTURE), SMOOTH],
    "the gram matrix of the colours": [replace(STYLE, layer=PICTURE), CONTENT],
    "one's own": [OWN],
    "one's own above a compiled one": [replace(OWN, layer="conv3_2"), STYLE],
    "one's own below a compiled one": [replace(OWN, layer="conv1_1"), CONTENT],
    "one's own at the layer of a compiled one": [OWN, STYLE],
    "one's own after a compiled one": [STYLE, OWN, replace(CONTENT, layer="conv2_1")],
    "one's own of the picture": [replace(OWN, layer=PICTURE), STYLE],
    "everything": [CONTENT, STYLE, SMOOTH, OWN],
}
sums = pytest.mark.parametrize("terms", SUMS.values(), ids=SUMS)


@sums
def test_the_gradient_is_that_of_finite_differences(G, rng, terms):
    J = sum_of(terms)
    cost, dG = J(G)
    assert list(cost.terms) == list(cost.values) == [term.name for term in terms]
    assert all(value > 0 for value in cost.values.values())
    directions = list(rng.standard_normal((2, *SHAPE)))
    assert directional_error(lambda G: float(J(G)[0]), G, dG, directions) < 1e-6


@needs_numba
@sums
@pytest.mark.parametrize("pooling", ["average", "max"])
def test_the_kernels_agree_to_the_rounding_of_float32(G, terms, pooling):
    network = replace(SIXTEEN, pooling=pooling)
    expected, wanted = sum_of(terms, network=network)(G)
    J = sum_of(terms, "float32", "numba", network)
    assert type(J.evaluator) is not Evaluator
    found, dG = J(G)
    assert dG.dtype == np.float32
    assert list(found.terms) == list(expected.terms)
    for name, term in expected.terms.items():
        assert found.terms[name] == pytest.approx(term, rel=1e-5)
    assert np.linalg.norm(dG - wanted) <= 1e-5 * np.linalg.norm(wanted)


@each_backend
@sums
def test_both_measure_the_same_and_leave_the_picture_alone(G, terms, backend):
    G = G.astype(np.float32)
    before = G.copy()
    definition = Evaluator(SIXTEEN, WEIGHTS)
    measured = sum_of(terms, "float32", backend).evaluator.measure(G, terms)
    for (s, shape), (expected, shape_too) in zip(
        measured, definition.measure(G.astype(float), terms), strict=True
    ):
        assert shape == shape_too
        assert s.dtype == np.float32
        np.testing.assert_allclose(s, expected, rtol=1e-4, atol=1e-5 * np.abs(expected).max())
    np.testing.assert_array_equal(G, before)


@each_backend
@pytest.mark.parametrize("term", [CONTENT, STYLE, SMOOTH, OWN], ids=lambda term: term.name)
def test_a_term_of_weight_0_is_told_and_pulls_at_nothing(G, backend, term):
    J = sum_of([replace(term, weight=0.0)], "float32", backend)
    cost, dG = J(G)
    assert cost.terms == {term.name: 0.0}
    assert cost.values[term.name] > 0
    assert not dG.any()
    rest = Term("rest", "conv1_2", Content(), 1.0)
    both, alone = (
        sum_of([rest, replace(term, weight=0.0)], "float32", backend),
        sum_of([rest], "float32", backend),
    )
    np.testing.assert_allclose(both(G)[1], alone(G)[1], rtol=1e-4, atol=1e-7)


@each_backend
def test_j_is_the_weighted_sum_of_its_terms(G, backend):
    J = sum_of(SUMS["everything"], "float32", backend)
    cost, dG = J(G)
    assert cost.total == float(cost) == sum(cost.terms.values())
    alone = [J.with_terms([term])(G) for term in J.terms]
    for term, (one, _) in zip(J.terms, alone, strict=True):
        assert one.values == {term.name: pytest.approx(cost.values[term.name], rel=1e-6)}
        assert one.total == term.weight * one.values[term.name]
    total = sum(gradient for _, gradient in alone)
    assert np.linalg.norm(dG - total) <= 1e-5 * np.linalg.norm(total)


@each_backend
def test_with_terms_is_another_sum_and_leaves_the_first_as_it_was(G, backend):
    J = sum_of(SUMS["everything"], "float32", backend)
    first, gradient = J(G)
    only = J.with_terms([replace(term, weight=0.5) for term in J.terms if term.name == "style"])
    assert [term.name for term in only.terms] == ["style"]
    assert (only.shape, only.dtype, only.evaluator) == (J.shape, J.dtype, J.evaluator)
    assert only(G)[0].terms == {"style": 0.5 * first.values["style"]}
    again, gradient_again = J(G)
    assert again == first
    np.testing.assert_array_equal(gradient_again, gradient)


@each_backend
def test_a_statistic_of_ones_own_is_the_style(G, rng, backend):
    """Given in the settings, its target is that of the style, per position; of two, the mean."""
    C, S, T = rng.random(SHAPE), rng.random((12, 17, 3)), rng.random((30, 9, 3))
    chosen = Settings(
        network=SIXTEEN,
        statistic=ChannelMean(),
        content_layers={"conv2_2": 1.0},
        style_layers={"conv1_1": 2.0, "conv2_2": 1.0},
    )
    J = Objective(C, [S, T], chosen, WEIGHTS, computing=Computing(backend=backend))
    cost, dG = J(G)
    definition = Evaluator(SIXTEEN, WEIGHTS)
    taps = [Term("", layer, Content(), 1.0) for layer in chosen.style_layers]
    a_S, a_T, a_G = ([a for a, _ in definition.measure(picture, taps)] for picture in (S, T, G))
    for n, (layer, lambda_l) in enumerate(chosen.style_layers.items()):
        target = (a_S[n].mean((0, 1)) + a_T[n].mean((0, 1))) / 2
        value, _ = ChannelMean.closed(a_G[n], target)
        assert cost.values[layer] == pytest.approx(value, rel=1e-3)
        assert cost.terms[layer] == chosen.beta * lambda_l * cost.values[layer]
    right = Objective(C, [S, T], chosen, WEIGHTS, dtype="float64")
    assert np.linalg.norm(dG - right(G)[1]) <= 1e-5 * np.linalg.norm(dG)
    error = directional_error(
        lambda G: float(right(G)[0]), G, right(G)[1], [rng.standard_normal(SHAPE)]
    )
    assert error < 1e-6


@each_backend
def test_the_mean_is_that_of_the_network(G, backend):
    """Weights that see one colour of one pixel: what is measured is 255·red less its mean."""
    network = Network("Red", (("red", 3, 16),), mean=(0.0, 0.0, 55.0))
    kernel = np.zeros((3, 3, 3, 16))
    kernel[1, 1, 2] = 1
    weights = {"red": (kernel, np.zeros(16))}
    evaluate = evaluator(network, weights, ["red"], "float32", Computing(backend=backend))
    ((a, _),) = evaluate.measure(G.astype(np.float32), [Term("", "red", Content(), 1.0)])
    red = np.maximum(255 * G[:, :, :1] - 55, 0)
    np.testing.assert_allclose(a, np.repeat(red, 16, axis=2), rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("network", [NARROW, with_channels(16, VGG16.table)])
def test_j_of_another_network(G, rng, network):
    """The kernels do not know the channels of NARROW, so that it is left to the definition."""
    chosen = Settings(
        network=network,
        content_layers={"conv2_2": 1.0},
        style_layers={"conv1_1": 0.5, "conv4_1": 0.5},
        tv_weight=1.0,
    )
    weights = random_weights(network)
    C, S = rng.random(SHAPE), rng.random((17, 18, 3))
    J = Objective(C, [S], chosen, weights, dtype="float64")
    assert J.evaluator.network == network
    _, dG = J(G)
    direction = rng.standard_normal(SHAPE)
    assert directional_error(lambda G: float(J(G)[0]), G, dG, [direction]) < 1e-6
    cost, gradient = Objective(C, [S], chosen, weights)(G)
    assert float(cost) == pytest.approx(float(J(G)[0]), rel=1e-4)
    assert np.linalg.norm(gradient - dG) <= 1e-4 * np.linalg.norm(dG)


def test_a_pass_can_be_exchanged_below_j(G):
    """Twice the gradient at each of three convolutions, and J as it was."""
    J = sum_of([STYLE])
    wrong = Pieces(conv_backward=lambda dz, weight: 2 * conv_backward(dz, weight))
    mutant = SumOfTerms(J.terms, Evaluator(SIXTEEN, WEIGHTS, wrong), SHAPE, "float64")
    assert mutant(G)[0] == J(G)[0]
    np.testing.assert_allclose(mutant(G)[1], 8 * J(G)[1])


@each_backend
@pytest.mark.parametrize("name", ["style", "content", "mean"])
def test_the_dtype_of_weights_and_targets_does_not_matter(G, backend, name):
    """As they come from NumPy: a target in float64, a weight that is one of its numbers."""
    J = sum_of(SUMS["everything"], "float32", backend)
    (term,) = (term for term in J.terms if term.name == name)
    expected, gradient = J.with_terms([term])(G)
    for other in (
        replace(term, target=term.target.astype(np.float64)),
        replace(term, weight=np.float64(term.weight)),
    ):
        cost, dG = J.with_terms([other])(G)
        assert cost.total == pytest.approx(expected.total, rel=1e-5)
        assert np.linalg.norm(dG - gradient) <= 1e-5 * np.linalg.norm(gradient)
        assert dG.dtype == np.float32


@pytest.mark.parametrize("times", [0, 2])
def test_no_terms_and_two_of_one_name_are_refused(times):
    J = sum_of(SUMS["everything"], "float32", "numpy")
    with pytest.raises(InputError, match="each with a name of its own"):
        J.with_terms(J.terms[:1] * times)


@each_backend
def test_of_a_large_picture_alone_nothing_is_computed_above_it(backend, monkeypatch):
    if backend == "numba":
        monkeypatch.setattr("nst_numpy.kernels.store.KEPT", 128 * 128)
    chosen = Settings(network=SIXTEEN, content_layers={PICTURE: 1.0}, style_layers={})
    C = np.full(SHAPE, 0.5)
    J = Objective(C, [], chosen, {}, computing=Computing(backend=backend))
    cost, dG = J(np.zeros(SHAPE))
    assert float(cost) == pytest.approx(0.25 / 4)
    np.testing.assert_allclose(dG, -0.5 / (2 * C.size))


@each_backend
def test_a_target_is_not_the_picture_that_somebody_else_may_change(backend):
    C = np.full(SHAPE, 0.5, np.float32)
    chosen = Settings(network=SIXTEEN, content_layers={PICTURE: 1.0}, style_layers={})
    J = Objective(C, [], chosen, {}, computing=Computing(backend=backend))
    before = float(J(np.zeros(SHAPE))[0])
    C += 1
    assert float(J(np.zeros(SHAPE))[0]) == before


@each_backend
def test_a_content_target_is_taken_in_the_shape_of_the_activations_or_refused(G, backend):
    J = sum_of([CONTENT], "float32", backend)
    (term,) = J.terms
    expected = J.with_terms([replace(term, target=np.zeros_like(term.target))])(G)
    of_channels = J.with_terms([replace(term, target=np.zeros((1, 1, term.target.shape[2])))])(G)
    assert float(of_channels[0]) == float(expected[0])
    np.testing.assert_array_equal(of_channels[1], expected[1])
    for other in (np.zeros((40, 40, term.target.shape[2])), term.target[1:]):
        with pytest.raises(ValueError, match="shape"):
            J.with_terms([replace(term, target=other)])(G)


@each_backend
def test_a_term_deeper_than_the_weights_is_refused(backend):
    J = sum_of([CONTENT], "float32", backend, taps=["conv2_2"])
    with pytest.raises(InputError, match="looks at conv3_2; J has no weights that deep"):
        J.with_terms([replace(STYLE, layer="conv3_2")])


class InFloat64(ChannelMean):
    def pull(self, a, ds):
        return super().pull(a, ds) * np.ones(a.shape, np.float64)


@each_backend
def test_a_statistic_in_float64_leaves_the_gradient_in_float32(G, backend):
    J = sum_of([replace(STYLE, statistic=InFloat64())], "float32", backend)
    assert J(G)[1].dtype == np.float32
