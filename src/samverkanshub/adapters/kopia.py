"""A backup as a folder: the log's records, the vault as PostgreSQL dumps it, and the regelverk's artefacts.

Never the keys that open it or sign for it, nor the notary's guard: who has one has nothing without the other.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from samverkanshub.adapters.arkiv import form
from samverkanshub.adapters.arkiv.form import Content
from samverkanshub.adapters.arkiv.writing import contents
from samverkanshub.adapters.files import write_atomically
from samverkanshub.domain.errors import Halt
from samverkanshub.ports import LogRecord, Span, segments

FORMAT: Final = "samverkanshub/kopia/v1"
MANIFEST: Final = "kopia.json"
"""Written last: a folder with it is a whole backup."""
VAULT: Final = "valv.dump"
CHECKPOINTS: Final = "trad"


class Manifest(msgspec.Struct, frozen=True):
    """What a backup holds. `tid`: when the log's end was asked for (ms); `poster`: how many records, by område."""

    format: str
    tid: int
    poster: dict[int, int]
    filer: dict[str, Content] = {}


class Kopia:
    """A backup in a folder, being written or read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def vault(self) -> Path:
        """The dump of the vault."""
        return self._path / VAULT

    # ------------------------------------------------------------------------------------------------- writing

    def begin(self) -> None:
        """Make the folder. Raises `Halt` (`kopia-finns`) where anything is in it."""
        self._path.mkdir(parents=True, exist_ok=True, mode=0o700)
        if any(self._path.iterdir()):
            raise Halt(f"`{self._path}` is not empty: nothing is overwritten", code="kopia-finns")

    def keep(self, part: Span, records: Sequence[LogRecord]) -> None:
        """Write a part of the log."""
        self._write(form.segment(form.LOG, part), form.lines(records))

    def keep_file(self, name: str, content: bytes) -> None:
        """Write a file beside the log and the vault."""
        self._write(name, content)

    def finish(self, tid: int, poster: Mapping[int, int]) -> None:
        """Write the manifest over all that is there: from now on it is a backup."""
        found = Manifest(FORMAT, tid, dict(poster), contents(self._path))
        self._write(MANIFEST, msgspec.json.format(msgspec.json.encode(found), indent=1))

    def _write(self, name: str, content: bytes) -> None:
        write_atomically(self._path / name, content, form.OWNER_ALONE)

    # ------------------------------------------------------------------------------------------------- reading

    def manifest(self) -> Manifest:
        """What it says that it holds, and does. Raises `Halt` (`kopia-olasbar`) naming the first file that is another.

        That tells of damage alone: who changes a file can change the manifest too. The signed tree tells the rest.
        """
        try:
            found = msgspec.json.decode((self._path / MANIFEST).read_bytes(), type=Manifest)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            raise Halt(f"`{self._path}` holds no whole backup", code="kopia-olasbar") from None
        if found.format != FORMAT:
            raise Halt(f"`{self._path}` is of another version than `{FORMAT}`", code="kopia-olasbar")
        held = {name: content for name, content in contents(self._path).items() if name != MANIFEST}
        for name in sorted(held.keys() | found.filer.keys()):
            if held.get(name) != found.filer.get(name):
                raise Halt(f"`{name}` of the backup is not what its manifest says", code="kopia-olasbar")
        return found

    def log(self, omrade: int, end: int) -> Iterator[list[LogRecord]]:
        """The records of an område by part, in order. Raises `Halt` (`kopia-olasbar`) where one is missing."""
        whole = Span(omrade, 0, end)
        for part in segments(whole, whole):
            found = form.rows((self._path / form.segment(form.LOG, part)).read_bytes(), LogRecord)
            if sorted(found) != list(range(part.start, part.end)):
                raise Halt(f"the backup lacks records of område {omrade}", code="kopia-olasbar")
            yield [found[offset] for offset in range(part.start, part.end)]

    def files(self, below: str) -> Mapping[str, bytes]:
        """The files below a folder of it, by name."""
        return {path.name: path.read_bytes() for path in sorted((self._path / below).glob("*"))}
