"""Does the log hold of each event what intake claimed? Who has the vault asks: a signature covers no person's id."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Final

from samverkanshub.codec import envelope as kuvert
from samverkanshub.codec.envelope import Envelope
from samverkanshub.codec.schemas import Schemas
from samverkanshub.domain.errors import Refused, Undecodable
from samverkanshub.domain.events import HUB, HUBS_OWN, OPPNING, RADERING, REGELVERK
from samverkanshub.pipeline.reading import read
from samverkanshub.ports import Claim, LogReader, LogRecord, Vault

UNCLAIMED: Final = "inget-ansprak"
"""Intake did not take it; or the vault was restored from a copy that is older."""
ANOTHER: Final = "annan-post"
"""Intake took it with other persons, codes or items, or of another time."""
ELSEWHERE: Final = "annat-omrade"
"""Intake did not put it in this område."""
DEPARTS: Final = (UNCLAIMED, ANOTHER, ELSEWHERE)
"""How a record may depart."""

_HUBS_UNCLAIMED: Final = (HUBS_OWN - {RADERING}) | {REGELVERK}
"""What the hub makes of what is in the log already, or in an operator's name, and appends without a claim."""
_OTHERS_UNCLAIMED: Final = frozenset({OPPNING, REGELVERK})


@dataclass(frozen=True, slots=True)
class Jamford:
    """A record of the log that is held to a claim, and how it departs; `vad` is empty where it does not."""

    partition: int
    offset: int
    handelse_id: str
    vad: str


async def compared(reader: LogReader, vault: Vault, schemas: Schemas, omraden: int) -> AsyncIterator[Jamford]:
    """Every record that is held to a claim, in log order; the whole log is read. Raises `Halt` and `Unavailable`."""
    for partition in range(omraden):
        async for record in reader.records(partition, 0, await reader.end(partition)):
            envelope = read(record, schemas).envelope
            if envelope is None:
                continue
            claim = await vault.claimed(envelope.handelse_id)
            if is_held(envelope, claim):
                yield Jamford(partition, record.offset, envelope.handelse_id, departs(claim, record, envelope, schemas))


def is_held(envelope: Envelope, claim: Claim | None) -> bool:
    """Is it held against a claim, there being one or not?

    All that is claimed before it is appended is: what agencies send, kvittenser, and erasures. Whoever could append one
    of these unclaimed would stop O4's ladder, or have somebody erased.
    """
    unclaimed = _HUBS_UNCLAIMED if envelope.aktor == HUB else _OTHERS_UNCLAIMED
    return claim is not None or envelope.typ not in unclaimed


def departs(claim: Claim | None, record: LogRecord, envelope: Envelope, schemas: Schemas) -> str:
    """How a record departs from its claim; empty where it does not. `envelope` is what the record holds. Pure."""
    if claim is None:
        return UNCLAIMED
    try:
        claimed = kuvert.decode(claim.value, schemas)
    except (Undecodable, Refused):
        # Nobody claimed what cannot be read: what was done to one claim hides no other record.
        return ANOTHER
    if record.key != claim.key or _blanked_as(claimed, envelope) != claimed:
        return ANOTHER
    return "" if record.partition in claim.partitions else ELSEWHERE


def _blanked_as(claimed: Envelope, envelope: Envelope) -> Envelope:
    """G1: of an erased person's items nothing sealed is left in a claim, and is not compared."""
    gone = {item.vag for item in claimed.uppgifter if not item.forseglat}
    items = tuple(replace(item, forseglat=b"") if item.vag in gone else item for item in envelope.uppgifter)
    return replace(envelope, uppgifter=items)
