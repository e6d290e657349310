"""The whole hub in memory behind intake and delivery: real regelverk, codec and gate, and a log that can fail."""

import asyncio
import os
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from hub import Hub, artefacts

from samverkanshub.adapters.memory import MemoryProjection, MemoryVault
from samverkanshub.client.events import prepare
from samverkanshub.client.tokens import Identity
from samverkanshub.codec.artefacts import regelverk_from
from samverkanshub.codec.keys import nyckel, private_key
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.state import OmradeState
from samverkanshub.pipeline.activation import Approval, change
from samverkanshub.pipeline.bedomning import Bedomning
from samverkanshub.pipeline.deliver import Deliver
from samverkanshub.pipeline.identity import Caller
from samverkanshub.pipeline.intake import Intake
from samverkanshub.pipeline.receipts import Receipt
from samverkanshub.pipeline.skyldigheter import Skyldigheter
from samverkanshub.ports import Appended, Unavailable

VC = "region-dalarna.vardcentral-mora.handlaggare"
VC_RATTVIK = "region-dalarna.vardcentral-rattvik.handlaggare"
UTSATT = "mora.vinr.utsatt"
UTOVARE = "mora.vinr.utovare"
ANNA, BO, DISA = "197807182394", "196811022380", "201705142394"
"""Two adults and a child of tests/data/testpersonnummer.txt."""


def caller(grupp: str, user: str = "u-17") -> Caller:
    """A user of a reader group."""
    return Caller(grupp.split(".")[0], grupp.rsplit(".", 1)[0], grupp, user)


def _key(aktor: str) -> Any:
    return private_key(sha256(aktor.encode()).digest())


@cache
def keyed_regelverk() -> Regelverk:
    """The project's regelverk with a key for each actor."""
    plain = regelverk_from(artefacts())
    keys = {aktor: (nyckel(_key(aktor), "2026-01-01"),) for aktor in plain.katalog.aktorer}
    return replace(plain, katalog=replace(plain.katalog, nycklar=keys))


def event(
    grupp: str, typ: str, data: dict[str, Any], *, id: str = "", seed: bytes = b"", version: int = 1, user: str = "u-17"
) -> bytes:
    """The signed CloudEvent of a reader group, as an agency's client makes it."""
    who = caller(grupp, user)
    key = _key(who.aktor)
    identity = Identity(who.aktor, grupp, who.anvandare, nyckel(key, "2026-01-01").id, key)
    cloud_id = id or str(uuid5(NAMESPACE_OID, f"{grupp}{typ}{data}"))
    return prepare(
        identity, default_schemas(), typ=typ, version=version, data=data, id=cloud_id, seed=seed or os.urandom(32)
    ).body


def person(roll: str, number: str) -> dict[str, str]:
    """A person by number, or by local reference."""
    return {"roll": roll, "personnummer" if number.isdigit() else "referens": number}


def unit(id_: str) -> dict[str, str]:
    """A unit as recipient."""
    return {"slag": "enhet", "id": id_}


class Regelverken:
    """The regelverk, or none yet."""

    def __init__(self) -> None:
        self.active = True
        self.found = keyed_regelverk()

    async def current(self) -> Regelverk:
        if not self.active:
            raise Unavailable("regelverk")
        return self.found

    async def named_by(self, _omrade: OmradeState) -> Regelverk:
        return await self.current()


class RingFile:
    """Telephone numbers."""

    def number(self, kommun: str) -> str:
        return {"mora": "0250-111", "rattvik": "0248-111"}.get(kommun, "023-111")


@dataclass
class Failing:
    """A log that judges what it takes at once, unless the gate is paused; and that can be down."""

    hub: Hub
    down: bool = False
    down_after: bool = False
    paused: bool = False
    judging: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def append(
        self, partition: int, key: bytes | None, headers: Sequence[tuple[str, bytes]], value: bytes
    ) -> Appended:
        if self.down:
            raise Unavailable("kafka")
        placed = await self.hub.log.append(partition, key, headers, value)
        if not self.paused:
            await self.judge()
        if self.down_after:
            raise Unavailable("kafka")
        return placed

    async def judge(self) -> None:
        """Let the gate come to the end of the log; it is handed one run of records at a time, as by its worker."""
        async with self.judging:
            end = await self.hub.log.end(0)
            records = [record async for record in self.hub.log.records(0, 0, end)]
            await self.hub.gate.batch(0, records)


class Points:
    """Failpoints: remembers those passed, and raises at the one asked for; `meanwhile` says what happens there once."""

    def __init__(self) -> None:
        self.passed: list[str] = []
        self.at = ""
        self.meanwhile: dict[str, Callable[[], Awaitable[object]]] = {}

    async def __call__(self, name: str) -> None:
        self.passed.append(name)
        if name in self.meanwhile:
            await self.meanwhile.pop(name)()
        if name == self.at:
            raise Died


HELD_MS = 300_000
"""How long the notary may be away."""


class Died(BaseException):
    """The process died here."""


class Whole:
    """Everything, with shortcuts."""

    def __init__(self, omraden: int = 1, vault: Any = None) -> None:
        self.hub = Hub()
        self.vault = vault or MemoryVault()
        self.projection = MemoryProjection(self.hub.database)
        self.regelverk = Regelverken()
        self.log = Failing(self.hub)
        self.points = Points()
        given = (self.vault, self.log, self.projection, self.regelverk, self.hub.schemas, self.hub.clock)
        self.intake = Intake(
            *given, RingFile(), self.points, wait_s=0.05, omraden=omraden, held_ms=HELD_MS, reader=self.hub.log
        )
        asked = (self.vault, self.projection, self.regelverk, self.hub.schemas, self.hub.clock, RingFile())
        self.bedomning = Bedomning(*asked, wait_s=0.05, omraden=omraden, reader=self.hub.log)
        self.skyldigheter = Skyldigheter(self.vault, self.projection, self.regelverk)
        self.deliver = Deliver(*given, RingFile(), self.points, wait_s=0.05, reader=self.hub.log, held_ms=HELD_MS)

    async def started(self) -> "Whole":
        """With record 0 judged."""
        await self.hub.started()
        return self

    async def publish(self, grupp: str, typ: str, data: dict[str, Any], *, user: str = "u-17", **how: Any) -> Receipt:
        """Publish as a user of a reader group."""
        return await self.intake.publish(caller(grupp, user), event(grupp, typ, data, user=user, **how))

    async def assess(self, grupp: str, typ: str, data: dict[str, Any], **how: Any) -> dict[str, Any]:
        """Ask as a reader group what would become of a message."""
        return await self.bedomning.assess(caller(grupp), event(grupp, typ, data, **how))

    async def before_the_schema_of(self, typ: str) -> None:
        """A regelverk in force that is older than the program: it lists all schemas but this type's."""
        unlisted = f'"{self.hub.schemas.latest(typ).id}:'
        plain = artefacts()
        regler = re.sub(f'{unlisted}[0-9a-f]*",?'.encode(), b"", plain["regler"]).replace(b",]", b"]")
        await self.activated({**plain, "regler": regler})

    async def activated(self, found: dict[str, bytes] | None = None) -> None:
        """The project's regelverk, or another, put in force from here on."""
        chosen = found or artefacts()
        two = Approval(str(uuid5(NAMESPACE_OID, repr(sorted(chosen.items())))), "anna", "bo")
        await change(chosen, [0], two, **self.hub.writers())
        await self.log.judge()
        self.regelverk.found = replace(keyed_regelverk(), scheman=regelverk_from(chosen).scheman)

    async def records(self) -> list[Any]:
        """Every record of the log but record 0."""
        return [record async for record in self.hub.log.records(0, 1, await self.hub.log.end(0))]

    async def delivered(self, grupp: str) -> dict[str, Any]:
        """The newest row of a reader group's inbox."""
        page = await self.deliver.inbox(caller(grupp), "", 100)
        return page["rader"][-1]


def consent(number: str = ANNA, **changes: Any) -> dict[str, Any]:
    """A consent for a SIP with Mora's unit for violence in close relations."""
    return {
        "personer": [person("registrerad", number)],
        "andamal": "sip",
        "mottagare": [unit("mora.vinr")],
        "kategorier": ["identitet", "behov", "insats", "motestid"],
        "fran": "2026-12-01T00:00:00+01:00",
        "till": "2027-06-01T00:00:00+02:00",
        "form": "skriftligt",
        "enskilt": True,
        "narvarande": ["ingen"],
        "tolk": "ingen",
        **changes,
    }


def exemption(number: str = ANNA, **changes: Any) -> dict[str, Any]:
    """What somebody exempts without any consent, or lifts: nothing but what is said of it here."""
    what: dict[str, Any] = {"kategorier": [], "uppgifter": [], "mottagare": []}
    freely = {"form": "skriftligt", "enskilt": True, "narvarande": ["ingen"], "tolk": "ingen"}
    return {"personer": [person("registrerad", number)], "andamal": "sip", **what, **freely, **changes}


def summons(number: str = ANNA, **changes: Any) -> dict[str, Any]:
    """A summons to a SIP."""
    return {
        "personer": [person("utsatt", number)],
        "mottagare": [unit("mora.vinr")],
        "skyddade_personuppgifter": False,
        "delaktighet": {"satt": "deltar", "information": "muntligt"},
        "barnets_ratt": {"asikt": "framford", "information": "given", "basta": "bedomt"},
        "syfte": "samordna insatser",
        "behov": [{"text": "stöd i vardagen"}],
        **changes,
    }


def report(number: str = DISA, **changes: Any) -> dict[str, Any]:
    """A report of concern."""
    return {
        "personer": [person("barn", number)],
        "kommun": "rattvik",
        "akut_fara": False,
        "misstanke": ["bevittnat_vald"],
        "anmalarslag": "anmalningsskyldig",
        "beskrivning": "oro för barnet",
        **changes,
    }


def deviation(**changes: Any) -> dict[str, Any]:
    """A deviation."""
    return {
        "personer": [],
        "mottagare": [unit("mora.vinr")],
        "slag": "samverkan",
        "mellan_huvudman": True,
        "lex_sarah": "galler_inte",
        "lex_maria": "galler_inte",
        "beskrivning": "kallelsen kom för sent",
        "atgard": "ny rutin",
        **changes,
    }


async def called(whole: Whole, **changes: Any) -> tuple[Receipt, Receipt, dict[str, Any]]:
    """A SIP-kallelse with consent, and the row of it in the inbox of those who support the exposed."""
    given = await whole.publish(VC, "samtycke_lamnat", consent())
    receipt = await whole.publish(VC, "sip_kallelse", summons(**changes))
    return given, receipt, await whole.delivered(UTSATT)
