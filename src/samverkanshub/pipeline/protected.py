"""P5 at the time of reading: a flag raised since a message was judged hides names of units too."""

from collections.abc import Iterable
from typing import cast

from samverkanshub.codec import states
from samverkanshub.domain.events import Event
from samverkanshub.domain.protection import concerns_protected
from samverkanshub.domain.state import OmradeState, PersonState, Tillstand
from samverkanshub.ports import Projection


async def is_protected_now(projection: Projection, partition: int, event: Event) -> bool:
    """Is anybody whom the event names, other than the suspected, protected as the projection knows them now?"""
    persons = await _persons(projection, partition, event.person_ids)
    household = {member for person in persons.values() for member in person.hushall} - persons.keys()
    persons |= await _persons(projection, partition, household)
    return concerns_protected(Tillstand(OmradeState(partition), persons), event)


async def _persons(projection: Projection, partition: int, person_ids: Iterable[str]) -> dict[str, PersonState]:
    found = {}
    for person_id in sorted(person_ids):
        stored = await projection.state(partition, "person", person_id)
        if stored is not None:
            found[person_id] = cast(PersonState, states.decode("person", stored))
    return found
