"""What operators do from their pages, appended as events, and how it stands, read back from what is judged of them."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import uuid5

import msgspec

from samverkanshub.codec import envelope as envelopes
from samverkanshub.codec.artefacts import regelverk_digest
from samverkanshub.codec.envelope import Envelope
from samverkanshub.codec.schemas import ENVELOPE, Schemas
from samverkanshub.codec.walk import check_codes
from samverkanshub.domain.atgarder import (
    AVBOJER,
    RADERING_FORESLAGEN,
    REGELVERK_FORESLAGET,
    REGELVERK_PROVAT,
    SKAL,
    STOPP_HAVT,
    STOPP_PLANERAT,
    UPPTINING_FORESLAGEN,
    Atgard,
    Lage,
    standing,
)
from samverkanshub.domain.errors import Conflict, Forbidden, NotFound, Refused
from samverkanshub.domain.events import DRIFTATGARD, HUB, Person
from samverkanshub.domain.ids import NAMESPACE, event_id
from samverkanshub.domain.tid import to_ms
from samverkanshub.pipeline.activation import Approval
from samverkanshub.pipeline.granskning.lasning import records
from samverkanshub.pipeline.hubs_own import own_event
from samverkanshub.pipeline.karantan import listed, redrive
from samverkanshub.pipeline.rulebook import FIRST, Regelverken, in_force
from samverkanshub.pipeline.sealed import DECISION_SALT_BYTES, Entropy
from samverkanshub.pipeline.spar import ALL, DRIFT, FORESLOG, FORSLAGET, GODKANDE, PERSON, POST, REGELVERKET
from samverkanshub.ports import Appended, Judgement, Log, Projection, Traced, TraceRow

SOUGHT: Final = Traced(DRIFT, ALL)
Place = tuple[int, int]
"""Partition and offset."""


@dataclass(frozen=True, slots=True)
class Besked:
    """What became of an act by the time of the answer: the hub's id of it, and the gate's word with its reasons.

    `dom` is empty where the gate has not come to it: it stands in the log, and is judged when the gate does.
    """

    handelse_id: str
    dom: str = ""
    skal: tuple[str, ...] = ()


def approval(forslag: Atgard, vem: str) -> Approval:
    """Who approves what another proposed, under an id of the proposal's own: approved twice it is one event.

    Raises `Forbidden` (`eget-forslag`) for who proposed it.
    """
    if forslag.vem == vem:
        raise Forbidden("who proposed cannot approve", code="eget-forslag")
    return Approval(str(uuid5(NAMESPACE, f"godkand\n{forslag.handelse_id}")), forslag.vem, vem)


class Driftatgarder:
    """Appends what operators do, and says how it stands. `vem` is always who is logged in; `id` is the form's.

    The same `id` of the same user again is the same act, whatever it says. Every verb raises `Unavailable`, and
    `Refused` for codes that the gate could not read; `Conflict` where the regelverk in force is older than such events.
    """

    def __init__(
        self,
        projection: Projection,
        log: Log,
        regelverk: Regelverken,
        schemas: Schemas,
        entropy: Entropy,
        *,
        wait_s: float,
        omraden: int,
    ) -> None:
        self._projection = projection
        self._log = log
        self._regelverk = regelverk
        self._schemas = schemas
        self._entropy = entropy
        self._wait_s = wait_s
        self._read = dict.fromkeys(range(omraden), -1)
        self._acts: list[Atgard] = []
        self._lage, self._told = Lage(), 0
        self._reading = asyncio.Lock()

    # ------------------------------------------------------------------------------------------ how it stands

    async def lage(self) -> Lage:
        """How it stands, as far as the gate has judged. What was read before is remembered: a log only grows."""
        async with self._reading:
            for partition in self._read:
                await self._read_on(partition)
            # Held to what the last answer told, not to what this look found: one that was cut short found some too.
            if len(self._acts) > self._told:
                self._lage, self._told = standing(self._acts), len(self._acts)
            return self._lage

    async def _read_on(self, partition: int) -> None:
        sought = replace(SOUGHT, partition=partition)
        async for judgement in records(self._projection, sought, (partition, self._read[partition])):
            self._acts.append(await self._act(judgement))
            self._read[partition] = judgement.row.offset

    async def _act(self, judgement: Judgement) -> Atgard:
        if judgement.row.typ == DRIFTATGARD:
            return act_of(judgement)
        return done_by_two(judgement, await self._projection.traces_at(judgement.partition, judgement.row.offset))

    async def forslag(self, slag: str, handelse_id: str) -> Atgard:
        """What is proposed (or planned) so, and stands. `NotFound` (`inget-forslag`) where it does not, or no more."""
        found = (act for act in (await self.lage()).oppna(slag) if act.handelse_id == handelse_id)
        return _found(next(found, None))

    # ------------------------------------------------------------------------------------------ a redrive

    async def foresla_upptining(self, id: str, vem: str, post: Place, skal: str) -> Besked:
        """B7: propose to thaw whom a record froze. `NotFound` where it freezes nobody, `Conflict` where it is proposed
        already."""
        frozen = [one for one in await listed(self._projection, post[:1]) if (one.partition, one.offset) == post]
        if not any(one.frysta for one in frozen):
            raise NotFound("no record in quarantine freezes anybody there", code="ingen-fryst")
        if any(act.post == post for act in (await self.lage()).oppna(UPPTINING_FORESLAGEN)):
            raise Conflict("the redrive is proposed already", code="redan-foreslaget")
        where = {"partition": str(post[0]), "offset": str(post[1])}
        return await self._note(post[0], id, UPPTINING_FORESLAGEN, vem, skal, where)

    async def godkann_upptining(self, vem: str, forslag: str) -> Besked:
        """B7: thaw them, as another proposed. Raises as `forslag`, `approval` and `release` do."""
        act = await self.forslag(UPPTINING_FORESLAGEN, forslag)
        agreed = approval(act, vem)
        assert act.post is not None
        salt = self._entropy(DECISION_SALT_BYTES)
        _, place = await redrive(self._projection, self._log, self._schemas, act.post, agreed, act.skal, salt)
        return await self.judged(event_id(HUB, agreed.id), place)

    # ------------------------------------------------------------------------------------------ a regelverk

    async def foresla_regelverk(self, id: str, vem: str, artefakter: Mapping[str, str], skal: str) -> Besked:
        """T1: propose a regelverk, by its artefacts' digests. `Conflict` where the same is proposed already.

        The artefacts are the caller's to store; who approves it activates it with `approval`.
        """
        wanted = regelverk_digest(artefakter)
        if any(act.regelverk == wanted for act in (await self.lage()).oppna(REGELVERK_FORESLAGET)):
            raise Conflict("the regelverk is proposed already", code="redan-foreslaget")
        codes = [{"namn": name, "digest": digest} for name, digest in sorted(artefakter.items())]
        return await self._note(FIRST, id, REGELVERK_FORESLAGET, vem, skal, {"artefakter": codes})

    async def avboj(self, id: str, vem: str, slag: str, forslag: str, skal: str) -> Besked:
        """Decline what is proposed, also what one proposed oneself. Raises as `forslag` does."""
        act = await self.forslag(slag, forslag)
        return await self._note(_home(act), id, AVBOJER[slag], vem, skal, {"forslag": forslag})

    async def prova(self, id: str, vem: str, forslag: str) -> Besked:
        """T1: note that what is proposed is tried, before it is: what may be asked so is to be asked by name."""
        concerns, (skal,) = {"forslag": forslag}, SKAL[REGELVERK_PROVAT]
        return await self._note(FIRST, id, REGELVERK_PROVAT, vem, skal, concerns)

    # ------------------------------------------------------------------------------------------ an erasure

    async def foresla_radering(self, id: str, vem: str, person_id: str, partition: int, skal: str) -> Besked:
        """G1: propose to erase a person at home in a partition. `Conflict` where it is proposed already."""
        if person_id in [await self.whose(act) for act in (await self.lage()).oppna(RADERING_FORESLAGEN)]:
            raise Conflict("the erasure is proposed already", code="redan-foreslaget")
        about = (Person(person_id, "registrerad"),)
        return await self._note(partition, id, RADERING_FORESLAGEN, vem, skal, {}, about)

    async def whose(self, act: Atgard) -> str:
        """Whose erasure was proposed."""
        traces = await self._projection.traces_at(*act.plats)
        return next(trace.id for trace in traces if trace.slag == PERSON)

    # ------------------------------------------------------------------------------------------ a planned stop

    async def planera_stopp(self, id: str, vem: str, fran: str, till: str, skal: str) -> Besked:
        """B1: plan that the hub is stopped, from one time to another (RFC 3339).

        `Refused` where it ends before it begins; where it is over already the gate refuses it.
        """
        if to_ms(fran) >= to_ms(till):
            raise Refused("`till` must be after `fran`", falt="/till", code="stopp-bakvant")
        return await self._note(FIRST, id, STOPP_PLANERAT, vem, skal, {"fran": fran, "till": till})

    async def hav_stopp(self, id: str, vem: str, stopp: str, skal: str) -> Besked:
        """B1: the stop is lifted, before it or while it goes on. Raises as `forslag` does."""
        act = await self.forslag(STOPP_PLANERAT, stopp)
        return await self._note(_home(act), id, STOPP_HAVT, vem, skal, {"forslag": stopp})

    # ------------------------------------------------------------------------------------------ appending

    async def _note(
        self,
        partition: int,
        id: str,
        slag: str,
        vem: str,
        skal: str,
        concerns: Mapping[str, Any],
        personer: tuple[Person, ...] = (),
    ) -> Besked:
        codes = {"atgard": slag, "vem": vem, "skal": skal, **concerns}
        check_codes(self._schemas.data(DRIFTATGARD, 1), codes)
        await self.require_listed(partition, DRIFTATGARD)
        # Of who acts and the form: nobody's form can take the id of what another does, or of what the hub does itself.
        own = str(uuid5(NAMESPACE, f"driftatgard\n{vem}\n{id}"))
        event = own_event(own, DRIFTATGARD, self._entropy(DECISION_SALT_BYTES), codes, personer)
        return await self.judged(event.handelse_id, await self._append(partition, event))

    async def _append(self, partition: int, event: Envelope) -> Appended:
        value = envelopes.encode(event, self._schemas)
        return await self._log.append(partition, envelopes.key(event), envelopes.headers(event), value)

    async def require_listed(self, partition: int, typ: str) -> None:
        """B7: what the regelverk in force does not list the gate would put in quarantine."""
        regelverk = await in_force(self._regelverk, self._projection, partition)
        if not regelverk.lists(frozenset(self._schemas.latest(name).id for name in (ENVELOPE, typ))):
            raise Conflict("the regelverk in force is older than such events", code="regelverk-for-gammalt")

    async def judged(self, handelse_id: str, place: Appended) -> Besked:
        """What became of what was appended at a place, as soon as the gate has come to it; waits no longer than so."""
        if not await self._projection.wait_judged(place.partition, place.offset, self._wait_s):
            return Besked(handelse_id)
        judgement = await self._projection.judged_at(place.partition, place.offset)
        if judgement is None:
            return Besked(handelse_id)
        said = msgspec.json.decode(judgement.row.outcome)
        return Besked(handelse_id, said["dom"], tuple(why["kod"] for why in said["skal"]))


def act_of(judgement: Judgement) -> Atgard:
    """What an operator did, of the outcome that is kept of it."""
    row, koder = judgement.row, msgspec.json.decode(judgement.row.outcome)["atgard"]
    artefakter = {one["namn"]: one["digest"] for one in koder.get("artefakter") or ()}
    return Atgard(
        handelse_id=row.handelse_id,
        slag=koder["atgard"],
        tid=row.tid,
        vem=koder["vem"],
        skal=koder["skal"],
        forslag=koder.get("forslag") or "",
        post=(int(koder["partition"]), int(koder["offset"])) if koder.get("offset") else None,
        regelverk=regelverk_digest(artefakter) if artefakter else "",
        artefakter=tuple(sorted(artefakter.items())),
        fran=to_ms(koder["fran"]) if koder.get("fran") else 0,
        till=to_ms(koder["till"]) if koder.get("till") else 0,
        plats=(judgement.partition, row.offset),
    )


def done_by_two(judgement: Judgement, traces: Iterable[TraceRow]) -> Atgard:
    """What one proposed and another approved, of what it can be found by."""
    row, by = judgement.row, {trace.slag: trace.id for trace in traces}
    partition, _, offset = by.get(POST, "").partition("/")
    return Atgard(
        handelse_id=row.handelse_id,
        slag=row.typ,
        tid=row.tid,
        vem=by.get(GODKANDE, ""),
        foreslagen_av=by.get(FORESLOG, ""),
        post=(int(partition), int(offset)) if offset else None,
        regelverk=by.get(REGELVERKET, ""),
        forslag=by.get(FORSLAGET, ""),
        plats=(judgement.partition, row.offset),
    )


def _home(act: Atgard) -> int:
    """The partition of what an act is about: where it was proposed."""
    return act.plats[0]


def _found(act: Atgard | None) -> Atgard:
    if act is None:
        raise NotFound("nothing proposed has this id, or it is settled", code="inget-forslag")
    return act
