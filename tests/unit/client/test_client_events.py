"""The event a client makes is the one the hub checks: same walk, same commitments, same signed bytes."""

import base64
import json
from typing import Any

from hubfakes import EVENT_ID, MORA_KEY

from samverkanshub.client.events import prepare
from samverkanshub.client.tokens import Identity
from samverkanshub.codec import cloudevents, commitments, keys, signing
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.codec.walk import walk

IDENTITY = Identity("mora", "mora.vinr.utsatt", "handlaggare.7", "k1", MORA_KEY)
SEED = b"\x07" * 32
DATA: dict[str, Any] = {
    "personer": [{"roll": "barn", "personnummer": "197807182394"}],
    "kommun": "mora",
    "akut_fara": False,
    "misstanke": ["bevittnat_vald"],
    "anmalarslag": "anmalningsskyldig",
    "beskrivning": "text",
    "handelser": [{"text": "text", "referens": "journal-7"}],
}


def made(**changed: Any) -> cloudevents.CloudEvent:
    event = prepare(
        IDENTITY, default_schemas(), typ="orosanmalan", version=1, data=DATA | changed, id=EVENT_ID, seed=SEED
    )
    return cloudevents.parse(event.body)


def test_the_hub_reads_what_the_client_makes() -> None:
    found = made()
    assert (found.id, found.typ, found.version, found.source) == (EVENT_ID, "orosanmalan", 1, "mora.vinr.utsatt")
    assert (found.saltfro, found.nyckelid, found.data) == (SEED, "k1", DATA)


def test_the_signature_holds_over_codes_and_commitments() -> None:
    found = made()
    walked = walk(default_schemas().data("orosanmalan", 1), found.data)
    items = [
        (u.vag, u.kategori, u.roll, commitments.commitment(commitments.salt_for(SEED, u.vag), u.varde), u.referens)
        for u in walked.uppgifter
    ]
    message = signing.signed_bytes(
        id=EVENT_ID,
        typ="orosanmalan",
        version=1,
        lasargrupp="mora.vinr.utsatt",
        anvandare="handlaggare.7",
        koder=walked.koder,
        personer=[("barn", items[0][3])],
        uppgifter=items,
    )
    assert items[0][0] == "/personer/0/nummer"
    assert signing.verify(keys.public_hex(MORA_KEY), message, found.signatur)


def test_another_value_has_another_signature() -> None:
    assert made().signatur != made(beskrivning="annan text").signatur


def test_binary_members_are_base64url_without_padding() -> None:
    event = prepare(
        IDENTITY, default_schemas(), typ="orosanmalan", version=1, data=DATA, id=EVENT_ID, seed=b"\xff" * 32
    )
    seed = json.loads(event.body)["saltfro"]
    assert "=" not in seed
    assert "+" not in seed
    assert base64.urlsafe_b64decode(seed + "=") == b"\xff" * 32
