"""Key files: dated, of two types, and revoked; private halves for their owner alone."""

from pathlib import Path

import pytest

from samverkanshub.adapters.keys import PrivateKeys, make_key, read_actor_keys, read_public_keys, revoke_key
from samverkanshub.adapters.marked import DirectoryFault
from samverkanshub.codec.keys import key_id, load_private, public_hex


def make(directory: Path, fran: str, aktor: str = "mora") -> Path:
    return make_key(aktor, directory / "publika", directory / "privata", fran)[1]


def test_a_new_key_is_read_back_and_its_private_half_belongs_to_it(tmp_path: Path) -> None:
    nyckel, place = make_key("mora", tmp_path / "publika", tmp_path / "privata", "2026-01-01", "2027-01-01")
    assert read_public_keys(tmp_path / "publika") == {"mora": (nyckel,)}
    assert public_hex(load_private(place.read_bytes())) == nyckel.publik
    assert place.stat().st_mode & 0o777 == 0o600
    assert (nyckel.fran, nyckel.till) == ("2026-01-01", "2027-01-01")


def test_a_later_key_ends_the_one_before_it(tmp_path: Path) -> None:
    make(tmp_path, "2026-01-01")
    make(tmp_path, "2026-06-01")
    days = [(key.fran, key.till) for key in read_actor_keys(tmp_path / "publika", "mora")]
    assert days == [("2026-01-01", "2026-06-01"), ("2026-06-01", "")]


def test_a_key_that_ended_before_keeps_its_end(tmp_path: Path) -> None:
    make_key("mora", tmp_path / "publika", tmp_path / "privata", "2026-01-01", "2026-02-01")
    make(tmp_path, "2026-06-01")
    assert read_actor_keys(tmp_path / "publika", "mora")[0].till == "2026-02-01"


def test_the_key_before_may_go_on_for_some_days_so_that_two_are_in_force_at_once(tmp_path: Path) -> None:
    make(tmp_path, "2026-01-01")
    make_key("mora", tmp_path / "publika", tmp_path / "privata", "2026-06-01", typ="es256", kvar=14)
    old, new = read_actor_keys(tmp_path / "publika", "mora")
    assert (old.typ, old.till, new.typ, new.fran) == ("ed25519", "2026-06-15", "es256", "2026-06-01")
    assert old.in_force("2026-06-14")
    assert new.in_force("2026-06-14")
    assert not old.in_force("2026-06-15")


def test_a_key_of_the_other_type_is_read_back_and_its_private_half_belongs_to_it(tmp_path: Path) -> None:
    made, place = make_key("mora", tmp_path / "publika", tmp_path / "privata", "2026-01-01", typ="es256")
    assert read_public_keys(tmp_path / "publika") == {"mora": (made,)}
    private = PrivateKeys(tmp_path / "privata").private("mora", made.id)
    assert private is not None
    assert public_hex(private) == made.publik
    assert place.stat().st_mode & 0o777 == 0o600


def test_a_file_of_before_there_were_types_says_no_more_than_it_did(tmp_path: Path) -> None:
    make(tmp_path, "2026-01-01")
    text = (tmp_path / "publika" / "mora.yaml").read_text()
    assert "typ" not in text
    assert "aterkallad" not in text


def test_a_revoked_key_stays_and_says_so_and_another_may_begin_the_same_day(tmp_path: Path) -> None:
    make(tmp_path, "2026-01-01")
    (before,) = read_actor_keys(tmp_path / "publika", "mora")
    assert revoke_key("mora", tmp_path / "publika", before.id).aterkallad
    make(tmp_path, "2026-01-01")
    keys = {key.id: key for key in read_actor_keys(tmp_path / "publika", "mora")}
    assert keys.pop(before.id).aterkallad
    (other,) = keys.values()
    assert other.in_force("2026-01-01")
    assert not other.till


@pytest.mark.parametrize(("aktor", "nyckel"), [("mora", "0000000000000000"), ("../mora", "x"), ("falun", "x")])
def test_only_a_key_that_is_there_is_revoked(tmp_path: Path, aktor: str, nyckel: str) -> None:
    make(tmp_path, "2026-01-01")
    before = (tmp_path / "publika" / "mora.yaml").read_bytes()
    with pytest.raises(DirectoryFault):
        revoke_key(aktor, tmp_path / "publika", nyckel)
    assert (tmp_path / "publika" / "mora.yaml").read_bytes() == before


@pytest.mark.parametrize("fran", ["2026-01-01", "2025-12-31"])
def test_a_key_from_the_same_day_or_an_earlier_one_is_refused_and_nothing_changes(tmp_path: Path, fran: str) -> None:
    make(tmp_path, "2026-01-01")
    before = (tmp_path / "publika" / "mora.yaml").read_bytes()
    with pytest.raises(DirectoryFault, match="already"):
        make(tmp_path, fran)
    assert (tmp_path / "publika" / "mora.yaml").read_bytes() == before
    assert len(list((tmp_path / "privata").iterdir())) == 1


def test_an_actor_id_never_becomes_a_path_elsewhere(tmp_path: Path) -> None:
    with pytest.raises(DirectoryFault, match="`aktor`"):
        make(tmp_path, "2026-01-01", aktor="../mora")


def test_a_directory_that_is_not_there_holds_no_keys(tmp_path: Path) -> None:
    assert read_public_keys(tmp_path / "ingen") == {}
    assert read_actor_keys(tmp_path / "ingen", "mora") == ()


def test_errors_are_told_with_file_and_line_all_at_once(tmp_path: Path) -> None:
    make(tmp_path, "2026-01-01", aktor="falun")
    key = read_actor_keys(tmp_path / "publika", "falun")[0]
    (tmp_path / "publika" / "mora.yaml").write_text(
        f"""\
nycklar:
  - {{id: {key.id}, publik: {key.publik}, fran: 2025-01-01}}
  - {{id: {key.id}, publik: {key.publik}, fran: 2025-06-01}}
  - {{id: fel, publik: {key.publik}, fran: 2026-06-01, till: 2026-01-01}}
  - {{id: fel, publik: nej, fran: i dag}}
  - {{id: fel, fran: 2027-01-01}}
  - {{id: {key.id}, publik: {key.publik}, fran: 2027-06-01, typ: es256, aterkallad: kanske}}
  - {{id: fel, publik: {key.publik}, fran: 2028-06-01, typ: rsa}}
"""
    )
    with pytest.raises(DirectoryFault) as raised:
        read_public_keys(tmp_path / "publika")
    assert set(raised.value.faults) >= {
        "mora.yaml:3: the key is given twice",
        "mora.yaml:4: `till` must be after `fran`",
        "mora.yaml:4: is not the id of this key",
        "mora.yaml:5: must be a public key of its `typ` in hex, Ed25519 unless it says another",
        "mora.yaml:7: must be a public key of its `typ` in hex, Ed25519 unless it says another",
        "mora.yaml:7: must be `true` or `false`",
        "mora.yaml:8: must be a known type of key",
        "mora.yaml:5: must be a date, YYYY-MM-DD",
        "mora.yaml:6: `publik` is missing",
    }


def test_a_private_half_is_found_by_actor_and_id_and_nothing_else_is(tmp_path: Path) -> None:
    place = make(tmp_path, "2026-01-01")
    nyckel = read_actor_keys(tmp_path / "publika", "mora")[0].id
    kept = PrivateKeys(tmp_path / "privata")
    found = kept.private("mora", nyckel)
    assert found is not None
    assert key_id(public_hex(found)) == nyckel
    assert kept.private("falun", nyckel) is None
    assert kept.private("../privata/mora", nyckel) is None
    assert PrivateKeys(Path()).private("mora", nyckel) is None
    place.rename(place.with_name("mora.0000000000000000.pem"))
    assert kept.private("mora", "0000000000000000") is None, "another key under its name"
    place.with_name("mora.0000000000000000.pem").write_bytes(b"no key")
    assert kept.private("mora", "0000000000000000") is None
