"""Every command that writes, on a disk that is full sooner or later: a sentence, nothing lost."""

import pytest
from disks import filled
from typed import QUICK, quick, run

from nst_numpy import load_image

SHORT = [word for word in quick(iterations="3") if word not in ("-o", "out.png")]
WORK = ["--size", "24", "--iterations", "1", *QUICK[9:]]
SPACES = (0, 1, 2, 3, 4, 6, 9, 14, 22, 40, 60)
"""How many pages are free."""


def tree(folder):
    """The files under a folder, and what is in them."""
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*")
            if path.is_file() and path.name not in ("filler", ".lock")}  # fmt: skip


def each(disk, capsys, arguments, whole=lambda path: path.stat().st_size > 0):
    """Run it with more and more space; yield what it said and the files that it has made.

    It ends well or in one sentence, in a file there is all or nothing, and what was there is there.
    """
    kept = tree(disk)
    for pages in SPACES:
        filled(disk, pages)
        code, out, err = run(capsys, *arguments)
        assert code in (0, 1, 2), err
        assert "Traceback" not in err
        assert code != 2 or err.splitlines()[-1].endswith("."), err
        found = tree(disk)
        assert {path: found.get(path) for path in kept} == kept
        new = [path for path in found if path not in kept]
        assert not [path for path in new if path.suffix in (".tmp", ".part")], new
        for path in new:
            assert whole(disk / path), path
        yield code, out + err, new
        for path in new:
            (disk / path).unlink()


def readable(path):
    """Whether a picture is whole; or another file is not empty."""
    if path.suffix in (".png", ".jpg", ".tif", ".webp"):
        return load_image(path).size > 0
    return path.stat().st_size > 0


@pytest.mark.slow
@pytest.mark.parametrize("output", ["out.png", "out.jpg", "out.tif", "out.webp"])
@pytest.mark.parametrize("bits", ["8", "16"])
def test_a_painting(folder, disk, capsys, output, bits):
    if bits == "16" and output[-3:] not in ("png", "tif"):
        pytest.skip("8 bits alone")
    words = [*SHORT, "-o", f"disk/{output}", "--bits", bits]
    (disk / "older.png").write_bytes(b"an older painting")
    failed = 0
    for code, said, new in each(disk, capsys, words, whole=readable):
        if code:
            failed += 1
            assert "is in" in said
            assert "instead" in said
            (refuge,) = (path for path in folder.glob("out*.png"))
            assert load_image(refuge).shape == (16, 24, 3)
            refuge.unlink()
        else:
            assert len(new) == 1
    assert 0 < failed < len(SPACES)


def test_a_painting_whose_trace_cannot_be_written_is_painted(folder, disk, capsys):
    words = [*quick(iterations="40"), "--trace", "disk/trace.jsonl"]
    said_so = 0
    for code, said, _ in each(disk, capsys, words, whole=lambda path: True):
        assert code == 0, said
        assert load_image(folder / "out.png").shape == (16, 24, 3)
        (folder / "out.png").unlink()
        said_so += "trace.jsonl cannot be written (No space left on device)" in said
        assert said.count("cannot be written") <= 1
    assert said_so


def test_the_folder_of_a_run(folder, disk, capsys):
    """What is painted is in the folder, or in the place that the sentence names."""
    words = [*SHORT, "--run", "disk/run", "--csv", "--previews", "1"]
    ends = set()
    for code, said, new in each(disk, capsys, words, whole=lambda path: True):
        ends.add(code)
        whole = [path for path in new if path.name == "result.png"]
        elsewhere = list(folder.glob("*.png"))
        elsewhere = [path for path in elsewhere if path.stem not in ("photo", "painting")]
        if code == 0:
            assert whole
        elif "painted" in said or "instead" in said:
            assert elsewhere, said
        for path in elsewhere:
            assert load_image(path).size
            path.unlink()
    assert ends == {0, 2}


def test_a_run_goes_on_when_there_is_space_again(folder, disk, capsys):
    code, _, said = run(capsys, *SHORT, "--run", "disk/run")
    assert code == 0, said
    before = (disk / "run/result.png").read_bytes()
    filled(disk, 0)
    code, _, said = run(capsys, "resume", "disk/run", "--iterations", "9")
    assert code == 2, said
    assert (disk / "run/result.png").read_bytes() == before
    for path in folder.glob("result*.png"):
        path.unlink()
    (disk / "filler").unlink()
    code, _, said = run(capsys, "resume", "disk/run", "--iterations", "9")
    assert code == 0, said
    assert len((disk / "run/trace.jsonl").read_text().splitlines()) == 10


@pytest.fixture
def kept(folder, capsys):
    """A run that was painted where there is space."""
    code, _, said = run(capsys, *SHORT, "--run", "run", "--previews", "1")
    assert code == 0, said
    return folder / "run"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["film.webp", "film.gif"])
def test_a_film(kept, disk, capsys, name):
    (disk / name).write_bytes(b"an older film" * 400)
    old = (disk / name).read_bytes()
    ends = []
    for pages in range(6):
        (disk / name).write_bytes(old)
        filled(disk, pages)
        code, _, said = run(capsys, "film", "run", "--ledger", "-o", f"disk/{name}")
        ends.append(code)
        assert {path.name for path in disk.iterdir()} == {name, "filler"}
        if code:
            assert (disk / name).read_bytes() == old
            assert "cannot be written" in said
    assert ends[0] == 2
    assert ends[-1] == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ["report", "run", "-o", "disk/report.html"],
        ["replay", "run/result.png", "-o", "disk/again.png"],
        ["texture", "painting.png", *WORK, "-o", "disk/texture.png"],
        ["sweep", "photo.png", "painting.png", "--over", "beta=1,2", *WORK, "-o", "disk/all"],
        ["batch", "photo.png", "painting.png", *WORK, "-o", "disk/all"],
        ["learn", "start", "disk/book"],
        ["learn", "grade", "book", "--json", "disk/grades.json"],
        ["explain", "content-or-style", "--size", "48", "-o", "disk/ex"],
    ],
    ids=lambda words: "-".join(words[:2]),
)
def test_other_commands(kept, disk, capsys, words):
    failed = 0
    (kept.parent / "book").mkdir()
    for code, said, _ in each(disk, capsys, words, whole=readable):
        failed += code != 0
        for path in kept.parent.glob("*.png"):  # where a picture was saved instead
            if path.stem not in ("photo", "painting"):
                assert load_image(path).size
                path.unlink()
        for path in disk.rglob("*"):
            if path.is_dir() and not any(path.iterdir()):
                path.rmdir()
        assert said
    assert 0 < failed < len(SPACES)
