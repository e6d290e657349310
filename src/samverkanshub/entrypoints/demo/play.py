"""Play a case through the client, and put what came of each step into a form that can be compared and read."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import uuid4  # noqa: TID251 - what an agency's own system makes

from samverkanshub.client import Client, ClientError, Outcome, ServerError, UnavailableError
from samverkanshub.client.models import InboxRow, RecipientOutcome
from samverkanshub.entrypoints.demo.cases import Case, Common, Step, fill

T = TypeVar("T")
PATIENCE_S: Final = 90.0
"""How long the demo waits for a hub whose processes are being restarted."""
_PAUSE_S: Final = 0.05
TOLD: Final = "andring"
"""A row that tells something and has nothing to open."""

Connect = Callable[[str, str], Client]
"""A client for a reader group and its user; an empty one is the demo's."""


@dataclass(slots=True)
class Player:
    """Plays steps in order, remembering the events that the case has named."""

    connect: Connect
    shared: Common
    now: Callable[[], datetime]
    names: dict[str, str] = field(default_factory=dict)
    _clients: dict[tuple[str, str], Client] = field(default_factory=dict)

    async def close(self) -> None:
        """Close every client."""
        for client in self._clients.values():
            await client.close()

    def client(self, lasargrupp: str, anvandare: str = "") -> Client:
        """The client of a reader group's user, made once."""
        who = (lasargrupp, anvandare)
        if who not in self._clients:
            self._clients[who] = self.connect(*who)
        return self._clients[who]

    async def step(self, step: Step) -> dict[str, Any]:
        """What came of the step; a refusal is a result too."""
        verbs = {
            "publicera": self._publish,
            "oppna": self._open,
            "kvittera": self._acknowledge,
            "utfall": self._outcome,
            "inkorg": self._inbox,
            "vanta_s": self._wait,
        }
        try:
            return await verbs[step.verb](step)
        except (UnavailableError, ServerError):
            raise
        except ClientError as refusal:
            return {"nekad": refusal.code, **({"falt": refusal.falt} if refusal.falt else {})}

    async def _publish(self, step: Step) -> dict[str, Any]:
        client = self.client(step.av, step.anvandare)
        names = {**self.names, **await self._seen(step)}
        event = client.prepare(step.publicera, fill(step, self.shared, names, self.now()))
        receipt = await _patiently(lambda: client.send(event))
        if step.som:
            self.names[step.som] = receipt.handelse_id
        return judged(await self._judged(client, receipt.handelse_id))

    async def _seen(self, step: Step) -> dict[str, str]:
        """What an act names, as the acting group knows it: `leverans:EVENT` of its inbox, `arende:EVENT` its alias."""
        wanted = [(slag, name) for name in self.names for slag in ("leverans", "arende") if _names(step, slag, name)]
        rows = await _patiently(lambda: _rows(self.client(step.av))) if wanted else []
        return {f"{slag}:{name}": await self._known(step, rows, slag, name) for slag, name in wanted}

    async def _known(self, step: Step, rows: list[InboxRow], slag: str, name: str) -> str:
        row = next((row for row in rows if row.handelse_id == self.names[name]), None)
        if row is not None:
            return row.leverans_id if slag == "leverans" else row.arende
        return (await _patiently(lambda: self.client(step.av).outcome(self.names[name]))).arende

    async def _judged(self, client: Client, handelse_id: str) -> Outcome:
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        while True:
            outcome = await _patiently(lambda: client.outcome(handelse_id))
            if outcome.status not in ("", "vantar") or asyncio.get_running_loop().time() > deadline:
                return outcome
            await asyncio.sleep(_PAUSE_S)

    async def _delivery(self, step: Step, named: str) -> str:
        """The delivery's id, from the inbox of the group that has it; empty where there is none."""
        client = self.client(step.som_mottagen_av or step.av)
        page = await _patiently(lambda: _rows(client))
        held = (row for row in page if row.slag != TOLD and row.handelse_id == self.names[named])
        return next((row.leverans_id for row in held), "")

    async def _open(self, step: Step) -> dict[str, Any]:
        delivery = await self._delivery(step, step.oppna)
        if not delivery:
            return {"nekad": "ingen-leverans"}
        opened = await _patiently(lambda: self.client(step.av, step.anvandare).open(delivery))
        shown = {"oppnad": sorted(uppgift.vag for uppgift in opened.uppgifter)}
        told = {
            "identitet": sorted(person.roll for person in opened.personer if person.nummer),
            "muntligen": sorted(opened.muntligen),
            "markningar": sorted(opened.markningar),
        }
        codes = {"koder": dict(sorted(opened.koder.items()))} if opened.slag == "konsultation" else {}
        return shown | {key: value for key, value in told.items() if value} | codes

    async def _acknowledge(self, step: Step) -> dict[str, Any]:
        delivery = await self._delivery(step, step.kvittera)
        if not delivery:
            return {"nekad": "ingen-leverans"}
        client, again = self.client(step.av, step.anvandare), str(uuid4())
        receipt = await _patiently(lambda: client.acknowledge(delivery, step.slag, id=again))
        return {"kvitterad": step.slag} | judged(await self._judged(client, receipt.handelse_id))

    async def _outcome(self, step: Step) -> dict[str, Any]:
        outcome = await _patiently(lambda: self.client(step.av).outcome(self.names[step.utfall]))
        told = {_name(one): [str(e.get("slag", "")) for e in one.handelser] for one in outcome.mottagare}
        happened = {"skeenden": [one.slag for one in outcome.skeenden]} if outcome.skeenden else {}
        return {"utfall": told, **happened}

    async def _inbox(self, step: Step) -> dict[str, Any]:
        rows = await _patiently(lambda: _rows(self.client(step.av)))
        return {"inkorg": sorted(row.kod or row.slag for row in rows if row.handelse_id == self.names[step.inkorg])}

    async def _wait(self, step: Step) -> dict[str, Any]:
        await asyncio.sleep(step.vanta_s)
        return {"vantade_s": step.vanta_s}


def _names(step: Step, slag: str, name: str) -> bool:
    return any(value == f"${{{slag}:{name}}}" for value in step.data.values())


async def _rows(client: Client) -> list[InboxRow]:
    return [row async for row in client.inbox_all()]


async def _patiently(ask: Callable[[], Awaitable[T]]) -> T:
    """Ask again while the hub is being restarted; each opening is then a new request, each event the same one."""
    deadline = asyncio.get_running_loop().time() + PATIENCE_S
    while True:
        try:
            return await ask()
        except (UnavailableError, ServerError):
            if asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(_PAUSE_S)


def judged(outcome: Outcome) -> dict[str, Any]:
    """An outcome in a form to compare: by recipient what went, what did not and why, and what to ask."""
    result: dict[str, Any] = {"dom": outcome.dom or outcome.status}
    if outcome.dom != "godtas":
        result["skal"] = [f"{why.regel} {why.kod}" for why in outcome.skal]
    if outcome.mottagare:
        result["mottagare"] = {_name(one): _recipient(one) for one in outcome.mottagare}
    if outcome.samtycke_att_fraga:
        result["fraga"] = [
            {
                "andamal": request.andamal,
                "av": list(request.av_roller),
                "mottagare": list(request.mottagare),
                "kategorier": list(request.kategorier),
            }
            for request in outcome.samtycke_att_fraga
        ]
    if outcome.hints:
        result["hints"] = list(outcome.hints)
    return result


def _name(one: RecipientOutcome) -> str:
    return one.lasargrupp or f"({one.roll})"


def _recipient(one: RecipientOutcome) -> dict[str, Any]:
    result: dict[str, Any] = {}
    if one.status == "levererad" and not one.levererat:
        result["utan_uppgifter"] = True
    if one.levererat:
        result["levererat"] = sorted(item.vag for item in one.levererat)
        result["grund"] = sorted({grund.id for item in one.levererat for grund in item.grund})
    if one.undanhallet:
        result["undanhallet"] = {
            item.vag: [f"{why.regel} {why.kod}" for why in item.skal]
            for item in sorted(one.undanhallet, key=lambda item: item.vag)
        }
    if one.muntligen:
        result["muntligen"] = sorted(one.muntligen)
    return result


@dataclass(slots=True)
class Tally:
    """What the last line counts: deliveries by recipient, withheld items, steps that came out otherwise."""

    cases: int = 0
    deliveries: int = 0
    withheld: int = 0
    mismatches: int = 0

    def add(self, result: dict[str, Any]) -> None:
        """Count a step's result."""
        for one in result.get("mottagare", {}).values():
            self.deliveries += bool(one.get("levererat") or one.get("utan_uppgifter"))
            self.withheld += len(one.get("undanhallet", {}))

    def line(self) -> str:
        """The demo's last line."""
        return (
            f"demo: {self.cases} cases, {self.deliveries} deliveries, "
            f"{self.withheld} withheld, {self.mismatches} mismatches"
        )


def as_expected(case: Case, number: int, result: dict[str, Any]) -> bool:
    """Is this step's result the one kept beside the case?

    Outside office hours a report reaches the socialjour too (O1): `utanfor_kontorstid` has what is then added.
    """
    if number >= len(case.vantat):
        return False
    expected = {**case.vantat[number]}
    added = expected.pop("utanfor_kontorstid", {})
    return result == expected or (bool(added) and result == _added(expected, added))


def _added(expected: dict[str, Any], added: dict[str, Any]) -> dict[str, Any]:
    return {**expected, **{part: {**expected[part], **more} for part, more in added.items()}}
