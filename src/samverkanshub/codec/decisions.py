"""The decision record: entries that each stand alone, salted, under one Merkle root (docs/adr/0001-byte-formats.md)."""

import hmac
from dataclasses import dataclass
from typing import Any, Final

from samverkanshub.codec.canonical import sha256
from samverkanshub.codec.keyed import Keyed
from samverkanshub.codec.poster import Poster
from samverkanshub.codec.schemas import DECISION, ENTRY, Schemas, default_schemas
from samverkanshub.domain import merkle
from samverkanshub.domain.decision import Decision, Entry, Grund, Reason
from samverkanshub.domain.errors import HubError, Undecodable

QUARANTINE: Final = "karantan"


@dataclass(frozen=True, slots=True)
class EncodedDecision:
    """The record's bytes and its digest, the Merkle root over its entries (32 bytes)."""

    record: bytes
    digest: bytes


@dataclass(frozen=True, slots=True)
class Place:
    """What every entry repeats: event, where it stands in the log, digest of the active regelverk."""

    handelse_id: str
    partition: int
    offset: int
    regelverk: str


@dataclass(frozen=True, slots=True)
class Post:
    """One entry as recorded: salt (32 bytes), exact bytes, and what they say."""

    salt: bytes
    content: bytes
    place: Place
    entry: Entry

    @property
    def leaf(self) -> bytes:
        """SHA-256(0x00 || salt || content)."""
        return merkle.leaf_hash(self.salt + self.content)


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """A decision record read back; its digest is made anew from its entries."""

    place: Place
    poster: tuple[Post, ...]

    @property
    def digest(self) -> bytes:
        """The Merkle root over the entries."""
        return merkle.root([post.leaf for post in self.poster])


@dataclass(frozen=True, slots=True)
class EntryProof:
    """One entry shown without the others: its salt and bytes, and the way from its leaf to the root."""

    salt: bytes
    content: bytes
    index: int
    size: int
    vagg: tuple[bytes, ...]


def encode_decision(
    decision: Decision, partition: int, offset: int, beslutssalt: bytes, schemas: Schemas
) -> EncodedDecision:
    """Encode with entries and their parts sorted, so that one decision has one record."""
    poster = Poster(schemas.latest(ENTRY).id, decision.handelse_id, partition, offset, decision.regelverk)
    salted = Keyed(beslutssalt)
    posts = [(salted.digest(_salted(*who)), content) for *who, content in _ordered(decision, poster)]
    record = poster.record(schemas.latest(DECISION).id, posts)
    return EncodedDecision(record, merkle.root([merkle.leaf_hash(salt + content) for salt, content in posts]))


def _ordered(decision: Decision, poster: Poster) -> list[tuple[str, str, bytes]]:
    try:
        return sorted((entry.mottagare, entry.vag, poster.encode(entry)) for entry in decision.entries)
    except UnicodeEncodeError:
        raise HubError("a decision's entry could not be encoded", code="kodningsfel") from None


def encode_quarantine(
    partition: int, offset: int, regelverk: str, reason: str, value: bytes, schemas: Schemas
) -> EncodedDecision:
    """The decision on a record that could not be read: one entry, `karantan`, with the reason's code beside it."""
    return encode_decision(quarantine_decision(regelverk, reason), partition, offset, sha256(value), schemas)


def quarantine_decision(regelverk: str, reason: str) -> Decision:
    """No event is known, so that the entry names none."""
    reasons = tuple(Reason("", kod, True) for kod in sorted({QUARANTINE, reason} - {""}))
    return Decision("", "", "", regelverk, (Entry("", "", reasons),))


def decode_decision(record: bytes, schemas: Schemas | None = None) -> DecisionRecord:
    """Read a decision record; raises `Undecodable` unless its entries are sorted, whole and all of its place."""
    known = schemas or default_schemas()
    datum = _datum(record, DECISION, known)
    place = _place(datum)
    poster = tuple(_post(row["salt"], row["post"], known) for row in datum["poster"])
    if any(post.place != place for post in poster):
        raise Undecodable("an entry belongs to another decision", code="fel-post")
    order = [(post.entry.mottagare, post.entry.vag, post.content) for post in poster]
    if order != sorted(order):
        raise Undecodable("the entries are not sorted", code="ej-kanonisk")
    return DecisionRecord(place, poster)


def entries_of(record: bytes, schemas: Schemas | None = None) -> tuple[Entry, ...]:
    """The entries of a record as the hub made and keeps it: read, and not proved as by `decode_decision`.

    For who counts or lists what was decided, at half the price; never for who shows that it is so.
    Raises `Undecodable`.
    """
    known = schemas or default_schemas()
    rows = _own(record, DECISION, known)["poster"]
    return tuple(_entry(_own(row["post"], ENTRY, known)) for row in rows)


def verify_record(record: bytes, digest: bytes, beslutssalt: bytes, schemas: Schemas | None = None) -> bool:
    """Is this the record with this digest, and is every entry salted as the event's `beslutssalt` says?"""
    try:
        found = decode_decision(record, schemas)
    except Undecodable:
        return False
    salted = all(post.salt == salt_for(beslutssalt, post.entry.mottagare, post.entry.vag) for post in found.poster)
    return salted and hmac.compare_digest(found.digest, digest)


def prove_entry(record: DecisionRecord, index: int) -> EntryProof:
    """What shows one entry to somebody who holds the digest; raises `IndexError`."""
    vagg = merkle.inclusion_proof(index, [post.leaf for post in record.poster])
    post = record.poster[index]
    return EntryProof(post.salt, post.content, index, len(record.poster), vagg)


def verify_entry(proof: EntryProof, digest: bytes, schemas: Schemas | None = None) -> Post | None:
    """The entry, if it is one of the decision with this digest; None otherwise."""
    leaf = merkle.leaf_hash(proof.salt + proof.content)
    if not merkle.verify_inclusion(leaf, proof.index, proof.size, proof.vagg, digest):
        return None
    try:
        return _post(proof.salt, proof.content, schemas or default_schemas())
    except Undecodable:
        return None


def salt_for(beslutssalt: bytes, mottagare: str, vag: str) -> bytes:
    """HMAC-SHA256(beslutssalt, recipient || 0x00 || path), 32 bytes."""
    return hmac.digest(beslutssalt, _salted(mottagare, vag), "sha256")


def _salted(mottagare: str, vag: str) -> bytes:
    return f"{mottagare}\0{vag}".encode()


def _datum(content: bytes, name: str, schemas: Schemas) -> dict[str, Any]:
    return _named(name, *schemas.decode(content))


def _own(content: bytes, name: str, schemas: Schemas) -> dict[str, Any]:
    return _named(name, *schemas.decode_own(content))


def _named(name: str, found: str, datum: dict[str, Any]) -> dict[str, Any]:
    if found != name:
        raise Undecodable(f"the bytes are no `{name}`", code="fel-schema")
    return datum


def _post(salt: bytes, content: bytes, schemas: Schemas) -> Post:
    datum = _datum(content, ENTRY, schemas)
    entry = _entry(datum)
    if entry.verdict != datum["utslag"]:
        raise Undecodable("an entry's verdict does not follow from its reasons", code="fel-utslag")
    return Post(salt, content, _place(datum), entry)


def _place(datum: dict[str, Any]) -> Place:
    return Place(datum["handelse_id"], datum["partition"], datum["offset"], datum["regelverk"])


def _entry(datum: dict[str, Any]) -> Entry:
    return Entry(
        mottagare=datum["mottagare"],
        vag=datum["vag"],
        reasons=tuple(Reason(**row) for row in datum["skal"]),
        funktion=datum["funktion"],
        grunder=tuple(Grund(**row) for row in datum["grunder"]),
        samtycken=tuple(datum["samtycken"]),
        leverans_id=datum["leverans_id"],
        frist=datum["frist"],
        frist_slag=datum["frist_slag"],
    )
