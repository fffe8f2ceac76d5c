"""The page, where the disk is full sooner or later: a sentence, and nothing half written stays."""

import sys

import pytest
from disks import filled
from served import PAINTER, Served, Visitor, png, until

from nst_numpy.page import visitors

for name in ("starlette", "uvicorn"):
    pytest.importorskip(name, reason="the extra page is not installed")


@pytest.fixture
def page(disk, monkeypatch):
    monkeypatch.setattr(visitors, "LEAST_FREE", 0)
    folder = disk / "page"
    folder.mkdir()
    with Served(folder, [sys.executable, str(PAINTER)]) as served:
        yield served


@pytest.mark.long
def test_pictures_and_paintings(disk, page):
    """Whatever is asked for is done or refused in a sentence; with space again it is done."""
    visitor = Visitor(page.port)
    asked = [
        ("/pictures/content?example=castle", b"", {}),
        ("/pictures/style", png(), {"X_File_Name": "picture.png"}),
        ("/pictures/style", png(200, 150), {"X_File_Name": "picture.png"}),
    ]
    refused = 0
    for pages in (0, 1, 2, 4, 8, 16, 40):
        for path, body, headers in asked:
            before = {file for file in (disk / "page").rglob("*") if file.is_file()}
            filled(disk, pages)
            status, told = visitor.post(path, body, **headers)
            new = {file for file in (disk / "page").rglob("*") if file.is_file()} - before
            if status == 200:
                assert all(file.stat().st_size for file in new)
            else:
                refused += 1
                assert status in (422, 507), told
                assert told["said"].endswith("."), told
                assert not new
            for file in new:
                file.unlink()
    assert refused >= 3
    filled(disk, 0)
    assert Visitor(page.port).ask("GET", "/")[0] == 200
    (disk / "filler").unlink()
    name = visitor.paints()
    filled(disk, 0)
    visitor.post(f"/jobs/{name}/stop")
    assert visitor.get("/state")[0] == 200
    (disk / "filler").unlink()
    assert visitor.waits(visitor.paints(), "running")


@pytest.mark.long
def test_a_run_that_cannot_be_packed(disk, page):
    visitor = Visitor(page.port)
    name = visitor.paints()
    until(lambda: list(disk.rglob("1-000003.jpg")))
    visitor.post(f"/jobs/{name}/stop")
    visitor.waits(name, "stopped")
    ends = set()
    for pages in range(3):
        filled(disk, pages)
        for kind in ("run.zip", "report.html"):
            status, told = visitor.get(f"/jobs/{name}/{kind}")
            ends.add((kind, status))
            if status != 200:
                assert told["said"].endswith("."), told
                made = f"{name}.zip" if kind == "run.zip" else kind
                assert not [*disk.rglob(made), *disk.rglob(".*.tmp")]
    assert ("run.zip", 507) in ends
    assert ("report.html", 200) not in ends  # what is no run has none
