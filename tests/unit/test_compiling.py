"""What was compiled is kept, and used only for the sources it was made of."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import pytest

import newsearch

KERNEL = """
from newsearch.compiling import kernel
from compiled_here.units import (
    SCALE,
)

@kernel
def scaled(number):
    return number * SCALE
"""
ASK = """
from compiled_here.kernels import scaled
print(scaled(2), sum(scaled.stats.cache_hits.values()))
"""


def ask(folder: Path, scale: int) -> tuple[int, int]:
    """Return the result of a kernel in a new process, and how often compiled code was found."""
    (folder / "compiled_here" / "units.py").write_text(f"SCALE = {scale}\n")
    environment = {
        **os.environ,
        "NUMBA_CACHE_DIR": str(folder / "cache"),
        # Of a file that is changed within a second Python would run the byte code from before.
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", ASK], cwd=folder, env=environment, capture_output=True, check=True
    )
    result, hits = done.stdout.split()
    return int(result), int(hits)


@pytest.mark.slow
def test_a_constant_changed_in_another_file_changes_what_compiled_code_does(tmp_path):
    package = tmp_path / "compiled_here"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "kernels.py").write_text(KERNEL)

    assert ask(tmp_path, 3) == (6, 0)
    assert ask(tmp_path, 3) == (6, 1)
    assert ask(tmp_path, 5) == (10, 0)


def test_a_thread_that_compiles_takes_no_warnings_from_others():
    from newsearch.compiling import errors

    inside, is_told = threading.Event(), threading.Event()

    def find_types() -> None:
        with errors.WarningsFixer(errors.NumbaWarning).catch_warnings("kernels.py", 1):
            inside.set()
            is_told.wait(20)

    thread = threading.Thread(target=find_types)
    thread.start()
    assert inside.wait(20)
    with pytest.warns(UserWarning, match="told"):
        is_told.set()
        thread.join()
        warnings.warn("told", stacklevel=1)


def decorated(function: ast.FunctionDef) -> bool:
    names = {one.id for one in function.decorator_list if isinstance(one, ast.Name)}
    return bool(names & {"compiled", "kernel", "brief", "inlined", "called"})


def test_python_calls_no_kernel_that_only_other_kernels_may_call() -> None:
    for module in Path(newsearch.__file__).parent.rglob("*.py"):
        tree = ast.parse(module.read_text(encoding="utf-8"))
        functions = [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)]
        hidden = {one.name for one in functions if decorated(one) and one.name.startswith("_")}
        plain = [one for one in functions if not decorated(one)]
        used = {node.id for one in plain for node in ast.walk(one) if isinstance(node, ast.Name)}

        assert not used & hidden, module
