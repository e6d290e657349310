"""The token of one request: signed with the actor's key, valid for a minute, used once."""

from dataclasses import dataclass, field
from typing import Final
from uuid import uuid4  # noqa: TID251 - an agency's system is an edge

import jwt

from samverkanshub.codec.keys import JWS, PrivateKey, type_of
from samverkanshub.domain.personnummer import contains_personnummer

AUDIENCE: Final = "samverkanshub"
LIFETIME_S: Final = 60


@dataclass(frozen=True, slots=True)
class Identity:
    """Who calls: an actor, one of its reader groups, a user, and the actor's signing key."""

    aktor: str
    lasargrupp: str
    anvandare: str
    key_id: str
    private_key: PrivateKey = field(repr=False)


def fresh_id() -> str:
    """A random UUID: an event's or a token's id; never one that ends in what reads as a personnummer."""
    while contains_personnummer((found := str(uuid4()))[-12:]):
        continue
    return found


def token(identity: Identity, now_s: int, *, revisor: bool = False) -> str:
    """A fresh token; the hub takes each only once, so every request (and every retry) needs its own.

    `revisor`: it asks as an auditor, and reaches nothing else.
    """
    claims = {
        "iss": identity.aktor,
        "sub": identity.anvandare,
        "lasargrupp": identity.lasargrupp,
        "aud": AUDIENCE,
        "iat": now_s,
        "exp": now_s + LIFETIME_S,
        "jti": fresh_id(),
        **({"revisor": True} if revisor else {}),
    }
    algorithm = JWS[type_of(identity.private_key)]
    return jwt.encode(claims, identity.private_key, algorithm=algorithm, headers={"kid": identity.key_id})
