"""A backup put into an empty data directory, whose hub then starts as any other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Final

from samverkanshub import bootstrap, topics
from samverkanshub.adapters.artefacts import DirectoryArtefacts
from samverkanshub.adapters.files import write_atomically
from samverkanshub.adapters.kafka.reader import KafkaLogReader
from samverkanshub.adapters.kafka.segment import NAME, segment
from samverkanshub.adapters.kek_files import KekFiles
from samverkanshub.adapters.kopia import CHECKPOINTS, Kopia, Manifest
from samverkanshub.adapters.servers.dump import load
from samverkanshub.adapters.servers.places import locked
from samverkanshub.adapters.tree_files import GuardFiles
from samverkanshub.bootstrap import broker
from samverkanshub.codec import checkpoint
from samverkanshub.domain.errors import Halt
from samverkanshub.entrypoints.kopia.backup import ARTEFACTS
from samverkanshub.settings import Settings, variable

SEGMENT_BYTES: Final = 256 * 1024 * 1024
KEPT: Final = "partition.metadata"
"""What a partition's directory has of the topic, and not of its records."""
CLEAN: Final = ".kafka_cleanshutdown"
"""Without it a broker reads the segments through when it starts, and makes their indexes."""
Tell = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back: how many records, and seconds for each part of it."""

    manifest: Manifest
    vault_s: float
    log_s: float

    @property
    def poster(self) -> int:
        """Records, of every område."""
        return sum(self.manifest.poster.values())


async def restore(settings: Settings, env: Mapping[str, str], path: Path, say: Tell) -> Restored:
    """Put a backup into the data directory, which must have neither log nor databases; then the hub may be started.

    The vault first, then the log, and of that every record is read back and compared. The projection and the trees are
    made anew by the gate and the notary. In the main thread only. Raises `Halt`, `ServerFailed` and `Unavailable`.
    """
    kept = Kopia(path)
    manifest = kept.manifest()
    _require_empty(settings)
    _require_keys(settings)
    for number in manifest.poster:
        _require_guard(settings, number, kept.files(CHECKPOINTS).get(str(number), b""))
    with locked(settings.data):
        began = monotonic()
        say("putting the vault back")
        async with bootstrap.servers(settings, env) as servers:
            await load(servers.settings.valv, kept.vault, settings.data / "postgres")
            await bootstrap.prepare(servers.settings)
        between = monotonic()
        say("putting the log back")
        for number, end in manifest.poster.items():
            lay(kept, number, end, settings.data / "kafka" / "data")
        (settings.data / "kafka" / "data" / CLEAN).unlink(missing_ok=True)
        for content in kept.files(ARTEFACTS).values():
            await DirectoryArtefacts(settings.artefakter).put(content)
        async with bootstrap.servers(settings, env) as servers:
            await _compared(servers.settings, kept, manifest)
    return Restored(manifest, between - began, monotonic() - between)


def _require_empty(settings: Settings) -> None:
    if not (settings.embedded_kafka and settings.embedded_postgres):
        raise Halt("a backup is put back into servers that the hub starts itself", code="kopia-egna-servrar")
    for name in ("kafka", "postgres", "trad"):
        if (settings.data / name).exists():
            raise Halt(f"`SAMVERKAN_DATA` has `{name}` already: nothing is overwritten", code="kopia-ej-tomt")


def _require_keys(settings: Settings) -> None:
    """A hub that starts without them makes others, and what is restored is then closed to it."""
    there = {"kek_fil": KekFiles(settings.kek_fil).exist(), "notarie_nyckel": settings.notarie_nyckel.is_file()}
    for name, found in there.items():
        if not found:
            raise Halt(f"`{variable(name)}` must be in place before a restore", code="kopia-utan-nyckel")


def _require_guard(settings: Settings, number: int, published: bytes) -> None:
    """The guard knows of what was signed under this log's name, also after the backup was made."""
    origin = checkpoint.origin(settings.loggnamn, number)
    if published.partition(b"\n")[0] != origin.encode():
        return
    if GuardFiles(settings.vakt).largest(origin).size < checkpoint.size_of(published):
        detail = "the guard (`SAMVERKAN_VAKT`) must be put in place before a restore, or the log given another name"
        raise Halt(detail, code="vakt-saknas", partition=number)


def lay(kept: Kopia, number: int, end: int, data: Path) -> None:
    """Write an område's records as the segments of a broker that is not running, in place of those it has."""
    place = data / f"{topics.LOGG}-{number}"
    for path in place.iterdir():
        if path.name != KEPT:
            path.unlink()
    start, content = 0, bytearray()
    for records in kept.log(number, end):
        if len(content) > SEGMENT_BYTES:
            write_atomically(place / NAME.format(start), bytes(content))
            start, content = records[0].offset, bytearray()
        content += segment(records)
    write_atomically(place / NAME.format(start), bytes(content))


async def _compared(settings: Settings, kept: Kopia, manifest: Manifest) -> None:
    reader = KafkaLogReader(broker(settings))
    for number, end in manifest.poster.items():
        if await reader.end(number) != end:
            raise Halt(f"the log of område {number} did not become what the backup holds", code="kopia-annan-logg")
        wanted = (record for part in kept.log(number, end) for record in part)
        async for record in reader.records(number, 0, end):
            if record != next(wanted):
                raise Halt(f"record {record.offset} is another than in the backup", code="kopia-annan-logg")
