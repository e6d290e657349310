"""An archive verifies on its own: against the signed tree, and file by file against its manifest."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from samverkanshub.adapters.arkiv import KEYS, MANIFEST
from samverkanshub.adapters.arkiv.writing import contents
from samverkanshub.entrypoints.cli.main import main
from unit.archived import archive, vkey


def verified(path: Path, tmp_path: Path) -> Result:
    key = tmp_path / "nyckel"
    key.write_text(vkey(0))
    words = ["verify", str(path), "--nyckel", str(key), "--sedda", str(tmp_path / "sedda")]
    return CliRunner(env={"SAMVERKAN_DATA": str(tmp_path)}).invoke(main, words)


@pytest.mark.parametrize("start", [0, 2])
def test_an_archive_is_sound_as_far_as_it_has_records(tmp_path: Path, start: int) -> None:
    found = verified(archive(tmp_path, start), tmp_path)
    assert found.exit_code == 0
    assert "4 leaves sound" in found.stdout
    assert f"the archive says that it holds positions {start} until 4\n" in found.stdout
    assert f"held against the log: {4 - start} records" in found.stdout
    assert f"held against the database: {4 - start} decisions" in found.stdout
    assert ("(`tid`) are held from below alone" in found.stdout) is bool(start), "what its first time follows from"


def test_one_flipped_byte_anywhere_is_found(tmp_path: Path) -> None:
    path = archive(tmp_path)
    for name in json.loads((path / MANIFEST).read_text())["filer"]:
        file = path / name
        content = file.read_bytes()
        file.write_bytes(flipped(content, len(content) // 2))
        found = verified(path, tmp_path)
        assert (found.exit_code, f"`{name}` is changed" in found.stderr) == (2, True), name
        file.write_bytes(content)
    assert verified(path, tmp_path).exit_code == 0


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


@pytest.mark.parametrize(
    ("kind", "member", "named"),
    [
        ("logg", b'"value":"', "record at position 2"),
        ("logg", b'"tid":', "record at position 2"),
        ("beslut", b'"record":"', "decision at position 2"),
        ("beslut", b'"digest":"', "decision at position 2"),
        ("trad/0/tile/entries", b"", "leaf at position"),
        ("trad/0/tile/0", b"", "tile at position"),
        ("trad/0/checkpoint", b"", "checkpoint at position"),
    ],
)
def test_who_changes_the_manifest_too_is_found_by_the_signed_tree_and_the_position_is_named(
    tmp_path: Path, kind: str, member: bytes, named: str
) -> None:
    path = archive(tmp_path)
    file = next(one for one in sorted([path / kind, *(path / kind).rglob("*")]) if one.is_file())
    content = file.read_bytes()
    lines = content.splitlines(keepends=True)
    start = sum(map(len, lines[:2])) if member else 0
    at = content.index(member, start) + len(member) + 3 if member else 40
    file.write_bytes(content[:at] + (b"2" if content[at : at + 1] == b"1" else b"1") + content[at + 1 :])
    manifest = json.loads((path / MANIFEST).read_text())
    name = file.relative_to(path).as_posix()
    manifest["filer"][name]["sha256"] = sha256(file.read_bytes()).hexdigest()
    (path / MANIFEST).write_text(json.dumps(manifest))
    found = verified(path, tmp_path)
    assert found.exit_code == 2
    assert named in found.stdout
    assert "manifest" not in found.stderr


# ------------------------------------------------------------------------------------------ rows that are not of it


def kept(path: Path, kind: str) -> Path:
    return next((path / kind / "0").iterdir())


def rows_of(path: Path, kind: str) -> list[bytes]:
    return kept(path, kind).read_bytes().splitlines(keepends=True)


def with_manifest(path: Path, omraden: list[dict[str, int]] | None = None) -> None:
    """A manifest over what is there now: whoever changes a file can change that too."""
    manifest = json.loads((path / MANIFEST).read_text())
    manifest["filer"] = json.loads(msgspec.json.encode(contents(path)))
    manifest["omraden"] = omraden or manifest["omraden"]
    (path / MANIFEST).write_text(json.dumps(manifest))


@pytest.mark.parametrize(("kind", "what"), [("logg", "record"), ("beslut", "decision")])
@pytest.mark.parametrize(
    ("row", "why"),
    [
        (lambda last: last.replace(b'"offset":3', b'"offset":9'), "9 ({}): is outside the segment, which is of"),
        (lambda last: last, "3 ({}): stands there twice"),
        (lambda last: b"garbage\n", "4 ({}): is on a line that cannot be read"),
    ],
)
def test_a_row_that_is_not_of_its_segment_is_named(
    tmp_path: Path, kind: str, what: str, row: Callable[[bytes], bytes], why: str
) -> None:
    path = archive(tmp_path)
    rows, file = rows_of(path, kind), kept(path, kind)
    file.write_bytes(b"".join([*rows, row(rows[-1])]))
    with_manifest(path)
    found = verified(path, tmp_path)
    assert found.exit_code == 2
    name = file.relative_to(path).as_posix()
    assert f"tampered with: {what} at position {why.format(name)}" in found.stdout
    assert "that it holds positions 0 until 4" in found.stdout
    assert replayed(path).exit_code == 1
    assert why.format(name) in replayed(path).stderr


def replayed(path: Path) -> Result:
    return CliRunner().invoke(main, ["replay", str(path)])


def test_the_first_position_is_named_of_rows_that_are_not_of_it_too(tmp_path: Path) -> None:
    path = archive(tmp_path)
    rows = rows_of(path, "beslut")
    kept(path, "beslut").write_bytes(b"".join([*rows[:2], rows[3].replace(b'"offset":3', b'"offset":7'), rows[3]]))
    with_manifest(path)
    assert "decision at position 2: is not in the database" in verified(path, tmp_path).stdout


def test_a_segment_of_no_period_is_named(tmp_path: Path) -> None:
    path = archive(tmp_path)
    for name in ("beslut/0/00000000000000000004-00000000000000000008.jsonl", "logg/3/0-4.jsonl"):
        (path / name).parent.mkdir(exist_ok=True)
        (path / name).write_bytes(rows_of(path, "beslut")[0])
        with_manifest(path)
        found = verified(path, tmp_path)
        assert (found.exit_code, f"`{name}` is of no period of the archive" in found.stderr) == (2, True)
        (path / name).unlink()


def test_a_period_that_was_narrowed_leaves_rows_outside_it(tmp_path: Path) -> None:
    """The audit of a changed record must not be had out of the way by saying that the archive ends before it."""
    path = archive(tmp_path)
    for kind in ("logg", "beslut"):
        file = kept(path, kind)
        file.rename(file.with_name(file.name.replace("4.", "2.")))
    with_manifest(path, [{"omrade": 0, "fran": 0, "till": 2}])
    found = verified(path, tmp_path)
    assert found.exit_code == 2
    assert "record at position 2" in found.stdout
    assert "the archive says that it holds positions 0 until 2\n" in found.stdout


@pytest.mark.parametrize("fran", [(0, 0), (-1, 4), (3, 2)])
def test_a_period_of_nothing_is_no_archives(tmp_path: Path, fran: tuple[int, int]) -> None:
    path = archive(tmp_path)
    for periods in ([fran], [(0, 4), (0, 2)]):
        with_manifest(path, [{"omrade": 0, "fran": start, "till": end} for start, end in periods])
        found = verified(path, tmp_path)
        assert (found.exit_code, "one period of each område" in found.stderr) == (1, True)


@pytest.mark.parametrize("name", ["logg/0", "beslut/0"])
def test_what_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    path = archive(tmp_path)
    file = kept(path, name.partition("/")[0])
    file.unlink()
    file.mkdir()
    found = verified(path, tmp_path)
    assert (found.exit_code, found.exception.__class__) == (2, SystemExit)
    assert f"could not be checked: `{file}` cannot be read: Is a directory" in found.stdout
    assert f"`{file.relative_to(path).as_posix()}` is missing" in found.stderr


# ------------------------------------------------------------------------------------------ keys


def verified_by(path: Path, tmp_path: Path, *numbers: int) -> Result:
    key = tmp_path / "nycklar"
    key.write_text("".join(f"{vkey(number)}\n" for number in numbers))
    return CliRunner().invoke(main, ["verify", str(path), "--nyckel", str(key), "--sedda", str(tmp_path / "sedda")])


def test_an_omrade_that_the_archive_does_not_hold_is_named_and_not_checked(tmp_path: Path) -> None:
    path = archive(tmp_path)
    for numbers, sound in (((7,), False), ((0, 7), True)):
        found = verified_by(path, tmp_path, *numbers)
        assert found.exit_code == 1
        assert "log.example/omrade/7: could not be checked: the archive holds nothing of område 7" in found.stdout
        assert ("4 leaves sound" in found.stdout) is sound


def test_an_omrade_of_the_archive_without_a_key_is_named_and_not_checked(tmp_path: Path) -> None:
    path = archive(tmp_path)
    with_manifest(path, [{"omrade": 0, "fran": 0, "till": 4}, {"omrade": 1, "fran": 0, "till": 4}])
    found = verified_by(path, tmp_path, 0)
    assert found.exit_code == 1
    assert "holds område 1 too, of which no key was given: it was not checked" in found.stderr
    words = ["verify", str(path), "--nyckel", vkey(0), "--omrade", "0", "--sedda", str(tmp_path / "sedda")]
    assert CliRunner().invoke(main, words).exit_code == 0, "it alone was asked for"


def test_the_keys_in_it_are_those_of_the_trees(tmp_path: Path) -> None:
    path = archive(tmp_path)
    words = ["verify", str(path), "--nyckel", str(path / KEYS), "--sedda", str(tmp_path / "sedda")]
    assert CliRunner().invoke(main, words).exit_code == 0
