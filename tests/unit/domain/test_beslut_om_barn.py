"""K8: what replaces a guardian's word: a listed ground in force, within its remit, cited with its mark."""

from typing import Any

import pytest
from k8_steps import beslut
from mini_regelverk import BUP, BUP_GRUPP, POLIS_GRUPP, UTSATT, VARDCENTRAL, VC
from steps import DAY, refs
from world import World

from samverkanshub.domain.events import AGE_0_11, AGE_12_14, AGE_15_17
from samverkanshub.domain.tid import to_ms

REPLACING = ("fb_6_13a", "ensam_vardnad", "lvu", "skyddat_boende")


def family(age: str = AGE_0_11) -> World:
    return World(alder={"barn": age, "syskon": AGE_0_11}).vardnad("barn", "mor", "far")


def why(world: World, item: str = "insats") -> set[str]:
    return world.sip("barn", [BUP], [item]).why(BUP_GRUPP, item)


def passes(world: World) -> bool:
    return world.sip("barn", [BUP]).delivered(BUP_GRUPP) == {"insats"}


def mothers(world: World, **more: Any) -> World:
    return world.samtycke("barn", [BUP], givare=["mor"], **more)


def cited(world: World) -> set[tuple[str, str]]:
    return {(grund.id, grund.marke) for grund in world.entry(BUP_GRUPP, "insats").grunder}


def asked(world: World) -> bool:
    assert world.message is not None
    return world.message.requests != ()


# ------------------------------------------------------------------------------------------ one guardian's word


@pytest.mark.parametrize("slag", REPLACING)
def test_k8_a_decision_replaces_the_word_of_a_guardian_who_refuses(slag: str) -> None:
    world = mothers(family().nekar("barn", [BUP], givare=["far"]))
    assert why(world) == {"B0 samtycke-nekat", "K8 vardnadshavare-saknas"}
    assert passes(beslut(world, slag, ["far"]))


@pytest.mark.parametrize("slag", REPLACING)
def test_k8_a_decision_replaces_the_word_of_a_suspected_guardian(slag: str) -> None:
    world = mothers(family()).misstankt("far", mot="barn")
    assert why(world) == {"K8 vardnadshavare-misstankt"}
    assert passes(beslut(world, slag, ["far"]))


def test_t1_what_carries_is_cited_with_its_mark() -> None:
    world = beslut(mothers(family()), "fb_6_13a", ["far"])
    assert passes(world)
    assert cited(world) == {("samtycke", "P"), ("fb-6-13a", "P")}
    assert cited(beslut(mothers(family()), "lvu", ["far"]).sip("barn", [BUP])) == {("samtycke", "P"), ("lvu-11", "N")}


def test_k8_the_other_guardians_consent_is_still_needed() -> None:
    world = beslut(family(), "fb_6_13a", ["far"])
    assert why(world) == {"B0 samtycke-saknas"}
    assert asked(world)


def test_v6_nobody_is_asked_in_a_role_that_the_suspected_guardian_has_too() -> None:
    world = beslut(family().misstankt("far", mot="barn"), "fb_6_13a", ["far"])
    assert why(world) == {"B0 samtycke-saknas", "K8 vardnadshavare-misstankt"}
    assert not asked(world)


def test_k8_two_guardians_one_suspected_and_the_other_replaced_grants_nothing() -> None:
    world = family().samtycke("barn", [BUP], givare=["far"]).misstankt("far", mot="barn")
    assert why(beslut(world, "fb_6_13a", ["mor"])) == {"K8 vardnadshavare-misstankt"}


def test_k8_fb_6_13a_replaces_no_sole_guardian_and_not_both() -> None:
    sole = World().vardnad("barn", "mor")
    assert why(beslut(sole, "fb_6_13a", ["mor"])) == {"B0 samtycke-saknas"}
    both = beslut(beslut(family(), "fb_6_13a", ["far"]), "fb_6_13a", ["mor"], referens="SN-2026-18")
    assert why(both) == {"B0 samtycke-saknas"}


def test_k3_the_exemption_of_a_guardian_whose_word_is_replaced_does_not_count() -> None:
    world = mothers(family()).samtycke("barn", [BUP], givare=["far"], undantag={"kategorier": ["insats"]})
    assert why(world) == {"K3 undantag"}
    assert passes(beslut(world, "fb_6_13a", ["far"]))


def test_k3_an_exemption_made_with_the_other_guardian_stands() -> None:
    world = family().samtycke("barn", [BUP], givare=["far", "mor"], undantag={"kategorier": ["insats"]})
    assert why(beslut(world, "fb_6_13a", ["far"])) == {"K3 undantag"}


def test_k8_a_suspected_guardians_exemption_does_not_count() -> None:
    world = family().samtycke("barn", [BUP], givare=["far"], undantag={"kategorier": ["insats"]})
    assert why(world) == {"B0 samtycke-saknas", "K3 undantag", "K8 vardnadshavare-saknas"}
    assert why(world.misstankt("far", mot="barn")) == {"K8 vardnadshavare-misstankt"}


def test_k3_what_a_message_alone_says_of_a_guardian_lifts_no_exemption() -> None:
    world = family().samtycke("barn", [BUP], givare=["far"], undantag={"kategorier": ["insats"]})
    world.sip("barn", [BUP], andra={"misstankt": ["far"]})
    assert world.why(BUP_GRUPP, "insats") == {"K3 undantag", "K8 vardnadshavare-misstankt"}


# ------------------------------------------------------------------------------------------ nobody is left


@pytest.mark.parametrize("slag", ["lvu", "skyddat_boende"])
def test_k8_where_no_guardian_is_left_the_socialnamnd_consents_by_its_decision(slag: str) -> None:
    world = beslut(family(), slag, ["far", "mor"], som="beslutet")
    assert why(world) == {"B0 samtycke-saknas"}, "a decision names no recipients and no categories (K1)"
    id_ = world.named["beslutet"].handelse_id
    assert passes(world.samtycke("barn", [BUP], enligt_beslut=id_))
    assert why(world, "halsa") == set()
    assert world.samtycke("barn", [VARDCENTRAL], enligt_beslut="h999").sip("barn", [VARDCENTRAL]).delivered(VC) == set()


def test_k8_only_socialtjanst_consents_by_a_decision() -> None:
    world = beslut(family(), "lvu", ["far", "mor"], som="beslutet")
    id_ = world.named["beslutet"].handelse_id
    assert world.samtycke("barn", [BUP], enligt_beslut=id_, av=VC).refused() == {"K8 far-ej-registrera"}


def test_k8_a_sarskild_foretradare_speaks_in_the_suspected_guardians_stead() -> None:
    world = mothers(family()).misstankt("far", mot="barn")
    beslut(world, "sarskild_foretradare", ["far"], foretradare=["advokaten"])
    assert "K8 vardnadshavare-saknas" in why(world)
    assert passes(world.samtycke("barn", [BUP], foretradare=["advokaten"]))
    assert cited(world) == {("samtycke", "P"), ("lag-1999-997", "N")}


def test_k8_a_sarskild_foretradare_may_speak_for_both() -> None:
    world = beslut(family(), "sarskild_foretradare", ["far", "mor"], foretradare=["advokaten"])
    assert passes(world.samtycke("barn", [BUP], foretradare=["advokaten"]))


def test_k8_a_suspected_representative_counts_for_nothing() -> None:
    world = beslut(family(), "sarskild_foretradare", ["far", "mor"], foretradare=["advokaten"])
    world.samtycke("barn", [BUP], foretradare=["advokaten"]).misstankt("advokaten", mot="barn")
    assert why(world) == {"K8 vardnadshavare-misstankt"}


# ------------------------------------------------------------------------------------------ remit and days


def test_k8_a_decision_holds_within_its_remit() -> None:
    assert why(beslut(mothers(family()), "fb_6_13a", ["far"], andamal=["riskbedomning"])) == {
        "B0 samtycke-saknas",
        "K8 vardnadshavare-saknas",
    }


@pytest.mark.parametrize(
    ("fran", "till", "holds"),
    [
        ("2026-03-02", "", True),
        ("2026-03-03", "", False),
        ("2026-01-01", "2026-03-03", True),
        ("2026-01-01", "2026-03-02", False),
    ],
)
def test_k8_a_decision_holds_from_its_first_day_to_the_day_it_no_longer_does(fran: str, till: str, holds: bool) -> None:
    assert passes(beslut(mothers(family()), "fb_6_13a", ["far"], fran=fran, till=till)) == holds


def test_k8_registered_anew_under_its_reference_a_decision_is_ended() -> None:
    world = beslut(mothers(family()), "fb_6_13a", ["far"])
    assert passes(world)
    beslut(world, "fb_6_13a", ["far"], till="2026-03-02")
    assert not passes(world)
    assert len(world.tillstand.person("barn").beslut) == 1


def test_k8_another_reference_is_another_decision_and_the_first_stands() -> None:
    world = beslut(mothers(family()), "fb_6_13a", ["far"])
    assert passes(beslut(world, "fb_6_13a", ["far"], referens="SN-2026-99", till="2026-03-02"))


def test_k8_a_decision_replaces_registered_guardians_alone() -> None:
    assert why(beslut(mothers(family()), "fb_6_13a", ["farfar"])) == {"B0 samtycke-saknas", "K8 vardnadshavare-saknas"}


FORM: list[tuple[str, list[str], dict[str, Any], set[str]]] = [
    ("fb_6_13a", ["far"], {}, set()),
    ("fb_6_13a", [], {}, {"K8 fel-antal-i-roll"}),
    ("fb_6_13a", ["far", "mor"], {}, {"K8 fel-antal-i-roll"}),
    ("fb_6_13a", ["far"], {"foretradare": ["advokaten"]}, {"K8 fel-antal-i-roll"}),
    ("lvu", ["far", "mor"], {}, set()),
    ("lvu", [], {}, {"K8 fel-antal-i-roll"}),
    ("sarskild_foretradare", ["far"], {}, {"K8 fel-antal-i-roll"}),
    ("oppen_insats", [], {}, set()),
    ("oppen_insats", ["far"], {}, {"K8 fel-antal-i-roll"}),
    ("lvu", ["far"], {"andamal": []}, {"K8 saknas"}),
    ("lvu", ["far"], {"andamal": ["allt"]}, {"K1 ej-i-lista"}),
    ("lvu", ["far"], {"till": "2026-01-01"}, {"K8 slut-fore-start"}),
    ("lvu", ["far"], {"till": "2026-01-02"}, set()),
    ("lvu", ["far"], {"av": VC}, {"K8 far-ej-registrera"}),
    ("lvu", ["far"], {"av": POLIS_GRUPP}, {"K8 far-ej-registrera"}),
    ("lvu", ["far"], {"av": UTSATT}, set()),
]


@pytest.mark.parametrize(("slag", "ersatter", "more", "refused"), FORM)
def test_k8_a_decision_names_whose_word_it_replaces_its_remit_and_its_days(
    slag: str, ersatter: list[str], more: dict[str, Any], refused: set[str]
) -> None:
    assert beslut(family(), slag, ersatter, **more).refused() == refused


# ------------------------------------------------------------------------------------------ open interventions


def test_k8_a_child_of_12_consents_to_open_interventions_on_the_socialnamnds_decision() -> None:
    world = beslut(family(AGE_12_14), "oppen_insats").samtycke("barn", [BUP])
    assert passes(world)
    assert cited(world) == {("samtycke", "P"), ("oppna-insatser-barn", "V")}
    assert why(world, "halsa") == {"B0 samtycke-saknas"}, "it covers only what they need"


def test_k8_the_decision_alone_or_the_child_alone_is_not_enough() -> None:
    assert why(beslut(family(AGE_12_14), "oppen_insats")) == {"B0 samtycke-saknas"}
    assert why(family(AGE_12_14).samtycke("barn", [BUP])) == {"B0 samtycke-saknas"}


def test_k8_a_child_of_12_may_consent_whatever_is_known_of_its_guardians() -> None:
    unknown = World(alder={"barn": AGE_12_14})
    assert passes(beslut(unknown, "oppen_insats").samtycke("barn", [BUP]))
    assert passes(beslut(family(AGE_12_14).misstankt("far", mot="barn"), "oppen_insats").samtycke("barn", [BUP]))


def test_k8_neither_a_guardians_no_nor_its_exemption_closes_the_childs_way() -> None:
    world = beslut(family(AGE_12_14).nekar("barn", [BUP], givare=["far"]), "oppen_insats").samtycke("barn", [BUP])
    assert passes(world)
    world.samtycke("barn", [BUP], givare=["far"], undantag={"mottagare": refs([BUP])})
    assert passes(world)


def all_consent(age: str, tid: int, *, ended: bool) -> World:
    """The child and both guardians have said yes, and the socialnämnd has decided on open interventions."""
    world = World(alder={"barn": age}).at(tid - DAY).vardnad("barn", "mor", "far")
    beslut(world, "oppen_insats", fran="2023-01-01", **({"till": "2023-06-01"} if ended else {}))
    world.samtycke("barn", [BUP], som="barnets")
    return world.samtycke("barn", [BUP], givare=["mor"]).samtycke("barn", [BUP], givare=["far"], som="fars")


BEFORE, AFTER = to_ms("2023-06-30T23:59:59+02:00"), to_ms("2023-07-01T00:00:00+02:00")


@pytest.mark.parametrize(
    ("age", "tid", "holds"),
    [
        (AGE_0_11, AFTER, False),
        (AGE_12_14, AFTER, True),
        (AGE_15_17, AFTER, True),
        (AGE_12_14, BEFORE, False),
        (AGE_15_17, BEFORE, True),
    ],
)
def test_k8_the_age_is_12_and_before_1_july_2023_swedish_time_it_was_15(age: str, tid: int, holds: bool) -> None:
    world = World(alder={"barn": age}).at(tid - DAY)
    beslut(world, "oppen_insats", fran="2023-01-01").samtycke("barn", [BUP])
    assert passes(world.at(tid)) == holds


CLASS = {11: AGE_0_11, 12: AGE_12_14, 14: AGE_12_14, 15: AGE_15_17}
OLD_ENOUGH = {(12, AFTER), (14, AFTER), (15, AFTER), (15, BEFORE)}


@pytest.mark.parametrize("ended", [False, True], ids=["in-force", "ended"])
@pytest.mark.parametrize(("item", "needed"), [("insats", True), ("behov", True), ("halsa", False)])
@pytest.mark.parametrize("tid", [BEFORE, AFTER], ids=["before-2023-07-01", "since"])
@pytest.mark.parametrize("age", sorted(CLASS))
def test_k3_k8_a_guardians_exemption_does_not_count_where_the_child_decides_alone(
    age: int, tid: int, item: str, needed: bool, ended: bool
) -> None:
    """Old enough on the day, what the interventions need, on a decision in force; the child's own always counts."""
    alone = (age, tid) in OLD_ENOUGH and needed and not ended
    exempt = {"kategorier": [item]}
    by_guardian = all_consent(CLASS[age], tid, ended=ended).samtycke("barn", [BUP], givare=["far"], undantag=exempt)
    by_guardian.at(tid).sip("barn", [BUP], [item])
    assert by_guardian.delivered(BUP_GRUPP) == ({item} if alone else set())
    if not alone:
        assert by_guardian.why(BUP_GRUPP, item) == {"K3 undantag"}
    by_child = all_consent(CLASS[age], tid, ended=ended).samtycke("barn", [BUP], undantag=exempt)
    assert "K3 undantag" in by_child.at(tid).sip("barn", [BUP], [item]).why(BUP_GRUPP, item)


def test_k3_k8_without_the_childs_own_yes_it_goes_by_the_guardians_with_all_that_they_exempt() -> None:
    world = mothers(beslut(family(AGE_12_14), "oppen_insats"))
    world.samtycke("barn", [BUP], givare=["far"], undantag={"kategorier": ["insats"]})
    assert why(world) == {"K3 undantag"}
    assert passes(world.samtycke("barn", [BUP], som="barnets"))
    assert why(world.aterkallar("barn", "barnets")) == {"K3 undantag"}


def test_k3_k8_what_the_child_and_a_guardian_exempt_together_is_the_childs_own_word_too() -> None:
    world = beslut(family(AGE_12_14), "oppen_insats").samtycke("barn", [BUP])
    assert passes(world)
    world.samtycke("barn", [BUP], undantag={"uppgifter": ["r"], "kategorier": ["insats"]})
    world.samtycke("barn", [BUP], givare=["far"], undantag={"kategorier": ["insats"]})
    assert why(world) == {"K3 undantag"}


def test_k3_k11_nor_where_the_childs_yes_was_not_free() -> None:
    world = mothers(beslut(family(AGE_12_14), "oppen_insats"))
    world.samtycke("barn", [BUP], givare=["far"], undantag={"kategorier": ["insats"]})
    world.samtycke("barn", [BUP], dar={"farfar": "narvarande"}, narvarande=["annan"])
    assert passes(world)
    assert why(world.misstankt("farfar", mot="barn")) == {"K3 undantag"}
