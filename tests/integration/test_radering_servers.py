"""G1-G3 on real servers, by the real commands: twelve years go by, and then a child is forgotten.

One hub for all of it. Each of the other children is erased by a process that is killed at another place on the way.
"""

import asyncio
import os
import re
import shutil
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import asyncpg
import pytest
from click.testing import CliRunner, Result
from gate_support import PATIENT, soon, until
from later_kafka import brokers_begin, leave_nothing, library

from samverkanshub import bootstrap
from samverkanshub.adapters.kafka.log import KafkaLog
from samverkanshub.adapters.kafka.reader import KafkaLogReader
from samverkanshub.adapters.keys import make_key
from samverkanshub.adapters.postgres.connect import open_pool
from samverkanshub.adapters.postgres.vault import PostgresVault
from samverkanshub.adapters.servers.dump import load
from samverkanshub.adapters.servers.places import temporary_data
from samverkanshub.client import AuditPage, Client, Opened, Options, Receipt, UnavailableError
from samverkanshub.client.client import health_of
from samverkanshub.codec import envelope as kuvert
from samverkanshub.codec import sealing
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.domain.errors import Undecodable
from samverkanshub.entrypoints.cli.main import main
from samverkanshub.entrypoints.cli.supervisor import API, GATE, NOTARY, WATCH, Role, Supervised, kept
from samverkanshub.entrypoints.demo.regelverk import with_roles
from samverkanshub.entrypoints.demo.run import KEYS_FROM
from samverkanshub.pipeline.content import ERASED
from samverkanshub.pipeline.radering import STALE_MS
from samverkanshub.pipeline.reading import read
from samverkanshub.settings import Settings

pytestmark = pytest.mark.servers

YEARS_S: Final = 12 * 365 * 86_400
ONE, OTHER = "drift.1", "drift.2"
"""The demo's operators."""
VC: Final = "region-dalarna.vardcentral-rattvik.handlaggare"
RATTVIK: Final = "rattvik.barn-unga.mottagning"
AKTORER: Final = ("region-dalarna", "rattvik", "barnahus-dalarna")
BO: Final = "196811022380"
DISA: Final = "201705142394"
KILLED: Final = {
    "radering.fore-sparr=kill": "201706072392",
    "radering.efter-sparr=kill": "201707232391",
    "radering.fore-append=kill": "201709182388",
    "append.fore-omrade=kill@2": "202105252395",
    "radering.efter-append=kill": "201801292390",
    "radering.fore-nycklar=kill": "201804092391",
    "radering.efter-nycklar=kill": "201807042393",
    "radering.fore-tomning=kill@2": "201908162389",
    "radering.efter-tomning=kill": "202101102388",
}
"""Where whoever erases a child is killed. Of tests/data/testpersonnummer.txt, as all here."""
UNSENT: Final = ("radering.fore-sparr=kill", "radering.efter-sparr=kill")
"""What nobody can know was wanted: the fence goes, and it is approved once more."""
CHILDREN: Final = (DISA, *KILLED.values())
GROUND: Final = ("--grund", "bevarandetid_slut", "--av", ONE)
NO_FAILPOINT: Final = ""
OMRADEN: Final = 2
"""Each of them has to let it; all that is noted is in the first."""


@dataclass
class Hub:
    """A hub, its servers and the roles that are kept running, and what its agencies and operators do."""

    data: Path
    settings: Settings
    servers: bootstrap.Servers
    keys: dict[str, Path]
    ahead_s: int = 0
    running: dict[str, tuple[AsyncExitStack, Supervised]] = field(default_factory=dict)
    sent: dict[str, str] = field(default_factory=dict)
    """The report of each child, by number."""

    # ---------------------------------------------------------------------------------------- the roles

    async def start(self, *roles: Role, felpunkter: str = NO_FAILPOINT) -> None:
        """Start roles, which are started again whenever they end; failpoints act in their first life alone."""
        for role in roles:
            settings = replace(self.servers.settings, felpunkter=felpunkter)
            stack, supervised = AsyncExitStack(), Supervised(role, settings, os.environ, soon)  # noqa: TID251
            self.running[role.name] = stack, await stack.enter_async_context(kept(supervised))
        if API in roles:
            await until(self._answers)

    async def stop(self, *roles: Role) -> None:
        """End them in order, of those that run; all where none is named."""
        for role in roles or (WATCH, API, NOTARY, GATE):
            if role.name in self.running:
                await self.running.pop(role.name)[0].aclose()

    def starts(self, role: Role) -> int:
        return self.running[role.name][1].starts

    async def _answers(self) -> bool:
        try:
            return bool((await health_of(self.url)).halsa)
        except UnavailableError:
            return False

    # ---------------------------------------------------------------------------------------- the agencies

    @property
    def url(self) -> str:
        settings = self.servers.settings
        return f"http://{settings.api_vard}:{settings.api_port}"

    def client(self, lasargrupp: str, anvandare: str = "prov", *, patient: bool = True) -> Client:
        aktor = lasargrupp.partition(".")[0]
        options = Options(now_s=lambda: time.time() + self.ahead_s)
        options = replace(options, retry=PATIENT) if patient else replace(options, retry=replace(PATIENT, attempts=1))
        return Client(self.url, aktor, lasargrupp, anvandare, self.keys[aktor].read_bytes(), options=options)

    async def publish(self, av: str, typ: str, data: dict[str, Any]) -> Receipt:
        async with self.client(av) as client:
            receipt = await client.publish(typ, data)
        assert receipt.dom == "godtagen", receipt
        return receipt

    async def reported(self, number: str) -> str:
        """A child is reported with Bo as guardian; whoever got it opens it, one takes it over, and nothing is owed."""
        receipt = await self.publish(VC, "orosanmalan", report(number))
        for row in await self._received(receipt.handelse_id):
            async with self.client(row["lasargrupp"]) as client:
                await client.open(row["leverans_id"])
                mine = row["lasargrupp"] == RATTVIK
                await client.acknowledge(row["leverans_id"], "overtagen" if mine else "mottagen")
                if mine:
                    await client.act("skyddsbedomning_gjord", leverans=row["leverans_id"])
        return receipt.handelse_id

    async def _received(self, handelse_id: str) -> list[dict[str, Any]]:
        query = "select lasargrupp, leverans_id from inkorg where handelse_id = $1 and slag <> 'andring'"
        return await self.sql(query, handelse_id)

    async def opened(self, number: str, *, patient: bool = True) -> Opened:
        """What Rättvik reads of the report of a child."""
        [row] = [one for one in await self._received(self.sent[number]) if one["lasargrupp"] == RATTVIK]
        async with self.client(RATTVIK, patient=patient) as client:
            return await client.open(row["leverans_id"])

    async def asked_about(self, number: str) -> AuditPage:
        """What an auditor is told of a person (T2)."""
        async with self.client(VC, "granskare.2") as auditor:
            return await auditor.audit("person", nummer=number)

    # ---------------------------------------------------------------------------------------- the operators

    def environment(self, felpunkter: str = NO_FAILPOINT, omraden: int = OMRADEN) -> dict[str, str]:
        """What an operator gives: where the data lies and Kafka's address as `up` prints it; no database."""
        own = {"DATA": str(self.data), "KAFKA": self.servers.settings.kafka, "OMRADEN": str(omraden)}
        if self.ahead_s or felpunkter:
            own |= {"KLOCKA_FORSKJUTNING_MS": str(self.ahead_s * 1000), "FELPUNKTER": felpunkter, "UTVECKLING": "1"}
        return {f"SAMVERKAN_{name}": value for name, value in own.items()}

    async def command(self, *words: str, given: str = "", omraden: int = OMRADEN) -> Result:
        """A command of an operator's, in this process."""
        shell = CliRunner(env=self.environment(omraden=omraden))
        return await asyncio.to_thread(shell.invoke, main, list(words), input=given)

    async def done(self, *words: str, given: str = "") -> str:
        """The same, which is to go well; what it says."""
        result = await self.command(*words, given=given)
        assert result.exit_code == 0, (words, result.output)
        return result.stdout

    async def process(self, *words: str, felpunkter: str = NO_FAILPOINT) -> tuple[int, str]:
        """The same in a process of its own, which may be killed; how it ended, and all that it said."""
        env = {**os.environ, **self.environment(felpunkter)}  # noqa: TID251
        command = (sys.executable, "-m", "samverkanshub.entrypoints.cli.main", *words)
        pipe, both = asyncio.subprocess.PIPE, asyncio.subprocess.STDOUT
        child = await asyncio.create_subprocess_exec(*command, env=env, stdout=pipe, stderr=both)
        try:
            said, _ = await asyncio.wait_for(child.communicate(), 120)
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        assert child.returncode is not None
        return child.returncode, said.decode()

    async def proposed(self, number: str) -> str:
        said = await self.done("radera", "-", *GROUND, given=f"{number}\n")
        assert number not in said
        found = re.search(r"^proposed: (\S+)$", said, re.MULTILINE)
        assert found, said
        return found[1]

    # ---------------------------------------------------------------------------------------- what is there

    @property
    def valv(self) -> str:
        return self.servers.settings.valv

    async def sql(self, statement: str, *arguments: object, dsn: str = "") -> list[dict[str, Any]]:
        """Past the hub, to the projection or another database."""
        connection = await asyncpg.connect(dsn or self.servers.settings.projektion)
        try:
            return [dict(row) for row in await connection.fetch(statement, *arguments)]
        finally:
            await connection.close()

    async def known(self, number: str, dsn: str = "") -> str:
        """The id of whom a vault knows by a number; empty where that is nobody."""
        async with await open_pool(dsn or self.valv) as pool:
            [found] = await PostgresVault(pool, bootstrap.key_wrapping(self.settings)).find([f"nr:{number}"])
        return found.person_id if found else ""

    async def readable(self, dsn: str = "") -> set[str]:
        """Everything sealed, in the log, in what is in quarantine there and in claims, that a vault's keys can open."""
        envelopes = [*await self._logged(), *await self._claimed(dsn or self.valv)]
        rows = await self.sql("select subject, version from datanyckel", dsn=dsn or self.valv)
        wanted = {(row["subject"], row["version"]) for row in rows}
        async with await open_pool(dsn or self.valv) as pool:
            keys = await PostgresVault(pool, bootstrap.key_wrapping(self.settings)).keys(wanted)
        tried = [(one.handelse_id, item) for one in envelopes for item in one.uppgifter if item.forseglat]
        return {value for id_, item in tried for key in keys.values() if (value := _opened(key.key, id_, item))}

    async def _logged(self) -> list[Any]:
        reader, schemas, found = KafkaLogReader(self.servers.settings.kafka), default_schemas(), list[Any]()
        for number in range(OMRADEN):
            async for record in reader.records(number, 0, await reader.end(number)):
                found.append(read(record, schemas).envelope or broken(record.value))
        return [one for one in found if one is not None]

    async def _claimed(self, dsn: str) -> list[Any]:
        rows = await self.sql("select value from ansprak", dsn=dsn)
        return [kuvert.decode(row["value"], default_schemas()) for row in rows]

    async def at_rest(self) -> bool:
        """Is no erasure under way?"""
        return not await self.sql("select from radering where steg <> 'utford'", dsn=self.valv)

    async def serves(self) -> bool:
        """Does the api answer what it needs the vault for?"""
        try:
            return bool(await self.opened(DISA, patient=False))
        except UnavailableError:
            return False

    async def minutes_go_by(self) -> None:
        """By the vault's clock, of every erasure that is under way: as long as its owner is thought alive."""
        moved = "update radering set sedan = sedan - $1 * interval '1 millisecond'"
        await self.sql(moved, STALE_MS, dsn=self.valv)

    async def judged_and_signed(self) -> None:
        """Wait until the gate is at the log's end and the notary has signed that."""
        reader = KafkaLogReader(self.servers.settings.kafka)
        ends = [await reader.end(number) for number in range(OMRADEN)]

        async def done() -> bool:
            found = await self.sql("select size from notarie order by partition")
            return len(found) == OMRADEN and all(one["size"] >= end for one, end in zip(found, ends, strict=True))

        await until(done)


def _opened(key: bytes, handelse_id: str, item: Any) -> str:
    """By any key, not only the one that it says: nothing else opens it either."""
    try:
        _, value = sealing.unseal(key, handelse_id, item.vag, item.subject, item.nyckelversion, item.forseglat)
    except Undecodable:
        return ""
    return str(value)


def broken(value: bytes) -> Any:
    """What was appended once more with a byte too many, and is in quarantine."""
    try:
        return kuvert.decode(value[:-1], default_schemas())
    except Undecodable:
        return None


def story(number: str) -> str:
    """What is told of a child: words that stand nowhere else."""
    return f"oro för barn {number[2:8]}"


def person(roll: str, number: str) -> dict[str, str]:
    return {"roll": roll, "personnummer": number}


def report(number: str) -> dict[str, Any]:
    return {
        "personer": [person("barn", number), person("vardnadshavare", BO)],
        "kommun": "rattvik",
        "akut_fara": False,
        "misstanke": ["bevittnat_vald"],
        "anmalarslag": "anmalningsskyldig",
        "beskrivning": story(number),
    }


def _in_days(days: int) -> str:
    return datetime.fromtimestamp(int(time.time()) + days * 86_400, UTC).isoformat()


def consent(*personer: dict[str, str]) -> dict[str, Any]:
    return {
        "personer": list(personer),
        "andamal": "sip",
        "mottagare": [{"slag": "enhet", "id": "mora.vinr"}],
        "kategorier": ["identitet", "behov", "insats", "motestid"],
        **{name: _in_days(days) for name, days in (("fran", -1), ("till", 90))},
        "form": "skriftligt",
        "enskilt": True,
        "narvarande": ["ingen"],
        "tolk": "ingen",
    }


# ------------------------------------------------------------------------------------------ twelve years


@pytest.fixture(scope="module")
async def hub() -> AsyncIterator[Hub]:
    """Reported, consented, opened and closed; stopped; and up again twelve years later."""
    library()
    data = temporary_data("samverkanshub-test-")
    quiet = pytest.MonkeyPatch()
    quiet.setattr("samverkanshub.entrypoints.cli.starting.configure_logging", lambda *_: None)
    try:
        ports = {f"SAMVERKAN_{name}_PORT": "0" for name in ("API", "KAFKA", "POSTGRES")}
        given = {"SAMVERKAN_DATA": str(data), "SAMVERKAN_KANARIE_S": "0", "SAMVERKAN_DOM_VANTAN_S": "10"}
        given["SAMVERKAN_OMRADEN"] = str(OMRADEN)
        settings = with_roles(Settings.from_env({**ports, **given}))
        keys = {aktor: make_key(aktor, settings.nycklar, data / "privata", KEYS_FROM)[1] for aktor in AKTORER}
        sent = await _now(Hub(data, settings, bootstrap.Servers(settings, None, None), keys))
        async with AsyncExitStack() as stack:
            later = replace(settings, klocka_forskjutning_ms=YEARS_S * 1000)
            with brokers_begin(YEARS_S, data / "senare"):
                servers = await stack.enter_async_context(bootstrap.servers(later, os.environ))  # noqa: TID251
            assert servers.kafka
            leave_nothing(servers.kafka.child.pid)
            hub = Hub(data, later, servers, keys, YEARS_S, sent=sent)
            stack.push_async_callback(hub.stop)
            await hub.start(GATE, API, NOTARY)
            await hub.start(WATCH, felpunkter="radering.fore-nycklar=kill")
            yield hub
    finally:
        quiet.undo()
        shutil.rmtree(data)


async def _now(hub: Hub) -> dict[str, str]:
    """What happens today; the report of each child."""
    bootstrap.make_kek(hub.settings)
    bootstrap.make_notary_key(hub.settings)
    async with bootstrap.servers(hub.settings, os.environ) as hub.servers:  # noqa: TID251
        await bootstrap.prepare(hub.servers.settings)
        await bootstrap.activate_regelverk(hub.servers.settings)
        try:
            await hub.start(GATE, API, WATCH, NOTARY)
            await _work(hub)
        finally:
            await hub.stop()
    return hub.sent


async def _work(hub: Hub) -> None:
    child, guardian = person("registrerad", DISA), person("vardnadshavare", BO)
    await hub.publish(VC, "samtycke_lamnat", consent(person("registrerad", BO)))
    hub.sent["samtycke"] = (await hub.publish(VC, "samtycke_lamnat", consent(child, guardian))).handelse_id
    for number in CHILDREN:
        hub.sent[number] = await hub.reported(number)
    await _quarantined(hub)
    await hub.judged_and_signed()


async def _quarantined(hub: Hub) -> None:
    """Disa's report once more, with what makes it unreadable; and two let go of whom that froze (B7)."""
    kafka = hub.servers.settings.kafka
    reader, schemas, log = KafkaLogReader(kafka), default_schemas(), KafkaLog(kafka)
    records = [record async for record in reader.records(0, 0, await reader.end(0))]
    [record] = [
        one for one in records if (found := read(one, schemas).envelope) and found.handelse_id == hub.sent[DISA]
    ]
    place = await log.append(0, record.key, record.headers, record.value + b"\0")
    await log.stop()

    async def listed() -> bool:
        return bool(await hub.sql('select from karantan where "offset" = $1', place.offset))

    await until(listed)
    two = ("--foreslagen-av", ONE, "--godkand-av", OTHER, "--skal", "felet_rattat")
    said = await hub.done("karantan", "slapp", "0", str(place.offset), *two)
    assert said.startswith("2 persons")


# ------------------------------------------------------------------------------------------ what came of it


@dataclass
class Raderat:
    """What came of every erasure."""

    hub: Hub
    before: set[str]
    """What could be read when nobody was erased."""
    persons: dict[str, str]
    """Whom each number named then."""
    asked: AuditPage
    """What an auditor was told of Disa then."""
    by_one: Result
    half_way: dict[str, tuple[int, str]]
    """How each process ended, by where it was killed; and what became of the one that was not."""
    unsent: dict[str, str]
    """Whom the vault knew when what was left half-way had been gone on with, of those that were never sent."""
    backup: Path


@pytest.fixture(scope="module")
async def raderat(hub: Hub) -> Raderat:
    """Proposed by one, refused to the same, approved by another; killed half-way, and gone on with by the watch."""
    backup = hub.data / "kopia"
    before, asked = await hub.readable(), await hub.asked_about(DISA)
    persons = {number: await hub.known(number) for number in (*CHILDREN, BO)}
    status, said = await hub.process("backup", str(backup))
    assert status == 0, said
    proposals = {number: await hub.proposed(number) for number in CHILDREN}
    by_one = await hub.command("radering", "godkann", proposals[DISA], "--av", ONE)
    places = {NO_FAILPOINT: DISA, **KILLED}
    ended = await asyncio.gather(*(_approved(hub, proposals[number], place) for place, number in places.items()))
    await hub.minutes_go_by()
    # The first of them kills the watch too, which notes of what it goes on with that it has just begun.
    await until(lambda: hub.starts(WATCH) > 1)
    await hub.minutes_go_by()
    await until(hub.at_rest)
    unsent = {place: await hub.known(KILLED[place]) for place in UNSENT}
    again = await asyncio.gather(*(_approved(hub, proposals[KILLED[place]]) for place in UNSENT))
    assert [status for status, _ in again] == [0, 0], again
    half_way = dict(zip(places, ended, strict=True))
    return Raderat(hub, before, persons, asked, by_one, half_way, unsent, backup)


async def _approved(hub: Hub, proposal: str, place: str = NO_FAILPOINT) -> tuple[int, str]:
    return await hub.process("radering", "godkann", proposal, "--av", OTHER, felpunkter=place)


def test_g1_who_proposed_it_is_refused_and_another_is_let(raderat: Raderat) -> None:
    assert (raderat.by_one.exit_code, raderat.by_one.stdout) == (1, "")
    assert "who proposed cannot approve" in raderat.by_one.stderr
    status, said = raderat.half_way[NO_FAILPOINT]
    assert (status, said.partition(":")[0]) == (0, "erased"), said


async def test_g1_a_command_that_knows_of_fewer_omraden_than_the_log_has_does_nothing(hub: Hub) -> None:
    """Those that it did not ask would have had no say."""
    result = await hub.command("radera", "-", *GROUND, given=f"{BO}\n", omraden=OMRADEN - 1)
    assert (result.exit_code, result.stdout.strip()) == (1, "")
    assert f"`samverkan.logg` has {OMRADEN} partitions, not {OMRADEN - 1}" in result.stderr


def test_whoever_was_to_be_killed_was_killed_there(raderat: Raderat) -> None:
    ended = {place: raderat.half_way[place] for place in KILLED}
    assert {place: status for place, (status, _) in ended.items()} == dict.fromkeys(KILLED, -9), ended


def test_what_was_never_sent_was_undone_and_approved_once_more(raderat: Raderat) -> None:
    assert raderat.unsent == {place: raderat.persons[KILLED[place]] for place in UNSENT}


async def test_g1_nothing_opens_what_was_about_an_erased_person_and_all_else_reads_as_before(raderat: Raderat) -> None:
    """In the log, with what of it is in quarantine, and in the claims; by every key that the vault has."""
    theirs = {*CHILDREN, *map(story, CHILDREN)}
    assert theirs | {BO} <= raderat.before
    assert await raderat.hub.readable() == raderat.before - theirs
    assert [await raderat.hub.known(number) for number in CHILDREN] == [""] * len(CHILDREN)
    assert await raderat.hub.known(BO)


@pytest.mark.parametrize("place", [NO_FAILPOINT, *KILLED])
async def test_g1_it_reads_as_erased_and_the_others_number_as_before(raderat: Raderat, place: str) -> None:
    number = KILLED.get(place, DISA)
    opened = await raderat.hub.opened(number)
    assert {one.vag: one.varde for one in opened.uppgifter}["/beskrivning"] == ERASED
    assert {one.roll: one.nummer for one in opened.personer} == {"barn": ERASED, "vardnadshavare": BO}


async def test_g1_no_claim_keeps_anything_of_the_erased(raderat: Raderat) -> None:
    joined = "radering r join ansprak a on a.personer @> array[r.person_id]"
    rows = await raderat.hub.sql(f"select a.value, a.digest, r.person_id::text from {joined}", dsn=raderat.hub.valv)
    assert len({row["person_id"] for row in rows}) == len(CHILDREN)
    for row in rows:
        items = kuvert.decode(row["value"], default_schemas()).uppgifter
        assert not [item.vag for item in items if item.person_id == row["person_id"] and item.forseglat]
        assert row["digest"] == b""
    steps = await raderat.hub.sql("select distinct steg from radering", dsn=raderat.hub.valv)
    assert steps == [{"steg": "utford"}]


async def test_g1_exports_say_nothing_of_the_erased(raderat: Raderat) -> None:
    hub = raderat.hub
    written = await hub.done("fhir", "samtycke", hub.sent["samtycke"])
    written += await hub.done("fhir", "beslut", hub.sent[DISA])
    assert "AuditEvent" in written
    assert not [word for word in (*CHILDREN, *map(story, CHILDREN), BO) if word in written]
    assert raderat.asked.rader != ()
    assert (await hub.asked_about(DISA)).rader == ()
    assert (await hub.asked_about(BO)).rader != ()


async def test_g1_the_log_verifies_and_is_judged_the_same_and_is_what_was_claimed(
    raderat: Raderat, tmp_path: Path
) -> None:
    hub = raderat.hub
    await hub.judged_and_signed()
    assert "all the same" in await hub.done("replay")
    keys = ("--nyckel", str(hub.settings.loggnycklar), "--sedda", str(tmp_path))
    assert "held against the log" in await hub.done("verify", *keys)
    result = await hub.command("ansprak")
    assert (result.exit_code, result.stdout) == (0, ""), result.output
    assert re.search(r"[1-9]\d* records compared, 0 are not as they were claimed", result.stderr)
    assert await hub.done("radering", "forlorade") == "", "erased is not lost"


async def test_g1_an_older_vault_obeys_the_log_before_it_serves_and_is_unreadable_without_its_generation(
    raderat: Raderat,
) -> None:
    hub = raderat.hub
    postgres = hub.servers.postgres
    assert postgres
    await hub.stop(API, WATCH)
    await postgres.drop("valv")
    await load(await postgres.create("valv"), raderat.backup / "valv.dump", hub.data / "postgres")
    older = await postgres.create("aldre")
    await load(older, raderat.backup / "valv.dump", hub.data / "postgres")
    assert await hub.readable() == raderat.before, "the backup has it all"
    await hub.start(API)
    with pytest.raises(UnavailableError):
        await hub.opened(DISA, patient=False)
    await hub.start(WATCH)
    await until(hub.serves)
    opened = await hub.opened(DISA)
    assert {one.vag: one.varde for one in opened.uppgifter}["/beskrivning"] == ERASED
    theirs = {*CHILDREN, *map(story, CHILDREN)}
    assert await hub.readable() == raderat.before - theirs
    result = await hub.command("ansprak")
    erased = await hub.sql("select handelse_id from beslut where typ = 'radering'")
    told = [line.split()[-2:] for line in result.stdout.splitlines()]
    assert result.exit_code == 2, "the copy is older than the erasures, and lacks what was claimed of them alone"
    assert {(event, what) for event, what in told} == {(one["handelse_id"], "inget-ansprak") for one in erased}
    await hub.done("nyckel", "skapa")
    await hub.done("nyckel", "rotera")
    assert await hub.readable(older) == raderat.before, "until its generation is destroyed"
    await hub.done("nyckel", "forstor", "1")
    assert await hub.readable(older) == set()
    assert await hub.readable() == raderat.before - theirs


async def test_g1_whom_the_number_names_now_is_somebody_new(raderat: Raderat) -> None:
    """The last: what is reported now is readable."""
    hub = raderat.hub
    await hub.publish(VC, "orosanmalan", report(DISA))
    assert await hub.known(DISA) not in ("", raderat.persons[DISA])
    opened = await hub.opened(DISA)
    assert {one.vag: one.varde for one in opened.uppgifter}["/beskrivning"] == ERASED
    assert story(DISA) in await hub.readable()
