"""The api's process serves two applications: pages to browsers under `/webb`, all else to agencies' systems."""

from litestar.types import ASGIApp, Receive, Scope, Send

from samverkanshub.entrypoints.web.skydd import ROOT


class Served:
    """Sends each request to the application that it is for. What belongs to the process's life is the api's."""

    def __init__(self, api: ASGIApp, pages: ASGIApp) -> None:
        self._api = api
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        pages = path == ROOT or path.startswith(f"{ROOT}/")
        await (self._pages if pages else self._api)(scope, receive, send)
