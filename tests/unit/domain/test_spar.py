"""T1, T3: what a decision cites, what its recipient sees of it, and how an ärende is opened or joined."""

import pytest
from mini_regelverk import BUP, BUP_GRUPP, MORA_MOTTAGNING, MORA_VINR, VARDCENTRAL, VC
from world import World

from samverkanshub.domain import gate, ids
from samverkanshub.domain.decision import ACCEPTED, DELIVERED, REFUSED, WITHHELD, Decision, Entry, Grund, Reason
from samverkanshub.domain.errors import Refused
from samverkanshub.domain.events import Event, Position
from samverkanshub.domain.fold import fold
from samverkanshub.domain.state import OmradeState, Tillstand

CARRIES, STOPS = Reason("B3", "samtycke", False), Reason("K3", "undantag", True)


def decided(world: World) -> Decision:
    assert world.message is not None
    return world.message


@pytest.mark.parametrize(
    ("reasons", "to_somebody", "of_the_event"),
    [
        ((CARRIES,), DELIVERED, ACCEPTED),
        ((STOPS,), WITHHELD, REFUSED),
        ((CARRIES, STOPS), WITHHELD, REFUSED),
        ((), WITHHELD, REFUSED),
    ],
)
def test_the_verdict_follows_from_the_reasons(reasons: tuple[Reason, ...], to_somebody: str, of_the_event: str) -> None:
    assert Entry("grupp", "/insats", reasons).verdict == to_somebody
    assert Entry("", "", reasons).verdict == of_the_event


def test_t1_a_delivered_item_cites_event_recipient_item_rule_basis_mark_and_consent() -> None:
    world = World().samtycke("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL])
    decision, entry = decided(world), world.entry(VC, "insats")
    assert (decision.handelse_id, decision.typ, decision.aktor) == ("h2", "sip_kallelse", "mora")
    assert decision.regelverk == world.regler.digest
    assert (entry.mottagare, entry.vag, entry.verdict) == (VC, "/insats", DELIVERED)
    assert [(grund.id, grund.regel) for grund in entry.grunder] == [("samtycke", "B3")]
    assert entry.samtycken == ("h1",)
    assert entry.leverans_id == ids.delivery_id("h2", VC)


def test_t1_a_provision_is_cited_with_its_validity_and_mark() -> None:
    cited = World().orosanmalan().entry(MORA_MOTTAGNING, "barnets_situation").grunder
    assert Grund("sol-2025-400-19-1", "B1", "V", "2025-07-01", "") in cited
    assert Grund("osl-10-28", "B1", "P", "2009-06-30", "") in cited


def test_t1_both_guardians_consents_are_cited() -> None:
    world = World().vardnad("barn", "mor", "far").samtycke("barn", [BUP], givare=["mor"])
    world.samtycke("barn", [BUP], givare=["far"]).sip("barn", [BUP])
    assert world.entry(BUP_GRUPP, "insats").samtycken == ("h2", "h3")


def test_t1_entries_are_sorted_and_cover_every_item_to_every_candidate() -> None:
    world = World().samtycke("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL, BUP], ["insats", "behov"])
    entries = decided(world).entries
    assert list(entries) == sorted(entries)
    assert len(world.entries(VC)) == len(world.entries(BUP_GRUPP)) == 2


def test_t3_what_is_withheld_is_invisible_to_the_recipient() -> None:
    world = World().samtycke("anna", [VARDCENTRAL], kategorier=["insats"])
    world.sip("anna", [VARDCENTRAL, BUP], ["insats", "behov"])
    found = world.leverans(VC)
    assert found is not None
    assert (found.vagar, found.muntligen) == (("/insats",), ())
    assert world.leverans(BUP_GRUPP) is None, "who gets nothing is told nothing"


def test_t3_and_explained_to_the_sender() -> None:
    world = World().sip("anna", [VARDCENTRAL])
    assert world.entry(VC, "insats").verdict == WITHHELD
    assert world.entry(VC, "insats").leverans_id == ""


# ------------------------------------------------------------------------------------------ ärenden


def test_a_persons_messages_of_one_process_are_one_arende() -> None:
    world = World()
    first = decided(world.sip("anna", [VARDCENTRAL])).arende_id
    assert first == ids.arende_id("h1")
    assert decided(world.sip("anna", [MORA_VINR], av=BUP_GRUPP)).arende_id == first
    assert decided(world.riskbedomning("anna", [VARDCENTRAL])).arende_id not in ("", first)
    assert decided(world.sip("bodil", [VARDCENTRAL])).arende_id not in ("", first)


def test_a_message_about_one_person_does_not_join_an_arende_about_another() -> None:
    world = World()
    annas = decided(world.sip("anna", [VARDCENTRAL])).arende_id
    assert decided(world.sip("bodil", [VARDCENTRAL], arende_id=annas)).arende_id != annas


def test_an_arende_remembers_who_takes_part_and_whom_it_mentions() -> None:
    world = World().samtycke("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL], andra={"narstaende": ["syster"]})
    arende = world.tillstand.arenden[decided(world).arende_id]
    assert (arende.process, arende.person_id) == ("sip", "anna")
    assert {"mora.vinr", VC} <= set(arende.deltagare)
    assert dict(world.tillstand.person("anna").arenden)["sip"] == arende.arende_id
    assert world.tillstand.person("syster").arenden == ()
    assert world.tillstand.person("syster").berorda == (arende.arende_id,)


# ------------------------------------------------------------------------------------------ the gate itself


def test_a_repeat_is_said_to_be_one_and_changes_nothing_but_time() -> None:
    world = World().samtycke("anna", [VARDCENTRAL])
    event, before = world.named["samtycke"], world.tillstand
    again = gate.repeated(event, world.regler.digest)
    assert again.upprepning
    after = fold(before, event, again, Position(0, 9, world.tid))
    assert (after.personer, after.arenden, after.omrade.tid) == (before.personer, before.arenden, world.tid)


def test_an_event_that_breaks_a_stateless_rule_is_kept_without_effect() -> None:
    world = World().sip("anna", [])
    assert world.refused() == {"S1 huvudman-saknas"}
    assert world.tillstand.personer == {}
    assert world.tillstand.arenden == {}


def activation(proposed: str, approved: str) -> Event:
    artefacts = [{"namn": "regler", "digest": "bb"}, {"namn": "katalog", "digest": "aa"}]
    koder = {"artefakter": artefacts, "foreslagen_av": proposed, "godkand_av": approved}
    return Event("h0", "regelverk_aktiverat", "region-dalarna", "", "", "u", koder=koder)


def test_an_activated_regelverk_is_remembered_by_its_artefacts() -> None:
    world = World().happens(activation("anna", "bodil"))
    assert world.refused() == set()
    assert world.tillstand.omrade.artefakter == (("katalog", "aa"), ("regler", "bb"))


def test_a_regelverk_proposed_and_approved_by_one_and_the_same_is_refused() -> None:
    world = World().happens(activation("anna", "anna"))
    assert world.refused() == {"T1 godkand-av-samma"}
    assert world.tillstand.omrade.artefakter == ()


def test_a_type_the_rules_do_not_know_changes_nothing() -> None:
    state = Tillstand(OmradeState(0))
    event = Event("h0", "okand", "mora", "mora.vinr", "mora.vinr.utsatt", "u")
    entry = Entry("", "", (CARRIES,))
    decision = Decision("h0", "okand", "mora", "d", (entry,))
    assert fold(state, event, decision, Position(0, 0, 5)).omrade.tid == 5


def test_an_error_names_its_field_and_keeps_a_stable_code() -> None:
    error = Refused("`source` is wrong", falt="/source", code="fel", regel="T1")
    assert (error.code, error.falt, error.values, str(error)) == (
        "fel",
        "/source",
        {"regel": "T1"},
        "`source` is wrong",
    )
    assert Refused("x").code == "ogiltig"


def test_ids_derive_from_what_they_stand_for() -> None:
    assert ids.event_id("mora", "ABC") == ids.event_id("mora", "abc") != ids.event_id("falun", "abc")
    assert ids.delivery_id("h", VC) != ids.delivery_id("h", VC, "konsultation")
