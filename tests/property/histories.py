"""Random histories of a small world, and what they give access to.

A history is a list of moves, each a name and its arguments, so that a failing one can be read and run again. A move
that the gate refuses is as good as any.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any

from hypothesis import strategies as st
from lagrum import VILLKOR_18C, grund, lagar
from mini_regelverk import BUP, MORA_VINR, POLIS, POLIS_GRUPP, UTSATT, VARDCENTRAL, VC
from steps import DAY, OMRADE, refs
from world import World

from samverkanshub.domain import gate
from samverkanshub.domain.decision import DELIVERED, Decision
from samverkanshub.domain.events import Event, Position
from samverkanshub.domain.messages import Sak, decide_message

Move = tuple[str, dict[str, Any]]
Access = frozenset[tuple[str, str, str, str]]
"""Of a message or a delivery, whom it is about: which reader group reads which item about whom."""

PERSONS = ("anna", "barn", "maken")
UNITS = (VARDCENTRAL, MORA_VINR, BUP)
PROBES = (
    ("sip", "anna"),
    ("risk", "anna"),
    ("lag", "anna"),
    ("intern", "anna"),
    ("sip", "barn"),
    ("oro", "barn"),
    ("sip", "maken"),
)
"""What is asked of every world: who could read what, were it sent now? `lag` invokes a provision (B2), `intern` the
need in the work (B6)."""
KINDS = ("sip", "sip", "risk", "oro", "lag", "intern")
ITEMS = ("insats", "boende", "skydd", "motestid", "identitet")
LEVELS = ("ingen", "sekretessmarkering", "fingerade_personuppgifter")

persons = st.sampled_from(PERSONS)
senders = st.sampled_from((UTSATT, VC, POLIS_GRUPP))
some_units = st.lists(st.sampled_from(UNITS), min_size=1, max_size=3, unique=True)
some_items = st.lists(st.sampled_from(ITEMS), min_size=1, max_size=4, unique=True)
guardians = st.sampled_from(((), ("anna",), ("maken",), ("anna", "maken")))
purposes = st.sampled_from(("sip", "sip", "sip", "riskbedomning", "barnskydd"))
exemptions = st.one_of(
    st.none(),
    st.builds(lambda items: {"kategorier": items}, some_items),
    st.builds(lambda units: {"mottagare": refs(units)}, some_units),
)


def _move(name: str, **arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Move]:
    return st.tuples(st.just(name), st.fixed_dictionaries(arguments))


consents = _move(
    "samtycke",
    namn=persons,
    till=some_units,
    kategorier=some_items,
    andamal=purposes,
    givare=guardians,
    start=st.integers(-1, 3),
    dagar=st.integers(1, 9),
    undantag=exemptions,
    enskilt=st.sampled_from((True, True, True, False)),
    andrar=st.sampled_from((None, None, 0, 1)),
)
protections = _move("skydd", namn=persons, niva=st.sampled_from(LEVELS), av=senders)
suspicions = _move("misstankt", suspect=persons, mot=persons, borttagen=st.booleans())
messages = _move("meddelande", typ=st.sampled_from(KINDS), namn=persons, till=some_units)
moves = st.one_of(
    consents,
    consents,
    messages,
    messages,
    protections,
    suspicions,
    _move("aterkallar", nummer=st.integers(0, 3)),
    _move("makulerar", nummer=st.integers(0, 3)),
    _move("haver", namn=persons, kategorier=some_items),
    _move("vardnad", guardians=guardians.filter(bool), provisoriskt=st.booleans()),
    _move("hushall", namn=persons, members=st.lists(persons, min_size=1, max_size=2, unique=True)),
    _move("frys", namn=persons),
    _move("tar_over"),
    _move("tiden_gar", dagar=st.integers(0, 4)),
)


def _broad(namn: str, givare: tuple[str, ...], andamal: str) -> Move:
    terms = {"till": list(UNITS), "kategorier": list(ITEMS), "start": -1, "dagar": 9, "undantag": None}
    return "samtycke", {"namn": namn, "givare": givare, "andamal": andamal, "enskilt": True, "andrar": None, **terms}


OPENED_UP: list[Move] = [
    ("vardnad", {"guardians": ("anna", "maken"), "provisoriskt": False}),
    _broad("barn", ("anna", "maken"), "sip"),
    _broad("anna", (), "sip"),
    _broad("anna", (), "riskbedomning"),
    _broad("maken", (), "sip"),
]
"""Where everybody has consented to everything, so that what narrows has something to narrow."""
SENT: list[Move] = [("meddelande", {"typ": typ, "namn": namn, "till": list(UNITS)}) for typ, namn in PROBES]
BEGINNINGS: tuple[list[Move], ...] = ([], OPENED_UP, [*OPENED_UP, *SENT])
beginnings = st.builds(lambda nr: ("borjar", {"nr": nr}), st.integers(0, len(BEGINNINGS) - 1))
histories = st.builds(lambda first, then: [first, *then], beginnings, st.lists(moves, max_size=8))


# ------------------------------------------------------------------------------------------ running one


def given_consents(world: World) -> list[str]:
    """The names that consents have been registered under, in order."""
    return [name for name in world.named if name.startswith("S")]


def play(history: Iterable[Move], world: World | None = None) -> World:
    """The world after these moves."""
    world = world or World(lagar())
    for name, arguments in history:
        _MOVES[name](world, **arguments)
    return world


def replayed(history: list[Move]) -> World:
    """The same, every move anew."""
    return play([*BEGINNINGS[history[0][1]["nr"]], *history[1:]])


@cache
def _begun(nr: int) -> World:
    return play(BEGINNINGS[nr])


def _borjar(world: World, *, nr: int) -> None:
    """A beginning is played once; states and events are frozen values, so that worlds can share them."""
    begun = _begun(nr)
    vars(world).update(vars(begun), log=list(begun.log), named=dict(begun.named))


def _samtycke(world: World, *, namn: str, start: int, dagar: int, andrar: int | None, **terms: Any) -> None:
    known = given_consents(world)
    if andrar is not None and andrar < len(known):
        terms["andrar"] = known[andrar]
    fran = world.tid + start * DAY
    world.samtycke(namn, fran=fran, slut=fran + dagar * DAY, som=f"S{len(known)}", **terms)


def _ends(verb: str) -> Any:
    def act(world: World, *, nummer: int) -> None:
        known = given_consents(world)
        if nummer < len(known):
            about = world.named[known[nummer]].personer[0].person_id
            getattr(world, verb)(about, known[nummer])

    return act


def _misstankt(world: World, *, suspect: str, mot: str, borttagen: bool) -> None:
    if suspect != mot:
        world.misstankt(suspect, mot=mot, borttagen=borttagen)


def _meddelande(world: World, *, typ: str, namn: str, till: list[str]) -> None:
    world.happens(replace(probe(typ, namn, tuple(till)), handelse_id=f"h{world.offset}"))
    world.message = world.last


def _hushall(world: World, *, namn: str, members: list[str]) -> None:
    if namn not in members:
        world.hushall(namn, *members)


def _tar_over(world: World) -> None:
    if world.message is not None and world.leverans(UTSATT) is not None:
        world.oppnar(UTSATT).kvitterar(UTSATT, "overtagen")


_MOVES: dict[str, Any] = {
    "borjar": _borjar,
    "samtycke": _samtycke,
    "aterkallar": _ends("aterkallar"),
    "makulerar": _ends("makulerar"),
    "haver": lambda world, namn, kategorier: world.haver_undantag(namn, kategorier=kategorier),
    "skydd": lambda world, namn, niva, av: world.skydd(namn, niva, av=av, provisoriskt=av != UTSATT),
    "misstankt": _misstankt,
    "vardnad": lambda world, guardians, provisoriskt: world.vardnad("barn", *guardians, provisoriskt=provisoriskt),
    "hushall": _hushall,
    "frys": lambda world, namn: world.frys(namn),
    "meddelande": _meddelande,
    "tar_over": _tar_over,
    "tiden_gar": lambda world, dagar: world.after(dagar * DAY),
}


# ------------------------------------------------------------------------------------------ what it gives access to


@cache
def probe(typ: str, namn: str, till: tuple[str, ...] = UNITS) -> Event:
    """A message about somebody, with items about them and another, as yet unsent."""
    other = "maken" if namn != "maken" else "anna"
    items = [*ITEMS, f"boende/{other}", f"identitet/{other}"]
    world = World(lagar())
    if typ == "sip":
        return world.sip(namn, till, items, andra={"narstaende": [other]}).named["sip_kallelse"]
    if typ == "risk":
        known = {"av": VC, "andra": {"narstaende": [other]}}
        return world.riskbedomning(namn, till, items, **known).named["riskbedomning_delad"]
    if typ == "lag":
        known = {"av": VC, "grund": grund("osl-10-18c", VILLKOR_18C), "andra": {"narstaende": [other]}}
        return world.riskbedomning(namn, [POLIS, *till], items, **known).named["riskbedomning_delad"]
    if typ == "intern":
        known = {"av": VC, "behov_i_arbetet": True, "andra": {"narstaende": [other]}}
        return world.riskbedomning(namn, till, items, **known).named["riskbedomning_delad"]
    known = {"till": till, "roll": "barn", "andra": {"vardnadshavare": [other]}}
    return world.orosanmalan(namn, items, **known).named["orosanmalan"]


def access(world: World, tid: int | None = None) -> Access:
    """Who could read what, if it were sent or opened now, or at another time (ms)."""
    position = Position(OMRADE, world.offset, world.tid if tid is None else tid)
    found: set[tuple[str, str, str, str]] = set()
    for typ, namn in PROBES:
        event = probe(typ, namn)
        decision = decide_message(Sak(world.tillstand, world.regler, event, position))
        found |= _readable(typ, namn, event, decision)
    for event, decision in openings(world, position):
        found |= _readable(event.handelse_id, event.personer[0].person_id, event, decision)
    return frozenset(found)


def openings(world: World, position: Position) -> list[tuple[Event, Decision]]:
    """Every delivery, as if opened now: the message and the decision."""
    return [
        (message, gate.decide(world.tillstand, opening, position, world.regler))
        for message, opening in _requests(world)
    ]


def _requests(world: World) -> Iterable[tuple[Event, Event]]:
    for arende in world.tillstand.arenden.values():
        by_id = {kept.handelse.handelse_id: kept.handelse for kept in arende.meddelanden}
        for leverans in arende.leveranser:
            message = by_id[leverans.handelse_id]
            koder = {"leverans": leverans.leverans_id}
            now = [world.person(p.person_id, p.roll) for p in message.personer]
            opening = world.event("oppning_begard", leverans.mottagare, now, koder=koder, arende_id=arende.arende_id)
            yield message, opening


def _readable(what: str, about: str, event: Event, decision: Decision) -> set[tuple[str, str, str, str]]:
    whose = {uppgift.vag: uppgift.person_id for uppgift in event.uppgifter}
    shown = [entry for entry in decision.entries if entry.vag and entry.verdict == DELIVERED]
    return {(f"{what}|{about}", entry.mottagare, entry.vag, whose[entry.vag]) for entry in shown}
