"""A backup of a database and its restore, table by table."""

from dataclasses import dataclass
from io import BytesIO

import asyncpg

TABLES = "select tablename from pg_tables where schemaname = current_schema() and tablename <> 'schema_version'"


@dataclass(frozen=True)
class Backup:
    """Every table as it stood at one moment, in PostgreSQL's binary form."""

    tables: dict[str, bytes]


async def taken(dsn: str) -> Backup:
    """A backup, of one moment, while others write."""
    connection = await asyncpg.connect(dsn)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            names = [row["tablename"] for row in await connection.fetch(TABLES)]
            return Backup({name: await _copied(connection, name) for name in names})
    finally:
        await connection.close()


async def _copied(connection: asyncpg.Connection, name: str) -> bytes:
    into = BytesIO()
    await connection.copy_from_table(name, output=into, format="binary")
    return into.getvalue()


async def restored(dsn: str, backup: Backup) -> None:
    """Put it back in one transaction; others wait for it, and then see what was."""
    connection = await asyncpg.connect(dsn)
    try:
        async with connection.transaction():
            await connection.execute(f"truncate {', '.join(backup.tables)}")
            for name, content in backup.tables.items():
                await connection.copy_to_table(name, source=BytesIO(content), format="binary")
    finally:
        await connection.close()
