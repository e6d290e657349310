"""G1: which erasures the log has let and the vault has not done, looked for again and again at the price of the new.

What has been read of the log's decisions is not read again, and what the vault has done is not asked of again: of that
it is asked one thing, whether it is still a vault that has done all of it (`Erasing.heeded`).
"""

import asyncio
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec

from samverkanshub.domain.decision import ACCEPTED
from samverkanshub.domain.events import RADERING
from samverkanshub.pipeline.granskning.lasning import records
from samverkanshub.pipeline.spar import PERSON, TYP
from samverkanshub.ports import Erasing, Judgement, PositionInfo, Projection, Traced

SOUGHT: Final = Traced(TYP, RADERING)
NOTHING: Final = -1
"""The offset of the last decision read, where none is."""

Said = Mapping[int, Judgement]
"""What the områden said of an erasure."""
Which = tuple[str, str]
"""An erasure: its event, and of whom. What is said of another person under the same event is not of this one."""


@dataclass(frozen=True, slots=True)
class Olydda:
    """The erasures let that the vault has not done; and is it an older vault than at the last look?

    `oklara`: those not done of which it cannot be told yet whether every område that there was has let them.
    """

    kvar: Set[Which]
    oklara: Set[Which]
    aldre: bool


@dataclass(frozen=True, slots=True)
class _Last:
    """How far a partition is read, and in which epoch: a rebuilt projection that is put in place has another."""

    epoch: int
    after: int


class Lydnad:
    """Looks. It remembers what is not done yet, and nothing of what is; every verb raises `Unavailable`."""

    def __init__(self, projection: Projection, erasing: Erasing, omraden: int) -> None:
        self._projection = projection
        self._erasing = erasing
        self._omraden = omraden
        self._looking = asyncio.Lock()
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._last: dict[int, _Last] = {}
        self._said: dict[Which, dict[int, Judgement]] = {}
        """Those that are not known to be let, nor not to be."""
        self._let: Set[Which] = frozenset()
        """Those that the vault has not been seen to have done."""
        self._unsure: Set[Which] = frozenset()
        self._begun: dict[int, int] = {}
        self._stand = b""
        """How the vault stood when it had done all others."""

    async def look(self) -> Olydda:
        """What is let by now and not done, as the vault stands at one moment."""
        async with self._looking:
            await self._read_on()
            told = await self._erasing.heeded(self._let | self._unsure, self._stand)
            if older := not told.kand:
                # Of which it has forgotten nothing is known: everything is asked of anew.
                self._begin_anew()
                await self._read_on()
                told = await self._erasing.heeded(self._let | self._unsure, self._stand)
            self._stand = told.stand
            self._let -= told.utforda
            return Olydda(self._let, self._unsure - told.utforda, older)

    async def _read_on(self) -> None:
        told = [one for one in await self._projection.positions() if one.partition < self._omraden]
        if any(map(self._is_another, told)):
            self._begin_anew()
        for one in told:
            await self._read(one)
        await self._settle()

    def _is_another(self, now: PositionInfo) -> bool:
        """May its decisions be others than those read?"""
        last = self._last.get(now.partition)
        return last is not None and (last.epoch != now.epoch or now.position <= last.after)

    async def _read(self, now: PositionInfo) -> None:
        last = self._last.setdefault(now.partition, _Last(now.epoch, NOTHING))
        if now.position - 1 == last.after:
            return
        sought = replace(SOUGHT, partition=now.partition)
        async for judgement in records(self._projection, sought, (now.partition, last.after)):
            await self._note(judgement)
            last = self._last[now.partition] = _Last(now.epoch, judgement.row.offset)
        self._last[now.partition] = _Last(now.epoch, max(last.after, now.position - 1))

    async def _note(self, judgement: Judgement) -> None:
        traces = await self._projection.traces_at(judgement.partition, judgement.row.offset)
        for trace in traces:
            if trace.slag == PERSON:
                said = self._said.setdefault((judgement.row.handelse_id, trace.id), {})
                said.setdefault(judgement.partition, judgement)

    async def _settle(self) -> None:
        """What is known by now of those that were not: an område that begins after an erasure has no say of it."""
        if self._said:
            self._begun |= await begun(self._projection, set(range(self._omraden)) - self._begun.keys())
        answers = {which: everywhere(said, self._omraden, self._begun) for which, said in self._said.items()}
        self._let |= {which for which, let in answers.items() if let}
        self._unsure = frozenset(which for which, let in answers.items() if let is None)
        self._said = {which: self._said[which] for which, let in answers.items() if not let and self._may_be(which)}

    def _may_be(self, which: Which) -> bool:
        """May it be let yet: is there an område that has said nothing?"""
        return len(self._said[which]) < self._omraden


def outcome(judgement: Judgement) -> Mapping[str, Any]:
    """What a judgement says, as it stands in the projection."""
    said: Mapping[str, Any] = msgspec.json.decode(judgement.row.outcome)
    return said


async def begun(projection: Projection, partitions: Set[int]) -> dict[int, int]:
    """When each of these områden began: the log's own time of record 0, ms; those where it is not judged left out."""
    first = {number: await projection.judged_at(number, 0) for number in sorted(partitions)}
    return {number: judgement.row.tid for number, judgement in first.items() if judgement is not None}


def everywhere(said: Said, omraden: int, begun: Mapping[int, int]) -> bool | None:
    """Did every område that there was let it, that which it says it was proposed in among them? None: not to be told.

    Which there are is the hub's own to say, and which there were its log's: by `begun`, when each område began (ms),
    and when it came to where it was proposed, both by the broker's clock. An event that said so itself could leave out
    who would have refused. One that began after it was never asked, and undoes by its silence nothing that was done.
    """
    told = {number: outcome(said[number]) for number in range(omraden) if number in said}
    let = {number for number, one in told.items() if one["dom"] == ACCEPTED}
    proposed = [said[number].row.tid for number in let if told[number]["atgard"]["omrade"] == str(number)]
    if not proposed:
        return False
    # The first, so that whatever comes to the log later asks no more of them.
    when = min(proposed)
    against = [number for number in range(omraden) if number not in let and begun.get(number, when) <= when]
    if not against:
        return True
    untold = all(number not in told and begun.get(number, when) == when for number in against)
    return None if untold else False
