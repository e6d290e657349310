"""A command that starts something says all that is wrong with the settings, and exits."""

import pytest
from click.testing import CliRunner

from samverkanshub.entrypoints.cli.prepare import prepare
from samverkanshub.entrypoints.cli.starting import MISCONFIGURED
from samverkanshub.entrypoints.cli.up import up


def test_up_names_every_fault() -> None:
    said = CliRunner(env={"SAMVERKAN_API_PORT": "x", "SAMVERKAN_OMRADEN": "-1"}).invoke(up)
    assert said.exit_code == MISCONFIGURED
    assert said.stderr.splitlines() == [
        "samverkanshub: `SAMVERKAN_API_PORT` must be a whole number from 0 to 65535",
        "samverkanshub: `SAMVERKAN_OMRADEN` must be a whole number from 1 to 1000",
    ]


def test_prepare_starts_no_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("samverkanshub.entrypoints.cli.starting.configure_logging", lambda *_: None)
    said = CliRunner().invoke(prepare)
    assert said.exit_code == MISCONFIGURED
    for name in ("SAMVERKAN_KAFKA", "SAMVERKAN_PROJEKTION", "SAMVERKAN_VALV"):
        assert f"`{name}` must be given" in said.stderr


@pytest.mark.parametrize("utveckling", ["0", "1"])
def test_outside_development_prepare_tells_of_roles_that_nobody_made(
    utveckling: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lacking(_: object) -> list[str]:
        return ["samverkan_gate"]

    async def nothing(_: object) -> list[int]:
        return []

    for name, does in (("prepare", nothing), ("activate_regelverk", nothing), ("roles_to_make", lacking)):
        monkeypatch.setattr(f"samverkanshub.bootstrap.{name}", does)
    monkeypatch.setattr("samverkanshub.entrypoints.cli.starting.configure_logging", lambda *_: None)
    here = {f"SAMVERKAN_{db}": f"postgresql://samverkan@127.0.0.1/{db.lower()}" for db in ("PROJEKTION", "VALV")}
    given = {"SAMVERKAN_KAFKA": "127.0.0.1:9092", "SAMVERKAN_KEK_FIL": "/kek", "SAMVERKAN_UTVECKLING": utveckling}
    said = CliRunner(env={**here, **given}).invoke(prepare)
    assert said.exit_code == 0, said.stderr
    assert ("no role `samverkan_gate`" in said.stderr) is (utveckling == "0")
