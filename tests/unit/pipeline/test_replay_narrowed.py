"""A replay that asks of a part compares that part alone, judges all before it, and goes on where it was."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from hub import Hub, envelope, person_id

from samverkanshub.adapters.memory import MemoryProjection
from samverkanshub.codec.envelope import EVENT_HEADER, PERSONS_HEADER
from samverkanshub.domain.errors import Halt
from samverkanshub.entrypoints.cli.fortsatt import Places
from samverkanshub.pipeline import replay as replaying
from samverkanshub.pipeline.narrowing import EVERYTHING, Scope, about, in_arende
from samverkanshub.pipeline.replay import Difference, Place, Replay, Replayed
from samverkanshub.ports import Span

ALL = [Span(0, 0, 6)]
SALLY, ANNA, NOBODY = person_id("sally"), person_id("anna"), person_id("nobody")
SIP = {
    "mottagare": [{"slag": "enhet", "id": "region-dalarna.vardcentral-mora"}],
    "skyddade_personuppgifter": False,
    "delaktighet": {"satt": "deltar", "information": "muntligt"},
    "syfte": "ett",
}
SALLYS = envelope("sip_kallelse", "mora.vinr.utsatt", {"utsatt": "sally"}, SIP)
ANNAS = envelope("sip_kallelse", "mora.vinr.utsatt", {"utsatt": "anna"}, {**SIP, "syfte": "tre"})


@pytest.fixture
async def hub() -> Hub:
    """At 1, 3 and 4 something about Sally; at 2 and 5 about Anna."""
    found = await Hub().started()
    await found.publish(SALLYS)
    await found.publish(ANNAS)
    await found.publish(SALLYS)
    await found.append_raw(b"olasligt", ((PERSONS_HEADER, UUID(SALLY).bytes), (EVENT_HEADER, bytes(16))))
    await found.append(envelope("sip_kallelse", "mora.vinr.utsatt", {"utsatt": "anna"}, {**SIP, "syfte": "två"}))
    await found.judge_all()
    return found


def of(hub: Hub, scope: Scope = EVERYTHING, told: list[int] | None = None) -> Replay:
    steps = [] if told is None else told
    return Replay(hub.log, MemoryProjection(hub.database), hub.artefacts, hub.schemas, steps.append, scope)


async def replayed(hub: Hub, scope: Scope, after: Place | None = None) -> Replayed:
    replay = of(hub, scope)
    found = await replay.standing(0)
    await replay.compare(found, after)
    return found


async def places(hub: Hub, scope: Scope = EVERYTHING) -> list[Place]:
    found: list[Place] = []
    replay = of(hub, scope)
    await replay.compare(await replay.standing(0), keep=found.append)
    return found


@pytest.mark.parametrize(
    ("scope", "compared"),
    [
        (Scope(2), 4),
        (Scope(2, 4), 2),
        (Scope(0, 0), 0),
        (Scope(6), 0),
        (Scope(person_ids=(SALLY,)), 3),
        (Scope(2, person_ids=(SALLY,)), 2),
        (Scope(person_ids=(ANNA, SALLY)), 5),
        (Scope(platser=frozenset({(0, 1), (0, 4), (1, 2)})), 2),
        (Scope(2, platser=frozenset({(0, 1), (0, 4)})), 1),
        (Scope(platser=frozenset()), 0),
    ],
)
async def test_what_is_asked_about_is_compared_and_nothing_else(hub: Hub, scope: Scope, compared: int) -> None:
    assert (await replayed(hub, scope)).compared == compared
    for place, row in list(hub.database.decisions.items()):
        hub.database.decisions[place] = replace(row, outcome=row.outcome + b" ")
    assert (await replayed(hub, scope)).differing == compared


async def test_nothing_is_judged_after_the_last_position_to_compare(hub: Hub) -> None:
    steps: list[int] = []
    replay = of(hub, Scope(0, 3), steps)
    await replay.compare(await replay.standing(0))
    assert sum(steps) == 3


async def test_an_event_stands_for_the_person_it_is_about_and_a_person_for_itself(hub: Hub) -> None:
    assert await about(hub.log, ALL, SALLYS.handelse_id, EVERYTHING) == Scope(person_ids=(SALLY,))
    assert await about(hub.log, ALL, ANNA, Scope(2)) == Scope(2, person_ids=(ANNA,))
    regelverk = (await MemoryProjection(hub.database).judged(0, 0, 1))[0].handelse_id
    for unknown in (NOBODY, regelverk):
        with pytest.raises(Halt) as halt:
            await about(hub.log, ALL, unknown, EVERYTHING)
        assert halt.value.code == "finns-inte"


async def test_an_event_without_a_key_stands_for_all_that_it_names(hub: Hub) -> None:
    event, both = UUID(NOBODY), tuple(sorted((SALLY, ANNA)))
    named = b"".join(UUID(one).bytes for one in both)
    await hub.append_raw(b"", ((PERSONS_HEADER, named), (EVENT_HEADER, event.bytes)))
    assert await about(hub.log, [Span(0, 0, 7)], str(event), EVERYTHING) == Scope(person_ids=both)


async def test_an_arende_is_named_by_an_event_in_it(hub: Hub) -> None:
    projection = MemoryProjection(hub.database)
    scope = await in_arende(projection, ALL, ANNAS.handelse_id, EVERYTHING)
    assert (await replayed(hub, scope)).compared == 2
    with pytest.raises(Halt, match="no such event"):
        await in_arende(projection, ALL, NOBODY, EVERYTHING)


async def test_a_decision_that_is_gone_from_the_arende_is_missed(hub: Hub) -> None:
    scope = await in_arende(MemoryProjection(hub.database), ALL, ANNAS.handelse_id, EVERYTHING)
    del hub.database.decisions[0, 5]
    assert (await replayed(hub, scope)).first == Difference(5, ("saknas",))


# ------------------------------------------------------------------------------------------ going on


async def test_it_goes_on_from_any_place_and_finds_the_same(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.database.decisions[0, 1] = replace(hub.database.decisions[0, 1], outcome=b"")
    monkeypatch.setattr(replaying, "KEPT_EVERY", 1)
    whole = await replayed(hub, EVERYTHING)
    kept = await places(hub)
    assert {place.position for place in kept} == {1, 2, 3, 4, 5, 6}
    for place in kept:
        assert await replayed(hub, EVERYTHING, place) == whole
    assert whole == Replayed(0, 6, 6, 6, 1, Difference(1, ("outcome",)))


async def test_it_goes_on_with_what_was_judged_since(hub: Hub) -> None:
    place = (await places(hub))[-1]
    await hub.publish(SALLYS)
    assert await replayed(hub, EVERYTHING, place) == Replayed(0, 7, 7, compared=7)


async def test_from_a_place_another_question_may_be_asked_of_what_comes_after_it(hub: Hub) -> None:
    place = (await places(hub, Scope(0, 3)))[-1]
    assert place.position == 3
    assert (await replayed(hub, Scope(4), place)).compared == 2
    with pytest.raises(Halt) as halt:
        await replayed(hub, Scope(2), place)
    assert halt.value.code == "annan-fraga"


async def test_a_place_of_another_log_is_refused(hub: Hub) -> None:
    place = (await places(hub))[-1]
    for other in (replace(place, digest=bytes(32)), replace(place, position=99)):
        with pytest.raises(Halt) as halt:
            await replayed(hub, EVERYTHING, other)
        assert halt.value.code == "annan-logg"


async def test_places_are_kept_in_a_file_for_its_owner_alone(hub: Hub, tmp_path: Path) -> None:
    file = tmp_path / "fortsatt.json"
    assert (Places(file).after(0), Places(None).position(0)) == (None, 0)
    (place,) = await places(hub)
    kept = Places(file)
    kept.keep(replace(place, partition=1))
    kept.keep(place)
    again = Places(file)
    assert (again.after(0), again.position(1), again.after(2)) == (place, 6, None)
    assert file.stat().st_mode & 0o777 == 0o600
    for content in (b"{}", b"\xff", b'{"format":"nyare","platser":[]}'):
        file.write_bytes(content)
        with pytest.raises(Halt, match=file.name):
            Places(file)
