"""The steps of the network on paper, up and down: formula, line of code, numbers."""

from nst_numpy import layers
from nst_numpy.arrays import Array
from nst_numpy.costs import Content, Gram, gram_matrix, gram_per_position
from nst_numpy.evaluation import Evaluator
from nst_numpy.experiments.paper.network import (
    ALPHA,
    BETA,
    BIAS,
    CHANNELS,
    SIDE,
    WEIGHT,
    Numbers,
    small_picture,
)
from nst_numpy.experiments.paper.page import grid, step
from nst_numpy.objective import Cost

Pixel = tuple[int, int]


def steps_up(C: Numbers, S: Numbers, G: Numbers, cost: Cost, pixel: Pixel) -> list[list[str]]:
    """Write down the way from the picture to J."""
    p_C, p_S, p_G = (one.p.reshape(-1, len(CHANNELS)) for one in (C, S, G))
    J_content, J_style = cost.values["content"], cost.values["style"]
    gram_S, gram_G = gram_per_position(S.p), gram_per_position(G.p)
    pictures = ("C, the photograph", C), ("S, the painting", S), ("G, halfway between", G)
    kernels = [
        grid(f"weight, {name}; bias {b:g}", WEIGHT[:, :, 0, o])
        for o, (name, b) in enumerate(zip(CHANNELS, BIAS.tolist(), strict=True))
    ]
    return [
        step(
            f"C and S: the middle of each picture, averaged to {SIDE}×{SIDE}, in whole numbers",
            (small_picture, "np.round"),
            *(grid(title, one.x[..., 0]) for title, one in pictures),
        ),
        step(
            "z[i, j, o] = bias[o] + Σ_uv x[i + u - 1, j + v - 1] · weight[u, v, o],  x = G",
            (layers.conv_forward, "np.matmul(unrolled, matrix, out=block)"),
            *(grid("x = G", G.x[..., 0], pixel), *kernels, *_maps("z", G.z)),
        ),
        step(
            "a = max(z, 0)",
            (layers.relu_forward, "np.maximum(z, 0)"),
            *(*_maps("a", G.a), *_maps("z > 0", (G.z > 0).astype(float))),
        ),
        step(
            "p = the mean of each 2×2 square of a",
            (layers.average_pool_forward, "* 0.25"),
            *_maps("p", G.p),
        ),
        step(
            "J_content = Σ (p_C - p_G)² / (4·n_H·n_W·n_C) = Σ (p_C - p_G)² / 32",
            (Content.compare, "sum_of_squares("),
            *(grid("p_C, a row per position", p_C), grid("p_G", p_G), grid("p_G - p_C", p_G - p_C)),
            result=f"J_content = {J_content:.6f}",
        ),
        step(
            "G_kk' = Σ_ij p[i, j, k] · p[i, j, k'],  of the style and of the picture",
            (gram_matrix, "A.T @ A"),
            grid("p_S, a row per position", p_S),
            grid("G_S", gram_matrix(S.p)),
            grid("G_G", gram_matrix(G.p)),
        ),
        step(
            "J_style = Σ_kk' D_kk'² / (4·n_C²) = Σ D² / 16,  D = G_G/4 - G_S/4",
            (Gram.compare, "sum_of_squares("),
            *(grid("G_S/4", gram_S), grid("G_G/4", gram_G), grid("D", gram_G - gram_S)),
            result=f"J_style = {J_style:.6f}",
        ),
        step(
            f"J = α·J_content + β·J_style,  α = {ALPHA:g}, β = {BETA:g}",
            (vars(Cost)["total"].fget, "sum("),
            result=f"J = {ALPHA:g}·{J_content:.6f} + {BETA:g}·{J_style:.6f} = {cost.total:.6f}",
        ),
    ]


def steps_down(
    of_content: Numbers, of_style: Numbers, dG: Numbers, pixel: Pixel
) -> list[list[str]]:
    """Write down the way from J back to the picture; what comes of each term alone is apart."""
    dp_content, dp_style = (one.p.reshape(-1, len(CHANNELS)) for one in (of_content, of_style))
    turned = [
        grid(f"weight turned, {name}", WEIGHT[::-1, ::-1, 0, o]) for o, name in enumerate(CHANNELS)
    ]
    return [
        step(
            "α·dJ_content/dp = α·(p_G - p_C) / (2·n_H·n_W·n_C) = p_G - p_C",
            (Content.compare, "sum_of_squares("),
            grid("α·dJ_content/dp", dp_content),
        ),
        step(
            "β·dJ_style/dp = β·P·D / (n_C²·n_H·n_W) = P·D,  P = p_G with a row per position",
            (Gram.pull, "unroll(a_G) @"),
            grid("β·dJ_style/dp", dp_style),
        ),
        step(
            "dp = α·dJ_content/dp + β·dJ_style/dp",
            (Evaluator.__call__, "term.weight * da"),
            *_maps("dp", dG.p),
        ),
        step(
            "da = a quarter of its square's dp",
            (layers.average_pool_backward, "dy * 0.25"),
            *_maps("da", dG.a),
        ),
        step(
            "dz = da where z > 0, else 0",
            (layers.relu_backward, "return da * positive"),
            *_maps("dz", dG.z),
        ),
        step(
            "dx[i, j] = Σ_uvo dz[i - u + 1, j - v + 1, o] · weight[u, v, o]",
            (layers.conv_backward, "return conv_forward("),
            *(*turned, grid("dx = dJ/dG", dG.x[..., 0], pixel)),
        ),
    ]


def _maps(name: str, a: Array) -> list[list[str]]:
    """Lay an array (n_H, n_W, 2) out as a grid for each channel."""
    return [grid(f"{name}, {channel}", a[..., o]) for o, channel in enumerate(CHANNELS)]
