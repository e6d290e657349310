"""One hub on which the demo's cases have been played, for the tests that only look at it."""

from collections.abc import AsyncIterator

import pytest
from demo_support import Stage, own_directory, stage


@pytest.fixture(scope="session")
async def played() -> AsyncIterator[Stage]:
    with own_directory() as data:
        async with stage(data) as playing:
            await playing.play()
            yield playing
