"""Changes values of index files and makes the checksums right again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from newsearch.codec.framing import ArrayFile
from support.segment_files import seal


def forge(path: Path, section: str, change: Callable[[NDArray[Any]], None]) -> None:
    """Have a section of a file changed in place, and seal the file."""
    with ArrayFile(path) as file:
        row = file.sections[section]
    data = bytearray(path.read_bytes())
    end = row.offset + row.size_bytes
    values = np.frombuffer(data[row.offset : end], np.dtype(f"<{row.dtype}")).copy()
    change(values)
    data[row.offset : end] = values.tobytes()
    seal(data)
    path.write_bytes(data)
