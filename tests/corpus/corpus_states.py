"""Stored states of optimizers: damaged, of another kind, or made to run code."""

import io
import pickle
import random
import tempfile
import zipfile
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path

import numpy as np
from corpus_case import WELL, Case, damages

from nst_numpy.files.states import load_state, save_state
from nst_numpy.optimizers import LBFGS, Adam, GradientDescent

OPTIMIZERS = {"lbfgs": LBFGS, "adam": Adam, "gradient-descent": GradientDescent}
REFUSED = (r"holds no state of this optimizer \(.*\)\.$", r"is empty\.$", "does not exist")


class Planted:
    """What a pickle would run."""

    def __reduce__(self):
        return (Path.touch, (Path("planted"),))


@cache
def sound(name: str) -> bytes:
    """The bytes of a state after three steps."""
    optimizer = OPTIMIZERS[name]()

    def bowl(x):
        return float((x**2).sum()), 2 * x

    state = optimizer.start(bowl, np.linspace(-1, 1, 60).reshape(4, 5, 3))
    for _ in range(3):
        state = optimizer.step(bowl, state)
    with tempfile.TemporaryDirectory() as folder:
        save_state(state, Path(folder) / "state.npz")
        return (Path(folder) / "state.npz").read_bytes()


def changed(name: str, **changes) -> bytes:
    """The same with other arrays; None leaves one out."""
    with np.load(io.BytesIO(sound(name))) as stored:
        arrays = {k: v for k, v in (dict(stored) | changes).items() if v is not None}
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def load(name: str, made: bytes, folder: Path) -> None:
    """Read a state back; what is read is one, and nothing was run."""
    path = folder / "state.npz"
    path.write_bytes(made)
    try:
        state = load_state(OPTIMIZERS[name].kind, path)
    finally:
        assert not Path("planted").exists()
    assert isinstance(state, OPTIMIZERS[name].kind)


def archive(**members: bytes) -> bytes:
    """A zip file of these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in members.items():
            packed.writestr(f"{name}.npy", body)
    return file.getvalue()


def header(descr: str, shape: str) -> bytes:
    """The beginning of a .npy that claims so much, without the numbers."""
    text = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}".encode()
    text += b" " * (-(len(text) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\0" + len(text).to_bytes(2, "little") + text


def cases() -> Iterator[Case]:
    """Of each optimizer: sound, damaged, another's; and what is no state."""
    for name in OPTIMIZERS:
        yield Case("state", f"{name}-sound", partial(load, name, sound(name)), (WELL,))
        rng = random.Random(name)
        for how, made in damages(sound(name), rng, cuts=12, flips=24):
            yield Case("state", f"{name}-{how}", partial(load, name, made), (WELL, *REFUSED))
        for other in OPTIMIZERS:
            if other != name:
                go = partial(load, name, sound(other))
                yield Case("state", f"{name}-is-{other}", go, (f"not a {OPTIMIZERS[name].kind}",
                                                               *REFUSED))  # fmt: skip
        for key in ("x", "value", "gradient", "evaluations", "kind"):
            made = changed(name, **{key: None})
            yield Case("state", f"{name}-without-{key}", partial(load, name, made), REFUSED)
        planted = np.array(Planted(), dtype=object)
        made = changed(name, x=planted)
        yield Case("state", f"{name}-planted", partial(load, name, made), REFUSED)
    strange = {
        "pickle": pickle.dumps(Planted()),
        "npy": header("'<f4'", "(3,)"),
        "text": b"a state\n",
        "nothing": b"",
        "empty-zip": archive(),
        "huge": archive(kind=header("'<f8'", "(1099511627776,)")),
        "objects": archive(kind=header("'|O'", "()") + pickle.dumps(Planted())),
        "negative": archive(kind=header("'<f8'", "(-3,)")),
        "no-dtype": archive(kind=header("3", "()")),
        "code": archive(kind=header("__import__('os')", "()")),
        "long-header": archive(kind=header("'<f8'", "(" + "1," * 30000 + ")")),
    }
    for what, made in strange.items():
        yield Case("state", f"is-{what}", partial(load, "adam", made), REFUSED)
