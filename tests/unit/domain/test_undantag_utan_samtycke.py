"""K3: what the person exempts without any consent: a no of its own, which stands whatever consents say."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from k8_steps import beslut, mogen
from mini_regelverk import BUP, BUP_GRUPP, JOUR, JOUR_GRUPP, UTSATT, VARDCENTRAL, VC
from steps import refs
from world import World

from samverkanshub.domain.events import ADULT, AGE_15_17, Uppgift

EVERYBODY = {VC, BUP_GRUPP, JOUR_GRUPP}
COLLEAGUE = {"anvandare": [{"aktor": "region-dalarna", "anvandare": "u1"}]}
INCOME = Uppgift("/ekonomi", "ekonomi", "utsatt", "anna", referens="ref-1")
ASTHMA = Uppgift("/halsa", "halsa", "utsatt", "anna", referens="ref-2")

# What is exempted, and which reader groups get the income, and the health, of those called.
CASES: list[tuple[dict[str, Any], set[str], set[str]]] = [
    ({"kategorier": ["ekonomi"]}, set(), EVERYBODY),
    ({"kategorier": ["ekonomi", "halsa"]}, set(), set()),
    ({"kategorier": ["skydd"]}, EVERYBODY, EVERYBODY),
    ({"uppgifter": ["ref-1"]}, set(), EVERYBODY),
    ({"uppgifter": ["ref-3"]}, EVERYBODY, EVERYBODY),
    ({"mottagare": refs([VARDCENTRAL])}, {BUP_GRUPP, JOUR_GRUPP}, {BUP_GRUPP, JOUR_GRUPP}),
    ({"mottagare": refs(["region-dalarna"])}, {JOUR_GRUPP}, {JOUR_GRUPP}),
    ({"mottagare": refs([JOUR]), "kategorier": ["halsa"]}, {VC, BUP_GRUPP}, set()),
    (COLLEAGUE, EVERYBODY, EVERYBODY),
    ({"kategorier": ["ekonomi"], "andamal": "riskbedomning"}, EVERYBODY, EVERYBODY),
]


def consented() -> World:
    return World().samtycke("anna", ["region-dalarna", "kvinnojouren-mora"])


def called(world: World) -> World:
    return world.sip("anna", [VARDCENTRAL, BUP, JOUR], [INCOME, ASTHMA])


def readers(world: World, item: str) -> set[str]:
    return {grupp for grupp in EVERYBODY if item in world.delivered(grupp)}


@pytest.mark.parametrize(("exempt", "income", "health"), CASES, ids=[str(sorted(case[0])) for case in CASES])
@pytest.mark.parametrize("first", [True, False], ids=["before the consent", "after it"])
def test_k3_the_table_of_what_is_exempted_without_any_consent(
    first: bool, exempt: dict[str, Any], income: set[str], health: set[str]
) -> None:
    def consent(world: World) -> World:
        return world.samtycke("anna", ["region-dalarna", "kvinnojouren-mora"])

    def no(world: World) -> World:
        return world.undantar("anna", **exempt)

    world = World()
    for happens in (no, consent) if first else (consent, no):
        happens(world)
        assert world.refused() == set()
    called(world)
    assert (readers(world, "ekonomi"), readers(world, "halsa")) == (income, health)


def test_k3_an_exempted_employee_opens_nothing_and_the_colleagues_do() -> None:
    world = called(consented().undantar("anna", **COLLEAGUE))
    assert world.oppnar(VC).shown() == set(), "u1 opens"
    assert world.haver_undantag("anna", **COLLEAGUE).oppnar(VC).shown() == {"ekonomi", "halsa"}


def test_k3_it_binds_from_its_position_what_has_been_sent_and_is_not_yet_opened() -> None:
    world = called(consented())
    assert world.undantar("anna", kategorier=["ekonomi"]).oppnar(VC).shown() == {"halsa"}


def test_k3_b0_alone_it_grants_nothing_and_what_it_names_is_not_asked_about() -> None:
    world = World().undantar("anna", kategorier=["ekonomi"]).sip("anna", [VARDCENTRAL], [INCOME, ASTHMA])
    assert world.why(VC, "ekonomi") == {"K3 undantag", "B0 samtycke-saknas"}
    assert world.message is not None
    assert {k for request in world.message.requests for k in request.kategorier} == {"halsa"}
    assert world.tillstand.person("anna").samtycken == ()


def test_k9_it_touches_no_consent_of_the_person_and_adds_to_what_is_exempted() -> None:
    world = consented().undantar("anna", kategorier=["ekonomi"])
    before = world.tillstand.person("anna").samtycken
    world.undantar("anna", mottagare=refs([JOUR]))
    assert world.tillstand.person("anna").samtycken == before
    assert [one.kategorier for one in world.tillstand.person("anna").undantag] == [("ekonomi",), ()]
    called(world)
    assert (readers(world, "ekonomi"), readers(world, "halsa")) == (set(), {VC, BUP_GRUPP})


@pytest.mark.parametrize(
    "later",
    [
        lambda w: w.samtycke("anna", [VARDCENTRAL], som="B"),
        lambda w: w.samtycke("anna", [VARDCENTRAL], andrar="A"),
        lambda w: w.aterkallar("anna", "A").samtycke("anna", [VARDCENTRAL]),
        lambda w: w.makulerar("anna", "A").samtycke("anna", [VARDCENTRAL]),
        lambda w: w.haver_undantag("anna", andamal="riskbedomning", kategorier=["ekonomi"]),
        lambda w: w.haver_undantag("anna", kategorier=["halsa"]),
        lambda w: w.haver_undantag("anna", kategorier=["ekonomi"], narvarande=["misstankt"]),
    ],
    ids=["consented anew", "changed", "withdrawn", "annulled", "lifted for another purpose", "another", "not freely"],
)
def test_k3_no_consent_nor_its_end_lifts_it_nor_a_lifting_of_something_else(later: Callable[[World], World]) -> None:
    world = World().samtycke("anna", ["region-dalarna"], som="A").undantar("anna", kategorier=["ekonomi"])
    assert later(world).sip("anna", [VARDCENTRAL], [INCOME, ASTHMA]).delivered(VC) == {"halsa"}


def test_k3_its_person_lifts_it_in_whole_or_in_part() -> None:
    world = consented().undantar("anna", kategorier=["ekonomi", "halsa"]).haver_undantag("anna", kategorier=["halsa"])
    assert readers(called(world), "halsa") == EVERYBODY
    assert readers(world, "ekonomi") == set()
    called(world.haver_undantag("anna", kategorier=["ekonomi"]))
    assert readers(world, "ekonomi") == EVERYBODY
    assert world.tillstand.person("anna").undantag == ()


# ------------------------------------------------------------------------------------------ registered in error


def test_k4_annulled_it_is_undone_and_no_other_is() -> None:
    world = consented().undantar("anna", kategorier=["ekonomi"], som="A").undantar("anna", kategorier=["halsa"])
    called(world.makulerar("anna", "A"))
    assert (readers(world, "ekonomi"), readers(world, "halsa")) == (EVERYBODY, set())
    assert world.refused() == set()
    assert world.tillstand.person("anna").aterkallade == ()


def test_k4_only_who_registered_it_annuls_it() -> None:
    world = consented().undantar("anna", kategorier=["ekonomi"], som="A")
    assert world.makulerar("anna", "A", av=VC).refused() == {"K4 annans-registrering"}
    assert readers(called(world), "ekonomi") == set()


def test_k4_of_whom_nobody_knows_who_registered_it_nobody_annuls_it() -> None:
    """As an earlier program kept it; its person lifts it as ever."""
    world = consented().undantar("anna", kategorier=["ekonomi"], som="A")
    anna = world.tillstand.person("anna")
    unknown = tuple(replace(undantag, registrerad_av="") for undantag in anna.undantag)
    world.tillstand = world.tillstand.with_person(replace(anna, undantag=unknown))
    for unit in (UTSATT, VC):
        assert world.makulerar("anna", "A", av=unit).refused() == {"K4 annans-registrering"}
    assert readers(called(world), "ekonomi") == set()
    assert readers(called(world.haver_undantag("anna", kategorier=["ekonomi"])), "ekonomi") == EVERYBODY


def test_k4_k3_it_is_no_consent_that_could_be_withdrawn_or_changed() -> None:
    world = consented().undantar("anna", kategorier=["ekonomi"], som="A")
    assert world.aterkallar("anna", "A").refused() == {"K4 okant-samtycke"}
    assert world.samtycke("anna", [VARDCENTRAL], andrar="A").refused() == {"K4 okant-samtycke"}
    assert readers(called(world), "ekonomi") == set()


def test_k4_an_exemption_that_the_log_comes_to_after_its_annulment_binds_until_annulled_again() -> None:
    """It only narrows, and who registered it could not be asked before."""
    world = consented()
    early = world.event("undantag_anmalt", UTSATT, [world.person("anna", "registrerad")])
    world.named["A"] = early
    world.makulerar("anna", "A")
    koder = {"andamal": "sip", "kategorier": ["ekonomi"], "narvarande": ["ingen"]}
    world.happens(type(early)(**{**_fields(early), "koder": koder}))
    assert readers(called(world), "ekonomi") == set()
    assert readers(called(world.makulerar("anna", "A")), "ekonomi") == EVERYBODY


def _fields(event: Any) -> dict[str, Any]:
    return {name: getattr(event, name) for name in event.__slots__}


# ------------------------------------------------------------------------------------------ who was there, who says it


@pytest.mark.parametrize(
    "pressed",
    [
        {"enskilt": False},
        {"narvarande": ["misstankt"]},
        {"tolk": "anhorig_till_misstankt"},
        {"dar": {"maken": "narvarande"}},
        {"dar": {"maken": "tolk"}},
    ],
    ids=["not in private", "said to be there", "said to interpret", "there", "interpreting"],
)
def test_k11_made_under_pressure_it_still_bites_and_is_taken_as_any_other(pressed: dict[str, Any]) -> None:
    world = consented().misstankt("maken", mot="anna").undantar("anna", kategorier=["ekonomi"], **pressed)
    assert world.refused() == set()
    assert world.last is not None
    assert {(r.regel, r.kod) for entry in world.last.entries for r in entry.reasons} == {("K3", "undantag-anmalt")}
    assert readers(called(world), "ekonomi") == set()


def test_k11_lifted_before_one_who_becomes_suspected_it_binds_again() -> None:
    world = consented().undantar("anna", kategorier=["ekonomi"])
    persons = [world.person("anna", "registrerad"), world.person("maken", "narvarande")]
    koder = {"andamal": "sip", "kategorier": ["ekonomi"], "enskilt": True, "narvarande": ["annan"], "tolk": "ingen"}
    world.happens(world.event("undantag_havt", UTSATT, persons, koder=koder))
    assert readers(called(world), "ekonomi") == EVERYBODY
    assert readers(called(world.misstankt("maken", mot="anna")), "ekonomi") == set()


def family(alder: str = "") -> World:
    world = World(alder={"barn": alder}) if alder else World()
    return world.vardnad("barn", "mor", "far").samtycke("barn", [VARDCENTRAL], givare=["mor", "far"])


def economy(world: World) -> bool:
    return world.sip("barn", [VARDCENTRAL], ["ekonomi"]).delivered(VC) == {"ekonomi"}


# Who exempts a child's economy, what is known of the guardians, and whether it counts.
OF_A_CHILD: list[tuple[str, list[str], Callable[[World], World], bool]] = [
    ("one guardian", ["far"], lambda w: w, True),
    ("both", ["mor", "far"], lambda w: w, True),
    ("the child", [], lambda w: w, True),
    ("one suspected", ["far"], lambda w: w.misstankt("far", mot="barn"), False),
    ("one replaced", ["far"], lambda w: beslut(w, "fb_6_13a", ("far",)), False),
    ("a guardian of a mature child", ["far"], mogen, False),
]


@pytest.mark.parametrize(("givare", "known", "counts"), [c[1:] for c in OF_A_CHILD], ids=[c[0] for c in OF_A_CHILD])
def test_k8_the_table_of_who_exempts_for_a_child(
    givare: list[str], known: Callable[[World], World], counts: bool
) -> None:
    """A suspected or replaced guardian's exemption does not count, nor any guardian's against a mature child's own."""
    world = known(family(AGE_15_17)).undantar("barn", givare=givare, kategorier=["ekonomi"])
    assert world.refused() == set()
    world.sip("barn", [VARDCENTRAL], ["ekonomi"])
    assert ("K3 undantag" in world.why(VC, "ekonomi")) is counts


def test_k8_a_mature_childs_own_exemption_counts() -> None:
    world = mogen(family(AGE_15_17)).samtycke("barn", [VARDCENTRAL])
    assert economy(world)
    assert not economy(world.undantar("barn", kategorier=["ekonomi"]))


def test_k8_what_both_guardians_exempted_one_does_not_lift_and_the_person_come_of_age_does() -> None:
    world = family().undantar("barn", givare=["mor", "far"], kategorier=["ekonomi"])
    assert not economy(world.haver_undantag("barn", kategorier=["ekonomi"], givare=["mor"]))
    world.alder["barn"] = ADULT
    world.haver_undantag("barn", kategorier=["ekonomi"]).samtycke("barn", [VARDCENTRAL])
    assert economy(world)


# ------------------------------------------------------------------------------------------ other rules


def test_b5_b1_no_exemption_stops_a_report() -> None:
    world = World().undantar("barn", kategorier=["barnets_situation", "identitet"], mottagare=refs(["mora"]))
    world.undantar("barn", andamal="barnskydd", kategorier=["barnets_situation", "identitet"], mottagare=refs(["mora"]))
    world.orosanmalan()
    assert world.delivered("mora.barn-unga.mottagning") == {"barnets_situation"}


def test_k7_a_recipient_exempted_is_not_told_of_a_later_consent() -> None:
    world = World().undantar("anna", mottagare=refs([VARDCENTRAL])).samtycke("anna", [VARDCENTRAL, BUP])
    assert world.last is not None
    assert {delivery.mottagare for delivery in world.last.deliveries} == {BUP_GRUPP}
