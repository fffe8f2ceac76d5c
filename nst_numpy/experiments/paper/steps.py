"""The steps of the network on paper, up and down: formula, line of code, numbers."""

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.costs import content_cost, gram_matrix, gram_per_position, style_cost
from nst_numpy.evaluation import Evaluation
from nst_numpy.experiments.paper.network import (
    ALPHA,
    BETA,
    BIAS,
    CHANNELS,
    SIDE,
    WEIGHT,
    Costs,
    Down,
    Up,
    small_picture,
)
from nst_numpy.experiments.paper.page import Grid, Step, place_of
from nst_numpy.layers import (
    average_pool_backward,
    average_pool_forward,
    conv_backward,
    conv_forward,
    relu_backward,
    relu_forward,
)
from nst_numpy.objective import Cost


def steps_up(C: Up, S: Up, G: Up, cost: Costs, pixel: tuple[int, int]) -> list[Step]:
    """Write down the way from the picture to J."""
    kernels = [
        Grid(f"weight, {name}; bias {b:g}", WEIGHT[:, :, 0, o])
        for o, (name, b) in enumerate(zip(CHANNELS, BIAS.tolist(), strict=True))
    ]
    features = [Grid("p_C, a row per position", _rows(C.p)), Grid("p_G", _rows(G.p))]
    gram_S, gram_G = gram_per_position(S.p), gram_per_position(G.p)
    pictures = ("C, the photograph", C), ("S, the painting", S), ("G, halfway between", G)
    return [
        Step(
            f"C and S: the middle of each picture, averaged to {SIDE}×{SIDE}, in whole numbers",
            place_of(small_picture, "np.round"),
            tuple(Grid(title, one.x[..., 0]) for title, one in pictures),
        ),
        Step(
            "z[i, j, o] = bias[o] + Σ_uv x[i + u - 1, j + v - 1] · weight[u, v, o],  x = G",
            place_of(conv_forward, "np.matmul(unrolled, matrix, out=block)"),
            (Grid("x = G", G.x[..., 0], pixel), *kernels, *_maps("z", G.z)),
        ),
        Step(
            "a = max(z, 0)",
            place_of(relu_forward, "np.maximum(z, 0)"),
            (*_maps("a", G.a), *_maps("z > 0", G.positive.astype(np.float64))),
        ),
        Step(
            "p = the mean of each 2×2 square of a",
            place_of(average_pool_forward, "* 0.25"),
            _maps("p", G.p),
        ),
        Step(
            "J_content = Σ (p_C - p_G)² / (4·n_H·n_W·n_C) = Σ (p_C - p_G)² / 32",
            place_of(content_cost, "J = "),
            (*features, Grid("p_G - p_C", _rows(G.p - C.p))),
            f"J_content = {cost.J_content:.6f}",
        ),
        Step(
            "G_kk' = Σ_ij p[i, j, k] · p[i, j, k'],  of the style and of the picture",
            place_of(gram_matrix, "A.T @ A"),
            (
                Grid("p_S, a row per position", _rows(S.p)),
                Grid("G_S", gram_matrix(S.p)),
                Grid("G_G", gram_matrix(G.p)),
            ),
        ),
        Step(
            "J_style = Σ_kk' D_kk'² / (4·n_C²) = Σ D² / 16,  D = G_G/4 - G_S/4",
            place_of(style_cost, "J = "),
            (Grid("G_S/4", gram_S), Grid("G_G/4", gram_G), Grid("D", gram_G - gram_S)),
            f"J_style = {cost.J_style:.6f}",
        ),
        Step(
            f"J = α·J_content + β·J_style,  α = {ALPHA:g}, β = {BETA:g}",
            place_of(vars(Cost)["total"].fget, "sum("),
            (),
            f"J = {ALPHA:g}·{cost.J_content:.6f} + {BETA:g}·{cost.J_style:.6f} = {cost.J:.6f}",
        ),
    ]


def steps_down(cost: Costs, back: Down, pixel: tuple[int, int]) -> list[Step]:
    """Write down the way from J back to the picture."""
    content, style = _rows(ALPHA * cost.dp_content), _rows(BETA * cost.dp_style)
    turned = [
        Grid(f"weight turned, {name}", WEIGHT[::-1, ::-1, 0, o]) for o, name in enumerate(CHANNELS)
    ]
    return [
        Step(
            "α·dJ_content/dp = α·(p_G - p_C) / (2·n_H·n_W·n_C) = p_G - p_C",
            place_of(content_cost, "difference / (2 * a_G.size)"),
            (Grid("α·dJ_content/dp", content),),
        ),
        Step(
            "β·dJ_style/dp = β·P·D / (n_C²·n_H·n_W) = P·D,  P = p_G with a row per position",
            place_of(style_cost, "dA = _unroll(a_G)"),
            (Grid("β·dJ_style/dp", style),),
        ),
        Step(
            "dp = α·dJ_content/dp + β·dJ_style/dp",
            place_of(Evaluation.__call__, "chosen.alpha * weight * da"),
            _maps("dp", back.dp),
        ),
        Step(
            "da = a quarter of its square's dp",
            place_of(average_pool_backward, "dy * 0.25"),
            _maps("da", back.da),
        ),
        Step(
            "dz = da where z > 0, else 0",
            place_of(relu_backward, "return da * positive"),
            _maps("dz", back.dz),
        ),
        Step(
            "dx[i, j] = Σ_uvo dz[i - u + 1, j - v + 1, o] · weight[u, v, o]",
            place_of(conv_backward, "return conv_forward("),
            (*turned, Grid("dx = dJ/dG", back.dx[..., 0], pixel)),
        ),
    ]


def _maps(name: str, a: Array) -> tuple[Grid, ...]:
    """Lay an array (n_H, n_W, 2) out as a grid for each channel."""
    return tuple(Grid(f"{name}, {channel}", a[..., o]) for o, channel in enumerate(CHANNELS))


def _rows(p: Array) -> Array:
    """Lay an array (2, 2, 2) out with a row for each position, a column for each channel."""
    return p.reshape(-1, len(CHANNELS))
