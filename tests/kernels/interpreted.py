"""The kernels read as plain Python: what `vector`, `bits` and `threads` tell LLVM, said in NumPy.

Nothing is compiled, so that a slip in a kernel shows within a second, and an index outside an
array is an error and not another number. Only small pictures can be afforded.
"""

import importlib
import sys
import threading
from types import ModuleType, SimpleNamespace

import numpy as np

import nst_numpy
from nst_numpy.kernels import vector

PACKAGE = "nst_numpy.kernels"
LANES, WIDE = vector.LANES, vector.WIDE
NAMES = (
    "lines", "product", "points", "tiles", "pooled_tiles", "winograd", "fresh", "first", "pool",
    "gram", "masked", "content", "store", "strips", "workspace", "terms", "evaluation",
)  # fmt: skip


def njit(plain=None, **_):
    """Leave a function as it is."""

    def leave(function):
        function.py_func = function
        return function

    return leave(plain) if plain else leave


def inside(x, index, count):
    """Return ``x[index : index + count]``, all of which must be there.

    A thread may read what lies before its own part of the scratch: that is another thread's.
    """
    if index < 0 and x.base is not None and x.base.flags.c_contiguous:
        index += (x.ctypes.data - x.base.ctypes.data) // x.itemsize
        x = x.base.reshape(-1)
    assert 0 <= index <= x.size - count, (index, count, x.size)
    return x[index : index + count]


def load(x, index):
    return inside(x, index, LANES).copy()


def load_like(x, index, like):
    return inside(x, index, len(like)).copy()


def store(x, index, values):
    inside(x, index, len(values))[:] = values


def load_line(x, index, step, side):
    return tuple(load(x, index + k * step) for k in range(len(side)))


def store_line(x, index, step, line):
    for k, values in enumerate(line):
        store(x, index + k * step, values)


def fma(x, index, values, total):
    return inside(x, index, 1)[0] * values + total


def zeros(lanes):
    return np.zeros(lanes, np.float32)


def prefetch(x, index):
    """Do nothing: only the time changes."""


def transpose(x, index, row, out, to):
    square = np.array([load(x, index + k * row) for k in range(LANES)])
    store(out, to, square.T.ravel())


def pack_bits(bits, index, flags):
    inside(bits, index // 8, 2)[:] = np.packbits(flags, bitorder="little")


def kept_bits(bits, index):
    return np.unpackbits(inside(bits, index // 8, 2), bitorder="little").astype(bool)


def relu(z):
    return np.where(z < 0, np.float32(0), z)


def store_relu(x, index, step, count, line, bias, bits, forward, add):
    for k, values in enumerate(line[: max(count, 0)]):
        z, at = values + bias, index + k * step
        if forward:
            pack_bits(bits, at, z > 0)
            store(x, at, relu(z))
        else:
            store(x, at, load(x, at) + z if add else z)


def load_kept(x, index, step, first, last, bits, masked, side):
    line = []
    for k in range(len(side)):
        there, at = first <= k < last, index + k * step
        values = load(x, at) if there else zeros(LANES)
        line.append(np.where(kept_bits(bits, at), values, 0) if there and masked else values)
    return tuple(np.float32(values) for values in line)


def store_pooled(y, index, step, count, lines, bias, bits, pixels, maximum):
    for k in range(min(max(count, 0), len(lines[0]) // 2)):
        square = np.array([line[2 * k + m] + bias for line in lines for m in (0, 1)])
        a, positive = relu(square), square > 0
        if maximum:
            best = np.max(a, axis=0)  # NaN is passed on
            winner = a.argmax(axis=0)
            kept = positive & (winner == np.arange(4)[:, np.newaxis])
        else:
            best, kept = np.float32(0.25) * ((a[0] + a[1]) + (a[2] + a[3])), positive
        store(y, index + k * step, best)
        places = (pixel + (2 * k + m) * step for pixel in pixels for m in (0, 1))
        for at, flags in zip(places, kept, strict=True):
            pack_bits(bits, at, flags)


def load_pooled(dy, index, step, first, last, bits, pixel, row, scale, side):
    line = []
    for k in range(len(side)):
        values = zeros(LANES)
        if first <= k < last:
            dz = load(dy, index + (k + 1) // 2 * step) * scale
            values = np.where(kept_bits(bits, pixel + k * row), dz, values)
        line.append(np.float32(values))
    return tuple(line)


LOCK = threading.Lock()


def draw(ticket):
    with LOCK:
        ticket[0] += 1
        return int(ticket[0]) - 1


INSTRUCTIONS = {
    "vector": (load, load_like, store, load_line, store_line, fma, zeros, prefetch, transpose),
    "bits": (store_relu, load_kept, store_pooled, load_pooled),
    "compiling": (njit,),
}


def interpreted():
    """Load the kernels anew, as Python; those that were loaded before stay what they are."""
    before = {name: sys.modules.pop(name) for name in list(sys.modules) if name.startswith(PACKAGE)}
    try:
        for name, functions in INSTRUCTIONS.items():
            module = ModuleType(f"{PACKAGE}.{name}")
            vars(module).update({function.__name__: function for function in functions})
            vars(module).update(LANES=LANES, WIDE=WIDE)
            sys.modules[module.__name__] = module
        importlib.import_module(f"{PACKAGE}.threads").draw = draw
        found = {name: importlib.import_module(f"{PACKAGE}.{name}") for name in NAMES}
        return SimpleNamespace(threads=sys.modules[f"{PACKAGE}.threads"], **found)
    finally:
        for name in [name for name in sys.modules if name.startswith(PACKAGE)]:
            del sys.modules[name]
        sys.modules.update(before)
        nst_numpy.kernels = before[PACKAGE]
