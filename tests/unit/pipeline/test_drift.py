"""Each reader of the hub's topics is measured again and again, and judged over a window."""

from dataclasses import dataclass, field

import pytest

from samverkanshub import topics
from samverkanshub.adapters.memory import MemoryAmnen
from samverkanshub.domain.halsa import ALDRIG, BRA, LANGSAM, STAR_STILL, STOPPAD
from samverkanshub.pipeline.drift import FONSTER, GRIND, SILENT_MS, Dellage, Drift
from samverkanshub.ports import IGANG, GateState, PositionInfo

NOTIS = topics.notis("mora")
EVERY_MS = 10_000


@dataclass
class World:
    """A log, a topic of notices, a gate and a clock."""

    amnen: MemoryAmnen = field(default_factory=MemoryAmnen)
    now: int = 1_000_000
    position: int = 0
    heard: int = 1_000_000
    drift: Drift = field(init=False)

    def __post_init__(self) -> None:
        self.amnen.make(topics.LOGG, 1)
        self.amnen.make(NOTIS, 1)
        self.drift = Drift(self.amnen, self, self)  # type: ignore[arg-type]

    def now_ms(self) -> int:
        return self.now

    async def positions(self) -> list[PositionInfo]:
        return [PositionInfo(0, self.position, 1, self.position)] if self.position >= 0 else []

    async def gate_states(self) -> list[GateState]:
        return [GateState(0, IGANG, "", self.now - self.heard)]

    def append(self, count: int, amne: str = topics.LOGG) -> None:
        for _ in range(count):
            self.amnen.append(amne, 0, self.now, b"abc")

    async def rounds(self, count: int, appended: int = 0, judged: int = 0, silent: bool = False) -> None:
        """Rounds of measuring, before each of which so much has happened."""
        for _ in range(count):
            self.now += EVERY_MS
            self.append(appended)
            self.position += judged
            self.heard = self.heard if silent else self.now
            await self.drift.mat()

    async def told(self) -> tuple[Dellage, Dellage]:
        log, notices = await self.drift.lage()
        return log, notices


@pytest.fixture
def world() -> World:
    return World()


async def test_before_anything_is_measured_nothing_is_told(world: World) -> None:
    assert await world.drift.lage() == []


async def test_a_gate_that_keeps_up_is_well_and_not_a_second_behind(world: World) -> None:
    await world.rounds(4, appended=5, judged=5)
    log, _ = await world.told()
    [gate] = log.lasare
    assert (gate.namn, gate.slag, gate.efter, gate.sekunder) == (GRIND, BRA, 0, 0.0)
    assert (log.slut, log.byte, log.takt) == (20, 60, 0.5)


async def test_a_gate_that_stands_still_is_behind_by_the_age_of_the_first_it_has_left(world: World) -> None:
    world.append(1)
    await world.rounds(3)
    world.now += 500
    log, _ = await world.told()
    assert (log.lasare[0].slag, log.lasare[0].efter, log.lasare[0].sekunder) == (STAR_STILL, 1, 30.5)


async def test_a_gate_that_never_gains_is_slow(world: World) -> None:
    world.append(9)
    await world.rounds(4, appended=5, judged=2)
    assert (await world.told())[0].lasare[0].slag == LANGSAM


async def test_a_gate_that_is_silent_longer_than_the_window_has_stopped_and_its_age_goes_on(world: World) -> None:
    world.append(1)
    await world.rounds(FONSTER + SILENT_MS // EVERY_MS + 1, silent=True)
    world.now += EVERY_MS
    [gate] = (await world.told())[0].lasare
    assert gate.slag == STOPPAD
    assert gate.sekunder == (world.now - 1_000_000) / 1000


async def test_a_log_that_no_gate_has_begun_has_never_been_committed(world: World) -> None:
    world.append(1)
    world.position = -1
    await world.rounds(3)
    assert (await world.told())[0].lasare[0].slag == ALDRIG


async def test_readers_of_notices_are_their_groups_and_one_that_leaves_with_something_left_stops(world: World) -> None:
    world.append(3, NOTIS)
    world.amnen.commit("mora", NOTIS, 0, 1, 1)
    await world.rounds(3)
    assert [reader.slag for reader in (await world.told())[1].lasare] == [STAR_STILL]
    world.amnen.leave("mora")
    await world.rounds(FONSTER)
    world.now += EVERY_MS
    [reader] = (await world.told())[1].lasare
    assert (reader.namn, reader.slag, reader.efter) == ("mora", STOPPAD, 2)


async def test_notices_that_nobody_reads_have_no_reader_and_a_rate_all_the_same(world: World) -> None:
    await world.rounds(1)
    world.append(10, NOTIS)
    await world.rounds(1)
    _, notices = await world.told()
    assert (notices.lasare, notices.takt) == ((), 1.0)
