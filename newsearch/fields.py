"""The one table of fields: what an article has, how it is searched, and what it is called.

Everything that depends on which fields there are derives from `FIELDS`: stored articles, columns,
the Whoosh schema, the query language and its hints, the names in files, and output.
"""

from __future__ import annotations

import unicodedata
from typing import Literal, get_args

from newsearch.values import frozen

Kind = Literal["text", "words", "exact", "date", "number"]
Sort = Literal["relevance", "newest", "oldest", "longest", "shortest"]
SORTS: tuple[Sort, ...] = get_args(Sort)
Match = Literal["all", "any"]
"""How many of a query's words an article must have; here, where every room can name it."""
MATCHES: tuple[Match, ...] = get_args(Match)
Syntax = Literal["query", "words"]
"""Whether a query is of the query language, or a text of words without syntax."""
SYNTAXES: tuple[Syntax, ...] = get_args(Syntax)
DatePart = Literal["day", "week", "month", "quarter", "year"]
DATE_PARTS: tuple[DatePart, ...] = get_args(DatePart)
"""What dates are counted by; a week starts on Monday."""
Measure = Literal["articles", "words", "occurrences"]
MEASURES: tuple[Measure, ...] = get_args(Measure)
"""What is counted: articles, words of their titles and bodies, stretches of these that match."""


@frozen
class Field:
    """One field of an article.

    Parameters
    ----------
    name
        What it is called in queries, in the library and in output.
    kind
        ``"text"`` is searched and scored. All others filter: ``"words"`` by adjacent word forms,
        ``"exact"`` by the whole value, ``"date"`` and ``"number"`` by ranges.
    help
        What it holds, a short phrase for people.
    in_files
        The keys and column names that mean it in files, which are compared by `fold_name`, the best
        first: of two in one article the one further left counts. First our own names, then those
        of schema.org's NewsArticle, of scrapers and data sets, and of tables in other languages.
    example
        A value, for hints.
    label
        What output for people calls it, where that is not its name.
    is_list
        Whether an article may have several values.
    is_unique
        Whether values seldom repeat, so that they are found by hash and not kept in a column.
    also_in
        Other fields that a query for this one looks in too.
    column
        The column of a segment that holds it, for numbers.
    sorts
        What sorting by it is called: the highest or newest first, the lowest or oldest first.
    """

    name: str
    kind: Kind
    help: str
    in_files: tuple[str, ...] = ()
    example: str = "tokyo"
    label: str = ""
    is_list: bool = False
    is_unique: bool = False
    also_in: tuple[str, ...] = ()
    column: str = ""
    sorts: tuple[Sort, ...] = ()


SUMMARIES = (
    *("leadparagraph", "description", "shortdescription", "abstract", "summary", "excerpt"),
    *("snippet", "teaser", "beschreibung", "zusammenfassung", "resume", "resumen", "descripcion"),
    *("resumo", "descricao", "sommario", "описание", "摘要", "概要", "요약"),
)
"""Names of what may stand for the body where there is no text that is longer."""

FIELDS = (
    Field("title", "text", "the headline", (
        "title", "headline", "articletitle", "articleheadline", "headlinetext", "newstitle",
        "storytitle", "webtitle", "posttitle", "pagetitle", "heading", "titel", "uberschrift",
        "schlagzeile", "titre", "titulo", "titular", "titolo", "manchete", "kop", "overskrift",
        "tytuł", "tytul", "nadpis", "cim", "otsikko", "заголовок", "baslık", "baslik", "τιτλος",
        "标题", "標題", "題名", "タイトル", "見出し", "제목", "العنوان", "عنوان", "titlu",
        "judul", "tieuđe", "titulek", "naslov", "заглавие", "כותרת", "शीर्षक", "headlines",
        "nagłówek", "naglowek", "hed",
        "subjectline", "artikelrubrik", "huvudrubrik", "intitule", "tittel", "titol", "titulok",
        "titulli", "titill", "tajuk", "titles", "header", "baslıgı", "basligi", "pealkiri",
        "antraste", "virsraksts",
        "название", "наслов", "หัวข้อ", "หัวข้อข่าว", "พาดหัวข่าว", "শিরোনাম", "தலைப்பு",
        "назва", "כותרתראשית",
    )),
    Field("body", "text", "the text", (
        "body", "text", "content", "articlebody", "maintext", "fulltext", "bodytext",
        "articletext", "articlecontent", "article", "storytext", "story", "newstext",
        "newscontent", "news", "textcontent", "cleantext", "cleanedtext", "plaintext",
        "contenttext", "contenthtml", "bodyhtml", "contentencoded", "contents", "post",
        "selftext", "volltext", "artikeltext", "artikel", "inhalt", "nachricht", "meldung",
        "beitrag", "texte", "texteintegral", "contenu", "corps", "texto", "textocompleto",
        "contenido", "cuerpo", "noticia", "testo", "testocompleto", "contenuto", "corpo",
        "articolo", "conteudo", "materia", "tekst", "inhoud", "brodtext", "brødtekst", "indhold",
        "innhold", "tresc", "obsah", "szoveg", "teksti", "текст", "статья", "содержание", "metin",
        "icerik", "haber", "κειμενο", "正文", "内文", "內文", "内容", "內容", "全文",
        "本文", "記事", "본문", "내용", "النص", "المحتوى", "isi", "konten", "noiđung", "noidung",
        "articulo", "innehall", "continut", "sadrzaj", "съдържание", "зміст", "תוכן",
        "טקסט", "متن", "نص", "محتوى", "लेख", "文章", "기사", "텍스트",
        "documenttext", "documentcontent", "doctext", "paragraphs", "contentelements", "सामग्री",
        "समाचार", "גוףהכתבה", "תוכןהכתבה", "rawtext", "textbody", "transcript",
        "corpsdutexte", "metni", "icerigi", "besedilo", "vsebina", "tekstas", "turinys", "teksts",
        "saturs", "sisu", "teks", "artikkel", "artykuł", "artykul", "clanek", "cikk",
        "เนื้อหา", "เนื้อข่าว", *SUMMARIES,
    )),
    Field("id", "exact", "what the article is known by", (
        "id", "articleid", "docno", "docid", "documentid", "newsid", "storyid", "storiesid", "uuid",
        "accessionnumber", "identifiant", "뉴스식별자",
    ), "seeds/a.txt", is_unique=True),
    Field("date", "date", "when it appeared", (
        "date", "published", "datepublished", "publishedat", "publishdate", "datepublish",
        "pubdate", "publicationdate", "publisheddate", "publishedon", "publishedtime",
        "publishtime", "dateofpublication", "articledate", "newsdate", "webpublicationdate",
        "firstpublished", "firstpublishedat", "releasedate", "issuedate", "postdate",
        "posteddate", "postedat", "datetime", "datum", "erscheinungsdatum",
        "veroffentlichungsdatum", "veroffentlicht", "publikationsdatum", "datepublication",
        "datedepublication", "datedeparution", "fecha", "fechapublicacion", "fechadepublicacion",
        "data", "datapubblicazione", "datadipubblicazione", "datapublicacao", "datadepublicacao",
        "publicatiedatum", "publicerad", "dato", "datapublikacji", "julkaistu", "дата",
        "датапубликации", "tarih", "yayıntarihi", "ημερομηνια", "日期", "发布时间", "发布日期",
        "發布時間", "日付", "公開日", "掲載日", "날짜", "일자", "작성일", "التاريخ", "تاريخالنشر",
        "tanggal", "ngay", "paivamaara", "датапублікації", "תאריך", "تاريخ", "تاریخ", "दिनांक",
        "时间", "時間", "发表时间", "发表日期", "出版日期", "發布日期", "公開日時", "掲載日時",
        "配信日", "配信日時", "発行日", "작성일자", "작성일시", "게재일", "게재일자", "보도일",
        "보도일자", "발행일", "등록일", "created", "createdat", "datecreated", "creationdate",
        "timestamp", "createdutc", "seendate", "time", "publishts", "publishedtimestamp",
        "publicationtime", "pubtime", "displaydate", "firstpublicationdate", "firstpublisheddate",
        "issued", "dateissued", "rundate", "dateprinted", "printdate", "publicationday",
        "dateposted", "postedon", "dateandtime", "publiele", "veroffentlichtam", "publicadoel",
        "fechahora", "fechayhora", "pubblicatoil", "dataora", "publicadoem", "datahora",
        "publiceringsdatum", "publiseringsdato", "udgivelsesdato", "julkaisupaiva", "datumobjave",
        "datumvydani", "datapublicarii", "kuupaev", "datums", "датум", "วันที่", "วันที่เผยแพร่",
        "तारीख", "तिथि", "प्रकाशनतिथि", "erschienenam", "datumpublicatie", "datadodania",
        "датавыхода", "датавиходу", "yayınlanmatarihi", "תאריךפרסום", "입력일", "입력일시",
        "tanggalterbit", "ngayđang",
    ), "2020-07", column="date", sorts=("newest", "oldest")),
    Field("source", "words", "the publisher; a query looks in `agency` too", (
        "source", "publisher", "publication", "publicationtitle", "publicationname", "newspaper",
        "newspapername", "newspapertitle", "sourcename", "sourcetitle", "outlet", "newsoutlet",
        "outletname", "medianame", "newssource", "sitename", "site", "website", "quelle",
        "zeitung", "medium", "publikation", "verlag", "journal", "editeur", "fuente", "periodico",
        "diario", "medio", "fonte", "testata", "giornale", "jornal", "veiculo", "bron", "krant",
        "kalla", "tidning", "kilde", "avis", "zrodło", "zrodlo", "gazeta", "lahde", "источник",
        "издание", "kaynak", "gazete", "πηγη", "来源", "來源", "媒体", "新聞", "新聞名", "媒体名",
        "출처", "언론사", "المصدر", "الصحيفة", "sumber", "nguon", "forras", "zdroj", "izvor",
        "sursa", "джерело", "מקור", "منبع", "مصدر", "صحيفة", "جريدة", "स्रोत", "新聞社", "报纸",
        "報紙", "媒體", "매체", "신문", "신문사", "източник", "mediaoutlet", "sourcedomain",
        "domain", "hostname", "paper", "papername", "pubtitle", "pubname", "journaltitle",
        "periodical", "channel", "cleanurl", "provider", "newsprovider", "host",
        "mediasource", "medienname", "quotidiano", "сми", "извор", "vir", "saltinis",
        "avots", "allikas", "diari", "suratkabar", "แหล่งที่มา", "สำนักข่าว",
        "nomdumedia", "titelkrant", "видання", "שםהעיתון", "समाचारपत्र", "掲載紙", "掲載紙名",
    ), "kyodo", also_in=("agency",)),
    Field("agency", "words", "wire services that are credited", (
        "agency", "agencies", "newsagency", "wireservice", "agentur", "nachrichtenagentur",
        "agence", "agencia", "agenzia",
    ), "kyodo", is_list=True),
    Field("author", "words", "who wrote it", (
        "author", "authors", "byline", "authorname", "authornames", "writer", "writers",
        "reporter", "reporters", "journalist", "journalists", "creator", "autor", "autoren",
        "autorin", "verfasser", "auteur", "auteurs", "journaliste", "autores", "periodista",
        "autore", "autori", "giornalista", "jornalista", "forfattare", "forfatter", "autorzy",
        "kirjoittaja", "автор", "авторы", "yazar", "συντακτης", "作者", "记者", "記者", "著者",
        "기자", "저자", "الكاتب", "المؤلف", "penulis", "tacgia", "szerzo", "toimittaja", "מחבר",
        "نویسنده", "كاتب", "लेखक", "correspondent", "correspondents", "columnist", "contributor",
        "contributors", "writtenby", "by", "postedby", "redakteur", "redakteurin", "journalistin",
        "redacteur", "redactrice", "autora", "redactor", "redactora", "redattore", "schrijver",
        "skribent", "muhabir", "muhabiri", "wartawan", "phongvien", "autorius", "autors", "avtor",
        "аутор", "novinar", "ผู้เขียน", "ผู้สื่อข่าว", "기고자", "執筆者", "筆者", "撰稿人",
        "dziennikarz", "журналист", "журналіст", "المحرر", "כתב", "संवाददाता", "撰文", "작성자",
    ), "yamaguchi", is_list=True),
    Field("section", "words", "section of the paper", (
        "section", "articlesection", "sectionname", "sectiontitle", "newsdesk", "desk",
        "category", "categoryname", "ressort", "rubrik", "kategorie", "rubrique", "categorie",
        "seccion", "categoria", "sezione", "secao", "editoria", "sectie", "rubriek", "dział",
        "kategoria", "рубрика", "раздел", "категория", "kategori", "栏目", "版面", "分类", "类别",
        "カテゴリ", "カテゴリー", "카테고리", "섹션", "القسم", "rubrica", "chuyenmuc", "subject",
        "rubrika", "kategorija", "seccio", "bolum", "หมวดหมู่", "หมวด",
        "통합분류1", "분류", "категорія", "التصنيف", "מדור", "קטגוריה", "श्रेणी", "अनुभाग", "分類",
        "caderno",
    ), "politics"),
    Field("place", "words", "where it was written, from the dateline",
          ("place", "location", "ort", "lieu", "lugar", "luogo")),
    Field("lang", "exact", "code of the language, which chooses the stemmer", (
        "lang", "language", "inlanguage", "langcode", "languagecode", "sprache", "langue",
        "idioma", "lingua", "taal", "sprak", "jezyk", "язык", "dil", "语言", "言語", "언어",
        "اللغة", "bahasa", "jazyk", "nyelv", "kieli", "мова", "שפה", "भाषा", "زبان", "kalba",
        "valoda", "keel", "limba", "jezik", "език", "језик", "γλωσσα", "ภาษา", "語言",
        "detectedlanguage",
    ), "en", label="language"),
    Field("url", "exact", "where it was published", (
        "url", "link", "weburl", "weblink", "articleurl", "articlelink", "newsurl", "permalink",
        "canonicalurl", "pageurl", "href", "uri", "链接", "网址", "リンク", "링크", "الرابط",
        "lien", "enlace", "lank", "odkaz", "tautan", "ссылка", "посилання", "網址", "連結", "ลิงก์",
        "linki", "baglantı", "رابط", "קישור", "लिंक", "原文链接", "requestedurl",
    ), "https://example.com/a", is_unique=True),
    Field("length", "number", "words of the body, counted",
          (), ">500", column="body_length", sorts=("longest", "shortest")),
)  # fmt: skip
"""All fields, in the order in which they are shown."""


QUALIFIERS_BEFORE = (
    *("article", "news", "story", "post", "clean", "cleaned", "full", "main", "nameof"),
    *("nameofthe", "artikel", "nachrichten", "nomdu", "nomde", "nombredel", "nomedel", "nomedo"),
    *("nameder", "namedes", "original", "haber", "dc", "fields", "اسم", "新闻", "新聞", "文章"),
    *("記事", "기사"),
    *("뉴스", "ชื่อ"),
)
QUALIFIERS_AFTER = (
    *(
        "name",
        "names",
        "full",
        "clean",
        "cleaned",
        "main",
        "utc",
        "gmt",
        "original",
        "article",
        "ofarticle",
        "ofthearticle",
    ),
    *("delarticle", "artikel", "desartikels", "zumartikel", "allarticolo", "alanoticia"),
    *("articulo", "noticia", "articolo", "notizia", "berita"),
    *("delarticulo", "delanoticia", "dellarticolo", "danoticia", "damateria", "doartigo"),
    *("статьи", "новости", "artykułu", "المقال", "الخبر", "名", "名称", "名稱", "姓名", "명"),
)
"""What stands before or after a name in files and changes nothing of what it means."""


def fold_name(key: str) -> str:
    """Return a key without what does not count: case, accents, spaces, underscores, other signs."""
    plain = unicodedata.normalize("NFKD", key.casefold())
    return "".join(filter(str.isalnum, plain))


FIELD = {field.name: field for field in FIELDS}
"""The fields by name."""


def looked_in(name: str) -> tuple[str, ...]:
    """Return the columns that a filter looks in, given a field or a key of users' own."""
    return (name, *(FIELD[name].also_in if name in FIELD else ()))


def _named(*kinds: Kind) -> tuple[str, ...]:
    return tuple(field.name for kind in kinds for field in FIELDS if field.kind == kind)


TEXT_FIELDS = _named("text")
"""The fields that a word without a field is looked for in."""
WORD_FIELDS = _named("words")
"""Filters that hold words: adjacent words of the value must match."""
EXACT_FIELDS = _named("exact")
"""Filters that hold one value: all of it must match, letter by letter."""
LIST_FIELDS = tuple(field.name for field in FIELDS if field.is_list)
"""The fields of which an article may have several values."""
CODED_FIELDS = tuple(
    field.name
    for field in FIELDS
    if field.kind in ("words", "exact") and not (field.is_list or field.is_unique)
)
"""The fields of one value that is kept in a column, because it repeats."""
NUMBER_FIELDS = _named("number")
"""The fields that hold numbers, which articles get when they are indexed."""
RANGE_FIELDS = _named("date", "number")
"""Filters that ranges are asked of."""
SORTED_BY = {
    name: (field, number == 0) for field in FIELDS for number, name in enumerate(field.sorts)
}
"""By the name of an order: the field, and whether the highest value comes first."""
QUERY_FIELDS = (*TEXT_FIELDS, "text", *_named("words", "exact", "date", "number"))
"""What can stand before a colon in a query; ``text`` is all text fields together."""
