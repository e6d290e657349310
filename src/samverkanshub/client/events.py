"""Make the CloudEvent of a message: walk its data, commit to every uppgift, sign codes and commitments."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from samverkanshub.client.tokens import Identity
from samverkanshub.codec import signing
from samverkanshub.codec.commitments import commitment, salt_for
from samverkanshub.codec.schemas import Schemas
from samverkanshub.codec.walk import Walked, WalkedUppgift, walk
from samverkanshub.domain import consent_form

TYPE_PREFIX: Final = "se.samverkanshub."
CONTENT_TYPE: Final = "application/cloudevents+json"


@dataclass(frozen=True, slots=True)
class Prepared:
    """An event ready to send: its CloudEvents id and its exact bytes. Keep it, and every send of it is the same event.

    `body` holds personal data in the clear: keep it where the case's own data is kept.
    """

    id: str
    typ: str
    body: bytes = field(repr=False)


def prepare(
    identity: Identity, schemas: Schemas, *, typ: str, version: int, data: Any, id: str, seed: bytes
) -> Prepared:
    """The signed event. `seed`: 32 random bytes, of which every uppgift's salt is made.

    Raises `Refused` for data that its schema does not allow, exactly as the hub would.
    """
    schema = schemas.data(typ, version)
    for brist in consent_form.specific(typ, data if isinstance(data, dict) else {}):
        raise brist.refused()
    walked = walk(schema, data)
    uppgifter = [_committed(seed, uppgift) for uppgift in walked.uppgifter]
    message = signing.signed_bytes(
        id=id,
        typ=typ,
        version=version,
        lasargrupp=identity.lasargrupp,
        anvandare=identity.anvandare,
        koder=walked.koder,
        personer=_persons(walked, uppgifter),
        uppgifter=uppgifter,
    )
    event = {
        "specversion": "1.0",
        "id": id,
        "source": identity.lasargrupp,
        "type": f"{TYPE_PREFIX}{typ}.v{version}",
        "datacontenttype": "application/json",
        "data": data,
        "saltfro": base64url(seed),
        "nyckelid": identity.key_id,
        "signatur": base64url(signing.sign(identity.private_key, message)),
    }
    return Prepared(id, typ, msgspec.json.encode(event))


def base64url(content: bytes) -> str:
    """Base64url without padding (RFC 7515)."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _committed(seed: bytes, uppgift: WalkedUppgift) -> signing.SignedUppgift:
    atagande = commitment(salt_for(seed, uppgift.vag), uppgift.varde)
    return uppgift.vag, uppgift.kategori, uppgift.roll, atagande, uppgift.referens, uppgift.kalla


def _persons(walked: Walked, uppgifter: Sequence[signing.SignedUppgift]) -> list[tuple[str, bytes]]:
    by_path = {uppgift[0]: uppgift[3] for uppgift in uppgifter}
    return [(person.roll, by_path[f"/personer/{index}/nummer"]) for index, person in enumerate(walked.personer)]
