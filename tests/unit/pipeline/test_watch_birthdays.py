"""K8: at Swedish midnight a child may have turned 12, 15 or 18; the watch tells it, a start makes up for it."""

from collections.abc import Sequence

import pytest
from intakehub import DISA, VC_RATTVIK, Died, Whole, deviation
from watched import HOUR, MINUTE, age_of, appended, passes, reported, watch

from samverkanshub.codec import envelope as envelopes
from samverkanshub.domain.events import HUB
from samverkanshub.domain.tid import to_ms

TWELVE = "2029-05-14T00:00:00+02:00"
"""DISA was born on 14 May 2017."""


def until(whole: Whole, moment: str, ms: int = 0) -> None:
    whole.hub.clock.ms = to_ms(moment) + ms


async def test_k8_a_child_is_twelve_at_midnight_in_sweden_and_not_before(whole: Whole) -> None:
    await reported(whole)
    one = watch(whole)
    until(whole, TWELVE, -1)
    await one.round()
    assert await age_of(whole, DISA) == "0-11"
    until(whole, TWELVE)
    await one.round()
    assert await age_of(whole, DISA) == "12-14"


async def test_it_is_told_once_a_day_and_only_to_those_it_changes_anything_for(whole: Whole) -> None:
    await reported(whole)
    one = watch(whole)
    until(whole, TWELVE)
    for _ in range(3):
        await one.round()
        passes(whole, MINUTE)
    await watch(whole).round()
    [(offset, found)] = await appended(whole, "aldersklass")
    assert (found.aktor, found.koder, found.uppgifter, found.arende_id) == (HUB, {}, (), "")
    assert [(person.roll, person.aldersklass) for person in found.personer] == [("registrerad", "12-14")]
    assert whole.hub.outcome(offset)["skal"] == [{"regel": "K8", "kod": "aldersklass-andrad"}]


@pytest.mark.parametrize(
    ("moment", "aldersklass"),
    [
        ("2032-05-13T23:59:59+02:00", "12-14"),
        ("2032-05-14T00:00:00+02:00", "15-17"),
        ("2035-05-13T23:59:59+02:00", "15-17"),
        ("2035-05-14T00:00:00+02:00", "vuxen"),
    ],
)
async def test_midnights_that_were_missed_are_made_up_for_at_the_start(
    whole: Whole, moment: str, aldersklass: str
) -> None:
    await reported(whole)
    until(whole, moment)
    await watch(whole).round()
    assert await age_of(whole, DISA) == aldersklass
    assert len(await appended(whole, "aldersklass")) == 1


@pytest.mark.parametrize("point", ["watch.fore-append", "watch.efter-append"])
async def test_killed_at_midnight_it_tells_it_when_it_is_started_again(whole: Whole, point: str) -> None:
    await reported(whole)
    until(whole, TWELVE)
    whole.points.at = point
    with pytest.raises(Died):
        await watch(whole).round()
    whole.points.at = ""
    await watch(whole).round()
    assert await age_of(whole, DISA) == "12-14"


async def test_what_a_gate_that_lagged_at_midnight_missed_is_told_when_it_has_caught_up(whole: Whole) -> None:
    await reported(whole)
    one = watch(whole)
    await one.round()
    until(whole, TWELVE)
    whole.log.paused = True
    await whole.publish(VC_RATTVIK, "avvikelse", deviation())
    await one.round()
    assert await appended(whole, "aldersklass") == []
    whole.log.paused = False
    await whole.log.judge()
    await one.round()
    assert await age_of(whole, DISA) == "12-14"


async def test_nobody_grows_younger_by_a_clock_that_is_behind(whole: Whole) -> None:
    until(whole, TWELVE)
    await reported(whole)
    assert await age_of(whole, DISA) == "12-14"
    await watch(whole, offset_ms=-MINUTE).round()
    assert await appended(whole, "aldersklass") == []


async def test_who_is_named_by_a_local_reference_has_no_birthday(whole: Whole) -> None:
    await reported(whole, "lokal-17")
    until(whole, TWELVE)
    await watch(whole).round()
    assert await appended(whole, "aldersklass") == []


async def test_every_partition_that_knows_the_child_is_told(whole: Whole) -> None:
    await reported(whole)
    database, log = whole.hub.database, whole.hub.log
    [known] = await whole.vault.persons([f"nr:{DISA}"], 0)
    database.ages[1, known.person_id] = "0-11"
    database.positions[1] = type(database.positions[0])(position=1)
    await log.append(1, None, (), b"")
    until(whole, TWELVE)
    await watch(whole, omraden=2).round()
    record = await log.at(1, 1)
    assert record is not None
    other = envelopes.decode(record.value, whole.hub.schemas)
    [(_, first)] = await appended(whole, "aldersklass")
    assert (other.id, other.personer) == (first.id, first.personer)


async def test_no_number_leaves_the_vault(whole: Whole) -> None:
    await reported(whole)
    until(whole, TWELVE)
    await watch(whole).round()
    log = whole.hub.log
    everything = b"".join([record.value async for record in log.records(0, 0, await log.end(0))])
    assert DISA.encode() not in everything
    assert DISA[2:].encode() not in everything


async def test_everybody_is_looked_at_also_where_they_are_more_than_a_page(
    whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("samverkanshub.pipeline.watch.PAGE", 1)
    await reported(whole, "lokal-17")
    await reported(whole)
    until(whole, TWELVE)
    await watch(whole).round()
    assert await age_of(whole, DISA) == "12-14"


async def test_k8_of_whom_the_vault_knew_nothing_in_the_morning_it_is_told_the_same_day(
    whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked again each hour, and no oftener."""
    await reported(whole)
    one, known, asked = watch(whole), whole.vault.born, list[int]()

    async def empty(person_ids: Sequence[str]) -> dict[str, str]:
        asked.append(len(person_ids))
        return {}

    monkeypatch.setattr(whole.vault, "born", empty)
    until(whole, TWELVE)
    for _ in range(3):
        await one.round()
    assert len(asked) == 1
    monkeypatch.setattr(whole.vault, "born", known)
    passes(whole, HOUR - 1)
    await one.round()
    assert await age_of(whole, DISA) == "0-11"
    passes(whole, 1)
    await one.round()
    assert await age_of(whole, DISA) == "12-14"


async def test_where_it_is_known_of_everybody_the_vault_is_asked_once_a_day(
    whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    await reported(whole)
    one, known, asked = watch(whole), whole.vault.born, list[int]()

    async def counted(person_ids: Sequence[str]) -> dict[str, str]:
        asked.append(len(person_ids))
        return await known(person_ids)

    monkeypatch.setattr(whole.vault, "born", counted)
    until(whole, TWELVE)
    for _ in range(4):
        await one.round()
        passes(whole, HOUR)
    assert len(asked) == 1
