"""The regelverk as canonical bytes and back: replay years later reads what was judged by."""

import hashlib
import json
from dataclasses import replace

import pytest

from samverkanshub.codec.artefacts import (
    NAMES,
    OPERATORER,
    artefacts_of,
    digest,
    digests,
    regelverk_digest,
    regelverk_from,
)
from samverkanshub.codec.canonical import jcs
from samverkanshub.domain.actors import Aktor, Certifikat, Enhet, Katalog, Lasargrupp, Nyckel
from samverkanshub.domain.errors import Halt
from samverkanshub.domain.operatorer import Operator
from samverkanshub.domain.regelverk import Bestammelse, Frist, Prenumeration, Regelverk
from samverkanshub.domain.revisorer import Revisor


def rules() -> Regelverk:
    katalog = Katalog(
        aktorer={"mora": Aktor("mora", "Mora kommun", "kommun")},
        enheter={"mora.vinr": Enhet("mora.vinr", "mora", "Våld i nära", "vinr", "socialtjanst", territorium=("mora",))},
        lasargrupper={"mora.vinr.utsatt": Lasargrupp("mora.vinr.utsatt", "mora.vinr", "Utsatta")},
        kommuner={"mora": "mora"},
        nycklar={"mora": (Nyckel("aa", "00", "2025-01-01"),)},
        befolkning={"mora": 20_600},
    )
    return Regelverk(
        digest="",
        katalog=katalog,
        bestammelser=(Bestammelse("b", "B2", "n", "k", "P", "2024-10-01", fran_till=(("polis", "socialtjanst"),)),),
        kategorier=frozenset({"risk", "vald"}),
        andamal={"sip": "sip_kallelse"},
        frister={"o4.kvittens": Frist(3600, kommuner={"mora": Frist(dagar=1, arbetstid=True)})},
        helgdagar=frozenset({"2026-12-24"}),
        prenumerationer=(Prenumeration("mora.vinr", "riskbedomning_delad", ("mora",), "2024-10-01"),),
        regelversion=1,
        befolkningsgrans=25_000,
        listor={"kategori": frozenset({"risk", "vald"}), "andamal": frozenset({"sip"})},
    )


def changed(name: str, **members: object) -> dict[str, bytes]:
    artefacts = artefacts_of(rules())
    return artefacts | {name: jcs(json.loads(artefacts[name]) | members)}


def test_a_regelverk_reads_back_as_itself_with_its_digest() -> None:
    artefacts = artefacts_of(rules())
    read = regelverk_from(artefacts)
    assert read == replace(rules(), digest=read.digest)
    assert artefacts_of(read) == artefacts
    assert read.katalog.groups_of("mora.vinr") == rules().katalog.groups_of("mora.vinr")


def test_the_order_in_which_data_is_given_changes_no_byte() -> None:
    katalog = rules().katalog
    keys = (Nyckel("bb", "01", "2026-01-01"), Nyckel("aa", "00", "2025-01-01", "2026-01-01"))
    one = replace(rules(), katalog=replace(katalog, nycklar={"mora": keys}))
    other = replace(rules(), katalog=replace(katalog, nycklar={"mora": keys[::-1]}))
    assert artefacts_of(one) == artefacts_of(other)


def test_a_key_says_its_type_and_that_it_is_revoked_where_there_is_anything_to_say() -> None:
    """A directory of before there were two types keeps its digest."""
    plain, other = Nyckel("aa", "00", "2026-01-01"), Nyckel("bb", "01", "2026-01-01", "", "es256", True)
    whole = replace(rules(), katalog=replace(rules().katalog, nycklar={"mora": (plain, other)}))
    rows = json.loads(artefacts_of(whole)["katalog"])["nycklar"]["mora"]
    assert rows[0] == {"id": "aa", "publik": "00", "fran": "2026-01-01", "till": ""}
    assert rows[1] == {"id": "bb", "publik": "01", "fran": "2026-01-01", "till": "", "typ": "es256", "aterkallad": True}
    assert regelverk_from(artefacts_of(whole)).katalog.nycklar["mora"] == (plain, other)


def test_a_key_of_a_type_that_this_program_lacks_stops_it() -> None:
    found = artefacts_of(rules())
    katalog = found["katalog"].replace(b'"till":""}', b'"till":"","typ":"rsa"}')
    assert katalog != found["katalog"]
    with pytest.raises(Halt):
        regelverk_from({**found, "katalog": katalog})


def test_the_digest_is_that_of_the_sorted_names_and_digests() -> None:
    artefacts = artefacts_of(rules())
    pairs = [[name, hashlib.sha256(artefacts[name]).hexdigest()] for name in sorted(artefacts)]
    expected = hashlib.sha256(json.dumps(pairs, separators=(",", ":")).encode()).hexdigest()
    assert regelverk_from(artefacts).digest == expected
    assert regelverk_digest(dict(reversed(digests(artefacts).items()))) == expected


def test_a_changed_deadline_gives_one_artefact_a_new_digest_and_the_regelverk_too() -> None:
    before, after = artefacts_of(rules()), artefacts_of(replace(rules(), frister={"o4.kvittens": Frist(1800)}))
    assert [name for name in NAMES if digest(before[name]) != digest(after[name])] == ["frister"]
    assert regelverk_from(before).digest != regelverk_from(after).digest


def test_auditors_have_an_artefact_of_their_own_and_a_regelverk_without_any_keeps_its_digest() -> None:
    mora, falun = (Revisor(aktor, "granskare.1", "myndighet", aktor, "2026-01-01") for aktor in ("mora", "falun"))
    artefacts = artefacts_of(replace(rules(), revisorer=(mora, falun)))
    assert {name: found for name, found in artefacts.items() if name in NAMES} == artefacts_of(rules())
    assert regelverk_from(artefacts).revisorer == (falun, mora)
    assert regelverk_from(artefacts).digest != regelverk_from(artefacts_of(rules())).digest


def test_certificates_are_of_the_directory_and_one_that_says_nothing_of_them_keeps_its_digest() -> None:
    one, other = Certifikat("SE1-A", fran="2026-01-01"), Certifikat(spki="ab" * 32, fran="2026-02-01")
    katalog = replace(rules().katalog, certifikat={"mora": (one, other)})
    artefacts = artefacts_of(replace(rules(), katalog=katalog))
    assert "certifikat" not in json.loads(artefacts_of(rules())["katalog"])
    assert set(regelverk_from(artefacts).katalog.certifikat["mora"]) == {one, other}
    turned = replace(rules().katalog, certifikat={"mora": (other, one)})
    assert artefacts_of(replace(rules(), katalog=turned)) == artefacts


def test_operators_are_an_artefact_where_there_are_any_alone() -> None:
    first, second = Operator("drift.1", "2026-01-01"), Operator("drift.2", "2026-01-01", "2027-01-01")
    assert OPERATORER not in artefacts_of(rules())
    assert regelverk_from(artefacts_of(replace(rules(), operatorer=(second, first)))).operatorer == (first, second)


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_artefact_stops(name: str) -> None:
    artefacts = artefacts_of(rules())
    del artefacts[name]
    with pytest.raises(Halt, match="artefacts must be"):
        regelverk_from(artefacts)


def test_an_unknown_artefact_stops() -> None:
    with pytest.raises(Halt, match="artefacts must be"):
        regelverk_from({**artefacts_of(rules()), "annat": b"{}"})


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff", b'{"version":1}', b'{"befolkningsgrans":1,"version":"1"}']
)
def test_an_artefact_that_is_something_else_stops(content: bytes) -> None:
    with pytest.raises(Halt, match="`regler`") as stopped:
        regelverk_from({**artefacts_of(rules()), "regler": content})
    assert stopped.value.code == "regelverk-olasligt"


def test_an_artefact_that_is_not_canonical_stops() -> None:
    with pytest.raises(Halt, match="`regler`"):
        regelverk_from({**artefacts_of(rules()), "regler": b'{"version":1, "befolkningsgrans":25000}'})


def test_a_member_that_this_program_does_not_know_stops_it_rather_than_be_passed_over() -> None:
    with pytest.raises(Halt, match="`regler`"):
        regelverk_from(changed("regler", nytt=1))
    katalog = json.loads(artefacts_of(rules())["katalog"])
    katalog["aktorer"][0]["nytt"] = 1
    with pytest.raises(Halt, match="`katalog`"):
        regelverk_from({**artefacts_of(rules()), "katalog": jcs(katalog)})


def test_a_member_that_an_older_program_did_not_write_has_its_default() -> None:
    katalog = json.loads(artefacts_of(rules())["katalog"])
    del katalog["enheter"][0]["ansluten"]
    read = regelverk_from({**artefacts_of(rules()), "katalog": jcs(katalog)})
    assert read.katalog.enheter["mora.vinr"].ansluten
