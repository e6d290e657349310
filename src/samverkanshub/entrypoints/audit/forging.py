"""A record that its sender did not sign, with all that follows from it made right: what only its signature shows."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from random import Random
from typing import Any, Final

from samverkanshub.codec import envelope as envelopes
from samverkanshub.codec.digests import record_digest
from samverkanshub.codec.envelope import Envelope
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.domain.errors import Undecodable
from samverkanshub.entrypoints.audit.copy import Log, published
from samverkanshub.entrypoints.audit.tampering import Tampering
from samverkanshub.ports import LogRecord
from samverkanshub.verifier import Artefacts, Finding
from samverkanshub.verifier.columns import JUDGED

FORGERIES: Final[Mapping[str, Callable[[Envelope], dict[str, Any]]]] = {
    "another code in": lambda envelope: {"koder": {**envelope.koder, "andrad": True}},
    "another user in": lambda envelope: {"anvandare": f"{envelope.anvandare}x"},
    "no signature of": lambda envelope: {"nyckelid": "", "signatur": b""},
}


def of_signatures(log: Log, regelverk: Artefacts, random: Random) -> Iterator[Tampering]:
    """Each forgery of one record that was signed and counted, in a log published anew with it."""
    signed = [at for at, row in enumerate(log.decisions) if row.status == JUDGED and _signed(log.records[at])]
    for what, change in FORGERIES.items() if signed else ():
        at = random.choice(signed)
        forged = _with(log, at, change)
        yield Tampering(
            f"{what} a signed record", _asking(forged, regelverk, random), frozenset({"signature"}), frozenset({at})
        )


def _signed(record: LogRecord) -> bool:
    try:
        return bool(envelopes.decode(record.value, default_schemas()).nyckelid)
    except Undecodable:
        return False


def _with(log: Log, at: int, change: Callable[[Envelope], dict[str, Any]]) -> Log:
    """The log with another record there, and the decision beside it saying that it is on that one."""
    record, row = log.records[at], log.decisions[at]
    envelope = envelopes.decode(record.value, default_schemas())
    value = envelopes.encode(replace(envelope, **change(envelope)), default_schemas())
    digest = record_digest(record.partition, record.offset, record.tid, record.key, record.headers, value)
    return Log(
        [*log.records[:at], replace(record, value=value), *log.records[at + 1 :]],
        [*log.decisions[:at], replace(row, record_digest=digest), *log.decisions[at + 1 :]],
    )


def _asking(log: Log, regelverk: Artefacts, random: Random) -> Callable[[], Any]:
    async def ask() -> Finding | None:
        return (await (await published(log, random, regelverk)).verified()).finding

    return ask
