"""The demo: every case comes out as kept beside it, and a run in which one does not says so and fails."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
import yaml
from demo_support import Stage, own_directory

from samverkanshub import resources
from samverkanshub.entrypoints.demo.play import Tally

pytestmark = pytest.mark.servers

SECONDS = 120
CASE = "10-avvikelse"


def test_every_case_comes_out_as_expected(played: Stage) -> None:
    assert played.first_mismatch() == ""
    tally = Tally(cases=len(played.cases))
    for told in played.told:
        tally.add(told.result)
    assert len(played.told) == sum(len(case.steg) for case in played.cases)
    assert len(played.cases) >= 13
    assert tally.deliveries
    assert tally.withheld


def test_every_step_of_every_case_has_an_expected_result(played: Stage) -> None:
    assert [case.fil for case in played.cases if len(case.vantat) != len(case.steg)] == []


@pytest.fixture
def project() -> Iterator[Path]:
    """The project's sources and cases, where they may be altered."""
    with own_directory() as copy:
        root = resources.root()
        for part in ("src", "schemas", "deploy"):
            copytree(root / part, copy / part, ignore=lambda *_: {"__pycache__"})
        yield copy


def demo(project: Path) -> tuple[int, str]:
    """The exit status and last line of a demo of one case, run from those sources."""
    command = [sys.executable, "-m", "samverkanshub.entrypoints.cli.main", "demo", "--exit", "--only", CASE]
    env = {**os.environ, "PYTHONPATH": str(project / "src")}  # noqa: TID251
    done = subprocess.run(command, env=env, cwd=project, capture_output=True, text=True, timeout=SECONDS)
    return done.returncode, done.stdout.splitlines()[-1] if done.stdout else done.stderr


def test_the_last_line_counts_what_was_played_and_the_exit_status_is_0(project: Path) -> None:
    assert demo(project) == (0, "demo: 1 cases, 3 deliveries, 0 withheld, 0 mismatches")


def test_a_planted_mismatch_is_counted_and_makes_the_exit_status_1(project: Path) -> None:
    [expected] = (project / "deploy" / "demo").glob(f"{CASE}*.vantat.yaml")
    results = yaml.safe_load(expected.read_text())
    results[-1]["nekad"] = "ett-annat-skal"
    expected.write_text(yaml.safe_dump(results))
    assert demo(project) == (1, "demo: 1 cases, 3 deliveries, 0 withheld, 1 mismatches")
