"""K4, K7: who is told that a consent has ended, and what an annulled one is listed to have let through."""

from dataclasses import replace

import pytest
from mini_regelverk import BUP, BUP_GRUPP, MORA_MOTTAGNING, MORA_VINR, UTOVARE, UTSATT, VARDCENTRAL, VC, VC_SKYDDAD
from world import World


def sent() -> World:
    """A summons to the vårdcentral that consent carries."""
    return World().samtycke("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL])


def received() -> World:
    """A summons to Mora's unit, to the reader group that registered the consent, and so was not told of it."""
    return World().samtycke("anna", [MORA_VINR]).sip("anna", [MORA_VINR], av=VC)


def rows(world: World) -> list[str]:
    assert world.last is not None
    return [delivery.mottagare for delivery in world.last.deliveries]


def told(world: World) -> set[tuple[str, str]]:
    assert world.last is not None
    return {(delivery.mottagare, delivery.kod) for delivery in world.last.deliveries}


def test_k4_who_had_opened_under_the_consent_is_told_of_its_end() -> None:
    """Once, also who was not told of the consent itself, having registered it."""
    world = received().oppnar(UTSATT).sip("anna", [MORA_VINR], av=VC).oppnar(UTSATT)
    assert (UTSATT, "samtycke-aterkallat") in told(world.aterkallar("anna"))
    assert rows(world).count(UTSATT) == 1
    assert (UTSATT, "samtycke-makulerat") in told(received().oppnar(UTSATT).makulerar("anna"))


@pytest.mark.parametrize("first_under_the_earlier", [True, False])
def test_k4_who_opened_under_a_consent_given_after_the_delivery_is_told_of_its_end(
    first_under_the_earlier: bool,
) -> None:
    world = received().oppnar(UTSATT) if first_under_the_earlier else received()
    world.samtycke("anna", [MORA_VINR], som="B").oppnar(UTSATT)
    assert (UTSATT, "samtycke-aterkallat") in told(world.aterkallar("anna", "B"))


def test_k4_a_withdrawal_is_told_to_those_that_an_earlier_form_of_the_consent_named() -> None:
    changed = {"som": "B", "andrar": "samtycke"}
    """K7: and to all who were told of either; an annulment of the change alone to those that it told."""
    changed_to_bup = sent().oppnar(VC).samtycke("anna", [BUP], **changed)
    ended = {(grupp, "samtycke-aterkallat") for grupp in (VC, VC_SKYDDAD, BUP_GRUPP)}
    assert told(changed_to_bup.aterkallar("anna", "B")) == ended
    annulled = sent().oppnar(VC).samtycke("anna", [BUP], **changed).makulerar("anna", "B")
    assert told(annulled) == {(BUP_GRUPP, "samtycke-makulerat")}


def incidents(world: World) -> set[tuple[str, str]]:
    assert world.last is not None
    return {(e.mottagare, e.reasons[0].kod) for e in world.last.entries if e.funktion == "incident"}


def test_k4_an_annulment_lists_what_was_first_opened_under_it_and_not_what_it_had_no_part_in() -> None:
    opened = sent().samtycke("anna", [VARDCENTRAL], som="B").oppnar(VC)
    assert incidents(opened.makulerar("anna", "B")) == {(VC, "oppnad-utan-grund")}
    earlier = sent().oppnar(VC).samtycke("anna", [VARDCENTRAL], som="B")
    assert incidents(earlier.makulerar("anna", "B")) == set()


def test_k4_who_had_neither_opened_nor_been_told_is_not_told() -> None:
    assert told(received().aterkallar("anna")) == {(UTOVARE, "samtycke-aterkallat")}


def test_k7_who_was_told_of_the_consent_is_told_of_its_end_and_which_it_was() -> None:
    world = sent()
    spread = {one.mottagare: one.leverans_id for one in world.log[0][2].deliveries}
    world.oppnar(VC).aterkallar("anna")
    assert told(world) == {(VC, "samtycke-aterkallat"), (VC_SKYDDAD, "samtycke-aterkallat")}
    assert world.last is not None
    assert {one.mottagare: one.avser for one in world.last.deliveries} == spread


def test_k7_who_opened_on_another_basis_is_not_told_that_there_was_a_consent() -> None:
    world = World().vardnad("barn", "mor").orosanmalan().oppnar(MORA_MOTTAGNING)
    world.samtycke("barn", ["mora.barn-unga"], givare=["mor"], andamal="barnskydd", av=MORA_MOTTAGNING)
    assert MORA_MOTTAGNING not in rows(world.aterkallar("barn", av=MORA_MOTTAGNING))
    world = received().oppnar(UTSATT)
    world.samtycke("anna", [BUP], som="B").samtycke("anna", [MORA_VINR], andamal="riskbedomning", som="R")
    assert rows(world.aterkallar("anna", "B")) == [BUP_GRUPP], "it names others"
    assert rows(world.aterkallar("anna", "R")) == [UTOVARE], "it served another purpose"


def test_k4_an_annulled_consent_lists_what_was_delivered_and_opened_under_it() -> None:
    """As an incident in the decision on the annulment; a withdrawal, which was no error, lists nothing."""
    for end, listed in (("makulerar", {"oppnad-utan-grund", "levererad-utan-grund"}), ("aterkallar", set())):
        world = World().samtycke("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL]).oppnar(VC)
        world = getattr(world, end)("anna")
        assert world.last is not None
        entries = [entry for entry in world.last.entries if entry.funktion == "incident"]
        assert {reason.kod for entry in entries for reason in entry.reasons} == listed
        assert all(entry.leverans_id and entry.samtycken for entry in entries)


def test_k4_a_withdrawal_that_comes_before_the_change_it_names_ends_the_whole_chain() -> None:
    """A change that starts later must not leave what it was changed from in force meanwhile."""
    world = World().samtycke("anna", [VARDCENTRAL], som="A")
    change = World().samtycke("anna", [VARDCENTRAL], som="A").samtycke("anna", [VARDCENTRAL], andrar="A", som="B")
    event = change.named["B"]
    early = replace(event, typ="samtycke_aterkallat", handelse_id="w", koder={"samtycke": event.handelse_id})
    world.happens(early).happens(event).sip("anna", [VARDCENTRAL])
    assert world.delivered(VC) == set()
    assert all(samtycke.aterkallat for samtycke in world.tillstand.person("anna").samtycken)
