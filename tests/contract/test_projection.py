"""`Projection`: what every implementation promises the api."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from contract.projections import (
    GROUP,
    OTHER_GROUP,
    Gate,
    Stores,
    decision,
    happened,
    in_memory,
    in_postgres,
    quarantine,
    row,
)
from samverkanshub.ports import Judgement, PositionInfo, StateRow


@pytest.fixture
async def stores(dsn: str) -> AsyncIterator[Stores]:
    async with in_postgres(dsn) if dsn else in_memory() as found:
        yield found


async def test_a_judgement_is_read_back_whole_and_with_its_partition(stores: Stores) -> None:
    await (await Gate(stores.gate, 2).assigned()).writes(decisions=[decision(0, outcome=b'{"a":1}')])
    expected = Judgement(2, decision(0, outcome=b'{"a":1}'))
    assert await stores.projection.judgement("h0") == expected
    assert await stores.projection.judged_at(2, 0) == expected


async def test_nothing_is_judged_before_the_gate_has(stores: Stores) -> None:
    assert await stores.projection.judgement("h0") is None
    assert await stores.projection.judged_at(0, 0) is None


async def test_the_judgement_of_an_event_is_that_on_its_first_occurrence(stores: Stores) -> None:
    gate = await Gate(stores.gate).assigned()
    repeated = decision(1, handelse_id="h0", status="upprepning")
    await gate.writes(2, decisions=[decision(0), repeated])
    assert await stores.projection.judgement("h0") == Judgement(0, decision(0))
    assert await stores.projection.judged_at(0, 1) == Judgement(0, repeated)


async def test_a_record_without_an_event_is_no_judgement_of_one(stores: Stores) -> None:
    gate = await Gate(stores.gate).assigned()
    await gate.writes(decisions=[decision(0, handelse_id="", status="karantan")])
    assert await stores.projection.judgement("") is None


@pytest.mark.parametrize("id", ["", "a\0b", "\ud800", "finns-ej"])
async def test_an_id_that_nothing_has_is_not_found(stores: Stores, id: str) -> None:
    assert await stores.projection.judgement(id) is None
    assert await stores.projection.delivery(id) is None
    assert await stores.projection.delivery_events(id) == []


async def test_a_snapshot_is_of_one_moment_however_long_it_is_read(stores: Stores) -> None:
    gate = await Gate(stores.gate, 2).assigned()
    await gate.writes(3, states=[StateRow("person", "p", b"before"), StateRow("arende", "a", b"before")])
    async with stores.projection.snapshot() as view:
        assert await view.position(2) == 3
        await gate.writes(1, states=[StateRow("person", "p", b"after"), StateRow("person", "q", b"after")])
        keys = [("person", "p"), ("person", "q"), ("arende", "a")]
        assert await view.states(2, keys) == {("person", "p"): b"before", ("arende", "a"): b"before"}
        assert await view.position(2) == 3
    async with stores.projection.snapshot() as view:
        assert await view.states(2, [("person", "p")]) == {("person", "p"): b"after"}
        assert await view.position(2) == 4


async def test_a_snapshot_of_what_is_not_there_is_empty(stores: Stores) -> None:
    async with stores.projection.snapshot() as view:
        assert await view.position(0) == 0
        assert await view.states(0, [("person", "p")]) == {}
        assert await view.states(0, []) == {}


async def test_decisions_are_read_in_log_order_from_a_start_up_to_an_end(stores: Stores) -> None:
    gate, other = await Gate(stores.gate).assigned(), await Gate(stores.gate, 1).assigned()
    await gate.writes(4, decisions=[decision(3), decision(1), decision(2), decision(0)])
    await other.writes(decisions=[decision(0)])
    assert await stores.projection.judged(0, 1, 3) == [decision(1), decision(2)]
    assert await stores.projection.judged(0, 3, 9) == [decision(3)]
    assert await stores.projection.judged(2, 0, 9) == []


async def test_an_inbox_holds_the_groups_own_rows_in_log_order(stores: Stores) -> None:
    gate = await Gate(stores.gate).assigned()
    await gate.writes(2, inbox=[row(1), row(0, 2), row(0, 1, lasargrupp=OTHER_GROUP), row(0, 0)])
    page = await stores.projection.inbox(GROUP, {}, 10)
    assert page.rows == [row(0, 0), row(0, 2), row(1)]
    assert page.cursor == {0: (1, 0)}


async def test_an_inbox_is_read_page_by_page_across_partitions(stores: Stores) -> None:
    first, second = await Gate(stores.gate, 0).assigned(), await Gate(stores.gate, 4).assigned()
    await first.writes(3, inbox=[row(0), row(1, 0), row(1, 1), row(2)])
    await second.writes(3, inbox=[row(0), row(2)])
    cursor, places = {}, []
    while page := (await stores.projection.inbox(GROUP, cursor, 2)):
        if not page.rows:
            break
        assert len(page.rows) == 2
        places += [(found.partition, found.offset, found.nr) for found in page.rows]
        cursor = page.cursor
    assert places == [(0, 0, 0), (0, 1, 0), (0, 1, 1), (0, 2, 0), (4, 0, 0), (4, 2, 0)]
    assert cursor == {0: (2, 0), 4: (2, 0)}


async def test_a_cursor_covers_partitions_it_has_not_seen(stores: Stores) -> None:
    first, second = await Gate(stores.gate, 0).assigned(), await Gate(stores.gate, 1).assigned()
    await first.writes(inbox=[row(0)])
    cursor = (await stores.projection.inbox(GROUP, {}, 10)).cursor
    await second.writes(inbox=[row(0)])
    await first.writes(inbox=[row(1)])
    page = await stores.projection.inbox(GROUP, cursor, 10)
    assert [(found.partition, found.offset) for found in page.rows] == [(0, 1), (1, 0)]
    assert page.cursor == {0: (1, 0), 1: (0, 0)}


async def test_an_empty_page_leaves_the_cursor_where_it_was(stores: Stores) -> None:
    page = await stores.projection.inbox(GROUP, {0: (5, 1)}, 10)
    assert page.rows == []
    assert page.cursor == {0: (5, 1)}


async def test_a_withdrawn_delivery_is_not_listed_but_still_found(stores: Stores) -> None:
    gate = await Gate(stores.gate).assigned()
    await gate.writes(2, inbox=[row(0), row(1)])
    await gate.writes(withdrawn=["l0.0", "finns-ej"])
    assert (await stores.projection.inbox(GROUP, {}, 10)).rows == [row(1)]
    assert await stores.projection.delivery("l0.0") == row(0)


async def test_a_delivery_can_be_withdrawn_in_the_batch_that_made_it(stores: Stores) -> None:
    await (await Gate(stores.gate).assigned()).writes(2, inbox=[row(0)], withdrawn=["l0.0"])
    assert (await stores.projection.inbox(GROUP, {}, 10)).rows == []


async def test_what_was_opened_is_not_withdrawn(stores: Stores) -> None:
    gate = await Gate(stores.gate).assigned()
    await gate.writes(2, inbox=[row(0), row(1)], delivery_events=[happened(1, "l1.0", "mottagen")])
    await gate.writes(delivery_events=[happened(2, "l0.0")], withdrawn=["l0.0", "l1.0"])
    assert (await stores.projection.inbox(GROUP, {}, 10)).rows == [row(0)]


async def test_a_delivery_is_found_with_its_partition(stores: Stores) -> None:
    await (await Gate(stores.gate, 3).assigned()).writes(inbox=[row(0)])
    assert await stores.projection.delivery("l0.0") == row(0, partition=3)


async def test_a_delivery_made_anew_is_the_latest(stores: Stores) -> None:
    gate = await Gate(stores.gate).assigned()
    await gate.writes(2, inbox=[row(0), row(1, leverans_id="l0.0")])
    assert await stores.projection.delivery("l0.0") == row(1, leverans_id="l0.0")


async def test_what_happened_to_an_events_deliveries_comes_in_log_order(stores: Stores) -> None:
    gate = await Gate(stores.gate).assigned()
    await gate.writes(
        2, delivery_events=[happened(1, "l0", "mottagen"), happened(0, "l0"), happened(0, "l9", handelse_id="h9")]
    )
    await gate.writes(delivery_events=[happened(2, "l1")])
    expected = [happened(0, "l0"), happened(1, "l0", "mottagen"), happened(2, "l1")]
    assert await stores.projection.delivery_events("h0") == expected


async def test_a_quarantined_record_is_found_where_it_stands(stores: Stores) -> None:
    await (await Gate(stores.gate).assigned()).writes(quarantine=[quarantine(0)])
    assert await stores.projection.quarantined(0, 0) == quarantine(0)
    assert await stores.projection.quarantined(0, 1) is None


async def test_a_partitions_quarantine_is_told_in_log_order(stores: Stores) -> None:
    gate = await Gate(stores.gate).assigned()
    await gate.writes(quarantine=[quarantine(0)])
    await gate.writes(quarantine=[quarantine(1)])
    assert await stores.projection.quarantine(0) == [quarantine(0), quarantine(1)]
    assert await stores.projection.quarantine(1) == []


async def test_a_state_is_read_by_partition_kind_and_id(stores: Stores) -> None:
    await (await Gate(stores.gate).assigned()).writes(states=[StateRow("person", "p1", b"\0s")])
    assert await stores.projection.state(0, "person", "p1") == b"\0s"
    assert await stores.projection.state(0, "arende", "p1") is None
    assert await stores.projection.state(1, "person", "p1") is None


async def test_positions_tell_every_partitions_progress(stores: Stores) -> None:
    assert await stores.projection.positions() == []
    await (await Gate(stores.gate, 1).assigned()).writes(4)
    await (await Gate(stores.gate, 0).assigned()).writes(2)
    assert await stores.projection.positions() == [PositionInfo(0, 2, 1, 0), PositionInfo(1, 4, 1, 0)]


async def test_who_waits_for_what_is_already_judged_does_not_wait(stores: Stores) -> None:
    await (await Gate(stores.gate).assigned()).writes(2)
    assert await stores.projection.wait_judged(0, 1, 60)


async def test_who_waits_is_told_when_the_position_has_passed(stores: Stores) -> None:
    gate = await Gate(stores.gate).assigned()
    waiters = [asyncio.create_task(stores.projection.wait_judged(0, offset, 60)) for offset in (0, 1, 1)]
    await gate.writes(2)
    assert await asyncio.gather(*waiters) == [True, True, True]


async def test_who_waits_longer_than_allowed_is_told_no(stores: Stores) -> None:
    gate, elsewhere = await Gate(stores.gate, 0).assigned(), await Gate(stores.gate, 1).assigned()
    waiter = asyncio.create_task(stores.projection.wait_judged(0, 1, 0.3))
    await gate.writes(1)
    await elsewhere.writes(9)
    assert await waiter is False


async def test_who_gives_up_waiting_leaves_nothing_behind(stores: Stores) -> None:
    waiter = asyncio.create_task(stores.projection.wait_judged(0, 0, 60))
    await asyncio.sleep(0)
    waiter.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiter
    await (await Gate(stores.gate).assigned()).writes()
    assert await stores.projection.wait_judged(0, 0, 60)


async def test_what_came_last_is_read_first_page_by_page_across_partitions(stores: Stores) -> None:
    first, second = await Gate(stores.gate, 0).assigned(), await Gate(stores.gate, 4).assigned()
    await first.writes(4, inbox=[row(0), row(1, 0), row(1, 1), row(3), row(2, lasargrupp=OTHER_GROUP)])
    await second.writes(3, inbox=[row(0), row(2)])
    await first.writes(withdrawn=["l3.0"])
    before, places = None, []
    while page := await stores.projection.latest(GROUP, 2, before):
        places += [(found.partition, found.offset, found.nr) for found in page]
        before = (page[-1].tid, *places[-1])
    assert places == [(4, 2, 0), (0, 1, 1), (0, 1, 0), (4, 0, 0), (0, 0, 0)]


async def test_what_a_group_sent_is_read_once_each_what_was_judged_last_first(stores: Stores) -> None:
    first, second = await Gate(stores.gate, 0).assigned(), await Gate(stores.gate, 1).assigned()
    sent = [
        decision(0),
        decision(1, typ="skydd", handelse_id="both"),
        decision(2, handelse_id="h0", status="upprepning"),
        decision(3, typ="kvittens"),
        decision(4, lasargrupp=OTHER_GROUP),
        decision(5, typ="skydd", status="karantan"),
        decision(6, handelse_id="", status="karantan"),
    ]
    await first.writes(7, decisions=sent)
    await second.writes(4, decisions=[decision(3, typ="skydd", handelse_id="both"), decision(2, handelse_id="other")])
    types = ["sip_kallelse", "skydd", "kvittens"]
    before, found = None, []
    while page := await stores.projection.sent(GROUP, types, 2, before):
        found += [(one.partition, one.row.offset, one.row.handelse_id) for one in page if one.row.handelse_id]
        before = (page[-1].row.tid, page[-1].partition, page[-1].row.offset)
    assert found == [(0, 5, "h5"), (1, 2, "other"), (0, 1, "both"), (0, 0, "h0")]
    assert [one.row.offset for one in await stores.projection.sent(GROUP, ["skydd"], 9)] == [5, 1]
    assert await stores.projection.sent(GROUP, [], 9) == []


async def test_what_happened_to_deliveries_is_read_for_many_at_once(stores: Stores) -> None:
    gate = await Gate(stores.gate).assigned()
    steps = [happened(0, "l0"), happened(1, "l0", "mottagen"), happened(1, "l1"), happened(1, "l9")]
    await gate.writes(2, delivery_events=steps)
    assert set(await stores.projection.steps_of(["l0", "l1", "finns-ej"])) == set(steps[:3])
    assert await stores.projection.steps_of([]) == []
