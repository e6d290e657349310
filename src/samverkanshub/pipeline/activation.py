"""Record 0: the regelverk put in force in every partition that has nothing yet (DESIGN.md, point 3)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final
from uuid import uuid5

from samverkanshub.codec import envelope as envelopes
from samverkanshub.codec.artefacts import digests, regelverk_digest
from samverkanshub.codec.envelope import Envelope
from samverkanshub.codec.schemas import Schemas
from samverkanshub.domain.events import REGELVERK
from samverkanshub.domain.ids import NAMESPACE, event_id
from samverkanshub.ports import ArtefactStore, Log, LogReader

HUB: Final = "samverkanshub"
"""The sender of the hub's own events."""
FORESLAGEN_AV: Final = "samverkanshub.utgivare"
"""The first regelverk is proposed by whoever wrote the directory …"""
GODKAND_AV: Final = "samverkanshub.driftansvarig"
"""… and approved by whoever starts an empty hub with it."""


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


def activation(artefacts: Mapping[str, bytes], salt: bytes) -> Envelope:
    """The event that puts these artefacts in force; `salt` is 32 random bytes."""
    named = digests(artefacts)
    id_ = str(uuid5(NAMESPACE, f"regelverk\n{regelverk_digest(named)}"))
    return Envelope(
        id=id_,
        handelse_id=event_id(HUB, id_),
        typ=REGELVERK,
        typversion=1,
        aktor=HUB,
        enhet="",
        lasargrupp="",
        anvandare="",
        beslutssalt=salt,
        koder={
            "artefakter": [{"namn": name, "digest": digest} for name, digest in sorted(named.items())],
            "foreslagen_av": FORESLAGEN_AV,
            "godkand_av": GODKAND_AV,
        },
    )
