"""The whole hub in memory as processes that can die, stop and come back, and what outlives them."""

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import Context
from copy import copy
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any, Final

from hub import START_MS, Hub, TestClock
from intakehub import Regelverken, RingFile
from korning_i_minne import KEY, NAME, UNREADABLE

from samverkanshub.adapters.memory import (
    MemoryDatabase,
    MemoryGateStatus,
    MemoryGateStore,
    MemoryGuard,
    MemoryLog,
    MemoryNotaryStatus,
    MemoryProjection,
    MemoryTree,
    MemoryVault,
    MemoryWatchStatus,
)
from samverkanshub.codec.checkpoint import size_of
from samverkanshub.entrypoints.worker.keeper import Exit, Keeper
from samverkanshub.entrypoints.worker.standing import Standing
from samverkanshub.pipeline.deliver import Deliver
from samverkanshub.pipeline.gate import Gate
from samverkanshub.pipeline.intake import Intake
from samverkanshub.pipeline.isteg import Isteg
from samverkanshub.pipeline.notary import Notary
from samverkanshub.pipeline.watch import Watch
from samverkanshub.ports import IGANG, Unavailable
from simulation.portar import Port, felpunkt
from simulation.slinga import Process, Slinga

APIER: Final = ("api-1", "api-2")
GRINDAR: Final = ("grind-1", "grind-2")
ROLLER: Final = (*APIER, *GRINDAR, "notarie", "vakt")
HELD_MS: Final = 300_000
PAUS_S: Final = 1.0
"""Between two rounds of the notary and of the watch."""
AVSLUT: Final = (Exit.UNAVAILABLE, Exit.SUPERSEDED)
"""How a gate may end; all else is a defect."""


class Klocka(TestClock):
    """The clock of the run, or that of a machine, which is `fore_ms` before it."""

    def __init__(self, slinga: Slinga) -> None:
        self._slinga = slinga
        self.fore_ms = 0

    @property
    def ms(self) -> int:  # type: ignore[override]
        """Now."""
        return START_MS + int(self._slinga.time() * 1000) + self.fore_ms

    def now_ms(self) -> int:
        """Now."""
        return self.ms


class Trad(MemoryTree):
    """A tree whose every checkpoint somebody saw."""

    def __init__(self, klocka: Klocka) -> None:
        super().__init__()
        self._klocka = klocka
        self.sedda: list[dict[str, Any]] = []

    def publish(self, checkpoint: bytes) -> None:
        """Publish, and be seen."""
        super().publish(checkpoint)
        self.sedda.append({"tid": self._klocka.ms, "text": checkpoint.decode()})


EJ_TABELLER: Final = frozenset({"moved", "now_ms"})
"""What of the database in memory is no table."""


@dataclass
class Api:
    """What an api process answers from."""

    intake: Intake
    deliver: Deliver


@dataclass
class Runda:
    """What was so when the watch began its last whole round."""

    slut: int = -1
    ms: int = -1


class Hubb:
    """Logs, databases and trees, which stay, and processes, which do not. `entropi`: what all random bytes are of."""

    def __init__(self, slinga: Slinga, entropi: Random) -> None:
        self.slinga = slinga
        self.slump = entropi
        self.klocka = Klocka(slinga)
        self.hub = Hub()
        self.hub.clock = self.klocka
        self.hub.log = MemoryLog(self.klocka)
        self.hub.database = MemoryDatabase(now_ms=self.klocka.now_ms)
        self.hub.store = MemoryGateStore(self.hub.database)
        self.hub.gate = self.hub.new_gate()
        self.projektion = MemoryProjection(self.hub.database)
        self.vault = MemoryVault(entropi.randbytes)
        self.tree, self.guard = Trad(self.klocka), MemoryGuard()
        self.regelverk = Regelverken()
        self.klockor = {namn: Klocka(slinga) for namn in (*APIER, "vakt")}
        self.kopia: dict[str, Any] | None = None
        """An older copy of the projection."""
        self.processer: dict[str, Process] = {}
        self.apier: dict[str, Api] = {}
        self.myndigheter = Process("myndigheter", slinga)
        self.agare = GRINDAR[0]
        self.runda = Runda()
        self.lugn_ms = START_MS
        """Until when things befell it."""
        self.brutet: list[str] = []
        self.handelser: dict[str, int] = {}
        """How often each thing befell the hub."""

    @property
    def whole(self) -> "Hubb":
        """As those name it who write a run down."""
        return self

    def hande(self, vad: str) -> None:
        """Count what befell the hub."""
        self.handelser[vad] = self.handelser.get(vad, 0) + 1

    async def startad(self) -> None:
        """With record 0 judged, and every role started."""
        await self.hub.started()
        for namn in ROLLER:
            self.starta(namn)

    # ------------------------------------------------------------------------------------------ processes

    def starta(self, namn: str) -> None:
        """A role begins, remembering nothing."""
        process = self.processer[namn] = Process(namn, self.slinga)
        process.vid_slut.append(lambda: self._ater(namn))
        if namn in APIER:
            self.apier[namn] = self._api(self.klockor[namn])
        else:
            arbete = {"notarie": self._notarie, "vakt": self._vakt}.get(namn, self._grind)
            process.kor(self._vaktad(process, arbete(process)))

    async def _vaktad(self, process: Process, arbete: Coroutine[Any, Any, None]) -> None:
        """What a role raises ends it, as it ends a process."""
        try:
            await arbete
        except Unavailable:
            process.slut()
        except Exception as fault:
            self.brutet.append(f"RO {process.namn} ended with {type(fault).__name__}: {fault}")
            process.slut()

    def _ater(self, namn: str) -> None:
        """A supervisor starts it again after a while."""
        self.slinga.call_later(self.slump.choice((0.1, 1.0, 8.0)), self.starta, namn, context=Context())

    def doda(self, namn: str) -> None:
        """kill -9."""
        self.hande("krascher")
        self.processer[namn].slut()

    def ta_over(self) -> None:
        """The group gives the partition to the other gate; who had it is told nothing, as if it were stopped."""
        self.hande("övertaganden")
        self.agare = next(namn for namn in GRINDAR if namn != self.agare)

    def kopiera(self) -> None:
        """Take a copy of the projection."""
        found = {name: copy(table) for name, table in vars(self.hub.database).items() if name not in EJ_TABELLER}
        self.kopia = found | {"positions": {number: copy(row) for number, row in found["positions"].items()}}

    def aterlas(self) -> None:
        """Set the projection back to the copy, with the gates away, as who runs the hub does."""
        if self.kopia is None:
            return
        self.hande("återläsningar")
        for namn in GRINDAR:
            self.processer[namn].slut()
        for name, table in self.kopia.items():
            setattr(self.hub.database, name, table)
        self.kopia = None

    def plantera(self) -> None:
        """A record that nobody can read, of a person whom nobody knows."""
        self.hande("planterade")
        given = (0, None, (("personer", bytes(range(16))),), UNREADABLE)
        self.slinga.create_task(self.hub.log.append(*given), context=Context())

    def _port(self, inre: Any, server: str, efter: Callable[[str, tuple[Any, ...]], None] | None = None) -> Any:
        return Port(inre, server, self.slinga, efter)

    # ------------------------------------------------------------------------------------------ roles

    def _api(self, klocka: Klocka) -> Api:
        ports = (self._port(self.vault, "valv"), self._port(self.hub.log, "kafka"))
        read = (self._port(self.projektion, "projektion"), self.regelverk, self.hub.schemas, klocka, RingFile())
        given: Any = (*ports, *read, felpunkt(self.slinga))
        reader = self._port(self.hub.log, "kafka")
        more: dict[str, Any] = {"entropy": self.slump.randbytes, "held_ms": HELD_MS, "reader": reader}
        return Api(Intake(*given, **more), Deliver(*given, **more))

    def _gate(self) -> Gate:
        return Gate(
            self._port(MemoryGateStore(self.hub.database), "projektion"),
            self._port(self.hub.log, "kafka"),
            self.hub.artefacts,
            self._port(self.hub.notices, "kafka", self._sant),
            self.hub.schemas,
            felpunkt(self.slinga),  # type: ignore[arg-type]
        )

    def _sant(self, name: str, args: tuple[Any, ...]) -> None:
        """I4: who acts on a notice finds what it tells of."""
        for notice in args[0] if name == "send" else ():
            if (notice.partition, notice.offset) not in self.hub.database.decisions:
                self.brutet.append(f"I4 a notice of {notice.partition}/{notice.offset} was sent before its decision")

    async def _grind(self, process: Process) -> None:
        """As the worker drives the gate: what is fetched follows the position, and may come again."""
        log, size = self._port(self.hub.log, "kafka"), self.slump.choice((1, 2, 5, 500))
        standing = Standing(self._port(MemoryGateStatus(self.hub.database), "projektion"))
        keeper = Keeper(self._gate(), standing, exit_now=lambda status: self._lamnar(process, status))
        await self.slinga.tur("grind.tilldelas", nar=lambda: self.agare == process.namn)
        position = await keeper.assign(0)
        while True:
            await self.slinga.tur("grind.hämtar", nar=partial(self._langre_an, position))
            start = max(0, position - self.slump.choice((0, 0, 0, 1, 3)))
            records = [one async for one in log.records(0, start, position + size)]
            await keeper.batch(0, records)
            position = max(position, records[-1].offset + 1)

    def _lamnar(self, process: Process, status: int) -> None:
        self.hande(f"grind slutar: {Exit(status).name}")
        if status not in AVSLUT:
            self.brutet.append(f"RO {process.namn} ended with {Exit(status).name}")
        process.slut()

    async def _notarie(self, process: Process) -> None:
        judged = self._port(self.projektion, "projektion")
        status = self._port(MemoryNotaryStatus(self.hub.database), "projektion")
        notary = Notary(judged, {0: self.tree}, self.guard, KEY, felpunkt(self.slinga), NAME)  # type: ignore[arg-type]
        while True:
            for number, noted in (await notary.round()).items():
                await status.report(number, noted.size, noted.state, noted.code)
                if noted.code and not noted.code.endswith("svarar-ej"):
                    self.brutet.append(f"I6 the notary refuses: {noted.code}")
            await self._vilar()

    async def _vakt(self, process: Process) -> None:
        log = self._port(self.hub.log, "kafka")
        projektion = self._port(self.projektion, "projektion")
        watch = Watch(
            log,
            log,
            projektion,
            self._port(self.vault, "valv"),
            self.regelverk,
            self.hub.schemas,
            self.klockor["vakt"],
            felpunkt(self.slinga),  # type: ignore[arg-type]
            self.slump.randbytes,
            Isteg(projektion, log, log, self.hub.artefacts, self.hub.schemas, self.slump.randbytes, omraden=1),
        )
        status = self._port(MemoryWatchStatus(self.hub.database), "projektion")
        while True:
            begun = Runda(self._slut(), self.klocka.ms)
            for number, state in (await watch.round()).items():
                await status.report(number, state)
                if state == IGANG:
                    self.runda = begun
            await self._vilar()

    async def _vilar(self) -> None:
        await asyncio.sleep(PAUS_S)

    # ------------------------------------------------------------------------------------------ rest

    def _langre_an(self, position: int) -> bool:
        return self._slut() > position

    def _slut(self) -> int:
        return len(self.hub.log._partitions[0])

    async def till_ro(self) -> None:
        """Wait until all is judged, told, signed and reminded of, by rounds that begin from now on."""
        now = self.klocka.ms
        await self.slinga.tur("ro", nar=lambda: self.runda.ms > now and self._i_ro())

    def _i_ro(self) -> bool:
        row, end = self.hub.database.positions[0], self._slut()
        if not row.position == row.notified == end == self.runda.slut or size_of(self.tree.checkpoint()) != end:
            return False
        return all(due.tid > self.runda.ms for due in self.hub.database.due.values())
