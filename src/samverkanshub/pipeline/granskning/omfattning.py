"""What an auditor may ask about: an authority's part in what happened, or all of one matter."""

from dataclasses import dataclass, replace

from samverkanshub.domain.actors import Katalog
from samverkanshub.domain.errors import Forbidden
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.revisorer import MYNDIGHET, Revisor, scopes_of
from samverkanshub.domain.tid import swedish_day
from samverkanshub.pipeline import spar
from samverkanshub.pipeline.granskning.fraga import Fraga, Tid, unknown
from samverkanshub.pipeline.identity import Caller
from samverkanshub.ports import Judgement, Projection, Traced


@dataclass(frozen=True, slots=True)
class Omfattning:
    """An auditor's scope. `namn` is how it is asked for and recorded, e.g. `myndighet:mora`.

    `aktor` is empty for a scope of one matter. `arende_id` is the matter that is asked about, empty where all are.
    `lasare` is whose aliases it reads: the authority's own, so that what it reads of is found again there.
    """

    namn: str
    aktor: str
    arende_id: str
    lasare: str
    regelverk: Regelverk

    @property
    def katalog(self) -> Katalog:
        """The directory in force."""
        return self.regelverk.katalog

    def about(self, arende_id: str) -> "Omfattning":
        """The same of one ärende alone."""
        return replace(self, arende_id=arende_id)

    @property
    def within(self) -> spar.Key:
        """What every record that it may read of is traced by."""
        return (spar.AKTOR, self.aktor) if self.aktor else (spar.ARENDE, self.arende_id)

    def sought(self, by: spar.Key, tid: Tid) -> Traced:
        """What it may read of that is traced so, on days. Of one matter that is read, and not all that is so traced."""
        first, second = (by, self.within) if self.aktor else (self.within, by)
        return Traced(*first, second, tid.fran, tid.till)

    def owns(self, aktor: str) -> bool:
        """Is it this authority's own? Of one matter everybody's is."""
        return not self.aktor or aktor == self.aktor

    def sees_unit(self, enhet: str) -> bool:
        """Is the unit one of the authority's? Of one matter everybody's is."""
        found = self.katalog.enheter.get(enhet)
        return self.owns(found.aktor if found else enhet.partition(".")[0])

    def sees_group(self, lasargrupp: str) -> bool:
        """Is the reader group of one of its units?"""
        found = self.katalog.lasargrupper.get(lasargrupp)
        return self.sees_unit(found.enhet if found else lasargrupp.rpartition(".")[0])


async def scope_of(projection: Projection, regelverk: Regelverk, caller: Caller, given: Fraga, now: int) -> Omfattning:
    """The scope that is asked within. `Forbidden` for whoever is no auditor today, or must say which scope."""
    held = scopes_of(regelverk.revisorer, caller.aktor, caller.anvandare, swedish_day(now))
    if not held or not caller.revisor:
        raise Forbidden("the caller's user is no auditor")
    chosen = [one for one in held if given.omfattning in ("", _name(one))]
    if len(chosen) != 1:
        raise Forbidden("`omfattning` must be one of the auditor's scopes", falt="/omfattning", code="fel-omfattning")
    return await _resolved(projection, regelverk, chosen[0])


def _name(one: Revisor) -> str:
    return f"{one.slag}:{one.id}"


async def _resolved(projection: Projection, regelverk: Regelverk, one: Revisor) -> Omfattning:
    if one.slag == MYNDIGHET:
        return Omfattning(_name(one), one.id, "", one.id, regelverk)
    judgement = await projection.judgement(one.id)
    if judgement is None or not judgement.row.arende_id:
        raise Forbidden("the auditor's matter is none", code="fel-omfattning")
    return Omfattning(_name(one), "", judgement.row.arende_id, one.aktor, regelverk)


async def visible(projection: Projection, scope: Omfattning, handelse_id: str, name: str) -> Judgement:
    """The decision on an event that the auditor may ask about; `NotFound` for every other, whether or not it exists."""
    judgement = await projection.judgement(handelse_id) if handelse_id else None
    if judgement is None or not await is_within(projection, scope, judgement):
        raise unknown(name)
    return judgement


async def is_within(projection: Projection, scope: Omfattning, judgement: Judgement) -> bool:
    """May the auditor read of the record?"""
    place = (judgement.partition, judgement.row.offset)
    found = await projection.traced(Traced(*scope.within), 1, (place[0], place[1] - 1))
    return [(one.partition, one.row.offset) for one in found] == [place]
