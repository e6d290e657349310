"""Operators ask what a proposed regelverk would mean: judged in a process beside the api, one at a time in each.

What came of it is kept by that api until the next is begun, for whoever is to approve; it holds numbers alone.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import cast

import msgspec
import structlog

from samverkanshub.domain.errors import Conflict
from samverkanshub.domain.regelverk import digest_of
from samverkanshub.domain.verkan import Verkan
from samverkanshub.pipeline.kontroll import AVBRUTEN, FEL, KLAR, LONGEST_S, PAGAR, Runner, how_it_ended
from samverkanshub.pipeline.verkan import DAGAR, DAY_MS, Stracka
from samverkanshub.ports import Clock

_log = structlog.get_logger("samverkanshub.verkansprov")
Named = tuple[tuple[str, str], ...]
"""Artefacts as (name, digest), sorted."""


class Uppdrag(msgspec.Struct, frozen=True):
    """What a trial is given: the artefacts proposed, those in force, and since when (ms) it judges both ways."""

    forslag: Named
    nu: Named
    sedan: int


class Funnet(msgspec.Struct, frozen=True):
    """What came of it: which records were judged both ways, and what would be otherwise in numbers."""

    strackor: tuple[Stracka, ...]
    verkan: Verkan


class Rapport(msgspec.Struct, frozen=True):
    """A line that a trial tells: how far it is, and at the end what it found, or by which code it could not."""

    gjort: int = 0
    av: int = 0
    funnet: Funnet | None = None
    fel: str = ""


@dataclass(slots=True)
class Prov:
    """A trial: of which proposal (its event), begun when (ms), how far it is, how it stands, and what came of it.

    `digest` is that of the regelverk tried, and `bas` of the one in force that it was held against; `fel` is a code
    where it failed for a reason that can be told.
    """

    forslag: str
    digest: str
    bas: str
    startad: int
    stand: str = PAGAR
    gjort: int = 0
    av: int = 0
    funnet: Funnet | None = None
    fel: str = ""


class Verkansprov:
    """Begins trials, tells how the last one stands, and stops it."""

    def __init__(self, runner: Runner, clock: Clock, longest_s: float = LONGEST_S) -> None:
        self._runner = runner
        self._clock = clock
        self._longest_s = longest_s
        self._prov: Prov | None = None
        self._task: asyncio.Task[None] | None = None

    def require_idle(self) -> None:
        """`Conflict` (`prov-pagar`) while one runs."""
        if self._prov is not None and self._prov.stand == PAGAR:
            raise Conflict("a trial is still running", code="prov-pagar")

    def start(self, forslag: str, artefakter: Named, nu: Named) -> None:
        """Begin one, in place of the last. `Conflict` while one runs."""
        self.require_idle()
        now = self._clock.now_ms()
        self._prov = Prov(forslag, digest_of(artefakter), digest_of(nu), now)
        errand = msgspec.json.encode(Uppdrag(artefakter, nu, now - DAGAR * DAY_MS))
        self._task = asyncio.create_task(self._follow(self._prov, errand))

    def last(self) -> Prov | None:
        """The last one, whoever began it; None where none was."""
        return self._prov

    async def cancel(self) -> None:
        """Stop it, if one runs."""
        if self._task is None or self._prov is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        # One that had not begun never came to say how it ended.
        self._prov.stand = AVBRUTEN if self._prov.stand == PAGAR else self._prov.stand

    async def _follow(self, prov: Prov, errand: bytes) -> None:
        prov.stand = await how_it_ended(self._run(prov, errand), self._longest_s, _log, "verkansprov-fel")

    async def _run(self, prov: Prov, errand: bytes) -> str:
        async with aclosing(cast(AsyncGenerator[bytes, None], self._runner.run(errand))) as lines:
            async for line in lines:
                told = msgspec.json.decode(line, type=Rapport)
                prov.gjort, prov.av = told.gjort, told.av
                prov.funnet, prov.fel = told.funnet, told.fel
        return KLAR if prov.funnet is not None else FEL
