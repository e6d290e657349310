"""How Kafka is reached: the same for every client, and with no password in what is printed."""

import ssl
from pathlib import Path

import faust
import pytest

from samverkanshub.adapters.kafka.broker import MECHANISM, Broker, arguments, read_broker
from samverkanshub.adapters.servers.skydd import fresh
from samverkanshub.domain.errors import Halt
from samverkanshub.entrypoints.worker.app import credentials


@pytest.fixture
def ca(tmp_path: Path) -> Path:
    (tmp_path / "ca.pem").write_bytes(fresh("localhost")[0])
    return tmp_path / "ca.pem"


@pytest.fixture
def losen(tmp_path: Path) -> Path:
    (tmp_path / "losen").write_text("hemligt-ord\n")
    return tmp_path / "losen"


def test_a_bare_address_is_a_broker_without_tls() -> None:
    assert arguments("a:1") == arguments(read_broker("a:1", Path())) == {"bootstrap_servers": "a:1"}
    assert credentials(Broker("a:1")) is None


def test_without_a_user_the_broker_is_reached_over_tls_alone(ca: Path) -> None:
    broker = read_broker("a:1", ca)
    found = arguments(broker)
    assert found.keys() == {"bootstrap_servers", "security_protocol", "ssl_context"}
    assert found["security_protocol"] == "SSL"
    faust_way = credentials(broker)
    assert isinstance(faust_way, faust.SSLCredentials)
    assert faust_way.context is broker.context


def test_a_user_goes_over_tls_by_scram(ca: Path, losen: Path) -> None:
    broker = read_broker("a:1", ca, "samverkan-gate", losen)
    assert arguments(broker) == {
        "bootstrap_servers": "a:1",
        "security_protocol": "SASL_SSL",
        "ssl_context": broker.context,
        "sasl_mechanism": MECHANISM,
        "sasl_plain_username": "samverkan-gate",
        "sasl_plain_password": "hemligt-ord",
    }
    faust_way = credentials(broker)
    assert isinstance(faust_way, faust.SASLCredentials)
    assert (faust_way.username, faust_way.password) == ("samverkan-gate", "hemligt-ord")
    assert (faust_way.protocol.value, faust_way.mechanism.value) == ("SASL_SSL", MECHANISM)
    assert faust_way.ssl_context is broker.context


def test_whom_the_broker_is_held_to_be_is_asked_of_the_given_authority_alone(ca: Path) -> None:
    context = read_broker("a:1", ca).context
    assert context is not None
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.minimum_version == ssl.TLSVersion.TLSv1_3
    assert len(context.get_ca_certs(binary_form=True)) <= 1


def test_the_password_is_in_no_text_of_it(ca: Path, losen: Path) -> None:
    broker = read_broker("a:1", ca, "samverkan-gate", losen)
    assert "hemligt-ord" not in f"{broker!r} {broker} {credentials(broker)!r}"


@pytest.mark.parametrize(("content", "what"), [(None, "cannot be read"), ("", "is empty"), (" \n", "is empty")])
def test_a_password_that_is_not_there_is_told_by_its_setting(
    ca: Path, tmp_path: Path, content: str | None, what: str
) -> None:
    file = tmp_path / "annat"
    if content is not None:
        file.write_text(content)
    with pytest.raises(Halt, match=f"`SAMVERKAN_KAFKA_LOSEN_FIL` {what}") as refused:
        read_broker("a:1", ca, "samverkan-gate", file)
    assert refused.value.code == "fel-kafkalosen"


def test_an_authority_that_cannot_be_read_is_told_by_its_setting(tmp_path: Path) -> None:
    (tmp_path / "annat").write_text("no certificate")
    for file in (tmp_path / "annat", tmp_path / "inget"):
        with pytest.raises(Halt, match="`SAMVERKAN_KAFKA_CA`"):
            read_broker("a:1", file)
