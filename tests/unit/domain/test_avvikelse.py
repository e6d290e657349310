"""A1, A2: an avvikelse identifies nobody, and reaches every party and, between principals, the deviation system."""

import pytest
from mini_regelverk import (
    AVVIKELSE_GRUPP,
    AVVIKELSESYSTEM,
    BARNAHUS,
    BARNAHUS_GRUPP,
    FALUN_BARN,
    UTSATT,
    VARDCENTRAL,
    VC,
    VC_SKYDDAD,
)
from world import World

from samverkanshub.domain.decision import Decision


def decided(world: World) -> Decision:
    assert world.message is not None
    return world.message


def test_a1_it_goes_to_the_parties_without_consent_since_it_identifies_nobody() -> None:
    world = World().avvikelse([VARDCENTRAL])
    assert world.reached() == {VC, VC_SKYDDAD, AVVIKELSE_GRUPP}
    assert {reason.regel for reason in world.entry(VC, "ovrigt").reasons} == {"A1"}
    assert {grund.regel for grund in world.entry(VC, "ovrigt").grunder} == {"B4"}


@pytest.mark.parametrize(
    ("party", "said", "between"),
    [(FALUN_BARN, False, False), (FALUN_BARN, True, True), (VARDCENTRAL, False, True), (VARDCENTRAL, True, True)],
)
def test_a2_between_principals_the_deviation_system_gets_it_too(party: str, said: bool, between: bool) -> None:
    """As the sender says, or as the directory does: between a municipality and the region it always does."""
    world = World().avvikelse([party], mellan_huvudman=said)
    assert (AVVIKELSE_GRUPP in world.reached()) is between


def test_a2_the_deviation_system_named_by_the_sender_is_a_named_recipient() -> None:
    world = World().avvikelse([AVVIKELSESYSTEM], mellan_huvudman=True)
    assert {entry.funktion for entry in world.entries(AVVIKELSE_GRUPP)} == {"namngiven"}


def test_a2_barnahus_may_be_a_party_since_nobody_is_identified() -> None:
    assert World().avvikelse([BARNAHUS]).delivered(BARNAHUS_GRUPP) == {"ovrigt"}


def test_a1_an_avvikelse_that_names_a_person_is_refused() -> None:
    world = World().meddelar("avvikelse", "anna", [VARDCENTRAL], ["ovrigt"], UTSATT)
    assert "A1 person-i-avvikelse" in world.refused()
    assert world.reached() == set()


def test_an_item_about_nobody_has_a_basis_nowhere_else() -> None:
    world = World().samtycke("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL], ["insats", "ovrigt/"])
    assert world.delivered(VC) == {"insats"}
    assert world.why(VC, "ovrigt") == {"B0 samtycke-saknas"}
    assert decided(world).requests == (), "there is nobody to ask"


def test_it_joins_the_arende_it_names_and_otherwise_opens_one_of_its_own() -> None:
    world = World().samtycke("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL])
    about = decided(world).arende_id
    assert decided(world.avvikelse([VARDCENTRAL], arende_id=about)).arende_id == about
    own = decided(world.avvikelse([VARDCENTRAL])).arende_id
    assert own not in ("", about)
    assert decided(world.avvikelse([VARDCENTRAL], arende_id="finns-ej")).arende_id not in ("finns-ej", about, own)
