"""A backup is whole or none, overwrites nothing, and says which of its files is another than it was."""

from pathlib import Path

import pytest

from samverkanshub.adapters.kopia import MANIFEST, Kopia
from samverkanshub.domain.errors import Halt
from samverkanshub.ports import LogRecord, Span

RECORDS = [LogRecord(0, offset, offset, None, (), b"%d" % offset) for offset in range(1200)]


@pytest.fixture
def kept(tmp_path: Path) -> Kopia:
    kept = Kopia(tmp_path / "kopia")
    kept.begin()
    kept.keep(Span(0, 0, 1000), RECORDS[:1000])
    kept.keep(Span(0, 1000, 1200), RECORDS[1000:])
    kept.keep_file("artefakter/a.json", b"{}")
    kept.vault.write_bytes(b"dump")
    kept.finish(5, {0: 1200})
    return kept


def refused(kept: Kopia) -> str:
    with pytest.raises(Halt) as halt:
        kept.manifest()
    assert halt.value.code == "kopia-olasbar"
    return halt.value.detail


def test_what_was_kept_is_there(kept: Kopia) -> None:
    manifest = kept.manifest()
    assert (manifest.tid, manifest.poster) == (5, {0: 1200})
    assert [record for part in kept.log(0, 1200) for record in part] == RECORDS
    assert kept.files("artefakter") == {"a.json": b"{}"}


def test_its_files_are_their_owners_alone(kept: Kopia, tmp_path: Path) -> None:
    kept.vault.chmod(0o600)  # As `dump` makes it.
    files = [path for path in (tmp_path / "kopia").rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


@pytest.mark.parametrize(
    "name", ["valv.dump", "artefakter/a.json", "logg/0/00000000000000000000-00000000000000001000.jsonl"]
)
def test_a_file_that_is_changed_gone_or_added_is_named(kept: Kopia, tmp_path: Path, name: str) -> None:
    place = tmp_path / "kopia" / name
    place.write_bytes(place.read_bytes() + b" ")
    assert name in refused(kept)
    place.unlink()
    assert name in refused(kept)


def test_a_file_that_is_none_of_it_is_named(kept: Kopia, tmp_path: Path) -> None:
    (tmp_path / "kopia" / "okand").write_bytes(b"")
    assert "`okand`" in refused(kept)


def test_one_without_its_manifest_or_of_another_version_is_none(kept: Kopia, tmp_path: Path) -> None:
    manifest = tmp_path / "kopia" / MANIFEST
    manifest.write_bytes(manifest.read_bytes().replace(b"kopia/v1", b"kopia/v2"))
    assert "another version" in refused(kept)
    manifest.unlink()
    assert "no whole backup" in refused(kept)


def test_nothing_is_overwritten(kept: Kopia) -> None:
    with pytest.raises(Halt) as halt:
        kept.begin()
    assert halt.value.code == "kopia-finns"


def test_a_record_that_is_missing_is_told_of(kept: Kopia) -> None:
    kept.keep(Span(0, 1000, 1200), RECORDS[1001:])
    with pytest.raises(Halt, match="lacks records of område 0"):
        list(kept.log(0, 1200))
