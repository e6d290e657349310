"""The demo's regelverk is that of the settings, with somebody to log in as, and nothing else of it is another."""

from dataclasses import replace
from pathlib import Path

from samverkanshub.adapters.regelverk import read_regelverk
from samverkanshub.entrypoints.demo.regelverk import with_roles
from samverkanshub.settings import Settings


def test_the_demo_adds_operators_and_auditors_to_the_regelverk_and_changes_nothing_else(tmp_path: Path) -> None:
    given = Settings.from_env({"SAMVERKAN_DATA": str(tmp_path)})
    before, after = (read_regelverk(one.regelverk, {}) for one in (given, with_roles(given)))
    assert [one.anvandare for one in after.operatorer] == ["drift.1", "drift.2"]
    assert {one.aktor for one in after.revisorer} <= set(after.katalog.aktorer)
    assert replace(after, operatorer=before.operatorer, revisorer=before.revisorer) == before
