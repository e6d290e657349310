"""`samverkanshub replay --what-if`: what would have been decided otherwise, listed line by line."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click
import msgspec
from rich.progress import Progress

from samverkanshub.adapters.regelverk import DirectoryFault, read
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.codec.underskrift import unasked
from samverkanshub.domain.errors import Halt
from samverkanshub.pipeline import reading
from samverkanshub.pipeline.rejudging import Rejudging
from samverkanshub.pipeline.what_if import (
    Beside,
    Change,
    Other,
    OtherRegelverk,
    Utslag,
    Withdrawn,
    changes,
    consent_in,
)
from samverkanshub.ports import Span
from samverkanshub.roles import History

SAME: Final = 0
DIFFERS: Final = 2
NOTHING: Final = "-"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which other history: another regelverk's directory, or without a consent; from where on, where it was given."""

    regelverk: Path | None
    samtycke: str
    fran: int | None

    def required(self) -> "Wanted":
        """Itself; raises a usage error unless it says one history."""
        if bool(self.regelverk) == bool(self.samtycke):
            raise click.UsageError("`--what-if` needs either --regelverk or --utan-samtycke")
        return self

    def require_none(self) -> None:
        """Raises a usage error where anything of it is given."""
        if self != Wanted(None, "", None):
            raise click.UsageError("`--regelverk`, `--utan-samtycke` and `--fran` belong to `--what-if`")


async def what_if(
    opening: AbstractAsyncContextManager[History],
    partition: int | None,
    wanted: Wanted,
    bar: Progress,
    *,
    as_json: bool,
) -> int:
    """List what would differ, as it is found; the exit status."""
    artefacts = _artefacts(wanted.regelverk) if wanted.regelverk else {}
    count = records = 0
    with bar:
        async with opening as history:
            others = await _others(history, _spans(history, partition), wanted, artefacts)
            task = bar.add_task("prövar", total=sum(span.end for span, _ in others))
            for span, other in others:
                records += span.end
                async for change in _changes(history, span, other, artefacts, lambda n: bar.advance(task, n)):
                    count += 1
                    click.echo(msgspec.json.encode(change) if as_json else told(change))
    if not as_json:
        click.echo(f"{records} records judged both ways: {f'{count} lines differ' if count else 'nothing differs'}")
    return DIFFERS if count else SAME


async def _changes(
    history: History, span: Span, other: Other, artefacts: dict[str, bytes], told: Callable[[int], object]
) -> AsyncIterator[Change]:
    schemas = default_schemas()
    as_was = Rejudging(span.partition, history.artefacts, schemas, signatures=unasked)
    otherwise = Rejudging(span.partition, Beside(artefacts, history.artefacts), schemas, signatures=unasked)
    records = history.reader.records(span.partition, 0, span.end)
    reads = (reading.read(record, schemas) async for record in records)
    async for change in changes(reads, as_was, otherwise, other, told):
        yield change


def _spans(history: History, partition: int | None) -> list[Span]:
    found = [span for span in history.spans.values() if partition in (None, span.partition)]
    if not any(span.end for span in found):
        raise Halt("nothing is judged there", code="inget-att-prova")
    return found


async def _others(
    history: History, spans: list[Span], wanted: Wanted, artefacts: dict[str, bytes]
) -> list[tuple[Span, Other]]:
    """The other history of each partition that it concerns. Raises `Halt` where it can be none."""
    if not wanted.samtycke:
        if wanted.fran and len(spans) > 1:
            raise Halt("`--fran` is a position of one partition: give --partition", code="ej-mojligt")
        return [(span, OtherRegelverk(artefacts, wanted.fran or 0, default_schemas())) for span in spans]
    found = [(span, await consent_in(history.reader, span, wanted.samtycke, default_schemas())) for span in spans]
    consents = [(span, consent) for span, consent in found if consent]
    if not consents:
        raise Halt("the log has no such event", code="finns-inte")
    if wanted.fran is not None and len(consents) > 1:
        raise Halt("the consent stands in several partitions: give --partition", code="ej-mojligt")
    return [
        (span, Withdrawn(one, one.record.offset + 1 if wanted.fran is None else wanted.fran, default_schemas()))
        for span, one in consents
    ]


def _artefacts(path: Path) -> dict[str, bytes]:
    try:
        return dict(read(path, {}))
    except DirectoryFault as fault:
        raise Halt(f"`--regelverk` cannot be used: {'; '.join(fault.faults)}", code="regelverk-olasbart") from None


# ------------------------------------------------------------------------------------------ for reading


def told(change: Change) -> str:
    """A line that would differ, as a line."""
    where = " ".join(filter(None, (change.mottagare, change.vag))) or "the event"
    if change.delar:
        return f"{_place(change)}: no line, but {', '.join(change.delar)}"
    return f"{_place(change)} {where}: {_utslag(change.fran)} -> {_utslag(change.till)}"


def _place(change: Change) -> str:
    return f"{change.partition}/{change.position} {change.typ or NOTHING} {change.handelse_id or NOTHING}"


def _utslag(one: Utslag | None) -> str:
    if one is None:
        return NOTHING
    return f"{one.utslag} ({', '.join(' '.join(filter(None, (reason.regel, reason.kod))) for reason in one.skal)})"
