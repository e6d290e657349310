"""Where one logs in at a provider of OpenID Connect: a hub of fakes, whose provider does not answer."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn

sys.path.append(str(Path(__file__).parents[1] / "unit" / "entrypoints" / "web"))

from sidohub import Paged

from samverkanshub.adapters.clock import SystemClock
from samverkanshub.adapters.oidc import Klient, OidcLeverantor
from samverkanshub.entrypoints.web.app import create_web
from samverkanshub.entrypoints.web.utifran import Utifran


@asynccontextmanager
async def elsewhere() -> AsyncIterator[str]:
    """Its address, while the context lasts."""
    hub = Paged()
    hub.leverantor = OidcLeverantor(Klient("http://127.0.0.1:1/o", "hubben"), SystemClock(0))
    pages = create_web(hub, utifran=Utifran("http://127.0.0.1", "sub", "aktor", "lasargrupp"))  # type: ignore[arg-type]
    server = uvicorn.Server(uvicorn.Config(pages, log_level="warning", lifespan="off"))
    with socket.create_server(("127.0.0.1", 0)) as heard:
        running = asyncio.create_task(server.serve(sockets=[heard]))
        yield f"http://127.0.0.1:{heard.getsockname()[1]}"
        server.should_exit = True
        await running
