"""Memory over many events and persons: what is generated is read and judged, with the states in a file."""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from time import perf_counter

from benchmarks.by_hand import SCHEMAS
from benchmarks.dagar import Mix, dagar, list_keys
from benchmarks.race import CAP
from samverkanshub import bootstrap
from samverkanshub.adapters.artefacts import DirectoryArtefacts
from samverkanshub.codec import envelope as kuvert
from samverkanshub.codec.artefacts import artefacts_of
from samverkanshub.codec.envelope import Envelope
from samverkanshub.domain.tid import swedish_day
from samverkanshub.pipeline.activation import activation
from samverkanshub.pipeline.gate import batch_of
from samverkanshub.pipeline.judging import Judge
from samverkanshub.pipeline.minne import Minne
from samverkanshub.pipeline.reading import read
from samverkanshub.ports import LogRecord, StateRow
from samverkanshub.settings import Settings

START_MS = 1_772_000_000_000
APART_MS = 500


class Filed:
    """States in a database file, so that memory holds what the gate itself keeps."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("pragma journal_mode = off")
        self._db.execute("pragma synchronous = off")
        self._db.execute(
            "create table tillstand (kind text, id text, state blob, primary key (kind, id)) without rowid"
        )

    async def states(self, partition: int, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
        wanted = "select state from tillstand where kind = ? and id = ?"
        found = {key: self._db.execute(wanted, key).fetchone() for key in keys}
        return {key: row[0] for key, row in found.items() if row}

    def keep(self, rows: Sequence[StateRow]) -> None:
        self._db.execute("begin")
        self._db.executemany(
            "insert or replace into tillstand values (?, ?, ?)", ((r.kind, r.id, r.state) for r in rows)
        )
        self._db.execute("commit")

    def persons(self) -> int:
        """How many persons have a state."""
        return int(self._db.execute("select count(*) from tillstand where kind = 'person'").fetchone()[0])

    def close(self) -> None:
        self._db.close()


async def memory_part(data: Path, mix: Mix, count: int, seed: int, every: int) -> list[dict[str, float]]:
    """Judge `count` events, telling resident memory each `every`; needs no servers."""
    settings = Settings.from_env({"SAMVERKAN_DATA": str(data)})
    list_keys(settings.nycklar, bootstrap.local_regelverk(settings).katalog)
    regelverk = bootstrap.local_regelverk(settings)
    artefacts, filed = DirectoryArtefacts(data / "artefakter"), Filed(data / "tillstand.db")
    named = artefacts_of(regelverk)
    for content in named.values():
        await artefacts.put(content)
    minne = Minne(filed, 0)
    judge = Judge(minne, artefacts, SCHEMAS)
    told, began = [], perf_counter()
    days = dagar(mix, regelverk.katalog, seed, swedish_day(START_MS))
    for batch in _batches(_records(activation(named, bytes(32)), days), count):
        await _judged(batch, judge, minne, filed)
        if (done := batch[-1].offset + 1) % every < CAP:
            told.append({"events": done, "persons": filed.persons(), "rss_mb": rss_mb()})
            rate = done / (perf_counter() - began)
            print(
                f"{done:,} events, {filed.persons():,} persons: {rss_mb():.0f} MB resident, {rate:,.0f}/s", flush=True
            )
    filed.close()
    return told


def _records(first: Envelope, rest: Iterator[Envelope]) -> Iterator[LogRecord]:
    return (_record(offset, one) for offset, one in enumerate(chain([first], rest)))


def _record(offset: int, one: Envelope) -> LogRecord:
    headers = tuple(kuvert.headers(one))
    return LogRecord(0, offset, START_MS + APART_MS * offset, kuvert.key(one), headers, kuvert.encode(one, SCHEMAS))


def _batches(records: Iterator[LogRecord], count: int) -> Iterator[list[LogRecord]]:
    left = islice(records, count)
    while batch := list(islice(left, CAP)):
        yield batch


async def _judged(records: list[LogRecord], judge: Judge, minne: Minne, filed: Filed) -> None:
    reads = [read(record, SCHEMAS) for record in records]
    batch = batch_of(reads, await judge.judge(reads, set()), minne, 1)
    filed.keep(batch.states)
    minne.committed()


def rss_mb() -> float:
    """What this process has in memory now, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
