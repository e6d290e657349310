"""The consents of an ärende as bars, and the periods that shade it, as far as the auditor's scope goes (K, P4).

A consent's own times are told where the scope reads of its registration (K7); of one that decisions only cite, where
they cite it. What changed or ended it is told where the scope reads of that record.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final, cast

from samverkanshub.codec import envelope as envelopes
from samverkanshub.codec import states
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.domain.acts import level
from samverkanshub.domain.consent import covers, has_been_in_force, starts
from samverkanshub.domain.events import (
    CONSENTS,
    EXEMPTIONS,
    MISSTANKT,
    SAMTYCKE_ANDRAT,
    SAMTYCKE_ATERKALLAT,
    SAMTYCKE_MAKULERAT,
    SKYDD,
    Event,
)
from samverkanshub.domain.state import PersonState, Ref, Samtycke
from samverkanshub.domain.tidslinje import (
    ANDRAT,
    ATERKALLAT,
    ERSATT,
    MAKULERAT,
    SKYDDAD,
    Skede,
    Skugga,
    Stapel,
)
from samverkanshub.domain.tidslinje import MISSTANKT as SUSPECTED
from samverkanshub.pipeline import spar
from samverkanshub.pipeline.granskning.lasning import records
from samverkanshub.pipeline.granskning.rader import Laser, Post
from samverkanshub.ports import Traced, Vault

ENDS: Final[Mapping[str, str]] = {SAMTYCKE_ATERKALLAT: ATERKALLAT, SAMTYCKE_MAKULERAT: MAKULERAT}
FOR_EVER: Final = 2**62
OF_PERSON: Final = CONSENTS | {SKYDD, MISSTANKT}
"""What is registered of a person and belongs to no ärende."""


@dataclass(frozen=True, slots=True)
class Sedd:
    """A record that the scope reads of."""

    post: Post

    @property
    def skede(self) -> Skede:
        """Where and when."""
        return Skede(self.post.row.offset, self.post.row.tid, self.post.row.typ)


@dataclass(slots=True)
class Personbild:
    """What the scope reads of the person an ärende is about: records of consents and facts, and its state."""

    laser: Laser
    vault: Vault
    person: PersonState
    sedda: list[Sedd]

    def staplar(self, citerade: Mapping[str, Sequence[Skede]], andamal: frozenset[str]) -> tuple[Stapel, ...]:
        """The consents that decisions cite, and those told of for the purposes of the ärende, in order."""
        told = {one.post.row.handelse_id: one for one in self.sedda if one.post.row.typ in CONSENTS}
        kept = {one.id: one for one in self.person.samtycken}
        wanted = {id_ for id_ in kept if id_ in told and kept[id_].andamal in andamal} | citerade.keys()
        found = (self._stapel(id_, kept.get(id_), told, tuple(citerade.get(id_, ()))) for id_ in sorted(wanted))
        return tuple(sorted(found, key=_first))

    def _stapel(
        self, id_: str, samtycke: Samtycke | None, told: Mapping[str, Sedd], citerad: tuple[Skede, ...]
    ) -> Stapel:
        if samtycke is None or id_ not in told:
            return Stapel(id_, id_, "", -1, 0, 0, citerad=citerad)
        registered = told[id_].skede
        return Stapel(
            id=id_,
            kedja=samtycke.kedja or id_,
            andamal=samtycke.andamal,
            position=registered.position,
            fran=max(samtycke.fran, registered.tid),
            till=samtycke.till,
            skeden=self._skeden(samtycke, told),
            citerad=citerad,
        )

    def _skeden(self, samtycke: Samtycke, told: Mapping[str, Sedd]) -> tuple[Skede, ...]:
        """What ended it, changed it or took its place, of what the scope reads: K4, K9."""
        when = {SAMTYCKE_ATERKALLAT: samtycke.aterkallat, SAMTYCKE_MAKULERAT: samtycke.makulerat}
        later = [one.skede for one in self.sedda if one.post.row.offset > samtycke.offset]
        ended = [Skede(one.position, one.tid, ENDS[one.slag]) for one in later if when.get(one.slag) == one.tid]
        return tuple(sorted([*ended, *self._changed(samtycke), *self._superseded(samtycke, told)]))

    def _changed(self, samtycke: Samtycke) -> list[Skede]:
        if not samtycke.andrat:
            return []
        same = {s.id: s for s in self.person.samtycken if (s.kedja or s.id) == (samtycke.kedja or samtycke.id)}
        told = [one.skede for one in self.sedda if one.post.row.handelse_id in same]
        after = sorted(one for one in told if one.slag == SAMTYCKE_ANDRAT and one.position > samtycke.offset)
        return [Skede(one.position, max(samtycke.andrat, one.tid), ANDRAT) for one in after[:1]]

    def _superseded(self, samtycke: Samtycke, told: Mapping[str, Sedd]) -> list[Skede]:
        """K9: where later consents have taken the place of all of it, for each giver and recipient."""
        later = [one for one in self.person.samtycken if one.id in told and _may_supersede(one, samtycke)]
        taken = list[Samtycke]()
        for givare, ref in product(samtycke.givare, samtycke.mottagare):
            over = [one for one in later if givare in one.givare and self._names(one, ref)]
            if not over:
                return []
            taken.append(min(over, key=starts))
        last = max(taken, key=starts, default=None)
        if last is None or starts(last) >= samtycke.till:
            return []
        return [Skede(told[last.id].skede.position, starts(last), ERSATT)]

    def _names(self, samtycke: Samtycke, ref: Ref) -> bool:
        """Does it name this recipient too? An organisation is named by itself alone."""
        if ref.slag != "enhet":
            return any((one.slag, one.id) == (ref.slag, ref.id) for one in samtycke.mottagare)
        return covers(samtycke, ref.id, ref.meddelande, self.laser.scope.katalog)

    async def beside(self, staplar: Sequence[Stapel], skuggor: Sequence[Skugga]) -> list[Sedd]:
        """Of what was read, that which is about this person and shows in the picture: no other person's (V3, V6)."""
        places = {one.position for one in staplar} | {skede.position for one in staplar for skede in one.skeden}
        places |= {skede.position for one in skuggor for skede in (one.borjan, one.slut) if skede is not None}
        ids = {one.registrering for one in self.person.undantag} | {one.id for one in self.person.nekanden}
        # K3: what is lifted stands in the state no more, nor does the lifting.
        for one in (one.post.row for one in self.sedda if one.post.row.typ in EXEMPTIONS):
            event = await self._event(one.handelse_id)
            ids |= {one.handelse_id} if event is not None and self._is_about(event) else set()
        return [one for one in self.sedda if one.skede.position in places or one.post.row.handelse_id in ids]

    async def skuggor(self) -> tuple[Skugga, ...]:
        """P4: protected; V6: suspected where the scope's own authority registered it, and told to nobody else."""
        found = [*self._protected(await self._facts(SKYDD)), *self._suspected(await self._facts(MISSTANKT))]
        return tuple(sorted(found, key=lambda one: (one.borjan, one.slag)))

    async def _facts(self, typ: str) -> list[tuple[Skede, Event]]:
        """The events of a type about this person that the scope may be told all of."""
        told = [one for one in self.sedda if one.post.row.typ == typ and not self.laser.hides_why(one.post.row)]
        found = [(one.skede, await self._event(one.post.row.handelse_id)) for one in told]
        return [(skede, event) for skede, event in found if event is not None and self._is_about(event)]

    async def _event(self, handelse_id: str) -> Event | None:
        claim = await self.vault.claimed(handelse_id)
        return envelopes.to_event(envelopes.decode(claim.value, default_schemas())) if claim else None

    def _is_about(self, event: Event) -> bool:
        return event.exposed is not None and event.exposed.person_id == self.person.person_id

    @staticmethod
    def _protected(facts: Sequence[tuple[Skede, Event]]) -> list[Skugga]:
        found, since = list[Skugga](), None
        for skede, event in facts:
            raised = bool(level(event))
            if raised and since is None:
                since = skede
            if not raised and since is not None:
                found.append(Skugga(SKYDDAD, since, skede))
                since = None
        return [*found, Skugga(SKYDDAD, since)] if since is not None else found

    @staticmethod
    def _suspected(facts: Sequence[tuple[Skede, Event]]) -> list[Skugga]:
        """F1: one period for all that are suspected at once; whom is not told."""
        found, standing, since = list[Skugga](), set[str](), None
        for skede, event in facts:
            named = {one.person_id for one in event.with_role("misstankt")}
            standing = standing - named if event.koder.get("borttagen") else standing | named
            if standing and since is None:
                since = skede
            if not standing and since is not None:
                found.append(Skugga(SUSPECTED, since, skede))
                since = None
        return [*found, Skugga(SUSPECTED, since)] if since is not None else found


def _may_supersede(one: Samtycke, earlier: Samtycke) -> bool:
    """K9: a later consent for the same purpose that has been in force; a change of it is told as that.

    V6: whether it was free by what it says itself, and not by whom others suspect.
    """
    same = one.andamal == earlier.andamal and (one.kedja or one.id) != (earlier.kedja or earlier.id)
    return same and one.offset > earlier.offset and one.sagd_fri and has_been_in_force(one, FOR_EVER)


def _first(stapel: Stapel) -> tuple[int, str]:
    cited = [one.position for one in stapel.citerad]
    return min([*cited, *([stapel.position] if stapel.position >= 0 else [])]), stapel.id


async def of_person(laser: Laser, vault: Vault, partition: int, person_id: str, sedda: Sequence[Sedd]) -> Personbild:
    """What the scope reads of a person beside the ärende. Of one matter that is what is in it (`sedda`)."""
    stored = await laser.projection.state(partition, "person", person_id) if person_id else None
    person = cast(PersonState, states.decode("person", stored)) if stored is not None else PersonState(person_id)
    if person_id and laser.scope.aktor:
        return Personbild(laser, vault, person, [one async for one in _seen(laser, person_id)])
    return Personbild(laser, vault, person, [one for one in sedda if one.post.row.typ in OF_PERSON])


async def _seen(laser: Laser, person_id: str) -> AsyncIterator[Sedd]:
    sought, beside = Traced(spar.PERSON, person_id, laser.scope.within), laser.beside()
    async for judgement in records(laser.projection, sought):
        if judgement.row.typ in OF_PERSON:
            post = await beside.post(judgement)
            if any([await beside.sees(post, entry) for entry in post.entries]):
                yield Sedd(post)
