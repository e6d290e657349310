"""Where a journal's lines find their regelverk: in directories named by paths relative to the journal's own."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from samverkanshub.adapters.artefacts import DirectoryArtefacts
from samverkanshub.adapters.keys import read_public_keys
from samverkanshub.adapters.regelverk import DirectoryFault, read
from samverkanshub.codec.journal import JournalFault


class JournalRegelverken:
    """`pipeline.journal.Regelverken` in files; a directory is compiled once."""

    def __init__(self, beside: Path) -> None:
        self._beside = beside
        self._compiled: dict[tuple[str, str], Mapping[str, bytes]] = {}

    async def compiled(self, regelverk: str, nycklar: str) -> Mapping[str, bytes]:
        """The artefacts of a directory of YAML, with public keys where a directory of them is named."""
        wanted = (regelverk, nycklar)
        if wanted not in self._compiled:
            self._compiled[wanted] = self._compile(regelverk, nycklar)
        return self._compiled[wanted]

    async def stored(self, regelverk: str, wanted: Sequence[str]) -> Sequence[bytes]:
        """The artefacts with these digests in a directory of `<digest>.json`."""
        store = DirectoryArtefacts(self._directory(regelverk))
        try:
            return [await store.get(digest) for digest in wanted]
        except LookupError as missing:
            raise JournalFault([str(missing.args[0])]) from None

    def _compile(self, regelverk: str, nycklar: str) -> Mapping[str, bytes]:
        try:
            keys = read_public_keys(self._directory(nycklar)) if nycklar else {}
            return read(self._directory(regelverk), keys)
        except DirectoryFault as fault:
            raise JournalFault(fault.faults) from None

    def _directory(self, path: str) -> Path:
        directory = self._beside / path
        if "\0" in path or not directory.is_dir():
            raise JournalFault(["there is no such directory"])
        return directory
