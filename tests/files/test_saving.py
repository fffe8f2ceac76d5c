import errno
import os
import stat
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, JpegImagePlugin

from nst_numpy.errors import InputError
from nst_numpy.files import images
from nst_numpy.files.images import load_image, save_image
from nst_numpy.files.writing import (
    FORMATS,
    check_image_output,
    check_output,
    refuse_input,
    replacing,
)

SUFFIXES = ".png, .jpg, .jpeg, .webp, .tif, .tiff"


@pytest.fixture
def image():
    """Smooth, so that lossy formats come close."""
    y, x = np.mgrid[:24, :32] / 32
    return np.stack([x, y, (x + y) / 2], -1).astype(np.float32)


def refusal(image, path):
    with pytest.raises(InputError) as error:
        save_image(image, path)
    sentence = str(error.value)
    assert "\n" not in sentence
    assert sentence.startswith(str(path))
    assert sentence.endswith(".")
    return sentence.removeprefix(str(path))


@pytest.mark.parametrize("suffix", [*FORMATS, ".PNG", ".Jpg"])
def test_every_suffix(tmp_path, image, suffix):
    path = tmp_path / f"picture{suffix}"
    save_image(image, path)
    exact = suffix.lower() in (".png", ".tif", ".tiff")
    assert load_image(path) == pytest.approx(image, abs=0.5 / 255 + 1e-6 if exact else 0.04)
    with Image.open(path) as picture:
        assert picture.format == FORMATS[suffix.lower()][0]
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_rounding_and_clipping(tmp_path, dtype):
    values = np.array([-7, 0, 0.4 / 255, 0.6 / 255, 254.6 / 255, 1, 9, 0.5, 0.25], dtype)
    save_image(values.reshape(1, 3, 3), str(tmp_path / "picture.png"))
    found = np.asarray(Image.open(tmp_path / "picture.png")).ravel()
    assert found.tolist() == [0, 0, 0, 1, 255, 255, 255, 128, 64]


def test_what_was_saved_is_loaded_and_saved_again_unchanged(tmp_path, image):
    save_image(image, tmp_path / "one.png")
    save_image(load_image(tmp_path / "one.png"), tmp_path / "two.png")
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()


def test_jpeg_keeps_its_colours_at_full_size(tmp_path, image):
    save_image(image, tmp_path / "picture.jpg")
    with Image.open(tmp_path / "picture.jpg") as picture:
        assert JpegImagePlugin.get_sampling(picture) == 0  # 4:4:4


@pytest.mark.parametrize(
    ("name", "found"), [("picture.bmp", "has the suffix .bmp"), ("picture", "has no suffix")]
)
def test_other_suffixes_are_refused(tmp_path, image, name, found):
    assert refusal(image, tmp_path / name) == f" {found}; expected one of {SUFFIXES}."


def test_missing_folder(tmp_path, image):
    folder = tmp_path / "nowhere"
    assert refusal(image, folder / "picture.png") == (
        f" cannot be written: the folder {folder} does not exist."
    )


def test_folder_that_is_a_file(tmp_path, image):
    (tmp_path / "file").touch()
    assert " cannot be written" in refusal(image, tmp_path / "file" / "picture.png")


def test_path_that_is_a_folder(tmp_path, image):
    (tmp_path / "picture.png").mkdir()
    assert refusal(image, tmp_path / "picture.png") == " cannot be written: it is a folder."


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_path_that_is_a_pipe(tmp_path, image):
    os.mkfifo(tmp_path / "picture.png")
    assert refusal(image, tmp_path / "picture.png") == (
        " cannot be written: it is not a regular file."
    )


def test_write_protection(tmp_path, image, monkeypatch):
    path = tmp_path / "picture.png"
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert refusal(image, path) == (
        f" cannot be written: the folder {tmp_path} is write-protected."
    )
    path.touch()
    assert refusal(image, path) == " cannot be written: it is there and write-protected."


def test_name_that_is_too_long(tmp_path, image):
    assert " cannot be written (" in refusal(image, tmp_path / f"{'x' * 5000}.png")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_finite(tmp_path, image, value):
    image[3, 4] = value
    assert refusal(image, tmp_path / "picture.png") == (
        " cannot be written: the picture has 3 values of 2304 that are NaN or infinite."
    )


@pytest.mark.parametrize(
    ("array", "found"),
    [
        (np.zeros((4, 5)), "float64 of the shape (4, 5)"),
        (np.zeros((4, 5, 4)), "float64 of the shape (4, 5, 4)"),
        (np.zeros((0, 5, 3)), "float64 of the shape (0, 5, 3)"),
        (np.zeros((4, 5, 3), np.uint8), "uint8 of the shape (4, 5, 3)"),
    ],
)
def test_arrays_that_are_no_pictures(tmp_path, array, found):
    assert refusal(array, tmp_path / "picture.png") == (
        f" cannot be written: the picture is {found}, "
        "expected floating point of the shape (n_H, n_W, 3)."
    )


@pytest.mark.parametrize("given", ["photo.png", [[[0.5, 0.5, 0.5]]], None])
def test_things_that_are_no_arrays(tmp_path, given):
    assert refusal(given, tmp_path / "picture.png") == (
        f" cannot be written: the picture is a {type(given).__name__}, expected an array."
    )


def test_picture_too_wide_for_its_format(tmp_path):
    sentence = refusal(np.zeros((1, 17000, 3), np.float32), tmp_path / "picture.webp")
    assert sentence.startswith(" cannot be written (")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "error",
    [
        OSError(28, "No space left on device"),
        RuntimeError("tiff codec initialization failed"),
        KeyboardInterrupt(),
    ],
)
def test_failure_leaves_what_was_there(tmp_path, image, monkeypatch, error):
    path = tmp_path / "picture.png"
    path.write_bytes(b"what was there")

    def encode(image, file, *_):
        file.write(b"half a pict")
        raise error

    monkeypatch.setattr(images, "encode", encode)
    with pytest.raises((InputError, KeyboardInterrupt)) as caught:
        save_image(image, path)
    if not isinstance(error, KeyboardInterrupt):
        reason = getattr(error, "strerror", None) or error
        assert str(caught.value) == f"{path} cannot be written ({reason})."
    assert path.read_bytes() == b"what was there"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_permissions_are_those_of_any_new_file(tmp_path, image, mask, mode):
    before = os.umask(mask)
    try:
        save_image(image, tmp_path / "picture.png")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "picture.png").stat().st_mode) == mode


@pytest.mark.skipif(os.name != "posix", reason="symbolic links of POSIX")
def test_symbolic_link_stays_one(tmp_path, image):
    (tmp_path / "folder").mkdir()
    (tmp_path / "link.png").symlink_to(tmp_path / "folder" / "picture.png")
    save_image(image, tmp_path / "link.png")
    assert (tmp_path / "link.png").is_symlink()
    assert load_image(tmp_path / "folder" / "picture.png").shape == image.shape


def test_output_is_checked_without_touching_it(tmp_path):
    path = tmp_path / "picture.PNG"
    assert check_image_output(str(path)) == path
    assert check_output(tmp_path / "log.txt") == tmp_path / "log.txt"
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(InputError, match=r"has the suffix \.gif; expected one of"):
        check_image_output(tmp_path / "picture.gif")


def test_replacing_any_file(tmp_path):
    path = tmp_path / "log.txt"
    path.write_text("old")
    with replacing(path) as temporary:
        temporary.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("second_names", [True, False])
def test_a_new_file_takes_nobodys_place_however_late_that_one_came(
    tmp_path, image, monkeypatch, second_names
):
    path, real = tmp_path / "out.png", images.encode

    def meanwhile(*arguments):
        real(*arguments)
        path.write_bytes(b"another process was quicker")

    if not second_names:  # a file system that has none
        monkeypatch.setattr(os, "link", lambda *_, **__: Path("/nowhere").stat())
    save_image(image, path, new=True)
    assert load_image(path).shape == image.shape
    path.unlink()
    monkeypatch.setattr(images, "encode", meanwhile)
    with pytest.raises(InputError, match=r"out\.png was not there before; it stays as it is\.$"):
        save_image(image, path, new=True)
    assert path.read_bytes() == b"another process was quicker"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("p.webp", " cannot hold 20000 × 5 pixels; WEBP has at most 16383 a side."),
        ("p.jpg", None),
        ("p.png", None),
    ],
)
def test_a_picture_too_large_for_its_format_is_refused_early(tmp_path, name, sentence):
    if sentence is None:
        check_image_output(tmp_path / name, (5, 20000, 3))
        return
    with pytest.raises(InputError) as error:
        check_image_output(tmp_path / name, (5, 20000, 3))
    assert str(error.value) == f"{tmp_path / name}{sentence}"


def test_a_suffix_alone_is_no_name(tmp_path):
    with pytest.raises(InputError, match=r"\.png has a suffix but no name; expected, for example"):
        check_image_output(tmp_path / ".png")


def test_a_folder_that_takes_no_files_is_refused_early(tmp_path, monkeypatch):
    def no_file(*_, **__):
        raise OSError(2, "No such file or directory")

    monkeypatch.setattr(os, "open", no_file)
    with pytest.raises(InputError, match=r"cannot be written \(No such file or directory\)"):
        check_image_output(tmp_path / "out.png")


def test_a_temporary_file_that_cannot_be_removed_hides_nothing(tmp_path, monkeypatch):
    def closed(*_, **__):
        raise PermissionError(13, "Permission denied")

    lowest_free = os.dup(0)
    os.close(lowest_free)
    with pytest.raises(KeyboardInterrupt), replacing(tmp_path / "log.txt"):  # noqa: PT012
        monkeypatch.setattr(Path, "unlink", closed)
        raise KeyboardInterrupt
    again = os.dup(0)
    os.close(again)
    assert again == lowest_free  # nothing was left open


KILLED = """
import os, signal, sys
from pathlib import Path
from nst_numpy.files.writing import replacing
with replacing(Path(sys.argv[1])) as temporary:
    temporary.write_text("half a pict")
    print("writing", flush=True)
    sys.stdin.read()
"""


@pytest.mark.skipif(os.name != "posix", reason="locks of POSIX")
def test_what_a_killed_run_left_is_removed_by_the_next_and_not_while_it_lives(tmp_path, image):
    path = tmp_path / "picture.png"
    command = [sys.executable, "-c", KILLED, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        (left,) = tmp_path.iterdir()
        check_image_output(path)
        save_image(image, path)
        assert left.read_text() == "half a pict"
        process.kill()
    assert left.exists()
    foreign = tmp_path / ".nst_numpy-notes.txt"
    foreign.touch()
    save_image(image, path)
    assert sorted(tmp_path.iterdir()) == [foreign, path]


@pytest.mark.skipif(os.name != "posix", reason="symbolic links of POSIX")
def test_a_planted_link_is_not_taken_for_a_file_left_behind(tmp_path, image):
    (tmp_path / "file").touch()
    link = tmp_path / ".nst_numpy-0123.tmp"
    link.symlink_to(tmp_path / "file")
    save_image(image, tmp_path / "picture.png")
    assert link.is_symlink()


@pytest.mark.skipif(os.name != "posix", reason="symbolic links of POSIX")
def test_links_that_lead_round_in_a_circle(tmp_path, image):
    path, other = tmp_path / "picture.png", tmp_path / "other.png"
    path.symlink_to(other)
    other.symlink_to(path)
    reason = os.strerror(errno.ELOOP)
    assert refusal(image, path) == f" cannot be written ({reason})."
    for inside in (path / "picture.png", tmp_path / "none" / "picture.png"):
        assert " cannot be written" in refusal(image, inside)
    refuse_input(path, [other.with_name("third.png"), None])
    with pytest.raises(InputError, match=r"picture.png is read by this run"):
        refuse_input(path, [path])
    with pytest.raises(InputError, match=f"cannot be read .{reason}"):
        load_image(path)


def test_what_a_large_picture_takes_to_be_saved_is_little(tmp_path):
    image = np.zeros((2000, 1000, 3), np.float32)
    tracemalloc.start()
    try:
        save_image(image, tmp_path / "out.png")
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 3.5 * 2000 * 1000 * 3  # as bytes, and once more in Pillow


@pytest.mark.skipif(os.name != "posix", reason="symbolic links of POSIX")
def test_a_link_in_a_closed_folder_may_lead_to_an_open_one(tmp_path, image, monkeypatch):
    closed, real = tmp_path / "closed", os.access
    closed.mkdir()
    (tmp_path / "there.png").touch()
    for name in ("there.png", "new.png"):
        (closed / name).symlink_to(tmp_path / name)
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != closed and real(path, mode))
    for name in ("there.png", "new.png"):
        save_image(image, closed / name)
        assert (closed / name).is_symlink()
        assert load_image(tmp_path / name).shape == image.shape
    assert refusal(image, closed / "other.png") == (
        f" cannot be written: the folder {closed} is write-protected."
    )
