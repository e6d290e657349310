"""States as the projection holds them: deterministic JSON, so that a projection made again is the same bytes."""

from typing import Final

import msgspec

from samverkanshub.domain.errors import Halt
from samverkanshub.domain.state import ArendeState, OmradeState, PersonState

State = PersonState | ArendeState | OmradeState
KINDS: Final[dict[str, type[State]]] = {"person": PersonState, "arende": ArendeState, "omrade": OmradeState}
_ENCODER: Final = msgspec.json.Encoder(order="deterministic")
_DECODERS: Final = {kind: msgspec.json.Decoder(type_) for kind, type_ in KINDS.items()}


def encode(state: State) -> bytes:
    """The state's bytes: members in order of declaration, those of `koder` sorted by name."""
    return _ENCODER.encode(state)


def decode(kind: str, content: bytes) -> State:
    """The state of a kind (`person`, `arende`, `omrade`); raises `Halt` (`tillstand-olasbart`): no guesses."""
    try:
        return _DECODERS[kind].decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError):
        raise Halt(f"a stored state of kind `{kind}` cannot be read", code="tillstand-olasbart") from None


def kind_of(state: State) -> str:
    """The kind under which a state is stored."""
    return next(kind for kind, type_ in KINDS.items() if type(state) is type_)
