"""The client: one agency's reader group and user, talking to the hub."""

import asyncio
import secrets
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Final, Self, TypeVar
from uuid import UUID

import httpx
import msgspec

from samverkanshub.client.errors import ServerError, UnavailableError, error_of, refused
from samverkanshub.client.events import CONTENT_TYPE, Prepared, prepare
from samverkanshub.client.models import (
    Assessment,
    AuditPage,
    DutyPage,
    Health,
    InboxPage,
    InboxRow,
    Opened,
    OpenedAnswer,
    Outcome,
    Receipt,
)
from samverkanshub.client.retry import Retry
from samverkanshub.client.tokens import Identity, fresh_id, token
from samverkanshub.codec import keys
from samverkanshub.codec.schemas import Schemas, default_schemas
from samverkanshub.domain.errors import Refused
from samverkanshub.domain.events import ATERKALLELSE, SAMTYCKE_SVAR

TIMEOUT: Final = httpx.Timeout(20.0, connect=5.0)
"""Seconds; the hub itself waits five for a judgement."""
LIMITS: Final = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=3.0)
"""The hub closes a connection after five idle seconds; one let go before that is never closed on a request's way."""
SEED_BYTES: Final = 32

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Options:
    """What tests and networks change. `proxy`: none unless given; the environment's are not read.

    `tls`: made by `tls_context`, for a hub of an authority of its own or one that asks for a client certificate.
    """

    retry: Retry = field(default_factory=Retry)
    transport: httpx.AsyncBaseTransport | None = None
    proxy: str | None = None
    tls: ssl.SSLContext | None = None
    now_s: Callable[[], float] = time.time
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    schemas: Schemas | None = None


class Client:
    """`async with Client(...) as hub:`; every call raises a `ClientError` where the hub did not do what was asked."""

    def __init__(
        self,
        url: str,
        aktor: str,
        lasargrupp: str,
        anvandare: str,
        private_key: keys.PrivateKey | bytes,
        key_id: str = "",
        *,
        options: Options | None = None,
    ) -> None:
        """`private_key`: the actor's, or its PEM. `key_id`: the directory's, derived from the key unless given."""
        key = keys.load_private(private_key) if isinstance(private_key, bytes) else private_key
        self.identity = Identity(aktor, lasargrupp, anvandare, key_id or keys.key_id(keys.public_hex(key)), key)
        self._options = options or Options()
        self._http = _connection(url, self._options)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    def prepare(self, typ: str, data: Any, *, id: str | None = None, version: int = 1) -> Prepared:
        """An event ready to send, and to send again: keep it until `send` has returned. Nothing leaves this machine."""
        name = fresh_id() if id is None else id
        seed = secrets.token_bytes(SEED_BYTES)
        schemas = self._options.schemas or default_schemas()
        try:
            return prepare(self.identity, schemas, typ=typ, version=version, data=data, id=name, seed=seed)
        except Refused as error:
            raise refused(error) from None

    async def send(self, event: Prepared) -> Receipt:
        """Send an event, with retries of the same bytes; sending it twice gives the same event."""
        return await self._asked("POST", "/handelser", Receipt, content=event.body, content_type=CONTENT_TYPE)

    async def publish(self, typ: str, data: Any, *, id: str | None = None) -> Receipt:
        """Prepare and send in one. Who must be able to go on after a crash of its own keeps the `Prepared` instead."""
        return await self.send(self.prepare(typ, data, id=id))

    async def assess(self, event: Prepared) -> Assessment:
        """What would become of an event that is a message, were it sent now. Nothing is sent."""
        return await self._asked("POST", "/bedomning", Assessment, content=event.body, content_type=CONTENT_TYPE)

    async def answer(
        self, meddelande: str, svar: str, *, slapp: bool = False, av_roll: str = "", id: str | None = None
    ) -> Receipt:
        """Answer the consent request of one's own message: `lamnat`, `nekat` or `ej_fragat_fara`.

        With `lamnat` and `slapp` what was withheld is judged anew; else nothing is delivered. `av_roll` says whose
        answer it is where several were to be asked: the first of the request's `av_roller`.
        """
        more = {**({"slapp": True} if slapp else {}), **({"av_roll": av_roll} if av_roll else {})}
        return await self.publish(SAMTYCKE_SVAR, {"meddelande": _id(meddelande), "svar": svar, **more}, id=id)

    async def recall(self, meddelande: str, skal: str, *, id: str | None = None) -> Receipt:
        """Recall one's own message: `fel_mottagare`, `fel_person`, `fel_uppgift` or `annat`.

        To correct it instead, publish the new message with `rattar`, the id of the earlier.
        """
        return await self.publish(ATERKALLELSE, {"meddelande": _id(meddelande), "skal": skal}, id=id)

    async def act(self, typ: str, *, id: str | None = None, **koder: Any) -> Receipt:
        """Act in an ärende after its messages: `overlamning`, `avslut`, `aterkoppling`, `jav` and others.

        `koder` are the type's own fields; an act names nobody, since the hub knows whom what it names concerns.
        """
        return await self.publish(typ, {"personer": [], **koder}, id=id)

    async def inbox(self, markor: str = "", antal: int = 100) -> InboxPage:
        """A page of the reader group's deliveries after a cursor, and the cursor to go on from."""
        params: dict[str, str | int] = {"markor": markor, "antal": antal}
        return await self._asked("GET", "/inkorg", InboxPage, params=params)

    async def inbox_all(self, markor: str = "", antal: int = 100) -> AsyncIterator[InboxRow]:
        """Every delivery after a cursor, page by page, until a page is empty."""
        while (page := await self.inbox(markor, antal)).rader:
            for row in page.rader:
                yield row
            markor = page.markor

    async def duties(self, markor: str = "", antal: int = 100, *, utan_innehavare: bool = False) -> DutyPage:
        """A page of the open duties that the unit bears, shares or waits for; no rows: the end.

        `utan_innehavare`: the ärenden alone that have fallen between chairs.
        """
        wanted = {"utan_innehavare": "true"} if utan_innehavare else {}
        params: dict[str, str | int] = {"markor": markor, "antal": antal, **wanted}
        return await self._asked("GET", "/plikter", DutyPage, params=params)

    async def open(self, leverans_id: str) -> Opened:
        """The content, judged now. Repeated of itself only where the hub had too much to do.

        Every other request is an opening of its own in the log.
        """
        retry = replace(self._options.retry, unanswered=False)
        answer = await self._asked("POST", f"/leveranser/{_id(leverans_id)}/oppna", OpenedAnswer, retry=retry)
        return answer.opened()

    async def acknowledge(
        self, leverans_id: str, slag: str, enhet: str | None = None, *, id: str | None = None
    ) -> Receipt:
        """A kvittens: `mottagen`, `dokumenterad` or `overtagen` (which asks `enhet` to take over in turn).

        Its retries are the same event, and so is a call with the same `id` (a UUID; else a new one each call).
        """
        body = {"slag": slag, "id": fresh_id() if id is None else _id(id)} | ({"enhet": enhet} if enhet else {})
        content = msgspec.json.encode(body)
        return await self._asked("POST", f"/leveranser/{_id(leverans_id)}/kvittens", Receipt, content=content)

    async def outcome(self, handelse_id: str) -> Outcome:
        """What became of an event, per recipient."""
        return await self._asked("GET", f"/handelser/{_id(handelse_id)}/utfall", Outcome)

    async def audit(self, fraga: str, markor: str = "", antal: int = 100, **given: Any) -> AuditPage:
        """A page of the answer to an auditor's question: `arende` and others, until a page has `ended`.

        `given` is what the question needs, such as `handelse`, `samtycke`, `nummer`, `fran`, `till` or `omfattning`.
        Each page is a question that the hub keeps, with who asked it.
        """
        content = msgspec.json.encode({**given, "markor": markor, "antal": antal})
        return await self._asked("POST", f"/granskning/{fraga}", AuditPage, content=content, revisor=True)

    async def health(self) -> Health:
        """Is the hub well? A red hub is an answer, not an error."""
        return await _health(self._http)

    async def _asked(
        self,
        method: str,
        path: str,
        model: type[T],
        *,
        content: bytes = b"",
        content_type: str = "application/json",
        params: dict[str, str | int] | None = None,
        retry: Retry | None = None,
        revisor: bool = False,
    ) -> T:
        policy = retry or self._options.retry
        for attempt in range(policy.attempts):
            last = attempt + 1 == policy.attempts
            try:
                response = await self._once(method, path, content, content_type, params, revisor=revisor)
            except UnavailableError:
                if last or not policy.unanswered:
                    raise
                await self._options.sleep(policy.wait_s(attempt))
                continue
            if last or not policy.repeats(response.status_code):
                return _result(response, model)
            await self._options.sleep(policy.wait_s(attempt, response.headers.get("retry-after", "")))
        raise AssertionError("a policy of no attempts")

    async def _once(
        self,
        method: str,
        path: str,
        content: bytes,
        content_type: str,
        params: dict[str, str | int] | None,
        *,
        revisor: bool,
    ) -> httpx.Response:
        headers = {"content-type": content_type} if content else {}
        headers["authorization"] = f"Bearer {token(self.identity, int(self._options.now_s()), revisor=revisor)}"
        request = self._http.build_request(method, path, content=content, headers=headers, params=params)
        return await _answer(self._http, request)


async def health_of(url: str, options: Options | None = None) -> Health:
    """Is the hub at this address well? Needs no key."""
    async with _connection(url, options or Options()) as http:
        return await _health(http)


def _connection(url: str, options: Options) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=url,
        timeout=TIMEOUT,
        limits=LIMITS,
        transport=options.transport,
        proxy=options.proxy,
        verify=options.tls or True,
        trust_env=False,
    )


async def _health(http: httpx.AsyncClient) -> Health:
    response = await _answer(http, http.build_request("GET", "/halsa"))
    if response.status_code not in (200, 503):
        raise error_of(response.status_code, response.content)
    return _decoded(response, Health)


async def _answer(http: httpx.AsyncClient, request: httpx.Request) -> httpx.Response:
    try:
        return await http.send(request)
    except httpx.TransportError as error:
        raise UnavailableError(f"the hub does not answer ({type(error).__name__})") from error


def _id(text: str) -> str:
    """An id as it may stand in a path; `RefusedError` for what is no UUID."""
    try:
        return str(UUID(text))
    except ValueError:
        raise refused(Refused("the id must be a UUID", falt="/id", code="fel-form")) from None


def _result(response: httpx.Response, model: type[T]) -> T:
    if response.is_success:
        return _decoded(response, model)
    raise error_of(response.status_code, response.content)


def _decoded(response: httpx.Response, model: type[T]) -> T:
    try:
        found = msgspec.json.decode(response.content, type=model)
    except (msgspec.DecodeError, UnicodeDecodeError):
        # msgspec's text may repeat a value.
        raise ServerError("the hub's answer is not in the form this client knows", code="okant-svar") from None
    return found
