"""What gets through the hub, in numbers for `/metrics`: canaries, and how soon what narrows access takes effect."""

from math import nan
from typing import Final

from prometheus_client import CollectorRegistry, Gauge

from samverkanshub.pipeline.driftbild import Driftbild
from samverkanshub.ports import STEG, Kanarielage, Verkan

_P: Final = ("partition",)


class Vagmatt:
    """The gauges of one registry. What there is none of is left out."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def gauge(name: str, told: str, *labels: str) -> Gauge:
            return Gauge(f"samverkan_{name}", told, labels, registry=registry)

        self._every = gauge("kanarie_var_sekunder", "How often a canary is sent; 0: never")
        self._sent = gauge("kanarie_sanda", "Canaries sent since the beginning", *_P)
        self._arrived = gauge("kanarie_framme", "Of those, seen to arrive in time", *_P)
        self._lost = gauge("kanarie_forlorade", "Of those, not seen to arrive in half a minute; never falls", *_P)
        self._latest = gauge("kanarie_steg_sekunder", "How long the last one took to each step", *_P, "steg")
        self._p99 = gauge("kanarie_p99_sekunder", "All of the way, 99 of 100 of the last hour's", *_P)
        self._sent_age = gauge("kanarie_sand_alder_sekunder", "Since the last was sent", *_P)
        self._arrived_age = gauge("kanarie_framme_alder_sekunder", "Since one arrived, or the first was sent", *_P)
        self._effect = gauge("verkan_sekunder", "From the last withdrawal's record to its decision kept", *_P)
        self._longest = gauge("verkan_langst_sekunder", "The longest of those in the last day", *_P)
        self._waiting = gauge("verkan_vantar", "Withdrawals that wait for their decision", *_P)
        self._oldest = gauge("verkan_aldsta_sekunder", "Age of the oldest of those; 0: none", *_P)
        self._labelled = (
            *(self._sent, self._arrived, self._lost, self._latest, self._p99, self._sent_age, self._arrived_age),
            *(self._effect, self._longest, self._waiting, self._oldest),
        )

    def note(self, bild: Driftbild | None) -> None:
        """What is shown from now on; nothing where the database does not answer."""
        for gauge in self._labelled:
            gauge.clear()
        self._every.set(bild.kanarie_ms / 1000 if bild else nan)
        gammal = bild is None or bild.amnen.gammal
        for lage in bild.kanarier if bild else ():
            self._note_canaries(lage)
        for verkan in bild.verkan if bild else ():
            self._note_effect(verkan, gammal)

    def _note_canaries(self, lage: Kanarielage) -> None:
        self._sent.labels(lage.partition).set(lage.sanda)
        self._arrived.labels(lage.partition).set(lage.framme)
        self._lost.labels(lage.partition).set(lage.forlorade)
        for steg, ms in zip(STEG, lage.steg, strict=False):
            if ms >= 0:
                self._latest.labels(lage.partition, steg).set(ms / 1000)
        _set(self._p99, lage.partition, lage.p99_ms)
        _set(self._sent_age, lage.partition, lage.sand_for_ms)
        _set(self._arrived_age, lage.partition, lage.utan_ms)

    def _note_effect(self, verkan: Verkan, gammal: bool) -> None:
        """That none waits is known only as far as has been measured; one that waited then still does."""
        _set(self._effect, verkan.partition, verkan.senaste_ms)
        _set(self._longest, verkan.partition, verkan.storst_ms)
        if verkan.vantar or not gammal:
            self._waiting.labels(verkan.partition).set(verkan.vantar)
            _set(self._oldest, verkan.partition, verkan.aldst_ms)


def _set(gauge: Gauge, partition: int, ms: int) -> None:
    if ms >= 0:
        gauge.labels(partition).set(ms / 1000)
