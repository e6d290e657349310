"""What a proposed regelverk would mean for the latest events: counted over a log in memory, within bounds."""

import pytest
from foreslagna import hub_with_operators, new, proposed, with_operators, without_the_centre
from intakehub import Whole
from test_what_if import CONSENTED, again

from samverkanshub.codec.artefacts import artefacts_of, regelverk_from
from samverkanshub.domain.errors import Halt
from samverkanshub.domain.verkan import Tal, Verkan
from samverkanshub.pipeline import verkan as module
from samverkanshub.pipeline.activation import Approval, change
from samverkanshub.pipeline.verkan import DAY_MS, FOR_LANG, Provning, Stracka, municipality, stretch

FIRST_DAY = 2
"""Where the first record after the regelverk stands."""


@pytest.fixture
async def whole() -> Whole:
    """A consent at 2, a message on it at 3; forty days later a message at 4 and one at 5."""
    made = await hub_with_operators()
    for one in (CONSENTED, again("ett")):
        await made.hub.publish(one)
    made.hub.clock.ms += 40 * DAY_MS
    for one in (again("två"), again("tre")):
        await made.hub.publish(one)
    return made


async def counted(whole: Whole, found: dict[str, bytes], stracka: Stracka, **bounds: int) -> tuple[Verkan, int]:
    steps, verkan = list[int](), Verkan()
    nu = artefacts_of(with_operators())
    trial = Provning(whole.hub.log, whole.hub.artefacts, whole.hub.schemas, found, nu, steps.append, **bounds)
    await trial.count(stracka, verkan)
    return verkan, sum(steps)


async def everything(whole: Whole) -> Stracka:
    return await stretch(whole.projection, 0, 0)


async def test_only_the_days_asked_about_are_judged_both_ways(whole: Whole) -> None:
    end = await whole.hub.log.end(0)
    since = whole.hub.clock.ms - 30 * DAY_MS
    assert await stretch(whole.projection, 0, since) == Stracka(0, 4, end, kortad=False)
    assert await stretch(whole.projection, 0, 0) == Stracka(0, 0, end, kortad=False)
    assert await stretch(whole.projection, 0, whole.hub.clock.ms + 1) == Stracka(0, end, end, kortad=False)


async def test_of_more_than_is_judged_the_latest_are_and_that_is_said(whole: Whole) -> None:
    end = await whole.hub.log.end(0)
    assert await stretch(whole.projection, 0, 0, most=2) == Stracka(0, end - 2, end, kortad=True)
    assert await stretch(whole.projection, 0, 0, most=end) == Stracka(0, 0, end, kortad=False)


async def test_an_omrade_without_records_has_nothing_to_judge(whole: Whole) -> None:
    assert await stretch(whole.projection, 7, 0) == Stracka(7, 0, 0, kortad=False)


async def test_what_changes_no_decision_counts_nothing_from_wherever_it_begins(whole: Whole) -> None:
    end = await whole.hub.log.end(0)
    for start in range(end + 1):
        verkan, steps = await counted(whole, proposed(), Stracka(0, start, end, kortad=False))
        assert steps == end
        assert verkan == Verkan(handelser=max(0, end - max(start, FIRST_DAY)))


async def test_what_would_no_longer_be_delivered_is_counted_by_type_and_municipality(whole: Whole) -> None:
    end = await whole.hub.log.end(0)
    whole_log, _ = await counted(whole, without_the_centre(), await everything(whole))
    late, _ = await counted(whole, without_the_centre(), Stracka(0, 4, end, kortad=False))
    assert whole_log.alla.bortfaller > late.alla.bortfaller > 0
    assert late.alla.kommer == 0
    assert set(late.typer) == {"sip_kallelse"}
    assert set(late.kommuner) == {""}, "the region's health centre is no municipality's"
    assert late.handelser == end - 4


async def test_what_came_into_force_during_the_days_is_not_counted_as_the_proposals(whole: Whole) -> None:
    """T1: both sides are judged by what is in force now and by what is proposed, also the days before that was."""
    nu = without_the_centre()
    await change(nu, [0], Approval(new("since"), "anna", "bo"), **whole.hub.writers())
    await whole.log.judge()
    stracka, verkan = await everything(whole), Verkan()
    given = (whole.hub.log, whole.hub.artefacts, whole.hub.schemas, {**nu, "operatorer": proposed()["operatorer"]}, nu)
    await Provning(*given, lambda _: None).count(stracka, verkan)
    assert (verkan.andrade, verkan.alla) == (0, Tal())
    back = Verkan()
    plain = artefacts_of(with_operators())
    await Provning(*given[:3], plain, nu, lambda _: None).count(stracka, back)
    assert back.alla.kommer > 0 == back.alla.bortfaller


async def test_where_more_is_to_be_remembered_than_there_is_room_for_it_ends(
    whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    stracka = await everything(whole)
    monkeypatch.setattr(module, "KEPT_EVERY", 1)
    with pytest.raises(Halt) as halt:
        await counted(whole, proposed(), stracka, most_bytes=1_000)
    assert halt.value.code == FOR_LANG
    assert (await counted(whole, proposed(), stracka, most_bytes=1_000_000))[1] == stracka.end


async def test_packed_now_and_then_it_counts_the_same(whole: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    stracka = await everything(whole)
    unpacked = await counted(whole, without_the_centre(), stracka)
    monkeypatch.setattr(module, "KEPT_EVERY", 1)
    assert await counted(whole, without_the_centre(), stracka) == unpacked


def test_a_reader_group_is_of_its_actors_municipality_by_whichever_directory_knows_it() -> None:
    kommun = municipality(regelverk_from(without_the_centre()).katalog, with_operators().katalog)
    assert kommun("mora.vinr.utsatt") == "mora"
    assert kommun("region-dalarna.vardcentral-mora.handlaggare") == ""
    assert kommun("nobody") == ""
