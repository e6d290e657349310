"""A decision record as JSON, for who reads `decide` (docs/journal.md). Its entries are read back from its bytes."""

from typing import Any, Final

import msgspec

from samverkanshub.codec.decisions import Post, decode_decision
from samverkanshub.codec.schemas import Schemas
from samverkanshub.pipeline.rejudging import Judged


def printed(judged: Judged, schemas: Schemas, *, as_bytes: bool = False) -> dict[str, Any]:
    """The decision's members; with `as_bytes` the record's exact bytes too, in hex."""
    row, decision = judged.row, judged.decision
    return {
        "partition": judged.read.record.partition,
        "position": row.offset,
        "tid": row.tid,
        "handelse_id": row.handelse_id,
        "typ": row.typ,
        "aktor": row.aktor,
        "status": row.status,
        "dom": msgspec.json.decode(row.outcome)["dom"],
        "arende_id": row.arende_id,
        "regelverk": decision.regelverk,
        "digest": row.digest.hex(),
        "poster": [_post(post) for post in decode_decision(row.record, schemas).poster],
        "leveranser": msgspec.to_builtins(decision.deliveries),
        "samtycke_att_fraga": msgspec.to_builtins(decision.requests),
        **{name: value for name, value in msgspec.to_builtins(decision).items() if name not in _SAID},
        **({"beslut": row.record.hex()} if as_bytes else {}),
    }


_SAID: Final = frozenset(
    {"handelse_id", "typ", "aktor", "regelverk", "entries", "arende_id", "deliveries", "requests", "upprepning"}
)
"""What a line says of a decision under another name or from its row; the rest is said as it is."""


def _post(post: Post) -> dict[str, Any]:
    entry = post.entry
    return {
        "mottagare": entry.mottagare,
        "vag": entry.vag,
        "utslag": entry.verdict,
        "funktion": entry.funktion,
        "skal": msgspec.to_builtins(entry.reasons),
        "grunder": msgspec.to_builtins(entry.grunder),
        "samtycken": list(entry.samtycken),
        "leverans_id": entry.leverans_id,
        "frist": entry.frist,
        "frist_slag": entry.frist_slag,
    }
