"""`samverkanshub radera` and `radering`: what an operator gives and is told (G1)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from samverkanshub import erasing
from samverkanshub.adapters.clock import ManualClock
from samverkanshub.adapters.memory import MemoryLog, MemoryVault
from samverkanshub.domain.errors import NotFound
from samverkanshub.entrypoints.cli.radera import erase, erasure
from samverkanshub.pipeline.driftatgarder import Besked
from samverkanshub.settings import Settings

# Skatteverket publishes it as a test number (dataset b4de7df7-63c0-4e7e-bb59-1f156a591763): nobody has it.
NUMBER = "197103119298"
NO_KAFKA = "samverkanshub: `SAMVERKAN_KAFKA` must be given: the running hub's address, as `up` prints it\n"
FORSLAG = "0d4f1d3c-55b5-5f6e-9e2c-58d7b0f4b8a1"


class Fake:
    """Answers as it is told."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.says: Besked | Exception = Besked(FORSLAG, "godtas")

    async def _say(self, *asked: Any) -> Besked:
        self.asked.append(asked)
        if isinstance(self.says, Exception):
            raise self.says
        return self.says

    async def foresla(self, _id: str, vem: str, lookup: str, skal: str) -> Besked:
        return await self._say("foresla", vem, lookup, skal)

    async def godkann(self, vem: str, forslag: str) -> Besked:
        return await self._say("godkann", vem, forslag)

    async def avboj(self, _id: str, vem: str, forslag: str, skal: str) -> Besked:
        return await self._say("avboj", vem, forslag, skal)


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "postgres").mkdir()
    return {"SAMVERKAN_DATA": str(tmp_path), "SAMVERKAN_KAFKA": "127.0.0.1:1", "SAMVERKAN_UTVECKLING": "1"}


@pytest.fixture(autouse=True)
def radering(monkeypatch: pytest.MonkeyPatch) -> Fake:
    fake = Fake()

    @asynccontextmanager
    async def opened(_settings: Settings) -> AsyncIterator[SimpleNamespace]:
        yield SimpleNamespace(radering=fake, vault=MemoryVault(), reader=MemoryLog(ManualClock()))

    monkeypatch.setattr(erasing, "opened", opened)
    return fake


BY = ["--grund", "bevarandetid_slut", "--av", "drift.1"]


@pytest.mark.parametrize(
    ("given", "lookup"),
    [("19710311-9298", f"nr:{NUMBER}"), (NUMBER, f"nr:{NUMBER}"), ("mora:barn-17", "ref:mora:barn-17")],
)
def test_a_person_is_given_by_number_or_local_reference(
    env: dict[str, str], radering: Fake, given: str, lookup: str
) -> None:
    result = CliRunner().invoke(erase, [given, *BY], env=env)
    assert (result.exit_code, result.stdout) == (0, f"proposed: {FORSLAG}\n")
    assert radering.asked == [("foresla", "drift.1", lookup, "bevarandetid_slut")]


def test_a_number_that_is_asked_for_is_not_shown(env: dict[str, str], radering: Fake) -> None:
    result = CliRunner().invoke(erase, ["-", *BY], env=env, input=f"{NUMBER}\n")
    assert radering.asked == [("foresla", "drift.1", f"nr:{NUMBER}", "bevarandetid_slut")]
    assert NUMBER not in result.output


def test_what_is_no_number_is_refused_without_repeating_it(env: dict[str, str], radering: Fake) -> None:
    result = CliRunner().invoke(erase, ["19710311-9299", *BY], env=env)
    assert (result.exit_code, radering.asked) == (1, [])
    assert "9299" not in result.output


def test_what_stands_in_the_way_is_told_in_words(env: dict[str, str], radering: Fake) -> None:
    radering.says = Besked(FORSLAG, "avvisas", ("bevaras-pdl-3-17", "skydd-galler"))
    result = CliRunner().invoke(erase, [NUMBER, *BY], env=env)
    assert result.exit_code == 1
    assert "bevaras-pdl-3-17: Det som är antecknat ska fortfarande bevaras (pdl-3-17)." in result.stderr
    assert "skydd-galler: Skyddade personuppgifter gäller" in result.stderr


def test_another_approves_or_declines_it(env: dict[str, str], radering: Fake) -> None:
    result = CliRunner().invoke(erasure, ["godkann", FORSLAG, "--av", "drift.2"], env=env)
    assert result.stdout == f"erased: {FORSLAG}\n"
    declined = ["avboj", FORSLAG, "--av", "drift.2", "--skal", "inte_aktuellt"]
    assert CliRunner().invoke(erasure, declined, env=env).stdout == f"declined: {FORSLAG}\n"
    assert radering.asked == [("godkann", "drift.2", FORSLAG), ("avboj", "drift.2", FORSLAG, "inte_aktuellt")]


def test_what_is_not_judged_yet_is_said_to_be_in_the_log(env: dict[str, str], radering: Fake) -> None:
    radering.says = Besked(FORSLAG)
    result = CliRunner().invoke(erasure, ["godkann", FORSLAG, "--av", "drift.2"], env=env)
    assert result.stdout == f"in the log, and seen to its end: {FORSLAG}\n"


def test_what_is_settled_is_told(env: dict[str, str], radering: Fake) -> None:
    radering.says = NotFound("nothing proposed has this id, or it is settled", code="inget-forslag")
    assert CliRunner().invoke(erasure, ["godkann", FORSLAG, "--av", "drift.2"], env=env).exit_code == 1


def test_kafka_must_be_given(env: dict[str, str]) -> None:
    result = CliRunner().invoke(erase, [NUMBER, *BY], env={**env, "SAMVERKAN_KAFKA": ""})
    assert (result.exit_code, result.stderr) == (78, NO_KAFKA)


def test_an_empty_log_has_lost_nothing(env: dict[str, str]) -> None:
    result = CliRunner().invoke(erasure, ["forlorade"], env=env)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.endswith("0 events with items whose keys are lost\n")
