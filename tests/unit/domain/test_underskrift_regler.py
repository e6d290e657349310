"""T1: who signs what it sends, and what is wrong with a key, in the words of the rule."""

from dataclasses import replace

import pytest

from samverkanshub.domain.actors import Katalog, Nyckel
from samverkanshub.domain.events import HUBS_OWN
from samverkanshub.domain.underskrift import given_back, key_fault, must_be_signed, signs

KEYS = (
    Nyckel("gammal", "00", "2025-01-01", "2026-02-01"),
    Nyckel("ny", "01", "2026-01-01"),
    Nyckel("stulen", "02", "2025-01-01", "", "es256", True),
)
DIRECTORY = Katalog({}, {}, {}, nycklar={"mora": KEYS, "falun": ()})


@pytest.mark.parametrize(
    ("nyckel", "day", "why"),
    [
        ("gammal", "2026-01-31", ""),
        ("ny", "2026-01-31", ""),
        ("gammal", "2026-02-01", "nyckel-ej-i-kraft"),
        ("ny", "2025-12-31", "nyckel-ej-i-kraft"),
        ("stulen", "2025-06-01", "aterkallad-nyckel"),
        ("annans", "2026-01-31", "okand-nyckel"),
        ("", "2026-01-31", "osignerad"),
    ],
)
def test_t1_a_key_holds_on_its_days_and_a_revoked_one_on_none(nyckel: str, day: str, why: str) -> None:
    assert key_fault(DIRECTORY, "mora", nyckel, day) == why


def test_t1_a_key_is_its_own_actors() -> None:
    assert key_fault(DIRECTORY, "falun", "ny", "2026-01-31") == "okand-nyckel"
    assert key_fault(DIRECTORY, "okand", "ny", "2026-01-31") == "okand-nyckel"


def test_t1_agencies_sign_and_the_hub_vouches_for_what_it_makes() -> None:
    assert all(must_be_signed("mora", typ) for typ in ("orosanmalan", "samtycke_lamnat", "samtal_noterat", *HUBS_OWN))
    assert not any(must_be_signed("mora", typ) for typ in ("kvittens", "oppning_begard", "regelverk_aktiverat"))
    assert not must_be_signed("samverkanshub", "plikt_steg")


def test_t1_a_key_that_is_revoked_stays_so() -> None:
    with_others = replace(DIRECTORY, nycklar={**DIRECTORY.nycklar, "falun": KEYS})
    given = [replace(DIRECTORY, nycklar={"mora": KEYS[:2]}), replace(DIRECTORY, nycklar={})]
    given.append(replace(DIRECTORY, nycklar={"mora": (*KEYS[:2], replace(KEYS[2], aterkallad=False))}))
    assert [given_back(DIRECTORY, then) for then in given] == [("mora",)] * 3
    assert given_back(with_others, DIRECTORY) == ("falun",)
    assert given_back(DIRECTORY, with_others) == given_back(DIRECTORY, DIRECTORY) == ()


def test_a_directory_signs_where_anybody_has_a_key() -> None:
    assert signs(DIRECTORY)
    assert not signs(Katalog({}, {}, {}, nycklar={"falun": ()}))
