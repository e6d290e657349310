"""Evidence of a decision, verified by a library that this project did not write: torchwood's C2SP tlog-proof.

Run by `make tessera`. It is built from the Go module proxy, and skipped, saying why, where that cannot be done.
"""

import os
import shutil
import sys
from pathlib import Path
from subprocess import TimeoutExpired, run

import pytest

sys.path.append(str(Path(__file__).parents[1] / "unit" / "verifier"))
from evidenced import COUNT, finding, log, verified
from publishing import VKEY, flip

from samverkanshub.domain.merkle import leaf_hash
from samverkanshub.verifier import Shown

SOURCE = Path(__file__).parent / "tlogproof"
BUILD_S = 400
RUN_S = 60


@pytest.fixture(scope="module")
def tool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not os.environ.get("TESSERA"):  # noqa: TID251
        pytest.skip("torchwood was not run: it is built by `make tessera`")
    go, place = shutil.which("go"), tmp_path_factory.mktemp("go") / "tlogproof"
    if not go:
        pytest.skip("torchwood was not run: there is no Go here to build it with")
    try:
        built = run([go, "build", "-o", place, "."], cwd=SOURCE, capture_output=True, timeout=BUILD_S)
    except TimeoutExpired:
        pytest.skip(f"torchwood was not run: it was not built within {BUILD_S} s")
    if built.returncode:
        pytest.skip("torchwood was not run: it could not be built from the Go module proxy")
    return place


def said(tool: Path, content: bytes, leaf: bytes, place: Path) -> tuple[int, str]:
    file = place / "a.tlog-proof"
    file.write_bytes(content)
    answered = run([tool, file, VKEY, leaf.hex()], capture_output=True, timeout=RUN_S, text=True)
    return answered.returncode, answered.stdout


def hash_in(content: bytes) -> bytes:
    found = verified(content)
    assert isinstance(found, Shown)
    return leaf_hash(found.record + found.decision)


@pytest.mark.parametrize("offset", [0, 17, 255, 256, COUNT - 1])
def test_evidence_is_a_tlog_proof_to_torchwood(tool: Path, offset: int, tmp_path: Path) -> None:
    for content in (log().whole(offset), log().parts(offset)):
        status, answer = said(tool, content, hash_in(content), tmp_path)
        assert (status, answer.startswith("verified, extra of ")) == (0, True)


def test_what_torchwood_refuses_is_refused_here_too(tool: Path, tmp_path: Path) -> None:
    content = log().whole()
    leaf, extra = hash_in(content), content.index(b"index")
    assert said(tool, content, flip(leaf, 5), tmp_path)[0] == 1
    for at in range(extra, len(content), 37):
        changed = flip(content, at)
        assert said(tool, changed, leaf, tmp_path)[0] == 1
        assert finding(changed)
