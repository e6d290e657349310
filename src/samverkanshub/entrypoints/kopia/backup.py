"""A backup of a running hub: the log first and then the vault, so that every record's keys are in it."""

from collections.abc import Callable
from pathlib import Path

from samverkanshub.adapters.clock import SystemClock
from samverkanshub.adapters.kafka.reader import KafkaLogReader
from samverkanshub.adapters.kopia import CHECKPOINTS, Kopia, Manifest
from samverkanshub.adapters.servers.dump import dump
from samverkanshub.adapters.tree_files import TreeFiles
from samverkanshub.bootstrap import broker
from samverkanshub.ports import LogRecord, Span, segments
from samverkanshub.settings import Settings

ARTEFACTS = "artefakter"
Tell = Callable[[str], object]


async def back_up(settings: Settings, path: Path, embedded: Path | None) -> Manifest:
    """Write a backup into an empty folder; the hub goes on meanwhile. Raises `Halt`, `Unavailable`, `ServerFailed`.

    `embedded` is the directory of the embedded PostgreSQL, where the vault is in one.
    """
    kept = Kopia(path)
    kept.begin()
    for number in range(settings.omraden):
        # What is published is of the log as it was, never of more.
        kept.keep_file(f"{CHECKPOINTS}/{number}", TreeFiles(settings.trad / str(number)).checkpoint())
    tid = SystemClock().now_ms()
    poster = {number: await _log(settings, kept, number) for number in range(settings.omraden)}
    # A key stands in the vault before the log has what it seals: so the vault comes after.
    await dump(settings.valv, kept.vault, embedded)
    for artefact in sorted(settings.artefakter.glob("*.json")):
        kept.keep_file(f"{ARTEFACTS}/{artefact.name}", artefact.read_bytes())
    kept.finish(tid, poster)
    return kept.manifest()


async def _log(settings: Settings, kept: Kopia, number: int) -> int:
    reader = KafkaLogReader(broker(settings))
    whole = Span(number, 0, await reader.end(number))
    for part in segments(whole, whole):
        records: list[LogRecord] = [record async for record in reader.records(number, part.start, part.end)]
        kept.keep(part, records)
    return whole.end
