"""A regelverk proposed by one operator and approved by another: what is in force, what is proposed, and what differs.

What is proposed is artefacts in the store and an event that names them (T1). Approved, it is put in force in the first
område, and in the others once it is in force there: that is where two approvals at once are one after the other.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import uuid5

from samverkanshub.codec.schemas import Schemas
from samverkanshub.domain.actors import Nyckel
from samverkanshub.domain.aktiveringar import Aktivering, Del, delar, fore
from samverkanshub.domain.atgarder import REGELVERK_AVBOJT, REGELVERK_FORESLAGET, Atgard
from samverkanshub.domain.decision import ACCEPTED
from samverkanshub.domain.errors import Conflict, Halt, NotFound
from samverkanshub.domain.events import HUB
from samverkanshub.domain.ids import NAMESPACE, event_id
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.skillnad import Andring, skillnad
from samverkanshub.pipeline.activation import Approval
from samverkanshub.pipeline.artefakter import load_regelverk
from samverkanshub.pipeline.driftatgarder import Besked, Driftatgarder, approval
from samverkanshub.pipeline.foresla import Utkast, propose
from samverkanshub.pipeline.isteg import Isteg, behind
from samverkanshub.pipeline.rulebook import FIRST, Regelverken
from samverkanshub.pipeline.sealed import Entropy
from samverkanshub.pipeline.verkansprov import Prov, Verkansprov
from samverkanshub.ports import ArtefactStore, Log, LogReader, Projection

OPPET: Final = "oppet"
FORALDRAT: Final = "foraldrat"
"""Another regelverk has come into force since: to approve it would take back what that changed."""
SAKNAS: Final = "saknas"
"""Its artefacts are not all in the store, or not such as this program judges by."""
HALVVAGS: Final = "halvvags"
"""It is in force in the first område, and not in all."""
GODKANT: Final = "godkant"
AVBOJT: Final = "avbojt"
SHOWN: Final = 20
"""Proposals and activations that are told, the latest."""


Compile = Callable[[Mapping[str, bytes], Mapping[str, Sequence[Nyckel]]], Mapping[str, bytes]]
"""The artefacts of a regelverk's files by name, with the actors' keys; says every fault of every file."""


@dataclass(frozen=True, slots=True)
class Forslag:
    """A regelverk that was proposed: the event, by whom and when (ms), why, and how it stands.

    `andringar` is what differs from the regelverk in force, where it can still be approved; halfway, from that of an
    område where it is not yet.
    """

    id: str
    av: str
    tid: int
    skal: str
    digest: str
    stand: str
    artefakter: tuple[tuple[str, str], ...]
    andringar: tuple[Andring, ...] = ()


@dataclass(frozen=True, slots=True)
class Bild:
    """The regelverk in force, its artefacts, the activations by område (latest last), and proposals (latest first).

    `efter`: the områden that judge by another than the first does.
    """

    regelverk: Regelverk
    aktiveringar: Mapping[int, tuple[Aktivering, ...]]
    delar: tuple[Del, ...]
    forslag: tuple[Forslag, ...]
    efter: tuple[int, ...] = ()


class Forslagen:
    """Proposes, tells, tries, approves and declines. `vem` is always who is logged in.

    Every verb raises `Unavailable`, and as those of `Driftatgarder` do.
    """

    def __init__(
        self,
        atgarder: Driftatgarder,
        projection: Projection,
        log: Log,
        reader: LogReader,
        regelverk: Regelverken,
        store: ArtefactStore,
        schemas: Schemas,
        entropy: Entropy,
        prov: Verkansprov,
        ensure: Callable[[Regelverk], Awaitable[None]],
        compile: Compile,
        *,
        omraden: int,
    ) -> None:
        self._atgarder = atgarder
        self._regelverk = regelverk
        self._store = store
        self._prov = prov
        self._ensure = ensure
        """Makes what the actors of a regelverk need before it is in force: their topics."""
        self._compile = compile
        self._isteg = Isteg(projection, log, reader, store, schemas, entropy, omraden=omraden)
        self._turn = asyncio.Lock()

    # ------------------------------------------------------------------------------------------ how it stands

    async def bild(self) -> Bild:
        """What is in force, and what is proposed, as far as the gate has judged."""
        regelverk, lage = await self._regelverk.current(), await self._lage()
        acts = [act for act, _ in lage.gjort if act.slag == REGELVERK_FORESLAGET][:SHOWN]
        told = [await self._told(act, lage, regelverk) for act in acts]
        by_area = lage.aktiveringar
        return Bild(regelverk, by_area, delar(by_area[FIRST]), tuple(told), behind(by_area))

    async def _told(self, act: Atgard, lage: "_Lage", nu: Regelverk) -> Forslag:
        stand, differs = lage.stand(act), tuple[Andring, ...]()
        if stand in (OPPET, FORALDRAT, HALVVAGS):
            try:
                base = await self._left(lage) if stand == HALVVAGS else nu
                differs = skillnad(base, await self._load(act))
            except Halt:
                stand = SAKNAS if stand != HALVVAGS else stand
        return Forslag(act.handelse_id, act.vem, act.tid, act.skal, act.regelverk, stand, act.artefakter, differs)

    async def _left(self, lage: "_Lage") -> Regelverk:
        """What is in force where the first område's regelverk is not yet."""
        return await load_regelverk(self._store, lage.aktiveringar[behind(lage.aktiveringar)[0]][-1].artefakter)

    async def _lage(self) -> "_Lage":
        return _Lage(await self._isteg.aktiveringar(), (await self._atgarder.lage()).gjort)

    async def _require(self, act: Atgard) -> Regelverk:
        try:
            return await self._load(act)
        except Halt as halt:
            raise Conflict("the artefacts of what is proposed cannot be used", code="artefakt-saknas") from halt

    async def _load(self, act: Atgard) -> Regelverk:
        return await load_regelverk(self._store, act.artefakter)

    # ------------------------------------------------------------------------------------------ proposing

    async def foresla(self, id: str, vem: str, artefakter: Mapping[str, bytes], skal: str) -> Besked:
        """T1: propose a regelverk, as `propose` does."""
        now = await self._regelverk.current()
        return await propose(self._atgarder, self._store, now, Utkast(id, vem, artefakter, skal))

    async def foresla_filer(self, id: str, vem: str, filer: Mapping[str, bytes], skal: str) -> Besked:
        """T1: the same of the files of its directory, by name, with the keys that are in force; as `compile` raises."""
        now = await self._regelverk.current()
        return await self.foresla(id, vem, await asyncio.to_thread(self._compile, filer, now.katalog.nycklar), skal)

    async def avboj(self, id: str, vem: str, forslag: str, skal: str) -> Besked:
        """Decline what is proposed, also what one proposed oneself."""
        return await self._atgarder.avboj(id, vem, REGELVERK_FORESLAGET, forslag, skal)

    # ------------------------------------------------------------------------------------------ trying

    async def prova(self, forslag: str) -> None:
        """Begin to judge the latest events by what is proposed. `Conflict` (`prov-pagar`) while another trial runs."""
        lage = await self._lage()
        act = lage.proposed(forslag)
        now = lage.aktiveringar[FIRST][-1:]
        self._prov.start(forslag, act.artefakter, now[0].artefakter if now else ())

    def provat(self) -> Prov | None:
        """How the last trial stands; None where there is none."""
        return self._prov.last()

    async def avbryt(self) -> None:
        """Stop the trial, if one runs."""
        await self._prov.cancel()

    # ------------------------------------------------------------------------------------------ approving

    async def godkann(self, vem: str, forslag: str) -> Besked:
        """T1: put in force what another proposed; in the other områden too, once it is in force in the first.

        `Forbidden` (`eget-forslag`) for who proposed it; `NotFound` where it is settled; `Conflict` where another has
        come into force since it was proposed (`foraldrat`), or its artefacts are not there (`artefakt-saknas`).
        """
        async with self._turn:
            lage = await self._lage()
            act = lage.proposed(forslag)
            agreed, stand = approval(act, vem), lage.stand(act)
            if stand == FORALDRAT:
                raise Conflict("another regelverk has come into force since it was proposed", code=FORALDRAT)
            if stand not in (OPPET, HALVVAGS):
                raise _settled()
            first = replace(agreed, id=lage.id_of(act, vem), bas=lage.nu(FIRST))
            besked = await self._first(act, first) if stand == OPPET else _done(agreed)
            if besked.dom == ACCEPTED:
                await self._follow()
            return besked

    async def _first(self, act: Atgard, agreed: Approval) -> Besked:
        """The gate has the last word: another may have been approved of which it has not judged."""
        await self._ensure(await self._require(act))
        artefacts = {name: await self._store.get(digest) for name, digest in act.artefakter}
        [place] = await self._isteg.activate(artefacts, FIRST, agreed)
        return await self._atgarder.judged(_done(agreed).handelse_id, place)

    async def slutfor(self) -> Besked:
        """T1: put in force in every område what is in force in the first: two have agreed to that already.

        `NotFound` where every område is in step.
        """
        async with self._turn:
            lage = await self._lage()
            if not behind(lage.aktiveringar):
                raise NotFound("every område judges by the same regelverk", code="inget-forslag")
            told = await self._follow()
            first = Besked(lage.aktiveringar[FIRST][-1].handelse_id, ACCEPTED)
            return next((one for one in told if one.dom != ACCEPTED), first)

    async def _follow(self) -> list[Besked]:
        """What became of it in each; one that the gate has not come to says nothing yet."""
        told = list[Besked]()
        for partition in behind((await self._lage()).aktiveringar):
            place = await self._isteg.follow(partition)
            told.append(await self._atgarder.judged("", place) if place else Besked(""))
        return told


@dataclass(frozen=True, slots=True)
class _Lage:
    """What operators have done, the latest first, and what is in force by område."""

    aktiveringar: Mapping[int, tuple[Aktivering, ...]]
    gjort: tuple[tuple[Atgard, int], ...]

    def nu(self, partition: int) -> str:
        """The digest of the regelverk in force in a partition; empty where its activation is not known."""
        found = self.aktiveringar[partition]
        return found[-1].digest if found else ""

    def proposed(self, forslag: str) -> Atgard:
        """The proposal, settled or not. `NotFound` where there is none."""
        found = (act for act, _ in self.gjort if act.slag == REGELVERK_FORESLAGET and act.handelse_id == forslag)
        act = next(found, None)
        if act is None:
            raise _settled()
        return act

    def stand(self, act: Atgard) -> str:
        """How a proposal stands, by the first område's log order: what settled it first, unless it is in force."""
        approved, declined = self._approved(act), self._declined(act)
        if approved and (not declined or approved < declined or self._own(act)):
            return HALVVAGS if self.halfway(act) else GODKANT
        if declined:
            return AVBOJT
        return OPPET if fore(self.aktiveringar[FIRST], act.plats[1]) == self.nu(FIRST) else FORALDRAT

    def id_of(self, act: Atgard, vem: str, nr: int | None = None) -> str:
        """The id that its approval has: by the same person, one for each regelverk that it could come instead of.

        Approved twice it is one event; refused, since another came into force before it, the id is taken for ever, and
        there is another once what it builds on is in force again.
        """
        nr = len(self.aktiveringar[FIRST]) if nr is None else nr
        return str(uuid5(NAMESPACE, f"godkand\n{act.handelse_id}\n{vem}\n{nr}"))

    def _approved(self, act: Atgard) -> int:
        """The position where it came into force first; 0 for none, since that is where record 0 stands."""
        after = (one for one in self.aktiveringar[FIRST] if one.position > act.plats[1])
        return next((one.position for one in after if one.digest == act.regelverk), 0)

    def _own(self, act: Atgard) -> bool:
        """Did it come into force by an approval of its own? That may have crossed what declined it."""
        numbered = enumerate(self.aktiveringar[FIRST])
        return any(one.id == self.id_of(act, one.godkand_av, nr) for nr, one in numbered)

    def _declined(self, act: Atgard) -> int:
        declines = (one for one, _ in self.gjort if one.slag == REGELVERK_AVBOJT and one.forslag == act.handelse_id)
        return min((one.plats[1] for one in declines), default=0)

    def halfway(self, forslag: Atgard) -> bool:
        """Is it in force in the first område, and not in all?"""
        return self.nu(FIRST) == forslag.regelverk and bool(behind(self.aktiveringar))


def _done(agreed: Approval) -> Besked:
    return Besked(event_id(HUB, agreed.id), ACCEPTED)


def _settled() -> NotFound:
    return NotFound("nothing proposed has this id, or it is settled", code="inget-forslag")
