"""What `up` says before it starts anything."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from samverkanshub.entrypoints.cli import up as command
from samverkanshub.settings import Settings


@pytest.mark.parametrize(("guard", "said"), [("data/vakt", True), ("vakt", False)])
def test_in_development_it_says_that_the_guard_lies_with_the_data(
    guard: str, said: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def served(settings: Settings) -> int:
        return 0

    monkeypatch.setattr(command, "_serve", served)
    env = {"SAMVERKAN_DATA": str(tmp_path / "data"), "SAMVERKAN_VAKT": str(tmp_path / guard)}
    found = CliRunner().invoke(command.up, env=env)
    assert found.exit_code == 0
    assert ("for development only: `SAMVERKAN_VAKT`" in found.stderr) == said
