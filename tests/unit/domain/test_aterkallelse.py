"""Q2: recall and correction, as RULES.md and its readings have them."""

from dataclasses import replace

import pytest
from mini_regelverk import BARNAHUS_GRUPP, BUP, BUP_GRUPP, MORA_MOTTAGNING, UTOVARE, VARDCENTRAL, VC, VC_SKYDDAD
from world import World

from samverkanshub.domain.events import ADULT
from samverkanshub.domain.plikter import open_ones
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.state import Plikt


def sent() -> World:
    """A summons that consent carries to the vårdcentral and BUP."""
    return World().samtycke("anna", [VARDCENTRAL, BUP]).sip("anna", [VARDCENTRAL, BUP])


def told(world: World) -> dict[str, str]:
    """What each reader group is told by the latest event, beside what it may open."""
    assert world.last is not None
    return {one.mottagare: one.kod for one in world.last.deliveries if one.slag == "andring"}


def incidents(world: World) -> set[str]:
    assert world.last is not None
    return {entry.mottagare for entry in world.last.entries if entry.funktion == "incident"}


def happened(world: World) -> set[tuple[str, bool]]:
    """What the sender reads: each code, and whether it is of one delivery."""
    assert world.last is not None
    return {(one.slag, bool(one.leverans_id)) for one in world.last.skeenden}


def test_q2_what_nobody_has_opened_is_withdrawn() -> None:
    world = sent().aterkallar_meddelandet()
    assert told(world) == dict.fromkeys((VC, VC_SKYDDAD, BUP_GRUPP), "aterkallad")
    assert incidents(world) == set()
    world.oppnar(BUP_GRUPP)
    assert world.shown() == set()
    assert world.refused() == {"Q2 aterkallad"}
    assert world.kvitterar(BUP_GRUPP).refused() == {"Q2 aterkallad"}


def test_q2_what_somebody_has_opened_becomes_an_incident_for_them_to_act_on() -> None:
    world = sent().oppnar(VC).aterkallar_meddelandet()
    assert told(world) == {VC: "aterkallad-oppnad", VC_SKYDDAD: "aterkallad", BUP_GRUPP: "aterkallad"}
    assert incidents(world) == {VC}
    assert happened(world) == {("aterkallad", False), ("aterkallad", True), ("aterkallad-oppnad", True)}
    first = world.leverans(VC)
    assert world.last is not None
    assert first is not None
    assert {one.avser for one in world.last.deliveries if one.mottagare == VC} == {first.leverans_id}
    assert world.oppnar(VC).shown() == {"insats"}, "so that it can be acted on"


@pytest.mark.parametrize("av", [VC, UTOVARE])
def test_q2_only_the_sender_recalls(av: str) -> None:
    """T3: refused in the words that a made-up message is refused in."""
    world = sent().aterkallar_meddelandet(av=av)
    assert world.refused() == {"T3 finns-ej"}
    assert world.oppnar(BUP_GRUPP).shown() == {"insats"}


def test_q2_a_message_is_recalled_once() -> None:
    assert sent().aterkallar_meddelandet().aterkallar_meddelandet().refused() == {"Q2 redan-aterkallad"}


def test_q2_a_recall_of_a_report_stands_beside_it() -> None:
    """B1: nothing is withdrawn from the statutory recipient, nor from Barnahus, which is told nothing identifying."""
    world = World().vardnad("barn", "mor").samtycke("barn", [BUP], givare=["mor"], andamal="barnskydd")
    world.orosanmalan(till=[BUP], misstanke=["bevittnat_vald"]).aterkallar_meddelandet()
    beside = "aterkallad-bredvid"
    assert told(world) == {MORA_MOTTAGNING: beside, BARNAHUS_GRUPP: beside, BUP_GRUPP: "aterkallad"}
    assert incidents(world) == set()
    assert world.oppnar(MORA_MOTTAGNING).shown() == {"barnets_situation"}


def test_o4_the_duty_to_acknowledge_a_report_stands_though_it_is_recalled() -> None:
    world = World().orosanmalan().aterkallar_meddelandet()
    assert len(open_ones(next(iter(world.tillstand.arenden.values())), "o4.kvittens")) == 1


def test_o4_who_is_left_with_nothing_owes_no_kvittens() -> None:
    """A kontaktförmedling or any other message whose duty rests on what was delivered."""
    world = sent()
    arende_id = world.message.arende_id if world.message else ""
    owing = with_duty(world, arende_id, VARDCENTRAL, BUP).oppnar(VC)
    left = open_ones(owing.aterkallar_meddelandet().tillstand.arenden[arende_id], "n1.kvittens")
    assert [plikt.barare for plikt in left] == [VARDCENTRAL], "which has opened it"
    met = [p.utfall for p in owing.tillstand.arenden[arende_id].plikter if p.uppfylld]
    assert met == ["aterkallad"]


def with_duty(world: World, arende_id: str, *bearers: str) -> World:
    arende = world.tillstand.arenden[arende_id]
    message = arende.meddelanden[0].handelse.handelse_id
    made = tuple(Plikt(f"p-{barare}", "n1.kvittens", message, barare) for barare in bearers)
    world.tillstand = world.tillstand.with_arende(replace(arende, plikter=made))
    return world


# ------------------------------------------------------------------------------------------ correction


def corrects(world: World, som: str = "sip_kallelse", **more: object) -> World:
    return world.sip("anna", [VARDCENTRAL, BUP], rattar=world.named[som].handelse_id, **more)


def test_q2_a_correction_is_judged_as_a_new_message_and_replaces_the_earlier() -> None:
    world = sent().oppnar(VC)
    first = world.message
    corrects(world)
    assert {VC, VC_SKYDDAD, BUP_GRUPP} <= world.reached()
    assert told(world) == {VC: "rattad-oppnad", VC_SKYDDAD: "rattad", BUP_GRUPP: "rattad"}
    assert incidents(world) == {VC}
    assert happened(world) >= {("rattad", False), ("rattar", False), ("rattad-oppnad", True)}
    assert world.oppnar(BUP_GRUPP).shown() == {"insats"}, "the new one"
    assert first is not None
    old = next(one.leverans_id for one in first.deliveries if one.mottagare == BUP_GRUPP)
    assert world.oppnar(BUP_GRUPP, old).refused() == {"Q2 aterkallad"}


def test_q2_the_incident_points_to_the_new_message() -> None:
    world = corrects(sent().oppnar(VC))
    assert world.last is not None
    assert {one.handelse_id for one in world.last.deliveries} == {world.named["sip_kallelse"].handelse_id}


def test_q2_only_the_sender_corrects() -> None:
    for av, till in ((VC, "mora.vinr"), (UTOVARE, VARDCENTRAL)):
        world = sent()
        world.sip("anna", [till], av=av, rattar=world.named["sip_kallelse"].handelse_id)
        assert world.refused() == {"Q2 okand-att-ratta"}
        assert world.reached() == set()


def test_q2_what_is_corrected_is_of_the_same_type_about_the_same_person_and_stands() -> None:
    world = sent().riskbedomning("anna", [VARDCENTRAL])
    assert corrects(world, "riskbedomning_delad").refused() == {"Q2 okand-att-ratta"}, "another type"
    world = sent()
    other = world.sip("eva", [VARDCENTRAL], rattar=world.named["sip_kallelse"].handelse_id)
    assert other.refused() == {"Q2 okand-att-ratta"}, "another person"
    assert corrects(sent().aterkallar_meddelandet()).refused() == {"Q2 okand-att-ratta"}, "recalled already"
    assert corrects(sent().sip("anna", [VARDCENTRAL]), "samtycke").refused() == {"Q2 okand-att-ratta"}, "no message"


def test_q2_a_corrected_report_stands_and_the_new_one_beside_it() -> None:
    world = World().orosanmalan()
    world.orosanmalan(rattar=world.named["orosanmalan"].handelse_id)
    assert told(world) == {MORA_MOTTAGNING: "rattad-bredvid"}
    assert MORA_MOTTAGNING in {one.mottagare for one in world.last.deliveries if one.slag == "meddelande"}  # type: ignore[union-attr]


def test_b1_a_report_never_waits_for_what_it_corrects() -> None:
    world = World().orosanmalan(rattar="finns-ej")
    assert world.refused() == set()
    assert MORA_MOTTAGNING in world.reached()
    assert world.message is not None
    assert "okand-att-ratta" in world.message.hints


def test_q2_an_avvikelse_is_corrected_in_the_arende_it_names() -> None:
    world = World().avvikelse([VARDCENTRAL])
    assert world.message is not None
    first, arende = world.named["avvikelse"].handelse_id, world.message.arende_id
    assert world.avvikelse([VARDCENTRAL], rattar=first, arende_id=arende).refused() == set()
    assert set(told(world).values()) == {"rattad"}
    assert world.avvikelse([VARDCENTRAL], rattar=first).refused() == {"Q2 okand-att-ratta"}, "in no ärende of its own"


def test_q2_the_age_of_a_recipient_that_left_the_directory_stops_no_recall() -> None:
    """A reader group that is gone is told what it may come back to, and frees its unit of nothing."""
    world = sent()
    world.regler = without(world, BUP_GRUPP)
    assert world.aterkallar_meddelandet().refused() == set()


def without(world: World, grupp: str) -> Regelverk:
    katalog = world.regler.katalog
    left = {id_: one for id_, one in katalog.lasargrupper.items() if id_ != grupp}
    return replace(world.regler, katalog=replace(katalog, lasargrupper=left))


def test_b1_a_report_about_somebody_of_age_has_nothing_to_stand_beside() -> None:
    world = World(alder={"barn": ADULT}).orosanmalan(roll="barn").aterkallar_meddelandet()
    assert told(world) == {}
