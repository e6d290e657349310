"""No personnummer, contact or secret leaves through a log line; what merely looks like one, in ids and times, stays."""

import json
from base64 import b64encode, urlsafe_b64encode
from random import Random
from time import process_time

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from samverkanshub.codec.keys import to_pem
from samverkanshub.observability import REDACTED, redact
from samverkanshub.observability.redaction import MAIL, SECRET, TELEPHONE

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
    f"{TWELVE[:8]}%2d{TWELVE[8:]}",
    f"{TWELVE[2:8]}\\u2013{TWELVE[8:]}",
    f"{TWELVE[:4]}-{TWELVE[4:6]}-{TWELVE[6:8]}-{TWELVE[8:]}",
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


CONTACTS = {
    "anna.lind@vard.example": MAIL,
    "anna%40vard.example": MAIL,
    "åsa_b+x@lä.example": MAIL,
    "070-174 06 36": TELEPHONE,
    "070 1740636": TELEPHONE,
    "0250-123 45": TELEPHONE,
    "08-12 34 56 78": TELEPHONE,
    "+46 70 174 06 36": TELEPHONE,
    "+46(0)701740636": TELEPHONE,
    "004670-1740636": TELEPHONE,
}


@pytest.mark.parametrize("place", ["{}", "ring {} nu", '"kontakt": "{}"', "\\n{}", "\\u0001{}", "({})", "{},{}"])
@pytest.mark.parametrize("contact", CONTACTS)
def test_a_contact_is_redacted_in_every_form_and_place(contact: str, place: str) -> None:
    assert redact(place.format(contact, contact)) == place.format(CONTACTS[contact], CONTACTS[contact])


KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PEM = to_pem(KEY).decode()
RANDOM = Random(8).randbytes(32)
TOKEN = jwt.encode({"sub": "handlaggare"}, KEY, algorithm="EdDSA")
SECRETS = {
    "a token": (TOKEN, TOKEN[10:]),
    "a bearer token": ("Authorization: Bearer hemlig-och-opak_12", "hemlig-och"),
    "a DSN": ("postgresql://hub:p@ss/w:rd@127.0.0.1:5432/valv", "p@ss"),
    "a password that is named": ("sasl_plain_password='svart att gissa'", "svart"),
    "a password in JSON": (json.dumps({"password": "svart att gissa"}), "svart"),
    "a password in JSON in JSON": (json.dumps(json.dumps({"losen": "svart\natt gissa"})), "gissa"),
    "a password in JAAS": ('required username="gate" password="svart";', "svart"),
    "PEM": (PEM, PEM[30:60]),
    "PEM in JSON": (json.dumps({"nyckel": PEM}), PEM[30:60]),
    "PEM cut short": (PEM[:70], PEM[40:60]),
    "a key in base64": (f"wrapped {b64encode(RANDOM).decode()} for", b64encode(RANDOM).decode()[:20]),
    "a key in base64url": (urlsafe_b64encode(RANDOM).decode().rstrip("="), urlsafe_b64encode(RANDOM).decode()[:20]),
}


@pytest.mark.parametrize(("text", "secret"), SECRETS.values(), ids=SECRETS)
def test_a_secret_is_redacted_and_json_stays_json(text: str, secret: str) -> None:
    assert secret in text
    assert secret not in redact(text)
    assert SECRET in redact(text)
    line = json.dumps({"event": text, "after": "stays"})
    assert json.loads(redact(line))["after"] == "stays"
    assert secret not in redact(line)


EVIL = ["://a:", "a.b@", "password=\\", "'", "\\", "1", "070-", "-----BEGIN A-----", "eyJ", "A" * 43 + "/", "\\u0001"]


@pytest.mark.parametrize("part", EVIL)
def test_a_line_takes_time_by_its_length_alone(part: str) -> None:
    """Whoever sends what is logged of a fault does not stop the process that logs it."""

    def took(length: int) -> float:
        line = part * (length // len(part))
        started = process_time()
        redact(line)
        return process_time() - started

    assert took(64_000) < 100 * max(took(4_000), 0.001)


@pytest.mark.parametrize(
    "text",
    [
        "/usr/lib/python3/dist-packages/samverkanshub/observability/redaction.py",
        "password authentication failed for user",
        "SAMVERKAN_OIDC_HEMLIGHET_FIL must be a file",
        "samverkan.notis.region-dalarna offset 00000000000000005000",
        "https://hub.example:8443/webb/drift",
        "SamverkanshubEntrypointsHttpApplicationStartingUpSlowly",
    ],
    ids=["a path", "a word", "a setting", "a topic", "an address", "a long name"],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text
