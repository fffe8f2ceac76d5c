"""The compiled evaluation against the definition, through the real network."""

import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from nst_numpy import Computing, Objective, Settings, load_image
from nst_numpy.files.embedded import embedded
from nst_numpy.gradcheck import directional_error

pytest.importorskip("numba")

NUMBA = Computing(backend="numba")

TAPS = {
    "default": {},
    "max pooling": {"pooling": "max"},
    "taps above each other": {
        "content_layers": {"conv1_1": 1.0, "conv1_2": 0.5, "conv5_1": 2.0},
        "style_layers": {"conv1_2": 1e-3, "conv4_1": 1e-6, "conv5_4": 1e-6},
    },
    "conv1_1 alone": {"content_layers": {}, "style_layers": {"conv1_1": 1.0}},
    "content alone": {"content_layers": {"conv3_3": 1.0}, "style_layers": {}},
}


@pytest.fixture(scope="module")
def pictures():
    content = load_image(embedded("pictures/eilean-donan-castle.webp"), shape=(67, 90))
    style = load_image(embedded("pictures/church-at-auvers.webp"), shape=(83, 61))
    # of this noise no ReLU is within rounding of 0: where one switches, a path of the gradient goes
    noise = np.random.default_rng(1).random(content.shape, np.float32)
    return content, style, 0.9 * content + 0.1 * noise


@pytest.mark.parametrize("changes", TAPS.values(), ids=TAPS)
def test_j_and_its_gradient_are_the_definitions(weights, pictures, changes):
    content, style, G = pictures
    chosen = Settings(tv_weight=1.0, **changes)
    J = Objective(content, [style], chosen, weights, computing=NUMBA)
    definition = Objective(content, [style], chosen, weights, dtype="float64")
    apart = []
    for seed in (2, 3, None):  # on another processor a ReLU may switch for G, but not for each
        cost, gradient = J(G)
        expected, wanted = definition(G)
        assert gradient.dtype == np.float32
        assert list(cost.terms) == list(expected.terms)
        for name, term in expected.terms.items():
            assert cost.terms[name] == pytest.approx(term, rel=1e-4, abs=1e-6 * expected.total)
        apart.append(np.linalg.norm(gradient - wanted) / np.linalg.norm(wanted))
        if apart[-1] <= 1e-4:
            break
        assert apart[-1] <= 1e-2  # one path of the gradient has gone, not more
        G = 0.9 * content + 0.1 * np.random.default_rng(seed).random(content.shape, np.float32)
    assert min(apart) <= 1e-4


@pytest.mark.long
def test_the_gradient_check_holds_in_float32(weights, pictures):
    """J is known to seven digits, so the step must be long, and the error is that of a chord."""
    content, style, _ = pictures
    G = 0.9 * content + 0.1 * np.random.default_rng(0).random(content.shape, np.float32)
    J = Objective(content, [style], Settings(), weights, computing=NUMBA)
    rng = np.random.default_rng(1)
    directions = [rng.standard_normal(G.shape) for _ in range(4)]
    error = directional_error(
        lambda G: J(G.astype(np.float32))[0].total,
        G.astype(np.float64),
        J(G)[1].astype(np.float64),
        directions,
        steps=(1e-2, 3e-3, 1e-3, 3e-4),
    )
    assert error < 1e-2


def test_the_same_threads_give_the_same_bits_and_others_almost(weights, pictures):
    content, style, G = pictures
    gradients = [
        Objective(
            content, [style], Settings(), weights, computing=Computing(backend="numba", threads=n)
        )(G)[1]
        for n in (1, 2, 2, 3)
    ]
    np.testing.assert_array_equal(gradients[1], gradients[2])
    for other in (gradients[0], gradients[3]):
        assert np.linalg.norm(other - gradients[1]) <= 1e-4 * np.linalg.norm(other)


def test_evaluating_again_gives_the_same_bits(weights, pictures):
    content, style, G = pictures
    J = Objective(content, [style], Settings(), weights, computing=NUMBA)
    first = J(G)
    J(content)
    again = J(G)
    assert first[0] == again[0]
    np.testing.assert_array_equal(first[1], again[1])


def test_an_evaluation_takes_no_memory_but_for_pictures_and_gram_matrices(weights):
    """All that is larger has its place in the workspace."""
    rng = np.random.default_rng(0)
    content, style, G = (rng.random((192, 192, 3), np.float32) for _ in range(3))
    J = Objective(content, [style], Settings(), weights, computing=NUMBA)
    J(G)
    tracemalloc.start()
    J(G)
    tracemalloc.reset_peak()
    before, _ = tracemalloc.get_traced_memory()
    J(G)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    matrices = sum(4 * n_C**2 for n_C in (64, 128, 256, 512, 512))
    assert most - before < 3 * G.nbytes + 3 * matrices  # conv1_1 alone would be 21 pictures


def test_large_pictures_make_their_kernels_again(weights, pictures, monkeypatch):
    content, style, G = pictures
    others = (np.random.default_rng(seed).random(content.shape, np.float32) for seed in (2, 3))
    some = [G, *(0.9 * content + 0.1 * noise for noise in others)]  # as above, a ReLU may switch
    kept = list(map(Objective(content, [style], Settings(), weights, computing=NUMBA), some))
    monkeypatch.setattr("nst_numpy.kernels.store.KEPT", 128 * 128)
    made = list(map(Objective(content, [style], Settings(), weights, computing=NUMBA), some))
    apart = []
    for (cost, gradient), (expected, wanted) in zip(made, kept, strict=True):
        assert cost.total == pytest.approx(expected.total, rel=1e-5)
        apart.append(np.linalg.norm(gradient - wanted) / np.linalg.norm(wanted))
    assert min(apart) <= 1e-4
    assert max(apart) <= 1e-2  # one path of the gradient has gone, not more


def test_float64_is_left_to_the_definition(weights, pictures):
    content, style, G = pictures
    numba, numpy = (
        Objective(content, [style], Settings(), weights, "float64", Computing(backend=name))(G)
        for name in ("numba", "numpy")
    )
    assert numba[0] == numpy[0]
    np.testing.assert_array_equal(numba[1], numpy[1])


def test_two_callers_of_one_objective_do_not_disturb_each_other(weights, pictures):
    content, style, G = pictures
    J = Objective(content, [style], Settings(), weights, computing=NUMBA)
    expected = [J(picture)[1] for picture in (G, content)]
    with ThreadPoolExecutor(2) as callers:
        found = list(callers.map(lambda picture: J(picture)[1], [G, content] * 5))
    for number, gradient in enumerate(found):
        np.testing.assert_array_equal(gradient, expected[number % 2])


def test_how_the_arrays_lie_in_memory_does_not_matter(weights, pictures):
    content, style, G = pictures
    strided = {
        layer: (np.asfortranarray(weight), np.repeat(bias, 2)[::2])
        for layer, (weight, bias) in weights.items()
    }
    expected = Objective(content, [style], Settings(), weights, computing=NUMBA)(G)
    found = Objective(
        np.asfortranarray(content),
        [style[:, ::-1][:, ::-1]],
        Settings(),
        strided,
        computing=NUMBA,
    )(np.asfortranarray(G))
    assert found[0] == expected[0]
    np.testing.assert_array_equal(found[1], expected[1])


def test_parts_of_j_by_turns_give_the_same_bits_as_at_first(weights, pictures):
    """Each part looks at other layers, so that the evaluator lays its arrays out anew."""
    content, style, G = pictures
    J = Objective(content, [style], Settings(tv_weight=1.0), weights, computing=NUMBA)
    parts = [J, *(J.with_terms([term]) for term in J.terms)]
    first = [part(G) for part in parts]
    for part, (cost, gradient) in reversed(list(zip(parts, first, strict=True))):
        again, gradient_again = part(G)
        assert again == cost
        np.testing.assert_array_equal(gradient_again, gradient)


def test_measuring_while_another_evaluates_disturbs_neither(weights, pictures, monkeypatch):
    """Of large pictures the kernels share one place; both sides use it."""
    monkeypatch.setattr("nst_numpy.kernels.store.KEPT", 128 * 128)
    content, style, G = pictures
    J = Objective(content, [style], Settings(), weights, computing=NUMBA)
    gradient, grams = J(G)[1], J.evaluator.measure(style, J.terms)

    def work(number):
        return J(G)[1] if number % 2 else J.evaluator.measure(style, J.terms)

    with ThreadPoolExecutor(2) as callers:
        found = list(callers.map(work, range(8)))
    for number, result in enumerate(found):
        if number % 2:
            np.testing.assert_array_equal(result, gradient)
        else:
            for (s, shape), (expected, shape_too) in zip(result, grams, strict=True):
                assert shape == shape_too
                np.testing.assert_array_equal(s, expected)
