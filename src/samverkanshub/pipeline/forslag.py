"""A regelverk proposed by one operator and approved by another: what is in force, what is proposed, and what differs.

What is proposed is artefacts in the store and an event that names them (T1). Approved, it is put in force in the first
område, and in the others once it is in force there: that is where two approvals at once are one after the other.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from samverkanshub.codec.artefacts import digests, regelverk_digest, regelverk_from
from samverkanshub.codec.schemas import Schemas
from samverkanshub.domain.actors import Nyckel
from samverkanshub.domain.aktiveringar import Aktivering, Del, delar, fore
from samverkanshub.domain.atgarder import REGELVERK_AVBOJT, REGELVERK_FORESLAGET, Atgard
from samverkanshub.domain.decision import ACCEPTED
from samverkanshub.domain.errors import Conflict, Halt, NotFound, Refused
from samverkanshub.domain.events import HUB, REGELVERK
from samverkanshub.domain.ids import event_id
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.skillnad import Andring, skillnad
from samverkanshub.pipeline.activation import Approval, change
from samverkanshub.pipeline.artefakter import load_regelverk, understood
from samverkanshub.pipeline.driftatgarder import SOUGHT, Besked, Driftatgarder, approval
from samverkanshub.pipeline.granskning.lasning import records
from samverkanshub.pipeline.reading import read
from samverkanshub.pipeline.rulebook import FIRST, Regelverken
from samverkanshub.pipeline.sealed import DECISION_SALT_BYTES, Entropy
from samverkanshub.pipeline.verkansprov import Prov, Verkansprov
from samverkanshub.ports import ArtefactStore, Judgement, Log, LogReader, Projection

OPPET: Final = "oppet"
FORALDRAT: Final = "foraldrat"
"""Another regelverk has come into force since: to approve it would take back what that changed."""
SAKNAS: Final = "saknas"
"""Its artefacts are not all in the store, or not such as this program judges by."""
HALVVAGS: Final = "halvvags"
"""It is in force in the first område, and not in all."""
GODKANT: Final = "godkant"
AVBOJT: Final = "avbojt"
LARGEST: Final = 8_000_000
"""Bytes of all artefacts together."""
SHOWN: Final = 20
"""Proposals and activations that are told, the latest."""


Compile = Callable[[Mapping[str, bytes], Mapping[str, Sequence[Nyckel]]], Mapping[str, bytes]]
"""The artefacts of a regelverk's files by name, with the actors' keys; says every fault of every file."""


@dataclass(frozen=True, slots=True)
class Forslag:
    """A regelverk that was proposed: the event, by whom and when (ms), why, and how it stands.

    `andringar` is what differs from the regelverk in force, where it can still be approved.
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
    """The regelverk in force, its artefacts, the activations by område (latest last), and proposals (latest first)."""

    regelverk: Regelverk
    aktiveringar: Mapping[int, tuple[Aktivering, ...]]
    delar: tuple[Del, ...]
    forslag: tuple[Forslag, ...]


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
        self._projection = projection
        self._log = log
        self._reader = reader
        self._regelverk = regelverk
        self._store = store
        self._schemas = schemas
        self._entropy = entropy
        self._prov = prov
        self._ensure = ensure
        """Makes what the actors of a regelverk need before it is in force: their topics."""
        self._compile = compile
        self._omraden = omraden
        self._turn = asyncio.Lock()
        self._reading = asyncio.Lock()
        self._known: dict[int, list[Aktivering]] = {number: [] for number in range(omraden)}
        self._read = dict.fromkeys(range(omraden), -1)

    # ------------------------------------------------------------------------------------------ how it stands

    async def bild(self) -> Bild:
        """What is in force, and what is proposed, as far as the gate has judged."""
        regelverk, lage = await self._regelverk.current(), await self._lage()
        acts = [act for act, _ in lage.gjort if act.slag == REGELVERK_FORESLAGET][:SHOWN]
        told = [await self._told(act, lage, regelverk) for act in acts]
        return Bild(regelverk, lage.aktiveringar, delar(lage.aktiveringar[FIRST]), tuple(told))

    async def _told(self, act: Atgard, lage: "_Lage", nu: Regelverk) -> Forslag:
        stand, differs = self._stand(act, lage), tuple[Andring, ...]()
        if stand in (OPPET, FORALDRAT):
            try:
                differs = skillnad(nu, await self._load(act))
            except Halt:
                stand = SAKNAS
        return Forslag(act.handelse_id, act.vem, act.tid, act.skal, act.regelverk, stand, act.artefakter, differs)

    def _stand(self, act: Atgard, lage: "_Lage") -> str:
        if lage.declined(act):
            return AVBOJT
        if lage.settled(act):
            return HALVVAGS if lage.halfway(act) else GODKANT
        return OPPET if fore(lage.aktiveringar[FIRST], act.plats[1]) == lage.nu(FIRST) else FORALDRAT

    async def _lage(self) -> "_Lage":
        async with self._reading:
            for partition in range(self._omraden):
                await self._read_on(partition)
            known = {number: tuple(found) for number, found in self._known.items()}
        return _Lage(known, (await self._atgarder.lage()).gjort)

    async def _read_on(self, partition: int) -> None:
        """What was read before is remembered: a log only grows."""
        async for judgement in records(self._projection, SOUGHT, (partition, self._read[partition])):
            if judgement.partition != partition:
                return
            if judgement.row.typ == REGELVERK:
                self._known[partition].append(await self._activation(judgement))
            self._read[partition] = judgement.row.offset

    async def _activation(self, judgement: Judgement) -> Aktivering:
        """As the log has it: what is kept of its decision does not say which artefacts it named."""
        place, row = (judgement.partition, judgement.row.offset), judgement.row
        record = await self._reader.at(*place)
        event = read(record, self._schemas).event if record else None
        if event is None:
            raise Halt("the log has no activation where one was judged", code="annan-logg")
        named = tuple(sorted((one["namn"], one["digest"]) for one in event.koder["artefakter"]))
        by = (str(event.koder["foreslagen_av"]), str(event.koder["godkand_av"]))
        return Aktivering(*place, row.tid, row.handelse_id, regelverk_digest(dict(named)), *by, named)

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
        """T1: put in force what another proposed; also in the områden where that was begun and not done.

        `Forbidden` (`eget-forslag`) for who proposed it; `NotFound` where it is settled; `Conflict` where another has
        come into force since it was proposed (`foraldrat`), or its artefacts are not there (`artefakt-saknas`).
        """
        async with self._turn:
            lage = await self._lage()
            act = lage.proposed(forslag)
            agreed, stand = approval(act, vem), self._stand(act, lage)
            if stand == FORALDRAT:
                raise Conflict("another regelverk has come into force since it was proposed", code=FORALDRAT)
            if stand not in (OPPET, HALVVAGS):
                raise _settled()
            await self._ensure(await self._require(act))
            # The gate has the last word: another may have been approved of which it has not judged.
            first = replace(agreed, bas=lage.nu(FIRST))
            besked = await self._activate(act, first, (FIRST,)) if stand == OPPET else _done(agreed)
            if besked.dom == ACCEPTED:
                await self._activate(act, agreed, range(FIRST + 1, self._omraden))
            return besked

    async def _activate(self, act: Atgard, agreed: Approval, partitions: Iterable[int]) -> Besked:
        """What became of it in the last of them; one that the gate has not come to says nothing yet."""
        artefacts = {name: await self._store.get(digest) for name, digest in act.artefakter}
        places = await change(
            artefacts,
            partitions,
            agreed,
            store=self._store,
            log=self._log,
            schemas=self._schemas,
            salt=lambda: self._entropy(DECISION_SALT_BYTES),
        )
        return await self._atgarder.judged(_done(agreed).handelse_id, places[-1]) if places else _done(agreed)


@dataclass(frozen=True, slots=True)
class Utkast:
    """A regelverk to be proposed: its artefacts by name, by whom and why, and the act's own id (UUID)."""

    id: str
    vem: str
    artefakter: Mapping[str, bytes]
    skal: str


async def propose(atgarder: Driftatgarder, store: ArtefactStore, nu: Regelverk, utkast: Utkast) -> Besked:
    """T1: store the artefacts and propose them, once all of it is known to be a regelverk that can be judged by.

    `Refused` where it is not, naming the artefact; `Conflict` (`samma-regelverk`) where it is the one in force.
    """
    named = digests(_whole(utkast.artefakter))
    if regelverk_digest(named) == nu.digest:
        raise Conflict("the regelverk is in force already", code="samma-regelverk")
    for content in utkast.artefakter.values():
        await store.put(content)
    return await atgarder.foresla_regelverk(utkast.id, utkast.vem, named, utkast.skal)


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

    def settled(self, forslag: Atgard) -> bool:
        """Is it approved, or declined?"""
        return any(slut for act, slut in self.gjort if act is forslag)

    def declined(self, forslag: Atgard) -> bool:
        """Is it declined?"""
        return any(act.slag == REGELVERK_AVBOJT and act.forslag == forslag.handelse_id for act, _ in self.gjort)

    def halfway(self, forslag: Atgard) -> bool:
        """Is it in force in the first område, and not in all?"""
        return self.nu(FIRST) == forslag.regelverk and {self.nu(number) for number in self.aktiveringar} != {
            self.nu(FIRST)
        }


def _whole(artefakter: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """The same. `Refused` where they are too large, or make no regelverk that this program judges by."""
    if sum(map(len, artefakter.values())) > LARGEST:
        raise Refused("the artefacts are too large", code="for-stort")
    try:
        understood(regelverk_from(artefakter))
    except Halt as halt:
        raise Refused(halt.detail, falt=str(halt.values.get("artefakt", "")), code=halt.code) from halt
    return artefakter


def _done(agreed: Approval) -> Besked:
    return Besked(event_id(HUB, agreed.id), ACCEPTED)


def _settled() -> NotFound:
    return NotFound("nothing proposed has this id, or it is settled", code="inget-forslag")
