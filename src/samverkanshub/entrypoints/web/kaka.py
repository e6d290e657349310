"""The browser's key to a login, as a cookie that no script reads and no other site sends along with what it asks."""

from dataclasses import dataclass
from typing import Any, Final

from litestar.connection import ASGIConnection
from litestar.response.base import Response

NAMN: Final = "samverkan"
ROOT: Final = "/webb"


@dataclass(frozen=True, slots=True)
class Kaka:
    """A cookie: over TLS it is sent over nothing else, and no other host could have set it (`__Host-`)."""

    namn: str
    vag: str
    saker: bool

    def put(self, answer: Response[Any], key: str, max_age: int | None = None) -> None:
        """Give it to the browser, until it is closed unless `max_age` (s) says less."""
        answer.set_cookie(
            self.namn, key, path=self.vag, max_age=max_age, secure=self.saker, httponly=True, samesite="lax"
        )

    def drop(self, answer: Response[Any]) -> None:
        """Take it back. Browsers take no `__Host-` cookie that is not secure, an empty one neither."""
        self.put(answer, "", max_age=0)

    def read(self, connection: ASGIConnection[Any, Any, Any, Any]) -> str:
        """What the browser holds; empty where it holds nothing."""
        return connection.cookies.get(self.namn, "")


def kaka_of(adress: str, namn: str = NAMN) -> Kaka:
    """The cookie of pages at this public address; empty: on this machine alone."""
    safe = adress.startswith("https://")
    return Kaka(f"__Host-{namn}", "/", True) if safe else Kaka(namn, ROOT, False)
