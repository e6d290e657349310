"""A backup put into an empty place: the log with its offsets and times, the vault with its keys, and both go on."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest

from samverkanshub import bootstrap
from samverkanshub.adapters.arkiv.form import LOG
from samverkanshub.adapters.clock import ManualClock
from samverkanshub.adapters.kafka.log import KafkaLog
from samverkanshub.adapters.kafka.reader import KafkaLogReader
from samverkanshub.adapters.kopia import VAULT, Kopia, Manifest
from samverkanshub.adapters.memory import MemoryLog
from samverkanshub.adapters.postgres.connect import open_pool
from samverkanshub.adapters.postgres.migrations import migrate
from samverkanshub.adapters.postgres.vault import PostgresVault
from samverkanshub.adapters.servers.dump import dump
from samverkanshub.adapters.servers.places import temporary_data
from samverkanshub.adapters.servers.postgres import EmbeddedPostgres
from samverkanshub.entrypoints.kopia import backup
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


async def test_a_backup_has_the_log_and_then_the_vault_and_none_of_the_keys_that_open_or_sign(
    settings: Settings,
    postgres_server: EmbeddedPostgres,
    make_database: Callable[[str], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The vault is dumped once the log is written: a record has its keys there before it is in the log."""
    dsn, log = make_database("kopierat_valv"), MemoryLog(ManualClock())
    await migrate(dsn, "valv")
    await person(settings, dsn)
    for record in RECORDS:
        await log.append(0, record.key, record.headers, record.value)
    running, path, then = replace(settings, kafka="127.0.0.1:1", valv=dsn), tmp_path / "kopia", list[set[str]]()

    async def dumped(*given: Any) -> None:
        then.append({file.name for file in path.rglob("*") if file.is_file()})
        await dump(*given)

    monkeypatch.setattr(backup, "KafkaLogReader", lambda _: log)
    monkeypatch.setattr(backup, "dump", dumped)
    manifest = await backup.back_up(running, path, postgres_server.directory)
    assert manifest.poster == {0: len(RECORDS)}
    [records] = Kopia(path).log(0, len(RECORDS))
    assert [record.value for record in records] == [record.value for record in RECORDS]
    kept = {file.relative_to(path).as_posix(): file.read_bytes() for file in path.rglob("*") if file.is_file()}
    [segment] = [name for name in kept if name.startswith(LOG)]
    assert set(kept) == {"kopia.json", VAULT, segment, "trad/0"}
    assert then == [{Path(segment).name, "0"}]
    for secret in (settings.kek_fil.read_bytes(), settings.notarie_nyckel.read_bytes()):
        assert not [name for name, content in kept.items() if secret in content or secret.hex().encode() in content]


async def _appended(kafka: str) -> None:
    """Each by a producer of its own, as restarted processes have: a new cluster counts producers from 0 again."""
    for record in RECORDS:
        log = KafkaLog(kafka)
        try:
            await log.append(0, record.key, record.headers, record.value)
        finally:
            await log.stop()
