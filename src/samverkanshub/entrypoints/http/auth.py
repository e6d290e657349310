"""Who is calling: a short-lived token signed with the actor's own key, used once, that names user and reader group.

EdDSA or ES256, as its key is, and nothing else. Every route asks for a token unless its handler carries
`opt={"oppen": True}`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import jwt
from jwt.exceptions import PyJWTError
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from samverkanshub.codec.keys import JWS, load_public
from samverkanshub.domain.actors import Katalog, Nyckel
from samverkanshub.domain.errors import Forbidden, Unauthenticated
from samverkanshub.domain.personnummer import contains_personnummer
from samverkanshub.domain.tid import swedish_day
from samverkanshub.entrypoints.http.admission import give_back
from samverkanshub.entrypoints.http.publishing import remember_body
from samverkanshub.entrypoints.http.services import Services
from samverkanshub.entrypoints.http.tls import KLIENT, Klient
from samverkanshub.pipeline.identity import ID, Caller

AUDIENCE: Final = "samverkanshub"
OPEN: Final = "oppen"
"""The `opt` key of a route that needs no token. None of them may show anything about a person or an actor."""
AUDIT: Final = "granskning"
"""The `opt` key of a route that only a token that says `revisor` reaches, and such a token reaches no other."""
LONGEST_S: Final = 300
"""A token lives at most this long, in seconds from `iat` to `exp`."""
LEEWAY_S: Final = 10
"""How far the caller's clock may be off, in seconds."""
LONGEST_TOKEN: Final = 4096

_KEEP_CLAIMS_TO_US: Final[Any] = {
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}
_UNVERIFIED: Final[Any] = {"verify_signature": False, **_KEEP_CLAIMS_TO_US}
"""PyJWT checks the signature; the claims are checked here, against the hub's clock and strictly by type."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token whose signature and claims hold; whether it was used before is the vault's to say."""

    caller: Caller
    jti: str
    expires_ms: int


def verify(authorization: str, katalog: Katalog, now_ms: int) -> Token:
    """The token of an `Authorization` header, or `Unauthenticated`; `Forbidden` for a reader group of another actor."""
    raw = _bearer(authorization)
    kid, aktor = _unverified(raw)
    key = _key(katalog, aktor, kid, swedish_day(now_ms).isoformat())
    claims = _verified(raw, key)
    expires = _checked_times(claims, now_ms // 1000)
    if claims.get("aud") != AUDIENCE:
        raise Unauthenticated("the token's `aud` is not this hub")
    caller = _caller(claims, aktor, katalog)
    return Token(caller, _jti(claims), (expires + LEEWAY_S) * 1000)


def _bearer(authorization: str) -> str:
    scheme, _, raw = authorization.partition(" ")
    if scheme.lower() != "bearer" or not raw or len(raw) > LONGEST_TOKEN:
        raise Unauthenticated("`authorization` must be `bearer` and a token")
    return raw.strip()


def _unverified(raw: str) -> tuple[str, str]:
    """Which key the token says it is signed with, and whose; nothing of it is believed before the signature holds."""
    try:
        header = jwt.get_unverified_header(raw)
        claims = jwt.decode(raw, options=_UNVERIFIED)
    except (PyJWTError, ValueError, RecursionError):
        raise Unauthenticated("the token cannot be read") from None
    return _text(header, "kid"), _text(claims, "iss")


def _key(katalog: Katalog, aktor: str, kid: str, day: str) -> Nyckel:
    found = katalog.key_of(aktor, kid, day)
    if found is None:
        raise Unauthenticated("the token's `kid` is no key of its `iss` that holds today")
    return found


def _verified(raw: str, key: Nyckel) -> dict[str, Any]:
    """The claims, once signed by this key: its type says by which algorithm, and the token may say no other."""
    try:
        found = load_public(key.publik, key.typ)
        return jwt.decode(raw, found, algorithms=[JWS[key.typ]], options=_KEEP_CLAIMS_TO_US)
    except (PyJWTError, ValueError, RecursionError):
        raise Unauthenticated("the token's signature does not hold") from None


def _checked_times(claims: Mapping[str, Any], now: int) -> int:
    issued, expires = _seconds(claims, "iat"), _seconds(claims, "exp")
    if not 0 < expires - issued <= LONGEST_S:
        raise Unauthenticated(f"the token's `exp` must be at most {LONGEST_S} seconds after its `iat`")
    if now >= expires + LEEWAY_S:
        raise Unauthenticated("the token's `exp` has passed", code="token-utgangen")
    if issued > now + LEEWAY_S:
        raise Unauthenticated("the token's `iat` is in the future")
    return expires


def _seconds(claims: Mapping[str, Any], name: str) -> int:
    value = claims.get(name)
    if type(value) is not int or not 0 <= value < 2**40:
        raise Unauthenticated(f"the token's `{name}` must be a whole number of seconds")
    return value


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    if not isinstance(value, str) or not ID.fullmatch(value):
        raise Unauthenticated(f"the token's `{name}` is missing or malformed")
    return value


def _caller(claims: Mapping[str, Any], aktor: str, katalog: Katalog) -> Caller:
    anvandare, grupp = _text(claims, "sub"), _text(claims, "lasargrupp")
    if contains_personnummer(anvandare):
        raise Unauthenticated("the token's `sub` looks like a personnummer; name the user otherwise")
    if grupp not in katalog.lasargrupper or katalog.unit_of(grupp).aktor != aktor:
        raise Forbidden("the token's `lasargrupp` is no reader group of its `iss`")
    enhet = katalog.unit_of(grupp).id
    return Caller(aktor=aktor, enhet=enhet, lasargrupp=grupp, anvandare=anvandare, revisor=_auditing(claims))


def _auditing(claims: Mapping[str, Any]) -> bool:
    found = claims.get("revisor", False)
    if not isinstance(found, bool):
        raise Unauthenticated("the token's `revisor` must be true or false")
    return found


def _jti(claims: Mapping[str, Any]) -> str:
    try:
        return str(UUID(claims.get("jti")))
    except (ValueError, TypeError, AttributeError):
        raise Unauthenticated("the token's `jti` must be a UUID") from None


def require_certificate(klient: Klient | None, aktor: str, katalog: Katalog, now_ms: int) -> None:
    """Raise `Unauthenticated` unless the connection is the actor's: nobody else is to use a token that was lost."""
    if klient is None:
        raise Unauthenticated("the connection has no client certificate")
    if not katalog.certified(aktor, klient.serienummer, klient.spki, swedish_day(now_ms).isoformat()):
        raise Unauthenticated("the connection's client certificate is not of the token's `iss`")


class Authenticate(ASGIMiddleware):
    """Puts a `Caller` in `scope["user"]`, or answers 401/403; every route, unless it says that it is open."""

    scopes = (ScopeType.HTTP, ScopeType.WEBSOCKET, ScopeType.ASGI)
    exclude_opt_key = OPEN

    def __init__(self, services: Services, *, certified: bool = False) -> None:
        """`certified`: whoever has a token has to be at the other end of the connection as well."""
        self.services = services
        self.certified = certified

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        try:
            scope["user"] = await self._caller(scope)
            _require_its_own(scope["user"], scope)
        except Exception:
            give_back(scope)
            await remember_body(scope, receive)
            raise
        await next_app(scope, receive, send)

    async def _caller(self, scope: Scope) -> Caller:
        katalog = (await self.services.regelverk.current()).katalog
        now = self.services.clock.now_ms()
        token = verify(_authorization(scope), katalog, now)
        if self.certified:
            require_certificate(scope.get("state", {}).get(KLIENT), token.caller.aktor, katalog, now)
        if not await self.services.vault.use_token(token.caller.aktor, token.jti, token.expires_ms):
            raise Unauthenticated("the token's `jti` was used before", code="token-anvand")
        return token.caller


def _require_its_own(caller: Caller, scope: Scope) -> None:
    """Who audits reads no content and sends nothing, and nobody else asks as an auditor. Who may is asked later."""
    if caller.revisor != bool(scope["route_handler"].opt.get(AUDIT)):
        raise Forbidden("the token's `revisor` is not what this address takes")


def _authorization(scope: Scope) -> str:
    found = [value for name, value in scope["headers"] if name.lower() == b"authorization"]
    if len(found) != 1:
        raise Unauthenticated("`authorization` must be given once")
    return found[0].decode("latin-1")
