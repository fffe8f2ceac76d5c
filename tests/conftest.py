"""What all tests share: one thread of BLAS, processors shared out, weights, signals."""

import os

os.environ.update(  # before NumPy is loaded; what tests start inherits it
    {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL")} | os.environ
)

import signal
from functools import cache
from pathlib import Path

import pytest
from disks import disk  # noqa: F401

from nst_numpy.cli.signals import STOPPING
from nst_numpy.files import weights as files_weights
from nst_numpy.files.embedded import embedded
from nst_numpy.network import Weights

MOST = 4
"""So many processes at most: each holds the weights."""

SLOWEST = (
    "large/test_cluster.py", "cli/test_cluster_commands.py", "learn/test_diagnosis.py",
    "test_terms.py", "cli/test_ends.py", "page/test_page.py", "learn/test_running.py",
)  # fmt: skip
"""Files that are begun first: then no process waits for another in the end. Where no kernel has
been compiled the first of them does it, while another process is at files that need none."""


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Share the tests out among the processors, where all are asked for, or all that are long."""
    all_of_them = tuple(config.invocation_params.args) in ((), ("-m", "long"))
    a_worker = hasattr(config, "workerinput")
    if not all_of_them or a_worker or not config.pluginmanager.hasplugin("xdist"):
        return
    affinity = getattr(os, "sched_getaffinity", None)
    processors = len(affinity(0)) if affinity else os.cpu_count() or 1
    config.option.numprocesses = min(processors, MOST)
    config.option.dist = "loadfile"  # what the tests of a file share is made once
    config.option.loadscopereorder = False  # but those come first that are put first below


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slowest files first."""
    places = {Path(__file__).parent / name: place for place, name in enumerate(SLOWEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


@pytest.fixture(scope="session", autouse=True)
def embedded_weights_are_read_once():
    """Every command reads them, for a fifth of a second; no test changes them."""
    ours, read_tensors = embedded("weights/vgg19.h5"), files_weights.read_tensors
    once = cache(read_tensors)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            files_weights,
            "read_tensors",
            lambda path, network: (once if path == ours else read_tensors)(path, network),
        )
        yield


@pytest.fixture(scope="session")
def weights(embedded_weights_are_read_once) -> Weights:
    """The embedded VGG-19."""
    return files_weights.load_weights()


@pytest.fixture(scope="module")
def two():
    """Two workers on this machine, for the tests of a file: no other has them while they work."""
    from nst_numpy.large import crew

    yield crew.crew_of("local:2")
    crew.dismiss("local:2")


BEFORE = {number: signal.getsignal(number) for number in STOPPING}


@pytest.fixture(autouse=True)
def signals_as_they_were():
    """The program ignores signals while it ends; in a test it ends, and Python goes on.

    They are as before all tests: a fixture of a whole file may have run the program, too.
    """
    for number, handler in BEFORE.items():
        signal.signal(number, handler)
    yield
    for number, handler in BEFORE.items():
        signal.signal(number, handler)
