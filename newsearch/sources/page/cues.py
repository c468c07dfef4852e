"""Words that tell what a line of a page is: data, by language where that is cheap.

Each pattern is matched against a line without its outer space, case ignored unless said. To teach
the text reader a new way of writing, add it here first.
"""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.I)


def _any_lower(*patterns: str) -> re.Pattern[str]:
    """As `_any`, for lines in lower case: that takes half the time."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


# A line of its own over teasers of other stories, inside or after the article: it and the teasers
# are dropped, and the article goes on with the next paragraph of prose.
RELATED = _any_lower(
    r"(?:related|recommended|suggested)(?: (?:stories|articles?|content|coverage|links|posts|news"
    r"|reading|topics|videos?|searches|images?|items))?",
    r"(?:read|see|see also|read also|also read|watch|lire aussi|à lire aussi|lire|voir aussi"
    r"|siehe auch|lesen sie auch|lesen sie mehr|lee también|lea también|ver también|leggi anche"
    r"|read more|more|read next|don.t miss|also see|learn more)(?: ?:.*)?",
    r"(?:read|see) more\b.{0,80}",
    r"(?:weiterlesen|leer más|seguir leyendo|lire la suite|continua a leggere|continuar? lendo"
    r"|lees verder|czytaj dalej|číst dál|читать далее|читати далі)\b.{0,80}",
    r"more (?:on|about) .{0,60}|also (?:on|in|from) .{0,60}|in other news"
    r"|recommended (?:for you|by .{0,30})",
    r"other people are reading",
    r"mehr (?:zum thema|dazu).{0,60}",
    r"(?:sur le même sujet|dans la même rubrique).{0,40}",
    r"(?:noticias|artículos|temas|contenido) relacionad[oa]s?|más información|te recomendamos",
    r"関連(?:記事|ニュース|リンク|する.{0,12})?.{0,6}|あわせて読みたい",
    r"(?:leia|veja|saiba|assista) (?:também|mais|ainda).*|(?:\w+ )?relacionad[oa]s",
    r"leggi anche.*|(?:articoli|notizie) correlat[ie]|(?:ti )?potrebbe interessar(?:ti|e).*",
    r"(?:lees|bekijk|kijk) (?:ook|meer|verder)(?: ?:.*)?|gerelateerde? .{0,30}",
    r"(?:läs|les|læs) (?:också|også|även|mere?)(?: ?:.*)?|relater(?:at|ade|t|te|ede)(?: .{0,30})?",
    r"lue (?:myös|lisää)(?: ?:.*)?|aiheesta lisää|(?:baca|lihat) juga(?: ?:.*)?|berita terkait",
    r"(?:czytaj|zobacz|przeczytaj) (?:też|także|również|więcej)(?: ?:.*)?|powiązane .{0,30}",
    r"(?:čtěte|přečtěte si|čítajte) (?:také|více|dále|tiež|aj)(?: ?:.*)?|(?:související|súvisiace)"
    r" .{0,30}|mohlo by vás (?:také )?zajímat.*|(?:pročitajte|vezane|povezane) .{0,40}",
    r"(?:читайте|смотрите|дивіться) (?:также|ещ[её]|по теме|також|ще)(?: ?:.*)?"
    r"|(?:материалы )?по теме|за темою|(?:похожие|схожі|связанные) .{0,30}",
    r"i\u0307?lgili (?:haberler|içerikler|konular)|(?:bunlar da )?i\u0307?lginizi çekebilir",
    r"citește (?:și|mai mult)(?: ?:.*)?|pe aceeași temă|kapcsolódó .{0,30}|(?:tin|bài) liên quan",
    r"διαβάστε (?:επίσης|ακόμ[αη]|περισσότερα)(?: ?:.*)?|σχετικά (?:άρθρα|θέματα|νέα)",
    r"(?:اقرأ|إقرأ|شاهد) (?:أيض|المزيد).*|(?:\w+ )?ذات صلة|(?:بیشتر بخوانید|مطالب مرتبط).*",
    r"(?:קראו|ראו) (?:גם|עוד).*|עוד בנושא|(?:ये|यह) भी पढ़ें.*|আর[ওো] পড়ুন.*|อ่านเพิ่มเติม.*",
    r"(?:相关|相關|延伸)(?:新闻|新聞|阅读|閱讀|文章|报道|報導|链接).{0,6}|推荐阅读"
    r"|관련 ?(?:기사|뉴스).{0,6}",
)

# A line of its own after which a page shows what is not the article.
END = _any_lower(
    r"(?:the )?latest(?: [\w&’']+){0,3}(?: (?:stories|news|articles|headlines|posts|videos))?",
    r"(?:the )?(?:most|more) (?:popular|read|viewed|shared|commented|emailed|watched|discussed"
    r"|recent)\b.{0,30}",
    r"(?:popular|trending|top|featured|recent|new|other|similar|editor.?s.?|our|today.s)"
    r"(?: (?:now|today|on|stories|articles|news|posts|videos|headlines|topics|picks?|comments"
    r"|searches|choice|reads|this week|content)){1,2}\b.{0,30}",
    r"trending|popular|photos|in pictures|galleries|featured|sponsored(?: .{0,30})?",
    r"promoted.{0,30}",
    r"you (?:may|might)(?: also)? (?:like|enjoy|be interested in).{0,30}|more like this",
    r"more (?:stories|news|articles|posts|videos|from|in|by|headlines|coverage|great|top)\b.{0,60}",
    r"(?:from|around|elsewhere on) the web|from our (?:partners|sponsors).{0,30}",
    r"(?:up next|next up)(?: in .{0,30})?",
    r"(?:all|alle|toutes les|todas (?:las|as)|tutte le) (?:the )?(?:news|stories|articles|posts"
    r"|nachrichten|meldungen|artikel|beiträge|actualités|noticias|notícias|notizie)\b.{0,40}",
    r"(?:older|newer|previous|next|prev)(?: (?:post|article|story|entry|page|chapter))s?.{0,60}",
    r"(?:about|meet) the authors?|about (?:us|the (?:publisher|website|company))|contact us?",
    r"(?:filed under|tagged(?: with| in)?|posted in|tags|topics|categories|archives)\b.{0,120}",
    r"(?:tag|archive|archiv|archivo|arquivo|archivio|archief|arkiv|arkisto|archiwum|архив|arşiv)"
    r"(?: ?:.*)?",
    r"share (?:this|on|via|with)\b.{0,30}|follow (?:us|me)\b.{0,40}|stay connected|connect with .*",
    r"(?:footnotes? navigation|site (?:map|index|information)|footer|company info).{0,30}",
    r"(?:meist|am meisten) ?(?:gelesen|geteilt|kommentiert|geklickt).{0,30}|neueste .{0,40}",
    r"(?:d(?:as|ies|iese artikel) )?könnten? (?:sie|dich|euch) (?:\w+ )?interessieren.{0,20}"
    r"|auch interessant",
    r"weitere (?:artikel|themen|meldungen|nachrichten|news|beiträge).{0,40}|aktuelle .{0,40}",
    r"schlagw(?:ort|örter)\b.{0,80}|empfehlungen.{0,40}|themen ?:?.{0,80}|zur startseite|impressum",
    r"(?:(?:les|articles) )?plus (?:lus|populaires|commentés|partagés|vus|récents).{0,30}",
    r"vous (?:aimerez|pourriez|devriez).{0,40}|ailleurs sur le web|nos (?:dossiers|newsletters)",
    r"(?:lo )?más (?:leído|visto|popular|comentado|noticias|compartido|reciente)s?.{0,30}",
    r"te puede interesar.{0,20}",
    r"(?:últimas|otras) (?:noticias|entradas).{0,30}|archivado en.{0,80}|etiquetas.{0,80}",
    r".{0,12}ランキング.{0,8}|おすすめ.{0,12}|(?:最新|新着|人気|注目).{0,12}",
    r"(?:as )?mais (?:lid|vist|comentad|acessad)[ao]s.{0,30}|(?:últimas|mais) notícias.{0,30}",
    r"(?:i )?più (?:lett|vist|popolar|commentat)[ie].{0,30}|ultime (?:notizie|news).{0,20}",
    r"(?:meest|best) (?:gelezen|bekeken|gedeeld).{0,30}|(?:laatste|meer) nieuws.{0,30}",
    r"mest (?:läs|les|læs|delt|delad|set).{0,30}|(?:senaste|siste|seneste) (?:nytt|nyhe).{0,20}",
    r"(?:luetuimmat|uusimmat).{0,30}|(?:terpopuler|terkini|berita (?:terbaru|lainnya)).{0,30}",
    r"naj(?:częściej|chętniej) czytane.{0,30}|najnowsze.{0,30}|polecane|tagi ?:.*",
    r"nej(?:čtenější|novější).{0,30}|naj(?:čítanejšie|novšie|čitanije).{0,30}|štítky.{0,80}",
    r"(?:самое|популярн|последние|главн)\w* ?(?:читаемое|обсуждаемое|новости|материалы|статьи)"
    r".{0,20}|популярное|новости партн[её]ров|теги.{0,80}|(?:найпопулярніш|останні новини).{0,30}",
    r"(?:en )?çok (?:okunan|izlenen|paylaşılan).{0,30}|son (?:dakika|haberler).{0,20}"
    r"|etiketler.{0,80}",
    r"cele mai (?:citite|noi|populare).{0,30}|ultimele știri.{0,20}|(?:etichete|címkék).{0,80}",
    r"leg(?:olvasottabb|frissebb|népszerűbb).{0,30}|(?:tin|bài) (?:mới|đọc nhiều|nổi bật).{0,20}",
    r"(?:πιο )?δημοφιλ(?:ή|έστερα).{0,30}|τελευταία νέα.{0,20}|ετικέτες.{0,60}",
    r"(?:الأكثر|الاكثر) (?:قراءة|مشاهدة|شعبية).{0,30}|(?:آخر|أحدث) الأخبار.{0,20}|الوسوم.{0,60}",
    r"הנקראות ביותר.{0,20}|תגיות.{0,60}|(?:많이 본|인기|최신) ?(?:뉴스|기사).{0,10}",
    r"(?:热门|熱門|推荐|推薦|热点)(?:新闻|新聞|文章|阅读|閱讀|排行|资讯)?.{0,4}|猜你喜欢"
    r"|(?:标签|標籤|关键词|關鍵字)[:：].{0,40}|[上下]一篇.{0,40}|责任编辑.{0,20}",
)

# A line of its own over what readers wrote, or a link to it.
_COUNT_OR_VERB = (
    r"\d[\d,.]* |all |view |show |see |read |hide |post |add |leave |your |no |join the "
)
_COMMENTS_ABROAD = (
    r"(?:leser-?)?(?:kommentare?|kommentarer|reacties|commentaires?|réactions?"
    r"|comentarios?|comentários?|commenti|kommentit|kommentteja|komentarze|komentarzy|komentáře"
    r"|komentářů|komentari|yorumlar?|комментари(?:и|ев|я|й)|коментар(?:і|ів|и)|σχόλια|comentarii"
    r"|hozzászólások|تعليقات|التعليقات|تعليق|תגובות)"
)
COMMENTS = _any_lower(
    rf"(?:there are )?(?:(?:{_COUNT_OR_VERB}){{0,4}}(?:comments|replies|responses|discussion"
    rf"|conversation)|(?:{_COUNT_OR_VERB}){{1,4}}(?:an? )?(?:comment|reply|response))"
    r"(?: ?\(?\d[\d,.]*\)?)?(?: on .*| policy| are closed.*| are off.*)?:?",
    r"what (?:our )?readers (?:say|think)|have your say|your say",
    r"\d+ (?:thoughts|comments|responses) (?:on|to) .*",
    r"(?:\d+ )?(?:readers?|visitors?|users?)[’']? comments?\b.{0,30}",
    rf"(?:\d[\d., ]*)?{_COMMENTS_ABROAD}(?: ?\(?\d[\d., ]*\)?)?(?: (?:zu|schreiben|lesen).*)?:?",
    rf"\d+ (?:» )?{_COMMENTS_ABROAD}\b.{{0,60}}",
    rf"(?:alle|ver|voir|lire|vedi|leggi|bekijk|se|visa) (?:\w+ )?{_COMMENTS_ABROAD}",
    r"(?:laisser un commentaire|deja un comentario|schreibe einen kommentar|lascia un commento"
    r"|deixe um comentário|laat een reactie achter|skriv en kommentar|dodaj komentarz"
    r"|оставить комментарий|добавить комментарий|yorum yaz|ihre meinung|votre avis"
    r"|(?:laisser|poster) un|vos (?:réactions|commentaires)|enviá tu comentario|comentar$"
    r"|(?:deja|escribe) (?:un|una|tu) (?:comentario|respuesta)|kommentar (?:verfassen|schreiben"
    r"|hinterlassen|abgeben)|schreiben sie einen kommentar|geef (?:een|je) reactie|kommentér"
    r"|le(?:gg|mna) (?:igjen )?en kommentar|jätä kommentti|napisz komentarz|(?:přidat|vložit)"
    r" komentář|diskuse|обсуждение|обсудить|написать комментарий|залишити коментар|lasă un"
    r"|scrie un comentariu|szólj hozzá|αφήστε (?:ένα )?σχόλιο|اترك (?:تعليق|رد)|أضف تعليق"
    r"|הוס[ףי]פ?ו? תגובה|(?:tulis|beri) komentar|bình luận|ความคิดเห็น|মন্তব্য|टिप्पणि).{0,40}",
    r"(?:全部|最新|热门|網友|网友|发表|發表)?(?:评论|評論|留言|跟帖)[ (（\d条則)）]{0,12}"
    r"|réagir ?\(\d+\)|コメント.{0,12}|댓글[ (\d개)]{0,10}",
)

# The headline of what servers send in place of an article, where there is none.
NO_ARTICLE = _any(
    r"(?:(?:http )?error )?(?:40\d|410|429|50[0-4])(?:\W+(?:error|(?:page |file )?not found"
    r"|forbidden|unauthori[sz]ed|bad request|gone|too many requests|internal server error"
    r"|bad gateway|service unavailable|gateway time-?out|access denied|oops|sorry)\b.{0,60})?",
    r"(?:(?:sorry|oops)\b\W*)?(?:(?:the|this|that) )?page (?:you .{0,40})?(?:(?:(?:was|could|can)"
    r" ?)?not (?:be )?found|can.t be found|does(?: not|n.t) exist|(?:is )?not available).{0,30}",
    r"access (?:to this page has been )?denied|forbidden|just a moment|attention required.{0,30}"
    r"|checking your browser.{0,60}|are you (?:a )?(?:robot|human)|robot check|security check"
    r"|verify(?:ing)? (?:that )?you are (?:a )?human.{0,30}|please enable (?:javascript|cookies).*"
    r"|before you continue.{0,40}|we value your privacy|internal server error|bad gateway"
    r"|service unavailable",
    r"(?:diese )?seite (?:wurde )?nicht gefunden|page (?:introuvable|non trouvée)"
    r"|página no (?:encontrada|existe)|página não encontrada|pagina (?:non trovata|niet gevonden)"
    r"|sidan (?:kunde inte hittas|hittades inte|finns inte)|siden (?:blev )?ikke fun[dn]et"
    r"|sivua ei löy.{0,20}|(?:nie znaleziono|nie ma takiej) strony|strona nie .{0,12}znaleziona"
    r"|stránka ne(?:byla )?nalezena|страница не (?:найдена|существует)|сторінку не знайдено"
    r"|sayfa bulunamadı|ページが見つかりません.{0,10}|页面(?:不存在|未找到|找不到).{0,8}"
    r"|找不到(?:页面|頁面|網頁)|페이지를 찾을 수 없습니다|الصفحة غير موجودة",
)

# Pleas to the reader, wherever they stand in a line that is no long paragraph. Each pattern is
# tried only on lines that have its word, in lower case: that makes telling lines quick.
PLEA = {
    "subscri": _any(
        r"\bsubscrib(?:e|ing)\b.{0,60}(?:\byou|\bto\b|\bnow|\btoday|\bour|\bus\b|$)",
        r"\bsubscri.{0,80}newsletter",
    ),
    "newsletter": _any(
        r"\bnewsletters?\b.{0,80}(?:sign|subscri|inbox|e-?mail|abonnieren|anmelden|bestellen)",
        r"(?:sign(?:ing)? up|get|recevez).{0,80}newsletter",
    ),
    "sign": _any(
        r"\bsign(?:ing)?[ -]?up (?:for|to|now|here|today)\b",
        r"\b(?:please|you must|you need to) sign\b",
    ),
    "inbox": _any(r"\byour inbox\b"),
    "continue": _any(r"^continue reading\b(?: (?:the|this|below|after)\b.{0,40})?$"),
    "register": _any(
        r"\bregister (?:now|today|here|for free)\b|\blog ?in\b.{0,40}\bregister",
        r"\b(?:please|you must|you need to) (?:be )?register",
    ),
    "journalism": _any(
        r"\bquality journalism\b",
        r"\b(?:support|fund) (?:our|independent|free|local|quality)\b.{0,30}journalism",
    ),
    "join": _any(r"\bjoin the conversation\b|\bjoin [\d,]+ other"),
    "get the": _any(
        r"\bget the (?:best|latest|most) (?:of|from|news|stories)\b",
        r"\bget (?:the|our)\b.{0,30}\bapp\b",
    ),
    "help us": _any(r"\bhelp us (?:get|keep|tell|report|continue)\b"),
    "become a": _any(r"\bbecome a (?:member|subscriber|supporter)\b"),
    "download": _any(r"\bdownload (?:the|our)\b.{0,30}\bapps?\b"),
    "follow": _any(
        r"\bfollow (?:(?:us|me|him|her|them|@?\w+(?: \w+){0,2}) )?on (?:\w+ and )?(?:facebook"
        r"|twitter|instagram|x|google|youtube|linkedin|flipboard|mastodon|social)"
    ),
    "facebook": _any(r"\blike us on facebook|\bshare on facebook"),
    "cookie": _any(
        r"\bwe use cookies\b|\buses? cookies\b|\bcookie (?:policy|settings|preferences)\b",
        r"\bcookies?\b.{0,80}(?:zustimm|akzept|accept|einverstanden|verwend|utilis|acept|aceit"
        r"|accett|gebruik|samty|zgod|souhlas|соглас|использ|kabul)",
        r"(?:utiliza|usa|usamos|gebruik\w*|verwenden|utilisons|bruk[ae]r|använder|używa\w*|používá"
        r"|использу\w+|kullan\w+)\b.{0,60}\bcookies?\b",
    ),
    "terms": _any(r"\bterms (?:of|and|&) (?:use|service|conditions)\b"),
    "privacy": _any(r"\bprivacy (?:policy|notice|statement)\b"),
    "rights": _any(r"\ball rights reserved\b"),
    "rechte": _any(r"\balle rechte vorbehalten"),
    "droits": _any(r"\btous droits réservés"),
    "derechos": _any(r"\bderechos reservados"),
    "copyright": _any(r"^copyright\b|(?:^|\s)copyright ?(?:\d{4}|©)"),
    "©": _any(r"^©|(?:^|\s)© ?(?:\d{4})"),
    "(c)": _any(r"(?:^|\s)\(c\) ?\d{4}"),
    "may ": _any(
        r"\bmay not be (?:published|reproduced|copied)\b",
        r"\bmay (?:be compensated|(?:earn|receive) (?:a|an) (?:affiliate )?commission)\b",
    ),
    "javascript": _any(r"\b(?:enable|turn on) javascript\b|\bjavascript is"),
    "click": _any(r"\bclick (?:here|to|on|for)\b"),
    "scroll": _any(r"\bscroll (?:down|to|for)\b"),
    "you agree": _any(r"\bby (?:submitting|signing|subscribing|clicking|continuing|using)\b"),
    "you're agreeing": _any(r"\bby (?:submitting|signing|subscribing|clicking|continuing|using)\b"),
    "your support": _any(r"\bwe rely on your support"),
    "donat": _any(r"\bdonate (?:today|now)\b|\bmake (?:a|your) donation\b"),
    "already a": _any(r"\balready a (?:subscriber|member)\b"),
    "akismet": _any(r"akismet"),
    "publi": _any(
        r"address will not be published|wird nicht veröffentlicht|ne sera pas publié"
        r"|no será publicad|não será publicad|non sarà pubblicat|wordt niet gepubliceerd"
        r"|nie zostanie opublikowany"
    ),
    "veröff": _any(r"(?:e-?mail|adresse)\b.{0,40}\bnicht veröffentlicht"),
    "опубликован": _any(r"не будет опубликован"),
    "skip to": _any(r"^skip to\b"),
    "springen": _any(r"^(?:direkt )?zu[mr] .{0,20} springen$"),
    "aller au": _any(r"^aller au contenu"),
    "contenido": _any(r"^(?:saltar|ir) al contenido"),
    "conteúdo": _any(r"^(?:pular|ir) para o conteúdo"),
    "direitos": _any(r"todos os direitos reservados"),
    "diritti": _any(r"tutti i diritti (?:sono )?riservati"),
    "rechten": _any(r"alle rechten voorbehouden"),
    "права": _any(r"все права защищены|всі права захищено"),
    "prawa": _any(r"prawa zastrzeżone"),
    "práva": _any(r"práva vyhrazena"),
    "hakları": _any(r"hakları saklıdır"),
    "الحقوق": _any(r"الحقوق محفوظة"),
    "版": _any(r"版权所有|版權所有"),
    "전재": _any(r"무단 ?전재"),
    "подпи": _any(r"\bподпи(?:шитесь|сывайтесь|сывайся|шись)\b"),
    "підпи": _any(r"\bпідпи(?:шіться|суйтесь|суйтеся)\b"),
    "inscreva": _any(r"\binscreva-se\b"),
    "iscriviti": _any(r"\biscriviti\b"),
    "prenumerera": _any(r"^prenumerera\b"),
    "zapisz się": _any(r"\bzapisz się (?:do|na)\b"),
    "abone ol": _any(r"\babone ol"),
    "اشترك": _any(r"اشترك (?:في|الآن)"),
    "log in": _any(
        r"\blog ?in\b.{0,40}\b(?:sign ?up|comment)|\b(?:please|you must|you need to) (?:be )?log"
    ),
    "originally": _any(
        r"^this (?:article|story|piece|post|report) (?:was )?originally (?:published|appeared)"
    ),
    "have a": _any(
        r"\bhave a (?:tip|story|news|question)s?\b.{0,60}(?:email|contact|e-mail|let us|send)"
    ),
    "send": _any(r"\bsend (?:us )?(?:your )?(?:tips?|comments?|feedback)\b"),
    "abonn": _any(r"\bjetzt abonnieren|\babonnez[- ]vous|\bs.abonner\b"),
    "anmelden": _any(r"\bjetzt anmelden"),
    "inscrivez": _any(r"\binscrivez[- ]vous"),
    "suscr": _any(r"\bsuscríb(?:ete|ase)|\bboletín\b.{0,40}suscri"),
    "guenos": _any(r"\bs[ií]guenos\b"),
    "会員": _any(r"会員(?:限定|登録)"),
    "転載": _any(r"無断転載"),
}

# How a plea for consent begins that is as long as a paragraph.
CONSENT = _any(
    r"(?:we|this (?:web)?site|our (?:web)?site|wir|diese (?:website|seite)|nous|ce site|este si"
    r"(?:tio|te)|usamos|utilizamos|questo sito|deze (?:web)?site|vi|мы|ta strona|tento web|bu site)"
    r"\b.{0,80}\bcookies?\b"
)

# Words of menus and buttons: a short line made of little else is not text.
MENU_WORDS = _words(
    "about account ad ads advertise advertisement ad-choices apps blog blogs "
    "bookmark careers close comment comments contact copy cookies donate download edit email "
    "e-mail embed enlarge facebook faq favorite feedback feeds flipboard follow font forum "
    "gallery google help home homepage icon image images instagram jobs later like link "
    "linkedin listen loading log login logout mail menu messenger more navigation newsletter "
    "newsletters newsstand next open pdf photo photos pin pinterest play plus podcast podcasts "
    "popup previous print privacy profile reddit register reply report rss save search sections "
    "settings share shares shop sign signin signup sitemap size skip slideshow stumbleupon "
    "subscribe subscriptions support tab tablet terms text toggle top tumblr tweet tweets "
    "twitter up use video videos view vkontakte weather whatsapp window x xing youtube digg "
    "delicious anmelden abo "
    "drucken facebook-messenger impressum kommentare kontakt merken startseite suche teilen "
    "twittern versenden datenschutz abonner accueil connexion contacts envoyer imprimer "
    "partager recherche réagir suivre buscar compartir enviar imprimir iniciar inicio sesión "
    "suscríbete シェア シェアする このニュースをシェア ツイート ログイン 印刷 検索 ヘルプ "
    "início compartilhar imprimir buscar entrar cerca condividi stampa accedi zoeken delen "
    "afdrukken inloggen sök dela logga-in søk del-på skriv-ut søg haku jaa tulosta szukaj "
    "udostępnij drukuj zaloguj hledat sdílet tisk přihlásit главная поиск поделиться печать войти "
    "меню головна пошук поділитися ara paylaş yazdır giriş menü caută distribuie keresés megosztás "
    "αναζήτηση κοινοποίηση μενού الرئيسية بحث شارك طباعة חיפוש שתפו 首页 搜索 分享 登录 打印 검색 "
    "공유 인쇄 로그인 cari bagikan tìm-kiếm"
)
# Small words that stand between those.
MENU_GLUE = _words(
    "a an and at by click for in jump me my new now of off on or our out please the this to us via "
    "with your you and/or & date icon main content skip die der das auf per bei zum le la les "
    "sur par en por de el con"
)

# Credits that show a line to be the caption of a picture, each with a word it has, as above.
_PICTURE = (
    r"photo(?:graph(?:er|y|s)?)?s?|pictures?|images?|video|illustration|graphic|screenshot|fotos?"
    r"|bild|bildquelle|crédits?|credits?|quelle|fotografía|imagen|写真|source"
)
_PICTURE_LINE = _any(
    rf"\b(?:{_PICTURE}) ?(?:credits?|courtesy|by)? ?[:：=©].{{1,80}}$",
    r"\b(?:photo(?:graph)?s?|image|illustration|video|picture|screenshot)s? "
    r"(?:by|courtesy|credit|via|from)\b.{1,60}$",
    r"\((?:(?:ap|file) )?(?:photo|picture|image|foto|credit|source)s?\b[^()]{0,80}\)\W*$",
    r"\b(?:file|ap|afp|reuters) (?:photo|picture|image)\b.{0,30}$",
)
_STOCK = (
    r"(?:getty(?: images)?|shutterstock|istock(?:photo)?|corbis|alamy|flickr|unsplash|wikimedia"
)
_STOCK_END = _any(_STOCK + r"(?: commons)?)\)?\.?$")
_WIRE_END = re.compile(
    r"(?:/|via |\()(?:ap|afp|reuters|epa|dpa|efe|ansa|bloomberg|pool|rex|zuma|kyodo|xinhua|pa|apa"
    r"|ap photo|ap images|tass|imago|picture.alliance)\)?\.?$|^\((?:ap|afp|reuters)\b[^()]*\)$",
    re.I,
)
CREDIT = {
    **dict.fromkeys(
        ("photo", "picture", "image", "video", "illustration", "graphic", "screenshot", "foto"),
        _PICTURE_LINE,
    ),
    **dict.fromkeys(
        ("bild", "credit", "crédit", "quelle", "imagen", "写真", "source"), _PICTURE_LINE
    ),
    **dict.fromkeys(
        ("getty", "shutterstock", "istock", "corbis", "alamy", "flickr", "unsplash", "wikimedia"),
        _STOCK_END,
    ),
    **dict.fromkeys(("/", "via ", "("), _WIRE_END),
    "|": re.compile(r"\|\s*(?:[A-Z]{3,}|[A-Z][\w.]+ [A-Z][\w.]+|AP|AFP)\b[^|.]{0,30}$"),
    "credit(": _any(r"credit\(?[A-Z].{1,80}$"),
    "©": _any(r"(?:^|[.!?”\") ])© ?[^.]{1,60}$"),
    "enlarge": _any(r"\bclick (?:image |photo |here )?to enlarge"),
    "courtesy": _any(r"\(courtesy of .{1,60}\)\W*$"),
}

# Words that introduce the author of a story.
BYLINE = re.compile(
    r"(?:(?:posted|written|published|reported|words|text|story|article|reporting|author|analysis"
    r"|opinion|review|interview|comment) by:?|by:?|authors?:|autor(?:in|a|zy|ka|ři)?:|auteur:?"
    r"|(?:(?:veröffentlicht|geschrieben|verfasst|eingestellt|erstellt|ein (?:artikel|beitrag"
    r"|kommentar)) )?von:?|durch|text:|tekst:|(?:(?:publié|écrit|rédigé|posté|propos recueillis)"
    r" )?par:?|(?:(?:escrito|publicado|redactado) )?por:?|(?:scritto|pubblicato) da"
    r"|(?:a cura )?di:?|(?:(?:geschreven|geplaatst) )?door:?"
    r"|(?:(?:skrevet|skriven|publicerad) )?a[fv]|de:|teksti:|kirjoittaja:?|napsala?:?"
    r"|автор(?:ы|и)?:|текст:|yaza[nr]:|szerző:|írta:|συντάκτης:|γράφει [οη]"
    r"|oleh:?|penulis:|بقلم:?|كتبت?:|מאת:?|نویسنده:?)\s+"
    r"|(?:作者|记者|記者|撰文|執筆|取材・文|文) ?[:：/／＝= ]\s*",
    re.I,
)
# A line of names with such a word after them: 홍길동 기자 hong@lowmere.kr
BYLINE_AFTER = re.compile(
    r"(?:[\[(]\w{2,12}[\])]\s?|\w{2,6}\s?=\s?)?(?P<names>[가-힣]{2,4}(?:[·,]\s?[가-힣]{2,4})*)"
    r"\s?(?:선임|인턴|수습|전문|객원)?(?:기자|특파원|논설위원)\b[^가-힣]{0,40}"
)
# Every such line has one of these.
BYLINE_WORDS = (
    *("by ", "by: ", "author", "autor", "auteur", "von ", "von: ", "durch ", "text: ", "tekst"),
    *("par ", "par: ", "por ", "por: ", "scritto da ", "pubblicato da ", "di ", "di: ", "door "),
    *("door: ", "af ", "av ", "de: ", "kirjoittaja", "napsal", "автор", "текст: ", "yazan: "),
    *("yazar: ", "szerző", "írta: ", "συντάκτης", "γράφει ", "oleh", "penulis", "بقلم", "كتب"),
    *("מאת", "نویسنده", "文", "執筆", "作者", "记者", "記者", "기자", "특파원", "논설위원"),
)
BYLINE_ALONE = re.compile(
    r"(?:written |posted )?by:?|authors?:?|von|par|por|di|door|af|av|autor(?:in)?:?|durch|автор:?"
    r"|yazar:?|oleh:?|بقلم:?|作者[:：]?",
    re.I,
)
NAME_GLUE = _words("and & und et y e with mit avec con en og och ja i a и та ve dan")
NAME_PARTICLES = _words(
    "de da di do dos das del della der den des du la le van von ten ter bin ibn al el y zu"
)
# Words of a byline that are no part of a name.
NOT_NAMES = _words(
    "staff the associated reuters ap afp updated published posted contributor correspondent "
    "reporter editor writer special senior for with at in on monday tuesday wednesday thursday "
    "friday saturday sunday mon tue wed thu fri sat sun news guest agencies"
)
# How the name of a paper ends that stands after that of its writer.
NAMES_OF_PAPERS = _words(
    "post times news herald tribune journal gazette press chronicle observer telegraph magazine"
    " bureau desk network online"
)
# How what a writer is to the paper ends, after a name and a comma.
JOBS = NAMES_OF_PAPERS | _words(
    "correspondent reporter editor writer columnist contributor staff korrespondent korrespondentin"
    " redakteur redakteurin reporterin journalist journalistin rédacteur rédactrice journaliste"
    " correspondant correspondante corresponsal redactor redactora periodista corrispondente"
    " giornalista inviato inviata redattore correspondente repórter jornalista redactrice"
    " verslaggever korespondent dziennikarz корреспондент редактор журналист обозреватель muhabiri"
    " yazarı editörü"
)
# Words in capitals that start a line as a dateline does.
NO_PLACES = _words("THE A AN UPDATE UPDATED BREAKING NEWS VIDEO PHOTO WATCH LIVE EXCLUSIVE OPINION")

# Wire services, as credits name them -> as we do. Those that sell text, not only pictures.
_CREDITED_BY_NAME = """
    AP AFP AFP-Jiji Reuters Kyodo Jiji Bloomberg UPI dpa EFE ANSA APA SDA SID Belga ANP PTI IANS
    Xinhua TASS Interfax Yonhap AAP Antara
"""
AGENCIES = {
    **{name.lower(): name for name in _CREDITED_BY_NAME.split()},
    "associated press": "AP", "the associated press": "AP", "agence france-presse": "AFP",
    "afp–jiji": "AFP-Jiji", "thomson reuters": "Reuters", "ロイター": "Reuters",
    "kyodo news": "Kyodo", "共同通信": "Kyodo", "jiji press": "Jiji", "時事通信": "Jiji",
    "bloomberg news": "Bloomberg", "united press international": "UPI",
    "europa press": "Europa Press", "press association": "PA", "pa media": "PA",
    "canadian press": "The Canadian Press", "the canadian press": "The Canadian Press",
    "australian associated press": "AAP",
}  # fmt: skip
# Between the names of a picture's credit: "Photo: A. Person/Pool via AP".
CREDIT_SEPARATOR = re.compile(r"[/|(:©]|\bvia\b|\bfor\b|\bby\b|,", re.I)

# Parts of a paper. A line of only these, under or beside each other, is a section line.
SECTIONS = _words(
    "africa america americas arts asia asia-pacific books business china climate comment "
    "community companies crime culture defense economy editorial education elections energy "
    "entertainment environment europe fashion features film finance food football global health "
    "immigration international investing justice law lifestyle local magazine markets media "
    "metro middle-east money movies music nation national news obituaries opinion opinions "
    "politics property real-estate regional religion reviews science security society sport "
    "sports stocks style tech technology television theater travel tv u.k. u.s. uk us usa war "
    "weather world ausland deutschland gesellschaft inland kultur meinung netzwelt panorama "
    "politik reise wirtschaft wissen wissenschaft économie monde politique santé sciences "
    "société ciencia cultura deportes economía españa internacional mundo opinión política "
    "sociedad tecnología cronaca esteri economia politica "
    "政治 経済 国際 社会 スポーツ ビジネス 国内 文化 科学"
)
SECTION_SEPARATOR = re.compile(r"\s*[/>|›»•·,]\s*|\s+-\s+|\s+&\s+|\s+and\s+", re.I)

# Between a headline and the name of the site in a page's title, first to last.
TITLE_SEPARATOR = re.compile(
    r"\s+[|\-–—:»«·•⋆★]+\s+|\s*[|｜｜]\s*|\s+：|：\s*(?=日本)|\s+\[(?=[^\]]+\]$)"
)

# A date after such a word is that of a change, not of publication.
UPDATE_CUE = _any(
    r"\b(?:updated|modified|edited|revised|mis à jour|modifié|aktualisiert|bearbeitet|geändert"
    r"|actualizad[oa]|actualización|atualizad[oa]|aggiornat[oa]|bijgewerkt|oppdatert|opdateret"
    r"|uppdaterad|päivitetty|zaktualizowan[oy]|aktualizacja|aktualizováno|aktualizace|actualizat"
    r"|frissítve|güncell\w+|обновлено|изменено|оновлено|ενημέρωση|diperbarui|cập nhật)\b"
    r"|更新|수정|업데이트|تحديث|עודכן"
)
