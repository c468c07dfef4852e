import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsearch.analysis.detection import (
    GLANCE_CHARS,
    SAMPLE_CHARS,
    _has_frequent,
    detect,
    is_surely,
    own_words,
)
from newsearch.analysis.detection_kernels import are_surely
from newsearch.analysis.function_words import languages, spellings

TEXTS = {
    "en": (
        "The minister said that the talks with the envoy would go on until they had "
        "agreed on what was to be done about the border, and that he was not going to "
        "leave before then."
    ),
    "de": (
        "Der Minister sagte, dass die Gespräche mit dem Gesandten weitergehen, bis "
        "man sich darüber einig ist, was an der Grenze zu tun sei, und dass er nicht "
        "vorher abreisen werde."
    ),
    "fr": (
        "Le ministre a dit que les pourparlers avec l'envoyé se poursuivraient "
        "jusqu'à ce que l'on soit d'accord sur ce qui doit être fait à la frontière, "
        "et qu'il ne partirait pas avant."
    ),
    "es": (
        "El ministro dijo que las conversaciones con el enviado seguirían hasta que "
        "se pusieran de acuerdo sobre lo que se debía hacer en la frontera, y que no "
        "se iría antes de eso."
    ),
    "it": (
        "Il ministro ha detto che i colloqui con l'inviato sarebbero andati avanti "
        "fino a quando non si fossero accordati su quello che si doveva fare al "
        "confine, e che non sarebbe partito prima."
    ),
    "pt": (
        "O ministro disse que as conversas com o enviado iriam continuar até que eles "
        "concordassem sobre o que se devia fazer na fronteira, e que ele não iria "
        "embora antes disso."
    ),
    "nl": (
        "De minister zei dat de gesprekken met de gezant door zouden gaan tot men het "
        "eens was over wat er aan de grens moest worden gedaan, en dat hij niet "
        "eerder zou vertrekken."
    ),
    "sv": (
        "Ministern sade att samtalen med sändebudet skulle fortsätta till dess att de "
        "var överens om vad som skulle göras vid gränsen, och att han inte skulle "
        "resa innan det var klart."
    ),
    "ru": (
        "Министр сказал, что переговоры с посланником будут идти до тех пор, пока они "
        "не решат, что делать на границе, и что он не уедет до того, как это будет "
        "сделано для всех."
    ),
    "uk": (
        "Міністр сказав, що переговори з посланцем будуть тривати, доки вони не "
        "вирішать, що робити на кордоні, і що він не поїде до того, як це буде "
        "зроблено для всіх."
    ),
    "bg": (
        "Министърът каза, че преговорите с пратеника ще продължат, докато не решат "
        "какво да се прави на границата, и че той няма да си тръгне преди това да е "
        "ясно за всички."
    ),
    "el": (
        "Ο υπουργός είπε ότι οι συνομιλίες με τον απεσταλμένο θα συνεχιστούν μέχρι να συμφωνήσουν."
    ),
    "ja": (
        "大臣は、使節との協議は国境について合意するまで続けられると述べ、それまで"
        "は帰国しないと語った。"
    ),
    "zh": ("部长表示，与特使的会谈将继续进行，直到双方就边界问题达成一致，在此之前他不会离开。"),
    "ko": (
        "장관은 특사와의 회담이 국경 문제에 대한 합의가 이루어질 때까지 계속될 것이라고 말했다."
    ),
    "th": ("รัฐมนตรีกล่าวว่าการเจรจากับทูตจะดำเนินต่อไปจนกว่าจะตกลงกันได้เรื่องชายแดน"),
    "he": ("השר אמר כי השיחות עם השליח יימשכו עד שיושג הסכם בעניין הגבול"),
    "fa": (
        "وزیر گفت که گفتگوها با فرستاده تا رسیدن به توافق درباره مرز ادامه خواهد یافت و پیش از آن"
    ),
    "hi": ("मंत्री ने कहा कि सीमा पर सहमति बनने तक दूत के साथ बातचीत जारी रहेगी"),
}


@pytest.mark.parametrize("expected", ["en", "de", "fr", ""])
@pytest.mark.parametrize("language", TEXTS)
def test_language_of_a_text_is_told_whatever_was_expected(language: str, expected: str) -> None:
    assert detect("", TEXTS[language], expected) == language


@pytest.mark.parametrize("expected", ["en", "de", "sw", ""])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "Macron à Berlin",
        "de la de la",
        "1 2 3 " * 50,
        "Trump " * 100,
        "a b c d e f g " * 9,
        "한국 북",
    ],
)
def test_texts_that_tell_nothing_are_as_expected(text: str, expected: str) -> None:
    assert detect(text, text, expected) == expected


def test_a_foreign_quotation_changes_nothing() -> None:
    assert detect("", TEXTS["en"] + " " + TEXTS["de"][:90], "en") == "en"
    assert detect("", TEXTS["de"][:90] + " " + 2 * TEXTS["en"], "en") == "en"


def test_only_the_beginning_of_a_text_is_looked_at() -> None:
    long = (TEXTS["en"] + " ") * 20
    assert len(long) > SAMPLE_CHARS
    assert detect("", long + TEXTS["de"] * 100, "en") == "en"


def test_a_text_is_told_by_its_headline_where_the_body_is_short() -> None:
    assert detect(TEXTS["fr"], "Paris", "en") == "fr"


@pytest.mark.parametrize("language", languages())
def test_nothing_but_function_words_is_of_their_language(language: str) -> None:
    own = " ".join(sorted(spellings(language))[:60])
    assert detect("", own, language) == language


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["the", "and", "that", "The", "the,", "envoy", "a", "", "é"]),
            st.sampled_from([" ", " ", " ", "  ", "\n", " \t", "\x1c", "\x85", "\xa0"]),
        ),
        min_size=20,
        max_size=400,
    )
)
def test_frequent_words_are_enough_only_where_all_words_are(parts: list[tuple[str, str]]) -> None:
    text = "".join(word + space for word, space in parts)
    assert is_surely("en", text) or not _has_frequent("en", text)


def test_frequent_words_are_enough_in_most_long_texts() -> None:
    sentence = "They told us that talks at the border and in the capital will go on for weeks. "
    assert _has_frequent("en", (sentence * 30)[:SAMPLE_CHARS])


def is_sure(language: str, body: str) -> bool:
    return is_surely(language, body[:GLANCE_CHARS]) or is_surely(language, body[:SAMPLE_CHARS])


@given(
    st.lists(
        st.lists(
            st.tuples(
                st.sampled_from(
                    ["the", "And", "that,", "\0the", "envoy", "although", "b", "", "é"]
                ),
                st.sampled_from([" ", " ", " ", "  ", "\n", " \t", "\x0b", "\x1c", "\x1f", "\x7f"]),
            ),
            max_size=500,
        ).map(lambda parts: "".join(word + space for word, space in parts)),
        max_size=4,
    )
)
@example(["", "the b b b b " * 5, "b " * 99 + "the " * 9, "b " * 99 + "them" * 9])
def test_kernel_finds_no_text_that_is_not_sure(bodies: list[str]) -> None:
    found = are_surely("en", bodies)
    assert [sure and is_sure("en", body) for sure, body in zip(found, bodies, strict=True)] == found


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["the", "and", "envoy", "a"]), st.sampled_from([" ", "\n", " \t"])
        ),
        max_size=500,
    ).map(lambda parts: "".join(word + space for word, space in parts))
)
def test_kernel_finds_all_that_short_words_tell(body: str) -> None:
    assert are_surely("en", [body]) == [is_sure("en", body)]


@pytest.mark.parametrize("language", languages())
def test_kernel_knows_all_languages(language: str) -> None:
    own = " ".join(sorted(own_words(language))[:60])
    assert are_surely(language, [own]) == [own.isascii()]
