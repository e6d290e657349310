"""Ways to spoil a run directory, and to ask the checker what it says of it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from granskare.prova import prova, slutstatus
from korning_i_minne import ANNA, BO, DISA

from samverkanshub.codec.schemas import default_schemas

CONSENT, SUMMONS, REPEAT, OPENING, WITHDRAWAL, REFUSED, REPORT, REMINDER = 1, 2, 3, 4, 6, 7, 8, 9
"""Where the run's log has them."""
Row = dict[str, Any]
Change = Callable[[list[Row]], object]


def rows(run: Path, name: str) -> list[Row]:
    return [json.loads(line) for line in (run / f"{name}.jsonl").read_text().splitlines()]


def change(run: Path, name: str, how: Change) -> None:
    """Spoil the rows of a file."""
    found = rows(run, name)
    how(found)
    (run / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in found))


def at(offset: int, **members: Any) -> Change:
    """The row at an offset gets other members."""
    return lambda found: next(row for row in found if row["offset"] == offset).update(members)


def without(offset: int) -> Change:
    """The rows at an offset are gone."""

    def drop(found: list[Row]) -> None:
        found[:] = [row for row in found if row["offset"] != offset]

    return drop


def entries(offset: int, how: Callable[[list[Row]], object]) -> Change:
    """The decision at an offset with other entries."""
    schemas = default_schemas()

    def again(found: list[Row]) -> None:
        row = next(row for row in found if row["offset"] == offset)
        _, decision = schemas.decode(bytes.fromhex(row["record"]))
        lines = [schemas.decode(post["post"])[1] for post in decision["poster"]]
        how(lines)
        posts = [{"salt": bytes(32), "post": schemas.encode("beslutspost", line)} for line in lines]
        row["record"] = schemas.encode("beslut", {**decision, "poster": posts}).hex()

    return again


def broken(run: Path, name: str) -> str:
    """The line that says that an invariant is broken; no line tells of a person."""
    found = prova(run)
    said = "\n".join(svar.rad() for svar in found)
    assert not any(number in said or number[2:] in said for number in (ANNA, BO, DISA))
    svar = next(svar for svar in found if svar.namn == name)
    assert svar.status == 1, svar.rad()
    assert slutstatus(found) == 1
    assert svar.rad().startswith(f"{name} BROKEN: ")
    return svar.rad()


def event_at(run: Path, offset: int) -> str:
    return str(next(row["handelse_id"] for row in rows(run, "projektion/beslut") if row["offset"] == offset))


def delivered(offset: int, **members: Any) -> Change:
    """All that a decision delivers gets other members."""

    def alter(lines: list[Row]) -> None:
        for line in lines:
            if line["mottagare"] and line["utslag"] == "levereras":
                line.update(members)

    return entries(offset, alter)


def codes(offset: int, **members: Any) -> Change:
    """The record at an offset with other codes in its envelope."""
    schemas = default_schemas()

    def again(found: list[Row]) -> None:
        _, envelope = schemas.decode(bytes.fromhex(found[offset]["value"]))
        koder = json.dumps({**json.loads(envelope["koder"]), **members}).encode()
        found[offset]["value"] = schemas.encode("kuvert", {**envelope, "koder": koder}).hex()

    return again


def status(run: Path, name: str) -> int:
    """What an invariant comes to."""
    return next(svar.status for svar in prova(run) if svar.namn == name)
