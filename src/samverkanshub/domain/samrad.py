"""Consultation, samråd: who is asked for advice on a suspicion, and what may be told them when nothing identifies (B4).

Agreement, "Barnahus i Dalarna" and "Prostitution och människohandel för sexuella ändamål".
"""

from typing import Final

from samverkanshub.domain.actors import BARNAHUS
from samverkanshub.domain.decision import Reason
from samverkanshub.domain.events import ADULT, KONTAKTFORMEDLING, OROSANMALAN, Event
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.routing import Kandidat

CONSULTED: Final = "konsultation"
BARNAHUS_SUSPICIONS: Final = frozenset({"vald_mot_barn", "bevittnat_vald", "sexualbrott"})
"""O2: exposed to or saw violence by someone close, or a sexual crime."""
EXPLOITATION: Final = frozenset({"prostitution", "sexuell_exploatering", "manniskohandel"})
"""O3: prostitution, sexual exploitation, trafficking."""
COORDINATOR: Final = "regionkoordinator"


def in_barnahus_remit(event: Event) -> bool:
    """O2: does a report say that the child was exposed to or saw violence by someone close, or a sexual crime?

    O3 about a child is O2 too.
    """
    return event.typ == OROSANMALAN and bool((BARNAHUS_SUSPICIONS | EXPLOITATION) & _suspicion(event))


def in_coordinators_remit(event: Event) -> bool:
    """O3: prostitution, sexual exploitation or trafficking, of a child or an adult."""
    return event.typ in (OROSANMALAN, KONTAKTFORMEDLING) and bool(EXPLOITATION & _suspicion(event))


def _suspicion(event: Event) -> frozenset[str]:
    return frozenset(event.koder.get("misstanke", ()))


def consulted(event: Event, regelverk: Regelverk) -> tuple[Kandidat, ...]:
    """O2, O3: who gets a consultation request under B4: Barnahus for those under 18, the coordinator for anybody."""
    katalog, kommun, about = regelverk.katalog, str(event.koder.get("kommun", "")), event.exposed
    grown = about is not None and about.aldersklass == ADULT
    kinds = [BARNAHUS] if in_barnahus_remit(event) and not grown else []
    kinds += [COORDINATOR] if in_coordinators_remit(event) else []
    units = [enhet for typ in kinds for enhet in katalog.units(typ=typ, kommun=kommun)]
    return tuple(Kandidat(grupp, enhet, CONSULTED) for enhet in units for grupp in katalog.groups_of(enhet.id))


def consultation_reason(lasargrupp: str, regelverk: Regelverk) -> Reason:
    """The rule that a reader group is consulted by."""
    coordinator = regelverk.katalog.unit_of(lasargrupp).typ == COORDINATOR
    return Reason("O3" if coordinator else "O2", "konsultation", False)


def consultation_codes(event: Event, regelverk: Regelverk) -> dict[str, object]:
    """B4: what a consultation says: suspicion, age class and, from a population limit up, municipality."""
    kommun, exposed = str(event.koder.get("kommun", "")), event.exposed
    codes: dict[str, object] = {"misstanke": sorted(event.koder.get("misstanke", ()))}
    if exposed is not None:
        codes["aldersklass"] = exposed.aldersklass
    if not regelverk.katalog.below(kommun, regelverk.befolkningsgrans):
        codes["kommun"] = kommun
    return codes
