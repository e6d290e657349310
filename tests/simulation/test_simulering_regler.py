"""The simulation with Hypothesis as its scheduler: every act, fault and turn is a rule's, and what breaks is shrunk.

`make sim` draws its schedules by seed, which comes to more of them and further into each; what it breaks is long. Here
few acts in few steps are tried, and what is found is a short story. When the rules are over all goes well until all is
at rest, and then the same must hold (simulation/provning.py).
"""

import asyncio
from collections.abc import Coroutine
from contextvars import Context
from random import Random
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from intakehub import ANNA, BO, DISA, UTSATT, VC, VC_RATTVIK, consent, person, report, summons
from watched import CHILD_UNIT

from simulation.arbete import las_om
from simulation.hubb import APIER, ROLLER, Hubb
from simulation.klienter import Klienter
from simulation.korning import avsluta
from simulation.mutanter import MUTANTER
from simulation.provning import provad
from simulation.slinga import Fastnat, Slinga, Utgang, Vantan
from simulation.turer import MINUT_S, STEG_S, TAK

PERSONER = {ANNA: VC, BO: VC_RATTVIK}
roller, personer, api = st.sampled_from(ROLLER), st.sampled_from(sorted(PERSONER)), st.sampled_from(APIER)
nummer = st.integers(0, 20)
turer = st.lists(st.integers(0, 20), min_size=1, max_size=40)


class Simulering(RuleBasedStateMachine):
    """A hub in memory, its agencies, and all that may befall it."""

    def __init__(self) -> None:
        super().__init__()
        self.slinga = Slinga(self._drag)
        self.hubb = Hubb(self.slinga, Random(0))
        self.klienter = Klienter(self.hubb)
        self.turer: list[int] | None = []
        """Who goes on in the next steps; None: the first in line, until the work in hand is done."""
        self.arbeten: list[asyncio.Task[Any]] = []
        self.samtycken: list[tuple[str, str]] = []
        self.tak = TAK
        self._helt(self.hubb.startad())

    # ------------------------------------------------------------------------------------------ turns

    def _drag(self, slinga: Slinga) -> None:
        ready, wakes = slinga.klara(), slinga.nasta_tid()
        if self.turer == []:
            slinga.stop()
        elif ready:
            chosen = ready[self.turer.pop(0) % len(ready)] if self.turer else ready[0]
            self._gar(chosen, Utgang.GAR)
        elif wakes is not None:
            slinga.till(wakes)
            if self.turer:
                self.turer.pop(0)
        else:
            slinga.stop()
        if slinga.steg > self.tak:
            raise Fastnat("no rest")

    def _gar(self, vald: Vantan, utgang: Utgang) -> None:
        self.slinga.till(self.slinga.time() + STEG_S)
        vald.svar.set_result(utgang)

    def _helt(self, arbete: Coroutine[Any, Any, Any]) -> Any:
        """To its end, each in their turn."""
        self.turer, self.tak = None, self.slinga.steg + TAK
        with structlog.testing.capture_logs():
            found = self.slinga.run_until_complete(self.slinga.create_task(arbete, context=Context()))
        self.turer = []
        return found

    @rule(turer=turer)
    def steg(self, turer: list[int]) -> None:
        """Some go on."""
        self.turer = list(turer)
        with structlog.testing.capture_logs():
            self.slinga.run_forever()

    @rule(nummer=nummer, utgang=st.sampled_from((Utgang.NEKAS, Utgang.TAPPAS)))
    def svarar_ej(self, nummer: int, utgang: Utgang) -> None:
        """A server is away for one call, before it is done or after."""
        found = [waits for waits in self.slinga.klara() if utgang in waits.utgangar]
        if found:
            self._gar(found[nummer % len(found)], utgang)

    # ------------------------------------------------------------------------------------------ faults

    @rule(namn=roller)
    def krasch(self, namn: str) -> None:
        """A role dies."""
        if self.hubb.processer[namn].levande:
            self.hubb.doda(namn)

    @rule(namn=roller, stannad=st.booleans())
    def stopp(self, namn: str, stannad: bool) -> None:
        """A role is stopped, or goes on."""
        self.hubb.processer[namn].stannad = stannad

    @rule()
    def overtagande(self) -> None:
        """The other gate is given the partition."""
        self.hubb.ta_over()

    @rule(minuter=st.sampled_from((1, 6, 61)))
    def tid(self, minuter: int) -> None:
        """Time goes."""
        self.slinga.till(self.slinga.time() + MINUT_S * minuter)

    # ------------------------------------------------------------------------------------------ acts

    def _borjar(self, arbete: Coroutine[Any, Any, Any]) -> None:
        self.arbeten.append(self.hubb.myndigheter.kor(arbete))

    @rule(vem=personer, otalig=st.booleans())
    def samtycke(self, vem: str, otalig: bool) -> None:
        """A consent is registered."""

        async def given() -> None:
            taken = await self.klienter.publicera(PERSONER[vem], "samtycke_lamnat", consent(vem), otalig=otalig)
            self.samtycken.append((vem, taken["handelse_id"]))

        self._borjar(given())

    @rule(vem=personer, otalig=st.booleans())
    def kallelse(self, vem: str, otalig: bool) -> None:
        """A summons is sent."""
        self._borjar(self.klienter.publicera(PERSONER[vem], "sip_kallelse", summons(vem), otalig=otalig))

    @precondition(lambda self: self.samtycken)
    @rule(nummer=nummer)
    def aterkallelse(self, nummer: int) -> None:
        """A consent that was answered is withdrawn."""
        vem, given = self.samtycken[nummer % len(self.samtycken)]
        data = {"personer": [person("registrerad", vem)], "samtycke": given}
        self._borjar(self.klienter.publicera(PERSONER[vem], "samtycke_aterkallat", data))

    @rule()
    def anmalan(self) -> None:
        """A report is made."""
        self._borjar(self.klienter.publicera(VC_RATTVIK, "orosanmalan", report(DISA)))

    @rule(grupp=st.sampled_from((UTSATT, CHILD_UNIT)), nummer=nummer, api=api, kvitterar=st.booleans())
    def lasning(self, grupp: str, nummer: int, api: str, kvitterar: bool) -> None:
        """Something in the inbox is opened or acknowledged, where there is anything."""

        async def reads() -> None:
            rows = [row for row in await self.klienter.inkorg(grupp) if row["slag"] == "meddelande"]
            if rows and kvitterar:
                await self.klienter.kvittera(grupp, rows[nummer % len(rows)]["leverans_id"], "mottagen")
            elif rows:
                await self.klienter.oppna(grupp, rows[nummer % len(rows)]["leverans_id"], api)

        self._borjar(reads())

    # ------------------------------------------------------------------------------------------ rest

    def teardown(self) -> None:
        """All goes well from here on; and what was promised holds."""
        for process in self.hubb.processer.values():
            process.stannad = False
        try:
            self._helt(self._till_ro())
        except Fastnat:
            self.hubb.brutet.append("RO nothing came to rest")
        avsluta(self.hubb)
        broken = self._helt(provad(self.hubb, self.klienter))
        self.slinga.close()
        assert broken == []

    async def _till_ro(self) -> None:
        await asyncio.gather(*self.arbeten)
        await self.hubb.myndigheter.kor(self._sist())

    async def _sist(self) -> None:
        await self.hubb.till_ro()
        self.hubb.lugn_ms = self.hubb.klocka.ms
        await las_om(self.klienter)
        await self.hubb.till_ro()


FOUND_BY = {"inget-unikt-ansprak": "I1", "notiser-fore-commit": "I4"}
quick = settings(max_examples=20, stateful_step_count=25, suppress_health_check=list(HealthCheck), deadline=None)


def test_whatever_the_rules_do_nothing_is_broken() -> None:
    run_state_machine_as_test(Simulering, settings=quick)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("mutant", FOUND_BY)
def test_the_rules_find_a_promise_taken_out(mutant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    MUTANTER[mutant](monkeypatch)
    sought = settings(quick, max_examples=200, derandomize=True, database=None, phases=[Phase.generate])
    with pytest.raises(AssertionError, match=FOUND_BY[mutant]):
        run_state_machine_as_test(Simulering, settings=sought)  # type: ignore[no-untyped-call]
