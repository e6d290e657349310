"""Runs a role of rounds: a round, a pause, and again, until it is told to stop. Crash-only: its supervisor restarts it.

`watch` and the notary are such roles.
"""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from typing import Final

import structlog

from samverkanshub.entrypoints.cli.starting import MISCONFIGURED, complain, settings_or_exit
from samverkanshub.entrypoints.worker.keeper import Exit, described, status_of
from samverkanshub.ports import Unavailable
from samverkanshub.settings import Settings

PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 5.0
ROUND_S: Final = 60.0
"""A round that takes longer hangs, though every question to a server has a time-out."""
HOLD_S: Final = 30.0
"""How long servers that do not answer are waited for before the process ends, to begin anew."""


class Stuck(Exception):
    """A round did not come to its end, nor will it be taken back: the process must end, to begin anew."""


Round = Callable[[], Awaitable[None]]
"""Does all that is to be done now, and says how it stands. Raises `Unavailable`."""


class Runner:
    """Goes round, at most once in `pause_s` seconds. Raises what no server's absence explains."""

    def __init__(
        self,
        name: str,
        round: Round,
        *,
        pause_s: float = PAUSE_S,
        round_s: float = ROUND_S,
        hold_s: float = HOLD_S,
    ) -> None:
        self.stopping = asyncio.Event()
        self._name = name
        self._once = round
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
                self._log.warning("rounds.held", held=self._name, what=error.what)
                pause = min(2 * pause, LONGEST_PAUSE_S)
            await self._rest(pause)

    async def _round(self) -> None:
        going = asyncio.ensure_future(self._once())
        try:
            # Waited for from outside: a driver may take long to let go of a question that is taken back.
            done, _ = await asyncio.wait({going}, timeout=self._round_s)
        finally:
            going.cancel()
        if not done:
            raise Stuck
        await going

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


# ------------------------------------------------------------------------------------------ as a process


def main(name: str, needed: Sequence[str], opened: Callable[[Settings], AbstractAsyncContextManager[Round]]) -> int:
    """Run a role until it is told to stop; the exit status says why it ended, in the worker's words."""
    settings = settings_or_exit(name)
    missing = settings.missing(needed)
    for setting in missing:
        complain(f"`{setting}` must be given to `{name}`")
    return MISCONFIGURED if missing else asyncio.run(_run(name, opened(settings)))


async def _run(name: str, opened: AbstractAsyncContextManager[Round]) -> Exit:
    try:
        async with opened as round:
            await _going(name, round)
    except Exception as error:
        return _told(name, error)
    return Exit.CLEAN


async def _going(name: str, round: Round) -> None:
    try:
        await until_told(Runner(name, round))
    except Exception as error:
        # At once: what hangs would not be closed either, and nothing needs to be.
        status = _told(name, error)
        logging.shutdown()
        sys.stderr.flush()
        os._exit(status)


def _told(name: str, error: Exception) -> Exit:
    status = Exit.UNAVAILABLE if isinstance(error, Stuck) else status_of(error)
    log = structlog.stdlib.get_logger(__name__)
    log.critical("rounds.stopped", stopped=name, status=status.name, **described(error))
    return status
