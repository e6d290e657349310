"""Holds the log against what intake claimed, after the gate and beside it: whom a record is about no signature covers.

Each step keeps what it found together with how far it has come, so that it may be killed anywhere, and two at once are
as good as one. A claim is durable before its record is appended, and stays for ever: what a record that is read has no
claim of, nobody took in. What an erasure takes out of a claim is not compared (G1), whenever it does so.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Final

from samverkanshub.codec.envelope import Envelope
from samverkanshub.codec.schemas import Schemas
from samverkanshub.pipeline.ansprak import departs, is_held
from samverkanshub.pipeline.reading import read
from samverkanshub.pipeline.turns import TURN, Rounds, Turns
from samverkanshub.ports import (
    Anspraken,
    Failpoint,
    Fynd,
    Jamforelser,
    Jamfort,
    LogReader,
    LogRecord,
    Projection,
)

STEP: Final = 200
"""Records that are compared at a time."""
EVERY_S: Final = 5.0


class Jamforare:
    """Compares what has been judged since, when it is told to."""

    def __init__(
        self,
        projection: Projection,
        reader: LogReader,
        ansprak: Anspraken,
        kept: Jamforelser,
        schemas: Schemas,
        failpoint: Failpoint,
        omraden: int,
    ) -> None:
        self._projection = projection
        self._reader = reader
        self._ansprak = ansprak
        self._kept = kept
        self._schemas = schemas
        self._fail = failpoint
        self._rounds = Rounds(omraden)

    async def compare(self) -> None:
        """Compare every partition as far as its gate has judged, or for as long as it may: a step of each in turn.

        Raises `Unavailable`, and `Halt` where records that were judged are gone; what was compared by then stays.
        """
        await self._rounds.go(self._step)

    async def _step(self, partition: int) -> bool:
        """One step more; False where there is none, or where somebody else took it."""
        start = end = await self._kept.place(partition)
        until = min(start + STEP, await self._projection.position(partition))
        if start >= until:
            return False
        found, turns = list[Fynd](), Turns()
        async for some in _some(self._reader.records(partition, start, until)):
            found += await self._departing(some)
            end = some[-1].offset + 1
            for _ in some:
                await turns.done()
        return end > start and await self._keep(Jamfort(partition, start, end, found))

    async def _departing(self, records: Sequence[LogRecord]) -> list[Fynd]:
        """The claims are asked for when the records have been read: each had its claim before that."""
        read_ = [(record, envelope) for record in records if (envelope := self._envelope(record)) is not None]
        claims = await self._ansprak.of({envelope.handelse_id for _, envelope in read_})
        found = list[Fynd]()
        for record, envelope in read_:
            claim = claims.get(envelope.handelse_id)
            what = departs(claim, record, envelope, self._schemas) if is_held(envelope, claim) else ""
            found += [Fynd(record.offset, what)] if what else []
        return found

    def _envelope(self, record: LogRecord) -> Envelope | None:
        return read(record, self._schemas).envelope

    async def _keep(self, jamfort: Jamfort) -> bool:
        await self._fail("watch.fore-jamfort")
        kept = await self._kept.keep(jamfort)
        await self._fail("watch.efter-jamfort")
        return kept


async def _some(records: AsyncIterator[LogRecord]) -> AsyncIterator[list[LogRecord]]:
    """A few at a time: records may be large, and so are their claims."""
    some = list[LogRecord]()
    async for record in records:
        some.append(record)
        if len(some) == TURN:
            yield some
            some = []
    if some:
        yield some
