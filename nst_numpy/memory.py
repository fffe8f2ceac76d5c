"""How much memory a painting takes, predicted before it begins.

The arrays of an evaluation follow from the plan: for the compiled kernels they lie in one block of
known length; in plain NumPy, what is alive at each operation is added up.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from itertools import product
from math import prod

from nst_numpy import backend, plan
from nst_numpy.backend import Computing, Remember
from nst_numpy.costs import Gram
from nst_numpy.errors import InputError
from nst_numpy.large.cutting import cut, halo, rows_of
from nst_numpy.large.strips import check_cuttable, cuttable
from nst_numpy.optimizers import LBFGS, Optimizer, optimizer_of
from nst_numpy.optimizers.in_parts import LBFGSInParts
from nst_numpy.settings import Settings
from nst_numpy.winograd.layers import THIN
from nst_numpy.winograd.lines import POINTS
from nst_numpy.winograd.tiles import grid, scratch_size

MiB = 2**20
PROGRAM = {"definition": 110 * MiB, "numpy": 110 * MiB, "numba": 200 * MiB}
"""What Python and its libraries take by themselves."""
COMPILING = 100 * MiB
"""What compiling the kernels leaves behind, the first time."""
FLOAT = 4


def predicted_memory(
    shape: tuple[int, ...], settings: Settings, computing: Computing, masked: bool = False
) -> int:
    """Predict the largest resident memory of a painting; workers on this machine count.

    Parameters
    ----------
    shape : (n_H, n_W, …)
        Of the painting, without its margin. Styles are taken to be no larger.
    settings : Settings
    computing : Computing
    masked : bool
        Whether the style is applied by regions, whose Gram matrices NumPy computes.

    Returns
    -------
    bytes : int
    """
    n_H, n_W = (side + 2 * settings.margin for side in shape[:2])
    pixels = n_H * n_W
    known = plan.shapes(settings.network, n_H, n_W)
    targets = sum(prod(known[layer]) for layer in settings.content_layers)
    kept = FLOAT * (targets + 3 * pixels * pictures_here(settings, computing))
    evaluating = memory_of_evaluation(shape, settings, computing, masked)
    if not computing.cluster:
        return evaluating + kept
    which = backend.which_backend(computing, settings.network)
    sent = FLOAT * (targets + 2 * 3 * pixels)  # letters that are on their way, and answers
    return PROGRAM[which] + kept + sent + workers_here(computing) * evaluating


def pictures_here(settings: Settings, computing: Computing) -> int:
    """Return how many arrays like G an optimizer has on this machine, at most."""
    optimizer = optimizer_of(settings.optimizer, pairs=settings.pairs)
    if not (in_parts := as_parts(optimizer, computing)):
        return optimizer.pictures
    elsewhere = computing.cluster and not workers_here(computing)
    return in_parts.pictures + (0 if elsewhere else in_parts.remembered_pictures)


def as_parts(optimizer: Optimizer, computing: Computing) -> LBFGSInParts | None:
    """Return L-BFGS with its pairs in parts, if that is how it will be."""
    if isinstance(optimizer, LBFGS) and computing.remember == "workers":
        return LBFGSInParts(**vars(optimizer))
    return None


def check_together(shape: tuple[int, ...], settings: Settings, computing: Computing) -> None:
    """Refuse what settings and computing each allow, but not together.

    Raises
    ------
    InputError
        If a statistic that must see all of a picture meets strips, or an optimizer that remembers
        no steps is to have them remembered by workers.
    """
    if computing.remember == "workers" and settings.optimizer != "lbfgs":
        raise InputError(
            f"Workers can remember the steps of lbfgs only; {settings.optimizer} remembers none."
        )
    if settings.style_layers and (computing.rows or computing.strips):
        n_H, network = shape[0] + 2 * settings.margin, settings.network
        rows = computing.rows or rows_of(n_H, computing.strips or 1, network, settings.taps)
        if len(cut(n_H, rows, network, settings.taps)) > 1:
            check_cuttable(settings.statistic)


def memory_of_evaluation(
    shape: tuple[int, ...], settings: Settings, computing: Computing, masked: bool = False
) -> int:
    """Predict what a process that evaluates J takes: for a picture, or for one strip of it."""
    n_H, n_W = (side + 2 * settings.margin for side in shape[:2])
    network = settings.network
    tops = 0
    if computing.rows or computing.strips:  # the features are those of a strip, the highest
        taps = settings.taps
        rows = computing.rows or rows_of(n_H, computing.strips or 1, network, taps)
        strips = cut(n_H, rows, network, taps)
        n_H = max(strip.seen[1] - strip.seen[0] for strip in strips)
        tops = -(-len(strips) // (workers_here(computing) or 1)) - 1
    shapes = plan.shapes(network, n_H, n_W)
    which = backend.which_backend(computing, network)
    if which == "numba":
        from nst_numpy.kernels.risen import bytes_of_top
        from nst_numpy.kernels.room import bytes_of_all, planned
        from nst_numpy.kernels.terms import COMPILED

        whole = set(settings.content_layers)
        if masked or type(settings.statistic) is not Gram:
            whole |= set(settings.style_layers)
        threads = backend.threads(computing)
        plan_of = network, settings.taps, n_H, n_W, network.pooling, threads, whole
        operations, room = planned(*plan_of)
        arrays = bytes_of_all(network, settings.taps, room, threads)
        arrays += tops * bytes_of_top(operations, room) + left_by_compiling()
        if type(settings.statistic) not in COMPILED:  # NumPy's, which makes arrays of its own
            arrays += 2 * FLOAT * max((prod(shapes[x]) for x in settings.style_layers), default=0)
    else:
        arrays = bytes_alive(settings, n_H, n_W, in_place=which == "numpy")
    if which == "numpy":
        arrays += bytes_of_tiles(settings, n_H, n_W, backend.threads(computing))
    weights = sum(9 * n_C_in * n_C_out for n_C_in, n_C_out in network.channels.values())
    return PROGRAM[which] + arrays + FLOAT * weights


@cache
def left_by_compiling() -> int:
    """Return what compiling will leave behind, as it looks before anything has been compiled."""
    from nst_numpy.kernels.winograd import compiled_before

    return 0 if compiled_before(any) else COMPILING


def memory_of_worker(
    shape: tuple[int, ...], settings: Settings, computing: Computing, masked: bool, workers: int
) -> int:
    """Predict what each of so many workers of a cluster takes."""
    evaluating = memory_of_evaluation(shape, settings, computing, masked)
    optimizer = optimizer_of(settings.optimizer, pairs=settings.pairs)
    if not (in_parts := as_parts(optimizer, computing)):
        return evaluating
    pixels = prod(side + 2 * settings.margin for side in shape[:2])
    return evaluating + FLOAT * 3 * pixels * in_parts.remembered_pictures // workers


def workers_here(computing: Computing) -> int:
    """Return how many workers of a cluster are on this machine, as far as we know."""
    kind, _, number = (computing.cluster or "").partition(":")
    return int(number) if kind == "local" else 0


def fitted(
    shape: tuple[int, ...],
    settings: Settings,
    computing: Computing,
    memory: int,
    masked: bool = False,
    of_worker: int | None = None,
    workers: int = 1,
) -> tuple[Settings, Computing]:
    """Choose how a picture is evaluated in so much memory: whole, if it can be.

    Otherwise in strips, as high as possible, if the statistic can be measured in them; where they
    would be mostly halo, L-BFGS remembers on the workers first, if there are any elsewhere, or else
    less.

    Parameters
    ----------
    shape : (n_H, n_W, …)
        Of the painting, without its margin.
    settings : Settings
    computing : Computing
        With rows of its own, these are kept.
    memory : int
        In bytes.
    masked : bool
    of_worker : int, optional
        What each worker of a cluster elsewhere has, in bytes.
    workers : int
        How many there are.

    Returns
    -------
    settings : Settings
        With fewer pairs, if need be.
    computing : Computing
        With the rows of a strip, if need be, and where L-BFGS remembers. Where nothing fits, both
        are as they were.
    """
    n_H = shape[0] + 2 * settings.margin
    around = 2 * halo(settings.network, settings.taps)
    heights: list[int | None] = [computing.rows]
    if not computing.rows and cuttable(settings.statistic):
        heights += [n_H * sixteenths // 16 for sixteenths in range(15, 0, -1)]
    fewer_and_fewer = [n for n in (settings.pairs, 12, 8, 5, 3) if n <= settings.pairs]
    where: list[Remember | None] = [computing.remember]
    if of_worker and not computing.remember and settings.optimizer == "lbfgs":
        where.append("workers")
    for most_halo in (0.5, 0.9):  # what share of a strip it may be
        for pairs, remember, rows in product(fewer_and_fewer, where, heights):
            if rows and not computing.rows and around > most_halo * rows:
                continue
            strips = None if rows else computing.strips
            cut_so = replace(computing, rows=rows, strips=strips, remember=remember)
            chosen = replace(settings, pairs=pairs), cut_so
            there = of_worker is None or (
                memory_of_worker(shape, *chosen, masked, workers) <= of_worker
            )
            if there and predicted_memory(shape, *chosen, masked) <= memory:
                return chosen
    return settings, computing


def check_allowed(
    shapes: Iterable[tuple[int, ...]],
    settings: Settings,
    computing: Computing,
    masked: bool = False,
) -> None:
    """Refuse pictures that do not fit into the memory that is allowed, in whatever way `fitted`.

    Parameters
    ----------
    shapes : iterable of (n_H, n_W, …)
        Of the content and the styles; the largest counts.
    settings : Settings
    computing : Computing
        Without a memory of its own, nothing is refused.
    masked : bool

    Raises
    ------
    InputError
        It says how much is missing.
    """
    if not computing.memory:
        return
    n_H, n_W = max((shape[:2] for shape in shapes), key=prod)
    allowed = int(1e9 * computing.memory)
    chosen = fitted((n_H, n_W), settings, computing, allowed, masked)
    if (needed := predicted_memory((n_H, n_W), *chosen, masked)) > allowed:
        raise InputError(
            f"A picture of {n_W} × {n_H} pixels needs about {gigabytes(needed)}, and "
            f"{gigabytes(allowed)} are allowed; a smaller size needs less."
        )


def bytes_alive(settings: Settings, n_H: int, n_W: int, in_place: bool = False) -> int:
    """Return the most bytes that are alive at a time while an evaluation carries out its plan.

    `winograd` needs no copy of what it reads, and ReLU and taps write over what they are given.
    """
    network, taps = settings.network, settings.taps
    shapes = plan.shapes(network, n_H, n_W)
    more = 0 if in_place else 1
    kept = most = 0
    for one in plan.up(network, taps):
        read, here = (FLOAT * prod(shapes[layer]) for layer in (one.reads, one.layer))
        if one.kind == "convolve":  # x, its padded copy and z; then z, a and the signs
            kept += here // FLOAT
            most = max(most, kept + (1 + more) * read + here, kept + read + (1 + more) * here)
        elif one.kind == "pool":
            kept += here // FLOAT if network.pooling == "max" else 0
            most = max(most, kept + read + 2 * here)
        else:  # what is compared is kept, and so will be its gradient
            kept += here
    kept += sum(FLOAT * prod(shapes[tap]) for tap in taps)
    for one in plan.down(network, taps):
        if one.kind.endswith("back"):  # da, dz, its padded copy; dx
            above, below = (FLOAT * prod(shapes[name[1:]]) for name in (one.reads, one.writes))
            most = max(most, kept + (1 + 2 * more) * above + below)
    return most


def bytes_of_tiles(settings: Settings, n_H: int, n_W: int, threads: int) -> int:
    """Return what `winograd` keeps: the points of every kernel, and scratch for each thread."""
    network = settings.network
    shapes = plan.shapes(network, n_H, n_W)
    points = scratch = 0
    for layer in network.up_to(settings.taps):
        n_C_in, n_C_out = network.channels.get(layer, (0, 0))
        if min(n_C_in, n_C_out) >= THIN:
            points += POINTS**2 * n_C_in * n_C_out
            down, across, high, wide = grid(*shapes[layer][:2])
            at_once = min(threads, -(-down // high) * -(-across // wide))
            block = (0, high), (0, wide)
            scratch = max(scratch, at_once * scratch_size(max(n_C_in, n_C_out), block))
    return FLOAT * (points + scratch)


def gigabytes(memory: int) -> str:
    """Write bytes as people say them."""
    amount = memory / 1e9
    return f"{amount:.0f} GB" if amount >= 10 else f"{amount:.1f} GB"
