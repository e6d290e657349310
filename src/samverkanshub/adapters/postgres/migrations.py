"""Versioned migrations: numbered .sql files, applied once each, in order, by one starter at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import asyncpg

from samverkanshub.adapters.postgres.database import connect_arguments, outages_of
from samverkanshub.adapters.postgres.roller import give_rights
from samverkanshub.domain.errors import Halt

_LOCK: Final = 0x53414D56
"""Advisory lock: any number will do, as long as every version of the code takes the same."""
_LEDGER: Final = """
create table if not exists schema_version (
    version integer primary key,
    databas text not null,
    name text not null,
    applied timestamptz not null default now()
)
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered file."""

    version: int
    name: str
    sql: str


@cache
def migrations(databas: str) -> tuple[Migration, ...]:
    """The migrations of `projektion` or `valv`, in order."""
    found = (path for path in files(__package__).joinpath(databas).iterdir() if path.name.endswith(".sql"))
    return tuple(
        Migration(int(path.name[:4]), path.name.removesuffix(".sql"), path.read_text("utf-8"))
        for path in sorted(found, key=lambda path: path.name)
    )


async def migrate(dsn: str, databas: str, known: Sequence[Migration] = (), schema: str = "") -> int:
    """Bring a database to the newest version the code knows and return that version; twice is nothing.

    All in one transaction under an advisory lock. Refuses, changing nothing (`Halt`): a database newer than the code
    (`nyare-schema`), and one that holds something else than `databas` (`fel-databas`). Raises `Unavailable`.
    The roles of processes that the server has get their rights to what is there (`roller`).
    With a `schema`, the same of that schema alone, which is made where it is missing.
    """
    with outages_of(databas):
        connection = await asyncpg.connect(dsn, **connect_arguments(schema))
        try:
            async with connection.transaction():
                if schema:
                    await connection.execute(f"create schema if not exists {schema}")
                version = await _bring_up(connection, databas, known or migrations(databas))
                if not known:
                    await give_rights(connection, databas, beside=bool(schema))
                return version
        finally:
            await connection.close()


async def _bring_up(connection: Any, databas: str, known: Sequence[Migration]) -> int:
    await connection.execute("select pg_advisory_xact_lock($1)", _LOCK)
    await connection.execute(_LEDGER)
    applied = await connection.fetch("select version, databas from schema_version")
    newest = max((row["version"] for row in applied), default=0)
    _check(databas, {row["databas"] for row in applied}, newest, known[-1].version)
    # By number and not by place: numbers may be left out.
    held = {row["version"] for row in applied}
    for migration in (one for one in known if one.version not in held):
        await _apply(connection, databas, migration)
    return known[-1].version


def _check(databas: str, held: set[str], newest: int, known: int) -> None:
    if held - {databas}:
        raise Halt(f"the database given for `{databas}` holds something else", code="fel-databas", databas=databas)
    if newest > known:
        detail = f"the database given for `{databas}` has version {newest}, newer than {known} that this code knows"
        raise Halt(detail, code="nyare-schema", databas=databas)


async def _apply(connection: Any, databas: str, migration: Migration) -> None:
    await connection.execute(migration.sql)
    await connection.execute(
        "insert into schema_version (version, databas, name) values ($1, $2, $3)",
        migration.version,
        databas,
        migration.name,
    )
