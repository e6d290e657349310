"""Looks for needles in bytes, and in what the bytes have packed."""

import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from skanning.nalar import Needle

WORD: Final = 4
HALF: Final = WORD // 2
WIDEST: Final = 8
"""Bytes of the widest integer that is looked for, which may begin or end with zeros."""
MOST: Final = 64 * 1024 * 1024
"""Bytes of what is unpacked that are looked through."""
DEEPEST: Final = 3
GZIP: Final = b"\x1f\x8b"
ZLIB: Final = b"\x78"


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """A needle, its form, and the place that has it."""

    where: str
    what: str
    form: str


class Search:
    """A search for many needles at once.

    Most are ruled out by two passes over all of the content's words of four bytes: a needle of five bytes or more has a
    whole one inside it, of those that begin at every second byte.
    """

    def __init__(self, needles: Sequence[Needle]) -> None:
        self._dense = _Index([needle for needle in needles if b"\0" not in needle.content])
        self._with_zeros = _Index([needle for needle in needles if b"\0" in needle.content])

    def __call__(self, content: bytes, where: str) -> list[Found]:
        """The needles in the content, also in UTF-16 or UTF-32, and in what is packed in it."""
        return list(self._all(content, where, 0))

    def _all(self, content: bytes, where: str, depth: int) -> Iterator[Found]:
        # Most of what a broker and a database have on disk is zeros that nothing was written over.
        content = bytes(WIDEST) + content.strip(b"\0") + bytes(WIDEST)
        # Between Latin letters UTF-16 and UTF-32 put zeros alone.
        needles = chain(self._with_zeros(content), self._dense(content.translate(None, b"\0")))
        yield from (Found(where, needle.what, needle.form) for needle in needles)
        inside = _unpacked(content[WIDEST:]) if depth < DEEPEST else None
        if inside is not None:
            yield from self._all(inside, f"{where}, unpacked", depth + 1)


class _Index:
    """Needles by one of their words for each way in which they may lie: from an even place on, and from an odd one."""

    def __init__(self, needles: Sequence[Needle]) -> None:
        self._by_word: dict[int, set[Needle]] = defaultdict(set)
        for needle in needles:
            for odd in range(HALF):
                self._by_word[_rarest(needle.content[odd:])].add(needle)

    def __call__(self, content: bytes) -> list[Needle]:
        words = {*_words(content), *_words(content[HALF:])}
        candidates = set().union(*(self._by_word[word] for word in words & self._by_word.keys()))
        return [needle for needle in candidates if needle.content in content]


def _words(content: bytes) -> memoryview:
    return memoryview(content[: len(content) // WORD * WORD]).cast("I")


def _rarest(content: bytes) -> int:
    """Of the words at even places the one that is like the fewest others: zeros and repetitions are everywhere."""
    words = [content[at : at + WORD] for at in range(0, len(content) - WORD + 1, HALF)]
    return int(_words(max(words, key=lambda word: (len({*word} - {0}), *word)))[0])


def is_packed(content: bytes) -> bool:
    """Does it begin as what gzip or zlib writes?"""
    return content[:2] == GZIP or (content[:1] == ZLIB and int.from_bytes(content[:2]) % 31 == 0)


def _unpacked(content: bytes) -> bytes | None:
    """What gzip or zlib has packed, as much as can be had of it; None where neither has."""
    if not is_packed(content):
        return None
    try:
        return zlib.decompressobj(32 + zlib.MAX_WBITS).decompress(content, MOST)
    except zlib.error:
        return None
