"""What is said of sizes and of memory before a painting begins."""

import re
from dataclasses import replace

import numpy as np
import pytest

from nst_numpy import save_image
from nst_numpy.cli import sizes
from nst_numpy.cli.options import Options
from nst_numpy.errors import InputError
from nst_numpy.large import crew


@pytest.fixture
def large(tmp_path):
    save_image(np.zeros((2000, 1000, 3)), tmp_path / "large.png")
    return tmp_path / "large.png"


def fit(large, **options):
    return sizes.fitting(Options(backend="numpy", **options), [large, large], [1, 1])


def test_the_largest_size_that_fits_is_told_with_strips_and_without(large):
    with pytest.raises(InputError, match=r"as a whole, and [0-9]+ in strips") as refused:
        fit(large, size=2000, memory=1.0)
    found = re.search(r"that fits is (\d+) as a whole, and (\d+) in strips", str(refused.value))
    whole, in_strips = map(int, found.groups())
    assert fit(large, size="max", memory=1.0).size == whole < in_strips
    assert fit(large, size=whole, memory=1.0).rows is None
    assert fit(large, size=in_strips, memory=1.0).rows
    with pytest.raises(InputError, match=f"that fits is {whole} as a whole"):
        fit(large, size=in_strips + 1, memory=1.0)


def test_it_is_said_that_workers_are_started_here_and_only_then(capsys, monkeypatch):
    monkeypatch.setattr(sizes, "crew_of", lambda address: address)
    assert sizes.crew_told("local:2") == "local:2"
    assert capsys.readouterr().err == "Starting 2 workers.\n"
    monkeypatch.setattr(crew, "_crews", {"local:2": None})
    for address in ("local:2", "tcp://192.168.1.10:8786"):
        sizes.crew_told(address)
    assert capsys.readouterr().err == ""


def test_what_must_see_a_picture_as_a_whole_is_refused_before_anything_is_told(large):
    with pytest.raises(InputError, match="sees a picture only as a whole, not in strips; give no"):
        fit(large, size=600, statistic="sliced", rows=240)
    assert fit(large, size=200, statistic="sliced", rows=240).rows == 240  # that is one strip
    with pytest.raises(InputError, match=r"that fits is \d+, and \d+ with --pairs 3\."):
        fit(large, size=1200, statistic="sliced", memory=1.0)  # for which gram takes strips
    assert fit(large, size=1200, memory=1.0).rows


@pytest.mark.parametrize("size", [96, "max"])
def test_workers_cannot_remember_what_adam_does_not(large, size):
    with pytest.raises(InputError, match="steps of lbfgs only; adam remembers none"):
        fit(large, size=size, optimizer="adam", remember="workers", memory=1.0)
    assert fit(large, size=96, optimizer="adam", remember="here").size == 96


@pytest.mark.parametrize(
    ("cluster", "who"),
    [(None, "without a cluster this machine keeps"), ("local:2", "the workers keep")],
)
def test_who_keeps_what_lbfgs_remembers_is_told_as_it_is(cluster, who):
    there = sizes.Fit(96, 0, None, 20, remember="workers")
    assert sizes.in_parts(there, 20, cluster) == f"; {who} what lbfgs remembers"
    assert sizes.in_parts(replace(there, remember=None), 20, cluster) == ""
