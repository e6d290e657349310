"""B7: a program newer than the regelverk in force appends nothing that its gate must quarantine, and freezes nobody."""

from dataclasses import replace

import pytest
from hub import Hub, envelope, person_id
from intakehub import VC_RATTVIK, Whole, keyed_regelverk, report
from watched import CHILD_UNIT, HOUR, appended, passes, reported, taken, watch

from samverkanshub.adapters.memory import MemoryProjection
from samverkanshub.domain.events import HUB, Person
from samverkanshub.pipeline.karantan import frozen, listed
from samverkanshub.pipeline.replay import Replay
from samverkanshub.ports import IGANG, VANTAR, Unavailable


@pytest.mark.parametrize("typ", ["plikt_steg", "aldersklass"])
async def test_the_watch_waits_for_a_regelverk_that_lists_what_it_appends(whole: Whole, typ: str) -> None:
    await reported(whole)
    await whole.before_the_schema_of(typ)
    passes(whole, HOUR)
    before = await whole.hub.log.end(0)
    one = watch(whole)
    assert await one.round() == {0: VANTAR}
    assert await whole.hub.log.end(0) == before
    assert await frozen(whole.projection, 0) == 0


async def test_once_the_regelverk_lists_it_the_step_is_taken(whole: Whole) -> None:
    await reported(whole)
    await whole.before_the_schema_of("plikt_steg")
    passes(whole, HOUR)
    one = watch(whole)
    await one.round()
    await whole.activated()
    assert await one.round() == {0: IGANG}
    assert set(await taken(whole)) == {"paminnelse"}


async def test_a_step_that_the_gate_does_not_read_freezes_nobody_and_stays_in_quarantine(whole: Whole) -> None:
    """The regelverk was changed between the watch's look and its append."""
    await reported(whole)
    await whole.before_the_schema_of("plikt_steg")
    whole.regelverk.found = keyed_regelverk()
    passes(whole, HOUR)
    await watch(whole).round()
    posts = await listed(whole.projection, [0])
    assert len(posts) == len(await appended(whole, "plikt_steg"))
    assert {(post.orsak, post.personer, post.frysta) for post in posts} == {("okant-schema", 1, 0)}
    assert await frozen(whole.projection, 0) == 0
    assert await _differing(whole.hub) == 0


async def test_what_does_not_decode_freezes_its_persons_whoever_it_says_appended_it() -> None:
    hub = await Hub().started()
    about = (Person(person_id("disa"), "registrerad"),)
    await hub.append(replace(envelope("aldersklass", CHILD_UNIT, {}, {}), typ="annu_okand", aktor=HUB, personer=about))
    await hub.judge_all()
    assert await frozen(MemoryProjection(hub.database), 0) == 1
    assert await _differing(hub) == 0


async def test_intake_takes_nothing_that_a_gate_would_quarantine(whole: Whole) -> None:
    await whole.before_the_schema_of("orosanmalan")
    before = await whole.hub.log.end(0)
    with pytest.raises(Unavailable) as later:
        await whole.publish(VC_RATTVIK, "orosanmalan", report())
    assert (later.value.what, later.value.ring) == ("regelverk", "0248-111")
    assert await whole.hub.log.end(0) == before
    await whole.activated()
    assert (await whole.publish(VC_RATTVIK, "orosanmalan", report())).dom == "godtagen"


async def _differing(hub: Hub) -> int:
    replay = Replay(hub.log, MemoryProjection(hub.database), hub.artefacts, hub.schemas, lambda _: None)
    found = await replay.standing(0)
    await replay.compare(found)
    return found.differing
