"""O4: a report that nobody acknowledges: reminder, second contact, the region, each step once, whatever dies when."""

import pytest
from intakehub import VC_RATTVIK, Died, Whole, caller, deviation
from watched import CHILD_UNIT, HOUR, MINUTE, acknowledged, appended, effects, owed, passes, reported, taken, watch

from samverkanshub.codec.schemas import default_schemas
from samverkanshub.codec.walk import check_codes
from samverkanshub.domain.events import HUB
from samverkanshub.domain.plikter import LADDERS
from samverkanshub.pipeline.watch import WAITED_MS
from samverkanshub.ports import FORSENAD, IGANG, VANTAR, Unavailable

POINTS = ["watch.fore-append", "watch.efter-append"]


async def test_nothing_is_appended_before_its_time(whole: Whole) -> None:
    await reported(whole)
    passes(whole, HOUR - 1)
    before = await whole.hub.log.end(0)
    assert await watch(whole).round() == {0: IGANG}
    assert await whole.hub.log.end(0) == before


async def test_o4_reminder_second_contact_and_region_come_at_one_two_and_three_hours(whole: Whole) -> None:
    await reported(whole)
    one = watch(whole)
    steps = ["paminnelse", "andra_kontakt", "region"]
    for hours in (1, 2, 3):
        passes(whole, HOUR)
        await one.round()
        await one.round()
        assert set(await taken(whole)) == set(steps[:hours])
    assert set((await effects(whole)).values()) == {1}
    assert set(await effects(whole)) == owed(whole)


async def test_the_sender_reads_of_each_step_in_its_outcome(whole: Whole) -> None:
    handelse = await reported(whole)
    passes(whole, 3 * HOUR)
    await watch(whole).round()
    happened = [row.slag for row in await whole.projection.delivery_events(handelse)]
    assert {"o4-kvittens-paminnelse", "o4-kvittens-andra-kontakt", "o4-kvittens-region"} <= set(happened)
    assert (await whole.deliver.outcome(caller(VC_RATTVIK), handelse))["dom"]


async def test_a_step_is_the_hubs_own_names_whom_the_arende_is_about_and_says_no_more(whole: Whole) -> None:
    await reported(whole)
    passes(whole, HOUR)
    await watch(whole).round()
    for _, one in await appended(whole, "plikt_steg"):
        assert (one.aktor, one.enhet, one.lasargrupp, one.anvandare, one.uppgifter) == (HUB, "", "", "", ())
        assert [person.roll for person in one.personer] == ["registrerad"]
        assert set(one.koder) == {"plikt", "steg"}
        assert one.arende_id
    salts = [one.beslutssalt for _, one in await appended(whole, "plikt_steg")]
    assert len(set(salts)) == len(salts)


async def test_whoever_acknowledges_in_time_is_not_reminded(whole: Whole) -> None:
    await reported(whole)
    await acknowledged(whole, CHILD_UNIT)
    passes(whole, 3 * HOUR)
    await watch(whole).round()
    bearers = {whole_id for whole_id, _ in owed(whole)}
    assert {plikt for plikt, _ in await effects(whole)} == bearers


async def test_whoever_acknowledges_after_the_reminder_hears_no_more(whole: Whole) -> None:
    await reported(whole)
    passes(whole, HOUR)
    one = watch(whole)
    await one.round()
    reminded = {plikt for plikt, _ in await effects(whole)}
    await acknowledged(whole, CHILD_UNIT)
    met = reminded - {plikt for plikt, _ in owed(whole)}
    passes(whole, 2 * HOUR)
    await one.round()
    assert {steg for plikt, steg in await effects(whole) if plikt in met} == {"paminnelse"}


@pytest.mark.parametrize("steg", sorted({steg for ladder in LADDERS.values() for steg, _ in ladder}))
def test_every_step_that_there_is_can_be_told(steg: str) -> None:
    """What the gate could not read would freeze whom it is about (B7)."""
    number_like = "4ca10303-7381-5b00-882d-198611172381"
    check_codes(default_schemas().data("plikt_steg", 1), {"plikt": number_like, "steg": steg})


# ------------------------------------------------------------------------------------------ a gate that lags


async def test_nothing_is_appended_for_a_gate_that_has_more_to_judge(whole: Whole) -> None:
    await reported(whole)
    passes(whole, HOUR)
    whole.log.paused = True
    await acknowledged(whole, CHILD_UNIT)
    before = await whole.hub.log.end(0)
    assert await watch(whole).round() == {0: VANTAR}
    assert await whole.hub.log.end(0) == before


async def test_nothing_is_appended_before_record_0_is_judged() -> None:
    """Whatever came before it could never be judged."""
    whole = Whole()
    assert await watch(whole).round() == {0: VANTAR}
    assert await whole.hub.log.end(0) == 0


async def test_a_gate_that_lags_delays_its_own_partition_alone(whole: Whole) -> None:
    await reported(whole)
    passes(whole, HOUR)
    await whole.hub.log.append(1, None, (), b"")
    assert await watch(whole, omraden=2).round() == {0: IGANG, 1: VANTAR}
    assert await taken(whole)


# ------------------------------------------------------------------------------------------ the brokers clock


async def test_what_the_logs_time_says_is_too_early_is_tried_again_each_minute_and_no_oftener(whole: Whole) -> None:
    """The watch's clock is ahead of the broker's, by which the gate judges."""
    await reported(whole)
    one = watch(whole, offset_ms=2 * MINUTE)
    passes(whole, HOUR - 2 * MINUTE)
    for _ in range(3):
        await one.round()
    assert await taken(whole) == []
    tried = len(await appended(whole, "plikt_steg"))
    passes(whole, MINUTE - 1)
    await one.round()
    assert len(await appended(whole, "plikt_steg")) == tried
    passes(whole, 1)
    await one.round()
    assert len(await appended(whole, "plikt_steg")) == 2 * tried
    passes(whole, MINUTE)
    await one.round()
    assert set(await taken(whole)) == {"paminnelse"}
    assert set((await effects(whole)).values()) == {1}


async def test_within_a_minute_any_number_of_watches_try_one_event(whole: Whole) -> None:
    await reported(whole)
    passes(whole, HOUR - 1)
    for _ in range(3):
        await watch(whole, offset_ms=1).round()
    ids = {one.id for _, one in await appended(whole, "plikt_steg")}
    statuses = [row.status for _, row in whole.hub.decisions() if row.typ == "plikt_steg"]
    assert len(statuses) == 3 * len(ids)
    assert statuses.count("dom") == len(ids)


# ------------------------------------------------------------------------------------------ death and company


@pytest.mark.parametrize("point", POINTS)
async def test_killed_at_any_append_and_started_again_it_misses_and_doubles_nothing(whole: Whole, point: str) -> None:
    await reported(whole)
    passes(whole, 3 * HOUR)
    whole.points.at = point
    with pytest.raises(Died):
        await watch(whole).round()
    whole.points.at = ""
    await watch(whole).round()
    assert set(await effects(whole)) == owed(whole)
    assert set((await effects(whole)).values()) == {1}


async def test_two_watches_at_once_are_as_good_as_one(whole: Whole) -> None:
    await reported(whole)
    passes(whole, 3 * HOUR)
    first, second = watch(whole), watch(whole)
    whole.log.paused = True
    assert await first.round() == {0: IGANG}
    whole.hub.database.positions[0].position = await whole.hub.log.end(0)  # the second had looked just before
    await second.round()
    whole.hub.database.positions[0].position = 2
    whole.log.paused = False
    await whole.log.judge()
    assert len(await appended(whole, "plikt_steg")) == 2 * len(owed(whole))
    assert set(await effects(whole)) == owed(whole)
    assert set((await effects(whole)).values()) == {1}


@pytest.mark.parametrize("trouble", ["down", "down_after"])
async def test_a_log_that_does_not_answer_loses_nothing(whole: Whole, trouble: str) -> None:
    """Whether it was appended is not known: the next round appends it again, under the same id."""
    await reported(whole)
    passes(whole, 3 * HOUR)
    one = watch(whole)
    setattr(whole.log, trouble, True)
    with pytest.raises(Unavailable):
        await one.round()
    setattr(whole.log, trouble, False)
    await one.round()
    assert set(await effects(whole)) == owed(whole)
    assert set((await effects(whole)).values()) == {1}


# ------------------------------------------------------------------------------------------ a hub that is never still


class NeverStill:
    """The end of a log to which more comes whenever it is asked for, judged at once or by the next time."""

    def __init__(self, whole: Whole, *, at_once: bool) -> None:
        self._whole = whole
        self._at_once = at_once

    async def end(self, partition: int) -> int:
        await self._whole.log.judge()
        self._whole.log.paused = not self._at_once
        await self._whole.publish(VC_RATTVIK, "avvikelse", deviation(beskrivning="en till"))
        self._whole.log.paused = False
        return await self._whole.hub.log.end(partition)


@pytest.mark.parametrize("at_once", [True, False])
async def test_o4_steady_traffic_never_starves_the_steps(whole: Whole, at_once: bool) -> None:
    await reported(whole)
    passes(whole, HOUR)
    one = watch(whole)
    one.end = NeverStill(whole, at_once=at_once)
    for _ in range(2):
        await one.round()
        await whole.log.judge()
    assert set(await taken(whole)) == {"paminnelse"}


async def test_a_watch_that_has_waited_long_says_so_until_it_goes_on(whole: Whole) -> None:
    """O4: what falls due is told to nobody meanwhile."""
    one = watch(whole)
    whole.log.paused = True
    await reported(whole)
    assert await one.round() == {0: VANTAR}
    passes(whole, WAITED_MS - 1)
    assert await one.round() == {0: VANTAR}
    passes(whole, 1)
    assert await one.round() == {0: FORSENAD}
    await whole.log.judge()
    assert await one.round() == {0: IGANG}
    await reported(whole, beskrivning="en till")
    assert await one.round() == {0: VANTAR}
