"""P1-P7: protected identity, of the person and the household, over everything but a report."""

import pytest
from mini_regelverk import (
    BUP,
    BUP_GRUPP,
    MORA_BARN,
    MORA_MOTTAGNING,
    MORA_VINR,
    POLIS,
    POLIS_GRUPP,
    UTSATT,
    VARDCENTRAL,
    VC,
    VC_SKYDDAD,
)
from world import World

from samverkanshub.domain.decision import Decision
from samverkanshub.domain.events import MEETING, WHEREABOUTS

LEVELS = ["sekretessmarkering", "skyddad_folkbokforing", "fingerade_personuppgifter"]


def consenting(*units: str) -> World:
    return World().samtycke("anna", units or [VARDCENTRAL])


def decided(world: World) -> Decision:
    assert world.message is not None
    return world.message


# ------------------------------------------------------------------------------------------ P1


@pytest.mark.parametrize("niva", LEVELS)
@pytest.mark.parametrize("item", sorted(MEETING))
def test_p1_time_and_place_of_a_meeting_are_told_orally_at_every_level(item: str, niva: str) -> None:
    world = consenting().skydd("anna", niva).sip("anna", [VARDCENTRAL], ["insats", item])
    assert world.delivered(VC_SKYDDAD) == {"insats"}
    assert world.why(VC_SKYDDAD, item) == {"P1 meddelas-muntligen"}
    found = world.leverans(VC_SKYDDAD)
    assert found is not None
    assert found.muntligen == (f"/{item}",)


def test_p1_refused_where_the_message_itself_declares_the_flag() -> None:
    world = consenting().sip("anna", [VARDCENTRAL], ["motestid"], skyddade_personuppgifter=True)
    assert world.refused() == {"P1 meddelas-muntligen"}


def test_p1_only_who_would_otherwise_get_the_item_reads_that_it_is_told_orally() -> None:
    world = World().samtycke("anna", [VARDCENTRAL], kategorier=["insats"]).skydd("anna")
    world.sip("anna", [VARDCENTRAL], ["insats", "motestid"])
    for group in (VC, VC_SKYDDAD):
        found = world.leverans(group)
        assert found is None or found.muntligen == ()
    assert world.why(VC_SKYDDAD, "motestid") == {"K1 kategori-saknas", "P1 meddelas-muntligen"}


def test_p1_who_gets_nothing_but_what_is_told_orally_is_told_so() -> None:
    world = consenting().skydd("anna").sip("anna", [VARDCENTRAL], ["motestid"])
    found = world.leverans(VC_SKYDDAD)
    assert found is not None
    assert (found.vagar, found.muntligen) == ((), ("/motestid",))
    assert world.oppnar(VC_SKYDDAD).refused() == set()


def test_p1_what_concerns_nobody_and_has_no_basis_is_not_told_orally_either() -> None:
    world = consenting().skydd("anna").sip("anna", [VARDCENTRAL], ["insats", "motestid/"])
    assert world.why(VC_SKYDDAD, "motestid") == {"P1 meddelas-muntligen"}
    found = world.leverans(VC_SKYDDAD)
    assert found is not None
    assert found.muntligen == ()


def test_p1_no_consent_is_asked_for_what_is_told_orally() -> None:
    world = World().skydd("anna").sip("anna", [VARDCENTRAL], ["motestid"])
    assert decided(world).requests == ()


# ------------------------------------------------------------------------------------------ P2, P3


@pytest.mark.parametrize("item", sorted(WHEREABOUTS))
def test_p2_home_contact_school_and_work_go_to_nobody_whatever_the_consent_says(item: str) -> None:
    world = consenting("region-dalarna", MORA_VINR).skydd("anna").sip("anna", [VARDCENTRAL, MORA_VINR], [item], av=VC)
    assert world.why(VC_SKYDDAD, item) == {"P2 skyddad-vistelse"}
    assert world.why(UTSATT, item) == {"P2 skyddad-vistelse"}


def test_p2_but_to_a_statutory_recipient() -> None:
    world = World().skydd("barn").orosanmalan(items=sorted(WHEREABOUTS))
    assert world.delivered(MORA_MOTTAGNING) == WHEREABOUTS


def test_p2_and_to_the_socialtjanst_unit_that_holds_the_arende_it_opened_itself() -> None:
    world = consenting("mora", VARDCENTRAL).sip("anna", [VARDCENTRAL], ["insats"], av=UTSATT)
    world.sip("anna", [MORA_VINR], ["insats"], av=VC).oppnar(UTSATT).kvitterar(UTSATT, "overtagen").skydd("anna")
    world.sip("anna", [MORA_VINR, VARDCENTRAL], ["boende"], av=BUP_GRUPP)
    assert world.delivered(UTSATT) == {"boende"}
    assert world.delivered(VC_SKYDDAD) == set()


def test_p2_and_to_the_one_that_the_law_trusted_with_it() -> None:
    world = World().vardnad("barn", "mor").samtycke("barn", ["mora"], givare=["mor"], andamal="barnskydd")
    world.orosanmalan().oppnar(MORA_MOTTAGNING).kvitterar(MORA_MOTTAGNING, "overtagen", enhet=MORA_VINR)
    assert world.refused() == {"B1 ej-for-barns-skydd"}
    world.skydd("barn").orosanmalan(items=["boende"], till=[MORA_VINR])
    assert world.why(UTSATT, "boende") == {"P2 skyddad-vistelse"}, "not whom it would make the holder"
    assert world.delivered(MORA_MOTTAGNING) == {"boende"}


def test_p2_and_stays_so_for_the_one_that_the_law_trusted_with_it_when_others_report_elsewhere() -> None:
    world = World().vardnad("barn", "mor").samtycke("barn", ["mora"], givare=["mor"], andamal="barnskydd").skydd("barn")
    world.orosanmalan(kommun="falun", till=[MORA_BARN], items=["boende"])
    assert world.why(MORA_MOTTAGNING, "boende") == {"P2 skyddad-vistelse"}
    world.orosanmalan().oppnar(MORA_MOTTAGNING).kvitterar(MORA_MOTTAGNING, "overtagen")
    assert world.orosanmalan(kommun="falun", till=[MORA_BARN], items=["boende"]).delivered(MORA_MOTTAGNING) == {
        "boende"
    }


def test_p2_neither_who_opened_it_without_holding_it_nor_who_holds_it_outside_socialtjanst() -> None:
    world = (
        consenting("region-dalarna", MORA_VINR).sip("anna", [VARDCENTRAL], av=UTSATT).sip("anna", [MORA_VINR], av=VC)
    )
    world.skydd("anna").sip("anna", [MORA_VINR], ["boende"], av=BUP_GRUPP)
    assert world.why(UTSATT, "boende") == {"P2 skyddad-vistelse"}
    care = consenting("region-dalarna").sip("anna", [MORA_VINR], av=VC).sip("anna", [VARDCENTRAL]).oppnar(VC)
    care.kvitterar(VC, "overtagen").skydd("anna").sip("anna", [VARDCENTRAL], ["boende"])
    assert care.why(VC_SKYDDAD, "boende") == {"P2 skyddad-vistelse"}


def test_p2_taking_over_what_one_was_merely_called_to_lets_nobody_in() -> None:
    world = consenting(MORA_VINR, VARDCENTRAL).sip("anna", [MORA_VINR, BUP], ["insats"], av=VC)
    world.oppnar(UTSATT).kvitterar(UTSATT, "overtagen").skydd("anna")
    world.sip("anna", [MORA_VINR], ["boende"], av=BUP_GRUPP)
    assert world.why(UTSATT, "boende") == {"P2 skyddad-vistelse"}


def test_h1_nobody_takes_an_arende_from_the_one_who_holds_it_unless_handed_over() -> None:
    world = consenting("region-dalarna", MORA_VINR).sip("anna", [VARDCENTRAL, BUP], ["insats"])
    world.oppnar(VC).kvitterar(VC, "overtagen").oppnar(BUP_GRUPP).kvitterar(BUP_GRUPP, "overtagen")
    arende = decided(world).arende_id
    assert world.refused() == {"H1 annan-haller-arendet"}
    assert world.tillstand.arenden[arende].ansvarig == VARDCENTRAL
    world.sip("anna", [BUP, MORA_VINR], ["insats"], av=VC).oppnar(BUP_GRUPP).kvitterar(BUP_GRUPP, "overtagen")
    assert world.refused() == {"H1 annan-haller-arendet"}, "a message from the holder hands nothing over"
    assert world.tillstand.arenden[arende].ansvarig == VARDCENTRAL


def test_p2_a_holder_outside_socialtjanst_gets_no_whereabouts() -> None:
    world = consenting(VARDCENTRAL).sip("anna", [VARDCENTRAL], ["insats"]).oppnar(VC).kvitterar(VC, "overtagen")
    world.skydd("anna").sip("anna", [VARDCENTRAL], ["boende"])
    assert world.why(VC_SKYDDAD, "boende") == {"P2 skyddad-vistelse"}


def test_h1_nobody_makes_another_actors_unit_the_holder() -> None:
    world = consenting(VARDCENTRAL).sip("anna", [VARDCENTRAL], ["insats"]).oppnar(VC)
    assert world.kvitterar(VC, "overtagen", enhet=MORA_VINR).refused() == {"H1 annans-enhet"}
    assert world.kvitterar(VC, "overtagen", enhet="finns.ej").refused() == {"H1 annans-enhet"}
    assert world.kvitterar(VC, "overtagen", enhet=BUP).refused() == set()
    assert world.tillstand.arenden[decided(world).arende_id].ansvarig == VARDCENTRAL, "until that unit has said yes"


def test_p3_only_a_limited_circle_gets_identified_items() -> None:
    world = consenting(VARDCENTRAL, POLIS).skydd("anna").sip("anna", [VARDCENTRAL, POLIS], ["insats"])
    assert world.delivered(VC_SKYDDAD) == {"insats"}
    assert world.why(VC, "insats") == {"P3 ej-begransad-krets"}
    assert world.why(POLIS_GRUPP, "insats") == {"P3 ej-begransad-krets"}


@pytest.mark.parametrize("item", ["insats", "halsa", "vald"])
@pytest.mark.parametrize(
    ("whom", "limited", "reads"),
    [("anna", True, True), ("anna", False, False), ("eva", True, True), ("eva", False, True), ("", False, True)],
)
def test_p3_by_who_is_protected_and_whose_circle_is_limited(whom: str, limited: bool, reads: bool, item: str) -> None:
    world = consenting(VARDCENTRAL)
    if whom:
        world.skydd(whom)
    world.sip("anna", [VARDCENTRAL], [item])
    reader = VC_SKYDDAD if limited else VC
    assert world.delivered(reader) == ({item} if reads else set())
    assert (set() if reads else world.why(reader, item)) == (set() if reads else {"P3 ej-begransad-krets"})


def test_p3_what_concerns_nobody_is_not_identified() -> None:
    world = World().skydd("anna").avvikelse([VARDCENTRAL])
    assert world.delivered(VC) == {"ovrigt"}


# ------------------------------------------------------------------------------------------ P4, P7


def test_p4_the_flag_binds_from_its_position() -> None:
    world = consenting().sip("anna", [VARDCENTRAL], ["boende"])
    assert world.delivered(VC) == {"boende"}
    moment = world.tid
    world.skydd("anna").at(moment).sip("anna", [VARDCENTRAL], ["boende"])
    assert world.delivered(VC) == set()


def test_p6_anyone_may_raise_it_provisionally_and_it_binds_alike() -> None:
    world = consenting().skydd("anna", provisoriskt=True, av=POLIS_GRUPP).sip("anna", [VARDCENTRAL], ["boende"])
    assert world.delivered(VC_SKYDDAD) == set()


@pytest.mark.parametrize(
    ("niva", "av", "provisoriskt", "refused", "stands"),
    [
        ("ingen", UTSATT, False, set(), ""),
        ("ingen", UTSATT, True, set(), "skyddad_folkbokforing"),
        ("ingen", VC, True, {"P6 far-ej-registrera"}, "skyddad_folkbokforing"),
        ("sekretessmarkering", VC, True, set(), "skyddad_folkbokforing"),  # and nobody is told that it stood higher
        ("sekretessmarkering", VC, False, {"P6 far-ej-registrera"}, "skyddad_folkbokforing"),
        ("sekretessmarkering", UTSATT, False, set(), "sekretessmarkering"),
        ("skyddad_folkbokforing", VC, True, set(), "skyddad_folkbokforing"),
        ("fingerade_personuppgifter", VC, True, set(), "fingerade_personuppgifter"),
    ],
)
def test_p6_only_socialtjanst_lowers_it(niva: str, av: str, provisoriskt: bool, refused: set[str], stands: str) -> None:
    world = World().skydd("anna", "skyddad_folkbokforing").skydd("anna", niva, av=av, provisoriskt=provisoriskt)
    assert world.refused() == refused
    assert world.tillstand.person("anna").skydd == stands


def test_p6_a_provisional_flag_does_not_weaken_one_that_is_settled() -> None:
    world = World().skydd("anna").skydd("anna", provisoriskt=True, av=VC)
    assert world.tillstand.person("anna").skydd_provisoriskt is False


def test_p1_a_message_that_declares_the_flag_is_protected_before_any_register_says_so() -> None:
    world = consenting().sip("anna", [VARDCENTRAL], ["insats", "boende"], skyddade_personuppgifter=True)
    assert world.delivered(VC) == set()
    assert world.delivered(VC_SKYDDAD) == {"insats"}
    assert decided(world).skyddad is True


def test_p1_the_declaration_does_not_protect_the_suspects_own_items() -> None:
    world = consenting().samtycke("maken", [VARDCENTRAL])
    known = {"andra": {"misstankt": ["maken"]}, "skyddade_personuppgifter": True}
    assert world.sip("anna", [VARDCENTRAL], ["behov/maken"], **known).delivered(VC) == {"behov/maken"}


# ------------------------------------------------------------------------------------------ P5


def test_p5_the_senders_name_is_hidden_where_somebody_is_protected() -> None:
    world = consenting().sip("anna", [VARDCENTRAL])
    named = world.leverans(VC)
    assert named is not None
    assert (named.avsandare, named.avsandare_roll) == (MORA_VINR, "vinr")
    assert decided(world).skyddad is False
    world.skydd("anna").sip("anna", [VARDCENTRAL])
    hidden = world.leverans(VC_SKYDDAD)
    assert hidden is not None
    assert (hidden.avsandare, hidden.avsandare_roll) == ("", "vinr")
    assert decided(world).skyddad is True


def test_p5_does_not_hide_the_reporter_from_the_statutory_recipient() -> None:
    world = World().skydd("barn").orosanmalan()
    found = world.leverans(MORA_MOTTAGNING)
    assert found is not None
    assert found.avsandare == VARDCENTRAL


@pytest.mark.parametrize("suspicion", ["none", "registered", "declared"])
def test_p5_v2_a_suspicion_against_the_protected_reveals_nobodys_name(suspicion: str) -> None:
    """P6: the flag is her own; who has been accused in turn is to be found no more than before."""
    world = World().skydd("mor").samtycke("mor", [VARDCENTRAL], som="M")
    if suspicion == "registered":
        world.misstankt("mor", mot="barn", av=POLIS_GRUPP)
    roles = {"vardnadshavare": ["mor"], **({"misstankt": ["mor"]} if suspicion == "declared" else {})}
    world.sip("barn", [VARDCENTRAL], ["insats/mor"], andra=roles)
    found = world.leverans(VC_SKYDDAD)
    assert found is not None
    assert (found.avsandare, decided(world).skyddad) == ("", True)
    assert {"skyddade-personuppgifter", "visa-ej-for-ombud"} <= set(found.markningar)


def test_p6_v2_suspected_of_exposing_an_outsider_one_keeps_the_protection_of_those_one_lives_with() -> None:
    world = consenting().skydd("syster").hushall("bror", "syster").misstankt("bror", mot="anna")
    assert decided(world.sip("anna", [VARDCENTRAL], andra={"narstaende": ["bror"]})).skyddad is True


def test_p6_the_exposed_persons_flag_makes_no_other_message_one_about_the_protected() -> None:
    world = World().skydd("anna").hushall("anna", "maken").misstankt("maken", mot="anna")
    assert decided(world.sip("maken", [VARDCENTRAL])).skyddad is False
