"""Who must acknowledge, by when, and what meets the duty (O4, H2, D1); the recipient's own steps on a report (O4)."""

from collections.abc import Iterable, Iterator
from typing import Final

from samverkanshub.domain import plikter
from samverkanshub.domain.actors import SOCIAL_CHILD_UNIT, Enhet
from samverkanshub.domain.decision import Decision
from samverkanshub.domain.events import OROSANMALAN, Event
from samverkanshub.domain.messages import MESSAGE, Sak
from samverkanshub.domain.routing import ON_CALL, STATUTORY, candidates, statutory_municipalities
from samverkanshub.domain.rules import report_concerns_adult
from samverkanshub.domain.state import ArendeState, Plikt

MET_BY_KVITTENS: Final = frozenset({plikter.O4_KVITTENS, plikter.N1_KVITTENS, plikter.H2_KVITTENS})


# ------------------------------------------------------------------------------------------ made by messages


def o4_duties(sak: Sak, decision: Decision) -> Iterator[Plikt]:
    """O4: each statutory recipient of a report must acknowledge, also where nothing could be delivered to it (B1).

    Where the socialjour has it too, the kvittens of either is enough in that municipality: somebody has it.
    """
    units = _statutory(sak)
    for enhet in units:
        yield _owed(sak, plikter.O4_KVITTENS, enhet, units)


def o4_assessment(sak: Sak, decision: Decision) -> Iterator[Plikt]:
    """O4: the home municipality's child unit assesses the child's need of protection by the end of the next day.

    For every report, whatever it suspects: SoL (2025:400) 19 kap. asks it of each (N). The socialjour may have done it.
    """
    units = _statutory(sak)
    home = statutory_municipalities(sak.event)[:1] if units else ()
    for enhet in units:
        if enhet.typ == SOCIAL_CHILD_UNIT and set(home) <= set(enhet.territorium):
            yield _owed(sak, plikter.O4_SKYDDSBEDOMNING, enhet, units)


def h2_duties(sak: Sak, decision: Decision) -> Iterator[Plikt]:
    """H2: each unit that a message was delivered to must acknowledge it, or the delivery escalates."""
    groups = sak.regelverk.katalog.lasargrupper
    units = {groups[delivery.mottagare].enhet for delivery in decision.deliveries if delivery.slag == MESSAGE}
    for enhet in sorted(units - {sak.event.enhet}):
        yield _owed(sak, plikter.H2_KVITTENS, sak.regelverk.katalog.enheter[enhet], ())


def strictest(made: Iterable[Plikt]) -> list[Plikt]:
    """One duty to acknowledge for each unit: where O4 or N1 asks for it, H2 does not ask as well."""
    found = list(made)
    asked = {plikt.barare for plikt in found if plikt.slag in MET_BY_KVITTENS - {plikter.H2_KVITTENS}}
    return [plikt for plikt in found if plikt.slag != plikter.H2_KVITTENS or plikt.barare not in asked]


def _statutory(sak: Sak) -> list[Enhet]:
    if sak.event.typ != OROSANMALAN or report_concerns_adult(sak.event):
        return []
    found = candidates(sak.event, sak.position.tid, sak.regelverk)
    units = {kandidat.enhet.id: kandidat.enhet for kandidat in found if kandidat.funktion == STATUTORY}
    return [units[id_] for id_ in sorted(units)]


def _owed(sak: Sak, slag: str, enhet: Enhet, units: Iterable[Enhet]) -> Plikt:
    return plikter.make(
        slag,
        sak.event.handelse_id,
        enhet.id,
        sak.position.tid,
        sak.regelverk,
        vantar=sak.event.enhet,
        kommun=str(sak.event.koder.get("kommun", "")),
        aven=tuple(other.id for other in units if _answers_for(other, enhet)),
    )


def _answers_for(other: Enhet, enhet: Enhet) -> bool:
    """Socialjour and child unit of one municipality, where a report went to both (O1, O4)."""
    both = {other.typ, enhet.typ} == {ON_CALL, SOCIAL_CHILD_UNIT}
    return both and not set(other.territorium).isdisjoint(enhet.territorium)


# ------------------------------------------------------------------------------------------ met by a kvittens


def met_by(arende: ArendeState, event: Event, handelse_id: str) -> tuple[Plikt, ...]:
    """O4, H2: what any kvittens from the acting unit meets: the duties to acknowledge that message.

    N1's is met by taking over alone, which also gives the ärende a holder (H2).
    """
    taken_over = event.koder.get("slag") == "overtagen"

    def met(plikt: Plikt) -> bool:
        enough = taken_over or plikt.slag != plikter.N1_KVITTENS
        own = plikt.slag in MET_BY_KVITTENS and plikt.handelse_id == handelse_id
        return own and enough and plikter.may_meet(plikt, event.enhet)

    holder = plikter.open_ones(arende, plikter.H2_INNEHAVARE) if taken_over else ()
    return (*(plikt for plikt in arende.plikter if met(plikt)), *holder)
