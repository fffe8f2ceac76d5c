"""Learners' files that return anything, end anyhow, and meddle with what runs them."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from corpus_case import WELL, Case, names
from students import filled

from nst_numpy.learn.grading import Grade, as_json, mistakes_of
from nst_numpy.learn.pages import file_of
from nst_numpy.learn.running import Limits
from nst_numpy.learn.tasks import TASKS
from nst_numpy.learn.workbook import outcome_of

LIMITS = Limits(seconds=4, megabytes=512)
STATUSES = ("wrong", "raises", "stopped", "not begun", "missing")


def submitted(task: str, whole: bytes | None, body: str, folder: Path) -> None:
    """Look at a file: what is said of it can be printed, and it is not right."""
    path = folder / file_of(TASKS[task])
    path.write_bytes(filled(TASKS[task], body).encode() if whole is None else whole)
    before = names(folder)
    outcome = outcome_of(path, TASKS[task], 0, LIMITS)
    assert outcome.status in STATUSES, outcome
    told = as_json(outcome)
    assert len(str(told)) < 20_000
    assert outcome.short
    assert "\n" not in outcome.short
    mistakes_of([Grade(folder, (outcome,))])
    assert names(folder) == before


RETURNED = [  # in the place of a matrix or a picture
    "None", "3", "-1.5", "'x'", "b'x'", "[]", "()", "{}", "[[1, 2], [3]]", "1j", "float('nan')",
    "np.inf", "10**400", "True", "object()", "type", "lambda: 0", "iter([1])", "(x for x in [1])",
    "np.array(1)", "np.array([])", "np.zeros((0, 3))", "np.array('x')", "np.array([None])",
    "np.array(['a', 'b'])", "np.zeros(3, complex)", "np.ones((2, 2), bool)", "np.zeros((1,) * 32)",
    "np.full((4, 4), np.nan)", "np.datetime64('2026-01-01')", "np.zeros(3, 'i4,f4')",
    "np.ma.masked_array([1.0], [True])", "np.matrix([[1, 2]])", "np.float32(1)", "np.bool_(True)",
    "np.broadcast_to(0.0, (10**5, 10**5))", "np.zeros(10**7)", "{'a': 1, 2: 3}",
    "{'a': np.ones(2)}",
    "range(5)", "Exception('x')", "NotImplemented", "...", "'\\x1b[2J' * 999", "'\\ud800'",
    "np.zeros((3, 3), np.float16)", "np.zeros((3, 3), np.longdouble)", "memoryview(b'x')", "{1, 2}",
    "[np.ones(3)] * 5000", "(np.ones(2), 'x', None)",
]  # fmt: skip
ENDS = {
    "raises": "raise ValueError('x')", "raises-long": "raise ValueError('x' * 10**6)",
    "raises-lines": "raise ValueError('a\\nb\\x1b[2J')", "raises-itself": "raise SystemExit('x')",
    "raises-key": "raise KeyError(a)", "interrupt": "raise KeyboardInterrupt",
    "exit": "exit()", "os-exit": "import os; os._exit(0)", "os-exit-3": "import os; os._exit(3)",
    "kill": "import os; os.kill(os.getpid(), 9)", "segfault": "import ctypes; ctypes.string_at(0)",
    "recursion": f"return {TASKS['gram-matrix'].function}(a)", "memory": "return bytearray(10**12)",
    "memory-slowly": "x = []\nwhile True:\n    x.append(bytearray(10**7))",
    "endless": "while True:\n    pass", "sleeps": "import time; time.sleep(100)",
    "stops-itself": "import os; os.kill(os.getpid(), 19)",
    "prints": "print('x' * 10**6)\nreturn a", "prints-bells": "print('\\x1b[2J\\a')\nreturn a",
    "closes-streams": "import sys; sys.stdout.close(); sys.stderr.close()\nreturn a",
    "closes-files": "import os; os.closerange(0, 99)\nreturn a",
    "forks": "import os; os.fork()\nreturn a",
    "forks-and-stays": "import os, time\nif os.fork() == 0:\n    time.sleep(100)\nreturn a",
    "threads":
    "import threading, time\nthreading.Thread(target=time.sleep, args=(100,)).start()\nreturn a",
    "changes-its-input": "a[...] = 0\nreturn a",
    "frozen-input": "a.flags.writeable = False\nreturn a",
    "input-by-name": "return input()", "reads": "import sys; return sys.stdin.read()",
    "changes-folder": "import os; os.chdir('/'); return a", "breakpoint": "breakpoint()\nreturn a",
    "no-json": "import json; json.dumps = None\nreturn a",
    "no-numpy": "np.savez = None; np.asarray = None\nreturn a",
    "no-isinstance": "import builtins; builtins.isinstance = None\nreturn a",
    "errors-on": "np.seterr(all='raise'); return np.exp(1e9 * a)",
    "tells-itself": "import os, sys\nopen(sys.argv[5] + '/told.json', 'w').write('x')\nos._exit(0)",
    "tells-nothing":
    "import os, sys\nopen(sys.argv[5] + '/told.json', 'w').write('{}')\nos._exit(0)",
    "tells-more":
    "import os, sys\nopen(sys.argv[5] + '/told.json', 'w').write('[' * 9999)\nos._exit(0)",
    "tells-arrays":
    "import sys\nopen(sys.argv[5] + '/arrays.npz', 'w').write('x')\nimport atexit\nreturn a",
    "removes": "import shutil, sys; shutil.rmtree(sys.argv[5])\nreturn a",
    "moment-bells":
    "import sys\nopen(sys.argv[5] + '/now.txt', 'w').write('\\x1b[2J' * 99)\nwhile True:\n    pass",
    "moment-bytes":
    "import os, sys\nopen(sys.argv[5] + '/now.txt', 'wb').write(bytes(range(256)))\nos._exit(1)",
}  # fmt: skip
WHOLE = {
    "nothing": b"", "no-python": b"this is no Python\n", "not-utf-8": b"x = '\xff'\n",
    "nul": b"\0\0",
    "other-coding": b"# -*- coding: nonsense -*-\n", "deep": b"(" * 5000,
    "tabs": b"if 1:\n\tx\n        y\n",
    "no-function": b"x = 3\n", "a-number": b"gram_matrix = 3\n", "raises": b"raise RuntimeError\n",
    "exits": b"import sys; sys.exit()\n", "endless": b"while True: pass\n",
    "imports-nothing": b"import nothing_of_this_name\n",
    "imports-itself": b"import step13_gram_matrix\n",
    "class": b"class gram_matrix:\n    def __init__(self, a): self.a = a\n",
    "two-arguments": b"def gram_matrix(a, b): return a\n",
    "no-arguments": b"def gram_matrix(): return 1\n",
    "generator": b"def gram_matrix(a): yield a\n",
    "coroutine": b"async def gram_matrix(a): return a\n",
    "hostile-text":
    b"class E(Exception):\n    def __str__(self): raise self\ndef gram_matrix(a): raise E\n",
    "hostile-repr":
    b"class R:\n    def __repr__(self): raise ValueError\ndef gram_matrix(a): return R()\n",
    "hostile-len":
    b"class L(list):\n    def __len__(self): return -1\ndef gram_matrix(a): return L()\n",
}  # fmt: skip


def cases() -> Iterator[Case]:
    """What is returned, how it ends, and files that are none."""
    for number, value in enumerate(RETURNED):
        go = partial(submitted, "gram-matrix", None, f"return {value}")
        yield Case("submission", f"returns-{number}-{value[:20]!a}", go, (WELL,))
    for name, body in ENDS.items():
        go = partial(submitted, "gram-matrix", None, body)
        yield Case("submission", f"ends-{name}", go, (WELL,))
    for name, made in WHOLE.items():
        go = partial(submitted, "gram-matrix", made, "")
        yield Case("submission", f"file-{name}", go, (WELL,))
