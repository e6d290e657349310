"""Crash-only: what stands between Faust and the gate, so that nothing the gate raises ever reaches Faust.

Faust acknowledges an event whose agent raised. Here a failure ends the process instead, before anything is
acknowledged, and whoever started the process starts it again with a backoff.
"""

import asyncio
import logging
import os
import sys
import traceback
from collections.abc import Awaitable, Callable, Sequence
from enum import IntEnum
from typing import NoReturn, Protocol, TypeVar

import structlog
from aiokafka.errors import KafkaError

from samverkanshub.domain.errors import Halt, HubError
from samverkanshub.entrypoints.worker.standing import Standing
from samverkanshub.ports import LogRecord, Superseded, Unavailable

T = TypeVar("T")
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 2.0


class Exit(IntEnum):
    """What a worker's exit status says. Every one but `CLEAN` means that the last batch was not acknowledged."""

    CLEAN = 0
    FAULT = 70
    """A defect, or something that Postgres refused."""
    UNAVAILABLE = 75
    """A server did not answer for as long as the worker waits."""
    SUPERSEDED = 76
    """Another gate has the partition."""
    HALTED = 77
    """To go on would be to guess: an operator must look."""
    MISCONFIGURED = 78
    """The settings cannot be used."""


class Gate(Protocol):
    """The gate as the worker drives it."""

    async def assign(self, partition: int) -> int:
        """The position to start from. Raises `Halt` for a partition to refuse."""

    async def batch(self, partition: int, records: Sequence[LogRecord]) -> None:
        """Judge and commit; returns when the batch may be acknowledged."""

    def revoke(self, partition: int) -> None:
        """Forget what is cached of a partition."""


class Keeper:
    """Calls the gate, holds and retries what a server's absence causes, and ends the process on all else."""

    def __init__(
        self,
        gate: Gate,
        standing: Standing,
        *,
        hold_s: float = 30.0,
        assign_s: float = 60.0,
        exit_now: Callable[[int], object] = os._exit,
    ) -> None:
        self.stopping = asyncio.Event()
        self.idle = asyncio.Event()
        """Set while no batch is with the gate."""
        self.idle.set()
        self.standing = standing
        self._gate = gate
        self._hold_s = hold_s
        self._assign_s = assign_s
        self._exit_now = exit_now
        self._log = structlog.stdlib.get_logger(__name__)

    async def assign(self, partition: int) -> int:
        """The position of the gate in a partition; does not return where the gate refuses it."""

        async def step() -> int:
            try:
                async with asyncio.timeout(self._assign_s):
                    return await self._gate.assign(partition)
            except TimeoutError as error:
                raise Unavailable("projektion") from error

        position = await self._kept("assign", partition, step)
        self.standing.takes(partition)
        return position

    async def batch(self, partition: int, records: Sequence[LogRecord]) -> None:
        """Hand the gate a batch; returns only when it may be acknowledged."""
        self.idle.clear()
        try:
            await self._kept("batch", partition, lambda: self._gate.batch(partition, records))
        finally:
            self.idle.set()

    def revoke(self, partition: int) -> None:
        """Tell the gate that a partition is no longer its own."""
        self.standing.leaves(partition)
        self._gate.revoke(partition)

    async def end(self, error: BaseException, step: str, partition: int | None = None) -> NoReturn:
        """End the process. Never returns: nothing after this may acknowledge, commit or fetch.

        A refusal is told to health first, in a moment or not at all.
        """
        status = status_of(error)
        self._log.critical("gate.stopped", step=step, partition=partition, status=status.name, **described(error))
        try:
            if isinstance(error, Halt):
                known = error.values.get("partition") if partition is None else partition
                await self.standing.refuses(known, error.code)
        finally:
            self._leave(status)
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    def _leave(self, status: Exit) -> None:
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        self._exit_now(status)

    async def _kept(self, step: str, partition: int, action: Callable[[], Awaitable[T]]) -> T:
        try:
            return await self._held(step, partition, action)
        except Exception as error:
            return await self.end(error, step, partition)

    async def _held(self, step: str, partition: int, action: Callable[[], Awaitable[T]]) -> T:
        clock = asyncio.get_running_loop().time
        deadline, pause = clock() + self._hold_s, FIRST_PAUSE_S
        while True:
            try:
                return await action()
            except Unavailable as error:
                if clock() + pause > deadline or await self._told_to_stop(pause):
                    raise
                self._log.warning("gate.held", step=step, partition=partition, what=error.what)
                pause = min(2 * pause, LONGEST_PAUSE_S)

    async def _told_to_stop(self, within_s: float) -> bool:
        try:
            await asyncio.wait_for(self.stopping.wait(), within_s)
        except TimeoutError:
            return False
        return True


def status_of(error: BaseException) -> Exit:
    """The exit status for what was raised."""
    for kind, status in (
        (Unavailable, Exit.UNAVAILABLE),
        (KafkaError, Exit.UNAVAILABLE),
        (Superseded, Exit.SUPERSEDED),
        (Halt, Exit.HALTED),
    ):
        if isinstance(error, kind):
            return status
    return Exit.FAULT


def described(error: BaseException) -> dict[str, object]:
    """What may be logged of an error: its message only where it is ours, since a database driver's holds values."""
    where = [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)[-6:]]
    told: dict[str, object] = {"error": type(error).__name__, "where": where}
    if isinstance(error, HubError):
        told |= {"code": error.code, "detail": error.detail}
    if isinstance(error, Unavailable):
        told |= {"what": error.what}
    return told
