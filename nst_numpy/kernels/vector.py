"""Sixteen float32 at once: the one number type of these kernels.

A convolution does the same to every channel, so the kernels are written for sixteen neighbouring
channels. `load` brings them from an array, ``+``, ``-`` and ``number * vector`` calculate with
them, `store` writes them back. LLVM makes one AVX-512 instruction of each, or two AVX2, or four
NEON; nothing depends on whether it recognises a loop.

Arrays are flat (one axis), contiguous float32 or uint8, and an index counts numbers from the start
of the array. Nothing is checked here: whoever calls a kernel checks the shapes.
"""

import operator
from typing import Any

from llvmlite import binding, ir
from numba import config, types
from numba.core import cgutils
from numba.extending import intrinsic, lower_builtin, models, register_model, type_callable

LANES = 16  # channels in a vector

_WIDE_REGISTERS = binding.get_host_cpu_features().get("avx512f") and config.CPU_NAME in (
    None,
    "host",
)

WIDE = 64 if _WIDE_REGISTERS else LANES
"""Columns in a panel of a matrix: as many as leave room for 6 rows of sums in the registers.

Whoever names another processor to Numba (``NUMBA_CPU_NAME``) is taken not to have AVX-512.
"""

FLOAT = ir.FloatType()
FLOATS = ir.VectorType(FLOAT, LANES)
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


def pointer(context: Any, builder: Any, array_type: Any, array: Any, index: Any, to: Any) -> Any:
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
        number = builder.load(pointer(context, builder, signature.args[0], x, index, FLOAT))
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
    place = pointer(context, builder, signature.args[0], values[0], values[1], vector.floats)
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
        place = pointer(context, builder, signature.args[0], x, index, vector.type)
        builder.store(vector, place, align=4)
        return context.get_dummy_value()

    return types.void(x, types.intp, vector), make


@intrinsic
def load_line(typing: Any, x: Any, index: Any, step: Any, side: Any) -> Any:
    """Read as many vectors as the tuple `side` is long, each `step` numbers after the last."""
    line = types.UniTuple(VECTOR, len(side))

    def make(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        x, index, step, _ = values
        vectors = []
        for _ in line:
            place = pointer(context, builder, signature.args[0], x, index, FLOATS)
            vectors.append(builder.load(place, align=4))
            index = builder.add(index, step)
        return context.make_tuple(builder, line, vectors)

    return line(x, types.intp, types.intp, side), make


@intrinsic
def store_line(typing: Any, x: Any, index: Any, step: Any, line: Any) -> Any:
    """Write a line of vectors, each `step` numbers after the last."""

    def make(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        x, index, step, line = values
        for vector in cgutils.unpack_tuple(builder, line):
            place = pointer(context, builder, signature.args[0], x, index, FLOATS)
            builder.store(vector, place, align=4)
            index = builder.add(index, step)
        return context.get_dummy_value()

    return types.void(x, types.intp, types.intp, line), make


@intrinsic
def prefetch(typing: Any, x: Any, index: Any) -> Any:
    """Ask for the line of the cache with ``x[index]``, which may lie outside, to be fetched."""

    def make(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        byte, flag = ir.IntType(8).as_pointer(), ir.IntType(32)
        x, index = values
        place = pointer(context, builder, signature.args[0], x, index, ir.IntType(8))
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
            place = pointer(context, builder, signature.args[0], x, index, FLOATS)
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
            place = pointer(context, builder, signature.args[3], out, to, FLOATS)
            builder.store(vector, place, align=4)
            to = builder.add(to, to.type(LANES))
        return context.get_dummy_value()

    return types.void(x, types.intp, types.intp, out, types.intp), make
