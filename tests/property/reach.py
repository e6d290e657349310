"""Who could read what in a world, and what each event of a history has let through."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

from lagrum import VILLKOR_18C, VILLKOR_UTREDNING, grund
from mini_regelverk import BUP, MORA_BARN, MORA_VINR, POLIS, VARDCENTRAL, VC
from steps import OMRADE
from varld import Varld, rulebook
from world import World

from samverkanshub.domain import gate
from samverkanshub.domain.decision import DELIVERED, Decision, Delivery, Entry
from samverkanshub.domain.events import ADULT, Event, Position, Uppgift
from samverkanshub.domain.messages import Sak, decide_message
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.state import Leverans, Tillstand

UNITS = (VARDCENTRAL, MORA_VINR, BUP)
ITEMS = ("insats", "boende", "skydd", "motestid", "identitet")
PROBES = (
    ("sip", "anna"),
    ("risk", "anna"),
    ("lag", "anna"),
    ("intern", "anna"),
    ("kontakt", "anna"),
    ("sip", "barn"),
    ("oro", "barn"),
    ("sip", "maken"),
)
"""What is asked of every world: who could read what, were it sent now? `lag` invokes a provision (B2), `intern` the
need in the work (B6)."""


class Row(NamedTuple):
    """Which reader group reads which item about whom, in what message or delivery, and whom that is about."""

    vad: str
    om: str
    grupp: str
    vag: str
    vem: str


Access = frozenset[Row]


# ------------------------------------------------------------------------------------------ messages


@cache
def probe(typ: str, namn: str, till: tuple[str, ...] = UNITS, **more: Any) -> Event:
    """A message about somebody, with items about them and another, as yet unsent."""
    world, other = World(rulebook()), "maken" if namn != "maken" else "anna"
    meetings = {"motestid"} if more.get("skyddade_personuppgifter") else set()  # P1: else refused at intake.
    own = [item for item in ITEMS if item not in meetings]
    items = [*own, f"boende/{other}", f"identitet/{other}"]
    roll = more.pop("roll", "") or ("vardnadshavare" if typ == "oro" else "narstaende")
    more["andra"] = {roll: [other]}
    if "misstanke" in more:
        more["misstanke"] = [more["misstanke"]]
    if typ == "sip":
        return world.sip(namn, till, items, **more).named["sip_kallelse"]
    if typ == "kontakt":
        return world.kontaktformedling(namn, items, **more).named["kontaktformedling"]
    if typ == "oro":
        return world.orosanmalan(namn, items, till=till, **{"roll": "barn", **more}).named["orosanmalan"]
    if typ == "utredning":
        more["grund"] = grund("uppgift-till-barnutredning", VILLKOR_UTREDNING)
        return world.meddelar("uppgift_till_utredning", "barn", (MORA_BARN,), own, VC, **more).named[
            "uppgift_till_utredning"
        ]
    if typ == "lag":
        more = {"grund": grund("osl-10-18c", VILLKOR_18C[: more.pop("villkor", 3)]), **more}
        till = (POLIS, *till)
    if typ == "intern":
        more["behov_i_arbetet"] = True
    return world.riskbedomning(namn, till, ["risk", *items], av=VC, **more).named["riskbedomning_delad"]


def access(world: Varld, tid: int | None = None) -> Access:
    """Who could read what, if it were sent or opened now, or at another time (ms)."""
    position = Position(OMRADE, world.offset, world.tid if tid is None else tid)
    found = set(sendable(world.tillstand, world.regler, position))
    for _, event, decision in openings(world, position):
        found |= _readable(event.handelse_id, event, decision)
    return frozenset(found)


def sendable(tillstand: Tillstand, regler: Regelverk, position: Position) -> Access:
    """Who could read what, if it were sent in this state."""
    found: set[Row] = set()
    for typ, namn in PROBES:
        event = probe(typ, namn)
        found |= _readable(typ, event, decide_message(Sak(tillstand, regler, event, position)))
    return frozenset(found)


class Named(NamedTuple):
    """What a reader group is told beside the items: of whom a message is, and to whom not to show it (P5, V4)."""

    avsandare: str
    markningar: frozenset[str]


def told(world: Varld) -> tuple[dict[tuple[str, str, str], Named], frozenset[str]]:
    """Of each probe and delivery, were it sent or opened now, what its readers are told; and which P5 is said to hide.

    By what it is, to whom, and what kind of row it is.
    """
    position, rows, hidden = Position(OMRADE, world.offset, world.tid), {}, set()
    for typ, namn in PROBES:
        event = probe(typ, namn)
        decision = decide_message(Sak(world.tillstand, world.regler, event, position))
        rows |= _named(f"{typ}/{namn}", decision)
        hidden |= {f"{typ}/{namn}"} if decision.skyddad else set()
    for leverans, _, decision in openings(world, position):
        rows |= _named(leverans.leverans_id, decision)
    return rows, frozenset(hidden)


def _named(what: str, decision: Decision) -> dict[tuple[str, str, str], Named]:
    rows = (one for one in decision.deliveries if one.slag not in ("konsultation", "larm"))
    return {(what, one.mottagare, one.slag): Named(one.avsandare, frozenset(one.markningar)) for one in rows}


def openings(world: Varld, position: Position) -> list[tuple[Leverans, Event, Decision]]:
    """Every delivery, as if opened now: the message and the decision."""
    return [
        (leverans, message, gate.decide(world.tillstand, opening, position, world.regler))
        for leverans, message, opening in _requests(world)
    ]


def _requests(world: Varld) -> Iterable[tuple[Leverans, Event, Event]]:
    for arende, leverans in world.deliveries:
        if leverans.mottagare not in world.regler.katalog.lasargrupper:
            continue  # Nobody is left to open it.
        message = next(m.handelse for m in arende.meddelanden if m.handelse.handelse_id == leverans.handelse_id)
        yield leverans, message, opening(world, leverans, message)


def opening(world: Varld, leverans: Leverans, message: Event, anvandare: str = "u1") -> Event:
    """A reader group's request to open what it has received; ages are those of now."""
    now = [replace(p, aldersklass=world.alder.get(p.person_id, ADULT)) for p in message.personer]
    koder = {"leverans": leverans.leverans_id}
    event = world.event("oppning_begard", leverans.mottagare, now, koder=koder, arende_id=message.arende_id)
    return replace(event, anvandare=anvandare)


def _readable(what: str, event: Event, decision: Decision) -> set[Row]:
    whose = {uppgift.vag: uppgift.person_id for uppgift in event.uppgifter}
    about = event.exposed.person_id if event.exposed else ""
    shown = [entry for entry in decision.entries if entry.vag and entry.verdict == DELIVERED]
    return {Row(what, about, e.mottagare, e.vag, whose[e.vag]) for e in shown if e.vag in whose}


# ------------------------------------------------------------------------------------------ what has gone


class Through(NamedTuple):
    """An item that reached somebody: the state and the regelverk that it met, and the entry that says so."""

    state: Tillstand
    after: Tillstand
    regler: Regelverk
    tid: int
    message: Event
    uppgift: Uppgift
    entry: Entry
    delivery: Delivery


def judged(world: Varld) -> Iterator[tuple[Tillstand, Tillstand, Regelverk, int, Decision]]:
    """Every decision of the history with the states around it, and every delivery as if opened at the end."""
    for step in world.steps:
        yield step.before, step.after, step.regler, step.position.tid, step.decision
    for *_, decision in openings(world, Position(OMRADE, world.offset, world.tid)):
        yield world.tillstand, world.tillstand, world.regler, world.tid, decision


def delivered(world: Varld) -> Iterator[Through]:
    """Each item that reached somebody: sent, released, opened or told of."""
    for before, after, regler, tid, decision in judged(world):
        for delivery in (one for one in decision.deliveries if one.vagar):
            message = sent(after, delivery)
            own = [e for e in decision.entries if e.mottagare == delivery.mottagare and e.verdict == DELIVERED]
            for uppgift in (one for one in message.uppgifter if one.vag in delivery.vagar):
                (entry,) = (entry for entry in own if _says(entry, uppgift, delivery))
                yield Through(before, after, regler, tid, message, uppgift, entry, delivery)


def _says(entry: Entry, uppgift: Uppgift, delivery: Delivery) -> bool:
    """Is this the line on that item? A consent told of has one line, by its name (K7)."""
    if delivery.slag == "samtycke":
        return entry.vag == f"#samtycke/{delivery.handelse_id}"
    return entry.vag == uppgift.vag


def sent(tillstand: Tillstand, delivery: Delivery) -> Event:
    """The message that a delivery is of, as its ärende keeps it."""
    kept = tillstand.arenden[delivery.arende_id].meddelanden
    return next(message.handelse for message in kept if message.handelse.handelse_id == delivery.handelse_id)
