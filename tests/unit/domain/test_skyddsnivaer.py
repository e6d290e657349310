"""P7: P1-P6 hold alike at every level, settled or provisional."""

import pytest
from mini_regelverk import BUP, BUP_GRUPP, MORA_VINR, UTSATT, VARDCENTRAL, VC, VC_SKYDDAD
from world import World

LEVELS = ("sekretessmarkering", "skyddad_folkbokforing", "fingerade_personuppgifter")
ITEMS = ("insats", "motestid", "motesplats", "boende", "vistelse", "kontakt", "skola_arbete")


def protected(niva: str, provisoriskt: bool) -> World:
    world = World().samtycke("anna", ["region-dalarna", "mora"])
    return world.skydd("anna", niva, provisoriskt=provisoriskt).sip("anna", [VARDCENTRAL, BUP, MORA_VINR], ITEMS)


def shape(world: World) -> list[tuple[str, str, str]]:
    """What became of every item to every reader group, and why."""
    assert world.message is not None
    return [(e.mottagare, e.vag, str(sorted(r.regel for r in e.reasons if r.nekar))) for e in world.message.entries]


@pytest.mark.parametrize("provisoriskt", [False, True])
@pytest.mark.parametrize("niva", LEVELS)
def test_p7_every_level_is_judged_alike(niva: str, provisoriskt: bool) -> None:
    world = protected(niva, provisoriskt)
    assert world.delivered(VC_SKYDDAD) == {"insats"}, "P3: a limited circle"
    assert world.delivered(VC) == world.delivered(BUP_GRUPP) == set()
    assert world.why(VC_SKYDDAD, "motestid") == {"P1 meddelas-muntligen"}
    assert world.why(VC_SKYDDAD, "boende") == {"P2 skyddad-vistelse"}
    delivery = world.leverans(VC_SKYDDAD)
    assert delivery is not None
    assert delivery.avsandare == "", "P5"
    assert shape(world) == shape(protected("sekretessmarkering", False))


@pytest.mark.parametrize("niva", LEVELS)
def test_p6_every_level_covers_the_household_in_every_arende(niva: str) -> None:
    world = World().samtycke("bodil", [VARDCENTRAL]).hushall("anna", "bodil").skydd("anna", niva)
    assert world.sip("bodil", [VARDCENTRAL], ["boende"]).why(VC_SKYDDAD, "boende") == {"P2 skyddad-vistelse"}


@pytest.mark.parametrize("niva", LEVELS)
def test_p4_every_level_binds_from_its_position_for_what_is_not_opened(niva: str) -> None:
    world = World().samtycke("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL], ["insats", "boende"])
    assert world.delivered(VC_SKYDDAD) == {"insats", "boende"}
    world.skydd("anna", niva).oppnar(VC_SKYDDAD)
    assert world.shown() == {"insats"}


@pytest.mark.parametrize("niva", LEVELS)
def test_p7_a_flag_says_nothing_of_another_identity(niva: str) -> None:
    """The new identity is another person to the hub; nothing that is registered about the old one follows it."""
    world = World().samtycke("gammal", [VARDCENTRAL]).skydd("gammal", niva, av=UTSATT)
    assert world.sip("ny", [VARDCENTRAL]).why(VC, "insats") == {"B0 samtycke-saknas"}
    assert world.tillstand.person("ny").skydd == ""
