"""K8: for adults only the person consents; beside them a god man or förvaltare, within the appointment."""

import pytest
from k8_steps import foretradare
from mini_regelverk import BUP, BUP_GRUPP, POLIS_GRUPP, VC
from world import World

from samverkanshub.domain.events import ADULT


def by_her(world: World) -> World:
    return world.samtycke("anna", [BUP], foretradare=["gode-mannen"])


def passes(world: World) -> bool:
    return world.sip("anna", [BUP]).delivered(BUP_GRUPP) == {"insats"}


def why(world: World) -> set[str]:
    return world.sip("anna", [BUP]).why(BUP_GRUPP, "insats")


@pytest.mark.parametrize(("slag", "cites"), [("god_man", "fb-11-4"), ("forvaltare", "fb-11-7")])
def test_k8_an_appointed_representative_consents_within_the_appointment(slag: str, cites: str) -> None:
    world = by_her(foretradare(World(), "anna", "gode-mannen", slag))
    assert passes(world)
    assert {(g.id, g.marke) for g in world.entry(BUP_GRUPP, "insats").grunder} == {("samtycke", "P"), (cites, "N")}


def test_k8_somebody_who_is_not_appointed_consents_to_nothing_for_an_adult() -> None:
    assert why(by_her(World())) == {"B0 samtycke-saknas"}
    assert why(by_her(foretradare(World(), "anna", "en-annan"))) == {"B0 samtycke-saknas"}


def test_k8_the_persons_own_consent_still_counts() -> None:
    world = foretradare(World(), "anna", "gode-mannen").samtycke("anna", [BUP])
    assert passes(world)
    assert {g.id for g in world.entry(BUP_GRUPP, "insats").grunder} == {"samtycke"}


@pytest.mark.parametrize(
    ("terms", "holds"),
    [
        ({}, True),
        ({"andamal": ["riskbedomning"]}, False),
        ({"fran": "2026-03-02"}, True),
        ({"fran": "2026-03-03"}, False),
        ({"till": "2026-03-03"}, True),
        ({"till": "2026-03-02"}, False),
    ],
)
def test_k8_outside_the_appointment_the_representative_counts_for_nothing(
    terms: dict[str, object], holds: bool
) -> None:
    assert passes(by_her(foretradare(World(), "anna", "gode-mannen", **terms))) == holds


def test_k8_registered_anew_the_appointment_is_ended() -> None:
    world = by_her(foretradare(World(), "anna", "gode-mannen"))
    assert passes(world)
    assert not passes(foretradare(world, "anna", "gode-mannen", till="2026-03-02"))
    assert len(world.tillstand.person("anna").foretradare) == 1


def test_k8_never_against_the_persons_own_no() -> None:
    world = by_her(foretradare(World(), "anna", "gode-mannen"))
    assert why(world.nekar("anna", [BUP])) == {"B0 samtycke-nekat"}
    withdrawn = (
        foretradare(World(), "anna", "gode-mannen").samtycke("anna", [BUP], som="egen").aterkallar("anna", "egen")
    )
    assert why(by_her(withdrawn)) == {"K4 samtycke-aterkallat"}


@pytest.mark.parametrize("when", ["before", "after"])
def test_k8_k11_nor_against_a_withdrawal_of_what_was_not_free(when: str) -> None:
    world = foretradare(World(), "anna", "gode-mannen")
    if when == "before":
        world.misstankt("maken", mot="anna")
    world.samtycke("anna", [BUP], dar={"maken": "narvarande"}, som="egen").aterkallar("anna", "egen")
    if when == "after":
        world.misstankt("maken", mot="anna")
    assert "K4 samtycke-aterkallat" in why(by_her(world))


def test_k8_a_representative_who_is_suspected_counts_for_nothing() -> None:
    world = by_her(foretradare(World(), "anna", "gode-mannen")).misstankt("gode-mannen", mot="anna")
    assert why(world) == {"B0 samtycke-saknas"}
    world = by_her(foretradare(World(), "anna", "gode-mannen")).sip("anna", [BUP], andra={"misstankt": ["gode-mannen"]})
    assert world.delivered(BUP_GRUPP) == set()


def test_k3_a_representative_does_not_lift_the_persons_own_exemption() -> None:
    world = foretradare(World(), "anna", "gode-mannen")
    world.samtycke("anna", [BUP], undantag={"kategorier": ["insats"]})
    about = [world.person("anna", "registrerad"), world.person("gode-mannen", "foretradare")]
    freely = {"form": "skriftligt", "enskilt": True, "narvarande": ["ingen"], "tolk": "ingen"}
    koder = {"andamal": "sip", "kategorier": ["insats"], **freely}
    world.happens(world.event("undantag_havt", "mora.vinr.utsatt", about, koder=koder))
    assert why(world) == {"K3 undantag"}


@pytest.mark.parametrize("av", [VC, POLIS_GRUPP])
def test_k8_only_socialtjanst_registers_an_appointment(av: str) -> None:
    assert foretradare(World(), "anna", "gode-mannen", av=av).refused() == {"K8 far-ej-registrera"}


def test_k8_an_appointment_ends_after_it_began_and_names_its_purposes() -> None:
    assert foretradare(World(), "anna", "g", till="2026-01-01").refused() == {"K8 slut-fore-start"}
    assert foretradare(World(), "anna", "g", andamal=[]).refused() == {"K8 saknas"}


def test_k8_at_18_a_sarskild_foretradares_consent_lapses_with_the_guardians() -> None:
    world = World().vardnad("barn", "mor").samtycke("barn", [BUP], foretradare=["advokaten"])
    world.alder["barn"] = ADULT
    assert world.sip("barn", [BUP]).why(BUP_GRUPP, "insats") == {"B0 samtycke-saknas"}
