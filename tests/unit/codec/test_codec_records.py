"""Envelopes, decision records and states: there and back, and refused where they are not what they say."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from codec_examples import ACCEPTED, CLOUD, DECISION, DENIED, ENVELOPE, EVENT, GRANTED, OTHER, PERSON, SALT

from samverkanshub.codec import check, states
from samverkanshub.codec import envelope as envelopes
from samverkanshub.codec.decisions import (
    EncodedDecision,
    decode_decision,
    encode_decision,
    encode_quarantine,
    entries_of,
    prove_entry,
    quarantine_decision,
    verify_entry,
    verify_record,
)
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.domain import merkle
from samverkanshub.domain.decision import ACCEPTED as ACCEPTS
from samverkanshub.domain.decision import REFUSED, Reason
from samverkanshub.domain.errors import Halt, Undecodable
from samverkanshub.domain.events import Mottagare, Person, Uppgift
from samverkanshub.domain.state import OKANT, ArendeState, Meddelande, OmradeState, PersonState, Ref, Samtycke, Undantag

SCHEMAS = default_schemas()


def with_codes(content: bytes) -> bytes:
    """The example with these bytes for `koder`, past the encoder's own check."""
    _, datum = SCHEMAS.decode(envelopes.encode(ENVELOPE, SCHEMAS))
    return SCHEMAS.encode("kuvert", {**datum, "koder": content})


def with_member(**members: Any) -> bytes:
    _, datum = SCHEMAS.decode(envelopes.encode(ENVELOPE, SCHEMAS))
    return SCHEMAS.encode("kuvert", {**datum, **members})


def with_first(name: str, **members: Any) -> bytes:
    _, datum = SCHEMAS.decode(envelopes.encode(ENVELOPE, SCHEMAS))
    first, *rest = datum[name]
    return SCHEMAS.encode("kuvert", {**datum, name: [{**first, **members}, *rest]})


def code_of(content: bytes) -> str:
    with pytest.raises(Undecodable) as caught:
        envelopes.decode(content, SCHEMAS)
    return caught.value.code


# ------------------------------------------------------------------------------------------------------------ envelope


def test_an_envelope_comes_back_as_it_was() -> None:
    assert envelopes.decode(envelopes.encode(ENVELOPE, SCHEMAS), SCHEMAS) == ENVELOPE


def test_an_envelope_of_the_hubs_own_needs_neither_unit_user_nor_signature() -> None:
    own = replace(ENVELOPE, enhet="", lasargrupp="", anvandare="", nyckelid="", signatur=b"", personer=(), uppgifter=())
    assert envelopes.decode(envelopes.encode(own, SCHEMAS), SCHEMAS) == own


def test_the_event_is_the_envelope_without_its_content() -> None:
    event = envelopes.to_event(ENVELOPE)
    assert (event.handelse_id, event.typ, event.version, event.lasargrupp) == (
        EVENT,
        "sip_kallelse",
        1,
        "mora.vinr.utsatt",
    )
    assert event.mottagare == (Mottagare("enhet", "mora.vinr"),)
    assert event.personer == ENVELOPE.personer
    assert event.uppgifter[-1] == Uppgift("/behov/0", "behov", "utsatt", PERSON, "ref-2")


def test_the_headers_name_every_person_once_and_the_event() -> None:
    twice = replace(ENVELOPE, personer=(*ENVELOPE.personer, Person(PERSON, "vardnadshavare")))
    assert envelopes.persons_of(envelopes.headers(twice)) == tuple(sorted((PERSON, OTHER)))
    assert dict(envelopes.headers(twice))["handelse"].hex() == EVENT.replace("-", "")


def test_an_event_about_nobody_has_an_empty_list_of_persons_and_no_key() -> None:
    nobody = replace(ENVELOPE, personer=(), uppgifter=())
    assert envelopes.persons_of(envelopes.headers(nobody)) == ()
    assert envelopes.key(nobody) is None


def test_the_key_is_the_exposed_person() -> None:
    found = envelopes.key(ENVELOPE)
    assert found is not None
    assert found.hex() == PERSON.replace("-", "")


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("handelse", b"")],
        [("personer", b"x" * 15)],
        [("personer", b"x" * 32)],
        [("personer", b"y" * 16 + b"x" * 16)],
        [("personer", b""), ("personer", b"")],
    ],
)
def test_persons_that_cannot_be_read_are_not_guessed(headers: list[tuple[str, bytes]]) -> None:
    assert envelopes.persons_of(headers) is None


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "ej-json"),
        (b"{", "ej-json"),
        (b"\xff", "ej-json"),
        (b"[]", "ej-json"),
        (b"[" * 100_000, "ej-lagringsbart"),
        (b'{"a": 1}', "ej-kanonisk"),
        (b'{"b":1,"a":1}', "ej-kanonisk"),
        (b'{"a":' + b"[" * 64 + b"]" * 64 + b"}", "ej-lagringsbart"),
        (b'{"a":' + b"[" * 100_000, "ej-lagringsbart"),
        (b'{"a":"' + b"[" * 100_000, "ej-lagringsbart"),
        (b'{"a":1,"a":1}', "ej-kanonisk"),
        (b'{"a":1.0}', "ej-kanonisk"),
        (b'{"a":1e400}', "ej-json"),
        (b'{"a":9007199254740992}', "ej-kanonisk"),
        (b'{"a":"\\u00e5"}', "ej-kanonisk"),
        (b'{"a":"\\ud800"}', "ej-json"),
        (b'{"a":"\\u0000"}', "ej-lagringsbart"),
        (b'{"a":' + b"[" * 20 + b"]" * 20 + b"}", "ej-lagringsbart"),
        (b'{"mottagare":1}', "fel-mottagare"),
        (b'{"mottagare":[1]}', "fel-mottagare"),
        (b'{"mottagare":[{"id":"x"}]}', "fel-mottagare"),
        (b'{"mottagare":[{"id":"x","slag":1}]}', "fel-mottagare"),
    ],
)
def test_codes_that_are_not_canonical_storable_json_are_undecodable(content: bytes, code: str) -> None:
    assert code_of(with_codes(content)) == code


def deeper(frames: int, call: Callable[[], str]) -> str:
    """What a call says that is made from so many frames down."""
    return deeper(frames - 1, call) if frames else call()


@pytest.mark.parametrize("depth", [20, 60, 70, 400, 488, 600, 970])
def test_what_is_wrong_with_codes_is_the_same_from_wherever_they_are_read(depth: int) -> None:
    content = with_codes(b'{"a":' + b"[" * depth + b"]" * depth + b"}")
    assert len({deeper(frames, lambda: code_of(content)) for frames in (0, 20, 100, 300)}) == 1


def test_brackets_in_a_text_are_no_depth() -> None:
    assert check.canonical_object(b'{"a":"' + b"[" * 1_000 + b'\\"{"}') == {"a": "[" * 1_000 + '"{'}


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"id": "x"}, "ej-uuid"),
        ({"id": CLOUD.upper()}, "ej-uuid"),
        ({"handelse_id": ""}, "ej-uuid"),
        ({"arende_id": "x"}, "ej-uuid"),
        ({"typ": ""}, "fel-ord"),
        ({"aktor": "a\0"}, "fel-ord"),
        ({"anvandare": "x" * 201}, "fel-ord"),
        ({"nyckelid": "\n"}, "fel-ord"),
        ({"typversion": 0}, "fel-tal"),
        ({"signatur": b"x" * 63}, "fel-storlek"),
    ],
)
def test_members_that_are_not_what_they_say_are_undecodable(members: dict[str, Any], code: str) -> None:
    assert code_of(with_member(**members)) == code


@pytest.mark.parametrize(
    ("name", "members", "code"),
    [
        ("personer", {"person_id": "x"}, "ej-uuid"),
        ("personer", {"roll": ""}, "fel-ord"),
        ("uppgifter", {"vag": "x"}, "fel-vag"),
        ("uppgifter", {"vag": "/a~0b"}, "fel-vag"),
        ("uppgifter", {"vag": "/behov/0"}, "dubblett"),
        ("uppgifter", {"kategori": ""}, "fel-ord"),
        ("uppgifter", {"referens": "a\0"}, "fel-ord"),
        ("uppgifter", {"person_id": EVENT}, "okand-person"),
        ("uppgifter", {"nyckelversion": 0}, "fel-tal"),
    ],
)
def test_persons_and_uppgifter_that_are_not_what_they_say_are_undecodable(
    name: str, members: dict[str, Any], code: str
) -> None:
    assert code_of(with_first(name, **members)) == code


def test_a_record_of_another_schema_is_no_envelope() -> None:
    assert code_of(SCHEMAS.encode("oppning_begard", {"personer": [], "leverans": "x"})) == "ej-kuvert"


@pytest.mark.parametrize("wrong", [{"atagande": b"x"}, {"vag": ""}])
def test_an_envelope_that_could_not_be_decoded_is_never_encoded(wrong: dict[str, Any]) -> None:
    bad = replace(ENVELOPE, uppgifter=(replace(ENVELOPE.uppgifter[0], **wrong),))
    with pytest.raises(Undecodable):
        envelopes.encode(bad, SCHEMAS)


def test_an_unknown_type_or_category_is_not_the_codecs_to_refuse() -> None:
    new = replace(ENVELOPE, typ="nytt", uppgifter=(replace(ENVELOPE.uppgifter[0], kategori="nytt"),))
    assert envelopes.decode(envelopes.encode(new, SCHEMAS), SCHEMAS) == new


def test_the_signed_message_can_be_made_again_from_the_envelope() -> None:
    assert envelopes.message(ENVELOPE).startswith(b'samverkan/signatur/v1\0{"anvandare":"anna",')
    turned = replace(ENVELOPE, uppgifter=ENVELOPE.uppgifter[::-1])
    assert envelopes.message(turned) == envelopes.message(ENVELOPE)
    other = replace(ENVELOPE, uppgifter=(*ENVELOPE.uppgifter[:2], replace(ENVELOPE.uppgifter[2], referens="ref-3")))
    assert envelopes.message(other) != envelopes.message(ENVELOPE)
    told = replace(ENVELOPE, uppgifter=(*ENVELOPE.uppgifter[:2], replace(ENVELOPE.uppgifter[2], kalla="vittne")))
    assert envelopes.message(told) not in (envelopes.message(ENVELOPE), envelopes.message(other))
    with pytest.raises(Undecodable) as caught:
        envelopes.message(replace(ENVELOPE, uppgifter=()))
    assert caught.value.code == "ej-signerbart"


def test_the_signature_of_an_act_covers_no_persons_since_its_sender_named_none() -> None:
    """Intake fills in those of what the act is about; the signature stays what its sender made."""
    act = replace(ENVELOPE, typ="aterkallelse", koder={"meddelande": EVENT, "skal": "fel_mottagare"}, uppgifter=())
    assert envelopes.message(act) == envelopes.message(replace(act, personer=()))


# ------------------------------------------------------------------------------------------------------------ decision


def encoded() -> EncodedDecision:
    return encode_decision(DECISION, 0, 17, SALT, SCHEMAS)


def test_t1_a_decision_record_gives_back_every_entry_sorted_with_its_place() -> None:
    found = decode_decision(encoded().record)
    assert [post.entry for post in found.poster] == [ACCEPTED, GRANTED, DENIED]
    assert {post.place for post in found.poster} == {found.place}
    assert (found.place.handelse_id, found.place.partition, found.place.offset) == (EVENT, 0, 17)
    assert found.place.regelverk == DECISION.regelverk
    assert found.digest == encoded().digest


def test_entries_can_be_read_without_being_proved() -> None:
    assert entries_of(encoded().record) == (ACCEPTED, GRANTED, DENIED)
    for content in (SCHEMAS.decode(encoded().record)[1]["poster"][0]["post"], encoded().record[:9]):
        with pytest.raises(Undecodable):
            entries_of(content)


def test_one_decision_has_one_record_whatever_order_its_parts_came_in() -> None:
    turned = replace(GRANTED, reasons=GRANTED.reasons[::-1])
    other = replace(DECISION, entries=(turned, ACCEPTED, DENIED))
    assert encode_decision(other, 0, 17, SALT, SCHEMAS) == encoded()


@pytest.mark.parametrize("index", range(3))
def test_one_entry_can_be_shown_without_the_others(index: int) -> None:
    record = decode_decision(encoded().record)
    proof = prove_entry(record, index)
    assert verify_entry(proof, encoded().digest) == record.poster[index]
    assert verify_entry(replace(proof, salt=bytes(32)), encoded().digest) is None
    assert verify_entry(replace(proof, content=record.poster[index - 1].content), encoded().digest) is None
    assert verify_entry(proof, bytes(32)) is None


def test_a_leaf_that_is_no_entry_proves_nothing() -> None:
    record = decode_decision(encoded().record)
    proof = replace(prove_entry(record, 0), content=b"other", size=1, index=0, vagg=())
    assert verify_entry(proof, merkle.leaf_hash(proof.salt + b"other")) is None


def test_a_record_verifies_with_its_digest_and_salt_alone() -> None:
    whole = encoded()
    assert verify_record(whole.record, whole.digest, SALT)
    assert not verify_record(whole.record, whole.digest, bytes(32))
    assert not verify_record(whole.record, bytes(32), SALT)
    assert not verify_record(whole.record[:-1], whole.digest, SALT)


def test_entries_are_salted_apart() -> None:
    salts = [post.salt for post in decode_decision(encoded().record).poster]
    assert len(set(salts)) == len(salts)


def forged(**members: Any) -> bytes:
    _, datum = SCHEMAS.decode(encoded().record)
    return SCHEMAS.encode("beslut", {**datum, **members})


def test_a_record_that_says_two_things_is_undecodable() -> None:
    _, datum = SCHEMAS.decode(encoded().record)
    lying = {**SCHEMAS.decode(datum["poster"][2]["post"])[1], "utslag": "levereras"}
    posts = [{"salt": SALT, "post": SCHEMAS.encode("beslutspost", lying)}]
    for content, code in (
        (forged(offset=18), "fel-post"),
        (forged(poster=datum["poster"][::-1]), "ej-kanonisk"),
        (forged(poster=posts), "fel-utslag"),
        (forged(poster=[{"salt": SALT, "post": encoded().record}]), "fel-schema"),
        (datum["poster"][0]["post"], "fel-schema"),
    ):
        with pytest.raises(Undecodable) as caught:
            decode_decision(content)
        assert caught.value.code == code


def test_a_quarantine_is_a_decision_with_one_entry_that_names_nobody() -> None:
    whole = encode_quarantine(0, 18, "ab" * 32, "ej-avro", b"the value", SCHEMAS)
    (post,) = decode_decision(whole.record).poster
    assert (post.place.handelse_id, post.entry.mottagare, post.entry.vag) == ("", "", "")
    assert post.entry.reasons == (Reason("", "ej-avro", True), Reason("", "karantan", True))
    assert post.entry.verdict == REFUSED
    assert whole != encode_quarantine(0, 18, "ab" * 32, "ej-avro", b"another value", SCHEMAS)


def test_a_quarantine_without_reason_says_so_alone() -> None:
    (entry,) = quarantine_decision("ab" * 32, "").entries
    assert entry.reasons == (Reason("", "karantan", True),)


def test_an_entry_about_the_event_itself_is_accepted_or_refused() -> None:
    assert decode_decision(encoded().record).poster[0].entry.verdict == ACCEPTS


# -------------------------------------------------------------------------------------------------------------- states

CONSENT = Samtycke("s", "sip", (PERSON,), (Ref("enhet", "mora.vinr"),), ("behov",), 1, 2, 3, 4, "mora.vinr.utsatt")
STATES: list[tuple[str, states.State]] = [
    ("person", PersonState(PERSON)),
    ("person", PersonState(PERSON, "vuxen", samtycken=(CONSENT,), arenden=(("sip", EVENT),), fryst=(3,))),
    ("arende", ArendeState(EVENT, "sip", PERSON, meddelanden=(Meddelande(1, 2, envelopes.to_event(ENVELOPE)),))),
    ("omrade", OmradeState(0, 5, "ab" * 32, (("katalog", "cd" * 32),))),
]


@pytest.mark.parametrize(("kind", "state"), STATES)
def test_a_state_comes_back_as_it_was(kind: str, state: states.State) -> None:
    assert states.decode(kind, states.encode(state)) == state
    assert states.kind_of(state) == kind


def test_equal_states_have_equal_bytes_whatever_order_codes_were_made_in() -> None:
    event = envelopes.to_event(ENVELOPE)
    turned = replace(event, koder=dict(reversed(event.koder.items())))
    one, other = (ArendeState(EVENT, "sip", PERSON, meddelanden=(Meddelande(1, 2, each),)) for each in (event, turned))
    assert states.encode(one) == states.encode(other)


def test_an_exemption_that_an_earlier_program_kept_without_its_registrar_is_read() -> None:
    """Or its gate would stop until the projection is made anew."""
    exempted = PersonState(PERSON, undantag=(Undantag("sip", EVENT, "mora.vinr", kategorier=("behov",)),))
    earlier = states.encode(exempted).replace(b'"registrerad_av":"mora.vinr",', b"")
    assert states.decode("person", earlier) == replace(
        exempted, undantag=(replace(exempted.undantag[0], registrerad_av=""),)
    )


@pytest.mark.parametrize(
    ("kind", "content"), [("person", b"{}"), ("person", b"\xff"), ("okand", b"{}"), ("omrade", b"")]
)
def test_a_state_that_cannot_be_read_stops_the_gate(kind: str, content: bytes) -> None:
    with pytest.raises(Halt) as caught:
        states.decode(kind, content)
    assert caught.value.code == "tillstand-olasbart"


@pytest.mark.parametrize("state", [PersonState(PERSON, antecknat=()), ArendeState(EVENT, "sip", PERSON, antecknat=())])
def test_g2_a_state_from_before_who_noted_what_was_kept_says_that_it_is_not_known(
    state: PersonState | ArendeState,
) -> None:
    kind, content = states.kind_of(state), states.encode(state)
    assert states.decode(kind, content) == state
    before = content.replace(b',"antecknat":[]', b"").replace(b'"antecknat":[],', b"")
    assert before != content
    assert states.decode(kind, before) == replace(state, antecknat=OKANT)
    assert states.decode(kind, states.encode(replace(state, antecknat=OKANT))) == replace(state, antecknat=OKANT)
