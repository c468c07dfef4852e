"""Train the sentence parameters that newsearch ships: newsearch/analysis/punkt/*.json.

    NEWSEARCH_DATA=... python -m benchmarks.train_punkt

Kiss and Strunk's Punkt, by NLTK's trainer, on the news of ``NEWSEARCH_DATA`` (or
``../shared/data`` beside the repository), and a few abbreviations by hand. Only parameters leave
this program, never text. Left out: contexts of words that the rules treat like unknown words.
"""

from __future__ import annotations

import gzip
import json
import os
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parent.parent
DATA = Path(os.environ.get("NEWSEARCH_DATA", REPOSITORY.parent / "shared" / "data"))
TARGET = REPOSITORY / "newsearch" / "analysis" / "punkt"

# Corpus, every how many articles, how many of them at most. A few megabytes: orthographic evidence
# is "ever seen", so that ever more text makes every word ambiguous. No Reuters of 1987, which
# writes "Inc" and "Mr" without a full stop.
SAMPLES: dict[str, list[tuple[str, int, int]]] = {
    "english": [
        ("news/wikinews_en", 1, 10_000),
        ("stories/ecbplus", 1, 10_000),
        ("news/wiki_current_events", 4, 10_000),
        ("news/grimmer_senate", 100, 1_000),
    ],
    "french": [("news/wikinews_fr", 1, 10_000)],
}

# What the samples are too small for, or write half of the time without a full stop.
BY_HAND = {
    "danish": "bl.a ca d.v.s dr f.eks hr fr jf kl kr m.fl m.m mio mia nr osv pct prof tlf",
    "dutch": "a.u.b bijv blz ca d.w.z dhr dr drs enz evt ing ir jl m.a.w mevr mr nr o.a prof",
    "english": (
        "adm apr aug ave blvd brig bros capt cmdr co col corp dec dept dr etc feb fr ft gen gov hon"
        " inc jan jr lt ltd maj messrs mr mrs ms mt nov oct pres prof pvt rep reps rev rt sec sen"
        " sens sept sgt sr st supt univ vs e.g i.e u.k u.n u.s ph.d"
    ),
    "finnish": "ent esim jne klo ks mm mrd milj n nro ns o.s prof puh toim tri ts v vs yms",
    "french": "av boul c.-à-d cf dr env etc ex hab m me mgr mlle mm mme mmes p.-d.g pr st ste vol",
    "german": (
        "abs bspw bzw ca chr d.h dipl dr einschl evtl fr gem ggf hr inkl ing jh jr lt mio mrd nr"
        " o.ä prof rd sog st std str tel u.a usw v.a vgl z.b z.t zzt"
    ),
    "hungarian": "dr ifj ill kb ker nr özv pl prof sz szt stb st u ún vö",
    "italian": "arch art avv cav d.c dott dr ecc ing mons n on pag prof proff s.p.a sig sigg",
    "norwegian": "bl.a ca d.v.s dr f.eks hr fr jf kl kr m.fl mill mrd nr osv prof pst st tlf",
    "portuguese": "art av d dr dra etc exmo eng gen ltda n.º p pág prof profa s.a sr sra sta",
    "romanian": "art av dl dr d-na d-l etc gen ing jud lt mil mld nr pag prof sf str tel",
    "russian": (
        "акад в воен г гг гл д.о др долл им исп кв млн млрд обл пер пл пос проф р-н род руб с св см"
        " стр т.д т.е т.к т.н т.п тел тыс ул"
    ),
    "spanish": "art av avda d dña dr dra ee.uu etc gral ing lic ntra núm pág prof sr sra sres",
    "swedish": "bl.a ca d.v.s dr el fr.o.m f.d jfr kl kr m.fl m.m milj mdr nr prof t.ex t.o.m",
}

MIN_ABBREVIATION_COUNT = 3
MIN_CONTEXT_COUNT = 5
MIN_FULL_STOP_SHARE = 0.3
MIN_LOWER_CASE_COUNT = 20
LOWER_CASE_FLAGS = (1 << 4) | (1 << 5) | (1 << 6)


def main() -> None:
    """Train every language and write its parameters."""
    TARGET.mkdir(exist_ok=True)
    for language, by_hand in BY_HAND.items():
        samples = [list(read_bodies(*sample)) for sample in SAMPLES.get(language, [])]
        parameters = train(samples)
        learned = set(parameters["abbreviations"])
        parameters["abbreviations"] = sorted(learned.union(by_hand.split()))
        path = TARGET / f"{language}.json"
        text = json.dumps(parameters, ensure_ascii=False, indent=0, sort_keys=True)
        path.write_text(text + "\n", encoding="utf-8")
        characters = sum(len(body) for sample in samples for body in sample)
        print(f"{path.name}: {path.stat().st_size} bytes from {characters} characters")


def read_bodies(name: str, step: int, limit: int) -> Iterator[str]:
    """Yield the bodies of every `step`-th article of a corpus, `limit` at most."""
    folder = DATA / name
    packed = folder / "docs.jsonl.gz"
    with gzip.open(packed, "rb") if packed.exists() else (folder / "docs.jsonl").open("rb") as file:
        for line in islice(file, 0, step * limit, step):
            yield json.loads(line)["body"]


def train(samples: list[list[str]]) -> dict[str, Any]:
    """Return the parameters as JSON values; see `newsearch.analysis.sentences.Parameters`."""
    trainer = make_trainer()
    texts = [body for sample in samples for body in sample]
    if texts:
        trainer.train("\n\n".join(texts), finalize=True)
    learned = trainer.get_params()
    lower_case = Counter(word for body in texts for word in body.split() if word.islower())
    corpora_of: Counter[str] = Counter()
    for sample in samples:
        corpora_of.update({word.lower() for body in sample for word in body.split()})
    return {
        "abbreviations": sorted(
            abbreviation
            for abbreviation in learned.abbrev_types
            if trainer._type_fdist[abbreviation + "."] >= MIN_ABBREVIATION_COUNT
            # A name that ends several sentences of one corpus is no abbreviation.
            and (corpora_of[abbreviation + "."] > 1 or {".", "-"} & set(abbreviation))
        ),
        "collocations": sorted(" ".join(pair) for pair in learned.collocations),
        # A name would end a sentence at every "Sen." before it.
        "sentence_starters": sorted(
            word for word in learned.sent_starters if lower_case[word] >= MIN_LOWER_CASE_COUNT
        ),
        "contexts": contexts_by_flags(learned.ortho_context, trainer._type_fdist),
    }


def make_trainer() -> Any:
    """Return NLTK's trainer with a share of full stops in place of its penalty.

    Its penalty excludes any word that is seen a few times without a full stop: "Mr" and "Sen" in
    every large collection of news.
    """
    from nltk.tokenize.punkt import PunktTrainer

    class NewsTrainer(PunktTrainer):  # type: ignore[misc]  # NLTK has no types
        IGNORE_ABBREV_PENALTY = True

        def _reclassify_abbrev_types(self, types: Any) -> Iterator[tuple[str, float, bool]]:
            for word, score, is_new in super()._reclassify_abbrev_types(types):
                stopped, bare = self._type_fdist[word + "."], self._type_fdist[word]
                is_frequent = stopped >= MIN_FULL_STOP_SHARE * (stopped + bare)
                yield word, score if is_frequent else 0.0, is_new

    return NewsTrainer()


def contexts_by_flags(contexts: dict[str, int], counts: dict[str, int]) -> dict[str, str]:
    """Group the words whose orthographic evidence can change a decision, by that evidence.

    Words never seen in lower case are decided like unknown words.
    """
    groups: dict[int, list[str]] = {}
    for word, flags in sorted(contexts.items()):
        if flags & LOWER_CASE_FLAGS and counts[word] >= MIN_CONTEXT_COUNT and word.isalpha():
            groups.setdefault(flags, []).append(word)
    return {str(flags): " ".join(group) for flags, group in sorted(groups.items())}


if __name__ == "__main__":
    main()
