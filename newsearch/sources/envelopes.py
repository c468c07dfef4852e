"""Articles within other objects: answers of interfaces, hits of search servers, JSON-LD."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from newsearch.answers.reports import Remark
from newsearch.article import Article
from newsearch.sources.evidence import is_prose
from newsearch.sources.fields import BLOCK_KEYS, TEXT_KEYS, Meanings
from newsearch.sources.reader import Context

Row = tuple[int | None, dict[str, Any] | Article | Remark]
"""A record with the line it stands on; what is an article or a remark already goes through."""

_NESTING = frozenset((dict, list))
_OF_ACTIONS = frozenset(("_index", "_id", "_type"))
_TEXTS = frozenset(("title", "body"))
_ABOUT = frozenset(("meta", "metadata", "thread"))
_DEEPEST = 6


def opened(rows: Iterable[Row], meanings: Meanings, context: Context) -> Iterator[Row]:
    """Put in place of each record that holds articles these articles."""
    bulk_id: dict[str, Any] = {}
    for line, record in rows:
        if not isinstance(record, dict) or _NESTING.isdisjoint(map(type, record.values())):
            yield line, bulk_id | record if bulk_id and isinstance(record, dict) else record
        elif table := _rows_of_columns(record, meanings):
            context.note_once("the articles are the rows of a table that is kept by columns")
            for one in table:
                yield line, one
        elif not _has_objects(record):
            yield line, bulk_id | record
        elif (action := _bulk_action(record)) is not None:
            bulk_id = {"_id": action["_id"]} if "_id" in action else {}
            continue
        else:
            for one in _articles_in(record, meanings, context):
                yield line, bulk_id | _with_metadata(one, meanings)
        bulk_id = {}


def _has_objects(record: dict[str, Any]) -> bool:
    """Whether a record holds other objects, or lists of some: few do."""
    nested = [value for value in record.values() if type(value) in _NESTING]
    return any(type(value) is dict or dict in map(type, value) for value in nested)


def _rows_of_columns(record: dict[str, Any], meanings: Meanings) -> list[dict[str, Any]]:
    """Return the rows of a table as pandas writes it: by columns, or their names apart."""
    fields = meanings.of(record)
    names, data = record.get("columns"), record.get("data")
    if isinstance(names, list) and isinstance(data, list) and fields.isdisjoint(_TEXTS):
        is_table = all(isinstance(row, list) and len(row) == len(names) for row in data)
        return [dict(zip(map(str, names), row, strict=True)) for row in data] if is_table else []
    columns = list(record.values())
    [kind, *others] = set(map(type, columns))
    first = columns[0]
    if others or kind not in _NESTING or not fields >= _TEXTS:
        return []
    is_text = kind is dict and not first.keys().isdisjoint(TEXT_KEYS)
    if kind is dict and not is_text and all(one.keys() == first.keys() for one in columns):
        return [{name: record[name][key] for name in record} for key in first]
    if kind is list and len(first) > 1 and all(len(column) == len(first) for column in columns):
        return [dict(zip(record, row, strict=True)) for row in zip(*columns, strict=True)]
    return []


def _bulk_action(record: dict[str, Any]) -> dict[str, Any] | None:
    """Return what a line for a search server says of the article on the next line."""
    action = record.get("index", record.get("create")) if len(record) == 1 else None
    return action if isinstance(action, dict) and not action.keys() - _OF_ACTIONS else None


def unwrapped(record: dict[str, Any], meanings: Meanings) -> dict[str, Any]:
    """Return a record with the keys of the object in it that is the article, if one is."""
    if _has_body(record, meanings):
        return record
    has_title = "title" in meanings.of(record)
    for key, value in record.items():
        is_inner = isinstance(value, dict) and meanings[key][0] in _WRAPPING
        if is_inner and (
            _has_body(value, meanings) or (not has_title and "title" in meanings.of(value))
        ):
            outer = {name: record[name] for name in record if name != key}
            return outer | unwrapped(value, meanings)
    return record


def _with_metadata(record: dict[str, Any], meanings: Meanings) -> dict[str, Any]:
    """Return a record with what an object beside its texts tells, such as date and source."""
    for key in _ABOUT & record.keys():
        about = record[key]
        known = meanings.of(record) | _TEXTS | {""}
        if not isinstance(about, dict):
            continue
        if more := {name: about[name] for name in about if meanings[name][0] not in known}:
            rest = {name: value for name, value in about.items() if name not in more}
            record = {name: record[name] for name in record if name != key} | more
            record |= {key: rest} if rest else {}
    return record


# "_source", "article" and "data" are names of fields too; an author has a title, but is no article.
_WRAPPING = frozenset(("", "source", "body", "date"))


def is_article(record: Any, meanings: Meanings) -> bool:
    """Whether an object looks like an article: it has a title, a body or long prose."""
    if not isinstance(record, dict):
        return False
    fields = meanings.of(record)
    return not fields.isdisjoint(_TEXTS) or any(map(is_prose, record.values()))


def _has_body(record: dict[str, Any], meanings: Meanings) -> bool:
    return _has_body_of_blocks(record, meanings) or any(
        meanings[key][0] == "body" and not meanings.is_summary(key) and not _holds_objects(value)
        for key, value in record.items()
    )


def _has_body_of_blocks(record: dict[str, Any], meanings: Meanings) -> bool:
    """Whether a record has a title and, as its body, the parts of a text as editors keep them."""
    return "title" in meanings.of(record) and any(
        meanings[key][0] == "body" and _is_blocks(value, meanings) for key, value in record.items()
    )


def _is_blocks(value: Any, meanings: Meanings) -> bool:
    if isinstance(value, dict):
        value = next((value[key] for key in BLOCK_KEYS if key in value), None)
    return _holds_objects(value) and all(
        isinstance(one, dict) and meanings.of(one).isdisjoint(("title", "url")) for one in value
    )


def _holds_objects(value: Any) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list) and bool(value) and isinstance(value[0], dict)
    )


def _articles_in(
    record: dict[str, Any], meanings: Meanings, context: Context
) -> Iterable[dict[str, Any]]:
    if _has_body(record, meanings):
        return (record,)
    path, articles, n_others = _best_list(record, meanings)
    if not articles:
        return (unwrapped(record, meanings),)
    if path:
        context.note_once(f"the articles are those of {path!r}")
    if n_others:
        context.note(f"{n_others:,} of {path!r} have neither title nor text and are left out")
    return articles


def _best_list(record: dict[str, Any], meanings: Meanings) -> tuple[str, list[dict[str, Any]], int]:
    """Return the path of the longest list nearest to the top, its articles, how many others."""
    has_title = "title" in meanings.of(record)
    level = [("", {"": record} if _objects_in(record, meanings) else record)]
    for _ in range(_DEEPEST):
        lists: dict[str, list[dict[str, Any]]] = {}
        below: list[tuple[str, dict[str, Any]]] = []
        for path, holder in level:
            for key, value in holder.items():
                name = f"{path}.{key}" if path else key
                objects = _objects_in(value, meanings)
                below += [
                    (name, one)
                    for one in objects or [value]
                    if isinstance(one, dict) and not _has_body_of_blocks(one, meanings)
                ]
                lists.setdefault(name, []).extend(objects)
        found = {name: _articles_of(lists[name], meanings, has_title) for name in lists}
        best = max(found, key=lambda name: len(found[name]), default="")
        if found.get(best):
            return best, found[best], len(lists[best]) - len(found[best])
        level = below
    return "", [], 0


def _objects_in(value: Any, meanings: Meanings) -> list[dict[str, Any]]:
    """Return the objects of a list, or of an object that has several by their ids."""
    if isinstance(value, list):
        return [one for one in value if isinstance(one, dict)]
    if not isinstance(value, dict) or meanings.of(value):
        return []
    objects = [{"id": key, **one} for key, one in value.items() if isinstance(one, dict)]
    is_collection = len(objects) > 1 and all(is_article(one, meanings) for one in objects)
    return objects if is_collection else []


def _articles_of(
    objects: list[dict[str, Any]], meanings: Meanings, has_title: bool
) -> list[dict[str, Any]]:
    """Return the articles of a list.

    In an object with a title, such as a feed, the articles must have titles and texts of their own:
    what else an article lists are pictures, links and comments.
    """
    inner = [unwrapped(one, meanings) for one in objects]
    if has_title:
        return [one for one in inner if {meanings[key][0] for key in one} >= _TEXTS]
    return [one for one in inner if is_article(one, meanings)]
