"""Who may do what in which table, as a table; what the server says of it: tests/integration/test_roller_servers.py."""

import re

import pytest
from click.testing import CliRunner

from samverkanshub import resources
from samverkanshub.adapters.postgres.migrations import migrations
from samverkanshub.adapters.postgres.roller import (
    API,
    GATE,
    NOTARY,
    ORORLIGT,
    RATTIGHETER,
    ROLLER,
    entrances,
    grants,
    holders,
    privileges,
    roles_sql,
)
from samverkanshub.entrypoints.cli.main import main


@pytest.mark.parametrize("databas", RATTIGHETER)
def test_every_table_that_is_made_has_a_row_of_rights(databas: str) -> None:
    made = {name for one in migrations(databas) for name in re.findall(r"^create table (\w+)", one.sql, re.M)}
    assert set(RATTIGHETER[databas]) == made | {"schema_version"}


def test_gate_and_notary_have_nothing_to_do_in_the_vault() -> None:
    assert not {GATE, NOTARY} & set(holders("valv"))


def test_the_api_reads_decisions_and_no_more() -> None:
    for table in ORORLIGT["projektion"]:
        assert RATTIGHETER["projektion"][table].get(API, "r") == "r"


@pytest.mark.parametrize("databas", RATTIGHETER)
def test_nobody_changes_or_takes_away_what_is_only_added_to(databas: str) -> None:
    for table in ORORLIGT[databas]:
        given = {one for rights in RATTIGHETER[databas][table].values() for one in privileges(rights)}
        assert given <= {"select", "insert"}


def test_rights_are_taken_away_before_they_are_given_and_none_to_a_role_that_is_not_there() -> None:
    told = grants("projektion", [GATE], "public")
    assert "revoke all on beslut from public, samverkan_gate" in told
    assert "grant insert on beslut to samverkan_gate" in told
    assert told.index("revoke all on spar from public, samverkan_gate") < told.index(
        "grant select, insert, update (withdrawn) on inkorg to samverkan_gate"
    )
    assert not any(role in one for one in told for role in ROLLER if role != GATE)


def test_only_who_has_a_right_there_is_let_in() -> None:
    told = entrances("valv", [GATE, API], "valv", "public")
    assert told == [
        'revoke all on database "valv" from public, samverkan_api, samverkan_gate',
        'revoke all on schema "public" from public, samverkan_api, samverkan_gate',
        'grant connect on database "valv" to samverkan_api',
        'grant usage on schema "public" to samverkan_api',
    ]


def test_the_servers_in_compose_make_the_roles_that_the_hub_has() -> None:
    kept = (resources.root() / "deploy" / "postgres" / "roller.sql").read_text()
    assert kept == roles_sql() == CliRunner().invoke(main, ["databas", "roller"]).stdout
    assert all(f"create role {role} login;" in kept for role in ROLLER)
