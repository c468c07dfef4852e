"""Bytes to text, with the decision told."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsearch.sources import Context
from newsearch.sources.decode import as_utf8, decode

TEXT = "Élysée – “envoy”\nSeoul\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_utf8_is_no_news(encoding: str) -> None:
    decoded = decode(TEXT.encode(encoding))
    assert (decoded.text, decoded.decision) == (TEXT, "")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_letters_are_seen_with_and_without_a_byte_order_mark(encoding: str) -> None:
    decoded = decode(TEXT.encode(encoding))
    assert decoded.text == TEXT
    assert decoded.decision.startswith("read as UTF-")


def test_windows_1252_is_chosen_where_utf8_fails() -> None:
    decoded = decode(TEXT.encode("cp1252"))
    assert decoded.text == TEXT
    assert "windows-1252" in decoded.decision


IN_OTHER_ENCODINGS = [
    ("cp1251", "Мост через реку откроют осенью, сообщили в городской управе."),
    ("koi8-r", "Мост через реку откроют осенью, сообщили в городской управе."),
    ("cp1250", "Most přes řeku otevřou na podzim, řekl v úterý mluvčí městského úřadu."),
    ("iso8859-2", "Most nad rzeką zostanie otwarty jesienią, ogłosił zarząd dróg miejskich."),
    ("cp1253", "Η γέφυρα του ποταμού ανοίγει το φθινόπωρο, ανακοίνωσε ο δήμος."),
    ("cp1254", "Irmağın üstündeki köprü sonbaharda açılacak, belediye başkanı söyledi."),
    ("cp1255", "הגשר מעל הנהר ייפתח בסתיו, הודיעה העירייה ביום שלישי."),
    ("cp1256", "سيفتح الجسر فوق النهر في الخريف، كما أعلنت البلدية يوم الثلاثاء."),
    ("cp1257", "Tilts pār upi tiks atvērts rudenī, paziņoja pilsētas pārvalde otrdien."),
    ("gbk", "横跨河流的大桥将于秋天开放，市政府星期二宣布。"),
    ("big5", "橫跨河流的大橋將於秋天開放，市政府星期二宣布。"),
    ("cp932", "川にかかる橋は秋に開通すると、市役所が火曜日に発表した。"),
    ("euc-jp", "川にかかる橋は秋に開通すると、市役所が火曜日に発表した。"),
    ("cp949", "강을 건너는 다리는 가을에 개통된다고 시청이 화요일에 발표했다."),
    ("cp874", "สะพานข้ามแม่น้ำจะเปิดในฤดูใบไม้ร่วง เทศบาลประกาศเมื่อวันอังคาร"),
    ("latin-1", "Die Brücke über den Fluß wird im Frühjahr für Fußgänger geöffnet."),
    ("iso8859-2", "Rada postanowiła: most otworzą w środę, ale część źródeł mówi: później."),
    ("iso8859-15", "Le pont sera ouvert à l'été, dit ma sœur Zoë ; il a coûté déjà 5 € à chacun."),
    ("mac_roman", "Le pont sera ouvert à l’été, a déclaré le maire : « c’est déjà décidé »."),
    ("cp850", "Die Brücke über den Fluß wird für Fußgänger geöffnet, hörte man in Köln."),
    ("cp850", "El puente se abrirá en otoño, según informó el señor Núñez en la reunión."),
    ("cp852", "Most přes řeku otevřou na podzim, řekl v úterý mluvčí městského úřadu."),
    ("koi8-u", "Міст через річку відкриють восени, повідомили в управі їхнього міста."),
    ("cp737", "Η γέφυρα του ποταμού ανοίγει το φθινόπωρο, ανακοίνωσε ο δήμος."),
    ("mac_cyrillic", "Новая линия метро открывается осенью, сообщила во вторник мэрия."),
    ("mac_latin2", "Most přes řeku otevřou na podzim, řekl v úterý mluvčí městského úřadu."),
    ("cp862", "הגשר מעל הנהר ייפתח בסתיו, נמסר ביום שלישי מן העירייה."),
    ("cp855", "Мост преко реке биће отворен на јесен, саопштено је у уторак из градске управе."),
]
LATIN = {"cp1250", "iso8859-2", "cp1254", "cp1257", "latin-1"}
LATIN |= {"iso8859-15", "mac_roman", "cp850", "cp852", "mac_latin2"}


@pytest.mark.parametrize(("encoding", "text"), IN_OTHER_ENCODINGS)
def test_letters_tell_the_encoding(encoding: str, text: str) -> None:
    decoded = decode(text.encode(encoding))
    assert decoded.text == text
    assert decoded.decision.startswith("not UTF-8, read as ")


@pytest.mark.parametrize("repeats", [1, 40])
@pytest.mark.parametrize("declared", ["", "utf-8"])
@pytest.mark.parametrize(("encoding", "text"), IN_OTHER_ENCODINGS)
def test_letters_among_markup_tell_the_encoding(
    encoding: str, text: str, declared: str, repeats: int
) -> None:
    page = f"<p>{text}</p>\n" * repeats + "<nav><a href='/'>Home</a> About us, Privacy</nav>" * 9
    assert decode(page.encode(encoding), declared).text == page


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1252", "us-ascii"])
@pytest.mark.parametrize(
    ("encoding", "text"),
    [one for one in IN_OTHER_ENCODINGS if one[0] not in LATIN],
)
def test_other_scripts_are_seen_where_latin_1_is_declared(
    encoding: str, text: str, declared: str
) -> None:
    page = f"<p>{text}</p>\n<a href='/'>Home</a>"
    assert decode(page.encode(encoding), declared).text == page


@pytest.mark.parametrize("declared", ["", "utf-8", "iso-2022-jp"])
@pytest.mark.parametrize(
    ("encoding", "text"),
    [("iso2022_jp", "川にかかる橋"), ("iso2022_kr", "강을 건너는 다리"), ("hz", "跨河大桥")],
)
def test_letters_of_seven_bits_are_seen(encoding: str, text: str, declared: str) -> None:
    page = f"<p>{text}</p>"
    assert decode(page.encode(encoding), declared).text == page


def test_signs_of_seven_bits_among_other_text_are_text() -> None:
    text = "A {~ and a ~{ stood in the café's code."
    assert decode(text.encode()).text == text
    assert decode(b"A ~{ stood in ~{9 (files)").text == "A ~{ stood in ~{9 (files)"


@pytest.mark.parametrize(
    "text",
    [
        "At 35°C, 40 °C and 9 × 5 – “déjà vu”, said the café’s owner Zoë… about £5 and §7.",
        "¿Cuándo? ¡Mañana! El 1.º y la 2.ª del señor Núñez, ½ km al norte: 5 €, ±2 %.",
        "• Die Größe: 5 m² · „Öffnung“ – ‚Übergang‘ … © Müller/Käfer™",
    ],
)
def test_signs_of_clean_text_leave_it_windows_1252(text: str) -> None:
    assert decode(text.encode("cp1252")).text == text


@pytest.mark.parametrize(
    ("encoding", "text"),
    [*IN_OTHER_ENCODINGS, ("iso2022_jp", "川にかかる橋は秋に開通する。"), ("hz", "跨河大桥")],
)
def test_start_of_a_file_of_lines_tells_its_encoding(encoding: str, text: str) -> None:
    lines = f"{text}\n\nabc\n" * 5_000
    stream = io.BufferedReader(io.BytesIO(lines.encode(encoding)))  # type: ignore[arg-type]
    context = Context("x")
    assert as_utf8(stream, context).read().decode() == lines
    assert len(context.notes) == 1


def test_a_line_in_another_encoding_leaves_a_file_utf8() -> None:
    lines = TEXT.encode() * 9 + TEXT.encode("cp1252")
    stream = io.BufferedReader(io.BytesIO(lines))  # type: ignore[arg-type]
    assert as_utf8(stream, Context("x")).read() == lines


def test_one_bad_byte_beside_one_letter_of_utf8_leaves_the_letter() -> None:
    assert decode(b"a bad byte \xff" + " and a café".encode()).text[-4:] == "café"


def test_few_damaged_bytes_leave_a_text_utf8() -> None:
    decoded = decode(TEXT.encode() * 3 + b"\xc3")
    assert decoded.text == TEXT * 3 + "\ufffd"
    assert decoded.decision == "not quite UTF-8, damaged letters replaced"


def test_bytes_without_a_meaning_are_replaced() -> None:
    decoded = decode(b"abc \x81\x8d\xff")
    assert decoded.text.startswith("abc \ufffd")
    assert "replaced" in decoded.decision


def test_declared_encoding_is_believed_when_the_bytes_agree() -> None:
    decoded = decode("日本経済新聞".encode("shift_jis"), "Shift_JIS")
    assert decoded.text == "日本経済新聞"
    assert "as declared" in decoded.decision


@pytest.mark.parametrize(
    ("declared", "data", "text"),
    [
        ("iso-8859-1", b"caf\xe9 \x93x\x94", "café “x”"),
        ("iso-8859-1", b"caf\xe9 \x81", "café \x81"),
        ("gb2312", "镕".encode("gbk"), "镕"),
    ],
)
def test_declared_encoding_means_the_one_that_holds_more(
    declared: str, data: bytes, text: str
) -> None:
    assert decode(data, declared).text == text


@pytest.mark.parametrize("declared", ["iso-8859-1", "zlib_codec", "no such thing", "ascii"])
def test_declaration_that_is_wrong_is_seen_through(declared: str) -> None:
    assert decode(TEXT.encode(), declared).text == TEXT


@given(st.binary(max_size=200), st.sampled_from(["", "utf-16", "iso-8859-1", "idna", "\0"]))
def test_no_bytes_make_decoding_fail(data: bytes, declared: str) -> None:
    decode(data, declared)


# The mark of UTF-16 and a NUL are the mark of UTF-32, and of two marks one is text.
no_mark_first = st.text(max_size=300).filter(lambda text: not text.startswith(("\0", "\ufeff")))


@given(no_mark_first, st.sampled_from(["utf-8-sig", "utf-16", "utf-32"]))
def test_stream_of_wide_letters_becomes_utf8(text: str, encoding: str) -> None:
    stream = io.BufferedReader(io.BytesIO(text.encode(encoding)))  # type: ignore[arg-type]
    assert as_utf8(stream, Context("x")).read().decode() == text
