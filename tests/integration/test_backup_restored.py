"""A backup put into an empty place: the log with its offsets and times, the vault with its keys, and both go on."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import rmtree

import pytest

from samverkanshub import bootstrap
from samverkanshub.adapters.kafka.log import KafkaLog
from samverkanshub.adapters.kafka.reader import KafkaLogReader
from samverkanshub.adapters.kopia import Kopia, Manifest
from samverkanshub.adapters.postgres.connect import open_pool
from samverkanshub.adapters.postgres.migrations import migrate
from samverkanshub.adapters.postgres.vault import PostgresVault
from samverkanshub.adapters.servers.dump import dump
from samverkanshub.adapters.servers.places import temporary_data
from samverkanshub.adapters.servers.postgres import EmbeddedPostgres
from samverkanshub.entrypoints.kopia import restore as module
from samverkanshub.ports import KnownPerson, LogRecord, Span
from samverkanshub.settings import Settings

pytestmark = pytest.mark.servers

NUMBER = "nr:197103119298"
"""Of the test numbers."""
LONG_AGO = 1_750_000_000_000
RECORDS = [
    LogRecord(0, n, LONG_AGO + n, b"k" if n % 2 else None, (("personer", b"%d" % n),), b"%d" % n) for n in range(12)
]
FREE = dict.fromkeys(("SAMVERKAN_API_PORT", "SAMVERKAN_KAFKA_PORT", "SAMVERKAN_POSTGRES_PORT"), "0")


@pytest.fixture
def settings() -> Iterator[Settings]:
    data = temporary_data("samverkanshub-test-")
    made = Settings.from_env({**FREE, "SAMVERKAN_DATA": str(data)})
    bootstrap.make_kek(made)
    bootstrap.make_notary_key(made)
    yield made
    rmtree(data)


async def person(settings: Settings, dsn: str) -> KnownPerson:
    async with await open_pool(dsn, by_key=True) as pool:
        [found] = await PostgresVault(pool, bootstrap.key_wrapping(settings)).persons([NUMBER], omrade=0)
    return found


async def backed_up(path: Path, dsn: str, server: EmbeddedPostgres) -> None:
    kept = Kopia(path)
    kept.begin()
    kept.keep(Span(0, 0, len(RECORDS)), RECORDS)
    await dump(dsn, kept.vault, server.directory)
    kept.finish(LONG_AGO, {0: len(RECORDS)})


async def test_log_and_vault_come_back_as_they_were_and_go_on(
    settings: Settings,
    postgres_server: EmbeddedPostgres,
    make_database: Callable[[str], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dsn = make_database("forlorat_valv")
    await migrate(dsn, "valv")
    whose = await person(settings, dsn)
    await backed_up(tmp_path / "kopia", dsn, postgres_server)
    compared, seen = module._compared, []

    async def while_it_runs(running: Settings, kept: Kopia, manifest: Manifest) -> None:
        """Before the servers are stopped again: a start of them is what takes time here."""
        await compared(running, kept, manifest)
        assert await person(settings, running.valv) == whose
        await _appended(running.kafka)
        reader = KafkaLogReader(running.kafka)
        seen.extend([record async for record in reader.records(0, 0, await reader.end(0))])

    monkeypatch.setattr(module, "_compared", while_it_runs)
    await module.restore(settings, os.environ, tmp_path / "kopia", lambda what: None)  # noqa: TID251
    assert seen[: len(RECORDS)] == RECORDS
    assert [record.value for record in seen[len(RECORDS) :]] == [record.value for record in RECORDS]
    assert all(record.tid > RECORDS[-1].tid for record in seen[len(RECORDS) :])


async def _appended(kafka: str) -> None:
    """Each by a producer of its own, as restarted processes have: a new cluster counts producers from 0 again."""
    for record in RECORDS:
        log = KafkaLog(kafka)
        try:
            await log.append(0, record.key, record.headers, record.value)
        finally:
            await log.stop()
