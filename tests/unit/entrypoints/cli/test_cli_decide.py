"""`samverkanshub decide`: a decision record a line, all or nothing to a file, and faults on stderr."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from samverkanshub import resources
from samverkanshub.codec.decisions import decode_decision
from samverkanshub.codec.journal import line
from samverkanshub.entrypoints.cli.main import main

ACTIVATION = line({"tid": 1, "typ": "regelverk_aktiverat", "regelverk": str(resources.root() / "deploy" / "regelverk")})
NOBODY = line({"tid": 2, "karantan": "ej-avro"})


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    path = tmp_path / "journal.jsonl"
    path.write_text(ACTIVATION)
    return path


def decide(*words: str, given: str = "") -> Result:
    return CliRunner().invoke(main, ["decide", *words], input=given)


def test_a_journal_is_judged_line_by_line(journal: Path) -> None:
    result = decide(str(journal))
    (told,) = map(json.loads, result.stdout.splitlines())
    assert (result.exit_code, told["position"], told["dom"]) == (0, 0, "godtas")
    assert told["poster"][0]["skal"] == [{"regel": "T1", "kod": "regelverk-aktiverat", "nekar": False}]
    assert "beslut" not in told


def test_standard_input_is_a_journal_too(journal: Path) -> None:
    assert decide("-", given=ACTIVATION).stdout == decide(str(journal)).stdout


def test_the_exact_bytes_have_the_digest_that_is_told(journal: Path) -> None:
    told = json.loads(decide(str(journal), "--bytes").stdout)
    assert decode_decision(bytes.fromhex(told["beslut"])).digest.hex() == told["digest"]


def test_a_fault_prints_no_decision(journal: Path) -> None:
    journal.write_text(f"{ACTIVATION}\n{{}}\n")
    result = decide(str(journal))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(
        "samverkanshub: position 1 (line 2 of the file): `/`: object missing required field"
    )


def test_where_the_gate_would_stop_the_lines_before_are_printed(journal: Path) -> None:
    result = decide("-", given=f"{ACTIVATION}\n{NOBODY}")
    assert (result.exit_code, len(result.stdout.splitlines())) == (1, 1)
    assert "position 1" in result.stderr


def test_a_file_is_written_whole_or_not_at_all(journal: Path, tmp_path: Path) -> None:
    out = tmp_path / "beslut.jsonl"
    journal.write_text(f"{ACTIVATION}\n{NOBODY}")
    assert (decide(str(journal), "-o", str(out)).exit_code, out.exists()) == (1, False)
    journal.write_text(ACTIVATION)
    assert decide(str(journal), "-o", str(out)).stdout == ""
    assert json.loads(out.read_text())["dom"] == "godtas"
    assert out.stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    assert decide(str(tmp_path / "finns-ej")).exit_code == 2
