"""B0: a plain refusal is an event: it grants nothing, withdraws nothing, and ends the asking until a new consent."""

import pytest
from mini_regelverk import BUP, BUP_GRUPP, VARDCENTRAL, VC
from steps import DAY
from world import World


def why(world: World) -> set[str]:
    return world.sip("anna", [VARDCENTRAL]).why(VC, "insats")


def asked(world: World) -> set[str]:
    assert world.message is not None
    return {unit for request in world.message.requests for unit in request.mottagare}


def test_b0_one_who_has_refused_is_not_asked_again() -> None:
    world = World().nekar("anna", [VARDCENTRAL])
    assert why(world) == {"B0 samtycke-nekat"}
    assert asked(world) == set()


def test_b0_a_refusal_is_for_its_purpose_and_recipients_alone() -> None:
    world = World().nekar("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL, BUP])
    assert asked(world) == {BUP}
    assert why(World().nekar("anna", [VARDCENTRAL], andamal="riskbedomning")) == {"B0 samtycke-saknas"}
    assert why(World().nekar("bodil", [VARDCENTRAL])) == {"B0 samtycke-saknas"}


def test_b0_a_refusal_of_an_organisation_covers_its_units() -> None:
    world = World().nekar("anna", ["region-dalarna"]).sip("anna", [VARDCENTRAL, BUP])
    assert asked(world) == set()


def test_b0_a_refusal_withdraws_nothing() -> None:
    world = World().samtycke("anna", [VARDCENTRAL]).nekar("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL])
    assert world.delivered(VC) == {"insats"}


def test_b0_a_later_consent_supersedes_the_refusal_also_once_it_has_ended() -> None:
    world = World().nekar("anna", [VARDCENTRAL]).samtycke("anna", [VARDCENTRAL])
    assert world.sip("anna", [VARDCENTRAL]).delivered(VC) == {"insats"}
    assert why(world.aterkallar("anna")) == {"K4 samtycke-aterkallat"}
    assert asked(world) == {VARDCENTRAL}


def test_b0_refusing_after_a_withdrawal_ends_the_asking() -> None:
    world = World().samtycke("anna", [VARDCENTRAL]).aterkallar("anna").nekar("anna", [VARDCENTRAL])
    assert why(world) == {"B0 samtycke-nekat", "K4 samtycke-aterkallat"}
    assert asked(world) == set()


@pytest.mark.parametrize("terms", [{"till": [BUP]}, {"till": [VARDCENTRAL], "andamal": "riskbedomning"}])
def test_b0_a_later_consent_to_something_else_supersedes_no_refusal(terms: dict[str, object]) -> None:
    known = dict(terms)
    world = World().nekar("anna", [VARDCENTRAL]).samtycke("anna", known.pop("till"), **known)  # type: ignore[arg-type]
    assert "B0 samtycke-nekat" in why(world)


def test_k11_a_consent_that_was_not_free_supersedes_no_refusal() -> None:
    world = World().nekar("anna", [VARDCENTRAL]).samtycke("anna", [VARDCENTRAL], enskilt=False)
    assert why(world) == {"B0 samtycke-nekat", "K11 samtycke-ej-fritt"}
    assert asked(world) == set()


def test_b0_a_consent_still_to_come_into_force_has_superseded_the_refusal() -> None:
    world = World().nekar("anna", [VARDCENTRAL])
    assert why(world.samtycke("anna", [VARDCENTRAL], fran=world.tid + DAY)) == {
        "B0 samtycke-saknas",
        "K2 samtycke-ej-i-kraft",
    }


def test_k8_each_guardian_refuses_for_themselves() -> None:
    world = World().vardnad("barn", "mor", "far").nekar("barn", [BUP], givare=["far"])
    world.sip("barn", [BUP])
    assert world.why(BUP_GRUPP, "insats") == {"B0 samtycke-nekat", "B0 samtycke-saknas"}
    assert asked(world) == set(), "a yes of the other would not release it"


def test_v3_a_refusal_says_whose_it_is() -> None:
    world = World()
    koder = {"andamal": "sip", "mottagare": []}
    assert world.happens(world.event("samtycke_nekat", VC, (), koder=koder)).refused() == {"V3 fel-antal-i-roll"}
