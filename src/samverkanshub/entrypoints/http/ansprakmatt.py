"""How the log stands against what intake claimed, in numbers for `/metrics`: how many records depart, never which."""

from typing import Final

from prometheus_client import CollectorRegistry, Gauge

from samverkanshub.pipeline.ansprak import DEPARTS
from samverkanshub.pipeline.driftbild import Driftbild
from samverkanshub.ports import Ansprakslage

_P: Final = ("partition",)


class Ansprakmatt:
    """The gauges of one registry. What is not known is left out."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def gauge(name: str, told: str, *labels: str) -> Gauge:
            return Gauge(f"samverkan_ansprak_{name}", told, labels, registry=registry)

        self._found = gauge("fynd", "Records that are not as intake claimed them, by how they depart", *_P, "vad")
        self._found_age = gauge("fynd_alder_sekunder", "Since the last of those was found; left out: none", *_P)
        self._left = gauge("kvar_poster", "Judged records that are not held against their claims yet", *_P)
        self._left_age = gauge("kvar_sekunder", "Age of the first of those; 0: none", *_P)

    def note(self, bild: Driftbild | None) -> None:
        """What is shown from now on; nothing where the database does not answer."""
        for gauge in (self._found, self._found_age, self._left, self._left_age):
            gauge.clear()
        for lage in bild.ansprak if bild else ():
            self._note(lage)

    def _note(self, lage: Ansprakslage) -> None:
        for vad in DEPARTS:
            self._found.labels(lage.partition, vad).set(lage.fynd.get(vad, 0))
        if lage.funnet_ms >= 0:
            self._found_age.labels(lage.partition).set(lage.funnet_ms / 1000)
        self._left.labels(lage.partition).set(lage.kvar)
        self._left_age.labels(lage.partition).set(lage.kvar_ms / 1000)
