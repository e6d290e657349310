"""What a judged record brings to the tables: a pure function of what stands in clear in the log and of its decision.

Legal sex and age class are codes of the record, made by the api from the vault when the event was claimed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from samverkanshub.domain.decision import ACCEPTED, DELIVERED, Entry
from samverkanshub.domain.events import (
    ATERKOPPLING,
    KONTAKTFORMEDLING,
    KVITTENS,
    MESSAGES,
    MISSTANKT,
    OROSANMALAN,
    RISKBEDOMNING,
    SAMTYCKE_ANDRAT,
    SAMTYCKE_LAMNAT,
    SAMTYCKE_NEKAT,
    SAMTYCKE_SVAR,
    SIP_KALLELSE,
    UTREDNING,
    Event,
    Person,
)
from samverkanshub.domain.routing import AGREED, CONTACT, NAMED, STATUTORY, SUBSCRIBED
from samverkanshub.domain.tid import swedish_day, to_ms
from samverkanshub.domain.uppfoljning import tabeller
from samverkanshub.domain.uppfoljning.tabeller import OKAND
from samverkanshub.domain.varden import quick

UTSATT: Final = "utsatt"
SETT: Final = "sett"
SUFFERED: Final = frozenset(kod for kod, _ in tabeller.VALD.varden)
"""Kinds of violence to the exposed person. What is said of neglect or of something else tells of none."""
SEEN: Final = "bevittnat_vald"
ASKED: Final = frozenset({SAMTYCKE_LAMNAT, SAMTYCKE_ANDRAT, SAMTYCKE_NEKAT})
ANSWERS: Final = frozenset({"lamnat", "nekat"})
"""`ej_fragat_fara` says that nobody was asked."""
OPENED: Final = frozenset({"inledd", "redan_pagaende"})
RECIPIENTS: Final = frozenset({STATUTORY, NAMED, CONTACT, AGREED, SUBSCRIBED})
"""Functions of those whom a message was to reach; nobody who was only told something, or consulted."""
COUNTED: Final = MESSAGES | ASKED | {SAMTYCKE_SVAR, ATERKOPPLING, UTREDNING, KVITTENS, MISSTANKT}
"""The types that bring anything. No other record needs to be read."""


@quick
@dataclass(frozen=True, slots=True)
class Om:
    """What a record says of one person. What it does not say is empty.

    `bedomning` is an assessment's day and level; `misstankt` and `borttagen` who a suspicion concerns and who
    registered it.
    """

    person_id: str
    kon: str
    alder: str
    kommun: str = ""
    grupper: tuple[str, ...] = ()
    vald: tuple[str, ...] = ()
    fragor: tuple[str, ...] = ()
    bedomning: tuple[str, str] | None = None
    misstankt: str = ""
    borttagen: str = ""


@quick
@dataclass(frozen=True, slots=True)
class Bidrag:
    """What a record brings to the tables of a year; `meddelande` is its type, outcome and municipality."""

    ar: int
    personer: tuple[Om, ...] = ()
    meddelande: tuple[str, str, str] | None = None


def contribution(event: Event, entries: Sequence[Entry], tid: int, om: str = "") -> Bidrag:
    """T4: what a record that was judged at `tid` (ms) brings. `om` is the type of the message that it acknowledges.

    What was refused counts as a message and says nothing of anybody.
    """
    message = _message(event, outcome(entries)) if event.typ in MESSAGES else None
    persons = tuple(_persons(event, entries, tid, om)) if _accepted(entries) else ()
    return Bidrag(swedish_day(tid).year, persons, message)


def unread(typ: str, tid: int) -> Bidrag:
    """T4: what a record in quarantine brings: that a message was not read (B7), where that much is known of it."""
    return Bidrag(swedish_day(tid).year, (), (typ, "karantan", OKAND) if typ in MESSAGES else None)


def _message(event: Event, utfall: str) -> tuple[str, str, str]:
    return event.typ, utfall, str(event.koder.get("kommun") or OKAND)


def outcome(entries: Sequence[Entry]) -> str:
    """T4: what became of a message when it was judged, whatever an answer or a recall has made of it since."""
    if not _accepted(entries):
        return "avvisat"
    lines = [one for one in entries if one.mottagare and one.funktion in RECIPIENTS]
    # Q1: one that is proposed by a subscription alone, and gets nothing, was nobody it was to reach.
    reached = [one.verdict == DELIVERED for one in lines if one.funktion != SUBSCRIBED or one.verdict == DELIVERED]
    if not reached:
        return "ingen_mottagare"
    return "levererat" if all(reached) else "i_delar" if any(reached) else "undanhallet"


def _accepted(entries: Iterable[Entry]) -> bool:
    return all(one.verdict == ACCEPTED for one in entries if not one.mottagare)


def _persons(event: Event, entries: Sequence[Entry], tid: int, om: str) -> Iterator[Om]:
    if event.typ == MISSTANKT:
        yield from _suspected(event)
    elif (about := event.exposed) is not None:
        yield from _of_message(event, about, entries, tid) if event.typ in MESSAGES else _of_act(event, about, om)


# ------------------------------------------------------------------------------------------ messages


def _of_message(event: Event, about: Person, entries: Sequence[Entry], tid: int) -> Iterator[Om]:
    said = frozenset(event.koder.get("misstanke") or ())
    yield Om(
        about.person_id,
        about.kon,
        about.aldersklass,
        kommun=str(event.koder.get("kommun") or ""),
        grupper=tuple(_groups(event, said)),
        vald=tuple(sorted(said & SUFFERED)),
        fragor=tuple(_asked_of(event, entries)),
        bedomning=_assessment(event, tid),
    )


def _groups(event: Event, said: frozenset[str]) -> Iterator[str]:
    """T4: target groups. A report says of the child what it suspects; whoever another message is about is exposed."""
    if event.typ != OROSANMALAN or said & SUFFERED:
        yield UTSATT
    if SEEN in said:
        yield SETT


def _asked_of(event: Event, entries: Sequence[Entry]) -> Iterator[str]:
    if event.typ == OROSANMALAN:
        yield tabeller.ANMALAN.id
    if event.typ == SIP_KALLELSE and outcome(entries) in ("levererat", "i_delar"):
        yield tabeller.SIP.id


def _assessment(event: Event, tid: int) -> tuple[str, str] | None:
    """R3's day: the Swedish day of the assessment; where the message does not say, that of the message."""
    if event.typ != RISKBEDOMNING:
        return None
    said = event.koder.get("bedomd_tid")
    return swedish_day(to_ms(said) if said else tid).isoformat(), str(event.koder["niva"])


# ------------------------------------------------------------------------------------------ acts and facts


def _of_act(event: Event, about: Person, om: str) -> Iterator[Om]:
    fraga = _answered(event, om)
    if fraga:
        yield Om(about.person_id, about.kon, about.aldersklass, fragor=(fraga,))


def _answered(event: Event, om: str) -> str:
    """T4: which of the death reviews' questions an act or a fact answers with yes; empty for none."""
    koder = event.koder
    if event.typ in ASKED or (event.typ == SAMTYCKE_SVAR and koder["svar"] in ANSWERS):
        return tabeller.SAMTYCKE.id
    opened = event.typ == ATERKOPPLING and koder["utfall"] in OPENED
    if opened or (event.typ == UTREDNING and koder["oppen"]):
        return tabeller.UTREDNING.id
    taken = event.typ == KVITTENS and koder["slag"] == "overtagen"
    return tabeller.KONTAKT.id if taken and om == KONTAKTFORMEDLING else ""


def _suspected(event: Event) -> Iterator[Om]:
    """F1, T4: whom socialnämnd, police or prosecutor registered; whoever else is named as suspected is not counted."""
    against = ",".join(one.person_id for one in event.with_role("registrerad"))
    of = f"{against}/{event.aktor}"
    gone = bool(event.koder.get("borttagen"))
    for one in event.with_role("misstankt"):
        known = (one.person_id, one.kon, one.aldersklass)
        yield Om(*known, borttagen=of) if gone else Om(*known, misstankt=of)
