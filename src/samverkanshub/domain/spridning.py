"""K7: what a consent tells whom: each recipient that it names, at once, and only what concerns that recipient.

Spreading is itself an item: P3, V1, O2, K10 and B7 hold, and whoever is exempted is not told (K3). What is told stands
in an ärende of its own a person, `samtycke`, in which nobody takes part.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from samverkanshub.domain import consent, ids
from samverkanshub.domain.actors import Enhet, Katalog
from samverkanshub.domain.consent_form import GIVEN
from samverkanshub.domain.decision import Decision, Delivery, Entry, Grund, Reason
from samverkanshub.domain.events import AGE_UNKNOWN, Event, Person, Position, Uppgift
from samverkanshub.domain.fraga import PURPOSES, Fraga
from samverkanshub.domain.givare import is_child
from samverkanshub.domain.hindrances import k3_exemption, k10_forbidden, v1_perpetrators_readers
from samverkanshub.domain.messages import SPREAD, Sak, delivery_to
from samverkanshub.domain.parter import parties
from samverkanshub.domain.routing import Kandidat
from samverkanshub.domain.rules import asked_of, hindrances
from samverkanshub.domain.state import ArendeState, Leverans, Meddelande, Samtycke, Tillstand
from samverkanshub.domain.varden import replace

PROCESS: Final = "samtycke"
FUNCTION: Final = "spridning"
BASIS: Final = Grund("samtycke", "B3", "P")
NOTHING_LEFT: Final = Reason("K7", "galler-ej-mottagaren", True)


@dataclass(frozen=True)
class Besked:
    """What a consent tells one reader group: whose it is and for which categories, or why nothing.

    `sak` is the consent as an event, in the state and at the time that the question is put.
    """

    sak: Sak
    samtycke: Samtycke
    kandidat: Kandidat

    @cached_property
    def identitet(self) -> Uppgift:
        """The item that says whose consent it is; without a path where the event carries none."""
        about = self.sak.event.exposed
        assert about is not None
        own = (u for u in self.sak.event.uppgifter if u.person_id == about.person_id and u.kategori == "identitet")
        return next(own, Uppgift("", "identitet", about.roll, about.person_id))

    def _fraga(self, kategori: str) -> Fraga:
        """K2: asked of when the consent is in force, since it is told before the first meeting."""
        tid = max(self.sak.position.tid, consent.starts(self.samtycke))
        own = self.identitet
        item = own if own.kategori == kategori else replace(own, kategori=kategori)
        return Fraga(self.sak.tillstand, self.sak.regelverk, self.sak.event, tid, self.kandidat, item)

    @cached_property
    def kategorier(self) -> tuple[str, ...]:
        """K3, K8, K9, V1: the categories that this consent carries to this recipient."""
        named = self.samtycke.kategorier
        if self._alike:
            return named if named and self._carries(self._fraga(named[0])) else ()
        return tuple(kategori for kategori in named if self._carries(self._fraga(kategori)))

    @property
    def _alike(self) -> bool:
        """Is the answer one for all of its categories: given by the person alone, and nothing stops a single one?"""
        fraga = self._fraga("identitet")
        person = fraga.tillstand.person(fraga.uppgift.person_id)
        alone = not is_child(person, fraga.aldersklass, fraga.uppgift.roll) and not person.foretradare
        by_category = self.kandidat.grupp.arbetar_med_utovare or fraga.regelverk.forbidden(fraga.dag)
        return alone and not person.undantag and not by_category

    @cached_property
    def _named_for(self) -> str:
        """P5: the message by whose request id alone the consent names the recipient; empty where it is named."""
        unit, katalog = self.kandidat.enhet.id, self.sak.regelverk.katalog
        refs = (ref for ref in self.samtycke.mottagare if katalog.covers(ref.slag, ref.id, unit))
        return min((ref.meddelande for ref in refs), default="")

    def _carries(self, fraga: Fraga) -> bool:
        fall = replace(fraga.fall, meddelande=self._named_for)
        svar = consent.ask(fraga.tillstand, fall, fraga.regelverk)
        stops = (*k3_exemption(fraga), *k10_forbidden(fraga), *v1_perpetrators_readers(fraga))
        return self.samtycke.id in svar.samtycken and not stops

    @cached_property
    def hinder(self) -> tuple[Reason, ...]:
        """Why the recipient is told nothing, sorted; empty where it is told."""
        fraga = self._fraga("identitet")
        found = hindrances(fraga, asked_of(fraga))
        return tuple(sorted(found | (set() if self.kategorier else {NOTHING_LEFT})))

    def entry(self, vag: str, leverans_id: str) -> Entry:
        """T1: the line of a decision that says so."""
        reasons = self.hinder or (Reason("K7", "sprids", False),)
        told = bool(self.hinder)
        basis = ((), (), "") if told else ((BASIS,), (self.samtycke.id,), leverans_id)
        return Entry(self.kandidat.grupp.id, vag, reasons, FUNCTION, *basis)

    @cached_property
    def delivery(self) -> Delivery:
        """What the reader group receives."""
        vag = self.identitet.vag
        delivery = delivery_to(self.sak, self.kandidat, SPREAD, (vag,) if vag else ())
        return replace(delivery, kategorier=self.kategorier)


# ------------------------------------------------------------------------------------------ who is told


def arende_of(tillstand: Tillstand, person_id: str) -> ArendeState | None:
    """The ärende that holds what has been told of a person's consents."""
    return tillstand.arenden.get(dict(tillstand.person(person_id).arenden).get(PROCESS, ""))


def besked(sak: Sak, person_id: str, told: Collection[tuple[str, str]] = ()) -> Iterator[Besked]:
    """K7: every consent of the person that has not ended, to every reader group that it is to be told to.

    A unit that it names; of an organisation that it names the units that are parties of an ärende of that person for
    that purpose. Never to the reader group that registered it, nor to who is `told` already, by consent and group.
    """
    arende = arende_of(sak.tillstand, person_id)
    events = {m.handelse.handelse_id: m.handelse for m in arende.meddelanden} if arende else {}
    for samtycke in sak.tillstand.person(person_id).samtycken:
        event = events.get(samtycke.id)
        if event is None or arende is None or consent.ended(samtycke, sak.position.tid):
            continue
        named = [k for k in _named(sak, samtycke, person_id) if k.grupp.id != event.lasargrupp]
        left = [kandidat for kandidat in named if (samtycke.id, kandidat.grupp.id) not in told]
        if left:
            about = replace(sak, event=replace(_with_known_ages(sak.tillstand, event), arende_id=arende.arende_id))
            yield from (Besked(about, samtycke, kandidat) for kandidat in left)


def _with_known_ages(tillstand: Tillstand, event: Event) -> Event:
    def now(person: Person) -> Person:
        known = tillstand.person(person.person_id).aldersklass
        return person if known == AGE_UNKNOWN else replace(person, aldersklass=known)

    return replace(event, personer=tuple(now(person) for person in event.personer))


def _named(sak: Sak, samtycke: Samtycke, person_id: str) -> Iterator[Kandidat]:
    katalog = sak.regelverk.katalog
    # Who takes part is asked of organisations alone: a unit that is named is told whether it does or not.
    whole = any(ref.slag != "enhet" for ref in samtycke.mottagare)
    part = _taking_part(sak.tillstand, person_id, samtycke.andamal, katalog) if whole else frozenset()
    for enhet in sorted(_units(samtycke, part, katalog), key=lambda enhet: enhet.id):
        yield from (Kandidat(grupp, enhet, FUNCTION) for grupp in katalog.groups_of(enhet.id))


def _units(samtycke: Samtycke, part: frozenset[str], katalog: Katalog) -> list[Enhet]:
    named = {ref.id for ref in samtycke.mottagare if ref.slag == "enhet"}
    covered = {id_ for id_ in part if consent.covers(samtycke, id_, "", katalog)}
    return [katalog.enheter[id_] for id_ in named | covered if id_ in katalog.enheter]


def _taking_part(tillstand: Tillstand, person_id: str, andamal: str, katalog: Katalog) -> frozenset[str]:
    """The parties of the person's own open ärenden for the purpose."""
    known = (tillstand.arenden.get(id_) for _, id_ in tillstand.person(person_id).arenden)
    serving = [arende for arende in known if arende is not None and _serves(arende, andamal)]
    return frozenset(unit for arende in serving for unit in parties(arende, katalog))


def _serves(arende: ArendeState, andamal: str) -> bool:
    return any(PURPOSES.get(message.handelse.typ) == andamal for message in arende.meddelanden)


def told_of(arende: ArendeState | None, samtycken: frozenset[str] | None = None) -> tuple[Leverans, ...]:
    """The deliveries by which reader groups have been told of these consents, or of any."""
    held = arende.leveranser if arende is not None else ()
    return tuple(lev for lev in held if lev.slag == SPREAD and (samtycken is None or lev.handelse_id in samtycken))


# ------------------------------------------------------------------------------------------ when it is opened


def opened(sak: Sak, kandidat: Kandidat) -> Besked | None:
    """The consent that an opening is about, judged now (K4); None where the person's state no longer has it."""
    about = sak.event.exposed
    consents = sak.tillstand.person(about.person_id).samtycken if about is not None else ()
    found = next((samtycke for samtycke in consents if samtycke.id == sak.event.handelse_id), None)
    return Besked(sak, found, kandidat) if found is not None else None


def codes(event: Event, kategorier: tuple[str, ...]) -> dict[str, Any]:
    """K7: what a consent says to one recipient: purpose, its own categories, time, form, the givers' role.

    Never other recipients, nor what is exempted.
    """
    shown = {name: event.koder[name] for name in ("andamal", "fran", "till", "form")}
    return {**shown, "kategorier": list(kategorier), "givare": _givers(event)}


def _givers(event: Event) -> list[str]:
    if event.koder.get("enligt_beslut"):
        return ["socialnamnd"]
    roles = {person.roll for person in event.with_role("vardnadshavare", "foretradare")}
    return sorted(roles) or ["registrerad"]


# ------------------------------------------------------------------------------------------ the fold


def folded(tillstand: Tillstand, event: Event, decision: Decision, position: Position) -> Tillstand:
    """The state with a consent kept where it can be told of, and with what has been told of consents."""
    if event.typ in GIVEN:
        tillstand = _kept(tillstand, event, position)
    for delivery in (one for one in decision.deliveries if one.slag == SPREAD):
        arende = tillstand.arenden[delivery.arende_id]
        held = (*arende.leveranser, _leverans(arende, delivery, position))
        tillstand = tillstand.with_arende(replace(arende, leveranser=held))
    return tillstand


def _kept(tillstand: Tillstand, event: Event, position: Position) -> Tillstand:
    about = event.exposed
    assert about is not None
    new = ArendeState(ids.arende_id(event.handelse_id), PROCESS, about.person_id, antecknat=())
    arende = arende_of(tillstand, about.person_id) or new
    kept = Meddelande(position.offset, position.tid, replace(event, arende_id=arende.arende_id, beslutssalt=""))
    person = tillstand.person(about.person_id)
    open_ones = {**dict(person.arenden), PROCESS: arende.arende_id}
    berorda = tuple(sorted({*person.berorda, arende.arende_id}))
    person = replace(person, arenden=tuple(sorted(open_ones.items())), berorda=berorda)
    return tillstand.with_person(person).with_arende(replace(arende, meddelanden=(*arende.meddelanden, kept)))


def _leverans(arende: ArendeState, delivery: Delivery, position: Position) -> Leverans:
    message = next(m.handelse for m in arende.meddelanden if m.handelse.handelse_id == delivery.handelse_id)
    return Leverans(
        leverans_id=delivery.leverans_id,
        handelse_id=delivery.handelse_id,
        typ=delivery.typ,
        mottagare=delivery.mottagare,
        slag=SPREAD,
        offset=position.offset,
        tid=position.tid,
        avsandare=message.enhet,
        funktion=FUNCTION,
        vagar=delivery.vagar,
    )
