"""What an event and a request are, by their own word, before anybody has checked it."""

import pytest
from hubevents import event

from samverkanshub.entrypoints.http.admission import slag_of
from samverkanshub.entrypoints.http.kropp import tyngd
from samverkanshub.entrypoints.http.trangsel import Slag

KINDS = {
    "a report": (event("orosanmalan"), Slag.OROSANMALAN),
    "a withdrawal": (event("samtycke_aterkallat"), Slag.INSKRANKNING),
    "protection": (event("skydd", niva="sekretessmarkering"), Slag.INSKRANKNING),
    "protection that is lowered": (event("skydd", niva="ingen"), Slag.HANDELSE),
    "a suspicion that is removed": (event("misstankt", borttagen=True), Slag.HANDELSE),
    "a message": (event("sip_kallelse"), Slag.HANDELSE),
    "no JSON": (b"{", Slag.HANDELSE),
    "no object": (b"[]", Slag.HANDELSE),
    "a type that is no text": (b'{"type": 1}', Slag.HANDELSE),
    "data that is no object": (b'{"type": "se.samverkanshub.orosanmalan.v1", "data": 1}', Slag.HANDELSE),
    "nothing": (b"", Slag.HANDELSE),
}


@pytest.mark.parametrize("what", KINDS)
def test_an_event_is_what_it_says(what: str) -> None:
    body, slag = KINDS[what]
    assert slag_of(body) is slag


@pytest.mark.parametrize(
    ("headers", "places"),
    [
        ({}, 1),
        ({b"content-length": b"0"}, 1),
        ({b"content-length": b"32767"}, 1),
        ({b"content-length": b"32768"}, 2),
        ({b"content-length": b"262144"}, 9),
        ({b"content-length": b"99999999999"}, 9),
        ({b"content-length": b"-1"}, 9),
        ({b"transfer-encoding": b"chunked"}, 9),
        ({b"content-length": b"1", b"transfer-encoding": b"chunked"}, 9),
        ({b"transfer-encoding": b"chunked", b"content-length": b"1"}, 9),
    ],
)
def test_the_length_that_is_given_says_how_many_places(headers: dict[bytes, bytes], places: int) -> None:
    assert tyngd([(b"host", b"hub"), *headers.items()]) == places
