"""`Projection.duties`: for whom an open duty may be listed, as the gate last wrote it."""

import time
from collections.abc import AsyncIterator

import pytest

from contract.projections import GROUP, OTHER_GROUP, Gate, Stores, due, duty, in_memory, in_postgres
from samverkanshub.ports import DutyPlace, DutyRow

UNIT = "mora.vinr"


@pytest.fixture
async def stores(dsn: str) -> AsyncIterator[Stores]:
    async with in_postgres(dsn) if dsn else in_memory() as found:
        yield found


async def test_duties_come_by_when_they_fall_due_and_each_once_however_many_asked_for_have_it(
    stores: Stores,
) -> None:
    rows = [duty(30), duty(10, "b"), duty(10, "a", "q"), duty(10, "a", "q", UNIT), duty(5, "c", mottagare=OTHER_GROUP)]
    await (await Gate(stores.gate).assigned()).writes(duties=rows)
    found = await stores.projection.duties([GROUP, UNIT], 9)
    assert found == [DutyPlace(10, 0, "a", "q"), DutyPlace(10, 0, "b", "p"), DutyPlace(30, 0, "a", "p")]
    assert await stores.projection.duties(["falun.vinr"], 9) == []
    assert await stores.projection.duties([], 9) == []


async def test_duties_are_read_a_page_at_a_time_over_all_partitions(stores: Stores) -> None:
    for partition in (1, 0):
        gate = await Gate(stores.gate, partition).assigned()
        rows = [duty(tid, arende, mottagare=who) for tid in (1, 2) for arende, who in (("a", GROUP), ("b", UNIT))]
        await gate.writes(duties=[duty(one.tid, one.arende_id, f"p{one.tid}", one.mottagare) for one in rows])
    whole = await stores.projection.duties([UNIT, GROUP], 99)
    assert (len(whole), whole) == (8, sorted(whole))
    paged: list[DutyPlace] = []
    while page := await stores.projection.duties([UNIT, GROUP], 3, after=paged[-1] if paged else None):
        paged += page
    assert paged == whole


async def test_h2_duties_of_one_kind_are_found_among_the_others(stores: Stores) -> None:
    rows = [duty(1), duty(2, "b", slag="h2.innehavare")]
    await (await Gate(stores.gate).assigned()).writes(duties=rows)
    assert await stores.projection.duties([GROUP], 9, "h2.innehavare") == [DutyPlace(2, 0, "b", "p")]


async def test_what_is_listed_of_a_changed_duty_is_replaced_as_a_whole_and_by_its_partition_alone(
    stores: Stores,
) -> None:
    gate, other = await Gate(stores.gate).assigned(), await Gate(stores.gate, 1).assigned()
    await gate.writes(duties=[duty(1), duty(1, mottagare=UNIT), duty(2, plikt_id="q"), duty(3, "b")], due=[due(1)])
    await other.writes(duties=[duty(4)])
    await gate.writes(duties_of=[("a", "p")], duties=[duty(5)])
    places = [
        DutyPlace(2, 0, "a", "q"),
        DutyPlace(3, 0, "b", "p"),
        DutyPlace(4, 1, "a", "p"),
        DutyPlace(5, 0, "a", "p"),
    ]
    assert await stores.projection.duties([GROUP], 9) == places
    assert await stores.projection.duties([UNIT], 9) == []
    await gate.writes(duties_of=[("a", "p"), ("a", "q"), ("b", "p"), ("b", "q")])
    assert await stores.projection.duties([GROUP], 9) == [places[2]]


async def test_a_duty_listed_twice_for_the_same_is_refused_with_all_of_its_batch(stores: Stores) -> None:
    gate = await Gate(stores.gate).assigned()
    await gate.writes(duties=[duty(1, "b")])
    with pytest.raises(Exception):  # noqa: B017, PT011 -- whatever the database calls it
        await gate.writes(duties_of=[("b", "p")], duties=[duty(1), duty(2)])
    assert await stores.projection.duties([GROUP], 9) == [DutyPlace(1, 0, "b", "p")]
    assert [info.position for info in await stores.projection.positions()] == [1]


# ------------------------------------------------------------------------------------------ not acknowledged (O4)

MINUTE_MS = 60_000
PLACES = [("mora.barn-unga", "mora"), ("orsa.barn-unga", "orsa"), ("jour", "mora"), ("jour", "orsa")]


def owed(came: int, unit: str, orter: str = "mora", arende_id: str = "a", hour_ms: int = 60 * MINUTE_MS) -> DutyRow:
    return duty(came + hour_ms, arende_id, f"p{came}{unit}", unit, fran=came, orter=orter)


async def by_place(stores: Stores) -> dict[str, tuple[int, int]]:
    """How many, and how many late, by municipality."""
    return {one.kommun: (one.antal, one.forsenade) for one in await stores.projection.obekraftade(PLACES)}


async def test_o4_reports_that_nobody_has_acknowledged_are_counted_once_in_the_municipality_they_went_to(
    stores: Stores,
) -> None:
    now = time.time_ns() // 1_000_000
    rows = [
        owed(now - 90 * MINUTE_MS, "mora.barn-unga"),
        owed(now - 90 * MINUTE_MS, "jour"),
        owed(now - 30 * MINUTE_MS, "mora.barn-unga", arende_id="b"),
        owed(now - 20 * MINUTE_MS, "orsa.barn-unga", "leksand,orsa", arende_id="c"),
        duty(now, "d", mottagare="mora.barn-unga"),
    ]
    await (await Gate(stores.gate).assigned()).writes(duties=rows)
    assert await by_place(stores) == {"mora": (2, 1), "orsa": (1, 0)}
    mora, orsa = await stores.projection.obekraftade(PLACES)
    assert 90 * MINUTE_MS <= mora.alder_ms < 95 * MINUTE_MS
    assert 30 * MINUTE_MS <= mora.over_ms < 35 * MINUTE_MS
    assert -40 * MINUTE_MS <= orsa.over_ms < -35 * MINUTE_MS


async def test_b7_a_report_that_could_not_be_read_or_whose_unit_has_left_is_counted_where_no_municipality_is_known(
    stores: Stores,
) -> None:
    now = time.time_ns() // 1_000_000
    unread = duty(now - MINUTE_MS, "a", mottagare="vc", fran=0, orter="okand")
    await (await Gate(stores.gate).assigned()).writes(duties=[unread, owed(now, "left", arende_id="b")])
    [found] = await stores.projection.obekraftade(PLACES)
    assert (found.kommun, found.antal, found.forsenade, found.alder_ms < MINUTE_MS) == ("", 2, 1, True)


async def test_o4_what_is_acknowledged_is_no_longer_counted(stores: Stores) -> None:
    gate = await Gate(stores.gate).assigned()
    row = owed(1, "mora.barn-unga")
    await gate.writes(duties=[row])
    assert await by_place(stores) == {"mora": (1, 1)}
    await gate.writes(duties_of=[(row.arende_id, row.plikt_id)])
    assert await by_place(stores) == {}
