"""BM25 within kernels: the definitions of `newsearch.bm25`, compiled into their callers."""

from __future__ import annotations

from typing import Any

from newsearch import bm25
from newsearch.compiling import Float, Int, inlined, load_f64, load_i64, load_u32
from newsearch.search.run.kernels.views import AVERAGE, BOTH, LENGTHS, TITLE, TITLE_LENGTHS

norm: Any = inlined(bm25.norm)
score_term: Any = inlined(bm25.score)
body_start: Any = inlined(bm25.body_start)


@inlined
def norm_of(segment: Int, docnum: Int) -> Float:
    """Return the norm of an article, title and body together, in full precision."""
    length = load_u32(load_i64(segment, LENGTHS), docnum)
    return norm(length, load_f64(load_i64(segment, AVERAGE), 0))


@inlined
def norm_in(segment: Int, docnum: Int, field: Int, average: Float) -> Float:
    """Return the norm of an article in some fields, of which `average` is the mean length."""
    length = load_u32(load_i64(segment, LENGTHS), docnum)
    title = load_u32(load_i64(segment, TITLE_LENGTHS), docnum)
    if field != BOTH:
        length = title if field == TITLE else length - bm25.TITLE_COPIES * title
    return norm(length, average)
