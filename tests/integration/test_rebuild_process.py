"""`samverkanshub rebuild` against the servers of a running hub."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from shutil import rmtree

import pytest
from gate_support import Hub, avvikelse, hub_in, until
from test_replay_process import run

from acceptance.whole import JUDGED
from samverkanshub.adapters.postgres.shadow import EPOCHS_APART
from samverkanshub.adapters.servers.places import temporary_data

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
async def hub() -> AsyncIterator[Hub]:
    """With a gate that is started again whenever it ends."""
    data: Path = temporary_data("samverkanshub-test-")
    try:
        async with hub_in(data) as running, running.kept_gate():
            await running.judged()
            yield running
    finally:
        rmtree(data)


async def rows(hub: Hub, schema: str = "public") -> dict[str, list[dict[str, object]]]:
    return {name: await hub.sql(f"select * from {schema}.{name} order by {order}") for name, order in JUDGED.items()}


async def schemas(hub: Hub) -> set[str]:
    found = await hub.sql("select nspname from pg_namespace where nspname like 'projektion%'")
    return {str(row["nspname"]) for row in found}


async def test_the_rows_are_identical_and_the_hub_goes_on_with_the_new_ones(hub: Hub) -> None:
    before, place = await rows(hub), await hub.position()
    found = await run(hub, "rebuild")
    assert (found.status, found.out) == (0, "4 records judged: the same rows and roots; the new one is in use\n")
    assert await rows(hub) == before == await rows(hub, "projektion_gammal")
    assert await schemas(hub) == {"projektion_gammal"}
    receipt = await hub.send("avvikelse", avvikelse(slag="annat"))
    await hub.judged()
    assert await hub.decisions(receipt.handelse_id) == ["dom"]
    after = await hub.position()
    assert int(after["epoch"]) > int(place["epoch"]) + EPOCHS_APART + 1, "the gate that was running was stopped"
    assert len(await hub.sql("select * from projektion_gammal.beslut")) == 4, "and wrote nothing more to the old one"
    await until(lambda: hub.says("gron"))


async def test_what_differs_is_found_left_and_mended_when_asked(hub: Hub) -> None:
    right = await rows(hub)
    await hub.sql("update beslut set outcome = outcome || ' '::bytea where \"offset\" in (2, 3)")
    await hub.sql("delete from notis")
    for words in ((), ("--jamfor",)):
        found = await run(hub, "rebuild", "--json", *words)
        told = json.loads(found.out)
        assert (found.status, {one["tabell"]: (one["borta"], one["nya"]) for one in told["tables"]}) == (
            2,
            {"beslut": (2, 2), "notis": (0, len(right["notis"]))},
        )
        assert await rows(hub) != right
    mended = await run(hub, "rebuild", "--trots-skillnad")
    assert (mended.status, mended.out.splitlines()[0]) == (
        2,
        f"{len(right['beslut'])} records judged: it differs; the new one is in use",
    )
    assert await rows(hub) == right
    await hub.send("avvikelse", avvikelse())
    await hub.judged()


async def test_a_deleted_trace_is_a_difference_since_auditors_find_records_by_it(hub: Hub) -> None:
    right = await rows(hub)
    for which in ('"offset" in (select max("offset") from spar)', "true"):
        await hub.sql(f"delete from spar where {which}")
        lost = len(right["spar"]) - len(await hub.sql("select * from spar"))
        found = await run(hub, "rebuild", "--json", "--jamfor")
        told = [(one["tabell"], one["borta"], one["nya"]) for one in json.loads(found.out)["tables"]]
        assert (found.status, told) == (2, [("spar", 0, lost)])
    assert (await run(hub, "rebuild", "--trots-skillnad")).status == 2
    assert await rows(hub) == right


async def test_another_digest_of_the_last_record_is_a_difference_and_is_mended_when_asked(hub: Hub) -> None:
    (right,) = await hub.sql("select last_digest from position")
    await hub.sql("update position set last_digest = '\\x00'")
    for words in (("--jamfor",), ()):
        found = await run(hub, "rebuild", "--json", *words)
        told = json.loads(found.out)
        assert (found.status, told["tables"]) == (2, [{"tabell": "position", "borta": 1, "nya": 1}])
    assert (await run(hub, "rebuild", "--trots-skillnad")).status == 2
    assert await hub.sql("select last_digest from position") == [right]
    await hub.send("avvikelse", avvikelse())
    await hub.judged()


async def test_what_is_sent_meanwhile_is_judged_once_and_nothing_is_lost(hub: Hub) -> None:
    async def sent() -> None:
        for _ in range(20):
            await hub.send("avvikelse", avvikelse())

    found, _ = await asyncio.gather(run(hub, "rebuild"), sent())
    assert found.status == 0
    await hub.judged()
    assert (await hub.whole()).faults(hub.taken) == []
    assert (await run(hub, "rebuild", "--jamfor")).status == 0
