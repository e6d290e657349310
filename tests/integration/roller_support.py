"""What each role runs in the databases, and how one asks the server what it may."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import asyncpg
from asyncpg.exceptions import InsufficientPrivilegeError
from debian_postgres import SUPERUSER, DebianPostgres

from samverkanshub.adapters.postgres.database import queries
from samverkanshub.adapters.postgres.roller import (
    API,
    GATE,
    KOPIA,
    NOTARY,
    NYCKEL,
    RADERING,
    RATTIGHETER,
    REVISOR,
    WATCH,
)

ALL: Final = ("*",)
_DRIFT: Final = ("positions", "signing", "obekraftade")
_ACTS: Final = ("state", "position", "judged_at", "judgement", "traces_at")
USES: Final[dict[tuple[str, str], dict[str, tuple[str, ...]]]] = {
    (GATE, "projektion"): {"gate_store": ALL, "gate_status": ALL},
    (NOTARY, "projektion"): {"projection": ("position", "leaves"), "notary_status": ALL},
    (WATCH, "projektion"): {
        "projection": (
            *("due", "growing", "positions", "position", "gate_states", "state", "states"),
            *("delivery", "judgement", "judged", "judged_at", "traced", "traces", "traces_at"),
        ),
        "watch_status": ALL,
        "matningar": ("nu", "keep", "vantar"),
        "kanarier": ("sand", "steg", "framme", "ute", "samla"),
        "uppfoljningar": ("place", "places", "rows", "advance", "keep_persons", "keep_figures"),
        "register": (
            *("place", "advance"),
            *("keep_undanhallet", "keep_oppningar", "keep_oppnat", "keep_samtycken", "keep_regler"),
        ),
        "jamforelser": ("place", "advance", "keep"),
    },
    (API, "projektion"): {
        "projection": tuple(sorted(set(queries("projection")) - {"due", "growing", "leaves"})),
        "matningar": ("rader", "klockor", "verkan"),
        "kanarier": ("lage",),
        "uppfoljningar": ("places", "years", "figures"),
        "jamforelser": ("places", "counts", "latest"),
        "register": ("places", "undanhallet", "oppningar", "oppningar_av", "oppnat", "samtycken", "citing"),
    },
    (REVISOR, "projektion"): {
        "projection": (
            *_DRIFT,
            *_ACTS,
            *("judged", "leaves", "quarantine", "quarantined", "delivery_events_at", "traces", "traced", "spans"),
        ),
        "matningar": ("rader", "verkan"),
        "kanarier": ("lage",),
        "jamforelser": ("places", "counts", "latest"),
    },
    (RADERING, "projektion"): {"projection": ("positions", "position", *_ACTS[:1], *_ACTS[2:], "traced")},
    (API, "valv"): {
        **{"vault": ALL, "questions": ALL, "logins": ALL, "fodda": ALL},
        "radering": ("heeded", "pending"),
    },
    (WATCH, "valv"): {
        "vault": ("nu", "born", "claimed"),
        "radering": tuple(sorted(set(queries("radering")) - {"begin"})),
        "ansprak": ("of",),
    },
    (RADERING, "valv"): {
        "vault": (
            *("secret", "put_secret", "enter", "mapping", "persons_by_lookup", "give_key"),
            *("claim", "standing", "claimed", "keys", "erased"),
        ),
        "radering": ALL,
        "uppslag": ALL,
        "datanycklar": ALL,
    },
    (NYCKEL, "valv"): {"nycklar": ALL},
    (KOPIA, "valv"): {},
}
"""The named queries that each role runs. Held to the rights both ways: none too few, none too many.

A backup is made by `pg_dump`, which reads all that there is.
"""


@asynccontextmanager
async def as_role(server: DebianPostgres, role: str, db: str, **other: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(server.dsn(role, db, **other), timeout=10)
    try:
        yield connection
    finally:
        await connection.close()


def used(role: str, db: str) -> list[tuple[str, str]]:
    """The queries of a role by name."""
    found = [(table, f"select * from {table}") for table in RATTIGHETER[db] if role == KOPIA]
    for file, names in USES[role, db].items():
        known = queries(file)
        found += [(f"{file}.{name}", known[name]) for name in (known if names == ALL else names)]
    return found


async def may_run(connection: Any, name: str, sql: str) -> bool:
    """Looked at by the server and not run: the rights to every table and column of a query, with no row touched."""
    highest = max((int(number) for number in re.findall(r"\$(\d+)", sql)), default=0)
    nulls = f"({', '.join(['null'] * highest)})" if highest else ""
    try:
        await connection.execute(f'explain execute "{name}"{nulls}')
    except InsufficientPrivilegeError:
        return False
    return True


async def prepared(connection: Any, role: str, db: str) -> list[tuple[str, str]]:
    """The role's queries, prepared by name."""
    found = used(role, db)
    # With the values looked at, what no row can meet would be left out, and no right to it asked for.
    await connection.execute("set plan_cache_mode = force_generic_plan")
    for name, sql in found:
        await connection.execute(f'prepare "{name}" as {sql}')
    return found


async def any_refused(connection: Any, statements: list[tuple[str, str]]) -> bool:
    """Is one of them refused? The first ends it, and the transaction."""
    for name, sql in statements:
        if not await may_run(connection, name, sql):
            return True
    return False


async def refused(connection: Any, sql: str) -> bool:
    """Is it refused for want of a right, and for nothing else?"""
    try:
        await connection.execute(sql)
    except InsufficientPrivilegeError:
        return True
    return False


ACLS: Final = """
select relname, relacl::text || coalesce(attacls, '') as acl
from pg_class
left join lateral (
    select string_agg(attname || attacl::text, ' ' order by attnum) as attacls
    from pg_attribute
    where attrelid = pg_class.oid and attacl is not null
) as named on true
where relnamespace = 'public'::regnamespace and relkind = 'r'
"""
COLUMNS: Final = """
select relname, array_agg(attname::text order by attidentity <> '', attnum) as names
from pg_class
join pg_attribute on attrelid = pg_class.oid
where relnamespace = 'public'::regnamespace and relkind = 'r' and attnum > 0
group by relname
"""


async def columns_of(connection: Any) -> dict[str, list[str]]:
    """The tables in use, with their columns."""
    return {row["relname"]: row["names"] for row in await connection.fetch(COLUMNS)}


async def acls(server: DebianPostgres, db: str) -> dict[str, str]:
    """The rights to each table in use, as the server keeps them."""
    async with as_role(server, SUPERUSER, db) as connection:
        return {row["relname"]: row["acl"] for row in await connection.fetch(ACLS)}
