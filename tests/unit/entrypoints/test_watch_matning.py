"""Measuring goes on beside the rounds of `watch`, whatever becomes of it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from samverkanshub.entrypoints.watch import matning
from samverkanshub.entrypoints.watch.matning import Measure, measured
from samverkanshub.ports import Unavailable


class Topics:
    """Says, each time it is measured, what is next; and how often it was opened and closed."""

    def __init__(self, *outcomes: BaseException | Callable[[], Awaitable[object]] | None) -> None:
        self.outcomes = list(outcomes)
        self.opened = self.closed = 0
        self.done = asyncio.Event()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Measure]:
        self.opened += 1
        try:
            yield self.measure
        finally:
            self.closed += 1

    async def measure(self) -> None:
        if not self.outcomes:
            self.done.set()
            return
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, BaseException):
            raise outcome
        if outcome:
            await outcome()


async def until_done(topics: Topics) -> None:
    async with measured(topics.open, every_s=0.0):
        await asyncio.wait_for(topics.done.wait(), 10)


async def test_one_connection_is_kept_from_measurement_to_measurement() -> None:
    await until_done(topics := Topics(None, None, None))
    assert (topics.opened, topics.closed) == (1, 1)


@pytest.mark.parametrize("error", [Unavailable("kafka"), KeyError("x"), TimeoutError()])
async def test_what_goes_wrong_is_begun_anew_and_told_nobody_beside(error: Exception) -> None:
    await until_done(topics := Topics(None, error, None))
    assert (topics.opened, topics.closed) == (2, 2)


async def test_what_cannot_be_opened_is_tried_again() -> None:
    topics, failed = Topics(), list[int]()

    @asynccontextmanager
    async def open() -> AsyncIterator[Measure]:
        if not failed:
            failed.append(1)
            raise RuntimeError("a file that is not there")
        async with topics.open() as measure:
            yield measure

    async with measured(open, every_s=0.0):
        await asyncio.wait_for(topics.done.wait(), 10)
    assert (failed, topics.opened) == ([1], 1)


async def test_a_measurement_that_hangs_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matning, "LONGEST_S", 0.01)
    await until_done(topics := Topics(asyncio.Event().wait))
    assert topics.opened == 2


async def test_who_stops_does_not_wait_for_a_measurement_that_does_not_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matning, "ENDS_S", 0.01)
    hung, may_end = asyncio.Event(), asyncio.Event()

    async def holds() -> None:
        hung.set()
        while not may_end.is_set():
            try:
                await may_end.wait()
            except asyncio.CancelledError:
                continue

    async with measured(Topics(holds).open, every_s=0.0):
        await hung.wait()
    may_end.set()
