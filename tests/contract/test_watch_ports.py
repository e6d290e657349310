"""`Projection.due`, `growing` and `watch_states`: what `watch` works from, and what it tells health."""

from collections.abc import AsyncIterator

import pytest

from contract.projections import Gate, Stores, due, in_memory, in_postgres
from samverkanshub.ports import IGANG, VANTAR, AgedPerson, StateRow, WatchState

LATE = 9_999_999_999_999


@pytest.fixture
async def stores(dsn: str) -> AsyncIterator[Stores]:
    async with in_postgres(dsn) if dsn else in_memory() as found:
        yield found


async def test_steps_come_when_their_time_has_and_in_its_order(stores: Stores) -> None:
    rows = [due(30), due(10, "b"), due(10, "a", "q"), due(10, steg="region"), due(10, steg="enhetschef")]
    await (await Gate(stores.gate).assigned()).writes(due=[*rows, due(31, "c")])
    expected = [rows[4], rows[3], rows[2], rows[1], rows[0]]
    assert await stores.projection.due(0, 9, 10) == []
    assert await stores.projection.due(0, 30, 10) == expected
    assert await stores.projection.due(1, 30, 10) == [], "another partition owes nothing"


async def test_steps_are_read_a_page_at_a_time(stores: Stores) -> None:
    rows = [due(tid, arende, steg=f"s{tid}") for tid in (1, 2) for arende in ("a", "b", "c")]
    await (await Gate(stores.gate).assigned()).writes(due=rows)
    found = [*(first := await stores.projection.due(0, 2, 4)), *(await stores.projection.due(0, 2, 4, first[-1]))]
    assert (len(first), found) == (4, rows)
    assert await stores.projection.due(0, 2, 4, found[-1]) == []


async def test_what_is_left_of_a_changed_duty_is_replaced_as_a_whole(stores: Stores) -> None:
    gate = await Gate(stores.gate).assigned()
    await gate.writes(due=[due(1), due(2, steg="region"), due(3, "b"), due(4, plikt_id="q")])
    await gate.writes(duties_of=[("a", "p")], due=[due(2, steg="region")])
    assert await stores.projection.due(0, LATE, 10) == [due(2, steg="region"), due(3, "b"), due(4, plikt_id="q")]
    await gate.writes(duties_of=[("a", "p"), ("a", "q"), ("b", "p")])
    assert await stores.projection.due(0, LATE, 10) == []


async def test_partitions_owe_each_their_own(stores: Stores) -> None:
    first, second = await Gate(stores.gate, 0).assigned(), await Gate(stores.gate, 1).assigned()
    await first.writes(due=[due(1)])
    await second.writes(due=[due(2)])
    await first.writes(duties_of=[("a", "p")])
    assert await stores.projection.due(0, LATE, 10) == []
    assert await stores.projection.due(1, LATE, 10) == [due(2)]


async def test_a_step_given_twice_is_refused_with_all_of_its_batch(stores: Stores) -> None:
    gate = await Gate(stores.gate).assigned()
    await gate.writes(due=[due(1, "b")])
    with pytest.raises(Exception):  # noqa: B017, PT011 -- whatever the database calls it
        await gate.writes(duties_of=[("b", "p")], due=[due(1), due(2)])
    assert await stores.projection.due(0, LATE, 10) == [due(1, "b")]
    assert [info.position for info in await stores.projection.positions()] == [1]


def person(id_: str, aldersklass: str) -> StateRow:
    return StateRow("person", id_, b"{}", aldersklass)


async def test_k8_who_is_no_adult_is_found_a_page_at_a_time_and_by_the_last_word(stores: Stores) -> None:
    gate = await Gate(stores.gate).assigned()
    classes = {"p1": "0-11", "p2": "vuxen", "p3": "okand", "p4": "15-17", "p5": "12-14", "p6": "12-14"}
    await gate.writes(states=[*(person(*known) for known in classes.items()), StateRow("arende", "p0", b"{}")])
    await gate.writes(states=[person("p5", "vuxen"), person("p1", "12-14")])
    first = await stores.projection.growing(0, "", 2)
    assert first == [AgedPerson("p1", "12-14"), AgedPerson("p3", "okand")]
    assert await stores.projection.growing(0, "p3", 2) == [AgedPerson("p4", "15-17"), AgedPerson("p6", "12-14")]
    assert await stores.projection.growing(0, "p6", 2) == []
    assert await stores.projection.growing(1, "", 2) == []


async def test_the_last_word_of_the_watch_on_each_partition_stands(stores: Stores) -> None:
    assert await stores.projection.watch_states() == []
    await stores.watch.report(1, IGANG)
    await stores.watch.report(0, IGANG)
    await stores.watch.report(1, VANTAR)
    found = await stores.projection.watch_states()
    assert [(one.partition, one.state) for one in found] == [(0, IGANG), (1, VANTAR)]
    assert all(isinstance(one, WatchState) and one.age_ms >= 0 for one in found)


async def test_what_the_watch_says_changes_nothing_of_the_gates_position(stores: Stores) -> None:
    gate = await Gate(stores.gate).assigned()
    await stores.watch.report(0, VANTAR)
    await gate.writes()
