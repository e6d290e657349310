"""Random histories of a small world: what may happen in one, and its beginnings.

A history is a list of moves, each a name and its arguments, so that a failing one can be read and run again. A move
that the gate refuses is as good as any; how each is played is in `happenings`.
"""

import random
from collections.abc import Iterable
from functools import cache
from itertools import combinations
from typing import Any

from happenings import PLAYED
from hypothesis import strategies as st
from mini_regelverk import BUP, FALUN_BARN, POLIS_GRUPP, UTSATT, VARDCENTRAL, VC
from reach import ITEMS, PROBES, UNITS
from steps import refs
from varld import FAMILJERATT, FRIVARDEN, RULEBOOKS, Varld

Move = tuple[str, dict[str, Any]]

PERSONS = ("anna", "barn", "maken")
EVERYBODY = (*PERSONS, "mormor")
ADULTS = ("anna", "maken")
SENDERS = (UTSATT, VC, POLIS_GRUPP)
YES = ("godtas", "godtas")
KVITTENSER = ("mottagen", "dokumenterad", "overtagen")
FEEDBACK = ("inledd", "redan_pagaende", "inleds_ej")
LEVELS = ("ingen", "sekretessmarkering", "fingerade_personuppgifter")
PURPOSES = ("sip", "sip", "sip", "riskbedomning", "barnskydd", "kontakt")
KINDS = ("sip", "sip", "risk", "risk", "oro", "oro", "lag", "lag", "intern", "kontakt", "utredning", "avvikelse")
BESLUT = ("fb_6_13a", "ensam_vardnad", "lvu", "skyddat_boende", "sarskild_foretradare", "oppen_insats")

UNITS_NAMED = (*UNITS, FAMILJERATT, FRIVARDEN)
HANDED_TO = (*UNITS, FAMILJERATT, FALUN_BARN)
Choices = dict[str, tuple[Any, ...]]
"""Of each argument of a move, what it may be, oftener what is listed oftener."""


def _some(values: tuple[str, ...], most: int) -> tuple[list[str], ...]:
    return tuple(list(chosen) for number in range(1, most + 1) for chosen in combinations(values, number))


numbers = tuple(range(8))
"""Which of those there are, counted round."""
yes_or_no = (False, True)
seldom = (False, False, True)
guardians = ((), ("anna",), ("maken",), ("anna", "maken"))
exempt = (
    *({"kategorier": items} for items in _some(ITEMS, 2)),
    *({"mottagare": refs(units)} for units in _some(UNITS, 2)),
    {"anvandare": [{"aktor": "region-dalarna", "anvandare": "u1"}]},
)
CONSENT: Choices = {
    "namn": PERSONS,
    "till": _some(UNITS, 3),
    "kategorier": _some(ITEMS, 4),
    "andamal": PURPOSES,
    "givare": guardians,
    "start": (-1, 0, 1, 2, 3),
    "dagar": tuple(range(1, 10)),
    "undantag": (*(None for _ in exempt), *exempt),
    "enskilt": (True, True, True, False),
    "andrar": (None, None, 0, 1),
    "narvarande": (None, None, None, *EVERYBODY),
    "roll": ("narvarande", "tolk"),
    "av": (UTSATT, UTSATT, VC),
    "for_andra": ("", "", "foretradare", "beslut"),
}
EXEMPTION: Choices = {
    "namn": PERSONS,
    "vad": exempt,
    "andamal": PURPOSES,
    "givare": guardians,
    "narvarande": (None, None, *EVERYBODY),
    "av": (UTSATT, VC),
}
ABOUT_CONSENTS: tuple[tuple[str, Choices], ...] = (
    *(("samtycke", CONSENT) for _ in range(3)),
    ("begaran", {"nummer": numbers, "kategorier": _some(ITEMS, 4), "givare": guardians, "undantar": yes_or_no}),
    ("aterkallar", {"nummer": (0, 1, 2, 3)}),
    ("makulerar", {"nummer": numbers, "undantag": (True, True, False), "av_annan": seldom}),
    ("undantar", EXEMPTION),
    ("haver", {"namn": PERSONS, "kategorier": _some(ITEMS, 4), "narvarande": (None, *EVERYBODY), "givare": guardians}),
    ("nekar", {"namn": PERSONS, "till": _some(UNITS, 3), "andamal": PURPOSES, "givare": guardians}),
)
ABOUT_PERSONS: tuple[tuple[str, Choices], ...] = (
    ("skydd", {"namn": PERSONS, "niva": LEVELS, "av": SENDERS}),
    *(
        ("misstankt", {"suspect": EVERYBODY, "mot": PERSONS, "borttagen": seldom, "av": (UTSATT, POLIS_GRUPP)})
        for _ in range(2)
    ),
    ("vardnad", {"guardians": guardians[1:], "provisoriskt": yes_or_no}),
    ("hushall", {"namn": PERSONS, "members": _some(EVERYBODY, 2), "av": SENDERS}),
    ("mognad", {"andamal": PURPOSES, "mogen": yes_or_no, "av": (UTSATT, VC)}),
    *(("beslut", {"slag": BESLUT, "ersatter": guardians, "samtycker": (True, True, False)}) for _ in range(2)),
    ("foretradare", {"namn": ADULTS, "vem": ("mormor", "maken"), "slag": ("god_man", "forvaltare")}),
    ("utredning", {"oppen": (True, True, False)}),
    ("utskriven", {"namn": ADULTS, "kontakt": (VARDCENTRAL, BUP), "kallar": yes_or_no}),
    ("frys", {"namn": PERSONS}),
    ("tinar", {"nummer": numbers, "sjalv": seldom}),
    ("fyller", {"namn": PERSONS}),
)
SENT: tuple[tuple[str, Choices], ...] = (
    (
        "meddelande",
        {
            "typ": KINDS,
            "namn": PERSONS,
            "till": _some(UNITS_NAMED, 3),
            "villkor": (3, 3, 3, 2, 0),
            "niva": ("lag", "forhojd", "hog", "mycket_hog"),
            "skyddad": seldom,
            "misstanke": ("omsorgssvikt", "vald_i_nara_relation", "manniskohandel"),
            "anmalare": ("anmalningsskyldig", "anmalningsskyldig", "privatperson"),
            "roll": ("", "", "misstankt"),
            "prenumeration": yes_or_no,
            "rattar": seldom,
        },
    ),
)
ACTS: tuple[tuple[str, Choices], ...] = (
    ("svarar", {"nummer": numbers, "svar": ("lamnat", "nekat", "ej_fragat_fara"), "slapp": yes_or_no}),
    ("samtycke_sedan", {"nummer": numbers}),
    ("tar_tillbaka", {"nummer": numbers, "av_annan": seldom}),
    *(("oppnar", {"nummer": numbers, "anvandare": ("u1", "u2")}) for _ in range(2)),
    ("kvitterar", {"nummer": numbers, "slag": KVITTENSER, "oppnar": (True, True, False)}),
    ("tar_over", {"nummer": numbers}),
    (
        "lamnar",
        {"nummer": numbers, "till": HANDED_TO, "svar": ("", *YES, "avvisas"), "avslutar": yes_or_no},
    ),
    ("avslutar", {"nummer": numbers}),
    ("enas", {"nummer": numbers, "svar": (*YES, "avvisas")}),
    ("javig", {"nummer": numbers, "anvandare": ("u1", "u2"), "havd": seldom}),
    ("informerar", {"utfall": ("gjort", "ej_gjort")}),
    ("ringer", {"nummer": numbers}),
    ("aterkopplar", {"nummer": numbers, "utfall": FEEDBACK, "olampligt": yes_or_no}),
    ("bedomer", {"nummer": numbers}),
    *(("steg", {"nummer": numbers, "for_tidigt": seldom, "flera": yes_or_no}) for _ in range(2)),
    ("regelverk", {"namn": RULEBOOKS, "ensam": seldom}),
    ("tiden_gar", {"dagar": (0, 1, 2, 3, 4)}),
)
FAMILIES = (ABOUT_CONSENTS, ABOUT_PERSONS, SENT, ACTS, ACTS)


def _broad(namn: str, givare: tuple[str, ...], andamal: str) -> Move:
    terms = {"till": list(UNITS), "kategorier": list(ITEMS), "start": -1, "dagar": 9}
    return "samtycke", {"namn": namn, "givare": givare, "andamal": andamal, **terms}


OPENED_UP: list[Move] = [
    ("vardnad", {"guardians": ("anna", "maken"), "provisoriskt": False}),
    _broad("barn", ("anna", "maken"), "sip"),
    _broad("anna", (), "sip"),
    _broad("anna", (), "riskbedomning"),
    _broad("maken", (), "sip"),
    _broad("anna", (), "kontakt"),
]
"""Where everybody has consented to everything, so that what narrows has something to narrow."""
EVERYTHING_SENT: list[Move] = [("meddelande", {"typ": typ, "namn": namn, "till": list(UNITS)}) for typ, namn in PROBES]
BEGINNINGS: tuple[list[Move], ...] = ([], OPENED_UP, [*OPENED_UP, *EVERYTHING_SENT])
CALL_TAKEN_BACK: list[Move] = [
    ("borjar", {"nr": 1}),
    ("utskriven", {"namn": "anna", "kontakt": VARDCENTRAL, "kallar": True}),
    ("kvitterar", {"nummer": 0, "slag": "mottagen"}),
    ("tar_tillbaka", {"nummer": 0, "av_annan": False}),
]
"""S4: the call after a discharge is made, somebody acknowledges it, and it is taken back."""
CALL_TAKEN_BACK_LATER: list[Move] = [
    *CALL_TAKEN_BACK[:-1],
    *(("avslutar", {"nummer": 0}) for _ in range(3)),
    ("meddelande", {"typ": "sip", "namn": "anna", "till": list(UNITS)}),
    ("tar_tillbaka", {"nummer": 1, "av_annan": False}),
]
"""H1: once all who took part in its ärende have left, and another SIP is open."""


# ------------------------------------------------------------------------------------------ at random


def history_of(seed: bytes) -> list[Move]:
    """Some of the moves that a seed gives: the fewer bits are set in its end, the fewer, so that a failing one shrinks.

    Not drawn one by one: Hypothesis then tries variations of the same few moves, and most kinds are never seen.
    """
    chance, kept = random.Random(seed[:8]), int.from_bytes(seed[8:], "big")
    beginning = ("borjar", {"nr": chance.choice((0, 1, 2, 2))})
    return [beginning, *(move for nr, move in enumerate(_moves(chance)) if kept >> nr & 1)]


def _moves(chance: random.Random) -> list[Move]:
    kinds = [chance.choice(chance.choice(FAMILIES)) for _ in range(24)]
    return [(name, {which: chance.choice(values) for which, values in known.items()}) for name, known in kinds]


histories = st.binary(min_size=11, max_size=11).map(history_of)
persons = st.sampled_from(PERSONS)
exemptions = st.sampled_from(exempt)
consents = st.fixed_dictionaries({which: st.sampled_from(values) for which, values in CONSENT.items()}).map(
    lambda terms: ("samtycke", terms)
)


def _moves_of(name: str, known: Choices) -> st.SearchStrategy[Move]:
    arguments = st.fixed_dictionaries({which: st.sampled_from(values) for which, values in known.items()})
    return arguments.map(lambda terms: (name, terms))


exempted_alone = _moves_of("undantar", EXEMPTION)
_OF_THE_HUB = frozenset({"frys", "tinar", "fyller"})
_REGISTERED = [(name, known) for name, known in (*ABOUT_CONSENTS, *ABOUT_PERSONS) if name not in _OF_THE_HUB]
registrations = st.one_of(*(_moves_of(name, known) for name, known in _REGISTERED if name != "aterkallar"))
"""What somebody registers, but what has a law of its own: a consent withdrawn (K4)."""


# ------------------------------------------------------------------------------------------ running one


def given_consents(world: Varld) -> list[str]:
    """The names that consents have been registered under, in order."""
    return [name for name in world.named if name.startswith("S")]


def play(history: Iterable[Move], world: Varld | None = None) -> Varld:
    """The world after these moves."""
    world = world or Varld()
    for name, arguments in history:
        (_borjar if name == "borjar" else PLAYED[name])(world, **arguments)
    return world


def replayed(history: list[Move]) -> Varld:
    """The same, every move anew."""
    return play([*BEGINNINGS[history[0][1]["nr"]], *history[1:]])


@cache
def _begun(nr: int) -> Varld:
    return play(BEGINNINGS[nr])


def _borjar(world: Varld, *, nr: int) -> None:
    """A beginning is played once; states and events are frozen values, so that worlds can share them."""
    begun = _begun(nr)
    own = {"log": list(begun.log), "named": dict(begun.named), "steps": list(begun.steps), "alder": dict(begun.alder)}
    vars(world).update(vars(begun), **own)
