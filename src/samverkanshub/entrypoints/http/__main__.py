"""`python -m samverkanshub.entrypoints.http`: the api role."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Final

import structlog
import uvicorn

from samverkanshub import roles
from samverkanshub.adapters.failpoints import Failpoints
from samverkanshub.entrypoints import direkt
from samverkanshub.entrypoints.cli.starting import settings_or_exit
from samverkanshub.entrypoints.collecting import collect_seldom
from samverkanshub.entrypoints.http.app import create_app
from samverkanshub.entrypoints.http.entre import Entre
from samverkanshub.entrypoints.http.kropp import LARGEST_HEAD
from samverkanshub.entrypoints.http.protokoll import Server, protocol
from samverkanshub.entrypoints.http.services import Tokens
from samverkanshub.entrypoints.http.tls import context_of
from samverkanshub.entrypoints.served import Served
from samverkanshub.entrypoints.web.app import create_web, open_login
from samverkanshub.entrypoints.web.services import WebServices
from samverkanshub.entrypoints.web.utifran import utifran_of
from samverkanshub.ports import Unavailable
from samverkanshub.settings import Settings

BACKLOG: Final = 256
"""Connections that the system may hold for us to accept."""
KEEP_ALIVE_S: Final = 5
_log = structlog.get_logger("samverkanshub.http")


async def serve(settings: Settings) -> None:
    """Serve until told to stop (SIGINT, SIGTERM); the services end after the last request."""
    async with roles.api_services(settings) as services:
        server = Server(config(services, settings))
        collect_seldom()
        async with meanwhile(tell_lost(services.vault)), direkt.beside(settings, services):
            await server.serve()


async def tell_lost(vault: Tokens) -> None:
    """Say in the log which of the vault's secrets nobody can open; what needs none of them is served all the same (B1).

    Where the vault does not answer that is health's to say. Raises nothing: a vault that lets nobody in, or lacks what
    it should have, keeps nothing from being served either, nor reports from being answered with whom to telephone.
    """
    try:
        for lost in await vault.lost():
            _log.error("hemlighet.forlorad", namn=lost.namn, generation=lost.generation, detail=str(lost))
    except Unavailable:
        pass
    except Exception as error:
        _log.error("hemligheter.failed", error=type(error).__name__)


@asynccontextmanager
async def meanwhile(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Do it while inside, which waits for none of it: a vault may be long in not answering. It ends with that."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


def config(services: WebServices, settings: Settings) -> uvicorn.Config:
    """How uvicorn serves: our own logging, no access log (addresses hold ids), ten seconds to end what is under way.

    How many connections there may be is the protocol's to say, since uvicorn's own limit would refuse reports as well.
    """
    entre, tls = Entre(services, settings), context_of(settings)
    api = create_app(services, Failpoints(settings.felpunkter), entre)
    return uvicorn.Config(
        Served(api, create_web(services, open_login(settings), entre, utifran_of(settings))),
        host=settings.api_vard,
        port=settings.api_port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
        http=protocol(settings.api_forbindelser, settings.api_tid_s),
        ws="none",
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_S,
        ssl_context_factory=(lambda *_: tls) if tls else None,
        h11_max_incomplete_event_size=LARGEST_HEAD,
    )


def main() -> None:
    """Run the api until it is told to stop; exits with 78, naming every fault, where the settings cannot be used."""
    asyncio.run(serve(settings_or_exit("api")))


if __name__ == "__main__":
    main()
