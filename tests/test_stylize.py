"""Steps: from the starts to the painting, the same every time."""

import weakref
from dataclasses import replace
from itertools import islice, pairwise

import numpy as np
import pytest

from nst_numpy import Computing, InputError, Objective, Settings, stylize
from nst_numpy.bounds import INSET, bounds_forward
from nst_numpy.canvas import enlarge, mirrored
from nst_numpy.costs import STATISTICS
from nst_numpy.files.states import load_state, save_state
from nst_numpy.optimizers import OPTIMIZERS
from nst_numpy.stylize import FINER_NOISE, NOISE, WINDOW, gains_no_more, least_side, start_picture

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
    np.testing.assert_allclose(steps[0].image, pictures[0], atol=1.01 * INSET)
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
        np.testing.assert_array_equal(step.canvas, bounds_forward(step.state.x))
        assert step.cost is step.state.value
        assert step.evaluations == step.state.evaluations


def far_away(pictures):
    """A black content and a white style: the minimum lies where no picture can be."""
    C, S = pictures
    return np.zeros_like(C), np.ones_like(S)


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam", "gradient-descent"])
def test_the_picture_stays_in_its_bounds(pictures, weights, optimizer):
    """So the J of what a file holds is the J that was minimised."""
    steps = run(far_away(pictures), weights, optimizer=optimizer, alpha=0.0, iterations=12)
    assert steps[-1].cost.total < steps[0].cost.total
    for step in steps:
        assert step.canvas.min() >= 0
        assert step.canvas.max() <= 1


def test_without_bounds_it_leaves_them_and_clipping_raises_j(pictures, weights):
    C, S = far_away(pictures)
    settings = replace(QUICK, alpha=0.0, iterations=60, margin=0)
    J = Objective(C, [S], settings, weights)
    *_, inside = stylize(C, [S], settings, weights)
    *_, outside = stylize(C, [S], replace(settings, bounds=False), weights)
    assert outside.canvas.min() < 0 or outside.canvas.max() > 1
    assert float(J(outside.canvas.clip(0, 1))[0]) > 1.01 * outside.cost.total
    assert float(J(inside.canvas.clip(0, 1))[0]) == inside.cost.total


def test_a_scale_is_left_when_it_gains_no_more(pictures, weights):
    changes = {"scales": 2, "iterations": 60}
    steps = run(pictures, weights, **changes, gain=0.2)
    coarse = [step for step in steps if step.scale == 1]
    fine = [step for step in steps if step.scale == 2]
    for scale in (coarse, fine):
        J = [step.cost.total for step in scale]
        assert WINDOW < len(J) < 61
        assert J[-1] > 0.8 * J[-1 - WINDOW]
        assert all(J[n] <= 0.8 * J[n - WINDOW] for n in range(WINDOW, len(J) - 1))
        assert [step.note != "" for step in scale] == [False] * (len(J) - 1) + [True]
    assert "less than 0.2 of it" in coarse[-1].note
    assert fine[0].iteration == 60  # as if none had been left out
    assert len(run(pictures, weights, **changes, gain=0.0)) == 122
    C, S = pictures
    rest = stylize(C, [S], replace(QUICK, **changes, gain=0.2), weights, after=coarse[-1])
    same(next(rest), fine[0])


def test_a_step_that_goes_up_does_not_end_a_scale_that_gains():
    """Adam's may; what counts is the lowest of them."""
    falling = [100.0, *(90.0 - n for n in range(WINDOW - 1))]
    assert not gains_no_more([*falling, 99.9], 0.01)
    assert gains_no_more([100.0] * (WINDOW + 1), 0.01)
    assert not gains_no_more([100.0] * WINDOW, 0.01)


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
    np.testing.assert_allclose([noise[0].mean(), noise[0].std()], [0.5, NOISE], rtol=0.2)


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
    enlarged = enlarge(steps[3].canvas, (24, 28, 3))
    np.testing.assert_allclose(steps[4].canvas, enlarged, atol=1.01 * INSET)
    assert steps[4].evaluations == steps[3].evaluations + 1


def test_from_noise_a_finer_scale_begins_with_some_more(pictures, weights):
    """Enlarging makes nothing as fine as a pixel, and the network hardly asks for it."""
    steps = run(pictures, weights, scales=2, iterations=2, start="noise")
    enlarged = enlarge(steps[2].canvas, (24, 28, 3))
    added = steps[3].canvas - enlarged
    np.testing.assert_allclose(added.std(), FINER_NOISE, rtol=0.1)
    assert abs(added.mean()) < 0.1 * FINER_NOISE


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
        learning_rate=1e-5,
    )
    coarse = [step for step in steps if step.scale == 1]
    best = min(coarse, key=lambda step: step.cost.total)
    assert best is not coarse[-1]
    fine = next(step for step in steps if step.scale == 2)
    enlarged = enlarge(best.canvas, (24, 28, 3))
    np.testing.assert_allclose(fine.canvas, enlarged, atol=1.01 * INSET)


INTERRUPTED = {
    "at the start": 0,
    "on the coarse scale": 2,
    "at the last step of the coarse scale": 4,
    "at the start of the fine scale": 5,
    "on the fine scale": 7,
    "at the last step of all": 9,
}
HOW = {
    "lbfgs": {"optimizer": "lbfgs"},
    "adam, its best on the way": {"optimizer": "adam", "learning_rate": 0.3},
    "gradient descent, its best on the way": {
        "optimizer": "gradient-descent",
        "learning_rate": 1e-5,
    },
    "from noise": {"start": "noise"},
}


def same(step, other):
    assert (step.scale, step.iteration, step.evaluations) == (
        other.scale, other.iteration, other.evaluations
    )  # fmt: skip
    assert (step.cost, step.margin, step.note) == (other.cost, other.margin, other.note)
    assert step.canvas.tobytes() == other.canvas.tobytes()
    assert step.best.tobytes() == other.best.tobytes()
    assert step.lowest == other.lowest
    assert step.seconds >= 0


@pytest.fixture(scope="module")
def whole(pictures, weights):
    """The steps of runs that were not interrupted."""
    runs = {name: run(pictures, weights, scales=2, **changes) for name, changes in HOW.items()}
    for name, steps in runs.items():
        assert ("best on the way" in name) == (steps[4].best is not steps[4].canvas)
    return runs


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("number", INTERRUPTED.values(), ids=INTERRUPTED)
def test_going_on_after_any_step_gives_the_same_bytes(pictures, weights, whole, how, number):
    C, S = pictures
    steps = whole[how]
    assert [step.scale for step in steps] == [1] * 5 + [2] * 5
    settings = replace(QUICK, scales=2, **HOW[how])
    rest = list(stylize(C, [S], settings, weights, after=steps[number]))
    assert len(rest) == len(steps) - number - 1
    for step, other in zip(rest, steps[number + 1 :], strict=True):
        same(step, other)


@pytest.mark.parametrize("how", HOW)
def test_so_does_going_on_after_a_step_that_was_stored(pictures, weights, whole, how, tmp_path):
    C, S = pictures
    steps = whole[how]
    settings = replace(QUICK, scales=2, **HOW[how])
    kind = OPTIMIZERS[settings.optimizer].kind
    save_state(steps[2].state, tmp_path / "state.npz")
    stored = replace(steps[2], state=load_state(kind, tmp_path / "state.npz"))
    for step, other in zip(
        stylize(C, [S], settings, weights, after=stored), steps[3:], strict=True
    ):
        same(step, other)


def test_the_time_goes_on_too(pictures, weights, whole):
    C, S = pictures
    after = replace(whole["lbfgs"][2], seconds=1000.0)
    step = next(stylize(C, [S], replace(QUICK, scales=2), weights, after=after))
    assert 1000 < step.seconds < 1100


def test_an_optimizer_that_has_ended_goes_on_to_the_next_scale(pictures, weights):
    """Nothing pulls at the content that is painted from itself: J and its gradient are 0."""
    C, S = pictures
    chosen = replace(QUICK, scales=2, beta=0.0, bounds=False)
    coarse, fine, *more = stylize(C, [S], chosen, weights)
    assert coarse.state.ended
    assert (coarse.scale, coarse.iteration) == (1, 0)
    assert (fine.scale, fine.iteration) == (2, 4)
    (first, *_) = stylize(C, [S], chosen, weights, after=coarse)
    same(first, fine)
    assert len(more) == 4


def test_what_is_minimised_and_what_computes_it_can_be_given(pictures, weights):
    C, S = pictures
    made = []

    def objective(content, styles, settings, weights, computing):
        made.append((content.shape, [style.shape for style in styles], computing))
        J = Objective(content, styles, settings, weights, computing=computing)
        return J.with_terms([term for term in J.terms if term.name == "content"])

    chosen = replace(QUICK, scales=2, start="gray", iterations=1)
    computing = Computing(backend="numpy")
    steps = list(stylize(C, [S], chosen, weights, computing, objective))
    assert [list(step.cost.terms) for step in steps] == [["content"]] * 4
    assert made == [
        ((12, 14, 3), [(9, 8, 3)], computing),
        ((24, 28, 3), [(18, 16, 3)], computing),
    ]


def test_nothing_is_computed_before_it_is_asked_for(pictures):
    C, S = pictures
    steps = stylize(C, [S], QUICK, weights={})
    with pytest.raises(InputError, match="The weights lack conv1_1"):
        next(steps)


def test_no_iterations_give_the_start(pictures, weights):
    (step,) = run(pictures, weights, iterations=0)
    np.testing.assert_allclose(step.image, pictures[0], atol=1.01 * INSET)
    (step,) = run(pictures, weights, iterations=0, bounds=False)
    np.testing.assert_array_equal(step.image, pictures[0])


def test_a_run_can_be_left_at_any_step(pictures, weights):
    C, S = pictures
    assert len(list(islice(stylize(C, [S], QUICK, weights), 2))) == 2


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
def test_the_least_side_is_just_large_enough(weights, changes, side):
    settings = replace(QUICK, iterations=0, **changes)
    assert least_side(settings) == side
    enough = np.full((side, side, 3), 0.5)
    next(stylize(enough, [enough], settings, weights))
    with pytest.raises(InputError):
        next(stylize(enough[1:], [enough[1:]], settings, weights))


def test_a_step_of_other_settings_is_refused(pictures, weights, whole):
    C, S = pictures
    steps = next(iter(whole.values()))
    for changes in ({"optimizer": "gradient-descent"}, {"scales": 1}):
        settings = replace(QUICK, **{"scales": 2} | changes)
        with pytest.raises(InputError, match="made with other settings"):
            next(stylize(C, [S], settings, weights, after=steps[-1]))


def test_too_little_memory_allowed_is_refused_before_the_first_step(weights):
    C, S = np.full((30, 40, 3), 0.5, np.float32), np.full((64, 48, 3), 0.5, np.float32)
    steps = stylize(C, [S], QUICK, weights, Computing(memory=0.1))
    with pytest.raises(InputError, match=r"48 × 64 pixels needs about .* 0\.1 GB are allowed"):
        next(steps)
    assert next(stylize(C, [S], QUICK, weights, Computing(memory=2))).iteration == 0


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
def test_the_j_of_a_scale_is_gone_before_the_next_is_made(weights, optimizer):
    made = []

    def objective(*arguments, **options):
        assert [J for J in made if J() is not None] == []
        J = Objective(*arguments, **options)
        made.append(weakref.ref(J))
        return J

    C = np.random.default_rng(0).random((64, 64, 3), np.float32)
    settings = Settings(
        content_layers={"conv1_2": 1.0}, style_layers={"conv1_1": 1.0}, scales=3, iterations=2,
        optimizer=optimizer,
    )  # fmt: skip
    for _ in stylize(C, [C], settings, weights, Computing(backend="numpy"), objective):
        pass
    assert len(made) == 3


def test_what_cannot_be_done_together_is_refused_before_the_first_step(weights):
    C = np.full((300, 24, 3), 0.5, np.float32)
    sorting = replace(QUICK, statistic=STATISTICS["sliced"], scales=1)
    with pytest.raises(InputError, match="only as a whole"):
        next(stylize(C, [C], sorting, weights, Computing("numpy", rows=190)))
    adam, elsewhere = replace(QUICK, optimizer="adam"), Computing("numpy", remember="workers")
    with pytest.raises(InputError, match="lbfgs only"):
        next(stylize(C, [C], adam, weights, elsewhere))
