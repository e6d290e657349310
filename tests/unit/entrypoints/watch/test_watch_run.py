"""How the watch goes round: never faster than its pause, on through outages, and out where it cannot go on."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest

from samverkanshub.domain.errors import Halt
from samverkanshub.entrypoints.cli import starting
from samverkanshub.entrypoints.watch import __main__ as role
from samverkanshub.entrypoints.watch.run import Runner, Stuck
from samverkanshub.entrypoints.worker.keeper import Exit
from samverkanshub.ports import IGANG, VANTAR, Unavailable


@dataclass
class Watch:
    """Rounds that come out as told, one after another; after the last it stops the runner."""

    outcomes: list[Exception | dict[int, str]]
    told: list[tuple[int, str]] = field(default_factory=list)
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    rounds: int = 0
    stop: Callable[[], None] = lambda: None

    async def round(self) -> Mapping[int, str]:
        self.rounds += 1
        outcome = self.outcomes.pop(0)
        if not self.outcomes:
            self.stop()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def report(self, partition: int, state: str) -> None:
        self.told.append((partition, state))
        self.heard.set()


def runner(watch: Watch, **times: float) -> Runner:
    made = Runner(watch, watch, **{"pause_s": 0.0, "round_s": 10.0, "hold_s": 10.0, **times})
    watch.stop = made.stopping.set
    return made


async def test_each_round_is_told_by_partition() -> None:
    watch = Watch([{0: IGANG, 1: VANTAR}, {0: IGANG}])
    await runner(watch).run()
    assert watch.told == [(0, IGANG), (1, VANTAR), (0, IGANG)]


async def test_a_server_that_is_away_for_a_moment_is_waited_for() -> None:
    watch = Watch([Unavailable("kafka"), Unavailable("projektion"), {0: IGANG}])
    await runner(watch).run()
    assert (watch.rounds, watch.told) == (3, [(0, IGANG)])


async def test_servers_that_stay_away_end_the_process() -> None:
    watch = Watch([Unavailable("kafka")] * 3)
    with pytest.raises(Unavailable):
        await runner(watch, hold_s=-1.0).run()
    assert watch.rounds == 1


async def test_what_no_outage_explains_ends_the_process_at_once() -> None:
    watch = Watch([Halt("x", code="x"), {0: IGANG}])
    with pytest.raises(Halt):
        await runner(watch).run()
    assert watch.rounds == 1


async def test_a_round_that_hangs_and_will_not_be_taken_back_ends_the_process() -> None:
    """A hanging server never wedges it, though the driver swallows that the question is taken back."""
    may_end = asyncio.Event()

    class Hangs(Watch):
        async def round(self) -> Mapping[int, str]:
            while not may_end.is_set():
                try:
                    await may_end.wait()
                except asyncio.CancelledError:
                    continue
            return {}

    with pytest.raises(Stuck):
        await runner(Hangs([]), round_s=0.01).run()
    may_end.set()


async def test_it_rests_between_rounds_until_it_is_told_to_stop() -> None:
    watch = Watch([{0: IGANG}, {0: IGANG}])
    made = runner(watch, pause_s=3600.0)
    running = asyncio.ensure_future(made.run())
    await asyncio.wait_for(watch.heard.wait(), 10)
    made.stopping.set()
    await running
    assert watch.rounds == 1


def test_it_starts_no_servers_of_its_own(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("KAFKA", "PROJEKTION", "VALV"):
        monkeypatch.delenv(f"SAMVERKAN_{name}", raising=False)
    monkeypatch.setattr(starting, "configure_logging", lambda *_: None)
    assert role.main() == 78
    assert "`SAMVERKAN_VALV` must be given: `watch` starts no servers" in capsys.readouterr().err


def test_the_exit_status_says_why_it_ended() -> None:
    assert role._told(Stuck()) == role._told(Unavailable("kafka")) == Exit.UNAVAILABLE
    assert role._told(Halt("x", code="x")) == Exit.HALTED
    assert role._told(KeyError("x")) == Exit.FAULT
