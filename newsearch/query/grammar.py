"""Tokens -> tree: which operator and which field belongs to what."""

from __future__ import annotations

from typing import NamedTuple

from newsearch.errors import UnknownFieldError
from newsearch.fields import QUERY_FIELDS
from newsearch.keys import NAMED_KEYS, key_name
from newsearch.query.clauses import Clause, Group, Operator
from newsearch.query.endings import Scope, shown
from newsearch.query.foreign import FIELD_OF
from newsearch.query.leaves import LeafReader
from newsearch.query.lexer import FIELD_SIGNS, Token
from newsearch.query.nodes import Link, WrittenTree
from newsearch.query.operators import Written, counted, joined, read_link
from newsearch.query.parentheses import paired
from newsearch.query.problems import Problems

_ALONE = frozenset(("word", "phrase", "open"))
"""Kinds of tokens that can begin an operand with nothing before it."""
_OPERATORS: dict[str, Operator] = {"AND": "AND", "OR": "OR", "&&": "AND", "||": "OR", "|": "OR"}


class _Prefix(NamedTuple):
    """What stands before an operand: NOT, ``-``, ``+``."""

    is_excluded: bool
    is_required: bool
    last: Token | None


class Grammar:
    """Reads the tokens of one query, each once; warnings go to `problems`.

    `keys`: keys of users' own that can stand before a colon. `match_any`: words side by side are
    alternatives.
    """

    def __init__(
        self,
        tokens: list[Token],
        leaves: LeafReader,
        problems: Problems,
        *,
        keys: frozenset[str],
        match_any: bool,
    ) -> None:
        self._keys = keys
        self._leaves = leaves
        self._problems = problems
        self._match_any = match_any
        self._position = 0
        self._tokens, self._closing = paired(tokens, problems)
        self._has_links = any(token.lastgroup == "link" for token in tokens)

    def tree(self) -> WrittenTree | None:
        """Read the whole query; None if it has nothing to search for.

        Raises UnknownFieldError for a prefix that is no field.
        """
        return self._group(len(self._tokens), Scope()).tree()

    def _group(self, end: int, scope: Scope) -> Group:
        """Read up to the token number `end`."""
        group = Group(self._problems, match_any=self._match_any)
        while self._position < end:
            token = self._tokens[self._position]
            word = token.group()
            if word in _OPERATORS:
                self._position += 1
                if word not in ("AND", "OR"):
                    message = f"{word} is read as {_OPERATORS[word]}"
                    self._problems.warn(token.start() + 1, message)
                group.operator(_OPERATORS[word], token.start() + 1)
            elif token.lastgroup == "link":
                self._position += 1
                self._warn_dangling(token, "before")
            elif token.lastgroup in _ALONE and word != "NOT" and not self._has_links:
                # Queries are mostly these: no need to look for what can stand before an operand.
                tree, is_filter = self._primary(token, scope)
                group.add(Clause() if tree is None else Clause([tree], is_filter=is_filter))
            elif (clause := self._clause(end, scope)) is not None:
                group.add(clause)
        return group

    def _clause(self, end: int, scope: Scope) -> Clause | None:
        """Read one operand with what is before it; None if only that is there."""
        prefix = self._prefix(end, scope)
        if prefix.last and self._is_dangling(prefix.last, end):
            self._warn_dangling(prefix.last)
            return None
        tree, is_filter = self._operand(end, scope)
        if tree is None:
            return Clause()
        if prefix.is_excluded:
            return Clause(excluded=[tree])
        return Clause([tree], [], prefix.is_required, is_filter)

    def _prefix(self, end: int, scope: Scope) -> _Prefix:
        is_excluded = is_required = False
        token = None
        while self._position < end and self._tokens[self._position].group() == "NOT":
            token = self._tokens[self._position]
            is_excluded = not is_excluded
            self._position += 1
        while token and self._position < end and self._tokens[self._position].lastgroup == "link":
            link = self._tokens[self._position]
            hint = f"what is not near is written tokyo NOT (tokyo {link.group()} osaka)"
            self._problems.warn(link.start() + 1, f"{link.group()} after NOT is ignored", hint)
            self._position += 1
        if self._position < end and self._tokens[self._position].lastgroup == "sign":
            token = self._tokens[self._position]
            sign = self._sign(token)
            is_excluded ^= sign == "-"
            is_required = sign == "+" and scope.is_scored
            if sign == "+" and not scope.is_scored:
                message = f"+ within {scope.field}:( ) is ignored, because a filter does not rank"
                self._problems.warn(token.start() + 1, message)
            self._position += 1
        return _Prefix(is_excluded, is_required, token)

    def _is_dangling(self, last: Token, end: int) -> bool:
        if self._position == end:
            return True
        # After a sign stands a word, even if it is written OR.
        return last.group() == "NOT" and self._tokens[self._position].group() in _OPERATORS

    def _warn_dangling(self, token: Token, side: str = "after") -> None:
        message = f"{token.group()} has nothing {side} it and is ignored"
        self._problems.warn(token.start() + 1, message)

    def _is_at_operand(self, end: int) -> bool:
        """Whether what follows an operator is what it can take."""
        if self._position == end:
            return False
        token = self._tokens[self._position]
        return token.lastgroup not in ("sign", "link") and token.group() not in {*_OPERATORS, "NOT"}

    def _sign(self, token: Token) -> str:
        """Return ``+``, ``-`` or '' for the signs before a word."""
        signs, column = token.group(), token.start() + 1
        if len(signs) == 1:
            if signs == "-" and token.string[token.end()].isdigit():
                hint = "write NOT before a number to exclude it, or covid-19 without a space"
                self._problems.warn(column, "- before a number excludes it", hint)
            return signs
        if set(signs) == {"-"}:
            message = f"{signs} is a dash and excludes nothing"
            self._problems.warn(column, message, "write one - to exclude a word")
            return ""
        self._problems.warn(column, f"{signs} is read as {signs[-1]}")
        return signs[-1]

    def _operand(self, end: int, scope: Scope) -> tuple[WrittenTree | None, bool]:
        """Read operands that NEAR or PRE joins; return their tree and whether it only filters."""
        found: list[WrittenTree] = []
        links: list[tuple[Link, Written]] = []
        only_filters = True
        link: tuple[Link, Written] | None = None
        while True:
            tree, is_filter = self._placed(end, scope)
            if tree is not None:
                only_filters &= is_filter
                links += [link] if link and found else []
                found.append(tree)
            link = self._link(end)
            if link is None:
                return joined(found, links, self._problems) if found else None, only_filters

    def _link(self, end: int) -> tuple[Link, Written] | None:
        """Read what joins the operand before to one that follows; None where it does not."""
        while self._position < end and self._tokens[self._position].lastgroup == "link":
            token = self._tokens[self._position]
            self._position += 1
            if not self._is_at_operand(end):
                self._warn_dangling(token)
                continue
            operator = Written(token.group(), token.start() + 1)
            link = read_link(operator, self._problems)
            return (link, operator) if link else None
        return None

    def _placed(self, end: int, scope: Scope) -> tuple[WrittenTree | None, bool]:
        """Read a word, phrase, group ..., with what counts its occurrences before it."""
        operators: list[Written] = []
        while (token := self._tokens[self._position]).lastgroup == "count":
            operators.append(Written(token.group(), token.start() + 1))
            self._position += 1
            if not self._is_at_operand(end):
                self._warn_dangling(token)
                return None, True
        tree, is_filter = self._in_field(end, scope)
        for operator in reversed(operators):
            tree = tree and counted(tree, operator, self._problems)
        return tree, is_filter

    def _in_field(self, end: int, scope: Scope) -> tuple[WrittenTree | None, bool]:
        token = self._tokens[self._position]
        if token.lastgroup != "field":
            return self._primary(token, scope)
        scope = Scope(self._field(token), scope.boost)
        self._position += 1
        if self._position == end:
            self._warn_dangling(token)
            return None, True
        tree, is_filter = self._primary(self._tokens[self._position], scope)
        return tree, is_filter or not scope.is_scored

    def _primary(self, token: Token, scope: Scope) -> tuple[WrittenTree | None, bool]:
        self._position += 1
        match token.lastgroup:
            case "open":
                return self._parenthesised(token, scope)
            case "phrase":
                return self._leaves.phrase(token, scope), False
            case "range":
                return self._leaves.span(token), True
            case "exact":
                return self._leaves.exact(token), True
            case "spelt":
                return self._spelt(token, scope)
        return self._leaves.word(token.group(), token.start() + 1, scope), False

    def _spelt(self, token: Token, scope: Scope) -> tuple[WrittenTree | None, bool]:
        following = self._tokens[self._position]
        if following.lastgroup not in ("word", "phrase") or not scope.is_scored:
            self._problems.warn(token.start() + 1, "= is read as punctuation")
            return self._primary(following, scope)
        self._position += 1
        return self._leaves.spelt(following, scope), False

    def _parenthesised(self, token: Token, scope: Scope) -> tuple[WrittenTree | None, bool]:
        opening = self._position - 1
        closing = self._closing[opening]
        if closing < len(self._tokens) and (after := self._tokens[closing])["close_ending"]:
            column = after.start("close_ending") + 1
            scope = self._leaves.group_scope(after["close_ending"], column, scope)
        if closing == opening + 1:
            if closing < len(self._tokens):
                message = "the parentheses are empty and are ignored"
                self._problems.warn(token.start() + 1, message)
            self._position = closing + 1
            return None, True
        group = self._group(closing, scope)
        self._position = closing + 1
        return group.tree(), group.is_filter

    def _field(self, token: Token) -> str:
        if token.group() in FIELD_SIGNS:
            return FIELD_SIGNS[token.group()]
        name = token.group()[:-1]
        if name.lower() in QUERY_FIELDS:
            return name.lower()
        if (key := key_name(name)) in self._keys:
            return key
        known = (*QUERY_FIELDS, *sorted(self._keys)[:NAMED_KEYS])
        raise unknown_field(name, known, column=token.start() + 1)


def unknown_field(
    name: str, fields: tuple[str, ...], *, column: int | None = None
) -> UnknownFieldError:
    """Return the error for a field that does not exist, naming the nearest and all that do."""
    from difflib import get_close_matches

    called = FIELD_OF.get(name.lower())
    near = [called] if called in fields else get_close_matches(name.lower(), fields, 1)
    hint = f"the fields are {', '.join(fields)}"
    if near:
        hint = f"did you mean {near[0]}:? {hint}"
    return UnknownFieldError(f"no field is called {shown(name)}", column=column, hint=hint)
