"""`samverkanshub audit`: its last line, its exit status, and that it leaves nothing behind."""

import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

sys.path += [str(Path(__file__).parents[1] / "audit"), str(Path(__file__).parents[2] / "verifier")]
from test_audit import DEMO, Copy, gathered_in

from samverkanshub.entrypoints.cli import audit
from samverkanshub.entrypoints.cli.main import main


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """What the audit's hub was started with; it has been played and ended when this answers."""
    found: dict[str, Any] = {"gathered": gathered_in(tmp_path)}

    async def played(settings: Any) -> Any:
        found["data"], found["there"] = settings.data, settings.data.is_dir()
        return found["gathered"]

    monkeypatch.setattr(audit, "_played", played)
    return found


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["audit", *words])


def test_the_last_line_counts_leaves_and_tamperings(seen: dict[str, Any]) -> None:
    result = run("--lov", "300", "--fro", "7")
    lines = result.stdout.splitlines()
    assert result.exit_code == 0, result.output
    assert lines[-1] == f"audit: {DEMO + 300} leaves sound, {len(lines) - 1} of {len(lines) - 1} tamperings named"
    assert f"{DEMO} signed records verified; adding 300 random ones to a copy (--fro 7)" in result.stderr
    assert run("--lov", "300", "--fro", "7").stdout == result.stdout


def test_what_was_not_found_is_counted_and_is_1(seen: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Copy, "with_record", lambda copy, record: copy)
    result = run("--lov", "3")
    lines = result.stdout.splitlines()
    missed = [line for line in lines if line.startswith("MISSED: one byte of the log record")]
    assert (result.exit_code, len(missed)) == (1, 2)
    assert lines[-1].endswith(f"{len(lines) - 3} of {len(lines) - 1} tamperings named")


def test_a_demo_that_came_out_otherwise_is_1(seen: dict[str, Any]) -> None:
    seen["gathered"] = None
    assert (run().exit_code, run().stdout) == (1, "")


def test_its_directory_is_gone_afterwards(seen: dict[str, Any]) -> None:
    run("--lov", "0")
    assert seen["there"]
    assert not seen["data"].exists()
