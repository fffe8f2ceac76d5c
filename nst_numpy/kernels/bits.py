"""One bit for each number: whether the gradient passes a ReLU there, and a pool above it.

It is written with the number on the way up, and read with the gradient on the way down: a line of
vectors at a time, each `step` numbers after the last.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from nst_numpy.kernels.vector import FLOATS, LANES, VECTOR, pointer

NOTHING = FLOATS(None)
BITS = ir.IntType(LANES)
FLAG, INDEX = types.boolean, types.intp


@intrinsic
def store_relu(
    typing: Any, x: Any, index: Any, step: Any, count: Any, line: Any, bias: Any, bits: Any,
    forward: Any, add: Any,
) -> Any:  # fmt: skip
    """Write what comes out of a convolution, ``z = line + bias``: the first `count` vectors of it.

    Forward that is max(z, 0), and one bit for each z > 0 goes into ``bits[index // 8 :][:2]``: lane
    k is bit ``k % 8`` of byte ``k // 8``, as ``np.packbits(..., bitorder="little")`` has it. Only
    what is negative is cut off: NaN stays NaN. Backward z itself is written, or added to what is
    there. With ordinary ``if`` instead of LLVM's, an evaluation took 5 to 8 percent longer.
    """

    def make(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        x, index, step, count, line, bias, bits, forward, add = values
        for k, vector in enumerate(cgutils.unpack_tuple(builder, line)):
            with builder.if_then(builder.icmp_signed("<", count.type(k), count)):
                z = builder.fadd(vector, bias)
                place = pointer(context, builder, signature.args[0], x, index, FLOATS)
                with builder.if_else(forward) as (then, otherwise):
                    with then:
                        positive = builder.fcmp_ordered(">", z, NOTHING)
                        byte = builder.ashr(index, index.type(3))
                        where = pointer(context, builder, signature.args[6], bits, byte, BITS)
                        builder.store(builder.bitcast(positive, BITS), where, align=1)
                        negative = builder.fcmp_ordered("<", z, NOTHING)
                        builder.store(builder.select(negative, NOTHING, z), place, align=4)
                    with otherwise, builder.if_else(add) as (yes, no):
                        with yes:
                            old = builder.load(place, align=4)
                            builder.store(builder.fadd(old, z), place, align=4)
                        with no:
                            builder.store(z, place, align=4)
            index = builder.add(index, step)
        return context.get_dummy_value()

    return types.void(x, INDEX, INDEX, INDEX, line, VECTOR, bits, FLAG, FLAG), make


@intrinsic
def load_kept(
    typing: Any, x: Any, index: Any, step: Any, first: Any, last: Any, bits: Any, masked: Any,
    side: Any,
) -> Any:  # fmt: skip
    """Read a line as long as `side`, of which the vectors from `first` to before `last` are there.

    The others are 0; if `masked`, so are numbers whose bit, which `store_relu` wrote together with
    them, is not set. With ordinary ``if``, an evaluation took 9 to 15 percent longer.
    """
    line = types.UniTuple(VECTOR, len(side))

    def make(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        x, index, step, first, last, bits, masked, _ = values
        vectors = []
        for k in range(len(side)):
            before = builder.block
            with builder.if_then(_between(builder, first, k, last)):
                place = pointer(context, builder, signature.args[0], x, index, FLOATS)
                there = builder.load(place, align=4)
                byte = builder.select(masked, builder.ashr(index, index.type(3)), index.type(0))
                kept = _bits(context, builder, signature.args[5], bits, byte)
                kept = builder.select(masked, kept, BITS(2**LANES - 1))
                there = _where(builder, kept, there)
                reading = builder.block
            vectors.append(_either(builder, before, reading, there))
            index = builder.add(index, step)
        return context.make_tuple(builder, line, vectors)

    return line(x, INDEX, INDEX, INDEX, INDEX, bits, FLAG, side), make


@intrinsic
def store_pooled(
    typing: Any, y: Any, index: Any, step: Any, count: Any, lines: Any, bias: Any,
    bits: Any, pixels: Any, maximum: Any,
) -> Any:  # fmt: skip
    """Pool max(z, 0), ``z = line + bias``, of two lines' squares, of which the first `count` exist.

    What is pooled goes to ``y[index:]``; `pixels` is where the two lines begin, and their bits lie
    as `store_relu` has them. For the mean, a bit says that z > 0; for the maximum, that it is also
    the largest, the first of equals: the pixels that get the gradient.
    """

    def make(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        y, index, step, count, lines, bias, bits, pixels, maximum = values
        top, bottom = (
            cgutils.unpack_tuple(builder, line) for line in cgutils.unpack_tuple(builder, lines)
        )
        upper, lower = cgutils.unpack_tuple(builder, pixels)
        for k in range(len(top) // 2):
            right, below = builder.add(upper, step), builder.add(lower, step)
            with builder.if_then(builder.icmp_signed("<", count.type(k), count)):
                square = top[2 * k], top[2 * k + 1], bottom[2 * k], bottom[2 * k + 1]
                z = [builder.fadd(vector, bias) for vector in square]
                place = pointer(context, builder, signature.args[0], y, index, FLOATS)
                with builder.if_else(maximum) as (then, otherwise):
                    for way, pool in ((then, _largest), (otherwise, _mean)):
                        with way:
                            pooled, kept = pool(builder, z)
                            builder.store(pooled, place, align=4)
                            for at, bit in zip((upper, right, lower, below), kept, strict=True):
                                byte = builder.ashr(at, at.type(3))
                                kind = signature.args[6]
                                where = pointer(context, builder, kind, bits, byte, BITS)
                                builder.store(builder.bitcast(bit, BITS), where, align=1)
            index = builder.add(index, step)
            upper, lower = builder.add(right, step), builder.add(below, step)
        return context.get_dummy_value()

    two = types.UniTuple(INDEX, 2)
    return types.void(y, INDEX, INDEX, INDEX, lines, VECTOR, bits, two, FLAG), make


def _largest(builder: Any, z: Any) -> Any:
    """Return max(z, 0) of a square, and for each pixel whether it has won and is positive."""
    a = [_relu(builder, k) for k in z]
    best, won = a[0], [ir.Constant(ir.VectorType(ir.IntType(1), LANES), [1] * LANES)]
    for k in range(1, 4):
        larger = builder.fcmp_ordered(">", a[k], best)
        won = [builder.and_(w, builder.not_(larger)) for w in won] + [larger]
        nan = builder.fcmp_unordered("uno", a[k], a[k])  # NaN is passed on
        best = builder.select(builder.or_(larger, nan), a[k], best)
    positive = [builder.fcmp_ordered(">", k, NOTHING) for k in z]
    return best, [builder.and_(*two) for two in zip(won, positive, strict=True)]


def _mean(builder: Any, z: Any) -> Any:
    """Return the mean of max(z, 0) of a square, and for each pixel whether it is positive."""
    a = [_relu(builder, k) for k in z]
    total = builder.fadd(builder.fadd(a[0], a[1]), builder.fadd(a[2], a[3]))
    quarter = ir.Constant(FLOATS, [0.25] * LANES)
    return builder.fmul(quarter, total), [builder.fcmp_ordered(">", k, NOTHING) for k in z]


def _relu(builder: Any, z: Any) -> Any:
    return builder.select(builder.fcmp_ordered("<", z, NOTHING), NOTHING, z)


@intrinsic
def load_pooled(
    typing: Any, dy: Any, index: Any, step: Any, first: Any, last: Any, bits: Any, pixel: Any,
    row: Any, scale: Any, side: Any,
) -> Any:  # fmt: skip
    """Read a line of pixels, of ``scale · dy`` where their bit is set, as `load_kept` does.

    The line begins in the lower half of a square, whose number is at ``dy[index]``; the next square
    lies `step` numbers further on. The bits begin at `pixel`, each `row` after the last.
    """
    line = types.UniTuple(VECTOR, len(side))

    def make(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        dy, index, step, first, last, bits, pixel, row, scale, _ = values
        factor = ir.Constant(FLOATS, ir.Undefined)
        for k in range(LANES):
            factor = builder.insert_element(factor, scale, ir.IntType(32)(k))
        vectors = []
        for k in range(len(side)):
            before = builder.block
            with builder.if_then(_between(builder, first, k, last)):
                place = pointer(context, builder, signature.args[0], dy, index, FLOATS)
                there = builder.fmul(builder.load(place, align=4), factor)
                byte = builder.ashr(pixel, pixel.type(3))
                kept = _bits(context, builder, signature.args[5], bits, byte)
                there = _where(builder, kept, there)
                reading = builder.block
            vectors.append(_either(builder, before, reading, there))
            pixel = builder.add(pixel, row)
            index = builder.add(index, step) if k % 2 == 0 else index
        return context.make_tuple(builder, line, vectors)

    number = types.float32
    return line(dy, INDEX, INDEX, INDEX, INDEX, bits, INDEX, INDEX, number, side), make


def _between(builder: Any, first: Any, k: int, last: Any) -> Any:
    """Return whether first ≤ k < last."""
    k = first.type(k)
    return builder.and_(builder.icmp_signed("<=", first, k), builder.icmp_signed("<", k, last))


def _bits(context: Any, builder: Any, kind: Any, bits: Any, byte: Any) -> Any:
    return builder.load(pointer(context, builder, kind, bits, byte, BITS), align=1)


def _where(builder: Any, kept: Any, vector: Any) -> Any:
    """Return the vector's numbers whose bit is set, and 0 for the others."""
    lanes = builder.bitcast(kept, ir.VectorType(ir.IntType(1), LANES))
    return builder.select(lanes, vector, NOTHING)


def _either(builder: Any, before: Any, reading: Any, there: Any) -> Any:
    """Return what was read, or 0 if nothing was."""
    vector = builder.phi(FLOATS)
    vector.add_incoming(NOTHING, before)
    vector.add_incoming(there, reading)
    return vector
