"""How much memory a painting takes, told before it begins.

The arrays of an evaluation follow from the size of the picture and the taps, so they can be added
up: for the compiled kernels they lie in one block of known length, for the definition the same walk
through the network counts what is alive at each layer.
"""

import os
from collections.abc import Collection
from pathlib import Path

import numpy as np

from nst_numpy import backend
from nst_numpy.settings import Settings
from nst_numpy.vgg19 import CHANNELS, PATH, deepest

MiB = 2**20
PROGRAM = {"numpy": 110 * MiB, "numba": 200 * MiB}
"""What Python and its libraries take by themselves."""
FLOAT = 4
PAIRS = 2 * 20 + 8
"""Pictures that L-BFGS keeps: its pairs, and what a step needs."""


def peak_memory(shape: tuple[int, ...], settings: Settings) -> int:
    """Predict the largest resident memory of a painting.

    Parameters
    ----------
    shape : (n_H, n_W, …)
        Of the painting, without its margin. Styles are taken to be no larger.
    settings : Settings

    Returns
    -------
    bytes : int
    """
    n_H, n_W = (side + 2 * settings.margin for side in shape[:2])
    taps = tuple({**settings.content_layers, **settings.style_layers})
    which = backend.chosen(settings, np.dtype("float32"))
    if which == "numba":
        arrays = compiled_arrays(n_H, n_W, taps, settings)
    else:
        arrays = plain_arrays(n_H, n_W, taps, settings.pooling)
    kept = sum(np.prod(features(n_H, n_W)[layer]) for layer in settings.content_layers)
    pictures = PAIRS if settings.optimizer == "lbfgs" else 10
    weights = sum(9 * n_C_in * n_C_out for n_C_in, n_C_out in CHANNELS.values())
    return PROGRAM[which] + arrays + int(FLOAT * (kept + weights + 3 * n_H * n_W * pictures))


def features(n_H: int, n_W: int) -> dict[str, tuple[int, int, int]]:
    """Give the shape of every layer's activations."""
    found = {}
    n_C = 3
    for layer in PATH:
        if layer in CHANNELS:
            n_C = CHANNELS[layer][1]
        else:
            n_H, n_W = n_H // 2, n_W // 2
        found[layer] = n_H, n_W, n_C
    return found


def compiled_arrays(n_H: int, n_W: int, taps: Collection[str], settings: Settings) -> int:
    """Add up what `kernels.run.Run` and its `KernelStore` take, in bytes."""
    from nst_numpy.kernels.run import Room
    from nst_numpy.kernels.schedule import up_and_down
    from nst_numpy.kernels.store import bytes_of_store

    threads = settings.threads or backend.processors()
    layers = [layer for layer in PATH[: PATH.index(deepest(taps)) + 1] if layer in CHANNELS]
    room = Room.of(n_H, n_W, up_and_down(taps), settings.pooling, threads)
    return room.bytes(threads) + bytes_of_store(layers, n_H, n_W)


def plain_arrays(n_H: int, n_W: int, taps: Collection[str], pooling: str) -> int:
    """Walk up and down as `vgg19` does, and give the most that is alive at a time, in bytes."""
    shapes = features(n_H, n_W)
    size = {layer: FLOAT * int(np.prod(shape)) for layer, shape in shapes.items()}
    path = PATH[: PATH.index(deepest(taps)) + 1]
    kept = most = 0
    below = FLOAT * 3 * n_H * n_W
    for layer in path:
        if layer in CHANNELS:  # x, its padded copy and z; then z, a and the signs
            kept += size[layer] // FLOAT
            most = max(most, kept + 2 * below + size[layer], kept + below + 2 * size[layer])
        else:
            kept += size[layer] // FLOAT if pooling == "max" else 0
            most = max(most, kept + below + 2 * size[layer])
        kept += size[layer] if layer in taps else 0
        below = size[layer]
    kept += sum(size[layer] for layer in taps)  # their gradients
    for layer, next_below in zip(reversed(path), [*reversed(path[:-1]), None], strict=True):
        under = size[next_below] if next_below else FLOAT * 3 * n_H * n_W
        most = max(most, kept + 3 * size[layer] + under)  # da, dz, its padded copy; dx
    return most


def available_memory() -> int:
    """Give the memory that a painting may take, in bytes: some is left for the error of a guess."""
    free = [int(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))]
    meminfo = Path("/proc/meminfo")
    if meminfo.exists():  # Linux
        lines = dict(line.split(":", 1) for line in meminfo.read_text().splitlines())
        free.append(1024 * int(lines["MemAvailable"].split()[0]))
    limit = Path("/sys/fs/cgroup/memory.max")
    if limit.exists() and limit.read_text().strip().isdigit():  # in a container
        free.append(int(limit.read_text()) - int(limit.with_name("memory.current").read_text()))
    return int(0.85 * min(free))
