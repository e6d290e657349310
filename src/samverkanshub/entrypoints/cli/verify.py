"""`samverkanshub verify`: is what happened what was signed? For auditors, who need nothing but what is published."""

import asyncio
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import click
import msgspec
from asyncpg.exceptions import PostgresError

from samverkanshub import bootstrap
from samverkanshub.adapters.sedda import SeenFiles
from samverkanshub.domain.errors import HubError
from samverkanshub.entrypoints.cli import bevis
from samverkanshub.entrypoints.cli.calling import PREFIX, TLS, told_tls
from samverkanshub.entrypoints.cli.replay import PARTITION, Checking, progress
from samverkanshub.entrypoints.cli.starting import FAILED, complain, settings_of_a_running, settings_or_exit
from samverkanshub.entrypoints.cli.verifying import (
    Keys,
    asked_for,
    changed_files,
    given_keys,
    hub,
    keys_of,
    of_log,
    published,
    unreadable,
    without_key,
)
from samverkanshub.ports import Unavailable
from samverkanshub.settings import seen_directory
from samverkanshub.verifier import SOUND, TAMPERED, Sources, Tampered, Uncheckable, Verified, verify, verify_file

SAME: Final = 0
CHANGED: Final = 2
LIMITS: Final = """\
What this cannot prove: that everybody is shown the same log. Nobody outside it countersigns its checkpoints, so that it
could keep another tree for somebody else (a split view). Compare with others: one log and one size must have one root.
Nor that a decision was right: `samverkanshub replay` judges the log again, and with that holds the columns beside a
decision that follow from all that was before it (`arende_id`, `outcome`). `samverkanshub rebuild --jamfor` holds the
other tables that auditors' answers rest on (docs/bevis.md)."""


@click.command("verify", cls=Checking)
@click.argument("where", metavar="[DIR|URL|FILE]", default="")
@click.option("--since", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="An earlier checkpoint.")
@click.option("--nyckel", default="", metavar="VKEY|FILE", help="The log's public key, or a file with every område's.")
@click.option("--omrade", type=PARTITION, help="This område alone; else all that there are keys of.")
@click.option(
    "--sedda",
    type=click.Path(file_okay=False, path_type=Path),
    envvar=f"{PREFIX}SEDDA",
    show_envvar=True,
    help="Directory of the checkpoints seen, which every later one must continue; else one below XDG_DATA_HOME.",
)
@TLS[0]
@click.option("--json", "as_json", is_flag=True, help="Write what was found as JSON.")
def command(where: str, since: Path | None, nyckel: str, omrade: int | None, sedda: Path | None, as_json: bool) -> None:
    """Verify the log published in DIR or at URL: signature, tiles, leaves, and that it continues what was seen.

    DIR holds a tree, one for each område, or an archive; URL is a hub's address. Without either the settings' own trees
    are verified. These, and those of an archive, are also held against the record and the decision of each leaf.

    FILE is what `evidence` has written. It needs the public key alone, and is told as a page of plain Swedish. Where a
    checkpoint of the same size was seen before it must have the same root.

    Exit status: 0 sound, 2 tampered with (the first position is named), 1 it could not be checked.
    """
    try:
        lines = given_keys(nyckel) if nyckel else bootstrap.verifier_keys(settings_or_exit("verify"))
        keys = asked_for(keys_of(lines), omrade)
        seen = SeenFiles(sedda or seen_directory())
        if Path(where).is_file():
            sys.exit(_file(Path(where), keys, seen, as_json))
        found = asyncio.run(_all(where, keys, since.read_bytes() if since else None, seen))
        files = changed_files(where)
        unknown = without_key(where, keys) if omrade is None else []
    except (HubError, Unavailable, Uncheckable) as error:
        complain(error)
        sys.exit(FAILED)
    except OSError as error:
        complain(unreadable(error))
        sys.exit(FAILED)
    click.echo(msgspec.json.encode([_plain(one) for one in found]) if as_json else "\n".join(map(told, found)))
    click.echo(f"\n{LIMITS}", err=as_json)
    for file in files:
        complain(f"{file}, as the archive's manifest says")
    for number in unknown:
        complain(f"the archive holds område {number} too, of which no key was given: it was not checked")
    sys.exit(CHANGED if files else status(found, all_asked=not unknown))


def _file(path: Path, keys: Keys, seen: SeenFiles, as_json: bool) -> int:
    try:
        found, known = verify_file(path, keys, seen)
    except Tampered as tampered:
        what = {"outcome": TAMPERED, "finding": tampered.finding}
        click.echo(msgspec.json.encode(what) if as_json else f"{path}: {TAMPERED}: {tampered.finding}")
        return CHANGED
    click.echo(msgspec.json.encode(bevis.answer(found, known)) if as_json else bevis.page(found, known))
    return SAME


async def _all(where: str, keys: Keys, since: bytes | None, seen: SeenFiles) -> list[Verified]:
    if since is not None and not any(of_log(since, key) for key in keys.values()):
        raise Uncheckable("`--since` is no checkpoint of a log that is to be verified")
    place = published(where, keys, told_tls()) if where else hub(settings_of_a_running("verify", "projektion"), keys)
    with progress() as bar:
        task = bar.add_task("verifierar", total=None)
        async with place as trees:
            sources = [
                replace(one, seen=seen, since=since if since and of_log(since, one.key) else b"") for one in trees
            ]
            return [await _one(each, lambda count: bar.advance(task, count)) for each in sources]


async def _one(sources: Sources, advance: Callable[[int], object]) -> Verified:
    try:
        return await verify(sources, advance)
    except (HubError, Unavailable) as error:
        return Verified(sources.key.name, failure=str(error))
    except PostgresError as error:
        return Verified(sources.key.name, failure=f"the projection cannot be read ({type(error).__name__})")
    except OSError as error:
        return Verified(sources.key.name, failure=unreadable(error))


def status(found: Sequence[Verified], *, all_asked: bool = True) -> int:
    """Tampering outweighs all; nothing verified is nothing sound. `all_asked`: nothing was left out."""
    outcomes = {one.outcome for one in found}
    if TAMPERED in outcomes:
        return CHANGED
    return SAME if outcomes == {SOUND} and all_asked else FAILED


# ------------------------------------------------------------------------------------------ for reading


def told(found: Verified) -> str:
    """What came of a log, in a few lines."""
    return "\n  ".join(_lines(found))


def _lines(found: Verified) -> Iterator[str]:
    if found.outcome != SOUND:
        said = f"tampered with: {found.finding}" if found.finding else f"could not be checked: {found.failure}"
        yield f"{found.origin}: {said}"
        yield from _forged(found)
        yield from _period(found)
        return
    yield f"{found.origin}: {found.leaves} leaves sound, root {_base64(found.root)}"
    yield from _period(found)
    sizes = " and ".join(map(str, sorted(set(found.consistent_with))))
    yield (
        f"continues the earlier checkpoint of size {sizes}"
        if sizes
        else "no earlier checkpoint was known to hold it to"
    )
    yield (
        f"held against the log: {found.records} records" if found.records else "NOT held against the records of the log"
    )
    if found.decisions:
        yield f"held against the database: {found.decisions} decisions"
    else:
        yield "NOT held against the decisions in the database"
    yield from _signatures(found)


def _forged(found: Verified) -> Iterator[str]:
    if found.forged_count > 1:
        more = found.forged_count - len(found.forged)
        named = ", ".join(str(finding.position) for finding in found.forged)
        yield f"signatures that do not hold at positions {named}{f' and {more} more' if more else ''}"


def _signatures(found: Verified) -> Iterator[str]:
    """What was held of the senders' signatures, where there were records to hold them of."""
    if found.signatures or found.refused:
        yield f"held against the directory in force: {found.signatures} senders' signatures"
    if found.refused:
        yield f"{found.refused} records signed by a key that did not hold there, put in quarantine by the gate"
    if found.unheld:
        yield f"NOT held against any key: {found.unheld} records, where no directory with keys is known"


def _period(found: Verified) -> Iterator[str]:
    if found.period:
        yield f"the archive says that it holds positions {found.period[0]} until {found.period[1]}"
    if found.period and found.period[0]:
        yield (
            "it begins after position 0, so that the times of its decisions (`tid`) are held from below alone: "
            "how far time had gone when it begins is not in it"
        )


def _plain(found: Verified) -> dict[str, Any]:
    return {**msgspec.to_builtins(found), "root": _base64(found.root), "outcome": found.outcome}


def _base64(content: bytes) -> str:
    return b64encode(content).decode()
