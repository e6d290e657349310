"""The traces of judged records: what auditors' questions find them by."""

import time
from collections.abc import AsyncIterator
from itertools import product

import pytest

from contract.projections import Gate, Stores, decision, happened, in_memory, in_postgres
from samverkanshub.ports import Andel, Traced, TraceRow

MORA, FALUN = ("aktor", "mora"), ("aktor", "falun")
START = 1_750_000_000_000
"""The time of the record at offset 0; each after it comes a millisecond later."""


@pytest.fixture
async def stores(dsn: str) -> AsyncIterator[Stores]:
    """Five records: Mora has a part in all, Falun in the second and the last."""
    async with in_postgres(dsn) if dsn else in_memory() as found:
        gate = await Gate(found.gate).assigned()
        traced = [TraceRow(offset, *MORA) for offset in range(5)] + [TraceRow(offset, *FALUN) for offset in (1, 4)]
        await gate.writes(5, decisions=[decision(offset) for offset in range(5)], traces=traced)
        yield found


async def offsets(stores: Stores, sought: Traced, limit: int = 9, after: tuple[int, int] = (-1, -1)) -> list[int]:
    return [one.row.offset for one in await stores.projection.traced(sought, limit, after)]


async def test_records_are_found_in_the_order_of_the_log_whole(stores: Stores) -> None:
    found = await stores.projection.traced(Traced(*MORA), 9)
    assert [(one.partition, one.row) for one in found] == [(0, decision(offset)) for offset in range(5)]


async def test_a_page_goes_on_after_the_last(stores: Stores) -> None:
    assert await offsets(stores, Traced(*MORA), 2) == [0, 1]
    assert await offsets(stores, Traced(*MORA), 2, (0, 1)) == [2, 3]
    assert await offsets(stores, Traced(*MORA), 2, (0, 4)) == []


async def test_only_what_is_traced_by_both_is_found_within(stores: Stores) -> None:
    assert await offsets(stores, Traced(*MORA, within=FALUN)) == [1, 4]
    assert await offsets(stores, Traced(*FALUN, within=MORA), 1, (0, 1)) == [4]
    assert await offsets(stores, Traced(*MORA, within=("aktor", "orsa"))) == []


async def test_a_time_ends_before_its_end(stores: Stores) -> None:
    assert await offsets(stores, Traced(*MORA, fran=START + 1, till=START + 3)) == [1, 2]


async def test_days_begin_and_end_anywhere_in_the_log(stores: Stores) -> None:
    for fran, till in product(range(-1, 7), repeat=2):
        found = await offsets(stores, Traced(*MORA, fran=START + fran, till=START + till))
        assert found == [offset for offset in range(5) if fran <= offset < till]
        assert await offsets(stores, Traced(*MORA, fran=START + fran)) == list(range(max(fran, 0), 5))


@pytest.mark.parametrize("id", ["", "orsa", "a\0b", "\ud800"])
async def test_what_nothing_is_traced_by_finds_nothing(stores: Stores, id: str) -> None:
    assert await offsets(stores, Traced("aktor", id)) == []
    assert await offsets(stores, Traced(*MORA, within=("aktor", id))) == []


async def test_partitions_come_one_after_the_other(stores: Stores) -> None:
    second = await Gate(stores.gate, 1).assigned()
    await second.writes(decisions=[decision(0)], traces=[TraceRow(0, *MORA)])
    found = await stores.projection.traced(Traced(*MORA), 9, (0, 3))
    assert [(one.partition, one.row.offset) for one in found] == [(0, 4), (1, 0)]


async def test_one_partition_alone_may_be_asked_for(stores: Stores) -> None:
    second = await Gate(stores.gate, 1).assigned()
    await second.writes(decisions=[decision(0)], traces=[TraceRow(0, *MORA)])
    for partition, expected in ((0, [(0, 4)]), (1, [(1, 0)]), (2, [])):
        found = await stores.projection.traced(Traced(*MORA, partition=partition), 9, (0, 3))
        assert [(one.partition, one.row.offset) for one in found] == expected


async def test_where_days_are_in_each_partition_is_told(stores: Stores) -> None:
    assert await stores.projection.spans(0, 2**62) == {0: (0, 5)}
    for fran, till in product(range(7), repeat=2):
        first, end = (await stores.projection.spans(START + fran, START + till))[0]
        assert (first, end) == (min(fran, 5), min(till, 5))
    second = await Gate(stores.gate, 1).assigned()
    await second.writes(decisions=[decision(0)])
    assert await stores.projection.spans(START + 1, 2**62) == {0: (1, 5), 1: (1, 1)}


async def test_what_a_record_is_found_by_is_read_by_its_place(stores: Stores) -> None:
    assert await stores.projection.traces_at(0, 4) == [TraceRow(4, *FALUN), TraceRow(4, *MORA)]
    assert await stores.projection.traces_at(0, 3) == [TraceRow(3, *MORA)]
    assert await stores.projection.traces_at(1, 4) == []


async def test_what_records_are_found_by_is_read_of_many_at_once(stores: Stores) -> None:
    second = await Gate(stores.gate, 1).assigned()
    await second.writes(decisions=[decision(0)], traces=[TraceRow(0, *MORA)])
    expected = [TraceRow(1, *FALUN), TraceRow(1, *MORA), TraceRow(2, *MORA)]
    assert await stores.projection.traces(0, 1, 3) == expected
    assert await stores.projection.traces(1, 0, 9) == [TraceRow(0, *MORA)]
    assert await stores.projection.traces(0, 5, 9) == []


async def test_many_records_are_read_by_their_places(stores: Stores) -> None:
    second = await Gate(stores.gate, 1).assigned()
    await second.writes(decisions=[decision(0)])
    found = await stores.projection.judgements([(1, 0), (0, 3), (0, 9), (2, 1), (0, 1)])
    assert [(one.partition, one.row) for one in found] == [(0, decision(1)), (0, decision(3)), (1, decision(0))]
    assert await stores.projection.judgements([]) == []


async def test_to_which_deliveries_something_has_happened_is_read_at_once(stores: Stores) -> None:
    gate = await Gate(stores.gate).assigned()
    events = [happened(5, "l1"), happened(5, "l2", "mottagen"), happened(6, "l2", "overtagen"), happened(6, "l3", "x")]
    await gate.writes(2, delivery_events=events)
    asked = ["l1", "l2", "l3", "l4"]
    assert await stores.projection.happened_to(asked, ["mottagen", "overtagen"]) == {"l2"}
    assert await stores.projection.happened_to(asked, ["oppnad", "x"]) == {"l1", "l3"}
    assert await stores.projection.happened_to([], ["oppnad"]) == set()


async def test_what_a_record_made_happen_is_read_by_its_place(stores: Stores) -> None:
    gate = await Gate(stores.gate).assigned()
    events = [happened(5, "l2"), happened(5, "l1", "mottagen"), happened(6, "l1")]
    await gate.writes(2, delivery_events=events)
    assert await stores.projection.delivery_events_at(0, 5) == [events[1], events[0]]
    assert await stores.projection.delivery_events_at(0, 7) == []


# ------------------------------------------------------------------------------------------ shares, for operators


async def test_how_many_messages_a_rule_withheld_something_of_is_counted_in_the_last_day_and_before(
    stores: Stores,
) -> None:
    now, day = time.time_ns() // 1_000_000, 86_400_000
    ages = (10 * day, 3 * day, 2 * day, day // 2, 0)
    rows = [decision(offset, tid=now - age) for offset, age in enumerate(ages, start=5)]
    rows += [decision(10, tid=now, typ="kvittens"), decision(11, tid=now, status="karantan")]
    withheld = [TraceRow(offset, "undanhallet", id_) for offset in (5, 6, 8, 10) for id_ in ("*", "B0")]
    withheld += [TraceRow(9, "undanhallet", "K3"), TraceRow(7, "typ", "B0")]
    await (await Gate(stores.gate).assigned()).writes(7, decisions=rows, traces=withheld)
    found = await stores.projection.andelar(["sip_kallelse", "avvikelse"], 7)
    assert found == [Andel("", 2, 2), Andel("B0", 1, 1), Andel("K3", 1, 0)]
