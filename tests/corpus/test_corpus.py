"""Hostile cases: a sample of them by default, all of them with -m corpus."""

import random
from collections import Counter
from functools import cache

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


@cache
def cases(module):
    """All cases of a family; some take a second to be made, which is not for every process."""
    return list(module.cases())


@cache
def sample(module):
    return random.Random(1).sample(cases(module), FAMILIES[module])


quiet = pytest.mark.filterwarnings("ignore:.*(colour profile is ignored|overflow|invalid value).*")


def pytest_generate_tests(metafunc):
    """List all cases only where they are asked for."""
    if "case" in metafunc.fixturenames:
        chosen = metafunc.config.option.markexpr
        left_out = chosen and ("corpus" not in chosen or "not corpus" in chosen)
        every = [] if left_out else [case for module in FAMILIES for case in cases(module)]
        metafunc.parametrize("case", every, ids=str)


def hold(case, folder, monkeypatch, capfd):
    monkeypatch.chdir(folder)
    monkeypatch.setattr(files_quiet, "alone", lambda: True)  # threads of other tests say nothing
    try:
        case.hold(folder)
        printed = capfd.readouterr()
        assert (printed.out, printed.err) == ("", "")
    except BaseException as error:
        error.add_note(str(case))
        raise


@quiet
@pytest.mark.parametrize(
    ("module", "number"),
    [(module, number) for module, count in FAMILIES.items() for number in range(count)],
    ids=lambda one: getattr(one, "__name__", one),
)
def test_a_sample(module, number, tmp_path, monkeypatch, capfd):
    hold(sample(module)[number], tmp_path, monkeypatch, capfd)


@quiet
@pytest.mark.corpus
def test_every_case(case, tmp_path, monkeypatch, capfd):
    hold(case, tmp_path, monkeypatch, capfd)


def test_there_are_a_thousand_cases_and_each_has_its_name():
    names = Counter(str(case) for module in FAMILIES for case in cases(module))
    assert names.total() >= 1000
    assert max(names.values()) == 1
    assert all(len(cases(module)) >= 100 for module in FAMILIES)
