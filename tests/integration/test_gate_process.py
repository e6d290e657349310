"""The gate as a process among real servers: what it does with a log it was not told the truth of, and when it dies."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from shutil import rmtree
from signal import SIGCONT, SIGKILL, SIGSTOP
from time import time
from uuid import UUID

import pytest
from gate_support import (
    ONCE,
    PATIENCE_S,
    REPORTER,
    SENDER,
    Hub,
    avvikelse,
    hub_in,
    refused,
    until,
)

from samverkanshub.adapters.kafka.log import KafkaLog
from samverkanshub.adapters.servers.places import temporary_data
from samverkanshub.client import Receipt
from samverkanshub.codec.envelope import EVENT_HEADER, PERSONS_HEADER
from samverkanshub.entrypoints.worker.keeper import Exit

pytestmark = pytest.mark.servers

ADULT, CHILD = "198611172381", "201406272383"
OUTAGE_S = 10.0


@pytest.fixture(scope="module")
async def hub() -> AsyncIterator[Hub]:
    data: Path = temporary_data("samverkanshub-test-")
    try:
        async with hub_in(data) as running:
            yield running
    finally:
        rmtree(data)


async def test_nothing_is_skipped_though_kafkas_committed_offset_is_ahead_of_postgres(hub: Hub) -> None:
    early = hub.taken[:3]
    async with hub.gate():
        await hub.judged()
    assert [await hub.decisions(event) for event in early] == [["dom"]] * 3
    assert (await hub.whole()).faults(hub.taken) == []


async def test_a_paused_gate_is_replaced_and_does_nothing_when_it_wakes(hub: Hub) -> None:
    """Its epoch is over: whatever it was about to write changes no row."""
    sent = []
    async with hub.gate() as paused:
        sent.append(await hub.send("avvikelse", avvikelse()))
        await hub.judged()
        epoch = (await hub.position())["epoch"]
        paused.send(SIGSTOP)
        try:
            sent.append(await hub.send("avvikelse", avvikelse()))
            async with hub.gate(instans="gate-2"):
                await hub.judged()
                assert (await hub.position())["epoch"] > epoch
                paused.send(SIGCONT)
                sent.append(await hub.send("avvikelse", avvikelse()))
                await hub.judged()
        finally:
            paused.send(SIGCONT)
    assert [await hub.decisions(receipt.handelse_id) for receipt in sent] == [["dom"]] * 3
    assert (await hub.whole()).faults(hub.taken) == []


# --------------------------------------------------------------------------------------------------- a log that lies


@pytest.mark.parametrize(
    ("lie", "code"),
    [
        ("position = position + 7", "logg-kortare-an-position"),
        ("last_digest = sha256(last_digest)", "annan-logg"),
    ],
)
async def test_a_gate_refuses_a_log_that_is_not_the_one_it_judged(hub: Hub, lie: str, code: str) -> None:
    async with hub.gate():
        await hub.judged()
    truth, logged = await hub.position(), hub.logged(code)
    await hub.sql(f"update position set {lie}")
    try:
        told = await hub.position()
        async with hub.gate() as gate:
            assert await asyncio.wait_for(gate.exited(), PATIENCE_S) == Exit.HALTED
        assert hub.logged(code) > logged
        # One look serves all who ask within a moment, so that what is told may be from just before.
        await until(lambda: hub.says("rod", f"gate-vagrar:0:{code}"))
        assert await hub.position() == {**told, "epoch": told["epoch"] + 1}
    finally:
        true = (truth["position"], truth["last_digest"])
        await hub.sql("update position set position = $1, last_digest = $2", *true)
    async with hub.gate():
        receipt = await hub.send("avvikelse", avvikelse())
        await hub.judged()
    assert await hub.decisions(receipt.handelse_id) == ["dom"]
    await until(lambda: hub.says("gron"))


# ------------------------------------------------------------------------------------------------- an unreadable record


def days_from_now(days: int) -> str:
    return datetime.fromtimestamp(time() + days * 86_400, UTC).isoformat(timespec="seconds")


def consent() -> dict[str, object]:
    return {
        "personer": [{"roll": "registrerad", "personnummer": ADULT}],
        "andamal": "sip",
        "mottagare": [{"slag": "enhet", "id": "region-dalarna.vuxenpsykiatri"}],
        "kategorier": ["identitet", "behov"],
        "form": "skriftligt",
        "enskilt": True,
        "narvarande": ["ingen"],
        "tolk": "ingen",
        "fran": days_from_now(-1),
        "till": days_from_now(30),
    }


def call() -> dict[str, object]:
    return {
        "personer": [{"roll": "utsatt", "personnummer": ADULT}],
        "mottagare": [{"slag": "enhet", "id": "region-dalarna.vuxenpsykiatri"}],
        "skyddade_personuppgifter": False,
        "delaktighet": {"satt": "deltar", "information": "muntligt"},
        "behov": [{"text": "hjälp att söka bostad"}],
    }


def report() -> dict[str, object]:
    return {
        "personer": [{"roll": "barn", "personnummer": CHILD}],
        "kommun": "leksand",
        "akut_fara": False,
        "misstanke": ["vald_mot_barn"],
        "anmalarslag": "anmalningsskyldig",
        "beskrivning": "pojken har blåmärken som inte förklaras",
    }


async def test_a_record_nobody_can_read_freezes_its_persons_and_a_report_about_them_still_passes(hub: Hub) -> None:
    async with hub.gate():
        await hub.send("samtycke_lamnat", consent())
        first = await hub.send("sip_kallelse", call())
        await hub.send("orosanmalan", report(), REPORTER)
        await hub.judged()
        assert await delivered_to(hub, first.handelse_id) == {"region-dalarna.vuxenpsykiatri.handlaggare"}

        poison = await append_poison(hub, await persons(hub))
        await hub.judged()
        assert [row["offset"] for row in (await hub.whole()).tables["karantan"]] == [poison]

        second = await hub.send("sip_kallelse", call())
        alarm = await hub.send("orosanmalan", report(), REPORTER)
        await hub.judged()
    assert await delivered_to(hub, second.handelse_id) == set()
    assert await withheld_for(hub, second.handelse_id, SENDER) == {"person-fryst"}
    assert "leksand.barn-unga.mottagning" in await delivered_to(hub, alarm.handelse_id)
    async with hub.client(REPORTER) as client:
        outcome = await client.outcome(alarm.handelse_id)
    assert "ring" in outcome.hints
    assert alarm.ring
    assert (await hub.whole()).faults(hub.taken, [poison]) == []


async def persons(hub: Hub) -> list[UUID]:
    """Everybody the hub knows of."""
    return [row["person_id"] for row in await hub.sql("select person_id from person", valv=True)]


async def append_poison(hub: Hub, persons: list[UUID]) -> int:
    """A record of bytes that are no event, with a header that names these persons; its offset."""
    ids = b"".join(sorted(person.bytes for person in persons))
    headers = [(PERSONS_HEADER, ids), (EVENT_HEADER, bytes(16))]
    log = KafkaLog(hub.settings.kafka)
    try:
        return (await log.append(0, persons[0].bytes, headers, b"\0\0\0\0\1\xff\xff")).offset
    finally:
        await log.stop()


async def delivered_to(hub: Hub, handelse_id: str) -> set[str]:
    """The reader groups that received something of an event."""
    return {row["lasargrupp"] for row in (await hub.whole()).tables["inkorg"] if row["handelse_id"] == handelse_id}


async def withheld_for(hub: Hub, handelse_id: str, av: str) -> set[str]:
    """The codes that withheld an event's items, as its sender reads them; nothing else of it went."""
    async with hub.client(av) as client:
        outcome = await client.outcome(handelse_id)
    assert not [item for one in outcome.mottagare for item in one.levererat]
    return {why.kod for one in outcome.mottagare for item in one.undanhallet for why in item.skal}


# ------------------------------------------------------------------------------------------------- Postgres is away


async def test_nothing_is_lost_or_doubled_when_postgres_is_away_for_ten_seconds(hub: Hub) -> None:
    postgres = hub.servers.postgres
    assert postgres
    before = len(hub.taken)
    ended = asyncio.Event()
    async with hub.kept_gate():
        publishing = [asyncio.ensure_future(publish_until(hub, ended)) for _ in range(3)]
        await until(lambda: len(hub.taken) >= before + 3)
        await postgres.stop()
        away = asyncio.get_running_loop().time()
        error = await refused(one_report(hub))
        assert error.ring
        # Not to wait for anything: this long an absence is what is tried.
        await asyncio.sleep(OUTAGE_S - (asyncio.get_running_loop().time() - away))
        during = len(hub.taken)
        await postgres.start()
        await until(lambda: len(hub.taken) >= during + 6)
        ended.set()
        await asyncio.gather(*publishing)
        await hub.judged()
    assert await faults(hub) == []
    await until(lambda: hub.says("gron"))


async def publish_until(hub: Hub, ended: asyncio.Event) -> None:
    while not ended.is_set():
        await hub.send("avvikelse", avvikelse())


async def one_report(hub: Hub) -> Receipt:
    async with hub.client(REPORTER, ONCE) as client:
        return await client.publish("orosanmalan", report())


async def test_a_gate_that_crashes_and_is_started_again_without_postgres_goes_on_when_it_is_back(hub: Hub) -> None:
    postgres = hub.servers.postgres
    assert postgres
    waiting = [await hub.send("avvikelse", avvikelse()) for _ in range(3)]
    await postgres.stop()
    try:
        async with hub.kept_gate() as gate:
            await until(partial(hub.has_logged, "gate.held", hub.logged("gate.held") + 2))
            os.kill(gate.pid, SIGKILL)
            await until(partial(hub.has_logged, "gate.held", hub.logged("gate.held") + 2))
            assert gate.starts == 2
            await postgres.start()
            await hub.judged()
            assert gate.starts == 2
    finally:
        if not postgres.child.running:
            await postgres.start()
    assert [await hub.decisions(receipt.handelse_id) for receipt in waiting] == [["dom"]] * 3
    assert await faults(hub) == []


# ------------------------------------------------------------------------------------------- killed at every step


async def test_an_event_whose_gate_dies_at_every_step_has_one_effect_and_its_notices(hub: Hub) -> None:
    async with hub.gate():
        await hub.judged()
    receipt = await hub.send("avvikelse", avvikelse())
    event, found = receipt.handelse_id, []
    for step in ("fore-commit", "efter-commit", "fore-notis", "efter-notis"):
        async with hub.gate(f"gate.{step}=kill") as gate:
            assert await asyncio.wait_for(gate.exited(), PATIENCE_S) == -SIGKILL
        found.append((step, await hub.decisions(event), await hub.notices_of(event)))
    assert found == [
        ("fore-commit", [], 0),
        ("efter-commit", ["dom"], 0),
        ("fore-notis", ["dom"], 0),
        ("efter-notis", ["dom"], 1),
    ]
    async with hub.gate():
        await hub.judged()
    assert await hub.decisions(event) == ["dom"]
    assert await hub.notices_of(event) == 2
    assert await faults(hub) == []


async def test_an_event_whose_api_dies_at_every_step_is_in_the_end_taken_once(hub: Hub) -> None:
    event = await hub.prepared()
    end = len((await hub.whole()).records)
    claims, appended = [], []
    async with hub.gate():
        for step in ("fore-ansprak", "efter-ansprak", "fore-append", "efter-append"):
            async with hub.api(f"api.{step}=kill") as (url, api):
                await refused(hub.send_prepared(event, url, ONCE))
                assert await asyncio.wait_for(api.exited(), PATIENCE_S) == -SIGKILL
            kept = await hub.whole()
            claims.append(sum(claim["id"] == event.id for claim in kept.claims))
            appended.append(len(kept.records) - end)
        receipt = await hub.send_prepared(event)
        await hub.judged()
    assert (claims, appended) == ([0, 1, 1, 1], [0, 0, 0, 1])
    assert (await hub.decisions(receipt.handelse_id)).count("dom") == 1
    assert await faults(hub) == []


async def faults(hub: Hub) -> list[str]:
    """All that is not as it has to be, but for what a test has planted."""
    kept = await hub.whole()
    return kept.faults(hub.taken, [row["offset"] for row in kept.tables["karantan"]])
