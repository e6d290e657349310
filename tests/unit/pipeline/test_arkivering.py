"""An archive is the log, the decisions, the regelverk and the tree of a period: whole, or not an archive."""

import json
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from hub import Hub, envelope, person_id

from samverkanshub import resources
from samverkanshub.adapters.arkiv import MANIFEST, Archive, ArchiveFiles, is_archive, tree_of
from samverkanshub.adapters.memory import MemoryArtefacts, MemoryProjection
from samverkanshub.adapters.signer import FileSigner
from samverkanshub.adapters.tree_files import GuardFiles, TreeFiles
from samverkanshub.codec.envelope import EVENT_HEADER, PERSONS_HEADER
from samverkanshub.codec.keys import private_key, to_pem
from samverkanshub.domain import tlog
from samverkanshub.domain.errors import Halt
from samverkanshub.domain.tlog import Head, bundle_path, tile_of
from samverkanshub.pipeline.arkivering import Archiving
from samverkanshub.pipeline.narrowing import EVERYTHING
from samverkanshub.pipeline.notary import Notary
from samverkanshub.pipeline.replay import Replay, Replayed
from samverkanshub.ports import Span

WHOLE = Span(0, 0, 4)
SCHEMAS = resources.root() / "schemas" / "avro"
SIP = {
    "mottagare": [{"slag": "enhet", "id": "region-dalarna.vardcentral-mora"}],
    "skyddade_personuppgifter": False,
    "syfte": "ett",
}


@pytest.fixture
async def hub() -> Hub:
    """A regelverk, a message, the same again, and a record that nobody can read; all judged."""
    found = await Hub().started()
    sip = envelope("sip_kallelse", "mora.vinr.utsatt", {"utsatt": "sally"}, SIP)
    await found.publish(sip)
    await found.publish(sip)
    await found.append_raw(b"\0\xffolasligt", ((PERSONS_HEADER, UUID(person_id("sally")).bytes), (EVENT_HEADER, b"")))
    await found.judge_all()
    return found


async def noted(hub: Hub, path: Path) -> TreeFiles:
    """The tree that a notary publishes of the hub."""
    tree = TreeFiles(path / "trad")
    signer = FileSigner(to_pem(private_key(b"k" * 32)))
    projection = MemoryProjection(hub.database)

    async def nothing(_name: str) -> None:
        """No failpoint."""

    await Notary(projection, {0: tree}, GuardFiles(path / "vakt"), signer, nothing, "log.example").round()
    return tree


async def archived(hub: Hub, path: Path, span: Span = WHOLE) -> list[int]:
    """Archive a span, without tree and keys; how many records were told of at a time."""
    told: list[int] = []
    kept = ArchiveFiles(path)
    if not kept.begun():
        kept.begin([span])
    await Archiving(hub.log, MemoryProjection(hub.database), hub.artefacts, kept, hub.schemas, told.append).write(span)
    kept.finish([span])
    return told


async def replayed(archive: Archive, scope=EVERYTHING) -> Replayed:  # type: ignore[no-untyped-def]
    replay = Replay(archive, archive, archive.artefacts(), Hub().schemas, lambda step: None, scope)
    found = await replay.standing(0)
    await replay.compare(found)
    return found


async def test_records_and_decisions_are_read_back_to_the_byte_and_judged_again(hub: Hub, tmp_path: Path) -> None:
    assert await archived(hub, tmp_path / "a") == [4]
    archive = Archive(tmp_path / "a")
    assert [one async for one in archive.records(0, 0, 9)] == [one async for one in hub.log.records(0, 0, 4)]
    assert await archive.judged(0, 0, 9) == await MemoryProjection(hub.database).judged(0, 0, 4)
    assert await replayed(archive) == Replayed(0, 4, 4, compared=4)
    assert archive.faults() == []


async def test_an_archive_of_a_period_has_the_regelverk_of_before_it_and_says_that_it_begins_later(
    hub: Hub, tmp_path: Path
) -> None:
    await archived(hub, tmp_path / "a", Span(0, 2, 4))
    archive = Archive(tmp_path / "a")
    assert [one.offset async for one in archive.records(0, 2, 4)] == [2, 3]
    assert {row.offset for row in await archive.judged(0, 0, 4)} == {2, 3}
    first = await hub.log.at(0, 0)
    assert first is not None
    assert len(list((tmp_path / "a" / "regelverk").iterdir())) == len(hub.artefacts._content)
    with pytest.raises(Halt) as gone:
        await replayed(archive)
    assert gone.value.code == "logg-med-lucka"


async def test_what_was_broken_off_goes_on_and_is_the_same(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("samverkanshub.ports.SEGMENT", 3)
    await archived(hub, tmp_path / "whole")
    kept = ArchiveFiles(tmp_path / "a")
    kept.begin([Span(0, 0, 4)])
    rows = await MemoryProjection(hub.database).judged(0, 0, 3)
    await kept.keep(Span(0, 0, 3), [one async for one in hub.log.records(0, 0, 3)], rows)
    assert kept.begun() == (Span(0, 0, 4),)
    assert not is_archive(tmp_path / "a")
    assert await archived(hub, tmp_path / "a") == [3, 1]
    assert (tmp_path / "a" / MANIFEST).read_bytes() == (tmp_path / "whole" / MANIFEST).read_bytes()


async def test_what_was_begun_of_another_log_is_not_gone_on_with(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("samverkanshub.ports.SEGMENT", 3)
    kept = ArchiveFiles(tmp_path / "a")
    kept.begin([Span(0, 0, 4)])
    others = [replace(one, tid=one.tid + 1) async for one in hub.log.records(0, 0, 3)]
    await kept.keep(Span(0, 0, 3), others, await MemoryProjection(hub.database).judged(0, 0, 3))
    with pytest.raises(Halt) as halt:
        await archived(hub, tmp_path / "a")
    assert halt.value.code == "annan-logg"


async def test_nothing_is_overwritten(hub: Hub, tmp_path: Path) -> None:
    await archived(hub, tmp_path / "a")
    with pytest.raises(Halt, match="nothing is overwritten"):
        ArchiveFiles(tmp_path / "a").begun()
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "viktigt.txt").write_text("x")
    with pytest.raises(Halt, match="nothing is overwritten"):
        ArchiveFiles(tmp_path / "b").begun()
    (tmp_path / "c").mkdir()
    assert ArchiveFiles(tmp_path / "c").begun() == ()


@pytest.mark.parametrize("what", ["record", "decision", "artefact"])
async def test_where_something_is_missing_there_is_no_archive(hub: Hub, tmp_path: Path, what: str) -> None:
    span = Span(0, 0, 5 if what == "record" else 4)
    if what == "decision":
        del hub.database.decisions[0, 2]
    if what == "artefact":
        hub.artefacts = MemoryArtefacts()
    with pytest.raises(Halt, match=f"the {what} .* is missing"):
        await archived(hub, tmp_path / "a", span)
    assert not is_archive(tmp_path / "a")


async def test_every_changed_gone_or_added_file_is_named(hub: Hub, tmp_path: Path) -> None:
    await archived(hub, tmp_path / "a")
    files = sorted(name for name in json.loads((tmp_path / "a" / MANIFEST).read_text())["filer"])
    for name in files:
        file = tmp_path / "a" / name
        content = file.read_bytes()
        file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        assert Archive(tmp_path / "a").faults() == [f"`{name}` is changed"]
        file.unlink()
        assert Archive(tmp_path / "a").faults() == [f"`{name}` is missing"]
        file.write_bytes(content)
    (tmp_path / "a" / "mer.txt").write_text("x")
    assert Archive(tmp_path / "a").faults() == ["`mer.txt` is not of the archive"]


async def test_a_line_that_cannot_be_read_is_a_record_that_is_gone(hub: Hub, tmp_path: Path) -> None:
    await archived(hub, tmp_path / "a")
    for kind in ("logg", "beslut"):
        (segment,) = (tmp_path / "a" / kind / "0").iterdir()
        lines = segment.read_bytes().splitlines(keepends=True)
        segment.write_bytes(b"".join([*lines[:2], b'{"offset":\xff\n', *lines[3:]]))
    archive = Archive(tmp_path / "a")
    assert [row.offset for row in await archive.judged(0, 0, 4)] == [0, 1, 3]
    assert await archive.at(0, 2) is None
    with pytest.raises(Halt, match="does not have the record at `2`"):
        [one async for one in archive.records(0, 0, 4)]


@pytest.mark.parametrize("content", [b"{}", b"\xff", b'{"format":"samverkanshub/arkiv/v9","omraden":[]}'])
def test_a_manifest_that_cannot_be_read_is_no_archive(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Halt, match="no archive"):
        Archive(tmp_path)
    (tmp_path / MANIFEST).write_bytes(content)
    with pytest.raises(Halt) as halt:
        Archive(tmp_path)
    assert halt.value.code == "arkiv-olasbart"


async def test_the_tree_is_the_one_that_the_checkpoint_is_of_however_far_the_notary_has_come(
    hub: Hub, tmp_path: Path
) -> None:
    tree = await noted(hub, tmp_path)
    kept = ArchiveFiles(tmp_path / "a")
    assert kept.keep_tree(0, tree) == 4
    copy = TreeFiles(tree_of(tmp_path / "a", 0))
    assert copy.checkpoint() == tree.checkpoint()
    assert tlog.root(copy.tile, 4) == tree.head().root


def test_of_a_tile_and_a_bundle_that_have_grown_the_part_that_is_signed_is_copied(tmp_path: Path) -> None:
    tree = TreeFiles(tmp_path / "trad")
    hashes = [bytes([n]) * 32 for n in range(256)]
    entries = [b"\0\x02" + bytes([n]) * 2 for n in range(256)]
    full = tile_of(0, 0, 256)
    tree.keep([(full, b"".join(hashes))], [(full, b"".join(entries))], Head(256, b"r" * 32))
    tree.publish(b"log.example\n70\nrot\n")
    assert ArchiveFiles(tmp_path / "a").keep_tree(0, tree) == 70
    kept = tree_of(tmp_path / "a", 0)
    assert (kept / tile_of(0, 0, 70).path).read_bytes() == b"".join(hashes[:70])
    assert (kept / bundle_path(0, 70)).read_bytes() == b"".join(entries[:70])
    with pytest.raises(LookupError):
        tree.bundle(tile_of(0, 1, 300))


def test_the_schemas_and_the_keys_are_in_it(tmp_path: Path) -> None:
    kept = ArchiveFiles(tmp_path)
    kept.begin([])
    kept.keep_schemas(SCHEMAS)
    kept.keep_keys(["a+1+b"])
    kept.finish([])
    assert (tmp_path / "scheman" / "index.json").read_bytes() == (SCHEMAS / "index.json").read_bytes()
    assert Archive(tmp_path).keys() == ["a+1+b"]
    assert Archive(tmp_path).faults() == []
