"""No personnummer leaves through a log line; what merely looks like a number, in ids and times, stays."""

import pytest

from samverkanshub.observability import REDACTED, redact

# Of Skatteverket's published test numbers (dataset b4de7df7-63c0-4e7e-bb59-1f156a591763).
TWELVE = "194012197010"
OLD = "190402299812"
"""Born on 29 February."""


def coordination(number: str) -> str:
    return f"{number[:6]}{int(number[6:8]) + 60}{number[8:]}"


FORMS = [
    TWELVE,
    TWELVE[2:],
    f"{TWELVE[:8]}-{TWELVE[8:]}",
    f"{TWELVE[2:8]}-{TWELVE[8:]}",
    f"{OLD[:8]}+{OLD[8:]}",
    f"{OLD[2:8]}+{OLD[8:]}",
    OLD,
    coordination(TWELVE),
    coordination(TWELVE)[2:],
    f"{coordination(TWELVE)[:8]}-{TWELVE[8:]}",
    f"{coordination(OLD)[2:8]}+{OLD[8:]}",
    f"{TWELVE[:8]} {TWELVE[8:]}",
    f"{TWELVE[:8]}\N{EN DASH}{TWELVE[8:]}",
    f"{TWELVE[:8]}%2B{TWELVE[8:]}",
    f"{TWELVE[:-1]}{(int(TWELVE[-1]) + 1) % 10}",
]
PLACES = [
    "{}",
    "nr {} i text",
    '"personnummer": "{}"',
    "x{}y",
    "/personer/{}/",
    "\\u0001{}",
    "\\n{}",
    "({})",
    "{},{}",
    "_{}_",
]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("form", FORMS)
def test_a_number_is_redacted_in_every_form_and_place(form: str, place: str) -> None:
    line = redact(place.format(form, form))
    assert line == place.format(REDACTED, REDACTED)


@pytest.mark.parametrize(
    "text",
    [
        "1763794440123",
        '"offset": 4711, "position": 4712',
        "2025-11-22T06:49:00.123456Z",
        "3f2c9d10-6d0f-5a3e-9c44-52d1b8a4e6f1",
        "3f2c9d10-6d0f-5a3e-9c44-a4012197010f",
        "a4012197010" + "f" * 53,
        "127.0.0.1:19092",
        "194013197010",
        "194012327010",
        "194012927010",
        "1763794440",
        "123456789012345678901234567890",
    ],
    ids=[
        "epoch ms",
        "offsets",
        "time",
        "uuid",
        "uuid with ten digits by chance",
        "digest with ten digits by chance",
        "address",
        "no such month",
        "no such day",
        "no such coordination day",
        "epoch s",
        "long run of digits",
    ],
)
def test_what_is_no_number_stays(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    "text", [f"00000000-0000-4000-8000-{TWELVE}", f"{TWELVE[:8]}-{TWELVE[8:]}-4000-8000-000000000000"]
)
def test_an_id_made_of_a_number_does_not_hide_it(text: str) -> None:
    assert TWELVE[8:] not in redact(text)
