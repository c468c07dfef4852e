"""Function words: what a language's grammar needs and a question rarely asks for.

Articles, pronouns, prepositions, conjunctions, auxiliary verbs, question words and the commonest
adverbs, in all their forms. They weigh less in a ranking, may be let go where nothing matches, are
what capitals are told from (``US`` and ``us``), and tell languages apart.
"""

from __future__ import annotations

import re
from functools import cache

from newsearch.analysis.folding import fold

_WORDS = """
ar: في من على إلى عن مع هذا هذه ذلك تلك التي الذي الذين اللذان اللتان ما لا لم لن لو إن أن كان كانت
    يكون تكون هو هي هم هن أنا نحن أنت أنتم و أو ثم بل لكن حتى إذا إذ قد كل بعض غير بعد قبل عند بين
    منذ حيث كما أيضا فيه فيها به بها له لها لهم منه منها عليه عليها إليه إليها هناك هنا كيف متى أين
    لماذا ماذا ليس ليست وقد وهو وهي ولا وفي ومن وأن وما كانوا أي
ca: el la els les un una uns unes de del dels d l a al als en amb per pel pels que qui què quan com
    on i o ni però si no sí es se s em et ens us ho hi li lo los va van ha han he hem havia era
    eren és són ser estar està estan fou aquest aquesta aquests aquestes això aquell aquella seu
    seva seus seves meu meva més menys molt molta molts poc ja també tot tota tots totes sense
    sobre entre fins des jo tu ell ella nosaltres vosaltres ells elles
cs: a i v ve na s se si z ze do od k ke o po pro za u nad pod před při mezi bez že to ten ta te ti
    ty tento tato toto by byl byla bylo byli být je jsou jsem jsme jste není nebo ale ani až jako
    jak jeho její jejich který která které kteří co kdo kde kdy já on ona ono my vy oni mě mu jí
    nás vás jim už ještě také tak jen více podle proto protože když
da: og i jeg det at en et den til er som på de med han af for ikke der var mig sig men har om vi
    min havde ham hun nu over da fra du ud os op hans hvor eller hvad skal selv her alle vil blev
    kunne ind når være kom nogle noget man efter ned også dem ville under have sin deres hende mod
    disse hvis din blive kan bliver hvorfor hvem hvilken hvilke dette jer sit sine hendes jeres ad
    end så
de: der die das den dem des ein eine einen einem einer eines und oder aber denn sondern doch nicht
    kein keine keinen keinem keiner ich du er sie es wir ihr mich dich sich uns euch ihm ihn ihnen
    mein meine dein deine sein seine seinen seinem seiner ihre ihren ihrem ihrer unser unsere euer
    eure in im an am auf aus bei beim mit nach von vom vor zu zum zur für durch gegen ohne um über
    unter zwischen seit bis während wegen trotz ist sind war waren bin bist wird werden wurde
    wurden worden geworden hat haben hatte hatten habe kann können konnte konnten muss müssen
    musste soll sollen sollte will wollen wollte darf dürfen mag möchte dass daß ob wenn als wie
    weil da damit so auch nur noch schon sehr mehr man hier dort dann nun was wer wen wem wessen wo
    wann warum welche welcher welches dieser diese dieses diesen diesem jene jener alle alles
    andere anderen
el: ο η το οι τα του της των τον την τους τις ένας μία μια ένα και κι ή αλλά όμως να θα δεν μη μην
    σε στο στη στην στον στα στους στις στου από με για προς παρά κατά μετά μέχρι χωρίς ως που πως
    πώς τι ποιος ποια ποιο όταν αν εάν γιατί διότι επειδή είναι ήταν είμαι έχει έχουν είχε εγώ εσύ
    αυτός αυτή αυτό αυτοί αυτές αυτά εμείς εσείς μου σου μας σας εκείνος όπως όσο πολύ πιο
en: a an the and or but nor if then else than that this these those i me my mine myself you your
    yours yourself yourselves he him his himself she her hers herself it its itself we us our ours
    ourselves they them their theirs themselves who whom whose which what when where why how am is
    are was were be been being have has had having do does did doing done will would shall should
    can could may might must ought of in on at by for with about against between into through
    during before after above below to from up down out off over under again further once here
    there all any both each few more most other some such no not only own same so too very just
    also as until while because although though since unless whether upon within without among
    across toward towards onto per via i'm you're he's she's it's we're they're i've you've we've
    they've i'd you'd he'd she'd we'd they'd i'll you'll he'll she'll we'll they'll isn't aren't
    wasn't weren't hasn't haven't hadn't doesn't don't didn't won't wouldn't shan't shouldn't can't
    cannot couldn't mustn't let's that's who's what's here's there's when's where's why's how's
es: el la los las lo un una unos unas y e o u ni pero mas sino que quien quienes qué quién cual
    cuál cuales cuando cuándo como cómo donde dónde cuanto cuánto de del a al en con por para sin
    sobre entre hasta desde hacia según durante contra ante bajo tras se me te le les nos os yo tú
    él ella ello nosotros vosotros ellos ellas usted ustedes mi mis tu tus su sus mío mía suyo suya
    nuestro nuestra nuestros nuestras este esta esto estos estas ese esa eso esos esas aquel
    aquella aquello aquellos aquellas es son era eran fue fueron ser sido siendo soy somos está
    están estaba estaban estar estado ha han había habían he hemos haber hay hubo tiene tienen
    tenía no sí si ya muy más menos también tan tanto todo toda todos todas otro otra otros otras
    porque aunque mientras algún alguna algunos algunas ningún ninguna nada
fi: ja tai mutta eli sekä että jos kun kuin niin myös vain vielä jo nyt ei en et emme ette eivät
    älä on ovat oli olivat ole olla olen olemme ollut olleet olisi minä sinä hän me te he se ne
    tämä tuo nämä nuo minun sinun hänen meidän teidän heidän sen niiden tämän joka jotka jonka
    joiden jota mikä mitä kuka ketä missä mistä mihin milloin miksi miten siitä siinä siihen sitä
    niitä tässä tätä kanssa mukaan jälkeen ennen sitten vuoksi kaikki itse hyvin
fr: le la les l un une des du de d au aux à en dans par pour sur sous avec sans chez vers entre
    contre depuis pendant avant après dès jusque jusqu et ou où mais donc or ni car que qu qui quoi
    dont quand comment pourquoi si comme lorsque lorsqu puisque puisqu quel quelle quels quelles je
    j tu il elle on nous vous ils elles me m te t se s lui leur leurs moi toi soi eux y ce c cet
    cette ces ceci cela ça celui celle ceux celles mon ma mes ton ta tes son sa ses notre nos votre
    vos est sont était étaient être été étant suis es sommes êtes sera seront serait fut furent a
    ont avait avaient avoir eu ai as avons avez aura auront aurait ne n pas plus moins aussi très
    bien même tout toute tous toutes autre autres ici là alors ainsi encore déjà
hu: a az egy és vagy de hogy ha mint is nem ne sem meg el ki be fel le már még csak most akkor ez
    azt ezt ezek azok ami amely aki amit akik amelyek mi én te ő ti ők van vannak volt voltak lesz
    lenne lehet nincs volna kell között után alatt előtt szerint miatt által felett alá mert pedig
    így úgy minden igen ott itt hol mikor miért hogyan nagyon több
it: il lo la i gli le l un uno una di del dello della dei degli delle dell a al allo alla ai agli
    alle all da dal dallo dalla dai dagli dalle dall in nel nello nella nei negli nelle nell con
    col su sul sullo sulla sui sugli sulle sull per tra fra e ed o od ma però anche se che chi cui
    quale quali quando come dove perché quanto non più meno molto io tu lui lei noi voi loro egli
    ella esso essa essi mi ti si ci vi ne mio mia miei mie tuo tua suo sua suoi sue nostro nostra
    vostro questo questa questi queste quello quella quelli quelle è sono era erano essere stato
    stata stati state fu furono sia siano sarà saranno sarebbe ha hanno aveva avevano avere ho
    abbiamo avuto già ancora solo dopo prima senza contro tutto tutta tutti tutte altro altra altri
    altre poi così
nl: de het een en of maar want dus dat die dit deze ik je jij u hij zij ze wij we jullie mij me jou
    hem haar ons hen hun mijn jouw zijn onze uw in op aan van voor met te ter ten bij naar uit over
    onder door om tot tegen tussen zonder na sinds tijdens is was waren ben bent wordt worden werd
    werden geweest heeft hebben had hadden heb kan kunnen kon konden zal zullen zou zouden moet
    moeten mag wil niet geen wel ook nog al als dan toen er hier daar waar wie wat welke wanneer
    waarom hoe meer zeer zo alle alles andere iets niets zich
no: og i jeg det at en et ei den til er som på de med han av for ikke der var meg seg men har om vi
    min hadde ham hun nå over da fra du ut oss opp hans hvor eller hva skal selv her alle vil ble
    kunne inn når være kom noen noe man etter ned også dem ville under ha sin deres henne mot disse
    hvis din bli kan blir hvorfor hvem hvilken hvilke dette sitt sine hennes enn så mer ved å eg
    ikkje ein eit me dei frå kva kven vart vere
pl: i w we z ze na do od o po za u nad pod przed przy między bez dla przez że to ten ta te ci tym
    tego tej tych jest są był była było byli być będzie będą nie lub albo ale ani jak jako jego jej
    ich który która które którzy którego której co kto gdzie kiedy ja ty on ona ono my wy oni mnie
    mu go nas was im się już jeszcze także też tak tylko więcej oraz czy gdy aby żeby
pt: o a os as um uma uns umas de do da dos das d em no na nos nas num numa por pelo pela pelos
    pelas para com sem sobre entre até desde contra sob após e ou mas nem que quem qual quais
    quando como onde quanto porque se não sim eu tu ele ela nós vós eles elas você vocês me te lhe
    lhes vos meu minha teu tua seu sua seus suas nosso nossa nossos nossas este esta isto estes
    estas esse essa isso esses essas aquele aquela aquilo aqueles aquelas ao à aos às é são era
    eram foi foram ser sido sendo sou somos está estão estava estavam estar tem têm tinha tinham
    ter há havia haver mais menos muito muita muitos já também só todo toda todos todas outro outra
    outros outras ainda
ro: și si sau dar ci însă că ca să de la în din pe cu pentru prin fără spre către până după între
    sub peste contra un o unei unui unor al ai ale lui ei lor el ea ele eu tu noi voi mă te se ne
    vă îl îi le mi ți acest această acești aceste acel acea acei acele aceasta acesta care ce cine
    când cum unde cât este sunt era erau fi fost a am au avea are avut va vor ar nu mai foarte tot
    toate toți toată alt altă alți alte nici doar numai dacă deoarece
ru: и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по только ее мне
    было вот от меня еще нет о из ему теперь когда даже ну ли если уже или ни быть был него до вас
    опять вам ведь там потом себя ничего ей может они тут где есть надо ней для мы тебя их чем была
    сам чтоб без чего раз тоже себе под будет ж тогда кто этот того потому этого какой ним здесь
    этом один мой тем чтобы нее были куда зачем всех никогда при об другой после над больше тот
    через эти нас про них какая много эта моя свою этой перед том такой им более всю между это
    которые который которая
sv: och det att i en jag hon som han på den med var sig för så till är men ett om hade de av icke
    mig du henne då sin nu har inte hans honom skulle hennes där min man ej vid kunde något från ut
    när efter upp vi dem vara vad över än dig kan sina här ha mot alla under någon eller allt
    mycket sedan ju denna själv detta åt utan varit hur ingen mitt ni bli blev oss din dessa några
    deras blir mina samma vilken er sådan vår blivit dess inom mellan sådant varför varje vilka
    ditt vem vilket sitt också ska skall
tr: ve veya ya da de ile için gibi kadar göre ama fakat ancak çünkü ki bu şu o bir ben sen biz siz
    onlar beni seni onu bizi sizi onları benim senin onun bizim sizin onların bunu buna bunun
    bunlar ne kim nerede neden niçin nasıl hangi mi mı mu mü değil var yok olan olarak olduğu oldu
    olacak daha en çok her hiç bazı sonra önce üzere ise idi
uk: і й та в у не що він на я з із зі як а то все вона так його але ти до ж ви за би по тільки її
    мені було від мене ще ні про йому коли навіть чи якщо вже або бути був нього вас вам там потім
    себе нічого їй може вони тут де є треба для ми тебе їх чим була сам без чого теж собі під буде
    тоді хто цей того тому цього який яка яке які нею цьому цим ця це ці після над більше той через
    нас при
"""


@cache
def _lists() -> dict[str, list[str]]:
    lists = re.findall(r"^(\w\w): (.*(?:\n .*)*)", _WORDS, re.MULTILINE)
    return {language: words.split() for language, words in lists}


@cache
def function_words(language: str) -> frozenset[str]:
    """Return the function words of a language; none for a language without a list.

    They are folded, see `newsearch.analysis.folding`.

    `language`: code of two letters.
    """
    return frozenset(map(fold, _lists().get(language, ())))


@cache
def spellings(language: str) -> frozenset[str]:
    """Return the function words of a language as texts have them: in lower case, with accents."""
    return frozenset(_lists().get(language, ()))


def languages() -> tuple[str, ...]:
    """Return the codes of the languages that have a list, in alphabetical order."""
    return tuple(_lists())
