"""A run of records is judged and written part by part: a part is judged while the part before it is written."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hub import Hub, envelope
from test_gate import consent, report, summons

from samverkanshub.domain.errors import Halt
from samverkanshub.pipeline import gate as gates
from samverkanshub.ports import Batch, Unavailable


@pytest.fixture(autouse=True)
def _two_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gates, "STEP", 2)


def events():
    return [consent(), summons(), report(), consent("bodil"), summons("bodil"), summons()]


def written(hub: Hub):
    """All that the gate has written, but for what belongs to a partition's epoch."""
    database = hub.database
    tables = (database.states, database.decisions, database.inbox, database.notices, database.seen, database.due)
    return [dict(sorted(table.items())) if isinstance(table, dict) else table for table in tables]


async def appended(hub: Hub):
    return [await hub.append(event) for event in events()]


async def test_parts_give_what_single_records_give():
    one, many = await Hub().started(), await Hub().started()
    for event in events():
        await one.publish(event)
    await many.gate.batch(0, await appended(many))
    assert written(many) == written(one)
    assert many.notices.sent == one.notices.sent


async def test_the_next_part_is_judged_while_one_is_written(monkeypatch):
    """And no more than one is written at a time, in order."""
    hub = await Hub().started()
    happened: list[str] = []
    commit, judge = hub.store.commit, gates.Judge.judge

    async def slow(batch: Batch) -> None:
        happened.append(f"begins {batch.position}")
        for _ in range(50):
            await asyncio.sleep(0)
        await commit(batch)
        happened.append(f"written {batch.position}")

    async def judging(self, batch, seen):
        happened.append(f"judges {batch[0].record.offset}")
        return await judge(self, batch, seen)

    monkeypatch.setattr(hub.store, "commit", slow)
    monkeypatch.setattr(gates.Judge, "judge", judging)
    await hub.gate.batch(0, await appended(hub))
    for first, second in (("judges 3", "written 1"), ("written 1", "begins 3"), ("judges 5", "written 3")):
        assert happened.index(first) < happened.index(second)
    assert [told for told in happened if told.startswith("written")] == ["written 1", "written 3", "written 5"]


@pytest.mark.parametrize("broken", [0, 1, 2])
async def test_a_part_that_cannot_be_written_is_judged_again_with_all_that_follow(monkeypatch, broken):
    whole, hub = await Hub().started(), await Hub().started()
    await whole.gate.batch(0, await appended(whole))
    commit, tried = hub.store.commit, []

    async def failing(batch: Batch) -> None:
        tried.append(batch.position)
        if len(tried) == broken + 1:
            raise Unavailable("projektion")
        await commit(batch)

    monkeypatch.setattr(hub.store, "commit", failing)
    records = await appended(hub)
    with pytest.raises(Unavailable):
        await hub.gate.batch(0, records)
    assert tried == [1, 3, 5][: broken + 1]
    await hub.gate.batch(0, records)
    assert written(hub) == written(whole)


async def test_what_was_judged_before_a_record_that_stops_the_partition_is_written(monkeypatch):
    """B7: and that record is met again, by whoever is assigned the partition next."""
    hub = await Hub().started()
    records = await appended(hub)
    records[3] = replace(records[3], value=b"\x00garbage", headers=())
    with pytest.raises(Halt):
        await hub.gate.batch(0, records)
    assert max(offset for _, offset in hub.database.decisions) == 2
    assert await hub.new_gate().assign(0) == 3


async def test_a_repeat_in_a_later_part_is_one():
    hub = await Hub().started()
    records = [*await appended(hub), await hub.append(summons())]
    await hub.gate.batch(0, records)
    assert [row.status for _, row in hub.decisions()][-2:] == ["upprepning", "upprepning"]


async def test_notices_that_cannot_be_sent_are_sent_again(monkeypatch):
    hub = await Hub().started()
    send, tried = hub.notices.send, []

    async def failing(notices: Sequence[object]) -> None:
        tried.append(len(notices))
        if len(tried) == 2:
            raise Unavailable("kafka")
        await send(notices)

    monkeypatch.setattr(hub.notices, "send", failing)
    records = await appended(hub)
    with pytest.raises(Unavailable):
        await hub.gate.batch(0, records)
    await hub.gate.batch(0, records)
    wanted = [notice for key, notice in sorted(hub.database.notices.items())]
    assert {(one.offset, one.nr) for one in wanted} <= {(one.offset, one.nr) for one in hub.notices.sent}
    assert hub.database.positions[0].notified == hub.database.positions[0].position


async def test_rows_of_duties_are_written_where_they_change_and_nowhere_else(monkeypatch):
    """An opening changes an ärende, and none of its deadlines."""
    hub = await Hub().started()
    batches: list[Batch] = []
    commit = hub.store.commit

    async def seen(batch: Batch) -> None:
        batches.append(batch)
        await commit(batch)

    monkeypatch.setattr(hub.store, "commit", seen)
    for event in (consent(), summons()):
        await hub.publish(event)
    delivery = next(row for row in hub.database.inbox.values() if row.slag == "meddelande")
    opening = envelope(
        "oppning_begard",
        delivery.lasargrupp,
        {"utsatt": "anna"},
        {"leverans": delivery.leverans_id},
        arende=delivery.arende_id,
    )
    assert (await hub.publish(opening))["dom"] == "godtas"
    assert [bool(batch.duties_of or batch.due or batch.duties) for batch in batches] == [False, True, False]
    assert len(batches[1].due) == len(hub.database.due) > 0
