"""K4, P4, V1, O4, D1: an opening is judged anew on what is in force then; a kvittens follows an opening."""

from dataclasses import replace

import pytest
from mini_regelverk import (
    BARNAHUS_GRUPP,
    BUP,
    BUP_GRUPP,
    FALUN_BARN_CHEF,
    MORA_MOTTAGNING,
    POLIS_GRUPP,
    UTSATT,
    VARDCENTRAL,
    VC,
    VC_SKYDDAD,
)
from steps import DAY, START
from world import World

from samverkanshub.domain.decision import WITHHELD
from samverkanshub.domain.events import ADULT, AGE_15_17, AGE_UNKNOWN

GONE = {"K4 ej-langre-tillganglig"}


def sent(*items: str) -> World:
    """A summons to the vårdcentral that consent carries."""
    world = World().samtycke("anna", [VARDCENTRAL], slut=START + 30 * DAY)
    return world.sip("anna", [VARDCENTRAL], items or ("insats", "behov"))


def test_an_opening_shows_what_was_delivered_and_is_noted() -> None:
    world = sent().oppnar(VC)
    assert world.refused() == set()
    assert world.shown() == {"insats", "behov"}
    kept = [lev for lev in world.tillstand.arenden[world.message.arende_id].leveranser if lev.mottagare == VC]  # type: ignore[union-attr]
    assert kept[0].oppnad > 0


def test_the_first_opening_is_the_one_remembered() -> None:
    world = sent()
    moment = world.tid
    world.oppnar(VC).oppnar(VC)
    assert world.message is not None
    kept = [lev for lev in world.tillstand.arenden[world.message.arende_id].leveranser if lev.mottagare == VC]
    assert kept[0].oppnad == moment


def test_k4_a_withdrawal_between_delivery_and_opening_leaves_nothing_to_show() -> None:
    world = sent()
    moment = world.tid
    world.aterkallar("anna").at(moment).oppnar(VC)
    assert world.refused() == GONE
    assert world.shown() == set()
    assert world.opening is not None
    reasons = {reason.kod for entry in world.opening.entries for reason in entry.reasons}
    assert "samtycke-aterkallat" in reasons


def test_k4_a_second_opening_is_judged_anew_too() -> None:
    world = sent().oppnar(VC).aterkallar("anna").oppnar(VC)
    assert world.refused() == GONE


def test_k4_an_annulment_withdraws_alike() -> None:
    assert sent().makulerar("anna").oppnar(VC).refused() == GONE


@pytest.mark.parametrize(("moment", "shown"), [(-1, {"insats", "behov"}), (0, set())])
def test_k2_the_consents_end_falls_exactly_there_for_openings_too(moment: int, shown: set[str]) -> None:
    assert sent().at(START - DAY + 31 * DAY + moment).oppnar(VC).shown() == shown


def test_k9_a_narrower_consent_given_between_narrows_the_opening() -> None:
    world = sent().samtycke("anna", [VARDCENTRAL], kategorier=["insats"]).oppnar(VC)
    assert world.shown() == {"insats"}


def test_k3_an_exemption_made_between_binds_the_opening() -> None:
    world = sent().samtycke("anna", [VARDCENTRAL], undantag={"kategorier": ["behov"]}).oppnar(VC)
    assert world.shown() == {"insats"}


def test_k4_a_later_consent_releases_nothing_by_itself() -> None:
    world = (
        World()
        .samtycke("anna", [VARDCENTRAL], kategorier=["insats"])
        .sip("anna", [VARDCENTRAL, BUP], ["insats", "behov"])
    )
    world.samtycke("anna", [VARDCENTRAL, BUP]).oppnar(VC)
    assert world.shown() == {"insats"}
    assert world.oppnar(BUP_GRUPP).refused() == {"T3 finns-ej"}


def test_k4_a_consent_given_anew_lets_what_was_delivered_be_opened() -> None:
    assert sent().aterkallar("anna").samtycke("anna", [VARDCENTRAL]).oppnar(VC).shown() == {"insats", "behov"}


def test_p4_protection_raised_between_binds_what_is_not_yet_opened() -> None:
    world = sent("insats", "motestid", "boende").skydd("anna")
    assert world.oppnar(VC).refused() == GONE, "P3"
    world.oppnar(VC_SKYDDAD)
    assert world.shown() == {"insats"}, "P2"
    assert world.opening is not None
    assert world.opening.deliveries[0].muntligen == ("/motestid",), "P1"


def test_p5_the_senders_name_is_hidden_at_the_opening_where_protection_came_between() -> None:
    world = sent().oppnar(VC_SKYDDAD)
    assert world.opening is not None
    assert (world.opening.deliveries[0].avsandare, world.opening.deliveries[0].avsandare_roll) == ("mora.vinr", "vinr")
    world.skydd("anna").oppnar(VC_SKYDDAD)
    assert (world.opening.deliveries[0].avsandare, world.opening.deliveries[0].avsandare_roll) == ("", "vinr")
    assert world.opening.deliveries[0].markningar == ("skyddade-personuppgifter", "visa-ej-for-ombud")


def test_v4_a_suspicion_registered_between_marks_the_opening() -> None:
    world = sent().misstankt("maken", mot="anna").oppnar(VC)
    assert world.opening is not None
    assert world.opening.deliveries[0].markningar == ("visa-ej-for-misstankt",)


def test_p1_what_was_told_orally_stays_so_when_protection_is_lowered() -> None:
    world = World().skydd("anna").samtycke("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL], ["insats", "motestid"])
    world.skydd("anna", "ingen").oppnar(VC_SKYDDAD)
    assert world.shown() == {"insats"}
    assert world.opening is not None
    assert world.opening.deliveries[0].muntligen == ("/motestid",)
    verdicts = {entry.vag: entry.verdict for entry in world.opening.entries if entry.vag}
    assert verdicts["/motestid"] == WITHHELD


def test_b7_a_person_frozen_between_is_not_shown() -> None:
    assert sent().frys("anna").oppnar(VC).refused() == GONE


def test_k8_the_guardians_consent_lapses_between_when_the_child_turns_18() -> None:
    world = World(alder={"barn": AGE_15_17}).vardnad("barn", "mor").samtycke("barn", [BUP], givare=["mor"])
    world.sip("barn", [BUP])
    world.alder["barn"] = ADULT
    assert world.oppnar(BUP_GRUPP).refused() == GONE
    assert world.samtycke("barn", [BUP]).oppnar(BUP_GRUPP).shown() == {"insats"}


def test_k8_an_age_that_is_no_longer_known_is_what_it_was_when_sent() -> None:
    world = World(alder={"anna": ADULT}).vardnad("anna", "mor").samtycke("anna", [BUP]).sip("anna", [BUP])
    world.alder["anna"] = AGE_UNKNOWN
    assert world.oppnar(BUP_GRUPP).shown() == {"insats"}


def test_b1_a_report_stays_one_when_the_child_has_turned_18_since() -> None:
    world = World(alder={"barn": AGE_15_17}).orosanmalan()
    world.alder["barn"] = ADULT
    assert world.oppnar(MORA_MOTTAGNING).shown() == {"barnets_situation"}


def test_b1_nothing_between_stops_the_opening_of_a_report() -> None:
    world = World().orosanmalan(items=["boende"]).skydd("barn").frys("barn").oppnar(MORA_MOTTAGNING)
    assert world.shown() == {"boende"}


def test_a_sender_that_has_left_the_directory_since_does_not_stop_the_opening() -> None:
    world = World().orosanmalan()
    katalog = world.regler.katalog
    left = {id_: enhet for id_, enhet in katalog.enheter.items() if id_ != VARDCENTRAL}
    world.regler = replace(world.regler, katalog=replace(katalog, enheter=left))
    assert world.oppnar(MORA_MOTTAGNING).shown() == {"barnets_situation"}
    assert world.opening is not None
    assert (world.opening.deliveries[0].avsandare, world.opening.deliveries[0].avsandare_roll) == ("", "")


# ------------------------------------------------------------------------------------------ who


def test_only_the_reader_group_itself_opens_and_acknowledges() -> None:
    world = sent()
    found = world.leverans(VC)
    assert found is not None
    for other in (VC_SKYDDAD, POLIS_GRUPP, UTSATT):
        assert world.oppnar(other, leverans=found.leverans_id).refused() == {"T3 finns-ej"}
        assert world.kvitterar(other, leverans=found.leverans_id).refused() == {"T3 finns-ej"}


@pytest.mark.parametrize("arende", ["", "finns-ej"])
def test_a_delivery_is_found_in_its_own_arende_alone(arende: str) -> None:
    world = sent()
    found = world.leverans(VC)
    assert found is not None
    koder = {"leverans": found.leverans_id}
    world.happens(world.event("oppning_begard", VC, [], koder=koder, arende_id=arende))
    assert world.refused() == {"T3 finns-ej"}


# ------------------------------------------------------------------------------------------ without items


def test_o2_a_consultation_opens_without_items() -> None:
    world = World().orosanmalan(misstanke=["sexualbrott"]).oppnar(BARNAHUS_GRUPP)
    assert world.refused() == set()
    assert world.opening is not None
    shown = world.opening.deliveries[0]
    assert (shown.vagar, shown.avsandare, shown.avsandare_roll, shown.markningar) == ((), "", "", ())


def test_b1_an_alarm_to_the_unit_head_opens_without_items() -> None:
    world = World().skydd("barn").orosanmalan(kommun="falun").oppnar(FALUN_BARN_CHEF)
    assert world.refused() == set()
    assert world.shown() == set()


# ------------------------------------------------------------------------------------------ kvittens


def test_o4_received_may_be_said_without_opening() -> None:
    assert sent().kvitterar(VC).refused() == set()


@pytest.mark.parametrize("slag", ["dokumenterad", "overtagen"])
def test_d1_what_has_not_been_opened_is_neither_documented_nor_taken_over(slag: str) -> None:
    world = sent().kvitterar(VC, slag)
    assert world.refused() == {"D1 ej-oppnad"}
    assert world.oppnar(VC).kvitterar(VC, slag).refused() == set()


def test_h1_who_takes_over_holds_the_arende() -> None:
    world = sent().oppnar(VC).kvitterar(VC, "mottagen").kvitterar(VC, "overtagen")
    assert world.message is not None
    arende = world.tillstand.arenden[world.message.arende_id]
    assert arende.ansvarig == VARDCENTRAL
    kept = next(lev for lev in arende.leveranser if lev.mottagare == VC)
    assert kept.kvitterad == ("mottagen", "overtagen")
