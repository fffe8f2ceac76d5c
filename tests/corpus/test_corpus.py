"""Hostile cases: a sample of them by default, all of them with -m corpus."""

import random
from collections import Counter

import corpus_bombs
import corpus_carried
import corpus_paths
import corpus_pictures
import corpus_settings
import corpus_states
import corpus_weights
import pytest

FAMILIES = (
    corpus_pictures, corpus_bombs, corpus_paths, corpus_weights, corpus_states, corpus_settings,
    corpus_carried,
)  # fmt: skip
CASES = {module.__name__: list(module.cases()) for module in FAMILIES}
ALL = [case for cases in CASES.values() for case in cases]
SAMPLE = [
    case for cases in CASES.values() for case in random.Random(1).sample(cases, min(len(cases), 12))
]

quiet = pytest.mark.filterwarnings("ignore:.*(colour profile is ignored|overflow|invalid value).*")


def hold(case, folder, monkeypatch, capfd):
    monkeypatch.chdir(folder)
    case.hold(folder)
    printed = capfd.readouterr()
    assert (printed.out, printed.err) == ("", "")


@quiet
@pytest.mark.parametrize("case", SAMPLE, ids=str)
def test_a_sample(case, tmp_path, monkeypatch, capfd):
    hold(case, tmp_path, monkeypatch, capfd)


@quiet
@pytest.mark.corpus
@pytest.mark.parametrize("case", ALL, ids=str)
def test_every_case(case, tmp_path, monkeypatch, capfd):
    hold(case, tmp_path, monkeypatch, capfd)


def test_there_are_a_thousand_cases_and_each_has_its_name():
    names = Counter(map(str, ALL))
    assert len(ALL) >= 1000
    assert max(names.values()) == 1
    assert all(len(cases) >= 100 for cases in CASES.values())
