"""Every sender's signature, checked again: over the codes and commitments in the log, by the directory in force there.

Nothing else is asked, and no vault: what somebody signed is shown by the log when its content is gone. Which directory
is in force follows from the activations in the log, and its content from their digests.
"""

from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from samverkanshub.codec import one_pass
from samverkanshub.codec.artefacts import regelverk_from
from samverkanshub.codec.decisions import decode_decision
from samverkanshub.codec.envelope import Envelope, decode, to_event
from samverkanshub.codec.schemas import Schemas, default_schemas
from samverkanshub.codec.underskrift import forged, held
from samverkanshub.domain.actors import Katalog
from samverkanshub.domain.errors import Halt, Undecodable
from samverkanshub.domain.events import REGELVERK
from samverkanshub.domain.flows.flow import activates
from samverkanshub.domain.regelverk import digest_of
from samverkanshub.domain.state import OmradeState
from samverkanshub.domain.tid import iso_day
from samverkanshub.domain.underskrift import FORGERIES, UNSIGNED, given_back, must_be_signed, signs
from samverkanshub.domain.varden import replace
from samverkanshub.verifier.columns import JUDGED, QUARANTINED, REPEATED
from samverkanshub.verifier.leaves import Judgement, Record
from samverkanshub.verifier.report import SIGNATURE, Finding, Uncheckable, Verified

NAMED: Final = 100
"""Positions that are told of, the first; the others are counted."""


class Artefacts(Protocol):
    """The regelverk that the log names, by digest."""

    async def get(self, digest: str) -> bytes:
        """An artefact whose SHA-256 is this; `LookupError` where it is missing or another."""


class AgainstDirectory:
    """Holds the records of a partition, in order, against the directory in force at each.

    What begins after position 0 does not say which that is before its first activation: nothing is held until then.
    """

    def __init__(self, artefacts: Artefacts, partition: int, start: int) -> None:
        self._artefacts = artefacts
        self._known = start == 0
        self._schemas = default_schemas()
        self._omrade = OmradeState(partition)
        self._katalog: Katalog | None = None

    async def hold(self, records: Mapping[int, Record], rows: Mapping[int, Judgement], found: Verified) -> None:
        """Hold each record that there is a decision on, and note in `found` what came of it. Raises `Uncheckable`."""
        for position in sorted(records.keys() & rows.keys()):
            envelope = _read(records[position].value, self._schemas)
            if envelope is None:
                continue
            if envelope.typ == REGELVERK:
                await self._activate(position, envelope, rows[position], found)
            elif must_be_signed(envelope.aktor, envelope.typ):
                self._one(position, envelope, rows[position], found)

    def _one(self, position: int, envelope: Envelope, row: Judgement, found: Verified) -> None:
        if self._katalog is None or not signs(self._katalog):
            found.unheld += 1
            return
        fault = _fault(envelope, self._katalog, row)
        if not fault:
            found.signatures += 1
        elif row.status != QUARANTINED or fault in FORGERIES:
            _note(found, Finding(SIGNATURE, position, f"the sender's does not hold there ({fault})"))
        else:
            found.refused += 1

    async def _activate(self, position: int, envelope: Envelope, row: Judgement, found: Verified) -> None:
        """The regelverk that comes into force, as the gate takes it: the first of its id, by two, in its place."""
        if row.status != JUDGED:
            return
        event = to_event(envelope)
        named = tuple((str(one["namn"]), str(one["digest"])) for one in event.koder["artefakter"])
        # Where it is not known what it comes instead of, the decision says whether it came into force.
        if activates(event, self._omrade) if self._known else _cited(row, self._schemas) == digest_of(named):
            self._omrade, self._known = replace(self._omrade, artefakter=named), True
            before, self._katalog = self._katalog, await self._load(named)
            if before is not None and given_back(before, self._katalog):
                _note(found, Finding(SIGNATURE, position, "a key that was revoked is so no more from here"))

    async def _load(self, named: Sequence[tuple[str, str]]) -> Katalog:
        try:
            return regelverk_from({name: await self._artefacts.get(digest) for name, digest in named}).katalog
        except LookupError:
            raise Uncheckable("an artefact of the regelverk in force is missing, so that no key is known") from None
        except Halt as halt:
            raise Uncheckable(f"the regelverk in force cannot be read: {halt.detail}") from None


def _fault(envelope: Envelope, katalog: Katalog, row: Judgement) -> str:
    """Of a repeat, which has no effect, only that its sender made it: its key may have gone out of force since."""
    if row.status == REPEATED:
        return forged(envelope, katalog) if envelope.nyckelid else UNSIGNED
    return held(envelope, katalog, iso_day(row.tid))


def _cited(row: Judgement, schemas: Schemas) -> str:
    """The regelverk that a decision names: of an activation that came into force its own (T1)."""
    return decode_decision(row.record, schemas).place.regelverk


def _note(found: Verified, finding: Finding) -> None:
    found.forged_count += 1
    if len(found.forged) < NAMED:
        found.forged.append(finding)


def _read(value: bytes, schemas: Schemas) -> Envelope | None:
    try:
        return one_pass.read(value, schemas) or decode(value, schemas)
    except Undecodable:
        return None
