"""The whole hub in memory behind its doors, and those who try them."""

from collections.abc import AsyncIterator

import pytest
from angripare import Dorr
from intakehub import Whole
from sidohub import Paged


@pytest.fixture
def fejk() -> Paged:
    """The hub of fakes, with what pages need."""
    return Paged()


@pytest.fixture
async def dorr() -> AsyncIterator[Dorr]:
    """The api in front of the whole hub."""
    async with Dorr(await Whole().started()) as opened:
        yield opened
