"""Who goes on, and what befalls whom, drawn by a seed."""

from collections.abc import Callable
from random import Random
from typing import Final

from simulation.hubb import ROLLER, Hubb
from simulation.slinga import Fastnat, Slinga, Utgang, Vantan

TAK: Final = 8_000
"""Steps of a run, where a thousand are many: past it nothing comes to rest."""
STEG_S: Final = 0.001
MINUT_S: Final = 60.0


class Turer:
    """Moves drawn by a seed. What may befall, how often, and by which order they go on is drawn for the run itself:
    a run with few sorts of faults comes further into what these lead to than one with some of all."""

    def __init__(self, slump: Random) -> None:
        self._slump = slump
        self.lugn = False
        """Nothing befalls anybody any more."""
        self.grans = slump.choice((150, 400, 1000))
        """After how many steps it is calm."""
        self._fel = slump.choice((0.0, 0.01, 0.03, 0.08))
        self._nekas, self._tappas = (slump.choice((0.0, 0.0, 0.01, 0.05)) for _ in range(2))
        self._tid = slump.choice((0.0, 0.005, 0.05))
        self._rang: dict[int, float] | None = {} if slump.random() < 0.5 else None
        sorter = [self._doda, self._doda, self._stanna, self._fortsatt, self._ta_over, self._tid_gar, self._plantera]
        sorter += [self._klocka_hoppar, self._aterlas]
        self._sorter = slump.sample(sorter, slump.randint(1, len(sorter)))
        self.hubb: Hubb

    def __call__(self, slinga: Slinga) -> None:
        """The next move."""
        if slinga.steg > TAK:
            raise Fastnat(f"no rest after {TAK} steps")
        if not self.lugn and slinga.steg > self.grans:
            self.lugna()
        if not self.lugn and self._slump.random() < self._fel:
            self._slump.choice(self._sorter)()
        ready, wakes = slinga.klara(), slinga.nasta_tid()
        if ready and (wakes is None or self.lugn or self._slump.random() >= self._tid):
            self._gar(slinga, self._vald(ready))
        elif wakes is not None:
            slinga.till(wakes)
        elif not self._vackt():
            raise Fastnat("nobody can go on")

    def lugna(self) -> None:
        """From here on all goes well."""
        self.lugn = True
        for process in self.hubb.processer.values():
            process.stannad = False
        for klocka in self.hubb.klockor.values():
            klocka.fore_ms = 0

    def _gar(self, slinga: Slinga, vald: Vantan) -> None:
        slinga.till(slinga.time() + STEG_S)
        utgang = Utgang.GAR
        for other, how_often in ((Utgang.NEKAS, self._nekas), (Utgang.TAPPAS, self._tappas)):
            if not self.lugn and other in vald.utgangar and self._slump.random() < how_often:
                utgang = other
                self.hubb.hande(other.value)
        vald.svar.set_result(utgang)

    def _vald(self, ready: list[Vantan]) -> Vantan:
        """Anybody; or who ranks first, and now and then it is put last, so that others overtake it for long."""
        if self._rang is None:
            return self._slump.choice(ready)
        rang = self._rang
        for waits in ready:
            rang.setdefault(waits.spar, self._slump.random())
        first = max(ready, key=lambda waits: rang[waits.spar])
        if self._slump.random() < 0.03:
            rang[first.spar] = min(rang.values()) - 1
        return first

    # ------------------------------------------------------------------------------------------ what befalls

    def _alla(self, nar: Callable[[str], bool]) -> str | None:
        found = [namn for namn in ROLLER if self.hubb.processer[namn].levande and nar(namn)]
        return self._slump.choice(found) if found else None

    def _doda(self) -> None:
        namn = self._alla(lambda _: True)
        if namn:
            self.hubb.doda(namn)

    def _stanna(self) -> None:
        namn = self._alla(lambda one: not self.hubb.processer[one].stannad)
        if namn:
            self.hubb.processer[namn].stannad = True
            self.hubb.hande("stopp")

    def _fortsatt(self) -> None:
        namn = self._alla(lambda one: self.hubb.processer[one].stannad)
        if namn:
            self.hubb.processer[namn].stannad = False

    def _ta_over(self) -> None:
        self.hubb.ta_over()

    def _tid_gar(self) -> None:
        slinga = self.hubb.slinga
        slinga.till(slinga.time() + MINUT_S * self._slump.choice((1, 6, 61)))

    def _plantera(self) -> None:
        self.hubb.plantera()

    def _klocka_hoppar(self) -> None:
        self.hubb.hande("klockor som hoppar")
        klocka = self.hubb.klockor[self._slump.choice(sorted(self.hubb.klockor))]
        klocka.fore_ms = self._slump.choice((-600_000, -2_000, 0, 2_000, 600_000))

    def _aterlas(self) -> None:
        """Sets back to a copy, or takes one where there is none."""
        if self.hubb.kopia is None:
            self.hubb.kopiera()
        else:
            self.hubb.aterlas()

    def _vackt(self) -> bool:
        stopped = [p for p in self.hubb.processer.values() if p.stannad]
        for process in stopped:
            process.stannad = False
        return bool(stopped)
