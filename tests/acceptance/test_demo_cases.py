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


@pytest.fixture(scope="module")
def runs() -> Iterator[dict[str, tuple[int, str]]]:
    """Exit status and last line of two demos of one case, at once: from the project, and from an altered copy of it."""
    with own_directory() as copy:
        altered_copy(copy)
        started = {"as it is": demo(resources.root()), "altered": demo(copy)}
        try:
            yield {name: _ended(process) for name, process in started.items()}
        finally:
            for process in started.values():
                process.kill()
                process.communicate()


def altered_copy(copy: Path) -> None:
    """The project's sources and cases, with another expected result in one case."""
    for part in ("src", "schemas", "deploy"):
        copytree(resources.root() / part, copy / part, ignore=lambda *_: {"__pycache__"})
    [expected] = (copy / "deploy" / "demo").glob(f"{CASE}*.vantat.yaml")
    results = yaml.safe_load(expected.read_text())
    results[-1]["nekad"] = "ett-annat-skal"
    expected.write_text(yaml.safe_dump(results))


def demo(project: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "samverkanshub.entrypoints.cli.main", "demo", "--exit", "--only", CASE]
    env = {**os.environ, "PYTHONPATH": str(project / "src")}  # noqa: TID251
    return subprocess.Popen(command, env=env, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _ended(process: "subprocess.Popen[str]") -> tuple[int, str]:
    said, complained = process.communicate(timeout=SECONDS)
    return process.returncode, said.splitlines()[-1] if said else complained


def test_the_last_line_counts_what_was_played_and_the_exit_status_is_0(runs: dict[str, tuple[int, str]]) -> None:
    assert runs["as it is"] == (0, "demo: 1 cases, 3 deliveries, 0 withheld, 0 mismatches")


def test_a_planted_mismatch_is_counted_and_makes_the_exit_status_1(runs: dict[str, tuple[int, str]]) -> None:
    assert runs["altered"] == (1, "demo: 1 cases, 3 deliveries, 0 withheld, 1 mismatches")
