"""How a painting is filed, as somebody types it: bits, size in print, profile, EXIF."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typed import quick, run

from nst_numpy import InputError
from nst_numpy.cli.configuring import options_of, options_table
from nst_numpy.cli.options import Options
from nst_numpy.cli.printing import in_print
from nst_numpy.files.about import read_about
from nst_numpy.files.profiles import srgb_profile

GPS = {1: "N", 2: (51.0, 2.0, 3.0)}


@pytest.fixture
def taken(folder):
    """A photograph with everything: a profile, EXIF, a place, transparency."""
    exif = Image.Exif()
    exif[272], exif[0x112], exif[0x8825] = "Box", 6, GPS
    alpha = Image.fromarray(np.tile(np.uint8([255] * 10 + [90] * 10), (30, 1)).T)
    with Image.open("photo.png") as photo:
        photo.putalpha(alpha)
        photo.save("photo.png", exif=exif, icc_profile=srgb_profile(), dpi=(240, 240))
    return folder


@pytest.mark.parametrize(("text", "dpi", "size"), [
    ("40cm", 200, 3150), ("400mm", 200, 3150), ("16in", 300, 4800), ("40cm", None, 4724),
    ("12.7 cm", 100, 500),
])  # fmt: skip
def test_a_size_in_print(text, dpi, size):
    found = in_print(Options(print_size=text, dpi=dpi))
    assert (found.size, found.dpi) == (size, dpi or 300)
    assert in_print(found).size == size
    again = in_print(options_of(options_table(found), "here"))
    assert (again.size, again.dpi) == (size, dpi or 300)


@pytest.mark.parametrize(("given", "said"), [
    ({"print_size": "40"}, "40 is not a size in print like 40cm, 400mm or 16in."),
    ({"print_size": "0cm"}, "0cm is not a size in print"),
    ({"print_size": "9999999cm"}, "9999999cm is not a size in print"),
    ({"print_size": "40cm", "size": 512, "dpi": 200},
     "--print-size 40cm at 200 dpi is --size 3150, and --size 512 is given; leave one"),
    ({"print_size": "40cm", "dpi": 0}, "dpi must be above 0"),
])  # fmt: skip
def test_sizes_in_print_that_cannot_be(given, said):
    with pytest.raises(InputError) as error:
        in_print(Options(**given))
    assert str(error.value).startswith(said)


@pytest.mark.parametrize("output", ["out.png", "out.tif"])
def test_everything_together_and_painted_again_to_the_same_bytes(capsys, taken, output):
    words = [word for word in quick() if word not in ("--size", "24", "-o", "out.png")]
    words += ["-o", output, "--bits", "16", "--print-size", "6mm", "--dpi", "100"]
    code, _, err = run(capsys, *words, "--keep-location")
    assert code == 0, err
    with Image.open(output) as picture:
        picture.load()
        assert picture.size == (16, 24)  # turned
        assert picture.mode == "RGBA"
        assert picture.getchannel("A").getextrema() == pytest.approx((90, 255), abs=3)
        assert picture.info["icc_profile"] == srgb_profile()
        assert picture.info["dpi"] == pytest.approx((100, 100), abs=0.02)
        exif = picture.getexif()
    assert exif[272] == "Box"
    assert 0x112 not in exif
    assert exif.get_ifd(0x8825)[1] == "N"
    told = json.loads(read_about(output))["options"]
    assert (told["bits"], told["print_size"], told["size"]) == (16, "6mm", 24)
    code, out, err = run(capsys, "replay", output, "photo.png")
    assert code == 0, out + err
    assert "identical" in out


def test_where_it_was_taken_is_not_kept_unasked(capsys, taken):
    assert run(capsys, *quick())[0] == 0
    with Image.open("out.png") as picture:
        assert picture.info["dpi"] == pytest.approx((240, 240), abs=0.02)
        assert picture.getexif()[272] == "Box"
        assert not picture.getexif().get_ifd(0x8825)


def test_a_run_in_a_folder_is_filed_the_same_way(capsys, taken):
    words = [word for word in quick() if word not in ("-o", "out.png")]
    assert run(capsys, *quick(), "--bits", "16")[0] == 0
    assert run(capsys, *words, "--bits", "16", "--run", "kept")[0] == 0
    before = Path("kept/result.png").read_bytes()
    assert before == Path("out.png").read_bytes()
    Path("photo.png").unlink()
    assert run(capsys, "resume", "kept", "-o", "again.png")[0] == 0
    assert Path("again.png").read_bytes() == before


def test_a_jpeg_of_a_transparent_photograph_says_so(capsys, taken):
    words = [word for word in quick() if word not in ("-o", "out.png")]
    code, _, err = run(capsys, *words, "-o", "out.jpg")
    assert code == 0
    assert "out.jpg holds no transparency: what was transparent is white there." in err


@pytest.mark.parametrize(("words", "said"), [
    (["--output", "out.jpg", "--bits", "16"], "out.jpg cannot hold 16 bits; PNG and TIFF can."),
    (["--bits", "12"], "bits must be 8 or 16, not 12."),
    (["--dpi", "0"], "dpi must be above 0"),
    (["--print-size", "40cm"], "--print-size 40cm at 300 dpi is --size 4724, and --size 24"),
])  # fmt: skip
def test_mistakes_are_a_sentence_before_anything_is_painted(capsys, taken, words, said):
    code, out, err = run(capsys, *[w for w in quick() if w not in ("-o", "out.png")], *words)
    assert (code, out) == (2, "")
    assert said in " ".join(err.split())
    assert not list(Path().glob("out.*"))


def test_a_texture_has_a_resolution_and_no_size_in_print(capsys, folder):
    words = [*quick()[2:], "--dpi", "300", "--bits", "16"]
    words[words.index("--size") + 1] = "24x16"
    assert run(capsys, "texture", *words)[0] == 0
    with Image.open("out.png") as picture:
        assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.02)
    code, _, err = run(capsys, "texture", "painting.png", "--print-size", "4cm")
    assert code == 2
    assert "in pixels" in err
