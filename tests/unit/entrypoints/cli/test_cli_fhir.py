"""`samverkanshub fhir`: out as files for their owner alone, in as an event, and nothing sent unless asked."""

import asyncio
import json
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

sys.path.extend(str(Path(__file__).parents[2] / part) for part in ("entrypoints/http", "codec", "pipeline"))

from fhir_examples import ANNA, CONSENT, DATA, changed
from hubfakes import EVENT_ID, MORA_KEY, NOW_S, Fake
from intakehub import VC, Whole, consent

from samverkanshub import bootstrap, resources
from samverkanshub.client import Options, Retry
from samverkanshub.codec import keys
from samverkanshub.entrypoints.cli import fhir as commands
from samverkanshub.entrypoints.cli.main import main
from samverkanshub.entrypoints.http.app import create_app
from samverkanshub.settings import Settings

SUMMONS = "bbbbbbbb-0000-4000-8000-000000000002"
UNKNOWN = "0f5f6c2e-3c63-4a5b-9d39-7a1f9f6f3d21"


def run(*words: str, given: str = "", obj: Any = None, **env: str) -> Result:
    return CliRunner(env=env).invoke(main, ["fhir", *words], input=given, obj=obj)


# ------------------------------------------------------------------------------------------ decisions


@pytest.fixture(scope="module")
def beslut(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What `decide` prints of the example in docs/journal.md."""
    page = (resources.root() / "docs" / "journal.md").read_text()
    directory = tmp_path_factory.mktemp("beslut")
    (directory / "a").mkdir()
    (directory / "deploy").symlink_to(resources.root() / "deploy")
    journal, out = directory / "a" / "journal.jsonl", directory / "beslut.jsonl"
    journal.write_text(page.split("```jsonl\n")[1].split("```")[0])
    assert CliRunner().invoke(main, ["decide", str(journal), "-o", str(out)]).exit_code == 0
    return str(out)


def test_t1_a_decision_is_a_bundle_of_one_audit_event_an_entry(beslut: str) -> None:
    result = run("beslut", SUMMONS, "--beslut", beslut)
    assert result.exit_code == 0, result.output
    found = json.loads(result.output)
    assert found["resourceType"] == "Bundle"
    assert {one["resource"]["outcome"] for one in found["entry"]} == {"0", "8"}


def test_ndjson_has_one_audit_event_a_line_and_the_file_is_its_owners_alone(beslut: str, tmp_path: Path) -> None:
    out = tmp_path / "beslut.ndjson"
    assert run("beslut", SUMMONS, "--beslut", beslut, "--ndjson", "-o", str(out)).exit_code == 0
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    whole = json.loads(run("beslut", SUMMONS, "--beslut", beslut).output)
    assert lines == [one["resource"] for one in whole["entry"]]
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_an_unknown_event_or_a_hub_that_is_not_there_could_not_be_exported(beslut: str, tmp_path: Path) -> None:
    unknown = run("beslut", UNKNOWN, "--beslut", beslut)
    assert (unknown.exit_code, "no decision on `EVENT`" in unknown.stderr) == (1, True)
    away = run("beslut", SUMMONS, SAMVERKAN_DATA=str(tmp_path))
    assert (away.exit_code, "`projektion` does not answer" in away.stderr) == (1, True)


# ------------------------------------------------------------------------------------------ consents


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> tuple[Whole, str]:
    """A hub in memory with one consent, in the place of the servers."""

    async def started() -> tuple[Whole, str]:
        whole = await Whole().started()
        return whole, (await whole.publish(VC, "samtycke_lamnat", consent())).handelse_id

    whole, given = asyncio.run(started())

    @asynccontextmanager
    async def reading(_settings: Settings) -> AsyncIterator[Any]:
        yield whole.projection

    monkeypatch.setattr(bootstrap, "reading", reading)
    monkeypatch.setattr(commands, "KafkaLogReader", lambda _bootstrap: whole.hub.log)
    monkeypatch.setattr(commands, "DirectoryArtefacts", lambda _folder: whole.hub.artefacts)
    return whole, given


def test_a_consent_is_read_from_the_log(hub: tuple[Whole, str], tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    result = run("samtycke", hub[1], SAMVERKAN_DATA=str(tmp_path), SAMVERKAN_KAFKA="127.0.0.1:1")
    assert result.exit_code == 0, result.output
    assert json.loads(result.output)["resourceType"] == "Consent"
    unknown = run("samtycke", UNKNOWN, SAMVERKAN_DATA=str(tmp_path), SAMVERKAN_KAFKA="127.0.0.1:1")
    assert (unknown.exit_code, "no decision on `EVENT`" in unknown.stderr) == (1, True)


def test_a_decision_is_read_from_the_database(hub: tuple[Whole, str], tmp_path: Path) -> None:
    found = json.loads(run("beslut", hub[1], SAMVERKAN_DATA=str(tmp_path)).output)
    assert any("meta" in one["resource"] for one in found["entry"])
    assert run("beslut", UNKNOWN, SAMVERKAN_DATA=str(tmp_path)).exit_code == 1


def test_without_the_log_no_consent_is_read(tmp_path: Path) -> None:
    result = run("samtycke", UNKNOWN, SAMVERKAN_DATA=str(tmp_path))
    assert (result.exit_code, "`SAMVERKAN_KAFKA` must be given" in result.stderr) == (78, True)


# ------------------------------------------------------------------------------------------ in


@pytest.fixture
def who(tmp_path: Path) -> dict[str, str]:
    key = tmp_path / "mora.pem"
    key.write_bytes(keys.to_pem(MORA_KEY))
    return {
        "SAMVERKAN_KLIENT_URL": "http://hub",
        "SAMVERKAN_KLIENT_AKTOR": "mora",
        "SAMVERKAN_KLIENT_LASARGRUPP": "mora.vinr.utsatt",
        "SAMVERKAN_KLIENT_ANVANDARE": "handlaggare.7",
        "SAMVERKAN_KLIENT_NYCKEL": str(key),
    }


def options(fake: Fake) -> Options:
    transport = httpx.ASGITransport(create_app(fake), raise_app_exceptions=False)
    return Options(retry=Retry(attempts=1), transport=transport, now_s=lambda: float(NOW_S))


def test_what_is_read_is_shown_as_publish_takes_it_and_nothing_is_sent(tmp_path: Path) -> None:
    file = tmp_path / "consent.json"
    file.write_text(json.dumps(CONSENT))
    result = run("importera", str(file))
    assert (result.exit_code, json.loads(result.output)) == (0, DATA)


def test_what_is_read_is_sent_when_asked_for(who: dict[str, str]) -> None:
    fake = Fake()
    result = run("importera", "-", "--skicka", "--id", EVENT_ID, given=json.dumps(CONSENT), obj=options(fake), **who)
    assert result.exit_code == 0, result.output
    sent = json.loads(fake.calls("publish")[0][1])
    assert (sent["type"], sent["id"], sent["data"]) == ("se.samverkanshub.samtycke_lamnat.v1", EVENT_ID, DATA)
    assert ANNA not in result.output


def test_to_send_needs_who_calls_and_their_own_unit(who: dict[str, str]) -> None:
    anonymous = run("importera", "-", "--skicka", given=json.dumps(CONSENT))
    assert anonymous.exit_code == 2
    assert "--skicka needs --aktor, --lasargrupp, --anvandare, --nyckel" in anonymous.stderr
    fake = Fake()
    other = {**who, "SAMVERKAN_KLIENT_LASARGRUPP": "mora.barn-unga.mottagning"}
    result = run("importera", "-", "--skicka", given=json.dumps(CONSENT), obj=options(fake), **other)
    assert (result.exit_code, "is another unit" in result.stderr, fake.calls("publish")) == (2, True, [])


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (json.dumps(changed(lambda r: r["provision"].pop("purpose"))), "`Consent.provision.purpose` is missing"),
        (json.dumps(changed(lambda r: r.update(status="draft"))), "`Consent.status` must be `active`"),
        ("{", "is not JSON"),
        ("[]", "no JSON object"),
        (f'{{"resourceType": "Consent", "{ANNA}": 1, "{ANNA}": 2}}', "given twice"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(given: str, told: str) -> None:
    result = run("importera", "-", given=given)
    assert (result.exit_code, result.stdout) == (1, "")
    assert told in result.stderr
    assert ANNA not in result.stderr


def test_the_command_line_does_not_import_the_library_before_it_is_needed() -> None:
    code = "import sys, samverkanshub.entrypoints.cli.fhir; print('fhir.resources' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout == "False\n"
