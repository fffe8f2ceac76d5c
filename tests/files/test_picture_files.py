"""Files that are no picture, damaged, or more than there is memory for."""

import os
import struct
import threading
import warnings
import zlib

import numpy as np
import pytest
from picture_files import plain, refusal
from PIL import Image

from nst_numpy.errors import InputError
from nst_numpy.files import quiet
from nst_numpy.files.images import load_image
from nst_numpy.files.opening import READABLE

# ---- what is no picture


@pytest.fixture
def path(tmp_path):
    return tmp_path / "picture.png"


def test_missing_file(path):
    assert refusal(path) == " does not exist."


def test_folder(tmp_path):
    assert refusal(tmp_path) == " is a folder, not a file."


def test_empty_file(path):
    path.touch()
    assert refusal(path) == " is empty."


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_pipe(path):
    os.mkfifo(path)
    assert refusal(path) == " is not a regular file."


def test_text(path):
    path.write_text("Not a picture at all")
    assert refusal(path) == (
        " is not a picture that can be read; it begins b'Not a picture at', expected one of "
        f"{', '.join(name for name in READABLE if name in Image.OPEN)}."
    )


@pytest.mark.parametrize("suffix", [".eps", ".jpg"])
def test_another_program_is_never_started(path, monkeypatch, suffix):
    """Pillow would hand an EPS to Ghostscript, whatever the suffix says."""
    path = path.with_suffix(suffix)
    plain().save(path, "EPS")

    def started(*_, **__):
        raise AssertionError

    monkeypatch.setattr("PIL.EpsImagePlugin.Ghostscript", started)
    assert refusal(path).startswith(" is not a picture that can be read; it begins b'%!PS-Adobe-")


def test_a_picture_of_several_as_a_telephone_takes_it(path):
    plain().save(path, "MPO", save_all=True, append_images=[plain((0, 0, 0))])
    assert load_image(path).shape == (3, 4, 3)


def test_hdf5_which_pillow_knows_but_cannot_read(path):
    path.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(100))
    assert " is " in refusal(path)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".gif", ".tif", ".bmp"])
def test_truncated_picture(tmp_path, suffix):
    noise = np.random.default_rng(0).integers(0, 256, (40, 40, 3), np.uint8)
    path = tmp_path / f"picture{suffix}"
    Image.fromarray(noise).save(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert " is " in refusal(path)


def png_header(width, height):
    def chunk(name, data):
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    start = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + start + chunk(b"IDAT", zlib.compress(bytes(100)))


def test_picture_of_ten_thousand_million_pixels(path):
    path.write_bytes(png_header(100_000, 100_000))
    assert refusal(path) == (
        " has more than 178956970 pixels; reduce it with another program first."
    )


def test_large_picture_is_read_without_a_warning(path, monkeypatch):
    plain().save(path)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 8)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert load_image(path).shape == (3, 4, 3)


def test_decoder_without_memory(path, monkeypatch):
    plain().save(path)

    def load(self):
        raise MemoryError

    monkeypatch.setattr("PIL.PngImagePlugin.PngImageFile.load", load)
    assert refusal(path) == " needs more memory than there is."


def none_left(*_, **__):
    raise MemoryError


@pytest.mark.parametrize(("mode", "where"), [("RGB", "to_srgb"), ("I;16", "deep_to_srgb")])
def test_colours_without_memory(path, monkeypatch, mode, where):
    Image.new(mode, (4, 3)).save(path)
    monkeypatch.setattr(f"nst_numpy.files.images.{where}", none_left)
    assert refusal(path) == " needs more memory than there is."


def test_turning_without_memory(path, monkeypatch):
    """It is not taken for metadata that cannot be read: the picture would lie on its side."""
    plain().save(path)
    monkeypatch.setattr("PIL.ImageOps.exif_transpose", none_left)
    assert refusal(path) == " needs more memory than there is."


def test_a_codec_does_not_talk_beside_us(path, capfd, monkeypatch):
    """What libtiff does: it writes to standard error, past Python."""
    plain().save(path)
    monkeypatch.setattr(quiet, "alone", lambda: True)

    def load(self):
        os.write(2, b"picture.png: Using code not yet in table.")
        raise OSError("decoder error -2")

    monkeypatch.setattr("PIL.PngImagePlugin.PngImageFile.load", load)
    assert refusal(path) == " is a damaged or unsupported picture (decoder error -2)."
    os.write(2, b"still there")
    assert capfd.readouterr().err == "still there"


def test_without_a_place_for_its_lines_a_codec_may_talk(path, capfd, monkeypatch):
    plain().save(path)
    monkeypatch.setattr(quiet, "alone", lambda: True)
    monkeypatch.setattr(os, "devnull", str(path.with_name("none")))
    lowest_free = os.dup(0)
    os.close(lowest_free)
    load_image(path)
    os.write(2, b"still there")
    assert capfd.readouterr().err == "still there"
    again = os.dup(0)
    os.close(again)
    assert again == lowest_free  # nothing was left open


def test_the_threads_of_the_kernels_say_nothing(monkeypatch):
    threads = pytest.importorskip("nst_numpy.kernels.threads")
    started = []
    threads.Team(2).run(lambda t, T: started.append(threading.current_thread()))
    assert len(set(started)) == 2
    monkeypatch.setattr(threading, "enumerate", lambda: started)
    assert quiet.alone()


def test_where_another_thread_may_write_standard_error_is_left_alone(capfd):
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        assert not quiet.alone()
        with quiet.quiet_codec():
            os.write(2, b"from another thread")
    finally:
        done.set()
        other.join()
    assert capfd.readouterr().err == "from another thread"


@pytest.mark.filterwarnings("ignore:.*the colour profile is ignored")
def test_damaged_bytes_are_a_sentence_or_a_picture(tmp_path):
    """A few wrong bytes anywhere in a file never end in a traceback."""
    generator = np.random.default_rng(0)
    for suffix in (".png", ".jpg", ".gif", ".tif", ".webp", ".bmp"):
        path = tmp_path / f"picture{suffix}"
        plain(size=(30, 20)).save(path)
        whole = np.frombuffer(path.read_bytes(), np.uint8)
        for _ in range(60):
            damaged = whole.copy()
            places = generator.integers(0, min(len(whole), 400), 3)
            damaged[places] = generator.integers(0, 256, 3)
            path.write_bytes(damaged.tobytes())
            try:
                load_image(path, size=16)
            except InputError as error:
                assert str(path) in str(error)  # noqa: PT017
