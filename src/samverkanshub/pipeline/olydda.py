"""G1: which erasures the log has let and the vault has not done, looked for again and again at the price of the new.

What has been read of the log's decisions is not read again, and what the vault has done is not asked of again: of that
it is asked one thing, whether it is still a vault that has done all of it (`Erasing.heeded`).
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec

from samverkanshub.domain.decision import ACCEPTED
from samverkanshub.domain.events import RADERING
from samverkanshub.pipeline.granskning.lasning import records
from samverkanshub.pipeline.spar import TYP
from samverkanshub.ports import Erasing, Judgement, PositionInfo, Projection, Traced

SOUGHT: Final = Traced(TYP, RADERING)
NOTHING: Final = -1
"""The offset of the last decision read, where none is."""

Said = Mapping[int, Judgement]
"""What the områden said of an erasure."""


@dataclass(frozen=True, slots=True)
class Olydda:
    """The erasures let that the vault has not done, by event; and is it an older vault than at the last look?"""

    kvar: Mapping[str, Said]
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
        self._said: dict[str, dict[int, Judgement]] = {}
        """Those that not every område has judged."""
        self._let: dict[str, Said] = {}
        """Those that the vault has not been seen to have done."""
        self._stand = b""
        """How the vault stood when it had done all others."""

    async def look(self) -> Olydda:
        """What is let by now and not done, as the vault stands at one moment."""
        async with self._looking:
            await self._read_on()
            told = await self._erasing.heeded(self._let, self._stand)
            if older := not told.kand:
                # Of which it has forgotten nothing is known: everything is asked of anew.
                self._begin_anew()
                await self._read_on()
                told = await self._erasing.heeded(self._let, self._stand)
            self._stand = told.stand
            self._let = {id_: said for id_, said in self._let.items() if id_ not in told.utforda}
            return Olydda(dict(self._let), older)

    async def _read_on(self) -> None:
        told = [one for one in await self._projection.positions() if one.partition < self._omraden]
        if any(map(self._is_another, told)):
            self._begin_anew()
        for one in told:
            await self._read(one)

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
            self._note(judgement)
            last = self._last[now.partition] = _Last(now.epoch, judgement.row.offset)
        self._last[now.partition] = _Last(now.epoch, max(last.after, now.position - 1))

    def _note(self, judgement: Judgement) -> None:
        said = self._said.setdefault(judgement.row.handelse_id, {})
        said.setdefault(judgement.partition, judgement)
        if len(said) == self._omraden:
            del self._said[judgement.row.handelse_id]
            if everywhere(said, self._omraden):
                self._let[judgement.row.handelse_id] = said


def outcome(judgement: Judgement) -> Mapping[str, Any]:
    """What a judgement says, as it stands in the projection."""
    said: Mapping[str, Any] = msgspec.json.decode(judgement.row.outcome)
    return said


def everywhere(said: Said, omraden: int) -> bool:
    """Did every one of so many områden let it, that which it says it was proposed in among them?

    How many there are is the hub's own to say: an event that said so itself could leave out who would have refused.
    """
    told = {number: outcome(said[number]) for number in range(omraden) if number in said}
    let = [number for number, one in told.items() if one["dom"] == ACCEPTED]
    return len(let) == omraden and any(told[number]["atgard"]["omrade"] == str(number) for number in let)
