"""`watch`: appends what time alone makes happen, the steps of duties that fall due and the birthdays of children; and
brings every område in step with the first one's regelverk, where whoever put it in force there did not get further.

The steps come first and need no vault: whatever becomes of birthdays, which do, nobody's reminder waits for it (O4).

It decides nothing and keeps nothing. What it appends has an id derived from what it stands for, and the gate, which
takes the first occurrence of an id, says whether it still has a meaning. So it can be killed and started at any moment,
and two at once are as good as one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Final

from samverkanshub.codec import envelope as envelopes
from samverkanshub.codec.envelope import Envelope
from samverkanshub.codec.schemas import ENVELOPE, Schemas
from samverkanshub.domain.alder import is_later
from samverkanshub.domain.events import (
    ALDERSKLASS,
    PLIKT_STEG,
    Person,
)
from samverkanshub.domain.ids import age_id, step_id
from samverkanshub.domain.personnummer import age_class, legal_sex
from samverkanshub.domain.tid import swedish_day
from samverkanshub.pipeline.apart import WAITED_MS, Apart
from samverkanshub.pipeline.hubs_own import own_event
from samverkanshub.pipeline.isteg import GRACE_MS, Isteg
from samverkanshub.pipeline.rulebook import FIRST, Regelverken, in_force
from samverkanshub.pipeline.sealed import DECISION_SALT_BYTES, Entropy
from samverkanshub.ports import (
    FORSENAD,
    IGANG,
    UR_STEG,
    VANTAR,
    AgedPerson,
    Clock,
    DueRow,
    Failpoint,
    Log,
    LogEnd,
    Projection,
    Unavailable,
    Vault,
)

ABOUT: Final = "registrerad"
"""The role of whom the hub's own events are about."""
WRITTEN: Final = (ENVELOPE, ALDERSKLASS, PLIKT_STEG)
"""The schemas of what it appends."""
MINUTE_MS: Final = 60_000
HOUR_MS: Final = 60 * MINUTE_MS
PAGE: Final = 500


@dataclass(slots=True)
class _Seen:
    """What a partition need not be told again by this process. To forget it costs repeats in the log, nothing else."""

    birthdays: Apart
    day: date | None = None
    again_ms: int | None = None
    """When the day's birthdays are looked at once more; None where it was known of everybody when they were born."""
    steps: frozenset[str] = frozenset()
    end: int = 0
    """Where the log ended when it was asked; the gate is awaited there, however much comes meanwhile. 0: not asked."""
    since_ms: int | None = None
    """Since when the partition has had no round; None while it has them."""

    def waits(self, now_ms: int) -> str:
        """No round of it this time."""
        self.since_ms = now_ms if self.since_ms is None else self.since_ms
        return FORSENAD if now_ms - self.since_ms >= WAITED_MS else VANTAR

    def goes(self) -> None:
        """A round of it begins."""
        self.end, self.since_ms = 0, None


@dataclass(slots=True)
class Watch:
    """One round after another over the partitions; whoever calls it decides how often, and waits for servers."""

    log: Log
    end: LogEnd
    projection: Projection
    vault: Vault
    regelverk: Regelverken
    schemas: Schemas
    clock: Clock
    failpoint: Failpoint
    entropy: Entropy
    isteg: Isteg
    omraden: int = 1
    _seen: dict[int, _Seen] = field(default_factory=dict)

    async def round(self) -> Mapping[int, str]:
        """Append all that is due; says of each partition `IGANG`, or `VANTAR` where its gate has more to judge, which
        becomes `FORSENAD` after five minutes; `UR_STEG` where it judges by another regelverk than the first; `DELVIS`
        where its birthdays could not be told for five minutes: that is tried each round, and ends none.

        It waits too where the regelverk in force does not list the schemas of what would be appended.

        Raises `Unavailable`, but not for birthdays; what was appended by then stays, and the next round goes on.
        """
        for number in range(self.omraden):
            seen = self._seen.setdefault(number, _Seen(Apart("fodelsedagar", self.clock)))
            seen.end = seen.end or await self.end.end(number)
        # After the ends: a gate that keeps pace with steady traffic would else never be seen at one.
        positions = {info.partition: info.position for info in await self.projection.positions()}
        states = {number: await self._partition(number, positions) for number in range(self.omraden)}
        # After every partition's steps: a vault that is long in answering would else hold up those of the others.
        await self._grow([number for number, state in states.items() if state in (IGANG, UR_STEG)])
        return {number: self._seen[number].birthdays.told(state) for number, state in states.items()}

    async def _partition(self, partition: int, positions: Mapping[int, int]) -> str:
        """A gate that lags may have the very kvittens before it that the reminder would ask for."""
        seen = self._seen[partition]
        position = positions.get(partition, 0)
        if not position or position < seen.end:
            return seen.waits(self.clock.now_ms())
        lags = partition != FIRST and bool(positions.get(FIRST)) and await self._lags(partition)
        if lags:
            await self.isteg.follow(partition)
        if not await self._readable(partition):
            return seen.waits(self.clock.now_ms())
        seen.goes()
        await self._steps(partition, seen)
        return UR_STEG if lags else IGANG

    async def _lags(self, partition: int) -> bool:
        """T1: two have agreed on the first område's regelverk; by another, the same event is judged otherwise here."""
        differs = await self._digest(partition) != await self._digest(FIRST)
        return differs and await self.isteg.lags(partition, self.clock.now_ms() - GRACE_MS)

    async def _digest(self, partition: int) -> str:
        return (await in_force(self.regelverk, self.projection, partition)).digest

    async def _readable(self, partition: int) -> bool:
        """B7: a regelverk older than this program may not list what the watch writes; the gate would quarantine it."""
        regelverk = await in_force(self.regelverk, self.projection, partition)
        return regelverk.lists(frozenset(self.schemas.latest(name).id for name in WRITTEN))

    # ------------------------------------------------------------------------------------------ steps

    async def _steps(self, partition: int, seen: _Seen) -> None:
        """O4, N1, H2, S3, S4, A3, F1: every step whose time has come."""
        now, after, due = self.clock.now_ms(), None, set[str]()
        while rows := await self.projection.due(partition, now, PAGE, after):
            for row in rows:
                id_ = step_id(row.plikt_id, row.steg, (now - row.tid) // MINUTE_MS)
                if id_ not in seen.steps:
                    await self._append(partition, self._step(row, id_))
                due.add(id_)
            after = rows[-1]
        seen.steps = frozenset(due)

    def _step(self, row: DueRow, id_: str) -> Envelope:
        persons = (Person(row.person_id, ABOUT),) if row.person_id else ()
        codes = {"plikt": row.plikt_id, "steg": row.steg}
        return self._own(id_, PLIKT_STEG, persons, codes, row.arende_id)

    # ------------------------------------------------------------------------------------------ ages

    async def _grow(self, partitions: Sequence[int]) -> None:
        """A server that does not answer is asked once a round, and not of every partition."""
        for partition in partitions:
            seen = self._seen[partition]
            failed = await seen.birthdays.attempt(partial(self._birthdays, partition, seen))
            if isinstance(failed, Unavailable):
                break

    async def _birthdays(self, partition: int, seen: _Seen) -> None:
        """K8: once a Swedish day, and at the start for any midnight missed, the class of everybody not yet an adult.

        Once more each hour while it is not known of somebody when they were born: the vault may have it by then.
        """
        now, after, left_out = self.clock.now_ms(), "", False
        today = swedish_day(now)
        if seen.day == today and (seen.again_ms is None or now < seen.again_ms):
            return
        while rows := await self.projection.growing(partition, after, PAGE):
            born = await self.vault.born([row.person_id for row in rows])
            for row in rows:
                if row.person_id in born and (older := _older(born[row.person_id], row, today)):
                    await self._append(partition, self._birthday(older, today))
            left_out = left_out or len(born) < len(rows)
            after = rows[-1].person_id
        seen.day, seen.again_ms = today, now + HOUR_MS if left_out else None

    def _birthday(self, older: Person, today: date) -> Envelope:
        id_ = age_id(older.person_id, older.aldersklass, today.isoformat())
        return self._own(id_, ALDERSKLASS, (older,), {}, "")

    # ------------------------------------------------------------------------------------------ appending

    def _own(self, id_: str, typ: str, persons: tuple[Person, ...], codes: dict[str, str], arende_id: str) -> Envelope:
        return own_event(id_, typ, self.entropy(DECISION_SALT_BYTES), codes, persons, arende_id)

    async def _append(self, partition: int, own: Envelope) -> None:
        await self.failpoint("watch.fore-append")
        value = envelopes.encode(own, self.schemas)
        await self.log.append(partition, envelopes.key(own), envelopes.headers(own), value)
        await self.failpoint("watch.efter-append")


def _older(born: str, row: AgedPerson, today: date) -> Person | None:
    """The person as of today, where that is a later age class; nobody grows younger by a clock that is behind."""
    now = Person(row.person_id, ABOUT, age_class(born, today), legal_sex(born))
    return now if is_later(now.aldersklass, row.aldersklass) else None
