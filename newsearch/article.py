"""Article, the one value that travels from a source to a hit."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import field, fields
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache, partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal, get_args

from newsearch.errors import ArticleError
from newsearch.fields import FIELD, LIST_FIELDS
from newsearch.patterns import lazy_pattern
from newsearch.values import frozen_dataclass

if TYPE_CHECKING:
    import hashlib

    from newsearch.dates import DateOrder

Precision = Literal["year", "month", "day", "second"]
DateOrigin = Literal["given", "page data", "page text", "file name"]

_PRECISIONS, _ORIGINS = get_args(Precision), get_args(DateOrigin)

# Databases write 00 for a month or a day that is not known.
_ISO_DATE = lazy_pattern(
    r"(\d{4})(?:\s?[年년]|-00(?:-00)?|-(\d{1,2})(?:-00|-(\d{1,2})(?:Z|[+-]\d\d:\d\d)?)?)?"
)
_ISO_TIME = lazy_pattern(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
_BEFORE_CHRIST = lazy_pattern(r"[-\N{MINUS SIGN}]\d{1,4}(?!\d)")
_LEAP_SECOND = lazy_pattern(r"(?<=\d\d:\d\d):60(?!\d)")
_END_OF_DAY = lazy_pattern(r"(?<=\d[T ])24(?=:00(?::00(?:[.,]0+)?)?(?![:.,\d]))")
_ID_DIGEST_BYTES = 12
_HASH_BYTES = 16
_LONGEST_DATE = 100
_MEMO_DATES = 1 << 12
# A load hashes each id twice: as it is read, and with the batch it is in.
_MEMO_IDS = 1 << 11
LARGEST_ARTICLE_BYTES = 8 * 2**20
"""Longest line, row, page or extra keys that are taken: much of it may be no text."""
LARGEST_BODY_BYTES = 4 * 2**20
"""Longest body: a book has 1 MiB, so more is not an article.

A load of one of 4 MiB takes 260 MB where it is a letter and a hyphen in turn, 780 where it is
800,000 different words; more while kernels compile."""
LARGEST_HEAD_BYTES = 2**20
"""Most bytes of all fields but the body and extra keys: titles are held several times."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@frozen_dataclass
class ArticleDate:
    """When an article appeared, how precisely that is known, and who says so.

    Parameters
    ----------
    instant
        The first instant the date can mean, aware, in UTC.
    precision
        ``"year"``, ``"month"``, ``"day"`` or ``"second"``.
    origin
        ``"given"`` by the source's data, declared in the ``"page data"`` of a web page, found in
        the ``"page text"``, or in the ``"file name"``.
    """

    instant: datetime
    precision: Precision = "second"
    origin: DateOrigin = "given"

    def __post_init__(self) -> None:
        if self.instant.tzinfo is None:
            raise ArticleError("the instant of a date needs a time zone; pass an aware datetime")
        if self.instant.tzinfo is not UTC or self.instant.microsecond:
            instant = self.instant.astimezone(UTC).replace(microsecond=0)
            object.__setattr__(self, "instant", instant)

    @classmethod
    def parse(cls, text: str, origin: DateOrigin = "given", order: DateOrder = "") -> ArticleDate:
        """Read a date as data sets, pages and people write it; see `newsearch.dates`.

        ISO 8601 years, months, days and times; else what `newsearch.dates.read_date` understands.
        A time without a zone is taken as UTC, and one of a zone that could be several is left
        out. The leap second 23:59:60 is the one before it, and 24:00 the start of the next day.

        Parameters
        ----------
        text
            The date, and perhaps other words, but no other number.
        origin
            Who says so.
        order
            Which number is the day in dates such as ``07/10/2020``.

        Raises
        ------
        ArticleError
            For text that is no date, years before 1, and days such as ``07/10/2020`` that are two
            where no order is given.
        """
        text = text.strip()
        if len(text) > _LONGEST_DATE:
            raise ArticleError(f"{text[:_LONGEST_DATE]!r}... is too long for a date")
        if iso := _ISO_DATE.fullmatch(text):
            return cls._from_parts(text, iso.groups(), origin)
        if _BEFORE_CHRIST.match(text):
            raise ArticleError(f"{text!r} is before the year 1, from which on dates are kept")
        clock, n_days = text, 0
        if ":60" in text or "24:00" in text:
            clock, n_days = _END_OF_DAY.subn("00", _LEAP_SECOND.sub(":59", text), 1)
        if _ISO_TIME.match(clock):
            with suppress(ValueError, OverflowError):
                instant = _as_utc(datetime.fromisoformat(clock)) + timedelta(days=n_days)
                return cls(instant, "second", origin)
        return cls._from_words(text, origin, order)

    @classmethod
    def of(cls, value: DateLike) -> ArticleDate:
        """Return the date that a value means: text is parsed, a time without a zone is UTC.

        Raises
        ------
        ArticleError
            For what is no date.
        """
        if isinstance(value, ArticleDate):
            return value
        if isinstance(value, str):
            return cls.parse(value)
        if isinstance(value, datetime):
            return cls(_as_utc(value))
        if isinstance(value, date):
            return cls(datetime(value.year, value.month, value.day, tzinfo=UTC), "day")
        raise ArticleError(f"{value!r} is not a date; write it as '2020-07-10'")

    @classmethod
    def _from_parts(
        cls, text: str, parts: tuple[str | None, ...], origin: DateOrigin
    ) -> ArticleDate:
        year, month, day = (int(part) if part else None for part in parts)
        precision: Precision = "year" if month is None else "month" if day is None else "day"
        first_month, first_day = 1 if month is None else month, 1 if day is None else day
        try:
            instant = datetime(year or 0, first_month, first_day, tzinfo=UTC)
        except ValueError as error:
            raise ArticleError(f"{text!r} is not a date; write it as 2020-07-10") from error
        return cls(instant, precision, origin)

    @classmethod
    def _from_words(cls, text: str, origin: DateOrigin, order: DateOrder) -> ArticleDate:
        from newsearch.dates import read_date

        try:
            if found := read_date(text, order):
                return cls(found.instant, found.precision, origin)
        except OverflowError as error:
            raise ArticleError(f"{text!r} is not a date; write it as 2020-07-10") from error
        if read_date(text, "dmy"):
            raise ArticleError(f"{text!r} could be either of two days; write it as 2020-07-10")
        raise ArticleError(f"{text!r} is not a date; write it as 2020-07-10")

    @property
    def end(self) -> datetime:
        """The first instant after the date: next second, day, month or year, in UTC."""
        import calendar  # with the names of months in the language of the system

        start = self.instant
        length = timedelta(days=1)
        if self.precision == "second":
            length = timedelta(seconds=1)
        elif self.precision == "month":
            length = timedelta(days=calendar.monthrange(start.year, start.month)[1])
        elif self.precision == "year":
            length = timedelta(days=366 if calendar.isleap(start.year) else 365)
        try:
            return start + length
        except OverflowError:
            return datetime.max.replace(microsecond=0, tzinfo=UTC)

    @property
    def timestamp_s(self) -> int:
        """Seconds from 1970 to the instant; negative before."""
        return int(self.instant.timestamp())

    def __str__(self) -> str:
        text = self.instant.strftime("%Y-%m-%dT%H:%M:%SZ").zfill(20)
        return text[: {"year": 4, "month": 7, "day": 10, "second": 20}[self.precision]]


DateLike = ArticleDate | str | date
"""What `ArticleDate.of` makes a date of."""


def _as_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


@frozen_dataclass
class Article:
    """One news item. A value: equal fields make equal articles.

    Parameters
    ----------
    id
        Outside identity, stable across rebuilds; '' is replaced by the URL, else by a digest of
        title, body and date.
    title, body
        What is searched; one of them must have text. Paragraphs of the body end in a line feed.
    source, agency, author, section, place
        Publisher; wire services; writers; section of the paper; dateline. They filter and count.
        Agencies and authors are tuples in the order of the page; a list is made one.
    date
        See `ArticleDate`, which is made of text and of values of `datetime`; None when unknown.
    lang
        Code that chooses the stemmer, such as ``"en"``; '' leaves it to the index. An index keeps
        what `newsearch.languages.language_code` makes of it.
    url
        Where the article was published.
    extra
        All other keys of the source, JSON values, stored and returned untouched; numbers that JSON
        has not, NaN and infinite ones, are stored as None.
    """

    id: str = ""
    title: str = ""
    body: str = ""
    source: str = ""
    agency: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    section: str = ""
    place: str = ""
    date: ArticleDate | None = None
    lang: str = ""
    url: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)

    if TYPE_CHECKING:  # what is converted may be given as it comes

        def __init__(  # noqa: PLR0913, PLR0917 - one for each field
            self,
            id: str = "",  # noqa: A002 - the name of the field
            title: str = "",
            body: str = "",
            source: str = "",
            agency: Iterable[str] = (),
            author: Iterable[str] = (),
            section: str = "",
            place: str = "",
            date: DateLike | None = None,
            lang: str = "",
            url: str = "",
            extra: Mapping[str, Any] = ...,
        ) -> None: ...

    def __post_init__(self) -> None:
        if set(map(type, _texts_of(self))) != _TEXT_ONLY:
            self._check_texts()
        if _lists_of(self) != _NO_NAMES:
            for name, names in zip(LIST_FIELDS, _lists_of(self), strict=True):
                object.__setattr__(self, name, _names(name, names))
        if self.date is not None and type(self.date) is not ArticleDate:
            object.__setattr__(self, "date", ArticleDate.of(self.date))
        extra: object = self.extra
        if type(extra) is not dict and not isinstance(extra, Mapping):
            raise ArticleError(f"extra is {extra!r}, which is no mapping; write {{'key': 1}}")
        if not (self.title.strip() or self.body.strip()):
            named = f"article {self.id!r}" if self.id else "the article"
            raise ArticleError(f"{named} has neither title nor body")
        if not self.id:
            object.__setattr__(self, "id", self.url or self.digest_id())

    def _check_texts(self) -> None:
        for name in _TEXT_FIELDS:
            value = getattr(self, name)
            if not isinstance(value, str):
                raise ArticleError(f"{name} is {value!r}, which is not text; leave it out or ''")

    def digest_id(self) -> str:
        """Return the id of an article that has none: a digest of what it says."""
        text = "\0".join((self.title, self.body, str(self.date or "")))
        return _blake2b()(_utf8(text), digest_size=_ID_DIGEST_BYTES).hexdigest()

    def as_dict(self) -> dict[str, Any]:
        """Return the article as JSON values; empty fields are left out, extra keys come last."""
        plain = {name: getattr(self, name) for name in _FIELDS}
        record = {name: value for name, value in plain.items() if value}
        if self.date is not None:
            record["date"] = str(self.date)
            record["date_origin"] = self.date.origin
        for name in LIST_FIELDS:
            if name in record:
                record[name] = list(record[name])
        return record | {key: self.extra[key] for key in self.extra if key not in record}

    def to_parts(self) -> tuple[bytes, bytes, bytes]:
        """Return every field as bytes, for `from_parts` to restore without loss.

        The body is not made JSON, which would take most of the time.

        Returns
        -------
        head, extra, body
            ``_HEAD_FIELDS`` as a JSON list; ``extra`` as a JSON object, empty without extra keys;
            UTF-8 of the body. The first two are ASCII without line feeds.

        Raises
        ------
        ArticleError
            When extra keys are no JSON values.
        """
        head, body = _head_json(self).encode("ascii"), _utf8(self.body)
        extra = _extra_json(_to_json, self.extra) if self.extra else b""
        return head, extra, body

    @classmethod
    def from_parts(cls, head: bytes, extra: bytes, body: bytes) -> Article:
        """Restore the article of `to_parts`.

        Raises
        ------
        ArticleError
            For bytes that `to_parts` does not give: they may come from a damaged file.
        """
        try:
            values = json.loads(head)
            restored: dict[str, Any] = {"body": body.decode("utf-8", "surrogatepass")}
            if extra:
                restored["extra"] = _checked("extra", json.loads(extra), dict)
        except (ValueError, RecursionError) as error:
            raise ArticleError("the stored article cannot be read") from error
        if not isinstance(values, list) or len(values) != len(_HEAD_FIELDS):
            raise ArticleError("the stored article has another number of fields")
        for name, value in zip(_HEAD_FIELDS, values, strict=True):
            if value:
                restored[name] = _restored(name, value)
        return cls(**restored)

    @property
    def content_hash(self) -> bytes:
        """Digest of every field, 16 bytes: equal for articles that need no re-indexing."""
        head, _, body = self.to_parts()
        return self.hash_of(head, body)

    def hash_of(self, head: bytes, body: bytes) -> bytes:
        """Return `content_hash` from the article's own parts, which need not be made twice."""
        extra = _extra_json(_to_sorted_json, self.extra) if self.extra else b""
        # A line feed is in no JSON, so the parts cannot run into one another.
        digest = _blake2b()(b"%b%b\n" % (head, extra), digest_size=_HASH_BYTES)
        digest.update(body)
        return digest.digest()

    @property
    def id_hash(self) -> int:
        """64-bit hash of the id, signed: the last tie-break of every ranking."""
        return hash_id(self.id)


_FIELDS = tuple(f.name for f in fields(Article) if f.name != "extra")
_TEXT_FIELDS = tuple(n for n in _FIELDS if FIELD[n].kind != "date" and n not in LIST_FIELDS)
_HEAD_TEXTS = tuple(name for name in _TEXT_FIELDS if name != "body")
_HEAD_FIELDS = (*_HEAD_TEXTS, *LIST_FIELDS, "date")
_TITLE_AT = _HEAD_FIELDS.index("title")
_TEXT_ONLY = {str}
_NO_NAMES = ((),) * len(LIST_FIELDS)
_NO_NAMES_JSON = ",".join(["[]"] * len(LIST_FIELDS))
_texts_of, _lists_of = attrgetter(*_TEXT_FIELDS), attrgetter(*LIST_FIELDS)
_head_texts_of = attrgetter(*_HEAD_TEXTS)
_text_json = json.encoder.encode_basestring_ascii
_compact_json = partial(json.JSONEncoder, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
_to_json, _to_sorted_json = _compact_json().encode, _compact_json(sort_keys=True).encode


def title_of(head: bytes) -> str:
    """Return the title from the head of `Article.to_parts`, without restoring the article.

    Raises
    ------
    ArticleError
        For bytes that `to_parts` does not give.
    """
    try:
        title = json.loads(head)[_TITLE_AT]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise ArticleError("the stored article cannot be read") from error
    return title if isinstance(title, str) else ""


def _head_json(article: Article) -> str:
    """Return `_HEAD_FIELDS` as a JSON list: what an encoder gives, faster and checked."""
    texts = ",".join(map(_text_json, _head_texts_of(article)))
    lists = _lists_of(article)
    names = ",".join(map(_names_json, lists)) if lists != _NO_NAMES else _NO_NAMES_JSON
    date = article.date
    # An instant keeps its hash; that of a date would be made again each time.
    day = "null" if date is None else _date_json(date.instant, date.precision, date.origin)
    return f"[{texts},{names},{day}]"


def _names(field: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return names as a tuple; raise an `ArticleError` for what is none."""
    if isinstance(names, str) or not isinstance(names, Iterable):
        raise ArticleError(f"{field} is {names!r}; write a tuple of names: ({names!r},)")
    names = tuple(names)
    if not all(isinstance(name, str) for name in names):
        raise ArticleError(f"{field} is {names!r}, of which not all is text")
    return names


def _names_json(names: Sequence[str]) -> str:
    return f"[{','.join(map(_text_json, names))}]" if names else "[]"


@lru_cache(_MEMO_DATES)
def _date_json(instant: datetime, precision: Precision, origin: DateOrigin) -> str:
    return f"[{int(instant.timestamp())},{_text_json(precision)},{_text_json(origin)}]"


def _extra_json(encode: Callable[[Any], str], extra: Mapping[str, Any]) -> bytes:
    for key in extra:
        if not isinstance(key, str):
            raise ArticleError(f"extra keys cannot be kept: {key!r} is not text")
    try:
        try:
            return encode(dict(extra)).encode("ascii")
        except ValueError:
            return encode(finite(extra)).encode("ascii")
    except (TypeError, ValueError, RecursionError) as error:
        raise ArticleError(f"extra keys cannot be kept: {error}") from error


def finite(value: Any) -> Any:
    """Return a value with None for numbers that JSON has not: NaN and infinite ones."""
    match value:
        case float():
            return value if math.isfinite(value) else None
        case Mapping():
            return {key: finite(one) for key, one in value.items()}
        case list() | tuple():
            return [finite(one) for one in value]
    return value


def _checked(name: str, value: Any, kind: type = list) -> Any:
    if not isinstance(value, kind):
        raise ArticleError(f"the {name} of the stored article is not a {kind.__name__}")
    return value


def _restored(name: str, value: Any) -> Any:
    """Check a value of the JSON list and make that of the field of it."""
    if name in LIST_FIELDS:
        return tuple(_checked(name, part, str) for part in _checked(name, value))
    if name == "date":
        return _restored_date(_checked(name, value))
    return _checked(name, value, str)


def _restored_date(parts: list[Any]) -> ArticleDate:
    match parts:
        case [int(timestamp_s), precision, origin] if (
            precision in _PRECISIONS and origin in _ORIGINS
        ):
            return _date_at(timestamp_s, precision, origin)
    raise ArticleError("the date of the stored article is not [seconds, precision, origin]")


@lru_cache(_MEMO_DATES)
def _date_at(timestamp_s: int, precision: Precision, origin: DateOrigin) -> ArticleDate:
    """Return a date; many articles are of one day, and making it takes longer than reading one."""
    try:
        instant = _EPOCH + timedelta(seconds=timestamp_s)
    except OverflowError as error:
        raise ArticleError("the date of the stored article is out of range") from error
    return ArticleDate(instant, precision, origin)


@cache
def _blake2b() -> type[hashlib.blake2b]:
    from hashlib import blake2b  # with OpenSSL, which queries do without

    return blake2b


@lru_cache(_MEMO_IDS)
def hash_id(article_id: str) -> int:
    """Hash an article id to a signed 64-bit number that is the same on every machine."""
    digest = _blake2b()(_utf8(article_id), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def _utf8(text: str) -> bytes:
    """Encode text that may hold lone surrogates, as JSON allows."""
    return text.encode("utf-8", "surrogatepass")
