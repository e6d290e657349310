"""P5 at the time of reading: a flag raised since a message was judged hides names of units too."""

import asyncio
from collections.abc import Iterable
from typing import Final, cast

import structlog

from samverkanshub.codec import states
from samverkanshub.domain.events import Event
from samverkanshub.domain.protection import concerns_protected
from samverkanshub.domain.state import ArendeState, OmradeState, PersonState, Tillstand
from samverkanshub.ports import LogEnd, Projection

LONGEST_S: Final = 1.0
"""How long who reads names waits for a gate that is behind the log."""
_log = structlog.get_logger("samverkanshub.skydd")


class Names:
    """May a reader be told who sent and received? One for each request, since it asks the log once."""

    def __init__(self, projection: Projection, reader: LogEnd | None, wait_s: float) -> None:
        self._projection = projection
        self._reader = reader
        self._wait_s = min(wait_s, LONGEST_S)
        self._judged: dict[int, bool] = {}

    async def hidden(self, partition: int, event: Event) -> bool:
        """Is anybody of the event's ärende protected, or may somebody be by what the gate has not judged yet (P4)?"""
        return not await self.caught_up(partition) or await is_protected_now(self._projection, partition, event)

    async def caught_up(self, partition: int) -> bool:
        """Has the gate judged all that was in the log when first asked? In doubt not; reading never fails for it."""
        if partition not in self._judged:
            self._judged[partition] = await self._look(partition)
        return self._judged[partition]

    async def _look(self, partition: int) -> bool:
        if self._reader is None:
            return True
        try:
            async with asyncio.timeout(self._wait_s):
                end = await self._reader.end(partition)
                return await self._projection.wait_judged(partition, end - 1, self._wait_s)
        except Exception as fault:
            _log.warning("names.hidden-log-unknown", partition=partition, error=type(fault).__name__)
            return False


async def is_protected_now(projection: Projection, partition: int, event: Event) -> bool:
    """Is anybody protected as the projection knows them now?

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
