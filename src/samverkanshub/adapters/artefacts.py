"""The regelverk's artefacts as files named by their digest: port `ArtefactStore`."""

import asyncio
import re
from pathlib import Path
from typing import Final

from samverkanshub.adapters.files import write_atomically
from samverkanshub.codec.artefacts import digest as digest_of

_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


class DirectoryArtefacts:
    """Content-addressed store in a directory that several processes share; content never changes under its name."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def get(self, digest: str) -> bytes:
        """The artefact; raises `LookupError` where it is missing or is no longer what its digest says."""
        return await asyncio.to_thread(self._get, digest)

    async def put(self, content: bytes) -> str:
        """Store and return the digest; storing the same twice is nothing, and mends a file that was damaged."""
        return await asyncio.to_thread(self._put, content)

    def _get(self, digest: str) -> bytes:
        if not _DIGEST.fullmatch(digest):
            raise LookupError("`digest` is no SHA-256 in hex")
        try:
            content = self._file(digest).read_bytes()
        except FileNotFoundError:
            raise LookupError(f"artefact `{digest}` is missing") from None
        if digest_of(content) != digest:
            raise LookupError(f"artefact `{digest}` is damaged")
        return content

    def _put(self, content: bytes) -> str:
        digest = digest_of(content)
        try:
            self._get(digest)
        except LookupError:
            write_atomically(self._file(digest), content)
        return digest

    def _file(self, digest: str) -> Path:
        return self._path / f"{digest}.json"
