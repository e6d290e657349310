"""What holds of other regelverk over random journals of every type of event. JOURNALER says how many."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from journals import SCHEMAS, Drawing

from samverkanshub import resources
from samverkanshub.adapters.memory import MemoryArtefacts
from samverkanshub.pipeline.journal import read_journal
from samverkanshub.pipeline.reading import Read
from samverkanshub.pipeline.rejudging import Rejudging
from samverkanshub.pipeline.what_if import Beside, Change, Other, OtherRegelverk, changes

JOURNALS = int(os.environ.get("JOURNALER", "25"))  # noqa: TID251
NOW = datetime(2026, 12, 22, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Drawn:
    """A random journal, and the shipped regelverk."""

    reads: tuple[Read, ...]
    store: MemoryArtefacts
    shipped: dict[str, bytes]

    async def changes(self, other: Other, artefacts: dict[str, bytes]) -> list[Change]:
        as_was = Rejudging(0, self.store, SCHEMAS)
        otherwise = Rejudging(0, Beside(artefacts, self.store), SCHEMAS)
        return [one async for one in changes(self._each(), as_was, otherwise, other, lambda n: None)]

    async def _each(self) -> AsyncIterator[Read]:
        for one in self.reads:
            yield one


async def drawn(drawing: Drawing, seed: int) -> Drawn:
    """The journal of a seed, every record of one moment: order alone tells them apart."""
    store = MemoryArtefacts()
    journal = await drawing.journal(seed, 0, NOW)
    text = journal.text([int(NOW.timestamp() * 1000)] * len(journal.lines))
    reads = (await read_journal(text.encode(), drawing.regelverken, store, SCHEMAS)).reads
    return Drawn(reads, store, dict(await drawing.regelverken.compiled("regelverk", "")))


async def test_by_the_same_regelverk_nothing_differs_and_by_another_something_may(tmp_path: Path) -> None:
    (tmp_path / "regelverk").symlink_to(resources.root() / "deploy" / "regelverk")
    drawing, differing = Drawing(tmp_path, ("regelverk",)), 0
    for seed in range(1000, 1000 + JOURNALS):
        one = await drawn(drawing, seed)
        for start in (0, len(one.reads) // 2, len(one.reads) - 1):
            assert await one.changes(OtherRegelverk(one.shipped, start, SCHEMAS), one.shipped) == [], seed
        half, annat = len(one.reads) // 2, _without_mora(one.shipped)
        found = await one.changes(OtherRegelverk(annat, half, SCHEMAS), annat)
        assert all(change.position >= half for change in found), seed
        differing += len(found)
    assert differing, "the other regelverk matters"


def _without_mora(artefacts: dict[str, bytes]) -> dict[str, bytes]:
    """A regelverk in which Mora's unit for those exposed to violence goes by another name."""
    return {name: content.replace(b'"mora.vinr', b'"mora.annan') for name, content in artefacts.items()}
