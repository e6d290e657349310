"""A hub with one of its promises taken out leaves a run that the checker calls broken, and says by what."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from granskare.prova import prova
from korning_i_minne import played, write

from samverkanshub.adapters.memory import (
    MemoryGateStore,
    MemoryLog,
    MemoryNotices,
    MemoryProjection,
    projection,
    tables,
)
from samverkanshub.domain import consent_fold
from samverkanshub.pipeline import deliver
from samverkanshub.pipeline.intake import Intake
from samverkanshub.pipeline.watch import Watch
from samverkanshub.ports import Appended, Judgement, LeafRow, NoticeRow

Mutation = Callable[[pytest.MonkeyPatch], None]


def no_unique_claim(patch: pytest.MonkeyPatch) -> None:
    """Whoever sends an event again makes it again."""
    take = Intake._take

    async def forgetful(self: Intake, caller: Any, given: Any) -> Any:
        self._vault._claims.pop((caller.aktor, given.id), None)  # type: ignore[attr-defined]
        return await take(self, caller, given)

    patch.setattr(Intake, "_take", forgetful)


def appends_that_are_lost(patch: pytest.MonkeyPatch) -> None:
    """A withdrawal is answered and never reaches the log."""
    append = MemoryLog.append

    async def lossy(
        self: MemoryLog, partition: int, key: bytes | None, headers: Sequence[tuple[str, bytes]], value: bytes
    ) -> Appended:
        if b"samtycke_aterkallat" in value:
            return Appended(partition, await self.end(partition) - 1)
        return await append(self, partition, key, headers, value)

    patch.setattr(MemoryLog, "append", lossy)


class Forgetful(set[tuple[str, str]]):
    """A set in which nothing is found again."""

    def __contains__(self, _item: object) -> bool:
        return False


def repeats_taken_for_new(patch: pytest.MonkeyPatch) -> None:
    """The gate does not know what it has taken, and nothing stops it from writing it again."""

    async def nothing(_self: MemoryGateStore, _partition: int, _ids: Any) -> set[tuple[str, str]]:
        return Forgetful()

    patch.setattr(MemoryGateStore, "seen", nothing)
    for module in (projection, tables):
        patch.setattr(module, "keyed", lambda _table, rows: dict(rows))


def openings_judged_by_what_was_so(patch: pytest.MonkeyPatch) -> None:
    """An opening is answered by an earlier judgement of the same delivery."""
    opened, known = deliver._opened, dict[str, Any]()

    def remembered(judgement: Judgement | None, handelse_id: str) -> Any:
        if not known:
            known.update(opened(judgement, handelse_id))
        return known

    patch.setattr(deliver, "_opened", remembered)


def withdrawals_that_end_nothing(patch: pytest.MonkeyPatch) -> None:
    """A withdrawal stands in the log, and the consent goes on."""
    patch.setattr(consent_fold, "_end", lambda person, _event, _position: person)


def nobody_told(patch: pytest.MonkeyPatch) -> None:
    """Notices are written and not sent."""

    async def silent(_self: MemoryNotices, _notices: Sequence[NoticeRow]) -> None:
        return None

    patch.setattr(MemoryNotices, "send", silent)


def nobody_reminded(patch: pytest.MonkeyPatch) -> None:
    """The watch does nothing."""

    async def asleep(_self: Watch) -> Mapping[int, str]:
        return {}

    patch.setattr(Watch, "round", asleep)


def another_decision_signed(patch: pytest.MonkeyPatch) -> None:
    """The notary signs other decisions than those that were made."""
    leaves = MemoryProjection.leaves

    async def others(self: MemoryProjection, partition: int, start: int, end: int) -> list[LeafRow]:
        return [replace(row, digest=row.record_digest) for row in await leaves(self, partition, start, end)]

    patch.setattr(MemoryProjection, "leaves", others)


BROKEN: dict[Mutation, dict[str, str]] = {
    no_unique_claim: {"I1": "has other bytes each time"},
    appends_that_are_lost: {"I1": "was answered 202 and is not in the log"},
    repeats_taken_for_new: {"I1": "is dom/dom at 0/2, 0/3", "I4": "has 2 rows of `meddelande`"},
    openings_judged_by_what_was_so: {"I1": "was shown without an opening in the log", "I3": "showed /behov/*"},
    withdrawals_that_end_nothing: {"I2": "ended at 6", "I3": "showed /behov/*"},
    nobody_told: {"I4": "no notice 0 of 0/1 to mora"},
    nobody_reminded: {"I8": "o4.kvittens/paminnelse in ärende"},
    another_decision_signed: {"I6": "is not that of records and decisions"},
}


async def test_the_hub_as_it_is_leaves_a_sound_run(tmp_path: Path) -> None:
    assert [svar.rad() for svar in prova(await write(await played(), tmp_path)) if svar.status] == []


@pytest.mark.parametrize("mutation", BROKEN, ids=lambda mutation: mutation.__name__)
async def test_a_promise_taken_out_is_found_and_named(
    mutation: Mutation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mutation(monkeypatch)
    found = {svar.namn: svar.rad() for svar in prova(await write(await played(), tmp_path))}
    for name, why in BROKEN[mutation].items():
        assert found[name].startswith(f"{name} BROKEN: ")
        assert why in found[name]
