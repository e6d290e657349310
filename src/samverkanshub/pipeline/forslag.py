"""A regelverk proposed by one operator and approved by another: what is in force, what is proposed, and what differs.

What is proposed is artefacts in the store and an event that names them (T1). Approved, it is put in force in the first
område, and in the others once it is in force there: that is where two approvals at once are one after the other.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from samverkanshub.codec.schemas import Schemas
from samverkanshub.domain.actors import Nyckel
from samverkanshub.domain.aktiveringar import Aktivering, Del, delar
from samverkanshub.domain.atgarder import REGELVERK_FORESLAGET, Atgard
from samverkanshub.domain.decision import ACCEPTED
from samverkanshub.domain.errors import Conflict, Halt, NotFound
from samverkanshub.domain.events import HUB
from samverkanshub.domain.ids import event_id
from samverkanshub.domain.operatorer import Operator
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.revisorer import Revisor
from samverkanshub.domain.skillnad import Andring, skillnad
from samverkanshub.domain.tid import swedish_day
from samverkanshub.pipeline.activation import Approval
from samverkanshub.pipeline.artefakter import load_regelverk
from samverkanshub.pipeline.driftatgarder import Besked, Driftatgarder, approval
from samverkanshub.pipeline.foresla import Utkast, propose
from samverkanshub.pipeline.forslagslage import FORALDRAT, HALVVAGS, OPPET, SAKNAS, Forslagslage, settled
from samverkanshub.pipeline.isteg import Isteg, behind
from samverkanshub.pipeline.rulebook import FIRST, Regelverken
from samverkanshub.pipeline.sealed import Entropy
from samverkanshub.pipeline.verkansprov import Prov, Verkansprov
from samverkanshub.ports import ArtefactStore, Clock, Log, LogReader, Projection

REPEATED: Final = "upprepning"
"""The gate's word on an id that it has taken before."""
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
    operatorer: tuple[Operator, ...] | None = None
    """Who are named in it; None where it is settled, or its artefacts are gone."""
    revisorer: tuple[Revisor, ...] = ()


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
        clock: Clock,
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
        self._clock = clock
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

    async def _told(self, act: Atgard, lage: Forslagslage, nu: Regelverk) -> Forslag:
        stand = lage.stand(act)
        told = Forslag(act.handelse_id, act.vem, act.tid, act.skal, act.regelverk, stand, act.artefakter)
        if stand not in (OPPET, FORALDRAT, HALVVAGS):
            return told
        try:
            base, found = await self._left(lage) if stand == HALVVAGS else nu, await self._load(act)
        except Halt:
            return told if stand == HALVVAGS else replace(told, stand=SAKNAS)
        return replace(told, andringar=skillnad(base, found), operatorer=found.operatorer, revisorer=found.revisorer)

    async def _left(self, lage: Forslagslage) -> Regelverk:
        """What is in force where the first område's regelverk is not yet."""
        return await load_regelverk(self._store, lage.aktiveringar[behind(lage.aktiveringar)[0]][-1].artefakter)

    async def _lage(self) -> Forslagslage:
        return Forslagslage(await self._isteg.aktiveringar(), (await self._atgarder.lage()).gjort)

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
        utkast = Utkast(id, vem, artefakter, skal, swedish_day(self._clock.now_ms()))
        return await propose(self._atgarder, self._store, now, utkast)

    async def foresla_filer(self, id: str, vem: str, filer: Mapping[str, bytes], skal: str) -> Besked:
        """T1: the same of the files of its directory, by name, with the keys that are in force; as `compile` raises."""
        now = await self._regelverk.current()
        return await self.foresla(id, vem, await asyncio.to_thread(self._compile, filer, now.katalog.nycklar), skal)

    async def avboj(self, id: str, vem: str, forslag: str, skal: str) -> Besked:
        """Decline what is proposed, also what one proposed oneself."""
        return await self._atgarder.avboj(id, vem, REGELVERK_FORESLAGET, forslag, skal)

    # ------------------------------------------------------------------------------------------ trying

    async def prova(self, id: str, vem: str, forslag: str) -> Besked:
        """Begin to judge the latest events by what is proposed; `Conflict` (`prov-pagar`) while another trial runs.

        T1: it is in the log first who tries it. What the gate has not come to, or refused, is not tried.
        """
        self._prov.require_idle()
        lage = await self._lage()
        act = lage.proposed(forslag)
        now = lage.aktiveringar[FIRST][-1:]
        besked = await self._atgarder.prova(id, vem, forslag)
        if besked.dom == ACCEPTED:
            self._prov.start(forslag, act.artefakter, now[0].artefakter if now else ())
        return besked

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
                raise settled()
            first = replace(agreed, id=lage.id_of(act, vem), bas=lage.nu(FIRST))
            besked = await self._first(act, first) if stand == OPPET else _done(agreed)
            if besked.dom == REPEATED:  # The same approval through another api: it may have been refused there.
                besked = await self._again(act, first)
            if besked.dom == ACCEPTED:
                await self._follow()
            return besked

    async def _first(self, act: Atgard, agreed: Approval) -> Besked:
        """The gate has the last word: another may have been approved of which it has not judged."""
        await self._ensure(await self._require(act))
        artefacts = {name: await self._store.get(digest) for name, digest in act.artefakter}
        [place] = await self._isteg.activate(artefacts, FIRST, agreed)
        return await self._atgarder.judged(_done(agreed).handelse_id, place)

    async def _again(self, act: Atgard, agreed: Approval) -> Besked:
        if (await self._lage()).nu(FIRST) != act.regelverk:
            raise settled()
        return _done(agreed)

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


def _done(agreed: Approval) -> Besked:
    return Besked(event_id(HUB, agreed.id), ACCEPTED)
