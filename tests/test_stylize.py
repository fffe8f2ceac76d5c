"""Steps: from the starts to the painting, the same every time."""

from dataclasses import replace
from itertools import islice, pairwise

import numpy as np
import pytest

from nst_numpy import InputError, Objective, Settings, stylize
from nst_numpy.stylize import enlarge, halve, mirrored, smallest_side, start_picture

# Shallow layers, so that a run takes a moment.
QUICK = Settings(
    content_layers={"conv2_1": 1.0},
    style_layers={"conv1_1": 1.0, "conv2_1": 0.1},
    beta=1.0,
    iterations=4,
    scales=1,
    margin=2,
)


@pytest.fixture(scope="module")
def pictures():
    rng = np.random.default_rng(0)
    return rng.random((20, 24, 3), np.float32), rng.random((18, 16, 3), np.float32)


def run(pictures, weights, **changes):
    C, S = pictures
    return list(stylize(C, [S], replace(QUICK, **changes), weights))


def test_the_steps_are_numbered_from_the_start_and_j_falls(pictures, weights):
    steps = run(pictures, weights)
    assert [step.iteration for step in steps] == [0, 1, 2, 3, 4]
    assert steps[-1].cost.total < steps[0].cost.total
    np.testing.assert_array_equal(steps[0].image, pictures[0])
    assert all(step.image.shape == (20, 24, 3) for step in steps)
    assert all(step.canvas.shape == (24, 28, 3) for step in steps)
    assert all(step.image.dtype == np.float32 for step in steps)
    for before, after in pairwise(steps):
        assert after.evaluations > before.evaluations
        assert after.seconds >= before.seconds


def test_the_cost_of_a_step_is_that_of_its_canvas(pictures, weights):
    C, S = pictures
    J = Objective(mirrored(C, QUICK.margin), [S], QUICK, weights)
    for step in run(pictures, weights):
        assert J(step.canvas)[0] == step.cost


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam", "gradient-descent"])
def test_the_same_seed_and_settings_give_the_same_bytes(pictures, weights, optimizer):
    first, again = (
        [s.image.tobytes() for s in run(pictures, weights, optimizer=optimizer, start="noise")]
        for _ in range(2)
    )
    assert first == again


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam", "gradient-descent"])
def test_every_optimizer_paints(pictures, weights, optimizer):
    steps = run(pictures, weights, optimizer=optimizer, iterations=8)
    assert steps[-1].cost.total < 0.9 * steps[0].cost.total


def test_another_seed_gives_other_noise():
    C = np.zeros((8, 8, 3))
    noise = [start_picture(C, Settings(start="noise", seed=seed, margin=0)) for seed in (0, 0, 1)]
    np.testing.assert_array_equal(noise[0], noise[1])
    assert not np.array_equal(noise[0], noise[2])
    assert noise[0].dtype == np.float32
    assert 0 <= noise[0].min() < 0.1 < 0.9 < noise[0].max() <= 1


def test_the_other_starts(pictures):
    C, _ = pictures
    content = Settings(margin=4)
    np.testing.assert_array_equal(start_picture(C, content), mirrored(C, 4))
    gray = start_picture(C, replace(content, start="gray"))
    np.testing.assert_array_equal(gray, np.full((28, 32, 3), 0.5))
    mine = np.full(C.shape, 0.25)
    start = start_picture(C, replace(content, start=mine))
    np.testing.assert_array_equal(start, np.full((28, 32, 3), 0.25))
    with pytest.raises(InputError, match=r"The start has the shape \(2, 2, 3\)"):
        start_picture(C, Settings(start=mine[:2, :2]))


def test_the_margin_is_the_mirror_image():
    x = np.arange(6.0).reshape(2, 3, 1)
    np.testing.assert_array_equal(
        mirrored(x, 1)[:, :, 0],
        [[0, 0, 1, 2, 2], [0, 0, 1, 2, 2], [3, 3, 4, 5, 5], [3, 3, 4, 5, 5]],
    )
    np.testing.assert_array_equal(mirrored(x, 0), x)
    with pytest.raises(InputError, match="a side of 2 pixels has no margin of 3"):
        mirrored(x, 3)
    with pytest.raises(InputError, match=r"has the shape \(2, 3\)"):
        mirrored(x[:, :, 0], 1)


def test_the_content_is_not_painted_over(pictures, weights):
    C, S = pictures
    before = C.copy(), S.copy()
    run(pictures, weights, optimizer="adam")
    np.testing.assert_array_equal(C, before[0])
    np.testing.assert_array_equal(S, before[1])


def test_scales_go_from_coarse_to_fine(pictures, weights):
    steps = run(pictures, weights, scales=2, iterations=3)
    assert [step.scale for step in steps] == [1] * 4 + [2] * 4
    assert [step.iteration for step in steps] == [0, 1, 2, 3, 3, 4, 5, 6]
    assert [step.image.shape[:2] for step in steps] == [(10, 12)] * 4 + [(20, 24)] * 4
    assert [step.margin for step in steps] == [1] * 4 + [2] * 4
    np.testing.assert_array_equal(steps[4].canvas, enlarge(steps[3].canvas, (24, 28, 3)))


def test_a_coarsest_scale_that_is_too_small_is_refused(pictures, weights):
    with pytest.raises(InputError, match="too small"):
        run(pictures, weights, scales=6, margin=0)


def test_a_finer_scale_starts_from_the_best_of_the_coarser_one(pictures, weights):
    """A learning rate that is too large goes up again, and the next scale must not begin there."""
    steps = run(
        pictures,
        weights,
        scales=2,
        iterations=3,
        optimizer="gradient-descent",
        learning_rate=2.5e-6,
    )
    coarse = [step for step in steps if step.scale == 1]
    best = min(coarse, key=lambda step: step.cost.total)
    assert best is not coarse[-1]
    fine = next(step for step in steps if step.scale == 2)
    np.testing.assert_array_equal(fine.canvas, enlarge(best.canvas, (24, 28, 3)))


def test_nothing_is_computed_before_it_is_asked_for(pictures):
    C, S = pictures
    steps = stylize(C, [S], QUICK, weights={})
    with pytest.raises(InputError, match="The weights lack conv1_1"):
        next(steps)


def test_no_iterations_give_the_start(pictures, weights):
    (step,) = run(pictures, weights, iterations=0)
    np.testing.assert_array_equal(step.image, pictures[0])


def test_a_run_can_be_left_at_any_step(pictures, weights):
    C, S = pictures
    assert len(list(islice(stylize(C, [S], QUICK, weights), 2))) == 2


def test_halving_takes_means_and_enlarging_keeps_a_ramp():
    ramp = np.tile(np.arange(8.0)[None, :, None], (4, 1, 3))
    np.testing.assert_allclose(halve(ramp, 1)[0, :, 0], [0.5, 2.5, 4.5, 6.5])
    assert halve(ramp, 0) is ramp
    back = enlarge(halve(ramp, 1), ramp.shape)
    assert back.shape == ramp.shape
    np.testing.assert_allclose(back[:, 1:7], ramp[:, 1:7])  # the ends are held, not continued
    np.testing.assert_allclose(enlarge(np.ones((3, 5, 3)), (7, 11, 3)), 1.0)


@pytest.mark.parametrize(
    ("changes", "side"),
    [
        ({"margin": 0}, 2),
        ({"margin": 0, "scales": 3}, 8),
        ({"margin": 3}, 3),
        ({"margin": 20, "style_layers": {"conv5_4": 1.0}}, 20),
        ({"margin": 3, "style_layers": {"conv5_4": 1.0}}, 16),
    ],
)
def test_the_smallest_side_is_just_large_enough(weights, changes, side):
    settings = replace(QUICK, iterations=0, **changes)
    assert smallest_side(settings) == side
    enough = np.full((side, side, 3), 0.5)
    next(stylize(enough, [enough], settings, weights))
    with pytest.raises(InputError):
        next(stylize(enough[1:], [enough[1:]], settings, weights))
