"""Articles as bytes, compressed: a few short ones share a frame, a long one has its own.

Frames are zstd's. A dictionary trained on the segment's own articles makes short frames nearly as
small as long ones: without one, level 3 took 104.6 MB in frames of up to 8 KiB, 97.3 of 16 KiB
and 85.7 of 64 KiB. Frames are short because a snippet needs one article.

Measured on 94,202 articles (250 MB as stored) with a dictionary of 448 KiB, CPU time on a busy
2-core machine. MB of frames and of their places in the file / seconds to compress all / us to
decompress the frame of a random article:

=========  ==================  ==================  ==================
frame      level 1             level 2             level 3
=========  ==================  ==================  ==================
1 article  102.7 / 1.60 / 7.0  95.0 / 2.06 / 6.8   87.8 / 1.88 / 5.1
4 KiB      98.9 / 1.13 / 6.5   91.6 / 1.42 / 7.2   84.4 / 1.81 / 8.2
8 KiB      94.5 / 1.36 / 12.0  88.2 / 1.62 / 13.7  81.2 / 1.65 / 13.7
16 KiB     89.9 / 1.41 / 25.3  83.4 / 2.15 / 30.4  78.9 / 2.02 / 29.1
=========  ==================  ==================  ==================

In frames of 4 KiB with such a dictionary, on another machine (us to decompress: 8 to 9 each):

============================================  ====  =====
parameters                                      MB      s
============================================  ====  =====
level 3                                       82.4   2.16
level 4                                       81.2   3.21
level 5                                       78.1   5.42
level 5, matches of 6 bytes                   77.2   4.89
level 5, matches of 6 bytes in 16 places      76.7   5.00
the same, half as many places in the table    77.8   4.18
the same in 32 places, all places             76.1   5.51
level 7                                       74.4  10.21
============================================  ====  =====

Chosen: 16 places. As a load keeps both cores busy, a whole one takes 20.5 to 22.8 s and 33 to 36 of
CPU, and with level 3 17.5 to 19.8 s and 27 to 31 (four loads each, in turn). A dictionary of 112
KiB costs 2.6 MB more at level 3; one of 512 KiB and of shorter pieces (k 100, not 200), of which
more are looked at (accel 2, not 4), saves .6, its own size not counted. 640 KiB save no more.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np
import zstandard

from newsearch.codec.framing import ArrayFile, ArrayFileWriter
from newsearch.values import frozen

FRAME_BYTES: Final = 4 * 1024
"""See the table above: 5 MB more than 16 KiB, for a quarter of the time to read an article."""
PLAIN_FRAME_BYTES: Final = 16 * 1024
"""Without a dictionary, short frames cost more than they are worth."""
DICTIONARY_BYTES: Final = 512 * 1024
LEVEL: Final = 5
MIN_TRAINING_BYTES: Final = 4 * 1024 * 1024
"""Below this much text a dictionary would not earn its own size back."""

_MAX_TRAINING_BYTES: Final = 12 * 1024 * 1024
_MAX_FRAME_BYTES: Final = 1 << 31
_HELD_FRAMES: Final = 1024
_OWN_DICTIONARY: Final = "stored/own_dictionary"
_SEED: Final = 0x6E657773
_COVER: Final = {"k": 100, "d": 8, "f": 20, "accel": 2}
"""Fixed, because zstd's own search for them takes ten times as long for 0.1 % of the size."""
_SEARCH: Final = {"min_match": 6, "search_log": 4}
"""What differs from zstd's own choice for the level: longer matches, looked for in more places.

The dictionary has so many short matches that they hide longer ones: see the second table above.
Without a dictionary zstd's own choice is the better one."""


def train_dictionary(samples: Sequence[bytes], size_bytes: int = DICTIONARY_BYTES) -> bytes:
    """Train a dictionary on articles; empty when they are too few or too alike to learn from.

    `samples`: articles as they will be stored, spread over the segment; at most 12 MiB of them,
    drawn the same way each time, are used. `size_bytes`: most bytes of the dictionary; less where
    there are few samples.
    """
    total = sum(map(len, samples))
    if total < MIN_TRAINING_BYTES:
        return b""
    import random  # with what it takes its seed from, which readers do without

    share = min(1.0, _MAX_TRAINING_BYTES / total)
    draw = random.Random(_SEED)
    picked: list[bytes | bytearray | memoryview] = [
        sample for sample in samples if draw.random() < share
    ]
    try:
        trained = zstandard.train_dictionary(min(size_bytes, total // 20), picked, **_COVER)
    except zstandard.ZstdError:
        return b""
    return trained.as_bytes()


@frozen
class Frame:
    """Some consecutive articles as a zstd frame that knows its content's size.

    `sizes`: bytes of each article, uncompressed.
    """

    data: bytes
    sizes: tuple[int, ...]


class FrameCompressor:
    """Makes frames; one per thread. Compression lets other threads run.

    `dictionary`: from :func:`train_dictionary`, or empty.
    """

    def __init__(self, dictionary: bytes = b"") -> None:
        if not dictionary:
            self._zstd = zstandard.ZstdCompressor(LEVEL)
            return
        # A segment has one dictionary, so its number need not stand in each frame.
        parameters = zstandard.ZstdCompressionParameters.from_level(
            LEVEL, write_dict_id=False, **_SEARCH
        )
        trained = zstandard.ZstdCompressionDict(dictionary)
        # Else each call of `compress_all` would prepare it anew, which takes 2 ms.
        trained.precompute_compress(compression_params=parameters)
        self._zstd = zstandard.ZstdCompressor(dict_data=trained, compression_params=parameters)

    def compress(self, articles: Sequence[bytes]) -> Frame:
        """Compress articles into one frame."""
        return Frame(self._zstd.compress(b"".join(articles)), tuple(map(len, articles)))

    def compress_all(self, groups: Sequence[Sequence[bytes]]) -> list[Frame]:
        """Compress groups of articles into a frame each, in one call.

        Where Python runs other threads meanwhile, each call on its own would wait for them.
        """
        if "multi_compress_to_buffer" not in zstandard.backend_features or not groups:
            return [self.compress(group) for group in groups]
        frames = self._zstd.multi_compress_to_buffer([b"".join(group) for group in groups])
        return [
            Frame(frames[number].tobytes(), tuple(map(len, group)))
            for number, group in enumerate(groups)
        ]


class StoredWriter:
    """Appends frames in order of docnum, straight into the file.

    The segment's direct section is taken until :meth:`finish`. `dictionary`: what the frames were
    compressed with. `has_own`: whether all articles that it was trained on are in the segment.
    """

    def __init__(
        self, file: ArrayFileWriter, dictionary: bytes = b"", *, has_own: bool = False
    ) -> None:
        self._file = file
        file.add("stored/dictionary", "u1", dictionary)
        if has_own:
            file.add(_OWN_DICTIONARY, "u1", b"")
        self._frames = file.section("stored/frames", "u1", direct=True)
        self._frame_starts = file.offsets("stored/frame_starts")
        self._frame_articles = file.offsets("stored/frame_articles")
        self._article_starts = file.offsets("stored/article_starts")
        self._held: list[tuple[int, int]] = []
        self._held_sizes: list[int] = []

    def append(self, frame: Frame) -> None:
        """Add the articles of a frame."""
        self.append_all([frame])

    def append_all(self, frames: Sequence[Frame]) -> None:
        """Add the articles of frames, in one piece.

        Writing and summing up let other threads run, and wait for them each time.
        """
        frames = [frame for frame in frames if frame.sizes]
        if not frames:
            return
        self._frames.append(b"".join([frame.data for frame in frames]))
        for frame in frames:
            self._held.append((len(frame.data), len(frame.sizes)))
            self._held_sizes.extend(frame.sizes)
        if len(self._held) >= _HELD_FRAMES:
            self._flush()

    def finish(self) -> None:
        """Free the file's direct section; no frame may follow."""
        self._flush()
        self._file.close_direct()

    def _flush(self) -> None:
        """Write the held numbers of frames; one frame at a time costs as much as compressing it."""
        data_sizes, articles = np.array(self._held, np.int64).reshape(-1, 2).T
        self._frame_starts.append(data_sizes)
        self._frame_articles.append(articles)
        self._article_starts.append(np.array(self._held_sizes, np.int64))
        self._held, self._held_sizes = [], []


def grouped(articles: Iterable[bytes], limit_bytes: int) -> Iterator[list[bytes]]:
    """Cut articles into groups of at most so many bytes, longer ones alone: one makes a frame."""
    group: list[bytes] = []
    size = 0
    for article in articles:
        if group and size + len(article) > limit_bytes:
            yield group
            group, size = [], 0
        group.append(article)
        size += len(article)
    if group:
        yield group


class Stored:
    """Reads articles over the map; safe in many threads at once.

    Raises CorruptIndexError when sections are missing or do not fit one another.
    `has_own_dictionary` is whether the dictionary has nothing of articles of other segments.
    """

    def __init__(self, file: ArrayFile, articles: int) -> None:
        self._file = file
        self._frames = file.array("stored/frames", "u1")
        frames = len(file.array("stored/frame_starts", "u4", "u8")) - 1
        self._frame_starts = file.offsets("stored/frame_starts", frames, len(self._frames))
        self._frame_articles = file.offsets("stored/frame_articles", frames, articles)
        starts = file.array("stored/article_starts", "u4", "u8")
        end = int(starts[-1]) if len(starts) else 0
        self._starts = file.offsets("stored/article_starts", articles, end)
        self.dictionary = file.array("stored/dictionary", "u1").tobytes()
        self.has_own_dictionary = not self.dictionary or _OWN_DICTIONARY in file
        self._local = threading.local()

    @property
    def raw_bytes(self) -> int:
        """Bytes of all articles, uncompressed."""
        return int(self._starts[-1])

    def __len__(self) -> int:
        return len(self._starts) - 1

    def article(self, docnum: int) -> bytes:
        """Return one article; no frame but its own is read.

        Raises IndexError when there is no such docnum, CorruptIndexError when the frame cannot be
        decompressed to what it should be.
        """
        if not 0 <= docnum < len(self):
            raise IndexError(docnum)
        # A number of another type would have NumPy convert the whole array.
        wanted = self._frame_articles.dtype.type(docnum)
        frame = int(self._frame_articles.searchsorted(wanted, "right")) - 1
        first, content = self._content(frame)
        start_of = self._starts.item
        return content[start_of(docnum) - first : start_of(docnum + 1) - first]

    def __iter__(self) -> Iterator[bytes]:
        """Return all articles in order of docnum; each frame is decompressed once."""
        for frame in range(self.n_frames):
            yield from self.articles(frame)

    @property
    def n_frames(self) -> int:
        """Number of frames."""
        return len(self._frame_starts) - 1

    def docnums(self, frame: int) -> range:
        """Return the articles of a frame."""
        first, end = self._frame_articles[frame : frame + 2].tolist()
        return range(first, end)

    def frame(self, frame: int) -> Frame:
        """Return a frame as it was written, compressed with :attr:`dictionary`."""
        start, end = self._frame_starts[frame : frame + 2].tolist()
        docnums = self.docnums(frame)
        starts = self._starts[docnums.start : docnums.stop + 1].astype(np.int64)
        return Frame(self._frames[start:end].tobytes(), tuple(np.diff(starts).tolist()))

    def articles(self, frame: int) -> list[bytes]:
        """Decompress the articles of a frame."""
        first, content = self._content(frame)
        docnums = self.docnums(frame)
        starts = (self._starts[docnums.start : docnums.stop + 1].astype(np.int64) - first).tolist()
        return [content[start:end] for start, end in itertools.pairwise(starts)]

    def _content(self, frame: int) -> tuple[int, bytes]:
        """Decompress a frame: where its content starts among all articles, and the content."""
        # Numbers one by one: slices and look-ups of arrays cost as much as decompressing.
        article_of, start_of = self._frame_articles.item, self._starts.item
        first, end = start_of(article_of(frame)), start_of(article_of(frame + 1))
        data = self._frames.data[
            self._frame_starts.item(frame) : self._frame_starts.item(frame + 1)
        ]
        try:
            if zstandard.frame_content_size(data) != end - first:
                raise self._file.corrupt(f"stored frame {frame} has another size than its articles")
            if end - first > _MAX_FRAME_BYTES:
                raise self._file.corrupt(f"stored frame {frame} is too large to be one of ours")
            return first, self._decompressor().decompress(data)
        except (zstandard.ZstdError, MemoryError) as error:
            raise self._file.corrupt(f"stored frame {frame} is damaged") from error

    def _decompressor(self) -> zstandard.ZstdDecompressor:
        """Return this thread's decompressor; zstd's must not be shared."""
        found: zstandard.ZstdDecompressor | None = getattr(self._local, "zstd", None)
        if found is None:
            trained = zstandard.ZstdCompressionDict(self.dictionary) if self.dictionary else None
            found = self._local.zstd = zstandard.ZstdDecompressor(dict_data=trained)
        return found
