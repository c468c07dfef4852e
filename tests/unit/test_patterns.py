"""Regular expressions that wait to be compiled."""

from __future__ import annotations

import re

from newsearch.patterns import lazy_pattern


def test_a_lazy_pattern_does_what_a_compiled_one_does():
    for text, flags in ((r"(\d+)([a-z])?", 0), (r"(A).B", re.DOTALL | re.IGNORECASE)):
        ours, compiled = lazy_pattern(text, flags), re.compile(text, flags)
        for given in ("12a 7", "a\nb", "", "b12"):
            assert ours.sub("<>", given) == compiled.sub("<>", given)
            assert ours.findall(given) == compiled.findall(given)
            for method in ("search", "match", "fullmatch"):
                found, expected = getattr(ours, method)(given), getattr(compiled, method)(given)
                assert (found and found.groups()) == (expected and expected.groups())
        assert (ours.pattern, ours.flags) == (compiled.pattern, compiled.flags)


def test_a_lazy_pattern_is_compiled_when_first_used_and_not_again(monkeypatch):
    compiled = []
    compile_pattern = re.compile
    monkeypatch.setattr(
        re, "compile", lambda *given: compiled.append(given) or compile_pattern(*given)
    )
    ours = lazy_pattern(rb"a+")
    assert compiled == []

    assert ours.match(b"aa") and ours.search(b"ba") and not ours.fullmatch(b"b")

    assert compiled == [(rb"a+", 0)]
