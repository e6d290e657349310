"""Puts the adapters behind the ports: the one place that knows both the settings and who implements what."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Protocol

import asyncpg
from asyncpg.exceptions import PostgresError

from samverkanshub import rattigheter, resources, topics
from samverkanshub.adapters.artefacts import DirectoryArtefacts
from samverkanshub.adapters.clock import SystemClock
from samverkanshub.adapters.files import write_atomically
from samverkanshub.adapters.intagsnycklar import make_key
from samverkanshub.adapters.kafka.acl import Satt, compare_rights, put_rights
from samverkanshub.adapters.kafka.admin import ensure_topics
from samverkanshub.adapters.kafka.anvandare import passwords, put_users
from samverkanshub.adapters.kafka.broker import Broker, read_broker
from samverkanshub.adapters.kafka.kvoter import compare_quotas, put_quotas
from samverkanshub.adapters.kafka.log import KafkaLog
from samverkanshub.adapters.kafka.reader import KafkaLogReader
from samverkanshub.adapters.kek_files import KekFiles
from samverkanshub.adapters.keys import read_public_keys
from samverkanshub.adapters.oidc import Klient, OidcLeverantor
from samverkanshub.adapters.postgres.connect import open_pool
from samverkanshub.adapters.postgres.datanycklar import PostgresDataKeys
from samverkanshub.adapters.postgres.jamforelser import PostgresJamforelser
from samverkanshub.adapters.postgres.kanarier import PostgresKanarier
from samverkanshub.adapters.postgres.matningar import PostgresMatningar
from samverkanshub.adapters.postgres.migrations import migrate
from samverkanshub.adapters.postgres.nycklar import PostgresKeys
from samverkanshub.adapters.postgres.projection import PostgresProjection
from samverkanshub.adapters.postgres.roller import missing_roles
from samverkanshub.adapters.postgres.uppslag import PostgresMapping
from samverkanshub.adapters.postgres.vault import PostgresVault
from samverkanshub.adapters.regelverk import read
from samverkanshub.adapters.servers.kafka import EmbeddedKafka
from samverkanshub.adapters.servers.places import LOOPBACK, Wanted, claim_ports
from samverkanshub.adapters.servers.postgres import EmbeddedPostgres, listens
from samverkanshub.adapters.servers.skydd import Skydd, embedded, laid
from samverkanshub.adapters.signer import FileSigner
from samverkanshub.codec import checkpoint
from samverkanshub.codec.artefacts import artefacts_of, regelverk_from
from samverkanshub.codec.keys import SEED_BYTES, private_key, to_pem
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.domain.errors import Halt
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.tid import swedish_day
from samverkanshub.pipeline.activation import Approval, activate, change
from samverkanshub.pipeline.driftatgarder import Besked, Driftatgarder
from samverkanshub.pipeline.driftbild import Driftbild, Matt, look
from samverkanshub.pipeline.explaining import Recorded, recorded
from samverkanshub.pipeline.foresla import Utkast, propose, require_kept
from samverkanshub.pipeline.karantan import Karantanpost, listed, release
from samverkanshub.pipeline.rulebook import ActiveRegelverk
from samverkanshub.ports import Clock, SecretLost, Unavailable
from samverkanshub.rattigheter import DRIFT, Ratt, alla_anvandare, kvoter, ratter
from samverkanshub.settings import Settings, cache_directory
from samverkanshub.verifier import Key, read_key

DATABASES: Final = ("projektion", "valv")
SALT_BYTES: Final = 32
KAFKA_SKYDD: Final = "kafka-skydd"
"""Where below the data directory certificates and passwords of a protected embedded Kafka are."""


# ------------------------------------------------------------------------------------------------------------- servers


class Server(Protocol):
    """An embedded server."""

    async def start(self) -> None:
        """Start it and wait until it answers."""

    async def stop(self) -> None:
        """End it in order; nothing where it has ended."""


@dataclass(frozen=True, slots=True)
class Servers:
    """The servers a hub runs on: its settings with every address filled in, and what it started itself."""

    settings: Settings
    kafka: EmbeddedKafka | None
    postgres: EmbeddedPostgres | None

    def som(self, role: str) -> Settings:
        """The settings of a role of the hub's, which is a user of its own to a protected Kafka; the notary is none."""
        skydd = self.kafka and self.kafka.skydd
        if not skydd:
            return self.settings
        user = f"{rattigheter.PREFIX}{role}"
        if user in rattigheter.OF_THE_HUB:
            return replace(self.settings, kafka_anvandare=user, kafka_losen_fil=skydd.losen / user)
        return replace(self.settings, kafka="", kafka_ca=Path(), kafka_anvandare="", kafka_losen_fil=Path())

    async def ended(self) -> str:
        """Wait until one of the embedded servers has ended; says which. For ever where there is none."""
        children = [server.child for server in (self.kafka, self.postgres) if server]
        if not children:
            await asyncio.Event().wait()
        waiting = {asyncio.ensure_future(child.exited()): child.name for child in children}
        try:
            done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            return waiting[done.pop()]
        finally:
            for task in waiting:
                task.cancel()


@asynccontextmanager
async def servers(settings: Settings, env: Mapping[str, str]) -> AsyncIterator[Servers]:
    """Run the servers that the settings do not name, with empty databases made where they are missing.

    In the main thread only, since they die with the thread that starts them. Raises `Taken` or `ServerFailed`.
    """
    settings, controller = _with_ports(settings)
    kafka = _kafka(settings, controller, env) if settings.embedded_kafka else None
    postgres = _postgres(settings) if settings.embedded_postgres else None
    started: list[Server] = [server for server in (kafka, postgres) if server]
    try:
        await _all(server.start() for server in started)
        yield Servers(await _addressed(settings, kafka, postgres), kafka, postgres)
    finally:
        await _all(server.stop() for server in started)


def _kafka(settings: Settings, controller: int, env: Mapping[str, str]) -> EmbeddedKafka:
    source = resources.root() / "deploy" / "kafka"
    skydd = embedded(settings.data / KAFKA_SKYDD) if settings.kafka_skyddad else None
    place = settings.data / "kafka"
    return EmbeddedKafka(place, settings.kafka_port, source, cache_directory(), env, controller, skydd)


def _postgres(settings: Settings) -> EmbeddedPostgres:
    return EmbeddedPostgres(settings.postgres_data, settings.postgres_port)


def _with_ports(settings: Settings) -> tuple[Settings, int]:
    """Every port that will be listened on, checked at once and before anything is started."""
    wanted = {"api_port": Wanted(settings.api_vard, settings.api_port, "SAMVERKAN_API_PORT")}
    if settings.embedded_kafka:
        wanted["kafka_port"] = Wanted(LOOPBACK, settings.kafka_port, "SAMVERKAN_KAFKA_PORT")
        wanted["controller"] = Wanted(LOOPBACK, 0, "controller")
    if settings.embedded_postgres:
        wanted["postgres_port"] = Wanted(LOOPBACK, settings.postgres_port, "SAMVERKAN_POSTGRES_PORT")
    ports: dict[str, Any] = dict(zip(wanted, claim_ports(list(wanted.values())), strict=True))
    controller = ports.pop("controller", 0)
    return replace(settings, **ports), controller


async def _all(actions: Iterable[Awaitable[None]]) -> None:
    """Do all at once; the first failure is raised when all are done."""
    outcomes = await asyncio.gather(*actions, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome


async def _addressed(settings: Settings, kafka: EmbeddedKafka | None, postgres: EmbeddedPostgres | None) -> Settings:
    found: dict[str, Any] = _reached(kafka.bootstrap, kafka.skydd) if kafka else {}
    for name in DATABASES:
        if postgres and not getattr(settings, name):
            found[name] = await postgres.create(name)
    return replace(settings, **found)


def broker(settings: Settings) -> Broker:
    """How the settings say that Kafka is reached. Raises `Halt` (`fel-kafkalosen`), naming the setting."""
    return read_broker(settings.kafka, settings.kafka_ca, settings.kafka_anvandare, settings.kafka_losen_fil)


# --------------------------------------------------------------------------------------------------------- preparation


async def prepare(settings: Settings) -> None:
    """Bring databases, topics and the vault's key to what the roles need; doing it twice is nothing.

    Raises `Unavailable`, `Halt` where something there is another than the hub's, `DirectoryFault` for the regelverk.
    """
    regelverk = local_regelverk(settings)
    for name in DATABASES:
        await migrate(getattr(settings, name), name)
    await prepare_actors(settings, regelverk)


async def roles_to_make(settings: Settings) -> list[str]:
    """The roles that processes are to be in the databases, where a server lacks them. Raises `Unavailable`."""
    return sorted({role for name in DATABASES for role in await missing_roles(getattr(settings, name), name)})


async def activate_regelverk(settings: Settings) -> list[int]:
    """Store the local regelverk and write it as record 0 of every empty partition; returns those partitions.

    Intake is to be closed until this has returned. Raises `Unavailable` and `DirectoryFault`.
    """
    log = KafkaLog(broker(settings))
    try:
        return await activate(
            artefacts_of(local_regelverk(settings)),
            range(settings.omraden),
            store=DirectoryArtefacts(settings.artefakter),
            log=log,
            reader=KafkaLogReader(broker(settings)),
            schemas=default_schemas(),
            salt=lambda: os.urandom(SALT_BYTES),
        )
    finally:
        await log.stop()


async def prepare_actors(settings: Settings, regelverk: Regelverk) -> None:
    """Make the topics of a regelverk's actors; raises as `prepare` does for Kafka."""
    aktorer = regelverk.katalog.aktorer
    await ensure_topics(broker(settings), topics.specs(settings.omraden, aktorer, _direct(settings, aktorer)))


def _direct(settings: Settings, aktorer: Iterable[str]) -> Iterable[str]:
    """Those of them who publish directly."""
    return filter(settings.publishes_directly, aktorer)


async def let_in(servers: Servers) -> None:
    """Make the users of an embedded Kafka that is protected, with their rights; nothing for another. As those raise."""
    if servers.kafka and servers.kafka.skydd:
        await put_kafka_users(servers.settings, kafka_passwords(servers.settings, servers.kafka.skydd.losen))
        await put_kafka_rights(servers.settings)


def kafka_rights(settings: Settings) -> tuple[Ratt, ...]:
    """The rights that the topics and the local regelverk's actors make. Raises `DirectoryFault`."""
    aktorer = local_regelverk(settings).katalog.aktorer
    return ratter(aktorer, _direct(settings, aktorer))


def kafka_limits(settings: Settings) -> dict[str, Mapping[str, float]]:
    """How much Kafka's users of the local regelverk's actors may do. Raises `DirectoryFault`."""
    return kvoter(local_regelverk(settings).katalog.aktorer)


async def put_kafka_rights(settings: Settings) -> Satt:
    """Give Kafka's users those rights, within limits. As `put_rights` raises."""
    rights, limits = kafka_rights(settings), kafka_limits(settings)
    # Limits first, so that nobody writes without.
    changed = await put_quotas(broker(settings), limits)
    return replace(await put_rights(broker(settings), rights), kvoter=changed)


async def compare_kafka_rights(settings: Settings) -> Satt:
    """What that would do, without doing it. As `compare_rights` raises."""
    found = await compare_rights(broker(settings), kafka_rights(settings))
    return replace(found, kvoter=await compare_quotas(broker(settings), kafka_limits(settings)))


def kafka_passwords(settings: Settings, directory: Path) -> dict[str, str]:
    """The password of every user of Kafka's there is to be, made in a directory where it is missing.

    Raises `OSError`, and `DirectoryFault` for the local regelverk.
    """
    return passwords(directory, alla_anvandare(local_regelverk(settings).katalog.aktorer))


async def put_kafka_users(settings: Settings, users: Mapping[str, str]) -> tuple[str, ...]:
    """Let these users in, by their passwords, and no other of the hub's. As `put_users` raises."""
    return await put_users(broker(settings), users)


async def change_regelverk(settings: Settings, approval: Approval) -> str:
    """Put the local regelverk in force in every partition, with topics for its actors; returns its digest.

    Raises `Unavailable`, `DirectoryFault`, `Refused` where it gives a revoked key back, and `Halt` where a topic is
    another than the hub's.
    """
    regelverk = local_regelverk(settings)
    async with reading(settings) as projection:
        store = DirectoryArtefacts(settings.artefakter)
        require_kept(await ActiveRegelverk(projection, store).current(), regelverk)
    await prepare_actors(settings, regelverk)
    log = KafkaLog(broker(settings))
    try:
        await change(
            artefacts_of(regelverk),
            range(settings.omraden),
            approval,
            store=store,
            log=log,
            schemas=default_schemas(),
            salt=lambda: os.urandom(SALT_BYTES),
        )
    finally:
        await log.stop()
    return regelverk.digest


async def propose_regelverk(settings: Settings, directory: Path, id: str, vem: str, skal: str) -> Besked:
    """T1: propose the regelverk of a directory, with the local keys; `vem` is an operator, `id` the act's own (UUID).

    Raises as `propose` and `Driftatgarder` do, and `DirectoryFault` with every fault before anything is stored.
    """
    artefacts = read(directory, read_public_keys(settings.nycklar))
    store, log = DirectoryArtefacts(settings.artefakter), KafkaLog(broker(settings))
    try:
        async with reading(settings) as projection:
            regelverk = ActiveRegelverk(projection, store)
            draft = Utkast(id, vem, artefacts, skal, swedish_day(SystemClock().now_ms()))
            atgarder = Driftatgarder(
                *(projection, log, regelverk, default_schemas(), os.urandom),
                wait_s=settings.dom_vantan_s,
                omraden=settings.omraden,
            )
            return await propose(atgarder, store, await regelverk.current(), draft)
    finally:
        await log.stop()


# --------------------------------------------------------------------------------------------------------- explanation


async def recorded_decision(settings: Settings, handelse_id: str) -> Recorded | None:
    """The decision on an event, from the projection that the settings name, or the embedded one of a hub that is up.

    Reads and nothing else. Raises `Unavailable` (`projektion`), also for a database that is not the hub's.
    """
    async with reading(settings) as projection:
        regelverk = ActiveRegelverk(projection, DirectoryArtefacts(settings.artefakter))
        return await recorded(projection, regelverk, handelse_id)


async def quarantine(settings: Settings) -> list[Karantanpost]:
    """Every record in quarantine, read as `recorded_decision` reads. Raises `Unavailable`."""
    async with reading(settings) as projection:
        return await listed(projection, range(settings.omraden))


async def release_quarantined(settings: Settings, place: tuple[int, int], approval: Approval, skal: str) -> int:
    """B7: append the redrive of the record at (partition, offset); how many it thaws. Raises as `release` does."""
    log = KafkaLog(broker(settings))
    try:
        async with reading(settings) as projection:
            return await release(projection, log, default_schemas(), place, approval, skal, os.urandom(SALT_BYTES))
    finally:
        await log.stop()


@asynccontextmanager
async def reading(settings: Settings) -> AsyncIterator[PostgresProjection]:
    """The projection that the settings name, or the embedded one of a hub that is up. Raises `Unavailable`."""
    async with _opened(settings) as (_, projection):
        yield projection


async def running(settings: Settings, vem: str) -> Driftbild:
    """How the hub runs, as its database tells it, read as `reading` reads. Raises `Unavailable`."""
    async with _opened(settings) as (pool, projection):
        regelverk = ActiveRegelverk(projection, DirectoryArtefacts(settings.artefakter))
        clock = SystemClock(settings.klocka_forskjutning_ms)
        var_ms = round(settings.kanarie_s * 1000)
        matt = Matt(PostgresMatningar(pool), PostgresKanarier(pool), var_ms, PostgresJamforelser(pool))
        return await look(projection, matt, regelverk, clock, vem)


@asynccontextmanager
async def key_care(settings: Settings) -> AsyncIterator[tuple[KekFiles, PostgresKeys]]:
    """How the vault's keys are wrapped, of the vault that the settings name or the embedded one of a hub that is up.

    Raises `Halt` (`fel-kek`) and `Unavailable`.
    """
    wrapping = key_wrapping(settings)
    async with await open_pool(database(settings, "valv"), by_key=True) as pool:
        yield wrapping, PostgresKeys(pool, wrapping)


async def lost_secrets(settings: Settings) -> list[SecretLost]:
    """The secrets of the same vault that nobody can open any more. Raises as `key_care` does."""
    async with await open_pool(database(settings, "valv"), by_key=True) as pool:
        return await PostgresVault(pool, key_wrapping(settings)).lost()


@asynccontextmanager
async def mapping_care(settings: Settings) -> AsyncIterator[PostgresMapping]:
    """How persons are looked up, of the same vault. Raises as `key_care` does."""
    wrapping = key_wrapping(settings)
    async with await open_pool(database(settings, "valv"), by_key=True) as pool:
        yield PostgresMapping(pool, wrapping)


@asynccontextmanager
async def data_keys(settings: Settings) -> AsyncIterator[PostgresDataKeys]:
    """Persons' data keys, of the same vault. Raises as `key_care` does."""
    wrapping = key_wrapping(settings)
    async with await open_pool(database(settings, "valv")) as pool:
        yield PostgresDataKeys(pool, wrapping)


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[tuple[asyncpg.Pool, PostgresProjection]]:
    dsn = database(settings, "projektion")
    try:
        async with await open_pool(dsn) as pool:
            projection = PostgresProjection(pool, dsn)
            try:
                yield pool, projection
            finally:
                await projection.close()
    except PostgresError as error:
        raise Unavailable("projektion") from error


def of_a_running(settings: Settings) -> Settings:
    """The settings with the addresses of the embedded servers of a hub that is up. Raises `Unavailable`."""
    found: dict[str, Any] = {name: database(settings, name) for name in DATABASES}
    if settings.embedded_kafka:
        skydd = laid(settings.data / KAFKA_SKYDD) if settings.kafka_skyddad else None
        found |= _reached(f"{LOOPBACK}:{settings.kafka_port}", skydd)
    return replace(settings, **found)


def _reached(kafka: str, skydd: Skydd | None) -> dict[str, Any]:
    """The settings by which an embedded Kafka is reached, as its super user where it has users."""
    found: dict[str, Any] = {"kafka": kafka, "kafka_skyddad": False}
    if skydd:
        found |= {"kafka_ca": skydd.ca, "kafka_anvandare": DRIFT, "kafka_losen_fil": skydd.losen / DRIFT}
    return found


def database(settings: Settings, name: str) -> str:
    """Where a database is: as the settings say, else in the embedded server of a hub that is up. Raises `Unavailable`.

    On the port where that listens, whichever the settings say: a hub may have been started on any that was free.
    """
    return str(getattr(settings, name)) or _embedded(settings, name)


def _embedded(settings: Settings, name: str) -> str:
    server = _postgres(settings)
    try:
        server.port = listens(server.data) or server.port
        return server.dsn(name)
    except OSError:
        raise Unavailable(name) from None


# ----------------------------------------------------------------------------------------------------------- regelverk


def local_regelverk(settings: Settings) -> Regelverk:
    """The regelverk of the directory and keys that the settings name. Raises `DirectoryFault` with every fault."""
    return regelverk_from(read(settings.regelverk, read_public_keys(settings.nycklar)))


def make_kek(settings: Settings) -> None:
    """Make the vault's key-encryption key where the vault is embedded and has none; never for an outside vault."""
    if not settings.valv:
        KekFiles(settings.kek_fil).begin()


def make_intake_key(settings: Settings) -> None:
    """Make a key that events are sealed to, where actors publish directly, in development, and there is none."""
    if settings.direkt and settings.utveckling and not any(settings.intagsnycklar.glob("*.pem")):
        make_key(settings.intagsnycklar, swedish_day(SystemClock(settings.klocka_forskjutning_ms).now_ms()).isoformat())


def make_notary_key(settings: Settings) -> None:
    """Make the notary's key in development, where there is none, and lay what verifies it where the api finds it."""
    if settings.utveckling and not settings.notarie_nyckel.exists():
        pem = to_pem(private_key(os.urandom(SEED_BYTES)))
        write_atomically(settings.notarie_nyckel, pem, mode=0o600)
    if settings.utveckling:
        lines = "".join(f"{line}\n" for line in verifier_keys(settings))
        write_atomically(settings.loggnycklar, lines.encode())


def public_keys(settings: Settings) -> dict[int, Key]:
    """The log's verifier keys by område, of those that lie with the data; none of a file that holds none."""
    try:
        found = [read_key(line) for line in settings.loggnycklar.read_text().split()]
    except (OSError, ValueError):
        return {}
    origins = {checkpoint.origin(settings.loggnamn, number): number for number in range(settings.omraden)}
    return {origins[key.name]: key for key in found if key.name in origins}


def notary_signer(settings: Settings) -> FileSigner:
    """The notary's key from its file. Raises `Halt` (`fel-notarienyckel`), naming the setting."""
    try:
        return FileSigner(settings.notarie_nyckel.read_bytes())
    except OSError as error:
        detail = f"`SAMVERKAN_NOTARIE_NYCKEL` cannot be read: {error.strerror}"
        raise Halt(detail, code="fel-notarienyckel") from None
    except ValueError:
        raise Halt("`SAMVERKAN_NOTARIE_NYCKEL` holds no Ed25519 key", code="fel-notarienyckel") from None


def verifier_keys(settings: Settings) -> list[str]:
    """What others verify the log of each område with. Raises `Halt` (`fel-notarienyckel`), naming the setting."""
    if missing := settings.missing(("loggnamn", "notarie_nyckel")):
        raise Halt(f"`{missing[0]}` must be given", code="fel-notarienyckel")
    public = notary_signer(settings).public
    names = (checkpoint.origin(settings.loggnamn, number) for number in range(settings.omraden))
    return [checkpoint.verifier_key(name, public) for name in names]


def login_provider(settings: Settings, clock: Clock) -> OidcLeverantor | None:
    """The provider of OpenID Connect that says who somebody is; None where none is set.

    Raises `Halt` (`fel-oidc`), naming the setting, where the client's secret cannot be read.
    """
    if not settings.oidc_utfardare:
        return None
    try:
        secret = settings.oidc_hemlighet_fil.read_text().strip() if settings.oidc_hemlighet_fil != Path() else ""
    except (OSError, UnicodeDecodeError):
        raise Halt("`SAMVERKAN_OIDC_HEMLIGHET_FIL` cannot be read", code="fel-oidc") from None
    acr = tuple(settings.oidc_acr.split())
    klient = Klient(settings.oidc_utfardare, settings.oidc_klient, secret, settings.oidc_omfang, acr)
    return OidcLeverantor(klient, clock)


def key_wrapping(settings: Settings) -> KekFiles:
    """The vault's key-encryption keys. Raises `Halt` (`fel-kek`), naming the setting, where there is none to use."""
    found = KekFiles(settings.kek_fil)
    found.require()
    return found
