"""Words that are written as one with the next: ``Trump's``, ``l'Équipe``, ``dell'Italia``.

Apostrophes are made one before, see `newsearch.analysis.normalising`. A name is looked for
without what leans on it, whatever the language of the text: French names stand in English news.
"""

from __future__ import annotations

import re

# Of French, Italian and Catalan. O'Brien and rock'n'roll stay whole.
_ELISION = re.compile(
    r"(?:[cdjlmnst]|qu|(?:jus|lors|puis|quoi|pres)qu|entr"
    r"|a?gl|un|all|bell|coll|dall|dell|grand|nell|nessun|quell|quest|sant|sull)'(?=[^\W\d_]{2})"
)
_POSSESSIVE = re.compile(r"(?<=[^\W_])'s?\Z")


def without_clitics(form: str) -> str:
    """Return a word form without an elided article or preposition before it and ``'s`` after it.

    Parameters
    ----------
    form
        See `newsearch.analysis.tokens.form`; accents folded or not.
    """
    if "'" not in form:
        return form
    elided = _ELISION.match(form)
    return _POSSESSIVE.sub("", form[elided.end() :] if elided else form)
