"""T1, G1: a record departs from its claim exactly where something in it is another, whatever is erased and when."""

from dataclasses import fields
from typing import Any
from uuid import UUID

from examples import examples
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from test_codec_properties import envelope, uuids

from samverkanshub.codec import envelope as envelopes
from samverkanshub.codec.envelope import Envelope
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.domain.varden import replace
from samverkanshub.pipeline.ansprak import ANOTHER, ELSEWHERE, UNCLAIMED, departs
from samverkanshub.pipeline.utplanad import blanked
from samverkanshub.ports import Claim, LogRecord

SCHEMAS = default_schemas()
law = settings(max_examples=examples(60), deadline=None)
INSIDE = tuple(one.name for one in fields(Envelope) if one.name not in ("handelse_id", "version"))


def _sealed(one: Envelope) -> Envelope:
    """As intake seals: each item under whom it is about, or under the event."""
    own = f"handelse:{one.handelse_id}"
    return replace(one, uppgifter=tuple(replace(item, subject=item.person_id or own) for item in one.uppgifter))


sent = envelope().map(_sealed)


def unsealed(one: Envelope) -> Envelope:
    """But for what only a key could open."""
    return replace(one, uppgifter=tuple(replace(item, forseglat=b"") for item in one.uppgifter))


def claim_of(one: Envelope, *partitions: int) -> Claim:
    """What intake claims of it."""
    ids = (one.aktor, one.id, one.handelse_id, b"")
    return Claim(*ids, partitions, envelopes.key(one), envelopes.headers(one), envelopes.encode(one, SCHEMAS))


def record_of(one: Envelope, partition: int = 0, key: bytes | None = None) -> LogRecord:
    """A record that holds it. Its bytes have been read: what stands around them is what is compared here."""
    return LogRecord(partition, 7, 0, key or envelopes.key(one), (), b"")


def said(claim: Claim | None, one: Envelope, partition: int = 0) -> str:
    return departs(claim, record_of(one, partition), one, SCHEMAS)


@law
@given(sent, st.lists(uuids, max_size=2))
def test_what_was_claimed_departs_from_nothing_however_much_of_it_is_erased(one: Envelope, others: list[str]) -> None:
    claim = claim_of(one, 0, 3)
    assert said(claim, one) == said(claim, one, 3) == ""
    for person_id in [*(listed.person_id for listed in one.personer), *others]:
        claim, _ = blanked(claim, person_id, SCHEMAS)
        assert said(claim, one) == ""


@law
@given(sent, sent, st.sampled_from(INSIDE), st.data())
def test_what_is_another_in_anything_departs_also_when_somebody_in_it_is_erased(
    one: Envelope, another: Envelope, name: str, data: st.DataObject
) -> None:
    """But for the sealed content of whom it names, once that is erased: nobody can read either."""
    changed = replace(one, **{name: getattr(another, name)})
    assume(unsealed(changed) != unsealed(one))
    assert said(claim_of(one, 0), changed) == ANOTHER
    erased = data.draw(st.sampled_from([listed.person_id for listed in one.personer] or [str(UUID(int=1))]))
    assert said(blanked(claim_of(one, 0), erased, SCHEMAS)[0], changed) == ANOTHER


@law
@given(sent, st.data())
def test_what_is_sealed_is_compared_until_it_is_erased(one: Envelope, data: st.DataObject) -> None:
    """G1: then nobody can read either."""
    full = tuple(replace(item, forseglat=item.forseglat or b"sealed") for item in one.uppgifter)
    assume(full)
    at = data.draw(st.integers(0, len(full) - 1))
    one = replace(one, uppgifter=full)
    another = replace(full[at], forseglat=full[at].forseglat + b"!")
    changed = replace(one, uppgifter=(*full[:at], another, *full[at + 1 :]))
    assert said(claim_of(one, 0), changed) == ANOTHER
    if full[at].person_id:
        assert said(blanked(claim_of(one, 0), full[at].person_id, SCHEMAS)[0], changed) == ""


@law
@given(sent, uuids)
def test_whom_it_is_about_is_never_another(one: Envelope, other: str) -> None:
    """Whom no signature covers, in the list of persons or in an item, and whose the record is in the log."""
    assume(one.personer and all(listed.person_id != other for listed in one.personer))
    moved: dict[str, Any] = {"personer": tuple(replace(listed, person_id=other) for listed in one.personer)}
    moved["uppgifter"] = tuple(replace(item, person_id=other) for item in one.uppgifter)
    for changes in (moved, {"personer": moved["personer"]}):
        assert said(claim_of(one, 0), replace(one, **changes)) == ANOTHER
    assert departs(claim_of(one, 0), record_of(one, key=UUID(other).bytes), one, SCHEMAS) == ANOTHER


@law
@given(sent, st.integers(1, 9))
def test_what_nobody_claimed_or_not_there_is_told_so(one: Envelope, partition: int) -> None:
    assert (said(None, one), said(claim_of(one, 0), one, partition)) == (UNCLAIMED, ELSEWHERE)


@law
@given(sent, st.binary(max_size=40))
def test_a_claim_of_any_bytes_is_told_of_and_stops_nobody(one: Envelope, value: bytes) -> None:
    claim = claim_of(one, 0)
    assume(value != claim.value)
    assert said(replace(claim, value=value), one) == ANOTHER
