"""--dry-run tells what would be painted, and writes nothing."""

import re

import pytest

from nst_numpy.cli.running import run
from nst_numpy.runs.trace import read_trace

SHALLOW = ["--content-layers", "conv1_2", "--style-layers", "conv1_1"]
WORDS = ["stylize", "photo.png", "painting.png", *SHALLOW]


def test_it_tells_each_scale_and_leaves_the_folder_as_it_was(folder, capsys):
    before = sorted(folder.iterdir())
    words = [*WORDS, "--size", "30", "--scales", "2", "--iterations", "9", "--dry-run"]
    assert run([*words, "--run", "kept", "--trace", "t.jsonl", "--output", "out.png"]) == 0
    out, err = capsys.readouterr()
    assert sorted(folder.iterdir()) == before
    first, second, time, last = out.splitlines()
    assert first == "scale 1 of 2: 15 × 10 pixels and 8 beyond each edge, up to 9 steps"
    assert second == "scale 2 of 2: 30 × 20 pixels and 16 beyond each edge, up to 9 steps"
    assert re.fullmatch(r"At most about 0:\d\d:\d\d in all: an .* took \S+ s just now\.", time)
    assert last == "out.png: 30 × 20 pixels. It was not painted: this is a dry run."
    assert re.search(r"30 × 20 pixels; about \S+ GB of memory", err)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (["--size", "1"], "size"),
        (["--output", "photo.png"], "photo.png"),
        (["--statistic", "colour"], "colour"),
        (["--memory", "0.0001"], "memory|GB"),
    ],
)
def test_what_a_painting_would_be_refused_for_it_is_refused_for(folder, capsys, more, sentence):
    assert run([*WORDS, "--size", "24", "--scales", "1", "--dry-run", *more]) == 2
    _, err = capsys.readouterr()
    assert re.search(sentence, err)
    assert not (folder / "photo-painting.png").exists()


def test_the_sizes_told_are_those_painted(folder, capsys):
    """Also where a side is odd and loses a row between the scales."""
    words = [*WORDS, "--size", "29", "--scales", "2", "--iterations", "1", "--margin", "2"]
    assert run([*words, "--dry-run"]) == 0
    told = re.findall(r"scale \d of 2: (\d+ × \d+)", capsys.readouterr().out)
    assert run([*words, "--run", "kept", "--previews", "1"]) == 0
    painted = re.findall(r"scale 2 of 2: (\d+ × \d+)", capsys.readouterr().err)
    assert told[1:] == painted
    rows = read_trace(folder / "kept")
    assert told == list(dict.fromkeys(f"{row['width']} × {row['height']}" for row in rows))
