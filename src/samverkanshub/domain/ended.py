"""When a consent ends (K4): who had opened something under it is told; what an annulled one let through is listed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from samverkanshub.domain import ids
from samverkanshub.domain.actors import Katalog
from samverkanshub.domain.consent import covers, starts
from samverkanshub.domain.decision import INCIDENT, TOLD_OF, Delivery, Entry, Reason
from samverkanshub.domain.events import SAMTYCKE_ATERKALLAT, SAMTYCKE_MAKULERAT, Event
from samverkanshub.domain.routing import STATUTORY
from samverkanshub.domain.rules import PURPOSES
from samverkanshub.domain.spridning import arende_of, told_of
from samverkanshub.domain.state import Leverans, Samtycke, Tillstand
from samverkanshub.domain.varden import quick


@quick
@dataclass(frozen=True, slots=True)
class Under:
    """A delivery that a consent covered, and its ärende."""

    arende_id: str
    leverans: Leverans


def ended_by(tillstand: Tillstand, event: Event) -> list[Samtycke]:
    """The consents that the event ends: a withdrawal the whole chain of changes, an annulment the one it names."""
    if event.typ not in (SAMTYCKE_ATERKALLAT, SAMTYCKE_MAKULERAT) or event.exposed is None:
        return []
    consents = tillstand.person(event.exposed.person_id).samtycken
    named = [samtycke for samtycke in consents if samtycke.id == event.koder.get("samtycke")]
    if event.typ == SAMTYCKE_MAKULERAT:
        return named
    return [samtycke for samtycke in consents if samtycke.kedja in {one.kedja for one in named}]


def delivered_under(tillstand: Tillstand, event: Event, consents: Sequence[Samtycke], katalog: Katalog) -> list[Under]:
    """What recipients that the consents name received for their purpose, whenever, in their person's ärenden."""
    about = event.exposed
    arenden = tillstand.person(about.person_id).berorda if about is not None and consents else ()
    return [
        Under(id_, leverans)
        for id_ in arenden
        for leverans in tillstand.arenden[id_].leveranser
        if any(_covered(samtycke, leverans, katalog) for samtycke in consents)
    ]


def _covered(samtycke: Samtycke, leverans: Leverans, katalog: Katalog) -> bool:
    """Of the consent's purpose, to a recipient that it names and that the law did not (B1, B2, B6)."""
    by_law = leverans.funktion == STATUTORY or leverans.enligt_lag
    served = PURPOSES.get(leverans.typ) == samtycke.andamal and not by_law
    grupp = katalog.lasargrupper.get(leverans.mottagare)
    return served and grupp is not None and covers(samtycke, grupp.enhet, leverans.handelse_id, katalog)


def _since(samtycke: Samtycke, leverans: Leverans) -> bool:
    """Delivered since the consent began, or, delivered under an earlier one, first opened since."""
    delivered = leverans.offset > samtycke.offset and starts(samtycke) <= leverans.tid
    return delivered or starts(samtycke) <= leverans.oppnad


def told_before(tillstand: Tillstand, event: Event, ended: Sequence[Samtycke]) -> list[Under]:
    """K7: the deliveries that told reader groups of what has ended."""
    arende = arende_of(tillstand, event.exposed.person_id) if event.exposed is not None and ended else None
    found = told_of(arende, frozenset(samtycke.id for samtycke in ended))
    return [Under(arende.arende_id, lev) for lev in found] if arende else []


def notices(event: Event, under: Sequence[Under], before: Sequence[Under]) -> Iterator[Delivery]:
    """K4, K7: each reader group that had opened something, or had been told of the consent, is told once."""
    told: dict[str, Under] = {}
    for one in (*(one for one in under if one.leverans.oppnad), *before):
        told.setdefault(one.leverans.mottagare, one)
    which = {one.leverans.mottagare: one.leverans.leverans_id for one in before}
    for lasargrupp, one in sorted(told.items()):
        yield _notice(event, lasargrupp, one.arende_id, which.get(lasargrupp, ""))


def _notice(event: Event, lasargrupp: str, arende_id: str, avser: str) -> Delivery:
    return Delivery(
        leverans_id=ids.delivery_id(event.handelse_id, lasargrupp, "andring"),
        mottagare=lasargrupp,
        slag="andring",
        arende_id=arende_id,
        handelse_id=event.handelse_id,
        typ=event.typ,
        avsandare_roll="",
        kod=event.typ.replace("_", "-"),
        avser=avser,
    )


def told_entries(told: Sequence[Delivery]) -> Iterator[Entry]:
    """One entry for each who is told."""
    for delivery in told:
        reason = Reason("K4", "underrattas", False)
        yield Entry(delivery.mottagare, "", (reason,), TOLD_OF, (), (), delivery.leverans_id)


def without_basis(event: Event, ended: Sequence[Samtycke], under: Sequence[Under]) -> list[Leverans]:
    """K4: what was delivered and opened under an annulled consent."""
    if event.typ != SAMTYCKE_MAKULERAT:
        return []
    return [one.leverans for one in under if any(_since(samtycke, one.leverans) for samtycke in ended)]


def incidents(ended: Sequence[Samtycke], wrong: Iterable[Leverans]) -> Iterator[Entry]:
    """K4: an annulled consent lists what was delivered and opened under it, as an incident."""
    consents = tuple(samtycke.id for samtycke in ended)
    for lev in wrong:
        reason = Reason("K4", "oppnad-utan-grund" if lev.oppnad else "levererad-utan-grund", False)
        yield Entry(lev.mottagare, "", (reason,), INCIDENT, (), consents, lev.leverans_id)
