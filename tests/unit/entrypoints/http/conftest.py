"""A hub of fakes and a client in front of it."""

from collections.abc import AsyncIterator

import httpx
import pytest
from hubfakes import Fake, browser


@pytest.fixture
def hub() -> Fake:
    return Fake()


@pytest.fixture
async def web(hub: Fake) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(hub) as client:
        yield client
