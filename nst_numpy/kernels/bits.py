"""One bit for each number: whether the gradient passes a ReLU there, and a pool above it.

It is written with the number on the way up, and read with the gradient on the way down.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from nst_numpy.kernels.vector import FLOATS, LANES, VECTOR, pointer

NOTHING = FLOATS(None)
BITS = ir.IntType(LANES)


@intrinsic
def store_relu(
    typing: Any, x: Any, index: Any, inside: Any, vector: Any, bits: Any, forward: Any, add: Any
) -> Any:
    """Write what comes out of a convolution to ``x[index : index + 16]``, if `inside`.

    Forward that is max(z, 0), and one bit for each z > 0 goes into ``bits[index // 8 :][:2]``: lane
    k is bit ``k % 8`` of byte ``k // 8``, as ``np.packbits(..., bitorder="little")`` has it. Only
    what is negative is cut off: NaN stays NaN. Backward the vector itself is written, or added to
    what is there. With ordinary ``if`` instead of LLVM's, an evaluation took 5 to 8 percent longer.
    """

    def make(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        x, index, inside, vector, bits, forward, add = values
        with builder.if_then(inside):
            place = pointer(context, builder, signature.args[0], x, index, FLOATS)
            with builder.if_else(forward) as (then, otherwise):
                with then:
                    positive = builder.fcmp_ordered(">", vector, NOTHING)
                    byte = builder.ashr(index, index.type(3))
                    where = pointer(context, builder, signature.args[4], bits, byte, BITS)
                    builder.store(builder.bitcast(positive, BITS), where, align=1)
                    negative = builder.fcmp_ordered("<", vector, NOTHING)
                    builder.store(builder.select(negative, NOTHING, vector), place, align=4)
                with otherwise, builder.if_else(add) as (yes, no):
                    with yes:
                        old = builder.load(place, align=4)
                        builder.store(builder.fadd(old, vector), place, align=4)
                    with no:
                        builder.store(vector, place, align=4)
        return context.get_dummy_value()

    flag = types.boolean
    return types.void(x, types.intp, flag, VECTOR, bits, flag, flag), make


@intrinsic
def load_kept(typing: Any, x: Any, index: Any, inside: Any, bits: Any, masked: Any) -> Any:
    """Read ``x[index : index + 16]``; 0 if not `inside` and, if `masked`, where no bit is set.

    The bit of ``x[k]`` is the one that `store_relu` wrote together with ``x[k]``. With ordinary
    ``if`` instead of LLVM's, an evaluation took 9 to 15 percent longer.
    """

    def make(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        x, index, inside, bits, masked = values
        before = builder.block
        with builder.if_then(inside):
            place = pointer(context, builder, signature.args[0], x, index, FLOATS)
            there = builder.load(place, align=4)
            byte = builder.select(masked, builder.ashr(index, index.type(3)), index.type(0))
            place = pointer(context, builder, signature.args[3], bits, byte, BITS)
            kept = builder.select(masked, builder.load(place, align=1), BITS(2**LANES - 1))
            kept = builder.bitcast(kept, ir.VectorType(ir.IntType(1), LANES))
            there = builder.select(kept, there, NOTHING)
            reading = builder.block
        vector = builder.phi(FLOATS)
        vector.add_incoming(NOTHING, before)
        vector.add_incoming(there, reading)
        return vector

    return VECTOR(x, types.intp, types.boolean, bits, types.boolean), make


@intrinsic
def store_pooled(
    typing: Any, y: Any, index: Any, inside: Any, square: Any, bits: Any, corners: Any, maximum: Any
) -> Any:
    """Pool max(z, 0) of a square of four pixels into ``y[index : index + 16]``, if `inside`.

    `corners` are the indices of the four pixels, where their bits lie as `store_relu` has them. For
    the mean, a bit says that z > 0; for the maximum, that it is also the largest, the first of
    equals: the pixels that get the gradient.
    """

    def make(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        y, index, inside, square, bits, corners, maximum = values
        z = [builder.extract_value(square, k) for k in range(4)]
        with builder.if_then(inside):
            a = [builder.select(builder.fcmp_ordered("<", k, NOTHING), NOTHING, k) for k in z]
            positive = [builder.fcmp_ordered(">", k, NOTHING) for k in z]
            place = pointer(context, builder, signature.args[0], y, index, FLOATS)

            def finish(pooled: Any, kept: list[Any]) -> None:
                builder.store(pooled, place, align=4)
                for k in range(4):
                    byte = builder.ashr(builder.extract_value(corners, k), index.type(3))
                    where = pointer(context, builder, signature.args[4], bits, byte, BITS)
                    builder.store(builder.bitcast(kept[k], BITS), where, align=1)

            with builder.if_else(maximum) as (then, otherwise):
                with then:
                    best, won = a[0], [ir.Constant(positive[0].type, [1] * LANES)]
                    for k in range(1, 4):
                        larger = builder.fcmp_ordered(">", a[k], best)
                        won = [builder.and_(w, builder.not_(larger)) for w in won] + [larger]
                        nan = builder.fcmp_unordered("uno", a[k], a[k])  # NaN is passed on
                        best = builder.select(builder.or_(larger, nan), a[k], best)
                    finish(best, [builder.and_(*two) for two in zip(won, positive, strict=True)])
                with otherwise:
                    top, bottom = builder.fadd(a[0], a[1]), builder.fadd(a[2], a[3])
                    quarter = ir.Constant(FLOATS, [0.25] * LANES)
                    finish(builder.fmul(quarter, builder.fadd(top, bottom)), positive)
        return context.get_dummy_value()

    flag = types.boolean
    four, where = types.UniTuple(VECTOR, 4), types.UniTuple(types.intp, 4)
    return types.void(y, types.intp, flag, four, bits, where, flag), make


@intrinsic
def load_pooled(typing: Any, dy: Any, index: Any, inside: Any, bits: Any, pixel: Any) -> Any:
    """Read ``dy[index : index + 16]``; 0 if not `inside`, and where no bit is set at `pixel`."""

    def make(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        dy, index, inside, bits, pixel = values
        before = builder.block
        with builder.if_then(inside):
            place = pointer(context, builder, signature.args[0], dy, index, FLOATS)
            there = builder.load(place, align=4)
            byte = builder.ashr(pixel, pixel.type(3))
            place = pointer(context, builder, signature.args[3], bits, byte, BITS)
            kept = builder.bitcast(
                builder.load(place, align=1), ir.VectorType(ir.IntType(1), LANES)
            )
            there = builder.select(kept, there, NOTHING)
            reading = builder.block
        vector = builder.phi(FLOATS)
        vector.add_incoming(NOTHING, before)
        vector.add_incoming(there, reading)
        return vector

    return VECTOR(dy, types.intp, types.boolean, bits, types.intp), make
