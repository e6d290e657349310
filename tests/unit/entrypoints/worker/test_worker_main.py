"""`python -m samverkanshub.entrypoints.worker` with settings that it cannot run on."""

import pytest

from samverkanshub.entrypoints.worker.__main__ import main
from samverkanshub.entrypoints.worker.keeper import Exit


def test_every_faulty_setting_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("SAMVERKAN_OMRADEN", "many")
    monkeypatch.setenv("SAMVERKAN_LOGGNIVA", "LOUD")
    assert main([]) == Exit.MISCONFIGURED
    told = capsys.readouterr().err
    assert "`SAMVERKAN_OMRADEN`" in told
    assert "`SAMVERKAN_LOGGNIVA`" in told
    assert "LOUD" not in told


def test_a_worker_asks_for_the_servers_it_does_not_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("SAMVERKAN_KAFKA", raising=False)
    assert main([]) == Exit.MISCONFIGURED
    assert "`SAMVERKAN_KAFKA`" in capsys.readouterr().err
