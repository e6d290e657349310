"""`samverkanshub replay` answers 0, 2 or 1, and 2 for a difference alone."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from samverkanshub import resources
from samverkanshub.adapters.arkiv import ArchiveFiles
from samverkanshub.adapters.memory import MemoryProjection
from samverkanshub.domain.decision import Reason
from samverkanshub.entrypoints.cli.main import main
from samverkanshub.entrypoints.cli.replay import status, told
from samverkanshub.entrypoints.cli.what_if import told as line_of
from samverkanshub.pipeline.arkivering import Archiving
from samverkanshub.pipeline.replay import Difference, Replayed
from samverkanshub.pipeline.what_if import Change, Utslag
from samverkanshub.ports import Span
from unit.pipeline.hub import Hub, envelope

UUIDS = "7d0c2a36-6d0f-4a3e-9c44-52d1b8a4e6f0"
RECIPIENT = [{"slag": "enhet", "id": "region-dalarna.vardcentral-mora"}]
CONSENT = {
    "andamal": "sip",
    "mottagare": RECIPIENT,
    "kategorier": ["behov"],
    "fran": "2026-12-01T00:00:00+01:00",
    "till": "2027-06-01T00:00:00+02:00",
    "form": "skriftligt",
    "enskilt": True,
    "narvarande": ["ingen"],
    "tolk": "ingen",
}
SIP = {
    "mottagare": RECIPIENT,
    "skyddade_personuppgifter": False,
    "delaktighet": {"satt": "deltar", "information": "muntligt"},
    "behov": [{"text": "två", "referens": "ref-1"}],
}
NOWHERE = {"SAMVERKAN_KAFKA": "127.0.0.1:1", "SAMVERKAN_PROJEKTION": "postgresql://nobody@127.0.0.1:1/nothing"}


def run(tmp_path: Path, *words: str, **env: str) -> Result:
    return CliRunner(env={"SAMVERKAN_DATA": str(tmp_path), **env}).invoke(main, words)


def test_servers_that_are_not_named_cannot_be_checked(tmp_path: Path) -> None:
    result = run(tmp_path, "replay", SAMVERKAN_KAFKA="")
    assert (result.exit_code, result.stdout) == (78, "")
    assert "`SAMVERKAN_KAFKA` must be given" in result.stderr
    (tmp_path / "postgres").mkdir()
    nobody_up = run(tmp_path, "replay", SAMVERKAN_KAFKA="127.0.0.1:1", SAMVERKAN_PROJEKTION="")
    assert (nobody_up.exit_code, nobody_up.stdout) == (1, "")
    assert "`projektion`" in nobody_up.stderr


def test_wrong_usage_is_no_difference(tmp_path: Path) -> None:
    assert run(tmp_path, "replay", "--partition", "alla").exit_code == 1
    assert run(tmp_path, "replay", "--bara").exit_code == 1


def test_servers_that_do_not_answer_cannot_be_checked(tmp_path: Path) -> None:
    result = run(tmp_path, "replay", **NOWHERE)
    assert (result.exit_code, result.stderr) == (1, "samverkanshub: `projektion` does not answer\n")


def test_a_journal_is_not_begun_where_the_log_does_not_answer(tmp_path: Path) -> None:
    result = run(tmp_path, "journal", str(tmp_path / "journal.jsonl"), **NOWHERE)
    assert (result.exit_code, list(tmp_path.iterdir())) == (1, [])


@pytest.mark.parametrize(
    ("found", "answer", "line"),
    [
        (Replayed(0, 5, 5, 5), 0, "partition 0: 5 decisions compared, all the same"),
        (
            Replayed(0, 5, 7, 5),
            0,
            "partition 0: 5 decisions compared, all the same; the log has 2 more, not judged yet",
        ),
        (
            Replayed(1, 5, 5, 5, 2, Difference(3, ("record", "digest"))),
            2,
            "partition 1: 2 of 5 differ, the first at position 3 (record, digest)",
        ),
        (Replayed(0, 0, 0), 0, "partition 0: 0 decisions compared, all the same"),
        (Replayed(0, 0, 3), 1, "partition 0: nothing compared, the gate has judged none of 3 records"),
    ],
)
def test_the_answer_is_same_differs_or_not_checked(found: Replayed, answer: int, line: str) -> None:
    assert (status([found]), told(found)) == (answer, line)


def test_a_difference_outweighs_what_was_not_checked() -> None:
    assert status([Replayed(0, 0, 3), Replayed(1, 1, 1, 1, 1, Difference(0, ("digest",)))]) == 2


# ------------------------------------------------------------------------------------------ parts and other histories


@pytest.mark.parametrize(
    "words",
    [
        ("--what-if",),
        ("--what-if", "--regelverk", ".", "--utan-samtycke", UUIDS),
        ("--what-if", "--regelverk", ".", "--from", "3"),
        ("--what-if", "--regelverk", ".", "--person", UUIDS),
        ("--regelverk", "."),
        ("--fran", "3"),
        ("--person", "anna"),
        ("--from", "-1"),
    ],
)
def test_what_cannot_be_asked_is_wrong_usage_and_no_difference(tmp_path: Path, words: tuple[str, ...]) -> None:
    result = run(tmp_path, "replay", *words, **NOWHERE)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Usage:")


def test_of_a_part_a_partition_may_have_nothing_to_compare(tmp_path: Path) -> None:
    parts = [Replayed(0, 5, 5, 2), Replayed(1, 5, 5)]
    assert (status(parts), status(parts, whole=False), status(parts[1:], whole=False)) == (1, 0, 1)


def test_what_is_no_archive_cannot_be_checked(tmp_path: Path) -> None:
    (tmp_path / "arkiv").mkdir()
    result = run(tmp_path, "replay", str(tmp_path / "arkiv"))
    assert (result.exit_code, result.stderr) == (1, f"samverkanshub: `{tmp_path / 'arkiv'}` holds no archive\n")


def test_an_archive_needs_the_running_hub(tmp_path: Path) -> None:
    result = run(tmp_path, "archive", str(tmp_path / "arkiv"), **NOWHERE)
    assert (result.exit_code, (tmp_path / "arkiv").exists()) == (1, False)


# ------------------------------------------------------------------------------------------ archives


@dataclass(frozen=True)
class Kept:
    """An archive of three records: a regelverk, a consent, and a message that rests on it."""

    path: Path
    consent: str


@pytest.fixture
async def kept(tmp_path: Path) -> Kept:
    hub = await Hub().started()
    consent = envelope("samtycke_lamnat", "mora.vinr.utsatt", {"registrerad": "sally"}, CONSENT)
    await hub.publish(consent)
    await hub.publish(envelope("sip_kallelse", "mora.vinr.utsatt", {"utsatt": "sally"}, SIP))
    span, files = Span(0, 0, 3), ArchiveFiles(tmp_path / "arkiv")
    files.begin([span])
    projection = MemoryProjection(hub.database)
    await Archiving(hub.log, projection, hub.artefacts, files, hub.schemas, lambda n: None).write(span)
    files.finish([span])
    return Kept(tmp_path / "arkiv", consent.handelse_id)


def test_an_archive_is_judged_again(kept: Kept, tmp_path: Path) -> None:
    for words in ((), ("--fortsatt", str(tmp_path / "plats")), ("--fortsatt", str(tmp_path / "plats"))):
        result = run(tmp_path, "replay", str(kept.path), *words)
        assert (result.exit_code, result.stdout) == (0, "partition 0: 3 decisions compared, all the same\n")
    person = run(tmp_path, "replay", str(kept.path), "--person", kept.consent)
    assert person.stdout == "partition 0: 2 decisions compared, all the same\n"
    assert run(tmp_path, "replay", str(kept.path), "--arende", kept.consent).exit_code == 1


def test_without_the_consent_the_message_is_withheld(kept: Kept, tmp_path: Path) -> None:
    wanted = ("replay", str(kept.path), "--what-if", "--utan-samtycke", kept.consent)
    result = run(tmp_path, *wanted, "--json")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 2
    assert {
        (one["position"], one["fran"]["utslag"], one["till"]["utslag"]) for one in lines if one["vag"] == "/behov/0"
    } == {(2, "levereras", "undanhalls")}
    read = run(tmp_path, *wanted)
    assert len(read.stdout.splitlines()) == len(lines) + 1
    assert "0/2 sip_kallelse" in read.stdout
    assert read.stdout.endswith(f"3 records judged both ways: {len(lines)} lines differ\n")
    assert run(tmp_path, *wanted, "--fran", "1").exit_code == 1
    late = run(tmp_path, *wanted, "--fran", "3")
    assert (late.exit_code, late.stdout) == (0, "3 records judged both ways: nothing differs\n")


def test_by_the_regelverk_that_was_in_force_nothing_differs(kept: Kept, tmp_path: Path) -> None:
    shipped = str(resources.root() / "deploy" / "regelverk")
    result = run(tmp_path, "replay", str(kept.path), "--what-if", "--regelverk", shipped, "--fran", "1")
    assert (result.exit_code, result.stdout) == (0, "3 records judged both ways: nothing differs\n")
    broken = run(tmp_path, "replay", str(kept.path), "--what-if", "--regelverk", str(tmp_path))
    assert (broken.exit_code, broken.stdout) == (1, "")


def test_what_differs_is_told_in_a_line() -> None:
    change = Change(0, 7, "h", "avvikelse", "mora.x", "/1", Utslag("levereras", (Reason("B3", "samtycke", False),)))
    assert line_of(change) == "0/7 avvikelse h mora.x /1: levereras (B3 samtycke) -> -"
    assert line_of(replace(change, mottagare="", vag="", fran=None)) == "0/7 avvikelse h the event: - -> -"
    assert line_of(Change(0, 7, "", "", delar=("hints",))) == "0/7 - -: no line, but hints"
