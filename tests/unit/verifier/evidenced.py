"""Evidence of a small log made by the real writer, for the verifier's tests to take apart and put together anew."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from publishing import KEY, SCHEMAS, Files, digest_of, noted
from publishing import a_record as record_at

from samverkanshub.codec import evidence
from samverkanshub.codec.canonical import jcs
from samverkanshub.codec.decisions import EncodedDecision, decode_decision, encode_decision
from samverkanshub.domain import tlog
from samverkanshub.domain.decision import Decision, Entry, Reason
from samverkanshub.domain.tlog import Tile
from samverkanshub.ports import LeafRow
from samverkanshub.verifier import Absent, Finding, Shown, Tampered, verify_evidence

KEYS = {0: KEY}
COUNT = 300
AT = 17
"""The position that is shown."""
MORA, FALUN = "mora.vinr.utsatt", "falun.vinr.utsatt"
WITHHELD, GIVEN = Reason("B2", "samtycke-saknas", True), Reason("B3", "samtycke", False)


def entries(offset: int) -> tuple[Entry, ...]:
    """Falun is delivered something at every third position, Mora at none but the one shown."""
    own = Entry("", "", (Reason("T1", "mottagen", False),))
    falun = [Entry(FALUN, f"/behov/{n}", (WITHHELD if offset % 3 else GIVEN,)) for n in range(2)]
    mora = [Entry(MORA, f"/behov/{n}", (GIVEN if offset == AT else WITHHELD,)) for n in range(4)]
    duty = Entry("", "#h2.kvittens/paminnelse/falun.vinr", (Reason("H2", "plikt", False),), "plikt")
    return (own, duty, *falun, *mora, Entry("orsa.vinr.utsatt", "", (WITHHELD,)))


def encoded(offset: int, partition: int = 0, lines: Sequence[Entry] = ()) -> EncodedDecision:
    """The decision at an offset."""
    decision = Decision(f"5f0c7e1e-3b0a-5f0e-9a50-{offset:012x}", "", "", "ab" * 32, tuple(lines) or entries(offset))
    return encode_decision(decision, partition, offset, offset.to_bytes(32, "big"), SCHEMAS)


@dataclass
class Log:
    """Decisions, signed."""

    decisions: list[EncodedDecision]
    files: Files

    @property
    def note(self) -> bytes:
        return self.files.content["checkpoint"]

    def tile(self, tile: Tile) -> bytes:
        return self.files.content[tile.path]

    def whole(self, offset: int = AT) -> bytes:
        return self.proof(evidence.whole(digest_of(record_at(offset)), self.decisions[offset].record), offset)

    def parts(self, offset: int = AT, mottagare: str = "mora", indices: Sequence[int] = (0, 4, 5, 6, 7)) -> bytes:
        record = decode_decision(self.decisions[offset].record)
        return self.proof(evidence.parts(digest_of(record_at(offset)), record, mottagare, indices), offset)

    def proof(self, extra: bytes, offset: int) -> bytes:
        path = tlog.inclusion(self.tile, len(self.decisions), offset)
        return evidence.proof(extra, offset, path, self.note)

    def absence(self, aktor: str, first: int, end: int) -> bytes:
        rows = [(digest_of(record_at(at)), self.decisions[at].record) for at in range(first, end)]
        return evidence.absence(aktor, first, rows, tlog.around(self.tile, len(self.decisions), first, end), self.note)


def signed(decisions: list[EncodedDecision]) -> Log:
    """A log of these decisions."""
    rows = [LeafRow(at, digest_of(record_at(at)), one.digest) for at, one in enumerate(decisions)]
    return Log(decisions, noted(rows, len(rows)))


@cache
def log() -> Log:
    """The log that is taken apart."""
    return signed([encoded(offset) for offset in range(COUNT)])


# ------------------------------------------------------------------------------------------ verifying


def verified(content: bytes) -> Shown | Absent:
    return verify_evidence(content, KEYS)


def finding(content: bytes) -> Finding | None:
    """What is found to be wrong; None where nothing is."""
    try:
        verified(content)
    except Tampered as tampered:
        return tampered.finding
    return None


def named(content: bytes) -> tuple[str, int]:
    """What is found to be wrong, and where."""
    found = finding(content)
    assert found
    return found.what, found.position


# ------------------------------------------------------------------------------------------ taking apart


def with_extra(content: bytes, change: Callable[[dict[str, Any]], Any]) -> bytes:
    """A proof with its `extra` changed, and canonical again."""
    lines = content.split(b"\n")
    extra = json.loads(b64decode(lines[1].removeprefix(b"extra ")))
    change(extra)
    lines[1] = b"extra " + b64encode(jcs(extra))
    return b"\n".join(lines)


def with_line(content: bytes, at: int, line: bytes | None) -> bytes:
    """With one line another, or gone."""
    lines = content.split(b"\n")
    lines[at : at + 1] = [] if line is None else [line]
    return b"\n".join(lines)


def other(encoded: str) -> str:
    """Base64 of the same bytes but for one bit of the last."""
    content = b64decode(encoded)
    return b64encode(content[:-1] + bytes([content[-1] ^ 1])).decode()
