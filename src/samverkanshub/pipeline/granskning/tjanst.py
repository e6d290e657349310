"""Answers auditors' questions, each kept before it is answered, those about the questions themselves too (T3)."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeVar

import msgspec

from samverkanshub.domain.errors import Forbidden, HubError, NotFound
from samverkanshub.domain.events import REGELVERK
from samverkanshub.pipeline import spar
from samverkanshub.pipeline.granskning.arende import arende
from samverkanshub.pipeline.granskning.brev import brev
from samverkanshub.pipeline.granskning.fraga import Fraga, Sida, checked, unknown
from samverkanshub.pipeline.granskning.handelser import handelser
from samverkanshub.pipeline.granskning.incidenter import Incidenter, incidenter, with_decisions
from samverkanshub.pipeline.granskning.omfattning import Omfattning, scope_of, visible
from samverkanshub.pipeline.granskning.oppningar import oppningar
from samverkanshub.pipeline.granskning.person import person
from samverkanshub.pipeline.granskning.rader import Laser
from samverkanshub.pipeline.granskning.samtycke import makulerat, samtycke
from samverkanshub.pipeline.granskning.slutar import slutar
from samverkanshub.pipeline.granskning.undanhallet import undanhallet
from samverkanshub.pipeline.identity import Caller
from samverkanshub.pipeline.opaque import Opaque
from samverkanshub.pipeline.protected import Names
from samverkanshub.pipeline.rulebook import Regelverken
from samverkanshub.ports import (
    AskedRow,
    Clock,
    IncidentRow,
    LogEnd,
    Projection,
    Questions,
    Register,
    Traced,
    Unavailable,
    Vault,
)

T = TypeVar("T")
Looking = Callable[[Laser, Fraga], Awaitable[tuple[T, int]]]
Answering = Callable[[Laser, Fraga, str], Awaitable[Sida]]
About = Callable[[Laser, Fraga, str, Vault], Awaitable[Sida]]

FRAGOR: Final[Mapping[str, Answering]] = {
    "arende": arende,
    "handelser": handelser,
    "makulerat": makulerat,
    "oppningar": oppningar,
    "samtycke": samtycke,
    "undanhallet": undanhallet,
}
"""Every question by name."""
OM_PERSON: Final[Mapping[str, About]] = {"brev": brev, "person": person}
"""Those about a person, whom the vault alone knows by number."""
INCIDENTS: Final = "incidenter"
DECIDED: Final = "incidentbeslut"
"""What an authority's own auditor decides on telling of an incident; the answer is the incident as it stands then."""
ENDING: Final = "slutar"
"""Which consents are about to end: the answer is of the time when it is asked."""
ASKED: Final = "fragor"
"""What auditors of the same scope have asked."""
ASKED_COLUMNS: Final = ("tid", "aktor", "anvandare", "fraga", "parametrar", "rader")
NAMES: Final = tuple(sorted([*FRAGOR, *OM_PERSON, ASKED, DECIDED, ENDING, INCIDENTS]))


class Granskning:
    """Answers who may ask. `reader` tells how far the log has come; a gate behind is waited for, `wait_s` at most."""

    def __init__(
        self,
        vault: Vault,
        projection: Projection,
        regelverk: Regelverken,
        questions: Questions,
        register: Register,
        clock: Clock,
        wait_s: float = 5.0,
        reader: LogEnd | None = None,
    ) -> None:
        self._vault = vault
        self._projection = projection
        self._regelverk = regelverk
        self._questions = questions
        self._register = register
        self._clock = clock
        self._opaque = Opaque(vault)
        self._wait_s = wait_s
        self._reader = reader
        self._traced: set[int] = set()

    async def ask(self, caller: Caller, fraga: str, given: Fraga) -> Sida:
        """The answer to a question of `NAMES`; `NotFound` for another, and for what the auditor may not ask about.

        Raises `Forbidden` for whoever is no auditor, `Refused` naming the field, and `Unavailable`, also where the
        question could not be kept: then nothing is answered.
        """
        scope = await scope_of(self._projection, await self._regelverk.current(), caller, given, self._clock.now_ms())
        if fraga not in NAMES:
            raise NotFound("`fraga` is no question", falt="/fraga")
        given = checked(given, self._clock.now_ms())
        try:
            answer = await self._answer(caller, fraga, given, scope)
        except HubError:
            await self._keep(caller, fraga, given, scope, 0)
            raise
        await self._keep(caller, fraga, given, scope, len(answer.rader))
        return answer

    async def look(self, caller: Caller, fraga: str, given: Fraga, looking: Looking[T]) -> T:
        """Something else that an auditor is shown, made by `looking`, which counts it too; kept before it is shown.

        `fraga` is what it is kept as. Raises as `ask` does.
        """
        scope = await scope_of(self._projection, await self._regelverk.current(), caller, given, self._clock.now_ms())
        given = checked(given, self._clock.now_ms())
        try:
            await self._require_traces()
            shown, rader = await looking(self._laser(scope), given)
        except HubError:
            await self._keep(caller, fraga, given, scope, 0)
            raise
        await self._keep(caller, fraga, given, scope, rader)
        return shown

    def _laser(self, scope: Omfattning) -> Laser:
        names = Names(self._projection, self._reader, self._wait_s)
        return Laser(self._projection, self._register, self._opaque, names, scope)

    async def hold(self, caller: Caller, fraga: str, given: Fraga) -> str:
        """The question as a text that the caller can bring back for the next page; nobody reads what is in it."""
        return await self._opaque.seal_question(msgspec.json.encode((fraga, given)), _holder(caller))

    async def held(self, caller: Caller, fortsatt: str) -> tuple[str, Fraga]:
        """The question's name, and the question, that `hold` made this of. `Refused` for another's, or one made up."""
        return msgspec.json.decode(await self._opaque.open_question(fortsatt, _holder(caller)), type=tuple[str, Fraga])

    async def _answer(self, caller: Caller, fraga: str, given: Fraga, scope: Omfattning) -> Sida:
        asked = msgspec.structs.replace(given, markor="", antal=1)
        holder = "\n".join((caller.aktor, caller.anvandare, fraga, scope.namn, await self._told(asked)))
        if fraga == ASKED:
            return await self._asked(given, scope, holder)
        await self._require_traces()
        laser = self._laser(scope)
        if fraga in OM_PERSON:
            return await OM_PERSON[fraga](laser, given, holder, self._vault)
        if fraga == DECIDED:
            await self._decide(caller, given, laser)
        if fraga in (DECIDED, INCIDENTS):
            return await self._incidents(laser, given, holder)
        if fraga == ENDING:
            return await slutar(laser, given, holder, self._clock.now_ms())
        return await FRAGOR[fraga](laser, given, holder)

    async def _incidents(self, laser: Laser, given: Fraga, holder: str) -> Sida:
        """Every incident, or the one that an event is; what was decided is asked of those shown alone."""
        sida = await incidenter(laser, given, holder)
        decided = await self._questions.decided(sorted({row["handelse"] for row in sida.rader}))
        return with_decisions(laser.scope, sida, decided)

    async def _decide(self, caller: Caller, given: Fraga, laser: Laser) -> None:
        """Kept beside earlier ones. `NotFound` for what is no incident of the scope's: others' are none to it (T3)."""
        scope = laser.scope
        if not scope.aktor or caller.aktor != scope.aktor:
            raise Forbidden("only an authority's own auditor decides for it")
        judgement = await visible(self._projection, scope, given.handelse, "handelse")
        if not given.anmalan or not await Incidenter(laser).rows(await laser.post(judgement)):
            raise unknown("handelse")
        now = self._clock.now_ms()
        await self._questions.decide(IncidentRow(now, given.handelse, scope.aktor, given.anmalan, caller.anvandare))

    async def _require_traces(self) -> None:
        """A projection from before there were traces would leave things out in silence: it is to be made anew."""
        for one in await self._projection.positions():
            if one.partition in self._traced or not one.position:
                continue
            first = await self._projection.traced(Traced(spar.TYP, REGELVERK), 1, (one.partition, -1))
            if [(found.partition, found.row.offset) for found in first] != [(one.partition, 0)]:
                raise Unavailable("spar")
            self._traced.add(one.partition)

    async def _asked(self, given: Fraga, scope: Omfattning, holder: str) -> Sida:
        """What was asked of the scope before this question, which is kept as any other is, and once."""
        [after] = await self._opaque.open_row(given.markor, holder) or (0,)
        found = await self._questions.kept(scope.namn, given.antal, after)
        rows = [{name: getattr(one, name) for name in ASKED_COLUMNS} for one in found]
        markor = await self._opaque.seal_row([found[-1].nr], holder) if found else given.markor
        return Sida(ASKED_COLUMNS, rows, markor)

    async def _keep(self, caller: Caller, fraga: str, given: Fraga, scope: Omfattning, rader: int) -> None:
        who = (self._clock.now_ms(), caller.aktor, caller.anvandare)
        await self._questions.keep(AskedRow(*who, fraga, scope.namn, await self._told(given), rader))

    async def _told(self, given: Fraga) -> str:
        """What was asked, as JSON; a number as a keyed digest alone, and where to go on from left out."""
        named = {name: value for name, value in msgspec.structs.asdict(given).items() if value and name != "markor"}
        if given.nummer:
            named["nummer"] = (await self._vault.digest(b"granskning\0" + given.nummer.encode())).hex()
        return msgspec.json.encode(named, order="deterministic").decode()


def _holder(caller: Caller) -> str:
    return f"{caller.aktor}\n{caller.anvandare}"
