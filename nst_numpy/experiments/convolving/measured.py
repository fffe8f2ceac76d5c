"""A layer's convolution in every way: how equal, how many multiplications, how many seconds.

Multiplications are counted while the real code runs, by a kernel that counts its own (`counting`).
Of its times, taken by turns, each way's least counts (`timing`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from time import perf_counter

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.backend import numba_is_installed
from nst_numpy.experiments.convolving.counting import Tally, counted
from nst_numpy.experiments.convolving.timing import by_turns, least, one_thread
from nst_numpy.experiments.convolving.ways import (
    TILES,
    Winograd,
    kernel_points,
    loops,
    turned,
    winograd,
    winograd_of,
)
from nst_numpy.gradcheck import adjoint_error
from nst_numpy.layers import conv_forward

PRODUCTS = "its products"  # of F(4×4) alone, without the transforms
CUT = 6  # pixels a side, for the loops; not a multiple of 4
CUT_CHANNELS = 2  # of the result


@dataclass(frozen=True)
class Layer:
    """One layer, each way: loops, im2col, F(2×2), F(4×4), and compiled where Numba is installed.

    Attributes
    ----------
    layer, n_H, n_W, n_C_in, n_C_out
        Which, and its size.
    products, transforms
        Multiplications by the kernel and by the transforms' constants, for each number of z.
    on_one_core
        Whether NumPy's BLAS could be told to time on one; the compiled kernel always is.
    rounds
        The seconds of each round, in the order of the rounds; not of loops.
    seconds
        The least; of loops, per number of z times their number, since nobody would wait for all.
    float64, float32
        The error relative to im2col in float64, in the Euclidean norm; float64 on a few pixels.
    adjoint
        How far ⟨u, conv(v)⟩ is from ⟨conv(u) with the kernel turned, v⟩.
    """

    layer: str
    n_H: int
    n_W: int
    n_C_in: int
    n_C_out: int
    products: dict[str, float]
    transforms: dict[str, float]
    on_one_core: bool
    rounds: dict[str, list[float]]
    seconds: dict[str, float]
    float64: dict[str, float]
    float32: dict[str, float]
    adjoint: dict[str, float]

    @property
    def results(self) -> int:
        """How many numbers z has."""
        return self.n_H * self.n_W * self.n_C_out

    @property
    def tiles(self) -> int:
        """How many tiles of 4×4 cover the picture."""
        return -(-self.n_H // 4) * -(-self.n_W // 4)

    @property
    def of_im2col(self) -> dict[str, float]:
        """The seconds as multiples of im2col's."""
        return {way: seconds / self.seconds["im2col"] for way, seconds in self.seconds.items()}


def measure(layer: str, x: Array, weight: Array, bias: Array, rounds: int) -> Layer:
    """Convolve x, float32, in every way."""
    n_H, n_W, n_C_in = x.shape
    z = conv_forward(*(one.astype(np.float64) for one in (x, weight, bias)))

    # in float32, the whole layer: counted once, then timed with the kernels ready at their points
    products, transforms, float32 = count(x, weight, bias, z)
    ways: dict[str, Callable[[], Array]] = {"im2col": partial(conv_forward, x, weight, bias)}
    for name, F in TILES.items():
        ways[name] = winograd_of(x, weight, bias, F)
    ways[PRODUCTS] = products_of(x, weight)
    if numba_is_installed():
        ways["compiled"] = compiled(x, weight, bias)
        float32["compiled"] = relative(ways["compiled"](), np.maximum(z, 0))
    with one_thread() as on_one_core:
        timed = by_turns(ways, rounds)
    seconds = least(timed)

    # in float64, and in loops, a few pixels and a few channels of the result; and backward
    cut, few = x[:CUT, :CUT].astype(np.float64), weight[..., :CUT_CHANNELS].astype(np.float64)
    some = bias[:CUT_CHANNELS].astype(np.float64)
    wanted = conv_forward(cut, few, some)
    start = perf_counter()
    float64 = {"loops": relative(loops(cut, few, some), wanted)}
    seconds["loops"] = (perf_counter() - start) / wanted.size * z.size
    for name, F in TILES.items():
        float64[name] = relative(winograd_of(cut, few, some, F)(), wanted)
    tally = Tally()
    two = loops(cut[:1, :2], counted(few, tally))
    products["loops"] = tally.products / two.size
    return Layer(
        layer, n_H, n_W, n_C_in, weight.shape[-1],
        products, transforms, on_one_core, timed, seconds,
        float64, float32, adjoint_errors(cut, few),
    )  # fmt: skip


def products_of(x: Array, weight: Array) -> Callable[[], Array]:
    """Give a function that multiplies points of the tiles of x by those of a kernel: no transforms.

    The points are drawn at random, since the time of a product does not depend on its numbers.
    """
    n_H, n_W, n_C_in = x.shape
    U = kernel_points(weight, TILES["F(4×4)"].as_type(x.dtype))
    tiles = -(-n_H // 4) * -(-n_W // 4)
    V = np.random.default_rng(0).standard_normal((len(U), tiles, n_C_in), x.dtype.type)
    M = np.empty((len(U), tiles, U.shape[-1]), x.dtype)
    return partial(np.matmul, V, U, out=M)


def compiled(x: Array, weight: Array, bias: Array) -> Callable[[], Array]:
    """Do the same, on one core, for the compiled F(4×4, 3×3), which has bias and ReLU in it."""
    from nst_numpy.kernels.points import kernel_points
    from nst_numpy.kernels.threads import aligned, team_of
    from nst_numpy.kernels.winograd import conv_relu_forward, conv_scratch

    team = team_of(1)
    (n_H, n_W, n_C_in), n_C_out = x.shape, weight.shape[-1]
    scratch = aligned(team.size, max(432, conv_scratch(n_H, n_W, n_C_in, n_C_out, team.size)))
    U = aligned(36 * n_C_in * n_C_out)
    out: Array = aligned(n_H, n_W, n_C_out)
    bits = np.empty(out.size // 8, np.uint8)
    kernel_points(team, weight, U, scratch)

    def run() -> Array:
        conv_relu_forward(team, x, U, bias, out, bits, scratch)
        return out

    return run


def count(
    x: Array, weight: Array, bias: Array, wanted: Array
) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    """Count the multiplications for each number of z, by the kernel and in the transforms.

    The same runs tell the errors, which are given as well.
    """
    tally = Tally()
    errors = {"im2col": relative(conv_forward(x, counted(weight, tally), bias), wanted)}
    products, transforms = {"im2col": tally.products / wanted.size}, {}
    for name, F in TILES.items():
        tally, of_transforms = Tally(), Tally()
        F = F.as_type(x.dtype)
        U = counted(kernel_points(weight, F), tally)
        watched = Winograd(counted(F.A_T, of_transforms), F.G, counted(F.B_T, of_transforms))
        errors[name] = relative(winograd(x, U, watched, bias), wanted)
        products[name] = tally.products / wanted.size
        transforms[name] = of_transforms.products / wanted.size
    return products, transforms, errors


def adjoint_errors(x: Array, weight: Array) -> dict[str, float]:
    """Test ⟨u, A·v⟩ = ⟨Aᵀ·u, v⟩ for each way A; its Aᵀ is the same with the kernel turned."""
    rng = np.random.default_rng(0)
    v, u = rng.standard_normal(x.shape), rng.standard_normal((*x.shape[:2], weight.shape[-1]))
    back = turned(weight)
    errors = {}
    for name, way in (("loops", loops), ("im2col", conv_forward)):
        errors[name] = adjoint_error(partial(way, weight=weight), partial(way, weight=back), v, u)
    for name, F in TILES.items():
        there, again = kernel_points(weight, F), kernel_points(back, F)
        errors[name] = adjoint_error(
            partial(winograd, U=there, F=F), partial(winograd, U=again, F=F), v, u
        )
    return errors


def relative(z: Array, wanted: Array) -> float:
    """Give the distance as a share of what is wanted."""
    return float(np.linalg.norm(z - wanted) / np.linalg.norm(wanted))
