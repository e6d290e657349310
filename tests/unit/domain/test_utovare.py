"""V1-V4, V6: what never reaches the perpetrator's readers, and what a suspected person's role does and does not do."""

import pytest
from mini_regelverk import BUP, BUP_GRUPP, FALUN_HANDLAGGARE, FALUN_UTOVARE, MORA_VINR, UTOVARE, UTSATT, VARDCENTRAL, VC
from world import World

from samverkanshub.domain.events import NEVER_TO_PERPETRATORS_READERS

HIDDEN = sorted(NEVER_TO_PERPETRATORS_READERS)
SUSPECT = {"misstankt": ["maken"]}


def consenting() -> World:
    return World().samtycke("anna", [MORA_VINR, VARDCENTRAL]).samtycke("maken", [MORA_VINR, VARDCENTRAL])


# ------------------------------------------------------------------------------------------ V1


@pytest.mark.parametrize("item", HIDDEN)
def test_v1_whereabouts_contact_and_protection_never_reach_the_perpetrators_readers(item: str) -> None:
    world = consenting().sip("anna", [MORA_VINR], [item, "insats"], av=VC)
    assert world.delivered(UTSATT) == {item, "insats"}
    assert world.delivered(UTOVARE) == {"insats"}
    assert world.why(UTOVARE, item) == {"V1 arbetar-med-utovare"}


@pytest.mark.parametrize("item", HIDDEN)
def test_v1_decides_which_of_a_statutory_units_readers_open(item: str) -> None:
    world = World().orosanmalan(kommun="falun", items=[item, "barnets_situation"])
    assert world.delivered(FALUN_UTOVARE) == {"barnets_situation"}


def test_v1_no_consent_is_asked_for_what_it_stops() -> None:
    world = World().sip("anna", [MORA_VINR], ["boende"], av=VC)
    assert world.why(UTOVARE, "boende") == {"B0 samtycke-saknas", "V1 arbetar-med-utovare"}
    assert world.message is not None
    assert [request.mottagare for request in world.message.requests] == [(MORA_VINR,)], "on account of `utsatt` alone"


# ------------------------------------------------------------------------------------------ V2


@pytest.mark.parametrize("registered", [True, False])
def test_v2_the_suspects_own_items_reach_his_own_readers(registered: bool) -> None:
    world = consenting()
    if registered:
        world.misstankt("maken", mot="anna")
    world.riskbedomning("anna", [MORA_VINR], ["risk"], andra=SUSPECT, av=VC)
    world.samtycke("maken", [MORA_VINR], andamal="riskbedomning")
    world.riskbedomning("anna", [MORA_VINR], ["risk", "boende/maken", "boende"], andra=SUSPECT, av=VC)
    assert world.delivered(UTOVARE) - {"risk"} == {"boende/maken"}


def test_v2_somebody_both_exposed_and_suspected_is_protected_as_exposed() -> None:
    """He has reported her in turn: that opens nothing about her, and blocks nothing of her own."""
    world = consenting().misstankt("maken", mot="anna").misstankt("anna", mot="maken")
    world.sip("anna", [MORA_VINR], ["boende", "identitet"], av=VC, andra={"narstaende": ["maken"]})
    assert world.why(UTOVARE, "boende") == {"V1 arbetar-med-utovare"}
    assert world.delivered(UTSATT) == {"boende", "identitet"}


def test_v2_whoever_is_exposed_by_another_stays_hidden_in_a_message_where_they_are_the_suspect() -> None:
    world = consenting().misstankt("maken", mot="anna").misstankt("anna", mot="barn").vardnad("barn", "anna")
    world.sip("barn", [MORA_VINR], ["boende/anna"], av=VC, andra={"vardnadshavare": ["anna"]})
    assert world.why(UTOVARE, "boende/anna") == {"V1 arbetar-med-utovare"}


def test_v2_a_suspects_own_message_is_blocked_by_nothing_of_that() -> None:
    world = consenting().misstankt("maken", mot="anna").sip("maken", [VARDCENTRAL], ["identitet", "insats"])
    assert world.delivered(VC) == {"identitet", "insats"}
    found = world.leverans(VC)
    assert found is not None
    assert found.markningar == ()


def test_v2_each_person_is_judged_by_their_own_consent() -> None:
    """V3: item by item, and one item concerns one person."""
    world = (
        World().samtycke("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL], ["insats", "insats/maken"], andra=SUSPECT)
    )
    assert world.delivered(VC) == {"insats"}
    assert world.why(VC, "insats/maken") == {"B0 samtycke-saknas"}


def test_v3_an_event_about_two_is_refused() -> None:
    world = World().sip("anna", [VARDCENTRAL], andra={"utsatt": ["bodil"]})
    assert world.refused() == {"V3 fel-antal-i-roll"}
    assert world.reached() == set()


# ------------------------------------------------------------------------------------------ V4, V6


def markings(world: World, group: str) -> tuple[str, ...]:
    found = world.leverans(group)
    assert found is not None
    return found.markningar


def test_v4_a_suspected_relatives_identity_is_not_in_a_summons() -> None:
    world = consenting().misstankt("maken", mot="anna")
    world.sip("anna", [VARDCENTRAL], ["identitet", "identitet/maken"], andra={"narstaende": ["maken"]})
    assert world.delivered(VC) == {"identitet"}
    assert world.why(VC, "identitet/maken") == {"V4 misstankt-kallas-ej"}
    assert world.message is not None
    assert "misstankt-kallas-ej" in world.message.hints


def test_v4_a_suspects_identity_may_stand_in_a_risk_assessment() -> None:
    world = World().samtycke("maken", [VARDCENTRAL], andamal="riskbedomning")
    world.riskbedomning("anna", [VARDCENTRAL], ["risk", "identitet/maken"], andra=SUSPECT)
    assert world.delivered(VC) == {"identitet/maken"}


def test_v4_every_delivery_says_whom_not_to_show_it_to() -> None:
    world = consenting().sip("anna", [VARDCENTRAL])
    assert markings(world, VC) == ()
    world.misstankt("maken", mot="anna").sip("anna", [VARDCENTRAL])
    assert markings(world, VC) == ("visa-ej-for-misstankt",)


@pytest.mark.parametrize("mot", ["barn", "mor", "syskon"])
def test_v4_a_suspected_guardian_is_named_so_also_where_the_message_names_no_guardian(mot: str) -> None:
    world = (
        World().vardnad("barn", "mor", "far").hushall("barn", "mor", "syskon").misstankt("far", mot=mot).orosanmalan()
    )
    found = world.message.deliveries if world.message else ()
    assert [d.markningar for d in found] == [("visa-ej-for-misstankt", "visa-ej-for-vardnadshavare")]


def test_v4_a_guardian_pointed_out_by_the_report_itself() -> None:
    world = World().orosanmalan(andra={"vardnadshavare": ["far"], "misstankt": ["far"]})
    assert world.message is not None
    assert world.message.deliveries[0].markningar == ("visa-ej-for-misstankt", "visa-ej-for-vardnadshavare")


def test_d1_what_concerns_the_protected_says_so_too() -> None:
    world = World().skydd("barn").orosanmalan()
    assert world.message is not None
    assert world.message.deliveries[0].markningar == ("skyddade-personuppgifter", "visa-ej-for-ombud")


def test_v1_that_somebody_is_protected_is_nothing_for_the_perpetrators_readers() -> None:
    world = World().skydd("barn").orosanmalan(kommun="falun", till=["mora.vinr"])
    assert markings(world, FALUN_UTOVARE) == ()
    assert markings(world, FALUN_HANDLAGGARE) == ("skyddade-personuppgifter", "visa-ej-for-ombud")


def test_v6_no_consent_is_asked_of_a_suspected_person() -> None:
    world = World().sip("anna", [VARDCENTRAL], ["insats", "insats/maken"], andra=SUSPECT)
    assert world.message is not None
    assert [request.av_roller for request in world.message.requests] == [("utsatt",)]


def test_v6_a_childs_suspected_guardian_is_not_asked_either() -> None:
    world = World().vardnad("barn", "mor", "far").sip("barn", [BUP], andra={"misstankt": ["far"]})
    assert world.why(BUP_GRUPP, "insats") == {"K8 vardnadshavare-misstankt"}
    assert world.message is not None
    assert world.message.requests == ()


RELATIVES = (
    ("farmor", {"farmor"}, False),
    ("grannen", {"farmor"}, True),
    ("mor", {"mor"}, True),
    ("syster", {"syster"}, True),
)
"""Whose item it is, who lives with the suspected man, and whether it is asked for."""


@pytest.mark.parametrize("declared", [False, True])
@pytest.mark.parametrize(("whose", "home", "asked"), RELATIVES)
def test_v6_no_consent_is_asked_of_a_suspects_close_relatives(
    whose: str, home: set[str], asked: bool, declared: bool
) -> None:
    """But of those exposed, and of a guardian who is not suspected, as of anybody."""
    world = World().vardnad("barn", "mor", "far").hushall("far", *home).misstankt("exet", mot="syster")
    roles = {"misstankt": ["far"]} if declared else {}
    if not declared:
        world.misstankt("far", mot="barn")
    world.sip("barn", [BUP], [f"behov/{whose}"], andra={"narstaende": [whose], **roles})
    assert world.message is not None
    assert [request.av_roller for request in world.message.requests] == [("narstaende",)] * asked
    world.svarar("nekat")
    assert bool(world.tillstand.person(whose).nekanden) == asked, "nor is a no registered of them"


def test_v2_v6_a_suspect_is_asked_about_his_own_and_so_are_those_he_names() -> None:
    """Nothing of the exposed person's ärende shows in that."""
    world = World().hushall("maken", "farmor").misstankt("maken", mot="anna")
    world.sip("maken", [VARDCENTRAL], ["insats", "insats/farmor"], andra={"narstaende": ["farmor"]})
    assert world.message is not None
    assert {request.av_roller[0] for request in world.message.requests} == {"utsatt", "narstaende"}
