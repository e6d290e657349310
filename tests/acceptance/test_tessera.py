"""A log of 100,000 leaves, verified by a tool that this project did not write: tessera's `fsck`.

Run by `make tessera`. It is built from the Go module proxy, and skipped, saying why, where that cannot be done. Its
exit status is 0 whatever it found, so that it is judged by what it says.
"""

import asyncio
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from subprocess import CompletedProcess, TimeoutExpired, run

import pytest
from demo_support import Stage

sys.path.append(str(Path(__file__).parents[1] / "unit" / "verifier"))
from publishing import KEY, NAME, SIGNER, VKEY, Leaves, flip, leaf_rows, never

from samverkanshub.adapters.files import write_atomically
from samverkanshub.adapters.memory import MemoryGuard
from samverkanshub.adapters.tree_files import TreeFiles
from samverkanshub.codec import checkpoint
from samverkanshub.entrypoints.audit.copy import lengthened, published
from samverkanshub.entrypoints.audit.run import gather
from samverkanshub.pipeline.notary import Notary
from samverkanshub.verifier import SOUND, Directory, Sources, Verified, verify

TOOL = "github.com/transparency-dev/tessera/cmd/fsck@v1.0.4"
COUNT = 100_000
BUILD_S = 400
RUN_S = 120


@pytest.fixture(scope="module")
def fsck(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not os.environ.get("TESSERA"):  # noqa: TID251
        pytest.skip("tessera's fsck was not run: building it takes minutes, and `make tessera` does it")
    place = tmp_path_factory.mktemp("go")
    go = shutil.which("go")
    if not go:
        pytest.skip("tessera's fsck was not run: there is no Go here to build it with")
    env = {**os.environ, "GOBIN": str(place)}  # noqa: TID251
    try:
        built = run([go, "install", TOOL], env=env, capture_output=True, timeout=BUILD_S)
    except TimeoutExpired:
        pytest.skip(f"tessera's fsck was not run: it was not built within {BUILD_S} s")
    if built.returncode:
        pytest.skip("tessera's fsck was not run: it could not be built from the Go module proxy")
    return place / "fsck"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a log, and the key beside them."""
    place = tmp_path_factory.mktemp("logg")
    told, tree = Leaves(leaf_rows(COUNT), COUNT), TreeFiles(place / "trad")
    notary = Notary(told, {0: tree}, MemoryGuard(), SIGNER, never, NAME)  # type: ignore[arg-type]
    asyncio.run(notary.round())
    (place / "nyckel").write_text(VKEY)
    return place


@pytest.fixture(
    params=["tile/0/100", "tile/0/390.p/160", "tile/1/000", "tile/2/000.p/1", "tile/entries/100", "checkpoint"]
)
def flipped(request: pytest.FixtureRequest, log: Path) -> Iterator[str]:
    """A file of the log with one bit changed, for as long as the test lasts."""
    file = log / "trad" / request.param
    whole = file.read_bytes()
    file.write_bytes(flip(whole, 20))
    yield request.param
    file.write_bytes(whole)


def said(fsck: Path, log: Path) -> str:
    # A worker that finds a fault ends; were none left, fsck would wait for ever.
    asked = [fsck, "-ui=false", "-N=16", "-public_key", log / "nyckel", "-storage_url", f"file://{log / 'trad'}/"]
    answered: CompletedProcess[str] = run(asked, capture_output=True, timeout=RUN_S, text=True)
    return answered.stdout + answered.stderr


def verified(log: Path) -> Verified:
    return asyncio.run(verify(Sources(0, Directory(log / "trad"), KEY)))


def test_the_log_is_sound_to_tessera(fsck: Path, log: Path) -> None:
    found = verified(log)
    assert (found.outcome, found.leaves) == (SOUND, COUNT)
    assert f"Successfully fsck'd log with size {COUNT} and root" in said(fsck, log)
    assert found.root.hex() in said(fsck, log)


@pytest.mark.servers
async def test_the_demo_and_random_leaves_after_it_are_sound_to_tessera(
    fsck: Path, played: Stage, tmp_path: Path
) -> None:
    found = await gather(played.hub.settings)
    copy = await published(lengthened(found.log, COUNT, Random(1)), Random(2))
    for path, content in copy.files.items():
        write_atomically(tmp_path / "trad" / path, content)
    (tmp_path / "nyckel").write_text(checkpoint.verifier_key(copy.key.name, copy.key.public))
    assert f"Successfully fsck'd log with size {len(found.log.records) + COUNT} and root" in said(fsck, tmp_path)
    assert (await copy.verified()).outcome == SOUND


def test_what_tessera_finds_is_found_here_too(fsck: Path, log: Path, flipped: str) -> None:
    answer = said(fsck, log)
    assert "Successfully" not in answer
    assert "fsck failed" in answer
    finding = verified(log).finding
    assert finding
    assert finding.path == flipped
