"""Certificates for development: believed for what they are issued for, and for nothing else."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from samverkanshub.adapters.certifikat import (
    DAYS,
    LOCAL,
    Authority,
    CertificateFault,
    Holder,
    Issued,
    Wanted,
    make,
    places,
)

NOW = datetime.now(UTC)  # noqa: TID251 - OpenSSL holds them to the machine's clock
NOW_MS = int(NOW.timestamp() * 1000)
MORA = Holder("mora", "Mora kommun", "SE2120002213-SAMV")


@pytest.fixture(scope="module")
def ca() -> Authority:
    return Authority.new("prov", NOW)


def context(purpose: ssl.Purpose, trusted: bytes, own: Issued, directory: Path) -> ssl.SSLContext:
    """A side of a connection that believes `trusted` alone and asks the other for a certificate."""
    made = ssl.create_default_context(purpose, cadata=trusted.decode())
    made.verify_mode = ssl.CERT_REQUIRED
    made.verify_flags |= ssl.VERIFY_X509_STRICT
    made.load_cert_chain(*own.write(directory, purpose.shortname.lower()))
    return made


def meet(server: ssl.SSLContext, client: ssl.SSLContext, name: str) -> ssl.SSLObject:
    """A handshake in memory: the server's side when both are done. Raises `ssl.SSLError` as the one that refuses."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = server.wrap_bio(to_server, to_client, server_side=True)
    theirs = client.wrap_bio(to_client, to_server, server_hostname=name)
    waiting = [theirs, ours]
    for _ in range(10):
        for side in waiting.copy():
            try:
                side.do_handshake()
                waiting.remove(side)
            except ssl.SSLWantReadError:
                continue
    assert not waiting
    return ours


@pytest.mark.parametrize("name", ["kafka", *LOCAL])
def test_a_server_and_an_actor_believe_each_other(ca: Authority, tmp_path: Path, name: str) -> None:
    server = context(ssl.Purpose.CLIENT_AUTH, ca.pem, ca.server(["kafka"], NOW), tmp_path)
    client = context(ssl.Purpose.SERVER_AUTH, ca.pem, ca.function(MORA, NOW), tmp_path)
    der = meet(server, client, name).getpeercert(binary_form=True)
    assert der is not None
    subject = x509.load_der_x509_certificate(der).subject
    told = {attribute.oid: attribute.value for attribute in subject}
    assert told == {
        NameOID.COUNTRY_NAME: "SE",
        NameOID.ORGANIZATION_NAME: "Mora kommun",
        NameOID.COMMON_NAME: "mora",
        NameOID.SERIAL_NUMBER: "SE2120002213-SAMV",
    }


def test_peers_believe_each_other_at_both_ends(ca: Authority, tmp_path: Path) -> None:
    server = context(ssl.Purpose.CLIENT_AUTH, ca.pem, ca.peer(["kafka"], NOW), tmp_path)
    client = context(ssl.Purpose.SERVER_AUTH, ca.pem, ca.peer(["annan"], NOW), tmp_path)
    assert meet(server, client, "kafka").getpeercert(binary_form=True)


def test_a_server_of_another_name_is_not_believed(ca: Authority, tmp_path: Path) -> None:
    server = context(ssl.Purpose.CLIENT_AUTH, ca.pem, ca.server(["kafka"], NOW), tmp_path)
    client = context(ssl.Purpose.SERVER_AUTH, ca.pem, ca.process("samverkan_api", NOW), tmp_path)
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        meet(server, client, "valv")


def test_an_actors_certificate_is_no_servers_and_a_servers_is_no_clients(ca: Authority, tmp_path: Path) -> None:
    actor, server = ca.function(MORA, NOW), ca.server(["kafka"], NOW)
    acting = context(ssl.Purpose.CLIENT_AUTH, ca.pem, actor, tmp_path)
    calling = context(ssl.Purpose.SERVER_AUTH, ca.pem, actor, tmp_path)
    with pytest.raises(ssl.SSLError, match="purpose"):
        meet(acting, calling, "kafka")
    serving = context(ssl.Purpose.CLIENT_AUTH, ca.pem, server, tmp_path)
    served = context(ssl.Purpose.SERVER_AUTH, ca.pem, server, tmp_path)
    with pytest.raises(ssl.SSLError, match="purpose"):
        meet(serving, served, "kafka")


def test_nobody_who_has_been_issued_a_certificate_issues_any_and_no_authority_makes_another(ca: Authority) -> None:
    """Else an actor could be every other actor."""
    issued = (
        ca.server(["kafka"], NOW),
        ca.peer(["kafka"], NOW),
        ca.process("samverkan_api", NOW),
        ca.function(MORA, NOW),
    )
    for one in (x509.load_pem_x509_certificate(made.certificate) for made in issued):
        assert (_constraints(one).ca, _constraints(one).path_length) == (False, None)
        assert not _usage(one).key_cert_sign
    authority = x509.load_pem_x509_certificate(ca.pem)
    assert (_constraints(authority).ca, _constraints(authority).path_length) == (True, 0)
    assert _usage(authority).key_cert_sign


def _constraints(certificate: x509.Certificate) -> x509.BasicConstraints:
    found = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    assert found.critical
    return found.value


def _usage(certificate: x509.Certificate) -> x509.KeyUsage:
    found = certificate.extensions.get_extension_for_class(x509.KeyUsage)
    assert found.critical
    return found.value


@pytest.mark.parametrize("wrong", ["another-authority", "expired", "not-yet"])
def test_what_another_issued_or_another_day_is_not_believed(ca: Authority, tmp_path: Path, wrong: str) -> None:
    issued = {
        "another-authority": Authority.new("prov", NOW).function(MORA, NOW),
        "expired": ca.function(MORA, NOW - timedelta(days=DAYS + 1)),
        "not-yet": ca.function(MORA, NOW + timedelta(days=1)),
    }[wrong]
    server = context(ssl.Purpose.CLIENT_AUTH, ca.pem, ca.server(["kafka"], NOW), tmp_path)
    client = context(ssl.Purpose.SERVER_AUTH, ca.pem, issued, tmp_path)
    with pytest.raises(ssl.SSLCertVerificationError):
        meet(server, client, "kafka")


def test_one_call_makes_what_is_missing_and_twice_is_nothing(tmp_path: Path) -> None:
    wanted = Wanted(["kafka", "localhost"], ["samverkan_gate"], [MORA])
    made = [str(path.relative_to(tmp_path)) for path in make(tmp_path, wanted, NOW_MS)]
    of_hub = ["servrar/kafka.pem", "servrar/localhost.pem", "processer/samverkan_gate.pem"]
    assert made == ["ca.pem", "aktorer-ca.pem", *of_hub, "aktorer/mora.pem"]
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.*")}
    assert make(tmp_path, wanted, NOW_MS) == []
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*.*")}
    (tmp_path / "aktorer" / "mora.pem").unlink()
    assert make(tmp_path, wanted, NOW_MS) == [tmp_path / "aktorer" / "mora.pem"]


def test_private_keys_are_for_their_owner_alone_and_in_the_form_that_kafka_reads(tmp_path: Path) -> None:
    make(tmp_path, Wanted(["kafka"], ["samverkan_gate"], [MORA]), NOW_MS)
    keys = list(tmp_path.rglob("*.key"))
    assert len(keys) == 5
    assert {key.stat().st_mode & 0o777 for key in keys} == {0o600}
    assert all(key.read_bytes().startswith(b"-----BEGIN PRIVATE KEY-----") for key in keys)


def test_actors_have_an_authority_of_their_own(tmp_path: Path) -> None:
    make(tmp_path, Wanted(["kafka"], ["samverkan_gate"], [MORA]), NOW_MS)
    read = {path.stem: x509.load_pem_x509_certificate(path.read_bytes()) for path in tmp_path.rglob("*.pem")}
    for name in ("kafka", "samverkan_gate"):
        read[name].verify_directly_issued_by(read["ca"])
    read["mora"].verify_directly_issued_by(read["aktorer-ca"])
    with pytest.raises(ValueError, match="Issuer"):
        read["mora"].verify_directly_issued_by(read["ca"])


def test_an_authority_is_read_with_its_own_key_alone(tmp_path: Path) -> None:
    one, other = Authority.new("ena", NOW), Authority.new("andra", NOW)
    one.issued.write(tmp_path, "ena")
    assert Authority.read(tmp_path, "ena").pem == one.pem
    (tmp_path / "ena.key").write_bytes(other.issued.key)
    with pytest.raises(CertificateFault, match="is not the key"):
        Authority.read(tmp_path, "ena")
    (tmp_path / "ena.key").write_bytes(b"")
    with pytest.raises(CertificateFault, match="cannot be read"):
        Authority.read(tmp_path, "ena")


@pytest.mark.parametrize("name", ["../mora", "", "Mora", "a/b", "."])
def test_a_name_never_becomes_a_path_elsewhere(tmp_path: Path, name: str) -> None:
    with pytest.raises(CertificateFault):
        places(tmp_path, name)
