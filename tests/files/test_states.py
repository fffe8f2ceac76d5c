"""States in files: read back without pickle, they go on to the same bits."""

import os
from dataclasses import fields, replace
from itertools import permutations

import numpy as np
import pytest
from functions_to_minimise import ALL, quadratic, walk

from nst_numpy.errors import InputError
from nst_numpy.files.states import load_state, packed, save_state, unpacked
from nst_numpy.optimizers import LBFGS, Adam, GradientDescent, State, dot

REFUSED = r"holds no state of this optimizer|is empty|does not exist"

each = pytest.mark.parametrize("optimizer", ALL)


def through_a_file(state, path):
    save_state(state, path)
    return load_state(type(state), path)


def same(state, other):
    assert type(state) is type(other)
    for field in fields(state):
        found, expected = getattr(state, field.name), getattr(other, field.name)
        assert type(found) is type(expected), field.name
        np.testing.assert_array_equal(found, expected)
        assert np.asarray(found).dtype == np.asarray(expected).dtype


@each
@pytest.mark.parametrize("steps", [0, 1, 30])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_stored_state_goes_on_to_the_same_bits(tmp_path, optimizer, steps, dtype):
    """After thirty steps the memory of L-BFGS, twenty pairs, is full."""
    in_float64, _ = quadratic(40, 1e4)

    def function(x):
        value, gradient = in_float64(x.astype("float64"))
        return value, gradient.astype(dtype)

    whole = walk(optimizer(), function, np.zeros(40, dtype), steps + 5)
    assert len(whole) == steps + 6
    stored = through_a_file(whole[steps], tmp_path / "state.npz")
    same(stored, whole[steps])
    assert optimizer.kind is type(stored)
    if optimizer is LBFGS:
        assert len(stored.s) == min(steps, 20)
    for state, other in zip(walk(optimizer(), function, stored, 5), whole[steps:], strict=True):
        same(state, other)


def test_a_note_and_the_end_are_stored_too(tmp_path):
    *_, last = walk(LBFGS(), lambda x: (float(x @ x), -x), np.ones(3), 10)
    assert last.ended
    assert last.note
    stored = through_a_file(last, tmp_path / "ended.npz")
    same(stored, last)
    assert walk(LBFGS(), lambda x: 1 / 0, stored, 10) == [stored]


def test_there_is_one_array_for_each_field_and_for_each_pair_remembered():
    function, _ = quadratic(5, 10)
    state = walk(LBFGS(), function, np.zeros(5), 2)[-1]
    assert set(packed(state)) == {
        "kind", "x", "value", "gradient", "evaluations", "note", "ended",
        "s.0", "s.1", "y.0", "y.1", "sy.0", "sy.1",
    }  # fmt: skip
    assert all(type(array) is np.ndarray for array in packed(state).values())


def test_of_a_ledger_the_number_is_stored():
    class Ledger:
        def __float__(self):
            return 0.1

    state = Adam().start(lambda x: (Ledger(), x), np.ones(2))
    assert unpacked(Adam.kind, packed(state)).value == 0.1


def test_the_learning_rate_that_gradient_descent_found_goes_with_it():
    function, _ = quadratic(5, 10)
    state = GradientDescent().start(function, np.ones(5))
    size = np.sqrt(dot(state.gradient, state.gradient) / 5)
    assert unpacked(GradientDescent.kind, packed(state)).rate == pytest.approx(0.0025 / size)


def test_without_a_file_it_is_plain_arrays_that_need_no_pickle(tmp_path):
    function, _ = quadratic(5, 10)
    state = walk(LBFGS(), function, np.zeros(5), 2)[-1]
    np.savez(tmp_path / "state.npz", allow_pickle=False, **packed(state))
    with np.load(tmp_path / "state.npz", allow_pickle=False) as arrays:
        same(unpacked(LBFGS.kind, arrays), state)


def test_the_name_of_the_file_is_the_one_that_was_given(tmp_path):
    state = Adam().start(lambda x: (0.0, x), np.ones(2))
    save_state(state, tmp_path / "state")
    assert [path.name for path in tmp_path.iterdir()] == ["state"]
    save_state(state, str(tmp_path / "state"))  # over the old one
    same(load_state(Adam.kind, str(tmp_path / "state")), state)


def written(path, kind):
    state = kind().start(lambda x: (0.0, x), np.ones(40))
    save_state(state, path)
    return path.read_bytes()


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: b"",
        lambda whole: b"something else",
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[:300] + bytes(40) + whole[340:],
        lambda whole: None,
    ],
    ids=["empty", "another file", "truncated", "zeros inside", "no file"],
)
def test_a_file_that_is_no_state_is_refused(tmp_path, damage):
    path = tmp_path / "state.npz"
    damaged = damage(written(path, Adam))
    path.unlink()
    if damaged is not None:
        path.write_bytes(damaged)
    with pytest.raises(InputError, match=REFUSED):
        load_state(Adam.kind, path)


@pytest.mark.parametrize("array", [np.zeros(3), np.array([object()])])
def test_an_array_alone_is_refused(tmp_path, array):
    np.save(tmp_path / "array.npy", array)
    with pytest.raises(InputError, match=REFUSED):
        load_state(Adam.kind, tmp_path / "array.npy")


@pytest.mark.parametrize(("optimizer", "other"), list(permutations(ALL, 2)))
def test_the_state_of_another_optimizer_is_refused(tmp_path, optimizer, other):
    written(tmp_path / "state.npz", other)
    with pytest.raises(InputError, match=REFUSED):
        load_state(optimizer.kind, tmp_path / "state.npz")


def test_what_is_no_plain_array_is_not_stored(tmp_path):
    state = Adam().start(lambda x: (0.0, x), np.ones(3))
    save_state(state, tmp_path / "state.npz")
    before = (tmp_path / "state.npz").read_bytes()
    with pytest.raises(TypeError, match="m of the state is no plain array"):
        save_state(replace(state, m=object()), tmp_path / "state.npz")
    assert (tmp_path / "state.npz").read_bytes() == before


@pytest.mark.parametrize("missing", ["x", "value", "gradient", "evaluations"])
def test_a_state_without_a_part_is_none(tmp_path, missing):
    arrays = packed(LBFGS().start(quadratic(4, 9)[0], np.ones(4)))
    assert arrays.pop(missing) is not None
    np.savez(tmp_path / "state.npz", **arrays)
    with pytest.raises(InputError, match=rf"holds no state of this optimizer \('{missing}'\)\.$"):
        load_state(LBFGS.kind, tmp_path / "state.npz")


@pytest.mark.parametrize(
    ("name", "array", "reason"),
    [
        ("ended", np.ones(4, bool), "its ended is of another kind than it was"),
        ("ended", np.array(1), "its ended is of another kind"),
        ("x", np.array(["1"] * 4), "its x holds no floating-point numbers"),
        ("x", np.array(1.0), "its x holds no floating-point numbers"),
        ("x", np.zeros(0), "its x holds no floating-point numbers"),
        ("gradient", np.ones(5), "its gradient is of another kind"),
        ("gradient", np.ones(4, np.float32), "its gradient is of another kind"),
        ("x", np.array([1, 2, np.inf, 4]), "its x is not finite"),
        ("value", np.array(np.nan), "its value is not finite"),
        ("evaluations", np.array("three"), "its evaluations is of another kind"),
        ("evaluations", np.array([3, 4]), "its evaluations is of another kind"),
        ("sy.0", np.array(["a"]), "its sy is of another kind"),
        ("s.0", np.array(1.0), "its s is of another kind"),
        ("y.1", None, "what it remembers has gaps"),
    ],
)
def test_a_part_of_another_kind_is_refused(tmp_path, name, array, reason):
    """The fuzzer found a state that was read, and with which the next step failed."""
    arrays = packed(walk(LBFGS(), quadratic(4, 9)[0], np.ones(4), 2)[-1])
    if array is None:
        assert arrays.pop(name) is not None
    else:
        arrays[name] = array
    np.savez(tmp_path / "state.npz", **arrays)
    with pytest.raises(InputError, match=rf"holds no state of this optimizer \({reason}"):
        load_state(LBFGS.kind, tmp_path / "state.npz")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="is not a regular file"):
        load_state(LBFGS.kind, tmp_path / "pipe")


def test_a_state_takes_the_place_of_no_device_and_no_folder(tmp_path):
    state = State(x=np.zeros(3), value=0.0, gradient=np.zeros(3), evaluations=1)
    (tmp_path / "folder.npz").mkdir()
    with pytest.raises(InputError, match=r"folder\.npz cannot be written: it is a folder\.$"):
        save_state(state, tmp_path / "folder.npz")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(InputError, match="it is not a regular file"):
            save_state(state, tmp_path / "pipe")
        assert (tmp_path / "pipe").is_fifo()
    with pytest.raises(InputError, match="does not exist"):
        save_state(state, tmp_path / "nowhere" / "state.npz")
