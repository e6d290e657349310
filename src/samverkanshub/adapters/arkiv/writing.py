"""An archive in the making: port `ArchiveStore`. Each file is written whole or not at all, and never another time."""

import asyncio
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from shutil import rmtree

import msgspec

from samverkanshub.adapters.arkiv import form
from samverkanshub.adapters.arkiv.form import Content
from samverkanshub.adapters.files import write_atomically
from samverkanshub.adapters.tree_files import TreeFiles, published
from samverkanshub.codec.artefacts import digest as digest_of
from samverkanshub.codec.checkpoint import size_of
from samverkanshub.domain.errors import Halt
from samverkanshub.ports import DecisionRow, LogRecord, Span


class ArchiveFiles:
    """A folder that becomes an archive when `finish` returns; begun anew after a crash it goes on."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def begun(self) -> tuple[Span, ...]:
        """What is being archived here; empty where nothing is. Raises `Halt` where anything else is in the folder."""
        if form.is_archive(self._path):
            raise Halt(f"`{self._path}` holds an archive: nothing is overwritten", code="arkiv-finns")
        plan = self._path / form.BEGUN
        if plan.is_file():
            return form.read_manifest(plan.read_bytes(), form.BEGUN).spans
        if self._path.exists() and any(self._path.iterdir()):
            raise Halt(f"`{self._path}` is not empty: nothing is overwritten", code="arkiv-finns")
        return ()

    def begin(self, spans: Sequence[Span]) -> None:
        """Say what is to be archived."""
        self._write(form.BEGUN, msgspec.json.encode(form.manifest(spans)))

    async def records(self, part: Span) -> list[LogRecord]:
        """The records of a part that is written; none where it is not."""
        return await asyncio.to_thread(self._records, part)

    def _records(self, part: Span) -> list[LogRecord]:
        try:
            content = (self._path / form.segment(form.LOG, part)).read_bytes()
        except FileNotFoundError:
            return []
        return list(form.rows(content, LogRecord).values())

    async def keep(self, part: Span, records: Sequence[LogRecord], decisions: Sequence[DecisionRow]) -> None:
        """Write a part: the decisions first, so that a part whose records are there is whole."""
        await asyncio.to_thread(self._write, form.segment(form.DECISIONS, part), form.lines(decisions))
        await asyncio.to_thread(self._write, form.segment(form.LOG, part), form.lines(records))

    async def put(self, artefact: bytes) -> str:
        """Keep a part of a regelverk; its digest."""
        digest = digest_of(artefact)
        await asyncio.to_thread(self._write, f"{form.REGELVERK}/{digest}.json", artefact)
        return digest

    def keep_tree(self, partition: int, tree: TreeFiles) -> int:
        """Copy what a published checkpoint needs, and it; returns its size. What an earlier try left is removed."""
        kept = form.tree_of(self._path, partition)
        rmtree(kept, ignore_errors=True)
        checkpoint = tree.checkpoint()
        size = size_of(checkpoint)
        for name, content in published(tree, size):
            write_atomically(kept / name, content, form.OWNER_ALONE)
        write_atomically(kept / "checkpoint", checkpoint, form.OWNER_ALONE)
        return size

    def keep_schemas(self, source: Path) -> None:
        """Copy the schemas that records and decisions are read by."""
        for file in sorted(source.rglob("*")):
            if file.is_file():
                self._write(f"{form.SCHEMAS}/{file.relative_to(source).as_posix()}", file.read_bytes())

    def keep_keys(self, keys: Iterable[str]) -> None:
        """Write the verifier keys, one a line."""
        self._write(form.KEYS, "".join(f"{key}\n" for key in keys).encode())

    def finish(self, spans: Sequence[Span]) -> None:
        """Write the manifest over all that is there: from now on it is an archive."""
        files = contents(self._path)
        self._write(form.MANIFEST, msgspec.json.format(msgspec.json.encode(form.manifest(spans, files)), indent=1))
        (self._path / form.BEGUN).unlink()

    def _write(self, name: str, content: bytes) -> None:
        write_atomically(self._path / name, content, form.OWNER_ALONE)


def contents(path: Path) -> dict[str, Content]:
    """Every file below a folder but its manifests and what a crash left half written, by path."""
    own = {form.MANIFEST, form.BEGUN}
    files = {file.relative_to(path).as_posix(): file for file in sorted(path.rglob("*")) if file.is_file()}
    return {name: _content(file) for name, file in files.items() if name not in own and not file.name.startswith(".")}


def _content(file: Path) -> Content:
    content = file.read_bytes()
    return Content(sha256(content).hexdigest(), len(content))
