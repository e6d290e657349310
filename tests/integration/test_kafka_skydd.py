"""Kafka with TLS, users and rights: each user does what it must, tries all that it must not, and fails."""

import asyncio
import os
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.admin.records_to_delete import RecordsToDelete
from aiokafka.conn import create_conn
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
    for_code,
)
from aiokafka.protocol.admin import CreateAclsRequest, DeleteAclsRequest

from integration.worker_support import RememberingGate, working
from samverkanshub import resources, settings, topics
from samverkanshub.adapters.kafka.acl import Rad, Satt, compare_rights, put_rights
from samverkanshub.adapters.kafka.admin import admin, ensure_topics
from samverkanshub.adapters.kafka.amnen import KafkaAmnen
from samverkanshub.adapters.kafka.anvandare import passwords, put_users
from samverkanshub.adapters.kafka.broker import Broker, arguments
from samverkanshub.adapters.kafka.kvoter import Grans, compare_quotas, put_quotas
from samverkanshub.adapters.kafka.kvoter import _found as _limits
from samverkanshub.adapters.kafka.kvoter import _put as _put_limits
from samverkanshub.adapters.kafka.log import KafkaLog
from samverkanshub.adapters.kafka.notices import KafkaNotices
from samverkanshub.adapters.kafka.reader import KafkaLogReader
from samverkanshub.adapters.servers.kafka import EmbeddedKafka, running_kafka
from samverkanshub.adapters.servers.places import LOOPBACK
from samverkanshub.adapters.servers.skydd import BROKER, Skydd, embedded, fresh
from samverkanshub.domain.events import HUB
from samverkanshub.entrypoints.worker.app import credentials
from samverkanshub.entrypoints.worker.options import Options
from samverkanshub.ports import NoticeRow, Unavailable
from samverkanshub.rattigheter import (
    API,
    BYTES_PER_S,
    DRIFT,
    GATE,
    KVOT_AKTOR,
    REVISOR,
    WATCH,
    alla_anvandare,
    anvandare,
    kvoter,
    ratter,
)

pytestmark = pytest.mark.servers

AKTORER = ("falun", "mora")
MORA, FALUN = map(anvandare, ("mora", "falun"))
REFUSED = (TopicAuthorizationFailedError, GroupAuthorizationFailedError, ClusterAuthorizationFailedError)
WAIT_MS = 30_000
LARGE = 700_000
"""Bytes of a record that any topic takes: with the second or third an actor is over what it may in ten seconds."""


@dataclass(frozen=True)
class Skyddad:
    """A broker with users and rights, and one record in the log and in each topic of notices."""

    directory: Path
    skydd: Skydd
    bootstrap: str

    @property
    def drift(self) -> Broker:
        return self.som(DRIFT)

    def properties(self) -> dict[str, str]:
        lines = (self.directory / "server.properties").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)

    def som(self, user: str) -> Broker:
        return self.skydd.som(self.bootstrap, user)


@pytest.fixture(scope="module")
async def skyddad(data_directory: Path) -> AsyncIterator[Skyddad]:
    skydd = embedded(data_directory / "skydd")
    source, place = resources.root() / "deploy" / "kafka", data_directory / "skyddad"
    server = EmbeddedKafka(place, 0, source, settings.cache_directory(), os.environ, skydd=skydd)  # noqa: TID251
    async with running_kafka(server) as bootstrap:
        made = Skyddad(place, skydd, bootstrap)
        await put_users(made.drift, passwords(skydd.losen, alla_anvandare(AKTORER)))
        await put_rights(made.drift, ratter(AKTORER))
        await ensure_topics(made.drift, topics.specs(1, AKTORER, AKTORER))
        for topic in (topics.LOGG, *map(topics.notis, (*AKTORER, HUB)), *map(topics.inkommande, AKTORER)):
            await _write(made.drift, topic)
        # Kafka keeps track of groups from the first one on.
        await _read(made.drift, topics.LOGG, "first")
        yield made


# ------------------------------------------------------------------------------------------------------------ the acts


async def _write(broker: Broker, topic: str) -> None:
    producer = AIOKafkaProducer(**arguments(broker), enable_idempotence=True, request_timeout_ms=WAIT_MS)
    try:
        await producer.start()
        await producer.send_and_wait(topic, b"{}", partition=0)
    finally:
        await producer.stop()


async def _read(broker: Broker, topic: str, group: str | None = None) -> None:
    consumer = AIOKafkaConsumer(
        **arguments(broker),
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        request_timeout_ms=WAIT_MS,
    )
    await consumer.start()
    try:
        # Who may not even describe it is told so here; a fetch would wait for ever.
        await consumer._client._wait_on_metadata(topic)
        if group:
            consumer.subscribe([topic])
        else:
            consumer.assign([TopicPartition(topic, 0)])
        assert await consumer.getmany(timeout_ms=WAIT_MS)
        if group:
            await consumer.commit()
    finally:
        await consumer.stop()


async def _asked(broker: Broker, ask: Callable[[AIOKafkaAdminClient], Awaitable[Any]]) -> Any:
    client = AIOKafkaAdminClient(**arguments(broker), request_timeout_ms=WAIT_MS)
    try:
        await client.start()
        return await ask(client)
    finally:
        await client.close()


def _raise_for(*codes: int) -> None:
    for code in codes:
        if code:
            raise for_code(code)()


async def _make_topic(broker: Broker, name: str) -> None:
    answer = await _asked(broker, lambda client: client.create_topics([NewTopic(name, 1, 1)], validate_only=True))
    _raise_for(*(found["error_code"] for found in answer.to_object()["topic_errors"]))


async def _delete_topic(broker: Broker, name: str) -> None:
    answer = await _asked(broker, lambda client: client.delete_topics([name]))
    _raise_for(*(found["error_code"] for found in answer.to_object()["topic_error_codes"]))


async def _alter(broker: Broker, name: str) -> None:
    resource = ConfigResource(ConfigResourceType.TOPIC, name, configs={"retention.ms": "1"})
    [answer] = await _asked(broker, lambda client: client.alter_configs([resource]))
    _raise_for(*(found["error_code"] for found in answer.to_object()["resources"]))


async def _shorten(broker: Broker, name: str) -> None:
    async def shorten(client: AIOKafkaAdminClient) -> None:
        await client._client._wait_on_metadata(name)
        await client.delete_records({TopicPartition(name, 0): RecordsToDelete(before_offset=1)})

    await _asked(broker, shorten)


async def _see_group(broker: Broker, group: str) -> None:
    [answer] = await _asked(broker, lambda client: client.describe_consumer_groups([group]))
    _raise_for(*(found["error_code"] for found in answer.to_object()["groups"]))


async def _unwrapped(asking: Awaitable[object]) -> None:
    """What a port says is only that Kafka did not answer."""
    try:
        await asking
    except Unavailable as error:
        raise error.__cause__ or error from None


NOTIS_MORA, NOTIS_FALUN = map(topics.notis, ("mora", "falun"))
ACTS: dict[str, Callable[[Broker], Awaitable[None]]] = {
    "append to the log": lambda user: _write(user, topics.LOGG),
    "read the log": lambda user: _read(user, topics.LOGG),
    "read the log in the gate's place": lambda user: _read(user, topics.LOGG, topics.GRINDGRUPP),
    "send a notice": lambda user: _write(user, NOTIS_MORA),
    "read mora's notices": lambda user: _read(user, NOTIS_MORA),
    "read mora's notices as mora does": lambda user: _read(user, NOTIS_MORA, f"{topics.lasgrupper('mora')}inkorg"),
    "read mora's notices in falun's place": lambda user: _read(user, NOTIS_MORA, f"{topics.lasgrupper('falun')}x"),
    "read falun's notices": lambda user: _read(user, NOTIS_FALUN),
    "read the canary's notices": lambda user: _read(user, topics.notis(HUB)),
    "make a topic of notices": lambda user: _make_topic(user, topics.notis("nytt")),
    "make another topic": lambda user: _make_topic(user, "annat"),
    "see who the gate is": lambda user: _see_group(user, topics.GRINDGRUPP),
    "delete the log": lambda user: _delete_topic(user, topics.LOGG),
    "let the log forget": lambda user: _alter(user, topics.LOGG),
    "cut the log": lambda user: _shorten(user, topics.LOGG),
    "delete notices": lambda user: _delete_topic(user, NOTIS_MORA),
    "let notices be forgotten": lambda user: _alter(user, NOTIS_MORA),
    "cut notices": lambda user: _shorten(user, NOTIS_MORA),
    "give rights": lambda user: _unwrapped(put_rights(user, ())),
    "make users": lambda user: _unwrapped(put_users(user, {"samverkan-ny": "losen"})),
}
ALLOWED: dict[str, set[str]] = {
    API: {"append to the log", "read the log", "make a topic of notices"},
    GATE: {"read the log", "read the log in the gate's place", "see who the gate is", "send a notice"},
    WATCH: {"append to the log", "read the log", "see who the gate is", "read the canary's notices"},
    REVISOR: {"read the log"},
    MORA: {"read mora's notices", "read mora's notices as mora does"},
    FALUN: {"read falun's notices"},
}
"""All that each may do of what there is to do; `DRIFT`, who may do all of it, is tried by the fixture."""


DIRECT: dict[str, Callable[[Broker], Awaitable[None]]] = {
    "publish as mora": lambda user: _write(user, topics.inkommande("mora")),
    "publish as falun": lambda user: _write(user, topics.inkommande("falun")),
    "read what mora published": lambda user: _read(user, topics.inkommande("mora")),
    "take in what mora published": lambda user: _read(user, topics.inkommande("mora"), topics.INTAGSGRUPP),
    "delete what mora published": lambda user: _shorten(user, topics.inkommande("mora")),
    "let what mora publishes be forgotten": lambda user: _alter(user, topics.inkommande("mora")),
}
MAY_WITH_MORA_PUBLISHING: dict[str, set[str]] = {
    API: {"read what mora published", "take in what mora published", "delete what mora published"},
    MORA: {"publish as mora"},
    **{user: set() for user in (FALUN, GATE, WATCH, REVISOR)},
}


async def _allowed(act: Callable[[Broker], Awaitable[None]], broker: Broker) -> bool:
    try:
        async with asyncio.timeout(2 * WAIT_MS / 1000):
            await act(broker)
    except REFUSED:
        return False
    return True


@pytest.mark.parametrize("user", ALLOWED)
async def test_each_user_may_do_what_it_must_and_nothing_else(skyddad: Skyddad, user: str) -> None:
    broker = skyddad.som(user)
    outcomes = await asyncio.gather(*(_allowed(act, broker) for act in ACTS.values()))
    assert {name for name, allowed in zip(ACTS, outcomes, strict=True) if allowed} == ALLOWED[user]


async def test_who_publishes_directly_writes_to_its_own_topic_and_the_api_alone_takes_it_in(skyddad: Skyddad) -> None:
    async def may() -> dict[str, set[str]]:
        asked = [(user, name) for user in MAY_WITH_MORA_PUBLISHING for name in DIRECT]
        outcomes = await asyncio.gather(*(_allowed(DIRECT[name], skyddad.som(user)) for user, name in asked))
        allowed = [of for of, so in zip(asked, outcomes, strict=True) if so]
        return {user: {name for one, name in allowed if one == user} for user in MAY_WITH_MORA_PUBLISHING}

    assert not any((await may()).values())
    await put_rights(skyddad.drift, ratter(AKTORER, ["mora"]))
    try:
        assert await may() == MAY_WITH_MORA_PUBLISHING
    finally:
        await put_rights(skyddad.drift, ratter(AKTORER))


async def test_what_was_refused_is_in_the_brokers_log_with_who_tried(skyddad: Skyddad) -> None:
    assert not await _allowed(ACTS["read mora's notices"], skyddad.som(FALUN))
    lines = (skyddad.directory / "broker.log").read_text().splitlines()
    assert [line for line in lines if f"User:{FALUN} is Denied" in line and f"LITERAL:{NOTIS_MORA}" in line]


async def test_watch_sees_how_large_and_old_topics_are_and_who_reads_them_without_reading(skyddad: Skyddad) -> None:
    amnen = KafkaAmnen(skyddad.som(WATCH))
    parts = {part.amne: part for part in await amnen.delar()}
    assert (await amnen.tider([(NOTIS_FALUN, 0, 0)]))[NOTIS_FALUN, 0, 0] > 0
    await amnen.close()
    assert all(parts[name].byte > 0 for name in (topics.LOGG, NOTIS_MORA, NOTIS_FALUN))
    assert "first" in {reader.grupp for reader in parts[topics.LOGG].lasare}


# --------------------------------------------------------------------------------------------------- who gets in at all


async def _connect(broker: Broker, **given: Any) -> None:
    host, _, port = broker.bootstrap.rpartition(":")
    known = {name: value for name, value in arguments(broker).items() if name != "bootstrap_servers"}
    connection = await create_conn(host, int(port), request_timeout_ms=WAIT_MS, **known, **given)
    connection.close()


@pytest.mark.parametrize("user", [*ALLOWED, DRIFT])
async def test_who_has_the_password_gets_in(skyddad: Skyddad, user: str) -> None:
    await _connect(skyddad.som(user))


async def test_nobody_gets_in_with_another_password_or_another_name(skyddad: Skyddad) -> None:
    gate = skyddad.som(GATE)
    for other in (
        replace(gate, losen="gissat"),
        replace(gate, anvandare=API),
        replace(gate, anvandare="samverkan-ingen"),
        replace(gate, anvandare=BROKER),
    ):
        with pytest.raises(SaslAuthenticationFailed):
            await _connect(other)


async def test_nobody_gets_in_without_a_name_or_without_tls(skyddad: Skyddad) -> None:
    gate = skyddad.som(GATE)
    for nobody in (replace(gate, anvandare=""), Broker(gate.bootstrap)):
        with pytest.raises(Unavailable):
            await KafkaLogReader(nobody, timeout_s=3).end(0)


async def test_nobody_gets_in_by_an_older_tls_than_1_3(skyddad: Skyddad) -> None:
    context = ssl.create_default_context(cafile=str(skyddad.skydd.ca))
    await _connect(replace(skyddad.som(GATE), context=context))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(ssl.SSLError, match="PROTOCOL_VERSION"):
        await _connect(replace(skyddad.som(GATE), context=context))


async def test_a_broker_that_another_vouches_for_is_not_spoken_to(skyddad: Skyddad, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_bytes(fresh("localhost")[0])
    context = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
    with pytest.raises(ssl.SSLCertVerificationError):
        await _connect(replace(skyddad.som(GATE), context=context))


async def test_the_controller_speaks_to_the_broker_alone(skyddad: Skyddad) -> None:
    """Whom it lets in is a super user, so that it takes no certificate but the broker's own."""
    port = int(skyddad.properties()["controller.quorum.voters"].rpartition(":")[2])
    stranger = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    stranger.check_hostname, stranger.verify_mode = False, ssl.CERT_NONE
    for certificate in (None, skyddad.skydd.certifikat):
        if certificate:
            stranger.load_cert_chain(certificate, skyddad.skydd.nyckel)
        reader, writer = await asyncio.open_connection(LOOPBACK, port, ssl=stranger)
        # Under TLS 1.3 who connects is told after its own part of the handshake.
        with pytest.raises((ssl.SSLError, ConnectionError)):
            assert await reader.read(1) != b"", "closed without a word"
        writer.close()


# ------------------------------------------------------------------------------------------------- and the work is done


async def test_rights_that_are_not_given_any_longer_are_taken_and_others_are_told(skyddad: Skyddad) -> None:
    drift, mora, both = skyddad.drift, ratter(("mora",)), ratter(("mora", "falun"))
    await put_rights(drift, both)
    assert await put_rights(drift, both) == Satt(0, 0, ())
    assert await compare_rights(drift, mora) == await compare_rights(drift, mora) == Satt(0, 2, ())
    assert await put_rights(drift, mora) == Satt(0, 2, ())
    assert not await _allowed(ACTS["read falun's notices"], skyddad.som(FALUN))
    await put_rights(drift, both)
    assert await _allowed(ACTS["read falun's notices"], skyddad.som(FALUN))


async def test_rights_that_others_have_to_the_hubs_topics_are_told_and_left(skyddad: Skyddad) -> None:
    holes = [Rad(2, name, pattern, "User:*", "*", 3, 3) for name, pattern in (("samverkan.", 4), ("*", 3), ("s", 4))]
    other = Rad(2, "annat", 4, "User:annan", "*", 3, 3)
    async with admin(skyddad.drift) as client:
        for row in (*holes, other):
            await client._send_to_controller(CreateAclsRequest(*row))
    try:
        assert (await put_rights(skyddad.drift, ratter(("mora", "falun")))).frammande == ("User:*",)
        assert await _allowed(ACTS["read falun's notices"], skyddad.som(MORA))
    finally:
        async with admin(skyddad.drift) as client:
            for row in (*holes, other):
                await client._send_to_controller(DeleteAclsRequest(*row))
    assert (await put_rights(skyddad.drift, ratter(("mora", "falun")))).frammande == ()


async def test_rights_that_others_have_to_the_cluster_users_or_tokens_are_told_and_the_hubs_users_lose_theirs(
    skyddad: Skyddad,
) -> None:
    """Who may alter the cluster gives itself every right; who may ask for a user's token can be that user."""
    wanted, (alter, tokens, describe, write, all_) = ratter(("mora", "falun")), (7, 13, 8, 4, 2)
    found = {
        "User:andrar": (4, "kafka-cluster", alter),
        "User:allt": (4, "kafka-cluster", all_),
        "User:for": (7, f"User:{API}", tokens),
        "User:pollett": (6, "annan", describe),
        "User:transaktion": (5, "*", write),
    }
    holes = [Rad(kind, name, 3, who, "*", what, 3) for who, (kind, name, what) in found.items()]
    own = [hole._replace(principal=f"User:{MORA}") for hole in holes]
    async with admin(skyddad.drift) as client:
        for row in (*holes, *own):
            await client._send_to_controller(CreateAclsRequest(*row))
    try:
        assert await compare_rights(skyddad.drift, wanted) == Satt(0, len(own), tuple(sorted(found)))
        assert await put_rights(skyddad.drift, wanted) == Satt(0, len(own), tuple(sorted(found)))
    finally:
        async with admin(skyddad.drift) as client:
            for row in holes:
                await client._send_to_controller(DeleteAclsRequest(*row))
    assert await put_rights(skyddad.drift, wanted) == Satt(0, 0, ())


async def test_limits_are_as_said_and_what_somebody_set_by_hand_is_seen_and_gone(skyddad: Skyddad) -> None:
    drift, mora, both = skyddad.drift, kvoter(("mora",)), kvoter(("mora", "falun"))
    assert await put_quotas(drift, both) == 2
    assert await put_quotas(drift, both) == await compare_quotas(drift, both) == 0
    assert await compare_quotas(drift, mora) == 1
    client = Grans((("client-id", "x"), ("user", MORA)), "producer_byte_rate", 1e9)
    gate = Grans((("user", GATE),), "consumer_byte_rate", 1.0)
    other = Grans((("user", "annan"),), "producer_byte_rate", 7.0)
    everybody = Grans((("user", None),), "producer_byte_rate", 1e8)
    larger = Grans((("user", FALUN),), "producer_byte_rate", 1e9)
    async with admin(drift) as asking:
        await _put_limits(asking, {client, gate, other, everybody, larger}, set())
    assert await compare_quotas(drift, both) == await put_quotas(drift, both) == 3
    assert await compare_quotas(drift, both) == 0
    async with admin(drift) as asking:
        left = await _limits(asking)
        await _put_limits(asking, set(), {other, everybody})
    assert {limit for limit in left if not limit.ours} == {other, everybody}
    assert {limit for limit in left if limit.ours} == {
        Grans((("user", user),), *limit) for user in (MORA, FALUN) for limit in KVOT_AKTOR.items()
    }


async def test_an_actor_that_writes_more_than_its_limit_waits_and_the_api_does_not(skyddad: Skyddad) -> None:
    await put_quotas(skyddad.drift, kvoter(AKTORER))
    await put_rights(skyddad.drift, ratter(AKTORER, ["mora"]))
    try:
        assert await _held_for(skyddad.som(MORA), topics.inkommande("mora")) > 0
        assert await _held_for(skyddad.som(API), topics.LOGG) == 0
    finally:
        await put_rights(skyddad.drift, ratter(AKTORER))


async def _held_for(broker: Broker, topic: str) -> int:
    """For how many ms Kafka holds who writes more than an actor may in ten seconds."""
    producer, held = AIOKafkaProducer(**arguments(broker), request_timeout_ms=WAIT_MS), [0]
    send = producer.client.send

    async def told(*asked: Any, **given: Any) -> Any:
        answer = await send(*asked, **given)
        held.append(getattr(answer, "throttle_time_ms", 0))
        return answer

    producer.client.send = told
    try:
        await producer.start()
        for _ in range(2 * 10 * BYTES_PER_S // LARGE + 1):
            await producer.send_and_wait(topic, bytes(LARGE), partition=0)
            if max(held):
                break
    finally:
        await producer.stop()
    return max(held)


async def test_nobody_but_drift_sets_limits(skyddad: Skyddad) -> None:
    for user in (API, MORA):
        with pytest.raises(ClusterAuthorizationFailedError):
            await _unwrapped(put_quotas(skyddad.som(user), {}))


async def test_a_user_that_is_no_more_does_not_get_in(skyddad: Skyddad) -> None:
    both, mora = (passwords(skyddad.skydd.losen, alla_anvandare(of)) for of in (("mora", "falun"), ("mora",)))
    await put_users(skyddad.drift, both)
    assert await put_users(skyddad.drift, mora) == (FALUN,)
    with pytest.raises(SaslAuthenticationFailed):
        await _connect(skyddad.som(FALUN))
    assert await put_users(skyddad.drift, both) == ()
    await _connect(skyddad.som(FALUN))


# --------------------------------------------------------------------------------------------------- the work is done


async def test_a_message_goes_from_api_by_gate_to_its_reader_each_a_user_of_its_own(skyddad: Skyddad) -> None:
    log, notices = KafkaLog(skyddad.som(API)), KafkaNotices(skyddad.som(GATE))
    gate = RememberingGate()
    async with working(gate, Options(bootstrap=skyddad.som(GATE), instance="gate-prov")):
        appended = await log.append(0, None, (), b"handelse")
        await gate.until(lambda: any(record.offset == appended.offset for record in gate.records()))
        await notices.send([NoticeRow(appended.offset, 0, "mora", b'{"slag":"meddelande"}')])
    await log.stop()
    await notices.stop()
    reader = KafkaLogReader(skyddad.som(MORA), topic=NOTIS_MORA)
    end = await reader.end(0)
    assert [found.value async for found in reader.records(0, end - 1, end)] == [b'{"slag":"meddelande"}']


def test_no_password_is_in_what_is_printed_of_a_broker(skyddad: Skyddad) -> None:
    gate = skyddad.som(GATE)
    assert gate.losen
    assert gate.losen not in f"{gate!r} {Options(bootstrap=gate)!r} {credentials(gate)!r}"
