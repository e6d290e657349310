"""`samverkanshub ansprak`: what who has the vault is told."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from samverkanshub import erasing
from samverkanshub.domain.errors import Halt
from samverkanshub.entrypoints.cli import ansprak
from samverkanshub.pipeline.ansprak import Jamford
from samverkanshub.settings import Settings

EVENT = "0d4f1d3c-55b5-5f6e-9e2c-58d7b0f4b8a1"


def told(monkeypatch: pytest.MonkeyPatch, directory: Path, *found: Jamford, fault: Exception | None = None) -> Any:
    """What the command says of these."""

    @asynccontextmanager
    async def opened(_settings: Settings) -> AsyncIterator[SimpleNamespace]:
        yield SimpleNamespace(vault=None, reader=None)

    async def compared(*_asked: Any) -> AsyncIterator[Jamford]:
        if fault is not None:
            raise fault
        for one in found:
            yield one

    monkeypatch.setattr(erasing, "opened", opened)
    monkeypatch.setattr(ansprak, "compared", compared)
    (directory / "postgres").mkdir()
    env = {"SAMVERKAN_DATA": str(directory), "SAMVERKAN_KAFKA": "127.0.0.1:1", "SAMVERKAN_UTVECKLING": "1"}
    return CliRunner().invoke(ansprak.command, [], env=env)


def test_where_all_is_as_it_was_claimed_it_says_how_many(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    result = told(monkeypatch, tmp_path, Jamford(0, 1, EVENT, ""), Jamford(0, 2, EVENT, ""))
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "2 records compared, 0 are not as they were claimed\n"


def test_what_departs_is_listed_and_never_whom_it_is_about(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    result = told(monkeypatch, tmp_path, Jamford(0, 1, EVENT, ""), Jamford(1, 7, EVENT, "annan-post"))
    assert (result.exit_code, result.stdout) == (2, f"1 7  {EVENT}  annan-post\n")
    assert result.stderr == "2 records compared, 1 are not as they were claimed\n"


def test_a_log_that_cannot_be_read_is_not_said_to_be_sound(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    result = told(monkeypatch, tmp_path, fault=Halt("records are gone", code="logg-med-lucka"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "records are gone" in result.stderr
