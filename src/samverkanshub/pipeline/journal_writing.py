"""A partition of the log written as a journal: pseudonyms and codes, and nothing sealed (docs/journal.md)."""

from collections.abc import AsyncIterator
from typing import Any

from samverkanshub.codec.envelope import Envelope, persons_of
from samverkanshub.codec.journal import line
from samverkanshub.codec.journal_envelope import members_of
from samverkanshub.codec.journal_names import Names
from samverkanshub.codec.schemas import Schemas
from samverkanshub.domain.errors import Halt
from samverkanshub.domain.events import REGELVERK
from samverkanshub.pipeline.reading import Read, read
from samverkanshub.ports import ArtefactStore, LogReader


async def journal_lines(
    partition: int, reader: LogReader, schemas: Schemas, regelverk: str, *, source: ArtefactStore, kept: ArtefactStore
) -> AsyncIterator[str]:
    """The lines of a partition; the artefacts they name go from `source` to `kept`, whose path is `regelverk`.

    No employee is named. Raises `Halt` where an artefact is missing or records are gone, and `Unavailable`.
    """
    names = Names()
    async for record in reader.records(partition, 0, await reader.end(partition)):
        one = read(record, schemas)
        members = _members(one)
        if one.envelope is not None and one.envelope.typ == REGELVERK:
            await _keep(one.envelope, source, kept)
            members["regelverk"] = regelverk
        if record.offset == 0 and partition and one.envelope is not None:
            members["partition"] = partition
        yield line(names.unnamed(members, members.get("aktor", "")))


def _members(one: Read) -> dict[str, Any]:
    """A record is salted by its own bytes where it is quarantined, and a journal has other ones: hence their digest."""
    stamped: dict[str, Any] = {"tid": one.record.tid}
    if one.envelope is None:
        stamped |= {"karantan": one.fault, "personer": list(persons_of(one.record.headers) or ())}
    else:
        stamped |= members_of(one.envelope)
    return {**stamped, "vardesumma": one.vardesumma.hex()}


async def _keep(envelope: Envelope, source: ArtefactStore, kept: ArtefactStore) -> None:
    for row in envelope.koder["artefakter"]:
        try:
            await kept.put(await source.get(row["digest"]))
        except LookupError as missing:
            raise Halt(f"the artefact `{row['namn']}` is missing", code="artefakt-saknas") from missing
