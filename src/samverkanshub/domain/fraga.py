"""The question that each rule answers about one item to one recipient, and what a basis says of it."""

from dataclasses import dataclass
from typing import Final

from samverkanshub.domain import consent
from samverkanshub.domain.actors import Enhet
from samverkanshub.domain.decision import Grund, Reason
from samverkanshub.domain.events import (
    AVVIKELSE,
    KONTAKTFORMEDLING,
    OROSANMALAN,
    RISKBEDOMNING,
    SIP_KALLELSE,
    Event,
    Uppgift,
)
from samverkanshub.domain.protection import is_protected, protects_its_own, suspects
from samverkanshub.domain.regelverk import Bestammelse, Regelverk
from samverkanshub.domain.routing import Kandidat
from samverkanshub.domain.state import Tillstand
from samverkanshub.domain.tid import iso_day
from samverkanshub.domain.varden import quick

PURPOSES: Final = {
    SIP_KALLELSE: "sip",
    RISKBEDOMNING: "riskbedomning",
    OROSANMALAN: "barnskydd",
    AVVIKELSE: "kvalitet",
    KONTAKTFORMEDLING: "kontakt",
}
"""K6: the one purpose whose consent serves a message type; a type without one is carried by law alone."""


def _purpose(event: Event) -> str:
    """K6: what the event is for; a consent is for what it says itself (K7)."""
    return PURPOSES.get(event.typ) or str(event.koder.get("andamal") or "")


UNKNOWN: Final = Enhet("", "", "", "", "")


@quick
@dataclass(frozen=True, slots=True)
class Fraga:
    """The question: may this item of this event go to this recipient, at this time (ms), in this state?"""

    tillstand: Tillstand
    regelverk: Regelverk
    event: Event
    tid: int
    kandidat: Kandidat
    uppgift: Uppgift

    @property
    def dag(self) -> str:
        """The Swedish day that the law is asked about (ISO date)."""
        return iso_day(self.tid)

    @property
    def avsandare(self) -> Enhet:
        """The sending unit; one that has left the directory since sends nothing by law any more."""
        return self.regelverk.katalog.enheter.get(self.event.enhet, UNKNOWN)

    @property
    def aldersklass(self) -> str:
        """The age class of the person the item concerns, as the event carries it."""
        person_id = self.uppgift.person_id
        return next((p.aldersklass for p in self.event.personer if p.person_id == person_id), "okand")

    @property
    def fall(self) -> consent.Fall:
        """The question as consent hears it."""
        purpose, suspected = _purpose(self.event), suspects(self.tillstand, self.event)
        to, who = self.kandidat.enhet.id, self.kandidat.lasare
        named = any(mottagare.id == to for mottagare in self.event.mottagare)
        hidden = "" if named else self.event.handelse_id
        return consent.Fall(self.uppgift, self.aldersklass, purpose, to, self.tid, suspected, who, hidden)

    @property
    def skyddad(self) -> bool:
        """P6: is the item's person protected, or, unless the item is a suspect's own, the person the event is about?"""
        person_id = self.uppgift.person_id
        about = protects_its_own(self.tillstand, self.event) and person_id not in suspects(self.tillstand, self.event)
        return about or is_protected(self.tillstand, person_id)


@quick
@dataclass(frozen=True, slots=True)
class Dom:
    """What one basis says, or all rules together: reasons, and what carries, which is nothing where a basis fails."""

    reasons: tuple[Reason, ...]
    grunder: tuple[Grund, ...] = ()
    samtycken: tuple[str, ...] = ()


NOTHING: Final = Dom(())


def grund_of(row: Bestammelse) -> Grund:
    """T1: a provision as a decision cites it, with the validity of the wording and its mark."""
    return Grund(row.id, row.regel, row.marke, row.giltig_fran, row.giltig_till)
