"""Laws of what is kept, in every history: no duty is lost, each is driven on, and states survive their bytes."""

from collections.abc import Iterator

from examples import law
from histories import CALL_TAKEN_BACK, CALL_TAKEN_BACK_LATER, Move, histories, play
from hypothesis import example, given
from steps import OMRADE
from varld import Step, Varld

from samverkanshub.codec import states
from samverkanshub.domain import gate
from samverkanshub.domain.events import HUB, PLIKT_STEG, Event, Position
from samverkanshub.domain.parter import bearers
from samverkanshub.domain.plikter import S4_KALLELSE, open_ones
from samverkanshub.domain.state import ArendeState, Plikt, Tillstand


def plikter(tillstand: Tillstand) -> dict[str, Plikt]:
    """Every duty by its id, which no other has."""
    found = [plikt for arende in tillstand.arenden.values() for plikt in arende.plikter]
    assert len({plikt.id for plikt in found}) == len(found)
    return {plikt.id: plikt for plikt in found}


@law
@given(histories)
@example(CALL_TAKEN_BACK)
@example(CALL_TAKEN_BACK_LATER)
def test_a_duty_is_open_or_ended_with_an_outcome_and_never_lost(history: list[Move]) -> None:
    """What has been made stands, step by step as it was frozen; what has ended has ended once.

    S4: but the call that a recall or a correction takes back is owed again, which its decision says.
    """
    for step in play(history).steps:
        before, after = plikter(step.before), plikter(step.after)
        if step.accepted:
            assert {plikt.id for plikt in step.decision.plikter} <= after.keys()
        for id_, plikt in after.items():
            assert bool(plikt.uppfylld) == bool(plikt.utfall)
            assert plikt.uppfylld in (0, before[id_].uppfylld if id_ in before else 0, step.position.tid)
        assert before.keys() <= after.keys()
        again = {id_ for id_, plikt in before.items() if plikt.uppfylld and not after[id_].uppfylld}
        assert again == set(step.decision.oppnade_plikter)
        assert all(step.decision.aterkallar and before[id_].slag == S4_KALLELSE for id_ in again)
        for id_, plikt in before.items():
            assert _goes_on(plikt, after[id_], again=id_ in again)


def _goes_on(before: Plikt, after: Plikt, *, again: bool) -> bool:
    same = (before.slag, before.barare, before.handelse_id, before.steg) == (
        after.slag,
        after.barare,
        after.handelse_id,
        after.steg,
    )
    ended = again or not before.uppfylld or (before.uppfylld, before.utfall) == (after.uppfylld, after.utfall)
    return same and ended and after.tagna[: len(before.tagna)] == before.tagna


@law
@given(histories)
def test_an_open_duty_has_taken_all_its_steps_or_has_one_that_reaches_somebody(history: list[Move]) -> None:
    """O4, H2, A3, S3, S4, F1: nothing is owed in silence, where anybody answers for the ärende."""
    world = play(history)
    for arende, plikt in _open_ones(world):
        left = [steg for steg in plikt.steg if steg.namn not in plikt.tagna]
        assert plikt.steg, plikt.slag
        assert set(plikt.tagna) <= {steg.namn for steg in plikt.steg}
        for steg in left:
            koder = {"plikt": plikt.id, "steg": steg.namn}
            event = Event("w", PLIKT_STEG, HUB, "", "", "", koder=koder, arende_id=arende.arende_id)
            position = Position(OMRADE, world.offset, max(world.tid, steg.tid))
            decision = gate.decide(world.tillstand, event, position, world.regler)
            assert Step(world.tillstand, event, decision, position, world.regler, world.tillstand).accepted
            assert decision.deliveries, (plikt.slag, steg.namn)


@law
@given(histories)
@example(CALL_TAKEN_BACK)
@example(CALL_TAKEN_BACK_LATER)
def test_s4_a_call_is_owed_in_the_sip_that_a_summons_joins(history: list[Move]) -> None:
    """H1: so that whoever owes it can make it."""
    world = play(history)
    for arende, _ in ((a, p) for a in world.arenden for p in open_ones(a, S4_KALLELSE)):
        assert dict(world.tillstand.person(arende.person_id).arenden)[arende.process] == arende.arende_id


def _open_ones(world: Varld) -> Iterator[tuple[ArendeState, Plikt]]:
    for arende in world.arenden:
        answering = bearers(arende, world.regler.katalog) or arende.process.startswith("granskning.")
        yield from ((arende, plikt) for plikt in arende.plikter if answering and not plikt.uppfylld)


@law
@given(histories)
def test_a_state_survives_its_bytes_at_every_step(history: list[Move]) -> None:
    for step in play(history).steps:
        changed = [p for id_, p in step.after.personer.items() if p is not step.before.personer.get(id_)]
        changed += [a for id_, a in step.after.arenden.items() if a is not step.before.arenden.get(id_)]
        for state in (step.after.omrade, *changed):
            content = states.encode(state)
            again = states.decode(states.kind_of(state), content)
            assert again == state
            assert states.encode(again) == content
