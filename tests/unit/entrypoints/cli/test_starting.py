"""A command that starts something says all that is wrong with the settings, and exits."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from samverkanshub.codec.keys import private_key, to_pem
from samverkanshub.entrypoints.cli.main import main
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


EVENT = "7d0c2a36-6d0f-4a3e-9c44-52d1b8a4e6f0"
BY = ("--av", "drift.1")
TWO = ("--foreslagen-av", "anna", "--godkand-av", "bo")
READING = (
    ("rebuild",),
    ("replay",),
    ("journal", "journal.jsonl"),
    ("verify",),
    ("archive", "arkiv"),
    ("fhir", "samtycke", EVENT),
    ("karantan", "slapp", "0", "17", *TWO, "--skal", "felet_rattat"),
    ("regelverk", "aktivera", *TWO),
)
IN_THE_VAULT = (("ansprak",), ("radering", "godkann", EVENT, *BY), ("radering", "forlorade"))


@pytest.mark.parametrize(
    ("kafka", "laid"),
    [("log.example:9093", True), ("127.0.0.1:1", False), ("127.0.0.1:1,log.example:9093", True)],
    ids=["elsewhere", "no hub of its own here", "partly elsewhere"],
)
@pytest.mark.parametrize("words", [*READING, *IN_THE_VAULT], ids=lambda words: " ".join(words[:2]))
def test_one_hubs_log_is_never_read_with_anothers_database(
    words: tuple[str, ...], kafka: str, laid: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that is not named is the embedded one of that very hub, or is to be named."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("samverkanshub.entrypoints.cli.starting.configure_logging", lambda *_: None)
    data = tmp_path / "data"
    if laid:
        (data / "postgres").mkdir(parents=True)
    env = {"SAMVERKAN_DATA": str(data), "SAMVERKAN_KAFKA": kafka, "SAMVERKAN_UTVECKLING": "1"}
    key = {"SAMVERKAN_LOGGNAMN": "log.example", "SAMVERKAN_NOTARIE_NYCKEL": str(_notary(tmp_path))}
    said = CliRunner(env=env | key).invoke(main, words)
    assert (said.exit_code, said.stdout) == (MISCONFIGURED, "")
    needed = ("PROJEKTION", "VALV") if words in IN_THE_VAULT else ("PROJEKTION",)
    assert [line.split("`")[1] for line in said.stderr.splitlines()] == [f"SAMVERKAN_{name}" for name in needed]
    assert {one.name for one in tmp_path.iterdir()} <= {"data", "notarie.pem"}


def _notary(directory: Path) -> Path:
    path = directory / "notarie.pem"
    path.write_bytes(to_pem(private_key(b"t" * 32)))
    path.chmod(0o600)
    return path
