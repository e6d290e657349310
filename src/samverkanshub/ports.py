"""What the pipeline needs from the world. Every adapter of a port passes the port's one contract suite.

Bytes in, bytes out: the pipeline, not the adapters, knows the codec.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from samverkanshub.domain.tlog import Head, Tile
from samverkanshub.domain.uppfoljning.arsrad import Arsrad
from samverkanshub.domain.uppfoljning.rakna import Plats, Ruta
from samverkanshub.domain.varden import quick


class Clock(Protocol):
    """The wall clock, with an offset for tests."""

    def now_ms(self) -> int:
        """Milliseconds since the epoch, UTC."""


@quick
@dataclass(frozen=True, slots=True)
class LogRecord:
    """A record of `samverkan.logg`, exactly as Kafka holds it. `tid` is LogAppendTime in ms."""

    partition: int
    offset: int
    tid: int
    key: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    value: bytes


@quick
@dataclass(frozen=True, slots=True)
class Appended:
    """Where an append ended up, which is what two of them are compared by; and when by the broker's own clock (ms)."""

    partition: int
    offset: int
    tid: int = field(default=0, compare=False)


class Log(Protocol):
    """The log as a writer sees it."""

    async def append(
        self, partition: int, key: bytes | None, headers: Sequence[tuple[str, bytes]], value: bytes
    ) -> Appended:
        """Append with acks=all and idempotence; returns once the broker has answered. Raises `Unavailable`."""


class Unavailable(Exception):
    """A server the hub depends on did not answer. `what` names it (kafka, projektion, valv)."""

    ring = ""
    """Whom to telephone, where the answer to an orosanmälan is this error (B1)."""

    def __init__(self, what: str) -> None:
        super().__init__(f"`{what}` does not answer")
        self.what = what


class SecretLost(Unavailable):
    """A secret of the vault's that nobody can open: what wraps it is destroyed or said lost. None is made in its place.

    To whoever asks it is the key-encryption key that does not answer; its text, which names no value, is an operator's.
    """

    def __init__(self, namn: str, generation: int) -> None:
        super().__init__("kek")
        self.namn = namn
        self.generation = generation

    def __str__(self) -> str:
        wrapped = f"wrapped by generation {self.generation} of the key-encryption key, which is destroyed or said lost"
        return f"the vault's secret `{self.namn}` is {wrapped}: see docs/radering.md, Förlorade hemligheter"


class Outdated(Unavailable):
    """What was looked up has been destroyed since: to look it up once more, and do it anew, helps at once."""


# ---------------------------------------------------------------------------------------------------------------- vault


@quick
@dataclass(frozen=True, slots=True)
class DataKey:
    """A data key in the clear, in memory only."""

    subject: str
    version: int
    key: bytes = field(repr=False)


@quick
@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person of the vault. `nummer` (12 digits): empty for a local reference. `omrade`: fixed at first mention."""

    person_id: str
    omrade: int
    nummer: str = field(repr=False)
    key: DataKey


@quick
@dataclass(frozen=True, slots=True)
class Claim:
    """A claim on (aktor, id): keyed digest of the canonical plaintext, and the exact bytes to append.

    `nycklar`: the data keys, by subject and version, that have to be there when it is made: those it seals by, and of
    whom it names as known. It is not kept.
    """

    aktor: str
    id: str
    handelse_id: str
    digest: bytes
    partitions: tuple[int, ...]
    key: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    value: bytes
    nycklar: frozenset[tuple[str, int]] = field(default=frozenset(), compare=False)


@quick
@dataclass(frozen=True, slots=True)
class Generation:
    """A key-encryption key, by its number, and when it was made (ms)."""

    nr: int
    tid: int


class KeyWrapping(Protocol):
    """The key-encryption keys, which stand nowhere in the vault's database: files, or a service that holds them.

    The newest generation wraps; each that is there unwraps what it wrapped. What is wrapped is bound to a purpose, and
    passes for nothing else. Each verb raises `Halt` (`fel-kek`) where no key can be had, `Unavailable` (`kek`) where
    whoever holds them does not answer.
    """

    async def generations(self) -> list[Generation]:
        """Those that are there, the newest last; at least one."""

    async def wrap(self, items: Sequence[tuple[str, bytes]]) -> tuple[int, list[bytes]]:
        """Each content sealed for its purpose, and the generation that did it: the newest by now, whoever made it."""

    async def unwrap(self, items: Sequence[tuple[str, int, bytes]]) -> list[bytes | None]:
        """What was wrapped for each purpose by a generation; None where the generation is in `gone`.

        `Unavailable` where it is neither there nor gone: it may be had elsewhere, or in a while. `Halt` (`fel-kek`)
        where it is there and does not open it.
        """

    async def make(self, nr: int, tid: int) -> Generation:
        """Make a generation (`tid` says when, ms), or find it where it is made already. Durable at the return."""

    async def destroy(self, nr: int) -> None:
        """Destroy a generation for ever, and remember it. `Conflict` (`omslag-anvands`) for the newest."""

    async def lose(self, nr: int) -> None:
        """Remember that nobody has a generation any more. `Conflict` (`omslag-finns`) for one that is there."""

    async def gone(self) -> frozenset[int]:
        """Those that are destroyed, or declared lost, and are not there."""


class KeyCare(Protocol):
    """How the vault's keys are wrapped, and how they come under another generation. Every verb raises `Unavailable`.

    All of it may be done while the hub runs, ended at any moment and done again.
    """

    async def wrapped(self) -> Mapping[int, int]:
        """How many keys and secrets are wrapped by each generation that any is, or could be."""

    async def data_keys(self) -> Mapping[int, int]:
        """How many data keys are wrapped by each generation that any is."""

    async def births(self) -> Mapping[int, int]:
        """Of how many persons it is wrapped by each generation when they were born."""

    async def secrets(self) -> Mapping[str, int]:
        """The vault's secrets by name, and which generation wraps each."""

    async def rotate(self, tid: int) -> Generation:
        """Make a new generation, by which all is wrapped from now on (ms)."""

    async def rewrap(self, limit: int) -> int:
        """Wrap so many keys anew by the newest generation, in one transaction; how many it was, 0 when all are.

        Those whose own generation is gone are left: nobody can read them.
        """

    async def destroy(self, nr: int) -> None:
        """Destroy a generation that wraps nothing any more. `Conflict` (`omslag-anvands`) for one that does."""


class BirthCare(Protocol):
    """When persons were born, which is kept apart from their numbers, made of those of whom nobody can read it."""

    async def missing(self) -> int:
        """How many persons have a number and no birth that can be read now. Raises `Unavailable`."""

    async def fill(self, after: str, limit: int) -> str:
        """Make it of so many persons, those after one; the last of them, empty where there is none left.

        Of whom it is not there, or wrapped by a generation that is gone; whose own key cannot be opened here is passed
        by. May be done by several at once, and again. Raises `Unavailable`.
        """


@quick
@dataclass(frozen=True, slots=True)
class Omgang:
    """One batch of persons: of how many something was made anew, and how many have lost their key and were passed by.

    `till` is the last one's id, from after which to go on; empty where there was nobody left.
    """

    antal: int
    forbi: int
    till: str


class MappingCare(Protocol):
    """The key that persons are looked up by, made anew. Every verb raises `Unavailable`.

    All of it may be done while the hub runs, ended at any moment and done again.
    """

    async def versions(self) -> Mapping[int, int]:
        """The versions in use, and how many persons are looked up by each."""

    async def lost(self) -> Collection[int]:
        """The versions whose key is lost: while one of them is in use nobody can be looked up."""

    async def begin(self) -> int:
        """Make another version the newest; persons are looked up by the older ones too, as long as any is."""

    async def make_anew(self, limit: int, efter: str = "") -> Omgang:
        """Make the lookups of so many persons anew by the newest version, in one transaction; those after one's id.

        A person's own key is enough, whatever became of the version that they were looked up by.
        """

    async def retire(self) -> Sequence[int]:
        """Take away the older versions that nobody is looked up by any more, and destroy them; which they were."""


class Vault(Protocol):
    """Data keys, person mapping, claims and used token ids. Durable before any append that depends on it.

    A personnummer is looked up by a keyed digest and stored sealed only under the person's own data key.
    """

    async def persons(self, lookups: Sequence[str], omrade: int) -> list[KnownPerson]:
        """Find or make the person behind each lookup, in order; those who are missing are made all or none.

        A lookup is `nr:<12 digits>` or `ref:<aktor>:<reference>`. Concurrent calls agree on one person per lookup.
        Whose key is lost for ever is who they were, and gets another version of it; `Unavailable` (`kek`) where it
        may be had yet, or (`valv`) where they are being erased.
        """

    async def find(self, lookups: Sequence[str]) -> list[KnownPerson | None]:
        """The person behind each lookup, in order; None where nobody is known by it. Makes nobody.

        Whose key is lost gets another, as of `persons`.
        """

    async def by_ids(self, person_ids: Sequence[str]) -> dict[str, KnownPerson]:
        """The persons with these ids; those unknown (or erased), or whose key is lost, are left out."""

    async def born(self, person_ids: Sequence[str]) -> dict[str, str]:
        """Of these persons what age class and legal sex follow from (`birth_part`), and neither number nor key.

        Those unknown (or erased), named by a reference, or of whom it is lost are left out.
        """

    async def subject_key(self, subject: str) -> DataKey:
        """Find or make the data key of something that is no person (`arende:<id>`, `handelse:<id>`).

        Another version of it where the one there was is lost for ever.
        """

    async def keys(self, wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int], DataKey]:
        """The data keys by (subject, version); those that nobody has any more are left out. Makes none."""

    async def erased(self, person_ids: Collection[str]) -> frozenset[str]:
        """Which of these persons have been erased (G1)."""

    async def claim(self, claim: Claim) -> Claim:
        """Commit the claim unless (aktor, id) is taken; returns the one that stands. The caller compares digests.

        That of a blanked claim is empty, and fits nothing. `Unavailable` while somebody whom it names is being erased;
        `Outdated` where a key of its `nycklar` has been destroyed. None is, until the claim is there to be seen.
        """

    async def claim_anew(self, tomt: Claim, claim: Claim) -> Claim:
        """Commit a claim in the place of one that was blanked, of the same event; returns the one that stands.

        Another stands where the blanked one does no more. Raises as `claim` does, and then the blanked one does.
        """

    async def claimed(self, handelse_id: str) -> Claim | None:
        """The claim of an event, or None. `Unavailable` while somebody whom it names is being erased."""

    async def digest(self, content: bytes) -> bytes:
        """HMAC-SHA256 of content under the vault's claim key."""

    async def secret(self, name: str) -> bytes:
        """Find or make a 64-byte secret by name (`alias`, `markor`), the same for ever. Raises `SecretLost`."""

    async def lost(self) -> list[SecretLost]:
        """The secrets that nobody can open any more, by name; as `secret` would raise them."""

    async def use_token(self, aktor: str, jti: str, expires_ms: int) -> bool:
        """Record a token id as used until it expires; False where it was used before."""


BEGARD: Final = "begard"
"""The fence is up, and nothing is appended yet."""
SKICKAD: Final = "skickad"
"""The erasure is in the log, or on its way there."""
RADERAD: Final = "raderad"
"""Keys and mapping are gone; claims are left to blank."""


@quick
@dataclass(frozen=True, slots=True)
class Raderas:
    """An erasure that is not done: its event, its person, how far it is (BEGARD, SKICKAD, RADERAD), since when (ms)."""

    handelse_id: str
    person_id: str
    steg: str
    alder_ms: int


@quick
@dataclass(frozen=True, slots=True)
class Named:
    """A claim that names a person, and how long ago it was made (ms)."""

    claim: Claim
    alder_ms: int


@quick
@dataclass(frozen=True, slots=True)
class Heeded:
    """Of a vault: which erasures (event, person) it has carried out, of those asked for; and how it stands.

    `stand` is empty before its first erasure, and another after each. `kand`: it has stood as it was said to have, so
    that what it had carried out then it still has; always, where that was empty.
    """

    utforda: frozenset[tuple[str, str]]
    stand: bytes
    kand: bool


class Erasing(Protocol):
    """Erasure in the vault (G1). While one is begun or sent, nobody claims or reads what names the person.

    Every verb is durable at the return, may be done again, and raises `Unavailable` (`valv`).
    """

    async def begin(self, handelse_id: str, person_id: str) -> bool:
        """Put the fence up; False where this erasure of this person is begun, or done, already.

        After that no claim that names the person is made but the erasure's own.
        """

    async def sent(self, handelse_id: str) -> bool:
        """Note that it is about to be appended; False where the fence is not up."""

    async def release(self, handelse_id: str) -> None:
        """Take the fence down; nothing where it is not up."""

    async def erase(self, handelse_id: str, person_id: str) -> None:
        """Destroy the person's keys and mapping, for ever; the same number named again is another person.

        Also where somebody else's were destroyed under the same event: that is not this person's erasure.
        """

    async def pending(self) -> list[Raderas]:
        """Those that are not done, the oldest first."""

    async def heeded(self, raderingar: Collection[tuple[str, str]], stod: bytes) -> Heeded:
        """Which of these have destroyed this person's keys by this event; of a vault that once said it stood as `stod`.

        All of it at one moment, and at a price that does not grow with how many erasures are done.
        """

    async def naming(self, person_id: str, after: str, limit: int) -> list[Named]:
        """The claims that name a person, in order of event id, those after one."""

    async def blank(self, claim: Claim, *, own_key: bool) -> None:
        """Keep the claim's bytes as given, without its digest, and destroy the event's own key where that is asked.

        Nothing is done where nobody whom it names is erased, or where it would be longer than it was.
        """

    async def done(self, handelse_id: str) -> None:
        """Note that every claim is blanked."""


@quick
@dataclass(frozen=True, slots=True)
class AskedRow:
    """A question of an auditor's: who asked it and when (ms), about what scope, and how many rows were answered.

    `parametrar` is JSON of codes and ids; a number stands there as a keyed digest alone. `nr` is given when it is kept.
    """

    tid: int
    aktor: str
    anvandare: str
    fraga: str
    omfattning: str
    parametrar: str
    rader: int
    nr: int = 0


@quick
@dataclass(frozen=True, slots=True)
class IncidentRow:
    """What the authority `ansvarig` decided (when, ms) on telling of the incident that an event is, and by whom."""

    tid: int
    handelse_id: str
    ansvarig: str
    beslut: str
    anvandare: str


class Questions(Protocol):
    """What auditors ask and decide, kept in the vault's database: never changed and never taken away."""

    async def keep(self, asked: AskedRow) -> None:
        """Keep a question, durable at the return. Raises `Unavailable`."""

    async def kept(self, omfattning: str, limit: int, after: int = 0) -> list[AskedRow]:
        """The questions asked about a scope, in the order in which they were kept; those after number `after`."""

    async def decide(self, decided: IncidentRow) -> None:
        """Keep a decision on an incident, beside earlier ones; durable at the return. Raises `Unavailable`."""

    async def decided(self, handelse_ids: Sequence[str]) -> list[IncidentRow]:
        """Every authority's decisions on these incidents, in the order in which they were kept."""


class Logins(Protocol):
    """Who is logged in on the pages, by a digest of the key that the browser holds."""

    async def put(self, nyckel: bytes, vem: bytes, till: int, now: int, hos: "Hos | None" = None) -> None:
        """Keep a login until `till` (ms), in place of what the key had; forget those that have ended by `now`.

        `hos`: by what a provider will name it when it logs somebody out. Raises `Unavailable`.
        """

    async def drop_of(self, hos: "Hos", fore: int) -> None:
        """Forget those kept before `fore` (ms) under both digests, where both are given, else under the one that is.

        One kept under whose it is alone is of any session of theirs. Raises `Unavailable`.
        """

    async def prolong(self, nyckel: bytes, vem: bytes, till: int) -> None:
        """Keep what the key has until `till` (ms); nothing where it has nothing, so that who has logged out stays out.

        Raises `Unavailable`.
        """

    async def get(self, nyckel: bytes, now: int) -> bytes | None:
        """What was kept under the key, or None where nothing was or it has ended by `now`. Raises `Unavailable`."""

    async def drop(self, nyckel: bytes) -> None:
        """Forget it; nothing where there is none. Raises `Unavailable`."""


@dataclass(frozen=True, slots=True)
class Hos:
    """A login as its provider names it: digests of whose it is and of which session, empty where that is not said."""

    vem: bytes = b""
    session: bytes = b""


@dataclass(frozen=True, slots=True)
class Forsok:
    """An attempt to log in elsewhere: where to go, and three secrets that whoever began it brings back."""

    adress: str
    state: str
    nonce: str = field(repr=False)
    verifierare: str = field(repr=False)


TOO_LOW: Final = "for-lag-tillit"
"""The code of `Unauthenticated` where somebody has shown who they are, but not so well as is asked for."""


class Leverantor(Protocol):
    """Who somebody is, by a provider of OpenID Connect. `ater`: where it is to send them back."""

    async def begin(self, ater: str) -> Forsok:
        """Begin an attempt. Raises `Unavailable`."""

    async def claims(self, forsok: Forsok, kod: str, ater: str) -> Mapping[str, Any]:
        """What the provider says of who came back.

        Raises `Unauthenticated` where nothing holds or too little is said (`TOO_LOW`), and `Unavailable`.
        """

    async def logout(self, ater: str) -> str:
        """Where one logs out there too; empty where one cannot. Raises `Unavailable`."""

    async def logged_out(self, token: str) -> Mapping[str, Any]:
        """What a logout token says (Back-Channel Logout 1.0). Raises `Unauthenticated` where it does not hold,
        `Unavailable`."""


# ----------------------------------------------------------------------------------------------------------- projection


@quick
@dataclass(frozen=True, slots=True)
class Placement:
    """What the gate is told when it is assigned a partition."""

    position: int
    epoch: int
    notified: int
    last_digest: bytes
    """Digest of the record at `position - 1`; empty at 0."""


@quick
@dataclass(frozen=True, slots=True)
class StateRow:
    """One entity's state, encoded. `kind` is `person`, `arende` or `omrade`; `aldersklass` is a person's age class."""

    kind: str
    id: str
    state: bytes
    aldersklass: str = ""


@quick
@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision on one record. `record` is the decision record's bytes; `digest` its Merkle root.

    `outcome` is JSON for the sender's outcome; `status`: dom, upprepning or karantan.
    """

    offset: int
    handelse_id: str
    aktor: str
    lasargrupp: str
    typ: str
    arende_id: str
    status: str
    tid: int
    record_digest: bytes
    record: bytes
    digest: bytes
    outcome: bytes


@quick
@dataclass(frozen=True, slots=True)
class InboxRow:
    """A row for one reader group. `nr` orders the rows of one offset. `body` is JSON with neither content nor person.

    `handelse_id` is the message delivered; `person_ids` whom an opening of it concerns.
    """

    offset: int
    nr: int
    lasargrupp: str
    aktor: str
    leverans_id: str
    arende_id: str
    handelse_id: str
    slag: str
    tid: int
    person_ids: tuple[str, ...]
    body: bytes
    partition: int = 0


@quick
@dataclass(frozen=True, slots=True)
class QuarantineRow:
    """A record that could not be decoded or folded; `reason` is a stable code, never content."""

    offset: int
    reason: str
    person_ids: tuple[str, ...]
    tid: int
    record_digest: bytes


@quick
@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice to send after commit: to `samverkan.notis.<aktor>`, with a derived id and no personal data.

    The id follows from where the notice stands: partition, offset, nr and aktor.
    """

    offset: int
    nr: int
    aktor: str
    body: bytes
    partition: int = 0


@quick
@dataclass(frozen=True, slots=True)
class DeliveryEvent:
    """Something that happened to a delivery, for the sender's outcome: `oppnad` or a kvittens' slag."""

    offset: int
    leverans_id: str
    handelse_id: str
    slag: str
    tid: int


@quick
@dataclass(frozen=True, slots=True)
class DueRow:
    """A step of an open duty, to be appended when its time (ms) has come; `person_id` is whom the ärende is about."""

    arende_id: str
    plikt_id: str
    steg: str
    tid: int
    person_id: str = ""


@quick
@dataclass(frozen=True, slots=True)
class DutyRow:
    """That an open duty may be listed for a unit or a reader group; `tid` is when its first step falls due (ms).

    Of a report that nobody has acknowledged one row a duty says when it came (`fran`, ms, 0 where it could not be read)
    and to which municipalities (`orter`, comma-separated); `orter` is empty in all others.
    """

    arende_id: str
    plikt_id: str
    mottagare: str
    slag: str
    tid: int
    fran: int = 0
    orter: str = ""


@quick
@dataclass(frozen=True, slots=True)
class Obekraftade:
    """The reports to a municipality that nobody has acknowledged (O4): how many, and of how many the time has passed.

    `alder_ms` is how long ago the oldest came, 0 where none could be read, and `over_ms` how long ago the first
    deadline passed, negative where it has not: by the server's own clock. `kommun` is empty where it is not known.
    """

    kommun: str
    antal: int
    forsenade: int
    alder_ms: int
    over_ms: int


@quick
@dataclass(frozen=True, slots=True, order=True)
class DutyPlace:
    """Where a duty stands in lists: by when its first step falls due, which never changes, then by ids."""

    tid: int
    partition: int
    arende_id: str
    plikt_id: str


@quick
@dataclass(frozen=True, slots=True)
class TraceRow:
    """That the record at an offset can be found by this: `slag` says by what (pipeline/spar.py), `id` by which."""

    offset: int
    slag: str
    id: str


@quick
@dataclass(frozen=True, slots=True)
class Traced:
    """What to find judged records by: those traced by (slag, id), and by `within` too where that is given.

    Their times are in [fran, till), ms; of one `partition` alone where that is given.
    """

    slag: str
    id: str
    within: tuple[str, str] | None = None
    fran: int = 0
    till: int = 2**62
    partition: int | None = None


@quick
@dataclass(frozen=True, slots=True)
class Andel:
    """Of how many messages a rule withheld something: those judged in the last day (`nu`), and in the days before.

    `regel` is empty for all messages, whatever became of them.
    """

    regel: str
    nu: int
    forr: int


@quick
@dataclass(frozen=True, slots=True)
class Batch:
    """All that one transaction of the gate writes. `position` is the expected one, `next_position` the new one."""

    partition: int
    epoch: int
    position: int
    next_position: int
    last_digest: bytes
    states: Sequence[StateRow] = ()
    seen: Sequence[tuple[str, str, int]] = ()
    """(aktor, handelse_id, offset) of first occurrences."""
    decisions: Sequence[DecisionRow] = ()
    inbox: Sequence[InboxRow] = ()
    withdrawn: Sequence[str] = ()
    """Delivery ids that no longer may be opened, if not opened yet."""
    quarantine: Sequence[QuarantineRow] = ()
    notices: Sequence[NoticeRow] = ()
    delivery_events: Sequence[DeliveryEvent] = ()
    duties_of: Sequence[tuple[str, str]] = ()
    """(ärende, duty) of duties that the batch changed: what was due and listed of them before is replaced by the next
    two."""
    due: Sequence[DueRow] = ()
    duties: Sequence[DutyRow] = ()
    traces: Sequence[TraceRow] = ()


class Superseded(Exception):
    """Another gate has taken the partition, or the position moved: the process must stop."""


class States(Protocol):
    """Entities' states, for who judges by them."""

    async def states(self, partition: int, keys: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], bytes]:
        """States by (kind, id); those that do not exist are left out."""


class Snapshot(States, Protocol):
    """The projection as it stood at one moment, however long it is read: every answer is of the same position."""

    async def position(self, partition: int) -> int:
        """The offset that the gate would judge next; 0 where it has judged none."""


class GateStore(States, Protocol):
    """The projection as the gate writes it. One writer per partition, guarded by the epoch."""

    async def assign(self, partition: int) -> Placement:
        """Raise the epoch and return where to start; makes the row at position 0 where there is none."""

    async def seen(self, partition: int, ids: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
        """Those of these (aktor, handelse_id) that the partition already took."""

    async def commit(self, batch: Batch) -> None:
        """Write all of it in one transaction, or raise `Superseded` (nothing written) or `Unavailable`.

        Tells listeners (NOTIFY) the new position. Whether `Unavailable` at COMMIT was applied is unknown to the
        caller, which must stop and be assigned again.
        """

    async def notices(self, partition: int, start: int, end: int) -> list[NoticeRow]:
        """Notices of offsets in [start, end), in order."""

    async def notified(self, partition: int, epoch: int, offset: int) -> None:
        """Advance `notified` to offset; raises `Superseded` when the epoch has passed."""


IGANG: Final = "igang"
"""A gate has the partition and judges it."""
VAGRAD: Final = "vagrad"
"""A gate refused the partition; the code says why."""


@quick
@dataclass(frozen=True, slots=True)
class GateState:
    """The last that a gate's worker said of a partition, `age_ms` ago by the server's own clock."""

    partition: int
    state: str
    code: str
    age_ms: int


class GateStatus(Protocol):
    """Where a gate's worker tells health how it stands with a partition. Nothing is ever decided from it."""

    async def report(self, partition: int, state: str, code: str) -> None:
        """State `IGANG` or `VAGRAD`, the latter with a stable code. Raises `Unavailable`."""


VANTAR: Final = "vantar"
"""`watch` waits for a gate that has not judged all of the partition, or for its regelverk to list what it appends."""
FORSENAD: Final = "forsenad"
"""`watch` has waited too long: what falls due is told to nobody."""
UR_STEG: Final = "ur-steg"
"""`watch` has its rounds, but the partition judges by another regelverk than the first."""
DELVIS: Final = "delvis"
"""`watch` reminds, but has long not been able to tell birthdays or to go on with erasures, which need the vault."""


@quick
@dataclass(frozen=True, slots=True)
class WatchState:
    """What `watch` last said of a partition, as `WatchStatus.report` has it, `age_ms` ago by the server's own clock."""

    partition: int
    state: str
    age_ms: int


class WatchStatus(Protocol):
    """Where `watch` tells health of its rounds. Nothing is ever decided from it."""

    async def report(self, partition: int, state: str) -> None:
        """State `IGANG`, `DELVIS` or `UR_STEG` after a round, `VANTAR` or `FORSENAD` where there was none.

        Raises `Unavailable`.
        """


@quick
@dataclass(frozen=True, slots=True)
class AgedPerson:
    """A person that a partition knows, and in which age class."""

    person_id: str
    aldersklass: str


@quick
@dataclass(frozen=True, slots=True)
class InboxPage:
    """Rows after a cursor and the cursor to go on from."""

    rows: list[InboxRow]
    cursor: Mapping[int, tuple[int, int]]
    """Partition to (offset, nr) of the last row seen."""


@quick
@dataclass(frozen=True, slots=True)
class Judgement:
    """A decision as read back, with where it stands."""

    partition: int
    row: DecisionRow


@quick
@dataclass(frozen=True, slots=True)
class PositionInfo:
    """A partition's progress, for health."""

    partition: int
    position: int
    epoch: int
    notified: int


@quick
@dataclass(frozen=True, slots=True)
class LeafRow:
    """What a leaf holds of one offset: the digests (32 bytes) of the record and of the decision on it."""

    offset: int
    record_digest: bytes
    digest: bytes


@quick
@dataclass(frozen=True, slots=True)
class NotaryState:
    """What the notary last said of a partition, `age_ms` ago by the server's own clock.

    `size` is that of the checkpoint last published. State `IGANG`, `VANTAR` or `VAGRAD`, the last with a code.
    """

    partition: int
    size: int
    state: str
    code: str
    age_ms: int


@quick
@dataclass(frozen=True, slots=True)
class Signing:
    """How far the judgements of a partition are signed: `size` of them, as the notary last said, of `position`.

    `unsigned_ms`: how long the oldest judged record without a checkpoint over it has been in the log; 0 for none.
    `unwell_ms`: how long ago the notary last said `IGANG`, or said its first word; 0 where it never said any.
    """

    partition: int
    position: int
    size: int
    unsigned_ms: int
    unwell_ms: int


Place = tuple[int, ...]
"""Where something stands in a list that begins with what came last: its time (ms), then partition, offset and nr."""


class Projection(Protocol):
    """The projection as the api reads it."""

    async def judgement(self, handelse_id: str) -> Judgement | None:
        """The decision on an event's first occurrence, or None while there is none."""

    async def wait_judged(self, partition: int, offset: int, timeout_s: float) -> bool:
        """Wait until the gate's position has passed offset; False on time-out. Woken by NOTIFY, no busy polling."""

    async def judged_at(self, partition: int, offset: int) -> Judgement | None:
        """The decision on the record at this offset."""

    async def judged(self, partition: int, start: int, end: int) -> list[DecisionRow]:
        """The decisions on the records in [start, end), in log order; those that are not judged are left out."""

    async def inbox(self, lasargrupp: str, cursor: Mapping[int, tuple[int, int]], limit: int) -> InboxPage:
        """The rows of a reader group after the cursor, in partition and log order."""

    async def latest(self, lasargrupp: str, limit: int, before: Place | None = None) -> list[InboxRow]:
        """The rows of a reader group, what came last first; those before (time, partition, offset, nr)."""

    async def sent(
        self, lasargrupp: str, typer: Sequence[str], limit: int, before: Place | None = None
    ) -> list[Judgement]:
        """The first judgements of events of these types that a reader group sent, what was judged last first.

        Those before (time, partition, offset). An event of several partitions stands once. Neither openings nor
        kvittenser are among them, whatever is asked for.
        """

    async def steps_of(self, leverans_ids: Sequence[str]) -> list[DeliveryEvent]:
        """What happened to these deliveries, in no order."""

    async def delivery(self, leverans_id: str) -> InboxRow | None:
        """The inbox row of a delivery (its `partition` set), whoever's it is."""

    async def delivery_events(self, handelse_id: str) -> list[DeliveryEvent]:
        """What happened to the deliveries of an event, in log order."""

    async def delivery_events_at(self, partition: int, offset: int) -> list[DeliveryEvent]:
        """What the record at this offset made happen to deliveries."""

    async def traces_at(self, partition: int, offset: int) -> list[TraceRow]:
        """All that the record at this offset can be found by, by kind and id."""

    async def traces(self, partition: int, start: int, end: int) -> list[TraceRow]:
        """All that the records in [start, end) can be found by, in log order, by kind and id."""

    async def traced(self, sought: Traced, limit: int, after: tuple[int, int] = (-1, -1)) -> list[Judgement]:
        """The decisions on records found so, in partition and log order; those after (partition, offset)."""

    async def spans(self, fran: int, till: int) -> Mapping[int, tuple[int, int]]:
        """By partition, the offsets [start, end) of the records whose times are in [fran, till), ms."""

    async def judgements(self, places: Sequence[tuple[int, int]]) -> list[Judgement]:
        """The decisions on the records at these (partition, offset), in partition and log order."""

    async def happened_to(self, leverans_ids: Sequence[str], slag: Collection[str]) -> set[str]:
        """Those of these deliveries to which something of these kinds has happened."""

    async def quarantined(self, partition: int, offset: int) -> QuarantineRow | None:
        """The quarantine row of a record, or None."""

    async def quarantine(self, partition: int) -> list[QuarantineRow]:
        """Every quarantine row of a partition, in log order."""

    async def state(self, partition: int, kind: str, id: str) -> bytes | None:
        """An entity's encoded state, or None."""

    def snapshot(self) -> AbstractAsyncContextManager[Snapshot]:
        """A moment of the projection, for as long as the context lasts. Keep it short: it holds a connection."""

    async def positions(self) -> list[PositionInfo]:
        """Every partition's progress."""

    async def gate_states(self) -> list[GateState]:
        """How a gate stands with each partition that one has reported, by partition."""

    async def due(self, partition: int, until_ms: int, limit: int, after: DueRow | None = None) -> list[DueRow]:
        """Steps whose time is `until_ms` or earlier, in order of time, then ids; those that come after `after`."""

    async def duties(
        self, mottagare: Sequence[str], limit: int, slag: str = "", after: DutyPlace | None = None
    ) -> list[DutyPlace]:
        """The duties listed for any of these units and reader groups, each once, in order; those after `after`.

        Of one `slag` where it is given. Whether each may be read is for the caller to judge by its ärende's state.
        """

    async def andelar(self, typer: Sequence[str], dagar: int) -> list[Andel]:
        """Of messages of these types, how many each rule withheld something of, in the last day and the days before.

        By rule, all messages first, with the log's time held to the server's own clock.
        """

    async def obekraftade(self, orter: Sequence[tuple[str, str]]) -> list[Obekraftade]:
        """The reports that nobody has acknowledged, by municipality; `orter` is each unit's with each of its own."""

    async def growing(self, partition: int, after: str, limit: int) -> list[AgedPerson]:
        """The persons whom the partition does not know as adults, by id, those after `after`."""

    async def watch_states(self) -> list[WatchState]:
        """What `watch` last said of each partition that it has reported, by partition."""

    async def position(self, partition: int) -> int:
        """The offset that the gate would judge next; 0 where it has judged none."""

    async def leaves(self, partition: int, start: int, end: int) -> list[LeafRow]:
        """The digests of the offsets in [start, end) that are judged, in log order."""

    async def notary_states(self) -> list[NotaryState]:
        """What the notary last said of each partition that it has reported, by partition."""

    async def signing(self) -> list[Signing]:
        """How far each partition that gate or notary has said anything of is signed, at one moment, by partition."""


# ------------------------------------------------------------------------------------------------------------- notary


class Judged(Protocol):
    """What the notary reads of the projection."""

    async def position(self, partition: int) -> int:
        """The offset that the gate would judge next; 0 where it has judged none."""

    async def leaves(self, partition: int, start: int, end: int) -> list[LeafRow]:
        """The digests of the offsets in [start, end) that are judged, in log order."""


class TreeStore(Protocol):
    """One område's tree, as it is published. Not asynchronous: its user calls it in a thread. One writer."""

    def head(self) -> Head:
        """The size and root last kept."""

    def tile(self, tile: Tile) -> bytes:
        """A tile's hashes; raises `LookupError` where it is missing or has another width."""

    def keep(self, tiles: Iterable[tuple[Tile, bytes]], bundles: Iterable[tuple[Tile, bytes]], head: Head) -> None:
        """Store tiles and entry bundles (by the level 0 tile they belong to), then the head; durable at the return.

        After a crash the old head or the new one stands, with every tile of its tree.
        """

    def checkpoint(self) -> bytes:
        """The checkpoint last published; empty where there is none."""

    def publish(self, checkpoint: bytes) -> None:
        """Publish a checkpoint in place of the last; durable at the return."""


class Guard(Protocol):
    """The largest head signed for each log, kept where no backup of the log or the tree reaches. Not asynchronous."""

    def largest(self, origin: str) -> Head:
        """The largest head let through; of size 0 where there is none. Raises `Halt` where what is kept is damaged."""

    def raise_to(self, origin: str, head: Head) -> None:
        """Keep a head before it is signed, durable at the return.

        Raises `Halt` (`mindre-trad`, `annan-rot`) for a smaller size than the largest, or another root for the same.
        """


class Signer(Protocol):
    """The notary's key."""

    @property
    def public(self) -> bytes:
        """Its public half, 32 bytes of Ed25519."""

    def sign(self, text: bytes) -> bytes:
        """The signature of a text, 64 bytes. Raises `Unavailable` (`notarienyckel`)."""


class NotaryStatus(Protocol):
    """Where the notary tells health, and intake, how far it has signed."""

    async def report(self, partition: int, size: int, state: str, code: str) -> None:
        """How it stands after a round. Raises `Unavailable`."""


class NoticeSender(Protocol):
    """Sends notices to the actors' topics."""

    async def send(self, notices: Sequence[NoticeRow]) -> None:
        """Return when the broker has acknowledged every one; raises `Unavailable` otherwise."""


class ArtefactStore(Protocol):
    """Regelverk artefacts by digest (SHA-256 hex of their canonical JSON)."""

    async def get(self, digest: str) -> bytes:
        """The artefact; raises `LookupError` where it is missing. The digest is checked on every read."""

    async def put(self, content: bytes) -> str:
        """Store and return the digest; storing the same twice is nothing."""


class LogEnd(Protocol):
    """How long the log is."""

    async def end(self, partition: int) -> int:
        """The offset after the last record."""


@dataclass(frozen=True, slots=True)
class Lasare:
    """A consumer group and how far it has committed in a partition; `medlemmar` are those who are in it now."""

    grupp: str
    plats: int
    medlemmar: int


@dataclass(frozen=True, slots=True)
class Amnesdel:
    """A partition of a topic of the hub's: its offsets, its bytes on disk in all copies, and who reads it."""

    amne: str
    partition: int
    borjan: int
    slut: int
    byte: int
    lasare: tuple[Lasare, ...] = ()


class Amnen(Protocol):
    """The hub's topics as their operator sees them."""

    async def delar(self) -> list[Amnesdel]:
        """Every partition of every topic of the hub's, in order. Raises `Unavailable`."""

    async def tider(self, platser: Iterable[tuple[str, int, int]]) -> dict[tuple[str, int, int], int]:
        """When (ms) the record at each (topic, partition, offset) was appended; the next where it is gone.

        What is beyond the end is left out. Raises `Unavailable`.
        """


@quick
@dataclass(frozen=True, slots=True)
class Matrad:
    """A partition with one of its readers, as they were measured once; `lasare` is empty where nobody reads it.

    `plats` is -1 where the reader never has committed, and `hors` says whether it was heard from. `forsta` is when (ms)
    the first record that it has left was appended, 0 where it has left none. `tid`, when it was measured, is told by
    the server's own clock (ms).
    """

    amne: str
    partition: int
    slut: int
    byte: int
    lasare: str = ""
    plats: int = -1
    hors: bool = False
    forsta: int = 0
    tid: int = 0


@quick
@dataclass(frozen=True, slots=True)
class Klocka:
    """How far a role's clock is ahead of the projection's server (ms; negative: behind it), give or take `inom_ms`.

    Seen `age_ms` ago by the server's own clock.
    """

    vem: str
    fore_ms: int
    inom_ms: int
    age_ms: int = 0


@dataclass(frozen=True, slots=True)
class Fonster:
    """What was measured lately, the oldest first, and what time the server's own clock shows now (ms)."""

    nu: int
    rader: tuple[Matrad, ...]
    klockor: tuple[Klocka, ...]


@dataclass(frozen=True, slots=True)
class Vantande:
    """A record that narrows access: where it stands, and when it was appended (ms)."""

    partition: int
    offset: int
    tid: int


@dataclass(frozen=True, slots=True)
class Verkan:
    """How long what narrows access takes from its record's time until its decision is kept (ms; -1: none is known).

    `aldst_ms` is the age of the oldest that waits for its decision, 0 where none does, by the server's own clock.
    """

    partition: int
    senaste_ms: int
    storst_ms: int
    vantar: int
    aldst_ms: int


class Matningar(Protocol):
    """Where `watch` keeps what it measures of the hub's topics, for health. Nothing is ever decided from it."""

    async def nu(self) -> int:
        """What time the server's own clock shows (ms). Raises `Unavailable`."""

    async def keep(self, rader: Sequence[Matrad], klocka: Klocka, fonster_ms: int) -> None:
        """Keep a measurement, and forget those made longer ago than the window. Raises `Unavailable`."""

    async def fonster(self) -> Fonster:
        """All that is kept, however long ago it was measured. Raises `Unavailable`."""

    async def vantar(self, poster: Sequence[Vantande]) -> None:
        """Note records that narrow access and wait for the gate; forget those a day past. Raises `Unavailable`.

        One that the gate has judged meanwhile waits no more.
        """

    async def verkan(self) -> list[Verkan]:
        """How soon what narrows access takes effect, by partition. Raises `Unavailable`."""


# -------------------------------------------------------------------------------------------------------------- canary


@dataclass(frozen=True, slots=True)
class Ute:
    """A canary that has not arrived: the event, and where it is in the log; -1 where that is not known."""

    partition: int
    handelse_id: str
    offset: int


@dataclass(frozen=True, slots=True)
class Kanarielage:
    """How a partition's canaries get through, by the server's own clock (ms; -1 where there is none to tell of).

    `forlorade` nobody has seen arrive in the time given, `ute` are still within it; the rest of `sanda` are `framme`.
    `steg` says how long after it was sent the last that arrived had done each step (-1: nobody saw it do so);
    `senaste_ms` is all of its way and `p99_ms` that of the last hour's, one in a hundred longer. Since when the last
    was sent, and since when one arrived. `forlorade_timme` of those lost were sent in the last hour; `utan_ms` is since
    when one arrived, or, where none has, since the first of the last day was sent.
    """

    partition: int
    sanda: int
    framme: int
    forlorade: int
    ute: int
    steg: tuple[int, ...]
    senaste_ms: int
    p99_ms: int
    sand_for_ms: int
    framme_for_ms: int
    forlorade_timme: int = 0
    utan_ms: int = -1


class Kanarier(Protocol):
    """Where `watch` keeps what becomes of its canaries. Nothing is ever decided from it. All raise `Unavailable`."""

    async def sand(self, partition: int, handelse_id: str) -> int | None:
        """One is about to be sent; when (ms), by the server's own clock. None where somebody has it already."""

    async def steg(self, partition: int, handelse_id: str, steg: str, offset: int = -1) -> int:
        """It has done a step (`STEG`) now; when (ms). The first time counts. The last step is to have arrived."""

    async def framme(self, partition: int, handelse_id: str, grans_ms: int) -> None:
        """It is found to have arrived, when nobody looked. One that is lost by then, after so long, stays lost."""

    async def ute(self) -> list[Ute]:
        """Those that have not arrived, the oldest first; for an hour those of which the log never answered."""

    async def lage(self, grans_ms: int) -> list[Kanarielage]:
        """How each partition's get through, lost after so long."""

    async def samla(self, grans_ms: int) -> None:
        """Put those of more than a day ago together to sums."""


STEG: Final = ("loggad", "domd", "inkorg", "notis")
"""A canary's steps: the log has answered, it is judged, it is in the inbox, its notice is there."""


# ----------------------------------------------------------------------------------------------------------- follow-up


@dataclass(frozen=True, slots=True)
class Raknat:
    """What the records [start, end) of a partition brought to the tables of follow-up; `tid` is the last one's (ms).

    `rader` are persons' years as they now are, by (year, person); `tal` how many more or fewer there are, by year and
    place.
    """

    partition: int
    start: int
    end: int
    tid: int
    rader: Mapping[tuple[int, str], Arsrad]
    tal: Mapping[tuple[int, Plats], int]


@quick
@dataclass(frozen=True, slots=True)
class RaknatTill:
    """How far a partition is counted: the next offset, and the time (ms) of the record before it."""

    partition: int
    position: int
    tid: int


class Uppfoljningar(Protocol):
    """What the tables of follow-up are made of (T4). It follows from log and decisions, and comes after them."""

    async def place(self, partition: int) -> int:
        """The offset that is to be counted next; 0 where none is. Raises `Unavailable`."""

    async def rows(self, partition: int, keys: Sequence[tuple[int, str]]) -> Mapping[tuple[int, str], Arsrad]:
        """Persons' years by (year, person); those of whom nothing is counted are left out. Raises `Unavailable`."""

    async def keep(self, raknat: Raknat) -> bool:
        """Keep what was counted, all of it or nothing; False where the partition is not counted to `start`.

        Raises `Unavailable`: whether it was kept is then unknown, and is asked by `place`.
        """

    async def years(self) -> list[int]:
        """The years of which anything is counted, in order. Raises `Unavailable`."""

    async def tal(self, ar: int, rakning: str) -> Mapping[Ruta, int]:
        """The figures of a count in a year, those that are not zero, of all partitions. Raises `Unavailable`."""

    async def places(self) -> list[RaknatTill]:
        """How far each partition is counted, by partition. Raises `Unavailable`."""


# ------------------------------------------------------------------------------------------------- auditors' register

Till = Mapping[int, int]
"""How far each partition is entered: its next offset."""
Undanhallet = Mapping[tuple[str, str, str, str], tuple[int, int]]
"""By Swedish day, reader group of the sender, rule and code: how many decisions withheld, and items."""


@quick
@dataclass(frozen=True, slots=True)
class Oppnad:
    """An opening: when (ms), by which actor's user, of which delivery, and whom that concerns."""

    partition: int
    offset: int
    tid: int
    aktor: str
    anvandare: str
    leverans_id: str
    personer: tuple[str, ...]

    @property
    def at(self) -> tuple[int, int, int]:
        """Its place among others."""
        return self.tid, self.partition, self.offset


@quick
@dataclass(frozen=True, slots=True)
class Registrerat:
    """A consent that an actor registered: when it ends if nothing ends it before (ms), and whose it is."""

    partition: int
    offset: int
    aktor: str
    till: int
    handelse_id: str
    person_id: str

    @property
    def at(self) -> tuple[int, int, int]:
        """Its place among others."""
        return self.till, self.partition, self.offset


@dataclass(frozen=True, slots=True)
class Infort:
    """What the records [start, end) of a partition brought to the register.

    `undanhallet` is by actor, Swedish day, reader group, rule and code; `regler` are offsets, in order, by an
    actor that has a part in them and a rule that they cite.
    """

    partition: int
    start: int
    end: int
    undanhallet: Mapping[tuple[str, str, str, str, str], tuple[int, int]]
    oppningar: Sequence[Oppnad]
    samtycken: Sequence[Registrerat]
    regler: Mapping[tuple[str, str], Sequence[int]]


class Register(Protocol):
    """What auditors' questions would otherwise read whole days of decisions for.

    It follows from the decisions and the states, and comes after them: who asks reads what is not entered yet itself.
    """

    async def place(self, partition: int) -> int:
        """The offset that is to be entered next; 0 where none is. Raises `Unavailable`."""

    async def places(self) -> Till:
        """How far each partition is entered; those of which nothing is are left out. Raises `Unavailable`."""

    async def keep(self, infort: Infort) -> bool:
        """Keep what was entered, all of it or nothing; False where the partition is not entered to `start`.

        Raises `Unavailable`: whether it was kept is then unknown, and is asked by `place`.
        """

    async def undanhallet(self, aktor: str, fran: str, till: str) -> tuple[Till, Undanhallet]:
        """What an actor's decisions withheld on the days [fran, till), and how far that is entered. `Unavailable`."""

    async def oppningar(
        self, aktor: str, anvandare: str, span: tuple[int, int], before: Till, limit: int, after: tuple[int, int, int]
    ) -> list[Oppnad]:
        """An actor's openings, by one user where one is given, of the times in `span`, those after `after`, by place.

        Only those of records before these offsets. Raises `Unavailable`.
        """

    async def oppnat(
        self, aktor: str, par: Sequence[tuple[str, str]], span: tuple[int, int], before: Till
    ) -> Mapping[tuple[str, str], int]:
        """How often each (user, person) was opened by and about, as `oppningar` lists them. Raises `Unavailable`."""

    async def samtycken(
        self, aktor: str, span: tuple[int, int], before: Till, limit: int, after: tuple[int, int, int]
    ) -> list[Registrerat]:
        """An actor's registrations of consents whose end is in `span`, as `oppningar`. Raises `Unavailable`."""

    async def citing(self, aktor: str, regel: str, partition: int, span: tuple[int, int], limit: int) -> list[int]:
        """Offsets in `span` that an actor has a part in and that cite the rule, in order. Raises `Unavailable`."""


# ------------------------------------------------------------------------------------- the log against what was claimed


@quick
@dataclass(frozen=True, slots=True)
class Fynd:
    """A record that is not as intake claimed it: where it stands, and how it departs (`vad`, a stable code)."""

    offset: int
    vad: str


@dataclass(frozen=True, slots=True)
class Jamfort:
    """The records [start, end) of a partition, held against what intake claimed, and those that depart."""

    partition: int
    start: int
    end: int
    fynd: Sequence[Fynd]


@dataclass(frozen=True, slots=True)
class Ansprakslage:
    """How a partition's records stand against what intake claimed of them, by the server's own clock.

    `kvar` are judged and not compared yet, the first of them `kvar_ms` old (0: there is none). `fynd` depart, counted
    by how; `senaste` are the last of them in the log, and `funnet_ms` is since when one was found (-1: none is).
    """

    partition: int
    kvar: int
    kvar_ms: int
    fynd: Mapping[str, int]
    funnet_ms: int = -1
    senaste: tuple[Fynd, ...] = ()

    @property
    def antal(self) -> int:
        """How many depart."""
        return sum(self.fynd.values())


SENASTE_FYND: Final = 10
"""How many of a partition's findings are told one by one; of the rest, how many there are."""


class Jamforelser(Protocol):
    """How far `watch` has held the log against the claims, and what it found. All raise `Unavailable`."""

    async def place(self, partition: int) -> int:
        """The offset that is to be compared next; 0 where none is."""

    async def keep(self, jamfort: Jamfort) -> bool:
        """Keep what was found, all of it or nothing; False where the partition is not compared to `start`.

        Where it raises, whether it was kept is unknown, and is asked by `place`.
        """

    async def jamforda(self) -> list[Ansprakslage]:
        """How each partition of which anything is judged stands, by partition."""


class Anspraken(Protocol):
    """Claims as they are held against the log. Nothing is made of them, so that no erasure is waited for."""

    async def of(self, handelse_ids: Collection[str]) -> Mapping[str, Claim]:
        """The claims of these events, by event; those that nobody made are left out. Raises `Unavailable`.

        Without digest and headers, which are compared with nothing.
        """


class LogReader(LogEnd, Protocol):
    """The log as an assignment check and a replay read it."""

    async def at(self, partition: int, offset: int) -> LogRecord | None:
        """The record at an offset, or None where the log has none."""

    def records(self, partition: int, start: int, end: int) -> AsyncIterator[LogRecord]:
        """Records in [start, end)."""


SEGMENT: Final = 1000
"""Records of a segment of an archive, which begins at a multiple of it."""


@quick
@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The records [start, end) of a partition."""

    partition: int
    start: int
    end: int


def segments(wanted: Span, whole: Span) -> Iterator[Span]:
    """The segments of an archive of `whole` that hold anything of `wanted`, in order."""
    start, end = max(wanted.start, whole.start), min(wanted.end, whole.end)
    for first in range(start - start % SEGMENT, end, SEGMENT):
        yield Span(whole.partition, max(first, whole.start), min(first + SEGMENT, whole.end))


class ArchiveStore(Protocol):
    """A part of the log being written where it can be read without the hub. One writer."""

    async def records(self, part: Span) -> list[LogRecord]:
        """The records of a segment that is written; none where it is not."""

    async def keep(self, part: Span, records: Sequence[LogRecord], decisions: Sequence[DecisionRow]) -> None:
        """Write a segment and the decisions on it; durable, and whole, at the return."""

    async def put(self, artefact: bytes) -> str:
        """Keep a part of a regelverk; its digest."""


class Failpoint(Protocol):
    """Named places where a test makes the process die or stall; does nothing unless the environment asks."""

    async def __call__(self, name: str) -> None:
        """Called at every commit, append and send, e.g. `gate.efter-commit`."""


@quick
@dataclass(frozen=True, slots=True)
class Inkommet:
    """A record that an actor put on its own topic: sealed, by whomever may write there."""

    aktor: str
    offset: int
    value: bytes


class Inkommande(Protocol):
    """The actors' own topics."""

    async def serve(self, handle: Callable[[Inkommet], Awaitable[None]]) -> None:
        """Hand on each record, an actor's in order, until cancelled; those of actors beside each other.

        A record is done with once `handle` has returned. One that was being handled when a process died comes again.
        """


class Svarande(Protocol):
    """Where answers to them go."""

    async def answer(self, post: Inkommet, nr: int, body: bytes) -> None:
        """Put an answer on the actor's topic of notices; the same `nr` again is the same. Raises `Unavailable`."""


class Ring(Protocol):
    """Whom to telephone about a child when the hub has not judged a report (B1); a local file, never a server."""

    def number(self, kommun: str) -> str:
        """The number for a municipality; the county's where it is empty or unknown."""
