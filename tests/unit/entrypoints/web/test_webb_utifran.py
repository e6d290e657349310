"""Who claims name, and in which role: the regelverk's to say, whatever a provider claims."""

from dataclasses import replace
from typing import Any

import pytest
from sidohub import Paged

from samverkanshub.entrypoints.web.inloggad import AKTOR, OPERATOR, REVISOR, Inloggad, Roll
from samverkanshub.entrypoints.web.utifran import Utifran, vem_of

UTIFRAN = Utifran("https://hub.example", "namn", "org", "grupper")
GROUP = "mora.vinr.utsatt"


def vem(roll: Roll, **claims: Any) -> Inloggad | None:
    hub = Paged()
    return vem_of(UTIFRAN, claims, roll, hub, hub.now_ms())  # type: ignore[arg-type]


def test_the_claims_that_the_settings_name_are_read_and_no_others() -> None:
    assert vem(OPERATOR, namn="drift.1") is not None
    assert vem(OPERATOR, sub="drift.1", preferred_username="drift.1") is None


def test_an_operator_is_of_no_actor() -> None:
    found = vem(OPERATOR, namn="drift.1", org="mora", grupper=[GROUP])
    assert found is not None
    assert (found.roll, found.aktor, found.lasargrupp) == (OPERATOR, "", "")


def test_an_auditor_is_one_for_the_actor_that_is_claimed() -> None:
    found = vem(REVISOR, namn="granskare.1", org="mora")
    assert found is not None
    assert (found.aktor, found.anvandare, found.lasargrupp) == ("mora", "granskare.1", "")
    assert vem(REVISOR, namn="granskare.1", org="falun") is None
    assert vem(REVISOR, namn="granskare.1") is None


def test_an_actor_s_user_has_the_reader_group_of_that_actor() -> None:
    for grupper in (GROUP, [GROUP], [GROUP, "grupp.som.inte.finns", "falun.vinr.utsatt"]):
        found = vem(AKTOR, namn="handlaggare.7", org="mora", grupper=grupper)
        assert found is not None
        assert (found.aktor, found.lasargrupp, found.anvandare) == ("mora", GROUP, "handlaggare.7")
    assert vem(AKTOR, namn="handlaggare.7", org="falun", grupper=[GROUP]) is None
    assert vem(AKTOR, namn="handlaggare.7", grupper=[GROUP]) is None


@pytest.mark.parametrize("grupper", [None, [], "", [1], {"a": "b"}, 7])
def test_who_has_no_reader_group_is_nobody_s_user(grupper: Any) -> None:
    assert vem(AKTOR, namn="handlaggare.7", org="mora", grupper=grupper) is None


def test_of_several_reader_groups_none_is_guessed() -> None:
    hub, other = Paged(), f"{GROUP}.jour"
    hub.katalog = replace(
        hub.katalog, lasargrupper={**hub.katalog.lasargrupper, other: hub.katalog.lasargrupper[GROUP]}
    )
    claims = {"namn": "handlaggare.7", "org": "mora"}
    for grupper, one in (([GROUP], True), ([other], True), ([GROUP, GROUP], True), ([GROUP, other], False)):
        found = vem_of(UTIFRAN, claims | {"grupper": grupper}, AKTOR, hub, hub.now_ms())  # type: ignore[arg-type]
        assert (found is not None) is one


@pytest.mark.parametrize(
    "namn", ["", "19121212-1212", "Drift.1", "drift 1", "drift.1\n", "x" * 101, 7, None, ["drift.1"]]
)
def test_what_may_not_name_a_user_names_nobody(namn: Any) -> None:
    """A personnummer is no name of a user: it would stand in logs and lists."""
    assert vem(AKTOR, namn=namn, org="mora", grupper=[GROUP]) is None
    assert vem(OPERATOR, namn=namn) is None
