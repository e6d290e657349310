"""R3: two assessments of one person that are far apart: told to who lawfully holds both, and to nobody else.

County page, "När samverkan inte fungerar": the police saw a very high risk where social services saw none.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial
from typing import Final

from samverkanshub.domain import ids
from samverkanshub.domain.decision import Decision, Delivery, in_order
from samverkanshub.domain.delivery import carried, message_of, still_shown
from samverkanshub.domain.events import RISKBEDOMNING, Event, Position
from samverkanshub.domain.flows import flow
from samverkanshub.domain.frister import days
from samverkanshub.domain.messages import Sak
from samverkanshub.domain.overtagande import Bedomning
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.state import ArendeState, Leverans, PersonState, Tillstand
from samverkanshub.domain.tid import swedish_day, to_ms
from samverkanshub.domain.varden import replace
from samverkanshub.domain.visning import visible_codes

LEVELS: Final = ("lag", "forhojd", "hog", "mycket_hog")
"""R2: the hub's scale, rising."""
APART: Final = 2
WINDOW: Final = "r3.fonster"
DISCORDANT: Final = "avvikande-riskbild"
Parts = Callable[[ArendeState, Leverans], tuple[str, ...]]
"""What of a delivery counts."""


def assessed(decision: Decision, event: Event, position: Position) -> Bedomning:
    """R3: the assessment that an accepted message shares, and who holds it: who made it, and who is told its level."""
    told = {one.mottagare for one in carried(decision) if _tells_level(event, one.vagar)}
    return Bedomning(
        handelse_id=event.handelse_id,
        niva=str(event.koder["niva"]),
        dag=_day(event, position),
        offset=position.offset,
        gjord_av=event.lasargrupp,
        innehavare=tuple(sorted({event.lasargrupp, *told})),
    )


def _day(event: Event, position: Position) -> str:
    """The Swedish day of the assessment; where the message does not say, that of the message."""
    said = event.koder.get("bedomd_tid")
    return swedish_day(to_ms(said) if said else position.tid).isoformat()


def _tells_level(event: Event, vagar: Iterable[str]) -> bool:
    """Do these items show the level (R2), and not some other part of the message alone?"""
    return "niva" in visible_codes(event, set(vagar), sender_named=False, with_perpetrator=False)


def discordant(one: Bedomning, other: Bedomning, regelverk: Regelverk) -> bool:
    """R3: at least two levels apart, within so many days between the dates of assessment (90, policy)."""
    between = abs((date.fromisoformat(one.dag) - date.fromisoformat(other.dag)).days)
    apart = abs(LEVELS.index(one.niva) - LEVELS.index(other.niva))
    return between <= days(regelverk, WINDOW) and apart >= APART


def told(sak: Sak, decision: Decision) -> Decision:
    """R3: who now holds both is told, by a message or by what an answer releases (K4).

    No outcome, hint or other row says that another exists.
    """
    sak = replace(sak, event=replace(sak.event, arende_id=decision.arende_id))
    new = _held_now(sak.tillstand, sak.event, decision, sak.position, partial(_has, sak))
    if new is None:
        return decision
    gone = {new.handelse_id, decision.aterkallar}
    person = _of(sak.tillstand, sak.event, decision)
    known = [b for b in person.bedomningar if b.handelse_id not in gone]
    rows = tuple(_rows(sak, person, known, new))
    entries = in_order((*decision.entries, *flow.told(rows, "R3")))
    return replace(decision, entries=entries, deliveries=(*decision.deliveries, *rows))


def _of(tillstand: Tillstand, event: Event, decision: Decision) -> PersonState:
    """Whom the assessment is of; an act names nobody but its ärende."""
    arende = tillstand.arenden.get(decision.arende_id)
    about = event.exposed
    return tillstand.person(about.person_id if about else arende.person_id if arende else "")


def _sent(arende: ArendeState, leverans: Leverans) -> tuple[str, ...]:
    """All that a delivery was made of, whatever has become of the right to it since."""
    return leverans.vagar


def _has(sak: Sak, arende: ArendeState, leverans: Leverans) -> tuple[str, ...]:
    """R3, K4: what is lawfully held of a delivery: what was opened, else what would be shown were it opened now."""
    return leverans.vagar if leverans.oppnad else still_shown(sak, arende, leverans)


def _held_now(
    tillstand: Tillstand, event: Event, decision: Decision, position: Position, has: Parts = _sent
) -> Bedomning | None:
    """The assessment that the decision gives to somebody, with those alone who hold it by this decision."""
    if event.typ == RISKBEDOMNING:
        return assessed(decision, event, position) if decision.arende_id else None
    return _released(tillstand, decision, has)


def _released(tillstand: Tillstand, decision: Decision, has: Parts) -> Bedomning | None:
    """K4: an earlier message of which an answer lets more through: held where all parts together show the level.

    `has`: what of the earlier parts counts. All of it is remembered, and judged anew whenever somebody is told.
    """
    arende = tillstand.arenden.get(decision.arende_id)
    messages = arende.meddelanden if arende else ()
    message = next((m.handelse for m in messages if m.handelse.handelse_id == decision.omprovar), None)
    if arende is None or message is None or message.typ != RISKBEDOMNING:
        return None
    known = tillstand.person(arende.person_id).bedomningar
    old = next((one for one in known if one.handelse_id == message.handelse_id), None)
    had = flow.deliveries_of(arende, message.handelse_id)

    def holds(one: Delivery) -> bool:
        earlier = (vag for lev in had if lev.mottagare == one.mottagare for vag in has(arende, lev))
        return _tells_level(message, (*one.vagar, *earlier))

    fresh = tuple(sorted(one.mottagare for one in carried(decision) if holds(one)))
    return replace(old, innehavare=fresh) if old else None


def _rows(sak: Sak, person: PersonState, known: Iterable[Bedomning], new: Bedomning) -> Iterator[Delivery]:
    """The latest that differs, for each reader group that holds it too and is still in the directory."""
    arenden = [sak.tillstand.arenden[id_] for id_ in person.berorda]
    latest = {
        grupp: old
        for old in known
        if discordant(old, new, sak.regelverk)
        for grupp in old.innehavare
        if grupp in new.innehavare and grupp in sak.regelverk.katalog.lasargrupper
        if _holds_still(sak, arenden, old, grupp)
    }
    for grupp, old in sorted(latest.items()):
        held = old.handelse_id if old.gjord_av == grupp else ids.delivery_id(old.handelse_id, grupp)
        yield flow.notice(sak, grupp, DISCORDANT, avser=held)


def _holds_still(sak: Sak, arenden: Iterable[ArendeState], old: Bedomning, grupp: str) -> bool:
    """R3, K4: lawfully held: made by the group, or so much of it held as shows the level."""
    if old.gjord_av == grupp:
        return True
    had = [(a, lev) for a in arenden for lev in flow.deliveries_of(a, old.handelse_id) if lev.mottagare == grupp]
    shown = (_has(sak, arende, lev) for arende, lev in had)
    return bool(had) and _tells_level(message_of(*had[0]).handelse, (vag for vagar in shown for vag in vagar))


def remember(tillstand: Tillstand, event: Event, decision: Decision, position: Position) -> Tillstand:
    """R3: the assessment is kept with the person and who holds it; one recalled or corrected is kept no longer (Q2)."""
    person = _of(tillstand, event, decision)
    kept = tuple(one for one in person.bedomningar if one.handelse_id != decision.aterkallar)
    new = _held_now(tillstand, event, decision, position)
    known = kept if new is None else _with(kept, new)
    return tillstand if known == person.bedomningar else tillstand.with_person(replace(person, bedomningar=known))


def _with(known: tuple[Bedomning, ...], new: Bedomning) -> tuple[Bedomning, ...]:
    """Added, or, where more hold it now, with them."""
    if all(one.handelse_id != new.handelse_id for one in known):
        return (*known, new)
    more = set(new.innehavare)
    return tuple(
        replace(one, innehavare=tuple(sorted({*one.innehavare, *more}))) if one.handelse_id == new.handelse_id else one
        for one in known
    )
