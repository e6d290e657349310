"""`GateStore`: what every implementation promises the gate (DESIGN.md, the gate's batch)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from contract.projections import (
    GROUP,
    Gate,
    Stores,
    decision,
    happened,
    in_memory,
    in_postgres,
    notice,
    quarantine,
    row,
)
from samverkanshub.ports import Placement, StateRow, Superseded, TraceRow, Unavailable


@pytest.fixture
async def stores(dsn: str) -> AsyncIterator[Stores]:
    async with in_postgres(dsn) if dsn else in_memory() as found:
        yield found


async def test_a_partition_never_seen_starts_at_zero(stores: Stores) -> None:
    assert await stores.gate.assign(3) == Placement(position=0, epoch=1, notified=0, last_digest=b"")


async def test_an_assignment_tells_where_the_last_one_came_to_and_raises_the_epoch(stores: Stores) -> None:
    gate = await Gate(stores.gate).assigned()
    await gate.writes(5)
    await stores.gate.notified(0, gate.epoch, 4)
    assert await stores.gate.assign(0) == Placement(position=5, epoch=2, notified=4, last_digest=b"d5")


async def test_two_that_are_assigned_at_once_get_epochs_of_their_own(stores: Stores) -> None:
    placements = await asyncio.gather(*(stores.gate.assign(0) for _ in range(8)))
    assert sorted(placement.epoch for placement in placements) == list(range(1, 9))


async def test_states_are_read_back_as_last_written_byte_for_byte(stores: Stores) -> None:
    gate = await Gate(stores.gate).assigned()
    await gate.writes(states=[StateRow("person", "p1", b"\0\xff1"), StateRow("arende", "p1", b"a")])
    await gate.writes(states=[StateRow("person", "p1", b"\0\xff2")])
    keys = [("person", "p1"), ("arende", "p1"), ("person", "p2")]
    assert await stores.gate.states(0, keys) == {("person", "p1"): b"\0\xff2", ("arende", "p1"): b"a"}
    assert await stores.gate.states(0, []) == {}
    assert await stores.gate.states(1, keys) == {}, "another partition knows nothing of them"


async def test_a_state_given_twice_in_a_batch_is_the_last_one(stores: Stores) -> None:
    gate = await Gate(stores.gate).assigned()
    await gate.writes(states=[StateRow("omrade", "0", b"1"), StateRow("omrade", "0", b"2")])
    assert await stores.gate.states(0, [("omrade", "0")]) == {("omrade", "0"): b"2"}


async def test_an_event_is_seen_per_sender_and_partition(stores: Stores) -> None:
    gate = await Gate(stores.gate).assigned()
    await gate.writes(2, seen=[("mora", "h0", 0), ("falun", "h1", 1)])
    asked = [("mora", "h0"), ("mora", "h1"), ("falun", "h1")]
    assert await stores.gate.seen(0, asked) == {("mora", "h0"), ("falun", "h1")}
    assert await stores.gate.seen(0, []) == set()
    assert await stores.gate.seen(1, asked) == set()


async def test_notices_come_in_the_order_of_the_log_and_within_the_range(stores: Stores) -> None:
    gate = await Gate(stores.gate).assigned()
    await gate.writes(4, notices=[notice(2), notice(1, 1), notice(1, 0), notice(0), notice(3)])
    assert await stores.gate.notices(0, 1, 3) == [notice(1, 0), notice(1, 1), notice(2)]
    assert await stores.gate.notices(0, 3, 3) == []
    assert await stores.gate.notices(1, 0, 9) == []


async def test_a_notice_is_read_back_with_its_partition(stores: Stores) -> None:
    await (await Gate(stores.gate, 3).assigned()).writes(notices=[notice(0)])
    assert await stores.gate.notices(3, 0, 1) == [replace(notice(0), partition=3)]


async def test_what_is_notified_only_advances(stores: Stores) -> None:
    gate = await Gate(stores.gate).assigned()
    await gate.writes(9)
    await stores.gate.notified(0, gate.epoch, 7)
    await stores.gate.notified(0, gate.epoch, 3)
    assert (await stores.projection.positions())[0].notified == 7


async def test_a_gate_that_was_replaced_writes_nothing(stores: Stores) -> None:
    paused = await Gate(stores.gate).assigned()
    successor = await Gate(stores.gate).assigned()
    with pytest.raises(Superseded):
        await paused.writes(states=[StateRow("person", "p1", b"old")], decisions=[decision(0)])
    with pytest.raises(Superseded):
        await stores.gate.notified(0, paused.epoch, 1)
    assert await stores.gate.states(0, [("person", "p1")]) == {}
    assert await stores.projection.judged_at(0, 0) is None
    await successor.writes(decisions=[decision(0)])


async def test_a_batch_at_another_position_writes_nothing(stores: Stores) -> None:
    gate = await Gate(stores.gate).assigned()
    await gate.writes(2)
    gate.position = 1
    with pytest.raises(Superseded):
        await gate.writes(decisions=[decision(1)])
    assert await stores.projection.judged_at(0, 1) is None


async def test_a_partition_that_nobody_was_assigned_takes_no_batch(stores: Stores) -> None:
    with pytest.raises(Superseded):
        await Gate(stores.gate, partition=7).writes()
    with pytest.raises(Superseded):
        await stores.gate.notified(7, 1, 1)


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
async def test_what_cannot_be_stored_is_nobodys_outage_and_writes_nothing(stores: Stores, text: str) -> None:
    gate = await Gate(stores.gate).assigned()
    bad = gate.batch(states=[StateRow("person", "p1", b"s")], decisions=[decision(0, typ=text)])
    with pytest.raises(Exception) as raised:  # noqa: PT011 -- any error at all, but for these two
        await stores.gate.commit(bad)
    assert not isinstance(raised.value, Unavailable | Superseded)
    assert await stores.gate.states(0, [("person", "p1")]) == {}
    await gate.writes(decisions=[decision(0)])


@pytest.mark.parametrize(
    "rows",
    [
        {"decisions": [decision(0), decision(0)]},
        {"seen": [("mora", "h0", 0), ("mora", "h0", 1)]},
        {"inbox": [row(0), row(0)]},
        {"quarantine": [quarantine(0), quarantine(0)]},
        {"notices": [notice(0), notice(0)]},
        {"delivery_events": [happened(0, "l"), happened(0, "l")]},
        {"traces": [TraceRow(0, "typ", "skydd"), TraceRow(0, "typ", "skydd")]},
    ],
    ids=lambda rows: next(iter(rows)),
)
async def test_a_batch_that_writes_a_row_twice_is_refused_whole(stores: Stores, rows: dict[str, list[object]]) -> None:
    gate = await Gate(stores.gate).assigned()
    with pytest.raises(Exception) as raised:  # noqa: PT011 -- any error at all, but for these two
        await gate.writes(2, **rows)
    assert not isinstance(raised.value, Unavailable | Superseded)
    assert (await stores.gate.assign(0)).position == 0


async def test_partitions_do_not_meet(stores: Stores) -> None:
    first, second = await Gate(stores.gate, 0).assigned(), await Gate(stores.gate, 1).assigned()
    await first.writes(states=[StateRow("person", "p1", b"0")], decisions=[decision(0)], inbox=[row(0)])
    await second.writes(states=[StateRow("person", "p1", b"1")], decisions=[decision(0)], inbox=[row(0)])
    assert await stores.gate.states(1, [("person", "p1")]) == {("person", "p1"): b"1"}
    page = await stores.projection.inbox(GROUP, {}, 10)
    assert [found.partition for found in page.rows] == [0, 1]
