"""More than the api takes, on real servers: what is refused, what is not, and what memory it costs."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from shutil import rmtree
from typing import Any

import httpx
import pytest
from gate_support import ONCE, PATIENT, REPORTER, SENDER, Hub, avvikelse, hub_in
from hub_support import processes_of

from samverkanshub.adapters.postgres.database import queries
from samverkanshub.adapters.servers.places import temporary_data
from samverkanshub.client import BusyError, ClientError, Receipt, Retry
from samverkanshub.entrypoints.cli.supervisor import API

pytestmark = pytest.mark.servers

UNREAD = "region-dalarna.vardcentral-mora.handlaggare"
OTHER = "leksand.barn-unga.mottagning"
ROWS, PAGE = 100_000, 500
MANY, LARGE = 150, [{"text": "x" * 20_000}] * 11
MOST_MB = 50
"""Of bodies and what is made of them: some 20 with the bound, some 100 without one."""


@pytest.fixture(scope="module")
async def hub() -> AsyncIterator[Hub]:
    data: Path = temporary_data("samverkanshub-test-")
    limits = {"SAMVERKAN_API_PLATSER": "10", "SAMVERKAN_API_PLATSER_AKTOR": "10", "SAMVERKAN_DOM_VANTAN_S": "2"}
    try:
        async with hub_in(data, **limits) as running:
            yield running
    finally:
        rmtree(data)


def report(number: int) -> dict[str, Any]:
    return {
        "personer": [{"roll": "barn", "referens": f"T/{number}"}],
        "kommun": "leksand",
        "akut_fara": False,
        "misstanke": ["bevittnat_vald"],
        "anmalarslag": "anmalningsskyldig",
        "beskrivning": "barnet har berättat om bråk hemma",
    }


async def sent(hub: Hub, av: str, typ: str, data: dict[str, Any], retry: Retry) -> int:
    """The status; of a report also that it names a telephone, since nobody judges it."""
    try:
        async with hub.client(av, retry) as client:
            answer: Receipt | ClientError = await client.publish(typ, data)
    except ClientError as error:
        answer = error
    assert bool(answer.ring) is (typ == "orosanmalan"), "without a judgement it names a telephone"
    return 429 if isinstance(answer, BusyError) else answer.status if isinstance(answer, ClientError) else 202


async def refused(hub: Hub) -> Counter[str]:
    """What `/metrics` says was told to come again, by kind."""
    async with httpx.AsyncClient(trust_env=False) as web:
        told = (await web.get(f"{hub.url}/metrics")).text
    found: Counter[str] = Counter()
    for slag, times in re.findall(r'samverkan_avvisade_total\{skal="\w+",slag="(\w+)"\} (\d+)', told):
        found[slag] += int(times)
    return found


def memory_mb(hub: Hub, field: str) -> float:
    """Of the api, by the system: `VmRSS` now, `VmHWM` the most that it ever was."""
    [pid] = [pid for pid, command in processes_of(hub.settings.data).items() if API.module in command]
    [kb] = re.findall(rf"{field}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(kb) / 1024


async def test_of_too_many_at_once_reports_are_all_taken_and_ordinary_events_come_again(hub: Hub) -> None:
    """B1. No gate runs: whoever is let in keeps its place until nobody waits for a judgement any more."""
    ordinary = [sent(hub, SENDER, "avvikelse", avvikelse(), ONCE) for _ in range(40)]
    reports = [sent(hub, REPORTER, "orosanmalan", report(number), PATIENT) for number in range(20)]
    found = await asyncio.gather(*ordinary, *reports)
    statuses = Counter(found[:40])
    assert statuses[429] > 20
    assert set(statuses) == {202, 429}
    assert set(found[40:]) == {202}
    counted = await refused(hub)
    assert counted["handelse"] + counted["olast"] >= statuses[429]


async def test_memory_is_bounded_however_large_and_many_the_bodies_are(hub: Hub) -> None:
    before = memory_mb(hub, "VmRSS")
    large = [sent(hub, REPORTER, "orosanmalan", report(n) | {"handelser": LARGE}, ONCE) for n in range(MANY)]
    statuses = Counter(await asyncio.gather(*large))
    assert statuses[429] > MANY // 2
    assert set(statuses) == {202, 429}
    assert memory_mb(hub, "VmHWM") - before < MOST_MB


async def test_who_never_reads_has_a_long_inbox_and_harms_nobody(hub: Hub) -> None:
    async with hub.gate():
        await hub.judged()
        await hub.sql(
            'insert into inkorg select partition, "offset", 100 + n, lasargrupp, aktor, leverans_id, arende_id,'
            " handelse_id, slag, tid, person_ids, body, withdrawn"
            f" from (select * from inkorg where lasargrupp = $1 limit 1) as one, generate_series(1, {ROWS}) as n",
            UNREAD,
        )
        await hub.sql("analyze inkorg")
        async with hub.client(UNREAD) as unread, hub.client(OTHER) as other:
            page = await unread.inbox(antal=PAGE)
            assert len(page.rader) == PAGE
            known = len((await other.inbox(antal=PAGE)).rader)
            await hub.send("orosanmalan", report(1000), REPORTER)
            rows = (await other.inbox(antal=PAGE)).rader
            assert len(rows) > known
            assert (await other.open(rows[-1].leverans_id)).uppgifter
    for group, nr, most in ((UNREAD, -1, 2 * PAGE), (UNREAD, ROWS, 2 * PAGE), (OTHER, -1, 2 * PAGE)):
        assert await pages_read(hub, group, nr) < most, f"{group} after {nr}"


async def pages_read(hub: Hub, group: str, nr: int) -> int:
    """How much of the table one page of an inbox reads: of an inbox this long not all of it, wherever in it one is."""
    [row] = await hub.sql(
        f"explain (analyze, buffers, format json) {queries('projection')['inbox']}", group, [0], [1], [nr], PAGE
    )
    plan = re.findall(r'"Shared (?:Hit|Read) Blocks": (\d+)', str(row["QUERY PLAN"]))
    return int(plan[0]) + int(plan[1])
