"""Whatever the bytes or the data: the codec gives back what it was given, or refuses in its own words."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
import rfc8785
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from samverkanshub.codec import envelope as envelopes
from samverkanshub.codec import one_pass, sealing, states
from samverkanshub.codec.canonical import jcs
from samverkanshub.codec.commitments import commitment
from samverkanshub.codec.decisions import (
    decode_decision,
    encode_decision,
    prove_entry,
    verify_entry,
    verify_record,
)
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.codec.shape import DataSchema
from samverkanshub.codec.walk import check_codes, walk
from samverkanshub.domain import merkle
from samverkanshub.domain.decision import Decision, Entry, Grund, Reason
from samverkanshub.domain.errors import Refused, Undecodable
from samverkanshub.domain.events import Event, Mottagare, Person, Uppgift
from samverkanshub.domain.state import ArendeState, Leverans, Meddelande, OmradeState, PersonState, Ref, Samtycke

SCHEMAS = default_schemas()
few = settings(max_examples=examples(60), deadline=None)

words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
maybe = st.just("") | words
uuids = st.uuids().map(str)
ms = st.integers(0, 2**53 - 1)
thirty_two = st.binary(min_size=32, max_size=32)
storable_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | storable_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(storable_text, inner, max_size=3),
    max_leaves=8,
)
recipients = st.lists(st.fixed_dictionaries({"slag": words, "id": words}), max_size=2)
codes = st.dictionaries(storable_text.filter(lambda name: name != "mottagare"), json_values, max_size=4)
with_recipients = st.builds(lambda koder, found: {**koder, "mottagare": found}, codes, recipients)
persons = st.builds(Person, uuids, words, words, words)


@st.composite
def envelope(draw: st.DrawFn) -> envelopes.Envelope:
    people = draw(st.lists(persons, max_size=3))
    whose = st.sampled_from(["", *(person.person_id for person in people)])
    path = st.from_regex(r"(/[A-Za-z0-9_-]{1,5}){1,3}", fullmatch=True)
    item = st.builds(
        envelopes.SealedUppgift, path, words, maybe, whose, maybe, thirty_two, st.binary(max_size=40), words,
        st.integers(1, 2**31 - 1),
    )  # fmt: skip
    return envelopes.Envelope(
        id=draw(uuids),
        handelse_id=draw(uuids),
        typ=draw(words),
        typversion=draw(st.integers(1, 2**31 - 1)),
        aktor=draw(words),
        enhet=draw(maybe),
        lasargrupp=draw(maybe),
        anvandare=draw(maybe),
        arende_id=draw(st.just("") | uuids),
        personer=tuple(people),
        koder=draw(codes | with_recipients),
        uppgifter=tuple(draw(st.lists(item, max_size=3, unique_by=lambda found: found.vag))),
        nyckelid=draw(maybe),
        signatur=draw(st.just(b"") | st.binary(min_size=64, max_size=64)),
        beslutssalt=draw(thirty_two),
    )


reasons = st.builds(Reason, maybe, words, st.booleans())
grunder = st.builds(Grund, words, words, words, maybe, maybe)
entries = st.builds(
    Entry, maybe, maybe, st.lists(reasons, max_size=3).map(sorted).map(tuple), maybe,
    st.lists(grunder, max_size=2).map(sorted).map(tuple), st.lists(words, max_size=2).map(sorted).map(tuple),
    maybe, ms, maybe,
)  # fmt: skip
decisions = st.builds(Decision, uuids, words, words, words, st.lists(entries, max_size=6).map(tuple))
partitions = st.integers(0, 2**31 - 1)
offsets = st.integers(0, 2**63 - 1)


@few
@given(envelope())
def test_every_envelope_comes_back_as_it_was(found: envelopes.Envelope) -> None:
    assert envelopes.decode(envelopes.encode(found, SCHEMAS), SCHEMAS) == found


@few
@given(envelope())
def test_every_envelopes_headers_name_its_persons(found: envelopes.Envelope) -> None:
    wanted = sorted({person.person_id for person in found.personer})
    assert envelopes.persons_of(envelopes.headers(found)) == tuple(wanted)


def only_undecodable(content: bytes) -> None:
    try:
        found = envelopes.decode(content, SCHEMAS)
    except Undecodable:
        assert one_pass.read(content, SCHEMAS) is None
        return
    envelopes.to_event(found)
    envelopes.headers(found)
    envelopes.key(found)
    assert envelopes.encode(found, SCHEMAS) == content
    assert one_pass.read(content, SCHEMAS) in (None, found)


@few
@given(st.binary(max_size=200))
def test_random_bytes_are_an_envelope_or_undecodable(content: bytes) -> None:
    only_undecodable(content)


@few
@given(st.integers(0, 120), st.binary(max_size=200))
def test_random_bytes_under_any_schema_id_are_an_envelope_or_undecodable(schema_id: int, content: bytes) -> None:
    only_undecodable(b"\0" + schema_id.to_bytes(4, "big") + content)


@settings(few, max_examples=examples(300))
@given(envelope(), st.data())
def test_a_mutated_envelope_is_another_envelope_or_undecodable(found: envelopes.Envelope, data: st.DataObject) -> None:
    content = bytearray(envelopes.encode(found, SCHEMAS))
    at = data.draw(st.integers(0, len(content) - 1))
    kind = data.draw(st.sampled_from(["flip", "cut", "insert"]))
    if kind == "flip":
        content[at] ^= 1 << data.draw(st.integers(0, 7))
    elif kind == "cut":
        del content[at : at + data.draw(st.integers(1, 9))]
    else:
        content[at:at] = data.draw(st.binary(min_size=1, max_size=9))
    only_undecodable(bytes(content))


@few
@given(decisions, partitions, offsets, thirty_two)
def test_every_decision_comes_back_and_verifies(decision: Decision, partition: int, offset: int, salt: bytes) -> None:
    whole = encode_decision(decision, partition, offset, salt, SCHEMAS)
    record = decode_decision(whole.record, SCHEMAS)
    assert sorted(post.entry for post in record.poster) == sorted(decision.entries)
    assert verify_record(whole.record, whole.digest, salt, SCHEMAS)
    for index, post in enumerate(record.poster):
        assert verify_entry(prove_entry(record, index), whole.digest, SCHEMAS) == post


@few
@given(decisions.filter(lambda found: bool(found.entries)), thirty_two, st.data())
def test_a_decision_with_a_flipped_bit_does_not_verify(decision: Decision, salt: bytes, data: st.DataObject) -> None:
    whole = encode_decision(decision, 0, 1, salt, SCHEMAS)
    flipped = bytearray(whole.record)
    flipped[data.draw(st.integers(0, len(flipped) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    assert not verify_record(bytes(flipped), whole.digest, salt, SCHEMAS)


@few
@given(st.binary(max_size=300))
def test_random_bytes_are_a_decision_or_undecodable(content: bytes) -> None:
    for head in (b"", b"\0\0\0\0\x65", b"\0\0\0\0\x66"):
        with suppress(Undecodable):
            decode_decision(head + content, SCHEMAS)


@few
@given(st.lists(st.binary(max_size=8), min_size=1, max_size=40), st.data())
def test_no_flipped_bit_of_leaf_proof_or_root_is_taken(contents: list[bytes], data: st.DataObject) -> None:
    leaves = [merkle.leaf_hash(content) for content in contents]
    index = data.draw(st.integers(0, len(leaves) - 1))
    parts = [leaves[index], merkle.root(leaves), *merkle.inclusion_proof(index, leaves)]
    assert merkle.verify_inclusion(parts[0], index, len(leaves), parts[2:], parts[1])
    at, bit = data.draw(st.integers(0, len(parts) - 1)), data.draw(st.integers(0, 255))
    parts[at] = bytes(byte ^ (1 << bit % 8 if where == bit // 8 else 0) for where, byte in enumerate(parts[at]))
    assert not merkle.verify_inclusion(parts[0], index, len(leaves), parts[2:], parts[1])


samtycken = st.builds(
    Samtycke, uuids, words, st.lists(uuids, max_size=2).map(tuple),
    st.lists(st.builds(Ref, words, words), max_size=2).map(tuple), st.lists(words, max_size=2).map(tuple),
    ms, ms, ms, ms, words,
)  # fmt: skip
events = st.builds(
    Event, uuids, words, words, words, words, words, st.lists(persons, max_size=2).map(tuple),
    st.lists(st.builds(Mottagare, words, words), max_size=2).map(tuple), codes,
    st.lists(st.builds(Uppgift, words, words, maybe, maybe, maybe), max_size=2).map(tuple), maybe,
)  # fmt: skip
leveranser = st.builds(Leverans, uuids, uuids, words, words, words, ms, ms, words, kvitterad=st.lists(words).map(tuple))
every_state = (
    st.builds(
        PersonState,
        uuids,
        words,
        samtycken=st.lists(samtycken, max_size=2).map(tuple),
        fryst=st.lists(ms, max_size=2).map(tuple),
    )
    | st.builds(
        ArendeState,
        uuids,
        words,
        uuids,
        leveranser=st.lists(leveranser, max_size=2).map(tuple),
        meddelanden=st.lists(st.builds(Meddelande, ms, ms, events), max_size=2).map(tuple),
    )
    | st.builds(OmradeState, partitions, ms, words, st.lists(st.tuples(words, words), max_size=3).map(tuple))
)


@few
@given(every_state)
def test_every_state_comes_back_as_it_was_and_has_one_encoding(state: states.State) -> None:
    content = states.encode(state)
    again = states.decode(states.kind_of(state), content)
    assert again == state
    assert states.encode(again) == content


@few
@given(json_values)
def test_canonical_json_is_json_and_has_one_form(value: Any) -> None:
    assert json.loads(jcs(value)) == value
    assert jcs(json.loads(jcs(value))) == jcs(value)
    assert jcs(value) == rfc8785.dumps(value)


@few
@given(json_values, thirty_two, thirty_two, st.binary(min_size=12, max_size=12))
def test_what_is_sealed_opens_and_fits_its_commitment(value: Any, key: bytes, salt: bytes, nonce: bytes) -> None:
    sealed = sealing.seal(key, "e", "/a", "p", 1, salt, value, nonce)
    found_salt, found = sealing.unseal(key, "e", "/a", "p", 1, sealed)
    assert commitment(found_salt, found) == commitment(salt, value)


members = [name for typ in SCHEMAS.types for name in SCHEMAS.data(typ, 1).fields]
names = st.sampled_from([*members, "personer", "text", "slag", "id", "roll", "avser"])
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["barn", "enhet"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names | st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


def refusal(walker: Callable[[DataSchema, Any], object], typ: str, data: Any) -> Refused | None:
    try:
        walker(SCHEMAS.data(typ, 1), data)
    except Refused as fault:
        return fault
    return None


@pytest.mark.parametrize("typ", SCHEMAS.types)
@few
@given(data=anything)
def test_any_data_is_walked_or_refused_in_our_own_words(typ: str, data: Any) -> None:
    for walker in (walk, check_codes):
        fault = refusal(walker, typ, data)
        assert fault is None or (fault.falt.startswith("/data") and fault.code)
    fits = SCHEMAS.fits(typ, 1)
    assert fits is not None
    assert fits(data) == (refusal(check_codes, typ, data) is None)
