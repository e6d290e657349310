"""An envelope that is plainly right, read and checked in one pass over its bytes (docs/adr/0001-byte-formats.md).

Of whatever is not, or may not be, it says nothing: the library and `check` read that, and say what is wrong with it.
What is taken here they take too, as the same envelope; nothing is refused here.
"""

from collections.abc import Iterator
from functools import lru_cache
from struct import pack
from typing import Final

from samverkanshub.codec import check as c
from samverkanshub.codec.commitments import SALT_BYTES
from samverkanshub.codec.envelope import VERSION, Envelope, SealedUppgift
from samverkanshub.codec.schemas import ENVELOPE, MAX_BYTES, Schemas
from samverkanshub.codec.signing import SIGNATURE_BYTES
from samverkanshub.domain.errors import Undecodable
from samverkanshub.domain.events import Person

_KNOWN: Final = 16_384
"""Names of units, users, roles, paths and categories: there are few, and they come again and again."""
_DIGEST: Final = 32
_LONGEST: Final = 35
"""Bits: nothing in an envelope is longer, or more."""


class _Odd(Exception):
    """Not what the one pass takes."""


def read(value: bytes, schemas: Schemas) -> Envelope | None:
    """The envelope, whose codes are such as its type's schema says; None where it is for others to say what it is."""
    if schemas.latest(ENVELOPE).version != VERSION or len(value) > MAX_BYTES:
        return None
    if value[:5] != pack(">BI", 0, schemas.id_of(ENVELOPE, VERSION)):
        return None
    try:
        envelope = _Pass(value, 5).envelope()
    except (_Odd, IndexError, UnicodeDecodeError, Undecodable):
        return None
    fits = schemas.fits(envelope.typ, envelope.typversion)
    return envelope if fits is not None and fits(envelope.koder) else None


@lru_cache(maxsize=_KNOWN)
def _word(content: bytes) -> str:
    text = content.decode()
    c.words("", text)
    return text


@lru_cache(maxsize=_KNOWN)
def _path(content: bytes) -> str:
    text = content.decode()
    c.path(text)
    return text


class _Pass:
    """Where in the bytes it has come. What lies past their end is found at the end, where all must have been read."""

    __slots__ = ("_at", "_value")

    def __init__(self, value: bytes, at: int) -> None:
        self._value = value
        self._at = at

    def envelope(self) -> Envelope:
        """The fields of `kuvert.avsc`, in its order."""
        id_, handelse_id, typ, typversion = self._uuid(), self._uuid(), self._word(), self._positive()
        aktor, enhet, lasargrupp, anvandare = self._word(), self._name(), self._name(), self._name()
        arende_id = self._uuid() if self._value[self._at] else self._name()
        personer = self._personer()
        koder = c.canonical_object(self._sized())
        c.recipients(koder)
        uppgifter = self._uppgifter({person.person_id for person in personer})
        nyckelid, signatur, salt = self._name(), self._sized(), self._bytes(SALT_BYTES)
        if self._at != len(self._value) or len(signatur) not in (0, SIGNATURE_BYTES):
            raise _Odd
        return Envelope(
            id_, handelse_id, typ, typversion, aktor, enhet, lasargrupp, anvandare, salt, arende_id, personer, koder,
            uppgifter, nyckelid, signatur,
        )  # fmt: skip

    def _personer(self) -> tuple[Person, ...]:
        return tuple([Person(self._uuid(), self._word(), self._word(), self._word()) for _ in self._items()])

    def _uppgifter(self, persons: set[str]) -> tuple[SealedUppgift, ...]:
        found = tuple([self._uppgift(persons) for _ in self._items()])
        c.unique("", [uppgift.vag for uppgift in found])
        return found

    def _uppgift(self, persons: set[str]) -> SealedUppgift:
        vag, kategori, roll, person_id = _path(self._sized()), self._word(), self._name(), self._sized().decode()
        referens, atagande, forseglat = self._name(), self._bytes(_DIGEST), self._sized()
        subject, nyckelversion, kalla = self._sized().decode(), self._positive(), self._name()
        if person_id and person_id not in persons:
            raise _Odd
        if subject not in persons:
            c.words("", subject)
        return SealedUppgift(
            vag, kategori, roll, person_id, referens, atagande, forseglat, subject, nyckelversion, kalla
        )

    # -------------------------------------------------------------------------------------------- Avro

    def _items(self) -> Iterator[int]:
        """Once for each item of an array: all are in one block, which the array ends with."""
        count = self._long()
        if count:
            yield from range(count)
            if self._long():
                raise _Odd

    def _word(self) -> str:
        return _word(self._sized())

    def _name(self) -> str:
        """A word, or nothing."""
        content = self._sized()
        return _word(content) if content else ""

    def _uuid(self) -> str:
        text = self._sized().decode()
        c.uuid("", text)
        return text

    def _positive(self) -> int:
        number = self._long()
        c.positive("", number)
        return number

    def _sized(self) -> bytes:
        """Avro's `string` or `bytes`."""
        value, at = self._value, self._at
        size = value[at]
        if size > 0x7F or size & 1:
            return self._bytes(self._long())
        self._at = end = at + 1 + (size >> 1)
        return value[at + 1 : end]

    def _bytes(self, size: int) -> bytes:
        at = self._at
        self._at = end = at + size
        return self._value[at:end]

    def _long(self) -> int:
        """Avro's `long`, not below 0, in no more bytes than it takes."""
        number = 0
        for shift in range(0, _LONGEST, 7):
            byte = self._value[self._at]
            self._at += 1
            number |= (byte & 0x7F) << shift
            if byte < 0x80:
                if number & 1 or (shift and not byte):
                    break
                return number >> 1
        raise _Odd
