"""`samverkanshub archive`: a period of the log into a folder that verifies on its own (docs/arkiv.md)."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from samverkanshub import bootstrap, resources, roles
from samverkanshub.adapters.arkiv import ArchiveFiles
from samverkanshub.adapters.tree_files import TreeFiles
from samverkanshub.codec import checkpoint
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.domain.errors import Halt
from samverkanshub.entrypoints.cli.replay import OFFSET, PARTITION, SAME, progress, run
from samverkanshub.entrypoints.cli.starting import settings_of_a_running
from samverkanshub.entrypoints.cli.verifying import given_keys
from samverkanshub.pipeline.arkivering import Archiving
from samverkanshub.ports import Span
from samverkanshub.roles import History
from samverkanshub.settings import Settings

KEEP: Final = "it names nobody, but tells of cases by pseudonyms and holds what is sealed: keep it as the log is kept"


@click.command("archive")
@click.argument("path", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--from", "start", type=OFFSET, help="The first position; else the first of all.")
@click.option("--until", type=OFFSET, help="The position after the last; else all that is signed.")
@click.option("--omrade", type=PARTITION, help="This område alone; else all.")
@click.option("--nyckel", default="", metavar="VKEY|FILE", help="The log's public key, or a file with every område's.")
def archive(path: Path, start: int | None, until: int | None, omrade: int | None, nyckel: str) -> None:
    """Write log, decisions, published trees, regelverk and schemas into DIR, which must be empty or begun before.

    Asked again after it was broken off it goes on where it was. What it takes is what the notary has signed.
    Without --nyckel the verifier keys are those of the notary's key that the settings name.
    """
    settings = settings_of_a_running("archive", "projektion")
    sys.exit(run(_archive(settings, path, (omrade, start, until), nyckel)))


Bounds = tuple[int | None, int | None, int | None]
"""Område, from and until, as far as they were given."""


async def _archive(settings: Settings, path: Path, bounds: Bounds, nyckel: str) -> int:
    for span in await written(settings, path, bounds, nyckel):
        click.echo(f"område {span.partition}: {span.end - span.start} records from {span.start} until {span.end}")
    click.echo(KEEP, err=True)
    return SAME


async def written(settings: Settings, path: Path, bounds: Bounds = (None, None, None), nyckel: str = "") -> list[Span]:
    """Write an archive, and say what it is of. Raises `Halt`, `Unavailable` and `Uncheckable`."""
    kept = ArchiveFiles(path)
    trees = {number: TreeFiles(settings.trad / str(number)) for number in range(settings.omraden)}
    spans = kept.begun() or _wanted(trees, bounds)
    _require_same(spans, bounds)
    keys = given_keys(nyckel) if nyckel else bootstrap.verifier_keys(settings)
    kept.begin(spans)
    async with roles.history(settings) as history:
        await _records(history, kept, spans)
    for span in spans:
        kept.keep_tree(span.partition, trees[span.partition])
    kept.keep_schemas(resources.root() / "schemas" / "avro")
    kept.keep_keys(keys)
    kept.finish(spans)
    return list(spans)


async def _records(history: History, kept: ArchiveFiles, spans: Sequence[Span]) -> None:
    with progress() as bar:
        task = bar.add_task("arkiverar", total=sum(span.end - span.start for span in spans))
        reading = (history.reader, history.recorded, history.artefacts)
        archiving = Archiving(*reading, kept, default_schemas(), lambda count: bar.advance(task, count))
        for span in spans:
            await archiving.write(span)


def _wanted(trees: dict[int, TreeFiles], bounds: Bounds) -> list[Span]:
    """What was asked for, of what is signed. Raises `Halt` where that is nothing, or less than was asked for."""
    omrade, start, until = bounds
    chosen = list(trees) if omrade is None else [omrade]
    signed = {n: checkpoint.size_of(trees[n].checkpoint()) if n in trees else 0 for n in chosen}
    spans = [Span(n, start or 0, size if until is None else until) for n, size in signed.items()]
    for span in spans:
        if span.end > signed[span.partition]:
            detail = f"`--until` is past {signed[span.partition]}, how far område {span.partition} is signed"
            raise Halt(detail, code="ej-signerat")
    found = [span for span in spans if span.start < span.end]
    if not found:
        raise Halt("nothing that is signed is asked for", code="ej-signerat")
    return found


def _require_same(spans: Sequence[Span], bounds: Bounds) -> None:
    """An archive that was begun is of what was asked for then."""
    omrade, start, until = bounds
    for span in spans:
        if omrade not in (None, span.partition) or start not in (None, span.start) or until not in (None, span.end):
            raise Halt("the archive was begun with other bounds: give the same, or none", code="arkiv-finns")
