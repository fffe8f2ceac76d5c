"""Sixteen float32 at once: the one number type of these kernels.

A convolution does the same to every channel, so the kernels are written for sixteen neighbouring
channels. `load` brings them from an array, ``+``, ``-`` and ``number * vector`` calculate with
them, `store` writes them back. LLVM makes one AVX-512 instruction of each, or two AVX2, or four
NEON; nothing depends on whether it recognises a loop.

Arrays are flat (one axis), contiguous float32 or uint8, and an index counts numbers from the start
of the array. Nothing is checked here: who calls a kernel checks the shapes.
"""

import operator
from typing import Any

from llvmlite import binding, ir
from numba import types
from numba.extending import intrinsic, lower_builtin, models, register_model, type_callable

LANES = 16  # channels in a vector

WIDE = 64 if binding.get_host_cpu_features().get("avx512f") else LANES
"""Columns in a panel of a matrix: as many as leave room for 6 rows of sums in the registers."""

FLOAT = ir.FloatType()
FLOATS = ir.VectorType(FLOAT, LANES)
NOTHING = FLOATS(None)
BITS = ir.IntType(LANES)
FAST = ("contract", "reassoc", "nsz")  # a·b + c may be one instruction; NaN stays NaN


class _Vector(types.Type):
    def __init__(self, lanes: int) -> None:
        super().__init__(name=f"Vector({lanes})")
        self.floats = ir.VectorType(FLOAT, lanes)


VECTOR = _Vector(LANES)


@register_model(_Vector)
class _VectorModel(models.PrimitiveModel):
    def __init__(self, dmm: Any, fe_type: Any) -> None:
        super().__init__(dmm, fe_type, fe_type.floats)


def _pointer(context: Any, builder: Any, array_type: Any, array: Any, index: Any, to: Any) -> Any:
    """Point at ``array[index]``, as a place where a value of the LLVM type `to` lies."""
    data = context.make_array(array_type)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [index]), to.as_pointer())


def _splat(builder: Any, number: Any, floats: Any) -> Any:
    """Put one number into all lanes."""
    undefined = ir.Constant(floats, ir.Undefined)
    one = builder.insert_element(undefined, number, ir.IntType(32)(0))
    order = ir.VectorType(ir.IntType(32), floats.count)
    return builder.shuffle_vector(one, undefined, order(None))


@type_callable(operator.add)
@type_callable(operator.sub)
def _type_sum(context: Any) -> Any:
    return lambda a, b: a if isinstance(a, _Vector) and a == b else None


@type_callable(operator.mul)
def _type_product(context: Any) -> Any:
    return lambda a, b: b if isinstance(a, types.Float) and isinstance(b, _Vector) else None


@lower_builtin(operator.add, _Vector, _Vector)
def _add(context: Any, builder: Any, signature: Any, values: Any) -> Any:
    return builder.fadd(*values, flags=FAST)


@lower_builtin(operator.sub, _Vector, _Vector)
def _subtract(context: Any, builder: Any, signature: Any, values: Any) -> Any:
    return builder.fsub(*values, flags=FAST)


@lower_builtin(operator.mul, types.Float, _Vector)
def _multiply(context: Any, builder: Any, signature: Any, values: Any) -> Any:
    number = context.cast(builder, values[0], signature.args[0], types.float32)
    return builder.fmul(_splat(builder, number, values[1].type), values[1], flags=FAST)


@intrinsic
def fma(typing: Any, x: Any, index: Any, vector: Any, total: Any) -> Any:
    """Return ``x[index] * vector + total``: one instruction, if the processor has it."""
    # Numba's own x[index] allows for negative indices; with it `multiply` had ¾ of its speed.

    def make(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        x, index, vector, total = values
        number = builder.load(_pointer(context, builder, signature.args[0], x, index, FLOAT))
        product = builder.fmul(_splat(builder, number, vector.type), vector, flags=["contract"])
        return builder.fadd(product, total, flags=["contract"])

    return vector(x, types.intp, vector, vector), make


@intrinsic(prefer_literal=True)
def zeros(typing: Any, lanes: Any) -> Any:
    """Return a vector of zeros; how many must be a constant."""
    vector = _Vector(lanes.literal_value)
    return vector(lanes), lambda *_: ir.Constant(vector.floats, None)


def _read(context: Any, builder: Any, signature: Any, values: Any) -> Any:
    vector = signature.return_type
    place = _pointer(context, builder, signature.args[0], values[0], values[1], vector.floats)
    return builder.load(place, align=4)


@intrinsic
def load(typing: Any, x: Any, index: Any) -> Any:
    """Read ``x[index : index + 16]``."""
    return VECTOR(x, types.intp), _read


@intrinsic
def load_like(typing: Any, x: Any, index: Any, vector: Any) -> Any:
    """Read as many numbers from ``x[index:]`` as the vector has."""
    return vector(x, types.intp, vector), _read


@intrinsic
def store(typing: Any, x: Any, index: Any, vector: Any) -> Any:
    """Write the vector to ``x[index:]``."""

    def make(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        x, index, vector = values
        place = _pointer(context, builder, signature.args[0], x, index, vector.type)
        builder.store(vector, place, align=4)
        return context.get_dummy_value()

    return types.void(x, types.intp, vector), make


@intrinsic
def prefetch(typing: Any, x: Any, index: Any) -> Any:
    """Ask for the line of the cache with ``x[index]``, which may lie outside, to be fetched."""

    def make(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        byte, flag = ir.IntType(8).as_pointer(), ir.IntType(32)
        x, index = values
        place = _pointer(context, builder, signature.args[0], x, index, ir.IntType(8))
        fetch = ir.FunctionType(ir.VoidType(), [byte, flag, flag, flag])
        function = builder.module.declare_intrinsic("llvm.prefetch", [byte], fetch)
        builder.call(function, [place, flag(0), flag(2), flag(1)])  # to read, into L2, data
        return context.get_dummy_value()

    return types.void(x, types.intp), make


@intrinsic
def transpose(typing: Any, x: Any, index: Any, row: Any, out: Any, to: Any) -> Any:
    """Read 16 rows of 16 numbers, `row` numbers apart, and write the columns, one after the other.

    Four times, the first half of the vectors is interleaved with the second, number by number.
    """

    def make(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        x, index, row, out, to = values
        vectors = []
        for _ in range(LANES):
            place = _pointer(context, builder, signature.args[0], x, index, FLOATS)
            vectors.append(builder.load(place, align=4))
            index = builder.add(index, row)
        order = ir.VectorType(ir.IntType(32), LANES)
        low, high = (
            ir.Constant(order, [k // 2 + k % 2 * LANES + half for k in range(LANES)])
            for half in (0, LANES // 2)
        )
        for _ in range(4):
            vectors = [
                builder.shuffle_vector(vectors[k], vectors[k + LANES // 2], half)
                for k in range(LANES // 2)
                for half in (low, high)
            ]
        for vector in vectors:
            place = _pointer(context, builder, signature.args[3], out, to, FLOATS)
            builder.store(vector, place, align=4)
            to = builder.add(to, to.type(LANES))
        return context.get_dummy_value()

    return types.void(x, types.intp, types.intp, out, types.intp), make


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
            place = _pointer(context, builder, signature.args[0], x, index, FLOATS)
            with builder.if_else(forward) as (then, otherwise):
                with then:
                    positive = builder.fcmp_ordered(">", vector, NOTHING)
                    byte = builder.ashr(index, index.type(3))
                    where = _pointer(context, builder, signature.args[4], bits, byte, BITS)
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
            place = _pointer(context, builder, signature.args[0], x, index, FLOATS)
            there = builder.load(place, align=4)
            byte = builder.select(masked, builder.ashr(index, index.type(3)), index.type(0))
            place = _pointer(context, builder, signature.args[3], bits, byte, BITS)
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
            place = _pointer(context, builder, signature.args[0], y, index, FLOATS)

            def finish(pooled: Any, kept: list[Any]) -> None:
                builder.store(pooled, place, align=4)
                for k in range(4):
                    byte = builder.ashr(builder.extract_value(corners, k), index.type(3))
                    where = _pointer(context, builder, signature.args[4], bits, byte, BITS)
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
            place = _pointer(context, builder, signature.args[0], dy, index, FLOATS)
            there = builder.load(place, align=4)
            byte = builder.ashr(pixel, pixel.type(3))
            place = _pointer(context, builder, signature.args[3], bits, byte, BITS)
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
