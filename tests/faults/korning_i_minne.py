"""A small run directory, as `make faults` leaves one: the whole hub in memory, used by clients that note what they ask.

Tests of the checker alone use it, and spoil it; the checker itself imports nothing of the hub.
"""

import json
import sys
from collections.abc import Awaitable, Mapping
from dataclasses import asdict, dataclass, field, is_dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parents[1] / "unit" / "pipeline"))

from hub import Hub
from intakehub import ANNA, BO, DISA, UTSATT, VC, VC_RATTVIK, Whole, caller, consent, event, report, summons
from watched import CHILD_UNIT, MINUTE, passes, watch

from samverkanshub.adapters.kafka.notices import notice_id
from samverkanshub.adapters.memory import MemoryGuard, MemoryTree
from samverkanshub.adapters.signer import FileSigner
from samverkanshub.codec import checkpoint
from samverkanshub.codec import envelope as envelopes
from samverkanshub.codec.keys import private_key, to_pem
from samverkanshub.domain.errors import HubError
from samverkanshub.domain.events import KANARIE
from samverkanshub.pipeline.hubs_own import own_event
from samverkanshub.pipeline.notary import Notary
from samverkanshub.pipeline.receipts import Receipt
from samverkanshub.ports import Unavailable

NAME = "hub.example"
KEY = FileSigner(to_pem(private_key(bytes(range(32)))))
REFUSED_STATUS = 403
UNREADABLE = b"\0not an envelope"


@dataclass
class Played:
    """A hub in memory, its notary, and what its clients have noted."""

    whole: Whole
    tree: MemoryTree = field(default_factory=MemoryTree)
    guard: MemoryGuard = field(default_factory=MemoryGuard)
    noted: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    seen: list[dict[str, Any]] = field(default_factory=list)
    ms: int = 0
    marginal_ms: int = 120_000
    """How late a reminder may be."""

    async def publish(self, grupp: str, typ: str, data: Mapping[str, Any], id: str) -> str:
        """Publish, and note it; the event's id."""
        body = event(grupp, typ, dict(data), id=id, seed=sha256(id.encode()).digest())
        asked = self.whole.intake.publish(caller(grupp), body)
        line = await self._note(grupp, "POST", "/handelser", asked, id=id, typ=typ, kropp=json.loads(body))
        return str(line["svar"].get("handelse_id", ""))

    async def open(self, grupp: str, leverans_id: str) -> None:
        """Open a delivery, and note it."""
        asked = self.whole.deliver.open(caller(grupp), leverans_id)
        await self._note(grupp, "POST", f"/leveranser/{leverans_id}/oppna", asked)

    async def acknowledge(self, grupp: str, leverans_id: str, id: str) -> None:
        """Acknowledge a delivery, and note it."""
        asked = self.whole.deliver.acknowledge(caller(grupp), leverans_id, "mottagen", id=id)
        kropp = {"slag": "mottagen", "id": id}
        await self._note(grupp, "POST", f"/leveranser/{leverans_id}/kvittens", asked, id=id, kropp=kropp)

    async def newest(self, grupp: str) -> str:
        """The newest delivery to a reader group, as its inbox has it, noted."""
        line = await self._note(grupp, "GET", "/inkorg", self.whole.deliver.inbox(caller(grupp), "", 100))
        return str(line["svar"]["rader"][-1]["leverans_id"])

    async def outcome(self, grupp: str, handelse_id: str) -> None:
        """Read an outcome, and note it."""
        asked = self.whole.deliver.outcome(caller(grupp), handelse_id)
        await self._note(grupp, "GET", f"/handelser/{handelse_id}/utfall", asked)

    async def _note(
        self, grupp: str, metod: str, vag: str, asked: Awaitable[Any], id: str = "", typ: str = "", kropp: Any = None
    ) -> dict[str, Any]:
        who, lines = caller(grupp), self.noted.setdefault(grupp, [])
        self.ms += 10
        status, svar = await _answered(asked)
        named = {"id": id, "aktor": who.aktor, "lasargrupp": grupp, "anvandare": who.anvandare, "typ": typ}
        sent = {"nr": len(lines), "sant_ms": self.ms, "svar_ms": self.ms + 5, "metod": metod, "vag": vag}
        lines.append({**sent, **named, "kropp": kropp, "status": status, "svar": svar, "fel": None})
        return lines[-1]

    async def sign(self) -> None:
        """A round of the notary, and an observer's look at what it signed."""
        judged = self.whole.projection
        await Notary(judged, {0: self.tree}, self.guard, KEY, self.whole.points, NAME).round()
        self.seen.append({"tid": self.ms, "text": self.tree.checkpoint().decode()})


async def _answered(asked: Awaitable[Any]) -> tuple[int, Any]:
    try:
        answer = await asked
    except Unavailable:
        return 503, {"type": "inte-tillganglig"}
    except HubError as refusal:
        return REFUSED_STATUS, {"type": refusal.code}
    if isinstance(answer, Receipt):
        return answer.status, {**asdict(answer), "varningar": list(answer.varningar)}
    return 200, answer


def _id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


async def played() -> Played:
    """A consent, a summons that rests on it, openings before and after its withdrawal, a report and its reminders."""
    run = Played(await Whole().started())
    whole = run.whole
    given = await run.publish(VC, "samtycke_lamnat", consent(), _id(1))
    await _unanswered(run, VC, "sip_kallelse", summons(), _id(2))
    called = await run.publish(VC, "sip_kallelse", summons(), _id(2))
    leverans = await run.newest(UTSATT)
    await run.open(UTSATT, leverans)
    await run.outcome(VC, called)
    await run.sign()
    await run.publish(VC, "sip_kallelse", summons(BO), _id(3))
    await run.publish(VC, "samtycke_aterkallat", _withdrawal(given), _id(4))
    await run.open(UTSATT, leverans)
    await run.publish(VC_RATTVIK, "orosanmalan", report(DISA), _id(5))
    reported = await run.newest(CHILD_UNIT)
    for minutes in (61, 60, 10):
        passes(whole, minutes * MINUTE)
        await watch(whole).round()
    await run.open(CHILD_UNIT, reported)
    await run.acknowledge(CHILD_UNIT, reported, _id(6))
    await _unreadable(run)
    await _canary(run)
    await run.sign()
    return run


def _withdrawal(given: str) -> dict[str, Any]:
    return {"personer": [{"roll": "registrerad", "personnummer": ANNA}], "samtycke": given}


async def _unanswered(run: Played, grupp: str, typ: str, data: Mapping[str, Any], id: str) -> None:
    """An event that is appended while the gate is away and the answer is lost."""
    log = run.whole.log
    log.paused = log.down_after = True
    await run.publish(grupp, typ, data, id)
    log.paused = log.down_after = False


async def _unreadable(run: Played) -> None:
    """A record that nobody can read, of a person whom nobody knows."""
    await run.whole.log.append(0, None, (("personer", bytes(range(16))),), UNREADABLE)


async def _canary(run: Played) -> None:
    """What the hub sends through itself."""
    own = own_event(_id(7), KANARIE, bytes(32), {})
    value = envelopes.encode(own, run.whole.hub.schemas)
    await run.whole.log.append(0, envelopes.key(own), envelopes.headers(own), value)


# ------------------------------------------------------------------------------------------ written down


@dataclass(frozen=True)
class Nedskriven:
    """A run as it is written down: rows by file, and the files that are bytes."""

    rader: dict[str, list[Any]]
    filer: dict[str, bytes]


async def write(run: Played, where: Path) -> Path:
    """The run directory of what was played."""
    found = await written(run)
    for name, rows in found.rader.items():
        _lines(where / f"{name}.jsonl", rows)
    for name, content in found.filer.items():
        _bytes(where / name, content)
    return where


async def written(run: Any) -> Nedskriven:
    """What was played, and the projection made anew from its log. `run`: a `Played`, or what has all that it has."""
    whole = run.whole
    records = [r async for r in whole.hub.log.records(0, 0, await whole.hub.log.end(0))]
    again = Hub()
    again.log, again.artefacts = whole.hub.log, whole.hub.artefacts
    again.gate = again.new_gate()
    await again.gate.assign(0)
    await again.gate.batch(0, records)
    rows: dict[str, list[Any]] = {f"klienter/{name}": lines for name, lines in run.noted.items()}
    rows["kafka/samverkan.logg"] = [_record(r) for r in records]
    rows |= {f"kafka/samverkan.notis.{aktor}": found for aktor, found in _notices(whole).items()}
    for folder, database in (("projektion", whole.hub.database), ("replay", again.database)):
        rows |= {f"{folder}/{table}": found for table, found in tables(database).items()}
    rows["valv/ansprak"] = [_plain(claim) for claim in whole.vault._claims.values()]
    rows["checkpoints/0"] = run.seen
    return Nedskriven(rows, _files(run, records))


def _files(run: Any, records: list[Any]) -> dict[str, bytes]:
    planted = [[0, r.offset] for r in records if r.value == UNREADABLE]
    facts = {"seed": 1, "rundor": [{"nr": 1, "fel": "inget", "utfall": "ok", "hoppad": False}]}
    facts |= {"fran_ms": records[0].tid, "till_ms": run.whole.hub.clock.ms, "nummer": [ANNA, BO, DISA]}
    published = {**run.tree.files, "checkpoint": run.tree.checkpoint()}
    key = checkpoint.verifier_key(checkpoint.origin(NAME, 0), KEY.public)
    return {
        "fakta.json": json.dumps(facts | {"planterade": planted, "marginal_ms": run.marginal_ms}).encode(),
        **{f"trad/0/{path}": content for path, content in published.items()},
        "nycklar/notarie.txt": f"{key}\n".encode(),
        "loggar/gate.log": b'{"event": "gate.batch", "records": 3}\n',
    }


def tables(db: Any) -> dict[str, list[dict[str, Any]]]:
    """The projection's tables as their dump has them."""

    def keyed(table: Mapping[Any, Any], *columns: str) -> list[dict[str, Any]]:
        return [_plain(row) | dict(zip(columns, key, strict=False)) for key, row in table.items()]

    inbox = [_plain(row) | {"withdrawn": key in db.withdrawn} for key, row in db.inbox.items()]
    states = [dict(zip(("partition", "kind", "id"), k, strict=True)) | {"state": s.hex()} for k, s in db.states.items()]
    seen = [
        dict(zip(("partition", "aktor", "handelse_id"), k, strict=True)) | {"offset": o} for k, o in db.seen.items()
    ]
    return {
        "position": [_plain(row) | {"partition": number} for number, row in db.positions.items()],
        "tillstand": states,
        "sedd": seen,
        "beslut": keyed(db.decisions, "partition", "offset"),
        "inkorg": inbox,
        "karantan": keyed(db.quarantine, "partition", "offset"),
        "notis": keyed(db.notices, "partition", "offset", "nr"),
        "leveranshandelse": keyed(db.delivery_events, "partition", "offset"),
        "forfaller": keyed(db.due, "partition"),
        "oppen_plikt": keyed(db.duties, "partition"),
        "spar": [_plain(row) | {"partition": key[2]} for key, row in db.traces.items()],
        "gate_status": [],
    }


def _notices(whole: Whole) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for notice in whole.hub.notices.sent:
        rows = found.setdefault(notice.aktor, [])
        headers = [["id", notice_id(notice).encode().hex()]]
        row = {"partition": 0, "offset": len(rows), "tid": whole.hub.clock.ms, "key": None, "headers": headers}
        rows.append({**row, "value": notice.body.hex()})
    return found


def _record(r: Any) -> dict[str, Any]:
    headers = [[name, content.hex()] for name, content in r.headers]
    key = None if r.key is None else r.key.hex()
    return {
        "partition": r.partition,
        "offset": r.offset,
        "tid": r.tid,
        "key": key,
        "headers": headers,
        "value": r.value.hex(),
    }


def _plain(value: Any) -> Any:
    """As a dump has it: bytes in hex."""
    if is_dataclass(value) and not isinstance(value, type):
        return {name: _plain(part) for name, part in asdict(value).items()}
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, frozenset):
        return sorted(_plain(part) for part in value)
    return value


def _lines(path: Path, rows: list[Any]) -> None:
    _bytes(path, b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows))


def _bytes(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
