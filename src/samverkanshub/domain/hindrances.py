"""What stops an item whatever basis it has been given: exemptions, protection, the perpetrator's readers."""

from collections.abc import Callable, Mapping
from typing import Final

from samverkanshub.domain import consent
from samverkanshub.domain.actors import BARNAHUS, SOCIALTJANST
from samverkanshub.domain.decision import Reason
from samverkanshub.domain.events import MEETING, NEVER_TO_PERPETRATORS_READERS, SIP_KALLELSE, WHEREABOUTS
from samverkanshub.domain.fraga import Fraga
from samverkanshub.domain.protection import anybody_protected, is_frozen_near, suspects
from samverkanshub.domain.routing import STATUTORY

LAW_AND_CONSENT: Final = frozenset({"B2", "B3", "B6"})
BEATS: Final[Mapping[str, frozenset[str]]] = {"B7": LAW_AND_CONSENT | {"B4"}, "K3": frozenset({"B3", "B6"})}
"""B5: the bases that a hindrance stops, by its rule's id; all others stop B2, B3 and B6. Nothing stops B1."""


FROZEN: Final = Reason("B7", "person-fryst", True)


def beats(hinder: Reason, regel: str) -> bool:
    """B5: P, V and K10 beat B2, B3 and B6; K3 beats B3 and B6, for an exemption limits consent and not law."""
    return regel in BEATS.get(hinder.regel, LAW_AND_CONSENT)


def b7_frozen(fraga: Fraga) -> tuple[Reason, ...]:
    """B7: a record about the person could not be read, so that every basis but B1 denies."""
    exposed = fraga.event.exposed
    concerned = {fraga.uppgift.person_id, exposed.person_id if exposed else ""} - {""}
    return (FROZEN,) if is_frozen_near(fraga.tillstand, concerned) else ()


def k3_exemption(fraga: Fraga) -> tuple[Reason, ...]:
    """K3: the person has exempted the category, the item or the recipient, whatever consents say."""
    known = fraga.tillstand.person(fraga.uppgift.person_id).undantag
    hit = bool(known) and consent.exempted(fraga.tillstand, fraga.fall, fraga.regelverk)
    return (Reason("K3", "undantag", True),) if hit else ()


def k10_forbidden(fraga: Fraga) -> tuple[Reason, ...]:
    """K10: a flow that a provision of the catalogue forbids outright, whatever consents and other provisions say.

    Lag (2022:913) 3 kap. 7 §. The catalogue's rows alone forbid: from, to and categories.
    """
    rows = fraga.regelverk.forbidden(fraga.dag)
    if not rows:
        return ()
    flow = (fraga.avsandare.verksamhet, fraga.kandidat.enhet.verksamhet, fraga.uppgift.kategori, fraga.event.typ)
    return tuple(Reason("K10", f"forbjudet-{row.id}", True) for row in rows if row.covers(*flow))


def p1_told_orally(fraga: Fraga) -> tuple[Reason, ...]:
    """P1: time and place of meetings are told orally where somebody is protected (Agreement, SIP)."""
    hit = fraga.uppgift.kategori in MEETING and fraga.skyddad
    return (Reason("P1", "meddelas-muntligen", True),) if hit else ()


def p2_whereabouts(fraga: Fraga) -> tuple[Reason, ...]:
    """P2: home, contact, school and work go to nobody but a statutory recipient and the unit that holds the ärende."""
    if fraga.uppgift.kategori not in WHEREABOUTS or not fraga.skyddad or _holds_arende(fraga):
        return ()
    return (Reason("P2", "skyddad-vistelse", True),)


def _holds_arende(fraga: Fraga) -> bool:
    """The socialtjänst unit that has taken the ärende over and was trusted with it by law, or opened it itself.

    Taking over what one was merely called to does not lift P2: that would be to let oneself in.
    """
    arende = fraga.tillstand.arenden.get(fraga.event.arende_id)
    enhet = fraga.kandidat.enhet
    if arende is None or enhet.verksamhet != SOCIALTJANST or arende.ansvarig != enhet.id:
        return False
    opened = bool(arende.meddelanden) and arende.meddelanden[0].handelse.enhet == enhet.id
    groups = {grupp.id for grupp in fraga.regelverk.katalog.groups_of(enhet.id)}
    return opened or any(lev.funktion == STATUTORY and lev.mottagare in groups for lev in arende.leveranser)


def p3_limited_circle(fraga: Fraga) -> tuple[Reason, ...]:
    """P3: only recipients registered with a limited circle of readers get identified items."""
    hit = bool(fraga.uppgift.person_id) and fraga.skyddad and not fraga.kandidat.grupp.begransad_krets
    return (Reason("P3", "ej-begransad-krets", True),) if hit else ()


def v1_perpetrators_readers(fraga: Fraga) -> tuple[Reason, ...]:
    """V1: whereabouts, contact, protection never reach readers who work with the perpetrator, whatever consents."""
    sensitive = fraga.uppgift.kategori in NEVER_TO_PERPETRATORS_READERS
    hit = fraga.kandidat.grupp.arbetar_med_utovare and sensitive and not _perpetrators_own(fraga)
    return (Reason("V1", "arbetar-med-utovare", True),) if hit else ()


def _perpetrators_own(fraga: Fraga) -> bool:
    """V2: the suspect's own item, unless somebody is suspected of having exposed the suspect in turn."""
    person_id = fraga.uppgift.person_id
    return person_id in suspects(fraga.tillstand, fraga.event) and not fraga.tillstand.person(person_id).misstankta


def o2_each_authority(fraga: Fraga) -> tuple[Reason, ...]:
    """O2: identified content is judged per participating authority, never for Barnahus as one."""
    hit = bool(fraga.uppgift.person_id) and fraga.kandidat.enhet.typ == BARNAHUS
    return (Reason("O2", "ej-barnahus-som-en", True),) if hit else ()


def v4_suspect_not_called(fraga: Fraga) -> tuple[Reason, ...]:
    """V4: a suspected guardian or relative is never called: its identity in a summons goes nowhere."""
    identity = fraga.event.typ == SIP_KALLELSE and fraga.uppgift.kategori == "identitet"
    hit = identity and fraga.uppgift.person_id in suspects(fraga.tillstand, fraga.event)
    return (Reason("V4", "misstankt-kallas-ej", True),) if hit else ()


def s7_relative_no_part(fraga: Fraga) -> tuple[Reason, ...]:
    """S7: a relative's wish for a SIP gives the relative no part: nothing of a relative's own goes out with it."""
    wished = fraga.event.typ == SIP_KALLELSE and fraga.event.koder.get("initiativ") == "narstaende"
    relatives = {person.person_id for person in fraga.event.with_role("narstaende")} if wished else set()
    return (Reason("S7", "narstaende-kallas-ej", True),) if fraga.uppgift.person_id in relatives else ()


HINDRANCES: Final[tuple[Callable[[Fraga], tuple[Reason, ...]], ...]] = (
    b7_frozen,
    k3_exemption,
    k10_forbidden,
    o2_each_authority,
    p1_told_orally,
    p2_whereabouts,
    p3_limited_circle,
    s7_relative_no_part,
    v1_perpetrators_readers,
    v4_suspect_not_called,
)
MAY_STOP: Final[Mapping[Callable[[Fraga], tuple[Reason, ...]], Callable[[Fraga], bool]]] = {
    b7_frozen: lambda fraga: any(person.fryst for person in fraga.tillstand.personer.values()),
    k3_exemption: lambda fraga: any(person.undantag for person in fraga.tillstand.personer.values()),
    k10_forbidden: lambda fraga: bool(fraga.regelverk.forbidden(fraga.dag)),
    o2_each_authority: lambda fraga: fraga.kandidat.enhet.typ == BARNAHUS,
    p1_told_orally: lambda fraga: anybody_protected(fraga.tillstand, fraga.event),
    p2_whereabouts: lambda fraga: anybody_protected(fraga.tillstand, fraga.event),
    p3_limited_circle: lambda fraga: anybody_protected(fraga.tillstand, fraga.event),
    s7_relative_no_part: lambda fraga: fraga.event.typ == SIP_KALLELSE,
    v1_perpetrators_readers: lambda fraga: fraga.kandidat.grupp.arbetar_med_utovare,
    v4_suspect_not_called: lambda fraga: (
        fraga.event.typ == SIP_KALLELSE and bool(suspects(fraga.tillstand, fraga.event))
    ),
}
"""Where a hindrance may say anything, whichever the item."""
