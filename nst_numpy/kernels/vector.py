"""Sixteen float32 at once: the one number type of these kernels, and a small matrix product of it.

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

LANES = 16
"""Channels in a vector."""

WIDE = 64 if binding.get_host_cpu_features().get("avx512f") else 16
"""Columns in a panel of a matrix: as many as leave room for 6 rows of sums in the registers."""

FLOAT = ir.FloatType()
FLOATS = ir.VectorType(FLOAT, LANES)
SIGNS = ir.VectorType(ir.IntType(1), LANES)
FAST = ("contract", "reassoc", "nsz")  # a·b + c may be one instruction; NaN stays NaN


class _Vector(types.Type):
    def __init__(self) -> None:
        super().__init__(name="Vector")


VECTOR = _Vector()


@register_model(_Vector)
class _VectorModel(models.PrimitiveModel):
    def __init__(self, dmm: Any, fe_type: Any) -> None:
        super().__init__(dmm, fe_type, FLOATS)


def _pointer(context: Any, builder: Any, array_type: Any, array: Any, index: Any, to: Any) -> Any:
    """Point at ``array[index]``, as a place where a value of the LLVM type `to` lies."""
    data = context.make_array(array_type)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [index]), to.as_pointer())


def _splat(builder: Any, number: Any) -> Any:
    """Put one number into all sixteen lanes."""
    one = builder.insert_element(ir.Constant(FLOATS, ir.Undefined), number, ir.IntType(32)(0))
    lanes = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
    return builder.shuffle_vector(one, ir.Constant(FLOATS, ir.Undefined), lanes)


@type_callable(operator.add)
@type_callable(operator.sub)
def _type_sum(context: Any) -> Any:
    return lambda a, b: VECTOR if (a, b) == (VECTOR, VECTOR) else None


@type_callable(operator.mul)
def _type_product(context: Any) -> Any:
    return lambda a, b: VECTOR if isinstance(a, types.Float) and b == VECTOR else None


@lower_builtin(operator.add, VECTOR, VECTOR)
def _add(context: Any, builder: Any, signature: Any, values: Any) -> Any:
    return builder.fadd(*values, flags=FAST)


@lower_builtin(operator.sub, VECTOR, VECTOR)
def _subtract(context: Any, builder: Any, signature: Any, values: Any) -> Any:
    return builder.fsub(*values, flags=FAST)


@lower_builtin(operator.mul, types.Float, VECTOR)
def _multiply(context: Any, builder: Any, signature: Any, values: Any) -> Any:
    number = context.cast(builder, values[0], signature.args[0], types.float32)
    return builder.fmul(_splat(builder, number), values[1], flags=FAST)


@intrinsic
def zeros(typing: Any) -> Any:
    """Give sixteen zeros."""

    def make(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return ir.Constant(FLOATS, [0.0] * LANES)

    return VECTOR(), make


@intrinsic
def load(typing: Any, x: Any, index: Any) -> Any:
    """Read ``x[index : index + 16]``."""

    def make(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        place = _pointer(context, builder, signature.args[0], values[0], values[1], FLOATS)
        return builder.load(place, align=4)

    return VECTOR(x, types.intp), make


@intrinsic
def store(typing: Any, x: Any, index: Any, vector: Any) -> Any:
    """Write ``x[index : index + 16] = vector``."""

    def make(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        place = _pointer(context, builder, signature.args[0], values[0], values[1], FLOATS)
        builder.store(values[2], place, align=4)
        return context.get_dummy_value()

    return types.void(x, types.intp, VECTOR), make


@intrinsic
def store_relu(
    typing: Any, x: Any, index: Any, inside: Any, vector: Any, bits: Any, forward: Any, add: Any
) -> Any:
    """Write what comes out of a convolution to ``x[index : index + 16]``, if `inside`.

    Forward that is max(z, 0), and one bit for each z > 0 goes into ``bits[index // 8 :][:2]``: lane
    k is bit ``k % 8`` of byte ``k // 8``, as ``np.packbits(..., bitorder="little")`` has it. Only
    what is negative is cut off: NaN stays NaN. Backward the vector itself is written, or added to
    what is there.
    """

    def make(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        x, index, inside, vector, bits, forward, add = values
        nothing = ir.Constant(FLOATS, [0.0] * LANES)
        with builder.if_then(inside):
            place = _pointer(context, builder, signature.args[0], x, index, FLOATS)
            with builder.if_else(forward) as (then, otherwise):
                with then:
                    positive = builder.fcmp_ordered(">", vector, nothing)
                    word = ir.IntType(LANES)
                    byte = builder.ashr(index, index.type(3))
                    where = _pointer(context, builder, signature.args[4], bits, byte, word)
                    builder.store(builder.bitcast(positive, word), where, align=1)
                    negative = builder.fcmp_ordered("<", vector, nothing)
                    builder.store(builder.select(negative, nothing, vector), place, align=4)
                with otherwise, builder.if_else(add) as (yes, no):
                    with yes:
                        old = builder.load(place, align=4)
                        builder.store(builder.fadd(old, vector), place, align=4)
                    with no:
                        builder.store(vector, place, align=4)
        return context.get_dummy_value()

    yes_or_no = types.boolean
    signature = types.void(x, types.intp, yes_or_no, VECTOR, bits, yes_or_no, yes_or_no)
    return signature, make


@intrinsic
def load_kept(typing: Any, x: Any, index: Any, inside: Any, bits: Any, masked: Any) -> Any:
    """Read ``x[index : index + 16]``; 0 if not `inside` and, if `masked`, where no bit is set.

    The bit of ``x[k]`` is that which `relu` wrote when it was given ``index // 8``.
    """

    def make(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        x, index, inside, bits, masked = values
        nothing = ir.Constant(FLOATS, [0.0] * LANES)
        before = builder.block
        with builder.if_then(inside):
            place = _pointer(context, builder, signature.args[0], x, index, FLOATS)
            there = builder.load(place, align=4)
            word = ir.IntType(LANES)
            byte = builder.select(masked, builder.ashr(index, index.type(3)), index.type(0))
            place = _pointer(context, builder, signature.args[3], bits, byte, word)
            kept = builder.select(masked, builder.load(place, align=1), word(2**LANES - 1))
            there = builder.select(builder.bitcast(kept, SIGNS), there, nothing)
            reading = builder.block
        vector = builder.phi(FLOATS)
        vector.add_incoming(nothing, before)
        vector.add_incoming(there, reading)
        return vector

    return VECTOR(x, types.intp, types.boolean, bits, types.boolean), make


@intrinsic
def draw(typing: Any, ticket: Any) -> Any:
    """Draw the next number, ``ticket[0]++``, which no other thread will get."""

    def make(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        place = context.make_array(signature.args[0])(context, builder, values[0]).data
        return builder.atomic_rmw("add", place, ir.IntType(64)(1), "monotonic")

    return types.int64(ticket), make
