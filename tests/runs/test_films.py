"""What a film shows, for how long, and in what shape."""

import sys
from types import SimpleNamespace

import pytest
from PIL import Image

from nst_numpy.runs.films import WRITERS, framed

DURATIONS = [200, 360, 1500]


def frames_of(*grays, size=(24, 16)):
    return [Image.new("RGB", size, (gray, gray, 0)) for gray in grays]


@pytest.mark.parametrize("suffix", [".webp", ".gif"])
def test_each_frame_stays_as_long_as_it_should_and_then_all_begins_again(tmp_path, suffix):
    WRITERS[suffix](tmp_path / "film", frames_of(0, 100, 200), DURATIONS)
    with Image.open(tmp_path / "film") as film:
        assert (film.n_frames, film.info["loop"]) == (3, 0)
        shown = []
        for number in range(3):
            film.seek(number)
            film.load()
            shown.append((film.info["duration"], film.convert("RGB").getpixel((3, 3))[0]))
    assert [duration for duration, _ in shown] == DURATIONS
    assert [gray for _, gray in shown] == pytest.approx([0, 100, 200], abs=6)


def test_an_encoder_is_given_a_frame_as_often_as_it_is_to_be_seen(tmp_path, monkeypatch):
    given = []

    def write_frames(path, size, fps, **_):
        given.append((path, size, fps))
        while True:
            given.append((yield))

    encoder = SimpleNamespace(write_frames=write_frames)
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", encoder)
    WRITERS[".mp4"](tmp_path / "film.mp4", frames_of(0, 100, 200), [*DURATIONS[:2], 1])
    head, *sent = given
    assert head == (str(tmp_path / "film.mp4"), (24, 16), 25)
    assert [frame[0] for frame in sent] == 5 * [0] + 9 * [100] + [200]  # the last at least once
    assert {len(frame) for frame in sent} == {24 * 16 * 3}


def test_frames_have_even_sides_and_the_shape_of_the_largest_preview():
    small, large = frames_of(10, size=(9, 6))[0], frames_of(250, size=(45, 31))[0]
    pictures = [(1, 1, small), (2, 1, large)]
    assert [frame.size for frame in framed(pictures, None, None)] == [(44, 32), (44, 32)]
    assert [frame.size for frame in framed(pictures, 100, None)] == [(100, 68), (100, 68)]
    assert [frame.getpixel((9, 9))[0] for frame in framed(pictures, 16, None)] == [10, 250]
    assert [frame.size for frame in framed([(1, 1, large.resize((90, 1)))], 16, None)] == [(16, 2)]
