"""Colours kept, and other statistics, as somebody types them."""

import numpy as np
import pytest
from typed import quick, run

from nst_numpy import load_image, save_image
from nst_numpy.cli.options import Options
from nst_numpy.cli.printing import finish_of
from nst_numpy.costs import STATISTICS
from nst_numpy.palette import gray, luminance
from nst_numpy.settings import Settings
from nst_numpy.spectrum import grain
from nst_numpy.studio.colouring import recoloured, with_colours
from nst_numpy.stylize import stylize


@pytest.mark.parametrize("colours", ["luminance", "match", "match-histogram"])
def test_a_painting_keeps_the_photograph_s_colours(capsys, folder, colours):
    code, out, _ = run(capsys, *quick(colours=colours, iterations="5"))
    assert code == 0
    assert "Read again from the file, its J is" in out
    painting, photo = load_image("out.png"), load_image("photo.png", size=24)
    assert painting.shape == photo.shape
    if colours == "luminance":
        wanted, there = (x - luminance(x) for x in (photo, painting))
        assert (wanted * there).sum() > 0.5 * np.linalg.norm(wanted) * np.linalg.norm(there)
        assert np.abs(luminance(painting) - luminance(photo)).max() > 0.02


def test_colours_that_nobody_knows_are_refused(capsys, folder):
    code, _, err = run(capsys, *quick(colours="warm"))
    assert code == 2
    assert "match-histogram" in err
    assert not (folder / "out.png").exists()


@pytest.mark.parametrize("name", STATISTICS)
def test_every_statistic_paints(capsys, folder, name):
    code, _, err = run(capsys, *quick(statistic=name, iterations="3"))
    assert code == 0, err
    assert np.ptp(load_image("out.png")) > 0.1


def test_masks_are_for_the_gram_matrix(capsys, folder):
    save_image(np.ones((20, 30, 3)), "mask.png")
    code, _, err = run(capsys, *quick(statistic="sliced"), "--content-mask", "mask.png")
    assert code == 2
    assert "Masks are for the Gram matrix" in err


def test_a_scale_s_canvas_is_coloured_and_what_goes_on_is_not(weights):
    rng = np.random.default_rng(0)
    content, style, start = rng.random((3, 20, 24, 3)).astype(np.float32)
    settings = Settings(
        start=start, margin=4, iterations=2, content_layers={"conv1_1": 1.0},
        style_layers={"conv1_2": 1.0},
    )  # fmt: skip
    seen, styles, looked_at = recoloured("luminance", content, [style], settings)
    np.testing.assert_array_equal(seen, gray(content))
    np.testing.assert_array_equal(looked_at.start, gray(start))

    def steps():
        return stylize(seen, styles, looked_at, weights)

    plain, shown = list(steps()), list(with_colours("luminance", content, 4, steps()))
    assert len(plain) == len(shown) == 6
    for before, after in zip(plain, shown, strict=True):
        assert after.image.shape == before.image.shape
        np.testing.assert_array_equal(after.state.x, before.state.x)
        np.testing.assert_allclose(luminance(after.image), luminance(before.image), atol=1e-5)
        assert np.ptp(after.image, axis=2).max() > 0.1


def test_a_painting_is_no_grainier_than_its_style_but_where_it_is_asked_for():
    painting = np.random.default_rng(0).normal(0.5, 0.005, (32, 32, 3))
    flat = [np.full((32, 32, 3), 0.5)]
    assert grain(finish_of(Options(), flat)(painting))[1] < 0.5 * grain(painting)[1]
    asked = Options(preset="gatys", grain=5.0)
    assert grain(finish_of(asked, flat)(painting))[1] < 0.5 * grain(painting)[1]
    for options in (Options(grain=0.0), Options(colours="luminance"), Options(preset="gatys")):
        assert finish_of(options, flat)(painting) is painting


def test_a_grain_below_zero_is_refused(capsys, folder):
    code, _, err = run(capsys, "stylize", "photo.png", "painting.png", "--grain", "-1")
    assert code == 2
    assert "grain must be a number of at least 0, not -1.0." in err
