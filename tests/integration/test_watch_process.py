"""The watch as a process among real servers: a report that nobody acknowledges, with deadlines of seconds (O4), and a
record that somebody has put on another person (T1).
"""

import os
import re
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import date
from functools import partial
from pathlib import Path

import httpx
import pytest
from gate_support import ONCE, REPORTER, SENDER, Hub, hub_in, until

from samverkanshub import bootstrap, resources
from samverkanshub.adapters.artefacts import DirectoryArtefacts
from samverkanshub.adapters.kafka.log import KafkaLog
from samverkanshub.adapters.postgres.shadow import COUNTED
from samverkanshub.adapters.servers.places import temporary_data
from samverkanshub.client import ClientError, Receipt
from samverkanshub.client.client import health_of
from samverkanshub.codec.cloudevents import parse
from samverkanshub.codec.envelope import decode, encode, headers, key
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.pipeline.checked import check
from samverkanshub.pipeline.identity import Caller
from samverkanshub.pipeline.rulebook import ActiveRegelverk
from samverkanshub.pipeline.sealed import envelope as sealed_envelope
from samverkanshub.ports import DataKey, KnownPerson

pytestmark = pytest.mark.servers

CHILD, ADULT = "201406272383", "197807182394"
CHILD_UNIT = "leksand.barn-unga.mottagning"
YEARS_MS = 10 * 365 * 86_400_000
STEPS = ["o4-kvittens-paminnelse", "o4-kvittens-andra-kontakt", "o4-kvittens-region"]
CONSENT = {
    "personer": [{"roll": "registrerad", "personnummer": ADULT}],
    **{"andamal": "sip", "mottagare": [{"slag": "enhet", "id": "mora.vinr"}], "kategorier": ["identitet", "behov"]},
    **{"fran": "2026-06-01T00:00:00+02:00", "till": "2027-06-01T00:00:00+02:00", "form": "skriftligt"},
    **{"enskilt": True, "narvarande": ["ingen"], "tolk": "ingen"},
}
PUT: list[int] = []
"""Where what nobody took in was put into the log."""
CLOSED: dict[str, Callable[[str], str]] = {
    "nobody listens": lambda dsn: re.sub(r":\d+/", ":1/", dsn),
    "another password": lambda dsn: re.sub(r":[^:/@]+@", ":fel@", dsn),
    "no database": lambda dsn: re.sub(r"/valv\b", "/finns_ej", dsn),
    "no tables": lambda dsn: re.sub(r"/valv\b", "/postgres", dsn),
}
"""How a vault's DSN may lead to none: an outage, and errors that are none."""
SECONDS = {
    **{"sekunder: 3600": "sekunder: 2", "sekunder: 7200": "sekunder: 3", "sekunder: 10800": "sekunder: 4"},
    "h2.innehavare: {dagar: 1, arbetstid: true,": "h2.innehavare: {sekunder: 2,",
}


def quick_regelverk(data: Path) -> Path:
    """The project's regelverk, in which hours are seconds, and so is the day that H2 gives."""
    copy = data / "regelverk"
    shutil.copytree(resources.root() / "deploy" / "regelverk", copy)
    text = (copy / "frister.yaml").read_text()
    for hours, seconds in SECONDS.items():
        assert hours in text
        text = text.replace(hours, seconds)
    (copy / "frister.yaml").write_text(text)
    return copy


@pytest.fixture(scope="module")
async def hub() -> AsyncIterator[Hub]:
    data: Path = temporary_data("samverkanshub-test-")
    try:
        async with hub_in(data, watched=False, SAMVERKAN_REGELVERK=str(quick_regelverk(data))) as running:
            yield running
    finally:
        shutil.rmtree(data)


REPORT = {
    "personer": [{"roll": "barn", "personnummer": CHILD}],
    **{"kommun": "leksand", "akut_fara": False, "misstanke": ["bevittnat_vald"], "anmalarslag": "anmalningsskyldig"},
    "beskrivning": "oro för barnet",
}


async def reported(hub: Hub) -> Receipt:
    return await hub.send("orosanmalan", REPORT, REPORTER)


async def told(hub: Hub, handelse_id: str) -> set[str]:
    """What the sender reads of the report as a whole."""
    found = await hub.sql("select slag from leveranshandelse where handelse_id = $1", handelse_id)
    return {row["slag"] for row in found} & set(STEPS)


async def escalated(hub: Hub, handelse_id: str) -> bool:
    return await told(hub, handelse_id) == set(STEPS)


async def listed(hub: Hub, grupp: str, **how: bool) -> list[tuple[str, str, list[str]]]:
    """What a reader group's list has: its part in each duty, and the steps taken."""
    async with hub.client(grupp) as client:
        page = await client.duties(antal=500, **how)
    return [(row.slag, row.roll, list(row.tagna)) for row in page.rader]


async def effects(hub: Hub) -> Counter[tuple[str, str]]:
    """How many times each step of each duty took effect."""
    whole = await hub.whole()
    rows = [row for row in whole.tables["beslut"] if row["typ"] == "plikt_steg" and b'"dom":"godtas"' in row["outcome"]]
    codes = [decode(whole.records[row["offset"]].value, default_schemas()).koder for row in rows]
    return Counter((str(code["plikt"]), str(code["steg"])) for code in codes)


@pytest.mark.parametrize(
    "watches",
    [("",), ("watch.fore-append=kill@2",), ("watch.efter-append=kill@1",), ("", "watch.efter-append=kill@1")],
    ids=["one", "killed before an append", "killed after one", "two at once, one of them killed"],
)
async def test_o4_nobody_acknowledges_and_each_step_comes_once(hub: Hub, watches: tuple[str, ...]) -> None:
    async with hub.kept_gate(), AsyncExitStack() as running:
        started = [await running.enter_async_context(hub.watch(felpunkter)) for felpunkter in watches]
        receipt = await reported(hub)
        await until(partial(escalated, hub, receipt.handelse_id))
        if len(watches) == 1:  # Of two, whoever asks first appends: it is not said which, so nor who dies of it.
            assert (started[0].starts > 1) == bool(watches[0])
    async with hub.kept_gate():
        await hub.judged()
    assert set((await effects(hub)).values()) == {1}
    assert (await hub.whole()).faults(hub.taken) == []


async def test_steps_that_fell_due_while_nothing_watched_are_made_up_for(hub: Hub) -> None:
    async with hub.kept_gate():
        receipt = await reported(hub)
        await hub.judged()
        # Those of seconds: what is owed by another day falls due after the test.
        due = "select 1 from forfaller where tid - 1000 * extract(epoch from now()) between 0 and 60000"

        async def all_due() -> bool:
            return not await hub.sql(due)

        await until(all_due)
        assert await told(hub, receipt.handelse_id) == set()
        async with hub.watch():
            await until(partial(escalated, hub, receipt.handelse_id))
        await hub.judged()
        assert await hub.sql("select 1 from forfaller where steg = 'andra_kontakt'") == []
        assert ("o4.kvittens", "vantar", ["paminnelse", "andra_kontakt", "region"]) in await listed(hub, REPORTER)
        assert ("h2.innehavare", "delar", ["enhetschef"]) in await listed(hub, CHILD_UNIT, utan_innehavare=True)
        assert await listed(hub, REPORTER, utan_innehavare=True) == [], "O5"
    assert set((await effects(hub)).values()) == {1}


@pytest.mark.parametrize("closed", CLOSED, ids=CLOSED)
async def test_o4_a_watch_that_comes_to_no_vault_reminds_all_the_same(hub: Hub, closed: str) -> None:
    """And goes on doing so, though birthdays and erasures are due from its start."""
    async with hub.kept_gate(), hub.watch(valv=CLOSED[closed](hub.settings.valv)) as watch:
        receipt = await reported(hub)
        await until(partial(escalated, hub, receipt.handelse_id))
        assert watch.starts == 1
        assert (await health_of(hub.url)).partitioner[0].watch == "igang", "it is told where it lasts"
        await hub.judged()


@pytest.mark.parametrize("closed", CLOSED, ids=CLOSED)
async def test_b1_an_api_that_comes_to_no_vault_starts_and_tells_a_reporter_whom_to_telephone(
    hub: Hub, closed: str
) -> None:
    async with hub.api(valv=CLOSED[closed](hub.settings.valv)) as (url, child):
        async with hub.client(REPORTER, ONCE, url) as client:
            with pytest.raises(ClientError) as failed:
                await client.publish("orosanmalan", REPORT)
        assert failed.value.status in (500, 503)
        assert failed.value.ring
        assert "valv-svarar-ej" in (await health_of(url)).skal
        assert child.running


async def test_k8_a_child_of_years_ago_is_an_adult_to_a_watch_of_today(hub: Hub) -> None:
    """Ten years on by its clock, as after ten years of no midnight."""
    query = "select aldersklass from tillstand where kind = 'person' and aldersklass <> ''"

    async def grown() -> bool:
        return [row["aldersklass"] for row in await hub.sql(query)] == ["vuxen"]

    async with hub.kept_gate():
        await reported(hub)
        await hub.judged()
        assert not await grown()
        async with hub.watch(ahead_ms=YEARS_MS):
            await until(grown)
        await hub.judged()
    whole = await hub.whole()
    [event] = [row for row in whole.tables["beslut"] if row["typ"] == "aldersklass"]
    assert CHILD.encode() not in whole.records[event["offset"]].value
    assert whole.faults(hub.taken) == []


async def test_k8_of_those_who_were_known_before_an_api_that_starts_keeps_their_births_apart(hub: Hub) -> None:
    """The watch reads nothing else of them: until then it tells none of their birthdays."""
    numbered = "select person_id from person where nummer <> '' order by 1"
    async with hub.kept_gate():
        await reported(hub)
    await hub.sql("delete from fodd", valv=True)

    async def kept_apart() -> bool:
        found = await hub.sql("select person_id from fodd order by 1", valv=True)
        return found == await hub.sql(numbered, valv=True) != []

    assert not await kept_apart()
    async with hub.api(""):
        await until(kept_apart)


async def test_health_says_how_the_watch_stands(hub: Hub) -> None:
    async def silent() -> bool:
        await hub.sql("update watch_status set at = at - interval '1 hour'")
        return await hub.says("rod", "watch-tyst:0")

    await until(silent)
    async with hub.kept_gate(), hub.watch():
        await until(partial(hub.says, "gron"))


async def test_the_watch_measures_the_topics_beside_its_rounds_and_says_how_its_clock_stands(hub: Hub) -> None:
    """The gate as the log's reader, where it has come to the end; and the vault's clock, which is the same here."""
    await hub.sql("delete from matning")
    await hub.sql("delete from klocka")

    async def measured() -> bool:
        """The vault's clock last: it is asked when the rest is kept."""
        query = "select 1 from matning where amne = 'samverkan.logg' and lasare = 'grinden' and plats = slut and hors"
        return bool(await hub.sql(query) and await hub.sql("select 1 from klocka where vem = 'valv'"))

    async with hub.kept_gate():
        await reported(hub)
        await hub.judged()
        async with hub.watch(ahead_ms=60_000):
            await until(measured)
    clocks = {row["vem"]: row["fore_ms"] for row in await hub.sql("select * from klocka")}
    assert clocks.keys() == {"watch", "valv"}
    assert abs(clocks["watch"] - 60_000) < 30_000
    assert abs(clocks["valv"]) < 30_000


async def test_canaries_come_all_of_the_way_and_the_brokers_clock_is_seen_by_them(hub: Hub) -> None:
    """And nothing of them is in what any agency reads: what the hub was told is what is found."""

    async def arrived() -> bool:
        return len(await hub.sql("select 1 from kanarie where framme and notis >= inkorg and inkorg >= domd")) > 1

    async with hub.kept_gate():
        await hub.judged()
        async with hub.watch(kanarie_s=1.0):
            await until(arrived)
        await hub.judged()
    assert {row["vem"] for row in await hub.sql("select vem from klocka")} >= {"kafka"}
    assert await hub.sql("select 1 from inkorg where aktor = 'samverkanshub' and cardinality(person_ids) > 0") == []
    assert (await hub.whole()).faults(hub.taken) == []


async def test_k4_a_withdrawal_that_waits_for_a_gate_that_is_not_there_is_seen(hub: Hub) -> None:
    """Here a protection, which narrows as a withdrawal does."""
    waiting = (
        'select v.* from verkan v join position p using (partition) where v.vid is null and v."offset" >= p.position'
    )
    data = {"personer": [{"roll": "registrerad", "personnummer": CHILD}], "niva": "sekretessmarkering"}

    async def seen() -> bool:
        return bool(await hub.sql(waiting))

    await hub.send("skydd", {**data, "kalla": "socialtjanst", "granskas": "2030-09-01"}, CHILD_UNIT)
    async with hub.watch():
        await until(seen)
        async with hub.kept_gate():
            await hub.judged()
    assert await hub.sql(waiting) == []
    assert (await hub.sql('select vid from verkan order by "offset" desc limit 1'))[0]["vid"] is not None


async def test_t4_the_watch_counts_and_enters_beside_its_rounds_and_anew_where_that_is_gone(hub: Hub) -> None:
    """Emptied as after a rebuild, it is counted to the end again, and to the same."""
    tables = COUNTED

    async def counted() -> bool:
        query = (
            "select 1 from uppfoljning u join position p using (partition) join register r using (partition)"
            " where u.position = p.position and r.position = p.position"
        )
        return bool(await hub.sql(query))

    async def rows() -> list[str]:
        """How many records were entered at a step is no part of it: the positions of a rule are taken one by one."""
        by_one = "(select aktor, regel, partition, unnest(platser) from register_regel)"
        read = [by_one if table == "register_regel" else table for table in tables]
        return [str(row["t"]) for table in read for row in await hub.sql(f"select t::text from {table} t order by 1")]

    async def entered() -> list[str]:
        return [str(row["p"]) for row in await hub.sql("select p::text from position p order by 1")]

    async with hub.kept_gate():
        await reported(hub)
        await hub.judged()
        found: list[tuple[list[str], list[str]]] = []
        # A watch appends what falls due meanwhile, also after it has counted: two are compared that counted to one end.
        while len(found) < 2:
            for table in tables:
                await hub.sql(f"delete from {table}")
            async with hub.watch():
                await until(counted)
            await hub.judged()
            if not await counted():
                continue
            ends, told = await entered(), [row for row in await rows() if "leksand" in row]
            found = [(then, seen) for then, seen in found if then == ends] + [(ends, told)]
    assert found[0][1]
    assert found[0] == found[1]


# ------------------------------------------------------------------------------------ whom a record is about (T1)


async def past_intake(hub: Hub) -> int:
    """What Mora has signed of an adult, put on the reported child by who may append to the log; where.

    The signature holds, and the hub's id of the event follows from Mora's: neither says whom it is about.
    """
    async with hub.client(SENDER) as client:
        signed = client.prepare("samtycke_lamnat", CONSENT)
    async with bootstrap.reading(hub.settings) as projection:
        found = await ActiveRegelverk(projection, DirectoryArtefacts(hub.settings.artefakter)).current()
    given, today = parse(signed.body), date(2026, 11, 23)
    checked = check(given, Caller("mora", "mora.vinr", SENDER, "prov"), found, default_schemas(), today)
    [other] = [str(row["person_id"]) for row in await hub.sql("select person_id from person limit 1", valv=True)]
    known = KnownPerson(other, 0, ADULT, DataKey(other, 1, os.urandom(32)))
    one = sealed_envelope(given, checked, [known], None, "", today, os.urandom)
    log = KafkaLog(hub.settings.kafka)
    try:
        return (await log.append(0, key(one), headers(one), encode(one, default_schemas()))).offset
    finally:
        await log.stop()


@pytest.mark.parametrize(
    "watches",
    [("",), ("watch.fore-jamfort=kill@1",), ("watch.efter-jamfort=kill@1",), ("", "watch.fore-jamfort=kill@1")],
    ids=["one", "killed before it is kept", "killed after", "two at once, one of them killed"],
)
async def test_t1_what_is_put_on_another_person_past_intake_is_found_and_told_without_anybody_asking(
    hub: Hub, watches: tuple[str, ...]
) -> None:
    """Of all that these tests have put into the log it and those before it are what departs: intake took the rest."""
    query = 'select "offset" from ansprak_fynd order by 1'
    async with hub.kept_gate(), AsyncExitStack() as running:
        await reported(hub)
        PUT.append(await past_intake(hub))
        await hub.judged()
        [judged] = await hub.sql('select status from beslut where "offset" = $1', PUT[-1])
        assert judged["status"] == "dom", "its signature holds, and the gate has taken it"
        started = [await running.enter_async_context(hub.watch(felpunkter)) for felpunkter in watches]

        async def told() -> bool:
            [part] = (await health_of(hub.url)).partitioner
            return part.ansprak_fynd == len(PUT)

        await until(told)
        if len(watches) == 1:  # Of two, whoever is first compares: it is not said which, so nor who dies of it.
            assert (started[0].starts > 1) == bool(watches[0])
    assert [row["offset"] for row in await hub.sql(query)] == PUT
    async with httpx.AsyncClient() as client:
        metrics = (await client.get(f"{hub.url}/metrics")).text
    assert f'samverkan_ansprak_fynd{{partition="0",vad="inget-ansprak"}} {len(PUT)}.0' in metrics
