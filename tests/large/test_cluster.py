"""A scheduler and two workers on the loopback: the J of strips, to the last bit, whoever dies."""

import json
import os
import pickle
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest

from nst_numpy import Computing, InputError, Objective, Settings
from nst_numpy.costs import STATISTICS, MaskedGram
from nst_numpy.errors import Vanished
from nst_numpy.large import crew as crews
from nst_numpy.large import rows_of, worker
from nst_numpy.network import VGG19

pytest.importorskip("distributed", reason="the extra cluster is not installed")
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # Dask's own
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

HERE = Computing(backend="numpy", rows=100, threads=1)
SHALLOW = Settings(content_layers={"conv2_1": 1.0}, style_layers={"conv1_1": 1.0, "conv2_2": 0.5})


def pictures(n_H=400, n_W=24):
    return np.random.default_rng(5).uniform(0, 1, (3, n_H, n_W, 3)).astype(np.float32)


def objective(weights, computing, settings=SHALLOW, dtype="float32"):
    C, S, _ = pictures()
    return Objective(C, [S], settings, weights, dtype, computing)


def same(one, other):
    (cost, dG), (cost_other, dG_other) = one, other
    assert dict(cost.values) == dict(cost_other.values)
    np.testing.assert_array_equal(dG, dG_other)


@pytest.mark.long
def test_the_same_bits_as_in_strips_here(weights, two):
    G = pictures()[2]
    for settings in (SHALLOW, replace(SHALLOW, tv_weight=2.0)):
        there = objective(weights, replace(HERE, cluster="local:2"), settings)
        here = objective(weights, HERE, settings)
        for term, known in zip(there.terms, here.terms, strict=True):
            np.testing.assert_array_equal(term.target, known.target)
        same(there(G), here(G))
        same(there(0.5 * G), here(0.5 * G))


@pytest.mark.long
def test_the_kernels_there_give_the_bits_of_the_kernels_here(weights, two, monkeypatch):
    pytest.importorskip("numba")
    G, numba = pictures()[2], replace(HERE, backend="numba")
    wanted = objective(weights, numba)(G)  # first: what is compiled here need not be there, twice
    there = objective(weights, replace(numba, cluster="local:2"))
    same(there(G), wanted)
    same(there(G), wanted)
    monkeypatch.setattr(there.evaluator, "_stays", lambda *_: False)  # each strip goes up twice
    same(there(G), wanted)
    monkeypatch.setattr(there.evaluator, "_stays", lambda *_: True)  # few are, as it is thought
    same(there(G), wanted)


@pytest.mark.long
def test_without_rows_there_are_as_many_strips_as_workers(weights, two):
    G = pictures()[2]
    plain = Computing(backend="numpy", threads=1)
    there = objective(weights, replace(plain, cluster="local:2"))
    same(there(G), objective(weights, replace(plain, strips=2))(G))
    same(there(G), objective(weights, replace(plain, rows=rows_of(400, 2, VGG19, SHALLOW.taps)))(G))


def kill(crew, number):
    alive = [pid for nanny in crew._cluster.workers.values() if (pid := nanny.pid)]
    os.kill(alive[number % len(alive)], signal.SIGKILL)


@pytest.mark.parametrize(
    "kills", [pytest.param(1, marks=pytest.mark.long), pytest.param(10, marks=pytest.mark.slow)]
)
def test_a_worker_killed_in_each_evaluation_costs_its_strips_and_nothing_else(
    weights, two, monkeypatch, kills
):
    G = pictures()[2]
    kernels = replace(HERE, backend="auto")  # with Numba, strips stay up there between the rounds
    there = objective(weights, replace(kernels, cluster="local:2"))
    wanted = objective(weights, kernels)(G)
    answer, left = two.answer, []

    def answer_after_a_kill(task):
        if left:
            kill(two, left.pop())
        return answer(task)

    monkeypatch.setattr(two, "answer", answer_after_a_kill)
    for number in range(kills):
        left.append(number)
        same(there(G), wanted)
        assert not left


@pytest.mark.long
def test_an_answer_may_take_long_to_travel(two, monkeypatch):
    """However short a beat is: the answer is done, and comes."""
    monkeypatch.setattr(crews, "BEAT", 1e-4)
    assert len(two.answer(two.submit(large_answer, b""))) == 2**26


def large_answer(_):
    return bytes(2**26)


@pytest.mark.long
def test_what_a_worker_has_not_it_is_sent(weights, two):
    G = pictures()[2]
    other = {name: (2 * weight, bias) for name, (weight, bias) in weights.items()}
    there = objective(other, replace(HERE, cluster="local:2"))  # no file has these
    wanted = objective(other, HERE)(G)
    same(there(G), wanted)
    two.told(forget)
    same(there(G), wanted)


def forget():
    worker._evaluators.clear()
    worker._kept.clear()


@pytest.mark.long
def test_another_dtype_and_another_statistic(weights, two):
    G = pictures()[2]
    settings = replace(SHALLOW, statistic=STATISTICS["covariance"])
    for dtype in ("float32", "float64"):
        here, there = (
            objective(weights, one, settings, dtype)
            for one in (HERE, replace(HERE, cluster="local:2"))
        )
        same(there(G), here(G))


@pytest.mark.long
def test_a_mask_travels_with_its_strip(weights, two):
    G = pictures()[2]
    here, there = (objective(weights, one) for one in (HERE, replace(HERE, cluster="local:2")))
    mask = np.random.default_rng(6).uniform(0, 1, (200, 12)).astype(np.float32)
    gram = next(term for term in here.terms if term.layer == "conv2_2")
    masked = [replace(gram, statistic=MaskedGram(mask))]
    same(there.with_terms(masked)(G), here.with_terms(masked)(G))


@pytest.mark.long
def test_a_statistic_that_sorts_is_refused_here(weights, two):
    G = pictures()[2]
    computing = replace(HERE, cluster="local:2")
    there = objective(weights, computing, replace(SHALLOW, statistic=STATISTICS["gram"]))
    sorting = [replace(term, statistic=STATISTICS["sliced"]) for term in there.terms[1:]]
    with pytest.raises(InputError, match="only as a whole"):
        there.with_terms(sorting)(G)


@pytest.mark.long
def test_a_worker_of_other_versions_is_refused_before_the_first_strip(weights, two, monkeypatch):
    plain = worker.fingerprint

    def another(computing, network):
        return plain(computing, network) | {"numpy": "1.0.0"}

    monkeypatch.setattr(worker, "fingerprint", another)  # here; the workers know nothing of it
    with pytest.raises(InputError, match=r"other versions: numpy 1\.0\.0, there"):
        objective(weights, replace(HERE, cluster="local:2"))


def test_a_worker_refuses_orders_of_other_versions_itself():
    versions = dict(worker.told(HERE, VGG19)) | {"nst_numpy": "0.0.1"}
    job = worker.Job(VGG19, ("conv1_1",), "float32", HERE, "", tuple(versions.items()))
    order = worker.Order(job, "measure", np.zeros((16, 16, 3), np.float32), [])
    with pytest.raises(InputError, match=r"nst_numpy 0\.0\.1, there"):
        worker.done(pickle.dumps(order))


def test_workers_may_differ_in_their_processor_but_not_in_their_threads():
    ours = worker.told(HERE, VGG19)
    assert not worker.unlike(ours, ours | {"processor": "another", "blas": "another"})
    assert worker.unlike(ours, ours | {"threads": 3}) == "threads 1, there 3"


def test_checksums_tell_arrays_apart():
    a = np.arange(6, dtype=np.float32)
    names = {worker.checksum(one) for one in (a, a.reshape(2, 3), a.astype(float), a[::-1], a + 0)}
    assert len(names) == 4


def test_of_what_is_kept_the_oldest_goes(monkeypatch):
    monkeypatch.setattr(worker, "MOST_KEPT", 8 * 10)
    monkeypatch.setattr(worker, "_kept", type(worker._kept)())
    for name in "abc":
        worker.keep({name: np.zeros(5)})
    assert list(worker._kept) == ["b", "c"]


@pytest.mark.parametrize(
    "address", ["local:0", "local:1000", "local:x", "192.168.1.10:8786", "tcp://somewhere", ""]
)
def test_what_is_no_address_is_refused(address):
    with pytest.raises(InputError, match="as in tcp://"):
        Computing(cluster=address)


def test_where_nobody_answers(monkeypatch):
    monkeypatch.setattr(crews, "ANSWER", 0.5)
    with pytest.raises(InputError, match=r"No scheduler answers at tcp://127\.0\.0\.1:9"):
        crews.crew_of("tcp://127.0.0.1:9")


def started(*words):
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.Popen(
        [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment,
    )  # fmt: skip


@pytest.mark.slow
def test_a_cluster_that_vanishes_is_noticed(weights, monkeypatch, tmp_path):
    """Scheduler and workers as processes of their own; first a worker goes, then everything."""
    monkeypatch.setattr(crews, "PATIENCE", 3.0)
    file = tmp_path / "scheduler.json"
    scheduler = started("dask_scheduler", "--port", "0", "--scheduler-file", str(file),
                        "--no-dashboard", "--host", "127.0.0.1")  # fmt: skip
    workers = []
    try:
        while not file.exists() or not file.read_text():
            time.sleep(0.1)
        address = json.loads(file.read_text())["address"]
        monkeypatch.setattr(crews, "ANSWER", 1.0)
        with pytest.raises(InputError, match="has no workers"):
            crews.crew_of(address)
        monkeypatch.setattr(crews, "ANSWER", 30.0)
        workers = [
            started("dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard")
            for _ in range(2)
        ]
        crew = crews.crew_of(address)
        while len(crew.workers()) < 2:
            time.sleep(0.1)
        G = pictures()[2]
        there = objective(weights, replace(HERE, cluster=address))
        wanted = objective(weights, HERE)(G)
        same(there(G), wanted)
        workers[0].kill()
        same(there(G), wanted)
        workers[1].kill()
        with pytest.raises(Vanished, match="is gone"):
            there(G)
        scheduler.kill()
        with pytest.raises(Vanished, match="is gone"):
            there(G)
        crews.dismiss(address)
    finally:
        for one in (*workers, scheduler):
            one.kill()
            one.wait()
