"""Corpora that are measured: real ones, generated ones, or a JSONL file of the user's.

Whatever the origin, engines read one normalised file: one JSON object a line with the string keys
``id title date source body`` in that order. Articles without any text and dates that cannot be read
are left out, because not every engine can hold them; an article's *number* is its line in that
file, from 0.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parent.parent
KEYS = ("id", "title", "date", "source", "body")
GENERATED = "generated:"

# Names that stand for something else than one folder of the data's news/.
TWO_LANGUAGES = "two-languages"
_JOINED = {
    "news94k": ("grimmer_senate", "reuters21578"),
    "small": ("wiki_current_events",),
    TWO_LANGUAGES: ("wikinews_fr", "reuters21578"),
}
_DAY_CHARACTERS = 10
# Counts up when the normalised files change, so that old ones in a work folder are not used.
_NORMAL_FORM = 2
_UNITS = {"k": 1_000, "m": 1_000_000}


class CorpusError(Exception):
    """A corpus that is not to be had; the message says where it was looked for."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """A normalised corpus on disk.

    Parameters
    ----------
    name
        As the user wrote it, with ``[:N]`` when cut to the first N articles.
    path
        The normalised JSONL file.
    articles
        Lines of the file.
    text_bytes
        UTF-8 bytes of all titles and bodies: what "MB of text" means in every table.
    digest
        SHA-256 of the file, hexadecimal.
    origin
        For people: files or generator settings.
    """

    name: str
    path: Path
    articles: int
    text_bytes: int
    digest: str
    origin: str

    def as_dict(self) -> dict[str, Any]:
        """Return the corpus as JSON values, without the path, which means nothing elsewhere."""
        record = asdict(self)
        del record["path"]
        return record


def data_folder() -> Path:
    """Name the folder of shared data: ``NEWSEARCH_DATA``, else ``../shared/data``."""
    return Path(os.environ.get("NEWSEARCH_DATA", REPOSITORY.parent / "shared" / "data"))


def work_folder() -> Path:
    """Return the folder for corpora and indexes: ``NEWSEARCH_BENCH_WORK``, else a temporary one."""
    default = Path(tempfile.gettempdir()) / "newsearch-benchmarks"
    folder = Path(os.environ.get("NEWSEARCH_BENCH_WORK", default))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def parse_count(text: str) -> int:
    """Read ``10k``, ``1M`` or ``2500``.

    Raises
    ------
    CorpusError
        When the text is no such number.
    """
    number, unit = text.strip().lower(), 1
    if number and number[-1] in _UNITS:
        number, unit = number[:-1], _UNITS[number[-1]]
    if not number.isdigit() or int(number) == 0:
        raise CorpusError(f"{text!r} is no number of articles; write 2500, 10k or 1M")
    return int(number) * unit


def prepare(
    name: str,
    *,
    limit: int | None = None,
    seed: int = 1,
    progress: Callable[[str], None] = lambda _: None,
) -> Corpus:
    """Normalise a corpus into the work folder, once; later calls find it there.

    Parameters
    ----------
    name
        ``news94k``, ``small``, another folder of the data's ``news/``, ``generated:100k``, or the
        path of a ``.jsonl`` or ``.jsonl.gz`` file.
    limit
        Keep the first so many articles.
    seed
        Of the generator.

    Raises
    ------
    CorpusError
        When it is not there.
    """
    lines, origin = _lines_of(name, seed, progress)
    label = name if limit is None else f"{name}[:{limit}]"
    key = hashlib.sha256(f"{_NORMAL_FORM}\0{label}\0{origin}".encode()).hexdigest()[:16]
    path = work_folder() / "corpora" / f"{key}.jsonl"
    record = path.with_suffix(".json")
    if not record.exists():
        progress(f"preparing corpus {label}")
        path.parent.mkdir(parents=True, exist_ok=True)
        facts = _write(islice(lines, limit), path)
        record.write_text(json.dumps(facts))
    articles, text_bytes, digest = json.loads(record.read_text())
    return Corpus(label, path, articles, text_bytes, digest, origin)


def read_articles(path: Path) -> Iterator[dict[str, str]]:
    """Yield the articles of a normalised file, in order."""
    with path.open("rb") as file:
        for line in file:
            yield json.loads(line)


def moment_s(date: str) -> int | None:
    """Return a date of an article or a query as seconds from 1970, None when there is none.

    Months and years count from their first day, as everywhere in newsearch.
    """
    if not date:
        return None
    day = date if len(date) >= _DAY_CHARACTERS else f"{date}-01-01"[:_DAY_CHARACTERS]
    moment = datetime.fromisoformat(day)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def normal_date(date: str) -> str:
    """Return a date as a day or as a second in UTC, '' when it cannot be read."""
    try:
        seconds = moment_s(date)
    except ValueError:
        return ""
    if seconds is None:
        return ""
    text = datetime.fromtimestamp(seconds, UTC).isoformat()
    return text[:10] if len(date) <= _DAY_CHARACTERS else text.replace("+00:00", "Z")


def searchable_text(article: dict[str, str]) -> str:
    """Join title and body: the one field that every peer indexes."""
    return f"{article['title']}\n{article['body']}"


def sample_articles(corpus: Corpus, count: int) -> list[dict[str, str]]:
    """Read about so many articles at equal distances, so that no source or year is left out."""
    step = max(1, corpus.articles // count)
    with corpus.path.open("rb") as file:
        return [json.loads(line) for line in islice(file, 0, None, step)][:count]


def _lines_of(
    name: str, seed: int, progress: Callable[[str], None]
) -> tuple[Iterator[tuple[bytes, int]], str]:
    """Return the normalised lines with their text's size, and the words for their origin."""
    if name.startswith(GENERATED):
        from benchmarks.generator import generate
        from benchmarks.model import load_model

        articles = parse_count(name.removeprefix(GENERATED))
        model = load_model()
        origin = f"generator seed {seed}, {articles} articles, table {model.digest}, English words"
        return generate(model, articles, seed=seed), origin
    paths = _paths_of(name)
    sizes = ", ".join(f"{path.parent.name}/{path.name} ({path.stat().st_size})" for path in paths)
    return _normalised(paths, progress), sizes


def _paths_of(name: str) -> list[Path]:
    if name.endswith((".jsonl", ".jsonl.gz")):
        path = Path(name)
        if not path.is_file():
            raise CorpusError(f"{path}: no such file")
        return [path]
    news = data_folder() / "news"
    return [_documents(news / part) for part in _JOINED.get(name, (name,))]


def _documents(folder: Path) -> Path:
    for file_name in ("docs.jsonl", "docs.jsonl.gz"):
        if (folder / file_name).is_file():
            return folder / file_name
    raise CorpusError(
        f"{folder}: no docs.jsonl there; set NEWSEARCH_DATA, name a .jsonl file,"
        f" or use {GENERATED}10k"
    )


def _normalised(
    paths: Iterable[Path], progress: Callable[[str], None]
) -> Iterator[tuple[bytes, int]]:
    number = 0
    for path in paths:
        progress(f"reading {path}")
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rb") as file:
            for line in file:
                article = json.loads(line)
                record = {key: str(article.get(key) or "") for key in KEYS}
                record["id"] = record["id"] or f"line-{number}"
                record["date"] = normal_date(record["date"])
                if record["title"].strip() or record["body"].strip():
                    number += 1
                    size = _size(record["title"]) + _size(record["body"])
                    text = json.dumps(record, ensure_ascii=False)
                    yield text.encode("utf-8", "replace") + b"\n", size


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def _write(lines: Iterable[tuple[bytes, int]], path: Path) -> tuple[int, int, str]:
    digest = hashlib.sha256()
    articles = text_bytes = 0
    partial = path.with_suffix(".tmp")
    with partial.open("wb") as file:
        for line, size in lines:
            file.write(line)
            digest.update(line)
            articles += 1
            text_bytes += size
    if not articles:
        raise CorpusError(f"{path}: the corpus has no article with text")
    partial.rename(path)
    return articles, text_bytes, digest.hexdigest()
