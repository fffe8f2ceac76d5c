"""The diagnosis names what is wrong, says how sure it is, and is as good as the book says."""

import re
from collections import Counter
from copy import deepcopy
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from later_versions import LATER
from measured import seen_of, verdict
from slips import SOURCES, slips
from wrong_versions import WRONG

from nst_numpy.checks.mutants import MUTANTS
from nst_numpy.layers import conv_backward, conv_forward, max_pool_backward, max_pool_forward
from nst_numpy.learn.diagnosis import diagnose
from nst_numpy.learn.diagnosis.comparing import agree, factor, usual_factor
from nst_numpy.learn.diagnosis.factors import plain
from nst_numpy.learn.diagnosis.finding import KNOWN
from nst_numpy.learn.mistakes import MISTAKES
from nst_numpy.learn.task import Seen
from nst_numpy.learn.tasks import TASKS

BOOK = (Path(__file__).parents[2] / "docs" / "diagnosis.md").read_text()
KNOWN_MISTAKES = [(name, m) for name, mistakes in MISTAKES.items() for m in mistakes]
SEEDS = (101, 102, 103)  # the diagnosis was not made with these inputs
seeds = pytest.mark.parametrize(
    "seed", [SEEDS[0], *(pytest.param(seed, marks=pytest.mark.slow) for seed in SEEDS[1:])]
)


@cache  # some are looked at by several tests
def of(task, function, seed=SEEDS[0]):
    return diagnose(TASKS[task], seen_of(TASKS[task], function, seed))


@pytest.mark.parametrize("name", TASKS)
@seeds
def test_what_is_right_is_called_right(name, seed):
    found = of(name, TASKS[name].reference, seed)
    assert found.right
    assert not found.findings


@seeds
@pytest.mark.parametrize(("name", "mistake"), KNOWN_MISTAKES, ids=lambda x: getattr(x, "name", x))
def test_every_known_mistake_is_named_first_on_other_inputs(name, mistake, seed):
    first = of(name, mistake.function, seed).findings[0]
    assert first.mistake is mistake
    assert first.sure
    assert mistake.sentence[1:] in first.sentence


def test_a_known_mistake_has_a_sentence_and_the_line_that_it_breaks():
    for _, mistake in KNOWN_MISTAKES:
        assert re.fullmatch(r"[^ ].*[.]", mistake.sentence, re.S)
        assert mistake.line.strip()
    for mistakes in MISTAKES.values():
        assert len({mistake.name for mistake in mistakes}) == len(mistakes)


def shares(versions):
    """What becomes of wrong versions; and how many of them are known mistakes by now."""
    found = [(wrong, of(wrong.task, wrong.function)) for wrong in versions]
    known = sum(bool(d.findings) and d.findings[0].rank == KNOWN for _, d in found)
    return Counter(verdict(wrong, d) for wrong, d in found), known


def row(title):
    """The numbers of a row of the table in the book."""
    return [int(n) for n in re.search(rf"\| {title} \|(.*)", BOOK).group(1).split("|")[:-1]]


@pytest.mark.parametrize(
    ("versions", "title"),
    [
        pytest.param(WRONG, "now", marks=pytest.mark.long),
        pytest.param(LATER, "49 others, once", marks=pytest.mark.slow),
    ],
)
def test_the_shares_are_at_least_those_in_the_book(versions, title):
    now, _ = shares(versions)
    named, close, unknown, misled, unnoticed = row(title)
    assert named + close + unknown + misled + unnoticed == len(versions)
    assert now["named"] >= named
    assert now["named"] + now["close"] >= named + close
    assert now["misled"] <= misled
    assert now["missed"] <= unnoticed


@pytest.mark.long
def test_the_book_counts_the_versions_and_the_known_mistakes():
    _, known = shares(WRONG)
    assert sum(row("at first sight")) == len(WRONG) == 98
    words = " ".join(BOOK.split())
    assert f"{known} of them have become known mistakes" in words
    assert f"{len(KNOWN_MISTAKES)} known mistakes" in words


@pytest.mark.slow
def test_the_shares_of_the_slips_are_at_least_those_in_the_book():
    found = Counter()
    for name in SOURCES:
        for slip in slips(name):
            seen = seen_of(TASKS[name], slip.function, 21)
            diagnosis = diagnose(TASKS[name], seen)
            if seen and not diagnosis.right:
                found["explained" if diagnosis.findings[0].sure else "not"] += 1
    explained, other = row("slips, now")
    few = 3  # some slips leave memory as it was found, so that their results are not repeated
    assert found["explained"] >= explained - few
    assert abs(found.total() - explained - other) <= few


def test_a_finding_says_what_it_looks_like_and_has_a_number():
    for wrong in WRONG[::3]:
        for finding in of(wrong.task, wrong.function).findings:
            assert finding.sentence.endswith(".")
            assert finding.sentence[0].isupper()
            assert re.search(r"\d", finding.number) or finding.number == "no number besides"


def test_the_inputs_stay_as_they_were_and_the_same_is_said_twice():
    task = TASKS["conv-backward"]
    seen = seen_of(task, lambda dz, weight: 3 * conv_forward(dz, weight.swapaxes(2, 3)), 1)
    before = deepcopy(seen)
    assert diagnose(task, seen).findings == diagnose(task, seen).findings
    for one, other in zip(seen, before, strict=True):
        assert all(map(np.array_equal, one.inputs, other.inputs))


def test_two_causes_are_both_said():
    def both(dz, weight):
        return -conv_forward(dz, weight.swapaxes(2, 3)) / 4

    [first, *_] = of("conv-backward", both).findings
    assert first.mistake.name == "kernel not turned"
    assert "Two causes" in first.sentence
    assert "-1/4" in first.sentence


def test_two_causes_at_two_places_are_both_said():
    def both(dz, weight):
        dx = 2 * conv_backward(dz, weight)
        dx[0] = 0
        return dx

    [first, *_] = of("conv-backward", both).findings
    assert "2 times" in first.sentence
    assert "first row" in first.sentence


def test_of_one_number_no_factor_is_claimed():
    """With one call of a cost any factor would do, so none is seen."""
    task = TASKS["content-cost"]
    [one, *_] = seen_of(task, lambda a_C, a_G: 0.123 * task.reference(a_C, a_G), 3)
    assert "factor" not in diagnose(task, [one]).findings[0].sentence


def test_a_factor_of_the_formula_is_looked_for_in_the_formula():
    task = TASKS["content-cost"]
    from dataclasses import replace

    task = replace(task, formula="J = Σ (a_G - a_C)² / (4·n_H·n_W·n_C)")
    seen = seen_of(task, lambda a_C, a_G: task.reference(a_C, a_G) * a_G.shape[1], 3)
    [first, *_] = diagnose(task, seen).findings
    assert "n_W times" in first.sentence
    assert "4·n_H·n_W·n_C" in first.sentence


def test_random_numbers_are_unknown():
    rng = np.random.default_rng(5)
    for name in ("conv-backward", "style-gradient", "gram-matrix"):
        task = TASKS[name]
        found = of(name, lambda *x, task=task: rng.standard_normal(np.shape(task.reference(*x))))
        assert [finding.sure for finding in found.findings] == [False]
        assert "no mistake that is known" in found.findings[0].sentence


STRANGE = (
    None, "text", 3, 2.5, True, np.nan, [1.0, 2.0], (), {}, np.array([]), np.array("x"), 1j,
    np.full((4, 6, 3), np.nan), np.ones((4, 6, 3), object), np.zeros((0, 3)), object(), {"a": 1},
    (np.ones(3), None), np.ones((4, 6, 3), complex), np.float32(1), np.ones((2, 2, 2, 2)),
)  # fmt: skip


@pytest.mark.parametrize("name", TASKS)
def test_whatever_comes_back_something_is_said(name):
    for strange in STRANGE:
        found = of(name, lambda *inputs, strange=strange: strange)
        assert not found.right
        assert found.findings[0].sentence


def test_nothing_seen_is_nothing_said():
    assert diagnose(TASKS["conv-forward"], []).right


def test_results_in_another_order_are_told():
    def turned(z):
        return TASKS["relu-forward"].reference(z)[::-1]

    [finding] = of("relu-forward", turned).findings
    assert "another order" in finding.sentence


def test_words_are_compared_too():
    task = TASKS["content-cost"]
    seen = [Seen((1,), "too long", "too short", ""), Seen((2,), "right", "right", "")]
    [finding] = diagnose(task, seen).findings
    assert "'too long' for 'too short'" in finding.sentence
    assert diagnose(task, seen[1:]).right


def test_several_results_by_name():
    task = TASKS["content-cost"]
    right = {"conv1_1": np.arange(6.0).reshape(2, 3), "picture": np.ones((2, 2))}
    seen = [Seen((1,), right | {"conv1_1": 2 * right["conv1_1"]}, right, "") for _ in range(2)]
    [first, *_] = diagnose(task, seen).findings
    assert "conv1_1" in first.sentence
    assert "2 times" in first.sentence


def test_results_in_a_list_are_looked_at_one_by_one():
    right = [("conv1_2", np.arange(6.0).reshape(2, 3)), ("conv1_1", np.ones((2, 2)))]
    wrong = [("conv1_2", right[0][1]), ("picture", -right[1][1])]
    seen = [Seen((1,), wrong, right, "") for _ in range(2)]
    said = " ".join(finding.sentence for finding in diagnose(TASKS["content-cost"], seen).findings)
    assert "fourth of 4 results" in said
    assert "sign" in said
    assert "'picture' for 'conv1_1'" in said


def test_what_some_calls_do_not_show_is_not_said_to_be_of_their_sizes():
    def from_zero(x):
        y, winner = max_pool_forward(x)
        return np.maximum(y, 0), winner

    said = of("max-pool-forward", from_zero).findings[0].sentence
    assert "negative numbers are cut off" in said
    assert "calls" not in said


def test_what_is_right_in_one_call_alone_is_said_in_a_whole_sentence():
    def two_loop(gradient, s, y):
        right = TASKS["two-loop"].reference(gradient, s, y)
        return right if len(s) == 1 else right + np.roll(gradient, 1) ** 2

    said = [finding.sentence for finding in of("two-loop", two_loop).findings]
    assert "It is right only with “1 pair”." in said
    assert not any("no mistake that is known" in sentence for sentence in said)


def test_a_factor_is_not_told_again_for_each_pixel_of_a_square():
    def quarter(dy, winner, shape):
        return max_pool_backward(dy, winner, shape) / 4

    said = [finding.sentence for finding in of("max-pool-backward", quarter).findings]
    assert "1/4" in said[0]
    assert not any("each other's numbers" in sentence for sentence in said)


@pytest.mark.parametrize("seed", range(20))
def test_the_sign_of_the_larger_product_is_always_seen(seed):
    (mistake,) = (m for m in MISTAKES["adjoint-test"] if m.name == "signed")
    assert of("adjoint-test", mistake.function, seed).findings[0].mistake is mistake


def test_all_mutants_are_among_the_known_mistakes():
    names = {mistake.name for _, mistake in KNOWN_MISTAKES}
    assert all(mutant.name in names for mutant in MUTANTS)


def test_a_factor_is_one_factor_for_all():
    x = np.random.default_rng(0).standard_normal((3, 4))
    assert factor(x, -2.5 * x) == pytest.approx(-2.5)
    assert factor(x, x + 1) is None
    assert np.isnan(factor(0 * x, 0 * x))
    k, share = usual_factor(x, np.where(x > x.min(), 3 * x, 7))
    assert k == pytest.approx(3)
    assert share == pytest.approx(11 / 12)
    assert plain(-0.25) == "-1/4"
    assert agree(np.array([1.0, np.nan]), np.array([1.0, np.nan])).all()
