"""`samverkanshub regelverk`: what an operator is told before anything is written."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from samverkanshub.entrypoints.cli.regelverk import regelverk

TWO = ["--foreslagen-av", "anna", "--godkand-av", "bo"]


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "postgres").mkdir()
    return {"SAMVERKAN_DATA": str(tmp_path), "SAMVERKAN_KAFKA": "127.0.0.1:1", "SAMVERKAN_UTVECKLING": "1"}


def test_a_sound_directory_is_told_by_its_digest(env: dict[str, str]) -> None:
    result = CliRunner().invoke(regelverk, ["kontrollera"], env=env)
    assert result.exit_code == 0
    assert len(result.stdout.strip()) == 64


def test_a_faulty_directory_is_told_by_file_and_line(env: dict[str, str], tmp_path: Path) -> None:
    result = CliRunner().invoke(regelverk, ["kontrollera"], env={**env, "SAMVERKAN_REGELVERK": str(tmp_path)})
    assert result.exit_code == 1
    assert "kommuner.yaml" in result.stderr


def test_nobody_approves_what_they_proposed(env: dict[str, str]) -> None:
    result = CliRunner().invoke(regelverk, ["aktivera", "--foreslagen-av", "anna", "--godkand-av", "anna"], env=env)
    assert result.exit_code == 1
    assert "--godkand-av" in result.stderr


def test_the_running_hubs_address_is_asked_for(env: dict[str, str]) -> None:
    result = CliRunner().invoke(regelverk, ["aktivera", *TWO], env={**env, "SAMVERKAN_KAFKA": ""})
    assert result.exit_code == 78
    assert "SAMVERKAN_KAFKA" in result.stderr
