"""Which of the hub's processes may do what in which table: a role each, and rights as a table that SQL is made from.

Letters are PostgreSQL's own: `r` select, `a` insert, `w` update, `d` delete; `w:column` is update of that column alone,
which `select ... for update` asks for too. What a row does not name a role for, that role cannot do. The owner of the
tables, who migrates and makes the projection anew, is none of these roles.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import asyncpg

from samverkanshub.adapters.postgres.database import connect_arguments, outages_of

API: Final = "samverkan_api"
GATE: Final = "samverkan_gate"
WATCH: Final = "samverkan_watch"
NOTARY: Final = "samverkan_notary"
REVISOR: Final = "samverkan_revisor"
"""Who runs the commands that read: `verify`, `replay`, `explain`, `evidence`, `archive`, `health --drift` and more."""
NYCKEL: Final = "samverkan_nyckel"
"""Who runs `nyckel`: has the vault's keys wrapped anew."""
KOPIA: Final = "samverkan_kopia"
"""Who backs the vault up (`backup`): reads every table of it."""
RADERING: Final = "samverkan_radering"
"""Who runs `radera`, `radering`, `nyckel uppslag` and `nyckel data`: has persons erased, and their keys made anew."""
OWNER: Final = "samverkan"
"""Whom `roles_sql` gives the databases to: runs `prepare` and `rebuild`, and nothing that others reach."""
ROLLER: Final = (API, GATE, WATCH, NOTARY, REVISOR, NYCKEL, KOPIA, RADERING)

Rights = Mapping[str, str]
"""Rights by role."""
_READ: Final = {API: "r", REVISOR: "r"}
_COUNTED: Final = {WATCH: "raw", API: "r"}
_WRAPPED: Final = "w:wrapped w:generation"
"""To wrap something anew."""
_KEYED: Final = "w:nyckelversion w:nummer w:referens"
"""To give a person another key."""

PROJEKTION: Final[Mapping[str, Rights]] = {
    "schema_version": {},
    # From the log alone, by the gate.
    "position": {GATE: "raw", WATCH: "r", NOTARY: "r", RADERING: "r", **_READ},
    "tillstand": {GATE: "raw", WATCH: "r", RADERING: "r", **_READ},
    "sedd": {GATE: "ra"},
    "beslut": {GATE: "a", WATCH: "r", NOTARY: "r", RADERING: "r", **_READ},
    "inkorg": {GATE: "ra w:withdrawn", WATCH: "r", API: "r"},
    "karantan": {GATE: "a", **_READ},
    "notis": {GATE: "ra"},
    "leveranshandelse": {GATE: "ra", **_READ},
    "forfaller": {GATE: "rad", WATCH: "r"},
    "oppen_plikt": {GATE: "rad", **_READ},
    "spar": {GATE: "a", WATCH: "r", RADERING: "r", **_READ},
    # What roles say of themselves and measure.
    "gate_status": {GATE: "raw", WATCH: "r", API: "r"},
    "watch_status": {WATCH: "raw", API: "r"},
    "notarie": {NOTARY: "raw", **_READ},
    "matning": {WATCH: "rad", **_READ},
    "klocka": {WATCH: "raw", API: "r"},
    "kanarie": {WATCH: "rawd", **_READ},
    "kanarie_summa": {WATCH: "raw", **_READ},
    "verkan": {GATE: "raw", WATCH: "rad", **_READ},
    # What `watch` makes of decisions.
    "uppfoljning": _COUNTED,
    "uppfoljning_person": {WATCH: "raw"},
    "uppfoljning_tal": _COUNTED,
    "register": _COUNTED,
    "register_undanhallet": _COUNTED,
    "register_oppning": {WATCH: "a", API: "r"},
    "register_oppnat": {WATCH: "a", API: "r"},
    "register_samtycke": {WATCH: "a", API: "r"},
    "register_regel": {WATCH: "a", API: "r"},
    "ansprak_jamfort": {WATCH: "raw", **_READ},
    "ansprak_fynd": {WATCH: "a", **_READ},
}
VALV: Final[Mapping[str, Rights]] = {
    "schema_version": {},
    "omslagsnyckel": {API: "ra", NYCKEL: "rad", RADERING: "ra"},
    "hemlighet": {API: "ra", NYCKEL: f"r {_WRAPPED}", RADERING: "rad"},
    # `for share` asks for a right to update.
    "uppslag": {API: "r w:nyast", RADERING: "rad w:nyast"},
    "datanyckel": {API: "ra", NYCKEL: f"r {_WRAPPED}", RADERING: "ra"},
    "person": {API: f"ra {_KEYED}", RADERING: f"r w:lookup w:lookup_version {_KEYED}"},
    # To tell birthdays by, and nothing else of anybody.
    "fodd": {API: f"ra {_WRAPPED}", WATCH: "r", NYCKEL: f"r {_WRAPPED}", RADERING: f"ra {_WRAPPED}"},
    # What is claimed comes by `gor_ansprak` alone, or in the place of what is blanked by `gor_om_ansprak`; what is
    # erased is blanked and destroyed by functions alone.
    "ansprak": {API: "r", WATCH: "r", RADERING: "r"},
    "radering": {API: "r", WATCH: "r", RADERING: "r"},
    "token": {API: "rad w:expires"},
    "granskning": {API: "ra"},
    "incidentbeslut": {API: "ra"},
    "inloggning": {API: "rawd"},
}
RATTIGHETER: Final[Mapping[str, Mapping[str, Rights]]] = {
    "projektion": PROJEKTION,
    "valv": {table: {**rights, KOPIA: "r"} for table, rights in VALV.items()},
}
FUNKTIONER: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "projektion": {},
    "valv": {
        "gor_ansprak": (API, RADERING),
        "gor_om_ansprak": (API,),
        "radering_begard": (RADERING,),
        **dict.fromkeys(
            ("radering_skickad", "radering_slappt", "radera_person", "blanka_ansprak", "radering_utford"),
            (WATCH, RADERING),
        ),
    },
}
"""Functions that do something with their owner's rights, and who may have them do it."""
ORORLIGT: Final[Mapping[str, Sequence[str]]] = {
    "projektion": ("beslut", "sedd", "karantan", "notis", "leveranshandelse", "spar"),
    "valv": ("granskning", "incidentbeslut"),
}
"""Where rows are added and never changed or taken away: not by their owner either, who would have to take the right."""

_WORDS: Final = {"r": "select", "a": "insert", "w": "update", "d": "delete"}


def holders(databas: str) -> list[str]:
    """The roles that have anything to do in a database."""
    return [role for role in ROLLER if any(role in rights for rights in RATTIGHETER[databas].values())]


def privileges(rights: str) -> list[str]:
    """`ra w:name` as SQL names it: `select`, `insert`, `update (name)`."""
    whole, *some = rights.split(" ")
    return [_WORDS[one] for one in whole] + [f"{_WORDS[one[0]]} ({one[2:]})" for one in some]


def grants(databas: str, existing: Iterable[str], schema: str) -> list[str]:
    """What gives the roles that exist their rights in the tables of the present schema, and takes all others away."""
    roles = [role for role in ROLLER if role in set(existing)]
    everybody = ", ".join(["public", *roles])
    found = [f"revoke all on {table} from {everybody}" for table in RATTIGHETER[databas]]
    found.append(f'revoke all on all sequences in schema "{schema}" from {everybody}')
    if KOPIA in roles and KOPIA in holders(databas):
        found.append(f'grant select on all sequences in schema "{schema}" to {KOPIA}')
    for table, rights in RATTIGHETER[databas].items():
        found += [
            f"grant {', '.join(privileges(given))} on {table} to {role}"
            for role, given in rights.items()
            if role in roles
        ]
    for function, users in FUNKTIONER[databas].items():
        found.append(f"revoke all on function {function} from public, {', '.join(roles)}")
        found += [f"grant execute on function {function} to {role}" for role in users if role in roles]
    return found + [f"revoke update, delete, truncate on {table} from current_user" for table in ORORLIGT[databas]]


def entrances(databas: str, existing: Iterable[str], database: str, schema: str) -> list[str]:
    """What lets those roles alone into the database and its schema; they make nothing there, temporary or not."""
    known = set(existing)
    welcome = [role for role in holders(databas) if role in known]
    places = (("connect", f'database "{database}"'), ("usage", f'schema "{schema}"'))
    everybody = ", ".join(["public", *(role for role in ROLLER if role in known)])
    found = [f"revoke all on {place} from {everybody}" for _, place in places]
    return found + [f"grant {right} on {place} to {role}" for right, place in places for role in welcome]


async def give_rights(connection: Any, databas: str, *, beside: bool = False) -> None:
    """Give the roles that exist on the server their rights, exactly; nothing where none does, as in development.

    `beside`: the tables are not in use yet, and nobody is let into their schema.
    """
    asked = (
        "select array_agg(rolname::text), current_database(), current_schema() from pg_roles where rolname = any ($1)"
    )
    existing, database, schema = await connection.fetchrow(asked, list(ROLLER))
    if existing:
        let_in = [] if beside else entrances(databas, existing, database, schema)
        await connection.execute(";\n".join(grants(databas, existing, schema) + let_in))


async def missing_roles(dsn: str, databas: str) -> list[str]:
    """The roles that have something to do in a database and that its server does not have. Raises `Unavailable`."""
    with outages_of(databas):
        connection = await asyncpg.connect(dsn, **connect_arguments())
        try:
            rows = await connection.fetch("select rolname::text as name from pg_roles where rolname = any ($1)", ROLLER)
        finally:
            await connection.close()
    return sorted(set(holders(databas)) - {row["name"] for row in rows})


def roles_sql() -> str:
    """For the server's superuser, once in each of the two databases: the roles, and the database given to the owner.

    No role has a password: they come in by the certificate of their name, or as pg_hba.conf says otherwise.
    """
    made = [
        f"    if not exists (select from pg_roles where rolname = '{role}') then create role {role} login; end if;\n"
        for role in (OWNER, *ROLLER)
    ]
    given = f"    execute format('alter database %I owner to {OWNER}', current_database());\n"
    return "".join(["do $$\nbegin\n", *made, given, "end\n$$;\n"])
