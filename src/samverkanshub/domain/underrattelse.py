"""K7: who is told of a consent by this very event: whoever it is to be told to and has not been told yet.

A consent is told when it is given or changed, and when something else makes it carry: custody registered, an exemption
lifted, a unit of a named organisation that becomes a party. So the same question is put after each such event.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from samverkanshub.domain import ids
from samverkanshub.domain.consent_form import GIVEN
from samverkanshub.domain.decision import TOLD_OF, Decision, Delivery, Entry, Reason, in_order
from samverkanshub.domain.events import CONSENTS, MESSAGES, PERSON_FACTS, SAMTYCKE_ANDRAT, SAMTYCKE_SVAR, Event
from samverkanshub.domain.fold import accepted, fold
from samverkanshub.domain.messages import Sak
from samverkanshub.domain.spridning import Besked, arende_of, besked, told_of
from samverkanshub.domain.varden import replace

TELLS: Final = CONSENTS | PERSON_FACTS | MESSAGES | {SAMTYCKE_SVAR}


def with_spread(sak: Sak, decision: Decision) -> Decision:
    """K7: the decision with everybody whom it makes to be told of a consent, and, of one given, who is not and why."""
    event = sak.event
    about = event.exposed
    if event.typ not in TELLS or about is None or not accepted(decision):
        return decision
    if event.typ not in GIVEN and not sak.tillstand.person(about.person_id).samtycken:
        return decision
    after = replace(sak, tillstand=fold(sak.tillstand, event, decision, sak.position))
    found = list(_new(after, about.person_id, event))
    deliveries = {one.delivery.leverans_id: one.delivery for one in found if not one.hinder}
    left = tuple(_left_out(after, about.person_id, event, {d.mottagare for d in deliveries.values()}))
    if not found and not left:
        return decision
    lines = [one.entry(f"#samtycke/{one.samtycke.id}", one.delivery.leverans_id) for one in found]
    return replace(
        decision,
        entries=in_order((*decision.entries, *lines, *_told(left))),
        deliveries=(*decision.deliveries, *deliveries.values(), *left),
    )


def _new(after: Sak, person_id: str, event: Event) -> Iterator[Besked]:
    """Whom the state after the event says to tell and who has not been; of the event's own consent all, to be cited."""
    arende = arende_of(after.tillstand, person_id)
    held = {(lev.handelse_id, lev.mottagare) for lev in told_of(arende)}
    for one in besked(after, person_id, held):
        if one.samtycke.id == event.handelse_id or not one.hinder:
            yield one


def _left_out(after: Sak, person_id: str, event: Event, told: set[str]) -> Iterator[Delivery]:
    """K7: whoever was told of a consent that is changed, and is not told of the new one, is told that it changed."""
    arende = arende_of(after.tillstand, person_id)
    if event.typ != SAMTYCKE_ANDRAT or arende is None:
        return
    before = told_of(arende, frozenset({str(event.koder["samtycke"])}))
    for lev in (lev for lev in before if lev.mottagare not in told):
        yield Delivery(
            leverans_id=ids.delivery_id(event.handelse_id, lev.mottagare, "andring"),
            mottagare=lev.mottagare,
            slag="andring",
            arende_id=arende.arende_id,
            handelse_id=event.handelse_id,
            typ=event.typ,
            avsandare_roll="",
            kod="samtycke-andrat",
            avser=lev.leverans_id,
        )


def _told(left: Iterable[Delivery]) -> Iterator[Entry]:
    for one in left:
        yield Entry(one.mottagare, "", (Reason("K7", "underrattas", False),), TOLD_OF, (), (), one.leverans_id)
