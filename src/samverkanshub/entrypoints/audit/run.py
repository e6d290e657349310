"""The audit of a running hub: what it signed is verified, copied, lengthened, tampered with and verified again."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from samverkanshub import bootstrap, roles
from samverkanshub.adapters.artefacts import DirectoryArtefacts
from samverkanshub.adapters.tree_files import TreeFiles
from samverkanshub.codec import checkpoint
from samverkanshub.codec.decisions import decode_decision
from samverkanshub.domain.decision import DELIVERED
from samverkanshub.domain.errors import Halt
from samverkanshub.entrypoints.audit.archive import fault, of_archive
from samverkanshub.entrypoints.audit.copy import PARTITION, Copy, Log, lengthened, published
from samverkanshub.entrypoints.audit.forging import of_signatures
from samverkanshub.entrypoints.audit.tampering import Evidence, Tampering, of_evidence, of_log
from samverkanshub.entrypoints.cli.arkiv import written
from samverkanshub.entrypoints.cli.verifying import Keys, hub, keys_of
from samverkanshub.ports import DecisionRow
from samverkanshub.settings import Settings
from samverkanshub.verifier import SOUND, Artefacts, Finding, Verified, verify

LOOK_S: Final = 0.1
LOOKS: Final = 600
"""How often it is looked whether all is signed: for a minute."""
PAGE: Final = 500
RANGE: Final = 50
"""Positions of the absence that is proved."""
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a hub has signed, and evidence and an archive that it wrote of it."""

    log: Log
    files: Sequence[Evidence]
    keys: Keys
    archive: Path
    regelverk: Artefacts | None = None
    """What the log names; without it no sender's signature is held or forged."""


@dataclass(slots=True)
class Audited:
    """What the audit came to."""

    leaves: int = 0
    named: int = 0
    tampered: int = 0
    unsound: str = ""
    """What was not sound before anything was changed; empty where all was."""

    @property
    def passed(self) -> bool:
        """Was all sound, and each tampering named?"""
        return not self.unsound and bool(self.tampered) and self.named == self.tampered

    def line(self) -> str:
        """The audit's last line."""
        return f"audit: {self.leaves} leaves sound, {self.named} of {self.tampered} tamperings named"


# ------------------------------------------------------------------------------------------ the hub


async def gather(settings: Settings) -> Gathered:
    """What the hub has signed by now, verified against its log and database. Raises `Halt` where it is not sound."""
    keys = keys_of(bootstrap.verifier_keys(settings))
    async with roles.judged_log(settings) as (reader, projection):
        size = await signed(settings, await reader.end(PARTITION))
        records = [record async for record in reader.records(PARTITION, 0, size)]
        rows: list[DecisionRow] = []
        for start in range(0, size, PAGE):
            rows += await projection.judged(PARTITION, start, min(start + PAGE, size))
    await require_sound(settings, keys)
    path = settings.data / "arkiv"
    await written(settings, path)
    files = [file async for file in _evidence(settings, rows)]
    return Gathered(Log(records, rows), files, keys, path, DirectoryArtefacts(settings.artefakter))


async def signed(settings: Settings, end: int) -> int:
    """How much is signed, once that is as much as the log then held. Raises `Halt` where it takes over a minute."""
    tree = TreeFiles(settings.trad / str(PARTITION))
    for _ in range(LOOKS):
        size = checkpoint.size_of(tree.checkpoint())
        if size >= end:
            return size
        await asyncio.sleep(LOOK_S)
    raise Halt("the notary has not signed what the log holds", code="ej-signerad")


async def require_sound(settings: Settings, keys: Keys) -> None:
    """Verify what is signed, against log and database. Raises `Halt` (`ej-hel`)."""
    async with hub(settings, keys) as sources:
        for one in sources:
            _require(await verify(one))


def _require(found: Verified) -> None:
    if found.outcome != SOUND:
        raise Halt(f"{found.origin} is not sound: {found.finding or found.failure}", code="ej-hel")


async def _evidence(settings: Settings, rows: Sequence[DecisionRow]) -> AsyncIterator[Evidence]:
    """Of the decision with most entries, of one recipient's in it, and of somebody to whom nothing went."""
    row = max(rows, key=lambda row: len(row.record))
    recipient = max(post.entry.mottagare for post in decode_decision(row.record).poster)
    aktorer = bootstrap.local_regelverk(settings).katalog.aktorer
    first = max(0, len(rows) - RANGE)
    absent = min(set(aktorer) - {aktor for row in rows[first:] for aktor in _reached(row)})
    async with roles.evidence(settings) as bevis:
        yield Evidence("evidence of a decision", await bevis.of_decision(row.handelse_id), row.offset)
        shown = await bevis.of_decision(row.handelse_id, recipient)
        yield Evidence("evidence of one recipient's part", shown, row.offset)
        content = await bevis.of_absence(absent, PARTITION, first, len(rows))
        yield Evidence("evidence of an absence", content, first)


def _reached(row: DecisionRow) -> set[str]:
    entries = [post.entry for post in decode_decision(row.record).poster]
    return {entry.mottagare.partition(".")[0] for entry in entries if entry.verdict == DELIVERED}


# ------------------------------------------------------------------------------------------ the copy


async def audit(found: Gathered, count: int, random: Random, tell: Tell) -> Audited:
    """Lengthen a copy by so many random leaves, verify it, and tamper with each kind, one at a time."""
    copy = await published(lengthened(found.log, count, random), random, found.regelverk)
    verified = await copy.verified()
    audited = Audited(verified.leaves, unsound=_unsound(verified, copy, found, await fault(found.archive)))
    if not audited.unsound:
        forged = of_signatures(found.log, found.regelverk, random) if found.regelverk else ()
        of_files = (*forged, *of_evidence(found.files, found.keys, random), *of_archive(found.archive, PARTITION))
        for one in (*of_log(copy, len(found.log.records), random), *of_files):
            await _tamper(one, audited, tell)
    return audited


def _unsound(verified: Verified, copy: Copy, found: Gathered, archived: Finding | None) -> str:
    if verified.outcome != SOUND or verified.leaves != len(copy.log.records):
        return f"the copy: {verified.finding or verified.failure}"
    if archived:
        return f"the archive: {archived}"
    faults = ((file, file.fault(found.keys)) for file in found.files)
    return next((f"{file.what}: {fault}" for file, fault in faults if fault), "")


async def _tamper(one: Tampering, audited: Audited, tell: Tell) -> None:
    right, said = await one.named()
    audited.tampered += 1
    audited.named += right
    tell(f"{'named' if right else 'MISSED'}: {one.what}: {said}")
