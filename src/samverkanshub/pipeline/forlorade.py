"""Which items of the log can be read by nobody though nobody was erased: a restore has lost their keys."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Final

from samverkanshub.codec.envelope import Envelope, SealedUppgift
from samverkanshub.codec.schemas import Schemas
from samverkanshub.pipeline.content import whose
from samverkanshub.pipeline.reading import read
from samverkanshub.ports import LogReader, Vault

PAGE: Final = 200


@dataclass(frozen=True, slots=True)
class Forlorad:
    """An event of the log of which so many items have lost their keys. Never whose they were."""

    partition: int
    offset: int
    handelse_id: str
    antal: int


async def lost(reader: LogReader, vault: Vault, schemas: Schemas, omraden: int) -> AsyncIterator[Forlorad]:
    """Every one of them, in log order; the whole log is read. Raises `Unavailable`."""
    for partition in range(omraden):
        for start in range(0, end := await reader.end(partition), PAGE):
            records = [one async for one in reader.records(partition, start, min(start + PAGE, end))]
            found = [(record.offset, read(record, schemas).envelope) for record in records]
            for offset, envelope, antal in await _counted(vault, [(at, one) for at, one in found if one is not None]):
                yield Forlorad(partition, offset, envelope.handelse_id, antal)


async def _counted(vault: Vault, found: list[tuple[int, Envelope]]) -> Iterable[tuple[int, Envelope, int]]:
    keys = await vault.keys({_key(item) for _, envelope in found for item in envelope.uppgifter})
    gone = await vault.erased({person.person_id for _, envelope in found for person in envelope.personer})
    counted = [
        (
            offset,
            envelope,
            sum(_key(item) not in keys and whose(envelope, item) not in gone for item in envelope.uppgifter),
        )
        for offset, envelope in found
    ]
    return [one for one in counted if one[2]]


def _key(item: SealedUppgift) -> tuple[str, int]:
    return item.subject, item.nyckelversion
