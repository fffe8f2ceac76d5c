"""What `check` holds of the studio, and that it refuses what is wrong."""

from importlib import import_module

import numpy as np
import pytest

from nst_numpy.costs import MaskedGram, TotalVariation
from nst_numpy.studio.cases import cases, studio_checks
from nst_numpy.studio.normalised import Normalised
from nst_numpy.studio.texture import Cropped

module = import_module("nst_numpy.studio.cases")
texture = import_module("nst_numpy.studio.texture")  # of its own name there is a function, too


def failing(seed=0):
    return {check.name for check in studio_checks(seed) if not check.holds}


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_every_gradient_of_the_studio_holds(seed):
    assert failing(seed) == set()
    assert {check.name for check in studio_checks(seed)} == {
        *(case.name for case in cases()), "normalised gradient",
    }  # fmt: skip


def cut_off(dcanvas, shape, margin):
    """Forget the copies of a pixel in the next tiles."""
    return dcanvas[margin : margin + shape[0], margin : margin + shape[1]]


def test_a_pixel_whose_copies_are_forgotten_is_found_out(monkeypatch):
    for where in (module, texture):
        monkeypatch.setattr(where, "folded", cut_off)
    assert failing() == {"tile, continued", "J, tile"}


def test_a_variation_that_ends_at_the_edge_on_its_way_back_is_found_out(monkeypatch):
    monkeypatch.setattr(module.PeriodicVariation, "pull", TotalVariation.pull)
    assert failing() == {"total variation, tile", "J, tile"}


def test_a_pull_at_the_wrong_positions_is_found_out(monkeypatch):
    right = Cropped.pull
    monkeypatch.setattr(Cropped, "pull", lambda self, a, ds: np.roll(right(self, a, ds), 1, 0))
    assert failing() == {"style cost, tile", "J, tile"}


def test_a_mask_that_counts_twice_is_found_out(monkeypatch):
    right = MaskedGram.pull
    monkeypatch.setattr(
        MaskedGram, "pull", lambda self, a, ds: right(self, a, ds) * self.mask[:, :, None]
    )
    assert failing() == {"J, two regions"}


def test_a_gradient_divided_by_another_length_or_turned_is_found_out(monkeypatch):
    def by_the_root_mean_square(self, a, ds):
        da = self.statistic.pull(a, ds)
        return da / np.sqrt(np.mean(da**2))

    def its_sign(self, a, ds):
        da = np.sign(self.statistic.pull(a, ds))
        return da / np.abs(da).sum()

    for wrong in (by_the_root_mean_square, its_sign):
        monkeypatch.setattr(Normalised, "pull", wrong)
        assert failing() == {"normalised gradient"}
