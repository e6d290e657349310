"""How a role of rounds goes round: never faster than its pause, on through outages, and out where it cannot go on."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from samverkanshub.domain.errors import Halt
from samverkanshub.entrypoints.cli import starting
from samverkanshub.entrypoints.notary.__main__ import main as notary
from samverkanshub.entrypoints.rounds import Runner, Stuck, _told
from samverkanshub.entrypoints.watch.__main__ import main as watch
from samverkanshub.entrypoints.worker.keeper import Exit
from samverkanshub.ports import Unavailable


@dataclass
class Rounds:
    """Rounds that come out as told, one after another; after the last it stops the runner."""

    outcomes: list[Exception | None]
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    rounds: int = 0
    stop: Callable[[], None] = lambda: None

    async def round(self) -> None:
        self.rounds += 1
        outcome = self.outcomes.pop(0)
        if not self.outcomes:
            self.stop()
        if isinstance(outcome, Exception):
            raise outcome
        self.heard.set()


def runner(rounds: Rounds, **times: float) -> Runner:
    made = Runner("watch", rounds.round, **{"pause_s": 0.0, "round_s": 10.0, "hold_s": 10.0, **times})
    rounds.stop = made.stopping.set
    return made


async def test_one_round_follows_another_until_it_is_told_to_stop() -> None:
    rounds = Rounds([None, None, None])
    await runner(rounds).run()
    assert rounds.rounds == 3


async def test_a_server_that_is_away_for_a_moment_is_waited_for() -> None:
    rounds = Rounds([Unavailable("kafka"), Unavailable("projektion"), None])
    await runner(rounds).run()
    assert rounds.rounds == 3
    assert rounds.heard.is_set()


async def test_servers_that_stay_away_end_the_process() -> None:
    rounds = Rounds([Unavailable("kafka")] * 3)
    with pytest.raises(Unavailable):
        await runner(rounds, hold_s=-1.0).run()
    assert rounds.rounds == 1


async def test_what_no_outage_explains_ends_the_process_at_once() -> None:
    rounds = Rounds([Halt("x", code="x"), None])
    with pytest.raises(Halt):
        await runner(rounds).run()
    assert rounds.rounds == 1


async def test_a_round_that_hangs_and_will_not_be_taken_back_ends_the_process() -> None:
    """A hanging server never wedges it, though the driver swallows that the question is taken back."""
    may_end = asyncio.Event()

    class Hangs(Rounds):
        async def round(self) -> None:
            while not may_end.is_set():
                try:
                    await may_end.wait()
                except asyncio.CancelledError:
                    continue

    with pytest.raises(Stuck):
        await runner(Hangs([]), round_s=0.01).run()
    may_end.set()


async def test_it_rests_between_rounds_until_it_is_told_to_stop() -> None:
    rounds = Rounds([None, None])
    made = runner(rounds, pause_s=3600.0)
    running = asyncio.ensure_future(made.run())
    await asyncio.wait_for(rounds.heard.wait(), 10)
    made.stopping.set()
    await running
    assert rounds.rounds == 1


@pytest.mark.parametrize(("main", "name", "last"), [(watch, "watch", "VALV"), (notary, "notary", "PROJEKTION")])
def test_it_starts_no_servers_of_its_own(
    main: Callable[[], int],
    name: str,
    last: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for setting in ("KAFKA", "PROJEKTION", "VALV"):
        monkeypatch.delenv(f"SAMVERKAN_{setting}", raising=False)
    monkeypatch.setattr(starting, "configure_logging", lambda *_: None)
    assert main() == 78
    assert f"`SAMVERKAN_{last}` must be given to `{name}`" in capsys.readouterr().err


def test_outside_development_the_notary_is_told_what_its_log_is_and_where_its_key_and_guard_are(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SAMVERKAN_PROJEKTION", "postgresql://hub@127.0.0.1:5432/projektion")
    monkeypatch.setattr(starting, "configure_logging", lambda *_: None)
    assert notary() == 78
    said = capsys.readouterr().err
    assert [
        f"`SAMVERKAN_{name}` must be given to `notary`" in said for name in ("LOGGNAMN", "VAKT", "NOTARIE_NYCKEL")
    ] == [True] * 3


def test_the_exit_status_says_why_it_ended() -> None:
    assert _told("watch", Stuck()) == _told("watch", Unavailable("kafka")) == Exit.UNAVAILABLE
    assert _told("watch", Halt("x", code="x")) == Exit.HALTED
    assert _told("watch", KeyError("x")) == Exit.FAULT
