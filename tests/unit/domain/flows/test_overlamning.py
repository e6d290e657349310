"""H1: handing over an ärende, and closing one's part of it; H2: an ärende that nobody holds."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flowworld import MORA_VINR_CHEF, REGION, VC_CHEF, FlowWorld, flow_regelverk, sip_taken
from k8_steps import beslut, mogen
from lagrum import lagar, till_utredning, utredning
from mini_regelverk import (
    AVVIKELSE_GRUPP,
    AVVIKELSESYSTEM,
    BARNAHUS_GRUPP,
    BUP,
    BUP_GRUPP,
    KOORDINATOR,
    MORA_BARN,
    MORA_BARN_CHEF,
    MORA_MOTTAGNING,
    MORA_VINR,
    POLIS,
    POLIS_GRUPP,
    UTOVARE,
    UTSATT,
    VARDCENTRAL,
    VC,
    with_unit,
)

from samverkanshub.domain.actors import Lasargrupp
from samverkanshub.domain.decision import Skeende
from samverkanshub.domain.events import ADULT

FRIVARDEN = "frivarden.mora.handlaggare"
UNKNOWN = {"T3 finns-ej"}
FAMILJERATT = "mora.familjeratt.handlaggare"


def closing(world: FlowWorld, grupp: str, **koder: str) -> FlowWorld:
    return world.handlar("avslut", grupp, **koder)


def held() -> FlowWorld:
    """A SIP that reached the vårdcentral, which has taken it over."""
    world = sip_taken()
    world.oppnar(VC).kvitterar(VC, "overtagen")
    return world


def nobody_left(world: FlowWorld) -> bool:
    """Does the trace of the latest event, and not its outcome, say that nobody takes part any longer?"""
    assert world.last is not None
    hidden = [reason.kod for entry in world.last.entries if entry.vag for reason in entry.reasons]
    return "sista-part" in hidden


GROUND = {"chef": "chef-7", "skal": "insatsen_klar", "informerad": "den_utsatta"}


# ------------------------------------------------------------------------------------------ asked


def test_h1_the_unit_that_is_asked_reads_a_question_from_a_role_and_nothing_else() -> None:
    world = sip_taken().lamnar(VC, BUP)
    assert world.told("overlamning-foreslagen") == {BUP_GRUPP}
    assert world.last is not None
    row = world.last.deliveries[0]
    assert (row.avsandare, row.avsandare_roll, row.enhet) == ("", "vardcentral", "")
    assert (row.vagar, row.muntligen, row.avser) == ((), (), "")
    assert world.owing("h2.kvittens") == {VARDCENTRAL, BUP}


def test_v1_who_works_with_the_perpetrator_is_not_asked_where_there_are_others() -> None:
    assert sip_taken().lamnar(VC, MORA_VINR).told("overlamning-foreslagen") == {UTSATT}


@pytest.mark.parametrize(
    ("till", "refused"),
    [
        (VARDCENTRAL, {"H1 egen-enhet"}),
        ("frivarden.mora", {"V1 arbetar-med-utovare"}),
        ("okand.enhet", {"H1 ej-ansluten", "V1 arbetar-med-utovare"}),
        (BUP, set()),
        (MORA_VINR, set()),
    ],
)
def test_h1_who_may_be_asked(till: str, refused: set[str]) -> None:
    assert sip_taken().lamnar(VC, till).refused() == refused


def test_h1_nobody_unconnected_is_asked_since_nobody_would_answer() -> None:
    world = FlowWorld(regler=with_unit(flow_regelverk(), BUP, ansluten=False))
    world.samtycke("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL])
    assert world.lamnar(VC, BUP).refused() == {"H1 ej-ansluten"}


@pytest.mark.parametrize(
    ("ref", "andamal", "refused"),
    [
        ({"slag": "enhet", "id": BUP}, "sip", {"K3 undantag"}),
        ({"slag": "organisation", "id": "region-dalarna"}, "sip", {"K3 undantag"}),
        ({"slag": "enhet", "id": MORA_BARN}, "sip", set()),
        ({"slag": "enhet", "id": BUP}, "riskbedomning", set()),
    ],
)
def test_k3_whom_the_person_has_exempted_does_not_get_to_know_that_there_is_an_arende(
    ref: dict[str, str], andamal: str, refused: set[str]
) -> None:
    world = sip_taken()
    world.samtycke("anna", [MORA_BARN], andamal=andamal, undantag={"mottagare": [ref]})
    assert world.lamnar(UTSATT, BUP).refused() == refused


def childs() -> FlowWorld:
    """A SIP about a child, whose father has exempted BUP."""
    world = FlowWorld()
    world.vardnad("barn", "mor", "far").samtycke("barn", [VARDCENTRAL], givare=["mor"])
    exempt = {"mottagare": [{"slag": "enhet", "id": BUP}]}
    world.samtycke("barn", [VARDCENTRAL], givare=["far"], undantag=exempt).sip("barn", [VARDCENTRAL])
    return world


def test_k3_k8_what_a_guardian_has_exempted_stops_a_handover_unless_its_word_counts_for_nothing() -> None:
    assert childs().lamnar(UTSATT, BUP).refused() == {"K3 undantag"}
    suspected = childs()
    suspected.misstankt("far", mot="barn")
    assert suspected.lamnar(UTSATT, BUP).refused() == set()
    replaced = childs()
    beslut(replaced, "fb_6_13a", ["far"])
    assert replaced.lamnar(UTSATT, BUP).refused() == set()
    mature = childs()
    mogen(mature)
    assert mature.lamnar(UTSATT, BUP).refused() == set()
    elsewhere = childs()
    beslut(elsewhere, "fb_6_13a", ["far"], andamal=["riskbedomning"])
    assert elsewhere.lamnar(UTSATT, BUP).refused() == {"K3 undantag"}


def test_k3_k8_nor_what_is_exempted_by_one_suspected_since_then_of_the_other_guardian() -> None:
    world = childs()
    world.misstankt("far", mot="mor").misstankt("far", mot="mor", borttagen=True)
    assert world.lamnar(UTSATT, BUP).refused() == {"K3 undantag"}
    world.misstankt("far", mot="mor")
    assert world.lamnar(UTSATT, BUP).refused() == set()


def test_k3_k8_a_guardians_exemption_still_stops_it_once_the_child_is_of_age() -> None:
    """What was exempted for the child still holds for the person, who alone lifts it."""
    world = childs()
    world.alder["barn"] = ADULT
    world.samtycke("barn", [VARDCENTRAL]).sip("barn", [VARDCENTRAL])
    assert world.lamnar(UTSATT, BUP).refused() == {"K3 undantag"}


def test_p5_what_is_exempted_by_request_id_bears_on_that_messages_recipients_alone() -> None:
    """Else who asks one unit after the other would learn which of them the id stands for."""
    world = FlowWorld()
    world.samtycke("anna", [MORA_VINR], andamal="kontakt").kontaktformedling()
    assert world.message is not None
    ((begaran, enhet),) = world.message.begaran
    exempt = {"mottagare": [{"slag": "begaran", "id": begaran}]}
    world.samtycke("anna", [VARDCENTRAL], av=VC, undantag=exempt, andamal="kontakt")
    assert world.refused() == set()
    assert [ref.id for u in world.tillstand.person("anna").undantag for ref in u.mottagare] == [enhet]
    assert world.lamnar(VC, enhet).refused() == set()


@pytest.mark.parametrize(
    "grupp", [BUP_GRUPP, POLIS_GRUPP, VC_CHEF.replace("vardcentral-mora.enhetschef", "bup.handlaggare")]
)
def test_t3_only_who_takes_part_hands_over(grupp: str) -> None:
    assert sip_taken().lamnar(grupp, MORA_BARN).refused() == {"T3 finns-ej"}
    assert sip_taken().handlar("overlamning", grupp, arende="inget", till=BUP).refused() == {"T3 finns-ej"}


def test_o2_a_consultation_makes_nobody_a_party() -> None:
    world = FlowWorld()
    world.orosanmalan(misstanke=["bevittnat_vald"])
    assert BARNAHUS_GRUPP in world.reached()
    assert world.lamnar(BARNAHUS_GRUPP, BUP).refused() == {"T3 finns-ej"}


def test_h1_asking_anew_voids_the_earlier_question_and_tells_so() -> None:
    world = sip_taken().lamnar(VC, BUP)
    first = world.named["overlamning"].handelse_id
    world.lamnar(VC, "mora.familjeratt")
    assert world.told("overlamning-ersatt") == {BUP_GRUPP}
    assert world.last is not None
    assert world.last.skeenden == (Skeende(first, "overlamning-ersatt"),), "in the outcome of the earlier question"
    assert world.owing("h2.kvittens") == {VARDCENTRAL, "mora.familjeratt"}
    assert world.handlar("overlamning_svar", BUP_GRUPP, overlamning=first, svar="godtas").refused() == {
        "H1 redan-besvarad"
    }


def test_h1_another_partys_question_stands_beside_it() -> None:
    world = sip_taken().lamnar(VC, BUP)
    world.lamnar(UTSATT, "mora.familjeratt")
    assert world.told("overlamning-ersatt") == set()
    assert world.skeenden() == set()
    assert world.owing("h2.kvittens") == {VARDCENTRAL, BUP, "mora.familjeratt"}


# ------------------------------------------------------------------------------------------ answered


def test_h1_a_yes_makes_the_unit_the_holder_and_tells_who_asked() -> None:
    world = held().lamnar(VC, BUP).besvarar(BUP_GRUPP)
    assert world.arende.ansvarig == BUP
    assert world.told("overlamning-godtagen") == {VC, "region-dalarna.vardcentral-mora.skyddad"}
    assert world.skeenden() == {"overlamning-godtagen"}
    assert world.owing("h2.innehavare") == set()
    assert BUP not in world.owing("h2.kvittens")


def test_h1_a_no_changes_nothing_but_that_it_is_answered() -> None:
    world = sip_taken().lamnar(VC, BUP).besvarar(BUP_GRUPP, "avvisas")
    assert world.arende.ansvarig == ""
    assert world.told("overlamning-avvisad") >= {VC}
    assert world.owing("h2.innehavare") == {MORA_VINR}
    assert BUP not in world.owing("h2.kvittens")
    assert world.lamnar(BUP_GRUPP, MORA_BARN).refused() == {"T3 finns-ej"}


@pytest.mark.parametrize("grupp", [VC, UTSATT, FAMILJERATT])
def test_t3_only_who_was_asked_answers(grupp: str) -> None:
    assert sip_taken().lamnar(VC, BUP).besvarar(grupp).refused() == {"T3 finns-ej"}


def test_t3_an_answer_to_no_handover() -> None:
    world = sip_taken()
    assert world.handlar("overlamning_svar", VC, overlamning="h1", svar="godtas").refused() == {"T3 finns-ej"}
    assert world.handlar("overlamning_svar", VC, arende="inget", overlamning="h1", svar="godtas").refused() == {
        "T3 finns-ej"
    }


def test_h1_it_is_answered_once() -> None:
    world = sip_taken().lamnar(VC, BUP).besvarar(BUP_GRUPP, "avvisas").besvarar(BUP_GRUPP)
    assert world.refused() == {"H1 redan-besvarad"}


def test_h1_the_holder_hands_over_what_it_holds() -> None:
    world = held()
    assert world.arende.ansvarig == VARDCENTRAL
    assert world.lamnar(VC, BUP).besvarar(BUP_GRUPP).arende.ansvarig == BUP


def test_h1_who_holds_nothing_hands_over_its_own_part_alone() -> None:
    world = sip_taken()
    world.oppnar(VC).kvitterar(VC, "overtagen")
    world.lamnar(UTSATT, "mora.familjeratt").besvarar(FAMILJERATT)
    assert world.arende.ansvarig == VARDCENTRAL
    assert world.lamnar(FAMILJERATT, BUP).refused() == set(), "who accepted takes part"


def test_h1_b1_nor_does_a_reporter_make_anybody_the_holder_of_the_childs_arende() -> None:
    world = FlowWorld()
    world.orosanmalan()
    assert world.lamnar(VC, BUP).besvarar(BUP_GRUPP).arende.ansvarig == ""
    assert world.owing("h2.innehavare") == {VARDCENTRAL}
    world.oppnar(MORA_MOTTAGNING).kvitterar(MORA_MOTTAGNING, "overtagen")
    assert world.refused() == set()
    assert world.arende.ansvarig == MORA_BARN


# ------------------------------------------------------------------------------------------ taken over


def reported() -> FlowWorld:
    """A report of violence, which reached Mora's child unit by law, Barnahus for consultation and BUP by consent."""
    world = FlowWorld()
    world.vardnad("barn", "mor").samtycke("barn", [BUP], givare=["mor"], andamal="barnskydd")
    world.orosanmalan(till=[BUP], misstanke=["vald_mot_barn"])
    return world


def deviation() -> FlowWorld:
    world = sip_taken()
    world.avvikelse([VARDCENTRAL], arende_id=world.arende.arende_id)
    return world


def investigated() -> FlowWorld:
    world = FlowWorld(regler=lagar())
    till_utredning(utredning(world, MORA_MOTTAGNING), [MORA_BARN], VC)
    return world


@pytest.mark.parametrize(
    ("history", "grupp", "refused"),
    [
        (sip_taken, VC, set()),
        (reported, MORA_MOTTAGNING, set()),
        (investigated, MORA_MOTTAGNING, set()),
        (reported, BUP_GRUPP, {"H1 inget-att-overta"}),
        (reported, BARNAHUS_GRUPP, {"H1 inget-att-overta"}),
        (deviation, VC, {"H1 inget-att-overta"}),
    ],
)
def test_h1_b1_who_may_take_over_by_what_it_was_sent(
    history: Callable[[], FlowWorld], grupp: str, refused: set[str]
) -> None:
    """B1, O2: a child's protection passes to who bears it by law; a consultation, an avvikelse passes nothing."""
    world = history()
    world.oppnar(grupp)
    assert world.refused() == set()
    world.kvitterar(grupp, "overtagen")
    assert world.refused() == refused
    assert bool(world.arende.ansvarig) == (not refused)


@pytest.mark.parametrize(
    ("enhet", "refused"),
    [
        ("region-dalarna.beredskap", set()),
        (VARDCENTRAL, set()),
        (BUP, {"K3 undantag"}),
        (AVVIKELSESYSTEM, {"H1 ej-ansluten"}),
        (KOORDINATOR, {"H1 annans-enhet"}),
        ("region-dalarna.utovare", {"V1 arbetar-med-utovare"}),
    ],
)
def test_h1_k3_v1_who_takes_over_for_another_unit_makes_none_the_holder_that_could_not_be_asked(
    enhet: str, refused: set[str]
) -> None:
    katalog = flow_regelverk().katalog
    unit = replace(katalog.enheter[BUP], id="region-dalarna.utovare")
    grupp = Lasargrupp("region-dalarna.utovare.handlaggare", unit.id, "Handläggare", arbetar_med_utovare=True)
    katalog = replace(
        katalog, enheter={**katalog.enheter, unit.id: unit}, lasargrupper={**katalog.lasargrupper, grupp.id: grupp}
    )
    regler = with_unit(replace(flow_regelverk(), katalog=katalog), AVVIKELSESYSTEM, ansluten=False)
    world = FlowWorld(regler=regler)
    exempt = {"mottagare": [{"slag": "enhet", "id": BUP}]}
    world.samtycke("anna", [VARDCENTRAL], undantag=exempt).sip("anna", [VARDCENTRAL])
    assert world.oppnar(VC).kvitterar(VC, "overtagen", enhet=enhet).refused() == refused
    assert world.arende.ansvarig == ("" if refused else VARDCENTRAL)


def test_h1_h2_who_takes_over_for_another_unit_holds_it_until_that_one_has_said_yes() -> None:
    world = sip_taken()
    world.oppnar(VC).kvitterar(VC, "overtagen", enhet=BUP)
    assert world.codes() == {"O4 kvittens-overtagen", "H1 overlamning-foreslagen"}
    assert world.told("overlamning-foreslagen") == {BUP_GRUPP}
    assert world.last is not None
    assert {row.avsandare_roll for row in world.last.deliveries} == {"vardcentral"}
    assert world.arende.ansvarig == VARDCENTRAL
    assert world.owing("h2.innehavare") == set()
    assert world.owing("h2.kvittens") == {BUP}
    asked = world.last.handelse_id
    closing(world, VC, overlamning=asked)
    assert world.refused() == {"H1 overlamning-ej-godtagen"}
    world.handlar("overlamning_svar", BUP_GRUPP, overlamning=asked, svar="godtas")
    assert world.told("overlamning-godtagen") == {VC, "region-dalarna.vardcentral-mora.skyddad"}
    assert world.arende.ansvarig == BUP
    assert world.owing("h2.kvittens") == set()


def test_h1_a_no_leaves_it_with_who_took_it_over() -> None:
    world = sip_taken()
    world.oppnar(VC).kvitterar(VC, "overtagen", enhet=BUP)
    assert world.last is not None
    world.handlar("overlamning_svar", BUP_GRUPP, overlamning=world.last.handelse_id, svar="avvisas")
    assert world.arende.ansvarig == VARDCENTRAL
    assert world.lamnar(BUP_GRUPP, MORA_BARN).refused() == UNKNOWN


def test_h1_naming_another_asks_in_place_of_an_earlier_question() -> None:
    world = sip_taken().lamnar(VC, BUP)
    first = world.duty("h2.kvittens", BUP).id
    world.oppnar(VC).kvitterar(VC, "overtagen", enhet="region-dalarna.beredskap")
    assert world.told("overlamning-ersatt") == {BUP_GRUPP}
    assert world.skeenden() == {"overlamning-ersatt"}
    assert {p.id: p.utfall for p in world.arende.plikter}[first] == "ersatt"
    assert world.owing("h2.kvittens") == {"region-dalarna.beredskap"}


def test_n1_contact_is_taken_over_by_the_unit_for_violence_also_where_it_names_another() -> None:
    world = FlowWorld()
    world.samtycke("anna", [MORA_VINR], andamal="kontakt").kontaktformedling()
    world.oppnar(UTSATT).kvitterar(UTSATT, "overtagen", enhet="mora.familjeratt")
    assert (world.arende.ansvarig, world.owing("n1.kvittens")) == (MORA_VINR, set())
    assert world.told("overlamning-foreslagen") == {FAMILJERATT}


def test_h1_a_recipient_does_not_take_the_arende_from_the_sender_that_holds_it() -> None:
    world = held()
    world.samtycke("anna", [MORA_VINR]).sip("anna", [MORA_VINR], av=VC)
    world.oppnar(UTSATT).kvitterar(UTSATT, "overtagen")
    assert world.refused() == {"H1 annan-haller-arendet"}
    assert world.arende.ansvarig == VARDCENTRAL


def test_n1_unless_contact_is_what_it_has_asked_for() -> None:
    world = FlowWorld()
    world.samtycke("anna", [MORA_VINR], andamal="kontakt").kontaktformedling()
    world.oppnar(UTSATT).kvitterar(UTSATT, "overtagen")
    assert world.lamnar(UTSATT, VARDCENTRAL).besvarar(VC).arende.ansvarig == VARDCENTRAL
    world.kontaktformedling().oppnar(UTSATT).kvitterar(UTSATT, "overtagen")
    assert world.refused() == set()
    assert world.arende.ansvarig == MORA_VINR


# ------------------------------------------------------------------------------------------ closed


def test_h1_after_another_units_acceptance_the_part_may_be_closed() -> None:
    world = held().lamnar(VC, BUP).besvarar(BUP_GRUPP)
    closing(world, VC, overlamning=world.named["overlamning"].handelse_id)
    assert world.refused() == set()
    assert world.codes() == {"H1 avslut"}
    assert world.nobody_told()
    assert world.arende.ansvarig == BUP
    assert world.lamnar(VC, MORA_BARN).refused() == {"T3 finns-ej"}, "who has closed takes no part"


@pytest.mark.parametrize("svar", ["", "avvisas"])
def test_h1_before_it_nobody_closes(svar: str) -> None:
    world = sip_taken().lamnar(VC, BUP)
    if svar:
        world.besvarar(BUP_GRUPP, svar)
    named = world.named["overlamning"].handelse_id
    assert closing(world, VC, overlamning=named).refused() == {"H1 overlamning-ej-godtagen"}
    assert closing(world, VC, overlamning="h1").refused() == {"H1 overlamning-ej-godtagen"}


def test_h1_nor_on_what_another_unit_was_promised() -> None:
    world = sip_taken().lamnar(VC, BUP).besvarar(BUP_GRUPP)
    named = world.named["overlamning"].handelse_id
    assert closing(world, UTSATT, overlamning=named).refused() == {"H1 overlamning-ej-godtagen"}


def test_h1_nor_where_the_successor_has_left_since() -> None:
    world = sip_taken().lamnar(VC, BUP).besvarar(BUP_GRUPP)
    named = world.named["overlamning"].handelse_id
    closing(world, BUP_GRUPP, **GROUND)
    assert closing(world, VC, overlamning=named).refused() == {"H1 overlamning-ej-godtagen"}


@pytest.mark.parametrize("missing", ["chef", "skal", "informerad"])
def test_h1_without_a_successor_manager_ground_and_informed_are_all_required(missing: str) -> None:
    world = sip_taken()
    given = {name: value for name, value in GROUND.items() if name != missing}
    assert closing(world, VC, **given).refused() == {"H1 efterfoljare-saknas"}


def test_h1_with_them_it_is_closed_recorded_and_told_to_the_heads() -> None:
    world = closing(sip_taken(), VC, **GROUND)
    assert world.codes() == {"H1 avslut-utan-efterfoljare"}
    assert world.told("avslut-utan-efterfoljare") == {VC_CHEF, MORA_VINR_CHEF}
    assert closing(world, VC, **GROUND).refused() == {"T3 finns-ej"}


def test_h2_a_holder_who_leaves_without_a_successor_leaves_the_arende_between_chairs() -> None:
    world = sip_taken()
    world.oppnar(VC).kvitterar(VC, "overtagen")
    assert world.owing("h2.innehavare") == set()
    closing(world, VC, **GROUND)
    assert world.arende.ansvarig == ""
    assert world.owing("h2.innehavare") == {VARDCENTRAL}
    last = world.arende.plikter[-1]
    assert world.at(last.steg[0].tid).step_now(last.id, "enhetschef").told("h2-innehavare-enhetschef") == {
        MORA_VINR_CHEF
    }, "the heads of those who are left"


def test_h1_who_closed_takes_part_again_with_a_new_message() -> None:
    world = closing(sip_taken(), VC, **GROUND)
    world.sip("anna", [VARDCENTRAL])
    assert world.lamnar(VC, BUP).refused() == set()


def test_h1_or_by_taking_over_what_it_had_been_sent() -> None:
    world = sip_taken()
    world.oppnar(VC)
    closing(world, VC, **GROUND)
    world.kvitterar(VC, "overtagen")
    assert world.arende.ansvarig == VARDCENTRAL
    assert world.arende.avslut == ()


def test_h1_when_the_last_has_closed_a_later_message_opens_a_new_arende() -> None:
    world = closing(closing(sip_taken(), VC, **GROUND), UTSATT, **GROUND)
    assert world.codes() == {"H1 avslut-utan-efterfoljare"}, "T3: not who else took part"
    assert nobody_left(world)
    assert world.owing("h2.innehavare") == set(), "nobody is left to hold it"
    assert "sip" not in dict(world.tillstand.person("anna").arenden)
    closed = world.arende.arende_id
    world.sip("anna", [VARDCENTRAL])
    assert world.arende.arende_id != closed
    assert world.owing("h2.innehavare") == {MORA_VINR}


def test_h1_while_somebody_is_left_it_stays_the_persons_open_one() -> None:
    world = closing(sip_taken(), VC, **GROUND)
    same = world.arende.arende_id
    world.sip("anna", [VARDCENTRAL])
    assert world.arende.arende_id == same


def test_h1_an_avvikelse_of_its_own_ends_too() -> None:
    world = FlowWorld()
    world.avvikelse([VARDCENTRAL])
    for grupp in (VC, UTSATT, AVVIKELSE_GRUPP):
        assert closing(world, grupp, **GROUND).refused() == set()
    assert nobody_left(world)


# ------------------------------------------------------------------------------------------ between chairs


def test_h2_from_the_first_delivery_somebody_must_hold_it() -> None:
    world = sip_taken()
    assert world.owing("h2.innehavare") == {MORA_VINR}
    world.sip("anna", [VARDCENTRAL])
    assert len([p for p in world.arende.plikter if p.slag == "h2.innehavare"]) == 1, "it is asked once"


def test_h2_not_where_nothing_was_delivered() -> None:
    world = FlowWorld()
    world.sip("anna", [VARDCENTRAL])
    assert world.owing("h2.innehavare") == set()


def test_h2_a_first_delivery_by_an_answer_asks_for_a_holder_too() -> None:
    world = FlowWorld()
    world.sip("anna", [VARDCENTRAL]).samtycke("anna", [VARDCENTRAL]).svarar()
    assert world.owing("h2.innehavare") == {MORA_VINR}
    assert world.owing("h2.kvittens") == {VARDCENTRAL}


@pytest.mark.parametrize(("slag", "held"), [("mottagen", False), ("dokumenterad", False), ("overtagen", True)])
def test_h2_only_taking_over_gives_it_a_holder(slag: str, held: bool) -> None:
    world = sip_taken()
    world.oppnar(VC).kvitterar(VC, slag)
    assert world.owing("h2.innehavare") == (set() if held else {MORA_VINR})


def test_h2_one_that_is_held_is_not_asked_about_by_later_messages() -> None:
    world = sip_taken()
    world.oppnar(VC).kvitterar(VC, "overtagen").sip("anna", [VARDCENTRAL])
    assert world.owing("h2.innehavare") == set()


def test_v1_a_handover_is_answered_to_who_asked_and_not_to_who_works_with_the_perpetrator() -> None:
    world = sip_taken().lamnar(UTSATT, BUP).besvarar(BUP_GRUPP)
    assert world.told("overlamning-godtagen") == {UTSATT}
    assert UTOVARE not in world.told("overlamning-godtagen")


# ------------------------------------------------------------------------------------------ who takes part


def with_frivarden(*, withdrawn: bool = False, av: str = UTSATT) -> FlowWorld:
    """An assessment that reached the police, and one of the same person by the frivård, by consent or withheld."""
    world = FlowWorld()
    world.samtycke("anna", [POLIS], andamal="riskbedomning").riskbedomning("anna", [POLIS], av=av)
    if withdrawn:
        world.aterkallar("anna")
    world.riskbedomning("anna", [POLIS], av=FRIVARDEN)
    return world


ACTS: dict[str, dict[str, str]] = {"overlamning": {"till": BUP}, "avslut": GROUND}


@pytest.mark.parametrize(("withdrawn", "refused"), [(False, set()), (True, UNKNOWN)])
@pytest.mark.parametrize("typ", sorted(ACTS))
def test_t3_who_sends_what_reaches_nobody_takes_part_in_nothing(typ: str, withdrawn: bool, refused: set[str]) -> None:
    world = with_frivarden(withdrawn=withdrawn)
    assert world.handlar(typ, FRIVARDEN, **ACTS[typ]).refused() == refused


def test_q2_nor_who_has_recalled_all_it_sent() -> None:
    world = with_frivarden()
    world.aterkallar_meddelandet()
    assert closing(world, FRIVARDEN, **GROUND).refused() == UNKNOWN


@pytest.mark.parametrize("others", [True, False])
def test_t3_closing_tells_alike_whether_or_not_anybody_else_takes_part(others: bool) -> None:
    world = sip_taken()
    if not others:
        closing(world, UTSATT, **GROUND)
    assert closing(world, VC, **GROUND).codes() == {"H1 avslut-utan-efterfoljare"}
    assert nobody_left(world) is not others


def test_v1_who_works_with_the_perpetrator_is_not_told_who_leaves_or_that_nobody_holds_it() -> None:
    world = with_frivarden(av=VC)
    assert closing(world, POLIS_GRUPP, **GROUND).told("avslut-utan-efterfoljare") == {VC_CHEF, POLIS_GRUPP}
    assert world.steg("h2.innehavare", "enhetschef").told("h2-innehavare-enhetschef") == {VC_CHEF}


def test_h2_v1_where_only_who_works_with_the_perpetrator_is_left_the_region_is_told_that_nobody_holds_it() -> None:
    world = with_frivarden(av=VC)
    closing(world, POLIS_GRUPP, **GROUND)
    closing(world, VC, **GROUND)
    assert world.steg("h2.innehavare", "enhetschef", VARDCENTRAL).told("h2-innehavare-enhetschef") == {REGION}


def test_o5_a_reporter_is_told_neither_that_nobody_holds_the_arende_nor_who_leaves_it() -> None:
    world = FlowWorld()
    world.orosanmalan().steg("h2.innehavare", "enhetschef")
    assert world.told("h2-innehavare-enhetschef") == {MORA_BARN_CHEF}
    assert world.skeenden() == set()
    assert world.leverans(MORA_MOTTAGNING) is not None
    world.kvitterar(MORA_MOTTAGNING).oppnar(MORA_MOTTAGNING)
    world.handlar("skyddsbedomning_gjord", MORA_MOTTAGNING, leverans=world.leverans(MORA_MOTTAGNING).leverans_id)  # type: ignore[union-attr]
    assert closing(world, MORA_MOTTAGNING, **GROUND).told("avslut-utan-efterfoljare") == {MORA_BARN_CHEF}
    assert nobody_left(world), "who has only reported does not keep it open"


def test_h2_the_sender_of_another_message_reads_that_nobody_holds_it() -> None:
    assert sip_taken().steg("h2.innehavare", "enhetschef").skeenden() == {"h2-innehavare-enhetschef"}
