"""Several styles, their sizes, a folder of them, and masks, as somebody types them."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from typed import quick, run

from nst_numpy import InputError, load_image
from nst_numpy.cli.options import Options
from nst_numpy.cli.pictures import each_style, load_styles, objective_of
from nst_numpy.cli.sizes import fitting
from nst_numpy.easel.taking import scales_of_styles
from nst_numpy.files.masks import load_mask
from nst_numpy.masks import Masked
from nst_numpy.objective import Objective


def mask_file(path, numbers, mode="L"):
    Image.fromarray(np.asarray(numbers, np.uint8)).convert(mode).save(path)
    return path


@pytest.fixture
def masks(folder):
    """Masks of photo.png, 30 × 20 pixels, and of painting.png, 20 × 25; and wrong ones."""
    left = np.zeros((20, 30))
    left[:, :15] = 255
    mask_file("left.png", left)
    mask_file("right.png", 255 - left)
    mask_file("small.png", left[::2, ::2], "1")
    mask_file("top.png", np.repeat([255, 0], [10, 15])[:, None] * np.ones(20))
    mask_file("black.png", 0 * left)
    mask_file("wide.png", left[:10])
    Image.new("RGB", (30, 20), (255, 0, 0)).save("red.png")
    return folder


def test_a_mask_is_brought_to_the_shape_of_its_picture(masks):
    mask = load_mask(masks / "left.png", masks / "photo.png", (20, 30, 3))
    assert (mask.dtype, mask.shape) == (np.float32, (20, 30))
    assert (mask[:, :15] == 1).all()
    assert (mask[:, 15:] == 0).all()
    larger = load_mask(masks / "small.png", masks / "photo.png", (40, 60, 3))
    assert larger.shape == (40, 60)
    assert 0 <= larger.min() <= larger.max() <= 1
    assert larger[:, :24].min() > 0.9
    assert larger[:, 36:].max() < 0.1


def test_gray_is_a_share(masks):
    mask_file("gray.png", np.full((20, 30), 51))
    mask = load_mask(masks / "gray.png", masks / "photo.png", (20, 30, 3))
    np.testing.assert_allclose(mask, 0.2, atol=1e-6)


def test_two_regions_are_painted(capsys, masks):
    code, out, err = run(
        capsys, *quick(size="24", iterations="3", style_weights="3,1"), "painting.png",
        "--content-mask", "left.png", "--content-mask", "right.png",
        "--style-mask", "top.png", "--style-mask", "top.png",
    )  # fmt: skip
    assert code == 0
    assert "conv1_1 style 2" in err
    assert "Read again from the file, its J is" in out
    assert load_image("out.png").shape == (16, 24, 3)


def test_where_no_mask_is_white_the_photograph_is_left_alone(capsys, masks):
    arguments = quick(size="30", iterations="10", content_layers="conv1_1", metric="0")
    code, _, _ = run(capsys, *arguments, "--content-mask", "left.png")
    assert code == 0
    changed = np.abs(load_image("out.png") - load_image("photo.png")).max((0, 2))
    assert changed[:14].min() > 0.02
    assert changed[17:].max() < 0.02


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--content-mask", "black.png"], "black.png is black; paint white what belongs"),
        (["--content-mask", "red.png"], "red.png has colours; a mask is gray"),
        (["--content-mask", "wide.png"], "wide.png has 30 × 10 pixels and photo.png has 30 × 20"),
        (["--content-mask", "lost.png"], "lost.png does not exist"),
        (["--content-mask", "left.png", "--style-mask", "left.png"],
         "left.png has 30 × 20 pixels and painting.png has 20 × 25"),
        (["--style-mask", "top.png"], "There is no content mask and 1 style mask for 1 style"),
        (["--content-mask", "left.png", "--content-mask", "right.png"],
         "There are 2 content masks and no style mask for 1 style"),
        (["--content-mask", "left.png", "--output", "left.png"], "left.png is read by this run"),
        (["--style-weights", "3,1"], "There are 2 style_weights for 1 styles"),
        (["--style-weights", "0"], "All style_weights are 0"),
        (["--style-weights", "3;1"], "'3;1' is not numbers with commas between them"),
        (["--style-weights", "-1"], "style_weights, number 1, must be a number of at least 0"),
        (["--style-scale", "1,2"], "There are 2 numbers in style_scale for 1 styles"),
        (["--style-scale", "0"], "style_scale must be above 0"),
        (["--style-scale", "0.01"], "painting.png"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_one_sentence(capsys, masks, arguments, sentence):
    words = quick(scales="2", margin="2")
    if "--output" in arguments:
        words = [word for word in words if word not in ("-o", "out.png")]
    code, _, err = run(capsys, *words, *arguments)
    assert code == 2
    assert sentence in " ".join(err.split())
    assert not (masks / "out.png").exists()


def test_without_masks_j_is_that_of_the_paper(masks):
    assert objective_of(Options(), (masks, None), []) is Objective
    picture = np.zeros((20, 30, 3))
    made = objective_of(
        Options(content_mask=(masks / "left.png",)), (masks / "photo.png", picture), [(masks, None)]
    )
    assert isinstance(made, Masked)
    assert made.content_masks[0].shape == (20, 30)


def test_a_folder_stands_for_its_pictures_in_their_order(folder):
    inside = folder / "paintings"
    inside.mkdir()
    for name in ("b.png", "a.PNG", "notes.txt"):
        (inside / name).write_bytes((folder / "painting.png").read_bytes())
    found = each_style([folder / "photo.png", inside])
    assert found == [folder / "photo.png", inside / "a.PNG", inside / "b.png"]
    (folder / "empty").mkdir()
    with pytest.raises(InputError, match=r"There is no picture in the folder .*empty"):
        each_style([folder / "empty"])


def test_each_style_has_a_size_of_its_own(folder):
    assert scales_of_styles((), 2) == [1, 1]
    assert scales_of_styles((0.5,), 2) == [0.5, 0.5]
    assert scales_of_styles((1, 0.5), 2) == [1, 0.5]
    paths = [folder / "photo.png", folder / "painting.png"]
    one, other = load_styles(paths, 60, [1, 0.5], 1)
    assert (one.shape, other.shape) == ((40, 60, 3), (30, 24, 3))
    with pytest.raises(InputError, match=r"painting\.png would be .*with --style-scale 0\.5"):
        load_styles(paths, 60, [1, 0.5], 32)


def test_a_larger_style_takes_more_memory_and_leaves_room_for_smaller_sizes(folder):
    paths = [folder / "photo.png", folder / "painting.png"]
    options = Options(size=96, scales=1, backend="numpy")
    alike = fitting(options, paths, [1, 1]).memory
    larger = fitting(options, paths, [1, 2]).memory
    assert larger > alike
    limited = replace(options, size="max", memory=0.5)
    assert fitting(limited, paths, [1, 2]).size < fitting(limited, paths, [1, 1]).size
