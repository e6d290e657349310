"""A hub as it is run outside development: TLS everywhere, a role and user for each process, certificates of agencies.

What a process may not do, the databases' own log tells of: nothing of it is in there after a day's work.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import CliRunner
from debian_postgres import DebianPostgres
from roller_support import as_role

from integration.gate_support import soon, until
from samverkanshub import bootstrap
from samverkanshub.adapters.certifikat import Holder, Wanted, make, places
from samverkanshub.adapters.clock import SystemClock
from samverkanshub.adapters.files import write_atomically
from samverkanshub.adapters.kek_files import KekFiles
from samverkanshub.adapters.postgres.roller import OWNER, holders
from samverkanshub.adapters.servers.places import make_private, temporary_data
from samverkanshub.client import Client, NotAuthenticatedError, Options, Retry, tls_context
from samverkanshub.client.client import health_of
from samverkanshub.codec.keys import private_key, to_pem
from samverkanshub.entrypoints.cli.main import main
from samverkanshub.entrypoints.cli.supervisor import ROLES, Supervised, kept
from samverkanshub.entrypoints.demo import cases, run
from samverkanshub.entrypoints.demo.regelverk import with_roles
from samverkanshub.settings import Settings

pytestmark = pytest.mark.servers

PLAYED: Final = ("01", "02", "03")
"""The demo's cases, by number: consent, statutory report, withdrawal before opening."""
PATIENT: Final = Retry(attempts=200, first_s=0.05, longest_s=0.2)
AUDITOR: Final = "granskare.1"


@dataclass(frozen=True)
class Skyddad:
    """Its servers, with what each process is told."""

    servers: bootstrap.Servers
    postgres: DebianPostgres
    keys: dict[str, Path]

    @property
    def settings(self) -> Settings:
        return self.servers.settings

    @property
    def url(self) -> str:
        return f"https://localhost:{self.settings.api_port}"

    def som(self, role: str) -> Settings:
        """What a process is told: its own user of Kafka, and its own role in the databases that it has to do with."""
        known = f"samverkan_{role}"
        dsns = {db: self.postgres.dsn(known, db) if known in holders(db) else "" for db in ("projektion", "valv")}
        return replace(self.servers.som(role), **dsns)

    def client(self, lasargrupp: str, anvandare: str = "", shown: str = "", retry: Retry = PATIENT) -> Client:
        aktor = lasargrupp.partition(".")[0]
        own = places(self.postgres.certificates / "aktorer", shown or aktor)
        options = Options(retry=retry, tls=tls_context(self.postgres.certificates / "ca.pem", *own))
        key = self.keys[aktor].read_bytes()
        return Client(self.url, aktor, lasargrupp, anvandare or run.USER, key, options=options)

    async def command(self, role: str, *words: str) -> str:
        """What a command of the hub's says, run as a role, which is to go well."""
        shell = CliRunner(env=self.som(role).to_env())
        done = await asyncio.to_thread(shell.invoke, main, list(words))
        assert done.exit_code == 0, (words, done.output)
        return done.stdout


def outside(data: Path, postgres: DebianPostgres) -> Settings:
    """Settings of a hub that is no development, with Kafka of its own, protected."""
    certificate, key = places(postgres.certificates / "servrar", "localhost")
    given = {
        **{f"SAMVERKAN_{name}_PORT": "0" for name in ("API", "KAFKA")},
        "SAMVERKAN_DATA": str(data),
        "SAMVERKAN_VAKT": str(data.with_name("vakt")),
        "SAMVERKAN_LOGGNAMN": "prov.example/logg",
        "SAMVERKAN_NOTARIE_NYCKEL": str(data / "notarie.pem"),
        "SAMVERKAN_KEK_FIL": str(data / "kek"),
        "SAMVERKAN_KAFKA_SKYDDAD": "1",
        "SAMVERKAN_KANARIE_S": "1",
        "SAMVERKAN_PROJEKTION": postgres.dsn(OWNER, "projektion"),
        "SAMVERKAN_VALV": postgres.dsn(OWNER, "valv"),
        "SAMVERKAN_API_CERTIFIKAT": str(certificate),
        "SAMVERKAN_API_NYCKEL": str(key),
        "SAMVERKAN_API_KLIENT_CA": str(postgres.certificates / "aktorer-ca.pem"),
    }
    settings = with_roles(Settings.from_env(given))
    assert not settings.utveckling
    write_atomically(settings.notarie_nyckel, to_pem(private_key(os.urandom(32))), mode=0o600)
    KekFiles(settings.kek_fil).begin()
    return settings


@pytest.fixture(scope="module")
async def skyddad() -> AsyncIterator[Skyddad]:
    directory = temporary_data("samverkanshub-test-")
    postgres = DebianPostgres(directory / "postgres")
    try:
        await postgres.start()
        settings = outside(make_private(directory / "data"), postgres)
        keys = run.make_keys(cases.load(run.directory()), settings, directory / "privata")
        holders_ = [Holder(aktor, aktor, aktor) for aktor in keys]
        make(postgres.certificates, Wanted(["localhost"], (), holders_), SystemClock().now_ms())
        async with bootstrap.servers(settings, os.environ) as servers:  # noqa: TID251
            await bootstrap.prepare(servers.settings)
            await bootstrap.let_in(servers)
            await bootstrap.activate_regelverk(servers.settings)
            yield Skyddad(servers, postgres, keys)
    finally:
        await postgres.stop()
        shutil.rmtree(directory)


async def test_a_days_work_is_done_with_the_rights_that_each_has(
    skyddad: Skyddad, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("samverkanshub.entrypoints.cli.starting.configure_logging", lambda *_: None)
    async with AsyncExitStack() as running:
        for role in ROLES:
            await running.enter_async_context(kept(Supervised(role, skyddad.som(role.name), os.environ, soon)))  # noqa: TID251
        await until(lambda: _answers(skyddad))
        await _agencies_work(skyddad)
        await _auditors_ask(skyddad)
        await until(lambda: _well(skyddad))
        await until(lambda: _all_written(skyddad))
        await _others_are_refused(skyddad)
        await _operators_look(skyddad)
    assert _denied(skyddad) == []


async def _answers(skyddad: Skyddad) -> bool:
    try:
        return bool((await _health(skyddad)).halsa)
    except Exception:
        return False


async def _health(skyddad: Skyddad) -> Any:
    trusting = tls_context(skyddad.postgres.certificates / "ca.pem")
    return await health_of(skyddad.url, Options(retry=Retry(attempts=1), tls=trusting))


async def _well(skyddad: Skyddad) -> bool:
    return bool((await _health(skyddad)).halsa == "gron")


async def _agencies_work(skyddad: Skyddad) -> None:
    """Consents, reports, openings and kvittenser, by the demo's cases, each with what it is to come to."""
    chosen = [case for case in cases.load(run.directory()) if case.fil[:2] in PLAYED]
    assert len(chosen) == len(PLAYED)
    told: list[run.Told] = []
    tally = await run.play(chosen, cases.common(run.directory()), skyddad.client, told.append)
    assert tally.mismatches == 0, [one for one in told if not one.expected]


async def _auditors_ask(skyddad: Skyddad) -> None:
    async with skyddad.client("mora.vinr.utsatt", AUDITOR) as auditor:
        assert (await auditor.audit("undanhallet", fran="2026-01-01", till="2027-01-01")).kolumner


async def _all_written(skyddad: Skyddad) -> bool:
    """Has every process done all that it does in a round: measured, counted, entered, signed, sent a canary?"""
    tables = ("matning", "klocka", "uppfoljning_tal", "register", "watch_status", "gate_status", "notarie", "verkan")
    asked = " and ".join(f"exists (select from {table})" for table in tables)
    asked += " and exists (select from kanarie where notis is not null)"
    async with as_role(skyddad.postgres, "postgres", "projektion") as connection:
        return bool(await connection.fetchval(f"select {asked}"))


async def _others_are_refused(skyddad: Skyddad) -> None:
    async with skyddad.client("mora.vinr.utsatt", shown="falun", retry=Retry(attempts=1)) as thief:
        with pytest.raises(NotAuthenticatedError):
            await thief.inbox()


async def _operators_look(skyddad: Skyddad) -> None:
    """The commands that read, as who reads; and keys wrapped anew, as who does that."""
    directory = skyddad.postgres.directory
    (directory / "publik").write_text(await skyddad.command("notary", "notarie", "publik"))
    published = ("verify", skyddad.url, "--ca", str(skyddad.postgres.certificates / "ca.pem"))
    seen = ("--nyckel", str(directory / "publik"), "--sedda", str(directory / "sedda"))
    await skyddad.command("revisor", "replay")
    await skyddad.command("revisor", "verify", *seen)
    await skyddad.command("revisor", *published, *seen)
    await skyddad.command("revisor", "karantan", "lista")
    await skyddad.command("nyckel", "nyckel", "skapa")
    await skyddad.command("nyckel", "nyckel", "rotera")


def _denied(skyddad: Skyddad) -> list[str]:
    lines = (skyddad.postgres.directory / "postgres.log").read_text().splitlines()
    return [line for line in lines if "permission denied" in line or "must be owner" in line]
