"""Each reader of the hub's topics is measured again and again, kept where it is read, and judged over a window."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from samverkanshub import topics
from samverkanshub.adapters.memory import MemoryAmnen, MemoryDatabase, MemoryMatningar
from samverkanshub.domain.halsa import ALDRIG, BRA, LANGSAM, OKANT, STAR_STILL, STOPPAD
from samverkanshub.pipeline.drift import Amneslage, Dellage, judged
from samverkanshub.pipeline.matning import FONSTER_MS, GRIND, SILENT_MS, Matare
from samverkanshub.ports import IGANG, GateState, PositionInfo, Unavailable

NOTIS = topics.notis("mora")
EVERY_MS = 10_000
IN_A_WINDOW = FONSTER_MS // EVERY_MS
START = 1_000_000


class Counted(MemoryAmnen):
    """Topics that remember what they were asked for the times of."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[set[tuple[str, int, int]]] = []
        self.away = False

    async def tider(self, platser: object) -> dict[tuple[str, int, int], int]:
        if self.away:
            raise Unavailable("kafka")
        self.asked.append(set(platser))  # type: ignore[call-overload]
        return await super().tider(platser)  # type: ignore[arg-type]


@dataclass
class World:
    """A log, a topic of notices, a gate, a database with a clock, and a watch whose clock is ahead of it."""

    amnen: Counted = field(default_factory=Counted)
    now: int = START
    position: int = 0
    heard: int = START
    ahead: int = 0
    matare: Matare = field(init=False)
    matningar: MemoryMatningar = field(init=False)

    def __post_init__(self) -> None:
        self.amnen.make(topics.LOGG, 1)
        self.amnen.make(NOTIS, 1)
        self.matningar = MemoryMatningar(MemoryDatabase(now_ms=lambda: self.now))
        self.matare = Matare(self.amnen, self, self.matningar, self, "watch")  # type: ignore[arg-type]

    def now_ms(self) -> int:
        return self.now + self.ahead

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
            await self.matare.mat()

    async def lage(self) -> Amneslage:
        return judged(
            await self.matningar.fonster(), {info.partition: info.position for info in await self.positions()}
        )

    async def told(self) -> tuple[Dellage, Dellage]:
        log, notices = (await self.lage()).delar
        return log, notices


@pytest.fixture
def world() -> World:
    return World()


async def test_before_anything_is_measured_nothing_is_told(world: World) -> None:
    found = await world.lage()
    assert (found, found.gammal) == (Amneslage(-1, ()), True)


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
    await world.rounds(IN_A_WINDOW + SILENT_MS // EVERY_MS + 2, silent=True)
    world.now += EVERY_MS
    [gate] = (await world.told())[0].lasare
    assert gate.slag == STOPPAD
    assert gate.sekunder == (world.now - START) / 1000


async def test_while_watch_and_gate_are_dead_seconds_go_on_and_how_anybody_stands_is_unknown(world: World) -> None:
    world.append(1)
    await world.rounds(3)
    world.now += 100 * SILENT_MS
    found = await world.lage()
    [gate] = found.delar[0].lasare
    assert (found.gammal, found.alder_ms) == (True, 100 * SILENT_MS)
    assert (gate.slag, gate.efter, gate.sekunder) == (OKANT, 1, (world.now - START) / 1000)


async def test_what_the_gate_has_judged_since_it_was_measured_counts(world: World) -> None:
    world.append(2)
    await world.rounds(3)
    world.position = 1
    assert [(gate.plats, gate.efter) for gate in (await world.told())[0].lasare] == [(1, 1)]
    world.position = 5
    assert [(gate.efter, gate.sekunder) for gate in (await world.told())[0].lasare] == [(0, 0.0)]


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
    await world.rounds(IN_A_WINDOW + 1)
    world.now += EVERY_MS
    [reader] = (await world.told())[1].lasare
    assert (reader.namn, reader.slag, reader.efter) == ("mora", STOPPAD, 2)


async def test_notices_that_nobody_reads_have_no_reader_and_a_rate_all_the_same(world: World) -> None:
    await world.rounds(1)
    world.append(10, NOTIS)
    await world.rounds(1)
    _, notices = await world.told()
    assert (notices.lasare, notices.takt) == ((), 1.0)


async def test_a_topic_that_is_no_more_is_told_of_no_more(world: World) -> None:
    await world.rounds(2)
    world.amnen._records.pop((NOTIS, 0))
    await world.rounds(1)
    assert [part.amne for part in (await world.lage()).delar] == [topics.LOGG]


async def test_kafka_is_asked_for_times_once_a_round_and_for_those_alone_that_are_new(world: World) -> None:
    world.append(3)
    world.append(3, NOTIS)
    world.amnen.commit("mora", NOTIS, 0, 1, 1)
    await world.rounds(2)
    assert world.amnen.asked == [{(topics.LOGG, 0, 0), (NOTIS, 0, 1)}]
    await world.rounds(1, judged=1)
    assert world.amnen.asked[1:] == [{(topics.LOGG, 0, 1)}]


async def test_a_measurement_that_fails_leaves_what_was_kept(world: World) -> None:
    await world.rounds(2)
    before = await world.matningar.fonster()
    world.amnen.away = True
    with pytest.raises(Unavailable):
        await world.rounds(1, appended=1)
    assert (await world.matningar.fonster()).rader == before.rader


async def test_how_far_the_clock_of_who_measures_is_ahead_is_kept(world: World) -> None:
    world.ahead = 4_000
    await world.rounds(1)
    [clock] = (await world.matningar.fonster()).klockor
    assert (clock.vem, clock.fore_ms, clock.inom_ms) == ("watch", 4_000, 0)


class Vault:
    """Another server, whose clock is behind."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.away = False

    async def nu(self) -> int:
        if self.away:
            raise Unavailable("valv")
        return self._world.now - 1_500


class Behind:
    """Is told how long each partition of the log is."""

    def __init__(self) -> None:
        self.told: list[Mapping[int, int]] = []

    async def note(self, ends: Mapping[int, int]) -> None:
        self.told.append(ends)


async def test_the_vaults_clock_is_held_to_the_projections_and_without_it_all_else_is_measured(world: World) -> None:
    vault, behind = Vault(world), Behind()
    world.matare = Matare(world.amnen, world, world.matningar, world, "watch", vault, behind)  # type: ignore[arg-type]
    await world.rounds(1, appended=2)
    clocks = {one.vem: one.fore_ms for one in (await world.matningar.fonster()).klockor}
    assert clocks == {"watch": 0, "valv": -1_500}
    vault.away = True
    await world.rounds(1, appended=1)
    ages = {one.vem: one.age_ms for one in (await world.matningar.fonster()).klockor}
    assert ages == {"watch": 0, "valv": EVERY_MS}
    assert behind.told == [{0: 2}, {0: 3}]


async def test_what_was_measured_in_the_future_says_nothing_of_now(world: World) -> None:
    """By a clock that was ahead, and has been set back since."""
    await world.rounds(3, appended=5, judged=5)
    world.now -= 10 * EVERY_MS
    found = await world.lage()
    assert (found.gammal, {one.slag for part in found.delar for one in part.lasare}) == (True, {OKANT})
    await world.rounds(1)
    assert not (await world.lage()).gammal
