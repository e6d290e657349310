"""The directory that the project ships: everybody RULES.md names is there, with all that RULES.md asks of each."""

import re
from functools import cache

import pytest
import yaml

from samverkanshub import resources
from samverkanshub.adapters.regelverk import read
from samverkanshub.adapters.ring import read_ring
from samverkanshub.codec.artefacts import artefacts_of, regelverk_from
from samverkanshub.domain.actors import Enhet, Katalog
from samverkanshub.domain.oppettider import parse
from samverkanshub.domain.regelverk import Regelverk

DIRECTORY = resources.root() / "deploy" / "regelverk"
MUNICIPALITIES = [
    *("avesta", "borlange", "falun", "gagnef", "hedemora", "leksand", "ludvika", "malung-salen", "mora", "orsa"),
    *("rattvik", "smedjebacken", "sater", "vansbro", "alvdalen"),
]
MUNICIPAL = {
    "vinr": "vinr",
    "barn-unga": "barn_unga",
    "socialjour": "socialjour",
    "familjeratt": "familjeratt",
    "ekonomiskt-bistand": "ekonomiskt_bistand",
    "budget-skuld": "budget_skuldradgivning",
    "skadligt-bruk": "skadligt_bruk",
    "lss": "lss",
    "socialpsykiatri": "socialpsykiatri",
    "aldreomsorg": "aldreomsorg",
}
HEALTH_CARE = ["vardcentral", "mhv", "bhv", "bup", "barn_ungdomsmedicin", "vuxenpsykiatri", "tandvard"]
OTHERS = [
    *("kvinnojour", "tjejjour", "brottsofferjour", "forskola", "skola", "elevhalsa", "bostad", "migrationsverk"),
    *("arbetsformedling", "kronofogde", "forsakringskassa", "skatteverk", "brottsoffermyndighet", "tingsratt"),
    *("forsakringsbolag", "barnahus", "regionkoordinator", "polis", "aklagare", "kriminalvard", "avvikelsesystem"),
]
ACTORS = ["region-dalarna", "barnahus-dalarna", "regionkoordinator-bergslagen", "polisen", "aklagarkammaren-falun"]
CATEGORIES = (
    "identitet, kontakt, boende, vistelse, skola_arbete, motestid, motesplats, halsa, skadligt_bruk, ekonomi, familj,"
    " barnets_situation, vald, risk, skydd, insats, behov, brott, anmalare, ovrigt"
)
FICTION = re.compile(r"070-174 06 (0[5-9]|[1-9]\d)")
SCALAR = yaml.ScalarToken
NUMBER = re.compile(r"\+?\d[\d -]{6,}\d")


@cache
def rules() -> Regelverk:
    return regelverk_from(read(DIRECTORY, {}))


def katalog() -> Katalog:
    return rules().katalog


def of_type(typ: str) -> list[Enhet]:
    return list(katalog().units(typ=typ))


def test_the_directory_survives_the_way_through_its_artefacts() -> None:
    artefacts = read(DIRECTORY, {})
    assert artefacts_of(regelverk_from(artefacts)) == artefacts


@pytest.mark.parametrize("kommun", MUNICIPALITIES)
@pytest.mark.parametrize("name", MUNICIPAL)
def test_every_municipality_has_every_unit_of_the_template(kommun: str, name: str) -> None:
    enhet = katalog().enheter[f"{kommun}.{name}"]
    assert (enhet.typ, enhet.aktor, enhet.territorium) == (MUNICIPAL[name], kommun, (kommun,))
    assert enhet.verksamhet == "socialtjanst"
    assert enhet.duty_bound("2026-03-01")


def test_there_are_fifteen_municipalities_and_no_more() -> None:
    assert sorted(katalog().kommuner) == sorted(MUNICIPALITIES)
    assert all(katalog().aktorer[kommun].slag == "kommun" for kommun in MUNICIPALITIES)


@pytest.mark.parametrize("aktor", [*ACTORS, "kriminalvarden"])
def test_every_actor_that_rules_md_names_is_there(aktor: str) -> None:
    assert aktor in katalog().aktorer


@pytest.mark.parametrize("typ", [*HEALTH_CARE, *OTHERS])
def test_every_type_of_unit_that_rules_md_names_has_one(typ: str) -> None:
    assert of_type(typ)


def test_no_unit_is_of_a_type_that_the_closed_list_lacks_and_no_type_is_without_unit() -> None:
    assert {enhet.typ for enhet in katalog().enheter.values()} == rules().listor["enhetstyp"]


@pytest.mark.parametrize("id_", sorted(rules().katalog.enheter))
def test_a_unit_says_all_that_rules_md_asks_of_it(id_: str) -> None:
    enhet = katalog().enheter[id_]
    slag = katalog().aktorer[enhet.aktor].slag
    assert enhet.namn
    assert enhet.myndighet
    assert bool(enhet.namnd) == (slag in ("kommun", "region"))
    assert enhet.offentlig == (slag not in ("privat", "ideell"))
    assert set(enhet.territorium) <= set(MUNICIPALITIES)
    assert enhet.territorium
    assert enhet.kontakter
    assert enhet.telefon
    assert enhet.verksamhet in rules().listor["verksamhet"]
    parse(enhet.oppettider)
    assert katalog().groups_of(id_), "somebody reads what is sent there"
    assert len(katalog().heads_of(id_)) == 1, "somebody can be alerted"


@pytest.mark.parametrize("typ", ["vardcentral", "tandvard"])
def test_health_care_is_there_in_public_and_in_private_hands(typ: str) -> None:
    assert {enhet.offentlig for enhet in of_type(typ)} == {True, False}


def test_s1_a_private_provider_is_an_actor_of_its_own_with_or_without_contract() -> None:
    private = [enhet for enhet in of_type("vardcentral") if not enhet.offentlig]
    assert {enhet.avtal_med for enhet in private} == {("region-dalarna",), ()}
    assert all(katalog().aktorer[enhet.aktor].slag == "privat" for enhet in private)


def test_every_municipality_has_a_public_vardcentral() -> None:
    served = {kommun for enhet in of_type("vardcentral") if enhet.offentlig for kommun in enhet.territorium}
    assert served == set(MUNICIPALITIES)


def test_o1_every_municipality_has_one_unit_to_report_a_child_to_with_a_designated_limited_circle() -> None:
    for kommun in MUNICIPALITIES:
        (enhet,) = katalog().units(typ="barn_unga", kommun=kommun)
        assert enhet.funktion_orosanmalan == f"{kommun}.barn-unga.mottagning"
        assert katalog().lasargrupper[enhet.funktion_orosanmalan].begransad_krets
        assert len(katalog().units(typ="socialjour", kommun=kommun)) == 1


def test_o2_barnahus_serves_the_whole_county_and_is_no_social_service() -> None:
    (barnahus,) = of_type("barnahus")
    assert set(barnahus.territorium) == set(MUNICIPALITIES)
    assert barnahus.verksamhet == "ovrig"


def test_v1_victim_and_perpetrator_have_reader_groups_of_their_own_and_the_head_counts_with_the_latter() -> None:
    for kommun in MUNICIPALITIES:
        flags = {
            group.id.rpartition(".")[2]: group.arbetar_med_utovare
            for group in katalog().groups_of(f"{kommun}.vinr") + katalog().heads_of(f"{kommun}.vinr")
        }
        assert flags == {"utsatt": False, "utovare": True, "enhetschef": True}


def test_v1_kriminalvarden_works_with_perpetrators() -> None:
    (frivard,) = of_type("kriminalvard")
    groups = katalog().groups_of(frivard.id) + katalog().heads_of(frivard.id)
    assert all(group.arbetar_med_utovare for group in groups)


@pytest.mark.parametrize(
    ("group", "limited"),
    [
        ("mora.barn-unga.mottagning", True),
        ("mora.barn-unga.handlaggare", False),
        ("mora.vinr.utsatt", True),
        ("mora.vinr.utovare", False),
        ("polisen.dalarna.handlaggare", True),
        ("barnahus-dalarna.samrad.handlaggare", True),
        ("regionkoordinator-bergslagen.koordinator.handlaggare", True),
        ("region-dalarna.vardcentral-mora.handlaggare", False),
        ("region-dalarna.vardcentral-mora.skyddad", True),
        ("region-dalarna.vardcentral-falun.skyddad", True),
    ],
)
def test_p3_a_limited_circle_is_registered_per_reader_group(group: str, limited: bool) -> None:
    assert katalog().lasargrupper[group].begransad_krets is limited


def test_b4_some_municipalities_are_too_small_to_be_named() -> None:
    small = [kommun for kommun in MUNICIPALITIES if katalog().below(kommun, rules().befolkningsgrans)]
    assert "mora" in small
    assert "falun" not in small


def test_no_telephone_number_in_the_directory_is_anybodys() -> None:
    for name in ("kommuner", "mallar", "aktorer", "ring"):
        scalars = [
            token.value for token in yaml.scan((DIRECTORY / f"{name}.yaml").read_text()) if isinstance(token, SCALAR)
        ]
        numbers = [n for text in scalars for n in NUMBER.findall(text) if not re.fullmatch(r"\d{4}-\d\d-\d\d", n)]
        assert [n for n in numbers if not FICTION.fullmatch(n)] == [], name


def test_b1_every_municipality_has_a_number_to_ring_and_the_county_one() -> None:
    ring = read_ring(DIRECTORY / "ring.yaml")
    assert set(ring.kommuner) == set(MUNICIPALITIES)
    assert ring.number("mora") == ring.kommuner["mora"]
    assert ring.number("") == ring.number("okand") == ring.lan


# ----------------------------------------------------------------------------------------- catalogue, lists, deadlines


def test_the_categories_are_those_of_rules_md() -> None:
    assert rules().kategorier == set(CATEGORIES.split(", "))


def test_each_purpose_is_served_by_one_message_type() -> None:
    assert rules().andamal == {
        "sip": "sip_kallelse",
        "riskbedomning": "riskbedomning_delad",
        "kontakt": "kontaktformedling",
        "barnskydd": "orosanmalan",
        "kvalitet": "avvikelse",
    }


@pytest.mark.parametrize(("day", "law"), [("2025-06-30", "sol-2001-453-14-1"), ("2025-07-01", "sol-2025-400-19-1")])
def test_b1_rests_on_the_social_services_act_of_the_day(day: str, law: str) -> None:
    assert [row.id for row in rules().provisions("B1", day)] == ["osl-10-28", law]


@pytest.mark.parametrize(
    ("id_", "mark"),
    [
        ("sol-2025-400-19-1", "V"),
        ("osl-10-28", "P"),
        ("osl-10-18c", "N"),
        ("polislagen-6-2", "V"),
        ("osl-25-12", "P"),
        ("osl-26-9", "P"),
        ("osl-10-21", "P"),
        ("osl-10-23", "P"),
        ("osl-10-24", "P"),
        ("fb-6-13a", "P"),
        ("lag-2017-612-4", "V"),
    ],
)
def test_the_catalogue_has_the_marks_of_rules_md(id_: str, mark: str) -> None:
    row = rules().provision(id_, "2026-03-01")
    assert row is not None
    assert row.marke == mark
    assert row.kalla


def test_b2_18_c_is_marked_n_from_its_amendment_which_nobody_has_read() -> None:
    before, after = rules().provision("osl-10-18c", "2025-03-31"), rules().provision("osl-10-18c", "2025-04-01")
    assert before is not None
    assert after is not None
    assert (before.marke, after.marke) == ("P", "N")
    assert (before.giltig_till, after.giltig_fran) == ("2025-04-01", "2025-04-01")


def test_b2_a_failed_18_c_names_the_provisions_on_committed_crimes() -> None:
    row = rules().provision("osl-10-18c", "2026-03-01")
    assert row is not None
    assert row.alternativ == ("osl-10-21", "osl-10-23", "osl-10-24")


def test_b6_says_within_what_each_provision_of_inner_secrecy_lets_pass() -> None:
    rows = rules().provisions("B6", "2026-03-01")
    assert {row.id: (row.inom, row.enskilda) for row in rows} == {
        "osl-8-2": ("namnd", False),
        "osl-25-11": ("region", False),
    }


def test_b2_the_three_conditions_of_18_c_are_attested_one_by_one() -> None:
    row = rules().provision("osl-10-18c", "2026-03-01")
    assert row is not None
    assert len(row.villkor) == 3
    assert row.fran_till == (("halso_sjukvard", "polis"), ("socialtjanst", "polis"))


def test_every_b2_entry_has_a_direction_and_conditions() -> None:
    for row in rules().provisions("B2", "2026-03-01"):
        assert row.fran_till, row.id
        assert row.villkor, row.id


def test_every_condition_of_the_list_belongs_to_a_provision() -> None:
    assert {villkor for row in rules().bestammelser for villkor in row.villkor} == rules().listor["villkor"]


def test_k10_no_forbidden_flow_is_invented() -> None:
    assert rules().forbidden("2026-03-01") == ()


def test_q1_no_orosanmalan_is_subscribed_to() -> None:
    assert {row.typ for row in rules().prenumerationer} == {"riskbedomning_delad"}
