"""Languages: one code for each, however it is written.

The codes of files, of queries and of options all go through `language_code`, so that articles in
``en-GB``, ``eng`` and ``English`` are found with ``lang:en``.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from unicodedata import normalize

from newsearch.errors import UnknownLanguageError
from newsearch.patterns import lazy_pattern

AUTO = "auto"
"""Instead of a language: that of most of a load."""

# The code, then what else means it: ISO 639-1, -2 and -3, names in English and in the language
# itself; a hyphen for a space. Languages without a code of two letters go by that of three.
_TABLE = """
    aa aar afar, ab abk abkhaz abkhazian, ae ave avestan, af afr afrikaans, ak aka akan,
    am amh amharic, an arg aragonese, ar ara arb arabic modern-standard-arabic العربية,
    as asm assamese, ast asturian, av ava avaric, ay aym aymara, az aze azj azb azerbaijani azeri,
    ba bak bashkir, ban balinese, be bel belarusian belorussian, bg bul bulgarian, bh bih bihari,
    bho bhojpuri, bi bis bislama, bm bam bambara, bn ben bengali bangla, bo bod tib tibetan,
    br bre breton, bs bos bosnian, ca cat catalan valencian català, ce che chechen, ceb cebuano,
    ch cha chamorro, chr cherokee, co cos corsican, cr cre cree, crh crimean-tatar,
    cs ces cze czech čeština, csb kashubian, cu chu church-slavic, cv chv chuvash,
    cy cym wel welsh, da dan danish dansk, de deu ger german deutsch, doi dogri, dsb lower-sorbian,
    dv div dhivehi divehi maldivian, dz dzo dzongkha, ee ewe,
    el ell gre greek modern-greek ελληνικά, en eng english, eo epo esperanto,
    es spa spanish castilian español espanol castellano, et est ekk estonian, eu eus baq basque,
    fa fas per pes persian farsi فارسی, ff ful fulah fula, fi fin finnish suomi, fj fij fijian,
    fo fao faroese, fr fra fre french français francais, fur friulian,
    fy fry western-frisian frisian, ga gle irish, gd gla scottish-gaelic gaelic, gl glg galician,
    gn grn guarani, gsw swiss-german alemannic, gu guj gujarati, gv glv manx, ha hau hausa,
    hak hakka, haw hawaiian, he heb iw hebrew עברית, hi hin hindi हिन्दी, hmn hmong,
    ho hmo hiri-motu, hr hrv croatian, hsb upper-sorbian, ht hat haitian haitian-creole,
    hu hun hungarian magyar, hy hye arm armenian, hz her herero, ia ina interlingua,
    id ind in indonesian, ie ile interlingue, ig ibo igbo, ii iii nuosu, ik ipk inupiaq,
    ilo ilocano, io ido, is isl ice icelandic, it ita italian italiano, iu iku inuktitut,
    ja jpn jp japanese 日本語, jv jav javanese, ka kat geo georgian, kab kabyle, kg kon kongo,
    ki kik kikuyu, kj kua kuanyama, kk kaz kazakh, kl kal kalaallisut greenlandic,
    km khm khmer cambodian, kn kan kannada, ko kor kr korean 한국어, kok konkani, ks kas kashmiri,
    ku kur kmr ckb kurdish, kv kom komi, kw cor cornish, ky kir kyrgyz kirghiz, la lat latin,
    lad ladino, lb ltz luxembourgish, lg lug ganda luganda, li lim limburgish, lmo lombard,
    ln lin lingala, lo lao, lt lit lithuanian, lu lub luba-katanga, lv lav lvs latvian,
    mai maithili, mg mlg malagasy, mh mah marshallese, mi mri mao maori, mk mkd mac macedonian,
    ml mal malayalam, mn mon mongolian, mni manipuri, mr mar marathi, ms msa may zsm malay,
    mt mlt maltese, my mya bur burmese, na nau nauruan, nah nahuatl, nan min-nan hokkien,
    nap neapolitan, nds low-german low-saxon, ne nep npi nepali, new newari, ng ndo ndonga,
    nl nld dut dutch flemish nederlands,
    no nor nb nob nn nno norwegian bokmål nynorsk norwegian-bokmål norwegian-nynorsk norsk,
    nr nbl southern-ndebele, nv nav navajo, ny nya chichewa nyanja, oc oci occitan, oj oji ojibwe,
    om orm oromo, or ori ory odia oriya, os oss ossetian ossetic, pa pan pnb punjabi panjabi,
    pap papiamento, pcm nigerian-pidgin pidgin, pi pli pali, pl pol polish polski,
    ps pus pashto pushto, pt por portuguese português portugues, qu que quechua, rm roh romansh,
    rn run rundi kirundi, ro ron rum mo mol romanian moldavian moldovan română,
    ru rus russian русский, rue rusyn, rw kin kinyarwanda, sa san sanskrit, sah yakut, sat santali,
    sc srd sardinian, scn sicilian, sco scots, sd snd sindhi, se sme northern-sami, sg sag sango,
    si sin sinhala sinhalese, sk slk slo slovak, sl slv slovenian slovene, sm smo samoan,
    sn sna shona, so som somali, sq sqi alb albanian, sr srp scc serbian, ss ssw swati swazi,
    st sot southern-sotho sesotho, su sun sundanese, sv swe swedish svenska, sw swa swh swahili,
    szl silesian, ta tam tamil, te tel telugu, tet tetum, tg tgk tajik, th tha thai,
    ti tir tigrinya, tk tuk turkmen, tl tgl fil tagalog filipino, tn tsn tswana, to ton tongan,
    tpi tok-pisin, tr tur turkish türkçe, ts tso tsonga, tt tat tatar, tw twi, ty tah tahitian,
    tyv tuvan, ug uig uyghur uighur, uk ukr ukrainian українська, ur urd urdu, uz uzb uzn uzbek,
    ve ven venda, vec venetian, vi vie vietnamese, vo vol volapuk, wa wln walloon, war waray,
    wo wol wolof, xh xho xhosa, yi yid ji yiddish, yo yor yoruba, za zha zhuang, zgh tamazight,
    zh zho chi cmn chinese mandarin mandarin-chinese 中文 yue cantonese, zu zul zulu
"""

# Names in other languages, and codes of countries that are of no other language.
_ABROAD = """
    ar arabisch arabe árabe arabo арабский, bg bulgarisch български, cs cz tschechisch,
    da dk dänisch, de allemand alemán alemão tedesco duits немецкий 德语 ドイツ語 독일어,
    el gr griechisch grec,
    en englisch anglais inglés inglese inglês engels английский 英语 英文 英語 영어,
    es spanisch espagnol spagnolo espanhol spaans испанский 西班牙语 スペイン語, fa persisch,
    fi finnisch, fr französisch francés francese francês frans французский 法语 フランス語,
    he hebräisch, hr kroatisch hrvatski, hu ungarisch, it italienisch italien italiaans итальянский,
    ja japanisch japonais japonés giapponese, ko koreanisch coréen coreano, no norwegisch,
    nl niederländisch néerlandais neerlandés olandese, pl polnisch polonais polaco,
    pt portugiesisch portugais portugués portoghese, ro rumänisch, sr rs serbisch српски,
    ru russisch russe ruso russo 俄语 ロシア語, sv schwedisch suédois sueco, tr türkisch turc turco,
    uk ua ukrainisch ukrainien ucraniano, vi vn vietnamesisch tiếng-việt,
    zh cn chinesisch chinois chino 汉语 漢語 中国語
"""

# Codes that say that a language is unknown, or none, or one of many.
_UNSAID = frozenset({"und", "mul", "mis", "zxx"})

_SUBTAGS = lazy_pattern(r"[-_.@(;,/].*", re.DOTALL)
_SPACES = lazy_pattern(r"[\s_]+")
_SUGGESTIONS = 3
_LIKENESS = 0.7
_SHOWN_CHARS = 40


@lru_cache(maxsize=1 << 10)
def language_code(text: str) -> str | None:
    """Return the code of a language, however it is written.

    Parameters
    ----------
    text
        A code of two or three letters (ISO 639-1, -2 or -3), with or without script and region
        (``en-GB``, ``pt_BR``, ``zh-Hant-TW``), or a name of the language; in any case. Norwegian's
        two forms are one language.

    Returns
    -------
    str or None
        Two letters, three where the language has no such code; '' for a text that is blank or a
        code such as ``und`` that names no one language; None for a language that is not known.
    """
    written = normalize("NFKC", text).strip().lower()
    codes = _codes()
    found = codes.get(written)
    if found is None:
        found = codes.get(_SPACES.sub("-", written), codes.get(_SUBTAGS.sub("", written).strip()))
    return found


def known_language(text: str, column: int | None = None) -> str:
    """Return the code of a language that a user asks for.

    Parameters
    ----------
    text
        As `language_code` takes it.
    column
        Where it stands in a query, from 1.

    Raises
    ------
    UnknownLanguageError
        It names the languages that are written alike.
    """
    code = None if "," in text else language_code(text)
    if not code:
        shown = text if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]}…"
        message = f"{shown!r} is not a language that is known"
        raise UnknownLanguageError(message, column=column, hint=_hint(text))
    return code


def _hint(text: str) -> str:
    from difflib import get_close_matches  # seldom needed

    if "," in text:
        return "write one, or a group in parentheses: lang:(de OR fr)"
    codes = {name: code for code, names in _names().items() for name in names if len(name) > 3}
    names = get_close_matches(text.strip().lower(), codes, n=_SUGGESTIONS, cutoff=_LIKENESS)
    near = dict.fromkeys(_named(codes[name]) for name in names)
    if not near:
        return "write a code such as en, or a name such as german"
    return f"did you mean {' or '.join(near)}?"


def _named(code: str) -> str:
    names = _names()[code]
    english = next((name for name in names if len(name) > 3), names[0])
    return f"{english.replace('-', ' ')} ({code})"


@cache
def _names() -> dict[str, list[str]]:
    return _rows(_TABLE)


def _rows(table: str) -> dict[str, list[str]]:
    rows = (row.split() for row in table.split(","))
    return {code: names for code, *names in rows}


@cache
def _codes() -> dict[str, str]:
    tables = (_rows(_ABROAD), _names())
    known = {name: code for rows in tables for code in rows for name in (code, *rows[code])}
    return known | dict.fromkeys(("", *_UNSAID), "")
