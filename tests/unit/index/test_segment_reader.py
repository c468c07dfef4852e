"""What an open segment tells of its words."""

from __future__ import annotations

from pathlib import Path

from support.inside import has_grouped_forms, scans_before_grouping, searcher_of

import newsearch
from newsearch.analysis.terms import key, term
from newsearch.article import Article

BODIES = {"en": "runs running ran summit summits the", "fr": "les élections élection summit runs"}


def test_forms_of_a_stem_are_the_same_however_many_were_asked_for(tmp_path: Path) -> None:
    articles = [Article(lang, body=body, lang=lang) for lang, body in BODIES.items()]
    with newsearch.open_index(tmp_path, create=True) as index:
        index.add(articles)
        (segment,) = searcher_of(index).snapshot.segments

        for _ in range(scans_before_grouping()):
            for language, body in BODIES.items():
                for word in body.split():
                    own = term(word, language)
                    expected = {key(w, language) for w in body.split() if term(w, language) == own}
                    assert set(segment.forms_of(own)) == expected
        assert has_grouped_forms(segment)
        assert segment.forms_of("absent") == []
