"""A record as the gate reads it: its digest, and the event in it or the stable code of why there is none."""

from dataclasses import dataclass
from hashlib import sha256

from samverkanshub.codec import digests, one_pass
from samverkanshub.codec.envelope import PERSONS_HEADER, Envelope, decode, persons_header, to_event
from samverkanshub.codec.schemas import ENVELOPE, Schemas
from samverkanshub.codec.walk import check_codes
from samverkanshub.domain.errors import Refused, Undecodable
from samverkanshub.domain.events import Event
from samverkanshub.domain.varden import quick
from samverkanshub.ports import LogRecord


@quick
@dataclass(frozen=True, slots=True)
class Read:
    """A record and what it decodes to; `fault` is a stable code where it does not."""

    record: LogRecord
    digest: bytes
    envelope: Envelope | None
    event: Event | None
    fault: str = ""
    scheman: frozenset[int] = frozenset()
    """The ids of the schemas it was read with: the envelope's and the type's."""
    vardesumma: bytes = b""
    """SHA-256 of the record's value: what salts the decision where the record is quarantined."""


def read(record: LogRecord, schemas: Schemas) -> Read:
    """Decode a record; a pure function of its bytes and the schemas, so that a replay quarantines the same."""
    digest, vardesumma = digest_of(record), sha256(record.value).digest()
    try:
        envelope = one_pass.read(record.value, schemas) or _step_by_step(record.value, schemas)
        _check_persons(record, envelope)
    except (Undecodable, Refused) as fault:
        return Read(record, digest, None, None, fault.code, vardesumma=vardesumma)
    scheman = schema_ids(envelope, schemas)
    return Read(record, digest, envelope, to_event(envelope), scheman=scheman, vardesumma=vardesumma)


def _step_by_step(value: bytes, schemas: Schemas) -> Envelope:
    envelope = decode(value, schemas)
    # What reached the log another way than intake is held to the same schema before the fold relies on it.
    check_codes(schemas.data(envelope.typ, envelope.typversion), envelope.koder)
    return envelope


def schema_ids(envelope: Envelope, schemas: Schemas) -> frozenset[int]:
    """The ids of the schemas that it is read with: its own and its type's."""
    return frozenset({schemas.id_of(ENVELOPE, envelope.version), schemas.id_of(envelope.typ, envelope.typversion)})


def _check_persons(record: LogRecord, envelope: Envelope) -> None:
    """Whom the header names is who is frozen when a record cannot be read, so it must be whom the envelope names."""
    if [content for name, content in record.headers if name == PERSONS_HEADER] != [persons_header(envelope)]:
        raise Undecodable("the header names others than the envelope", code="andra-personer")


def digest_of(record: LogRecord) -> bytes:
    """The record digest (docs/adr/0001-byte-formats.md)."""
    return digests.record_digest(record.partition, record.offset, record.tid, record.key, record.headers, record.value)
