"""`samverkanshub replay` answers 0, 2 or 1, and 2 for a difference alone."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from samverkanshub.entrypoints.cli.main import main
from samverkanshub.entrypoints.cli.replay import status, told
from samverkanshub.pipeline.replay import Difference, Replayed

NOWHERE = {"SAMVERKAN_KAFKA": "127.0.0.1:1", "SAMVERKAN_PROJEKTION": "postgresql://nobody@127.0.0.1:1/nothing"}


def run(tmp_path: Path, *words: str, **env: str) -> Result:
    return CliRunner(env={"SAMVERKAN_DATA": str(tmp_path), **env}).invoke(main, words)


def test_servers_that_are_not_named_cannot_be_checked(tmp_path: Path) -> None:
    result = run(tmp_path, "replay", SAMVERKAN_KAFKA="127.0.0.1:1", SAMVERKAN_PROJEKTION="")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "samverkanshub: `SAMVERKAN_PROJEKTION` must be given: `replay` starts no servers\n"


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
