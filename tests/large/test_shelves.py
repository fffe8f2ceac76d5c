"""What L-BFGS remembers, on two workers: the bits of one shelf here, whoever dies."""

import os
import pickle
import signal
import time
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from nst_numpy import Computing, Settings, stylize
from nst_numpy.errors import Vanished
from nst_numpy.large import shelves
from nst_numpy.large.shelves import Held, Shelves, store_of
from nst_numpy.large.worker import Lacks
from nst_numpy.optimizers.in_parts import Here, Kept, LBFGSInParts, Lost
from nst_numpy.runs.checkpoint import Best, load_step, save_step

pytest.importorskip("distributed", reason="the extra cluster is not installed")
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # Dask's own
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

HERE = Computing(backend="numpy", threads=1)
PARTS = replace(HERE, remember="workers")
THERE = replace(PARTS, cluster="local:2", rows=96)  # the picture as a whole, evaluated here
SETTINGS = Settings(
    content_layers={"conv2_1": 1.0}, style_layers={"conv1_1": 1.0, "conv2_2": 0.5},
    iterations=7, scales=1, pairs=3, gain=0, margin=0,
)  # fmt: skip


def painted(weights, computing, after=None, settings=SETTINGS, count=None):
    C, S = np.random.default_rng(5).uniform(0, 1, (2, 40, 24, 3)).astype(np.float32)
    return islice(stylize(C, [S], settings, weights, computing, after=after), count)


def last_of(steps):
    *_, step = steps
    return step


def rows_there():
    return {name: len(shelf.rows) for name, shelf in shelves._shelves.items()}


def kill(crew, number=0):
    pids = [pid for nanny in crew._cluster.workers.values() if (pid := nanny.pid)]
    os.kill(pids[number], signal.SIGKILL)
    while pids[number] in [nanny.pid for nanny in crew._cluster.workers.values()]:
        time.sleep(0.05)


@pytest.mark.long
def test_there_it_makes_the_bits_of_here_and_about_the_picture_of_plain_lbfgs(weights, two):
    pictures = []
    for computing in (HERE, PARTS, THERE):
        pictures.append([step.image.copy() for step in painted(weights, computing)])
    plain, parts, there = pictures
    np.testing.assert_array_equal(there, parts)
    assert not np.array_equal(plain, parts)
    np.testing.assert_allclose(parts, plain, atol=1e-5)


@pytest.mark.long
def test_the_workers_have_what_is_remembered_and_nothing_after_the_run(weights, two):
    steps = painted(weights, THERE)
    for _ in range(6):
        step = next(steps)
    assert all(isinstance(one, Kept) for one in (*step.state.s, *step.state.y))
    held = [number for found in two.told(rows_there) for number in found.values()]
    assert len(held) == 2
    assert all(6 <= number <= LBFGSInParts(memory=3).remembered_pictures for number in held)
    del step, steps
    end = time.monotonic() + 30
    while any(two.told(rows_there)):
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.long
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_store_answers_as_a_shelf_here_does(two, dtype):
    a, b, c = np.random.default_rng(3).standard_normal((3, 33, 5, 3)).astype(dtype)
    answers = []
    for store in (Here(), Shelves(two)):
        kept = [Kept(store, one) for one in (a, b, c)]
        names = [one.name for one in kept]
        np.testing.assert_array_equal(np.asarray(kept[1]), b)
        answers.append((store.products(names, names[2]), store.combined(names, [2.0, -0.5, 3.0])))
    assert answers[0][0] == answers[1][0]
    np.testing.assert_array_equal(answers[0][1], answers[1][1])
    np.testing.assert_allclose(answers[0][1], 2 * a - 0.5 * b + 3 * c, rtol=1e-4)
    assert answers[0][1].dtype == dtype


@pytest.mark.long
def test_a_picture_of_one_row_is_on_one_worker(two):
    store = Shelves(two)
    kept = Kept(store, np.ones((1, 4, 3)))
    assert store.products([kept.name], kept.name) == [12.0]
    assert len(store._at) == 1


@pytest.mark.long
def test_a_worker_that_dies_takes_what_was_remembered_with_it(weights, two):
    plain = [step.cost.total for step in painted(weights, PARTS)]
    costs, notes = [], []
    for step in painted(weights, THERE):
        costs.append(step.cost.total)
        notes.append(step.note)
        if step.iteration == 4:
            kill(two)
    assert costs[:5] == plain[:5]
    assert [number for number, note in enumerate(notes) if note] == [5]
    assert notes[5] == (
        "a worker of the cluster was lost, so what lbfgs remembered is lost; it began anew"
    )
    assert costs == sorted(costs, reverse=True)
    assert len(step.state.s) == 3


@pytest.mark.long
@pytest.mark.parametrize("gone", [False, True])
def test_a_checkpoint_fetches_what_is_remembered(weights, two, tmp_path, monkeypatch, gone):
    wanted = last_of(painted(weights, PARTS))
    step = last_of(painted(weights, THERE, count=5))
    best = Best(iteration=4, evaluations=5, cost=step.cost)
    save_step(step, best, {}, tmp_path / "kept")
    for computing in (PARTS, THERE):
        read, _, _ = load_step(tmp_path / "kept", SETTINGS)
        assert len(read.state.s) == 3
        np.testing.assert_array_equal(
            last_of(painted(weights, computing, read)).image, wanted.image
        )
    if gone:
        monkeypatch.setattr(two, "there", list)
    else:
        kill(two, 1)
    save_step(step, best, {}, tmp_path / "forgetful")
    read, _, _ = load_step(tmp_path / "forgetful", SETTINGS)
    assert read.state.s == read.state.y == read.state.sy == ()
    np.testing.assert_array_equal(read.state.x, step.state.x)
    assert last_of(painted(weights, HERE, read)).cost.total < step.cost.total


@pytest.mark.long
def test_workers_that_always_go_are_no_cluster(two, monkeypatch):
    monkeypatch.setattr(two, "hold", lambda *_: None)  # so nobody has a shelf
    with pytest.raises(Vanished, match="go whenever they are to remember"):
        Kept(Shelves(two), np.ones((4, 4, 3)))


def test_a_shelf_stays_where_it_is():
    with pytest.raises(TypeError, match="stays with it"):
        pickle.dumps(Held())


def test_who_has_not_the_shelf_or_the_picture_says_so():
    shelf = shelves.opened(b"one 0")
    for name, forgotten, asked in (("one 1", (), "a"), ("one 0", ("a",), "a"), ("one 0", (), "b")):
        shelf.keep("a", np.ones((2, 2)))
        letter = pickle.dumps((name, forgotten, "combined", ([asked], [1.0])))
        assert isinstance(shelves.asked(letter), Lacks)
    shelf.keep("a", np.ones((2, 2)))
    found = shelves.asked(pickle.dumps(("one 0", (), "combined", (["a"], [3.0]))))
    np.testing.assert_array_equal(found, 3 * np.ones((2, 2)))


def test_without_a_cluster_the_store_is_here():
    assert isinstance(store_of(PARTS), Here)


@pytest.mark.long
def test_before_anything_is_kept_all_is_lost(two):
    with pytest.raises(Lost):
        Shelves(two).products(["a"], "a")
