"""`samverkanshub karantan`: what an operator is told before anything is written (B7)."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from samverkanshub import bootstrap
from samverkanshub.entrypoints.cli.karantan import karantan
from samverkanshub.pipeline.activation import Approval
from samverkanshub.pipeline.karantan import Karantanpost
from samverkanshub.ports import Unavailable
from samverkanshub.settings import Settings

TWO = ["--foreslagen-av", "anna", "--godkand-av", "bo", "--skal", "felet_rattat"]


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "postgres").mkdir()
    return {"SAMVERKAN_DATA": str(tmp_path), "SAMVERKAN_KAFKA": "127.0.0.1:1", "SAMVERKAN_UTVECKLING": "1"}


def test_the_list_tells_place_time_reason_and_how_many(env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    async def found(_settings: Settings) -> list[Karantanpost]:
        return [Karantanpost(0, 17, "ej-avro", 1_790_000_000_000, 3, 2)]

    monkeypatch.setattr(bootstrap, "quarantine", found)
    result = CliRunner().invoke(karantan, ["lista"], env=env)
    assert result.stdout == "0 17  2026-09-21 16:13:20+02:00  ej-avro  frysta 2 av 3\n"


def test_a_projection_that_does_not_answer_is_told(env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent(_settings: Settings) -> list[Karantanpost]:
        raise Unavailable("projektion")

    monkeypatch.setattr(bootstrap, "quarantine", silent)
    assert CliRunner().invoke(karantan, ["lista"], env=env).exit_code == 1


def test_two_let_go_of_whom_a_record_froze(env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    async def release(_settings: Settings, place: tuple[int, int], approval: Approval, skal: str) -> int:
        asked.append((place, approval.foreslagen_av, approval.godkand_av, skal))
        return 2

    monkeypatch.setattr(bootstrap, "release_quarantined", release)
    result = CliRunner().invoke(karantan, ["slapp", "0", "17", *TWO], env=env)
    assert result.exit_code == 0
    assert asked == [((0, 17), "anna", "bo", "felet_rattat")]
    assert result.stdout.startswith("2 persons")


def test_what_fails_is_told(env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    async def release(*_given: object) -> int:
        raise Unavailable("kafka")

    monkeypatch.setattr(bootstrap, "release_quarantined", release)
    assert CliRunner().invoke(karantan, ["slapp", "0", "17", *TWO], env=env).exit_code == 1


@pytest.mark.parametrize(
    ("more", "change", "status"),
    [
        (["--godkand-av", "anna"], {}, 1),
        (["--skal", "darfor"], {}, 2),
        ([], {"SAMVERKAN_KAFKA": ""}, 78),
    ],
)
def test_one_alone_an_unknown_ground_or_no_address_is_refused(
    env: dict[str, str], more: list[str], change: dict[str, str], status: int
) -> None:
    result = CliRunner().invoke(karantan, ["slapp", "0", "17", *TWO, *more], env={**env, **change})
    assert result.exit_code == status
