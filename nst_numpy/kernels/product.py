"""C = A·B and C += A·B for small float32 matrices that lie in the cache.

BLAS copies both matrices into an order of its own before it multiplies. Here they are laid out in
that order to begin with, so nothing is copied: the kernels of the network are cut into *panels* of
64 columns once (see `panel_width`), and what is multiplied by them was just written by this core.
"""

from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

from nst_numpy.kernels.vector import FLOAT, FLOATS, LANES, WIDE, _pointer, _splat

DEPTH = 128
"""Terms of the sum that are taken at a time: a panel of 128×64 numbers stays in the L1 cache."""


def _tile(rows: int, columns: int) -> Any:
    """Make the innermost function: `rows` × `columns` sums, all of them held in registers."""

    @intrinsic
    def tile(
        typing: Any,
        a: Any,
        a_start: Any,
        a_row: Any,
        a_term: Any,
        b: Any,
        b_start: Any,
        b_term: Any,
        c: Any,
        c_start: Any,
        c_row: Any,
        terms: Any,
        add: Any,
    ) -> Any:
        n = types.intp
        signature = types.void(a, n, n, n, b, n, n, c, n, n, n, types.boolean)

        def make(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            a, a_start, a_row, a_term, b, b_start, b_term, c, c_start, c_row, terms, add = values
            a_type, b_type, c_type = signature.args[0], signature.args[4], signature.args[7]
            word = terms.type
            fma = builder.module.declare_intrinsic(
                f"llvm.fma.v{LANES}f32", fnty=ir.FunctionType(FLOATS, (FLOATS,) * 3)
            )
            vectors = range(columns // LANES)
            places = [(r, v) for r in range(rows) for v in vectors]
            rows_of_a = [builder.add(a_start, builder.mul(word(r), a_row)) for r in range(rows)]

            before = builder.block
            loop = builder.append_basic_block("terms")
            after = builder.append_basic_block("sums")
            builder.branch(loop)

            builder.position_at_end(loop)
            k = builder.phi(word)
            k.add_incoming(word(0), before)
            sums = {}
            for place in places:
                sums[place] = builder.phi(FLOATS)
                sums[place].add_incoming(ir.Constant(FLOATS, [0.0] * LANES), before)
            at = builder.add(b_start, builder.mul(k, b_term))
            b_k = [
                builder.load(
                    _pointer(context, builder, b_type, b, builder.add(at, word(v * LANES)), FLOATS),
                    align=4,
                )
                for v in vectors
            ]
            a_k = builder.mul(k, a_term)
            new = {}
            for r in range(rows):
                where = builder.add(rows_of_a[r], a_k)
                number = builder.load(_pointer(context, builder, a_type, a, where, FLOAT))
                all_lanes = _splat(builder, number)
                for v in vectors:
                    new[r, v] = builder.call(fma, [all_lanes, b_k[v], sums[r, v]])
            following = builder.add(k, word(1))
            k.add_incoming(following, builder.block)
            for place in places:
                sums[place].add_incoming(new[place], builder.block)
            builder.cbranch(builder.icmp_signed("<", following, terms), loop, after)

            builder.position_at_end(after)
            for r, v in places:
                at = builder.add(c_start, builder.mul(word(r), c_row))
                target = _pointer(
                    context, builder, c_type, c, builder.add(at, word(v * LANES)), FLOATS
                )
                with builder.if_else(add) as (then, otherwise):
                    with then:
                        old = builder.load(target, align=4)
                        builder.store(builder.fadd(old, new[r, v]), target, align=4)
                    with otherwise:
                        builder.store(new[r, v], target, align=4)
            return context.get_dummy_value()

        return signature, make

    return tile


_tile_6_wide, _tile_4_wide, _tile_1_wide = _tile(6, WIDE), _tile(4, WIDE), _tile(1, WIDE)
_tile_6, _tile_4, _tile_1 = _tile(6, LANES), _tile(4, LANES), _tile(1, LANES)


@njit(inline="always")
def panel_width(column: int, columns: int) -> Any:
    """Tell how wide the panel that begins at `column` is: 64, and 16 where 64 are not left.

    A matrix (n, columns) in panels is the matrix ``matrix[:, column : column + width]`` of each
    panel one after the other. So the panel begins at number ``n * column``, and its rows follow
    each other at a distance of ``width``.
    """
    return WIDE if column + WIDE <= columns else LANES


@njit(cache=True, nogil=True)
def multiply(
    a: Any, a_start: int, a_row: int, a_term: int, b: Any, b_start: int, width: int,
    c: Any, c_start: int, c_row: int, rows: int, terms: int, add: bool,
) -> None:  # fmt: skip
    """Multiply some rows of A by one panel of B: ``C[r, :] (+)= Σ_k A[r, k]·B[k, :]``.

    ``A[r, k]`` lies at ``a[a_start + r * a_row + k * a_term]``: with ``a_row = 1`` A is transposed.
    """
    r = 0
    while r < rows:
        left = rows - r
        if left >= 6 and left != 8:
            step = 6
        elif left >= 4:
            step = 4
        else:
            step = 1
        x = a_start + r * a_row
        y = c_start + r * c_row
        if width == LANES:
            if step == 6:
                _tile_6(a, x, a_row, a_term, b, b_start, width, c, y, c_row, terms, add)
            elif step == 4:
                _tile_4(a, x, a_row, a_term, b, b_start, width, c, y, c_row, terms, add)
            else:
                _tile_1(a, x, a_row, a_term, b, b_start, width, c, y, c_row, terms, add)
        elif step == 6:
            _tile_6_wide(a, x, a_row, a_term, b, b_start, width, c, y, c_row, terms, add)
        elif step == 4:
            _tile_4_wide(a, x, a_row, a_term, b, b_start, width, c, y, c_row, terms, add)
        else:
            _tile_1_wide(a, x, a_row, a_term, b, b_start, width, c, y, c_row, terms, add)
        r += step
