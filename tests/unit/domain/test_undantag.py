"""K3: what the person exempts is withheld whatever consents say, until the person expressly lifts it."""

from typing import Any

import pytest
from mini_regelverk import BUP, BUP_GRUPP, JOUR, JOUR_GRUPP, KATEGORIER, VARDCENTRAL, VC, regelverk, with_unit
from steps import DAY, START, refs
from world import World

from samverkanshub.domain.events import ADULT, Uppgift

EXEMPT: dict[str, dict[str, Any]] = {
    "a category": {"kategorier": ["ekonomi"]},
    "a single item": {"uppgifter": ["ref-1"]},
    "a unit": {"mottagare": refs([VARDCENTRAL])},
    "an organisation": {"mottagare": refs(["region-dalarna"])},
}
ECONOMY = Uppgift("/ekonomi", "ekonomi", "utsatt", "anna", referens="ref-1")


def given(undantag: dict[str, Any] | None) -> World:
    return World().samtycke("anna", ["region-dalarna"], undantag=undantag, som="A")


@pytest.mark.parametrize("exempt", EXEMPT.values(), ids=EXEMPT.keys())
def test_k3_what_is_exempted_is_withheld_and_not_asked_about(exempt: dict[str, Any]) -> None:
    world = given(exempt).sip("anna", [VARDCENTRAL], [ECONOMY])
    assert world.why(VC, "ekonomi") == {"K3 undantag"}
    assert world.message is not None
    assert world.message.requests == (), "an exemption is a no, not a missing question"


def test_k3_an_exempted_organisation_covers_all_its_units_and_a_unit_itself_alone() -> None:
    by_unit = given(EXEMPT["a unit"]).sip("anna", [VARDCENTRAL, BUP])
    assert (by_unit.delivered(VC), by_unit.delivered(BUP_GRUPP)) == (set(), {"insats"})
    by_organisation = given(EXEMPT["an organisation"]).sip("anna", [VARDCENTRAL, BUP])
    assert (by_organisation.delivered(VC), by_organisation.delivered(BUP_GRUPP)) == (set(), set())


def test_k3_a_single_item_is_named_by_its_sources_reference() -> None:
    other = Uppgift("/ekonomi/1", "ekonomi", "utsatt", "anna", referens="ref-2")
    without = Uppgift("/ekonomi/2", "ekonomi", "utsatt", "anna")
    world = given(EXEMPT["a single item"]).sip("anna", [VARDCENTRAL], [ECONOMY, other, without])
    assert world.delivered(VC) == {"ekonomi/1", "ekonomi/2"}


@pytest.mark.parametrize("exempt", EXEMPT.values(), ids=EXEMPT.keys())
def test_k3_neither_a_new_nor_a_changed_consent_lifts_it(exempt: dict[str, Any]) -> None:
    world = given(exempt).samtycke("anna", ["region-dalarna"], som="B").sip("anna", [VARDCENTRAL], [ECONOMY])
    assert world.why(VC, "ekonomi") == {"K3 undantag"}
    world.samtycke("anna", ["region-dalarna"], andrar="B").sip("anna", [VARDCENTRAL], [ECONOMY])
    assert world.why(VC, "ekonomi") == {"K3 undantag"}


def test_k3_the_withdrawal_or_end_of_its_consent_does_not_lift_it() -> None:
    world = given(EXEMPT["a category"]).aterkallar("anna", "A").samtycke("anna", [VARDCENTRAL], slut=START + 90 * DAY)
    assert world.sip("anna", [VARDCENTRAL], [ECONOMY]).why(VC, "ekonomi") == {"K3 undantag"}
    world.at(START + 90 * DAY).sip("anna", [VARDCENTRAL], [ECONOMY])
    assert world.why(VC, "ekonomi") == {"K3 undantag", "K2 samtycke-upphort"}


def test_k4_an_annulment_undoes_the_exemptions_of_that_registration_and_no_others() -> None:
    world = given(EXEMPT["a category"]).samtycke("anna", [VARDCENTRAL], undantag={"kategorier": ["halsa"]}, som="B")
    world.makulerar("anna", "A").sip("anna", [VARDCENTRAL], ["ekonomi", "halsa"])
    assert world.delivered(VC) == {"ekonomi"}
    assert world.why(VC, "halsa") == {"K3 undantag"}


def test_k3_an_exemption_holds_for_its_purpose_alone() -> None:
    world = given(EXEMPT["a category"]).samtycke("anna", [VARDCENTRAL], andamal="riskbedomning")
    assert world.riskbedomning("anna", [VARDCENTRAL], ["risk", "ekonomi"]).delivered(VC) >= {"ekonomi"}


def test_k3_an_exemption_binds_for_its_person_alone() -> None:
    world = given(EXEMPT["a category"]).samtycke("bodil", [VARDCENTRAL]).sip("bodil", [VARDCENTRAL], ["ekonomi"])
    assert world.delivered(VC) == {"ekonomi"}


@pytest.mark.parametrize("exempt", EXEMPT.values(), ids=EXEMPT.keys())
def test_k3_only_the_persons_express_lifting_lifts_it(exempt: dict[str, Any]) -> None:
    world = given(exempt).haver_undantag("anna", **exempt).sip("anna", [VARDCENTRAL], [ECONOMY])
    assert world.delivered(VC) == {"ekonomi"}
    assert world.tillstand.person("anna").undantag == ()


def test_k3_lifting_one_part_leaves_the_others_and_other_purposes() -> None:
    both = {"kategorier": ["ekonomi", "halsa"], "mottagare": refs([BUP])}
    world = World().samtycke("anna", ["region-dalarna"], undantag=both)
    world.haver_undantag("anna", andamal="riskbedomning", kategorier=["ekonomi"])
    assert world.sip("anna", [VARDCENTRAL], ["ekonomi"]).delivered(VC) == set()
    world.haver_undantag("anna", kategorier=["ekonomi"]).sip("anna", [VARDCENTRAL, BUP], ["ekonomi", "halsa"])
    assert world.delivered(VC) == {"ekonomi"}
    assert world.delivered(BUP_GRUPP) == set()


def test_k3_what_remains_of_an_exemption_binds_whatever_its_kind() -> None:
    both = {"kategorier": ["halsa"], "uppgifter": ["ref-1"]}
    categories_left = World().samtycke("anna", [VARDCENTRAL], undantag=both).haver_undantag("anna", uppgifter=["ref-1"])
    assert categories_left.sip("anna", [VARDCENTRAL], [ECONOMY, "halsa"]).delivered(VC) == {"ekonomi"}
    items_left = World().samtycke("anna", [VARDCENTRAL], undantag=both).haver_undantag("anna", kategorier=["halsa"])
    assert items_left.sip("anna", [VARDCENTRAL], [ECONOMY, "halsa"]).delivered(VC) == {"halsa"}


def family() -> World:
    world = World().vardnad("barn", "mor", "far")
    return world.samtycke("barn", ["region-dalarna"], givare=["mor", "far"], undantag=EXEMPT["a category"])


def economy(world: World) -> set[str]:
    return world.sip("barn", [VARDCENTRAL], ["ekonomi"]).delivered(VC)


def test_k8_what_both_guardians_exempted_one_of_them_does_not_lift() -> None:
    world = family().haver_undantag("barn", kategorier=["ekonomi"], givare=["mor"])
    assert economy(world) == set()
    assert economy(world.haver_undantag("barn", kategorier=["ekonomi"])) == set(), "nor the child"
    assert economy(world.haver_undantag("barn", kategorier=["ekonomi"], givare=["mor", "far"])) == {"ekonomi"}


def test_k8_a_suspected_guardian_lifts_nothing() -> None:
    """V6: and the sender is not told."""
    world = family().misstankt("far", mot="barn").haver_undantag("barn", kategorier=["ekonomi"], givare=["mor", "far"])
    assert world.refused() == set()
    assert world.last is not None
    (entry,) = (entry for entry in world.last.entries if not entry.mottagare)
    assert [reason.kod for reason in entry.reasons] == ["undantag-havt", "vardnadshavare-misstankt"]
    assert economy(world.misstankt("far", mot="barn", borttagen=True)) == set()


def test_k8_come_of_age_the_person_lifts_what_the_guardians_exempted() -> None:
    world = family()
    world.alder["barn"] = ADULT
    world.haver_undantag("barn", kategorier=["ekonomi"]).samtycke("barn", [VARDCENTRAL])
    assert economy(world) == {"ekonomi"}


def test_k11_a_lifting_that_was_not_free_is_refused_and_lifts_nothing() -> None:
    world = given(EXEMPT["a category"]).haver_undantag("anna", kategorier=["ekonomi"], narvarande=["misstankt"])
    assert world.refused() == {"K11 samtycke-ej-fritt"}
    assert world.sip("anna", [VARDCENTRAL], [ECONOMY]).why(VC, "ekonomi") == {"K3 undantag"}


def test_k11_an_exemption_made_under_pressure_still_bites() -> None:
    world = World().samtycke("anna", [VARDCENTRAL], undantag={"kategorier": ["ekonomi"]}, enskilt=False)
    world.samtycke("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL], ["ekonomi", "insats"])
    assert world.delivered(VC) == {"insats"}


def test_b5_an_exemption_beats_a_consent_that_names_the_exempted() -> None:
    world = World().samtycke("anna", [JOUR], kategorier=KATEGORIER, undantag={"mottagare": refs([JOUR])})
    assert world.sip("anna", [JOUR, VARDCENTRAL]).why(JOUR_GRUPP, "insats") == {"K3 undantag"}


# What is exempted, and which of the sibling units, the parent's other units and an outsider it withholds from.
REACH: list[tuple[list[str], set[str]]] = [
    ([], {VC, BUP_GRUPP, JOUR_GRUPP}),
    ([VARDCENTRAL], {BUP_GRUPP, JOUR_GRUPP}),
    ([BUP], {VC, JOUR_GRUPP}),
    ([VARDCENTRAL, BUP], {JOUR_GRUPP}),
    (["region-dalarna"], {JOUR_GRUPP}),
    (["kvinnojouren-mora"], {VC, BUP_GRUPP}),
    (["mora"], {VC, BUP_GRUPP, JOUR_GRUPP}),
    (["region-dalarna", "kvinnojouren-mora"], set()),
]


@pytest.mark.parametrize(("exempt", "reached"), REACH, ids=[" ".join(exempt) or "nothing" for exempt, _ in REACH])
def test_k3_an_organisation_covers_all_its_units_and_a_unit_neither_its_siblings_nor_its_parent(
    exempt: list[str], reached: set[str]
) -> None:
    world = World(with_unit(regelverk(), JOUR, avtal_med=("region-dalarna",)))
    undantag = {"mottagare": refs(exempt)} if exempt else None
    world.samtycke("anna", ["region-dalarna", "kvinnojouren-mora"], undantag=undantag)
    world.sip("anna", [VARDCENTRAL, BUP, JOUR])
    assert {grupp for grupp in (VC, BUP_GRUPP, JOUR_GRUPP) if world.delivered(grupp)} == reached


LIFTS: list[tuple[str, dict[str, Any], bool]] = [
    ("the unit exempted", {"mottagare": refs([VARDCENTRAL])}, True),
    ("its organisation, which was not exempted", {"mottagare": refs(["region-dalarna"])}, False),
    ("its sibling", {"mottagare": refs([BUP])}, False),
    ("a category", {"kategorier": ["insats"]}, False),
    ("another purpose", {"mottagare": refs([VARDCENTRAL]), "andamal": "riskbedomning"}, False),
]


@pytest.mark.parametrize(("what", "lifted"), [case[1:] for case in LIFTS], ids=[case[0] for case in LIFTS])
def test_k3_only_what_is_named_is_lifted(what: dict[str, Any], lifted: bool) -> None:
    world = given(EXEMPT["a unit"]).haver_undantag("anna", **what).sip("anna", [VARDCENTRAL], [ECONOMY])
    assert (world.delivered(VC) == {"ekonomi"}) == lifted


def test_k3_lifting_a_unit_does_not_open_the_exempted_organisation_for_it() -> None:
    world = given(EXEMPT["an organisation"]).haver_undantag("anna", mottagare=refs([VARDCENTRAL]))
    assert world.sip("anna", [VARDCENTRAL], [ECONOMY]).why(VC, "ekonomi") == {"K3 undantag"}


COLLEAGUE = {"anvandare": [{"aktor": "region-dalarna", "anvandare": "u1"}]}


def test_k3_an_exempted_employee_opens_nothing_and_the_colleagues_do() -> None:
    world = given(COLLEAGUE).sip("anna", [VARDCENTRAL], [ECONOMY])
    assert world.delivered(VC) == {"ekonomi"}, "the unit is not exempted"
    assert world.oppnar(VC).shown() == set(), "u1 opens"
    world.haver_undantag("anna", **COLLEAGUE).oppnar(VC)
    assert world.shown() == {"ekonomi"}


def test_k3_an_exempted_employee_is_one_of_their_own_actor() -> None:
    elsewhere = {"anvandare": [{"aktor": "mora", "anvandare": "u1"}]}
    assert given(elsewhere).sip("anna", [VARDCENTRAL], [ECONOMY]).oppnar(VC).shown() == {"ekonomi"}
    unknown = {"anvandare": [{"aktor": "okand", "anvandare": "u1"}]}
    assert given(unknown).refused() == {"K3 okand-aktor"}
    assert given(COLLEAGUE).haver_undantag("anna", **unknown).refused() == {"K3 okand-aktor"}
