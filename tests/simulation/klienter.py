"""Agencies at work against the hub in memory: they send, retry, read, open and acknowledge, and note what they ask."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from hashlib import sha256
from typing import Any, Final

from intakehub import caller, event

from samverkanshub.domain.errors import Conflict, Forbidden, HubError, NotFound
from samverkanshub.pipeline.receipts import Receipt
from samverkanshub.ports import Unavailable
from simulation.hubb import APIER, Api, Hubb
from simulation.slinga import Utgang

STATUS: Final[Mapping[type[HubError], int]] = {Forbidden: 403, NotFound: 404, Conflict: 409}
OTILLGANGLIG: Final = 503
VANTADE: Final = frozenset({None, 200, 201, 202, 403, 404, OTILLGANGLIG})
"""What may come of a request, whatever befalls the hub; None where the connection was lost."""
Svar = tuple[int | None, Any, str | None]
"""Status, body, and what went wrong on the way."""


@cache
def kropp(grupp: str, typ: str, data: str, id: str, salt: str) -> tuple[bytes, Any]:
    """A signed body, and as it is noted."""
    body = event(grupp, typ, json.loads(data), id=id, seed=sha256(salt.encode()).digest())
    return body, json.loads(body)


def _id(nummer: int) -> str:
    return f"00000000-0000-4000-8000-{nummer:012d}"


@dataclass
class Klienter:
    """All clients; `noted` is what each has asked and been answered."""

    hubb: Hubb
    noted: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    nasta_id: int = 1

    def nytt_id(self) -> str:
        """An id for an event."""
        self.nasta_id += 1
        return _id(self.nasta_id)

    # ------------------------------------------------------------------------------------------ requests

    async def publicera(
        self, grupp: str, typ: str, data: Mapping[str, Any], *, id: str = "", otalig: bool = False
    ) -> dict[str, Any]:
        """Publish until answered; who is impatient sends it again before that, by other salts and another api."""
        given, text = id or self.nytt_id(), json.dumps(data)

        async def once(api: str, salt: str) -> Svar:
            body, noted = kropp(grupp, typ, text, given, salt)
            return await self._anrop(
                api, grupp, "POST", "/handelser", lambda on: on.intake.publish(caller(grupp), body), given, typ, noted
            )

        return await self._enviset(once, otalig=otalig)

    async def oppna(self, grupp: str, leverans: str, api: str = APIER[0]) -> int | None:
        """Ask once to open a delivery."""
        vag = f"/leveranser/{leverans}/oppna"
        status, _, _ = await self._anrop(
            api, grupp, "POST", vag, lambda on: on.deliver.open(caller(grupp), leverans), "", "", None
        )
        return status

    async def kvittera(self, grupp: str, leverans: str, slag: str, *, otalig: bool = False) -> dict[str, Any]:
        """Acknowledge a delivery until answered."""
        given, vag = self.nytt_id(), f"/leveranser/{leverans}/kvittens"

        async def once(api: str, _salt: str) -> Svar:
            noted = {"slag": slag, "id": given}
            return await self._anrop(
                api,
                grupp,
                "POST",
                vag,
                lambda on: on.deliver.acknowledge(caller(grupp), leverans, slag, id=given),
                given,
                "",
                noted,
            )

        return await self._enviset(once, otalig=otalig)

    async def inkorg(self, grupp: str) -> list[dict[str, Any]]:
        """Read the whole inbox until answered."""

        async def once(api: str, _salt: str) -> Svar:
            return await self._anrop(
                api, grupp, "GET", "/inkorg", lambda on: on.deliver.inbox(caller(grupp), "", 100), "", "", None
            )

        return list((await self._enviset(once))["rader"])

    async def utfall(self, grupp: str, handelse_id: str) -> None:
        """Read an outcome until answered."""

        async def once(api: str, _salt: str) -> Svar:
            vag = f"/handelser/{handelse_id}/utfall"
            return await self._anrop(
                api, grupp, "GET", vag, lambda on: on.deliver.outcome(caller(grupp), handelse_id), "", "", None
            )

        await self._enviset(once)

    # ------------------------------------------------------------------------------------------ until answered

    async def _enviset(self, once: Callable[[str, str], Awaitable[Svar]], *, otalig: bool = False) -> dict[str, Any]:
        if otalig:
            both = await asyncio.gather(*(once(api, api) for api in APIER))
            for status, svar, _ in both:
                if status is not None and status < OTILLGANGLIG:
                    return dict(svar)
        nummer = 0
        while True:
            status, svar, _ = await once(APIER[nummer % len(APIER)], str(nummer % 2))
            if status is not None and status < OTILLGANGLIG:
                return dict(svar)
            nummer += 1
            await asyncio.sleep((0.2, 1.0, 4.0)[nummer % 3])

    async def _anrop(
        self,
        api: str,
        grupp: str,
        metod: str,
        vag: str,
        asked: Callable[[Api], Awaitable[Any]],
        id: str,
        typ: str,
        sent: Any,
    ) -> Svar:
        who, lines = caller(grupp), self.noted.setdefault(grupp, [])
        begun = self.hubb.slinga.steg
        status, svar, fel = await self._svar(api, asked)
        if status not in VANTADE:
            self.hubb.brutet.append(f"SVAR {metod} {typ or vag.rpartition('/')[2]} was answered {status}: {svar}")
        named = {"id": id, "aktor": who.aktor, "lasargrupp": grupp, "anvandare": who.anvandare, "typ": typ}
        when = {"nr": len(lines), "sant_ms": begun, "svar_ms": self.hubb.slinga.steg}
        lines.append(
            {**when, "metod": metod, "vag": vag, **named, "kropp": sent, "status": status, "svar": svar, "fel": fel}
        )
        return status, svar, fel

    async def _svar(self, api: str, asked: Callable[[Api], Awaitable[Any]]) -> Svar:
        """Over a connection that breaks where the api dies, or with the answer on its way."""
        process = self.hubb.processer[api]
        if not process.levande:
            return None, None, "ingen förbindelse"
        answer: asyncio.Future[Svar] = self.hubb.slinga.create_future()

        def given(found: Svar) -> None:
            if not answer.done():
                answer.set_result(found)

        async def handled() -> None:
            given(await _besvarad(asked(self.hubb.apier[api])))

        process.vid_slut.append(lambda: given((None, None, "avbruten")))
        process.kor(handled())
        found = await answer
        lost = await self.hubb.slinga.tur("klient.svar", (Utgang.GAR, Utgang.TAPPAS)) is Utgang.TAPPAS
        return (None, None, "tappat svar") if lost else found


async def _besvarad(asked: Awaitable[Any]) -> Svar:
    try:
        answer = await asked
    except Unavailable as away:
        return OTILLGANGLIG, {"type": "inte-tillganglig", "vad": away.what}, None
    except HubError as refusal:
        return STATUS.get(type(refusal), 422), {"type": refusal.code}, None
    except Exception as fault:
        return 500, {"type": type(fault).__name__}, None
    if isinstance(answer, Receipt):
        return answer.status, {**asdict(answer), "varningar": list(answer.varningar)}, None
    return 200, answer, None
