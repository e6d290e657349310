"""The contract of `ArtefactStore`: what is stored by digest is got by digest, and never anything else."""

import asyncio
import hashlib
import os
from pathlib import Path

import pytest

from samverkanshub.adapters.artefacts import DirectoryArtefacts
from samverkanshub.adapters.memory import MemoryArtefacts
from samverkanshub.ports import ArtefactStore


@pytest.fixture(params=["directory", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ArtefactStore:
    return DirectoryArtefacts(tmp_path / "artefakter") if request.param == "directory" else MemoryArtefacts()


async def test_an_artefact_is_got_by_the_digest_it_was_stored_under(store: ArtefactStore) -> None:
    digest = await store.put(b'{"version":1}')
    assert digest == hashlib.sha256(b'{"version":1}').hexdigest()
    assert await store.get(digest) == b'{"version":1}'


async def test_storing_the_same_twice_is_nothing(store: ArtefactStore) -> None:
    assert await store.put(b"[]") == await store.put(b"[]")


async def test_many_may_store_the_same_at_once(store: ArtefactStore) -> None:
    found = set(await asyncio.gather(*(store.put(b"x" * 100_000) for _ in range(8))))
    assert len(found) == 1
    assert await store.get(found.pop()) == b"x" * 100_000


@pytest.mark.parametrize("digest", ["0" * 64, "", "../hemligt", "A" * 64, "0" * 63])
async def test_what_is_not_there_is_a_lookup_error(store: ArtefactStore, digest: str) -> None:
    with pytest.raises(LookupError):
        await store.get(digest)


async def test_a_damaged_file_is_not_handed_out_and_is_mended_by_storing_again(tmp_path: Path) -> None:
    store = DirectoryArtefacts(tmp_path)
    digest = await store.put(b"{}")
    (tmp_path / f"{digest}.json").write_bytes(b"{ }")
    with pytest.raises(LookupError, match="damaged"):
        await store.get(digest)
    await store.put(b"{}")
    assert await store.get(digest) == b"{}"


async def test_another_process_reads_what_this_one_stored(tmp_path: Path) -> None:
    digest = await DirectoryArtefacts(tmp_path).put(b"{}")
    assert await DirectoryArtefacts(tmp_path).get(digest) == b"{}"
    assert os.listdir(tmp_path) == [f"{digest}.json"]
