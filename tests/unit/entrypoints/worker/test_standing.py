"""What a worker tells health: who has each partition, and why it was refused. Telling never matters to the gate."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from samverkanshub.adapters.memory import MemoryDatabase, MemoryGateStatus, MemoryProjection
from samverkanshub.entrypoints.worker.standing import Standing
from samverkanshub.ports import IGANG, VAGRAD, Unavailable

SOON_S = 0.01
PATIENCE_S = 30.0


class Board(MemoryGateStatus):
    """Remembers every report, and lets a test wait for the next."""

    def __init__(self) -> None:
        self.database = MemoryDatabase()
        self.reports: asyncio.Queue[tuple[int, str, str]] = asyncio.Queue()
        super().__init__(self.database)

    async def report(self, partition: int, state: str, code: str) -> None:
        await super().report(partition, state, code)
        self.reports.put_nowait((partition, state, code))

    async def next(self) -> tuple[int, str, str]:
        return await asyncio.wait_for(self.reports.get(), PATIENCE_S)

    async def says(self) -> list[tuple[int, str, str]]:
        found = await MemoryProjection(self.database).gate_states()
        return [(one.partition, one.state, one.code) for one in found]


class Failing:
    def __init__(self) -> None:
        self.asked = asyncio.Semaphore(0)

    async def report(self, partition: int, state: str, code: str) -> None:
        self.asked.release()
        raise Unavailable("projektion")


class Silent:
    """A server that neither answers nor lets go when the question is taken back."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.freed = asyncio.Event()

    async def report(self, partition: int, state: str, code: str) -> None:
        self.asked.set()
        while not self.freed.is_set():
            try:
                await self.freed.wait()
            except asyncio.CancelledError:
                continue


@pytest.fixture
def board() -> Board:
    return Board()


async def beating(standing: Standing) -> AsyncIterator[None]:
    task = asyncio.ensure_future(standing.beat())
    yield
    task.cancel()
    await asyncio.wait({task})


@pytest.fixture
async def standing(board: Board) -> AsyncIterator[Standing]:
    found = Standing(board, every_s=SOON_S)
    async for _ in beating(found):
        yield found


async def test_a_partition_is_told_of_when_it_is_taken_and_again_and_again(board: Board) -> None:
    seldom = Standing(board, every_s=3600)
    async for _ in beating(seldom):
        seldom.takes(0)
        assert await board.next() == (0, IGANG, "")
        seldom.takes(1)
        assert [await board.next(), await board.next()] == [(0, IGANG, ""), (1, IGANG, "")]


async def test_an_idle_gate_is_heard_from(board: Board, standing: Standing) -> None:
    standing.takes(2)
    assert [await board.next() for _ in range(4)] == [(2, IGANG, "")] * 4


async def test_a_partition_that_was_left_is_told_of_no_more(board: Board, standing: Standing) -> None:
    standing.takes(0)
    standing.takes(1)
    await board.next()
    standing.leaves(0)
    while await board.next() != (1, IGANG, ""):
        pass
    assert [await board.next() for _ in range(3)] == [(1, IGANG, "")] * 3


async def test_a_refusal_is_the_last_word(board: Board, standing: Standing) -> None:
    standing.takes(0)
    await board.next()
    await standing.refuses(0, "annan-logg")
    standing.takes(0)
    for _ in range(10):
        await asyncio.sleep(0)
    assert await board.says() == [(0, VAGRAD, "annan-logg")]


async def test_a_refusal_whose_partition_nobody_knows_is_of_every_one_that_was_had(
    board: Board, standing: Standing
) -> None:
    standing.takes(0)
    standing.takes(3)
    await standing.refuses(None, "stopp")
    assert await board.says() == [(0, VAGRAD, "stopp"), (3, VAGRAD, "stopp")]


async def test_a_report_that_fails_is_no_concern_of_the_gates() -> None:
    failing = Failing()
    standing = Standing(failing, every_s=SOON_S)
    async for _ in beating(standing):
        standing.takes(0)
        async with asyncio.timeout(PATIENCE_S):
            for _ in range(3):
                await failing.asked.acquire()
        await standing.refuses(0, "annan-logg")


@pytest.mark.parametrize("told_before", [True, False])
async def test_a_server_that_does_not_answer_delays_the_end_no_longer_than_allowed(told_before: bool) -> None:
    silent = Silent()
    standing = Standing(silent, every_s=3600, within_s=SOON_S)
    async for _ in beating(standing):
        if told_before:
            standing.takes(0)
            await silent.asked.wait()
        async with asyncio.timeout(PATIENCE_S):
            await standing.refuses(0, "annan-logg")
        silent.freed.set()


async def test_what_cannot_be_told_is_not_asked_twice_at_once() -> None:
    counted: list[int] = []

    class Counting(Silent):
        async def report(self, partition: int, state: str, code: str) -> None:
            counted.append(partition)
            await super().report(partition, state, code)

    silent = Counting()
    standing = Standing(silent, every_s=SOON_S, within_s=SOON_S)
    async for _ in beating(standing):
        standing.takes(0)
        await silent.asked.wait()
        for _ in range(20):
            await asyncio.sleep(SOON_S)
        assert counted == [0]
        silent.freed.set()
