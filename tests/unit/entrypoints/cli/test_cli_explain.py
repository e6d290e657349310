"""`samverkanshub explain`: 0 explained, 1 where it could not."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from samverkanshub import resources
from samverkanshub.entrypoints.cli.main import main

SUMMONS = "bbbbbbbb-0000-4000-8000-000000000002"
UNKNOWN = "0f5f6c2e-3c63-4a5b-9d39-7a1f9f6f3d21"
RECIPIENT = "region-dalarna.vardcentral-mora.handlaggare"


def run(*words: str, **env: str) -> Result:
    return CliRunner(env=env).invoke(main, ["explain", *words])


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


def test_t1_a_decision_is_told_in_words_with_everything_it_cites(beslut: str) -> None:
    result = run(SUMMONS, "--beslut", beslut)
    assert result.exit_code == 0, result.output
    for told in (
        f"Händelse {SUMMONS} (sip_kallelse) från mora\n",
        "Bedömd 2026-11-02 08:02:00 svensk tid, på plats 2 i loggens partition 0\n",
        f"\n{RECIPIENT} (angiven av avsändaren)\n  levereras /behov/0\n    B3 samtycke: Det finns ett samtycke i kraft",
        "[samtycke], B3, utan tidsgräns, märkt P (delvis bekräftad; en jurist ska bekräfta",
        "    samtycke: bbbbbbbb-0000-4000-8000-000000000001\n    leverans: ",
        "  undanhålls /ekonomi/0\n    K1 kategori-saknas: Samtycket omfattar inte uppgifter av denna kategori.\n",
    ):
        assert told in result.output
    assert len([line for line in result.output.splitlines() if line.startswith(("Regelverk ", "Beslutets "))]) == 2


def test_one_recipient_may_be_asked_for(beslut: str) -> None:
    assert RECIPIENT in run(SUMMONS, "--beslut", beslut, "--recipient", "region-dalarna").output
    assert RECIPIENT not in run(SUMMONS, "--beslut", beslut, "--recipient", "falun").output


def test_json_is_for_programs(beslut: str) -> None:
    answer = json.loads(run(SUMMONS, "--beslut", beslut, "--json").output)
    assert (answer["position"], answer["delar"][0]["punkter"][0]["utslag"]) == (2, "godtas")


def test_an_unknown_event_could_not_be_explained(beslut: str) -> None:
    result = run(UNKNOWN, "--beslut", beslut)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "no decision on `EVENT`" in result.stderr


def test_a_file_that_is_something_else_could_not_be_read(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("{}")
    result = run(SUMMONS, "--beslut", str(other))
    assert (result.exit_code, "line 1 is no decision" in result.stderr) == (1, True)


def test_a_hub_that_has_never_been_up_could_not_be_asked(tmp_path: Path) -> None:
    result = run(SUMMONS, SAMVERKAN_DATA=str(tmp_path))
    assert (result.exit_code, "`projektion` does not answer" in result.stderr) == (1, True)


def test_a_database_that_does_not_answer_could_not_be_asked(tmp_path: Path) -> None:
    nowhere = "postgresql://nobody@127.0.0.1:1/projektion"
    result = run(SUMMONS, SAMVERKAN_DATA=str(tmp_path), SAMVERKAN_PROJEKTION=nowhere)
    assert (result.exit_code, "`projektion` does not answer" in result.stderr) == (1, True)


def test_settings_and_usage_that_are_wrong_are_told_apart(tmp_path: Path) -> None:
    assert run(SUMMONS, SAMVERKAN_PROJEKTION="nonsense").exit_code == 78
    assert run("no-uuid").exit_code == 2
