"""V7: a named employee is barred by their own actor, in every ärende about the person."""

from collections.abc import Callable
from dataclasses import replace

import k8_steps
import pytest
from flowworld import FlowWorld, sip_taken
from mini_regelverk import BUP, BUP_GRUPP, MORA_MOTTAGNING, UTSATT, VARDCENTRAL, VC, VC_SKYDDAD

from samverkanshub.domain.flows import jav
from samverkanshub.domain.overtagande import Jav

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


def test_v7_of_what_is_registered_it_hides_who_else_is_named_and_of_a_message_whom_it_is_about() -> None:
    world = bars(sip_taken(), VC)
    one = Jav("region-dalarna", "u1")
    assert world.tillstand.person("anna").javiga == (one,)
    first, anna = world.person("eva", "registrerad"), world.person("anna", "hushallsmedlem")
    household = world.event("hushall", VC, [first, anna])
    assert jav.concerned(household) == {"eva", "anna"}
    assert jav.hidden(world.tillstand, household, one)
    assert not jav.hidden(world.tillstand, household, replace(one, anvandare="u2"))
    message = world.event("sip_kallelse", VC, [world.person("eva", "utsatt"), world.person("anna", "narstaende")])
    assert jav.concerned(message) == {"eva"}
    assert not jav.hidden(world.tillstand, message, one)


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


EXEMPT = {"undantag": {"kategorier": ["halsa"]}}


def barred_at_mora(*also: str) -> FlowWorld:
    """Mora has Anna's consent, an exemption, a protection and a suspicion; `u1` is barred there from now on."""
    world = FlowWorld()
    world.samtycke("anna", [VARDCENTRAL], undantag=EXEMPT["undantag"]).skydd("anna").misstankt("maken", mot="anna")
    world.hushall("anna", "maken", *also).sip("anna", [VARDCENTRAL])
    assert bars(world, UTSATT).refused() == set()
    return world


WIDENS: dict[str, Callable[[FlowWorld], object]] = {
    "lowers a protection": lambda w: w.skydd("anna", "ingen"),
    "notes a suspicion, which may silence who has said no": lambda w: w.misstankt("bo", mot="anna"),
    "removes a suspicion": lambda w: w.misstankt("maken", mot="anna", borttagen=True),
    "lifts an exemption": lambda w: w.haver_undantag("anna", kategorier=["halsa"], mottagare=[]),
    "registers a consent": lambda w: w.samtycke("anna", [BUP]),
    "changes one": lambda w: w.samtycke("anna", [BUP], andrar="samtycke"),
    "annuls one, and its exemptions with it": lambda w: w.makulerar("anna"),
    "takes her out of a household by naming it": lambda w: w.hushall("anna", "bo"),
    "says who represents her": lambda w: k8_steps.foretradare(w, "anna", "bo", "god_man"),
    "says that she is a guardian": lambda w: w.vardnad("barn", "anna"),
}


@pytest.mark.parametrize("what", WIDENS)
def test_v7_a_barred_user_registers_nothing_that_lets_more_through(what: str) -> None:
    world = barred_at_mora()
    before = world.tillstand.person("anna")
    WIDENS[what](world)
    assert world.refused() == BARRED
    assert world.tillstand.person("anna") == before


@pytest.mark.parametrize("what", WIDENS)
def test_v7_a_colleague_does(what: str) -> None:
    world = bars(barred_at_mora(), UTSATT, havd=True)
    WIDENS[what](world)
    assert world.refused() == set()


def test_v7_p5_p6_t3_a_household_that_leaves_her_out_reads_as_any_and_leaves_her_in_hers() -> None:
    """A refusal would tell that she lives there, to who may try any name."""
    world = barred_at_mora("far")
    world.hushall("maken", "bo")
    assert (world.refused(), world.codes()) == (set(), {"P6 hushall"})
    found = {namn: set(world.tillstand.person(namn).hushall) for namn in ("anna", "maken", "bo", "far")}
    assert found == {"anna": {"maken", "far"}, "maken": {"anna", "bo"}, "bo": {"maken"}, "far": {"anna"}}


def test_p6_a_colleagues_household_takes_her_out() -> None:
    world = bars(barred_at_mora(), UTSATT, havd=True).hushall("maken", "bo")
    assert world.tillstand.person("anna").hushall == ()
    assert world.tillstand.person("maken").hushall == ("bo",)


def test_v7_nor_notes_that_she_may_be_discharged() -> None:
    """S4: who then owes the call."""
    assert bars(sip_taken(), VC).utskrivningsklar("anna", VARDCENTRAL).refused() == BARRED
    assert sip_taken().utskrivningsklar("anna", VARDCENTRAL).refused() == set()


NARROWS: dict[str, Callable[[FlowWorld], object]] = {
    "raises a protection": lambda w: w.skydd("anna", "fingerade_personuppgifter"),
    "withdraws a consent": lambda w: w.aterkallar("anna"),
    "notes a no": lambda w: w.nekar("anna", [BUP]),
    "notes what is exempted": lambda w: w.undantar("anna", kategorier=["insats"]),
}


@pytest.mark.parametrize("what", NARROWS)
def test_v7_what_only_narrows_is_never_lost_whoever_registers_it(what: str) -> None:
    """K4, P6, B0: what has been read cannot be unread."""
    world = barred_at_mora()
    before = world.tillstand.person("anna")
    NARROWS[what](world)
    assert world.refused() == set()
    assert world.tillstand.person("anna") != before


def test_v7_k3_k8_f1_a_barred_user_silences_no_guardian_by_suspecting_them() -> None:
    """A suspected guardian's exemption counts for nothing: the next summons would carry what it keeps back."""
    world = FlowWorld()
    world.vardnad("barn", "mor", "far").samtycke("barn", [VARDCENTRAL], givare=["mor"])
    world.samtycke("barn", [VARDCENTRAL], givare=["far"], undantag={"kategorier": ["insats"]})
    world.sip("barn", [VARDCENTRAL], ["insats", "behov"])
    assert world.why(VC, "insats") == {"K3 undantag"}
    bars(world, UTSATT)
    assert world.misstankt("far", mot="barn").refused() == BARRED
    bars(world, UTSATT, havd=True).sip("barn", [VARDCENTRAL], ["insats", "behov"])
    assert world.why(VC, "insats") == {"K3 undantag"}


def test_v7_about_others_the_barred_user_registers_as_before() -> None:
    world = barred_at_mora()
    assert world.samtycke("eva", [BUP]).refused() == set()
    assert world.hushall("eva", "bo").refused() == set()


def test_v7_q2_a_barred_user_corrects_nothing_and_withdraws_nothing_so() -> None:
    world = FlowWorld()
    world.samtycke("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL])
    first = world.named["sip_kallelse"].handelse_id
    bars(world, UTSATT)
    world.sip("anna", [VARDCENTRAL], rattar=first)
    assert world.refused() == BARRED


def test_v7_q2_nor_an_avvikelse_in_the_arende_about_her() -> None:
    world = sip_taken()
    arende = world.arende.arende_id
    world.avvikelse([VARDCENTRAL], arende_id=arende)
    first = world.named["avvikelse"].handelse_id
    bars(world, UTSATT)
    assert world.avvikelse([VARDCENTRAL], arende_id=arende, rattar=first).refused() == BARRED
    assert world.avvikelse([VARDCENTRAL], arende_id=arende).refused() == set()


def test_v7_b1_a_barred_users_report_is_taken_and_what_it_would_correct_stands() -> None:
    world = FlowWorld()
    world.orosanmalan(till=[VARDCENTRAL], av=BUP_GRUPP)
    first = world.named["orosanmalan"].handelse_id
    bars(world, MORA_MOTTAGNING, "u2")
    bars(world, BUP_GRUPP)
    world.orosanmalan(till=[VARDCENTRAL], av=BUP_GRUPP, rattar=first)
    assert world.refused() == set()
    assert world.delivered(MORA_MOTTAGNING) == {"barnets_situation"}
    assert world.last is not None
    assert (world.last.aterkallar, "okand-att-ratta" in world.last.hints) == ("", True)


def test_v7_a_message_is_not_refused_since_that_would_tell_of_the_arende() -> None:
    world = bars(sip_taken(), VC)
    world.samtycke("anna", ["mora.vinr"], andamal="riskbedomning")
    world.riskbedomning("anna", ["mora.vinr"], av=VC)
    assert world.refused() == set()
    assert UTSATT in world.reached()


def test_v7_what_is_hidden_from_the_barred_is_what_concerns_the_person_and_what_is_in_the_arende() -> None:
    world = bars(sip_taken(), VC)
    one = Jav("region-dalarna", "u1")
    registered, message = world.named["samtycke"], world.named["sip_kallelse"]
    act = replace(world.event("avslut", VC, ()), arende_id=world.arende.arende_id)
    about_nobody = world.event("avvikelse", VC, ())
    assert [jav.hidden(world.tillstand, event, one) for event in (registered, message, act)] == [True, True, True]
    assert not jav.hidden(world.tillstand, about_nobody, one)
    assert not jav.hidden(world.tillstand, message, Jav("region-dalarna", "u2"))
    assert jav.hidden(world.tillstand, replace(message, arende_id=""), one), "of a message that was refused too"
