"""How functions are compiled, and the machine instructions that compiled code shares.

Importing this module imports Numba. Three rooms compile: analysis, codec with index, and search.

Numba hands an array from Python to a kernel, and from function to function, as seven words and
counts references to it with locked instructions. With the 21 arrays of a segment as arrays, a
kernel took 58 s to compile and twice as long to run. So a segment comes to kernels as the address
of a row of addresses (`views.Segment` owns the memory), and is read by these loads: one
machine instruction each, unchecked as Numba's own are. What kernels write to within their inner
loops lies in one array, read by address as records: a function that loops and takes arrays keeps a
pair of locked instructions for each even when inlined, which took a quarter of the time of phrases.
"""

from __future__ import annotations

import os
import re
import sys
import threading
import warnings
from contextlib import nullcontext
from functools import cache, partial
from typing import Any, TypeAlias, TypeVar, cast
from zlib import crc32

from numba import from_dtype, njit, types
from numba.core import errors
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler
from numba.core.compiler_lock import global_compiler_lock
from numba.core.runtime.nrt import rtsys
from numba.extending import intrinsic
from numpy.typing import NDArray

# With colorama installed, as click has it on Windows, Numba changes `sys.stdout` and `sys.stderr`
# while it words a message that nobody may see. Another thread prints to nowhere meanwhile.
if hasattr(errors, "ColorShell"):
    errors.ColorShell = nullcontext

# Python catches the warnings of all threads at once: what others tell, or catch, while a thread
# beside them compiles would be lost.
if hasattr(errors, "WarningsFixer"):
    _catch_warnings: Any = errors.WarningsFixer.catch_warnings
    errors.WarningsFixer.catch_warnings = lambda *given, **named: (
        _catch_warnings(*given, **named)
        if threading.current_thread() is threading.main_thread()
        else nullcontext()
    )

Int: TypeAlias = Any
"""An ``int`` for callers in Python; a machine integer inside kernels."""

Float: TypeAlias = Any
Array: TypeAlias = NDArray[Any]

_F = TypeVar("_F")


class _Fork:
    """Whether this process was forked while another thread of its parent compiled."""

    is_without_compiler = False

    def look(self) -> None:
        """Try, in the child of a fork, the compiler's lock; no thread is there to release it."""
        if global_compiler_lock._lock.acquire(blocking=False):
            global_compiler_lock._lock.release()
        else:
            self.is_without_compiler = True


fork = _Fork()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=fork.look)


_IMPORT = re.compile(r"^from ([\w.]+) import (\([^)]*\)|.*)", re.MULTILINE)
_Sources = frozenset[tuple[str, int]]


def compiled(function: _F, **options: Any) -> _F:
    """Compile when first called, keep on disk, and let other threads run meanwhile.

    What is kept is used as long as all source files that it was made of are the same. Where no
    folder can be written, each process compiles for itself, with a warning. A function whose name
    begins with an underscore is for other kernels only, as `called` makes it: entries from Python
    and files for all of them took an eighth of the time of compiling.

    `options`: more options of ``numba.njit``.
    """
    options = {"nogil": True, "no_cfunc_wrapper": True} | options
    code: Any = function
    if code.__name__.startswith("_"):
        return called(function, **options)
    try:
        dispatcher: Any = _dispatcher(function, cache=True, **options)
    except RuntimeError:
        _warn_of_compiling()
        return cast(_F, _dispatcher(function, **options))
    # Numba's own stamp is that of the function's file, not of what is compiled into the function.
    dispatcher._cache._cache_file._source_stamp = _sources_of(code.__module__)
    dispatcher._cache.load_overload = partial(_load_kept, dispatcher._cache)
    return cast(_F, dispatcher)


def _dispatcher(function: Any, **options: Any) -> Any:
    """Have a function compiled once for whole numbers, be they constants or not.

    Numba would compile it for the constant, too, that a caller gives a variable before its loop: a
    third of all that was compiled, and never run.
    """
    dispatcher: Any = njit(**options)(function)
    template, plain = dispatcher.get_call_template, cast(Any, types.unliteral)
    dispatcher.get_call_template = lambda args, named: template(
        [plain(one) for one in args], {name: plain(one) for name, one in named.items()}
    )
    return dispatcher


def _load_kept(kept: Any, signature: Any, context: Any) -> Any:
    """Load what is kept on disk, and not all that Numba knows of compiling.

    Its own method fills tables of types and instructions first, which takes 0.12 s of CPU in each
    process; they are filled when something is compiled.
    """
    rtsys.initialize(context)
    with kept._guard_against_spurious_io_errors():
        return kept._load_overload(signature, context)


@cache
def _warn_of_compiling() -> None:
    message = (
        "compiled code cannot be kept, so that each process compiles for some seconds; set"
        " NUMBA_CACHE_DIR to a folder that can be written"
    )
    warnings.warn(message, RuntimeWarning, stacklevel=3)


@cache
def _sources_of(name: str) -> _Sources:
    """Return the modules that a module is made of, each with a checksum of its source.

    These are the module and what it imports, directly or not, from its own package; the package's
    own `__init__` holds nothing that is compiled.
    """
    sources: dict[str, int] = {}
    names = [name]
    while names:
        module = names.pop()
        if module not in sources:
            sources[module], imported = _source_of(module)
            names += imported
    return frozenset(sources.items())


@cache
def _source_of(name: str) -> tuple[int, list[str]]:
    """Return the checksum of a loaded module's source, and the modules it imports."""
    loader: Any = getattr(sys.modules[name], "__loader__", None)
    source: str = (hasattr(loader, "get_source") and loader.get_source(name)) or ""
    package = name.partition(".")[0]
    imported = []
    for origin, listed in _IMPORT.findall(source):
        if origin.partition(".")[0] == package:
            imported += [origin, *(f"{origin}.{one}" for one in re.findall(r"\w+", listed))]
    return crc32(source.encode()), [
        one for one in imported if one in sys.modules.keys() - {package}
    ]


def kernel(function: _F) -> _F:
    """Compile as `compiled` does; divisions are not tested for zero."""
    return compiled(function, error_model="numpy")


def brief(function: _F) -> _F:
    """Compile as `kernel` does, for what ends before another thread could have begun to run."""
    return compiled(function, error_model="numpy", nogil=False)


def inlined(function: _F) -> _F:
    """Compile as part of each caller; not to be called from Python.

    A call hands over seven words an array; in loops of a few nanoseconds that doubled the time.
    Without an entry from Python of its own, and a file, each costs a third less to compile. A
    function that takes arrays should leave at one place: one that returns from within a loop
    keeps a pair of locked instructions for each array.
    """
    return called(function, forceinline=True)


def called(function: _F, **options: Any) -> _F:
    """Compile for calls by other kernels only; not to be called from Python.

    For long functions, best without arrays: a call costs next to nothing then, and what is inlined
    into a long function has no registers left there.
    """
    options = {"nogil": True, "error_model": "numpy", "pipeline_class": _PartCompiler} | options
    options |= {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    return cast(_F, _dispatcher(function, **options))


class _PartLibrary(JITCodeLibrary):
    """The code of a function that only other kernels call: linked into each of them, not run.

    Numba would optimise it, make machine code of it, and do both again within each of its callers.
    All kernels of searches took 80 s to compile so, and take 65, and run as fast.
    """

    def _optimize_final_module(self) -> None:
        """Leave it to the callers."""

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()  # type: ignore[no-untyped-call]
        self._finalized = True

    def get_pointer_to_function(self, _name: str) -> int:
        self._ensure_finalized()  # type: ignore[no-untyped-call]
        return 0

    @property
    def codegen(self) -> Any:
        return _PartCodegen(self._codegen)


class _PartCodegen:
    """What Numba asks for machine code, where there is none to be told of an environment."""

    def __init__(self, codegen: Any) -> None:
        self._codegen = codegen

    def set_env(self, _name: str, _environment: object) -> None:
        """Do nothing: what Python calls has the environments of all its parts."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._codegen, name)


class _PartCompiler(Compiler):
    """Compiles into a `_PartLibrary`."""

    def define_pipelines(self) -> Any:
        state = self.state
        state.library = _PartLibrary(state.targetctx.codegen(), state.func_id.func_qualname)  # type: ignore[no-untyped-call]
        state.library.enable_object_caching()
        return super().define_pipelines()  # type: ignore[no-untyped-call]


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


def record_at(dtype: Any) -> Any:
    """Make an instruction that gives record ``index`` of an array of records at an address.

    Fields are read and written by name, where they lie; each takes one machine instruction. The
    record owns nothing: the memory must be kept.
    """
    record = from_dtype(dtype)

    def view(typing: Any, address: Any, index: Any) -> Any:
        def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            offset = builder.mul(args[1], context.get_constant(types.int64, record.size))
            pointer = context.get_value_type(record)
            return builder.inttoptr(builder.add(args[0], offset), pointer)

        return record(types.int64, types.int64), emit

    return intrinsic(view)


load_u8: Any = _loader(types.uint8, types.int64)
load_u16: Any = _loader(types.uint16, types.int64)
load_u32: Any = _loader(types.uint32, types.int64)
load_i64: Any = _loader(types.int64, types.int64)
load_f32: Any = _loader(types.float32, types.float32)
load_f64: Any = _loader(types.float64, types.float64)


def _storer(stored: Any) -> Any:
    """Make an instruction that writes item ``index`` of an array of ``stored`` at an address."""

    def store(typing: Any, address: Any, index: Any, value: Any) -> Any:
        def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            item = context.get_data_type(stored)
            pointer = builder.inttoptr(args[0], item.as_pointer())
            value = context.cast(builder, args[2], types.int64, stored)
            builder.store(value, builder.gep(pointer, [args[1]]), align=1)
            return context.get_dummy_value()

        return types.void(types.int64, types.int64, types.int64), emit

    return intrinsic(store)


def _load_word(typing: Any, address: Any, byte: Any) -> Any:
    """Read 8 bytes as ``uint64`` at any byte from an address on."""

    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        item = context.get_data_type(types.uint64)
        pointer = builder.inttoptr(builder.add(args[0], args[1]), item.as_pointer())
        return builder.load(pointer, align=1)

    return types.uint64(types.int64, types.int64), emit


def _equal_bytes(typing: Any, address: Any, byte: Any) -> Any:
    """Return which of the 32 bytes from an address on equal one; bit 0 stands for the first."""

    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        from llvmlite import ir  # comes with Numba

        byte, number, long = ir.IntType(8), ir.IntType(32), ir.IntType(64)
        bytes_32 = ir.VectorType(byte, 32)
        found = builder.load(builder.inttoptr(args[0], bytes_32.as_pointer()), align=1)
        nothing, first = ir.Constant(bytes_32, ir.Undefined), ir.Constant(number, 0)
        one = builder.insert_element(nothing, builder.trunc(args[1], byte), first)
        same_32 = ir.Constant(ir.VectorType(number, 32), [0] * 32)
        wanted = builder.shuffle_vector(one, nothing, same_32)
        equal = builder.icmp_unsigned("==", found, wanted)
        return builder.zext(builder.bitcast(equal, number), long)

    return types.uint64(types.int64, types.int64), emit


def _expect(typing: Any, address: Any, byte: Any) -> Any:
    """Ask for the cache line of a byte from an address on, without waiting; returns 0."""

    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        from llvmlite import ir  # comes with Numba

        pointer, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [pointer, number, number, number])
        prefetch = builder.module.declare_intrinsic("llvm.prefetch", [pointer], kind)
        # Three options: for reading, to be kept in all caches, data and not code.
        options = [ir.Constant(number, value) for value in (0, 3, 1)]
        builder.call(prefetch, [builder.inttoptr(builder.add(args[0], args[1]), pointer), *options])
        return context.get_constant(types.int64, 0)

    return types.int64(types.int64, types.int64), emit


store_u8: Any = _storer(types.uint8)
store_i64: Any = _storer(types.int64)
load_word: Any = intrinsic(_load_word)
equal_bytes: Any = intrinsic(_equal_bytes)
expect: Any = intrinsic(_expect)


def _zeros_counter(instruction: str) -> Any:
    def count(typing: Any, word: Any) -> Any:
        def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            from llvmlite import ir  # comes with Numba

            return getattr(builder, instruction)(args[0], ir.Constant(ir.IntType(1), 0))

        return types.uint64(types.uint64), emit

    return intrinsic(count)


def _population(typing: Any, word: Any) -> Any:
    """Count the set bits."""

    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.ctpop(args[0])

    return types.uint64(types.uint64), emit


population: Any = intrinsic(_population)

trailing_zeros: Any = _zeros_counter("cttz")
"""Count the zero bits below the lowest set bit; 64 for zero."""

leading_zeros: Any = _zeros_counter("ctlz")
"""Count the zero bits above the highest set bit; 64 for zero."""
