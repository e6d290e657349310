"""The projection made anew from the log while the hub keeps running, held against the one in use, and swapped."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Final, Protocol

from samverkanshub.codec.checkpoint import leaf
from samverkanshub.codec.schemas import Schemas
from samverkanshub.domain import merkle
from samverkanshub.domain.errors import Halt
from samverkanshub.domain.tlog import Head
from samverkanshub.pipeline.gate import Gate
from samverkanshub.ports import ArtefactStore, GateStore, Judged, LogReader, LogRecord, NoticeRow

BATCH: Final = 200
"""Records of a transaction."""
TRIES: Final = 20
"""How many times a swap is tried while the gate goes on."""
LEAVES: Final = 5000


class Difference(Protocol):
    """A table whose rows differ."""

    @property
    def tabell(self) -> str: ...
    @property
    def borta(self) -> int: ...
    @property
    def nya(self) -> int: ...


class Moment(Protocol):
    """The projection in use as it stood at one moment."""

    @property
    def positions(self) -> Mapping[int, int]: ...

    async def unlike(self) -> Sequence[Difference]:
        """The tables whose rows differ from the new one's, which must stand at the same positions."""


class Shadow(Protocol):
    """An empty projection beside the one in use."""

    @property
    def store(self) -> GateStore: ...
    @property
    def projection(self) -> Judged: ...

    async def live(self) -> Mapping[int, int]:
        """How far the projection in use has come, by partition."""

    def moment(self) -> AbstractAsyncContextManager[Moment]:
        """The projection in use, held at a moment."""

    async def swap(self, *, despite: bool) -> bool:
        """Put the new one in its place; False where that has gone on.

        Raises `Halt` (`annan-position`) where it stands elsewhere without having gone on, unless it is `despite` that.
        """


@dataclass(frozen=True, slots=True)
class Compared:
    """What was compared: how many records were judged, which tables differ, which partitions' roots do."""

    records: int
    tables: tuple[Difference, ...]
    roots: tuple[int, ...]

    @property
    def same(self) -> bool:
        """Identical rows, and the signed roots."""
        return not self.tables and not self.roots


class _Silent:
    """Nobody is told again of what they were told of."""

    async def send(self, notices: Sequence[NoticeRow]) -> None:
        """Send nothing."""


async def _no_failpoint(name: str) -> None:
    """What is made anew is thrown away where it fails."""


class Rebuild:
    """Fills a shadow from the log as a gate does, and sends nothing. `told` is called with how many were judged."""

    def __init__(
        self,
        shadow: Shadow,
        reader: LogReader,
        artefacts: ArtefactStore,
        schemas: Schemas,
        told: Callable[[int], object],
    ) -> None:
        self._shadow = shadow
        self._reader = reader
        self._told = told
        self._gate = Gate(shadow.store, reader, artefacts, _Silent(), schemas, _no_failpoint)
        self._at: dict[int, int] = {}
        self._records = 0

    async def compare(self, signed: Mapping[int, Head]) -> Compared:
        """Judge the log as far as the projection in use has, and hold every row against it, and the roots signed.

        Raises `Unavailable`, and `Halt` where a gate would refuse a partition.
        """
        await self._catch_up(await self._shadow.live())
        async with self._shadow.moment() as moment:
            await self._catch_up(moment.positions)
            tables = tuple(await moment.unlike())
        roots = tuple([n for n, head in sorted(signed.items()) if not await self._has(n, head)])
        return Compared(self._records, tables, roots)

    async def swap(self, *, despite: bool = False) -> None:
        """Judge what has come since, and put the new one in place, `despite` differences or not.

        Raises `Halt` (`for-upptagen`, `annan-position`) where it cannot.
        """
        for _ in range(TRIES):
            await self._catch_up(await self._shadow.live())
            if await self._shadow.swap(despite=despite):
                return
        raise Halt("the gate goes on faster than it can be caught up with: try again later", code="for-upptagen")

    async def _catch_up(self, positions: Mapping[int, int]) -> None:
        for partition, end in sorted(positions.items()):
            if partition not in self._at:
                self._at[partition] = await self._gate.assign(partition)
            await self._judge(partition, end)

    async def _judge(self, partition: int, end: int) -> None:
        waiting: list[LogRecord] = []
        async for record in self._reader.records(partition, self._at[partition], end):
            waiting.append(record)
            if len(waiting) == BATCH or record.offset + 1 == end:
                await self._gate.batch(partition, waiting)
                self._at[partition], self._records = record.offset + 1, self._records + len(waiting)
                self._told(len(waiting))
                waiting = []
        if self._at[partition] < end:
            raise Halt("the log is shorter than the position", code="logg-kortare-an-position", partition=partition)

    async def _has(self, partition: int, head: Head) -> bool:
        """Is what is signed what the new projection gives?"""
        hashes: list[bytes] = []
        for start in range(0, head.size, LEAVES):
            rows = await self._shadow.projection.leaves(partition, start, min(start + LEAVES, head.size))
            hashes += [merkle.leaf_hash(leaf(row.record_digest, row.digest)) for row in rows]
        return len(hashes) == head.size and merkle.root(hashes) == head.root
