"""`samverkanshub replay` and `journal` as an auditor runs them, against the servers of a hub."""

import asyncio
import json
import os
import stat
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import rmtree

import pytest
from gate_support import SENDER, Hub, avvikelse, hub_in, until

from samverkanshub.adapters.kafka.log import KafkaLog
from samverkanshub.adapters.kafka.reader import KafkaLogReader
from samverkanshub.adapters.servers.places import temporary_data
from samverkanshub.adapters.tree_files import TreeFiles
from samverkanshub.codec import checkpoint
from samverkanshub.codec import envelope as kuvert
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.domain.ids import event_id
from samverkanshub.entrypoints.cli.arkiv import KEEP as ARCHIVE_KEEP
from samverkanshub.entrypoints.cli.replay import KEEP

NO_SERVERS = {"SAMVERKAN_KAFKA": "127.0.0.1:1", "SAMVERKAN_PROJEKTION": "postgresql://nobody@127.0.0.1:1/nothing"}

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
async def hub() -> AsyncIterator[Hub]:
    """Every record judged."""
    data: Path = temporary_data("samverkanshub-test-")
    try:
        async with hub_in(data) as running:
            async with running.gate():
                await running.judged()
            yield running
    finally:
        rmtree(data)


@dataclass(frozen=True)
class Ended:
    """How a command ended and what it said."""

    status: int | None
    out: str
    err: str


async def run(hub: Hub, *words: str, **env: str) -> Ended:
    command = (sys.executable, "-m", "samverkanshub.entrypoints.cli.main", *words)
    given = {**os.environ, **hub.settings.to_env(), **env}  # noqa: TID251
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec(*command, env=given, stdout=pipe, stderr=pipe)
    out, err = await child.communicate()
    return Ended(child.returncode, out.decode(), err.decode())


async def tables(hub: Hub) -> list[object]:
    """What a replay must leave as it was."""
    found = [await hub.sql(f"select * from {name} order by 1, 2") for name in ("beslut", "position", "tillstand")]
    return [*found, await hub.sql("select * from ansprak order by 1", valv=True)]


async def test_a_log_that_gives_what_was_recorded_is_the_same_and_nothing_is_written(hub: Hub) -> None:
    before = await tables(hub)
    assert await run(hub, "replay") == Ended(0, "partition 0: 4 decisions compared, all the same\n", "")
    assert await tables(hub) == before


async def test_a_decision_changed_afterwards_is_found(hub: Hub) -> None:
    await hub.sql("update beslut set outcome = outcome || ' '::bytea where \"offset\" in (2, 3)")
    try:
        found = await run(hub, "replay", "--partition", "0")
        assert found == Ended(2, "partition 0: 2 of 4 differ, the first at position 2 (outcome)\n", "")
        told = json.loads((await run(hub, "replay", "--json")).out)
        assert told[0]["first"] == {"position": 2, "what": ["outcome"]}
    finally:
        await hub.sql("update beslut set outcome = rtrim(outcome, ' '::bytea) where \"offset\" in (2, 3)")
    assert (await run(hub, "replay")).status == 0


async def test_what_cannot_be_checked_is_not_called_the_same(hub: Hub, tmp_path: Path) -> None:
    """A missing artefact, a missing server, and a partition that the log has not."""
    empty = await run(hub, "replay", SAMVERKAN_DATA=str(tmp_path))
    assert empty.status == 1
    assert "at position 0: the artefact" in empty.err
    assert (await run(hub, "replay", SAMVERKAN_KAFKA="127.0.0.1:1")).status == 1
    gone = await run(hub, "replay", "--partition", "7")
    assert (gone.status, gone.out) == (1, "")


async def test_the_log_as_a_journal_is_decided_as_it_was(hub: Hub, tmp_path: Path) -> None:
    journal = tmp_path / "dalarna.jsonl"
    written = await run(hub, "journal", str(journal))
    assert written == Ended(0, "4 records of partition 0 written\n", f"{KEEP}\n")
    assert stat.S_IMODE(journal.stat().st_mode) == 0o600
    async with hub.client(SENDER) as client:
        assert f'"{client.identity.anvandare}"' not in journal.read_text(), "no employee is named"
    decided = await run(hub, "decide", str(journal), "--bytes")
    recorded = await hub.sql('select record from beslut order by "offset"')
    assert [json.loads(line)["beslut"] for line in decided.out.splitlines()] == [
        row["record"].hex() for row in recorded
    ]


async def test_an_archive_is_judged_again_without_any_server(hub: Hub, tmp_path: Path) -> None:
    async def signed() -> bool:
        return checkpoint.size_of(TreeFiles(hub.settings.trad / "0").checkpoint()) == 4

    await until(signed)
    folder, place = tmp_path / "arkiv", tmp_path / "plats.json"
    written = await run(hub, "archive", str(folder))
    assert written == Ended(0, "område 0: 4 records from 0 until 4\n", f"{ARCHIVE_KEEP}\n")
    assert (await run(hub, "archive", str(folder))).status == 1, "nothing is overwritten"
    same = Ended(0, "partition 0: 4 decisions compared, all the same\n", "")
    assert await run(hub, "replay", str(folder), "--fortsatt", str(place), **NO_SERVERS) == same
    assert await run(hub, "replay", "--fortsatt", str(place)) == same, "the same log, wherever it is read"
    part = await run(hub, "replay", str(folder), "--from", "1", "--until", "3", **NO_SERVERS)
    assert part.out == "partition 0: 2 decisions compared, all the same\n"
    keys = ("--nyckel", str(folder / "nycklar.txt"), "--sedda", str(tmp_path / "sedda"))
    verified = await run(hub, "verify", str(folder), *keys, **NO_SERVERS)
    assert (verified.status, "held against the log: 4 records" in verified.out) == (0, True)
    (folder / "nycklar.txt").write_text("")
    changed = await run(hub, "replay", str(folder), **NO_SERVERS)
    assert (changed.status, "`nycklar.txt` is changed" in changed.err) == (1, True)


async def test_by_the_regelverk_in_force_nothing_would_have_been_decided_otherwise(hub: Hub) -> None:
    before = await tables(hub)
    found = await run(hub, "replay", "--what-if", "--regelverk", str(hub.settings.regelverk), "--fran", "2")
    assert found == Ended(0, "4 records judged both ways: nothing differs\n", "")
    assert await tables(hub) == before


async def test_what_the_gate_has_not_come_to_is_said(hub: Hub) -> None:
    await hub.send("avvikelse", avvikelse())
    told = "partition 0: 4 decisions compared, all the same; the log has 1 more, not judged yet\n"
    assert await run(hub, "replay") == Ended(0, told, "")


async def test_what_somebody_else_wrote_to_the_log_is_named_though_the_gate_gave_it_no_effect(
    hub: Hub, tmp_path: Path
) -> None:
    """A record of the sender's, with other codes, appended past the api: the last test, since it stays in the log."""
    real = await KafkaLogReader(hub.settings.kafka).at(0, 1)
    assert real is not None
    signed = kuvert.decode(real.value, default_schemas())
    id_ = "6c0f2a36-6d0f-4a3e-9c44-52d1b8a4e6f1"
    other = {"mottagare": [{"slag": "enhet", "id": "falun.vinr"}]}
    forged = replace(signed, id=id_, handelse_id=event_id(signed.aktor, id_), koder={**signed.koder, **other})
    log = KafkaLog(hub.settings.kafka)
    place = await log.append(0, None, kuvert.headers(forged), kuvert.encode(forged, default_schemas()))
    await log.stop()
    async with hub.gate():
        await hub.judged()
    status = await hub.sql('select status from beslut where "offset" = $1', place.offset)
    assert [row["status"] for row in status] == ["karantan"]
    assert not await hub.sql("select 1 from inkorg where handelse_id = $1", forged.handelse_id)

    async def noted() -> bool:
        return checkpoint.size_of(TreeFiles(hub.settings.trad / "0").checkpoint()) == place.offset + 1

    await until(noted)
    again = await run(hub, "replay")
    said = f"1 of {place.offset + 1} differ, the first at position {place.offset} (signature)"
    assert (again.status, said in again.out) == (2, True)
    verified = await run(hub, "verify", "--sedda", str(tmp_path / "sedda"))
    assert verified.status == 2
    assert f"tampered with: signature at position {place.offset}: " in verified.out
    claims = await run(hub, "ansprak")
    assert (claims.status, claims.out) == (2, f"0 {place.offset}  {forged.handelse_id}  inget-ansprak\n")
    assert claims.err.endswith(f"{place.offset} records compared, 1 are not as they were claimed\n")
