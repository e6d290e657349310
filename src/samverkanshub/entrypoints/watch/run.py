"""Runs `watch`: a round, a pause, and again, until it is told to stop. Crash-only: its supervisor starts it again."""

import asyncio
import signal
from collections.abc import Mapping
from contextlib import suppress
from typing import Final, Protocol

import structlog

from samverkanshub.ports import Unavailable, WatchStatus

PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 5.0
ROUND_S: Final = 60.0
"""A round that takes longer hangs, though every question to a server has a time-out."""
HOLD_S: Final = 30.0
"""How long servers that do not answer are waited for before the process ends, to begin anew."""


class Stuck(Exception):
    """A round did not come to its end, nor will it be taken back: the process must end, to begin anew."""


class Rounds(Protocol):
    """`pipeline.watch.Watch`, as it is run."""

    async def round(self) -> Mapping[int, str]:
        """Append all that is due; how it stands with each partition. Raises `Unavailable`."""


class Runner:
    """Goes round, at most once in `pause_s` seconds. Raises what no server's absence explains."""

    def __init__(
        self,
        watch: Rounds,
        status: WatchStatus,
        *,
        pause_s: float = PAUSE_S,
        round_s: float = ROUND_S,
        hold_s: float = HOLD_S,
    ) -> None:
        self.stopping = asyncio.Event()
        self._watch = watch
        self._status = status
        self._pause_s = pause_s
        self._round_s = round_s
        self._hold_s = hold_s
        self._log = structlog.stdlib.get_logger(__name__)

    async def run(self) -> None:
        """Until `stopping` is set. Raises `Unavailable` after `hold_s` seconds without servers, and `Stuck`."""
        clock = asyncio.get_running_loop().time
        heard, pause = clock(), self._pause_s
        while not self.stopping.is_set():
            try:
                await self._round()
                heard, pause = clock(), self._pause_s
            except Unavailable as error:
                if clock() - heard > self._hold_s:
                    raise
                self._log.warning("watch.held", what=error.what)
                pause = min(2 * pause, LONGEST_PAUSE_S)
            await self._rest(pause)

    async def _round(self) -> None:
        going = asyncio.ensure_future(self._whole_round())
        try:
            # Waited for from outside: a driver may take long to let go of a question that is taken back.
            done, _ = await asyncio.wait({going}, timeout=self._round_s)
        finally:
            going.cancel()
        if not done:
            raise Stuck
        await going

    async def _whole_round(self) -> None:
        for partition, state in (await self._watch.round()).items():
            await self._status.report(partition, state)

    async def _rest(self, pause: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.stopping.wait(), pause)


async def until_told(runner: Runner) -> None:
    """Run until SIGTERM or SIGINT. What is under way is left where it stands: nothing of it is lost by that."""
    loop = asyncio.get_running_loop()
    running = asyncio.ensure_future(runner.run())
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, runner.stopping.set)
    told = asyncio.ensure_future(runner.stopping.wait())
    try:
        await asyncio.wait({running, told}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            await running
    finally:
        for task in (running, told):
            task.cancel()
        await asyncio.gather(running, told, return_exceptions=True)
