"""K8: a mature child's own yes or no governs; mature is a registered fact for a question, never inferred from age."""

from dataclasses import replace

import pytest
from k8_steps import mogen
from mini_regelverk import BUP, BUP_GRUPP, POLIS_GRUPP, UTSATT, VARDCENTRAL, VC, regelverk
from world import World

from samverkanshub.domain.events import ADULT, AGE_0_11, AGE_12_14, AGE_15_17


def family() -> World:
    return World(alder={"barn": AGE_15_17}).vardnad("barn", "mor", "far")


def both() -> World:
    return family().samtycke("barn", [BUP], givare=["mor", "far"])


def why(world: World) -> set[str]:
    return world.sip("barn", [BUP]).why(BUP_GRUPP, "insats")


def passes(world: World) -> bool:
    return world.sip("barn", [BUP]).delivered(BUP_GRUPP) == {"insats"}


def test_k8_a_mature_childs_own_yes_stands_instead_of_the_guardians() -> None:
    world = mogen(family()).samtycke("barn", [BUP])
    assert passes(world)
    entry = world.entry(BUP_GRUPP, "insats")
    assert {(g.id, g.marke) for g in entry.grunder} == {("samtycke", "P"), ("osl-12-3", "P")}
    assert {(r.regel, r.kod) for r in entry.reasons} == {("B3", "samtycke"), ("K8", "osl-12-3")}


def test_k8_the_guardians_consent_no_longer_counts_for_a_mature_child() -> None:
    world = mogen(both())
    assert why(world) == {"B0 samtycke-saknas"}
    assert world.message is not None
    assert [request.av_roller for request in world.message.requests] == [("barn",)], "the child is asked, alone"


def test_k8_a_mature_childs_own_no_stands() -> None:
    world = mogen(both()).nekar("barn", [BUP])
    assert why(world) == {"B0 samtycke-nekat"}
    assert world.message is not None
    assert world.message.requests == ()


@pytest.mark.parametrize("age", [AGE_0_11, AGE_12_14, AGE_15_17])
def test_k8_mature_is_never_inferred_from_age(age: str) -> None:
    world = family().samtycke("barn", [BUP])
    world.alder["barn"] = age
    assert why(world) == {"B0 samtycke-saknas"}
    assert passes(mogen(world)), "nor is immaturity: whoever registers it answers for it"


def test_k8_mature_for_one_question_is_not_mature_for_another() -> None:
    assert why(mogen(both(), andamal="riskbedomning").nekar("barn", [VARDCENTRAL])) == set()
    assert why(mogen(family().samtycke("barn", [BUP]), andamal="riskbedomning")) == {"B0 samtycke-saknas"}


def test_k8_the_latest_registration_of_maturity_stands() -> None:
    world = mogen(mogen(both()), mogen=False)
    assert passes(world), "the guardians again"
    assert len(world.tillstand.person("barn").mognad) == 1


def test_k8_a_mature_child_needs_no_known_custody_and_no_unsuspected_guardian() -> None:
    assert passes(mogen(World(alder={"barn": AGE_15_17})).samtycke("barn", [BUP]))
    assert passes(mogen(family().misstankt("far", mot="barn")).samtycke("barn", [BUP]))


def test_k3_the_guardians_exemption_is_no_no_of_the_mature_child() -> None:
    world = family().samtycke("barn", [BUP], givare=["mor", "far"], undantag={"kategorier": ["insats"]})
    assert why(world) == {"K3 undantag"}
    assert passes(mogen(world).samtycke("barn", [BUP]))


def test_k3_a_childs_own_exemption_stands_mature_or_not() -> None:
    world = mogen(family()).samtycke("barn", [BUP], undantag={"kategorier": ["insats"]})
    assert why(world) == {"K3 undantag"}


def test_k8_at_18_maturity_is_no_longer_a_question() -> None:
    world = mogen(family()).samtycke("barn", [BUP])
    world.alder["barn"] = ADULT
    assert passes(world)
    assert {g.id for g in world.entry(BUP_GRUPP, "insats").grunder} == {"samtycke"}


@pytest.mark.parametrize(("av", "refused"), [(UTSATT, set()), (VC, set()), (POLIS_GRUPP, {"K8 far-ej-registrera"})])
def test_k8_socialtjanst_and_health_care_register_maturity(av: str, refused: set[str]) -> None:
    assert mogen(World(), av=av).refused() == refused


def test_k8_without_its_provision_in_the_catalogue_maturity_carries_nothing() -> None:
    rules = regelverk()
    bare = replace(rules, bestammelser=tuple(row for row in rules.bestammelser if row.id != "osl-12-3"))
    world = World(bare, alder={"barn": AGE_15_17}).vardnad("barn", "mor")
    assert why(mogen(world).samtycke("barn", [BUP])) == {"B0 samtycke-saknas"}
