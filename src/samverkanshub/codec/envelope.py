"""The envelope: one event as the log holds it, without readable content (docs/adr/0001-byte-formats.md)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from samverkanshub.codec import check as c
from samverkanshub.codec.canonical import jcs
from samverkanshub.codec.commitments import SALT_BYTES
from samverkanshub.codec.schemas import ENVELOPE, Schemas
from samverkanshub.codec.signing import SIGNATURE_BYTES, signed_bytes
from samverkanshub.domain.errors import Undecodable
from samverkanshub.domain.events import ACTS, Event, Mottagare, Person, Uppgift
from samverkanshub.domain.varden import quick

PERSONS_HEADER: Final = "personer"
EVENT_HEADER: Final = "handelse"
VERSION: Final = 1
"""The envelope's newest version, that of `kuvert.avsc`."""


@quick
@dataclass(frozen=True, slots=True)
class SealedUppgift:
    """An uppgift in the log: where it stands and what it is about; its value only as commitment and sealed bytes.

    `subject` names whose data key seals it: a person id, `arende:<id>` or `handelse:<id>`.
    """

    vag: str
    kategori: str
    roll: str
    person_id: str
    referens: str
    atagande: bytes
    forseglat: bytes
    subject: str
    nyckelversion: int
    kalla: str = ""


@quick
@dataclass(frozen=True, slots=True)
class Envelope:
    """One event of the log. `id` is the sender's CloudEvents id, `handelse_id` the hub's; both lower-case UUIDs.

    `signatur` and `nyckelid` are empty for the hub's own events; `beslutssalt` is 32 random bytes.
    """

    id: str
    handelse_id: str
    typ: str
    typversion: int
    aktor: str
    enhet: str
    lasargrupp: str
    anvandare: str
    beslutssalt: bytes
    arende_id: str = ""
    personer: tuple[Person, ...] = ()
    koder: dict[str, Any] = field(default_factory=dict)
    uppgifter: tuple[SealedUppgift, ...] = ()
    nyckelid: str = ""
    signatur: bytes = b""
    version: int = VERSION


def encode(envelope: Envelope, schemas: Schemas) -> bytes:
    """The record's value. Raises `Undecodable` for what `decode` would refuse, so that none such is ever written."""
    _check(envelope)
    return schemas.encode(ENVELOPE, _datum(envelope), envelope.version)


def decode(value: bytes, schemas: Schemas) -> Envelope:
    """The envelope; raises nothing but `Undecodable`, whose `code` is stable and whose text repeats no content.

    Types, versions and categories are not looked up here: what the active regelverk knows is the gate's to judge.
    """
    name, datum = schemas.decode(value)
    if name != ENVELOPE:
        raise Undecodable("the record is no envelope", code="ej-kuvert")
    envelope = _envelope(datum, schemas.writer_of(value)[1])
    _check(envelope)
    return envelope


def to_event(envelope: Envelope) -> Event:
    """The event as the gate sees it."""
    return Event(
        handelse_id=envelope.handelse_id,
        typ=envelope.typ,
        aktor=envelope.aktor,
        enhet=envelope.enhet,
        lasargrupp=envelope.lasargrupp,
        anvandare=envelope.anvandare,
        personer=envelope.personer,
        mottagare=tuple(Mottagare(m["slag"], m["id"]) for m in envelope.koder.get("mottagare", ())),
        koder=envelope.koder,
        uppgifter=tuple(
            Uppgift(u.vag, u.kategori, u.roll, u.person_id, u.referens, u.kalla) for u in envelope.uppgifter
        ),
        arende_id=envelope.arende_id,
        version=envelope.typversion,
        beslutssalt=envelope.beslutssalt.hex(),
    )


def headers(envelope: Envelope) -> tuple[tuple[str, bytes], ...]:
    """The record's headers: every person's UUID (16 bytes each, sorted, once), and the event's."""
    return ((PERSONS_HEADER, persons_header(envelope)), (EVENT_HEADER, UUID(envelope.handelse_id).bytes))


def persons_header(envelope: Envelope) -> bytes:
    """Every person's UUID, 16 bytes each, sorted, once."""
    return b"".join(sorted({bytes.fromhex(person.person_id.replace("-", "")) for person in envelope.personer}))


def persons_of(headers: Sequence[tuple[str, bytes]]) -> tuple[str, ...] | None:
    """Everybody the headers name, sorted; None where they cannot be read, which stops a partition."""
    found = [content for name, content in headers if name == PERSONS_HEADER]
    if len(found) != 1 or len(found[0]) % 16:
        return None
    ids = [found[0][at : at + 16] for at in range(0, len(found[0]), 16)]
    return tuple(str(UUID(bytes=id_)) for id_ in ids) if ids == sorted(set(ids)) else None


def key(envelope: Envelope) -> bytes | None:
    """The record's key: the UUID (16 bytes) of the person the event is about, or None."""
    exposed = to_event(envelope).exposed
    return UUID(exposed.person_id).bytes if exposed else None


def message(envelope: Envelope) -> bytes:
    """What the envelope's signature covers, for whoever checks it later. Raises `Undecodable` (`ej-signerbart`)."""
    numbers = {uppgift.vag: uppgift.atagande for uppgift in envelope.uppgifter}
    # An act names nobody itself: its persons are those of what it is about, filled in by the hub.
    given = () if envelope.typ in ACTS else envelope.personer
    paths = [f"/personer/{index}/nummer" for index in range(len(given))]
    if any(path not in numbers for path in paths):
        raise Undecodable("a person of the envelope has no commitment", code="ej-signerbart")
    return signed_bytes(
        id=envelope.id,
        typ=envelope.typ,
        version=envelope.typversion,
        lasargrupp=envelope.lasargrupp,
        anvandare=envelope.anvandare,
        koder=envelope.koder,
        personer=[(p.roll, numbers[path]) for p, path in zip(given, paths, strict=True)],
        uppgifter=[(u.vag, u.kategori, u.roll, u.atagande, u.referens, u.kalla) for u in envelope.uppgifter],
    )


def _datum(envelope: Envelope) -> dict[str, Any]:
    datum = {name: getattr(envelope, name) for name in Envelope.__slots__ if name != "version"}
    datum["koder"] = jcs(envelope.koder)
    datum["personer"] = [_slots(person) for person in envelope.personer]
    datum["uppgifter"] = [_slots(uppgift) for uppgift in envelope.uppgifter]
    return datum


def _slots(value: Person | SealedUppgift) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}


def _envelope(datum: dict[str, Any], version: int) -> Envelope:
    members = {name: content for name, content in datum.items() if name in Envelope.__slots__}
    members["koder"] = c.canonical_object(datum["koder"])
    members["personer"] = tuple(Person(**person) for person in datum["personer"])
    members["uppgifter"] = tuple(SealedUppgift(**uppgift) for uppgift in datum["uppgifter"])
    return Envelope(version=version, **members)


def _check(envelope: Envelope) -> None:
    _check_names(envelope)
    c.codes(envelope.koder)
    c.size("beslutssalt", envelope.beslutssalt, SALT_BYTES)
    if envelope.signatur:
        c.size("signatur", envelope.signatur, SIGNATURE_BYTES)
    for person in envelope.personer:
        c.uuid("person_id", person.person_id)
        c.words("personer", person.roll, person.aldersklass, person.kon)
    persons = {person.person_id for person in envelope.personer}
    for uppgift in envelope.uppgifter:
        _check_uppgift(uppgift, persons)
    c.unique("uppgifter", [uppgift.vag for uppgift in envelope.uppgifter])


def _check_names(envelope: Envelope) -> None:
    c.uuid("id", envelope.id)
    c.uuid("handelse_id", envelope.handelse_id)
    if envelope.arende_id:
        c.uuid("arende_id", envelope.arende_id)
    c.positive("typversion", envelope.typversion)
    c.words("typ", envelope.typ, envelope.aktor)
    # The hub's own events name neither unit nor user.
    named = (envelope.enhet, envelope.lasargrupp, envelope.anvandare, envelope.nyckelid)
    c.words("avsandare", *(name for name in named if name))


def _check_uppgift(uppgift: SealedUppgift, persons: set[str]) -> None:
    c.path(uppgift.vag)
    c.words("uppgifter", uppgift.kategori, uppgift.subject)
    if uppgift.person_id not in persons and uppgift.person_id:
        raise Undecodable("an uppgift concerns a person the envelope does not name", code="okand-person")
    c.words("uppgifter", *(text for text in (uppgift.roll, uppgift.referens, uppgift.kalla) if text))
    c.size("atagande", uppgift.atagande, 32)
    c.positive("nyckelversion", uppgift.nyckelversion)
