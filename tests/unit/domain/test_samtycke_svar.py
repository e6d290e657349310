"""The answer to a consent request: B0, K4, P5, V6 of RULES.md and their readings."""

from dataclasses import replace

import pytest
from mini_regelverk import BUP, BUP_GRUPP, MORA_VINR, POLIS, UTOVARE, UTSATT, VARDCENTRAL, VC, VC_SKYDDAD
from steps import DAY, HOUR
from world import World

from samverkanshub.domain.decision import DELIVERED, ConsentRequest, Delivery
from samverkanshub.domain.events import ADULT, AGE_15_17
from samverkanshub.domain.plikter import open_ones

ITEMS = ("identitet", "insats", "halsa")


def asked() -> World:
    """A summons that nobody has consented to."""
    return World().sip("anna", [VARDCENTRAL], ITEMS)


def released(world: World, grupp: str = VC) -> set[str]:
    """The items that the answer delivers to a reader group."""
    return {vag[1:] for one in rows(world) if one.mottagare == grupp for vag in one.vagar}


def rows(world: World) -> tuple[Delivery, ...]:
    assert world.last is not None
    return world.last.deliveries


def requests(world: World) -> tuple[ConsentRequest, ...]:
    assert world.last is not None
    return world.last.requests


def test_b0_a_consent_given_and_answered_releases_what_was_withheld() -> None:
    world = asked()
    assert world.reached() == set()
    world.samtycke("anna", [VARDCENTRAL]).svarar()
    assert world.refused() == set()
    assert released(world) == set(ITEMS)
    assert requests(world) == ()


def test_k4_a_consent_releases_nothing_by_itself() -> None:
    world = asked().samtycke("anna", [VARDCENTRAL])
    assert {one.slag for one in rows(world)}.isdisjoint({"meddelande"})
    assert rows(world.svarar(slapp=False)) == ()


def test_k4_the_message_is_judged_at_the_position_of_the_answer() -> None:
    """Not at its own, and not at the consent's: here the consent is withdrawn, and one comes to an end, in between."""
    withdrawn = asked().samtycke("anna", [VARDCENTRAL]).aterkallar("anna").svarar()
    ended = World().sip("anna", [VARDCENTRAL]).samtycke("anna", [VARDCENTRAL], slut=World().tid + DAY)
    assert released(withdrawn) == set()
    assert released(ended.after(DAY).svarar()) == set()


@pytest.mark.parametrize(("moment", "goes"), [(-1, True), (0, False)])
def test_k2_the_consent_counts_up_to_but_not_including_its_end(moment: int, goes: bool) -> None:
    end = World().tid + DAY
    world = asked().samtycke("anna", [VARDCENTRAL], slut=end).at(end + moment).svarar()
    assert bool(released(world)) is goes


def test_k4_who_has_a_delivery_gets_a_complement_with_the_newly_released_alone() -> None:
    world = World().samtycke("anna", [VARDCENTRAL], kategorier=["insats"]).sip("anna", [VARDCENTRAL], ITEMS)
    first = world.leverans(VC)
    assert first is not None
    assert world.delivered(VC) == {"insats"}
    world.samtycke("anna", [VARDCENTRAL], kategorier=["insats", "halsa"]).svarar()
    complement = next(one for one in rows(world) if one.mottagare == VC and one.slag == "meddelande")
    assert (complement.vagar, complement.kod, complement.avser) == (("/halsa",), "komplettering", first.leverans_id)
    assert complement.leverans_id != first.leverans_id
    assert world.oppnar(VC, complement.leverans_id).shown() == {"halsa"}
    assert world.oppnar(VC, first.leverans_id).shown() == {"insats"}


def test_k4_asked_twice_nothing_goes_twice() -> None:
    world = asked().samtycke("anna", [VARDCENTRAL]).svarar().svarar()
    assert released(world) == set()
    assert world.refused() == set()


def test_k4_what_a_judgement_here_withholds_stays_withheld() -> None:
    """P3, K3, V1: consent lifts none of them, whoever answers what."""
    protected = asked().samtycke("anna", [VARDCENTRAL]).skydd("anna").svarar()
    assert released(protected, VC) == set()
    assert released(protected, VC_SKYDDAD) == set(ITEMS)
    exempted = asked().samtycke("anna", [VARDCENTRAL], undantag={"kategorier": ["halsa"]}).svarar()
    assert released(exempted) == {"identitet", "insats"}
    world = World().sip("anna", [MORA_VINR], ["insats", "boende"], av=VC).samtycke("anna", [MORA_VINR]).svarar()
    assert (released(world, UTSATT), released(world, UTOVARE)) == ({"insats", "boende"}, {"insats"})


def test_p1_what_was_told_orally_is_not_delivered_when_the_protection_is_lowered() -> None:
    world = World().skydd("anna").samtycke("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL], ["insats", "motestid"])
    world.skydd("anna", niva="ingen").svarar()
    assert released(world, VC_SKYDDAD) == set()
    assert released(world, VC) == {"insats", "motestid"}, "which had nothing before"


def test_q1_an_answer_adds_no_recipient() -> None:
    """A report by day is the child unit's; an answer at night does not send it to the socialjour."""
    world = World().vardnad("barn", "mor").orosanmalan(till=[BUP])
    world.samtycke("barn", [BUP], givare=["mor"], andamal="barnskydd").after(12 * HOUR).svarar()
    assert {one.mottagare for one in rows(world) if one.slag == "meddelande"} == {BUP_GRUPP}


def test_b0_requests_still_open_are_made_again_and_answered_ones_are_not() -> None:
    world = World().sip("anna", [VARDCENTRAL, BUP]).samtycke("anna", [VARDCENTRAL]).svarar()
    assert [one.mottagare for one in requests(world)] == [(BUP,)]
    assert requests(world.svarar(slapp=False)) == ()


def test_b0_who_has_refused_is_asked_no_more_for_that_purpose_and_those_recipients() -> None:
    world = asked().svarar("nekat")
    assert world.refused() == set()
    assert requests(world.sip("anna", [VARDCENTRAL], av=UTSATT)) == ()
    assert [one.mottagare for one in requests(world.sip("anna", [BUP]))] == [(BUP,)], "another recipient"
    assert requests(world.riskbedomning("anna", [VARDCENTRAL])) != (), "another purpose"


def test_b0_a_refusal_of_what_nobody_would_be_asked_refuses_nothing() -> None:
    world = World().samtycke("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL]).svarar("nekat")
    assert world.tillstand.person("anna").nekanden == ()


@pytest.mark.parametrize(
    ("av_roll", "consented", "refused"),
    [
        ("", (), {"anna"}),
        ("utsatt", (), {"anna"}),
        ("narstaende", (), {"bo", "syster"}),
        ("vardnadshavare", (), set()),
        ("", ("anna", "syster"), {"bo"}),
        ("utsatt", ("anna",), set()),
        ("narstaende", ("bo",), {"syster"}),
    ],
)
def test_b0_a_no_is_only_that_of_those_who_were_asked(
    av_roll: str, consented: tuple[str, ...], refused: set[str]
) -> None:
    """Of several by the role that the answer names; where it names none, the only one left or whom it is about."""
    world = World()
    for namn in consented:
        world.samtycke(namn, [VARDCENTRAL])
    world.sip("anna", [VARDCENTRAL], ["insats", "behov/bo", "behov/syster"], andra={"narstaende": ["bo", "syster"]})
    world.svarar("nekat", av_roll=av_roll)
    assert {namn for namn in ("anna", "bo", "syster") if world.tillstand.person(namn).nekanden} == refused
    asked = requests(world.sip("bo", [VARDCENTRAL]))
    assert bool(asked) == ("bo" not in refused | set(consented)), "anybody may still ask those who were not"


@pytest.mark.parametrize(("age", "givers"), [(AGE_15_17, ("far", "mor")), (ADULT, ("barn",))])
def test_k8_a_childs_request_is_refused_by_its_guardians_and_an_adults_by_themselves(
    age: str, givers: tuple[str, ...]
) -> None:
    world = World().vardnad("barn", "far", "mor").sip("barn", [VARDCENTRAL])
    world.alder["barn"] = age
    assert world.svarar("nekat").tillstand.person("barn").nekanden[0].givare == givers


def test_b0_not_asked_for_danger_closes_the_question_for_this_message_alone() -> None:
    world = World().sip("anna", [VARDCENTRAL, BUP]).svarar("ej_fragat_fara")
    assert (rows(world), requests(world)) == ((), ())
    world.samtycke("anna", [VARDCENTRAL]).svarar()
    assert released(world) == {"insats"}
    assert requests(world) == (), "not asked again for this message"
    assert [one.mottagare for one in requests(world.sip("anna", [BUP]))] == [(BUP,)]


def test_v6_an_answer_points_to_no_suspect() -> None:
    """What a suspected relative has is neither asked for nor refused on his behalf."""
    world = (
        World()
        .misstankt("bo", "anna")
        .sip("anna", [VARDCENTRAL], ["insats", "insats/bo"], andra={"narstaende": ["bo"]})
    )
    world.svarar()
    assert {roll for one in requests(world) for roll in one.av_roller} == {"utsatt"}
    assert world.svarar("nekat").tillstand.person("bo").nekanden == ()


def test_t3_only_the_reader_group_that_sent_the_message_answers() -> None:
    """Another's message, another group's of the same unit, and one that does not exist are refused alike."""
    for av in (VC, UTOVARE):
        assert asked().svarar(av=av).refused() == {"T3 finns-ej"}
    world = asked()
    unknown = world.event("samtycke_svar", UTSATT, (), koder={"meddelande": "finns-ej", "svar": "nekat"})
    assert world.happens(unknown).refused() == {"T3 finns-ej"}


def test_q2_a_recalled_message_is_not_released() -> None:
    world = asked().samtycke("anna", [VARDCENTRAL]).aterkallar_meddelandet().svarar()
    assert world.refused() == {"Q2 aterkallad"}
    assert rows(world) == ()


def test_k8_who_has_turned_18_since_consents_herself() -> None:
    world = World(alder={"barn": AGE_15_17}).vardnad("barn", "mor").sip("barn", [VARDCENTRAL])
    world.alder["barn"] = ADULT
    world.samtycke("barn", [VARDCENTRAL]).svarar()
    assert released(world) == {"insats"}


def test_h2_who_receives_by_an_answer_owes_a_kvittens_from_then_on() -> None:
    world = asked()
    before = next(iter(world.tillstand.arenden.values()))
    assert open_ones(before, "h2.kvittens") == ()
    world.samtycke("anna", [VARDCENTRAL]).svarar()
    arende = next(iter(world.tillstand.arenden.values()))
    (owed,) = open_ones(arende, "h2.kvittens")
    assert owed.barare == VARDCENTRAL
    assert world.svarar().tillstand.arenden[arende.arende_id].plikter == arende.plikter, "owed once"


def test_t1_the_decision_on_an_answer_cites_every_item_it_judged() -> None:
    world = asked().samtycke("anna", [VARDCENTRAL], kategorier=["insats"]).svarar()
    assert world.last is not None
    judged = {
        e.vag: e.verdict == DELIVERED
        for e in world.last.entries
        if e.mottagare == VC and e.vag in ("/insats", "/halsa")
    }
    assert judged == {"/insats": True, "/halsa": False}


def test_b0_the_police_get_by_an_answer_what_a_consent_that_names_them_covers() -> None:
    world = World().riskbedomning("anna", [POLIS]).samtycke("anna", [POLIS], andamal="riskbedomning").svarar()
    assert {one.mottagare for one in rows(world) if one.slag == "meddelande"} == {"polisen.dalarna.handlaggare"}


def test_b0_an_answer_is_about_one_message_of_the_arende() -> None:
    world = World().sip("anna", [VARDCENTRAL], ["halsa"]).sip("anna", [VARDCENTRAL], ["insats"])
    first, second = world.log[0][1], world.log[1][1]
    world.named["first"] = first
    assert released(world.samtycke("anna", [VARDCENTRAL]).svarar(som="first")) == {"halsa"}
    arende = next(a for a in world.tillstand.arenden.values() if a.process == "sip")
    answered = {one.handelse.handelse_id: one.svar for one in arende.meddelanden}
    assert answered == {first.handelse_id: ("lamnat",), second.handelse_id: ()}


def test_k4_a_unit_that_has_left_the_directory_since_is_no_longer_judged_and_the_others_are() -> None:
    world = World().sip("anna", [VARDCENTRAL, BUP], ITEMS).samtycke("anna", [VARDCENTRAL, BUP])
    katalog = world.regler.katalog
    units = {id_: enhet for id_, enhet in katalog.enheter.items() if id_ != BUP}
    groups = {id_: grupp for id_, grupp in katalog.lasargrupper.items() if grupp.enhet != BUP}
    world.regler = replace(world.regler, katalog=replace(katalog, enheter=units, lasargrupper=groups))
    world.svarar()
    assert released(world, BUP_GRUPP) == set()
    assert released(world) == set(ITEMS)


def test_t1_an_opening_of_what_an_answer_released_cites_that_delivery() -> None:
    world = asked().samtycke("anna", [VARDCENTRAL]).svarar()
    own = next(one for one in rows(world) if one.mottagare == VC)
    world.oppnar(VC, own.leverans_id)
    assert world.opening is not None
    shown = [entry for entry in world.opening.entries if entry.verdict == DELIVERED and entry.vag]
    assert {entry.leverans_id for entry in shown} == {own.leverans_id}
