"""What each judged record can be found by afterwards: a function of the log, written with its decision."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from samverkanshub.domain.actors import Katalog
from samverkanshub.domain.decision import DELIVERED, INCIDENT, WITHHELD, Decision
from samverkanshub.domain.events import CONSENTS, DRIFTATGARD, HUB, JAV, RADERING, REGELVERK, UPPTINING, Event
from samverkanshub.domain.fold import accepted
from samverkanshub.domain.state import Tillstand
from samverkanshub.ports import NoticeRow, TraceRow

AKTOR: Final = "aktor"
"""Who had a part in it: its sender, who received something by it, who reads of it in an outcome of its own."""
ARENDE: Final = "arende"
TYP: Final = "typ"
ANVANDARE: Final = "anvandare"
PERSON: Final = "person"
"""Whom it names."""
SAMTYCKE: Final = "samtycke"
"""A consent that it rests on, makes, changes or ends."""
REGEL: Final = "undanhallet"
"""A rule that withheld something; found without an id, whatever withheld it."""
JAVIG: Final = "javig"
"""Whom it bars (V7), as `user` names them."""
DRIFT: Final = "drift"
"""What operators did, and the gate accepted; found without an id."""
FORESLOG: Final = "foreslog"
"""Who proposed what another approved ..."""
GODKANDE: Final = "godkande"
"""... and who did: of a redrive, a regelverk and an erasure."""
POST: Final = "post"
"""The record in quarantine that a redrive is about, as `partition/offset`."""
REGELVERKET: Final = "regelverk"
"""The regelverk that is put in force, by its digest."""
FORSLAGET: Final = "forslag"
"""The proposal that an erasure approves."""
BY_TWO: Final = frozenset({UPPTINING, REGELVERK, RADERING})
AVVEK: Final = "incident"
"""What went wrong; it has no id of its own."""

ALL: Final = "*"
"""The id of what is found whatever its id."""

Key = tuple[str, str]


def user(aktor: str, anvandare: str) -> str:
    """A user's id in traces: two actors may have users of one name."""
    return f"{aktor}/{anvandare}"


def traces(
    decision: Decision, event: Event, offset: int, notices: Iterable[NoticeRow], before: Tillstand, katalog: Katalog
) -> list[TraceRow]:
    """The traces of a record that could be read, sorted. A repeat has its sender's alone: nothing happened by it."""
    keys = {(AKTOR, event.aktor or HUB)}
    if not decision.upprepning:
        keys |= {(AKTOR, notice.aktor) for notice in notices}
        keys |= {*_of_event(event), *_of_decision(decision, katalog), *_of_incident(decision, event, before, katalog)}
        keys |= {*_of_operators(decision, event)} if accepted(decision) else set()
    return _rows(offset, keys)


def traces_of_unread(
    decision: Decision, persons: Iterable[str], offset: int, notices: Iterable[NoticeRow]
) -> list[TraceRow]:
    """B7: the traces of a record in quarantine, as far as it could be read."""
    keys = {(AKTOR, decision.aktor or HUB), (ARENDE, decision.arende_id), (TYP, decision.typ)}
    keys |= {(AKTOR, notice.aktor) for notice in notices} | {(PERSON, id_) for id_ in persons}
    return _rows(offset, keys)


def _rows(offset: int, keys: Iterable[Key]) -> list[TraceRow]:
    return [TraceRow(offset, slag, id_) for slag, id_ in sorted(keys) if id_]


def _of_event(event: Event) -> Iterator[Key]:
    yield TYP, event.typ
    if event.anvandare:
        yield ANVANDARE, user(event.aktor, event.anvandare)
    for person_id in event.person_ids:
        yield PERSON, person_id
    if event.typ in CONSENTS:
        yield SAMTYCKE, event.handelse_id
        yield SAMTYCKE, _text(event.koder.get("samtycke"))


def _of_operators(decision: Decision, event: Event) -> Iterator[Key]:
    """T1, B7: what one did, or two together, with what it was about."""
    if event.typ == DRIFTATGARD or event.typ in BY_TWO:
        yield DRIFT, ALL
    if event.typ in BY_TWO:
        yield FORESLOG, _text(event.koder.get("foreslagen_av"))
        yield GODKANDE, _text(event.koder.get("godkand_av"))
    if event.typ == UPPTINING:
        yield POST, f"{event.koder['partition']}/{event.koder['offset']}"
    if event.typ == REGELVERK:
        yield REGELVERKET, decision.regelverk
    if event.typ == RADERING:
        yield FORSLAGET, _text(event.koder.get("forslag"))


def _of_decision(decision: Decision, katalog: Katalog) -> Iterator[Key]:
    yield from ((ARENDE, id_) for id_ in {decision.arende_id, *(one.arende_id for one in decision.deliveries)})
    for entry in decision.entries:
        for samtycke in entry.samtycken:
            yield SAMTYCKE, samtycke
        grupp = katalog.lasargrupper.get(entry.mottagare)
        if grupp is not None and entry.verdict == DELIVERED:
            yield AKTOR, katalog.enheter[grupp.enhet].aktor
        if entry.mottagare and entry.verdict == WITHHELD:
            yield REGEL, ALL
            yield from ((REGEL, reason.regel) for reason in entry.reasons if reason.nekar)


def _of_incident(decision: Decision, event: Event, before: Tillstand, katalog: Katalog) -> Iterator[Key]:
    """K4, Q2: what was listed as an incident. V7: that somebody is barred, who may have opened something before."""
    wrong = {entry.leverans_id for entry in decision.entries if entry.funktion == INCIDENT}
    barred = event.typ == JAV and not event.koder.get("havd") and accepted(decision)
    if barred or wrong:
        yield AVVEK, ALL
    if barred:
        yield JAVIG, user(event.aktor, str(event.koder["anvandare"]))
    for arende in before.arenden.values() if wrong else ():
        for leverans in (one for one in arende.leveranser if one.leverans_id in wrong):
            yield ARENDE, arende.arende_id
            yield AKTOR, katalog.enheter[leverans.avsandare].aktor if leverans.avsandare in katalog.enheter else ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
