"""What somebody wrote paints: J, its gradient and the way down are made of their functions."""

import numpy as np
import pytest
from students import fill

from nst_numpy.backend import Computing
from nst_numpy.costs import gram_matrix
from nst_numpy.layers import conv_forward
from nst_numpy.learn.judging import Outcome
from nst_numpy.learn.painter import load_all, what_to_paint
from nst_numpy.learn.painting import paint_with
from nst_numpy.learn.parts import J_of, descend, parts_for
from nst_numpy.learn.sheet import sheet
from nst_numpy.learn.slowness import too_slow
from nst_numpy.learn.tasks import TASKS
from nst_numpy.network import VGG19
from nst_numpy.objective import Objective
from nst_numpy.settings import Settings


@pytest.fixture(scope="module")
def painted_with():
    """Return J of two small pictures, made of some functions."""
    rng = np.random.default_rng(0)
    C, S, G = rng.random((3, 16, 20, 3))
    weights = {
        layer: (rng.standard_normal((3, 3, *pair)) / np.sqrt(4.5 * pair[0]), np.zeros(pair[1]))
        for layer, pair in VGG19.channels.items()
        if layer < "conv3_2"
    }
    settings = Settings(content_layers={"conv2_2": 1}, style_layers={"conv1_1": 1, "conv3_1": 1})
    definition = Computing(backend="definition")
    J = Objective(C, [S], settings, weights, dtype="float64", computing=definition)
    return lambda functions: J_of(J, S, functions)(G)


@pytest.fixture(scope="module")
def students(tmp_path_factory):
    """Return all functions of a student."""
    folder = fill(tmp_path_factory.mktemp("book"))
    functions, left_out = load_all(list(TASKS), folder)
    assert not left_out
    return functions


def test_a_student_s_functions_make_the_same_J_and_gradient(painted_with, students):
    cost, gradient = painted_with({})
    theirs, its_gradient = painted_with(students)
    assert float(theirs) == pytest.approx(float(cost), rel=1e-12)
    np.testing.assert_allclose(its_gradient, gradient, rtol=0, atol=1e-10 * np.abs(gradient).max())


@pytest.mark.parametrize("name", [n for n in parts_for("average", "adam") if n != "adam-step"])
def test_each_part_takes_part(painted_with, name):
    """A function that does something else makes another J or another gradient."""
    task = TASKS[name]

    def otherwise(*inputs):
        made = task.reference(*inputs)
        return (3 * made[0], made[1]) if isinstance(made, tuple) else 3 * made

    cost, gradient = painted_with({})
    theirs, its_gradient = painted_with({name: otherwise})
    same = np.allclose(gradient, its_gradient, rtol=1e-9)
    assert not (same and float(cost) == pytest.approx(float(theirs)))
    if task.gradient_of:
        assert float(cost) == float(theirs)


def test_a_gram_matrix_paints_inside_of_our_style_cost(painted_with):
    cost, gradient = painted_with({})
    theirs, its_gradient = painted_with({"gram-matrix": gram_matrix})
    assert float(theirs) == pytest.approx(float(cost))
    np.testing.assert_allclose(its_gradient, gradient, rtol=1e-9)


def test_a_walk_that_takes_no_layers_paints_too(painted_with, students):
    walk = students["walk-down"]
    _, gradient = painted_with({})
    _, theirs = painted_with({"walk-down": lambda a, b, c, d: walk(a, b, c, d)})
    np.testing.assert_allclose(theirs, gradient, rtol=1e-9)


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam", "gradient-descent"])
def test_their_optimizer_goes_down_as_ours(students, optimizer):
    curve = np.linspace(1, 30, 12).reshape(3, 4)

    def valley(x):
        return float(np.sum(curve * x**2) / 2), curve * x

    start = np.ones((3, 4))
    ours, theirs = (
        [point for point, _ in zip(descend(valley, start, optimizer, f), range(8), strict=False)]
        for f in ({}, students)
    )
    assert len(ours) == len(theirs) > 3
    for (x, J), (u, K) in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(u, x, rtol=1e-9)
        assert pytest.approx(K) == J
    assert ours[-1][1] < ours[0][1]


@pytest.mark.parametrize(
    ("optimizer", "name"),
    [
        ("lbfgs", "two-loop"),
        ("lbfgs", "line-search"),
        ("adam", "adam-step"),
        ("gradient-descent", "gradient-descent-step"),
    ],
)
def test_their_optimizer_is_asked(optimizer, name):
    asked = []

    def watched(*inputs):
        asked.append(name)
        return TASKS[name].reference(*inputs)

    way = descend(lambda x: (float(x @ x), 2 * x), np.arange(1.0, 4), optimizer, {name: watched})
    for _ in zip(way, range(4), strict=False):
        pass
    assert asked


def test_it_ends_where_nothing_goes_down():
    uphill = descend(lambda x: (float(np.sum(x**2)), -2 * x), np.ones(3), "lbfgs", {})
    assert len(list(uphill)) == 1


@pytest.mark.parametrize(("seconds", "slow"), [(0.3, True), (0.002, False)])
def test_loops_over_every_number_are_too_slow_to_paint_with(seconds, slow):
    now = [0.0]  # a clock that the function itself moves: no machine is too busy for it

    def takes(*inputs):
        now[0] += seconds
        return conv_forward(*inputs)

    told = too_slow("conv-forward", takes, clock=lambda: now[0])
    assert ("too slow" in told) == slow
    assert not too_slow("line-search", takes, clock=lambda: now[0])


def test_mistakes_are_painted_by_adam_beside_the_package_by_adam():
    todo = what_to_paint({}, {"conv-backward": len, "two-loop": len}, "lbfgs")
    assert [(name, kind) for name, _, kind in todo] == [
        ("ours", "lbfgs"),
        ("yours", "lbfgs"),
        ("ours-by-adam", "adam"),
        ("conv-backward", "adam"),
        ("two-loop", "lbfgs"),
    ]


@pytest.mark.slow
def test_a_painting_in_a_process_of_its_own(tmp_path):
    wrong = "return conv_forward(dz, weight.swapaxes(2, 3))"
    folder = fill(tmp_path / "book", conv_backward=wrong, gram_matrix="return 1 / 0")
    states = {"conv-backward": "wrong", "gram-matrix": "raises"}
    outcomes = [Outcome(name, states.get(name, "right")) for name in TASKS]
    made = paint_with(folder, outcomes, size=32, iterations=3)
    assert [one.name for one in made.pictures] == ["ours", "yours", "ours-by-adam", "conv-backward"]
    ours, _, by_adam, mistaken = (one.picture for one in made.pictures)
    assert ours.shape[1] == 32
    assert made.difference < 2 / 255
    assert np.abs(mistaken - by_adam).max() > 0.05
    assert set(made.missing) == {"conv-backward", "gram-matrix"}
    assert "line-search" in made.used
    assert not made.all_theirs


def test_a_sheet_holds_every_picture():
    pictures = [np.full((10, 16, 3), shade / 7) for shade in range(1, 8)]
    page = sheet([(picture, "one\ntwo") for picture in pictures])
    shades = {round(float(x), 2) for x in np.unique(page)}
    assert {round(round(k / 7 * 255) / 255, 2) for k in range(1, 8)} <= shades
