"""What a running hub takes, looked at from outside: memory, lag, connections and file descriptors."""

import asyncio
import math
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import asyncpg

from benchmarks import cpu
from benchmarks.handles import Handles, connected, handles_of, tables, together
from benchmarks.level import Series
from samverkanshub.adapters.kafka.reader import KafkaLogEnd
from samverkanshub.adapters.postgres.connect import open_pool
from samverkanshub.adapters.postgres.projection import PostgresProjection
from samverkanshub.settings import Settings

OURS: Final = ("api", "gate", "notary", "watch", "broker", "database")
MEMORY_SLACK_MB: Final = 10.0
FILES_SLACK: Final = 8.0
CONNECTIONS_SLACK: Final = 4.0
API: Final = "api"
BROKER: Final = "broker"
DATABASE: Final = "database"
DATABASE_FILES_SLACK: Final = 20.0
"""A backend that writes keeps the segment of the WAL open that it wrote to last, which may be another than others'."""
_CLIENTS: Final = "select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> $1"


@dataclass(frozen=True, slots=True)
class Sample:
    """At one moment: MB and what is open by process, records not judged and not signed, connections to PostgreSQL."""

    mb: Mapping[str, float]
    opened: Mapping[str, Handles]
    lag: int
    unsigned: int
    connections: int
    clients: int = 0
    """Connections to the api; its open files are those that it has beside them."""


class Sampler:
    """Looks at the processes below this one and asks the servers past the hub."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._end = KafkaLogEnd(settings.kafka)

    async def __aenter__(self) -> Self:
        self._pool: asyncpg.Pool = await open_pool(self._settings.projektion)
        self._projection = PostgresProjection(self._pool, self._settings.projektion)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._pool.close()
        await self._end.close()

    async def sample(self) -> Sample:
        """A look. Raises `Unavailable`."""
        mb, opened, asking = await asyncio.to_thread(_taken, self._settings.api_port)
        judged = sum([info.position for info in await self._projection.positions()])
        signed = sum([state.size for state in await self._projection.notary_states()])
        ends = [await self._end.end(partition) for partition in range(self._settings.omraden)]
        async with self._pool.acquire() as connection:
            clients = await connection.fetchval(_CLIENTS, connection.get_server_pid())
        return Sample(mb, opened, max(0, sum(ends) - judged), max(0, judged - signed), clients, asking)


def _taken(port: int) -> tuple[dict[str, float], dict[str, Handles], int]:
    """Memory, with what processes share parted between them; what they keep open; connections to the api at `port`."""
    mb: dict[str, float] = defaultdict(float)
    handles: dict[str, list[list[str]]] = defaultdict(list)
    clients = connected(tables(), port)
    for pid, name in cpu.processes().items():
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            opened = handles_of(pid)
        except OSError:
            continue
        if found := re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE):
            mb[name] += int(found[1]) / 1024
            handles[name].append([one for one in opened if name != API or one not in clients])
    return dict(mb), {name: together(each) for name, each in handles.items()}, len(clients)


async def collect_broker() -> None:
    """Have the broker let go of what it no longer uses: a heap fills up to its bound before Java does so by itself.

    What is left afterwards is what the broker keeps. Raises `OSError` where Java's `jcmd` is not there.
    """
    for pid in [pid for pid, name in cpu.processes().items() if name == BROKER]:
        ended = await asyncio.create_subprocess_exec(
            "jcmd", "-J-XX:-UsePerfData", str(pid), "GC.run", stdout=asyncio.subprocess.DEVNULL
        )
        await ended.wait()


def series(samples: list[Sample], rate: float) -> list[Series]:
    """Every figure by itself. Of lag a second's events are nothing at all."""
    memory = [Series(f"{name}, MB", [one.mb.get(name, 0.0) for one in samples], MEMORY_SLACK_MB) for name in OURS]
    return [
        *memory,
        Series("not judged, records", [one.lag for one in samples], rate),
        Series("not signed, records", [one.unsigned for one in samples], rate),
        Series("connections to PostgreSQL", [one.connections for one in samples], CONNECTIONS_SLACK),
        Series("connections to the api", [one.clients for one in samples], math.inf),
        *(
            Series(f"{name}, open files", [one.handles for one in _opened(samples, name)], FILES_SLACK)
            for name in OURS
            if name != DATABASE
        ),
        *_database(_opened(samples, DATABASE)),
    ]


def _opened(samples: list[Sample], name: str) -> list[Handles]:
    return [one.opened.get(name, together([])) for one in samples]


def _database(opened: list[Handles]) -> list[Series]:
    """What bounds the open files of the database; their number by itself is told and not judged, see `handles`."""
    return [
        Series("database, processes", [one.processes for one in opened], CONNECTIONS_SLACK),
        Series("database, different files", [one.different for one in opened], DATABASE_FILES_SLACK),
        Series("database, most beside them in a process", [one.beside for one in opened], FILES_SLACK),
        Series("database, open files", [one.handles for one in opened], math.inf),
    ]


def whole_mb(sample: Sample) -> float:
    """The hub's memory with its servers'."""
    return sum(sample.mb.get(name, 0.0) for name in OURS)
