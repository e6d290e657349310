"""`samverkanshub certifikat KATALOG`: every certificate that a hub in development needs."""

from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from samverkanshub.entrypoints.cli.main import main


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("samverkanshub.entrypoints.cli.starting.configure_logging", lambda *_: None)


def test_it_makes_servers_processes_and_actors_and_says_which(tmp_path: Path) -> None:
    words = ["certifikat", str(tmp_path), "--server", "kafka", "--aktor", "mora", "--json"]
    first = CliRunner().invoke(main, words)
    assert first.exit_code == 0, first.output
    made = {Path(path).relative_to(tmp_path).as_posix() for path in msgspec.json.decode(first.stdout)}
    assert {"ca.pem", "aktorer-ca.pem", "servrar/kafka.pem", "aktorer/mora.pem"} <= made
    assert {name for name in made if name.startswith("processer/samverkan_gate")}
    assert CliRunner().invoke(main, ["certifikat", str(tmp_path), "--aktor", "mora", "--server", "kafka"]).stdout == (
        "nothing is missing\n"
    )


def test_an_actor_that_the_directory_does_not_have_gets_none(tmp_path: Path) -> None:
    said = CliRunner().invoke(main, ["certifikat", str(tmp_path), "--aktor", "ingen"])
    assert said.exit_code == 1
    assert "`--aktor` is no actor" in said.stderr
    assert not list(tmp_path.iterdir())
