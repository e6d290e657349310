"""The entries of a decision in Avro, written for `beslut.avsc` and `beslutspost.avsc` alone.

fastavro writes the same bytes and reads them; what is the same for all entries, or comes again and again, is made once.
"""

from collections.abc import Sequence
from functools import lru_cache
from struct import pack
from typing import Final

from samverkanshub.domain.decision import ACCEPTED, DELIVERED, REFUSED, WITHHELD, Entry, Grund, Reason

VERDICTS: Final = (DELIVERED, WITHHELD, ACCEPTED, REFUSED)
"""The symbols of `Utslag`, in the schema's order."""
_END: Final = b"\x00"
_KEPT: Final = 4096


def long(number: int) -> bytes:
    """Avro's `long` and `int`: zigzag, seven bits a byte, the lowest first."""
    left = number * 2 if number >= 0 else -number * 2 - 1
    out = bytearray()
    while left > 0x7F:
        out.append(left & 0x7F | 0x80)
        left >>= 7
    out.append(left)
    return bytes(out)


_SIZES: Final = tuple(long(size) for size in range(1024))


def text(value: str) -> bytes:
    """Avro's `string`. Raises `UnicodeEncodeError` on a lone surrogate."""
    content = value.encode()
    return _size(len(content)) + content


def _size(size: int) -> bytes:
    return _SIZES[size] if size < len(_SIZES) else long(size)


_known_text = lru_cache(maxsize=_KEPT)(text)
"""For what names units, paths and functions: there are few, and every entry has them."""
_known_long = lru_cache(maxsize=_KEPT)(long)
"""For deadlines: all of a decision's are mostly one."""
_VERDICTS: Final = {verdict: long(index) for index, verdict in enumerate(VERDICTS)}


class Poster:
    """Encodes the entries of one decision: `schema_id` is `beslutspost`'s."""

    def __init__(self, schema_id: int, handelse_id: str, partition: int, offset: int, regelverk: str) -> None:
        self._where = text(handelse_id) + long(partition) + long(offset) + _known_text(regelverk)
        self._place = pack(">BI", 0, schema_id) + self._where

    def encode(self, entry: Entry) -> bytes:
        """The entry's bytes, its reasons, bases and consents sorted."""
        return b"".join(
            (
                self._place,
                _known_text(entry.mottagare),
                _known_text(entry.vag),
                _VERDICTS[entry.verdict],
                _known_text(entry.funktion),
                _reasons(entry.reasons),
                _bases(entry.grunder),
                _consents(entry.samtycken),
                _known_text(entry.leverans_id),
                _known_long(entry.frist),
                _known_text(entry.frist_slag),
            )
        )

    def record(self, schema_id: int, posts: Sequence[tuple[bytes, bytes]]) -> bytes:
        """The decision record over entries, each with its salt of 32 bytes: `schema_id` is `beslut`'s."""
        rows = [salt + _size(len(content)) + content for salt, content in posts]
        return pack(">BI", 0, schema_id) + self._where + _array(rows)


def _array(items: list[bytes]) -> bytes:
    return _size(len(items)) + b"".join(items) + _END if items else _END


@lru_cache(maxsize=_KEPT)
def _reasons(reasons: tuple[Reason, ...]) -> bytes:
    return _array([text(one.regel) + text(one.kod) + (b"\x01" if one.nekar else b"\x00") for one in sorted(reasons)])


@lru_cache(maxsize=_KEPT)
def _bases(grunder: tuple[Grund, ...]) -> bytes:
    return _array(
        [
            text(one.id) + text(one.regel) + text(one.marke) + text(one.giltig_fran) + text(one.giltig_till)
            for one in sorted(grunder)
        ]
    )


def _consents(samtycken: tuple[str, ...]) -> bytes:
    return _array([_known_text(one) for one in sorted(samtycken)]) if samtycken else _END
