"""`python -m samverkanshub.entrypoints.http`: the api role."""

import asyncio
import sys

import uvicorn

from samverkanshub import bootstrap
from samverkanshub.entrypoints.http.app import create_app
from samverkanshub.entrypoints.http.services import Services
from samverkanshub.observability.logs import configure_logging
from samverkanshub.settings import Settings, SettingsError


async def serve(settings: Settings) -> None:
    """Serve until told to stop (SIGINT, SIGTERM); the services end after the last request."""
    services = await bootstrap.api_services(settings)
    try:
        await uvicorn.Server(config(services, settings)).serve()
    finally:
        await services.aclose()


def config(services: Services, settings: Settings) -> uvicorn.Config:
    """How uvicorn serves: our own logging, no access log (addresses hold ids), ten seconds to end what is under way."""
    return uvicorn.Config(
        create_app(services),
        host=settings.api_vard,
        port=settings.api_port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
    )


def main() -> int:
    """The process's exit status: 2 where the settings cannot be used."""
    try:
        settings = Settings.from_env()
    except SettingsError as error:
        print(*error.faults, sep="\n", file=sys.stderr)
        return 2
    configure_logging("api", settings.loggniva)
    asyncio.run(serve(settings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
