"""What a Swedish day is comes from the pinned package in every process that judges or shows, never from the machine."""

import os
import shutil
import subprocess
import sys
import zoneinfo
from importlib.resources import files
from pathlib import Path

import pytest

NOON_1970 = "from samverkanshub.domain.tid import swedish_minute; print(swedish_minute(12 * 3_600_000))"


@pytest.fixture
def wrong_machine(tmp_path: Path) -> dict[str, str]:
    """An environment where the machine's own database has Stockholm in UTC."""
    (tmp_path / "Europe").mkdir()
    shutil.copy(str(files("tzdata.zoneinfo") / "Etc" / "UTC"), tmp_path / "Europe" / "Stockholm")
    return {**os.environ, "PYTHONTZPATH": str(tmp_path)}  # noqa: TID251


def minute(code: str, environment: dict[str, str]) -> int:
    ran = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    return int(ran.stdout)


@pytest.mark.parametrize("process", ["http.__main__", "worker.__main__", "cli.main", "cli.demo", "cli.prepare"])
def test_every_process_has_the_pinned_database(process: str, wrong_machine: dict[str, str]) -> None:
    assert minute(NOON_1970, wrong_machine) == 12 * 60, "the machine's own is used where nobody says otherwise"
    assert minute(f"import samverkanshub.entrypoints.{process}; {NOON_1970}", wrong_machine) == 13 * 60


def test_so_have_the_tests() -> None:
    assert zoneinfo.TZPATH == ()
