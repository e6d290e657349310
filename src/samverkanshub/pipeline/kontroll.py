"""Checks that auditors start from a page: is the log as it was signed, and does it still give what was decided?

Each runs in a process of its own, one at a time for an auditor and a few in all. That it was started, and how it ended,
is kept as questions are (T3); what it compares is what the auditor's scope is about.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar, cast

import msgspec
import structlog

from samverkanshub.domain.errors import Busy, Conflict, HubError, Refused
from samverkanshub.pipeline.granskning.fraga import Fraga
from samverkanshub.pipeline.granskning.rader import Laser
from samverkanshub.pipeline.granskning.tjanst import Looking
from samverkanshub.pipeline.identity import Caller
from samverkanshub.ports import Clock, Unavailable

T = TypeVar("T")
_log = structlog.get_logger("samverkanshub.kontroll")

VERIFIERING: Final = "verifiering"
OMSPELNING: Final = "omspelning"
SLAG: Final = (VERIFIERING, OMSPELNING)

PAGAR: Final = "pagar"
KLAR: Final = "klar"
AVBRUTEN: Final = "avbruten"
FEL: Final = "fel"

LIKA: Final = "lika"
SKILJER: Final = "skiljer"
EJ_PROVAD: Final = "ej-provad"
ENDINGS: Final = (LIKA, SKILJER, EJ_PROVAD, AVBRUTEN, FEL)
"""How a check ends, as it is kept: `verifiering-lika`."""

MOST: Final = 2
"""Checks that run at the same time, whoever started them: each may keep a processor busy."""
LONGEST_S: Final = 3600.0
WAIT_S: Final = 30


class Uppdrag(msgspec.Struct, frozen=True):
    """What a check is given: of which kind, and what records it is about are traced by."""

    slag: str
    inom: tuple[str, str]


class Funnet(msgspec.Struct, frozen=True):
    """What came of one område: `provat` records or leaves, and the first place that is not as it was (else -1).

    `utfall` is `LIKA`, `SKILJER` or `EJ_PROVAD`; `vad` says in codes what differs; `rot` is a signed tree's root.
    """

    omrade: int
    utfall: str
    provat: int = 0
    poster: int = 0
    beslut: int = 0
    skiljer: int = 0
    plats: int = -1
    vad: tuple[str, ...] = ()
    rot: str = ""


class Rapport(msgspec.Struct, frozen=True):
    """A line that a check tells: how far it has come, and at the end what it found."""

    gjort: int = 0
    av: int = 0
    funnet: tuple[Funnet, ...] | None = None


@dataclass(slots=True)
class Kontroll:
    """A check: who started what within which scope and when (ms), how far it is, how it stands and what it found."""

    slag: str
    omfattning: str
    startad: int
    stand: str = PAGAR
    gjort: int = 0
    av: int = 0
    funnet: tuple[Funnet, ...] = ()

    @property
    def utfall(self) -> str:
        """How it ended. One difference outweighs all; where nothing was compared nothing is known."""
        if self.stand != KLAR:
            return self.stand
        found = {one.utfall for one in self.funnet}
        if SKILJER in found:
            return SKILJER
        return LIKA if found == {LIKA} else EJ_PROVAD


class Runner(Protocol):
    """Runs a check somewhere else than here."""

    def run(self, uppdrag: bytes) -> AsyncIterator[bytes]:
        """The lines that it tells. Raises `Unavailable`. Closed before its end it stops the check."""


async def how_it_ended(running: Awaitable[str], within_s: float, log: Any, fel: str) -> str:
    """How what runs somewhere else ended, by its own word or `AVBRUTEN` or `FEL`. Never fails: nobody waits for it.

    A fault of ours is logged as `fel`, by its kind alone.
    """
    try:
        async with asyncio.timeout(within_s):
            return await running
    except asyncio.CancelledError:
        return AVBRUTEN
    except (HubError, Unavailable, TimeoutError, msgspec.MsgspecError):
        return FEL
    except Exception as error:  # Whatever it is it has ended, and holds no place.
        log.error(fel, undantag=type(error).__name__)
        return FEL


class Looks(Protocol):
    """Keeps that an auditor looks, and says what is within the scope."""

    async def look(self, caller: Caller, fraga: str, given: Fraga, looking: Looking[T]) -> T:
        """What `looking` makes, kept before it is shown."""


class Kontroller:
    """Starts checks, tells how they stand, and stops them."""

    def __init__(self, runner: Runner, granskning: Looks, clock: Clock, most: int = MOST) -> None:
        self._runner = runner
        self._granskning = granskning
        self._clock = clock
        self._most = most
        self._found: dict[tuple[str, str], Kontroll] = {}
        self._tasks: dict[tuple[str, str], asyncio.Task[None]] = {}

    async def start(self, caller: Caller, slag: str, omfattning: str) -> None:
        """Start one. `Conflict` while the auditor's own last one runs, `Busy` while there are enough of others.

        Raises as `Granskning.ask` does where it could not be kept, or may not be asked for.
        """
        if slag not in SLAG:
            raise Refused("`slag` is no check", falt="/slag", code="ej-i-lista")
        who = _who(caller)
        self._require_room(who)
        before = self._found.get(who)
        kontroll = self._found[who] = Kontroll(slag, omfattning, self._clock.now_ms())
        try:
            inom = await self._granskning.look(caller, slag, Fraga(omfattning=omfattning), _within)
        except BaseException:
            kontroll.stand = FEL
            self._put_back(who, before)
            raise
        errand = msgspec.json.encode(Uppdrag(slag, inom))
        self._tasks[who] = asyncio.create_task(self._follow(caller, kontroll, errand))

    def _require_room(self, who: tuple[str, str]) -> None:
        running = [one for one, found in self._found.items() if found.stand == PAGAR]
        if who in running:
            raise Conflict("the auditor's last check is still running", code="kontroll-pagar")
        if len(running) >= self._most:
            raise Busy("too many checks are running", vanta_s=WAIT_S)

    def _put_back(self, who: tuple[str, str], before: Kontroll | None) -> None:
        del self._found[who]
        if before is not None:
            self._found[who] = before

    def of(self, caller: Caller) -> Kontroll | None:
        """The auditor's last check, or None."""
        return self._found.get(_who(caller))

    async def cancel(self, caller: Caller) -> None:
        """Stop the auditor's check, if it runs."""
        await self._stop(_who(caller))

    async def close(self) -> None:
        """Stop them all."""
        for who in list(self._tasks):
            await self._stop(who)

    async def _stop(self, who: tuple[str, str]) -> None:
        task, kontroll = self._tasks.get(who), self._found.get(who)
        if task is None or kontroll is None:
            return
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        # One that had not begun never came to say how it ended.
        kontroll.stand = AVBRUTEN if kontroll.stand == PAGAR else kontroll.stand

    async def _follow(self, caller: Caller, kontroll: Kontroll, errand: bytes) -> None:
        kontroll.stand = await how_it_ended(self._run(kontroll, errand), LONGEST_S, _log, "kontroll-fel")
        await self._keep(caller, kontroll)

    async def _run(self, kontroll: Kontroll, errand: bytes) -> str:
        """To its end; a check that has told nothing of what it found has failed."""
        stand = FEL
        async with aclosing(cast(AsyncGenerator[bytes, None], self._runner.run(errand))) as lines:
            async for line in lines:
                told = msgspec.json.decode(line, type=Rapport)
                kontroll.gjort, kontroll.av = told.gjort, told.av
                if told.funnet is not None:
                    kontroll.funnet, stand = told.funnet, KLAR
        return stand

    async def _keep(self, caller: Caller, kontroll: Kontroll) -> None:
        """How it ended is kept too; who may not ask any more is told nothing of it either."""
        count = sum(one.provat for one in kontroll.funnet)

        async def ended(_: Laser, __: Fraga) -> tuple[None, int]:
            return None, count

        name = f"{kontroll.slag}-{kontroll.utfall}"
        with suppress(HubError, Unavailable):
            await self._granskning.look(caller, name, Fraga(omfattning=kontroll.omfattning), ended)


async def _within(laser: Laser, _: Fraga) -> tuple[tuple[str, str], int]:
    return laser.scope.within, 0


def _who(caller: Caller) -> tuple[str, str]:
    return caller.aktor, caller.anvandare
