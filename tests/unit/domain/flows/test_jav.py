"""V7: a named employee is barred by their own actor, in every ärende about the person."""

from dataclasses import replace

import pytest
from flowworld import FlowWorld, sip_taken
from mini_regelverk import BUP, BUP_GRUPP, MORA_MOTTAGNING, UTSATT, VARDCENTRAL, VC, VC_SKYDDAD

BARRED = {"V7 javig"}


def bars(world: FlowWorld, av: str, anvandare: str = "u1", user: str = "chef", **more: bool) -> FlowWorld:
    return world.handlar("jav", av, user=user, anvandare=anvandare, **more)


def opens(world: FlowWorld, grupp: str, user: str) -> set[str]:
    delivery = world.leverans(grupp)
    assert delivery is not None
    event = world.event("oppning_begard", grupp, (), koder={"leverans": delivery.leverans_id})
    world.happens(replace(event, anvandare=user, arende_id=world.arende.arende_id))
    return world.refused()


def test_v7_the_barred_user_opens_nothing_and_colleagues_do() -> None:
    world = bars(sip_taken(), VC)
    assert world.refused() == set()
    assert world.nobody_told()
    assert opens(world, VC, "u1") == BARRED
    assert opens(world, VC, "u2") == set()


def test_v7_another_actors_user_of_the_same_name_is_another() -> None:
    world = FlowWorld()
    world.samtycke("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL])
    bars(world, UTSATT)
    assert opens(world, VC, "u1") == set()


@pytest.mark.parametrize(
    ("typ", "koder"),
    [
        ("overlamning", {"till": BUP}),
        ("avslut", {"chef": "c", "skal": "annat", "informerad": "ingen"}),
        ("jav", {"anvandare": "u1", "havd": True}),
    ],
)
def test_v7_nor_does_the_barred_user_act(typ: str, koder: dict[str, str]) -> None:
    world = bars(sip_taken(), VC)
    assert world.handlar(typ, VC, user="u1", **koder).refused() == BARRED
    assert world.handlar(typ, VC, user="u2", **koder).refused() == set()


def test_v7_nor_acknowledge() -> None:
    world = bars(sip_taken(), VC)
    world.kvitterar(VC)
    assert world.refused() == BARRED
    assert world.owing("h2.kvittens") == {VARDCENTRAL}


def test_v7_a_report_too_stays_closed_to_them_though_it_reaches_the_unit_whole() -> None:
    world = FlowWorld()
    world.orosanmalan()
    bars(world, MORA_MOTTAGNING)
    assert opens(world, MORA_MOTTAGNING, "u1") == BARRED
    world.orosanmalan()
    assert world.delivered(MORA_MOTTAGNING) == {"barnets_situation"}
    assert opens(world, MORA_MOTTAGNING, "u2") == set()


def test_v7_in_every_arende_about_the_person_and_no_other() -> None:
    world = bars(sip_taken(), VC)
    world.samtycke("anna", [VARDCENTRAL], andamal="riskbedomning").riskbedomning("anna", [VARDCENTRAL])
    assert opens(world, VC_SKYDDAD, "u1") == BARRED
    world.samtycke("eva", [VARDCENTRAL]).sip("eva", [VARDCENTRAL])
    assert opens(world, VC, "u1") == set()


def test_v7_lifted_the_user_opens_again() -> None:
    world = bars(bars(sip_taken(), VC), VC, havd=True)
    assert world.codes() == {"V7 jav-havt"}
    assert opens(world, VC, "u1") == set()


def test_v7_lifting_one_leaves_the_others() -> None:
    world = bars(bars(sip_taken(), VC, "u1"), VC, "u2")
    bars(world, VC, "u1", havd=True)
    assert opens(world, VC, "u2") == BARRED


def test_v7_in_an_arende_about_nobody_it_holds_in_that_alone() -> None:
    world = FlowWorld()
    world.avvikelse([VARDCENTRAL])
    bars(world, VC)
    assert opens(world, VC, "u1") == BARRED
    world.avvikelse([VARDCENTRAL])
    assert opens(world, VC, "u1") == set()


@pytest.mark.parametrize("grupp", ["polisen.dalarna.handlaggare", "falun.barn-unga.handlaggare"])
def test_t3_an_actor_without_part_in_it_bars_nobody(grupp: str) -> None:
    assert bars(sip_taken(), grupp).refused() == {"T3 finns-ej"}
    assert sip_taken().handlar("jav", VC, arende="inget", anvandare="u1").refused() == {"T3 finns-ej"}


def test_v7_another_unit_of_the_same_actor_may() -> None:
    assert bars(sip_taken(), BUP_GRUPP).refused() == set()


def test_v7_a_message_is_not_refused_since_that_would_tell_of_the_arende() -> None:
    world = bars(sip_taken(), VC)
    world.samtycke("anna", ["mora.vinr"], andamal="riskbedomning", av=VC)
    world.riskbedomning("anna", ["mora.vinr"], av=VC)
    assert world.refused() == set()
    assert UTSATT in world.reached()
