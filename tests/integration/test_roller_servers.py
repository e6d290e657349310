"""Each of the hub's processes against a PostgreSQL with TLS, as a role of its own: what it needs, and nothing else."""

import asyncio
import re
import shutil
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import asyncpg
import pytest
from asyncpg.exceptions import InsufficientPrivilegeError, InvalidAuthorizationSpecificationError
from debian_postgres import DATABASES, SUPERUSER, DebianPostgres, programs
from roller_support import USES, acls, any_refused, as_role, columns_of, may_run, prepared, refused, used

from samverkanshub.adapters.certifikat import AKTORER_CA, Authority
from samverkanshub.adapters.postgres import database
from samverkanshub.adapters.postgres.connect import open_pool
from samverkanshub.adapters.postgres.database import queries
from samverkanshub.adapters.postgres.migrations import migrate
from samverkanshub.adapters.postgres.projection import PostgresProjection
from samverkanshub.adapters.postgres.roller import (
    API,
    FUNKTIONER,
    GATE,
    KOPIA,
    NOTARY,
    NYCKEL,
    ORORLIGT,
    OWNER,
    RADERING,
    RATTIGHETER,
    REVISOR,
    ROLLER,
    WATCH,
    holders,
    missing_roles,
    privileges,
)
from samverkanshub.adapters.postgres.shadow import shadow
from samverkanshub.adapters.servers.child import ServerFailed
from samverkanshub.adapters.servers.dump import dump
from samverkanshub.adapters.servers.places import temporary_data

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def server() -> Iterator[DebianPostgres]:
    directory = temporary_data("samverkanshub-test-")
    made = DebianPostgres(directory)
    try:
        asyncio.run(made.start())
        yield made
    finally:
        asyncio.run(made.stop())
        shutil.rmtree(directory)


# -------------------------------------------------------------------------------------------------------- the way there


WAYS: Final = {
    "without TLS": {"sslmode": "disable"},
    "without a certificate": {"shown": "-"},
    "by another's certificate": {"shown": GATE},
}


@pytest.mark.parametrize("way", WAYS)
async def test_nobody_gets_in(server: DebianPostgres, way: str) -> None:
    with pytest.raises(InvalidAuthorizationSpecificationError):
        async with as_role(server, API, "projektion", **WAYS[way]):
            pass


@pytest.mark.parametrize("whose", ["actors'", "somebody's"])
async def test_nor_by_a_certificate_of_another_authority(server: DebianPostgres, whose: str) -> None:
    now = datetime.now(UTC)  # noqa: TID251 - OpenSSL holds them to the machine's clock
    theirs = Authority.read(server.certificates, AKTORER_CA) if whose == "actors'" else Authority.new("ca", now)
    theirs.process(API, now).write(server.certificates / "processer", "annans")
    with pytest.raises((OSError, asyncpg.ConnectionDoesNotExistError)):
        async with as_role(server, API, "projektion", shown="annans"):
            pass


@pytest.mark.parametrize("wrong", ["authority", "name"])
async def test_a_server_that_is_not_the_one_named_gets_nothing(server: DebianPostgres, wrong: str) -> None:
    """`127.1` is where it is, and not what its certificate says."""
    other = {"host": "127.1"} if wrong == "name" else {"sslrootcert": str(server.certificates / "aktorer-ca.pem")}
    with pytest.raises(ssl.SSLCertVerificationError):
        async with as_role(server, API, "projektion", **other):
            pass


async def test_pool_and_listener_go_the_same_way(server: DebianPostgres) -> None:
    dsn = server.dsn(API, "projektion")
    async with await open_pool(dsn) as pool, as_role(server, SUPERUSER, "postgres") as above:
        projection = PostgresProjection(pool, dsn)
        waiting = asyncio.ensure_future(projection.wait_judged(0, 1, 20.0))
        asked = "select ssl, query from pg_stat_ssl join pg_stat_activity using (pid) where usename = $1"
        async with asyncio.timeout(10):
            rows: list[Any] = []
            while not any("LISTEN" in row["query"] for row in rows):
                await asyncio.sleep(0.02)
                rows = await above.fetch(asked, API)
        assert all(row["ssl"] for row in rows)
        waiting.cancel()
        await projection.close()


# -------------------------------------------------------------------------------------------------- what each has to do


def test_every_query_is_somebodys() -> None:
    files = {path.stem for path in Path(database.__file__).parent.glob("*.sql")}
    every = {f"{file}.{name}" for file in files for name in queries(file)}
    assert every == {name for role, db in USES for name, _ in used(role, db) if "." in name}


@pytest.mark.parametrize(("role", "db"), USES)
async def test_each_role_may_do_its_work(server: DebianPostgres, role: str, db: str) -> None:
    async with as_role(server, role, db) as connection:
        for name, sql in await prepared(connection, role, db):
            assert await may_run(connection, name, sql), name


@pytest.mark.parametrize(("role", "db"), USES)
async def test_and_has_no_right_that_its_work_does_not_need(server: DebianPostgres, role: str, db: str) -> None:
    """Each right is taken away by itself: something that the role does is then refused."""
    given = [
        (table, one) for table, rights in RATTIGHETER[db].items() for one in privileges(rights.get(role, " ").strip())
    ]
    async with as_role(server, SUPERUSER, db) as connection:
        statements = await prepared(connection, role, db)
        for table, one in given:
            transaction = connection.transaction()
            await transaction.start()
            await connection.execute(f"revoke {one} on {table} from {role}; set local role {role}")
            needing = [(name, sql) for name, sql in statements if re.search(rf"\b{table}\b", sql)]
            needed = await any_refused(connection, needing)
            await transaction.rollback()
            assert needed, f"{role} has `{one}` on {table} for nothing"


@pytest.mark.parametrize(("role", "db"), USES)
async def test_and_runs_no_function_that_its_work_does_not_need(server: DebianPostgres, role: str, db: str) -> None:
    async with as_role(server, SUPERUSER, db) as connection:
        statements = await prepared(connection, role, db)
        for function in [name for name, users in FUNKTIONER[db].items() if role in users]:
            transaction = connection.transaction()
            await transaction.start()
            await connection.execute(f"revoke execute on function {function} from {role}; set local role {role}")
            needing = [(name, sql) for name, sql in statements if re.search(rf"\b{function}\b", sql)]
            needed = await any_refused(connection, needing)
            await transaction.rollback()
            assert needed, f"{role} may run {function} for nothing"


async def test_who_backs_the_vault_up_reads_all_of_it_over_the_same_way(
    server: DebianPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(programs()), prepend=":")
    await dump(server.dsn(KOPIA, "valv"), tmp_path / "valv", None)
    assert (tmp_path / "valv").read_bytes().startswith(b"PGDMP")
    with pytest.raises(ServerFailed):
        await dump(server.dsn(WATCH, "valv"), tmp_path / "nytt", None)


# ------------------------------------------------------------------------------------------------ what each must not do


EVERYTHING: Final = {
    "r": "select from {table} limit 0",
    "a": "insert into {table} default values",
    "w": "update {table} set {column} = {column} where false",
    "d": "delete from {table} where false",
    "truncate": "truncate {table}",
}


def forbidden(role: str, db: str, columns: dict[str, list[str]]) -> Iterator[str]:
    """Every statement on every table that the role has no right to."""
    for table, rights in RATTIGHETER[db].items():
        whole, *some = rights.get(role, "").split(" ")
        own = {one[2:] for one in some}
        for right, sql in EVERYTHING.items():
            if right not in whole:
                column = next(name for name in columns[table] if name not in own)
                yield sql.format(table=table, column=f'"{column}"')


async def test_every_table_has_a_row_of_rights(server: DebianPostgres) -> None:
    for db in DATABASES:
        async with as_role(server, SUPERUSER, db) as connection:
            assert set(await columns_of(connection)) == set(RATTIGHETER[db])


@pytest.mark.parametrize(("role", "db"), USES)
async def test_a_role_that_tries_anything_else_is_refused(server: DebianPostgres, role: str, db: str) -> None:
    async with as_role(server, SUPERUSER, db) as connection:
        columns = await columns_of(connection)
    async with as_role(server, role, db) as connection:
        statements = list(forbidden(role, db, columns))
        assert len(statements) > len(columns)
        assert [sql for sql in statements if not await refused(connection, sql)] == []


CLAIMS: Final = "select gor_ansprak('', '', '', '', '{}', '', '{}', '{}', '', '{}', '{}', '{}')"
ANEW: Final = CLAIMS.replace("gor_ansprak(", "gor_om_ansprak('', ")
SOMEBODY: Final = "'5c9c2b1e-90d1-4a7e-8b4e-6a1f3c2d9b10'"
SAID: Final = {
    "the api changes a decision": (API, "projektion", "update beslut set outcome = ''"),
    "the api adds a decision": (API, "projektion", "insert into beslut select * from beslut"),
    "the api takes a delivery out of an inbox": (API, "projektion", "delete from inkorg"),
    "the gate changes its own decision": (GATE, "projektion", "update beslut set outcome = ''"),
    "the notary says of a gate that it is well": (NOTARY, "projektion", "update gate_status set state = 'igang'"),
    "watch judges": (WATCH, "projektion", "insert into beslut select * from beslut"),
    "watch claims something": (WATCH, "valv", "insert into ansprak select * from ansprak"),
    "watch claims something by the api's way": (WATCH, "valv", CLAIMS),
    "watch claims something in another's place": (WATCH, "valv", ANEW),
    "whoever erases claims something in another's place": (RADERING, "valv", ANEW),
    "the api takes a claim away": (API, "valv", "delete from ansprak"),
    "whoever rotates keys claims something": (NYCKEL, "valv", CLAIMS),
    "the api erases somebody": (API, "valv", "delete from person"),
    "the api takes down who is being erased": (API, "valv", "delete from radering"),
    "whoever erases reads a secret anew": (RADERING, "valv", "update hemlighet set wrapped = ''"),
    "watch reads a secret": (WATCH, "valv", "select * from hemlighet"),
    "watch reads a wrapped data key": (WATCH, "valv", "select wrapped from datanyckel"),
    "watch reads a sealed number": (WATCH, "valv", "select nummer from person"),
    "watch reads who there is": (WATCH, "valv", "select person_id from person"),
    "watch destroys a key": (WATCH, "valv", "delete from datanyckel"),
    "watch puts something else in a claim's place": (WATCH, "valv", "update ansprak set value = ''"),
    "watch begins an erasure": (WATCH, "valv", f"select radering_begard('x', {SOMEBODY})"),
    "watch forgets an erasure": (WATCH, "valv", "delete from radering"),
    "the api erases somebody as who may does": (API, "valv", f"select radera_person('x', {SOMEBODY})"),
    "whoever erases deletes a person otherwise": (RADERING, "valv", "delete from person"),
    "whoever erases destroys a key otherwise": (RADERING, "valv", "delete from datanyckel"),
    "whoever erases changes a claim otherwise": (RADERING, "valv", "update ansprak set digest = ''"),
    "whoever rotates keys reads claims": (NYCKEL, "valv", "select 1 from ansprak"),
    "whoever rotates keys reads erasures": (NYCKEL, "valv", "select 1 from radering"),
    "whoever rotates keys gives one to another": (NYCKEL, "valv", "update datanyckel set subject = ''"),
    "whoever rotates keys makes one": (NYCKEL, "valv", "insert into datanyckel select * from datanyckel"),
    "the api forgets what an auditor asked": (API, "valv", "delete from granskning"),
    "the api takes a person's key away": (API, "valv", "delete from datanyckel"),
    "whoever rotates keys reads persons": (NYCKEL, "valv", "select * from person"),
    "who reads writes": (REVISOR, "projektion", "update position set epoch = epoch + 1"),
    "the owner changes a decision": (OWNER, "projektion", "update beslut set outcome = ''"),
    "the owner forgets what was asked": (OWNER, "valv", "truncate granskning"),
}


@pytest.mark.parametrize("what", SAID)
async def test_nobody_does_what_is_not_its_own(server: DebianPostgres, what: str) -> None:
    role, db, sql = SAID[what]
    async with as_role(server, role, db) as connection:
        assert await refused(connection, sql)


ALIVE: Final = "'5c9c2b1e-90d1-4a7e-8b4e-6a1f3c2d9b11'"
IN_THE_VAULT: Final = f"""
insert into person (person_id, lookup, omrade, nummer, lookup_version, nyckelversion)
values ({SOMEBODY}, 'a', 0, '', 1, 1), ({ALIVE}, 'b', 0, '', 1, 1);
insert into fodd (person_id, wrapped, generation) values ({SOMEBODY}, '', 1), ({ALIVE}, '', 1);
insert into datanyckel (subject, version, wrapped, generation)
select subject, 1, '', 1 from unnest(array[{SOMEBODY}, {ALIVE}, 'arende:1', 'handelse:h1', 'handelse:h2']) as subject;
insert into ansprak (aktor, id, handelse_id, digest, partitions, header_names, header_values, value, personer)
values ('mora', '1', 'h1', 'd', '{{0}}', '{{}}', '{{}}', 'value', array[{SOMEBODY}]::uuid[]),
    ('mora', '2', 'h2', 'd', '{{0}}', '{{}}', '{{}}', 'value', array[{ALIVE}]::uuid[]);
"""
OUT_AGAIN: Final = "truncate person, fodd, datanyckel, ansprak, radering"
LEFT: Final = """
select array(select subject from datanyckel order by 1) as nycklar,
    array(select person_id::text from person) as personer,
    array(select person_id::text from fodd) as fodda,
    array(select handelse_id from ansprak where digest = '') as blankade,
    array(select handelse_id || ' ' || steg from radering) as raderingar
"""


async def test_who_sees_to_erasures_does_so_by_functions_that_do_nothing_else(server: DebianPostgres) -> None:
    """G1: watch can erase somebody, and not without a row that says so; nobody else's key or claim goes with them."""
    somebody, alive = SOMEBODY.strip("'"), ALIVE.strip("'")
    async with as_role(server, OWNER, "valv") as owner, as_role(server, WATCH, "valv") as watch:
        await owner.execute(IN_THE_VAULT)
        try:
            await watch.execute("select blanka_ansprak('h1', '', true)")
            before = await owner.fetchrow(LEFT)
            assert (len(before["nycklar"]), before["blankade"], before["raderingar"]) == (5, [], [])
            await watch.execute(f"select radera_person('r', {SOMEBODY})")
            for claim in ("h1", "h2"):
                await watch.execute(f"select blanka_ansprak('{claim}', '', true)")
            await watch.execute("select radering_slappt('r'), radering_skickad('r'), radering_utford('r')")
            assert dict(await owner.fetchrow(LEFT)) == {
                "nycklar": [alive, "arende:1", "handelse:h2"],
                "personer": [alive],
                "fodda": [alive],
                "blankade": ["h1"],
                "raderingar": ["r utford"],
            }
            assert somebody not in str(await watch.fetch("select * from fodd"))
        finally:
            await owner.execute(OUT_AGAIN)


@pytest.mark.parametrize(("role", "db"), [(role, db) for db in DATABASES for role in ROLLER if role not in holders(db)])
async def test_gate_notary_and_who_reads_do_not_enter_the_vault(server: DebianPostgres, role: str, db: str) -> None:
    with pytest.raises(InsufficientPrivilegeError):
        async with as_role(server, role, db):
            pass


DEFINING: Final = (
    "create table egen ()",
    "create temporary table egen ()",
    "create schema egen",
    "create role egen superuser",
    "alter table position add column egen text",
    "drop table schema_version",
    "alter role samverkan_gate superuser",
    "set role samverkan",
    "grant all on schema_version to public",
    "copy schema_version to program 'true'",
    "select pg_read_file('/etc/passwd')",
)


@pytest.mark.parametrize("role", [API, WATCH])
@pytest.mark.parametrize("db", DATABASES)
async def test_no_process_changes_what_there_is_or_who_it_is(server: DebianPostgres, role: str, db: str) -> None:
    async with as_role(server, role, db) as connection:
        tried = [sql for sql in DEFINING if db == "projektion" or "position" not in sql]
        assert [sql for sql in tried if not await refused(connection, sql)] == []
        # GRANT of what one has no right to is a warning, and gives nothing.


async def test_what_is_only_added_to_is_not_changed_by_its_owner_either(server: DebianPostgres) -> None:
    for db in DATABASES:
        async with as_role(server, OWNER, db) as connection:
            columns = await columns_of(connection)
            for table in ORORLIGT[db]:
                for right in ("w", "d", "truncate"):
                    sql = EVERYTHING[right].format(table=table, column=f'"{columns[table][0]}"')
                    assert await refused(connection, sql), sql


# ---------------------------------------------------------------------------------------------------- and it stays so


async def test_a_server_without_a_role_is_told_of(server: DebianPostgres) -> None:
    async with as_role(server, SUPERUSER, "projektion") as connection:
        await connection.execute(f"alter role {NOTARY} rename to bortkommen")
        try:
            assert await missing_roles(server.dsn(OWNER, "projektion"), "projektion") == [NOTARY]
            assert await missing_roles(server.dsn(OWNER, "valv"), "valv") == []
        finally:
            await connection.execute(f"alter role bortkommen rename to {NOTARY}")


async def test_a_right_that_somebody_gave_by_hand_is_gone_after_the_next_preparation(server: DebianPostgres) -> None:
    for db in DATABASES:
        before, table = await acls(server, db), ORORLIGT[db][0]
        async with as_role(server, OWNER, db) as connection:
            await connection.execute(f"grant all on {table} to {API}, public; grant update on {table} to {OWNER}")
        assert await acls(server, db) != before
        await migrate(server.dsn(OWNER, db), db)
        assert await acls(server, db) == before


async def test_a_projection_that_is_made_anew_has_the_same_rights(server: DebianPostgres) -> None:
    before, dsn = await acls(server, "projektion"), server.dsn(OWNER, "projektion")
    async with shadow(dsn) as made:
        async with as_role(server, API, "projektion") as connection:
            assert await refused(connection, "select from projektion_ny.beslut")
        assert await made.swap(despite=True)
    assert await acls(server, "projektion") == before
    async with as_role(server, API, "projektion") as connection:
        assert await refused(connection, "select from projektion_gammal.beslut")
    await migrate(dsn, "projektion")
    assert await acls(server, "projektion") == before
