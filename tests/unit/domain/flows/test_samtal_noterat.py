"""O4: where no connected recipient can acknowledge, the sender's record of its call stops the clock."""

from dataclasses import replace

import pytest
from flowworld import REGION, VC_CHEF, FlowWorld
from mini_regelverk import BUP_GRUPP, FALUN_BARN, MORA_BARN, VC

from samverkanshub.domain.events import Uppgift

NAMED = (Uppgift("/mottaget_av", "ovrigt"),)


def called(world: FlowWorld, *, av: str = VC, items: tuple[Uppgift, ...] = NAMED) -> FlowWorld:
    message = world.named["orosanmalan"].handelse_id
    event = world.event("samtal_noterat", av, (), koder={"meddelande": message}, uppgifter=items)
    world.happens(replace(event, arende_id=world.arende.arende_id))
    return world


def test_o4_the_record_of_the_call_meets_the_duty_of_who_is_not_connected() -> None:
    world = FlowWorld.without(MORA_BARN)
    world.orosanmalan()
    assert called(world).owing("o4.kvittens") == set()
    assert world.skeenden() == {"samtal-noterat"}
    assert world.duty("o4.kvittens").utfall == "samtal-noterat"


def test_o4_it_must_name_who_took_the_call() -> None:
    world = FlowWorld.without(MORA_BARN)
    world.orosanmalan()
    assert called(world, items=()).refused() == {"O4 mottagare-av-samtal-saknas"}
    assert world.owing("o4.kvittens") == {MORA_BARN}


def test_o4_who_is_connected_must_still_acknowledge_and_the_sender_reads_so() -> None:
    world = FlowWorld.without(MORA_BARN)
    world.orosanmalan(akut_fara=True, vistelsekommun="falun")
    called(world)
    assert world.owing("o4.kvittens") == {FALUN_BARN}
    assert world.last is not None
    assert world.last.hints == ("klockan-gar-vidare",)
    assert world.codes() == {"O4 samtal-noterat", "O4 klockan-gar-vidare"}


def test_o4_a_call_about_what_is_acknowledged_already_is_noted_and_changes_nothing() -> None:
    world = FlowWorld.without(MORA_BARN)
    world.orosanmalan()
    before = called(world).arende
    assert called(world).arende == before
    assert world.codes() == {"O4 samtal-noterat"}


@pytest.mark.parametrize("av", [BUP_GRUPP])
def test_t3_anothers_message_is_none(av: str) -> None:
    world = FlowWorld.without(MORA_BARN)
    world.orosanmalan()
    assert called(world, av=av).refused() == {"T3 finns-ej"}


def test_o4_without_connection_and_call_the_ladder_goes_to_the_senders_head_and_the_region() -> None:
    world = FlowWorld.without(MORA_BARN)
    world.orosanmalan()
    assert world.steg("o4.kvittens", "paminnelse").told("o4-kvittens-paminnelse") == {VC_CHEF}
    assert world.steg("o4.kvittens", "andra_kontakt").told("o4-kvittens-andra-kontakt") == {VC_CHEF}
    assert world.steg("o4.kvittens", "region").told("o4-kvittens-region") == {VC_CHEF, REGION}
