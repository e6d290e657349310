"""Q1: what a vårdcentral is party to: it reports children, gets risk, is called to SIP and calls, is in avvikelser.

Subscriptions propose and never entitle, neither a vårdcentral nor anybody else.
"""

from dataclasses import replace
from typing import Any

import pytest
from flowworld import FlowWorld, flow_regelverk
from lagrum import VILLKOR_VARD, grund, lagar
from mini_regelverk import (
    BUP,
    FALUN_HANDLAGGARE,
    JOUR,
    MORA_MOTTAGNING,
    MORA_VINR,
    UTSATT,
    VARDCENTRAL,
    VC,
    VC_SKYDDAD,
    with_subscriptions,
)
from world import World

from samverkanshub.domain.regelverk import Prenumeration

READERS = (VC, VC_SKYDDAD)


# ------------------------------------------------------------------------------------------ orosanmälan


@pytest.mark.parametrize("utfall", ["inledd", "redan_pagaende", "inleds_ej"])
def test_q1_it_sends_orosanmalan_and_gets_feedback(utfall: str) -> None:
    """O5."""
    world = FlowWorld()
    world.orosanmalan(av=VC)
    delivery = world.leverans(MORA_MOTTAGNING)
    assert delivery is not None
    world.handlar("aterkoppling", MORA_MOTTAGNING, leverans=delivery.leverans_id, utfall=utfall)
    assert world.told(f"aterkoppling-{utfall.replace('_', '-')}") == {VC}


def test_q1_it_gets_no_orosanmalan_of_its_own_accord() -> None:
    assert VC not in World().orosanmalan(av=FALUN_HANDLAGGARE).reached()


# ------------------------------------------------------------------------------------------ riskbedömning


@pytest.mark.parametrize("grupp", READERS)
@pytest.mark.parametrize(
    ("agreed", "delivered", "why"),
    [
        ([VARDCENTRAL], {"risk"}, set()),
        (["region-dalarna"], {"risk"}, set()),
        ([BUP], set(), {"B0 samtycke-saknas"}),
        ([], set(), {"B0 samtycke-saknas"}),
    ],
)
def test_q1_it_gets_riskbedomning_by_consent(grupp: str, agreed: list[str], delivered: set[str], why: set[str]) -> None:
    world = World()
    if agreed:
        world.samtycke("anna", agreed, andamal="riskbedomning")
    world.riskbedomning("anna", [VARDCENTRAL])
    assert world.delivered(grupp) == delivered
    assert world.why(grupp, "risk") == why


@pytest.mark.parametrize(("attested", "delivered"), [(VILLKOR_VARD, {"risk"}), (VILLKOR_VARD[:1], set())])
def test_q1_it_gets_riskbedomning_by_provision(attested: tuple[str, ...], delivered: set[str]) -> None:
    """B2: OSL 26 kap. 9 §, from social services to health care about somebody under 18 or pregnant."""
    world = World(lagar()).riskbedomning("barn", [VARDCENTRAL], grund=grund("osl-26-9", attested))
    assert world.delivered(VC) == delivered
    assert {found.id for found in world.entry(VC, "risk").grunder} == ({"osl-26-9"} if delivered else set())


# ------------------------------------------------------------------------------------------ SIP


@pytest.mark.parametrize(("agreed", "delivered"), [(True, {"insats"}), (False, set())])
def test_q1_it_is_called_to_sip(agreed: bool, delivered: set[str]) -> None:
    world = World().samtycke("anna", [VARDCENTRAL]) if agreed else World()
    assert world.sip("anna", [VARDCENTRAL], av=UTSATT).delivered(VC) == delivered


@pytest.mark.parametrize(("agreed", "delivered"), [(True, {"insats"}), (False, set())])
def test_q1_it_calls_sip(agreed: bool, delivered: set[str]) -> None:
    world = World().samtycke("anna", [MORA_VINR], av=VC) if agreed else World()
    assert world.sip("anna", [MORA_VINR], av=VC).delivered(UTSATT) == delivered
    assert world.refused() == set()


@pytest.mark.parametrize(("called", "refused"), [([MORA_VINR], set()), ([BUP], {"S1 huvudman-saknas"})])
def test_q1_the_vardcentral_that_calls_stands_for_health_care_alone(called: list[str], refused: set[str]) -> None:
    assert World().sip("anna", called, av=VC).refused() == refused


# ------------------------------------------------------------------------------------------ avvikelse


@pytest.mark.parametrize(("av", "till", "readers"), [(UTSATT, VARDCENTRAL, READERS), (VC, MORA_VINR, (UTSATT,))])
def test_q1_it_is_party_to_avvikelse(av: str, till: str, readers: tuple[str, ...]) -> None:
    world = World().avvikelse([till], av=av)
    assert all(world.delivered(grupp) == {"ovrigt"} for grupp in readers)


def test_q1_and_may_be_the_one_responsible_meanwhile() -> None:
    """A3."""
    world = FlowWorld()
    world.avvikelse([VARDCENTRAL])
    world.handlar("ansvar_forslag", UTSATT, enhet=VARDCENTRAL)
    assert world.refused() == set()
    world.handlar("ansvar_svar", VC, forslag=world.named["ansvar_forslag"].handelse_id, svar="godtas")
    assert world.refused() == set()


# ------------------------------------------------------------------------------------------ subscriptions

SUBSCRIBED: dict[str, Any] = {
    "sip_kallelse": (World.sip, [BUP], "sip", "insats"),
    "riskbedomning_delad": (World.riskbedomning, [BUP], "riskbedomning", "risk"),
}


def subscribes(typ: str) -> World:
    return World(with_subscriptions(flow_regelverk(), Prenumeration(VARDCENTRAL, typ, ("mora",))))


@pytest.mark.parametrize("typ", SUBSCRIBED)
@pytest.mark.parametrize("wished", [True, False])
@pytest.mark.parametrize("agreed", [True, False])
def test_q1_a_subscription_proposes_where_the_sender_wishes_and_never_entitles(
    typ: str, wished: bool, agreed: bool
) -> None:
    send, named, andamal, item = SUBSCRIBED[typ]
    world = subscribes(typ)
    if agreed:
        world.samtycke("anna", [VARDCENTRAL], andamal=andamal)
    send(world, "anna", named, kommun="mora", enligt_prenumeration=wished)
    assert bool(world.entries(VC)) is wished
    assert world.delivered(VC) == ({item} if wished and agreed else set())
    assert world.message is not None
    assert {unit for request in world.message.requests for unit in request.mottagare} == {BUP}, "none for it alone"


def test_q1_a_subscription_to_orosanmalan_gives_no_part_in_it_and_takes_nobodys() -> None:
    world = subscribes("orosanmalan").orosanmalan(av=FALUN_HANDLAGGARE, enligt_prenumeration=True)
    assert world.delivered(VC) == set()
    assert world.delivered(MORA_MOTTAGNING) == {"barnets_situation"}
    assert world.message is not None
    assert world.message.requests == ()


@pytest.mark.parametrize("wished", [True, False, None])
def test_q1_orosanmalan_routing_cannot_be_unsubscribed(wished: bool | None) -> None:
    """Whoever subscribes or does not, and whatever the sender wishes."""
    for rows in ((), (Prenumeration(JOUR, "orosanmalan"),)):
        world = World(replace(flow_regelverk(), prenumerationer=rows)).orosanmalan(enligt_prenumeration=wished)
        assert world.delivered(MORA_MOTTAGNING) == {"barnets_situation"}
