"""Where the scan looks: files and their names, Kafka's records, every value of both databases, processes."""

import asyncio
import json
import os
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import asyncpg

from samverkanshub.settings import Settings
from skanning import pglz
from skanning.segment import batches, contents
from skanning.sokning import Found, Search, is_packed

DATABASES: Final = ("projektion", "valv")
TABLES: Final = """
select format('%I.%I', t.schemaname, t.tablename) as name,
  (select array_agg(quote_ident(c.column_name)) from information_schema.columns c
    where c.table_schema = t.schemaname and c.table_name = t.tablename and c.udt_name in ('bytea', '_bytea')) as bare
from (select schemaname, tablename from pg_tables where schemaname <> 'information_schema'
  union all values ('pg_catalog', 'pg_stats'), ('pg_catalog', 'pg_stat_activity')) t order by 1
"""
PAST: Final = "a line that was not redacted"
UNREADABLE: Final = "a batch whose codec cannot be read"
PROCESS: Final = ("cmdline", "environ", "comm")


async def running(search: Search, settings: Settings) -> list[Found]:
    """What there is while the hub runs: the databases' values, and what its processes were started with."""
    found = [one for name in DATABASES for one in await values(search, getattr(settings, name), name)]
    return sorted({*found, *processes(search, settings.data)})


async def everywhere(search: Search, settings: Settings) -> list[Found]:
    """All that a hub with embedded servers has, on disk and in its databases, while it runs."""
    written = {await _written_out(getattr(settings, name)) for name in DATABASES}
    return sorted({*await running(search, settings), *await remains(search, settings.data, written)})


# ---------------------------------------------------------------------------------------------------- databases


async def values(search: Search, dsn: str, name: str) -> list[Found]:
    """Every value of every table, as PostgreSQL has unpacked it (TOAST): text as text, bytes as bytes."""
    connection = await asyncpg.connect(dsn)
    try:
        tables = await connection.fetch(TABLES)
        found = [one for table in tables for one in await _table(search, connection, name, *table)]
        objects = await connection.fetch("select data from pg_largeobject")
        return [*found, *(one for row in objects for one in search(row["data"], f"{name}: large objects"))]
    finally:
        await connection.close()


async def _table(
    search: Search, connection: asyncpg.Connection, name: str, table: str, columns: Sequence[str] | None
) -> list[Found]:
    where = f"{name}: {table}"
    rows = await connection.fetch(f"select t::text as whole from {table} t")
    found = search("\n".join(row["whole"] or "" for row in rows).encode(), where)
    if columns:
        rows = await connection.fetch(f"select {', '.join(columns)} from {table}")
        bare = [value for row in rows for value in _bytes(tuple(row))]
        found += search(b"\n".join(bare), where)
        found += [one for value in bare if is_packed(value) for one in search(value, where)]
    await asyncio.sleep(0)
    return found


def _bytes(value: Any) -> Iterator[bytes]:
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, list | tuple):
        yield from (found for one in value for found in _bytes(one))


async def _written_out(dsn: str) -> str:
    """See that all of it is in its files; returns the name of the database's directory."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("checkpoint")
        return str(await connection.fetchval("select oid from pg_database where datname = current_database()"))
    finally:
        await connection.close()


# -------------------------------------------------------------------------------------------------------- files


async def remains(search: Search, data: Path, databases: Container[str] | None = None) -> list[Found]:
    """Every file of the data directory, its name, and Kafka's records decoded. Of all databases, or these alone."""
    found: list[Found] = []
    for file in files(data, databases):
        where = str(file.relative_to(data))
        found += search(where.encode(), f"name of {where}") + search(content := _read(file), where)
        if where.startswith("postgres/data/"):
            found += search(b"\n".join(pglz.unpacked(content)), f"{where}, unpacked")
        if where.startswith("kafka/data/") and file.suffix == ".log":
            found += _records(search, content, f"records of {file.parent.name}")
        # Whoever keeps a hub alive on this loop must have a turn now and then.
        await asyncio.sleep(0)
    return sorted(set(found))


def _records(search: Search, segment: bytes, where: str) -> list[Found]:
    unpacked = [contents(batch) for batch in batches(segment)]
    unreadable = [Found(where, UNREADABLE, "")] if None in unpacked else []
    return unreadable + search(b"\n".join(one for one in unpacked if one), where)


def logs(search: Search, settings: Settings) -> list[Found]:
    """What the roles and the servers have said."""
    said = [path for path in files(settings.data) if path.suffix in (".log", ".out", ".1") and "data" not in path.parts]
    return [found for file in said for found in search(_read(file), str(file.relative_to(settings.data)))]


def unredacted(loggar: Path) -> list[Found]:
    """Lines of the roles' logs that are not what our own handler writes: they have gone past the redaction."""
    return [
        Found(f"{loggar.name}/{file.name}", PAST, f"line {number}")
        for file in sorted(loggar.glob("*.log"))
        for number, line in enumerate(_read(file).splitlines(), start=1)
        if not _is_ours(line)
    ]


def _is_ours(line: bytes) -> bool:
    try:
        return {"event", "level", "role", "tid"} <= json.loads(line).keys()
    except (ValueError, AttributeError):
        return False


def files(data: Path, databases: Container[str] | None = None) -> list[Path]:
    """Every file of the data directory.

    But for a copy of PostgreSQL's own programs, and, where `databases` are given, those that come with a server.
    """
    found = (path for path in data.rglob("*") if path.is_file() and not path.is_symlink())
    return sorted(path for path in found if _is_the_hubs(path.relative_to(data).parts, databases))


def _is_the_hubs(parts: Sequence[str], databases: Container[str] | None) -> bool:
    if databases is not None and parts[:3] == ("postgres", "data", "base"):
        return parts[3] in databases
    return not (parts[0] == "postgres" and parts[1].startswith("program-"))


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""


# ---------------------------------------------------------------------------------------------------- processes


def processes(search: Search, data: Path) -> list[Found]:
    """What every process that has to do with this data directory was started with: words, environment, name."""
    return [
        found
        for number, said in _of_processes(data).items()
        for what in said
        for found in search(what, f"process {number}")
    ]


def _of_processes(data: Path) -> Mapping[str, Iterable[bytes]]:
    mark, own = str(data).encode(), str(os.getpid())
    all_of = {place.name: [_quietly(place / part) for part in PROCESS] for place in Path("/proc").glob("[0-9]*")}
    return {number: said for number, said in all_of.items() if number != own and any(mark in part for part in said)}


def _quietly(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
