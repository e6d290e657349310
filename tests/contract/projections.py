"""Both implementations of the projection's two ports, and rows to fill them with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from samverkanshub.adapters.memory import (
    MemoryDatabase,
    MemoryGateStatus,
    MemoryGateStore,
    MemoryNotaryStatus,
    MemoryProjection,
    MemoryWatchStatus,
)
from samverkanshub.adapters.postgres.connect import open_pool
from samverkanshub.adapters.postgres.gate_status import PostgresGateStatus
from samverkanshub.adapters.postgres.gate_store import PostgresGateStore
from samverkanshub.adapters.postgres.migrations import migrate
from samverkanshub.adapters.postgres.notary_status import PostgresNotaryStatus
from samverkanshub.adapters.postgres.projection import PostgresProjection
from samverkanshub.adapters.postgres.watch_status import PostgresWatchStatus
from samverkanshub.ports import (
    Batch,
    DecisionRow,
    DeliveryEvent,
    DueRow,
    DutyRow,
    GateStatus,
    GateStore,
    InboxRow,
    NotaryStatus,
    NoticeRow,
    Projection,
    QuarantineRow,
    WatchStatus,
)

GROUP = "mora.vinr.utsatt"
OTHER_GROUP = "mora.vinr.utovare"


@dataclass
class Stores:
    """A gate's side, its worker's and an api's side of one projection."""

    gate: GateStore
    status: GateStatus
    watch: WatchStatus
    notary: NotaryStatus
    projection: Projection


@asynccontextmanager
async def in_memory() -> AsyncIterator[Stores]:
    database = MemoryDatabase()
    yield Stores(
        MemoryGateStore(database),
        MemoryGateStatus(database),
        MemoryWatchStatus(database),
        MemoryNotaryStatus(database),
        MemoryProjection(database),
    )


@asynccontextmanager
async def in_postgres(dsn: str) -> AsyncIterator[Stores]:
    await migrate(dsn, "projektion")
    async with await open_pool(dsn, by_key=True) as pool:
        projection = PostgresProjection(pool, dsn)
        try:
            yield Stores(
                PostgresGateStore(pool),
                PostgresGateStatus(pool),
                PostgresWatchStatus(pool),
                PostgresNotaryStatus(pool),
                projection,
            )
        finally:
            await projection.close()


def decision(offset: int, **values: Any) -> DecisionRow:
    given = {
        "handelse_id": f"h{offset}",
        "aktor": "mora",
        "lasargrupp": GROUP,
        "typ": "sip_kallelse",
        "arende_id": "",
        "status": "dom",
        "tid": 1_750_000_000_000 + offset,
        "record_digest": b"\0\1",
        "record": b"\xff" * 3,
        "digest": b"\2",
        "outcome": b"{}",
    }
    return DecisionRow(offset, **(given | values))


def row(offset: int, nr: int = 0, **values: Any) -> InboxRow:
    given = {
        "lasargrupp": GROUP,
        "aktor": "mora",
        "leverans_id": f"l{offset}.{nr}",
        "arende_id": "a",
        "handelse_id": f"h{offset}",
        "slag": "meddelande",
        "tid": 1_750_000_000_000 + offset,
        "person_ids": ("p1", "p2"),
        "body": b'{"typ":"sip_kallelse"}',
    }
    return InboxRow(offset, nr, **(given | values))


def quarantine(offset: int) -> QuarantineRow:
    return QuarantineRow(offset, "olasbar", ("p1",), 1_750_000_000_000, b"\7")


def notice(offset: int, nr: int = 0) -> NoticeRow:
    return NoticeRow(offset, nr, "mora", b'{"leverans":"l"}')


def happened(offset: int, leverans_id: str, slag: str = "oppnad", handelse_id: str = "h0") -> DeliveryEvent:
    return DeliveryEvent(offset, leverans_id, handelse_id, slag, 1_750_000_000_000 + offset)


def due(tid: int, arende_id: str = "a", plikt_id: str = "p", steg: str = "paminnelse") -> DueRow:
    return DueRow(arende_id, plikt_id, steg, tid, "p1")


def duty(tid: int, arende_id: str = "a", plikt_id: str = "p", mottagare: str = GROUP, **values: Any) -> DutyRow:
    return DutyRow(arende_id, plikt_id, mottagare, values.pop("slag", "o4.kvittens"), tid, **values)


class Gate:
    """A gate assigned a partition, that writes batch after batch."""

    def __init__(self, store: GateStore, partition: int = 0) -> None:
        self._store = store
        self._partition = partition
        self.epoch = 0
        self.position = 0

    async def assigned(self) -> "Gate":
        placement = await self._store.assign(self._partition)
        self.epoch, self.position = placement.epoch, placement.position
        return self

    def batch(self, records: int = 1, **values: Any) -> Batch:
        """The next batch, of so many records."""
        moved = self.position + records
        return Batch(self._partition, self.epoch, self.position, moved, b"d%d" % moved, **values)

    async def writes(self, records: int = 1, **values: Any) -> None:
        await self._store.commit(self.batch(records, **values))
        self.position += records
