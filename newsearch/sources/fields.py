"""One JSON object, or one row of a table, to an Article: which key means what."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from newsearch.answers.reports import Remark
from newsearch.article import Article, ArticleDate
from newsearch.errors import ArticleError
from newsearch.fields import (
    DATE_PARTS,
    EXACT_FIELDS,
    FIELDS,
    QUALIFIERS_AFTER,
    QUALIFIERS_BEFORE,
    SUMMARIES,
    Field,
    fold_name,
)
from newsearch.keys import field_called, key_name
from newsearch.languages import language_code
from newsearch.sources.markup import without_markup
from newsearch.sources.mojibake import MENDED, mended
from newsearch.sources.reader import ID_FROM_PATH, Context

if TYPE_CHECKING:  # most dates are read without it
    from newsearch.dates import DateOrder

_EXACT = frozenset(EXACT_FIELDS)
Meaning = tuple[str, int]
"""The field that a key means, and its rank among the names of the field; ('', 0) for none."""
_MEANINGS: dict[str, Meaning] = {
    fold_name(name): (field.name, 2 * rank)
    for field in FIELDS
    for rank, name in enumerate(field.in_files)
}
_QUALIFIERS = re.compile(
    "^(?:{})|(?:{})$".format(
        *(
            "|".join(sorted(map(fold_name, names), key=len, reverse=True))
            for names in (QUALIFIERS_BEFORE, QUALIFIERS_AFTER)
        )
    )
)
_NO_FIELD: Meaning = ("", 0)
# What programs write in place of a value that is missing.
_MISSING = {
    *("", "NULL", "null", "None", "none", "NaN", "nan", "NaT", "N/A", "n/a", "#N/A", "NA", "<NA>"),
    *("\\N", "-", "--", "–", "—", "[]", "{}"),
}
_LONGEST_MISSING = 4
_MOST_KEYS = 10_000
_TOLD = -2
BLOCK_KEYS = ("blocks", "content", "children", "paragraphs")
"""Keys of editors for the parts of a text."""
TEXT_KEYS = (
    *("name", "text", "rendered", "main", "original", "value", "@value", "#text", "$t", "_text"),
    *("$oid", "@id", "$numberLong", "display_name", "displayName", "full_name", "fullName"),
    *(*BLOCK_KEYS, "data", "attributes", "title"),
)
"""Where an object stands for a text, the key that holds it: of authors and publishers, of JSON-LD,
of several interfaces of newspapers, of Drupal, of XML and MongoDB as JSON, and of editors."""
_PARTS_OF_NAME = (
    *("firstname", "givenname", "first", "given", "middlename", "middle"),
    *("lastname", "familyname", "surname", "last", "family"),
)
# "Von Ole Brandt", but "Von Miller".
_BY = re.compile(
    r"^(?:(?i:by)\s+(?=[^\W\d_])|(?:[Vv]on|[Pp]ar|[Pp]or|[Dd]oor)\s+(?=[A-ZÀ-Þ]\S*\s+[A-ZÀ-Þ]))"
)
_BETWEEN_NAMES = re.compile(
    r"\s*,\s*(?:(?:and|und|et)\s+)?|\s*[|\n/+]\s*|\s+(?:and|AND|&|und|et|y|e|en|i|ve|og|och|и)\s+"
)
_NAME_WORD = re.compile(r"[^\W\d_]+(?:[.'’-]+[^\W\d_]+)*\.?")
_WITHIN_NAMES = {
    *("da", "de", "di", "do", "du", "del", "dos", "van", "von", "der", "den", "la", "le", "al"),
}
# What follows the name of a writer in a byline: a job, a paper, a wire service, a date.
_NO_NAMES = re.compile(
    r"(?i:\b(?:staff|writers?|editors?|reporters?|news|press|post|times|agenc|desk|team|correspon"
    r"|corres[ip]|redak|redac|journali|reuters|корреспондент|редактор))|\d|\A[A-Z]{2,5}\Z"
)
_MAIL = re.compile(r"\S+@\S+")
_OPENING = frozenset("[{")
_LONGEST_WRITTEN = 2_000
# Lists of texts, and objects with a name, as Python shows them.
_TEXT = r"""(?:'[^']*+'|"[^"]*+")"""
_SHOWN_TEXT = re.compile(_TEXT)
_SHOWN_LIST = re.compile(rf"\[\s*{_TEXT}(?:\s*,\s*{_TEXT})*+\s*\]\s*")
_SHOWN_NAME = re.compile(rf"\{{[^{{}}]*?['\"]name['\"]\s*:\s*({_TEXT})[^{{}}]*+\}}\s*")
_LONGEST_ID = 1000
# What scrapers call the time at which they fetched a page.
_FETCHED = {
    *("crawled", "crawled_at", "crawl_date", "date_crawled", "crawl_time", "fetched", "fetched_at"),
    *("fetch_date", "fetch_time", "date_download", "download_date", "downloaded", "downloaded_at"),
    *("scraped", "scraped_at", "scrape_date", "retrieved", "retrieved_at", "accessed"),
}
# Columns that hold a date in parts: year, month and day.
_PARTS_OF_DATE = tuple(
    tuple(names.split())
    for names in (
        *(
            "year month day",
            "jahr monat tag",
            "jaar maand dag",
            "année mois jour",
            "annee mois jour",
        ),
        *("año mes día", "año mes dia", "ano mês dia", "ano mes dia", "anno mese giorno"),
        *("år månad dag", "år måned dag", "год месяц день", "年 月 日", "년 월 일"),
    )
)
_YEARS = frozenset(names[0] for names in _PARTS_OF_DATE)
# Of MongoDB, PHP and Firestore.
_DATE_KEYS = ("$date", "date", "_seconds", "iso", "datetime")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# A year in seconds or milliseconds since 1970 is further from zero than any day like 20200710.
_FIRST_TIMESTAMP = 10**8
_FIRST_TIMESTAMP_MS, _LAST_TIMESTAMP = 10**11, 10**20
# "NEW YORK, March 3", "PARIS (AP) -": the place ends before the agency, the dash and the day.
_DATELINE = re.compile(r"\s*([^\d(–—]+?)(?:,?\s+[^\W\d]+\.?\s+\d.*|\s*[(–—].*|\s+-.*)?\s*", re.S)


class _UnusableError(Exception):
    """A value that its field cannot take; the message says why."""


class Meanings(dict[str, Meaning]):
    """What the keys of a file mean, as they are met.

    Parameters
    ----------
    told
        Keys by the field that is taken from them; they come before all others.
    """

    def __init__(self, told: Mapping[str, str] | None = None) -> None:
        self._told = {fold_name(key): (field, _TOLD) for field, key in (told or {}).items()}

    def __missing__(self, key: str) -> Meaning:
        folded = fold_name(key)
        found = self._told.get(folded) or _MEANINGS.get(folded)
        if not found:
            found = _MEANINGS.get(fold_name(key.rpartition(":")[2])) or _qualified(folded)
        elif key.lower() != folded:  # "id" before "_id"
            found = (found[0], found[1] + 1)
        if len(self) >= _MOST_KEYS:
            self.clear()
        self[key] = found
        return found

    def take(self, key: str, field: str) -> None:
        """Take a field from a key from now on."""
        self._told[fold_name(key)] = self[key] = (field, _TOLD)

    def of(self, keys: Iterable[str]) -> set[str]:
        """Return the fields that some keys mean, those of summaries left out."""
        return {self[key][0] for key in keys if not self.is_summary(key)} - {""}

    def is_summary(self, key: str) -> bool:
        """Whether a key stands for the body only where there is nothing longer."""
        field, rank = self[key]
        return field == "body" and rank >= _FIRST_SUMMARY


def _qualified(folded: str) -> Meaning:
    """Return what a name means that has words about the article, or of names, beside it."""
    field, rank = _MEANINGS.get(_QUALIFIERS.sub("", folded), _NO_FIELD)
    return field, rank + bool(field)


_FIRST_SUMMARY = _MEANINGS[fold_name(SUMMARIES[0])][1]


_COMMON = Meanings()


def article_from(
    record: dict[str, Any], context: Context, line: int | None, meanings: Meanings = _COMMON
) -> Article | Remark:
    """Make the article that a record describes.

    Null, text that is blank, and what programs write in its place count as absent. A value that
    its field cannot take stays in ``extra`` and is noted; only an unusable id, and text that is
    missing, reject the record. Unknown keys stay in ``extra`` as they are.
    """
    context.line = line
    found, extra = _sort_out(record, meanings)
    if context.id_from and context.id_from != ID_FROM_PATH:
        _take_id(context.id_from, record, found, extra)
    _note_names(extra, context, line)
    values: dict[str, Any] = {}
    for field, (_, key, value) in found.items():
        try:
            if field == "date":
                converted = _date_in(record, value, context, extra, meanings)
            else:
                converted = _CONVERTERS[field](value)
        except _UnusableError as unusable:
            if field == "id":
                return context.rejected(f"unusable {key}: {unusable}", line)
            converted = _next_best(field, extra, meanings)
            extra["date_text" if field == "date" else key] = value
            context.note(f"{key} ignored: {unusable}", line)
        if converted:
            values[field] = converted
        elif isinstance(value, dict) and field != "date":
            extra[key] = value
    if "date" not in values and (day := _date_of_parts(extra)):
        values["date"] = day
    _mend(values, context, line)
    _use_context(values, context, line)
    _use_dateline(values, extra)
    try:
        return Article(**values, extra=extra)
    except ArticleError as error:
        return context.rejected(str(error), line)


def _use_context(values: dict[str, Any], context: Context, line: int | None) -> None:
    """Make the id and the date as the caller wishes."""
    if context.id_from == ID_FROM_PATH:
        values["id"] = f"{context.article_id or context.path}#{values.get('id', line)}"
    if context.dates.sources:
        values["date"] = context.best_date((values.get("date"), "data"))


def _sort_out(
    record: dict[str, Any], meanings: Meanings
) -> tuple[dict[str, tuple[int, str, Any]], dict[str, Any]]:
    """Split a record into ``field -> (rank, key, value)`` and what names no field."""
    found: dict[str, tuple[int, str, Any]] = {}
    extra: dict[str, Any] = {}
    for key, value in record.items():
        field, rank = meanings[key]
        if not field:
            extra[key] = value
        elif value is None or (
            isinstance(value, str)
            and (value.isspace() or (len(value) <= _LONGEST_MISSING and value in _MISSING))
        ):
            continue
        elif field not in found:
            found[field] = (rank, key, value)
        elif rank < found[field][0]:
            extra[found[field][1]] = found[field][2]
            found[field] = (rank, key, value)
        else:
            extra[key] = value
    return found, extra


def _next_best(field: str, extra: dict[str, Any], meanings: Meanings) -> Any:
    """Take a field from the best other key that names it and can be used, if there is one."""
    others = sorted((meanings[key], key) for key in extra if meanings[key][0] == field)
    for _, key in others:
        with suppress(_UnusableError):
            if converted := _CONVERTERS[field](extra[key]):
                del extra[key]
                return converted
    return None


def is_date(text: str) -> bool:
    """Whether a text is a date, be it one that can be several."""
    with suppress(_UnusableError):
        _date(text)
        return True
    return False


def _note_names(extra: dict[str, Any], context: Context, line: int | None) -> None:
    """Tell of keys that are called like something else in queries."""
    for key in extra:
        if note := _note_of_name(key):
            context.note_once(note, line)


@lru_cache(maxsize=1 << 12)
def _note_of_name(key: str) -> str:
    if field := field_called(key):
        return f"{key} is kept, but a query with {field}: asks for the field"
    if (part := key_name(key)) in DATE_PARTS:
        return f"{key} is kept, but counting by {part} takes that of the date"
    return ""


def _take_id(
    id_key: str,
    record: dict[str, Any],
    found: dict[str, tuple[int, str, Any]],
    extra: dict[str, Any],
) -> None:
    """Take a key's value as the id; what the record calls its id stays in extra."""
    if "id" in found and found["id"][1] != id_key:
        extra[found["id"][1]] = found["id"][2]
    found["id"] = (0, id_key, record.get(id_key))


def _mend(values: dict[str, Any], context: Context, line: int | None) -> None:
    """Mend letters of text that were read in a wrong encoding."""
    for field, value in values.items():
        new: str | tuple[str, ...]
        if type(value) is str:
            if value.isascii() or field in _EXACT:
                continue
            new = mended(value)
        elif type(value) is tuple:
            new = tuple(map(mended, value))
        else:
            continue
        if new != value:
            values[field] = new
            context.note_once(MENDED, line)


def _use_dateline(values: dict[str, Any], extra: dict[str, Any]) -> None:
    """Take the place from a dateline; it stays in extra, since it says more than the place."""
    dateline = extra.get("dateline")
    if "place" not in values and isinstance(dateline, str) and len(dateline) < 200:
        match = _DATELINE.fullmatch(dateline)
        if match and match[1].strip(" ,-"):
            values["place"] = match[1].strip(" ,-")


def _id(value: Any) -> str:
    if value is None or value == "":
        raise _UnusableError("there is none to take as the id")
    if not isinstance(value, str):
        value = _text(value) if isinstance(value, dict) else _number(value)
    text = str(value).strip()
    if len(text) > _LONGEST_ID:
        raise _UnusableError(f"longer than {_LONGEST_ID:,} characters")
    if not text.isprintable() and _CONTROL.search(text):
        raise _UnusableError("it has control characters")
    return text


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _UnusableError("neither text nor a number")
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _text(value: Any) -> str:
    """Return text, also for a number, a list (a paragraph each) and an object with a name.

    What is HTML in it becomes text.
    """
    if isinstance(value, str):
        text = value.strip()
        if "<" in text or "&" in text:
            text = without_markup(text)
        return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    if isinstance(value, list):
        is_line = any(isinstance(one, dict) and one.get("type") == "text" for one in value)
        return (" " if is_line else "\n").join(filter(None, map(_text, value)))
    if isinstance(value, dict):
        return _text_of_object(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if value is None:
        return ""
    kind = "true or false" if isinstance(value, bool) else type(value).__name__
    raise _UnusableError(f"{kind} is not text")


def _text_of_object(value: dict[str, Any]) -> str:
    """Return the text that an object stands for; its only value may be one, by any key."""
    if key := next((key for key in TEXT_KEYS if key in value), ""):
        return _text(value[key])
    if len(value) == 1:
        [only] = value.values()
        return "" if isinstance(only, int | float) else _text(only)
    named = {fold_name(key): part for key, part in value.items()}
    return " ".join(filter(None, (_text(named.get(name)) for name in _PARTS_OF_NAME)))


def _line(value: Any) -> str:
    text = _text(value)
    return " ".join(text.split()) if "\n" in text else text


def _name(value: Any) -> str:
    return _line(_unwritten(value) if _is_written(value) else value)


def _names(value: Any) -> tuple[str, ...]:
    if _is_written(value):
        value = _unwritten(value)
    lines = map(_line, value) if isinstance(value, list) else _text(value).split(";")
    return tuple(dict.fromkeys(filter(None, map(str.strip, lines))))


def _writers(value: Any) -> tuple[str, ...]:
    names = (name for line in _names(value) for name in _writers_of_line(line))
    return tuple(dict.fromkeys(filter(None, names)))


# Writers have many articles.
@lru_cache(maxsize=1 << 12)
def _writers_of_line(line: str) -> tuple[str, ...]:
    """Return the names of a line with commas or ``and`` between, or those that a byline tells.

    Each name of several has two words at least: ``Brandt, Ilse`` is one name. What they are to the
    paper, and the paper, may follow.
    """
    if "@" in line and (rest := _MAIL.sub("", line).strip(" ,()<>[]")):
        line = rest
    plain = _BY.sub("", line, count=1)
    if len(line) > _LONGEST_WRITTEN or _is_full_name(plain):
        return (plain,)
    first, *others = _BETWEEN_NAMES.split(plain)
    names = [first, *(name for name in others if not _NO_NAMES.search(name))]
    if others and not _NO_NAMES.search(first) and all(map(_is_full_name, names)):
        return tuple(names)
    if line.isascii() and " " not in line:
        return (plain,)
    from newsearch.sources.page.credits import authors_of

    return authors_of(line) or tuple(" ".join(part.split()) for part in re.split("[|\n]", plain))


def _is_full_name(name: str) -> bool:
    """Whether a text is a name of several words, with a capital each but for some within."""
    words = name.split(" ")
    return (
        len(words) > 1
        and "AND" not in words
        and all(map(_NAME_WORD.fullmatch, words))
        and all(map(str.isupper, (words[0][0], words[-1][0])))
        and all(word[0].isupper() or word in _WITHIN_NAMES for word in words)
    )


def _is_written(value: Any) -> bool:
    """Whether a value may be a text that programs wrote a list or an object into."""
    return type(value) is str and value[:1] in _OPENING


def _unwritten(value: str) -> Any:
    """Return the list or object in a text, in JSON or as Python shows it; else the text."""
    if len(value) > _LONGEST_WRITTEN:
        return value
    import json

    with suppress(ValueError, RecursionError):
        found = json.loads(value)
        return found if isinstance(found, list | dict) else value
    if _SHOWN_LIST.fullmatch(value):
        return [text[1:-1] for text in _SHOWN_TEXT.findall(value)]
    named = _SHOWN_NAME.fullmatch(value)
    return named[1][1:-1] if named else value


def _lang(value: Any) -> str:
    text = _line(value)
    code = language_code(text)
    if code is None:
        raise _UnusableError(f"{text!r} is not a language that is known")
    return code


def _date(value: Any, order: DateOrder = "") -> tuple[ArticleDate | None, frozenset[DateOrder]]:
    """Read a date; also the orders in which it can be read where it is one of three numbers.

    It is None where these make several days.
    """
    if isinstance(value, dict):
        if found := _date_of_parts(value):
            return found, frozenset()
        value = next((value[key] for key in _DATE_KEYS if key in value), value)
    elif isinstance(value, list) and len(value) > 2 and all(type(n) is int for n in value):
        clock = ":".join(f"{number:02}" for number in value[3:6])  # of Java
        value = "-".join(map(str, value[:3])) + (f" {clock}" if ":" in clock else "")
    try:
        if not isinstance(value, (str, bool)) and isinstance(value, int | float):
            return _date_of_number(value), frozenset()
        return _date_of_text(_line(value), order)
    except ArticleError as error:
        raise _UnusableError(str(error)) from error
    except (ValueError, OverflowError, OSError) as error:
        raise _UnusableError("the number is out of the range of dates") from error


# The same days are asked for again and again; these are those of 40 years.
@lru_cache(maxsize=1 << 14)
def _date_of_text(text: str, order: DateOrder) -> tuple[ArticleDate | None, frozenset[DateOrder]]:
    try:
        found = ArticleDate.parse(text, order=order)
    except ArticleError:
        if orders := _orders_of(text):
            return None, orders
        raise
    return found, frozenset() if order or text[:4].isdigit() else _orders_of(text)


def _orders_of(text: str) -> frozenset[DateOrder]:
    from newsearch.dates import possible_orders

    return possible_orders(text)


def _date_in(
    record: dict[str, Any],
    value: Any,
    context: Context,
    extra: dict[str, Any],
    meanings: Meanings,
) -> ArticleDate | None:
    """Read the date of a record, and tell what it shows of the order of its numbers.

    Where that order is not known, another date of the record is taken, or None.
    """
    try:
        found, orders = _date(value, context.dates.order)
    except _UnusableError:
        if isinstance(value, str) and (day := _day_before_fetching(value, record)):
            return day
        raise
    if orders:
        context.saw_date(_line(value), orders, None if found else "given")
    if found is None:
        found = _next_best("date", extra, meanings)
        extra["date_text"] = value
    return found


def _date_of_parts(extra: dict[str, Any]) -> ArticleDate | None:
    """Read the date of a record that has it in keys of its own: year, month and perhaps day."""
    named = {key.strip().lower(): value for key, value in extra.items()}
    if _YEARS.isdisjoint(named):
        return None
    for names in _PARTS_OF_DATE:
        if named.keys() >= set(names[:2]):
            texts = [str(named[name]).strip().removesuffix(".0") for name in names if name in named]
            parts = [text for text in texts if text.strip("0")]
            is_numbers = all(map(str.isdecimal, parts))
            with suppress(ArticleError):
                return ArticleDate.parse("-".join(parts) if is_numbers else " ".join(parts[::-1]))
    return None


def _day_before_fetching(text: str, record: dict[str, Any]) -> ArticleDate | None:
    """Return the day of a date such as "yesterday", where the record tells when it was fetched."""
    for key, value in record.items():
        if key_name(key) in _FETCHED and isinstance(value, str | int | float):
            from newsearch.relative_dates import relative_day

            with suppress(_UnusableError, OverflowError):
                fetched, _ = _date(value)
                has_time = fetched is not None and fetched.precision == "second"
                if fetched and (has_time or fetched.precision == "day"):
                    day = relative_day(text, fetched.instant, has_time=has_time)
                    return ArticleDate.of(day) if day else None
    return None


def _date_of_number(number: float) -> ArticleDate:
    from datetime import UTC, datetime, timedelta

    text = str(int(number))
    if len(text) in (12, 14):  # perhaps a day and a time, 202007100930
        with suppress(ArticleError):
            return ArticleDate.parse(text)
    if abs(number) >= _FIRST_TIMESTAMP:
        seconds = number
        while _FIRST_TIMESTAMP_MS <= abs(seconds) < _LAST_TIMESTAMP:  # milli- to nanoseconds
            seconds /= 1000
        # Not fromtimestamp, which some systems refuse for years before 1970.
        return ArticleDate(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))
    if len(text) == 8:
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return ArticleDate.parse(text)


def _converter(field: Field) -> Callable[[Any], Any]:
    if field.is_list:
        return _names
    if field.kind == "date":
        return lambda value: _date(value)[0]
    return _name if field.kind == "words" else _line


_CONVERTERS = {field.name: _converter(field) for field in FIELDS}
_CONVERTERS |= {"id": _id, "body": _text, "lang": _lang, "author": _writers}
