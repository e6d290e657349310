"""The gate: one partition's records in order, each folded and decided, a batch written in one transaction.

DESIGN.md, "The gate's batch, exactly". At-least-once in, effect once out: the position in Postgres is the only truth.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from samverkanshub.codec.schemas import Schemas
from samverkanshub.domain.errors import Halt
from samverkanshub.pipeline.judging import Judge, Written
from samverkanshub.pipeline.minne import Minne
from samverkanshub.pipeline.reading import digest_of, read
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
            pending = await self._store.notices(partition, placed.notified, placed.position)
            await self._notify(partition, placed, pending)

    async def _notify(self, partition: int, placed: _Placed, pending: Sequence[NoticeRow]) -> None:
        await self._fail("gate.fore-notis")
        await self._sender.send([replace(notice, partition=partition) for notice in pending])
        await self._fail("gate.efter-notis")
        await self._store.notified(partition, placed.epoch, placed.position)
        placed.notified = placed.position

    # ------------------------------------------------------------------------------------------ a batch

    async def batch(self, partition: int, records: Sequence[LogRecord]) -> None:
        """Judge the records, write everything in one transaction, send the notices. Safe to call again on failure."""
        if self._placed[partition].stale:
            await self.assign(partition)
        placed = self._placed[partition]
        await self._notify_backlog(partition, placed)
        fresh = [record for record in records if record.offset >= placed.position]
        if not fresh:
            return
        _require_dense(fresh, placed.position)
        placed.stale = True
        written = await self._judge(partition, placed, fresh)
        await self._commit(partition, placed, fresh[-1], written)
        placed.stale = False
        await self._notify(partition, placed, written.notices)

    async def _judge(self, partition: int, placed: _Placed, fresh: Sequence[LogRecord]) -> Written:
        batch = [read(record, self._schemas) for record in fresh]
        ids = [(one.event.aktor, one.event.handelse_id) for one in batch if one.event is not None]
        return await placed.judge.judge(batch, await self._store.seen(partition, ids))

    async def _commit(self, partition: int, placed: _Placed, last: LogRecord, written: Written) -> None:
        await self._fail("gate.fore-commit")
        await self._store.commit(
            Batch(
                partition=partition,
                epoch=placed.epoch,
                position=placed.position,
                next_position=last.offset + 1,
                last_digest=digest_of(last),
                states=placed.minne.dirty(),
                seen=written.seen,
                decisions=written.decisions,
                inbox=written.inbox,
                withdrawn=written.withdrawn,
                quarantine=written.quarantine,
                notices=written.notices,
                delivery_events=written.delivery_events,
                duties_of=placed.minne.duties_of(),
                due=placed.minne.due(),
                duties=placed.minne.duties(),
                traces=written.traces,
            )
        )
        await self._fail("gate.efter-commit")
        placed.position = last.offset + 1
        placed.minne.committed()


def _require_dense(records: Sequence[LogRecord], position: int) -> None:
    for expected, record in enumerate(records, start=position):
        if record.offset != expected:
            raise Halt("the log has a gap", code="lucka-i-loggen", offset=expected)
