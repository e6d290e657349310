"""P6, P7: protection belongs to the household living together; who takes somebody out of one; a lowered flag."""

import pytest
from mini_regelverk import BUP, BUP_GRUPP, UTSATT, VARDCENTRAL, VC, VC_SKYDDAD
from steps import DAY, START
from world import World


def consenting(*units: str) -> World:
    return World().samtycke("anna", units or [VARDCENTRAL])


def test_p6_it_belongs_to_the_household_in_every_arende() -> None:
    world = World().hushall("mor", "barn").skydd("mor").vardnad("barn", "mor")
    world.samtycke("barn", [BUP], givare=["mor"]).sip("barn", [BUP], ["insats"])
    assert world.why(BUP_GRUPP, "insats") == {"P3 ej-begransad-krets"}


def test_p6_whom_the_message_is_about_protects_what_it_says_of_others() -> None:
    world = consenting().samtycke("syster", [VARDCENTRAL]).skydd("anna")
    world.sip("anna", [VARDCENTRAL], ["boende/syster"], andra={"narstaende": ["syster"]})
    assert world.why(VC_SKYDDAD, "boende/syster") == {"P2 skyddad-vistelse"}


def test_p6_a_suspected_person_is_never_of_the_household() -> None:
    """A suspect's own items are not protected by the exposed person's flag; a flag of his own is."""
    world = (
        World().hushall("anna", "maken").misstankt("maken", mot="anna").skydd("anna").samtycke("maken", [VARDCENTRAL])
    )
    world.sip("maken", [VARDCENTRAL], ["boende"])
    assert world.delivered(VC) == {"boende"}
    world.skydd("maken").sip("maken", [VARDCENTRAL], ["boende"])
    assert world.delivered(VC) == set()


def test_p6_the_exposed_persons_flag_does_not_protect_the_suspects_own_items() -> None:
    world = World().misstankt("maken", mot="anna").skydd("anna").samtycke("maken", [VARDCENTRAL])
    world.sip("anna", [VARDCENTRAL], ["boende/maken"], andra={"narstaende": ["maken"]})
    assert world.delivered(VC) == {"boende/maken"}


def test_p6_who_moves_out_leaves_the_household_on_both_sides() -> None:
    world = World().hushall("mor", "barn").hushall("far", "barn")
    assert world.refused() == set()
    assert world.tillstand.person("mor").hushall == ()
    assert world.tillstand.person("barn").hushall == ("far",)
    assert world.hushall("barn", "mor").tillstand.person("far").hushall == ()


@pytest.mark.parametrize("protected", ["mor", "barn"])
def test_p6_only_socialtjanst_takes_somebody_out_of_a_household(protected: str) -> None:
    """What others register is added to what is known, and their answer does not tell what that was.

    Whoever is said to live with one of a household is taken to live with all of it: in doubt protection reaches on.
    """
    world = World().hushall("mor", "barn", "syskon").skydd(protected).hushall("far", "barn", av=VC)
    assert world.refused() == set()
    assert world.tillstand.person("barn").hushall == ("far", "mor", "syskon")
    assert world.tillstand.person("mor").hushall == ("barn", "far", "syskon")
    assert world.hushall("far", "barn", av=UTSATT).tillstand.person("barn").hushall == ("far",)
    assert world.tillstand.person("mor").hushall == ("syskon",)


def test_p6_anybody_adds_to_a_household() -> None:
    world = World().hushall("mor", "barn").skydd("mor").hushall("mor", "syskon", av=VC)
    assert world.tillstand.person("syskon").hushall == ("barn", "mor")
    assert world.tillstand.person("barn").hushall == ("mor", "syskon")


def test_p7_a_lowered_flag_no_longer_binds() -> None:
    world = consenting().skydd("anna").skydd("anna", "ingen").sip("anna", [VARDCENTRAL], ["boende", "motestid"])
    assert world.delivered(VC) == {"boende", "motestid"}
    assert world.tid < START + DAY
