"""What is there already is kept; how much is told."""

from typed import QUICK, quick, run

from nst_numpy import load_image
from nst_numpy.cli.naming import free_name


def test_a_picture_that_is_there_is_kept_and_a_free_name_told(capsys, folder):
    (folder / "out.png").write_bytes(b"an older picture")
    (folder / "out-2.png").touch()
    code, out, err = run(capsys, *QUICK)
    assert (code, out) == (2, "")
    assert "out-3.png" in err
    assert "--force" in err
    assert (folder / "out.png").read_bytes() == b"an older picture"
    assert run(capsys, *quick(iterations="1"), "--force")[0] == 0
    assert (folder / "out.png").read_bytes() != b"an older picture"


MINE = b'{"scale": 1, mine'
"""What may be replaced by a trace, if anything may."""


def test_the_next_free_name(tmp_path):
    assert free_name(tmp_path / "a.png") == tmp_path / "a.png"
    (tmp_path / "a.png").touch()
    assert free_name(tmp_path / "a.png") == tmp_path / "a-2.png"


def test_whatever_writes_a_file_leaves_what_is_there(capsys, folder):
    short = quick(iterations="2", scales="1")
    assert run(capsys, *short, "--run", "kept", "--previews", "1")[0] == 0
    for file in ("mine.png", "mine.webp", "mine.html", "mine.jsonl", "kept/film.webp"):
        (folder / file).write_bytes(MINE)
    for words in (
        ["replay", "out.png", "-o", "mine.png"],
        ["resume", "kept", "-o", "mine.png"],
        ["film", "kept", "-o", "mine.webp"],
        ["report", "kept", "-o", "mine.html"],
        ["texture", "painting.png", "-o", "mine.png"],
        ["stylize", "photo.png", "painting.png", *QUICK[5:], "--trace", "mine.jsonl"],
    ):
        code, _, err = run(capsys, *words)
        assert code == 2
        assert " is there already; choose another name, as mine-2." in err
    for file in ("mine.png", "mine.webp", "mine.html", "mine.jsonl"):
        assert (folder / file).read_bytes() == MINE
    assert run(capsys, "film", "kept")[1].startswith("kept/film-2.webp: ")
    assert run(capsys, "film", "kept", "--force")[1].startswith("kept/film.webp: ")
    for name in ("out-replay.png", "out-replay-2.png"):
        assert f"{name} is identical to out.png" in run(capsys, "replay", "out.png")[1]
    assert run(capsys, "replay", "out.png", "-q", "-f") == (0, "out-replay.png\n", "")


def test_a_texture_tells_as_much_as_a_painting(capsys, folder):
    (folder / "mine.toml").write_text('size = "40x24"\niterations = 1\ntileable = true\n')
    words = ["texture", "painting.png", "--config", "mine.toml", "--scales", "1"]
    words += ["--style-layers", "conv1_1", "--backend", "numpy"]
    assert run(capsys, *words, "--quiet") == (0, "painting-texture.png\n", "")
    assert load_image("painting-texture.png").shape == (24, 40, 3)
    code, out, err = run(capsys, *words, "--verbose", "--force", "--size", "24")
    assert (code, "24 × 24 pixels" in out) == (0, True)
    for word in ("--size=24x24", "--iterations=1", "--tileable"):
        assert f"{word}\n" in err
    assert "scale 1 took " in err


def test_quiet_tells_where_the_picture_is_and_nothing_else(capsys, folder):
    assert run(capsys, *quick(iterations="2"), "--quiet") == (0, "out.png\n", "")
    code, _, err = run(capsys, *quick(iterations="2"), "--quiet")
    assert code == 2
    assert err.startswith("out.png is there already")


def test_verbose_tells_every_option_and_each_scale(capsys, folder):
    code, _, err = run(capsys, *quick(iterations="2", scales="2", gain="0"), "--verbose")
    assert code == 0
    assert "--size=24\n" in err
    for scale in (1, 2):
        assert f"scale {scale} took " in err
    assert run(capsys, *QUICK, "-v", "-q")[0] == 2
