"""The fake hub with what pages need."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parents[1] / "http"))

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hubfakes import EVENT_ID, MORA_KEY, Fake, directory
from raknat import Tabeller

from samverkanshub.codec import states
from samverkanshub.domain.errors import NotFound, Refused
from samverkanshub.domain.operatorer import Operator
from samverkanshub.domain.regelverk import Bestammelse, Regelverk
from samverkanshub.domain.revisorer import Revisor
from samverkanshub.domain.state import PersonState
from samverkanshub.domain.tidslinje import Tidslinje
from samverkanshub.pipeline.driftatgarder import Besked
from samverkanshub.pipeline.forslag import Bild as Bild_
from samverkanshub.pipeline.granskning.fraga import Fraga, Sida
from samverkanshub.pipeline.identity import Caller
from samverkanshub.pipeline.kontroll import Kontroll
from samverkanshub.pipeline.tidslinje.bevisat import Bevisat
from samverkanshub.pipeline.tidslinje.tank_om import Provat, Tanke
from samverkanshub.pipeline.tidslinje.tjanst import Arende, Bild, Forklarat
from samverkanshub.pipeline.verkansprov import Prov


@dataclass
class Kontroller:
    """Checks that say what a test says; `started` and `cancelled` are what was asked of them, and by whom."""

    found: Kontroll | None = None
    refusal: Exception | None = None
    started: list[tuple[str, str, str]] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)

    async def start(self, caller: Caller, slag: str, omfattning: str) -> None:
        if self.refusal:
            raise self.refusal
        self.started.append((caller.anvandare, slag, omfattning))

    def of(self, caller: Caller) -> Kontroll | None:
        return self.found

    async def cancel(self, caller: Caller) -> None:
        self.cancelled.append(caller.anvandare)


SMALL = Regelverk("d" * 64, directory(), (), frozenset(), {})
"""A regelverk with two actors and nothing else."""


@dataclass
class Forslagen:
    """Proposals that say what a test says; `asked` is what was asked of them."""

    visad: Bild_ | None = None
    prov: Prov | None = None
    besked: Besked = field(default_factory=lambda: Besked("h", "godtas"))
    refusal: Exception | None = None
    asked: list[tuple[str, ...]] = field(default_factory=list)

    async def bild(self) -> Bild_:
        return self.visad or Bild_(SMALL, {0: ()}, (), ())

    def provat(self) -> Prov | None:
        return self.prov

    async def prova(self, id: str, vem: str, forslag: str) -> Besked:
        return self._ask("prova", vem, forslag)

    async def avbryt(self) -> None:
        self._ask("avbryt")

    async def godkann(self, vem: str, forslag: str) -> Besked:
        return self._ask("godkann", vem, forslag)

    async def foresla_filer(self, id: str, vem: str, filer: Mapping[str, bytes], skal: str) -> Besked:
        return self._ask(
            "foresla", vem, ",".join(f"{name}={len(found)}" for name, found in sorted(filer.items())), skal
        )

    async def slutfor(self) -> Besked:
        return self._ask("slutfor")

    async def avboj(self, id: str, vem: str, forslag: str, skal: str) -> Besked:
        return self._ask("avboj", vem, forslag, skal)

    def _ask(self, *what: str) -> Besked:
        if self.refusal:
            raise self.refusal
        self.asked.append(what)
        return self.besked


DONE = Besked(EVENT_ID, "godtas")
ONE_PROVISION = Bestammelse(
    "osl-10-18c",
    "B2",
    "Uppgift till polisen",
    "10 kap. 18 c §",
    "P",
    "2024-10-01",
    fran_till=(("socialtjanst", "polis"),),
    villkor=("brottsoffret-under-18",),
)


class Keys:
    """Keys kept here: of the actors given."""

    def __init__(self) -> None:
        self.kept: dict[str, Ed25519PrivateKey] = {"mora": MORA_KEY}

    def private(self, aktor: str, nyckel: str) -> Ed25519PrivateKey | None:
        return self.kept.get(aktor)


@dataclass
class Paged(Fake):
    """The fake hub with what pages need: it is its own regelverk."""

    operatorer: tuple[Operator, ...] = (Operator("drift.1", "2026-01-01"),)
    revisorer: tuple[Revisor, ...] = (Revisor("mora", "granskare.1", "myndighet", "mora", "2026-01-01"),)
    dev: tuple[str, ...] = ("localhost:8080",)
    nycklar: Keys = field(default_factory=Keys)
    listor: Mapping[str, frozenset[str]] = field(
        default_factory=lambda: {
            "andamal": frozenset({"sip"}),
            "kategori": frozenset({"behov", "halsa"}),
            "kommun": frozenset({"mora", "falun"}),
            "villkor": frozenset({"brottsoffret-under-18"}),
        }
    )
    bestammelser: tuple[Bestammelse, ...] = ()
    uppfoljning: Tabeller = field(default_factory=Tabeller)
    digest: str = "d" * 64
    kontroller: Kontroller = field(default_factory=Kontroller)
    forslag: Forslagen = field(default_factory=Forslagen)
    kept: list[tuple[Caller, str, Fraga]] = field(default_factory=list)
    """Questions that wait for their next page."""

    async def latest(self, caller: Caller, cursor: str, limit: int) -> dict[str, Any]:
        return await self._say("latest", {"rader": [], "markor": ""}, caller, cursor, limit)

    async def sent(self, caller: Caller, typer: Any, cursor: str, limit: int, *, waiting: bool = False) -> Any:
        return await self._say("sent", {"rader": [], "markor": ""}, caller, set(typer), cursor, limit, waiting)

    async def own(self, caller: Caller, handelse_id: str) -> dict[str, Any]:
        return await self._say("own", NotFound("x"), caller, handelse_id)

    async def hold(self, caller: Caller, fraga: str, given: Fraga) -> str:
        """The place of the question among those that wait: nothing of it is in what the page gets."""
        self.kept.append((caller, fraga, given))
        return f"fortsatt-{len(self.kept) - 1}"

    async def held(self, caller: Caller, fortsatt: str) -> tuple[str, Fraga]:
        """The question, for whom it was kept."""
        nr = fortsatt.removeprefix("fortsatt-")
        if not nr.isdigit() or int(nr) >= len(self.kept) or self.kept[int(nr)][0] != caller:
            raise Refused("`fortsatt` is no question of the caller's", falt="/fortsatt", code="ogiltig-markor")
        return self.kept[int(nr)][1:]

    def provisions(self, regel: str, day: str) -> tuple[Bestammelse, ...]:
        return (ONE_PROVISION,)

    @property
    def tidslinjer(self) -> "Paged":
        return self

    async def arenden(self, caller: Caller, given: Fraga) -> tuple[Arende, ...]:
        return await self._say("arenden", (), caller, given)

    async def bild(self, caller: Caller, given: Fraga) -> Bild:
        return await self._say("bild", Bild("myndighet:mora", given.handelse, Tidslinje()), caller, given)

    async def forklara(self, caller: Caller, given: Fraga) -> Forklarat:
        return await self._say("forklara", Forklarat(Sida((), []), Bevisat("ej-signerad")), caller, given)

    async def tank_om(self, caller: Caller, given: Fraga, tanke: Tanke) -> Provat:
        return await self._say("tank_om", Provat("provat"), caller, given, tanke)

    async def foresla_upptining(self, id: str, vem: str, post: tuple[int, int], skal: str) -> Besked:
        return await self._say("foresla_upptining", DONE, id, vem, post, skal)

    async def godkann_upptining(self, vem: str, forslag: str) -> Besked:
        return await self._say("godkann_upptining", DONE, vem, forslag)

    async def avboj(self, id: str, vem: str, slag: str, forslag: str, skal: str) -> Besked:
        return await self._say("avboj", DONE, id, vem, slag, forslag, skal)

    async def planera_stopp(self, id: str, vem: str, fran: str, till: str, skal: str) -> Besked:
        return await self._say("planera_stopp", DONE, id, vem, fran, till, skal)

    async def hav_stopp(self, id: str, vem: str, stopp: str, skal: str) -> Besked:
        return await self._say("hav_stopp", DONE, id, vem, stopp, skal)

    async def state(self, partition: int, kind: str, id: str) -> bytes | None:
        """B7: everybody whom a record in quarantine names is frozen by those at offsets 7 and 9."""
        return await self._say("state", states.encode(PersonState(id, fryst=(7, 9))))

    def pass_time(self, ms: int) -> None:
        """The hub's clock goes on."""
        now = self.now_ms()
        self.now_ms = lambda: now + ms
