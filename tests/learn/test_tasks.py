"""Each task is whole: its page, its example, its hints; its reference right, its mistakes named."""

import re
from pathlib import Path

import numpy as np
import pytest

from nst_numpy.learn import TASKS, check
from nst_numpy.learn.mistakes import MISTAKES
from nst_numpy.learn.pages import GAP, file_of, page
from nst_numpy.learn.showing import example, names_of
from nst_numpy.learn.tasks.optimizers import adam_step, line_search, two_loop
from nst_numpy.optimizers import dot
from nst_numpy.optimizers.line_search import strong_wolfe
from nst_numpy.optimizers.state import State

ROOT = Path(__file__).parents[2]
EVERY = pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
KNOWN = [(task, mistake) for task in TASKS.values() for mistake in task.mistakes]


def test_every_task_with_known_mistakes_is_in_the_workbook():
    assert list(TASKS) == sorted(TASKS, key=list(TASKS).index)
    assert set(MISTAKES) == set(TASKS)


@EVERY
def test_the_reference_is_right_with_other_inputs_too(task):
    for seed in (0, 5):
        answer = check(task.name, task.reference, seed)
        assert answer.right, answer
    assert bool(answer.outcome.checks) == bool(task.gradient_of)


@pytest.mark.parametrize(("task", "mistake"), KNOWN, ids=lambda x: x.name)
def test_a_known_mistake_is_named_first_with_the_workbook_s_inputs(task, mistake):
    outcome = check(task.name, mistake.function, 3).outcome
    assert not outcome.right
    assert outcome.findings[0].mistake is mistake


@EVERY
def test_no_wrong_gradient_passes_the_checks(task):
    """Finite differences alone, without the reference, refuse every known mistake."""
    if not task.gradient_of:
        return
    for mistake in task.mistakes:
        outcome = check(task.name, mistake.function).outcome
        if outcome.status == "wrong":
            assert not all(one.holds for one in outcome.checks), mistake.name


@EVERY
def test_the_page_says_everything_and_holds_no_solution(task):
    text = page(task)
    compile(text, file_of(task), "exec")
    assert text.count(GAP) == 1
    assert f"def {task.function}(" in text
    for line in (*task.formula.splitlines(), *example(task).splitlines()):
        assert line in text
    assert all(len(line) <= 100 for line in text.splitlines())
    for name in names_of(task):
        assert re.search(rf"\b{name}\b", task.shapes), name


@EVERY
def test_the_example_is_small_and_computed_by_the_reference(task):
    arrays = [x for x in task.example if isinstance(x, np.ndarray)]
    assert all(x.shape[0] <= 3 for x in arrays)
    for line in example(task).splitlines():
        assert len(line) <= 75, line


@EVERY
def test_there_are_three_hints_in_sentences(task):
    assert len(set(task.hints)) == 3
    for hint in task.hints:
        assert hint.endswith((".", "?"))
        assert "return " not in hint.lower().replace("return a, positive", "").replace(
            "return x minus", ""
        ).replace("return (x, m, v)", "").replace("return one number", "").replace(
            "and a return", ""
        )


@EVERY
def test_the_chapter_has_the_heading_that_is_linked(task):
    path, _, anchor = task.chapter.partition("#")
    headings = re.findall(r"^#+ (.*)$", (ROOT / path).read_text(), re.M)
    assert anchor in {re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in headings}


def test_the_conditions_are_those_of_the_package_s_line_search():
    """What it tries next tells what it found: twice as far, something between, or nothing."""
    rng = np.random.default_rng(0)
    told = set()
    for _ in range(200):
        a, b, c = rng.uniform(-2, 2), rng.uniform(0.1, 3), rng.uniform(-0.5, 0.5)

        def f(x, a=a, b=b, c=c):
            return float(-x[0] + b * x[0] ** 2 / 2 + c * x[0] ** 3), -1 + b * x + 3 * c * x**2

        tried = []

        def watched(x, f=f, tried=tried):
            tried.append(float(x[0]))
            return f(x)

        state = State(x=np.zeros(1), value=0.0, gradient=-np.ones(1), evaluations=1)
        t = rng.uniform(0.05, 3)
        strong_wolfe(watched, state, np.ones(1), dot, t, most=2)
        height, [slope] = f(np.array([t]))
        verdict = line_search(t, 0.0, -1.0, height, float(slope))
        told.add(verdict)
        went_on = tried[1] > t if len(tried) > 1 else None
        assert verdict == {True: "too short", False: "too long", None: "right"}[went_on]
    assert told == {"right", "too long", "too short"}


def test_rounding_is_no_mistake():
    """The same sums in another order leave another last digit, which must not be refused."""
    tilt = 5e-16
    for name, other in (
        ("adjoint-test", students_adjoint),
        ("central-difference", lambda f, x, d, h: f(x + h * d) / (2 * h) - f(x - h * d) / (2 * h)),
        ("content-gradient", lambda a_C, a_G: (a_G * (1 + tilt) - a_C) / a_G.size / 2),
        ("gram-matrix", lambda a: np.einsum("ijk,ijl->kl", a, a)),
    ):
        assert check(name, other).right, name


def students_adjoint(forward, backward, v, u):
    a, b = np.sum(u * forward(v)), np.sum(backward(u) * v)
    return abs(a - b) / max(abs(a), abs(b)) if a or b else 0.0


def test_adam_and_the_two_loops_are_those_of_their_formulas():
    x, g, m, v = np.random.default_rng(1).standard_normal((4, 3))
    made, m_new, v_new = adam_step(x, g, m, v**2, 3, 0.1)
    np.testing.assert_allclose(m_new, 0.9 * m + 0.1 * g)
    np.testing.assert_allclose(v_new, 0.999 * v**2 + 0.001 * g**2)
    np.testing.assert_allclose(
        made, x - 0.1 * (m_new / (1 - 0.9**3)) / (np.sqrt(v_new / (1 - 0.999**3)) + 1e-8)
    )
    s, y = np.array([[2.0]]), np.array([[6.0]])  # H = 3, so Newton's step is -g/3
    np.testing.assert_allclose(two_loop(np.array([[5.0]]), (s,), (y,)), [[-5 / 3]])
