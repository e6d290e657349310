"""Takes in what an actor's system has sealed and put on its own topic, by the same way in as what comes over HTTP."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Final, Protocol

import structlog
from joserfc.jwk import ECKey

from samverkanshub.codec.cloudevents import CloudEvent, parse
from samverkanshub.codec.forseglat import unseal
from samverkanshub.domain.actors import Katalog
from samverkanshub.domain.errors import Forbidden, HubError, Refused
from samverkanshub.domain.events import OROSANMALAN
from samverkanshub.domain.personnummer import contains_personnummer
from samverkanshub.pipeline.identity import ID, Caller
from samverkanshub.pipeline.receipts import Receipt
from samverkanshub.pipeline.ringa import may_be_report, number_in
from samverkanshub.pipeline.rulebook import Regelverken
from samverkanshub.ports import Ring, Unavailable

INTERNAL: Final = "internt-fel"
AT_ONCE: Final = 3
"""Events but reports that are taken in at a time: HTTP has the rest of the connections to the databases."""
Keys = Callable[[], Mapping[str, ECKey]]
_log = structlog.get_logger("samverkanshub.direkt")


class Takes(Protocol):
    """Intake."""

    async def publish(self, caller: Caller, body: bytes) -> Receipt:
        """Take one CloudEvent."""


@dataclass(frozen=True, slots=True)
class Taget:
    """What came of one record: the event's `id` where it was read, whether it is or may be a report, and the answer."""

    id: str
    rapport: bool
    utfall: Receipt | HubError | Unavailable


class Direkt:
    """Opens what is sealed and hands it to intake. `allowed`: may this actor publish directly?"""

    def __init__(
        self, intake: Takes, regelverk: Regelverken, keys: Keys, ring: Ring, allowed: Callable[[str], bool]
    ) -> None:
        self._intake = intake
        self._regelverk = regelverk
        self._keys = keys
        self._ring = ring
        self._allowed = allowed
        self._room = asyncio.Semaphore(AT_ONCE)

    async def take(self, aktor: str, sealed: bytes) -> Taget:
        """Take the event that this actor's record holds. A fault of it, or of a server's, is told in what is returned.

        What nobody has read may be a report (B1): its error names the telephone.
        """
        given: CloudEvent | None = None
        failed: HubError | Unavailable
        body = b""
        try:
            if not self._allowed(aktor):
                raise Forbidden("the actor may not publish directly", code="ej-direkt")
            opened = unseal(sealed, aktor, self._keys())
            body = bytes(opened.handelse)
            given = parse(body)
            katalog = (await self._regelverk.current()).katalog
            caller = caller_of(katalog, aktor, given.source, opened.anvandare)
            async with nullcontext() if given.typ == OROSANMALAN else self._room:
                return Taget(given.id, given.typ == OROSANMALAN, await self._intake.publish(caller, body))
        except (HubError, Unavailable) as error:
            failed = error
        except Exception as fault:
            # Its type alone: what it says may quote content.
            _log.error("direkt.fel", fel=type(fault).__name__)
            failed = HubError("the hub failed; its log says how", code=INTERNAL)
        failed.ring = failed.ring or number_in(body, self._ring)
        rapport = given.typ == OROSANMALAN if given else may_be_report(body)
        return Taget(given.id if given else "", rapport, failed)


def caller_of(katalog: Katalog, aktor: str, lasargrupp: str, anvandare: str) -> Caller:
    """Who sends, as sealed with the event; that it is so the event's signature shows. Raises `Refused`, `Forbidden`."""
    if not ID.fullmatch(anvandare) or contains_personnummer(anvandare):
        raise Refused("`anvandare` is malformed, or looks like a personnummer", falt="/anvandare", code="fel-form")
    if lasargrupp not in katalog.lasargrupper or katalog.unit_of(lasargrupp).aktor != aktor:
        raise Forbidden("`source` is no reader group of the topic's actor", falt="/source")
    return Caller(aktor=aktor, enhet=katalog.unit_of(lasargrupp).id, lasargrupp=lasargrupp, anvandare=anvandare)
