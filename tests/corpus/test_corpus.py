"""Hostile cases: a sample of them by default, all of them with -m corpus."""

import random
from collections import Counter

import corpus_batches
import corpus_bombs
import corpus_carried
import corpus_configurations
import corpus_masks
import corpus_paths
import corpus_pictures
import corpus_replays
import corpus_runs
import corpus_settings
import corpus_sixteen
import corpus_states
import corpus_submissions
import corpus_uploads
import corpus_weights
import pytest

from nst_numpy.files import quiet as files_quiet

FAMILIES = {  # and how many of each are tried by default: fewer of those that paint
    corpus_pictures: 12, corpus_bombs: 12, corpus_paths: 12, corpus_weights: 12, corpus_states: 12,
    corpus_settings: 12, corpus_carried: 12, corpus_masks: 6, corpus_sixteen: 8, corpus_uploads: 8,
    corpus_configurations: 6, corpus_runs: 6, corpus_replays: 4, corpus_batches: 3,
    corpus_submissions: 2,
}  # fmt: skip
CASES = {module: list(module.cases()) for module in FAMILIES}
ALL = [case for cases in CASES.values() for case in cases]
SAMPLE = [
    case
    for module, cases in CASES.items()
    for case in random.Random(1).sample(cases, FAMILIES[module])
]

quiet = pytest.mark.filterwarnings("ignore:.*(colour profile is ignored|overflow|invalid value).*")


def hold(case, folder, monkeypatch, capfd):
    monkeypatch.chdir(folder)
    monkeypatch.setattr(files_quiet, "alone", lambda: True)  # threads of other tests say nothing
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
