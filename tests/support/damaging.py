"""Damages an index in one of many ways, and tells whether that could mislead anybody.

Cases run in copies of this process, some at a time, so that a signal, a hang or too much memory
ends only the copy; kernels that are compiled here are compiled there.
"""

from __future__ import annotations

import os
import resource
import signal
import tempfile
import traceback
import warnings
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import newsearch
from newsearch import NewsearchError
from newsearch.codec import stored
from newsearch.codec.framing import MAGIC
from newsearch.engines.base import COUNTED_FIELDS, Selection
from newsearch.fields import DATE_PARTS, SORTS
from newsearch.index.check import check_index
from newsearch.index.copying import copy_index
from newsearch.index.directory import open_directory, system_errors_told
from newsearch.index.repair import repair_index
from support.inside import run_all_compiled, run_all_with_numpy
from support.segment_files import ROW, seal, table_start

Files = dict[str, bytes]
Answers = list[object]

_CASE_S = 120
_MORE_BYTES = 300 << 20
_AT_ONCE = 50
_MENDED = 10
"""One case in so many is repaired as well."""
_SHARES = 3
"""Each case does one call in so many, with NumPy and compiled."""
_QUERIES = (
    *("envoys", "summit talks", '"north korea"', "north OR city", "summit NOT korea", "ta*"),
    *("source:kyodo", "author:lee envoys", "topic:t1", "lang:fr", "date:2020-07", "korea~2 city"),
)


def write_sample(path: Path) -> None:
    """Make an index with a file of every kind: of its two segments, one has deleted articles."""
    with (
        patch.object(stored, "MIN_TRAINING_BYTES", 10_000),
        newsearch.open_index(path, create=True) as index,
    ):
        index.add(map(_article, range(-1, 300)))
        index.delete("a-1", purge=True)
        index.delete(["a7", "a270"])
        index.add(map(_article, range(300, 340)))
        assert len(list(path.glob("*.seg"))) == 2
    (path / "user").mkdir()
    (path / "user" / "collection.json").write_text('{"kept": ["a1"]}')


def _article(number: int) -> dict[str, Any]:
    return {
        "id": f"a{number}",
        "title": f"Summit {number % 11}" if number % 9 else "",
        "text": f"Envoys met in city {number % 7}. " + "They talk of North Korea. " * (number % 5),
        "source": ("Kyodo", "Jiji", "AP")[number % 3],
        "author": [f"Kim {number % 4}", "Lee"][: number % 3],
        "lang": "fr" if number % 50 == 0 else "en",
        "date": f"2020-{number % 12 + 1:02}-{number % 28 + 1:02}" if number % 8 else None,
        "topic": f"t{number % 2}",
    }


def read_files(path: Path) -> Files:
    """Read all files of a sound index that hold anything."""
    paths = (file for file in path.rglob("*") if file.is_file())
    files = {str(file.relative_to(path)): file.read_bytes() for file in paths}
    return {name: content for name, content in files.items() if content}


def damaged(files: Files, rng: Random) -> tuple[str, Files]:
    """Damage files in one way; tells how, for people."""
    name = rng.choice(_ordered(files))
    kinds: list[Callable[[str, Files, Random], tuple[str, Files]]] = [
        *(_flip, _cut, _extend, _zero, _swap, _lose),
        *[_forge] * 6,
    ]
    return rng.choice(kinds)(name, files, rng)


def _ordered(files: Files) -> list[str]:
    """Return the names of the files, in the same order each time, although some are random."""
    return sorted(files, key=lambda name: (Path(name).suffix, len(files[name]), name))


def _flip(name: str, files: Files, rng: Random) -> tuple[str, Files]:
    content = bytearray(files[name])
    at = rng.randrange(len(content))
    content[at] ^= rng.randrange(1, 256)
    return f"flip {name} at {at}", {**files, name: bytes(content)}


def _cut(name: str, files: Files, rng: Random) -> tuple[str, Files]:
    size = rng.choice((0, 1, 63, 64, rng.randrange(len(files[name]))))
    return f"cut {name} to {size}", {**files, name: files[name][:size]}


def _extend(name: str, files: Files, rng: Random) -> tuple[str, Files]:
    more = rng.randbytes(rng.choice((1, 64, 5_000)))
    return f"extend {name}", {**files, name: files[name] + more}


def _zero(name: str, files: Files, rng: Random) -> tuple[str, Files]:
    content = bytearray(files[name])
    at = rng.randrange(len(content))
    size = min(rng.choice((1, 8, 512, 4096)), len(content) - at)
    content[at : at + size] = bytes(size)
    return f"zero {size} bytes of {name} at {at}", {**files, name: bytes(content)}


def _swap(name: str, files: Files, rng: Random) -> tuple[str, Files]:
    other = rng.choice(_ordered(files))
    return f"swap {name} and {other}", {**files, name: files[other], other: files[name]}


def _lose(name: str, files: Files, rng: Random) -> tuple[str, Files]:
    return f"lose {name}", {one: files[one] for one in files if one != name}


def _forge(name: str, files: Files, rng: Random) -> tuple[str, Files]:
    """Change some values and make the checksums right again."""
    if ".toc" in name:
        return _forge_toc(name, files, rng)
    if not files[name].startswith(MAGIC) or name == "blocked":  # its digests follow from nothing
        return _flip(name, files, rng)
    data = bytearray(files[name])
    rows = [ROW.unpack_from(data, at) for at in range(table_start(data), len(data), ROW.size)]
    section, kind, _, offset, size = rng.choice([row for row in rows if row[4]])
    item = int(kind[1:2])
    places = []
    for _ in range(rng.choice((1, 1, 1, 3))):
        at = offset + rng.randrange(size // item) * item
        old = int.from_bytes(data[at : at + item], "little")
        top = 256**item
        value = rng.choice((0, 1, top - 1, top // 2, (old + 1) % top, old - 1, rng.randrange(top)))
        data[at : at + item] = (value % top).to_bytes(item, "little")
        places.append((at - offset) // item)
    seal(data)
    told = f"forge {name} {section.rstrip(bytes(1)).decode()} at {places}"
    return told, {**files, name: bytes(data)}


def _forge_toc(name: str, files: Files, rng: Random) -> tuple[str, Files]:
    content = bytearray(files[name][:-8])
    at = rng.randrange(len(content) - 17)
    content[at] = rng.randrange(256)
    sealed = bytes(content) + b"%08x" % zlib.crc32(content[:-17])
    return f"forge {name} at {at}", {**files, name: sealed}


def answers(path: Path, share: slice) -> Answers:
    """Ask a share of everything of an index; what is damaged answers with the error's class."""
    with newsearch.open_index(path) as index:
        return list(map(_try, [*_asked(index), *_calls(index)][share]))


def _calls(index: newsearch.Index) -> Iterator[Callable[[], object]]:
    """Every way to read that is no query in words."""
    yield lambda: list(index.scan("source:ap topic:t1"))
    yield lambda: list(index.occurrences("(envoys OR ta*) lang:fr"))
    yield lambda: [(index.get(f"a{number}"), f"a{number}" in index) for number in range(0, 340, 31)]
    yield lambda: replace(index.stats(), size_bytes=0)
    yield lambda: index.search("envoy sumit kore", match="any").as_dict() | {"took_ms": 0}
    yield lambda: index.search("envosy sumit").advice
    for sort in SORTS:
        yield lambda sort=sort: [hit.id for hit in index.search("topic:t0", sort=sort)]
    for by in (*COUNTED_FIELDS, *DATE_PARTS, "topic"):
        yield lambda by=by: index.aggregate("*", by=by)
    chosen: Selection = {"since": "2020-03", "until": "2020-09-20", "source": ["AP", "Jiji"]}
    yield lambda: [hit.id for hit in index.search("envoys", lang="fr", **chosen)]
    yield lambda: index.count("length:>10 section:world OR title:summit", **chosen)


def _asked(index: newsearch.Index) -> Iterator[Callable[[], object]]:
    """Search for each query, and find what it finds in another way."""
    for query in _QUERIES:
        yield lambda query=query: _told(index.search(query, limit=5))
    others: list[Callable[[str], object]] = [
        lambda query: _told(index.search(query, limit=2, sort="newest")),
        index.count,
        lambda query: index.aggregate(query, by="source"),
        lambda query: index.aggregate(query, by="month"),
        lambda query: list(index.scan(query, fields=["id", "date"])),
    ]
    for ask, query in zip(cycle(others), _QUERIES, strict=False):
        yield lambda ask=ask, query=query: ask(query)


def _told(found: newsearch.Results) -> object:
    return [(hit.id, round(hit.score, 4), hit.title, hit.snippet.text) for hit in found]


def _try(ask: Callable[[], object]) -> object:
    try:
        return ask()
    except NewsearchError as error:
        return type(error)


def _both_ways(path: Path, share: slice) -> list[Answers]:
    found = []
    for run in (run_all_with_numpy, run_all_compiled):
        with run():
            found.append(answers(path, share))
    return found


def _of_folder(act: Callable[..., object], path: Path, *args: object, **options: object) -> object:
    """Do something with the folder of an index that may not open, as commands do."""
    with system_errors_told(open_directory(path, create=False)):
        return act(path, *args, **options)


def _fault_of_repair(path: Path) -> str:
    """Tell what is wrong after a repair, if one can be made; '' where nothing is."""
    done = _try(lambda: _of_folder(repair_index, path, wait_s=0))
    if isinstance(done, type):
        return ""
    if problems := check_index(path):
        return f"after a repair: {problems[:3]}"
    with newsearch.open_index(path) as index:
        return "" if len(list(index.scan("*"))) == len(index) else "a repair lost articles"


def _fault(files: Files, whole: Sequence[Answers], number: int) -> str:
    """Tell what is wrong with how a damaged index is treated; '' where nothing is."""
    share = slice(number % _SHARES, None, _SHARES)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index"
        for name, content in files.items():
            (path / name).parent.mkdir(exist_ok=True, parents=True)
            (path / name).write_bytes(content)
        found = _try(lambda: _both_ways(path, share))
        problems = _try(lambda: _of_folder(check_index, path))
        if not problems and found != [one[share] for one in whole]:
            return "other answers, and check finds nothing"
        copied = _try(lambda: _of_folder(copy_index, path, Path(folder) / "copy"))
        if not problems and isinstance(copied, type):
            return "no copy can be made, and check finds nothing"
        return "" if number % _MENDED else _fault_of_repair(path)


def faults(path: Path, numbers: Sequence[int]) -> list[str]:
    """Damage a sound index in numbered ways; return what went wrong, a line each."""
    files, whole = read_files(path), _both_ways(path, slice(None))
    parts = (numbers[at : at + _AT_ONCE] for at in range(0, len(numbers), _AT_ONCE))
    return [line for part in parts for line in _in_a_copy(files, whole, part)]


def _in_a_copy(files: Files, whole: Sequence[Answers], numbers: Sequence[int]) -> list[str]:
    with tempfile.TemporaryFile("w+") as report:
        child = os.fork()
        if not child:
            os._exit(_run_cases(files, whole, numbers, report))
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        report.seek(0)
        lines = report.read().splitlines()
    return [line for line in lines if "\t" in line] + (
        [f"ended with {status}: {lines[-1:]}"] if status else []
    )


def _run_cases(files: Files, whole: Sequence[Answers], numbers: Sequence[int], report: Any) -> int:
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + _MORE_BYTES, resource.RLIM_INFINITY))
    warnings.simplefilter("ignore")  # a table of contents is read from its copy
    for number in numbers:
        told, changed = damaged(files, Random(number))
        print(f"case {number}: {told}", file=report, flush=True)
        signal.alarm(_CASE_S)
        try:
            fault = _fault(changed, whole, number)
        except BaseException:
            fault = " / ".join(traceback.format_exc().splitlines()[-7:])
        if fault:
            print(f"case {number}: {told}\t{fault}", file=report, flush=True)
    return 0
