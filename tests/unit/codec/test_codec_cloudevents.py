"""CloudEvents are read strictly: whatever is not known is refused, by name, and nothing given is repeated."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samverkanshub.codec.cloudevents import LARGEST, parse
from samverkanshub.domain.errors import Refused

NUMBER = "197807182394"
ID = "0f5f6c2e-3c63-4a5b-9d39-7a1f9f6f3d21"


def base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def event(**changes: Any) -> dict[str, Any]:
    members = {
        "specversion": "1.0",
        "id": ID,
        "source": "mora.vinr.utsatt",
        "type": "se.samverkanshub.avvikelse.v1",
        "data": {"slag": "annat"},
        "saltfro": base64url(b"s" * 32),
        "nyckelid": "0123456789abcdef",
        "signatur": base64url(b"x" * 64),
    }
    return members | changes


def refused(body: bytes | dict[str, Any]) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        parse(body if isinstance(body, bytes) else json.dumps(body).encode())
    assert NUMBER not in f"{caught.value.detail}{caught.value.falt}{caught.value.values}"
    return caught.value.code, caught.value.falt


def test_an_event_is_read():
    found = parse(json.dumps(event(time="2026-11-22T10:00:00Z", datacontenttype="application/json")).encode())
    assert (found.id, found.source, found.typ, found.version) == (ID, "mora.vinr.utsatt", "avvikelse", 1)
    assert (found.data, found.saltfro, found.signatur) == ({"slag": "annat"}, b"s" * 32, b"x" * 64)


def test_an_id_is_read_in_lower_case():
    assert parse(json.dumps(event(id=ID.upper())).encode()).id == ID


@pytest.mark.parametrize("name", ["subject", "dataschema", "data_base64"])
def test_an_attribute_of_cloudevents_that_the_hub_does_not_take_is_refused_by_name(name):
    assert refused(event(**{name: NUMBER})) == ("okant-attribut", f"/{name}")


@pytest.mark.parametrize("name", ["traceparent", "annaandersson", NUMBER])
def test_the_name_of_an_attribute_that_the_sender_chose_is_not_repeated(name):
    with pytest.raises(Refused) as caught:
        parse(json.dumps(event(**{name: "x"})).encode())
    assert (caught.value.code, caught.value.falt) == ("okant-attribut", "/")
    assert name not in repr(caught.value)


@pytest.mark.parametrize("name", ["specversion", "id", "source", "type", "data", "saltfro", "nyckelid", "signatur"])
def test_an_attribute_that_is_missing_is_named(name):
    members = event()
    del members[name]
    assert refused(members) == ("saknas", f"/{name}")


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("specversion", "0.3", "ej-cloudevent"),
        ("specversion", 1.0, "ej-cloudevent"),
        ("id", "not-a-uuid", "fel-form"),
        ("id", f"{{{ID}}}", "fel-form"),
        ("id", 7, "fel-form"),
        ("id", f"0f5f6c2e-3c63-4a5b-9d39-{NUMBER}", "personnummer-i-kod"),
        ("source", "Mora/VINR", "fel-form"),
        ("source", None, "fel-form"),
        ("type", "avvikelse", "okand-typ"),
        ("type", "se.samverkanshub.avvikelse.v0", "okand-typ"),
        ("type", ["x"], "okand-typ"),
        ("datacontenttype", "text/plain", "fel-form"),
        ("time", "igår", "fel-form"),
        ("time", "2026-13-41T10:00:00Z", "fel-form"),
        ("time", 5, "fel-form"),
        ("data", [], "fel-form"),
        ("data", None, "fel-form"),
        ("saltfro", base64url(b"s" * 31), "fel-form"),
        ("saltfro", "å" * 43, "fel-form"),
        ("saltfro", "A" * 45, "fel-form"),
        ("saltfro", 1, "fel-form"),
        ("signatur", base64url(b"x" * 63), "fel-form"),
        ("nyckelid", "", "fel-form"),
        ("nyckelid", NUMBER + " ", "fel-form"),
    ],
)
def test_an_attribute_of_the_wrong_form_is_named(name, value, code):
    assert refused(event(**{name: value})) == (code, f"/{name}")


def test_padding_of_base64url_may_be_given():
    assert parse(json.dumps(event(saltfro=base64url(b"s" * 32) + "=")).encode()).saltfro == b"s" * 32


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "ej-json"),
        (b"\xff", "ej-json"),
        (b"\xef\xbb\xbf{}", "ej-json"),
        (b"{", "ej-json"),
        (b'{"a": NaN}', "ej-json"),
        (b'{"a": -Infinity}', "ej-json"),
        (b'{"a": ' + b"9" * 5000 + b"}", "ej-json"),
        (b"[" * 100_000, "ej-json"),
        (b"[]", "ej-cloudevent"),
        (b'"x"', "ej-cloudevent"),
        (b" " * (LARGEST + 1), "for-stor"),
    ],
)
def test_a_body_that_is_no_event_is_refused(body, code):
    assert refused(body) == (code, "")


def test_a_body_of_exactly_256_kib_is_read():
    body = json.dumps(event()).encode()
    assert parse(body + b" " * (LARGEST - len(body))).id == ID


@pytest.mark.parametrize(
    ("body", "falt"),
    [
        (b'{"id": 1, "id": 2}', "/id"),
        (b'{"data": {"annaandersson": 1, "annaandersson": 2}}', "/"),
        (f'{{"{NUMBER}": 1, "{NUMBER}": 2}}'.encode(), "/"),
    ],
)
def test_a_name_given_twice_is_refused_at_any_depth(body, falt):
    assert refused(body) == ("dubbelt-namn", falt)


def test_many_names_and_one_of_them_twice_is_still_just_refused():
    names = ",".join(f'"n{index}":1' for index in range(20_000))
    assert refused(f'{{{names},"n7":1}}'.encode()) == ("dubbelt-namn", "/")


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body):
    with pytest.raises(Refused):
        parse(body)


@given(
    st.dictionaries(
        st.sampled_from(["id", "source", "type", "data", "time", "saltfro", "signatur", "nyckelid", "subject"]),
        st.one_of(st.none(), st.integers(), st.just(NUMBER), st.just({"x": NUMBER}), st.just([NUMBER]), st.text()),
    )
)
def test_no_refusal_repeats_what_was_given(changes):
    told = ""
    try:
        parse(json.dumps(event(**changes)).encode())
    except Refused as found:
        told = f"{found!r}{found.falt}{found.values}"
    assert NUMBER not in told
