"""The questions that the rules put to the directory."""

from dataclasses import replace

import pytest

from samverkanshub.domain.actors import Aktor, Certifikat, Enhet, Katalog, Lasargrupp, Nyckel

FIRST = Nyckel("aa", "00", "2025-01-01", "2026-01-01")
SECOND = Nyckel("bb", "01", "2026-01-01")


def unit(id_: str, typ: str = "barn_unga", territorium: tuple[str, ...] = ("mora",), **values: str) -> Enhet:
    return Enhet(
        id=id_, aktor=id_.split(".")[0], namn=id_, typ=typ, verksamhet="socialtjanst", territorium=territorium, **values
    )


def directory() -> Katalog:
    units = [
        unit("mora.barn-unga"),
        unit("mora.vinr", typ="vinr"),
        unit("falun.barn-unga", territorium=("falun",)),
        unit("barnahus.samrad", typ="barnahus", territorium=("falun", "mora")),
    ]
    groups = [
        Lasargrupp("mora.vinr.utsatt", "mora.vinr", "Utsatta", begransad_krets=True),
        Lasargrupp("mora.vinr.utovare", "mora.vinr", "Utövare", arbetar_med_utovare=True),
        Lasargrupp("mora.vinr.enhetschef", "mora.vinr", "Chef", enhetschef=True),
        Lasargrupp("mora.barn-unga.mottagning", "mora.barn-unga", "Mottagning"),
    ]
    return Katalog(
        aktorer={"mora": Aktor("mora", "Mora kommun", "kommun"), "falun": Aktor("falun", "Falu kommun", "kommun")},
        enheter={enhet.id: enhet for enhet in units},
        lasargrupper={grupp.id: grupp for grupp in groups},
        kommuner={"mora": "mora", "falun": "falun"},
        nycklar={"mora": (FIRST, SECOND)},
        befolkning={"mora": 20_600, "falun": 59_600},
    )


def ids(found: tuple[Lasargrupp, ...] | tuple[Enhet, ...]) -> list[str]:
    return [one.id for one in found]


def test_what_is_sent_to_a_unit_goes_to_all_its_reader_groups_but_the_heads() -> None:
    assert ids(directory().groups_of("mora.vinr")) == ["mora.vinr.utovare", "mora.vinr.utsatt"]


def test_the_head_of_a_unit_is_found_apart_to_be_alerted() -> None:
    assert ids(directory().heads_of("mora.vinr")) == ["mora.vinr.enhetschef"]
    assert directory().heads_of("mora.barn-unga") == ()


def test_an_unknown_unit_has_no_readers() -> None:
    assert directory().groups_of("mora.okand") == ()
    assert directory().heads_of("mora.okand") == ()


def test_a_reader_group_leads_to_its_unit() -> None:
    assert directory().unit_of("mora.vinr.utsatt").id == "mora.vinr"
    with pytest.raises(KeyError):
        directory().unit_of("mora.vinr.okand")


def test_units_of_a_type_are_found_by_territory_not_by_owner() -> None:
    assert ids(directory().units(typ="barn_unga", kommun="mora")) == ["mora.barn-unga"]
    assert ids(directory().units(typ="barnahus", kommun="mora")) == ["barnahus.samrad"]
    assert ids(directory().units(typ="barn_unga")) == ["falun.barn-unga", "mora.barn-unga"]


@pytest.mark.parametrize(
    ("slag", "id_", "enhet", "covered"),
    [
        ("enhet", "mora.vinr", "mora.vinr", True),
        ("enhet", "mora.vinr", "mora.barn-unga", False),
        ("organisation", "mora", "mora.barn-unga", True),
        ("organisation", "mora", "falun.barn-unga", False),
        ("organisation", "mora", "mora.okand", False),
        ("annat", "mora", "mora.vinr", False),
    ],
)
def test_k1_an_organisation_covers_its_own_units_and_a_unit_itself(
    slag: str, id_: str, enhet: str, covered: bool
) -> None:
    assert directory().covers(slag, id_, enhet) is covered


@pytest.mark.parametrize(
    ("key_id", "day", "found"),
    [
        ("aa", "2025-12-31", FIRST),
        ("aa", "2026-01-01", None),
        ("bb", "2025-12-31", None),
        ("bb", "2026-01-01", SECOND),
        ("bb", "2040-01-01", SECOND),
        ("cc", "2026-01-01", None),
    ],
)
def test_a_key_is_believed_on_its_days_alone(key_id: str, day: str, found: Nyckel | None) -> None:
    assert directory().key_of("mora", key_id, day) == found


def test_a_revoked_key_is_believed_on_no_day_and_is_listed_still() -> None:
    katalog = replace(directory(), nycklar={"mora": (FIRST, replace(SECOND, aterkallad=True))})
    assert katalog.key_of("mora", "bb", "2026-06-01") is None
    assert katalog.listed_key("mora", "bb") == replace(SECOND, aterkallad=True)
    assert katalog.key_of("mora", "aa", "2025-06-01") == FIRST


def test_an_actor_without_keys_has_none() -> None:
    assert directory().key_of("falun", "aa", "2025-06-01") is None


def test_b4_a_municipality_is_named_only_from_the_limit_up_and_an_unknown_one_never() -> None:
    assert directory().below("mora", 25_000)
    assert not directory().below("falun", 25_000)
    assert not directory().below("mora", 20_600)
    assert directory().below("okand", 25_000)


@pytest.mark.parametrize(
    ("fran", "till", "day", "bound"),
    [
        ("2002-01-01", "", "2026-03-01", True),
        ("2002-01-01", "", "2001-12-31", False),
        ("2002-01-01", "2026-03-01", "2026-03-01", False),
        ("", "", "2026-03-01", False),
        ("", "2030-01-01", "2026-03-01", False),
    ],
)
def test_b1_the_duty_to_report_is_dated_and_absent_where_it_has_no_first_day(
    fran: str, till: str, day: str, bound: bool
) -> None:
    assert unit("a.b", anmalningspliktig_fran=fran, anmalningspliktig_till=till).duty_bound(day) is bound


# -------------------------------------------------------------------------------------------------- client certificates

DAY = "2026-06-01"
SERIAL, SPKI = "SE2120002213-SAMV", "ab" * 32


def knowing(*known: Certifikat) -> Katalog:
    return replace(directory(), certifikat={"mora": known})


def test_an_actor_of_which_nothing_is_said_is_known_by_its_own_id() -> None:
    assert directory().certified("mora", "mora", SPKI, DAY)
    assert not directory().certified("mora", "falun", SPKI, DAY)
    assert not directory().certified("", "", SPKI, DAY)


def test_what_the_directory_says_of_an_actor_is_all_that_counts() -> None:
    katalog = knowing(Certifikat(SERIAL, fran="2026-01-01"))
    assert katalog.certified("mora", SERIAL, SPKI, DAY)
    assert not katalog.certified("mora", "mora", SPKI, DAY)
    assert not katalog.certified("mora", "", SPKI, DAY)
    assert not knowing().certified("mora", "mora", SPKI, DAY)
    assert not katalog.certified("falun", SERIAL, SPKI, DAY)


def test_a_certificate_may_be_known_by_its_key_or_by_both() -> None:
    by_key = knowing(Certifikat(spki=SPKI, fran="2026-01-01"))
    assert by_key.certified("mora", "", SPKI, DAY)
    assert not by_key.certified("mora", SERIAL, "cd" * 32, DAY)
    by_both = knowing(Certifikat(SERIAL, SPKI, "2026-01-01"))
    assert by_both.certified("mora", SERIAL, SPKI, DAY)
    assert not by_both.certified("mora", SERIAL, "cd" * 32, DAY)
    assert not by_both.certified("mora", "mora", SPKI, DAY)
    assert not knowing(Certifikat(fran="2026-01-01")).certified("mora", "", "", DAY)


def test_it_is_dated_and_one_may_take_over_from_another() -> None:
    katalog = knowing(
        Certifikat(spki=SPKI, fran="2026-01-01", till="2026-06-02"), Certifikat(spki="cd" * 32, fran="2026-06-01")
    )
    assert [katalog.certified("mora", "", SPKI, day) for day in ("2025-12-31", DAY, "2026-06-02")] == [
        False,
        True,
        False,
    ]
    assert [katalog.certified("mora", "", "cd" * 32, day) for day in ("2026-05-31", DAY)] == [False, True]
