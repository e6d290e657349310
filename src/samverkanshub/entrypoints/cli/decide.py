"""`samverkanshub decide`: what the gate says of each line of a journal, with no server and no vault."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import click
import msgspec

from samverkanshub.adapters.files import write_atomically
from samverkanshub.adapters.journal import JournalRegelverken
from samverkanshub.adapters.memory import MemoryArtefacts
from samverkanshub.codec.journal import JournalFault
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.entrypoints.cli.starting import FAILED, complain
from samverkanshub.pipeline.journal import judged, read_journal
from samverkanshub.pipeline.printed import printed


@click.command("decide")
@click.argument("fil", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("-o", "--ut", type=click.Path(dir_okay=False, path_type=Path), help="Write here, all or nothing.")
@click.option("--bytes", "as_bytes", is_flag=True, help="Print each record's exact bytes too, in hex.")
def decide(fil: Path, ut: Path | None, as_bytes: bool) -> None:
    """Judge the journal FIL (- reads standard input) from its first line, and print a decision record a line, as JSON.

    docs/journal.md has the format. Nothing is printed where a line cannot be read.
    """
    try:
        asyncio.run(_decide(_content(fil), JournalRegelverken(fil.parent), ut, as_bytes))
    except JournalFault as journal:
        for fault in journal.faults:
            complain(fault)
        sys.exit(FAILED)


def _content(fil: Path) -> bytes:
    return click.get_binary_stream("stdin").read() if str(fil) == "-" else fil.read_bytes()


async def _decide(content: bytes, beside: JournalRegelverken, ut: Path | None, as_bytes: bool) -> None:
    lines = _lines(content, beside, as_bytes)
    if ut is None:
        async for line in lines:
            click.echo(line)
    else:
        write_atomically(ut, b"".join([line + b"\n" async for line in lines]), mode=0o600)


async def _lines(content: bytes, beside: JournalRegelverken, as_bytes: bool) -> AsyncIterator[bytes]:
    schemas, store = default_schemas(), MemoryArtefacts()
    journal = await read_journal(content, beside, store, schemas)
    async for one in judged(journal, store, schemas):
        yield msgspec.json.encode(printed(one, schemas, as_bytes=as_bytes))
