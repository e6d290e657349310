"""The regelverk's files: what can be changed without code, and every error told with file and line, all at once."""

import shutil
from pathlib import Path

import pytest

from samverkanshub import resources
from samverkanshub.adapters.regelverk import DirectoryFault, read, read_regelverk
from samverkanshub.adapters.ring import read_ring
from samverkanshub.domain.actors import Certifikat, Nyckel
from samverkanshub.domain.bevarande import Bevarande
from samverkanshub.domain.operatorer import Operator
from samverkanshub.domain.regelverk import Frist, Regelverk
from samverkanshub.domain.revisorer import Revisor

SMALL = {
    "kommuner": """\
kommuner:
  - {id: mora, namn: Mora, invanare: 20600, telefon: 070-174 06 05, jour: 070-174 06 06, omrade: 0}
  - id: falun
    namn: Falun
    invanare: 59600
    telefon: 070-174 06 07
    jour: 070-174 06 08
    omrade: 0
""",
    "mallar": """\
mallar:
  kommun:
    gemensamt:
      myndighet: "{namn} kommun"
      namnd: "Socialnämnden i {namn}"
      verksamhet: socialtjanst
      offentlig: true
      territorium: ["{id}"]
      anmalningspliktig: {fran: 2002-01-01}
      begransad_krets: false
      kontakter: ["Chefen, {telefon}"]
      oppettider: "man-fre 08:00-16:30"
      telefon: "{telefon}"
      grupper: {handlaggare: {namn: Handläggare}}
    enheter:
      barn-unga: {typ: barn_unga, namn: "Barn, {namn}", funktion_orosanmalan: handlaggare}
      vinr: {typ: vinr, namn: "Våld, {namn}"}
  vardcentral:
    enheter:
      "vardcentral-{id}": {typ: vardcentral, namn: "Vårdcentralen {namn}", territorium: ["{id}"]}
""",
    "aktorer": """\
aktorer:
  - id: region
    namn: Region
    slag: region
    telefon: 070-174 06 09
    omrade: 0
    per_kommun: vardcentral
    gemensamt:
      myndighet: "{aktor}"
      namnd: Nämnden
      verksamhet: halso_sjukvard
      offentlig: true
      territorium: lanet
      anmalningspliktig: false
      begransad_krets: true
      kontakter: ["Chefen, {telefon}"]
      oppettider: dygnet runt
      telefon: "{telefon}"
      grupper: {handlaggare: {namn: Handläggare}}
    enheter:
      bup: {typ: bup, namn: Bup}
      vardcentral-mora: {oppettider: "man-fre 07:00-17:00"}
""",
    "lasargrupper": "lasargrupper:\n  - {enhet: mora.vinr, grupp: extra, namn: Extra, begransad_krets: true}\n",
    "listor": """\
listor:
  kategori: [risk, vald]
  aldersklass: [vuxen]
  meddelandetyp: [orosanmalan, sip_kallelse]
  enhetstyp: [barn_unga, vinr, bup, vardcentral]
  verksamhet: [socialtjanst, halso_sjukvard, polis]
  aktorslag: [kommun, region]
  villkor: [ett]
  marke: [V, P]
andamal: {sip: sip_kallelse}
""",
    "bestammelser": """\
bestammelser:
  - {id: b1, regel: B1, namn: n, kalla: k, marke: V, giltig_fran: 2002-01-01, giltig_till: 2025-07-01}
  - {id: b1, regel: B1, namn: n, kalla: k, marke: P, giltig_fran: 2025-07-01, villkor: [ett], typer: [orosanmalan]}
forbjudna_floden:
  - id: k10
    regel: K10
    namn: n
    kalla: k
    marke: V
    giltig_fran: 2025-01-01
    fran_till: [{fran: [socialtjanst], till: [polis, halso_sjukvard]}]
    kategorier: [vald, risk]
""",
    "frister": """\
frister:
  o4.kvittens: {sekunder: 3600, regel: O4, marke: P}
  s4: {dagar: 3, arbetstid: true, regel: S4, marke: V, kommuner: {mora: {sekunder: 60, arbetstid: false}}}
kontorstid: man-fre 08:00-16:30
helgdagar: {fran: 2026, till: 2026, aftnar: [julafton]}
""",
    "prenumerationer": """\
prenumerationer:
  - {enhet: mora.vinr, typ: sip_kallelse, territorium: [mora], giltig_fran: 2025-01-01, giltig_till: 2026-01-01}
""",
    "regler": "version: 1\nbefolkningsgrans: 25000\n",
    "operatorer": """\
operatorer:
  - {anvandare: drift.1, giltig_fran: 2026-01-01}
""",
    "bevaranden": """\
bevaranden:
  - id: pdl-3-17
    namn: Journalhandling
    kalla: PDL 3 kap. 17 §
    marke: P
    giltig_fran: 2024-10-01
    verksamheter: [halso_sjukvard]
    ar: 10
""",
    "revisorer": """\
revisorer:
  - {aktor: mora, anvandare: granskare.1, myndighet: region, giltig_fran: 2026-01-01}
  - aktor: region
    anvandare: tillsyn.3
    arende: 0D4F1D3C-55b5-5f6e-9e2c-58d7b0f4b8a1
    giltig_fran: 2026-11-01
    giltig_till: 2026-12-01
""",
}
KEYS = {"mora": [Nyckel("aa", "00", "2025-01-01")]}


def written(directory: Path, **changes: str) -> Path:
    """The small directory, with whole files changed."""
    for name, content in {**SMALL, **changes}.items():
        (directory / f"{name}.yaml").write_text(content, encoding="utf-8")
    return directory


def small(directory: Path, name: str = "regler", old: str = "", new: str = "") -> Regelverk:
    """The small directory read, with one piece of text changed in one file."""
    assert old in SMALL[name]
    return read_regelverk(written(directory, **{name: SMALL[name].replace(old, new, 1)}), KEYS)


def faults(directory: Path, name: str, old: str, new: str) -> list[str]:
    with pytest.raises(DirectoryFault) as raised:
        small(directory, name, old, new)
    assert str(raised.value) == "\n".join(raised.value.faults)
    return list(raised.value.faults)


# ------------------------------------------------------------------------------------------------- what can be changed


def test_operators_and_auditors_are_named_each_with_its_days(tmp_path: Path) -> None:
    assert small(tmp_path).operatorer == (Operator("drift.1", "2026-01-01"),)
    kept = Bevarande("pdl-3-17", "Journalhandling", "PDL 3 kap. 17 §", "P", "2024-10-01", 10, "", ("halso_sjukvard",))
    assert small(tmp_path).bevaranden == (kept,)
    of_region, of_matter = small(tmp_path).revisorer
    assert of_region == Revisor("mora", "granskare.1", "myndighet", "region", "2026-01-01")
    matter = "0d4f1d3c-55b5-5f6e-9e2c-58d7b0f4b8a1"
    assert of_matter == Revisor("region", "tillsyn.3", "arende", matter, "2026-11-01", "2026-12-01")


def test_an_actors_certificates_are_listed_with_their_days(tmp_path: Path) -> None:
    key = "ab" * 32
    rows = (
        f"certifikat: [{{serienummer: SE1-A, fran: 2026-01-01, till: 2027-01-01}}, {{spki: {key}, fran: 2026-01-01}}]"
    )
    for name, old in (("kommuner", "id: mora, "), ("aktorer", "id: region\n")):
        changed = f"{old}{rows}, " if name == "kommuner" else f"{old}    {rows}\n"
        katalog = small(tmp_path, name, old, changed).katalog
        expected = (Certifikat("SE1-A", "", "2026-01-01", "2027-01-01"), Certifikat("", key, "2026-01-01"))
        assert list(katalog.certifikat.values()) == [expected]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("{fran: 2026-01-01}", "`serienummer` or `spki` must be given"),
        ("{serienummer: SE1-A}", "`fran` is missing"),
        ("{serienummer: SE1-A, fran: 2026-01-01, till: 2026-01-01}", "`till` must be after `fran`"),
        ("{serienummer: 'SE1 A', fran: 2026-01-01}", "must be a serial number of A-Z, a-z, 0-9 and `-`"),
        ("{spki: AB, fran: 2026-01-01}", "must be SHA-256 in lower-case hex"),
    ],
)
def test_what_no_certificate_can_be_known_by_is_told(tmp_path: Path, row: str, fault: str) -> None:
    [told, *_] = faults(tmp_path, "kommuner", "id: mora, ", f"id: mora, certifikat: [{row}], ")
    assert fault in told


def test_a_template_gives_every_municipality_its_units_with_its_own_words(tmp_path: Path) -> None:
    enhet = small(tmp_path).katalog.enheter["mora.barn-unga"]
    assert (enhet.namn, enhet.namnd, enhet.telefon) == ("Barn, Mora", "Socialnämnden i Mora", "070-174 06 05")


def test_an_actor_has_a_templates_units_in_every_municipality_with_its_own_telephone(tmp_path: Path) -> None:
    enheter = small(tmp_path).katalog.enheter
    assert enheter["region.vardcentral-falun"].telefon == "070-174 06 09"
    assert enheter["region.vardcentral-falun"].oppettider == "dygnet runt"
    assert enheter["region.vardcentral-mora"].oppettider == "man-fre 07:00-17:00"
    assert enheter["region.bup"].territorium == ("falun", "mora")


def test_one_municipality_changes_takes_away_and_adds_units_without_code(tmp_path: Path) -> None:
    local = """\
    gemensamt: {oppettider: "man-fre 09:00-15:00"}
    enheter:
      vinr: ~
      barn-unga: {namn: "Unga i {namn}"}
      team: {typ: vinr, namn: "Team {namn}", grupper: {a: {namn: A}}}
"""
    enheter = read_regelverk(written(tmp_path, kommuner=SMALL["kommuner"] + local), {}).katalog.enheter
    assert "falun.vinr" not in enheter
    assert "mora.vinr" in enheter
    assert enheter["falun.barn-unga"].namn == "Unga i Falun"
    assert enheter["falun.barn-unga"].oppettider == "man-fre 09:00-15:00"
    assert enheter["mora.barn-unga"].oppettider == "man-fre 08:00-16:30"
    assert (enheter["falun.team"].namn, enheter["falun.team"].aktor) == ("Team Falun", "falun")


def test_a_reader_group_inherits_the_units_limited_circle_unless_it_says_otherwise(tmp_path: Path) -> None:
    groups = small(tmp_path).katalog.lasargrupper
    assert groups["region.bup.handlaggare"].begransad_krets
    assert not groups["mora.vinr.handlaggare"].begransad_krets
    assert groups["mora.vinr.extra"].begransad_krets


def test_a_provision_may_have_one_wording_after_the_other(tmp_path: Path) -> None:
    rules = small(tmp_path)
    before, after = rules.provision("b1", "2025-06-30"), rules.provision("b1", "2025-07-01")
    assert before is not None
    assert after is not None
    assert (before.marke, after.marke) == ("V", "P")


def test_b2_b6_a_provision_says_all_that_the_gate_asks_of_it(tmp_path: Path) -> None:
    more = """\
  - id: b2
    regel: B2
    namn: n
    kalla: k
    marke: P
    giltig_fran: 2025-01-01
    fran_till: [{fran: [socialtjanst], till: [polis]}]
    villkor: [ett]
    enskilda: true
    alternativ: [b2]
  - id: b6
    regel: B6
    namn: n
    kalla: k
    marke: P
    giltig_fran: 2025-01-01
    inom: namnd
    fran_till: [{fran: [polis], till: [polis]}]
forbjudna_floden:
"""
    rules = small(tmp_path, "bestammelser", "forbjudna_floden:\n", more)
    b2, b6 = rules.provision("b2", "2026-01-01"), rules.provision("b6", "2026-01-01")
    assert b2 is not None
    assert b6 is not None
    assert (b2.villkor, b2.enskilda, b2.alternativ) == (("ett",), True, ("b2",))
    assert (b6.inom, b6.enskilda, b6.alternativ) == ("namnd", False, ())


def test_k10_a_forbidden_flow_is_every_pair_it_names(tmp_path: Path) -> None:
    (row,) = small(tmp_path).forbidden("2026-01-01")
    assert row.fran_till == (("socialtjanst", "halso_sjukvard"), ("socialtjanst", "polis"))
    assert row.kategorier == ("risk", "vald")


def test_the_keys_handed_in_become_part_of_the_directory(tmp_path: Path) -> None:
    assert small(tmp_path).katalog.key_of("mora", "aa", "2026-01-01") == KEYS["mora"][0]


def test_lists_of_municipalities_and_purposes_come_from_where_they_are_given(tmp_path: Path) -> None:
    rules = small(tmp_path)
    assert rules.listor["kommun"] == {"mora", "falun"}
    assert rules.listor["andamal"] == {"sip"}


def test_a_deadline_has_its_rule_and_mark_and_what_a_municipality_chose_instead(tmp_path: Path) -> None:
    own = Frist(sekunder=60, regel="S4", marke="V")
    assert small(tmp_path).frister == {
        "o4.kvittens": Frist(sekunder=3600, regel="O4", marke="P"),
        "s4": Frist(dagar=3, arbetstid=True, regel="S4", marke="V", kommuner={"mora": own}),
    }


def test_the_days_on_which_offices_are_closed_are_computed_when_it_is_compiled(tmp_path: Path) -> None:
    closed = small(tmp_path).helgdagar
    assert {"2026-12-24", "2026-12-25"} <= closed
    assert not {"2026-12-31", "2027-01-01"} & closed, "neither an eve that is not named, nor another year"


def test_the_same_files_give_the_same_bytes_wherever_they_lie(tmp_path: Path) -> None:
    shutil.copytree(resources.root() / "deploy" / "regelverk", tmp_path / "x")
    assert read(tmp_path / "x", {}) == read(resources.root() / "deploy" / "regelverk", {})


# ------------------------------------------------------------------------------------------------------ what is told


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("mallar", "{typ: vinr, n", "{typ: okand, n", "mallar.yaml:17: must be a known unit type"),
        ("mallar", "typ: vinr, ", "", "mallar.yaml:17: `typ` is missing"),
        ("mallar", "      telefon:", "      telefn:", "mallar.yaml:13: unknown member `telefn`"),
        ("mallar", "{namn} kommun", "{nam} kommun", "mallar.yaml:4: unknown placeholder `nam`"),
        ("mallar", "verksamhet: socialtjanst", "verksamhet: polisen", "mallar.yaml:6: must be a known verksamhet"),
        ("mallar", "offentlig: true", "offentlig: ja", "mallar.yaml:7: must be `true` or `false`"),
        ("mallar", "fran: 2002-01-01", "fran: 2002-13-01", "mallar.yaml:9: must be a date, YYYY-MM-DD"),
        (
            "mallar",
            "fran: 2002-01-01",
            "fran: 2002-01-01, till: 2001-01-01",
            "mallar.yaml:9: `till` must be after `fran`",
        ),
        ("mallar", "{fran: 2002-01-01}", "true", "mallar.yaml:9: `anmalningspliktig` is dated: give `fran`"),
        ("mallar", '["Chefen, {telefon}"]', "[]", "mallar.yaml:11: a unit has at least one contact"),
        ("mallar", '["Chefen, {telefon}"]', '[""]', "mallar.yaml:11: must not be empty"),
        ("mallar", '"man-fre 08:00-16:30"', "alltid", "mallar.yaml:12: must be office hours, such as"),
        ("mallar", 'telefon: "{telefon}"', "telefon: ring", "mallar.yaml:13: must be a telephone number"),
        ("mallar", "{handlaggare: {namn: Handläggare}}", "{}", "mallar.yaml:14: a unit has at least one reader group"),
        ("mallar", "Handläggare}", "H, enhetschef: true}", "mallar.yaml:14: a unit has at least one reader group"),
        ("mallar", "{namn: Handläggare}", "{}", "mallar.yaml:14: `namn` is missing"),
        ("mallar", "{handlaggare:", "{Handlaggare:", "mallar.yaml:14: a reader group's id is of"),
        ("mallar", "      vinr:", "      VINR:", "mallar.yaml:17: a unit's id is of"),
        ("mallar", "      vinr:", "      vinr.utsatt:", "mallar.yaml:17: a unit's id is of"),
        ("kommuner", "id: falun", "id: falun.x", "kommuner.yaml:3: must be an id of a-z"),
        ("kommuner", "    namn: Falun\n", "    namn: [Falun]\n", "kommuner.yaml:4: must be a text"),
        ("kommuner", "    jour: 070-174 06 08\n", "", "kommuner.yaml:3: `jour` is missing"),
        ("mallar", ", funktion_orosanmalan: handlaggare", "", "mallar.yaml:16: a unit for children names its"),
        ("mallar", "funktion_orosanmalan: handlaggare", "funktion_orosanmalan: x", "mallar.yaml:16: names no reader"),
        ("mallar", "typ: barn_unga", "typ: vinr", "kommuner.yaml:2: municipality `mora` has no unit to report a child"),
        ("mallar", '["{id}"]', "[]", "mallar.yaml:8: a unit has a territory"),
        ("mallar", '["{id}"]', "[mora, mora]", "mallar.yaml:8: names a municipality twice"),
        ("mallar", '["{id}"]', "[stockholm]", "mallar.yaml:8: must be a known municipality"),
        ("mallar", "  kommun:", "  annat:", "mallar.yaml:1: template `kommun` is missing"),
        ("mallar", 'namnd: "Socialnämnden i {namn}"', 'namnd: ""', "mallar.yaml:5: must not be empty"),
        ("mallar", "mallar:", "mall:", "mallar.yaml:1: unknown member `mall`"),
        ("kommuner", "id: falun", "id: mora", "kommuner.yaml:3: municipality `mora` is given twice"),
        ("kommuner", "id: falun", "id: Falun", "kommuner.yaml:3: must be an id of a-z"),
        ("kommuner", "invanare: 59600", "invanare: många", "kommuner.yaml:5: must be a whole number"),
        ("kommuner", "    invanare: 59600\n", "", "kommuner.yaml:3: `invanare` is missing"),
        ("kommuner", "jour: 070-174 06 08", "jour: nej", "kommuner.yaml:7: must be a telephone number"),
        (
            "kommuner",
            "    omrade: 0\n",
            "    omrade: 0\n    enheter: {x: ~}\n",
            "kommuner.yaml:9: no template has this",
        ),
        ("kommuner", "    omrade: 0\n", "    omrade: 0\n    omrade: 1\n", "kommuner.yaml:9: `omrade` is given twice"),
        ("aktorer", "- id: region", "- id: mora", "aktorer.yaml:2: actor `mora` is given twice"),
        ("aktorer", "slag: region", "slag: kyrka", "aktorer.yaml:4: must be a known kind of actor"),
        ("aktorer", "per_kommun: vardcentral", "per_kommun: okand", "aktorer.yaml:7: unknown template"),
        ("aktorer", "typ: bup", "avtal_med: [okand], typ: bup", "aktorer.yaml:21: an agreement with an unknown actor"),
        ("aktorer", "{typ: bup, namn: Bup}", "Bup", "aktorer.yaml:21: must be a mapping"),
        ("aktorer", "territorium: lanet", "territorium: allt", "aktorer.yaml:13: must be a list"),
        (
            "lasargrupper",
            "enhet: mora.vinr",
            "enhet: mora.okand",
            "lasargrupper.yaml:2: a reader group of an unknown unit",
        ),
        (
            "lasargrupper",
            "grupp: extra",
            "grupp: handlaggare",
            "lasargrupper.yaml:2: reader group `mora.vinr.handlaggare`",
        ),
        ("lasargrupper", "grupp: extra, ", "", "lasargrupper.yaml:2: `grupp` is missing"),
        ("listor", "  villkor: [ett]\n", "", "listor.yaml:2: `villkor` is missing"),
        ("listor", "[risk, vald]", "[risk, risk]", "listor.yaml:2: a closed list holds different values"),
        ("listor", "{sip: sip_kallelse}", "{sip: x}", "listor.yaml:10: must be a known message type"),
        ("listor", "{sip: s", "{a: sip_kallelse, sip: s", "listor.yaml:10: the message type serves another purpose"),
        (
            "bestammelser",
            "giltig_till: 2025-07-01",
            "giltig_till: 2025-08-01",
            "bestammelser.yaml:3: provision `b1` is given",
        ),
        (
            "bestammelser",
            "giltig_till: 2025-07-01",
            "giltig_till: 2001-01-01",
            "bestammelser.yaml:2: `giltig_till` must be",
        ),
        (
            "bestammelser",
            "regel: B1, namn: n, kalla: k, marke: P",
            "regel: B2, namn: n, kalla: k, marke: P",
            "bestammelser.yaml:3: a provision of B2 names `fran_till`",
        ),
        (
            "bestammelser",
            "regel: B1, namn: n, kalla: k, marke: P, giltig_fran: 2025-07-01, villkor: [ett]",
            "regel: B2, namn: n, kalla: k, marke: P, giltig_fran: 2025-07-01, villkor: []",
            "bestammelser.yaml:3: a provision of B2 names `villkor`",
        ),
        (
            "bestammelser",
            "regel: B1, namn: n, kalla: k, marke: P",
            "regel: B6, namn: n, kalla: k, marke: P",
            "bestammelser.yaml:3: a provision of B6 names `inom`",
        ),
        ("bestammelser", "villkor: [ett]", "inom: kommun", "bestammelser.yaml:3: must be a known body to be within"),
        ("bestammelser", "villkor: [ett]", "enskilda: ja", "bestammelser.yaml:3: must be `true` or `false`"),
        ("bestammelser", "villkor: [ett]", "alternativ: [b1]", "bestammelser.yaml:3: `alternativ` names `b1`, which"),
        ("bestammelser", "marke: P", "marke: X", "bestammelser.yaml:3: must be a known mark"),
        ("bestammelser", "villkor: [ett]", "villkor: [tva]", "bestammelser.yaml:3: must be a known condition"),
        ("bestammelser", "typer: [orosanmalan]", "typer: [brev]", "bestammelser.yaml:3: must be a known message type"),
        ("bestammelser", "[vald, risk]", "[vald, allt]", "bestammelser.yaml:12: must be a known category"),
        ("bestammelser", "[vald, risk]", "[]", "bestammelser.yaml:5: a forbidden flow names from, to and categories"),
        ("bestammelser", "    kategorier: [vald, risk]\n", "", "bestammelser.yaml:5: `kategorier` is missing"),
        ("bestammelser", "fran: [socialtjanst]", "fran: [alla]", "bestammelser.yaml:11: must be a known verksamhet"),
        ("bestammelser", "fran: [socialtjanst], ", "", "bestammelser.yaml:11: `fran` is missing"),
        ("frister", "sekunder: 3600", "minuter: 60", "frister.yaml:2: `dagar` or `sekunder` is missing"),
        ("frister", "sekunder: 3600", "minuter: 60", "frister.yaml:2: unknown member `minuter`"),
        ("frister", "{mora", "{orsa", "frister.yaml:3: unknown municipality `orsa`"),
        ("frister", "arbetstid: true", "arbetstid: ja", "frister.yaml:3: must be `true` or `false`"),
        ("frister", "sekunder: 60, ", "", "frister.yaml:3: `dagar` or `sekunder` is missing"),
        ("frister", "man-fre", "vardagar", "frister.yaml:4: must be office hours"),
        ("frister", "man-fre 08:00-16:30", "dygnet runt", "frister.yaml:4: must be office hours"),
        ("frister", "man-fre", "utanfor kontorstid", "frister.yaml:4: must be office hours"),
        ("frister", "fran: 2026", "fran: 2027", "frister.yaml:5: must be years"),
        ("frister", "till: 2026", "till: 3026", "frister.yaml:5: must be years"),
        ("frister", "[julafton]", "[valborg]", "frister.yaml:5: must be a known eve"),
        ("frister", "fran: 2026, ", "", "frister.yaml:5: `fran` is missing"),
        ("frister", "helgdagar: {fran: 2026, till: 2026, aftnar: [julafton]}", "", "frister.yaml:1: `helgdagar` is"),
        ("frister", "kontorstid: man-fre 08:00-16:30\n", "", "frister.yaml:1: `kontorstid` is missing"),
        ("frister", "3600", "-1", "frister.yaml:2: must be a whole number"),
        ("prenumerationer", "mora.vinr", "mora.x", "prenumerationer.yaml:2: must be a known unit"),
        ("prenumerationer", "[mora]", "[x]", "prenumerationer.yaml:2: must be a known municipality"),
        ("prenumerationer", "- {", "- x\n  - {", "prenumerationer.yaml:2: must be a mapping"),
        ("operatorer", "drift.1", "Drift", "operatorer.yaml:2: must be a user as tokens name it"),
        ("operatorer", "anvandare: drift.1, ", "", "operatorer.yaml:2: "),
        ("bevaranden", "ar: 10", "ar: 0", "bevaranden.yaml:8: must be years, from 1 to 100"),
        ("bevaranden", "    ar: 10\n", "", "bevaranden.yaml:2: `ar` is missing"),
        ("bevaranden", "marke: P", "marke: X", "bevaranden.yaml:5: must be a known mark"),
        ("bevaranden", "[halso_sjukvard]", "[x]", "bevaranden.yaml:7: must be a known verksamhet"),
        (
            *("bevaranden", "bevaranden:\n"),
            "bevaranden:\n  - {id: pdl-3-17, namn: J, kalla: P, marke: P, giltig_fran: 2020-01-01, ar: 3}\n",
            "bevaranden.yaml:3: `pdl-3-17` is given twice for the same days",
        ),
        ("revisorer", "aktor: mora", "aktor: x", "revisorer.yaml:2: must be a known actor"),
        ("revisorer", "myndighet: region", "myndighet: x", "revisorer.yaml:2: must be a known actor"),
        ("revisorer", "granskare.1", "Granskare", "revisorer.yaml:2: must be a user as tokens name it"),
        ("revisorer", "myndighet: region, ", "", "revisorer.yaml:2: an auditor's scope is either"),
        ("revisorer", "0D4F1D3C-", "", "revisorer.yaml:5: must be the id of an event"),
        (
            "revisorer",
            "    giltig_till: 2026-12-01\n",
            "",
            "revisorer.yaml:3: an auditor of one matter is one for a time",
        ),
        ("revisorer", "2026-12-01", "2026-11-01", "revisorer.yaml:7: `giltig_till` must be after"),
        ("regler", "version: 1", "version: ett", "regler.yaml:1: must be a whole number"),
        ("regler", "version: 1\n", "", "regler.yaml:1: `version` is missing"),
    ],
)
def test_an_error_is_told_with_file_and_line(tmp_path: Path, name: str, old: str, new: str, fault: str) -> None:
    told = faults(tmp_path, name, old, new)
    assert any(line.startswith(fault) for line in told), told


def test_errors_of_all_files_are_told_at_once_in_order_and_each_once(tmp_path: Path) -> None:
    broken = {
        "regler": "version: ett\nbefolkningsgrans: få\n",
        "frister": SMALL["frister"].replace("sekunder: 3600", "sekunder: x"),
        "mallar": SMALL["mallar"].replace("typ: vinr", "typ: okand"),
    }
    with pytest.raises(DirectoryFault) as raised:
        read(written(tmp_path, **broken), {})
    assert raised.value.faults == (
        "frister.yaml:2: must be a whole number",
        "mallar.yaml:17: must be a known unit type",
        "regler.yaml:1: must be a whole number",
        "regler.yaml:2: must be a whole number",
    )


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", "frister.yaml:1: the file is empty"),
        ("a: [1\nb: 2\n", "frister.yaml:2: not YAML: expected ',' or ']', but got ':'"),
        ("a: 1\n--- \nb: 2\n", "frister.yaml:2: not YAML"),
        ("a: \x07\n", "frister.yaml:1: not YAML"),
    ],
)
def test_what_is_no_yaml_is_told_and_nothing_more_about_that_file(tmp_path: Path, content: str, fault: str) -> None:
    with pytest.raises(DirectoryFault) as raised:
        read(written(tmp_path, frister=content), {})
    (told,) = raised.value.faults
    assert told.startswith(fault)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    (written(tmp_path) / "frister.yaml").unlink()
    with pytest.raises(DirectoryFault, match=r"^frister.yaml:1: the file cannot be read$"):
        read(tmp_path, {})


def test_an_actor_without_units_or_without_name_is_told(tmp_path: Path) -> None:
    content = """\
aktorer:
  - {id: tom, namn: Tom, slag: region, telefon: 070-174 06 10, omrade: 0}
  - {id: utan-namn, slag: region, telefon: 070-174 06 10, omrade: 0, enheter: {a: {}}}
"""
    with pytest.raises(DirectoryFault) as raised:
        read(written(tmp_path, aktorer=content), {})
    assert raised.value.faults[0] == "aktorer.yaml:2: an actor has at least one unit"
    assert "aktorer.yaml:3: `namn` is missing" in raised.value.faults


@pytest.mark.parametrize(
    ("keys", "fault"),
    [
        (
            {"mora": [Nyckel("aa", "00", "2025-01-01", "2026-01-01"), Nyckel("aa", "00", "2027-01-01")]},
            "nycklar/mora:1: key `aa` is given twice",
        ),
        (
            {"mora": [Nyckel("aa", "00", "2025-01-01")], "falun": [Nyckel("aa", "00", "2025-01-01")]},
            "nycklar/falun:1: key `aa` is given twice",
        ),
        ({"okand": [Nyckel("aa", "00", "2025-01-01")]}, "nycklar/okand:1: a key of an unknown actor `okand`"),
    ],
)
def test_keys_that_stand_twice_or_are_nobodys_are_told(
    tmp_path: Path, keys: dict[str, list[Nyckel]], fault: str
) -> None:
    with pytest.raises(DirectoryFault, match=fault):
        read_regelverk(written(tmp_path), keys)


def test_keys_that_follow_each_other_are_fine(tmp_path: Path) -> None:
    keys = [Nyckel("bb", "01", "2026-01-01"), Nyckel("aa", "00", "2025-01-01", "2026-01-01")]
    assert read_regelverk(written(tmp_path), {"mora": keys}).katalog.nycklar["mora"] == tuple(reversed(keys))


# ---------------------------------------------------------------------------------------------------------------- ring


def test_b1_the_ring_file_gives_a_number_for_a_municipality_or_the_countys(tmp_path: Path) -> None:
    (tmp_path / "ring.yaml").write_text("lan: 070-174 06 05\nkommuner: {mora: 070-174 06 06}\n")
    ring = read_ring(tmp_path / "ring.yaml")
    assert [ring.number(kommun) for kommun in ("mora", "falun", "")] == ["070-174 06 06", *["070-174 06 05"] * 2]


def test_b1_errors_of_the_ring_file_are_told_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "ring.yaml").write_text("kommuner:\n  mora: nummer\n")
    with pytest.raises(DirectoryFault) as raised:
        read_ring(tmp_path / "ring.yaml")
    assert raised.value.faults == ("ring.yaml:1: `lan` is missing", "ring.yaml:2: must be a telephone number")
