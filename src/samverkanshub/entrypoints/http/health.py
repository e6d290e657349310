"""Is the hub well? Servers reachable, gate at the end of the log or moving towards it. Nothing about anybody."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import msgspec

from samverkanshub.entrypoints.http.services import Services
from samverkanshub.entrypoints.http.stopp import Stopp, Stoppvakt
from samverkanshub.pipeline.held import unproved
from samverkanshub.pipeline.karantan import foreign, frozen
from samverkanshub.pipeline.matning import SILENT_MS
from samverkanshub.ports import (
    DELVIS,
    FORSENAD,
    IGANG,
    UR_STEG,
    VAGRAD,
    Ansprakslage,
    GateState,
    NotaryState,
    PositionInfo,
    SecretLost,
    Signing,
    WatchState,
)

STALLED_MS: Final = 30_000
"""A gate that has records to judge and has not moved for this long is not well."""
TYST: Final = "tyst"
UNWELL: Final = (TYST, FORSENAD, DELVIS, UR_STEG)
"""How `watch` may stand that is not well."""
FRESH_MS: Final = 2_000
"""A look is shared by all who ask within this long of it: anybody may ask, and asking costs the servers."""
PROBE_S: Final = 2.0
_NOBODY: Final = "00000000-0000-0000-0000-000000000000"

T = TypeVar("T")


class Partition(msgspec.Struct, frozen=True):
    """A partition's progress; `slut` is -1 where the log does not answer, `position` where nothing is judged yet.

    `watch`: `igang`, `vantar`, `forsenad`, `delvis`, `ur-steg` or `tyst`; `watch_alder_ms` is how long ago it said
    so, -1 for never.
    `frysta`: how many persons a record that could not be read keeps frozen (B7), -1 where the projection does not say.
    `frammande`: how many records somebody else than their sender has written (T1), -1 where it does not say.
    `ansprak_fynd`: how many are not as intake claimed them, whom they are about included (T1), and `ansprak_kvar` how
    many are not held against that yet; -1 where it does not say.
    `notarie`: `igang`, `vantar`, `vagrad` (`notarie_kod` says why) or `tyst`; `signerat` is how many records its last
    checkpoint covers.
    """

    partition: int
    position: int
    slut: int
    watch: str = TYST
    watch_alder_ms: int = -1
    frysta: int = 0
    notarie: str = TYST
    notarie_kod: str = ""
    signerat: int = 0
    frammande: int = 0
    ansprak_fynd: int = 0
    ansprak_kvar: int = 0

    @property
    def behind(self) -> bool:
        """Are there records the gate has not judged?"""
        return self.slut > max(self.position, 0)


class Health(msgspec.Struct, frozen=True):
    """`halsa` is `gron` or `rod`; `skal` says why it is red, as stable codes; `tjanster` says what answers.

    `avvisar`: the kinds of requests that were told to come again in the last ten seconds. To refuse in time is to be
    well. `stopp`: the stops that operators have planned, with what to do meanwhile: to telephone (B1).
    """

    halsa: str
    skal: list[str]
    tjanster: dict[str, bool]
    partitioner: list[Partition]
    avvisar: list[str] = []
    stopp: list[Stopp] = []


@dataclass(frozen=True, slots=True)
class Seen:
    """When a partition's position was first seen where it is (ms), with records to judge if it was `behind`."""

    position: int
    since_ms: int
    behind: bool


def note(seen: Mapping[int, Seen], partitions: Sequence[Partition], now_ms: int) -> dict[int, Seen]:
    """What has been seen after this look: a position that moved, or has nothing to do, counts from now."""
    return {part.partition: _noted(seen.get(part.partition), part, now_ms) for part in partitions}


def _noted(before: Seen | None, part: Partition, now_ms: int) -> Seen:
    # A position seen at rest says nothing of how long the work that has come since has waited.
    waits = part.behind and before is not None and before.behind and before.position == part.position
    return before if before is not None and waits else Seen(part.position, now_ms, part.behind)


def judge(
    servers: Mapping[str, bool],
    partitions: Sequence[Partition],
    seen: Mapping[int, Seen],
    gates: Mapping[int, GateState],
    now_ms: int,
    signing: Sequence[Signing] = (),
    lost: Sequence[SecretLost] = (),
) -> Health:
    """Red for a server that does not answer, a log shorter than a position, or a gate that stands still.

    Also for one that refuses its partition, or is not heard from, whether there is anything to judge or not; and for
    a `watch` that is not heard from, or has waited too long: nobody would be reminded of anything; or that can tell no
    birthdays or go on with no erasures; or that finds an område judging by another regelverk than the first. And for a
    notary that does not sign, or has not for a while: nothing of what is judged could be proved. And for a secret of
    the vault's that is lost: what needs it is refused until somebody brings it back.
    """
    reasons = [f"{name}-svarar-ej" for name, answers in servers.items() if not answers]
    reasons += [f"hemlighet-forlorad:{one.namn}" for one in lost]
    for part in partitions if servers.get("projektion", True) else ():
        reasons += [*_reasons(part, seen.get(part.partition), now_ms), *_told(gates.get(part.partition))]
        reasons += [f"watch-{part.watch}:{part.partition}"] if part.watch in UNWELL else []
        reasons += _signing(part)
    reasons += ["notarie-efter"] if any(unproved(one, STALLED_MS) for one in signing) else []
    return Health("rod" if reasons else "gron", reasons, dict(servers), list(partitions))


def _reasons(part: Partition, seen: Seen | None, now_ms: int) -> list[str]:
    if part.slut < 0:
        return []
    if part.slut < part.position:
        return [f"logg-kortare-an-position:{part.partition}"]
    if seen is not None and part.behind and now_ms - seen.since_ms >= STALLED_MS:
        return [f"gate-star-still:{part.partition}"]
    return []


def _told(gate: GateState | None) -> list[str]:
    """By what its worker says. One that never said anything has record 0 to judge, and is found standing still."""
    if gate is None:
        return []
    if gate.state == VAGRAD:
        return [f"gate-vagrar:{gate.partition}:{gate.code}"]
    return [f"gate-tyst:{gate.partition}"] if gate.age_ms > SILENT_MS else []


def _signing(part: Partition) -> list[str]:
    if part.notarie == IGANG:
        return []
    return [":".join(filter(None, (f"notarie-{part.notarie}", str(part.partition), part.notarie_kod)))]


def _notarised(last: NotaryState | None) -> dict[str, Any]:
    if last is None:
        return {}
    heard = {"notarie": last.state, "notarie_kod": last.code} if last.age_ms <= SILENT_MS else {}
    return heard | {"signerat": last.size}


def _compared(number: int, told: Sequence[Ansprakslage] | None) -> dict[str, Any]:
    """T1: how many, which no signature tells; nothing is known where nobody says, and none of what is not judged."""
    if told is None:
        return {"ansprak_fynd": -1, "ansprak_kvar": -1}
    return next(({"ansprak_fynd": one.antal, "ansprak_kvar": one.kvar} for one in told if one.partition == number), {})


def _watched(last: WatchState | None) -> tuple[str, int]:
    if last is None:
        return TYST, -1
    return TYST if last.age_ms > SILENT_MS else last.state, last.age_ms


class Monitor:
    """Looks at the servers, once for all who ask at about the same time, and remembers when the gate last moved."""

    def __init__(
        self,
        services: Services,
        refusing: Callable[[], list[str]] = list,
        stoppvakt: Stoppvakt | None = None,
    ) -> None:
        self._services = services
        self._refusing = refusing
        self._stoppvakt = stoppvakt or Stoppvakt(services)
        self._seen: dict[int, Seen] = {}
        self._looking = asyncio.Lock()
        self._last: tuple[int, Health] | None = None

    async def look(self) -> Health:
        """The hub's health, two seconds old at the most; each server has two seconds to answer."""
        async with self._looking:
            if self._last is None or not 0 <= self._services.clock.now_ms() - self._last[0] < FRESH_MS:
                found = await self._look()
                self._last = (self._services.clock.now_ms(), found)
            return self._last[1]

    async def _look(self) -> Health:
        projection = self._services.projection
        (known, told), (rounds, signed, signing), (ends, vault, rules, lost) = await asyncio.gather(
            asyncio.gather(_answer(projection.positions()), _answer(projection.gate_states())),
            asyncio.gather(
                _answer(projection.watch_states()),
                _answer(projection.notary_states()),
                _answer(projection.signing()),
            ),
            asyncio.gather(
                self._ends(),
                _answer(self._services.vault.claimed(_NOBODY)),
                _answer(self._services.regelverk.current()),
                _answer(self._services.vault.lost()),
            ),
        )
        held, others, compared, _ = await asyncio.gather(
            self._frozen(), self._foreign(), _answer(self._services.jamforelser.jamforda()), self._stoppvakt.look()
        )
        stands = (held, others, compared.value)
        partitions = _partitions(ends, known.value or [], rounds.value or [], signed.value or [], *stands)
        gates = {gate.partition: gate for gate in told.value or []}
        kafka = min(ends.values(), default=0) >= 0
        servers = {
            "kafka": kafka,
            "projektion": all(answer.ok for answer in (known, told, rounds, signed, signing)),
            "valv": vault.ok,
            "regelverk": rules.ok,
        }
        now_ms = self._services.clock.now_ms()
        self._seen = note(self._seen, partitions, now_ms)
        found = judge(servers, partitions, self._seen, gates, now_ms, signing.value or [], lost.value or [])
        return msgspec.structs.replace(found, avvisar=self._refusing(), stopp=self._stoppvakt.told())

    async def _frozen(self) -> dict[int, int]:
        """B7: how many, never who."""
        return await self._of_each(lambda number: frozen(self._services.projection, number))

    async def _foreign(self) -> dict[int, int]:
        """T1: how many, which no agency has signed."""
        return await self._of_each(lambda number: foreign(self._services.projection, number))

    async def _ends(self) -> dict[int, int]:
        return await self._of_each(self._services.reader.end)

    async def _of_each(self, question: Callable[[int], Awaitable[int]]) -> dict[int, int]:
        """The answer for each partition, all asked at once; -1 where there is none."""
        numbers = range(self._services.omraden)
        answers = await asyncio.gather(*(_answer(question(number)) for number in numbers))
        return {
            number: -1 if found.value is None else found.value for number, found in zip(numbers, answers, strict=True)
        }


def _partitions(
    ends: Mapping[int, int],
    known: Sequence[PositionInfo],
    rounds: Sequence[WatchState],
    signed: Sequence[NotaryState],
    held: Mapping[int, int],
    others: Mapping[int, int],
    compared: Sequence[Ansprakslage] | None,
) -> list[Partition]:
    """What is known of each partition, put together."""
    positions = {info.partition: info.position for info in known}
    watched = {state.partition: state for state in rounds}
    notarised = {state.partition: state for state in signed}
    return [
        Partition(
            number,
            positions.get(number, -1),
            end,
            *_watched(watched.get(number)),
            held[number],
            frammande=others[number],
            **(_notarised(notarised.get(number)) | _compared(number, compared)),
        )
        for number, end in ends.items()
    ]


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """Whether a server answered, and what."""

    ok: bool
    value: T | None


async def _answer(question: Awaitable[T]) -> Answer[T]:
    """What a server says, or that it says nothing: why it fails belongs in its own log."""
    try:
        return Answer(True, await asyncio.wait_for(question, PROBE_S))
    except Exception:
        return Answer(False, None)
