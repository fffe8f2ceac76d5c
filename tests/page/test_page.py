"""The page without a browser: who may ask, what is taken in, and what becomes of a painting."""

import http.client
import io
import json
import os
import re
import shlex
import signal
import socket
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path
from urllib.parse import quote

import pytest
from served import Visitor, png, until

import nst_numpy.page.serving
from nst_numpy import InputError
from nst_numpy.cli.app import app
from nst_numpy.page import serve, uploads, visitors
from nst_numpy.page.visitors import Visitors

for name in ("starlette", "uvicorn"):
    pytest.importorskip(name, reason="the extra page is not installed")

# who may ask


def test_the_page_loads_nothing_from_elsewhere(page, visitor):
    status, headers, content = visitor.ask("GET", "/")
    text = content.decode()
    assert status == 200
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; img-src 'self'")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    loaded = re.findall(r"(?:src|href)=\"([^\"]*)\"", text)
    assert all(target.startswith(("/", "#", "data:,")) for target in loaded)
    for name in ("page.css", "page.js"):
        status, headers, content = visitor.ask("GET", f"/{name}")
        assert status == 200
        assert b"://" not in content
        assert "Content-Security-Policy" in headers


def test_a_cookie_is_for_no_script_and_no_other_site(page):
    _, headers, _ = Visitor(page.port, enter=False).ask("GET", "/")
    assert re.fullmatch(r"of_a_test=[\w-]{43}; HttpOnly; Path=/; SameSite=lax",
                        headers["Set-Cookie"])  # fmt: skip


def test_it_listens_on_the_loopback_alone(page):
    assert page.socket.getsockname()[0] == "127.0.0.1"
    assert nst_numpy.page.serving.HOST == "127.0.0.1"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example"])
def test_another_name_for_this_machine_is_refused(page, visitor, host):
    """A site whose name is made to mean 127.0.0.1 would else be of one origin with the page."""
    assert visitor.ask("GET", "/state", Host=host)[0] == 400


def test_who_is_not_known_sees_nothing(page):
    stranger = Visitor(page.port, enter=False)
    for path in ("/state", "/watch", "/pictures/x", "/jobs/x/result.png"):
        status, told = stranger.get(path)
        assert (status, told) == (
            401, {"said": "The program was started anew; load the page again."}
        )  # fmt: skip
    assert stranger.post("/paint", {})[0] == 401


@pytest.mark.parametrize("path", ["/paint", "/pictures/content", "/explain", "/jobs/x/remove"])
def test_another_sites_form_changes_nothing(page, visitor, path):
    assert visitor.ask("POST", path, b"", ours=False)[0] == 403


@pytest.mark.long
def test_two_visitors_do_not_see_each_others_pictures(page, visitor):
    name = visitor.brings()
    job = visitor.paints(iterations=5)
    visitor.waits(job, "done")
    other = Visitor(page.port)
    assert other.get("/state")[1] == {"jobs": [], "pictures": []}
    assert other.get(f"/pictures/{name}")[0] == 404
    frame = visitor.job(job)["frames"][0]
    for kind in (f"frames/{frame}", "curves.svg", "result.png", "run.zip", "report.html"):
        path = f"/jobs/{job}/{kind}"
        assert visitor.get(path)[0] == 200 or kind == "report.html"  # which a real run has
        status, told = other.get(path)
        assert (status, told) == (422, {"said": "There is no such painting."})
    for deed in ("stop", "go-on", "further", "remove"):
        assert other.post(f"/jobs/{job}/{deed}", {"steps": 1})[0] == 422
    given = {"content": name, "style": name}
    assert other.post("/paint", given) == (
        422, {"said": "The photograph is missing; drop one first."}
    )  # fmt: skip
    assert visitor.job(job)["state"] == "done"


def test_each_visitors_folder_is_for_nobody_else(page, visitor):
    for folder in page.folder.iterdir():
        assert folder.stat().st_mode & 0o777 == 0o700


# what is taken in


def test_a_picture_is_kept_as_one_of_ours(page, visitor):
    name = visitor.brings(width=3000, height=30, called=quote("Mein Schloß\u202e.png"))
    (told,) = visitor.get("/state")[1]["pictures"]
    assert told == {
        "name": name, "role": "content", "called": "Mein Schloß·.png", "width": 2048, "height": 20,
    }  # fmt: skip
    status, headers, content = visitor.ask("GET", f"/pictures/{name}")
    assert (status, headers["Content-Type"], content[8:12]) == (200, "image/webp", b"WEBP")


NAMES = ["../../etc/passwd", "<script>1</script>.png", "\x00\r\nx: y", "-rf", "", "." * 500]


@pytest.mark.parametrize("called", NAMES)
def test_a_name_is_never_a_path(page, visitor, called):
    name = visitor.brings(called=quote(called))
    assert re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9-]*)", name)
    assert len(name) < 60
    assert not [path for path in page.folder.parent.rglob("*passwd*") if path.is_file()
                and path.parent.parent != page.folder]  # fmt: skip


def bomb(width, height):
    """A PNG that says it is large, and is 100 bytes."""

    def chunk(kind, content):
        whole = kind + content
        return struct.pack(">I", len(content)) + whole + struct.pack(">I", zlib.crc32(whole))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 9999))
        + chunk(b"IEND", b"")
    )  # fmt: skip


HOSTILE = {
    "a bomb": (bomb(60000, 60000), "pixels"),
    "a smaller bomb": (bomb(11000, 11000), "at most 100 million are opened here"),
    "cut off": (png()[:200], "damaged"),
    "SVG": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "not a picture"),
    "EPS": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not a picture"),
    "HTML": (b"<!doctype html><script>alert(1)</script>", "not a picture"),
    "PDF": (b"%PDF-1.7\n", "not a picture"),
    "zip": (b"PK\x03\x04" + bytes(100), "not a picture"),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_picture_is_refused_in_a_sentence(page, visitor, content):
    status, told = visitor.post("/pictures/content", content[0], X_File_Name="x.png")
    assert status == 422
    assert told["said"].startswith("This file ")
    assert content[1] in told["said"]
    assert str(page.folder) not in told["said"]
    assert visitor.get("/state")[1]["pictures"] == []


def test_nothing_stays_of_what_was_refused(page):
    before = {path.name for path in page.folder.iterdir()}
    visitor = Visitor(page.port)
    (mine,) = [path for path in page.folder.iterdir() if path.name not in before]
    visitor.post("/pictures/style", HOSTILE["HTML"][0])
    visitor.post("/pictures/style", b"")
    assert list(mine.iterdir()) == []


def test_a_file_that_is_too_long_is_refused_before_it_has_come(page, visitor):
    line = http.client.HTTPConnection("127.0.0.1", page.port, timeout=20)
    line.putrequest("POST", "/pictures/content")
    for name, value in (("Cookie", visitor.cookie), ("X-NST-NumPy", "1"),
                        ("Content-Length", str(10**9))):  # fmt: skip
        line.putheader(name, value)
    line.endheaders()
    answer = line.getresponse()
    assert answer.status == 422
    assert b"at most 40 MB" in answer.read()
    line.close()


def test_a_file_that_does_not_say_how_long_it_is_is_counted(page, visitor, monkeypatch):
    monkeypatch.setattr(uploads.received, "__defaults__", (1000,))
    monkeypatch.setattr(uploads.check_bytes, "__defaults__", (1000,))
    status, told = visitor.post("/pictures/content", iter([bytes(600)] * 3))
    assert status == 422
    assert "A picture has at most" in told["said"]


def test_of_a_file_that_is_cut_off_nothing_stays(page):
    before = {path.name for path in page.folder.iterdir()}
    visitor = Visitor(page.port)
    (mine,) = [path for path in page.folder.iterdir() if path.name not in before]
    line = socket.create_connection(("127.0.0.1", page.port))
    line.sendall(
        f"POST /pictures/content HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {visitor.cookie}\r\n"
        "X-NST-NumPy: 1\r\nContent-Length: 5000\r\n\r\n".encode()
        + bytes(1000)
    )
    until(lambda: list(mine.iterdir()))
    line.close()
    until(lambda: not list(mine.iterdir()))
    assert visitor.get("/state")[1]["pictures"] == []


def test_of_many_pictures_the_oldest_go(page, visitor, monkeypatch):
    monkeypatch.setattr(visitors, "MOST_PICTURES", 2)
    names = [visitor.brings() for _ in range(3)]
    assert [one["name"] for one in visitor.get("/state")[1]["pictures"]] == names[1:]
    assert visitor.get(f"/pictures/{names[0]}")[0] == 404


@pytest.mark.parametrize("example", ["castle", "cat", "church", "café"])
def test_the_examples_are_there(page, visitor, example):
    status, told = visitor.post(f"/pictures/style?example={quote(example)}")
    assert status == 200
    assert told["called"] == example
    assert visitor.post("/pictures/style?example=..%2Fx")[0] == 404


# what can be chosen


def test_what_cannot_be_chosen_is_refused(page, visitor):
    given = {"content": visitor.brings(), "style": visitor.brings("style")}
    for choices in ({"weights": "/etc/passwd"}, {"run": "x"}, [], {"size": 10**9}):
        assert visitor.post("/paint", given | {"choices": choices})[0] == 422
    for body in (b"", b"[", b"[1]", b'{"a":' * 5000, b" " * 20000):
        assert visitor.post("/paint", body)[0] == 422


# what becomes of a painting


def test_it_is_painted_stopped_gone_on_with_and_painted_further(page, visitor):
    job = visitor.paints(iterations=200, scales=1)
    until(lambda: visitor.job(job).get("step", {}).get("iteration", 0) > 3)
    assert visitor.job(job)["step"]["left"] > 0
    assert visitor.get(f"/jobs/{job}/result.png")[0] == 404
    assert visitor.post(f"/jobs/{job}/stop")[0] == 200
    told = visitor.waits(job, "stopped")
    assert told["result"]
    assert visitor.get(f"/jobs/{job}/result.png")[0] == 200
    before = told["step"]["iteration"]
    assert visitor.post(f"/jobs/{job}/go-on")[0] == 200
    told = visitor.waits(job, "done")
    assert told["step"]["iteration"] == 30 > before
    assert len(told["frames"]) == 31
    assert visitor.post(f"/jobs/{job}/further", {"steps": 10**9})[0] == 422
    assert visitor.post(f"/jobs/{job}/further", {"steps": 5})[0] == 200
    until(lambda: visitor.job(job)["step"]["of"] == 205)
    visitor.post(f"/jobs/{job}/stop")
    visitor.waits(job, "stopped")
    status, content = visitor.get(f"/jobs/{job}/curves.svg")
    assert (status, content[:4]) == (200, b"<svg")
    assert visitor.post(f"/jobs/{job}/remove")[0] == 200
    assert visitor.get("/state")[1]["jobs"] == []


@pytest.mark.long
def test_several_wait_for_each_other(page, visitor):
    first = visitor.paints(iterations=200, scales=1)
    second = visitor.paints(iterations=5)
    third = visitor.paints(iterations=5)
    visitor.waits(first, "running")
    assert [visitor.job(job)["before"] for job in (first, second, third)] == [0, 1, 2]
    visitor.post(f"/jobs/{second}/stop")
    assert visitor.job(second)["state"] == "stopped"
    visitor.post(f"/jobs/{first}/remove")
    visitor.waits(third, "done")
    assert visitor.job(second)["state"] == "stopped"
    assert visitor.post(f"/jobs/{second}/go-on")[0] == 200
    visitor.waits(second, "done")


def test_a_failure_is_its_sentence(page, visitor):
    job = visitor.paints(called="fail.png")
    assert visitor.waits(job, "failed")["said"] == "This is not to be."


def test_whoever_watches_hears_everything_again_after_the_line_was_lost(page, visitor):
    job = visitor.paints(iterations=200, scales=1)
    steps = []
    for _ in range(2):
        line = http.client.HTTPConnection("127.0.0.1", page.port, timeout=20)
        line.request("GET", "/watch", headers={"Cookie": visitor.cookie})
        answer = line.getresponse()
        assert answer.headers.get_content_type() == "text/event-stream"
        told = {}
        while told.get("step", {}).get("iteration", 0) < (steps[-1] + 1 if steps else 2):
            text = answer.readline()
            if text.startswith(b"data: "):
                told = {one["name"]: one for one in json.loads(text[6:])["jobs"]}[job]
        steps.append(told["step"]["iteration"])
        line.close()
    assert steps[1] > steps[0]
    visitor.post(f"/jobs/{job}/remove")


def test_a_whole_run_is_kept_as_one_file(page, visitor):
    job = visitor.paints(iterations=5)
    visitor.waits(job, "done")
    status, headers, content = visitor.ask("GET", f"/jobs/{job}/run.zip")
    assert (status, headers["Content-Disposition"]) == (
        200, 'attachment; filename="painting-run.zip"'
    )  # fmt: skip
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert {"run/run.toml", "run/trace.jsonl", "run/result.png"} <= set(names)
    for path in ("run.toml", "../x", "trace.jsonl"):
        assert visitor.get(f"/jobs/{job}/{path}")[0] in (404, 405)


@pytest.mark.long
def test_there_is_an_end_to_how_many(page, visitor, monkeypatch):
    monkeypatch.setattr(visitors, "MOST_JOBS", 1)
    visitor.paints(iterations=5)
    given = {"content": visitor.brings(), "style": visitor.brings("style")}
    assert visitor.post("/paint", given)[1]["said"].startswith("There are 1 already")
    monkeypatch.setattr(visitors, "MOST_JOBS", 9)
    monkeypatch.setattr(visitors, "LEAST_FREE", 10**18)
    assert visitor.post("/paint", given)[1]["said"].startswith("The disk is nearly full")


def test_of_many_visitors_who_was_not_seen_for_longest_goes(tmp_path, monkeypatch):
    monkeypatch.setattr(visitors, "MOST_VISITORS", 2)
    known = Visitors(tmp_path)
    first, second = known.new(), known.new()
    known.of(first)
    third = known.new()
    assert known.of(second) is None
    assert known.of(first)
    assert known.of(third)
    assert len(list(tmp_path.iterdir())) == 2


# experiments and the workbook


def test_an_experiment_is_begun_on_these_pictures_or_on_ours(page, visitor):
    given = {"content": visitor.brings(), "style": visitor.brings("style")}
    owner = next(one for one in page.page.visitors if given["content"] in one.pictures)
    for pictures in (given, {}):
        job = owner.experiment(pictures | {"experiment": "content-or-style"})
        line = ["explain", *job.command[1:]]
        _, found, _ = app.parse_args(line, exit_on_error=False, print_error=False)
        assert found.args == ("content-or-style",)
        assert {"content", "style"} <= set(found.kwargs) or not pictures
    assert visitor.post("/explain", {"experiment": "os"})[0] == 422


def test_the_workbook_is_within_reach_and_no_code_is_run(page, visitor):
    _, content = visitor.get("/workbook.zip")
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert len(names) == 22
    status, text = visitor.get(f"/workbook/{Path(names[0]).name}")
    assert status == 200
    assert b"your turn" in text
    assert visitor.get("/workbook/x.py")[0] == 404


# how it begins and ends


def test_a_port_that_is_taken_is_a_sentence(page):
    with pytest.raises(InputError, match=f"Port {page.port} cannot be used"):
        serve(page.port)


@pytest.mark.long
@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is another thing there")
def test_when_it_is_closed_nothing_is_left(tmp_path):
    place = {"TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    command = shlex.split("-m nst_numpy page --port 0")
    child = subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, text=True,
                             env={**os.environ, **place})  # fmt: skip
    said = child.stdout.readline()
    port = int(re.search(r"http://127\.0\.0\.1:(\d+)/", said).group(1))
    visitor = Visitor(port)
    visitor.brings()
    (folder,) = tmp_path.glob("nst_numpy-page-*")
    assert folder.stat().st_mode & 0o777 == 0o700
    child.send_signal(signal.SIGINT)
    out, _ = child.communicate(timeout=20)
    assert (child.returncode, out) == (0, "Closed; what was not kept is removed.\n")
    assert not folder.exists()
