"""Compiled kernels are kept where that can be done, and damaged files are made again."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest

pytest.importorskip("numba")

from nst_numpy.kernels import compiling

MOMENTS = 100

SOURCE = """
import sys, warnings
warnings.showwarning = lambda message, *_, **__: print(message)
from nst_numpy.kernels.compiling import Kept, njit

@njit(cache=True, nogil=True)
def double(x):
    return 2 * x

@njit(cache=True)
def triple(x):
    return 3 * x

print("result", double(1.5), triple(1), "compiled", len(double.stats.cache_misses))
"""


def run(folder, before="", source=SOURCE, **environment):
    """Call two kernels in a process of their own; return what it printed."""
    (folder / "two.py").write_text(before + source)
    end = subprocess.run(
        [sys.executable, "two.py"], cwd=folder, capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | environment,
    )  # fmt: skip
    assert (end.returncode, end.stderr) == (0, "")
    return end.stdout


@pytest.fixture
def kept(tmp_path):
    """A folder where both are kept, and the name of the one that is tampered with."""
    (tmp_path / "kept").mkdir()
    environment = {"NUMBA_CACHE_DIR": str(tmp_path / "kept")}
    assert run(tmp_path, **environment) == "result 3.0 3 compiled 1\n"
    (file,) = (tmp_path / "kept").rglob("*double*.code")
    return tmp_path, file, environment


WAYS = ("empty", "cut", "another's", "source", "checksum", "code", "end")


def damaged(code, how):
    """Return the bytes of a file that something happened to."""
    if how == "empty":
        return b""
    if how == "cut":
        return code[: len(code) // 2]
    if how == "another's":
        return b"\x80\x05N." + code
    place = {"source": 3, "checksum": 40, "code": len(code) // 2, "end": len(code) - 1}[how]
    return code[:place] + bytes([code[place] ^ 1]) + code[place + 1 :]


EACH = """
from nst_numpy.kernels.compiling import njit
for number in range({count}):
    exec(compile(f"@njit(cache=True)\\ndef times_{{number}}(x):\\n    return {{number}} * x\\n",
                 __file__, "exec"))
made = [globals()[f"times_{{number}}"] for number in range({count})]
print([double(2) for double in made], [len(double.stats.cache_misses) for double in made])
"""


@pytest.fixture(scope="module")
def each_damaged(tmp_path_factory):
    """One kernel for each way of damage: the files, the sound ones, and what two runs printed."""
    folder = tmp_path_factory.mktemp("damaged")
    (folder / "kept").mkdir()
    environment = {"NUMBA_CACHE_DIR": str(folder / "kept")}
    source = EACH.format(count=len(WAYS))
    assert run(folder, source=source, **environment).endswith(f"{[1] * len(WAYS)}\n")
    files = [next((folder / "kept").rglob(f"*times_{n}*.code")) for n in range(len(WAYS))]
    sound = [file.read_bytes() for file in files]
    for file, how, code in zip(files, WAYS, sound, strict=True):
        file.write_bytes(damaged(code, how))
    first = run(folder, source=source, **environment)
    again = [file.read_bytes() for file in files]
    second = run(folder, source=source, **environment)
    return sound, again, first, second


@pytest.mark.long
@pytest.mark.parametrize("number", range(len(WAYS)), ids=WAYS)
def test_a_damaged_file_is_made_again(each_damaged, number):
    sound, again, first, second = each_damaged
    assert len(again[number]) == len(sound[number])
    for printed, compiled in ((first, 1), (second, 0)):
        results, misses = json.loads(f"[{printed.replace('] [', '], [')}]")
        assert results[number] == 2 * number
        assert misses[number] == compiled


NO_FOLDER = "from numba.core import caching; caching.CacheImpl._locator_classes = []"
FULL = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (16, 16))"


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        (NO_FOLDER, "no folder for them can be written"),
        pytest.param(
            FULL, "File too large", marks=pytest.mark.skipif(os.name != "posix", reason="limits")
        ),
    ],
)
def test_what_cannot_be_kept_is_compiled_and_that_is_said_once(tmp_path, before, reason):
    (tmp_path / "kept").mkdir()
    said = run(tmp_path, before, NUMBA_CACHE_DIR=str(tmp_path / "kept"))
    assert said.count("cannot be kept") == said.count(f"cannot be kept ({reason})") == 1
    assert said.endswith("result 3.0 3 compiled 1\n")
    assert not [path for path in (tmp_path / "kept").rglob("*") if path.is_file()]


@pytest.mark.long
def test_another_source_of_any_kernel_is_another_code(kept):
    folder, _, environment = kept
    other = "from nst_numpy.kernels import compiling; compiling.of_source = lambda: bytes(32)"
    assert run(folder, other, **environment) == "result 3.0 3 compiled 1\n"
    assert run(folder, other, **environment) == "result 3.0 3 compiled 0\n"
    assert len(compiling.of_source()) == 32


@pytest.mark.long
def test_what_a_killed_run_had_not_finished_is_removed(kept):
    folder, file, environment = kept
    old, new = (file.with_suffix(f".{number}.tmp") for number in (1, 2))
    for path in (old, new):
        path.write_bytes(b"not finished")
    hours_ago = file.stat().st_mtime - 2 * compiling.LEFT_BEHIND
    os.utime(old, (hours_ago, hours_ago))
    file.unlink()
    assert run(folder, **environment) == "result 3.0 3 compiled 1\n"
    assert file.exists()
    assert (old.exists(), new.exists()) == (False, True)


@pytest.mark.slow
def test_two_processes_that_fill_one_folder(tmp_path):
    """Each computes what is right, whoever was first; and what is kept in the end is sound."""
    environment = {"NUMBA_CACHE_DIR": str(tmp_path / "kept")}
    (tmp_path / "kept").mkdir()
    (tmp_path / "two.py").write_text(SOURCE)
    for _ in range(10):
        for file in (tmp_path / "kept").rglob("*.code"):
            file.unlink()
        both = [
            subprocess.Popen(
                [sys.executable, "two.py"], cwd=tmp_path, stdout=subprocess.PIPE, text=True,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | environment,
            )
            for _ in range(2)
        ]  # fmt: skip
        for process in both:
            assert process.communicate()[0].startswith("result 3.0 3 compiled ")
            assert process.returncode == 0
        assert run(tmp_path, **environment) == "result 3.0 3 compiled 0\n"
        assert not list((tmp_path / "kept").rglob("*.tmp"))


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_killed_at_any_moment_of_compiling_it_leaves_nothing_that_harms(tmp_path, capsys):
    (tmp_path / "kept").mkdir()
    environment = {"NUMBA_CACHE_DIR": str(tmp_path / "kept")}
    run(tmp_path, **environment)
    (tmp_path / "announced.py").write_text('print("compiling", flush=True)\n' + SOURCE)
    rng = random.Random(0)
    found = dict.fromkeys(["killed", "unfinished files", "files kept"], 0)
    for _ in range(MOMENTS):
        for file in (tmp_path / "kept").rglob("*.*"):
            if file.is_file():
                file.unlink()
        with subprocess.Popen(
            [sys.executable, "announced.py"], cwd=tmp_path, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | environment,
        ) as process:  # fmt: skip
            assert process.stdout.readline() == b"compiling\n"
            until = time.monotonic() + rng.uniform(0.0, 4.0)
            while time.monotonic() < until and process.poll() is None:
                time.sleep(0.001)
            process.kill()
            process.communicate()
        found["killed"] += process.returncode == -signal.SIGKILL
        found["unfinished files"] += len(list((tmp_path / "kept").rglob("*.tmp")))
        found["files kept"] += len(list((tmp_path / "kept").rglob("*.code")))
        assert run(tmp_path, **environment).startswith("result 3.0 3 compiled ")
    with capsys.disabled():
        print(f"\n{MOMENTS} kills while compiling: {found}")
    assert found["killed"] > MOMENTS // 3
