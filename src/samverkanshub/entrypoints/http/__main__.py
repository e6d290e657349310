"""`python -m samverkanshub.entrypoints.http`: the api role."""

import uvicorn

from samverkanshub import bootstrap
from samverkanshub.entrypoints.http.app import create_app
from samverkanshub.settings import Settings


async def serve(settings: Settings) -> None:
    """Serve until told to stop; the services end after the last request."""
    async with bootstrap.api_services(settings) as services:
        config = uvicorn.Config(
            create_app(services),
            host=settings.api_vard,
            port=settings.api_port,
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="on",
            timeout_graceful_shutdown=10,
        )
        await uvicorn.Server(config).serve()
