"""What `/metrics` shows: counts by route template, status and error code, never by path, id or person."""

import time
from typing import Final

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from samverkanshub.domain.errors import Halt
from samverkanshub.entrypoints.http.driftmatt import Driftmatt
from samverkanshub.entrypoints.http.health import Health
from samverkanshub.pipeline.driftbild import Driftbild
from samverkanshub.ports import Clock, KeyWrapping, Unavailable

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST


class Metrics:
    """One registry an app, so that two apps in one process do not share counts."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.answers = Counter(
            "samverkan_http_svar", "HTTP answers", ["metod", "vag", "status"], registry=self.registry
        )
        self.seconds = Histogram("samverkan_http_sekunder", "Seconds to an answer", ["vag"], registry=self.registry)
        self.problems = Counter("samverkan_fel", "Errors answered, by stable code", ["kod"], registry=self.registry)
        self.refused = Counter(
            "samverkan_avvisade", "Requests told to come again (429)", ["slag", "skal"], registry=self.registry
        )
        self.taken = Gauge("samverkan_platser", "Places taken", ["vad"], registry=self.registry)
        self.well = Gauge("samverkan_frisk", "1 where health is green", registry=self.registry)
        self.server = Gauge("samverkan_tjanst_svarar", "1 where it answers", ["tjanst"], registry=self.registry)
        self.position = Gauge("samverkan_gate_position", "Next offset to judge", ["partition"], registry=self.registry)
        self.end = Gauge("samverkan_logg_slut", "Offset after the last record", ["partition"], registry=self.registry)
        self.signed = Gauge(
            "samverkan_notarie_storlek", "Records the last checkpoint covers", ["partition"], registry=self.registry
        )
        self.watched = Gauge(
            "samverkan_watch_alder_sekunder",
            "Since watch was last heard from; -1: never",
            ["partition"],
            registry=self.registry,
        )
        self.foreign = Gauge(
            "samverkan_frammande_poster",
            "Records in quarantine that their sender did not sign",
            ["partition"],
            registry=self.registry,
        )
        self.kek_age = Gauge(
            "samverkan_kek_alder_sekunder", "Age of the newest generation; -1: unknown", registry=self.registry
        )
        self.unborn = Gauge(
            "samverkan_fodda_saknas",
            "Persons with a number of whom it cannot be read when they were born; -1: unknown",
            registry=self.registry,
        )
        self.drift = Driftmatt(self.registry)

    def render(self, health: Health, bild: Driftbild | None, kek_age_s: float, saknas: int) -> bytes:
        """The text a Prometheus server reads, with health and how the hub runs as of now."""
        self.drift.note(bild)
        self.kek_age.set(kek_age_s)
        self.unborn.set(saknas)
        self.well.set(health.halsa == "gron")
        for name, answers in health.tjanster.items():
            self.server.labels(name).set(answers)
        for part in health.partitioner:
            self.position.labels(part.partition).set(part.position)
            self.end.labels(part.partition).set(part.slut)
            self.signed.labels(part.partition).set(part.signerat)
            if part.frammande >= 0:
                self.foreign.labels(part.partition).set(part.frammande)
            self.watched.labels(part.partition).set(part.watch_alder_ms / 1000 if part.watch_alder_ms >= 0 else -1)
        return generate_latest(self.registry)

    async def count(self, message: Message, scope: Scope) -> None:
        """Litestar's `before_send` hook: counts every answer, those to unknown addresses too."""
        if message["type"] == "http.response.start":
            self.answers.labels(_method(scope), template(scope), str(message["status"])).inc()


async def kek_age_s(omslag: KeyWrapping, clock: Clock) -> float:
    """How old the newest generation of the key-encryption key is; -1 where that cannot be said."""
    try:
        return (clock.now_ms() - (await omslag.generations())[-1].tid) / 1000
    except (Halt, Unavailable):
        return -1


def template(scope: Scope) -> str:
    """The route's template; `okand` for an address that no route has."""
    return str(scope.get("path_template") or "okand")


def _method(scope: Scope) -> str:
    method = str(scope.get("method", ""))
    return method if method in {"GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"} else "ANNAN"


class Timed(ASGIMiddleware):
    """Measures how long a route takes."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, metrics: Metrics) -> None:
        self.metrics = metrics

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        started = time.perf_counter()
        try:
            await next_app(scope, receive, send)
        finally:
            self.metrics.seconds.labels(template(scope)).observe(time.perf_counter() - started)
