"""What exports of news databases look like: data, which one engine reads.

To teach the engine another database, or one more language of one, add it here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from newsearch.sources.documents import MARK

Layout = Literal["source date title", "title source date", "title", "factiva", "none"]
"""What stands above the first label."""


@dataclass(frozen=True, slots=True)
class Export:
    """How the files of one kind from one database are built.

    Parameters
    ----------
    name
        What ``--format`` calls the database.
    signs
        All of these are found in the first kilobytes of such a file, with a line feed before them,
        and seldom of another.
    label
        Finds a label at the start of a line: its first groups are the label and what is beside it.
    layout
        See `Layout`.
    begins
        Finds the line before an article; where it has a group, that line is the article's first.
    middle
        Finds a line that an article has before the next one begins; None where each `begins` does.
    ends
        Finds the last line of an article; its first group, if it has one, is the article's id.
    is_open
        Whether what a label names goes on to the next label; else to a blank line.
    ranks
        Labels with bars around, where they always stand in this order.
    """

    name: str
    signs: tuple[re.Pattern[str], ...]
    label: re.Pattern[str]
    layout: Layout
    begins: re.Pattern[str] | None = None
    middle: re.Pattern[str] | None = None
    ends: re.Pattern[str] | None = None
    is_open: bool = False
    ranks: str = ""


_LABELS = Path(__file__).with_name("labels.txt").read_text(encoding="utf-8")
FIELD_OF = {
    label.strip().replace("#", MARK): field
    for field, labels in re.findall(r"^(\w+):((?:.|\n )*)", _LABELS, re.M)
    for label in labels.split(",")
}
"""By label, as `folded` gives it: the field or extra key."""

CLOSING = frozenset(
    ("load_date", "lang", "graphic", "classification", "notes", "publication_type", "url")
)
"""What labels name of which the first ends the body, unless labels go on to one another."""


def folded(label: str) -> str:
    """Return a label as it is looked up."""
    return " ".join(label.casefold().replace("-", " ").split())


_SPACE = r"[ \t\xa0\f\r]*"
_NUMBER = r"\d[\d.,]* (?:of|von|van|de|sur|di|av|af|z) \d[\d.,]*"
_DOCUMENTS = r"(?:do[ck]ument(?:[eoisn]{0,2}|[oó]w)|stories|story)"
NUMBERED = (
    rf"(?i:{_SPACE}(?:focus - |level \d+ - )?"
    rf"(?:{_NUMBER} {_DOCUMENTS}|{_DOCUMENTS} {_NUMBER}){_SPACE})"
)
"""A line that says which article of how many comes next."""
WORDS = (
    rf"{_SPACE}\d[\d.,\xa0 ]*(?:words?|mots?|Wörter|Wort|palabras?|palavras?|parole|woorden|ord"
    rf"|слов[ао]?|słów|sözcük|字|語|文字|단어){_SPACE}"
)
"""A line that says how long an article is."""
_CAPITALS = re.compile(r"\s{0,3}((?!\d)(?:[^\W_a-zà-öø-ÿ]|[ /'-]){2,32}):(?:\s+(.*))?")
_WITH_COLON = re.compile(r"\s{0,3}([^\W\d_a-z][^\W\d_](?:[\w /'()-]{0,30}[\w)])?)\s?:(?:\s+(.*))?")
_BODY = rf"{_SPACE}(?:Body|Text|Hauptteil|Corps|Cuerpo|Corpo|Texte|Tekst){_SPACE}"
_HEADING = rf"{_BODY}|\s*(?:Graphic|Grafik|Graphique|Classification|Klassifizierung|Notes)\s*"
_END = (
    r"(?i:End of Document|Ende des Dokuments|Fin du document|Fin del documento|Fim do documento"
    r"|Fine (?:del )?documento|Einde van (?:het )?document)"
)
_CODES = "CLM|SE|HD|CR|BY|WC|PD|ET|SN|SC|NGC|GC|ED|PG|VOL|LA|CY|LP|TD|ART|CX|CT|RF|CO|IN|NS|RE"
_CODES = f"{_CODES}|IPC|IPD|PUB|AN"
_DOCUMENT = "(?:Document|Dokument|Documento|Документ|文件|文書)"
# Of codes that are words too, those after the text are told by what is beside them.
_CODE = re.compile(
    rf"\s*(?!(?:IN|RE|CO|NS|ART|AN)\s+(?!\s|\w+ : |{_DOCUMENT}))({_CODES})(?:$|[\s:]+(.*))"
)
_ACCESSION = re.compile(
    rf"{_SPACE}(?:AN[ \t\xa0:]+)?{_DOCUMENT}[ \xa0]+"
    rf"([A-Za-z0-9]{{4,12}}\d{{8}}[a-z][a-z0-9]{{5,12}}){_SPACE}"
)
_FULL_TEXT = (
    r"(?i:Full text|Abstract|Volltext|Texte intégral|Texto completo|Testo completo|Résumé|Resumen"
    r"|Zusammenfassung)\s?:"
)

MARKED = re.compile(
    r"<(article|section|aside|footer)\b[^<>]*>"
    r"|<\w+\b[^<>]{0,120}?\bclass ?= ?[\"']?(?:[^\"'<>]{0,80}?\b"
    r"(DocPublicationName|DocHeader|titreArticleVisu|docAuthors|docOcurrContainer|DocText)\b"
    r"|\s*(?:article )?[a-z]{2}(Headline|Article)\b)[^<>]*>",
    re.I,
)
"""The tags of HTML that say what comes after them."""
HTML_SIGN = re.compile(
    r"(?P<europresse>DocPublicationName)|(?P<factiva><title>\s*(?:Dow Jones )?Factiva\b"
    r"|\bclass=[\"']?article [a-z]{2}Article\b"
    r"|<b>\s*HD\b[^<]*</b>(?=(?s:.){1,4000}<b>\s*PD\b[^<]*</b>))"
    r"|(?P<lexisnexis><DOC NUMBER=|<!-- Hide XML section)",
    re.I,
)
"""In every file of HTML that is an export: a group for each database."""


def _signs(*patterns: str) -> tuple[re.Pattern[str], ...]:
    # A line feed is found much faster than the start of a line.
    return tuple(re.compile(rf"\n{_SPACE}(?:{pattern})", re.M) for pattern in patterns)


EXPORTS = (
    Export(
        "lexisnexis",
        _signs(
            "(?:LENGTH|LÄNGE|LONGUEUR|LONGITUD|LENGTE|LUNGHEZZA|COMPRIMENTO|BYLINE|SECTION|RUBRIK"
            "|RUBRIQUE|SECCIÓN|SECTIE|LOAD-DATE|LANGUAGE|SPRACHE|LANGUE|IDIOMA|HEADLINE|BODY"
            "|AUTEUR|AUTOR):",
            f"{NUMBERED}$",
        ),
        _CAPITALS,
        "source date title",
        begins=re.compile(NUMBERED),
    ),
    Export(
        "lexisnexis",
        _signs(
            f"{_BODY}$",
            r"(?:Length|Länge|Longueur|Longitud|Lengte|Lunghezza|Comprimento|Load-Date):\s*\S",
            rf"{_END}|Load-Date:|Copyright \d{{4}}|Classification$|Klassifizierung$",
        ),
        re.compile(rf"(?=(?:{_HEADING})$)\s*(\w+)|{_WITH_COLON.pattern}"),
        "title source date",
        middle=re.compile(_BODY),
        ends=re.compile(_SPACE + _END + _SPACE),
    ),
    Export(
        "factiva",
        _signs(r"HD(?:\s|:|$)", r"PD(?:\s|:|$)", r"SN(?:\s|:|$)", r"(?:LP|TD)(?:\s|:|$)"),
        _CODE,
        "none",
        begins=re.compile(r"\s*(HD)(?:[\s:].*)?"),
        middle=re.compile(r"\s*(?:PD|SN|LP|TD)(?:[\s:].*)?"),
        ends=_ACCESSION,
        is_open=True,
        ranks=f"|{_CODES}|",
    ),
    Export(
        "factiva",
        _signs(
            rf"{WORDS}\n\s*.{{0,30}}\d{{4}}.{{0,20}}\n(?:.{{0,80}}\n){{2,20}}{_SPACE}"
            r"(?:Copyright|\(c\)|©)",
            rf"[A-Z][A-Z0-9]{{1,7}}{_SPACE}$",
        ),
        re.compile(r"(?!)"),
        "factiva",
        begins=re.compile(f"{MARK}Article"),
        middle=re.compile(WORDS),
        ends=_ACCESSION,
    ),
    Export(
        "proquest",
        _signs(
            _FULL_TEXT,
            rf"_{{20,}}|{NUMBERED}$|.*\bProQuest\b",
            r".*\bdocview/\d|Links:|Publication title:|ProQuest[ -](?:document|Dokument)",
        ),
        _WITH_COLON,
        "title",
        begins=re.compile(rf"_{{20,}}\s*|{NUMBERED}"),
        middle=re.compile(rf"(?:{_FULL_TEXT}|Publication\b.*:|.*\bProQuest\b.*\bID\b).*"),
        is_open=True,
    ),
    Export(
        "europresse",
        _signs(f"{MARK}DocPublicationName$", f"{MARK}(?:DocHeader|titreArticle)"),
        re.compile(rf"({MARK}\w+)"),
        "none",
        begins=re.compile(f"{MARK}article"),
        is_open=True,
    ),
)
"""All that are read; of two layouts of one database, the one whose signs are found."""
