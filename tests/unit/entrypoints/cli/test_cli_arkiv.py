"""An archive verifies on its own: against the signed tree, and file by file against its manifest."""

import asyncio
import json
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from samverkanshub.adapters.arkiv import KEYS, MANIFEST, ArchiveFiles
from samverkanshub.adapters.memory import MemoryProjection
from samverkanshub.adapters.signer import FileSigner
from samverkanshub.adapters.tree_files import GuardFiles, TreeFiles
from samverkanshub.codec import checkpoint
from samverkanshub.codec.keys import private_key, to_pem
from samverkanshub.entrypoints.cli.main import main
from samverkanshub.pipeline.arkivering import Archiving
from samverkanshub.pipeline.notary import Notary
from samverkanshub.ports import Span
from unit.pipeline.hub import Hub, envelope, no_failpoint

SIGNER = FileSigner(to_pem(private_key(b"k" * 32)))
SIP = {
    "mottagare": [{"slag": "enhet", "id": "region-dalarna.vardcentral-mora"}],
    "skyddade_personuppgifter": False,
    "delaktighet": {"satt": "deltar", "information": "muntligt"},
    "behov": [{"text": "två", "referens": "ref-1"}],
}


async def archived(path: Path, start: int = 0) -> Path:
    """An archive of four records, signed, from `start` on."""
    hub = await Hub().started()
    for no in ("ett", "två", "tre"):
        await hub.publish(envelope("sip_kallelse", "mora.vinr.utsatt", {"utsatt": "sally"}, {**SIP, "syfte": no}))
    projection, tree = MemoryProjection(hub.database), TreeFiles(path / "trad")
    await Notary(projection, {0: tree}, GuardFiles(path / "vakt"), SIGNER, no_failpoint, "log.example").round()
    kept, span = ArchiveFiles(path / "arkiv"), Span(0, start, 4)
    kept.begin([span])
    await Archiving(hub.log, projection, hub.artefacts, kept, hub.schemas, lambda n: None).write(span)
    kept.keep_tree(0, tree)
    kept.keep_keys([checkpoint.verifier_key(checkpoint.origin("log.example", 0), SIGNER.public)])
    kept.finish([span])
    return path / "arkiv"


def archive(path: Path, start: int = 0) -> Path:
    return asyncio.run(archived(path, start))


def verified(path: Path, tmp_path: Path) -> Result:
    key = tmp_path / "nyckel"
    key.write_text(checkpoint.verifier_key(checkpoint.origin("log.example", 0), SIGNER.public))
    words = ["verify", str(path), "--nyckel", str(key), "--sedda", str(tmp_path / "sedda")]
    return CliRunner(env={"SAMVERKAN_DATA": str(tmp_path)}).invoke(main, words)


@pytest.mark.parametrize("start", [0, 2])
def test_an_archive_is_sound_as_far_as_it_has_records(tmp_path: Path, start: int) -> None:
    found = verified(archive(tmp_path, start), tmp_path)
    assert found.exit_code == 0
    assert "4 leaves sound" in found.stdout
    assert f"held against the log: {4 - start} records" in found.stdout
    assert f"held against the database: {4 - start} decisions" in found.stdout


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


def test_an_archive_of_other_omraden_than_the_keys_is_not_checked(tmp_path: Path) -> None:
    path = archive(tmp_path)
    key = checkpoint.verifier_key(checkpoint.origin("log.example", 7), SIGNER.public)
    found = CliRunner().invoke(main, ["verify", str(path), "--nyckel", key, "--sedda", str(tmp_path / "sedda")])
    assert found.exit_code == 1


def test_the_keys_in_it_are_those_of_the_trees(tmp_path: Path) -> None:
    path = archive(tmp_path)
    words = ["verify", str(path), "--nyckel", str(path / KEYS), "--sedda", str(tmp_path / "sedda")]
    assert CliRunner().invoke(main, words).exit_code == 0
