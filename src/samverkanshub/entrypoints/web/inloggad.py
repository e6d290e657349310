"""Who is logged in: a role that the regelverk still gives them, under a key that their browser alone holds."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, Literal

import msgspec

from samverkanshub.domain.operatorer import operates
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.revisorer import scopes_of
from samverkanshub.domain.tid import swedish_day
from samverkanshub.pipeline.identity import Caller
from samverkanshub.ports import Clock, Hos, Logins

Roll = Literal["revisor", "operator", "aktor"]
REVISOR: Final = "revisor"
OPERATOR: Final = "operator"
AKTOR: Final = "aktor"
LONGEST_MS: Final = 8 * 3_600_000
"""A login lasts at most this long, a working day."""
IDLE_MS: Final = 3_600_000
"""And ends after this long without a request."""
KEEP_MS: Final = 60_000
"""How seldom a login in use is written anew."""
CLOCKS_MS: Final = 60_000
"""How far the clock of whoever says that somebody has logged out may be behind."""
_KEY_BYTES: Final = 32


class Inloggad(msgspec.Struct, frozen=True):
    """A user in a role. `aktor` and `lasargrupp` are empty where the role has none; `sedan` is when they came (ms)."""

    roll: Roll
    anvandare: str
    sedan: int
    aktor: str = ""
    lasargrupp: str = ""

    @property
    def skriver(self) -> str:
        """What a form says of who it was shown to, so that nobody sends what another has written as their own."""
        return f"{self.lasargrupp}/{self.anvandare}"


@dataclass(frozen=True, slots=True)
class _Kept:
    """A login as it is kept: who, and until when unless they come again."""

    vem: Inloggad
    till: int


def stands(vem: Inloggad, regelverk: Regelverk, now: int) -> bool:
    """Whether the regelverk in force gives them the role today."""
    day = swedish_day(now)
    if vem.roll == OPERATOR:
        return operates(regelverk.operatorer, vem.anvandare, day)
    if vem.roll == REVISOR:
        return bool(scopes_of(regelverk.revisorer, vem.aktor, vem.anvandare, day))
    katalog = regelverk.katalog
    return vem.lasargrupp in katalog.lasargrupper and katalog.unit_of(vem.lasargrupp).aktor == vem.aktor


def caller(vem: Inloggad, regelverk: Regelverk) -> Caller:
    """As whom an auditor or an actor's user asks the services. An auditor has no reader group."""
    enhet = regelverk.katalog.unit_of(vem.lasargrupp).id if vem.lasargrupp else ""
    return Caller(vem.aktor, enhet, vem.lasargrupp, vem.anvandare, revisor=vem.roll == REVISOR)


class Inloggningar:
    """Begins, finds and ends logins."""

    def __init__(self, logins: Logins, clock: Clock) -> None:
        self._logins = logins
        self._clock = clock

    async def begin(self, vem: Inloggad, instead_of: str = "", hos: Mapping[str, Any] | None = None) -> str:
        """Keep a login under a key that nobody has had, and end the one it replaces; the key, for the browser.

        `hos`: the claims by which a provider said who it is, and will say that they have logged out. Raises
        `Unavailable`.
        """
        key, now = secrets.token_urlsafe(_KEY_BYTES), self._clock.now_ms()
        till = _until(vem, now)
        await self._logins.put(_digest(key), msgspec.msgpack.encode(_Kept(vem, till)), till, now, named_by(hos or {}))
        if instead_of:
            await self.end(instead_of)
        return key

    async def find(self, key: str, *, hold: bool = True) -> Inloggad | None:
        """Who holds the key; None for one that has ended. Raises `Unavailable`.

        `hold`: it was used by whoever holds it, and lasts so much longer; what a page asks by itself is no use.
        """
        now = self._clock.now_ms()
        found = await self._logins.get(_digest(key), now)
        if found is None:
            return None
        kept = msgspec.msgpack.decode(found, type=_Kept)
        till = _until(kept.vem, now)
        if hold and till - kept.till > KEEP_MS:
            await self._logins.prolong(_digest(key), msgspec.msgpack.encode(_Kept(kept.vem, till)), till)
        return kept.vem

    async def end_of(self, claims: Mapping[str, Any]) -> None:
        """All whom the provider says have logged out are logged out, of what they had begun by then (`iat`, seconds).

        So a logout that is told of again ends no login made since. Raises `Unavailable`.
        """
        await self._logins.drop_of(named_by(claims), int(claims["iat"] * 1000) + CLOCKS_MS)

    async def end(self, key: str) -> None:
        """Nobody holds the key from now on. Raises `Unavailable`."""
        await self._logins.drop(_digest(key))


def named_by(claims: Mapping[str, Any]) -> Hos:
    """A login as its provider names it: by whose it is (`sub`) and by its session (`sid`), each of this issuer."""
    named = [claims.get(name) for name in ("sub", "sid")]
    return Hos(*(_digest(f"{claims.get('iss')}\n{one}") if isinstance(one, str) and one else b"" for one in named))


def _until(vem: Inloggad, now: int) -> int:
    return min(now + IDLE_MS, vem.sedan + LONGEST_MS)


def _digest(key: str) -> bytes:
    return sha256(key.encode()).digest()
