"""What a gate remembers of a partition within an epoch: states kept decoded, and those a batch has changed.

One writer a partition, so that what is cached stays true until the partition is revoked or a transaction fails.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, cast

from samverkanshub.codec import states
from samverkanshub.domain.events import Event
from samverkanshub.domain.flows.listning import concerned, is_listed, reported
from samverkanshub.domain.needs import needs
from samverkanshub.domain.plikter import H2_INNEHAVARE, open_steps
from samverkanshub.domain.state import ArendeState, OmradeState, PersonState, Plikt, Tillstand
from samverkanshub.ports import DueRow, DutyRow, StateRow, States

Key = tuple[str, str]
Wanted = tuple[frozenset[str], frozenset[str]]
"""Ids of persons and of ärenden."""
_ROUNDS: Final = 3
"""From persons to their ärenden, from those to whom their messages name, and to those close to them."""
State = PersonState | ArendeState | OmradeState
_LIMIT: Final = 50_000
"""Entities kept between batches; past it the memory starts afresh, so that it stays level."""


class Minne:
    """The states of one partition, loaded on demand. Absent entities are remembered as absent."""

    def __init__(self, store: States, partition: int) -> None:
        self._store = store
        self._partition = partition
        self._own = ("omrade", str(partition))
        self._wanted: dict[int, Wanted] = {}
        """Where to begin with each of the events that are at hand, by identity: their prefetch came so far."""
        self._states: dict[Key, State | None] = {}
        self._dirty: set[Key] = set()
        self._written: dict[Key, State | None] = {}
        """What the rows hold, or will when what is on its way is written, of those that are changed since."""

    async def omrade(self) -> OmradeState:
        """What the partition remembers of itself."""
        if self._own not in self._states:
            await self._load([self._own])
        return self._omrade()

    async def prefetch(self, events: Sequence[Event]) -> None:
        """Load in few round trips what these events will look at, as far as it can be known beforehand."""
        await self._load([("person", id_) for event in events for id_ in event.person_ids])
        wanted = [_named(event) for event in events]
        for _ in range(_ROUNDS):
            wanted = [needs(self._slice(*one), event) for event, one in zip(events, wanted, strict=True)]
            if not await self._load([key for one in wanted for key in _keys(*one)]):
                break
        self._wanted = {id(event): one for event, one in zip(events, wanted, strict=True)}

    async def tillstand(self, event: Event) -> Tillstand:
        """The part of the state that this event's decision looks at, loaded until nothing is missing."""
        await self.omrade()
        # Wherever it is begun from, it ends where all is there that the event leads to, and nothing else.
        wanted = self._wanted.get(id(event)) or _named(event)
        while True:
            await self._load(_keys(*wanted))
            found = self._slice(*wanted)
            more = needs(found, event)
            if more == wanted:
                return found
            wanted = more

    async def persons(self, person_ids: Iterable[str]) -> Tillstand:
        """The state of these persons alone."""
        await self.omrade()
        wanted = frozenset(person_ids)
        await self._load(_keys(wanted, frozenset()))
        return self._slice(wanted, frozenset())

    def put(self, tillstand: Tillstand) -> None:
        """Remember the state after an event, to be written with the batch."""
        self._keep(self._own, tillstand.omrade)
        for person in tillstand.personer.values():
            self._keep(("person", person.person_id), person)
        for arende in tillstand.arenden.values():
            self._keep(("arende", arende.arende_id), arende)

    def dirty(self) -> list[StateRow]:
        """The rows to write, sorted."""
        changed = [(key, self._states[key]) for key in sorted(self._dirty)]
        return [_row(key, state) for key, state in changed if state is not None]

    def duties(self) -> "DutyRows":
        """What has changed of the open steps, and of whom they are listed for, duty by duty, sorted."""
        found = DutyRows([], [], [])
        for kind, id_ in sorted(self._dirty):
            if kind == "arende":
                before, after = self._written.get((kind, id_)), self._states[kind, id_]
                found.add(cast(ArendeState | None, before) or ArendeState(id_, "", ""), cast(ArendeState, after))
        return found

    def taken(self) -> None:
        """The rows are on their way to be written: what is changed from now on belongs to the next."""
        self._dirty.clear()
        self._written.clear()

    def committed(self) -> None:
        """The rows are written, and none is on its way."""
        self.taken()
        if len(self._states) > _LIMIT:
            self._states.clear()

    def _keep(self, key: Key, state: State) -> None:
        before = self._states.get(key)
        if before is not state:
            self._written.setdefault(key, before)
            self._states[key] = state
            self._dirty.add(key)

    async def _load(self, keys: Iterable[Key]) -> bool:
        """Have the states at hand; was any of them there to be found?"""
        missing = sorted({key for key in keys if key not in self._states})
        if missing:
            found = await self._store.states(self._partition, missing)
            for key in missing:
                self._states[key] = states.decode(key[0], found[key]) if key in found else None
            return bool(found)
        return False

    def _omrade(self) -> OmradeState:
        return cast(OmradeState | None, self._states.get(self._own)) or OmradeState(self._partition)

    def _slice(self, persons: frozenset[str], arenden: frozenset[str]) -> Tillstand:
        known = {id_: self._states.get(("person", id_)) for id_ in sorted(persons)}
        matters = {id_: self._states.get(("arende", id_)) for id_ in sorted(arenden)}
        return Tillstand(
            omrade=self._omrade(),
            personer={id_: cast(PersonState, state) for id_, state in known.items() if state is not None},
            arenden={id_: cast(ArendeState, state) for id_, state in matters.items() if state is not None},
        )


_DutyRows = tuple[list[DueRow], list[DutyRow]]
"""Of one duty: its open steps, and for whom it is listed. One that is met has none."""


class DutyRows(NamedTuple):
    """What is written of duties: those whose rows are taken away, as (ärende, duty), and the rows put after that."""

    gone: list[tuple[str, str]]
    due: list[DueRow]
    listed: list[DutyRow]

    def add(self, before: ArendeState, after: ArendeState) -> None:
        """The difference between two states of an ärende."""
        then, now = _rows_of(before, after), _rows_of(after, before)
        for plikt_id in sorted(then.keys() | now.keys()):
            due, listed = now.get(plikt_id, ([], []))
            if then.get(plikt_id, ([], [])) != (due, listed):
                self.gone.extend([(after.arende_id, plikt_id)] if plikt_id in then else [])
                self.due.extend(due)
                self.listed.extend(listed)


def _rows_of(arende: ArendeState, other: ArendeState) -> dict[str, _DutyRows]:
    """The rows by duty, but for the duties that are the very same in the other state and name all whom they concern."""
    same = {id(plikt) for plikt in other.plikter} if arende.person_id == other.person_id else set()
    found: dict[str, _DutyRows] = {}
    for plikt in arende.plikter:
        if id(plikt) not in same or plikt.slag == H2_INNEHAVARE:
            due, listed = found.setdefault(plikt.id, ([], []))
            due += [DueRow(arende.arende_id, plikt.id, s.namn, s.tid, arende.person_id) for s in open_steps(plikt)]
            listed += _listed(arende, plikt)
    return found


def _listed(arende: ArendeState, plikt: Plikt) -> list[DutyRow]:
    if not is_listed(plikt):
        return []
    tid = plikt.steg[0].tid if plikt.steg else 0
    return [
        DutyRow(arende.arende_id, plikt.id, who, plikt.slag, tid, *reported(arende, plikt, who))
        for who in sorted(concerned(arende, plikt))
    ]


def _row(key: Key, state: State) -> StateRow:
    return StateRow(*key, states.encode(state), state.aldersklass if isinstance(state, PersonState) else "")


def _named(event: Event) -> Wanted:
    return event.person_ids, frozenset({event.arende_id} - {""})


def _keys(persons: Iterable[str], arenden: Iterable[str]) -> list[Key]:
    return [("person", id_) for id_ in persons] + [("arende", id_) for id_ in arenden]
