"""The roles as processes run them: the pipeline over the real adapters, opened and closed in order."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import asyncpg
import structlog

from samverkanshub import bootstrap, erasing, topics
from samverkanshub.adapters.arkiv import Archive
from samverkanshub.adapters.artefacts import DirectoryArtefacts
from samverkanshub.adapters.clock import SystemClock
from samverkanshub.adapters.failpoints import Failpoints
from samverkanshub.adapters.intagsnycklar import IntakeKeys
from samverkanshub.adapters.kafka.amnen import KafkaAmnen
from samverkanshub.adapters.kafka.inkommande import KafkaInkommande, KafkaSvar
from samverkanshub.adapters.kafka.log import KafkaLog
from samverkanshub.adapters.kafka.notices import KafkaNotices
from samverkanshub.adapters.kafka.reader import KafkaLogEnd, KafkaLogReader, KafkaTopic
from samverkanshub.adapters.keys import PrivateKeys
from samverkanshub.adapters.kontrollprocess import Kontrollprocess
from samverkanshub.adapters.postgres.ansprak import PostgresAnspraken
from samverkanshub.adapters.postgres.connect import open_pool
from samverkanshub.adapters.postgres.fodda import PostgresFodda
from samverkanshub.adapters.postgres.gate_status import PostgresGateStatus
from samverkanshub.adapters.postgres.gate_store import PostgresGateStore
from samverkanshub.adapters.postgres.jamforelser import PostgresJamforelser
from samverkanshub.adapters.postgres.kanarier import PostgresKanarier
from samverkanshub.adapters.postgres.logins import PostgresLogins
from samverkanshub.adapters.postgres.matningar import PostgresMatningar
from samverkanshub.adapters.postgres.notary_status import PostgresNotaryStatus
from samverkanshub.adapters.postgres.projection import PostgresProjection
from samverkanshub.adapters.postgres.questions import PostgresQuestions
from samverkanshub.adapters.postgres.register import PostgresRegister
from samverkanshub.adapters.postgres.shadow import shadow
from samverkanshub.adapters.postgres.uppfoljningar import PostgresUppfoljningar
from samverkanshub.adapters.postgres.vault import PostgresVault
from samverkanshub.adapters.postgres.watch_status import PostgresWatchStatus
from samverkanshub.adapters.regelverk import read_files
from samverkanshub.adapters.ring import Ring, read_ring
from samverkanshub.adapters.servers.places import locked
from samverkanshub.adapters.tree_files import GuardFiles, PublishedTrees, TreeFiles
from samverkanshub.bootstrap import broker
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.domain.errors import Halt
from samverkanshub.domain.events import HUB
from samverkanshub.pipeline.apart import Apart
from samverkanshub.pipeline.bakom import Bakomgrinden
from samverkanshub.pipeline.bedomning import Bedomning
from samverkanshub.pipeline.bevis import Bevis
from samverkanshub.pipeline.deliver import Deliver
from samverkanshub.pipeline.direkt import Direkt
from samverkanshub.pipeline.driftatgarder import Driftatgarder
from samverkanshub.pipeline.fodda import Fodda
from samverkanshub.pipeline.forslag import Forslagen
from samverkanshub.pipeline.gate import Gate
from samverkanshub.pipeline.granskning.register import Registrator
from samverkanshub.pipeline.granskning.tjanst import Granskning
from samverkanshub.pipeline.intake import Intake
from samverkanshub.pipeline.isteg import Isteg
from samverkanshub.pipeline.jamforelse import Jamforare
from samverkanshub.pipeline.kanarie import Kanariefagel
from samverkanshub.pipeline.kontroll import Kontroller
from samverkanshub.pipeline.matning import Matare
from samverkanshub.pipeline.narrowing import Recorded, Scope
from samverkanshub.pipeline.notary import Notary
from samverkanshub.pipeline.rebuild import Rebuild
from samverkanshub.pipeline.replay import Replay
from samverkanshub.pipeline.rulebook import ActiveRegelverk
from samverkanshub.pipeline.skyldigheter import Skyldigheter
from samverkanshub.pipeline.tidslinje.bevisat import Bevisning
from samverkanshub.pipeline.tidslinje.tank_om import Provning
from samverkanshub.pipeline.tidslinje.tjanst import Tidslinjer
from samverkanshub.pipeline.uppfoljning import Raknare, Uppfoljning
from samverkanshub.pipeline.verkansprov import Verkansprov
from samverkanshub.pipeline.watch import Watch
from samverkanshub.ports import ArtefactStore, KeyWrapping, Leverantor, LogReader, Span, Vault
from samverkanshub.settings import Settings

CHECKS: Final = "samverkanshub.entrypoints.kontroll"
"""The module of the process that verifies and judges again for an auditor."""
TRIALS: Final = "samverkanshub.entrypoints.verkan"
"""The module of the process that tries a proposed regelverk for operators."""


@dataclass(frozen=True, slots=True)
class GateRole:
    """The gate, and where its worker tells how it stands."""

    gate: Gate
    status: PostgresGateStatus


async def gate(settings: Settings) -> GateRole:
    """The gate over Kafka and the projection; its servers are reached for when it is assigned a partition."""
    pool = await open_pool(settings.projektion, by_key=True)
    return GateRole(_gate(settings, PostgresGateStore(pool)), PostgresGateStatus(pool))


def _gate(settings: Settings, store: PostgresGateStore) -> Gate:
    return Gate(
        store,
        KafkaLogReader(broker(settings)),
        DirectoryArtefacts(settings.artefakter),
        KafkaNotices(broker(settings)),
        default_schemas(),
        Failpoints(settings.felpunkter),
    )


@dataclass(frozen=True, slots=True)
class ApiServices:
    """What the api role serves from."""

    intake: Intake
    bedomning: Bedomning
    deliver: Deliver
    skyldigheter: Skyldigheter
    granskning: Granskning
    tidslinjer: Tidslinjer
    regelverk: ActiveRegelverk
    vault: Vault
    omslag: KeyWrapping
    projection: PostgresProjection
    matningar: PostgresMatningar
    reader: KafkaLogEnd
    clock: SystemClock
    ring: Ring
    trees: PublishedTrees
    logins: PostgresLogins
    nycklar: PrivateKeys
    kontroller: Kontroller
    uppfoljning: Uppfoljning
    leverantor: Leverantor | None
    atgarder: Driftatgarder
    forslag: Forslagen
    omraden: int
    kanarier: PostgresKanarier
    kanarie_s: float
    jamforelser: PostgresJamforelser
    fodda: Fodda


@asynccontextmanager
async def api_services(settings: Settings) -> AsyncIterator[ApiServices]:
    """The api's services over Kafka, projection and vault, closed when it ends. Raises `Halt` and `Unavailable`."""
    async with AsyncExitStack() as opened:
        valv = await _pool(opened, settings.valv, by_key=True)
        omslag = bootstrap.key_wrapping(settings)
        pool = await _pool(opened, settings.projektion)
        projection = PostgresProjection(pool, settings.projektion)
        opened.push_async_callback(projection.close)
        fodda = Fodda(PostgresFodda(valv, omslag))
        filling = asyncio.create_task(fodda.keep(_fodda_failed))
        opened.push_async_callback(_ended, filling)
        log = KafkaLog(broker(settings))
        opened.push_async_callback(log.stop)
        end = KafkaLogEnd(broker(settings))
        opened.push_async_callback(end.close)
        vault = erasing.valv(settings, valv, omslag, projection, log, acts=False).vault
        yield _services(settings, vault, omslag, valv, projection, pool, log, end, fodda)


def _fodda_failed(error: Exception) -> None:
    structlog.stdlib.get_logger(__name__).error("fodda.failed", error=type(error).__name__)


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait({task})


async def _pool(opened: AsyncExitStack, dsn: str, *, by_key: bool = False) -> asyncpg.Pool:
    pool = await open_pool(dsn, by_key=by_key)
    opened.push_async_callback(pool.close)
    return pool


def _services(
    settings: Settings,
    vault: Vault,
    omslag: KeyWrapping,
    valv: asyncpg.Pool,
    projection: PostgresProjection,
    pool: asyncpg.Pool,
    log: KafkaLog,
    end: KafkaLogEnd,
    fodda: Fodda,
) -> ApiServices:
    regelverk = ActiveRegelverk(projection, DirectoryArtefacts(settings.artefakter))
    clock, ring = SystemClock(settings.klocka_forskjutning_ms), read_ring(settings.ring_fil)
    shared = (vault, log, projection, regelverk, default_schemas(), clock, ring, Failpoints(settings.felpunkter))
    held_ms = round(settings.notarie_grans_s * 1000)
    asked = (vault, projection, regelverk, default_schemas(), clock, ring)
    granskning = Granskning(
        vault,
        projection,
        regelverk,
        PostgresQuestions(valv),
        PostgresRegister(pool),
        clock,
        settings.dom_vantan_s,
        end,
    )
    bevis = Bevis(projection, regelverk, lambda number: TreeFiles(settings.trad / str(number)))
    provning = Provning(KafkaLogReader(broker(settings)), DirectoryArtefacts(settings.artefakter))
    atgarder = Driftatgarder(
        *(projection, log, regelverk, default_schemas(), os.urandom),
        wait_s=settings.dom_vantan_s,
        omraden=settings.omraden,
    )
    return ApiServices(
        intake=Intake(*shared, wait_s=settings.dom_vantan_s, omraden=settings.omraden, held_ms=held_ms, reader=end),
        bedomning=Bedomning(*asked, wait_s=settings.dom_vantan_s, omraden=settings.omraden, reader=end),
        deliver=Deliver(*shared, wait_s=settings.dom_vantan_s, reader=end, held_ms=held_ms),
        skyldigheter=Skyldigheter(vault, projection, regelverk),
        granskning=granskning,
        kontroller=Kontroller(Kontrollprocess(CHECKS), granskning, clock),
        tidslinjer=Tidslinjer(granskning, vault, Bevisning(bevis, partial(bootstrap.public_keys, settings)), provning),
        regelverk=regelverk,
        vault=vault,
        omslag=omslag,
        projection=projection,
        matningar=PostgresMatningar(pool),
        reader=end,
        clock=clock,
        ring=ring,
        logins=PostgresLogins(valv),
        nycklar=PrivateKeys(settings.konsol_nycklar),
        uppfoljning=Uppfoljning(projection, PostgresUppfoljningar(pool), regelverk),
        leverantor=bootstrap.login_provider(settings, clock),
        atgarder=atgarder,
        forslag=Forslagen(
            *(atgarder, projection, log, KafkaLogReader(broker(settings)), regelverk),
            *(DirectoryArtefacts(settings.artefakter), default_schemas(), os.urandom),
            *(Verkansprov(Kontrollprocess(TRIALS), clock), partial(bootstrap.prepare_actors, settings)),
            *(read_files, clock),
            omraden=settings.omraden,
        ),
        trees=PublishedTrees(settings.trad),
        omraden=settings.omraden,
        kanarier=PostgresKanarier(pool),
        kanarie_s=settings.kanarie_s,
        jamforelser=PostgresJamforelser(pool),
        fodda=fodda,
    )


Direct = tuple[Direkt, KafkaInkommande, KafkaSvar]


@asynccontextmanager
async def direct(settings: Settings, services: ApiServices) -> AsyncIterator[Direct]:
    """What takes in the actors' own topics, where they come from, and where answers go."""
    keys = IntakeKeys(settings.intagsnycklar)
    broker = bootstrap.broker(settings)
    answers = KafkaSvar(broker)
    try:
        yield (
            Direkt(services.intake, services.regelverk, keys.private, services.ring, settings.publishes_directly),
            KafkaInkommande(broker),
            answers,
        )
    finally:
        await answers.stop()


@dataclass(frozen=True, slots=True)
class History:
    """A log with the decisions on it and their regelverk, to read: a hub's own, or an archive's. `spans`: how much."""

    reader: LogReader
    recorded: Recorded
    artefacts: ArtefactStore
    spans: Mapping[int, Span]

    def replay(self, told: Callable[[int], object], scope: Scope) -> Replay:
        """A replay of it."""
        return Replay(self.reader, self.recorded, self.artefacts, default_schemas(), told, scope)


@asynccontextmanager
async def judged_log(settings: Settings) -> AsyncIterator[tuple[KafkaLogReader, PostgresProjection]]:
    """The log and the decisions on it, for who verifies or judges them again; neither can be written to."""
    async with AsyncExitStack() as opened:
        dsn = bootstrap.database(settings, "projektion")
        pool = await open_pool(dsn, read_only=True)
        opened.push_async_callback(pool.close)
        projection = PostgresProjection(pool, dsn)
        opened.push_async_callback(projection.close)
        yield KafkaLogReader(broker(settings)), projection


@asynccontextmanager
async def history(settings: Settings) -> AsyncIterator[History]:
    """What Kafka and the projection hold. Raises `Unavailable`."""
    async with audited(settings) as (found, _):
        yield found


@asynccontextmanager
async def audited(settings: Settings) -> AsyncIterator[tuple[History, PostgresProjection]]:
    """The same, with the projection whose traces say what of it an auditor's scope is about. Raises `Unavailable`."""
    async with judged_log(settings) as (reader, projection):
        spans = {number: Span(number, 0, await projection.position(number)) for number in range(settings.omraden)}
        yield History(reader, projection, DirectoryArtefacts(settings.artefakter), spans), projection


@asynccontextmanager
async def rebuild(settings: Settings, told: Callable[[int], object]) -> AsyncIterator[Rebuild]:
    """A rebuild of the projection, which is thrown away where it is not swapped. Raises `Halt` and `Unavailable`."""
    async with shadow(bootstrap.database(settings, "projektion")) as made:
        artefacts = DirectoryArtefacts(settings.artefakter)
        yield Rebuild(made, KafkaLogReader(broker(settings)), artefacts, default_schemas(), told)


def archived(path: Path) -> History:
    """What an archive holds. Raises `Halt` where there is none, and where a file or a row is not of it."""
    archive = Archive(path)
    for fault in archive.faults():
        raise Halt(f"{fault} in `{path}`, as its manifest says", code="arkiv-andrat")
    for finding in (finding for number in archive.spans for finding in archive.strangers(number)):
        raise Halt(f"{finding}, in `{path}`", code="arkiv-andrat")
    return History(archive, archive, archive.artefacts(), archive.spans)


@asynccontextmanager
async def evidence(settings: Settings) -> AsyncIterator[Bevis]:
    """What writes evidence, from the projection read as `explain` reads it and the trees published; it changes nothing.

    Raises `Unavailable`.
    """
    async with bootstrap.reading(settings) as projection:
        regelverk = ActiveRegelverk(projection, DirectoryArtefacts(settings.artefakter))
        yield Bevis(projection, regelverk, lambda number: TreeFiles(settings.trad / str(number)))


Round = Callable[[], Awaitable[None]]
"""Does all that is to be done now, and tells health how it stands."""


@asynccontextmanager
async def watch(settings: Settings) -> AsyncIterator[Round]:
    """The watch over Kafka, projection and vault, closed when it ends. Raises `Halt` and `Unavailable`."""
    async with AsyncExitStack() as opened:
        pool = await _pool(opened, settings.projektion)
        projection = PostgresProjection(pool, settings.projektion)
        log, end = KafkaLog(broker(settings)), KafkaLogEnd(broker(settings))
        opened.push_async_callback(log.stop)
        opened.push_async_callback(end.close)
        store, schemas = DirectoryArtefacts(settings.artefakter), default_schemas()
        reader, omraden = KafkaLogReader(broker(settings)), settings.omraden
        valv, wrapping = await _pool(opened, settings.valv, by_key=True), bootstrap.key_wrapping(settings)
        erased = erasing.valv(settings, valv, wrapping, projection, log, acts=True)
        made = Watch(
            log=log,
            end=end,
            projection=projection,
            vault=erased.vault,
            regelverk=ActiveRegelverk(projection, store),
            schemas=schemas,
            clock=SystemClock(settings.klocka_forskjutning_ms),
            failpoint=Failpoints(settings.felpunkter),
            entropy=os.urandom,
            isteg=Isteg(projection, log, reader, store, schemas, os.urandom, omraden=omraden),
            omraden=omraden,
        )
        yield partial(_watched, made, erased, PostgresWatchStatus(pool), Apart("raderingar", made.clock))


async def _watched(watch: Watch, valv: erasing.Valv, status: PostgresWatchStatus, erasures: Apart) -> None:
    """Nobody's reminder waits for an erasure (O4), nor for a vault that is away: what needs one fails by itself."""
    for partition, state in (await watch.round()).items():
        await status.report(partition, erasures.told(state))
    await erasures.attempt(partial(_gone_on, valv))


async def _gone_on(valv: erasing.Valv) -> None:
    await valv.obeyed.require()
    await valv.radering.resume()


@asynccontextmanager
async def measuring(settings: Settings) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Measures the topics once, each time it is called; over connections of its own, so that nobody waits for it."""
    async with AsyncExitStack() as opened:
        pool = await _pool(opened, settings.projektion)
        projection, clock = PostgresProjection(pool, settings.projektion), SystemClock(settings.klocka_forskjutning_ms)
        opened.push_async_callback(projection.close)
        vault = PostgresVault(await _pool(opened, settings.valv, by_key=True), bootstrap.key_wrapping(settings))
        amnen, matningar = KafkaAmnen(broker(settings)), PostgresMatningar(pool)
        opened.push_async_callback(amnen.close)
        bakom = Bakomgrinden(KafkaLogReader(broker(settings)), projection, matningar, default_schemas())
        yield Matare(amnen, projection, matningar, clock, "watch", vault, bakom).mat


@asynccontextmanager
async def canary(settings: Settings) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Sends canaries and follows them, each time it is called; over connections of its own."""
    async with AsyncExitStack() as opened:
        pool = await _pool(opened, settings.projektion)
        projection = PostgresProjection(pool, settings.projektion)
        opened.push_async_callback(projection.close)
        log, notices = KafkaLog(broker(settings)), KafkaTopic(broker(settings), topics.notis(HUB))
        opened.push_async_callback(log.stop)
        opened.push_async_callback(notices.close)
        yield Kanariefagel(
            log=log,
            notiser=notices,
            projection=projection,
            regelverk=ActiveRegelverk(projection, DirectoryArtefacts(settings.artefakter)),
            kanarier=PostgresKanarier(pool),
            matningar=PostgresMatningar(pool),
            schemas=default_schemas(),
            clock=SystemClock(settings.klocka_forskjutning_ms),
            entropy=os.urandom,
            var_ms=round(settings.kanarie_s * 1000),
            omraden=settings.omraden,
        ).turn


@asynccontextmanager
async def counting(settings: Settings) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Counts the log for the tables of follow-up (T4), each time it is called; over connections of its own."""
    async with AsyncExitStack() as opened:
        pool = await _pool(opened, settings.projektion)
        projection = PostgresProjection(pool, settings.projektion)
        opened.push_async_callback(projection.close)
        reader, kept = KafkaLogReader(broker(settings)), PostgresUppfoljningar(pool)
        yield Raknare(projection, reader, kept, default_schemas(), settings.omraden).count


@asynccontextmanager
async def entering(settings: Settings) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Enters decisions in the auditors' register, each time it is called; over connections of its own."""
    async with AsyncExitStack() as opened:
        pool = await _pool(opened, settings.projektion)
        projection = PostgresProjection(pool, settings.projektion)
        opened.push_async_callback(projection.close)
        yield Registrator(projection, PostgresRegister(pool), default_schemas(), settings.omraden).enter


@asynccontextmanager
async def comparing(settings: Settings) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Holds the log against what intake claimed, each time it is called; over connections of its own."""
    async with AsyncExitStack() as opened:
        pool, valv = await _pool(opened, settings.projektion), await _pool(opened, settings.valv, by_key=True)
        projection = PostgresProjection(pool, settings.projektion)
        opened.push_async_callback(projection.close)
        given = (projection, KafkaLogReader(broker(settings)), PostgresAnspraken(valv), PostgresJamforelser(pool))
        yield Jamforare(*given, default_schemas(), Failpoints(settings.felpunkter), settings.omraden).compare


@asynccontextmanager
async def notary(settings: Settings) -> AsyncIterator[Round]:
    """The notary over the projection and its own files, which it locks. Raises `Halt`, `Taken` and `Unavailable`."""
    async with AsyncExitStack() as opened:
        opened.enter_context(locked(settings.trad))
        pool = await _pool(opened, settings.projektion)
        projection = PostgresProjection(pool, settings.projektion)
        opened.push_async_callback(projection.close)
        made = Notary(
            projection,
            {number: TreeFiles(settings.trad / str(number)) for number in range(settings.omraden)},
            GuardFiles(settings.vakt),
            bootstrap.notary_signer(settings),
            Failpoints(settings.felpunkter),
            settings.loggnamn,
        )
        yield partial(_notarised, made, PostgresNotaryStatus(pool))


async def _notarised(notary: Notary, status: PostgresNotaryStatus) -> None:
    for partition, noted in (await notary.round()).items():
        await status.report(partition, noted.size, noted.state, noted.code)
