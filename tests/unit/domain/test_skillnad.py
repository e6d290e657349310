"""What differs between two regelverk is all told, part by part, and nothing that is the same (T1)."""

from dataclasses import replace
from typing import Any

import pytest
from mini_regelverk import MORA_VINR, UTSATT, regelverk

from samverkanshub.domain.actors import Aktor, Certifikat, Enhet, Katalog, Lasargrupp, Nyckel
from samverkanshub.domain.bevarande import Bevarande
from samverkanshub.domain.operatorer import Operator
from samverkanshub.domain.regelverk import Bestammelse, Frist, Prenumeration, Regelverk
from samverkanshub.domain.revisorer import Revisor
from samverkanshub.domain.skillnad import ANDRAD, BORTTAGEN, SLAG, TILLAGD, Andring, Falt, skillnad

NOW = regelverk()


def with_katalog(**changes: Any) -> Regelverk:
    """The same with something else in the directory."""
    katalog = NOW.katalog
    given = {name: getattr(katalog, name) for name in ("aktorer", "enheter", "lasargrupper", "kommuner", "nycklar")}
    return replace(NOW, katalog=Katalog(**{**given, "befolkning": katalog.befolkning, **changes}))


def without(known: Any, id_: str) -> dict[str, Any]:
    return {key: value for key, value in known.items() if key != id_}


ORSA = Aktor("orsa", "Orsa kommun", "kommun")
UNIT = NOW.katalog.enheter[MORA_VINR]
GROUP = NOW.katalog.lasargrupper[UTSATT]
KEY = Nyckel("k1", "ab", "2026-01-01")
PROVISION = NOW.bestammelser[0]

CASES: list[tuple[Regelverk, Andring]] = [
    (with_katalog(aktorer={**NOW.katalog.aktorer, "orsa": ORSA}), Andring("aktor", "orsa", TILLAGD, "Orsa kommun")),
    (
        with_katalog(aktorer=without(NOW.katalog.aktorer, "kvinnojouren-mora")),
        Andring("aktor", "kvinnojouren-mora", BORTTAGEN, "Kvinnojouren i Mora"),
    ),
    (
        with_katalog(
            enheter={**NOW.katalog.enheter, MORA_VINR: replace(UNIT, telefon="0250", territorium=("mora", "orsa"))}
        ),
        Andring(
            *("enhet", MORA_VINR, ANDRAD, MORA_VINR),
            (Falt("telefon", "", "0250"), Falt("territorium", "mora", "mora, orsa")),
        ),
    ),
    (
        with_katalog(lasargrupper={**NOW.katalog.lasargrupper, UTSATT: replace(GROUP, begransad_krets=False)}),
        Andring("lasargrupp", UTSATT, ANDRAD, GROUP.namn, (Falt("begransad_krets", "ja", "nej"),)),
    ),
    (with_katalog(nycklar={"mora": (KEY,)}), Andring("nyckel", "mora k1", TILLAGD)),
    (
        with_katalog(certifikat={"mora": (Certifikat("SE1-A", fran="2026-01-01"),)}),
        Andring("certifikat", "mora 2026-01-01", TILLAGD),
    ),
    (
        with_katalog(befolkning={**NOW.katalog.befolkning, "mora": 1}),
        Andring("kommun", "mora", ANDRAD, "", (Falt("befolkning", "20600", "1"),)),
    ),
    (
        replace(
            NOW, prenumerationer=(*NOW.prenumerationer, Prenumeration(MORA_VINR, "avvikelse", ("mora",), "2026-01-01"))
        ),
        Andring("prenumeration", f"{MORA_VINR} avvikelse 2026-01-01", TILLAGD),
    ),
    (
        replace(NOW, bestammelser=(replace(PROVISION, marke="N", fran_till=(("a", "b"),)), *NOW.bestammelser[1:])),
        Andring(
            *("bestammelse", f"{PROVISION.id} {PROVISION.giltig_fran}", ANDRAD, PROVISION.namn),
            (
                Falt("fran_till", ", ".join(" → ".join(pair) for pair in PROVISION.fran_till), "a → b"),
                Falt("marke", "V", "N"),
            ),
        ),
    ),
    (replace(NOW, befolkningsgrans=1), Andring("regel", "befolkningsgrans", ANDRAD, "", (Falt("", "25000", "1"),))),
    (
        replace(NOW, kontorstid="man 08-09"),
        Andring("regel", "kontorstid", ANDRAD, "", (Falt("", NOW.kontorstid, "man 08-09"),)),
    ),
    (replace(NOW, regelversion=2), Andring("regel", "regelversion", ANDRAD, "", (Falt("", "1", "2"),))),
    (replace(NOW, frister={**NOW.frister, "nytt": Frist(60)}), Andring("frist", "nytt", TILLAGD)),
    (replace(NOW, helgdagar=NOW.helgdagar | {"2026-06-06"}), Andring("helgdag", "2026-06-06", TILLAGD)),
    (
        replace(NOW, listor={**NOW.listor, "nytt": frozenset({"V"})}),
        Andring("lista", "nytt V", TILLAGD),
    ),
    (replace(NOW, andamal={**NOW.andamal, "nytt": "avvikelse"}), Andring("andamal", "nytt", TILLAGD)),
    (replace(NOW, scheman=NOW.scheman | {"1:ab"}), Andring("schema", "1:ab", TILLAGD)),
    (
        replace(NOW, revisorer=(Revisor("mora", "g.1", "myndighet", "mora", "2026-01-01"),)),
        Andring("revisor", "mora g.1 myndighet mora 2026-01-01", TILLAGD),
    ),
    (replace(NOW, operatorer=(Operator("drift.1", "2026-01-01"),)), Andring("operator", "drift.1 2026-01-01", TILLAGD)),
    (
        replace(NOW, bevaranden=(Bevarande("pdl", "Journal", "PDL", "P", "2024-10-01", 10),)),
        Andring("bevarande", "pdl 2024-10-01", TILLAGD, "Journal"),
    ),
]


def test_between_a_regelverk_and_itself_nothing_differs() -> None:
    assert skillnad(NOW, regelverk()) == ()


@pytest.mark.parametrize(("after", "wanted"), CASES, ids=[case[1].slag + " " + case[1].hur for case in CASES])
def test_t1_what_differs_is_told_by_part(after: Regelverk, wanted: Andring) -> None:
    assert skillnad(NOW, after) == (wanted,)


def test_every_part_has_a_case() -> None:
    assert {wanted.slag for _, wanted in CASES} == set(SLAG)


@pytest.mark.parametrize(("after", "wanted"), CASES, ids=[case[1].slag + " " + case[1].hur for case in CASES])
def test_the_other_way_round_what_came_goes_and_what_changed_changes_back(after: Regelverk, wanted: Andring) -> None:
    [found] = skillnad(after, NOW)
    assert found.hur == {TILLAGD: BORTTAGEN, BORTTAGEN: TILLAGD, ANDRAD: ANDRAD}[wanted.hur]
    assert [(one.till, one.fran) for one in found.falt] == [(one.fran, one.till) for one in wanted.falt]


def test_a_deadline_of_one_municipality_is_told_as_its_own() -> None:
    """O4: a municipality may have chosen otherwise."""
    before = replace(NOW, frister={"o4.kvittens": Frist(3600)})
    after = replace(NOW, frister={"o4.kvittens": Frist(3600, kommuner={"mora": Frist(1800, dagar=1)})})
    [found] = skillnad(before, after)
    assert Falt("mora sekunder", "", "1800") in found.falt
    assert Falt("mora dagar", "", "1") in found.falt
    assert all(one.namn.startswith("mora ") for one in found.falt)


def test_two_subscriptions_of_one_day_are_both_told() -> None:
    """Q1."""
    one, other = (Prenumeration(MORA_VINR, "avvikelse", (kommun,), "2026-01-01") for kommun in ("mora", "falun"))
    found = skillnad(NOW, replace(NOW, prenumerationer=(one, other)))
    assert [change.hur for change in found] == [TILLAGD, TILLAGD]
    assert len({change.id for change in found}) == 2


def test_parts_come_in_one_order_and_each_by_id() -> None:
    changed = replace(
        with_katalog(aktorer={**NOW.katalog.aktorer, "orsa": ORSA, "alvdalen": Aktor("alvdalen", "Ä", "kommun")}),
        frister={},
        operatorer=(Operator("drift.1", "2026-01-01"),),
    )
    found = [(SLAG.index(change.slag), change.id) for change in skillnad(NOW, changed)]
    assert found == sorted(found)


def test_another_wording_of_a_provision_is_a_part_of_its_own() -> None:
    later = replace(PROVISION, giltig_fran="2030-01-01")
    [found] = skillnad(NOW, replace(NOW, bestammelser=(*NOW.bestammelser, later)))
    assert (found.hur, found.id) == (TILLAGD, f"{PROVISION.id} 2030-01-01")


def test_what_the_domain_knows_of_a_unit_is_what_is_compared() -> None:
    """A member added to the directory is told without a change here."""
    for kind, slag in ((Enhet, "enhet"), (Lasargrupp, "lasargrupp"), (Bestammelse, "bestammelse")):
        assert slag in SLAG
        assert kind.__dataclass_fields__  # type: ignore[attr-defined]
