"""V7: what a barred employee may not look at, as the gate has judged it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import cast

from samverkanshub.codec import states
from samverkanshub.codec.envelope import Envelope, to_event
from samverkanshub.domain.events import Event
from samverkanshub.domain.flows import jav
from samverkanshub.domain.overtagande import Jav
from samverkanshub.domain.state import ArendeState, OmradeState, PersonState, Tillstand
from samverkanshub.pipeline.identity import Caller
from samverkanshub.pipeline.spar import ARENDE, JAVIG, PERSON, user
from samverkanshub.ports import Judgement, Projection, Snapshot, Traced


async def known(moment: Snapshot, partition: int, arende_ids: Iterable[str], person_ids: Iterable[str]) -> Tillstand:
    """These ärenden, and these persons and whom the ärenden are about: all that says who is barred."""
    stored = await moment.states(partition, [("arende", id_) for id_ in sorted(set(arende_ids) - {""})])
    arenden = {id_: cast(ArendeState, states.decode("arende", state)) for (_, id_), state in stored.items()}
    about = {arende.person_id for arende in arenden.values()} | set(person_ids)
    stored = await moment.states(partition, [("person", id_) for id_ in sorted(about - {""})])
    persons = {id_: cast(PersonState, states.decode("person", state)) for (_, id_), state in stored.items()}
    return Tillstand(OmradeState(partition), persons, arenden)


async def closed(projection: Projection, caller: Caller, sent: Sequence[tuple[Envelope, Judgement]]) -> frozenset[str]:
    """V7: those of these events, by id, that the caller's group sent and the caller's user may not look at.

    Not what they have sent themselves since they were barred: the gate takes it as from anybody, and that it cannot be
    seen would tell them that their employer has an ärende about the person.
    """
    one, found = Jav(caller.aktor, caller.anvandare), frozenset[str]()
    placed = [(replace(to_event(envelope), arende_id=at.row.arende_id), at) for envelope, at in sent]
    for partition in sorted({at.partition for _, at in placed}):
        here = [(event, at) for event, at in placed if at.partition == partition]
        async with projection.snapshot() as moment:
            named = {id_ for event, _ in here for id_ in jav.concerned(event)}
            tillstand = await known(moment, partition, (event.arende_id for event, _ in here), named)
        for event, at in here:
            if jav.hidden(tillstand, event, one) and not await _sent_since(projection, tillstand, event, at, one):
                found |= {event.handelse_id}
    return found


async def _sent_since(projection: Projection, tillstand: Tillstand, event: Event, at: Judgement, one: Jav) -> bool:
    """Did the user send it, and was not barred after that?"""
    if event.anvandare != one.anvandare:
        return False
    arende = tillstand.arenden.get(event.arende_id)
    persons = {*jav.concerned(event), arende.person_id if arende else ""} - {""}
    places = [(PERSON, id_) for id_ in sorted(persons)] + ([(ARENDE, event.arende_id)] if event.arende_id else [])
    for within in places:
        barring = Traced(JAVIG, user(one.aktor, one.anvandare), within)
        later = await projection.traced(barring, 1, (at.partition, at.row.offset))
        if any(bar.partition == at.partition for bar in later):
            return False
    return True
