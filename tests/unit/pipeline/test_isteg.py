"""T1: a regelverk that got no further than the first område is brought to the others by the watch."""

from dataclasses import replace

import pytest
from foreslagna import hub_with_operators, new, proposed, with_operators
from intakehub import Whole
from watched import watch

from samverkanshub.codec.artefacts import artefacts_of, digests, regelverk_digest
from samverkanshub.domain.aktiveringar import Aktivering
from samverkanshub.pipeline.activation import Approval, change
from samverkanshub.pipeline.isteg import GRACE_MS, behind, following
from samverkanshub.pipeline.rulebook import ActiveRegelverk
from samverkanshub.pipeline.watch import Watch
from samverkanshub.ports import IGANG, UR_STEG


@pytest.fixture
async def half() -> Whole:
    """Two områden, where another regelverk is in force in the first alone: who approved it died."""
    made = await hub_with_operators()
    await made.hub.gate.assign(1)
    await change(artefacts_of(with_operators()), [1], Approval(new("start"), "anna", "bo"), **made.hub.writers())
    await change(proposed(), [0], Approval(new("approved"), "drift.1", "drift.2"), **made.hub.writers())
    await judged(made)
    return made


async def judged(whole: Whole) -> None:
    for partition in (0, 1):
        end = await whole.hub.log.end(partition)
        await whole.hub.gate.batch(partition, [one async for one in whole.hub.log.records(partition, 0, end)])


def watching(whole: Whole) -> Watch:
    made = watch(whole, omraden=2)
    made.regelverk = ActiveRegelverk(whole.projection, whole.hub.artefacts)
    return made


async def test_the_watch_brings_it_to_the_others_as_the_same_two_agreed(half: Whole) -> None:
    one = watching(half)
    half.hub.clock.ms += GRACE_MS
    end = await half.hub.log.end(1)
    assert await one.round() == {0: IGANG, 1: UR_STEG}
    assert await half.hub.log.end(1) == end + 1
    await one.round()
    assert await half.hub.log.end(1) == end + 1, "once, while the gate has not come to it"
    await judged(half)
    by_area = await one.isteg.aktiveringar()
    last = by_area[1][-1]
    assert (last.digest, last.foreslagen_av, last.godkand_av) == (
        regelverk_digest(digests(proposed())),
        "drift.1",
        "drift.2",
    )
    assert behind(by_area) == ()
    assert await watching(half).round() == {0: IGANG, 1: IGANG}
    assert await half.hub.log.end(1) == end + 1, "in step nothing is appended"


async def test_whoever_put_it_in_force_has_its_time_to_do_so_everywhere(half: Whole) -> None:
    end = await half.hub.log.end(1)
    half.hub.clock.ms += GRACE_MS - 1
    await watching(half).round()
    assert await half.hub.log.end(1) == end


def activated(partition: int, *digests_: str) -> tuple[Aktivering, ...]:
    return tuple(
        Aktivering(partition, nr, nr, f"h{one}", one, "anna", "bo", (), f"i{one}") for nr, one in enumerate(digests_)
    )


def test_in_step_it_is_the_same_event_in_every_omrade() -> None:
    by_area = {0: activated(0, "a", "b"), 1: activated(1, "a"), 2: activated(2, "a", "b")}
    assert behind(by_area) == (1,)
    assert following(by_area, 1) == Approval("ib", "anna", "bo", bas="a")


def test_an_omrade_of_which_nothing_is_known_is_not_behind() -> None:
    assert behind({0: activated(0, "a"), 1: ()}) == ()
    assert behind({0: (), 1: activated(1, "a")}) == ()


def test_where_the_id_may_be_taken_it_has_another_and_another_each_time() -> None:
    """B7: an id that was refused once is a repeat for ever."""
    first = activated(0, "a", "b")
    given = [following({0: first, 1: here}, 1).id for here in (activated(1, "a", "b", "c"), activated(1, "a", "c"))]
    taken = (replace(activated(1, "c")[0], handelse_id="hb"),)
    assert len({*given, following({0: first, 1: taken}, 1).id, "ib"}) == 4
