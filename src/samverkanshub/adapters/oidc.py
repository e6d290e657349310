"""A provider of OpenID Connect (Core 1.0, Discovery 1.0): who somebody is, by authorization code with PKCE.

The protocol is Authlib's and the signatures joserfc's. What is ours is what is believed: an ID token fetched from the
provider itself, signed by a key that it publishes, for this client and this attempt, and no older than it says.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final
from urllib.parse import quote_plus, urlencode, urlsplit

import httpx
from authlib.common.security import generate_token
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from samverkanshub.domain.errors import Unauthenticated
from samverkanshub.ports import TOO_LOW, Clock, Forsok, Unavailable

WELL_KNOWN: Final = "/.well-known/openid-configuration"
ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA", "Ed25519")
"""Signatures by a key that only the provider has: never `none`, and none by the client's secret."""
LEEWAY_S: Final = 60
"""How far the provider's clock may be off, in seconds."""
KNOWN_S: Final = 600.0
"""How long what the provider says of itself is believed before it is asked anew."""
SILENT_S: Final = 10.0
"""How long it is not asked again, from when it was asked and did not answer."""
PATIENCE_S: Final = 5.0
LONGEST: Final = 262_144
"""Bytes of an answer: what is longer is none."""
REFUSED: Final = frozenset({400, 401, 403})
"""How a provider says that a code, a verifier or a client is not what it is to be (RFC 6749, 5.2)."""
WHAT: Final = "inloggning"
KEYS_S: Final = 60.0
"""How long the provider's keys are kept for logout tokens."""
ANEW_S: Final = 5.0
"""How soon at most they are asked for again, for a token by a key that is not among them."""
STALE_S: Final = 300
"""How old a logout token may be: a provider sends it at once, and again only where it was not answered."""
LOGOUT: Final = "http://schemas.openid.net/event/backchannel-logout"
LOGOUT_TYPE: Final = "logout+jwt"
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_BROKEN: Final = (JoseError, ValueError, TypeError, KeyError, RecursionError)
"""What reading a token or keys raises where they are not what they are to be."""
_NEEDED: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True)
class Klient:
    """As whom the hub asks: `hemlighet` is empty for a client that has none and shows by PKCE alone who began.

    `acr`: how somebody must have shown who they are (`acr`), one of these; none: in any way.
    """

    utfardare: str
    klient: str
    hemlighet: str = field(default="", repr=False)
    omfang: str = "openid"
    acr: tuple[str, ...] = ()


def is_safe(address: str) -> bool:
    """Whether nobody on the way can read or change what is sent there: TLS, or this machine."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))


def believed(metadata: Any, utfardare: str) -> dict[str, Any]:
    """What a provider says of itself, once it is the one that was asked and all that is used is safe to ask.

    Raises `Unavailable`.
    """
    if not isinstance(metadata, dict) or metadata.get("issuer") != utfardare:
        raise Unavailable(WHAT)
    named = {name: metadata.get(name) for name in (*_NEEDED, "end_session_endpoint")}
    if any(not isinstance(named[name], str) for name in _NEEDED):
        raise Unavailable(WHAT)
    if any(isinstance(address, str) and not is_safe(address) for address in named.values()):
        raise Unavailable(WHAT)
    return metadata


class OidcLeverantor:
    """`Leverantor` over HTTP."""

    def __init__(self, klient: Klient, clock: Clock, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._klient = klient
        self._clock = clock
        self._transport = transport
        self._known: dict[str, Any] | None = None
        self._until = 0.0
        self._looking = asyncio.Lock()
        self._keys: Any = None
        self._keys_until = 0.0
        self._keys_asked = float("-inf")
        self._fetching = asyncio.Lock()

    async def begin(self, ater: str) -> Forsok:
        """Where to send whoever logs in, and what is to be held against what comes back. Raises `Unavailable`."""
        known = await self._metadata()
        state, nonce, verifier = generate_token(43), generate_token(43), generate_token(64)
        adress = prepare_grant_uri(
            known["authorization_endpoint"],
            self._klient.klient,
            "code",
            redirect_uri=ater,
            scope=self._klient.omfang,
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
            **({"acr_values": " ".join(self._klient.acr)} if self._klient.acr else {}),
        )
        return Forsok(adress, state, nonce, verifier)

    async def claims(self, forsok: Forsok, kod: str, ater: str) -> Mapping[str, Any]:
        """What the provider says of whoever came back with this code.

        Raises `Unauthenticated` where it says nothing that holds, and `Unavailable`.
        """
        known = await self._metadata()
        asked = {"grant_type": "authorization_code", "code": kod, "redirect_uri": ater}
        async with self._asking() as http:
            answer = await http.post(
                known["token_endpoint"], data=asked | self._proof(forsok.verifierare), auth=self._secret()
            )
            if answer.status_code in REFUSED:
                raise Unauthenticated("the provider takes the code for nobody's")
            keys = _read(await http.get(known["jwks_uri"]))
        return self._held(_read(answer), keys, forsok.nonce)

    def _proof(self, verifier: str) -> dict[str, str]:
        return {"code_verifier": verifier} | ({} if self._klient.hemlighet else {"client_id": self._klient.klient})

    def _secret(self) -> httpx.Auth:
        """RFC 6749, 2.3.1: both are encoded as in a form, before they are put together."""
        klient = self._klient
        if not klient.hemlighet:
            return httpx.Auth()
        return httpx.BasicAuth(quote_plus(klient.klient), quote_plus(klient.hemlighet))

    async def logout(self, ater: str) -> str:
        """Where to send whoever would log out there too; empty where the provider has no such place."""
        end = (await self._metadata()).get("end_session_endpoint")
        if not end:
            return ""
        asked = urlencode({"client_id": self._klient.klient, "post_logout_redirect_uri": ater})
        return f"{end}{'&' if '?' in end else '?'}{asked}"

    def _held(self, given: Mapping[str, Any], keys: Any, nonce: str) -> Mapping[str, Any]:
        """The claims of the ID token, where it holds (Core 1.0, 3.1.3.7)."""
        klient = self._klient
        must = {"essential": True}
        options: dict[str, Any] = {"iss": {**must, "value": klient.utfardare}, "aud": {**must, "value": klient.klient}}
        params = {"nonce": nonce, "client_id": klient.klient, "access_token": given.get("access_token")}
        try:
            token = jwt.decode(str(given.get("id_token")), KeySet.import_key_set(keys), algorithms=list(ALGORITHMS))
            claims = CodeIDToken(token.claims, token.header, options, params)
            claims.validate(now=self._clock.now_ms() // 1000, leeway=LEEWAY_S)
        except _BROKEN as error:
            raise Unauthenticated(f"the ID token does not hold ({type(error).__name__})") from None
        if klient.acr and claims.get("acr") not in klient.acr:
            raise Unauthenticated("the ID token's `acr` is none that is asked for", code=TOO_LOW)
        return dict(claims)

    async def logged_out(self, token: str) -> Mapping[str, Any]:
        """What a logout token says: of whom (`sub`) or of which session (`sid`) it is (Back-Channel Logout 1.0, 2.6).

        Whoever sends one makes the hub ask for the provider's keys every `ANEW_S` at most, and one at a time. Raises
        `Unauthenticated` where it does not hold, and `Unavailable`.
        """
        klient, keys = self._klient, await self._keys_for(token)
        must, now = {"essential": True}, self._clock.now_ms() // 1000
        told: dict[str, Any] = dict.fromkeys(("iat", "exp", "jti", "events"), must)
        told |= {"iss": {**must, "value": klient.utfardare}, "aud": {**must, "value": klient.klient}}
        try:
            read = jwt.decode(token, KeySet.import_key_set(keys), algorithms=list(ALGORITHMS))
            jwt.JWTClaimsRegistry(now=now, leeway=LEEWAY_S, **told).validate(read.claims)
        except _BROKEN as error:
            raise Unauthenticated(f"the logout token does not hold ({type(error).__name__})") from None
        if read.header.get("typ", LOGOUT_TYPE).lower() not in (LOGOUT_TYPE, "jwt") or not _ends(read.claims):
            raise Unauthenticated("the token is none of a logout")
        if not read.claims["iat"] >= now - STALE_S:  # Nor where it is no number (NaN).
            raise Unauthenticated("the logout token is old")
        return dict(read.claims)

    async def _keys_for(self, token: str) -> Any:
        """The provider's keys as kept; asked for anew where they do not have the one that the token names."""
        keys = await self._kept_keys()
        return keys if _names_one_of(token, keys) else await self._kept_keys(ANEW_S)

    async def _kept_keys(self, oldest_s: float = KEYS_S) -> Any:
        """The keys, asked for that long ago at most; while the provider does not answer, those that were kept."""
        async with self._fetching:
            now = monotonic()
            if now >= self._keys_until:
                self._keys = None
            # As in `_metadata`: whoever waits for one that does not answer waits once.
            if now >= self._keys_asked + (SILENT_S if self._keys is None else oldest_s):
                self._keys_asked = now
                self._keys = await self._asked_keys()
                self._keys_until = monotonic() + KEYS_S
        if self._keys is None:
            raise Unavailable(WHAT)
        return self._keys

    async def _asked_keys(self) -> Any:
        known = await self._metadata()
        async with self._asking() as http:
            return _read(await http.get(known["jwks_uri"]))

    async def _metadata(self) -> dict[str, Any]:
        async with self._looking:
            if monotonic() >= self._until:
                # Whoever waits for one that does not answer waits once, and not in turn for all who wait before them.
                self._known, self._until = None, monotonic() + SILENT_S
                self._known = await self._asked()
                self._until = monotonic() + KNOWN_S
        if self._known is None:
            raise Unavailable(WHAT)
        return self._known

    async def _asked(self) -> dict[str, Any]:
        async with self._asking() as http:
            found = _read(await http.get(self._klient.utfardare.removesuffix("/") + WELL_KNOWN))
        return believed(found, self._klient.utfardare)

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator[httpx.AsyncClient]:
        """Logins are seldom: no connection is kept. Raises `Unavailable`."""
        try:
            async with httpx.AsyncClient(timeout=PATIENCE_S, trust_env=False, transport=self._transport) as http:
                yield http
        except httpx.HTTPError as error:
            raise Unavailable(WHAT) from error


def _ends(claims: Mapping[str, Any]) -> bool:
    """Does it say that somebody has logged out, and who? An ID token, which has a `nonce`, never does."""
    events = claims["events"]
    logout = isinstance(events, dict) and isinstance(events.get(LOGOUT), dict)
    return logout and "nonce" not in claims and any(isinstance(claims.get(name), str) for name in ("sub", "sid"))


def _names_one_of(token: str, keys: Any) -> bool:
    """Is the token by one of these keys, as far as it says? One that cannot be read makes nobody ask anew."""
    try:
        kid = jws.extract_compact(token.encode()).headers().get("kid")
        return kid is None or any(key.get("kid") == kid for key in keys["keys"])
    except (*_BROKEN, AttributeError):
        return True


def _read(response: httpx.Response) -> Any:
    """A JSON object. Raises `Unavailable`."""
    if response.status_code != 200 or len(response.content) > LONGEST:
        raise Unavailable(WHAT)
    try:
        found = response.json()
    except ValueError:
        raise Unavailable(WHAT) from None
    if not isinstance(found, dict):
        raise Unavailable(WHAT)
    return found
