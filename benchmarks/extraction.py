"""How well and how fast pages are read, beside other libraries.

Question: how much of a page's article, and of nothing else, is read from its text and from its
HTML; are headline, day and writers right; how many pages a second; and how many words of menus,
teasers and comments find a page that they stand on. Left out: pages without a gold body count for
headline, day, writers and time only; how well passages are kept (see the data's own tools).
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import subprocess
import sys
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import newsearch
from benchmarks.corpora import REPOSITORY, CorpusError, data_folder
from benchmarks.extractors import READERS, Read
from benchmarks.machine import describe_machine, load_average
from benchmarks.report import table

Gold = dict[str, Any]
Say = Callable[[str], None]

HALVES = ("all", "seen", "held-out")
"""The held-out half was not looked at while our readers were made: odd first bytes of SHA-1."""

_N_WORDS = 200
_FEWEST_PAGES = 10
# Scripts without spaces count by letters.
_TOKEN = re.compile("[぀-ヿ㐀-鿿฀-๿က-႟]|[^\\W぀-ヿ㐀-鿿฀-๿က-႟]+")
_WORD = re.compile(r"[^\W\d_]{3,}")
_TITLE_EDGES = " \t\n.,:;|-\"'"
_QUOTES = str.maketrans("‘’“”–—", "''\"\"--")


@dataclass(frozen=True, slots=True)
class ReaderRow:
    """One reader on some pages; shares from 0 to 1, None where no page tells.

    Parameters
    ----------
    precision, recall, f1
        Of the words of the body, means over the pages with a gold body.
    under_half
        Share of these pages whose F1 is under .5.
    title
        Headlines that are the same but for case, quotes and end marks.
    date_given, date_right, date_wrong
        Of the pages with a gold day (for text, those whose text shows it).
    authors_f1
        Of writers' names, over all pages that name some.
    false_hits, false_hits_by_language
        Share of the words outside the gold bodies that find their page.
    pages_per_s, mb_per_s
        By processor time, of the fastest round; each reader uses one thread.
    """

    reader: str
    pages: int
    bodies: int
    precision: float | None
    recall: float | None
    f1: float | None
    under_half: float | None
    title: float | None
    date_given: float | None
    date_right: float | None
    date_wrong: float | None
    authors_f1: float | None
    f1_by_language: dict[str, float]
    false_hits: float | None
    false_hits_by_language: dict[str, float]
    failed: int
    pages_per_s: float
    mb_per_s: float
    wall_s: tuple[float, ...]
    cpu_s: tuple[float, ...]


@dataclass(slots=True)
class ExtractionResult:
    """One run, as it is stored."""

    half: str
    pages: int
    digest: str
    rounds: int
    seed: int
    question: str = "extraction"
    machine: dict[str, Any] = field(default_factory=describe_machine)
    started: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    finished: str = ""
    load_average: dict[str, list[float]] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    rows: list[ReaderRow] = field(default_factory=list)

    def save(self, path: Path) -> None:
        """Write as JSON."""
        path.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n", "utf-8")


def measure_extraction(
    readers: Sequence[str],
    half: str,
    rounds: int,
    python: str,
    say: Say,
    *,
    output: Path,
    seed: int = 1,
) -> ExtractionResult:
    """Let readers read all pages of a half, each in a process of its own, and score them.

    Parameters
    ----------
    output
        Where the result is written after every reader.
    python
        The interpreter of the other libraries' environment.
    """
    folder = data_folder() / "pages"
    gold = pages_of(folder, half)
    digest = hashlib.sha256((folder / "gold.jsonl").read_bytes()).hexdigest()
    result = ExtractionResult(half, len(gold), digest, rounds, seed)
    result.load_average["start"] = load_average()
    words = words_outside(folder, gold, seed)
    for name in readers:
        say(f"{name}: {len(gold)} pages, {rounds} rounds")
        runs = python if READERS[name][0] != "newsearch" else sys.executable
        run = _run(name, folder, gold, rounds, runs)
        if isinstance(run, str):
            result.skipped[name] = run
        else:
            result.versions[name] = run["version"]
            result.rows.append(score(name, gold, run, words))
        result.load_average["end"] = load_average()
        result.finished = datetime.now(UTC).isoformat(timespec="seconds")
        result.save(output)
    return result


def pages_of(folder: Path, half: str) -> list[Gold]:
    """Return what is known of the pages of a half."""
    try:
        lines = (folder / "gold.jsonl").read_text("utf-8").splitlines()
    except OSError as error:
        raise CorpusError(f"no pages at {folder}; set NEWSEARCH_DATA") from error
    wanted = {"all": (0, 1), "seen": (0,), "held-out": (1,)}[half]
    gold = [json.loads(line) for line in lines]
    return [one for one in gold if hashlib.sha1(one["id"].encode()).digest()[0] % 2 in wanted]


def _run(
    name: str, folder: Path, gold: Sequence[Gold], rounds: int, python: str
) -> dict[str, Any] | str:
    """Return what a reader found, or the last line of its complaint."""
    is_text = name.endswith("text")
    ends = ("text", ".txt") if is_text else ("html", ".html.gz")
    paths = [str(folder / ends[0] / f"{one['id']}{ends[1]}") for one in gold]
    with tempfile.TemporaryDirectory() as work:
        request, output = Path(work, "request.json"), Path(work, "output.json")
        request.write_text(json.dumps({"paths": paths, "rounds": rounds}), "utf-8")
        command = [python, "-m", "benchmarks.extractors", name, str(request), str(output)]
        done = subprocess.run(
            command, cwd=REPOSITORY, capture_output=True, text=True, errors="replace", check=False
        )
        if done.returncode:
            return (done.stderr.strip().splitlines() or ["it failed"])[-1]
        found: dict[str, Any] = json.loads(output.read_text("utf-8"))
        return found


def score(
    name: str, gold: Sequence[Gold], run: dict[str, Any], words: dict[str, list[tuple[str, str]]]
) -> ReaderRow:
    """Compare what a reader found with what is known of the pages."""
    found: list[Read] = run["found"]
    bodies = [
        (known["lang"], *_overlap(_tokens(known["body"]), _tokens(read.get("body"))))
        for known, read in zip(gold, found, strict=True)
        if known.get("body")
    ]
    titles = [
        _title_key(known["title"]) == _title_key(read.get("title"))
        for known, read in zip(gold, found, strict=True)
        if known.get("title")
    ]
    shows_day = "date_in_text" if name.endswith("text") else "date"
    days = [
        (str(read.get("date") or "")[:10], str(known["date"])[:10])
        for known, read in zip(gold, found, strict=True)
        if known.get("date") and known.get(shows_day, True)
    ]
    looks_for_days = any("date" in read for read in found)
    false_hits = _false_hits(gold, found, words)
    fastest_s = min(run["cpu_s"])
    return ReaderRow(
        reader=name,
        pages=len(gold),
        bodies=len(bodies),
        precision=_mean(one[1] for one in bodies),
        recall=_mean(one[2] for one in bodies),
        f1=_mean(one[3] for one in bodies),
        under_half=_mean(one[3] < 0.5 for one in bodies),
        title=_mean(titles),
        date_given=_mean(bool(day) for day, _ in days) if looks_for_days else None,
        date_right=_mean(day == right for day, right in days) if looks_for_days else None,
        date_wrong=_mean(day not in ("", right) for day, right in days) if looks_for_days else None,
        authors_f1=_authors_f1(gold, found),
        f1_by_language=_by_language(bodies),
        false_hits=false_hits.pop("", None),
        false_hits_by_language=false_hits,
        failed=run["failed"],
        pages_per_s=round(len(gold) / fastest_s, 1),
        mb_per_s=round(run["bytes"] / 1e6 / fastest_s, 2),
        wall_s=tuple(run["wall_s"]),
        cpu_s=tuple(run["cpu_s"]),
    )


def _mean(values: Iterable[float]) -> float | None:
    kept = list(values)
    return round(sum(kept) / len(kept), 4) if kept else None


def _tokens(text: str | None) -> Counter[str]:
    return Counter(_TOKEN.findall((text or "").lower()))


def _overlap(right: Counter[Any], read: Counter[Any]) -> tuple[float, float, float]:
    common = (right & read).total()
    precision, recall = common / max(read.total(), 1), common / max(right.total(), 1)
    return precision, recall, 2 * precision * recall / (precision + recall) if common else 0.0


def _title_key(title: str | None) -> str:
    text = unicodedata.normalize("NFKC", title or "").translate(_QUOTES).casefold()
    return " ".join(text.split()).strip(_TITLE_EDGES)


def _authors_f1(gold: Sequence[Gold], found: Sequence[Read]) -> float | None:
    if not any("authors" in read for read in found):
        return None
    right: Counter[tuple[int, str]] = Counter()
    read_names: Counter[tuple[int, str]] = Counter()
    for at, (known, read) in enumerate(zip(gold, found, strict=True)):
        if known.get("authors"):
            right.update({(at, _title_key(name)): 1 for name in known["authors"]})
            read_names.update(
                {(at, _title_key(name)): 1 for name in read.get("authors") or [] if name}
            )
    return round(_overlap(right, read_names)[2], 4) if right else None


def _by_language(bodies: Iterable[tuple[str, float, float, float]]) -> dict[str, float]:
    by_language: dict[str, list[float]] = {}
    for lang, _, _, f1 in bodies:
        by_language.setdefault(lang, []).append(f1)
    return {
        lang: round(sum(scores) / len(scores), 4)
        for lang, scores in sorted(by_language.items())
        if len(scores) >= _FEWEST_PAGES
    }


def words_outside(
    folder: Path, gold: Sequence[Gold], seed: int
) -> dict[str, list[tuple[str, str]]]:
    """Draw words that stand on a page but not in its article, each with the page's id.

    Returns
    -------
    dict
        By language, and for all under ``""``, so many of them. A word that finds the gold article
        in another form is none.
    """
    pages = {one["id"]: one for one in gold if one.get("body")}
    pairs: dict[str, list[tuple[str, str]]] = {"": []}
    for page_id, known in pages.items():
        text = (folder / "text" / f"{page_id}.txt").read_text("utf-8")
        inside = set(_WORD.findall(f"{known.get('title', '')} {known['body']}".casefold()))
        outside = sorted(set(_WORD.findall(text.casefold())) - inside)
        pairs[""] += [(word, page_id) for word in outside]
        pairs.setdefault(known["lang"], []).extend((word, page_id) for word in outside)
    n_pages = Counter(known["lang"] for known in pages.values())
    drawn = {}
    with tempfile.TemporaryDirectory() as work, _index(work, gold, gold) as index:
        for lang, of_lang in pairs.items():
            if lang and n_pages[lang] < _FEWEST_PAGES:
                continue
            random.Random(seed).shuffle(of_lang)
            outside_words = (one for one in of_lang if not _finds(index, *one))
            drawn[lang] = [one for one, _ in zip(outside_words, range(_N_WORDS), strict=False)]
    return drawn


def _false_hits(
    gold: Sequence[Gold], found: Sequence[Read], words: dict[str, list[tuple[str, str]]]
) -> dict[str, float]:
    """Return the share of words that find the page on which they stand outside the article."""
    with tempfile.TemporaryDirectory() as work, _index(work, gold, found) as index:
        return {
            lang: round(sum(_finds(index, *one) for one in drawn) / len(drawn), 4)
            for lang, drawn in words.items()
            if drawn
        }


def _index(folder: str, gold: Sequence[Gold], found: Sequence[Read]) -> newsearch.Index:
    index = newsearch.open_index(Path(folder, "index"), create=True)
    index.add(
        {"id": known["id"], "lang": known["lang"], "title": read.get("title"), "body": read["body"]}
        for known, read in zip(gold, found, strict=True)
        if known.get("body") and read.get("body")
    )
    return index


def _finds(index: newsearch.Index, word: str, page_id: str) -> bool:
    return any(hit.id == page_id for hit in index.search(word, limit=None, syntax="words"))


def render_extraction(result: ExtractionResult) -> str:
    """Return a result as Markdown."""
    machine = result.machine
    versions = ", ".join(f"{name} {number}" for name, number in result.versions.items())
    head = [
        f"- `extraction`, {result.started} to {result.finished}, {result.pages} pages"
        f" ({result.half}), SHA-256 of the gold file {result.digest[:16]}…",
        f"- {machine['processor']}, {machine['cores']} cores, Python {machine['python']},"
        f" commit {machine['commit']}; load average {result.load_average.get('start')} at the"
        f" start, {result.load_average.get('end')} at the end",
        f"- {versions}",
    ]
    columns = ["precision", "recall", "f1", "under_half", "title", "date_given", "date_right"]
    columns += ["date_wrong", "authors_f1", "false_hits"]
    names = ["reader", "P", "R", "F1", "F1 < .5", "headline", "day given", "right", "wrong"]
    names += ["authors F1", "false hits", "pages/s", "MB/s"]
    rows = [
        [row.reader]
        + [_share(getattr(row, column)) for column in columns]
        + [f"{row.pages_per_s:.0f}", f"{row.mb_per_s:.1f}"]
        for row in result.rows
    ]
    langs = sorted({lang for row in result.rows for lang in row.f1_by_language})
    by_language = [
        [row.reader]
        + [
            " / ".join(
                _share(shares.get(lang))
                for shares in (row.f1_by_language, row.false_hits_by_language)
            )
            for lang in langs
        ]
        for row in result.rows
    ]
    skipped = [f"- not measured: {name}: {reason}" for name, reason in result.skipped.items()]
    tables = [table(names, rows), table(["F1 / false hits", *langs], by_language)]
    return "\n\n".join(["\n".join([*head, *skipped]), *tables]) + "\n"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
