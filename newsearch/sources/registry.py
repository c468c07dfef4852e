"""Which reader for which file, and the front door of the room: `read`."""

from __future__ import annotations

import importlib
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import translate
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from newsearch.answers.reports import Notes, Remark
from newsearch.article import Article
from newsearch.errors import SourceError
from newsearch.fields import FIELDS
from newsearch.languages import AUTO, known_language
from newsearch.sources.content import (
    first_bytes,
    is_arrow,
    is_json,
    is_no_text,
    is_pdf,
    is_rtf,
    is_sheet,
    is_tar,
    kind_of,
)
from newsearch.sources.frames import Frame, is_frame, read_frame
from newsearch.sources.opening import STDIN, open_bytes
from newsearch.sources.plugins import Format, plugin_format, plugin_names
from newsearch.sources.reader import DATE_SOURCES, Context, DateRules, Identity, Reader, Told
from newsearch.sources.stream import ArticleStream
from newsearch.sources.unpacking import data_name
from newsearch.sources.walk import FoundFile, readable_name

if TYPE_CHECKING:
    from newsearch.dates import DateOrder

PathLike = str | os.PathLike[str]


def _own(name: str) -> Callable[..., Any]:
    """Return a function of this room whose module is loaded when it is first called."""
    module, _, function = name.rpartition(".")

    def call(*given: object) -> Any:
        return getattr(importlib.import_module(f"newsearch.sources.{module}"), function)(*given)

    return call


def _built_in(suffixes: str, reader: str, test: str | Callable[[bytes], bool]) -> Format:
    tests = _own(test) if isinstance(test, str) else test
    return Format(tuple(suffixes.split()), _own(reader), tests)


def _export(database: str) -> Format:
    """Return the format of the exports of a news database."""
    read, name = _own("exports.reading.read_export"), _own("exports.reading.database_of")
    return Format(
        (),
        lambda stream, context: cast(Iterator[Article | Remark], read(stream, context, database)),
        lambda start: bool(name(start) == database),
    )


def _starts(*magic: bytes) -> Callable[[bytes], bool]:
    return lambda start: start.startswith(magic)


def _never(_start: bytes) -> bool:
    return False


_is_zip = _starts(b"PK\x03\x04", b"PK\x05\x06")
_formats: dict[str, Format] = {
    "text": _built_in(".txt .text", "text.read_text", _never),
    "parquet": _built_in(".parquet", "tables.read_parquet", _starts(b"PAR1")),
    "arrow": _built_in(".arrow .feather", "tables.read_arrow", is_arrow),
    "excel": _built_in(".xlsx .xlsm .ods", "tables.read_sheets", is_sheet),
    "sqlite": _built_in(
        ".db .sqlite .sqlite3", "tables.read_sqlite", _starts(b"SQLite format 3\0")
    ),
    **{name: _export(name) for name in ("lexisnexis", "factiva", "proquest", "europresse")},
    "html": _built_in(".html .htm .xhtml", "text.read_html", "exports.reading.is_page"),
    "markdown": _built_in(".md .markdown", "markdown.read_markdown", "markdown.has_front"),
    "feed": _built_in(".rss .atom .xml .nitf .sgm .sgml", "feeds.read_feed", "feeds.is_feed"),
    "mail": _built_in(".eml .mbox", "mail.read_mail", "mail.is_mail"),
    "json": _built_in(".json", "json_values.read_json", is_json),
    "jsonl": _built_in(".jsonl .ndjson", "json_values.read_jsonl", is_json),
    "csv": _built_in(".csv", "csv_rows.read_csv", "csv_rows.is_table"),
    "tsv": _built_in(".tsv .tab", "csv_rows.read_tsv", _never),
    "rtf": _built_in(".rtf .doc", "exports.reading.read_document", is_rtf),
    "pdf": _built_in(".pdf", "pdf.read_pdf", is_pdf),
    # What a zip archive holds tells whether it is a document.
    **{
        name: _built_in(f".{name}", "archives.read_zip", _is_zip)
        for name in ("zip", "docx", "odt", "epub")
    },
    "whoosh": _built_in("", "whoosh_index.read_whoosh", _never),
    "tar": _built_in(".tar .tgz .tbz2 .txz", "archives.read_tar", is_tar),
    "warc": _built_in(".warc", "warc.read_warc", _starts(b"WARC/")),
}
"""Our own formats, the surest tests first, and the registered ones; those of other packages come
after them."""
_ARCHIVES = ("zip", "tar", "warc")
"""Formats whose files hold files of any format."""
_BUILT_IN = dict(_formats)


def formats() -> list[str]:
    """Return the names that ``format=`` and ``--format`` know; ``auto`` goes by content."""
    return list(dict.fromkeys(["auto", *_formats, *plugin_names()]))


def register_reader(
    name: str,
    suffixes: Iterable[str],
    reader: Reader,
    test: Callable[[bytes], bool] | None = None,
) -> None:
    """Add a format, or replace one, for this process.

    A package that is to be found without this call names a `Format` among its entry points.

    Parameters
    ----------
    name
        What ``format=`` and ``--format`` call it.
    suffixes
        Ends of file names that choose it, such as ``.xml``; ``.xml.gz`` is then known too.
    reader
        See `Reader`.
    test
        See `Format`.
    """
    _formats[name] = Format(tuple(suffix.lower() for suffix in suffixes), reader, test)


def read(  # noqa: PLR0913  one for each option
    paths: PathLike | Iterable[PathLike] | Frame,
    *,
    format: str = "auto",  # noqa: A002  the option's name on the command line
    language: str = "",
    id_prefix: str = "",
    id_from: str = "",
    date_order: DateOrder = "",
    date_from: str = "",
    map: Mapping[str, str] | None = None,  # noqa: A002  the option's name on the command line
    columns: Sequence[str] = (),
    exclude: Sequence[str] = (),
    trust: bool = False,
    strict: bool = False,
) -> ArticleStream:
    """Read articles from files, folders and standard input.

    Nothing is opened before the stream is iterated over. Of more than 100 pages, text or HTML, the
    others are read a few ahead by processes of their own, one a core, 4 at most: what is given is
    the same, in the same order.

    Parameters
    ----------
    paths
        A path or several. ``-`` is standard input; folders are walked to their leaves;
        ``archive.db#articles`` is one table of a database. Or a table of pandas, polars or pyarrow.
    format
        One of `formats()`, for all files; ``auto`` goes by what a file holds, and where that says
        nothing by the end of its name; standard input is then text.
    language
        Code or name of the language of articles that name none and are not clearly in another;
        ``"auto"`` for that of most of the first articles. English where none is given. An index
        tells it when it takes the articles.
    id_prefix
        Put before every id, so that those of several sources stay apart.
    id_from
        The key whose value is the id; ``"path"`` for the path of the file, ``#``, and the record's
        id or else its line. Pages, which have no keys, are known by their path.
    date_order
        ``"dmy"``, ``"mdy"`` or ``"ymd"``: which number is the day in dates such as ``08/07/2020``.
        Without it the other dates of the same file, publisher or load tell, or else there is none.
    date_from
        Where dates are taken from, the best first: ``"data"`` that is given or declared, the
        ``"text"`` of a page, the ``"name"`` of the file; several with commas. What is not named
        does not count. Without it a file name counts only where it is made of the headline.
    map
        The key or column that a field is taken from, such as ``{"body": "Story"}``; what it does
        not name goes by the names that keys usually have, or else by what they hold.
    columns
        Names of the columns of tables without a header, whose first row is then an article.
    exclude
        Patterns such as ``"*.bak"`` or ``"2019/*"`` of names, and of paths below a named folder, of
        files and folders that are left out of it.
    trust
        Read the folders of format ``whoosh``, whose files are pickles that can run any code.
    strict
        Raise `SourceError` at the first thing that cannot be read, rather than listing it in
        ``rejected``.

    Raises
    ------
    UnknownLanguageError
        For a language that is not known.
    SourceError
        For a path that does not exist, an unknown format, and a named file whose format
        is not known; for a key or prefix that is no text of one line; for an order or a source of
        dates that is none, for an unknown field in `map`, and an index of Whoosh without `trust`.
    """
    chooser = _Chooser(format)
    identity = Identity(_checked("id_from", id_from), _checked("id_prefix", id_prefix))
    dates = _date_rules(date_order, date_from)
    told = Told(_checked_map(map or {}), _checked_columns(columns))
    code = language if language in ("", AUTO) else known_language(language)
    if is_frame(paths):
        roots = [_no_file("frame", lambda _, context: read_frame(paths, context))]
    else:
        roots = _roots(cast(PathLike | Iterable[PathLike], paths), chooser)
    if format == "whoosh":
        roots = [_whoosh_index(root.path, trust=trust) for root in roots]
    if exclude:
        roots = [replace(root, excluded=_any_of(exclude)) for root in roots]
    return ArticleStream(
        roots,
        language=code,
        identity=identity,
        dates=dates,
        told=told,
        strict=strict,
        notes=chooser.notes,
        is_page=chooser.is_page,
        # What was registered in this process is not known in others.
        format_name=format if _formats == _BUILT_IN else None,
        options=(format, code, identity, dates, told, trust),
    )


def _roots(paths: PathLike | Iterable[PathLike], chooser: _Chooser) -> list[FoundFile]:
    try:
        named = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
        texts = [os.fsdecode(path) for path in named]
    except TypeError as error:
        raise SourceError(repr(paths), "is no path; write paths as text") from error
    return [_root(text, ids, chooser) for text, ids in zip(texts, _root_ids(texts), strict=True)]


def _any_of(patterns: Sequence[str]) -> re.Pattern[str]:
    given = [patterns] if isinstance(patterns, str) else patterns
    return re.compile("|".join(translate(_checked("exclude", one)) for one in given))


def _no_file(name: str, reader: Reader) -> FoundFile:
    """Return what is read like a file although it is none."""
    return FoundFile(os.devnull, "", lambda _: reader, name=name)


def _whoosh_index(folder: str, *, trust: bool) -> FoundFile:
    if not trust:
        reason = "the files of Whoosh can run any code; add --trust if you know who made them"
        raise SourceError(readable_name(folder), reason)
    return _no_file(folder, _formats["whoosh"].reader)


def _date_rules(order: DateOrder, sources: str) -> DateRules:
    texts = _checked("date_from", sources)
    names = tuple(name.strip() for name in texts.split(",")) if texts else ()
    if order not in ("", "dmy", "mdy", "ymd"):
        raise SourceError("date_order", f"{order!r} is no order; write dmy, mdy or ymd")
    for name in names:
        if name not in DATE_SOURCES.values():
            known = ", ".join(dict.fromkeys(DATE_SOURCES.values()))
            raise SourceError("date_from", f"{name!r} is none of {known}")
    return DateRules(order, names)


def _checked(name: str, text: object) -> str:
    if not (isinstance(text, str) and text.isprintable()):
        raise SourceError(name, f"{text!r} is no text of one line; write it as text")
    return text


def _checked_map(keys: object) -> Mapping[str, str]:
    if not isinstance(keys, Mapping):
        raise SourceError("map", f"{keys!r} is no mapping; write {{'body': 'Story'}}")
    known = [field.name for field in FIELDS if field.in_files]
    for name, key in keys.items():
        if name not in known:
            raise SourceError("map", f"{name!r} is no field; the fields are {', '.join(known)}")
        _checked("map", key)
    return keys


def _checked_columns(names: object) -> tuple[str, ...]:
    if isinstance(names, str) or not isinstance(names, Iterable):
        raise SourceError("columns", f"{names!r} is no list of names; write ['title', 'body']")
    return tuple(_checked("columns", name) for name in names)


class _Chooser:
    """Chooses the readers for the files of one stream, all of one format or of any (``auto``).

    Its notes tell of packages whose readers cannot be loaded. Raises SourceError for a format that
    is unknown or cannot be loaded.
    """

    def __init__(self, format_name: str) -> None:
        self.notes = Notes()
        is_any = format_name in ("auto", *_ARCHIVES)
        self._named = None if is_any else _format_of(format_name)
        self._plugins: list[Format] | None = None

    def by_name(self, path: str) -> Reader:
        """Return the reader for a file, which looks at the content unless the format is named."""
        if self._named:
            return partial(self._read_as, self._named)
        return partial(self._read, _named_so(data_name(path), self.known()))

    def unnamed(self, pipe: str, path: str) -> Reader:
        """Return the reader for a pipe, whose path tells nothing, or for a file that it holds."""
        if self._named or path != pipe:
            return self.by_name(path)
        return partial(self._read, _formats["text"])

    def is_page(self, path: str) -> bool:
        """Whether a file is one page, as far as its name tells."""
        named = self._named or _named_so(data_name(path), _formats.values())
        return named is not None and named in (_formats["text"], _formats["html"])

    def knows(self, path: str) -> bool:
        """Whether a file has a reader, by its name or content."""
        if self._named or _named_so(data_name(path), self.known()):
            return True
        with open_bytes(path, lambda _: None) as opened:
            return self._chosen(first_bytes(opened.stream), None) is not None

    def _read_as(
        self, named: Format, stream: BinaryIO, context: Context
    ) -> Iterator[Article | Remark]:
        """Read a file as the format that was asked for, or what an archive holds so."""
        start = first_bytes(stream)
        if named.test and not named.test(start):
            archives = [_formats[name] for name in _ARCHIVES]
            named = next((one for one in archives if one.test and one.test(start)), named)
        context.kind = _name_of(named)
        yield from named.reader(stream, context)

    def _read(
        self, named: Format | None, stream: BinaryIO, context: Context
    ) -> Iterator[Article | Remark]:
        """Read a file as what its first bytes show it to be, or else as what its name says."""
        start = first_bytes(stream)
        if found := self._chosen(start, named):
            context.kind = _name_of(found)
            yield from found.reader(stream, context)
            return
        kind = kind_of(start)
        reason = "no reader knows this kind of file" + (f": {kind}" if kind else "")
        if named:
            yield context.rejected(f"{reason}; save it as text, HTML, JSON or CSV")
        else:
            context.note(f"skipped, {reason}")

    def _chosen(self, start: bytes, named: Format | None) -> Format | None:
        if named and (named.test is None or named.test(start)):
            return named
        for one in _formats.values() if named else self.known():
            if one.test and one.test(start):
                return one
        return None if is_no_text(start) else named

    def known(self) -> Iterator[Format]:
        """Return all formats; those of other packages are loaded where none before them will do."""
        yield from _formats.values()
        if self._plugins is None:
            self._plugins = []
            for name in plugin_names():
                try:
                    self._plugins.append(plugin_format(name))
                except SourceError as error:
                    self.notes.append(Remark(error.path, error.line, error.reason))
        yield from self._plugins


def reader_by_name(format_name: str) -> Callable[[str], Reader]:
    """Return what chooses the readers for files of a folder, as `read` does."""
    return _Chooser(format_name).by_name


def _format_of(name: str) -> Format:
    if name in _formats:
        return _formats[name]
    if name in plugin_names():
        return plugin_format(name)
    known = ", ".join(formats())
    raise SourceError(str(name), f"there is no such format; the formats are {known}")


def _name_of(known: Format) -> str:
    return next((name for name, one in _formats.items() if one is known), "other")


def _named_so(name: str, known: Iterable[Format]) -> Format | None:
    return next((one for one in known if name.endswith(one.suffixes)), None)


def _root(path: str, article_id: str, chooser: _Chooser) -> FoundFile:
    if path == STDIN:
        return FoundFile(path, "", partial(chooser.unnamed, path))
    file, sign, table = path.rpartition("#")
    if sign and not os.path.lexists(path) and os.path.isfile(file):  # noqa: PTH113 - as below
        return FoundFile(file, article_id, chooser.by_name, part=table)
    try:
        status = Path(path).stat()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(readable_name(path), f"cannot be read: {reason.lower()}") from error
    if stat.S_ISDIR(status.st_mode):
        return FoundFile(path, article_id, chooser.by_name, is_folder=True)
    if not stat.S_ISREG(status.st_mode):
        return FoundFile(path, "", partial(chooser.unnamed, path))
    if not chooser.knows(path):
        known = ", ".join(suffix for one in chooser.known() for suffix in one.suffixes)
        advice = f"give its format, or let its name end in {known}"
        reason = f"no reader knows this kind of file; {advice}"
        raise SourceError(readable_name(path), "; ".join([reason, *map(str, chooser.notes)]))
    return FoundFile(path, article_id, chooser.by_name, status.st_size, mtime_ns=status.st_mtime_ns)


def _root_ids(paths: list[str]) -> list[str]:
    """Return the id that the articles of each root start with.

    That is the name of the folder; a file is called as if the folder it lies in had been named.
    Folders of one name are told apart by as many of the folders above them as it takes.
    """
    # Not Path.resolve: a link goes by the name that the user gave it.
    places = [Path(os.path.abspath(path)) for path in paths]  # noqa: PTH100
    # Nor Path.is_dir, which raises for names that cannot be.
    folders = [place if os.path.isdir(place) else place.parent for place in places]  # noqa: PTH112
    names: dict[Path, str] = {}
    for n_parts in range(1, max((len(one.parts) for one in folders), default=0) + 1):
        names = {folder: "/".join(folder.parts[1:][-n_parts:]) for folder in folders}
        if len(set(names.values())) == len(names):
            break
    return [
        readable_name(names[folder] if place == folder else f"{names[folder]}/{place.name}")
        for place, folder in zip(places, folders, strict=True)
    ]
