"""The rules' own tests, with every question asked both ways."""

from collections.abc import Iterator

import pytest
from asked_both_ways import checked


@pytest.fixture(scope="session", autouse=True)
def _asked_both_ways() -> Iterator[None]:
    with checked():
        yield
