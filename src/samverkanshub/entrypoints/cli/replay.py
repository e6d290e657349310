"""`samverkanshub replay`: does the log still give what was recorded? And `journal`: the log as a file for `decide`."""

import asyncio
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Final

import click
import msgspec
from asyncpg.exceptions import PostgresError
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress

from samverkanshub import roles
from samverkanshub.adapters.artefacts import DirectoryArtefacts
from samverkanshub.adapters.files import write_atomically
from samverkanshub.adapters.kafka.reader import KafkaLogReader
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.domain.errors import HubError
from samverkanshub.entrypoints.cli.starting import FAILED, complain, settings_with
from samverkanshub.pipeline.journal_writing import journal_lines
from samverkanshub.pipeline.replay import Replay, Replayed
from samverkanshub.ports import Unavailable
from samverkanshub.settings import Settings

KEEP: Final = "it names nobody, but tells of cases by pseudonyms and can open decisions: keep it as the log is kept"
SAME: Final = 0
DIFFERS: Final = 2
PARTITION: Final = click.IntRange(0, 2**31 - 1)


class Checking(click.Command):
    """A command whose status 2 is an answer, so that wrong usage has another."""

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Parse the arguments; what is wrong with them ends in 1."""
        try:
            return super().make_context(*args, **extra)
        except click.UsageError as wrong:
            wrong.exit_code = FAILED
            raise


@click.command("replay", cls=Checking)
@click.option("--partition", type=PARTITION, help="This partition alone; else all.")
@click.option("--json", "as_json", is_flag=True, help="Write what was found as JSON.")
def replay(partition: int | None, as_json: bool) -> None:
    """Judge the log again from its beginning and compare with what was recorded; nothing is written.

    Exit status: 0 the same, 2 something differs, 1 it could not be checked.
    """
    settings = settings_with("replay", "kafka", "projektion")
    partitions = range(settings.omraden) if partition is None else (partition,)
    sys.exit(_run(_replay(settings, list(partitions), as_json)))


@click.command("journal")
@click.argument("fil", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--partition", type=PARTITION, default=0, show_default=True, help="Which partition.")
def journal(fil: Path, partition: int) -> None:
    """Write a partition of the log to FIL as a journal for `decide`: pseudonyms and codes, nothing sealed.

    It tells what has happened to each pseudonym, and is to be kept as the log is; FIL is for its owner alone.
    The regelverk's artefacts go to a directory beside it, FIL.regelverk.
    """
    sys.exit(_run(_journal(settings_with("journal", "kafka"), fil, partition)))


def _run(act: Coroutine[Any, Any, int]) -> int:
    try:
        return asyncio.run(act)
    except (HubError, Unavailable) as error:
        complain(error)
    except PostgresError as error:
        complain(f"the projection cannot be read ({type(error).__name__})")
    return FAILED


# ------------------------------------------------------------------------------------------ replay


async def _replay(settings: Settings, partitions: list[int], as_json: bool) -> int:
    with progress() as bar:
        task = bar.add_task("spelar om", total=None)
        async with roles.replay(settings, lambda step: bar.advance(task, step)) as replaying:
            found = [await replaying.standing(partition) for partition in partitions]
            bar.update(task, total=sum(min(one.position, one.end) for one in found))
            await _compare(replaying, found)
    click.echo(msgspec.json.encode(found) if as_json else "\n".join(map(told, found)))
    return status(found)


async def _compare(replaying: Replay, found: list[Replayed]) -> None:
    for one in found:
        await replaying.compare(one)


def progress() -> Progress:
    """A bar on stderr, where that is a terminal."""
    console = Console(stderr=True)
    columns = (*Progress.get_default_columns(), MofNCompleteColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def told(found: Replayed) -> str:
    """What came of a partition, in a line."""
    ahead = found.end - found.position
    behind = f"; the log has {ahead} more, not judged yet" if ahead > 0 else ""
    if found.end and not found.compared and not found.differing:
        return f"partition {found.partition}: nothing compared, the gate has judged none of {found.end} records"
    if found.first is None:
        return f"partition {found.partition}: {found.compared} decisions compared, all the same{behind}"
    what = ", ".join(found.first.what)
    count = f"{found.differing} of {max(found.position, found.compared)} differ"
    return f"partition {found.partition}: {count}, the first at position {found.first.position} ({what}){behind}"


def status(found: list[Replayed]) -> int:
    """A difference outweighs all; a partition that has records and none compared was not checked."""
    if any(one.differing for one in found):
        return DIFFERS
    return FAILED if any(one.end and not one.compared for one in found) else SAME


# ------------------------------------------------------------------------------------------ journal


async def _journal(settings: Settings, fil: Path, partition: int) -> int:
    beside = fil.with_name(fil.name + ".regelverk")
    lines = journal_lines(
        partition,
        KafkaLogReader(settings.kafka),
        default_schemas(),
        beside.name,
        source=DirectoryArtefacts(settings.artefakter),
        kept=DirectoryArtefacts(beside),
    )
    written = [line async for line in lines]
    write_atomically(fil, "".join(line + "\n" for line in written).encode(), mode=0o600)
    click.echo(f"{len(written)} records of partition {partition} written")
    click.echo(KEEP, err=True)
    return SAME
