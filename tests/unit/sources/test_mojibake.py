"""Letters that were read in a wrong encoding are mended, and clean text is left alone."""

from __future__ import annotations

import io
import json

import pytest
from ftfy import fix_encoding
from hypothesis import example, given
from hypothesis import strategies as st

from newsearch.article import Article
from newsearch.sources import Context
from newsearch.sources.csv_rows import read_csv
from newsearch.sources.json_values import read_jsonl
from newsearch.sources.mojibake import _PAIR, MENDED, _beyond_ascii, mended
from newsearch.sources.text import read_html, read_text

TEXTS = [
    "François a dit : « c’est l’été »",
    "Ärger über die Größe der Brücke – sagt Köln",
    "El año pasado, ¿qué pasó en España?",
    "Amanhã não há eleições em São Paulo",
    "Più città però è così",
    "Łódź: święto, źródła i gęś",
    "Příliš žluťoučký kůň úpěl ďábelské ódy",
    "Gözlüklü şair İstanbul’da öğle yemeğini yedi",
    "Мост через реку откроют осенью",
    "Світ і мир: її їжа, Ґданськ",
    "Ђоковић и Његош, Љубљана",
    "Η γέφυρα του ποταμού ανοίγει",
    "سيفتح الجسر فوق النهر",
    "הגשר מעל הנהר ייפתח",
    "पुल शरद ऋतु में खुलेगा",
    "สะพานข้ามแม่น้ำ",
    "Cầu bắc qua sông sẽ mở",
    "大桥将于秋天开放",
    "橋は秋に開通する",
    "다리는 가을에 개통된다",
    "“It’s €5 – 20°C… ½ of £3”",
]
ENDS = "’”»…–—™®’ “‘"


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_letters_of_a_wrong_encoding_are_mended(text: str, encoding: str) -> None:
    # Programs leave bytes as they are that have no letter in an encoding.
    wrong = "".join(
        bytes([octet]).decode(encoding, "ignore") or chr(octet) for octet in text.encode()
    )
    assert mended(wrong) == text


@given(
    st.lists(st.sampled_from([*"Ã ÂâРЎ€™\0é", "Ã§", "â€™", "Ã ", "quele", "a long sentence " * 2]))
)
@example(["â€™", "a long sentence " * 2, "Ã ", "quele", "a long sentence " * 2, "Ã§"])
def test_only_what_is_near_letters_beyond_ascii_tells_how_a_line_is_mended(
    words: list[str],
) -> None:
    line = "".join(words)
    assert mended(line) in {line, fix_encoding(line)}


def test_cyrillic_that_was_read_as_windows_1251_is_mended() -> None:
    text = "Правда о мосте"
    assert mended(text.encode().decode("cp1251")) == text


@given(st.lists(st.sampled_from(TEXTS)), st.booleans(), st.sampled_from(ENDS))
@example(["Amanhã não há eleições em São Paulo"], True, "”")
def test_clean_text_stays(texts: list[str], is_upper: bool, end: str) -> None:
    text = "\n".join(f"“{one.upper() if is_upper else one}{end}" for one in texts)
    assert mended(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "AMANHÃ”, disse",
        "MAÇÃ… e",
        "CAFÉ», dit-il",
        "Â",
        "Ñ¿Qué?",
        "Ä–Ö",
        "L’ÎLE—là",
        "VVDŞ° er",
        "Art. AÜ§ 3",
    ],
)
def test_capitals_before_closing_signs_stay(text: str) -> None:
    assert mended(text) == text


def test_fields_of_records_are_mended_with_one_note() -> None:
    record = {
        "title": "FranÃ§ois", "author": ["JosÃ©"], "body": "donâ€™t", "id": "Ã©", "raw": "Ã©",
    }  # fmt: skip
    lines = f"{json.dumps(record)}\n" * 2
    table = "title,author,body,id\nFranÃ§ois,JosÃ©,donâ€™t,Ã©\n"
    for reader, text in ((read_jsonl, lines), (read_csv, table)):
        context = Context("x")
        first = next(iter(reader(io.BufferedReader(io.BytesIO(text.encode())), context)))  # type: ignore[arg-type]
        assert isinstance(first, Article)
        assert (first.title, first.author, first.body) == ("François", ("José",), "don’t")
        assert first.id == "Ã©"
        assert first.extra.get("raw", "Ã©") == "Ã©"
        assert [note.reason for note in context.notes] == [MENDED]


def test_pages_are_mended() -> None:
    lines = "FranÃ§ois met the envoys on the bank of the river and talked for three hours.\n"
    for reader, page in ((read_text, lines), (read_html, f"<html><body><p>{lines}</p></body>")):
        (article,) = reader(io.BytesIO(page.encode()), Context("x"))
        assert isinstance(article, Article)
        assert article.body.startswith("François met")


@given(st.text(st.sampled_from("aé ÂÃâ€™“РЎ\n\x85\ud800"), max_size=12))
def test_letters_that_stand_side_by_side_do_so_without_what_is_ascii(text: str) -> None:
    assert bool(_PAIR.search(_beyond_ascii(text))) == bool(_PAIR.search(text))
