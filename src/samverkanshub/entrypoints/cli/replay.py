"""`samverkanshub replay`: does the log still give what was recorded? And `journal`: the log as a file for `decide`."""

import asyncio
import sys
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import click
import msgspec
from asyncpg.exceptions import PostgresError
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, ProgressColumn, Task
from rich.text import Text

from samverkanshub import roles
from samverkanshub.adapters.artefacts import DirectoryArtefacts
from samverkanshub.adapters.files import write_atomically
from samverkanshub.adapters.kafka.reader import KafkaLogReader
from samverkanshub.bootstrap import broker
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.domain.errors import HubError
from samverkanshub.entrypoints.cli.fortsatt import Places
from samverkanshub.entrypoints.cli.starting import FAILED, complain, settings_of_a_running
from samverkanshub.entrypoints.cli.what_if import Wanted, what_if
from samverkanshub.pipeline.journal_writing import journal_lines
from samverkanshub.pipeline.narrowing import EVERYTHING, NO_END, Scope, about, in_arende
from samverkanshub.pipeline.replay import Replayed
from samverkanshub.ports import Span, Unavailable
from samverkanshub.roles import History
from samverkanshub.settings import Settings

KEEP: Final = "it names nobody, but tells of cases by pseudonyms and can open decisions: keep it as the log is kept"
SAME: Final = 0
DIFFERS: Final = 2
PARTITION: Final = click.IntRange(0, 2**31 - 1)


class Checking(click.Command):
    """A command whose status 2 is an answer, so that wrong usage has another."""

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Parse the arguments; what is wrong with them ends in 1."""
        with _failing():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Do it; so does what is wrong with the arguments together."""
        with _failing():
            return super().invoke(ctx)


@contextmanager
def _failing() -> Iterator[None]:
    try:
        yield
    except click.UsageError as wrong:
        wrong.exit_code = FAILED
        raise


OFFSET: Final = click.IntRange(0)


@click.command("replay", cls=Checking)
@click.argument("arkiv", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--partition", type=PARTITION, help="This partition alone; else all.")
@click.option("--from", "start", type=OFFSET, default=0, help="The first position to compare.")
@click.option("--until", type=OFFSET, default=NO_END, help="The position after the last one to compare.")
@click.option("--person", type=click.UUID, help="Compare what names this person, or whom this event is about, alone.")
@click.option("--arende", type=click.UUID, help="Compare what was decided in the ärende of this event alone.")
@click.option("--fortsatt", type=click.Path(dir_okay=False, path_type=Path), help="Go on from FILE, and keep it.")
@click.option("--what-if", "otherwise", is_flag=True, help="List what would be decided otherwise; see the next three.")
@click.option("--regelverk", type=click.Path(exists=True, file_okay=False, path_type=Path), help="... by this one.")
@click.option("--utan-samtycke", type=click.UUID, help="... were this consent, an event id, withdrawn.")
@click.option("--fran", type=OFFSET, help="... from this position on; else from the first that it can be.")
@click.option("--json", "as_json", is_flag=True, help="Write what was found as JSON, of --what-if as JSON Lines.")
def replay(
    arkiv: Path | None,
    partition: int | None,
    start: int,
    until: int,
    person: UUID | None,
    arende: UUID | None,
    fortsatt: Path | None,
    otherwise: bool,
    regelverk: Path | None,
    utan_samtycke: UUID | None,
    fran: int | None,
    as_json: bool,
) -> None:
    """Judge the log again from its beginning and compare with what was recorded; nothing is written.

    ARKIV is an archive (docs/arkiv.md); without it the servers that the settings name are read. Every record is judged,
    since decisions rest on all that was before: the options narrow what is compared. With --what-if nothing is compared
    with what was recorded: what would have been decided otherwise is listed (docs/journal.md).

    Exit status: 0 the same, 2 something differs, 1 it could not be checked.
    """
    asked = Asked(partition, Scope(start, until), str(person or ""), str(arende or ""), fortsatt)
    wanted = Wanted(regelverk, str(utan_samtycke or ""), fran)
    if otherwise:
        asked.require_nothing_else()
        sys.exit(run(what_if(history_of(arkiv), partition, wanted.required(), progress(), as_json=as_json)))
    wanted.require_none()
    sys.exit(run(_replay(history_of(arkiv), asked, as_json)))


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the log is asked about; `person` and `arende` as given, empty for all."""

    partition: int | None
    scope: Scope
    person: str
    arende: str
    fortsatt: Path | None

    def spans(self, history: History) -> list[Span]:
        """What there is of the partitions asked about."""
        chosen = history.spans.values() if self.partition is None else [history.spans.get(self.partition)]
        return [span or Span(self.partition or 0, 0, 0) for span in chosen]

    def require_nothing_else(self) -> None:
        """What would differ is asked of all of a partition."""
        if (self.scope, self.person, self.arende, self.fortsatt) != (EVERYTHING, "", "", None):
            raise click.UsageError("`--what-if` takes neither of --from, --until, --person, --arende and --fortsatt")

    async def narrowed(self, history: History) -> Scope:
        """The scope, with whom and what the ids stand for. Raises `Halt` where nothing is known by one."""
        spans = self.spans(history)
        scope = await about(history.reader, spans, self.person, self.scope) if self.person else self.scope
        return await in_arende(history.recorded, spans, self.arende, scope) if self.arende else scope


def history_of(arkiv: Path | None) -> AbstractAsyncContextManager[History]:
    """The history of an archive, or of the servers that the settings name."""
    return roles.history(settings_of_a_running("replay", "projektion")) if arkiv is None else _archived(arkiv)


@asynccontextmanager
async def _archived(arkiv: Path) -> AsyncIterator[History]:
    yield roles.archived(arkiv)


@click.command("journal")
@click.argument("fil", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--partition", type=PARTITION, default=0, show_default=True, help="Which partition.")
def journal(fil: Path, partition: int) -> None:
    """Write a partition of the log to FIL as a journal for `decide`: pseudonyms and codes, nothing sealed.

    It tells what has happened to each pseudonym, and is to be kept as the log is; FIL is for its owner alone.
    The regelverk's artefacts go to a directory beside it, FIL.regelverk.
    """
    sys.exit(run(_journal(settings_of_a_running("journal", "projektion"), fil, partition)))


def run(act: Coroutine[Any, Any, int]) -> int:
    """Run a command to its exit status; 1 where it could not."""
    try:
        return asyncio.run(act)
    except (HubError, Unavailable) as error:
        complain(error)
    except PostgresError as error:
        complain(f"the projection cannot be read ({type(error).__name__})")
    return FAILED


# ------------------------------------------------------------------------------------------ replay


async def _replay(opening: AbstractAsyncContextManager[History], asked: Asked, as_json: bool) -> int:
    with progress() as bar:
        task = bar.add_task("spelar om", total=None)
        async with opening as history:
            scope = await asked.narrowed(history)
            replaying = history.replay(lambda step: bar.advance(task, step), scope)
            found = [await replaying.standing(span.partition) for span in asked.spans(history)]
            places = Places(asked.fortsatt)
            bar.update(task, total=sum(max(0, replaying.end(one) - places.position(one.partition)) for one in found))
            for one in found:
                await replaying.compare(one, places.after(one.partition), places.keep if asked.fortsatt else None)
    click.echo(msgspec.json.encode(found) if as_json else "\n".join(map(told, found)))
    return status(found, whole=scope == EVERYTHING)


def progress() -> Progress:
    """A bar on stderr where that is a terminal, with how many records a second and how long it has left."""
    console = Console(stderr=True)
    columns = (*Progress.get_default_columns(), MofNCompleteColumn(), Rate())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


class Rate(ProgressColumn):
    """How many a second."""

    def render(self, task: Task) -> Text:
        """Empty until it is known."""
        return Text(f"{task.speed:.0f}/s" if task.speed else "")


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


def status(found: list[Replayed], *, whole: bool = True) -> int:
    """A difference outweighs all; a partition that has records and none compared was not checked.

    Where less than the whole was asked about, nothing was checked where nothing at all was compared.
    """
    if any(one.differing for one in found):
        return DIFFERS
    unchecked = [bool(one.end and not one.compared) for one in found]
    return FAILED if (any if whole else all)(unchecked) else SAME


# ------------------------------------------------------------------------------------------ journal


async def _journal(settings: Settings, fil: Path, partition: int) -> int:
    beside = fil.with_name(fil.name + ".regelverk")
    lines = journal_lines(
        partition,
        KafkaLogReader(broker(settings)),
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
