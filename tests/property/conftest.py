"""The laws are put to the small world that the unit tests of the rules are told in, and to the hub in memory."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

for part in ("domain", "domain/flows", "domain/uppfoljning", "pipeline"):
    sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / part))

from asked_both_ways import checked  # noqa: E402


@pytest.fixture(scope="session", autouse=True)
def _asked_both_ways() -> Iterator[None]:
    with checked():
        yield
