"""Over a real socket: a body too large is answered before it is all sent, and the connection's end is no surprise."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import uvicorn
from hubfakes import COUNTY, MORA_KEY, NOW_S, Fake, bearer

from samverkanshub.client import Client, Options, RefusedError, Retry
from samverkanshub.client.events import Prepared
from samverkanshub.entrypoints.http.__main__ import config
from samverkanshub.settings import Settings


@pytest.fixture
async def address(hub: Fake, tmp_path: Path) -> AsyncIterator[str]:
    settings = Settings.from_env({"SAMVERKAN_DATA": str(tmp_path), "SAMVERKAN_API_PORT": "0"})
    server = uvicorn.Server(config(hub, settings))
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    await server.startup()
    serving = asyncio.ensure_future(server.main_loop())
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await serving
    await server.shutdown()


async def test_a_client_that_sends_too_much_reads_why(address: str, hub: Fake) -> None:
    options = Options(retry=Retry(attempts=1), now_s=lambda: float(NOW_S))
    async with Client(address, "mora", "mora.vinr.utsatt", "handlaggare.7", MORA_KEY, options=options) as client:
        with pytest.raises(RefusedError) as found:
            await client.send(Prepared("x", "orosanmalan", b"x" * 2_000_000))
        assert (found.value.code, found.value.status, found.value.ring) == ("for-stor", 413, COUNTY)
        assert (await client.inbox()).rader == ()
    assert not hub.calls("publish")


async def test_the_server_does_not_say_what_it_is(address: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as web:
        answer = await web.get(f"{address}/inkorg", headers=bearer())
    assert answer.status_code == 200
    assert "server" not in answer.headers
