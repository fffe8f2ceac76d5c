"""A layer's convolution in every way: how equal, how many multiplications, how many seconds.

Multiplications are counted while the real code runs, by a kernel that counts its own (`counting`).
"""

from dataclasses import dataclass
from functools import partial
from time import perf_counter, sleep

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

from nst_numpy.arrays import Array
from nst_numpy.backend import numba_is_installed
from nst_numpy.experiments.convolving.counting import counted
from nst_numpy.experiments.convolving.ways import (
    WAYS,
    Call,
    Convolution,
    Winograd,
    compiled,
    products_of,
    turned,
)
from nst_numpy.gradcheck import adjoint_error
from nst_numpy.layers import conv_forward

PRODUCTS = "its products"  # of F(4×4) alone, without the transforms
TILES = ("F(2×2)", "F(4×4)")
CUT = 6  # pixels a side, for the loops; not a multiple of 4
CUT_CHANNELS = 2  # of the result
LIMIT = 8.0  # seconds after which no new round begins, on a slow or busy machine
PAUSE = 0.02  # seconds before each timing: some libraries' threads keep spinning for a while


@dataclass(frozen=True)
class Layer:
    """One layer, each way: loops, im2col, F(2×2), F(4×4), and compiled where Numba is installed.

    Errors are relative to im2col in float64, in the Euclidean norm. The seconds of loops are those
    of a few numbers of z, times how many there are, since nobody would wait for all.
    """

    layer: str
    n_H: int
    n_W: int
    n_C_in: int
    n_C_out: int
    products: dict[str, float]  # multiplications by the kernel, for each number of z
    transforms: dict[str, float]  # … and by the transforms' constants
    on_one_core: bool  # whether NumPy's BLAS could be told to; the compiled kernel always is
    rounds: dict[str, list[float]]  # the seconds of each round
    float64: dict[str, float]  # the error, on a few pixels
    float32: dict[str, float]  # the error
    adjoint: dict[str, float]  # how far ⟨u, conv(v)⟩ is from ⟨conv(u) with the kernel turned, v⟩

    @property
    def seconds(self) -> dict[str, float]:
        """The least of each way: whatever else the machine does can only add to a time."""
        return {way: min(times) for way, times in self.rounds.items()}

    @property
    def of_im2col(self) -> dict[str, float]:
        """The seconds as multiples of im2col's."""
        return {way: seconds / self.seconds["im2col"] for way, seconds in self.seconds.items()}


def measure_layer(layer: str, x: Array, weight: Array, bias: Array, rounds: int) -> Layer:
    """Convolve x, float32, in every way."""
    (n_H, n_W, n_C_in), n_C_out = x.shape, weight.shape[-1]
    z = conv_forward(*(one.astype(np.float64) for one in (x, weight, bias)))

    # in float32, the whole layer, with the kernels ready at their points
    whole = {way: WAYS[way](weight) for way in ("im2col", *TILES)}
    counts = {way: count(convolve, x) for way, convolve in whole.items()}
    ready: dict[str, Call] = {way: partial(run, x, bias=bias) for way, run in whole.items()}
    float32 = {way: relative(run(), z) for way, run in ready.items()}
    ready[PRODUCTS] = products_of(x, weight)
    if numba_is_installed():
        ready["compiled"] = compiled(x, weight, bias)
        float32["compiled"] = relative(ready["compiled"](), np.maximum(z, 0))
    on_one_core, timed = time_by_turns(ready, rounds)

    # in float64, and in loops, a few pixels and a few channels of the result
    v, few = x[:CUT, :CUT].astype(np.float64), weight[..., :CUT_CHANNELS].astype(np.float64)
    wanted = conv_forward(v, few)
    float64 = {way: relative(WAYS[way](few)(v), wanted) for way in TILES}
    loops = WAYS["loops"](few)
    counts["loops"] = count(loops, v[:1, :2])
    began = perf_counter()
    float64["loops"] = relative(loops(v), wanted)
    seconds_of_loops = (perf_counter() - began) / wanted.size * z.size

    # ⟨u, A·v⟩ = ⟨Aᵀ·u, v⟩, where Aᵀ is the same with the kernel turned
    rng = np.random.default_rng(0)
    v, u = rng.standard_normal(v.shape), rng.standard_normal(wanted.shape)
    return Layer(
        *(layer, n_H, n_W, n_C_in, n_C_out),
        products={way: products for way, (products, _) in counts.items()},
        transforms={way: transforms for way, (_, transforms) in counts.items()},
        on_one_core=on_one_core,
        rounds={"loops": [seconds_of_loops]} | timed,
        float64=float64,
        float32=float32,
        adjoint={w: adjoint_error(of(few), of(turned(few)), v, u) for w, of in WAYS.items()},
    )


def count(convolve: Convolution, x: Array) -> tuple[float, float]:
    """Count the multiplications for each number of z: by the kernel, and in the transforms."""
    products: list[int] = []
    transforms: list[int] = []
    watched = {
        name: counted(one, products)
        if isinstance(one, np.ndarray)
        else Winograd(*(counted(matrix, transforms) for matrix in vars(one).values()))
        for name, one in convolve.keywords.items()
    }
    z = convolve.func(x, **watched)
    return sum(products) / z.size, sum(transforms) / z.size


def time_by_turns(ways: dict[str, Call], rounds: int) -> tuple[bool, dict[str, list[float]]]:
    """Time each way once in each round, while there is time: way -> its seconds, one a round.

    First is told whether NumPy's BLAS could be kept to one core. On a busy machine its threads wait
    for each other, in each of many small products anew, and no number of rounds makes up for it.
    """
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    stop = perf_counter() + LIMIT
    with threadpool_limits(1, user_api="blas"):
        pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
        on_one_core = bool(pools) and all(pool["num_threads"] == 1 for pool in pools)
        for _ in range(rounds):
            for way, run in ways.items():
                sleep(PAUSE)
                began = perf_counter()
                run()
                seconds[way].append(perf_counter() - began)
            if perf_counter() > stop:
                break
    return on_one_core, seconds


def relative(z: Array, wanted: Array) -> float:
    """Return the distance as a share of what is wanted."""
    return float(np.linalg.norm(z - wanted) / np.linalg.norm(wanted))
