"""K8: for a child the guardians consent, all of them; unknown custody and a suspected guardian grant nothing."""

import pytest
from mini_regelverk import BUP, BUP_GRUPP, MORA_VINR, POLIS_GRUPP, UTSATT, VARDCENTRAL, VC, regelverk
from steps import START
from world import World

from samverkanshub.domain.consent import Fall, ask
from samverkanshub.domain.events import ADULT, AGE_0_11, AGE_12_14, AGE_15_17, AGE_UNKNOWN, Uppgift
from samverkanshub.domain.state import OmradeState, PersonState, Tillstand


def family() -> World:
    return World().vardnad("barn", "mor", "far")


def both() -> World:
    """Both guardians have consented, each by a registration of their own."""
    return family().samtycke("barn", [BUP], givare=["mor"], som="M").samtycke("barn", [BUP], givare=["far"], som="F")


def why(world: World) -> set[str]:
    return world.sip("barn", [BUP]).why(BUP_GRUPP, "insats")


def asked_roles(world: World) -> list[tuple[str, ...]]:
    assert world.message is not None
    return [request.av_roller for request in world.message.requests]


def hints(world: World) -> tuple[str, ...]:
    assert world.message is not None
    return world.message.hints


def test_k8_until_custody_is_registered_a_consent_for_a_child_grants_nothing() -> None:
    world = World().samtycke("barn", [BUP], givare=["mor", "far"])
    assert why(world) == {"K8 vardnad-okand"}
    assert asked_roles(world) == [], "the outcome asks socialtjänst to register custody, nobody for consent"
    assert hints(world) == ("registrera-vardnad",)


def test_k8_a_consent_given_before_custody_was_registered_counts_from_then() -> None:
    world = World().samtycke("barn", [BUP], givare=["mor", "far"]).vardnad("barn", "mor", "far").sip("barn", [BUP])
    assert world.delivered(BUP_GRUPP) == {"insats"}


def test_k8_both_guardians_who_share_custody_must_consent() -> None:
    world = family().samtycke("barn", [BUP], givare=["mor"])
    assert why(world) == {"B0 samtycke-saknas", "K8 vardnadshavare-saknas"}
    assert asked_roles(world) == [("barn", "vardnadshavare")]


def test_k8_the_other_guardians_later_consent_completes_it() -> None:
    assert both().sip("barn", [BUP]).delivered(BUP_GRUPP) == {"insats"}


def test_k8_one_registration_may_name_both() -> None:
    world = family().samtycke("barn", [BUP], givare=["far", "mor"]).sip("barn", [BUP])
    assert world.delivered(BUP_GRUPP) == {"insats"}


def test_k8_a_sole_guardian_consents_alone() -> None:
    world = World().vardnad("barn", "mor").samtycke("barn", [BUP], givare=["mor"]).sip("barn", [BUP])
    assert world.delivered(BUP_GRUPP) == {"insats"}


def test_k8_neither_guardian_has_said_anything() -> None:
    assert why(family()) == {"B0 samtycke-saknas"}


def test_k8_who_is_no_guardian_cannot_consent_for_a_child() -> None:
    world = family().samtycke("barn", [BUP], givare=["morfar"])
    assert why(world) == {"B0 samtycke-saknas"}


def test_k8_the_childs_own_consent_does_not_replace_the_guardians() -> None:
    world = World(alder={"barn": AGE_15_17}).vardnad("barn", "mor", "far").samtycke("barn", [BUP])
    assert why(world) == {"B0 samtycke-saknas"}


def test_k9_two_guardians_consents_hold_in_their_common_part() -> None:
    world = family().samtycke("barn", [BUP, VARDCENTRAL], givare=["mor"], kategorier=["insats", "halsa"])
    world.samtycke("barn", [BUP], givare=["far"], kategorier=["insats"]).sip(
        "barn", [BUP, VARDCENTRAL], ["insats", "halsa"]
    )
    assert world.delivered(BUP_GRUPP) == {"insats"}
    assert world.delivered(VC) == set()
    assert world.why(BUP_GRUPP, "halsa") == {"K1 kategori-saknas", "K8 vardnadshavare-saknas"}


def test_k4_one_guardians_withdrawal_ends_what_both_gave_together() -> None:
    world = family().samtycke("barn", [BUP], givare=["mor", "far"]).aterkallar("barn")
    assert why(world) == {"K4 samtycke-aterkallat"}


def test_k4_one_guardians_withdrawal_of_their_own_is_enough() -> None:
    assert why(both().aterkallar("barn", "F")) == {"K4 samtycke-aterkallat", "K8 vardnadshavare-saknas"}


@pytest.mark.parametrize("mot", ["barn", "mor", "syskon"])
def test_k8_a_suspected_guardian_counts_for_nothing_and_blocks(mot: str) -> None:
    """Suspected of violence against the child, the other guardian, or one of the household."""
    world = both().hushall("barn", "mor", "syskon").misstankt("far", mot=mot)
    assert why(world) == {"K8 vardnadshavare-misstankt"}
    assert asked_roles(world) == [], "V4, V6: no question goes to a suspected guardian"


def test_k8_a_suspected_guardians_consent_is_kept_and_grants_nothing() -> None:
    world = family().misstankt("far", mot="barn").samtycke("barn", [BUP], givare=["mor", "far"])
    assert world.refused() == set()
    assert why(world) == {"K8 vardnadshavare-misstankt"}


def test_k8_the_other_guardian_alone_does_not_replace_a_suspected_one() -> None:
    world = family().samtycke("barn", [BUP], givare=["mor"]).misstankt("far", mot="barn")
    assert why(world) == {"K8 vardnadshavare-misstankt"}


def test_k8_a_guardian_whom_the_message_itself_points_out_blocks_that_message() -> None:
    world = both().sip("barn", [BUP], andra={"misstankt": ["far"]})
    assert world.why(BUP_GRUPP, "insats") == {"K8 vardnadshavare-misstankt"}
    assert world.sip("barn", [BUP]).delivered(BUP_GRUPP) == {"insats"}


def test_k8_a_guardian_suspected_of_exposing_an_outsider_still_consents() -> None:
    assert both().misstankt("far", mot="granne").sip("barn", [BUP]).delivered(BUP_GRUPP) == {"insats"}


def test_k8_another_childs_guardians_are_judged_for_that_child() -> None:
    """Suspected of exposing that child's other guardian, whom the message does not name."""
    world = both().vardnad("syskon", "mor2", "far2").samtycke("syskon", [BUP], givare=["mor2", "far2"])
    andra = {"narstaende": ["syskon"]}
    assert world.sip("barn", [BUP], ["behov/syskon"], andra=andra).delivered(BUP_GRUPP) == {"behov/syskon"}
    world.misstankt("far2", mot="mor2").sip("barn", [BUP], ["behov/syskon", "insats"], andra=andra)
    assert world.why(BUP_GRUPP, "behov/syskon") == {"K8 vardnadshavare-misstankt"}
    assert world.delivered(BUP_GRUPP) == {"insats"}


def test_f1_a_suspicion_stands_until_it_is_removed() -> None:
    world = both().misstankt("far", mot="barn").misstankt("far", mot="barn", borttagen=True)
    assert world.sip("barn", [BUP]).delivered(BUP_GRUPP) == {"insats"}
    assert world.tillstand.person("far").misstankt_mot == ()


def test_f1_several_suspicions_stand_apart() -> None:
    world = both().misstankt("far", mot="barn").misstankt("far", mot="mor").misstankt("farfar", mot="barn")
    world.misstankt("far", mot="barn", borttagen=True)
    assert why(world) == {"K8 vardnadshavare-misstankt"}
    assert {m.misstankt for m in world.tillstand.person("barn").misstankta} == {"farfar"}
    assert {m.mot for m in world.tillstand.person("far").misstankt_mot} == {"mor"}


def test_f1_an_actor_removes_what_it_registered_itself_and_nobody_elses() -> None:
    world = both().misstankt("far", mot="barn", av=POLIS_GRUPP).misstankt("far", mot="barn", av=UTSATT)
    world.misstankt("far", mot="barn", borttagen=True, av=POLIS_GRUPP)
    assert why(world) == {"K8 vardnadshavare-misstankt"}, "each registration stands by itself"
    world.misstankt("far", mot="barn", borttagen=True, av=POLIS_GRUPP)
    assert world.refused() == {"F1 ingen-egen-registrering"}
    world.misstankt("farfar", mot="barn", borttagen=True)
    assert world.refused() == {"F1 ingen-egen-registrering"}
    world.misstankt("far", mot="barn", borttagen=True, av=UTSATT)
    assert world.sip("barn", [BUP]).delivered(BUP_GRUPP) == {"insats"}


def test_k8_population_data_alone_do_not_replace_a_suspected_guardian() -> None:
    world = family().misstankt("far", mot="barn").vardnad("barn", "mor")
    assert world.refused() == {"K8 vardnadshavare-misstankt"}
    world.samtycke("barn", [BUP], givare=["mor"])
    assert why(world) == {"K8 vardnadshavare-misstankt"}
    assert world.vardnad("barn", "mor", provisoriskt=True).refused() == set(), "provisional custody drops nobody"
    assert why(world) == {"K8 vardnadshavare-misstankt"}


@pytest.mark.parametrize("kalla", ["domstol", "socialnamnd"])
def test_k8_a_decision_does(kalla: str) -> None:
    world = family().misstankt("far", mot="barn").vardnad("barn", "mor", kalla=kalla)
    assert world.samtycke("barn", [BUP], givare=["mor"]).sip("barn", [BUP]).delivered(BUP_GRUPP) == {"insats"}


def test_k8_a_guardian_who_is_not_suspected_is_replaced_by_population_data() -> None:
    assert family().vardnad("barn", "mor").refused() == set()


def test_k8_provisional_custody_only_restricts() -> None:
    """Health care's registration alone does not let a consent through, and a guardian it adds must consent too."""
    alone = World().vardnad("barn", "mor", provisoriskt=True, av=VC).samtycke("barn", [BUP], givare=["mor"])
    assert why(alone) == {"K8 vardnad-okand"}
    added = both().vardnad("barn", "styvfar", provisoriskt=True, av=VC)
    assert why(added) == {"B0 samtycke-saknas", "K8 vardnadshavare-saknas"}
    assert added.vardnad("barn", "mor", "far").sip("barn", [BUP]).delivered(BUP_GRUPP) == {"insats"}


def test_k8_only_socialtjanst_settles_custody() -> None:
    world = World().vardnad("barn", "mor", av=VC)
    assert world.refused() == {"K8 far-ej-registrera"}
    assert why(world) == {"K8 vardnad-okand"}


def test_k8_custody_without_guardians_is_refused_and_settles_nothing() -> None:
    world = World().vardnad("barn").samtycke("barn", [BUP], givare=["mor"])
    assert why(world) == {"K8 vardnad-okand"}


def test_k8_what_everybody_must_consent_to_is_not_granted_by_nobody() -> None:
    child = PersonState("barn", AGE_0_11, vardnad_kand=True)
    state = Tillstand(OmradeState(0), {"barn": child})
    case = Fall(Uppgift("/insats", "insats", "barn", "barn"), AGE_0_11, "sip", BUP, START)
    assert {reason.kod for reason in ask(state, case, regelverk()).hinder} == {"vardnad-okand"}


def test_k8_at_18_the_guardians_consent_lapses_and_the_person_is_asked() -> None:
    world = both()
    world.alder["barn"] = ADULT
    assert why(world) == {"B0 samtycke-saknas"}
    assert asked_roles(world) == [("utsatt",)]
    assert world.samtycke("barn", [BUP]).sip("barn", [BUP]).delivered(BUP_GRUPP) == {"insats"}


def test_k8_an_adults_own_consent_is_not_the_guardians_to_give() -> None:
    world = World().samtycke("anna", [BUP], givare=["mor"]).sip("anna", [BUP])
    assert world.delivered(BUP_GRUPP) == {"insats"}, "for an adult only the person consents, whoever is listed"


@pytest.mark.parametrize("age", [AGE_0_11, AGE_12_14, AGE_15_17])
def test_k8_holds_in_every_age_class_under_18(age: str) -> None:
    world = World(alder={"barn": age}).samtycke("barn", [BUP])
    assert why(world) == {"K8 vardnad-okand"}


def test_k8_a_child_of_unknown_age_is_known_by_its_role() -> None:
    world = World(alder={"barn": AGE_UNKNOWN}).samtycke("barn", [BUP])
    world.sip("barn", [BUP], roll="barn")
    assert world.why(BUP_GRUPP, "insats") == {"K8 vardnad-okand"}


def test_k8_a_child_of_unknown_age_is_known_by_its_guardians() -> None:
    world = World(alder={"barn": AGE_UNKNOWN}).vardnad("barn", "mor").samtycke("barn", [BUP])
    assert why(world) == {"B0 samtycke-saknas"}


def test_k8_somebody_of_unknown_age_who_is_neither_consents_for_themselves() -> None:
    world = World(alder={"anna": AGE_UNKNOWN}).samtycke("anna", [BUP]).sip("anna", [BUP])
    assert world.delivered(BUP_GRUPP) == {"insats"}


def test_k8_an_adults_item_in_a_childs_summons_goes_by_the_adults_consent() -> None:
    world = (
        both().samtycke("mor", [BUP]).sip("barn", [BUP], ["insats", "ekonomi/mor"], andra={"vardnadshavare": ["mor"]})
    )
    assert world.delivered(BUP_GRUPP) == {"insats", "ekonomi/mor"}


def test_r1_a_childs_risk_assessment_needs_the_guardians_where_no_provision_is_invoked() -> None:
    world = family().riskbedomning("barn", [MORA_VINR, BUP], av=VC)
    assert world.why(BUP_GRUPP, "risk") == {"B0 samtycke-saknas"}
