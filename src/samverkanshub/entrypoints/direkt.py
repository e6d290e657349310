"""Direct publishing, in the api's process: each record of an actor's own topic is answered on its topic of notices.

The answer is what HTTP would have answered the event. Where the fault is the hub's own, the record is tried again: what
is or may be a report until it is taken, with whom to telephone told meanwhile (B1), anything else for half a minute.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from enum import Enum
from typing import Any, Final, Protocol

import msgspec

from samverkanshub import roles
from samverkanshub.adapters.failpoints import Failpoints
from samverkanshub.codec.svar import SLAG, DirectAnswer
from samverkanshub.domain.errors import Halt, HubError
from samverkanshub.entrypoints.http.problems import problem_of
from samverkanshub.pipeline.direkt import INTERNAL, Taget
from samverkanshub.pipeline.receipts import Receipt
from samverkanshub.ports import Failpoint, Inkommet, Svarande, Unavailable
from samverkanshub.settings import Settings

SERVERS: Final = frozenset({"kafka", "projektion", "valv"})
"""What comes back by itself; for what else is not available the sender of no report is told to come again."""
WAITS_S: Final = (1.0, 2.0, 4.0, 8.0, 15.0)
"""How long to wait before each further try; where it goes on for ever, the last."""
UNKNOWN_KEY: Final = "okand-intagsnyckel"
MEANWHILE: Final = 0
"""Of an answer that another follows; the others' number is their status."""


class Igen(Enum):
    """How long a record is tried."""

    ALDRIG = "it is answered"
    EN_STUND = "for half a minute"
    ALLTID = "until it is taken"


class Takes(Protocol):
    """What opens records and takes them in."""

    async def take(self, aktor: str, sealed: bytes) -> Taget:
        """Take the event that a record holds."""


class Mottagning:
    """Handles one record at a time of each actor's."""

    def __init__(
        self,
        direkt: Takes,
        answers: Svarande,
        failpoint: Failpoint,
        sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep,
    ) -> None:
        self._direkt = direkt
        self._answers = answers
        self._fail = failpoint
        self._sleep = sleep

    async def handle(self, post: Inkommet) -> None:
        """Take it in and answer it: returns once the answer is on its topic."""
        tries, told = 0, False
        while again(taken := await self._direkt.take(post.aktor, post.value), tries):
            if taken.rapport and not told:
                # Once it can be said; to try again does not wait for that.
                told = await self._has_answered(post, MEANWHILE, _told(post, taken, vantar=True))
            await self._sleep(WAITS_S[min(tries, len(WAITS_S) - 1)])
            tries += 1
        last = _told(post, taken)
        tries = 0
        while not await self._has_answered(post, last.status, last):
            await self._sleep(WAITS_S[min(tries, len(WAITS_S) - 1)])
            tries += 1
        await self._fail("direkt.efter-svar")

    async def _has_answered(self, post: Inkommet, nr: int, svar: DirectAnswer) -> bool:
        try:
            await self._answers.answer(post, nr, msgspec.json.encode(svar))
        except Unavailable:
            return False
        return True


def again(taken: Taget, tries: int) -> bool:
    """Is it to be tried once more, having been tried so often before?"""
    igen = kind_of(taken)
    return igen == Igen.ALLTID or (igen == Igen.EN_STUND and tries < len(WAITS_S))


def kind_of(taken: Taget) -> Igen:
    """How long a fault is tried anew. What the sender did wrong is answered; a fault of the hub's passes, or is mended.

    A key that is not known here may be on its way from where it was made; that none can be read is the hub's own fault.
    A failure that nobody foresaw may be of the one record alone, and would hold up all that come after it.
    """
    fault = taken.utfall
    if isinstance(fault, Unavailable):
        if taken.rapport:
            return Igen.ALLTID
        return Igen.EN_STUND if fault.what in SERVERS else Igen.ALDRIG
    if isinstance(fault, Halt):
        return Igen.ALLTID
    if isinstance(fault, HubError) and fault.code in (UNKNOWN_KEY, INTERNAL):
        return Igen.EN_STUND
    return Igen.ALDRIG


def _told(post: Inkommet, taken: Taget, *, vantar: bool = False) -> DirectAnswer:
    came = taken.utfall
    if isinstance(came, Receipt):
        place = (SLAG, post.offset, came.status, taken.id, came.handelse_id)
        return DirectAnswer(*place, came.arende, came.dom, tuple(came.varningar), came.ring)
    problem = problem_of(came)
    return DirectAnswer(SLAG, post.offset, problem.status, taken.id, ring=problem.ring, problem=problem, vantar=vantar)


@asynccontextmanager
async def beside(settings: Settings, services: roles.ApiServices) -> AsyncIterator[None]:
    """Take in what comes directly while inside, where any actor may; should that fail, so does what is inside."""
    if not settings.direkt:
        yield
        return
    async with roles.direct(settings, services) as (direkt, inkommande, answers), asyncio.TaskGroup() as tasks:
        mottagning = Mottagning(direkt, answers, Failpoints(settings.felpunkter))
        task = tasks.create_task(inkommande.serve(mottagning.handle))
        try:
            yield
        finally:
            task.cancel()
