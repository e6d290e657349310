"""Record 0: the regelverk put in force in every partition that has nothing yet (DESIGN.md, point 3)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import uuid5

from samverkanshub.codec import envelope as envelopes
from samverkanshub.codec.artefacts import digests, regelverk_digest
from samverkanshub.codec.envelope import Envelope
from samverkanshub.codec.schemas import Schemas
from samverkanshub.codec.walk import check_codes
from samverkanshub.domain.events import REGELVERK
from samverkanshub.domain.ids import NAMESPACE
from samverkanshub.pipeline.hubs_own import own_event
from samverkanshub.ports import Appended, ArtefactStore, Log, LogReader

FORESLAGEN_AV: Final = "samverkanshub.utgivare"
"""The first regelverk is proposed by whoever wrote the directory …"""
GODKAND_AV: Final = "samverkanshub.driftansvarig"
"""… and approved by whoever starts an empty hub with it."""


@dataclass(frozen=True, slots=True)
class Approval:
    """Who proposed and who approved, two people's ids, and the activation's own id (UUID).

    `bas`: the digest of the regelverk that it is to come instead of; empty for whichever is in force.
    """

    id: str
    foreslagen_av: str
    godkand_av: str
    bas: str = ""


async def activate(
    artefacts: Mapping[str, bytes],
    partitions: Iterable[int],
    *,
    store: ArtefactStore,
    log: Log,
    reader: LogReader,
    schemas: Schemas,
    salt: Callable[[], bytes],
) -> list[int]:
    """Store the artefacts and append their activation to every empty partition; returns those partitions.

    A partition with records keeps the regelverk that its log names. The event has one id in all partitions, derived
    from the digests, so that a second record 0 from a race is a repeat to the gate. Raises `Unavailable`.
    """
    for content in artefacts.values():
        await store.put(content)
    empty = [partition for partition in partitions if await reader.end(partition) == 0]
    for partition in empty:
        event = activation(artefacts, salt())
        await log.append(partition, None, envelopes.headers(event), envelopes.encode(event, schemas))
    return empty


async def change(
    artefacts: Mapping[str, bytes],
    partitions: Iterable[int],
    approval: Approval,
    *,
    store: ArtefactStore,
    log: Log,
    schemas: Schemas,
    salt: Callable[[], bytes],
) -> list[Appended]:
    """Put another regelverk in force in every partition, from the position it gets there, which is returned.

    The id is the caller's, since a regelverk may come into force again after another; asked again with the same id
    after a failure, those partitions that had it take it as a repeat. `Refused` for codes that the gate cannot read:
    an activation that it cannot read would stop every partition. Raises `Unavailable`.
    """
    check_codes(schemas.data(REGELVERK, 1), activation(artefacts, salt(), approval).koder)
    for content in artefacts.values():
        await store.put(content)
    events = [(partition, activation(artefacts, salt(), approval)) for partition in partitions]
    return [
        await log.append(partition, None, envelopes.headers(event), envelopes.encode(event, schemas))
        for partition, event in events
    ]


def activation(artefacts: Mapping[str, bytes], salt: bytes, approval: Approval | None = None) -> Envelope:
    """The event that puts these artefacts in force; `salt` is 32 random bytes. Without approval: record 0."""
    named = digests(artefacts)
    id_ = approval.id if approval else str(uuid5(NAMESPACE, f"regelverk\n{regelverk_digest(named)}"))
    return own_event(
        id_,
        REGELVERK,
        salt,
        {
            "artefakter": [{"namn": name, "digest": digest} for name, digest in sorted(named.items())],
            "foreslagen_av": approval.foreslagen_av if approval else FORESLAGEN_AV,
            "godkand_av": approval.godkand_av if approval else GODKAND_AV,
            **({"bas": approval.bas} if approval and approval.bas else {}),
        },
    )
