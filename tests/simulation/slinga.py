"""An event loop without clock, threads or sockets: at each port call its caller waits, and one is chosen to go on.

What runs between two port calls runs as asyncio would run it. When nothing runs, `drag` is asked for the next move:
who goes on, what befalls whom, or how far time goes. So a run is a function of what is drawn, and of nothing else.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Utgang(Enum):
    """What comes of a port call that goes on."""

    GAR = "går"
    NEKAS = "nekas"
    """It is not done, and its caller is told that the server does not answer."""
    TAPPAS = "tappas"
    """It is done, and its caller is told that the server does not answer."""


def _alltid() -> bool:
    return True


@dataclass(eq=False)
class Vantan:
    """A port call that waits for its turn. `fri`: where it changes nothing, so that no fault can befall it."""

    process: "Process"
    vad: str
    svar: "asyncio.Future[Utgang]"
    utgangar: tuple[Utgang, ...]
    nar: Callable[[], bool]
    spar: int
    """In which of the process's lines of work, each of which does one thing after the other."""

    @property
    def klar(self) -> bool:
        """May it go on?"""
        return not self.svar.done() and not self.process.stannad and self.nar()


@dataclass(eq=False)
class Process:
    """A process of the hub, or its clients together. What it remembers dies with it."""

    namn: str
    slinga: "Slinga"
    levande: bool = True
    stannad: bool = False
    uppgifter: dict["asyncio.Task[Any]", None] = field(default_factory=dict)
    vid_slut: list[Callable[[], None]] = field(default_factory=list)

    def kor(self, arbete: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """Begin a line of work of the process."""
        before = _PROCESS.set(self), _SPAR.set(self.slinga.nytt_spar())
        try:
            return self.slinga.create_task(arbete)
        finally:
            _PROCESS.reset(before[0])
            _SPAR.reset(before[1])

    def slut(self) -> None:
        """The process ends here and now: nothing more of it reaches any port."""
        if not self.levande:
            return
        self.levande = False
        for task in list(self.uppgifter):
            task.cancel()
        for ended in self.vid_slut:
            ended()


_PROCESS: ContextVar[Process] = ContextVar("process")
_SPAR: ContextVar[int] = ContextVar("spar", default=0)


class Fastnat(Exception):
    """Nobody can go on, and no time is waited for."""


class Slinga(asyncio.BaseEventLoop):
    """The loop. `drag` makes the next move; `stannar` is asked first whether to leave off."""

    def __init__(self, drag: Callable[["Slinga"], None]) -> None:
        super().__init__()
        self._selector = self  # asked by BaseEventLoop when nothing is left to run
        self.drag = drag
        self.vantande: list[Vantan] = []
        self.fel: list[BaseException] = []
        self.steg = 0
        self._now = 0.0
        self._spar = 0
        self.set_task_factory(_uppgift)
        self.set_exception_handler(self._oskott)

    # ------------------------------------------------------------------------------------------ what the base asks for

    def time(self) -> float:
        """The time of the run, in seconds; it goes only when a move says so."""
        return self._now

    def select(self, timeout: float | None) -> list[Any]:
        """Nothing is left to run now, unless `timeout` is 0."""
        if timeout != 0:
            self.steg += 1
            self.vantande = [v for v in self.vantande if not v.svar.done()]
            self.drag(self)
        return []

    def _process_events(self, event_list: list[Any]) -> None:
        pass

    def _write_to_self(self) -> None:
        pass

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:  # type: ignore[override]
        """What is done in a thread is done here, in one go, when its turn comes."""
        return self.create_task(self._i_trad(func, *args))

    async def _i_trad(self, func: Callable[..., Any], *args: Any) -> Any:
        await self.tur("tråd")
        found = func(*args)
        await self.tur("tråd klar")
        return found

    def _oskott(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """What nobody awaited failed: a defect of the simulation or of the hub, never to be passed over."""
        self.fel.append(context.get("exception") or RuntimeError(context["message"]))

    # ------------------------------------------------------------------------------------------ turns and moves

    def nytt_spar(self) -> int:
        """A number for a line of work."""
        self._spar += 1
        return self._spar

    async def tur(
        self, vad: str, utgangar: tuple[Utgang, ...] = (Utgang.GAR,), nar: Callable[[], bool] = _alltid
    ) -> Utgang:
        """Wait to be chosen to go on; who has died never is. What is of no process does not wait."""
        process = _PROCESS.get(None)
        if process is None:
            return Utgang.GAR
        if not process.levande:
            raise asyncio.CancelledError
        waits = Vantan(process, vad, self.create_future(), utgangar, nar, _SPAR.get())
        self.vantande.append(waits)
        return await waits.svar

    def klara(self) -> list[Vantan]:
        """Those who may go on, in the order in which they came."""
        return [v for v in self.vantande if v.klar]

    def nasta_tid(self) -> float | None:
        """When the next sleeper wakes."""
        return min((h.when() for h in self._scheduled if not h.cancelled()), default=None)  # type: ignore[attr-defined]

    def till(self, when: float) -> None:
        """Time goes on."""
        self._now = max(self._now, when)


def _uppgift(loop: asyncio.AbstractEventLoop, coro: Any, **more: Any) -> "asyncio.Task[Any]":
    task = asyncio.Task(coro, loop=loop, **more)
    process = _PROCESS.get(None)
    if process is not None:
        process.uppgifter[task] = None
        task.add_done_callback(lambda done: process.uppgifter.pop(done, None))
        if not process.levande:
            task.cancel()
    return task
