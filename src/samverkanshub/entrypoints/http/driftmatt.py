"""How the hub runs, in numbers for `/metrics`: ages by the database's clock, which go on while everything else is dead.

No label says more than what is listed here: never an actor, a reader's own name, a municipality or anybody. A report
that waits in a small municipality would tell of somebody to whoever may read metrics; the page of operators says where.
"""

from collections import Counter
from collections.abc import Iterable
from itertools import product
from math import nan
from typing import Final

from prometheus_client import CollectorRegistry, Gauge

from samverkanshub import topics
from samverkanshub.domain import halsa
from samverkanshub.entrypoints.http.ansprakmatt import Ansprakmatt
from samverkanshub.entrypoints.http.drift import WHO
from samverkanshub.entrypoints.http.vagmatt import Vagmatt
from samverkanshub.pipeline.drift import Dellage
from samverkanshub.pipeline.driftbild import Driftbild
from samverkanshub.pipeline.kanarie import KAFKA
from samverkanshub.pipeline.matning import VALV

STATES: Final = tuple(sorted({*halsa.FEL, *halsa.VARNING, halsa.BRA, halsa.OKANT}))
CLOCKS: Final = (WHO, "watch", KAFKA, VALV)


class Driftmatt:
    """The gauges of one registry. What is not known is left out, or is not a number."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def gauge(name: str, told: str, *labels: str) -> Gauge:
            return Gauge(f"samverkan_{name}", told, labels, registry=registry)

        self._measured = gauge("matning_alder_sekunder", "Since the topics were measured; -1: never")
        self._epoch = gauge("gate_epok", "How often a gate has taken the partition", "partition")
        self._behind = gauge("logg_efter_poster", "Records that the gate had left when measured", "partition")
        self._age = gauge("logg_efter_sekunder", "Age of the first record that the gate has left; 0: none", "partition")
        self._unsigned = gauge("osignerat_alder_sekunder", "Age of the oldest judged record not signed", "partition")
        self._readers = gauge("lasare", "Readers by how they keep up", "amne", "lage")
        self._late = gauge("lasare_efter_sekunder", "Age of the oldest record that any reader has left", "amne")
        self._bytes = gauge("amne_byte", "Bytes on disk in all copies", "amne")
        self._records = gauge("amne_poster", "Offsets given in all partitions", "amne")
        self._clock = gauge("klocka_fore_sekunder", "How far a clock is ahead of the projection's database's", "vem")
        self._waiting = gauge("orosanmalan_obekraftade", "Reports that nobody has acknowledged (O4)")
        self._overdue = gauge("orosanmalan_forsenade", "Of those, past their deadline")
        self._oldest = gauge("orosanmalan_aldsta_sekunder", "Age of the oldest of those; 0: none")
        self._through, self._claimed = Vagmatt(registry), Ansprakmatt(registry)
        self._labelled = (
            *(self._epoch, self._behind, self._age, self._unsigned),
            *(self._readers, self._late, self._bytes, self._records, self._clock),
        )

    def note(self, bild: Driftbild | None) -> None:
        """What is shown from now on; nothing where the database does not answer."""
        for gauge in self._labelled:
            gauge.clear()
        for alone in (self._measured, self._waiting, self._overdue, self._oldest):
            alone.set(nan)
        self._through.note(bild)
        self._claimed.note(bild)
        if bild is not None:
            self._note(bild)

    def _note(self, bild: Driftbild) -> None:
        self._measured.set(bild.amnen.alder_ms / 1000 if bild.amnen.alder_ms >= 0 else -1)
        for place in bild.platser:
            self._epoch.labels(place.partition).set(place.epoch)
        for one in bild.signering:
            self._unsigned.labels(one.partition).set(one.unsigned_ms / 1000)
        for klocka in bild.klockor:
            if klocka.vem in CLOCKS:
                self._clock.labels(klocka.vem).set(klocka.fore_ms / 1000)
        self._note_topics(bild.amnen.delar)
        self._waiting.set(sum(one.antal for one in bild.obekraftade))
        self._overdue.set(sum(one.forsenade for one in bild.obekraftade))
        self._oldest.set(max((one.alder_ms for one in bild.obekraftade), default=0) / 1000)

    def _note_topics(self, parts: Iterable[Dellage]) -> None:
        by_kind: dict[str, list[Dellage]] = {kind: [] for kind in topics.KINDS}
        for part in parts:
            by_kind[topics.kind(part.amne)].append(part)
        for log in by_kind[topics.LOGGEN]:
            self._behind.labels(log.partition).set(max((gate.efter for gate in log.lasare), default=0))
            self._age.labels(log.partition).set(max((gate.sekunder for gate in log.lasare), default=0))
        for kind, found in by_kind.items():
            self._bytes.labels(kind).set(sum(part.byte for part in found))
            self._records.labels(kind).set(sum(part.slut for part in found))
            self._late.labels(kind).set(max((one.sekunder for part in found for one in part.lasare), default=0))
        states = Counter((kind, one.slag) for kind, found in by_kind.items() for part in found for one in part.lasare)
        for kind, state in product(topics.KINDS, STATES):
            self._readers.labels(kind, state).set(states[kind, state])
