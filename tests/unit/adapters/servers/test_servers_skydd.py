"""A protected embedded broker: keys and passwords for its owner alone, none on a command line, each role a user."""

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature

from samverkanshub import rattigheter
from samverkanshub.adapters.servers.kafka import EmbeddedKafka, properties
from samverkanshub.adapters.servers.skydd import BROKER, Filer, embedded, first_user, fresh, in_a_file, lay_out
from samverkanshub.bootstrap import KAFKA_SKYDD, Servers, of_a_running
from samverkanshub.entrypoints.cli.supervisor import ROLES
from samverkanshub.rattigheter import DRIFT
from samverkanshub.settings import Settings

NOWHERE = Path("/data")


def open_to_others(directory: Path) -> list[str]:
    files = [path for path in directory.rglob("*") if path.is_file()]
    assert files
    return [path.name for path in files if stat.S_IMODE(path.stat().st_mode) & 0o077]


def test_keys_and_passwords_are_for_their_owner_alone(tmp_path: Path) -> None:
    skydd = embedded(tmp_path / "skydd")
    lay_out(tmp_path, skydd)
    assert stat.S_IMODE((tmp_path / "skydd").stat().st_mode) == 0o700
    assert set(open_to_others(tmp_path)) <= {"ca.pem", "broker.pem"}, "certificates alone"
    assert b"PRIVATE" not in skydd.ca.read_bytes() + skydd.certifikat.read_bytes()


def test_a_password_is_kept_from_start_to_start_and_certificates_are_not(tmp_path: Path) -> None:
    skydd = embedded(tmp_path)
    before = skydd.ca.read_bytes(), (skydd.losen / DRIFT).read_bytes()
    embedded(tmp_path)
    assert skydd.ca.read_bytes() != before[0]
    assert (skydd.losen / DRIFT).read_bytes() == before[1]


def test_the_first_password_is_on_no_command_line(tmp_path: Path) -> None:
    skydd, file = embedded(tmp_path / "skydd"), tmp_path / "format.args"
    said = in_a_file(("kafka.tools.StorageTool", *first_user(skydd)), file)
    assert said == f"@{file}"
    assert f"[name={DRIFT},password={(skydd.losen / DRIFT).read_text()},iterations=" in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_controller_trusts_one_certificate_whose_holder_is_a_super_user(tmp_path: Path) -> None:
    filer = lay_out(tmp_path, embedded(tmp_path / "skydd"))
    [shown] = x509.load_pem_x509_certificates(filer.controller.read_bytes())
    [trusted] = x509.load_pem_x509_certificates(filer.trusted.read_bytes())
    shown.verify_directly_issued_by(trusted)
    users = properties(NOWHERE, 1, 2, filer)["super.users"].split(";")
    assert users == [f"User:{DRIFT}", f"User:{shown.subject.rfc4514_string()}"]
    assert BROKER not in rattigheter.alla_anvandare(())


def test_what_vouches_for_one_vouches_for_no_other() -> None:
    (ca, own), (_, other) = fresh("localhost"), fresh("localhost")
    [trusted] = x509.load_pem_x509_certificates(ca)
    x509.load_pem_x509_certificate(own.certificate).verify_directly_issued_by(trusted)
    with pytest.raises((InvalidSignature, ValueError)):
        x509.load_pem_x509_certificate(other.certificate).verify_directly_issued_by(trusted)


def test_nothing_is_listened_on_that_is_not_tls() -> None:
    found = properties(NOWHERE, 1, 2, Filer(*[NOWHERE] * 4))
    protocols = dict(one.split(":") for one in found["listener.security.protocol.map"].split(","))
    assert {protocols[one.split("://")[0]] for one in found["listeners"].split(",")} == {"SASL_SSL", "SSL"}
    assert found["allow.everyone.if.no.acl.found"] == "false"
    assert "super.users" not in properties(NOWHERE, 1, 2)


def servers(tmp_path: Path, skyddad: str) -> Servers:
    settings = Settings.from_env({"SAMVERKAN_DATA": str(tmp_path), "SAMVERKAN_KAFKA_SKYDDAD": skyddad})
    skydd = embedded(tmp_path / "skydd") if settings.kafka_skyddad else None
    kafka = EmbeddedKafka(tmp_path, 0, NOWHERE, NOWHERE, os.environ, skydd=skydd)  # noqa: TID251
    reached = {"kafka_ca": skydd.ca, "kafka_anvandare": DRIFT, "kafka_losen_fil": skydd.losen / DRIFT} if skydd else {}
    return Servers(replace(settings, kafka="127.0.0.1:1", kafka_skyddad=False, **reached), kafka, None)


def test_each_role_is_a_user_of_its_own_and_the_notary_is_told_of_no_kafka(tmp_path: Path) -> None:
    found = servers(tmp_path, "1")
    for role in ROLES:
        settings = found.som(role.name)
        assert Settings.from_env(settings.to_env()) == settings
        expected = "" if role.name == "notary" else f"samverkan-{role.name}"
        assert settings.kafka_anvandare == expected
        assert settings.kafka_losen_fil.name == expected
        assert bool(settings.kafka) is bool(expected)


def test_what_looks_at_a_running_hub_finds_its_broker_and_changes_nothing_of_it(tmp_path: Path) -> None:
    skydd = embedded(tmp_path / KAFKA_SKYDD)
    before = skydd.ca.read_bytes()
    dsns = {"SAMVERKAN_PROJEKTION": "postgresql://a@127.0.0.1/a", "SAMVERKAN_VALV": "postgresql://a@127.0.0.1/b"}
    env = {"SAMVERKAN_DATA": str(tmp_path), "SAMVERKAN_KAFKA_SKYDDAD": "1", "SAMVERKAN_KEK_FIL": "/kek", **dsns}
    found = of_a_running(Settings.from_env(env))
    assert (found.kafka, found.kafka_ca, found.kafka_anvandare) == ("127.0.0.1:19092", skydd.ca, DRIFT)
    assert found.kafka_losen_fil == skydd.losen / DRIFT
    assert skydd.ca.read_bytes() == before
    plain = of_a_running(Settings.from_env({**env, "SAMVERKAN_KAFKA_SKYDDAD": "0"}))
    assert (plain.kafka, plain.kafka_anvandare) == (found.kafka, "")


def test_a_plain_broker_is_everybodys(tmp_path: Path) -> None:
    found = servers(tmp_path, "0")
    assert {found.som(role.name) for role in ROLES} == {found.settings}
