"""What `watch` does beside its rounds goes on, whatever becomes of it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from samverkanshub.entrypoints.watch import beside as module
from samverkanshub.entrypoints.watch.beside import Turn, beside
from samverkanshub.ports import Unavailable


class Work:
    """Does, each turn, what is next; and says how often it was opened and closed."""

    def __init__(self, *outcomes: BaseException | Callable[[], Awaitable[object]] | None) -> None:
        self.outcomes = list(outcomes)
        self.opened = self.closed = 0
        self.done = asyncio.Event()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Turn]:
        self.opened += 1
        try:
            yield self.turn
        finally:
            self.closed += 1

    async def turn(self) -> None:
        if not self.outcomes:
            self.done.set()
            return
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, BaseException):
            raise outcome
        if outcome:
            await outcome()


async def until_done(work: Work) -> None:
    async with beside("prov", work.open, every_s=0.0):
        await asyncio.wait_for(work.done.wait(), 10)


async def test_one_connection_is_kept_from_turn_to_turn() -> None:
    await until_done(work := Work(None, None, None))
    assert (work.opened, work.closed) == (1, 1)


@pytest.mark.parametrize("error", [Unavailable("kafka"), KeyError("x"), TimeoutError()])
async def test_what_goes_wrong_is_begun_anew_and_told_nobody_beside(error: Exception) -> None:
    await until_done(work := Work(None, error, None))
    assert (work.opened, work.closed) == (2, 2)


async def test_what_cannot_be_opened_is_tried_again() -> None:
    work, failed = Work(), list[int]()

    @asynccontextmanager
    async def open() -> AsyncIterator[Turn]:
        if not failed:
            failed.append(1)
            raise RuntimeError("a file that is not there")
        async with work.open() as turn:
            yield turn

    async with beside("prov", open, every_s=0.0):
        await asyncio.wait_for(work.done.wait(), 10)
    assert (failed, work.opened) == ([1], 1)


async def test_a_turn_that_hangs_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_S", 0.01)
    await until_done(work := Work(asyncio.Event().wait))
    assert work.opened == 2


async def test_who_stops_does_not_wait_for_a_turn_that_does_not_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ENDS_S", 0.01)
    hung, may_end = asyncio.Event(), asyncio.Event()

    async def holds() -> None:
        hung.set()
        while not may_end.is_set():
            try:
                await may_end.wait()
            except asyncio.CancelledError:
                continue

    async with beside("prov", Work(holds).open, every_s=0.0):
        await hung.wait()
    may_end.set()
