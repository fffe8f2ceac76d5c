"""Windows and macOS, as far as they can be pretended: what they lack is replaced.

Modules that choose while they are loaded are loaded once more, under another name, in a system of
that kind; others see an `os` of that kind, and none of what it lacks.
"""

import errno
import importlib.util
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType, SimpleNamespace

import psutil
import pytest

import nst_numpy
from nst_numpy import InputError, available, load_image, machine
from nst_numpy.files import images, writing
from nst_numpy.learn import running, worker
from nst_numpy.page import jobs, opening

fcntl = pytest.importorskip("fcntl", reason="pretended where there is what is missing elsewhere")
resource = pytest.importorskip("resource")
PACKAGE = Path(nst_numpy.__file__).parent
OLD = b"an older picture"
QUICK = [
    "stylize", str(PACKAGE.parent / "pictures" / "chelsea-cat.webp"),
    str(PACKAGE.parent / "pictures" / "church-at-auvers.webp"), "--size", "24", "--scales", "1",
    "--iterations", "3", "--content-layers", "conv1_2", "--style-layers", "conv1_1",
    "--backend", "numpy", "--margin", "2",
]  # fmt: skip


def locking(number, mode, count):
    """Lock as Windows does: a file that is taken is refused as if we might not write it."""
    assert (mode, count) == (WINDOWS_LOCKS.LK_NBLCK, 1)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise PermissionError(errno.EACCES, "Permission denied") from None


WINDOWS_LOCKS = SimpleNamespace(LK_NBLCK=2, locking=locking)


def loaded(monkeypatch, name):
    """Load a module of ours once more, as on Windows."""
    spec = importlib.util.spec_from_file_location(f"{Path(name).stem}_elsewhere", PACKAGE / name)
    module = importlib.util.module_from_spec(spec)
    with monkeypatch.context() as windows:
        windows.setitem(sys.modules, "fcntl", None)
        windows.setitem(sys.modules, "msvcrt", WINDOWS_LOCKS)
        windows.setattr(os, "name", "nt")
        spec.loader.exec_module(module)
    return module


@pytest.fixture
def windows():
    """An `os` that is the one here, but for its name."""
    module = ModuleType("os")
    module.name, module.__getattr__ = "nt", lambda word: getattr(os, word)
    return module


def without_proc(monkeypatch):
    """Let nothing be under /proc."""
    exists = Path.exists
    monkeypatch.setattr(
        Path, "exists", lambda self, **how: self.parts[:2] != ("/", "proc") and exists(self, **how)
    )


@pytest.fixture
def no_proc(monkeypatch):
    """Nothing is under /proc."""
    without_proc(monkeypatch)


def as_windows_tells(monkeypatch):
    """Let psutil tell of 7 MiB by the name that it has on Windows."""
    taken = SimpleNamespace(memory_info=lambda: SimpleNamespace(peak_wset=7 * 2**20))
    monkeypatch.setattr(machine, "sys", SimpleNamespace(platform="win32"))
    monkeypatch.setattr(psutil, "Process", lambda: taken)


def test_a_free_lock_is_taken_and_a_taken_one_told(monkeypatch, tmp_path):
    lock = loaded(monkeypatch, "runs/lock.py")
    assert not hasattr(lock, "fcntl")
    with (
        lock.locked(tmp_path / "lock"),
        pytest.raises(InputError, match="is in use: another process paints there"),
        lock.locked(tmp_path / "lock"),
    ):
        raise AssertionError("both have it")
    with lock.locked(tmp_path / "lock"):
        pass


def test_without_locks_age_tells_which_file_is_left_behind(monkeypatch, tmp_path):
    temporary = loaded(monkeypatch, "files/temporary.py")
    with temporary.temporary_file(tmp_path) as path:
        path.write_bytes(b"still written")
        killed, other = (tmp_path / f".nst_numpy-{name}" for name in ("0123.tmp", "0123.png"))
        for file in (killed, other):
            file.write_bytes(b"left behind")
            days_ago = time.time() - 2 * temporary.LEFT_BEHIND
            os.utime(file, (days_ago, days_ago))
        temporary.remove_left_behind(tmp_path)
        assert sorted(tmp_path.iterdir()) == sorted([path, other])
    assert list(tmp_path.iterdir()) == [other]


def test_a_planted_link_is_removed_not_what_it_leads_to(monkeypatch, tmp_path):
    temporary = loaded(monkeypatch, "files/temporary.py")
    (tmp_path / "mine").write_bytes(OLD)
    link = tmp_path / ".nst_numpy-0123.tmp"
    link.symlink_to(tmp_path / "mine")
    days_ago = time.time() - 2 * temporary.LEFT_BEHIND
    os.utime(link, (days_ago, days_ago), follow_symlinks=False)
    temporary.remove_left_behind(tmp_path)
    assert list(tmp_path.iterdir()) == [tmp_path / "mine"]
    assert (tmp_path / "mine").read_bytes() == OLD


def held_open(monkeypatch, *held):
    """Let nobody replace a file that another program has open, as Windows does."""
    replace = os.replace

    def refusing(source, target, **how):
        if Path(target) in held:
            raise PermissionError(errno.EACCES, "Access is denied", str(source), 5, str(target))
        replace(source, target, **how)

    monkeypatch.setattr(os, "replace", refusing)


def test_a_picture_that_is_open_elsewhere_is_refused_and_kept(monkeypatch, tmp_path):
    monkeypatch.setattr(writing, "remove_left_behind", lambda folder: None)
    monkeypatch.setattr(
        writing, "temporary_file", loaded(monkeypatch, "files/temporary.py").temporary_file
    )
    path = tmp_path / "out.png"
    path.write_bytes(OLD)
    held_open(monkeypatch, path)
    with pytest.raises(InputError) as error:
        images.save_image(load_image(QUICK[1]), path)
    assert str(error.value) == f"{path} cannot be written (Access is denied)."
    assert path.read_bytes() == OLD
    assert list(tmp_path.iterdir()) == [path]  # nothing is left


PRETEND = """
import importlib, os, signal, sys
from pathlib import Path
import pytest
sys.path.insert(0, {tests!r})
import test_elsewhere as ours
from nst_numpy import cli
from nst_numpy.cli import running
from nst_numpy.files import temporary
from nst_numpy.runs import lock

one = pytest.MonkeyPatch()
os.name = "nt"
sys.modules.update(fcntl=None, resource=None, msvcrt=ours.WINDOWS_LOCKS)
importlib.reload(lock)
importlib.reload(temporary)
os.name = "posix"
assert not temporary.LOCKS
ours.without_proc(one)
ours.as_windows_tells(one)
ours.held_open(one, *map(Path, {held!r}))
cli.main({words!r})
"""


def pretended(folder, *words, held=()):
    """Run a command where there is neither fcntl nor resource, and open files are not replaced."""
    script = PRETEND.format(
        tests=str(Path(__file__).parent), held=[str(one) for one in held], words=list(words)
    )
    return subprocess.run(
        [sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, check=False,
        timeout=120, env=os.environ | {"PYTHONPATH": str(PACKAGE.parent), "TMPDIR": str(folder)},
    )  # fmt: skip


def test_a_run_is_painted_and_kept_there(tmp_path):
    ended = pretended(tmp_path, *QUICK, "--run", "kept", "-o", "out.png")
    assert ended.returncode == 0, ended.stderr
    assert load_image(tmp_path / "out.png").shape[1] == 24
    assert (tmp_path / "kept" / "result.png").read_bytes() == (tmp_path / "out.png").read_bytes()


def test_an_old_painting_that_is_open_stays_and_the_new_one_is_saved_elsewhere(tmp_path):
    (tmp_path / "here").mkdir()
    old = tmp_path / "here" / "out.png"
    old.write_bytes(OLD)
    ended = pretended(tmp_path, *QUICK, "-o", str(old), "--force", held=[old])
    assert ended.returncode == 2, ended.stderr
    last = ended.stderr.splitlines()[-1]
    assert "Access is denied" in last
    assert "Traceback" not in ended.stderr
    assert old.read_bytes() == OLD
    [new] = list(tmp_path.glob("*.png"))
    assert str(new) in last
    assert load_image(new).shape[1] == 24


def test_memory_is_told_without_proc(monkeypatch, no_proc):
    monkeypatch.setitem(sys.modules, "resource", None)
    most = psutil.virtual_memory().available
    assert 0 < available.available_memory() < 1.5 * most


@pytest.mark.parametrize(("system", "unit"), [("darwin", 1), ("freebsd14", 1024)])
def test_the_most_that_was_taken_is_told_without_proc(monkeypatch, no_proc, system, unit):
    monkeypatch.setattr(machine, "sys", SimpleNamespace(platform=system))
    asked = SimpleNamespace(RUSAGE_SELF=7, getrusage=lambda who: SimpleNamespace(ru_maxrss=who))
    monkeypatch.setitem(sys.modules, "resource", asked)
    assert machine.peak_memory() == 7 * unit


def test_windows_itself_tells_the_most_that_was_taken(monkeypatch, no_proc):
    as_windows_tells(monkeypatch)
    monkeypatch.setitem(sys.modules, "resource", None)
    assert machine.peak_memory() == 7 * 2**20


def test_signals_are_heard_without_a_terminal_that_hangs_up(monkeypatch):
    monkeypatch.delattr(signal, "SIGHUP")
    spec = importlib.util.spec_from_file_location("signals_there", PACKAGE / "cli" / "signals.py")
    signals = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(signals)
    assert signals.STOPPING == [signal.SIGINT, signal.SIGTERM]
    before = {number: signal.getsignal(number) for number in signals.STOPPING}
    try:
        signals.listen()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGINT)  # the second is not heard
        assert signals.exit_code() == 143
    finally:
        for number, heard in before.items():
            signal.signal(number, heard)


def test_a_job_of_the_page_is_ended_where_no_ctrl_c_can_be_sent(monkeypatch, tmp_path, windows):
    monkeypatch.setattr(jobs, "os", windows)
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    job = jobs.Job("name", tmp_path, [], "title", state="running", child=child)
    try:
        job.stop()
        assert (job.state, child.wait(10)) == ("stopping", -signal.SIGTERM)
    finally:
        child.kill()


def test_an_upload_is_opened_without_a_limit_on_the_processor(
    monkeypatch, capsys, tmp_path, windows, no_proc
):
    monkeypatch.setattr(opening, "os", windows)
    monkeypatch.setitem(sys.modules, "resource", None)
    file = tmp_path / "upload"
    file.write_bytes(Path(QUICK[1]).read_bytes())
    monkeypatch.setattr(sys, "argv", ["opening", str(file)])
    assert opening.main() == 0
    assert '"width"' in capsys.readouterr().out


def test_a_learners_file_has_no_limit_of_memory_and_is_ended_with_its_process(monkeypatch, windows):
    limit = resource.getrlimit(resource.RLIMIT_AS)
    with monkeypatch.context() as there:
        there.setitem(sys.modules, "resource", None)
        worker.limit_memory(1)
    assert resource.getrlimit(resource.RLIMIT_AS) == limit
    monkeypatch.setattr(running, "os", windows)
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    running.stop(child)
    assert child.returncode == -signal.SIGKILL
