"""B5: which hindrance stops which basis. P, V, K10 and B7 stop B2, B3 and B6; K3 stops B3 and B6; nothing stops B1."""

from collections.abc import Callable

import pytest
from lagrum import grund, lagar
from mini_regelverk import MORA_MOTTAGNING, MORA_VINR, POLIS_GRUPP, UTOVARE, UTSATT, VC
from world import World

from samverkanshub.domain.regelverk import Bestammelse

FORBUD = Bestammelse(
    "prov-forbud",
    *("K10", "Prov", "Prov", "N", "2025-01-01"),
    fran_till=(("polis", "socialtjanst"), ("socialtjanst", "socialtjanst"), ("halso_sjukvard", "socialtjanst")),
    kategorier=("vald",),
    forbjuder=True,
)
"""A forbidden flow of one category, of which no other test case here makes use."""
Send = Callable[[World, str], str]
"""Sends an item about `barn` to Mora on one basis alone; returns a reader of the limited circle."""


def by_duty(world: World, item: str) -> str:
    world.orosanmalan(items=[item], av=VC)
    return MORA_MOTTAGNING


def by_provision(world: World, item: str) -> str:
    needed = grund("polislagen-6-2", ["behov-av-atgard-fran-socialnamnden"])
    world.riskbedomning("barn", [MORA_VINR], ["risk", item], av=POLIS_GRUPP, grund=needed)
    return UTSATT


def by_consent(world: World, item: str) -> str:
    world.samtycke("barn", [MORA_VINR], andamal="riskbedomning", givare=["mor"], som="ja")
    world.riskbedomning("barn", [MORA_VINR], ["risk", item], av=POLIS_GRUPP)
    return UTSATT


def by_inner_secrecy(world: World, item: str) -> str:
    world.riskbedomning("barn", [MORA_VINR], ["risk", item], av=MORA_MOTTAGNING, behov_i_arbetet=True)
    return UTSATT


BASES: dict[str, Send] = {"B1": by_duty, "B2": by_provision, "B3": by_consent, "B6": by_inner_secrecy}


def world() -> World:
    return World(lagar(FORBUD)).vardnad("barn", "mor")


def exempted(one: World) -> World:
    """K3: the guardian exempts a category, for the risk assessment and for the report alike."""
    for andamal in ("riskbedomning", "barnskydd"):
        one.samtycke("barn", ["kvinnojouren-mora"], andamal=andamal, givare=["mor"], undantag={"kategorier": ["halsa"]})
    return one


def protected(one: World) -> World:
    return one.skydd("barn")


def frozen(one: World) -> World:
    return one.frys("barn")


def as_it_is(one: World) -> World:
    return one


LAW_AND_CONSENT = {"B2", "B3", "B6"}
# hindrance, what happened before, the item, its reason, the bases that it stops
HINDRANCES = [
    ("none", as_it_is, "halsa", "", set()),
    ("K3", exempted, "halsa", "K3 undantag", {"B3", "B6"}),
    ("K10", as_it_is, "vald", "K10 forbjudet-prov-forbud", LAW_AND_CONSENT),
    ("P1", protected, "motestid", "P1 meddelas-muntligen", LAW_AND_CONSENT),
    ("P2", protected, "boende", "P2 skyddad-vistelse", LAW_AND_CONSENT),
    ("B7", frozen, "halsa", "B7 person-fryst", LAW_AND_CONSENT),
]


@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize(
    ("before", "item", "reason", "stopped"), [row[1:] for row in HINDRANCES], ids=[row[0] for row in HINDRANCES]
)
def test_b5_which_hindrance_stops_which_basis(
    basis: str, before: Callable[[World], World], item: str, reason: str, stopped: set[str]
) -> None:
    one = before(world())
    reader = BASES[basis](one, item)
    assert (item in one.delivered(reader)) is (basis not in stopped)
    assert (one.why(reader, item) if basis in stopped else {reason}) == {reason}


@pytest.mark.parametrize("basis", sorted(LAW_AND_CONSENT))
@pytest.mark.parametrize(
    ("before", "item", "reasons"),
    [
        (as_it_is, "halsa", set()),
        (as_it_is, "boende", {"V1 arbetar-med-utovare"}),
        (protected, "halsa", {"P3 ej-begransad-krets"}),
        (protected, "boende", {"V1 arbetar-med-utovare", "P2 skyddad-vistelse", "P3 ej-begransad-krets"}),
    ],
    ids=["none", "V1", "P3", "V1, P2 and P3"],
)
def test_b5_what_stops_a_reader_stops_it_on_every_basis_but_b1(
    basis: str, before: Callable[[World], World], item: str, reasons: set[str]
) -> None:
    """V1, P3: of one unit, its readers who work with the perpetrator and are no limited circle."""
    one = before(world())
    BASES[basis](one, item)
    assert (item in one.delivered(UTOVARE)) is not bool(reasons)
    assert (one.why(UTOVARE, item) if reasons else set()) == reasons
