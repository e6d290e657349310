"""What the HTTP entrypoint needs from the pipeline, as small protocols that real services and fakes fit.

Every method may raise the errors of `domain.errors` and `ports.Unavailable`; `problems` turns those into answers.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from samverkanshub.domain.actors import Katalog
from samverkanshub.domain.atgarder import Lage
from samverkanshub.pipeline.granskning.fraga import Fraga, Sida
from samverkanshub.pipeline.identity import Caller
from samverkanshub.pipeline.karantan import Reading
from samverkanshub.ports import (
    Andel,
    Clock,
    GateState,
    Jamforelser,
    Kanarier,
    KeyWrapping,
    LogEnd,
    Matningar,
    NotaryState,
    Obekraftade,
    PositionInfo,
    Ring,
    SecretLost,
    Signing,
    WatchState,
)


class Receipt(Protocol):
    """What became of an event by the time of the answer: 201 judged (or only narrowing), 202 appended."""

    @property
    def status(self) -> int:
        """201 or 202."""

    @property
    def handelse_id(self) -> str:
        """The hub's id of the event."""

    @property
    def arende(self) -> str:
        """The sender's alias of the ärende; empty where there is none, or none yet."""

    @property
    def varningar(self) -> Sequence[str]:
        """Stable codes of what the sender should know."""

    @property
    def ring(self) -> str:
        """Whom to telephone; empty where it does not apply."""

    @property
    def dom(self) -> str:
        """What the gate said of the event as a whole; empty where it has not judged it."""


class Intake(Protocol):
    """Takes events in."""

    async def publish(self, caller: Caller, body: bytes) -> Receipt:
        """Validate, claim, append, wait for the judgement."""


class Bedomning(Protocol):
    """Judges what is only asked about."""

    async def assess(self, caller: Caller, body: bytes) -> Mapping[str, Any]:
        """What would become of a message; nothing of it is kept."""


class Deliver(Protocol):
    """Shows a reader group what it may see, and a sender what became of its event."""

    async def inbox(self, caller: Caller, cursor: str, limit: int) -> Mapping[str, Any]:
        """Rows after a sealed cursor, and the cursor to go on from."""

    async def open(self, caller: Caller, leverans_id: str) -> Mapping[str, Any]:
        """The content of a delivery, judged at this request's own position in the log."""

    async def acknowledge(self, caller: Caller, leverans_id: str, slag: str, enhet: str, id: str) -> Receipt:
        """A kvittens; the same `id` again is the same event, and an empty one is drawn."""

    async def outcome(self, caller: Caller, handelse_id: str) -> Mapping[str, Any]:
        """What became of an event, per recipient."""


class Skyldigheter(Protocol):
    """Lists what is owed."""

    async def of(self, caller: Caller, cursor: str, limit: int, *, without_holder: bool) -> Mapping[str, Any]:
        """Open duties after a sealed cursor, and the cursor to go on from."""


class Granskning(Protocol):
    """Answers auditors."""

    async def ask(self, caller: Caller, fraga: str, given: Fraga) -> Sida:
        """The answer to a question of this name, kept before it is given."""

    async def hold(self, caller: Caller, fraga: str, given: Fraga) -> str:
        """The question as a text to bring back for the next page; nobody reads what is in it."""

    async def held(self, caller: Caller, fortsatt: str) -> tuple[str, Fraga]:
        """The question that a text was made of, for whom it was made."""


class InForce(Protocol):
    """A regelverk, as far as this entrypoint reads it."""

    @property
    def katalog(self) -> Katalog:
        """The directory."""


class ActiveRegelverk(Protocol):
    """The regelverk that the log's position puts in force."""

    async def current(self) -> InForce:
        """The regelverk in force; raises `Unavailable` until record 0 is judged."""


class Tokens(Protocol):
    """The vault as authentication and health use it."""

    async def use_token(self, aktor: str, jti: str, expires_ms: int) -> bool:
        """Record a token id as used until it expires; False where it was used before."""

    async def claimed(self, handelse_id: str) -> object | None:
        """The claim of an event, or None; asked for an id nobody has to see that the vault answers."""

    async def lost(self) -> Sequence[SecretLost]:
        """The vault's secrets that nobody can open any more."""


class Positions(Reading, Protocol):
    """The projection as health uses it."""

    async def positions(self) -> list[PositionInfo]:
        """Every partition's progress."""

    async def gate_states(self) -> list[GateState]:
        """What a gate's worker last said of each partition."""

    async def watch_states(self) -> list[WatchState]:
        """What `watch` last said of each partition."""

    async def notary_states(self) -> list[NotaryState]:
        """What the notary last said of each partition."""

    async def signing(self) -> list[Signing]:
        """How far what is judged of each partition is signed."""

    async def andelar(self, typer: Sequence[str], dagar: int) -> list[Andel]:
        """Of how many messages each rule withheld something, in the last day and the days before."""

    async def obekraftade(self, orter: Sequence[tuple[str, str]]) -> list[Obekraftade]:
        """The reports that nobody has acknowledged, by municipality."""


class Atgarder(Protocol):
    """What operators do."""

    async def lage(self) -> Lage:
        """How it stands, as far as the gate has judged."""


class Trees(Protocol):
    """The notary's trees, as they are published."""

    async def read(self, partition: int, path: str) -> bytes | None:
        """The file at a path below an område's prefix; None where nothing is published there."""


class Fodda(Protocol):
    """When persons were born, as far as it can be read."""

    @property
    def saknas(self) -> int:
        """Persons with a number and no birth that can be read; -1 where that is not known."""


class Services(Protocol):
    """Everything `create_app` is given."""

    @property
    def intake(self) -> Intake: ...

    @property
    def bedomning(self) -> Bedomning: ...

    @property
    def deliver(self) -> Deliver: ...

    @property
    def skyldigheter(self) -> Skyldigheter: ...

    @property
    def granskning(self) -> Granskning: ...

    @property
    def regelverk(self) -> ActiveRegelverk: ...

    @property
    def vault(self) -> Tokens: ...

    @property
    def omslag(self) -> KeyWrapping: ...

    @property
    def projection(self) -> Positions: ...

    @property
    def matningar(self) -> Matningar: ...

    @property
    def kanarier(self) -> Kanarier: ...

    @property
    def kanarie_s(self) -> float:
        """How often a canary is sent; 0 for never."""

    @property
    def jamforelser(self) -> Jamforelser: ...

    @property
    def fodda(self) -> Fodda: ...

    @property
    def reader(self) -> LogEnd: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def ring(self) -> Ring: ...

    @property
    def atgarder(self) -> Atgarder: ...

    @property
    def trees(self) -> Trees: ...

    @property
    def omraden(self) -> int:
        """How many partitions the log has."""
