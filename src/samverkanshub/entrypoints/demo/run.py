"""Every case in order against a running hub, each result compared with its expected one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from samverkanshub import resources
from samverkanshub.adapters.keys import make_key
from samverkanshub.client import Client, Options, Retry
from samverkanshub.entrypoints.demo.cases import Case, Common, Step
from samverkanshub.entrypoints.demo.play import Connect, Player, Tally, as_expected
from samverkanshub.settings import Settings

USER: Final = "demo.handlaggare"
KEYS_FROM: Final = "2026-01-01"


def directory() -> Path:
    """Where the cases are."""
    return resources.root() / "deploy" / "demo"


@dataclass(frozen=True, slots=True)
class Told:
    """A step's result as it is told: the case's number from 1, the step, and whether it was expected."""

    number: int
    case: Case
    step: Step
    result: dict[str, Any]
    expected: bool


def groups(cases: Sequence[Case]) -> list[str]:
    """Every reader group that acts in the cases."""
    steps = [step for case in cases for step in case.steg]
    return sorted({group for step in steps for group in (step.av, step.som_mottagen_av) if group})


def make_keys(cases: Sequence[Case], settings: Settings, private: Path) -> dict[str, Path]:
    """A key pair for every actor of the cases; returns where the private halves are, by aktor."""
    actors = sorted({group.partition(".")[0] for group in groups(cases)})
    return {aktor: make_key(aktor, settings.nycklar, private, KEYS_FROM)[1] for aktor in actors}


def connector(url: str, keys: dict[str, Path], retry: Retry | None = None) -> Connect:
    """Clients for reader groups, with their actors' keys."""

    def connect(lasargrupp: str, anvandare: str) -> Client:
        aktor = lasargrupp.partition(".")[0]
        options = Options(retry=retry) if retry else None
        return Client(url, aktor, lasargrupp, anvandare or USER, keys[aktor].read_bytes(), options=options)

    return connect


async def play(cases: Sequence[Case], shared: Common, connect: Connect, tell: Callable[[Told], None]) -> Tally:
    """Play the cases one after the other; `tell` hears of each step as soon as its result is known."""
    tally = Tally()
    for number, case in enumerate(cases, start=1):
        player = Player(connect, shared, lambda: datetime.now(UTC))  # noqa: TID251 - what an agency's own clock says
        try:
            await _case(player, number, case, tally, tell)
        finally:
            await player.close()
        tally.cases += 1
    return tally


async def _case(player: Player, number: int, case: Case, tally: Tally, tell: Callable[[Told], None]) -> None:
    for at, step in enumerate(case.steg):
        result = await player.step(step)
        expected = as_expected(case, at, result)
        tally.add(result)
        tally.mismatches += not expected
        tell(Told(number, case, step, result, expected))
