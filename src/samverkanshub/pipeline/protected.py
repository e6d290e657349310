"""P5 at the time of reading: a flag raised since a message was judged hides names of units too."""

from collections.abc import Iterable
from typing import cast

from samverkanshub.codec import states
from samverkanshub.domain.events import Event
from samverkanshub.domain.protection import concerns_protected
from samverkanshub.domain.state import ArendeState, OmradeState, PersonState, Tillstand
from samverkanshub.ports import Projection


async def is_protected_now(projection: Projection, partition: int, event: Event) -> bool:
    """Is anybody, other than the suspected, protected as the projection knows them now?

    Anybody whom the event names or who is named in its ärende: what names nobody shows by its alias what it belongs to.
    """
    arende = await _arende(projection, partition, event.arende_id)
    told = [event, *(message.handelse for message in arende.meddelanden)] if arende else [event]
    persons = await _persons(projection, partition, {id_ for one in told for id_ in one.person_ids})
    close = {id_ for person in persons.values() for id_ in (*person.hushall, *person.vardnadshavare)}
    persons |= await _persons(projection, partition, close - persons.keys())
    tillstand = Tillstand(OmradeState(partition), persons, {arende.arende_id: arende} if arende else {})
    return any(concerns_protected(tillstand, one) for one in told)


async def _arende(projection: Projection, partition: int, arende_id: str) -> ArendeState | None:
    stored = await projection.state(partition, "arende", arende_id) if arende_id else None
    return None if stored is None else cast(ArendeState, states.decode("arende", stored))


async def _persons(projection: Projection, partition: int, person_ids: Iterable[str]) -> dict[str, PersonState]:
    found = {}
    for person_id in sorted(person_ids):
        stored = await projection.state(partition, "person", person_id)
        if stored is not None:
            found[person_id] = cast(PersonState, states.decode("person", stored))
    return found
