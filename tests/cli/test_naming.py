"""What is there already is kept; how much is told."""

from typed import QUICK, quick, run

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


def test_the_next_free_name(tmp_path):
    assert free_name(tmp_path / "a.png") == tmp_path / "a.png"
    (tmp_path / "a.png").touch()
    assert free_name(tmp_path / "a.png") == tmp_path / "a-2.png"


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
    assert run(capsys, *QUICK, "--verbose", "--quiet")[0] == 2
