"""Which regelverk is in force in each område, and the områden brought in step with the first (T1).

What two have agreed on is put in force in the first; whether the others follow is nobody's to decide again. So whoever
comes by brings them there: who approved it, or `watch`, where that one died or the gate was away.
"""

import asyncio
from collections.abc import Mapping
from typing import Final
from uuid import uuid5

from samverkanshub.codec.artefacts import regelverk_digest
from samverkanshub.codec.schemas import Schemas
from samverkanshub.domain.aktiveringar import Aktivering
from samverkanshub.domain.errors import Halt
from samverkanshub.domain.events import REGELVERK
from samverkanshub.domain.ids import NAMESPACE
from samverkanshub.pipeline.activation import Approval, change
from samverkanshub.pipeline.granskning.lasning import records
from samverkanshub.pipeline.reading import read
from samverkanshub.pipeline.rulebook import FIRST
from samverkanshub.pipeline.sealed import DECISION_SALT_BYTES, Entropy
from samverkanshub.pipeline.spar import ALL, DRIFT
from samverkanshub.ports import Appended, ArtefactStore, Judgement, Log, LogReader, Projection, Traced

SOUGHT: Final = Traced(DRIFT, ALL)
GRACE_MS: Final = 10_000
"""How long whoever put it in force in the first has to do the rest itself, before others do."""
Aktiveringar = Mapping[int, tuple[Aktivering, ...]]
"""The activations of every område, in log order."""


class Isteg:
    """Reads what is in force, and brings what is behind in step. Every verb raises `Unavailable`."""

    def __init__(
        self,
        projection: Projection,
        log: Log,
        reader: LogReader,
        store: ArtefactStore,
        schemas: Schemas,
        entropy: Entropy,
        *,
        omraden: int,
    ) -> None:
        self._projection = projection
        self._log = log
        self._reader = reader
        self._store = store
        self._schemas = schemas
        self._entropy = entropy
        self._known: dict[int, list[Aktivering]] = {number: [] for number in range(omraden)}
        self._read = dict.fromkeys(range(omraden), -1)
        self._tried: dict[int, str] = {}
        self._reading = asyncio.Lock()

    async def aktiveringar(self) -> Aktiveringar:
        """As far as the gate has judged. What was read before is remembered: a log only grows."""
        async with self._reading:
            for partition in self._known:
                await self._read_on(partition)
            return {number: tuple(found) for number, found in self._known.items()}

    async def _read_on(self, partition: int) -> None:
        async for judgement in records(self._projection, SOUGHT, (partition, self._read[partition])):
            if judgement.partition != partition:
                return
            if judgement.row.typ == REGELVERK:
                self._known[partition].append(await self._activation(judgement))
            self._read[partition] = judgement.row.offset

    async def _activation(self, judgement: Judgement) -> Aktivering:
        """As the log has it: what is kept of its decision does not say which artefacts it named."""
        place, row = (judgement.partition, judgement.row.offset), judgement.row
        record = await self._reader.at(*place)
        envelope = read(record, self._schemas).envelope if record else None
        if envelope is None:
            raise Halt("the log has no activation where one was judged", code="annan-logg")
        named = tuple(sorted((one["namn"], one["digest"]) for one in envelope.koder["artefakter"]))
        by = (str(envelope.koder["foreslagen_av"]), str(envelope.koder["godkand_av"]))
        return Aktivering(*place, row.tid, row.handelse_id, regelverk_digest(dict(named)), *by, named, envelope.id)

    async def lags(self, partition: int, before_ms: int) -> bool:
        """Does an område judge by another regelverk than the first, where that has been in force since such a time?"""
        by_area = await self.aktiveringar()
        return partition in behind(by_area) and by_area[FIRST][-1].tid <= before_ms

    async def follow(self, partition: int) -> Appended | None:
        """Put in force in an område what is in force in the first, as the same two agreed; returns where that stands.

        None where nothing is to be done: it is in step, or this was tried already.
        """
        by_area = await self.aktiveringar()
        if partition not in behind(by_area):
            return None
        agreed = following(by_area, partition)
        if self._tried.get(partition) == agreed.id:
            return None
        artefacts = {name: await self._store.get(digest) for name, digest in by_area[FIRST][-1].artefakter}
        [place] = await self.activate(artefacts, partition, agreed)
        self._tried[partition] = agreed.id
        return place

    async def activate(self, artefacts: Mapping[str, bytes], partition: int, agreed: Approval) -> list[Appended]:
        """Append the activation of what two agreed on, as `change` does."""
        return await change(
            artefacts,
            [partition],
            agreed,
            store=self._store,
            log=self._log,
            schemas=self._schemas,
            salt=lambda: self._entropy(DECISION_SALT_BYTES),
        )


def behind(by_area: Aktiveringar) -> tuple[int, ...]:
    """The områden that judge by another regelverk than the first, as far as is known of them."""
    now = {number: found[-1].digest for number, found in by_area.items() if found}
    return tuple(number for number in sorted(now) if FIRST in now and now[number] != now[FIRST])


def following(by_area: Aktiveringar, partition: int) -> Approval:
    """The first område's activation for another, in place of what is in force there alone.

    Its id is the first's, so that it is one event in all of them; where it cannot be, one of its own, and another each
    time that something else came into force there: an id that was refused once is taken.
    """
    first, here = by_area[FIRST], by_area[partition]
    last = first[-1]
    in_step = len(here) + 1 == len(first) and all(one.handelse_id != last.handelse_id for one in here)
    id_ = last.id if in_step else str(uuid5(NAMESPACE, f"i-steg\n{last.id}\n{len(here)}"))
    return Approval(id_, last.foreslagen_av, last.godkand_av, bas=here[-1].digest)
