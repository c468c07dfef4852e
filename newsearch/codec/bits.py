"""Three machine instructions that Numba does not offer."""

from __future__ import annotations

from typing import Any, TypeAlias

from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

Int: TypeAlias = Any
"""An ``int`` for callers in Python; a machine integer inside kernels."""

Array: TypeAlias = NDArray[Any]


def _load_u64(typing: Any, data: Any, at: Any) -> Any:
    """Load 8 bytes little-endian at any byte of a ``uint8`` array, unchecked."""

    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        from llvmlite import ir  # comes with Numba

        array = context.make_array(signature.args[0])(context, builder, args[0])
        pointer = builder.gep(array.data, [args[1]])
        word = builder.bitcast(pointer, ir.IntType(64).as_pointer())
        return builder.load(word, align=1)

    return types.uint64(data, types.int64), emit


def _trailing_zeros(typing: Any, word: Any) -> Any:
    """Count the zero bits below the lowest set bit; 64 for zero."""

    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        from llvmlite import ir  # comes with Numba

        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 0))

    return types.uint64(types.uint64), emit


def _population(typing: Any, word: Any) -> Any:
    """Count the set bits."""

    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.ctpop(args[0])

    return types.uint64(types.uint64), emit


load_u64: Any = intrinsic(_load_u64)
trailing_zeros: Any = intrinsic(_trailing_zeros)
population: Any = intrinsic(_population)
