"""The gate: one partition's records in order, each folded and decided, a batch written in one transaction.

DESIGN.md, "The gate's batch, exactly". At-least-once in, effect once out: the position in Postgres is the only truth.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from samverkanshub.codec.schemas import Schemas
from samverkanshub.domain.errors import Halt
from samverkanshub.pipeline.judging import Judge, Written
from samverkanshub.pipeline.minne import Minne
from samverkanshub.pipeline.reading import Read, digest_of, read
from samverkanshub.ports import (
    ArtefactStore,
    Batch,
    Failpoint,
    GateStore,
    LogReader,
    LogRecord,
    NoticeRow,
    NoticeSender,
)

STEP: Final = 100
"""Records written in one transaction, where more are at hand."""


@dataclass(slots=True)
class _Placed:
    """A partition this process owns: where it stands, and what it remembers within its epoch.

    `stale`: a batch did not come to its end, so that neither memory nor position can be relied on.
    """

    epoch: int
    position: int
    notified: int
    minne: Minne
    judge: Judge
    stale: bool = False


class Gate:
    """Decides batches of records. One instance a process; any exception out of it means: stop the process."""

    def __init__(
        self,
        store: GateStore,
        log: LogReader,
        artefacts: ArtefactStore,
        notices: NoticeSender,
        schemas: Schemas,
        failpoint: Failpoint,
    ) -> None:
        self._store = store
        self._log = log
        self._artefacts = artefacts
        self._sender = notices
        self._schemas = schemas
        self._fail = failpoint
        self._placed: dict[int, _Placed] = {}

    # ------------------------------------------------------------------------------------------ assignment

    async def assign(self, partition: int) -> int:
        """Take the partition over: raise the epoch, check the log against the position, send what was not sent.

        Returns the offset to start from. Raises `Halt` where the log is shorter than the position or another log.
        """
        placement = await self._store.assign(partition)
        await self._check_log(partition, placement.position, placement.last_digest)
        minne = Minne(self._store, partition)
        judge = Judge(minne, self._artefacts, self._schemas)
        await judge.take_up()
        placed = _Placed(placement.epoch, placement.position, placement.notified, minne, judge)
        self._placed[partition] = placed
        await self._notify_backlog(partition, placed)
        return placed.position

    def revoke(self, partition: int) -> None:
        """Forget the partition: its cached states belong to an epoch that is over."""
        self._placed.pop(partition, None)

    async def _check_log(self, partition: int, position: int, digest: bytes) -> None:
        if await self._log.end(partition) < position:
            raise Halt("the log is shorter than the position", code="logg-kortare-an-position", partition=partition)
        if position == 0:
            return
        last = await self._log.at(partition, position - 1)
        if last is None or digest_of(last) != digest:
            raise Halt("the log is not the one that was judged", code="annan-logg", partition=partition)

    async def _notify_backlog(self, partition: int, placed: _Placed) -> None:
        if placed.notified < placed.position:
            await self._send(partition, await self._store.notices(partition, placed.notified, placed.position))
            await self._note_notified(partition, placed)

    async def _send(self, partition: int, pending: Sequence[NoticeRow]) -> None:
        await self._fail("gate.fore-notis")
        await self._sender.send([replace(notice, partition=partition) for notice in pending])
        await self._fail("gate.efter-notis")

    async def _note_notified(self, partition: int, placed: _Placed) -> None:
        await self._store.notified(partition, placed.epoch, placed.position)
        placed.notified = placed.position

    # ------------------------------------------------------------------------------------------ a batch

    async def batch(self, partition: int, records: Sequence[LogRecord]) -> None:
        """Judge the records, write each part in one transaction, send its notices. Safe to call again on failure."""
        if self._placed[partition].stale:
            await self.assign(partition)
        placed = self._placed[partition]
        await self._notify_backlog(partition, placed)
        fresh = [record for record in records if record.offset >= placed.position]
        if not fresh:
            return
        _require_dense(fresh, placed.position)
        placed.stale = True
        await self._step_by_step(partition, placed, fresh)
        placed.stale = False
        placed.minne.committed()
        await self._note_notified(partition, placed)

    async def _step_by_step(self, partition: int, placed: _Placed, fresh: Sequence[LogRecord]) -> None:
        """A part of the records is judged while the part before it is written: the database is another processor.

        The parts are written one after the other, each only when the one before it is; what is left undone when one
        fails is judged again.
        """
        reads = [read(record, self._schemas) for record in fresh]
        ids = [(one.event.aktor, one.event.handelse_id) for one in reads if one.event is not None]
        seen = await self._store.seen(partition, ids)
        async with _OneAtATime() as writing:
            for start in range(0, len(reads), STEP):
                part = reads[start : start + STEP]
                written = await placed.judge.judge(part, seen)
                batch = batch_of(part, written, placed.minne, placed.epoch)
                placed.minne.taken()
                await writing.next(self._commit(placed, batch))

    async def _commit(self, placed: _Placed, batch: Batch) -> None:
        await self._fail("gate.fore-commit")
        await self._store.commit(batch)
        await self._fail("gate.efter-commit")
        placed.position = batch.next_position
        await self._send(batch.partition, batch.notices)


class _OneAtATime:
    """Runs what it is given beside its caller, each when the one before it has ended; a failure ends them all."""

    def __init__(self) -> None:
        self._running: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "_OneAtATime":
        return self

    async def next(self, action: Coroutine[Any, Any, None]) -> None:
        """Begin it, once the one before it has ended; raises what that raised."""
        try:
            await self._ended()
        except BaseException:
            action.close()
            raise
        self._running = asyncio.create_task(action)

    async def _ended(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            await running

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        """Wait for the last. What is under way when its caller fails is written to its end, and what it raises is lost:
        the caller's own failure is told."""
        if error is None:
            await self._ended()
        elif self._running is not None:
            if not isinstance(error, Exception):
                self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)


def batch_of(part: Sequence[Read], written: Written, minne: Minne, epoch: int) -> Batch:
    """What one transaction writes of records that follow each other, judged into `written`."""
    first, last, duties = part[0].record, part[-1].record, minne.duties()
    return Batch(
        partition=first.partition,
        epoch=epoch,
        position=first.offset,
        next_position=last.offset + 1,
        last_digest=part[-1].digest,
        states=minne.dirty(),
        seen=written.seen,
        decisions=written.decisions,
        inbox=written.inbox,
        withdrawn=written.withdrawn,
        quarantine=written.quarantine,
        notices=written.notices,
        delivery_events=written.delivery_events,
        duties_of=duties.gone,
        due=duties.due,
        duties=duties.listed,
        traces=written.traces,
    )


def _require_dense(records: Sequence[LogRecord], position: int) -> None:
    for expected, record in enumerate(records, start=position):
        if record.offset != expected:
            raise Halt("the log has a gap", code="lucka-i-loggen", offset=expected)
