"""What is fuzzed: functions of bytes that anybody may send. What one raises but its documented error is a crash.

So is what must not be: a record that is read and written again as other bytes, a signature that holds and is not the
one that was made, a token or evidence that is believed and was never made.
"""

import json
import sys
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final
from uuid import NAMESPACE_OID, uuid5

sys.path.append(str(Path(__file__).parents[1] / "unit" / "codec"))
sys.path.append(str(Path(__file__).parents[1] / "unit" / "verifier"))
sys.path.append(str(Path(__file__).parents[1] / "unit" / "pipeline"))
sys.path.append(str(Path(__file__).parents[1] / "unit" / "entrypoints" / "http"))

from codec_examples import DATA, DECISION, ENVELOPE
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
from evidenced import log, verified
from hubfakes import MORA_KEY, NOW_S, directory
from intakehub import UTSATT, VC, caller, keyed_regelverk
from joserfc.jwk import ECKey
from publishing import KEY as LOGS_KEY
from publishing import checked as checked_log
from publishing import leaf_rows, noted

from samverkanshub.codec import envelope, keys, signing
from samverkanshub.codec.canonical import jcs
from samverkanshub.codec.cloudevents import PREFIX, CloudEvent, parse
from samverkanshub.codec.decisions import decode_decision, encode_decision
from samverkanshub.codec.envelope import persons_of
from samverkanshub.codec.forseglat import seal, unseal
from samverkanshub.codec.schemas import ENVELOPE as ENVELOPES
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.domain.errors import Forbidden, HubError, Refused, Unauthenticated, Undecodable
from samverkanshub.domain.events import Position
from samverkanshub.domain.fold import fold
from samverkanshub.domain.gate import decide
from samverkanshub.domain.state import OmradeState, Tillstand
from samverkanshub.entrypoints.http.admission import slag_of
from samverkanshub.entrypoints.http.auth import verify
from samverkanshub.pipeline import rows
from samverkanshub.pipeline.checked import Checked, admit, check_unsigned
from samverkanshub.pipeline.intake import encoded
from samverkanshub.pipeline.sealed import envelope as sealed_envelope
from samverkanshub.ports import DataKey, KnownPerson
from samverkanshub.verifier import Tampered, Uncheckable
from samverkanshub.verifier.note import read_checkpoint, read_key, read_note

TODAY: Final = date(2026, 12, 1)
TODAY_MS: Final = 1_796_137_200_000
TYPES: Final = sorted(DATA)
SENDERS: Final = (UTSATT, VC, "mora.barn-unga.mottagning")
"""Of violence in close relations, health care, and children and youth."""
SCHEMAS: Final = default_schemas()
SIGNED: Final = b"samverkan/signatur/v1\0{}"
SIGNATURE: Final = MORA_KEY.sign(SIGNED)
PUBLIC: Final = keys.public_hex(MORA_KEY)
ID: Final = "0b9f1f5e-53ce-4e8a-8d0e-6a2b8c0d4e11"


# ----------------------------------------------------------------------------------------------------------- codec


def codec(data: bytes) -> None:
    """Envelopes, decision records and the persons' header, as the log holds them.

    After a byte 255 comes which leaf of an envelope is another, and what it is: Avro that is whole reaches further.
    """
    data = _with_leaf(data[1:]) if data[:1] == b"\xff" else data
    try:
        read = envelope.decode(data, SCHEMAS)
    except Undecodable:
        pass
    else:
        assert envelope.encode(read, SCHEMAS) == data, "read, and written as other bytes"
        envelope.to_event(read)
        with suppress(Undecodable):
            envelope.message(read)
    with suppress(Undecodable):
        decode_decision(data, SCHEMAS)
    found = persons_of((("personer", data),))
    assert found is None or len(found) == len(data) // 16


def _with_leaf(data: bytes) -> bytes:
    datum: Any = envelope._datum(ENVELOPE)
    leaves = list(_leaves(datum))
    holder, name = leaves[(data[0] if data else 0) % len(leaves)]
    holder[name] = _as(type(holder[name]), data[1:])
    try:
        return SCHEMAS.encode(ENVELOPES, datum, ENVELOPE.version)
    except HubError:
        return data


def _leaves(node: Any) -> Iterator[tuple[Any, Any]]:
    """Where each leaf is: what holds it, and by which name or place."""
    for name, value in list(node.items() if isinstance(node, dict) else enumerate(node)):
        if isinstance(value, dict | list):
            yield from _leaves(value)
        else:
            yield node, name


def _as(kind: type, content: bytes) -> Any:
    if kind is str:
        return content.decode("utf-8", "replace")
    return int.from_bytes(content[:4], "big", signed=True) if kind is int else content


def _of_codec() -> dict[str, bytes]:
    decision = encode_decision(DECISION, 0, 7, bytes(range(32)), SCHEMAS)
    bare = replace(ENVELOPE, personer=(), uppgifter=())
    return {
        "kuvert": envelope.encode(ENVELOPE, SCHEMAS),
        "kuvert-utan-personer": envelope.encode(bare, SCHEMAS),
        "beslut": decision.record,
        "personer": envelope.persons_header(ENVELOPE),
        "inget": b"",
        **{f"blad-{nr}": bytes([255, nr]) + b'{"a":[1,"b"]}' for nr in range(40)},
    }


# ----------------------------------------------------------------------------------------------------------- intake


def intake(data: bytes) -> None:
    """A body of `POST /handelser`; where its first byte is below 32, an example with a member of it another.

    What intake takes, the gate must be able to read, judge and fold: else it freezes whom it names (B7).
    """
    body = _made(data) if data[:1] < b" " else data
    slag_of(body)
    with suppress(Refused):
        given = parse(body, unsigned=True)
        who = caller(given.source if given.source in SENDERS else UTSATT)
        admit(given, who, SCHEMAS)
        _judged(given, check_unsigned(given, who, keyed_regelverk(), SCHEMAS, TODAY))


def _judged(given: CloudEvent, checked: Checked) -> None:
    known = {lookup: _somebody(lookup) for lookup in checked.lookups}
    listed = [known[lookup] for lookup in checked.lookups]
    sealed = sealed_envelope(given, checked, listed, DataKey("handelse", 1, bytes(32)), "", TODAY, bytes)
    event = envelope.to_event(envelope.decode(encoded(sealed, SCHEMAS), SCHEMAS))
    regelverk, position = keyed_regelverk(), Position(0, 1, TODAY_MS)
    before = Tillstand(OmradeState(0, TODAY_MS))
    decision = decide(before, event, position, regelverk)
    fold(before, event, decision, position)
    rows.outcome(decision, event, before, regelverk)
    decode_decision(encode_decision(decision, 0, 1, bytes(32), SCHEMAS).record, SCHEMAS)


def _somebody(lookup: str) -> KnownPerson:
    person_id = str(uuid5(NAMESPACE_OID, lookup))
    number = lookup.removeprefix("nr:") if lookup.startswith("nr:") else ""
    return KnownPerson(person_id, 0, number, DataKey(person_id, 1, bytes(32)))


def _made(data: bytes) -> bytes:
    """An example with one member of its data replaced by the JSON that follows, or left out where it is none."""
    typ = TYPES[(data[0] if data else 0) % len(TYPES)]
    example = _example(typ)
    at = data[1] if len(data) > 1 else 0
    names = sorted(example)
    value = _json(data[2:])
    if names and value is None:
        del example[names[at % len(names)]]
    elif names:
        example[names[at % len(names)]] = value
    source = SENDERS[at // 64 % len(SENDERS)]
    return json.dumps(cloud_event(typ, example, source)).encode("utf-8", "surrogatepass")


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def cloud_event(typ: str, data: Mapping[str, Any], source: str = UTSATT) -> dict[str, Any]:
    """An event that is not signed, as what is only asked about may be."""
    named = {"specversion": "1.0", "id": ID, "source": source, "type": f"{PREFIX}{typ}.v1"}
    return {**named, "data": data}


def _example(typ: str) -> dict[str, Any]:
    """One that breaks no rule for its own sake: nobody in two roles, both principals called, no consent over a year."""
    data = json.loads(json.dumps(DATA[typ]))
    for index, person in enumerate(data.get("personer", ())):
        person["referens"] = f"lokal-{index}"
    if "till" in data and "fran" in data:
        data["till"] = "2026-12-30T00:00:00Z"
    if typ == "sip_kallelse":
        data["mottagare"] = [*data["mottagare"], {"slag": "enhet", "id": "region-dalarna.bup"}]
    return data


def _of_intake() -> dict[str, bytes]:
    bodies = {
        f"{typ}-{nr}": jcs(cloud_event(typ, _example(typ), source))
        for typ in TYPES
        for nr, source in enumerate(SENDERS)
    }
    changed = {f"andrad-{nr}": bytes([nr, nr % 7]) + b'[{"text":"x","avser":"barn"}]' for nr in range(0, 31, 3)}
    odd = {"ej-json": b"{", "djupt": b"[" * 300, "ej-utf8": b'{"type":"\xf4"}'}
    return {**bodies, **changed, **odd}


# ----------------------------------------------------------------------------------------------- sealed to the hub

INTAKE_KEY: Final = ECKey.import_key(derive_private_key(12345, SECP256R1()))
INTAKE_KEYS: Final = {INTAKE_KEY.thumbprint(): INTAKE_KEY}
WITHIN: Final = b'{"a":1}'


def direkt(data: bytes) -> None:
    """A record of an actor's own topic (JWE); after a byte 255 comes a member of a sealed one's header, as JSON."""
    sealed = _headed(data[1:]) if data[:1] == b"\xff" else data
    with suppress(Refused):
        found = unseal(sealed, "mora", INTAKE_KEYS)
        assert (found.anvandare, bytes(found.handelse)) == ("u-1", WITHIN), "sealed by nobody"


@cache
def _sealed() -> bytes:
    return seal("u-1", WITHIN, "mora", INTAKE_KEY)


def _headed(data: bytes) -> bytes:
    given = _json(data)
    head, _, rest = _sealed().partition(b".")
    header = json.loads(urlsafe_b64decode(head + b"=" * (-len(head) % 4)))
    changed = header | given if isinstance(given, dict) else given
    return _b64(json.dumps(changed).encode("utf-8", "surrogatepass")) + b"." + rest


def _of_direkt() -> dict[str, bytes]:
    point = {"crv": "P-256", "kty": "EC", "x": "AAAA", "y": "AAAA"}
    members: dict[str, Any] = {
        **{"alg": "dir", "enc": "A128GCM", "typ": "JWT", "kid": "x", "iss": "falun", "zip": "DEF", "crit": ["x"]},
        **{"epk": point, "apu": "A", "p2c": 10**9, "jku": "https://evil.example", "jwk": point},
    }
    changed = {f"huvud-{name}": b"\xff" + json.dumps({name: value}).encode() for name, value in members.items()}
    return {"forseglat": _sealed(), "tomt": b"....", "ej-jwe": b"a.b.c", **changed}


# -------------------------------------------------------------------------------------------------------- signature


def signatur(data: bytes) -> None:
    """A signature, a public key and a token; whoever has no key makes none that holds."""
    assert not signing.verify(PUBLIC, SIGNED, data) or data == SIGNATURE, "another signature of the same"
    if len(data) >= 96:
        key, signature = data[:32], data[32:96]
        held = signing.verify(key.hex(), data[96:], signature)
        assert not (held and signing.verify(key.hex(), data[96:] + b"x", signature)), "of any message at all"
    with suppress(ValueError):
        keys.load_public(data.decode("latin-1"))
    _token(data)


def _token(data: bytes) -> None:
    try:
        believed = verify(f"Bearer {data.decode('latin-1')}", directory(), NOW_S * 1000)
    except (Unauthenticated, Forbidden):
        return
    assert data.strip() == token_that_holds(), f"a token that was never made, of {believed.caller.aktor}"


@cache
def token_that_holds() -> bytes:
    """The one token that the key's holder has made (Ed25519 is deterministic)."""
    header = {"alg": "EdDSA", "kid": keys.key_id(PUBLIC)}
    claims = {"iss": "mora", "sub": "u-1", "lasargrupp": "mora.vinr.utsatt", "aud": "samverkanshub", "jti": ID}
    start = b".".join(_b64(jcs(part)) for part in (header, {**claims, "iat": NOW_S, "exp": NOW_S + 60}))
    return start + b"." + _b64(MORA_KEY.sign(start))


def _b64(content: bytes) -> bytes:
    return urlsafe_b64encode(content).rstrip(b"=")


def _of_signatur() -> dict[str, bytes]:
    token = token_that_holds()
    head, claims, _ = token.split(b".")
    return {
        "signatur": SIGNATURE,
        "nyckel-och-signatur": bytes.fromhex(PUBLIC) + SIGNATURE + SIGNED,
        "svag-nyckel": b"\x01" + bytes(31) + b"\x01" + bytes(63),
        "nyckel": PUBLIC.encode(),
        "token": token,
        "token-utan-underskrift": head + b"." + claims + b".",
        "token-alg-none": _b64(b'{"alg":"none","kid":"x"}') + b"." + claims + b".",
        "token-jwk": _b64(b'{"alg":"EdDSA","jwk":{"crv":"Ed25519","kty":"OKP","x":"AA"}}') + b"." + claims + b".AA",
    }


# -------------------------------------------------------------------------------------------------------- verifier


def granskare(data: bytes) -> None:
    """Evidence, verifier keys, notes, checkpoints, and a published tree with one of its files another."""
    try:
        believed = verified(data)
    except (Tampered, Uncheckable):
        pass
    else:
        assert believed.checkpoint.note == log().note, "a checkpoint that was never signed"
    for read in (read_note, lambda content: read_checkpoint(content, LOGS_KEY)):
        with suppress(ValueError):
            read(data)
    with suppress(ValueError):
        read_key(data.decode("latin-1"))
    _published(data)


def _published(data: bytes) -> None:
    files = _files()
    paths = sorted(files.content)
    path = paths[(data[0] if data else 0) % len(paths)]
    changed = data[1:]
    found = checked_log(files.with_(path, changed))
    sound = found.finding is None and not found.failure
    assert not sound or changed == files.content[path], "a tree that was never signed"


@cache
def _files() -> Any:
    return noted(leaf_rows(5), 5)


def _of_granskare() -> dict[str, bytes]:
    files = _files()
    paths = sorted(files.content)
    one = {f"fil-{nr}": bytes([nr]) + files.content[path] for nr, path in enumerate(paths)}
    return {
        "helt": log().whole(),
        "delvis": log().parts(),
        "franvaro": log().absence("leksand", 20, 24),
        "kontrollpunkt": log().note,
        **one,
    }


MAL: Final[Mapping[str, Callable[[bytes], None]]] = {
    "codec": codec,
    "intag": intake,
    "direkt": direkt,
    "signatur": signatur,
    "granskare": granskare,
}
FRON: Final[Mapping[str, Callable[[], dict[str, bytes]]]] = {
    "codec": _of_codec,
    "intag": _of_intake,
    "direkt": _of_direkt,
    "signatur": _of_signatur,
    "granskare": _of_granskare,
}
"""What each begins with, besides what has been kept."""
