"""Work that waits for others, and all the same comes to an end."""

from collections.abc import Awaitable, Callable, Iterator

import pytest

from samverkanshub.pipeline import turns
from samverkanshub.pipeline.turns import Rounds, Turns


class Clocks:
    """What the processor has worked and what time it is, as a test lets them go on, and the rests that were taken."""

    def __init__(self) -> None:
        self.worked = 0.0
        self.now = 0.0
        self.rests: list[float] = []

    def time(self) -> float:
        return self.now

    def get_running_loop(self) -> "Clocks":
        return self

    async def sleep(self, seconds: float) -> None:
        self.rests.append(seconds)


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clocks]:
    made = Clocks()
    with monkeypatch.context() as patched:
        patched.setattr(turns, "asyncio", made)
        patched.setattr(turns, "thread_time", lambda: made.worked)
        yield made


async def turn(of: Turns) -> None:
    for _ in range(turns.TURN):
        await of.done()


async def test_a_turn_is_as_long_as_the_processor_has_worked_and_its_rest_has_an_end(clocks: Clocks) -> None:
    """What others make it wait for is no reason to wait more."""
    own = Turns()
    clocks.worked, clocks.now = 0.01, 60.0
    await turn(own)
    clocks.worked = 5.0
    await turn(own)
    assert clocks.rests == [pytest.approx(0.03), turns.LONGEST_REST_S]


def taking(clocks: Clocks, seconds: float, done: list[int], left: dict[int, int]) -> Callable[[int], Awaitable[bool]]:
    async def step(partition: int) -> bool:
        clocks.now += seconds
        if not left[partition]:
            return False
        left[partition] -= 1
        done.append(partition)
        return True

    return step


async def test_all_is_done_a_step_of_each_partition_in_turn(clocks: Clocks) -> None:
    done: list[int] = []
    await Rounds(3).go(taking(clocks, 0.1, done, {0: 2, 1: 0, 2: 3}))
    assert done == [0, 2, 0, 2, 2]


async def test_where_steps_take_long_it_stops_between_partitions_and_goes_on_there_the_next_time(
    clocks: Clocks,
) -> None:
    """What hangs is taken back, and with it all that it has not kept."""
    done: list[int] = []
    rounds, step = Rounds(4), taking(clocks, 10.0, done, dict.fromkeys(range(4), 9))
    for _ in range(3):
        began = clocks.now
        await rounds.go(step)
        assert clocks.now - began <= 20.0
    assert done == [0, 1, 2, 3, 0, 1]
