"""A notary whose guard guards nothing says so when it starts."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from samverkanshub import roles
from samverkanshub.entrypoints.notary import __main__ as notary
from samverkanshub.settings import Settings


@pytest.mark.parametrize(("guard", "told"), [("data/vakt", ["notary.guard-with-data"]), ("vakt", [])])
def test_it_says_in_its_log_that_its_guard_lies_with_the_data(
    guard: str, told: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roles, "notary", lambda settings: settings)
    settings = Settings(data=tmp_path / "data", vakt=tmp_path / guard)
    with capture_logs() as logs:
        assert notary.opened(settings) is settings
    assert [one["event"] for one in logs] == told
