"""Reading arrays by their address, compiled.

Numba hands an array from Python to a kernel, and from function to function, as seven words and
counts references to it with locked instructions. With the 21 arrays of a segment as arrays, a
kernel took 58 s to compile and twice as long to run. So a segment comes to kernels as the address
of a row of addresses (:class:`views.Segment` owns the memory), and is read by these loads: one
machine instruction each, unchecked as Numba's own are. What kernels write to within their inner
loops lies in one array, likewise by addresses: a function that loops and takes arrays keeps a pair
of locked instructions for each even when inlined, which took a quarter of the time of phrases.
"""

from __future__ import annotations

from typing import Any

from numba import types
from numba.extending import intrinsic


def _loader(stored: Any, given: Any) -> Any:
    """Make an instruction that reads item ``index`` of an array of ``stored`` at an address."""

    def load(typing: Any, address: Any, index: Any) -> Any:
        def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            item = context.get_data_type(stored)
            pointer = builder.inttoptr(args[0], item.as_pointer())
            value = builder.load(builder.gep(pointer, [args[1]]), align=1)
            return context.cast(builder, value, stored, given)

        return given(types.int64, types.int64), emit

    return intrinsic(load)


load_u8: Any = _loader(types.uint8, types.int64)
load_u16: Any = _loader(types.uint16, types.int64)
load_u32: Any = _loader(types.uint32, types.int64)
load_i64: Any = _loader(types.int64, types.int64)
load_f32: Any = _loader(types.float32, types.float32)
load_f64: Any = _loader(types.float64, types.float64)


def _store_i64(typing: Any, address: Any, index: Any, value: Any) -> Any:
    """Write item ``index`` of an int64 array at an address."""

    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        item = context.get_data_type(types.int64)
        pointer = builder.inttoptr(args[0], item.as_pointer())
        builder.store(args[2], builder.gep(pointer, [args[1]]), align=1)
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, types.int64), emit


def _load_word(typing: Any, address: Any, byte: Any) -> Any:
    """Read 8 bytes as ``uint64`` at any byte from an address on."""

    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        item = context.get_data_type(types.uint64)
        pointer = builder.inttoptr(builder.add(args[0], args[1]), item.as_pointer())
        return builder.load(pointer, align=1)

    return types.uint64(types.int64, types.int64), emit


def _expect(typing: Any, address: Any, byte: Any) -> Any:
    """Ask for the cache line of a byte from an address on, without waiting; gives 0."""

    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        from llvmlite import ir  # comes with Numba

        pointer, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [pointer, number, number, number])
        prefetch = builder.module.declare_intrinsic("llvm.prefetch", [pointer], kind)
        # To be read, kept in all caches, data.
        options = [ir.Constant(number, value) for value in (0, 3, 1)]
        builder.call(prefetch, [builder.inttoptr(builder.add(args[0], args[1]), pointer), *options])
        return context.get_constant(types.int64, 0)

    return types.int64(types.int64, types.int64), emit


store_i64: Any = intrinsic(_store_i64)
load_word: Any = intrinsic(_load_word)
expect: Any = intrinsic(_expect)
