"""What a broker is configured with so that nobody reaches it but over TLS and by name, and does no more than is given.

The controller's listener takes one certificate alone, which the broker is given anew at each start. Kafka's first
user is made when its storage is formatted; every other by that one (`adapters.kafka.anvandare`).
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from samverkanshub.adapters.certifikat import Authority, Issued, places
from samverkanshub.adapters.clock import SystemClock
from samverkanshub.adapters.files import write_atomically
from samverkanshub.adapters.kafka.anvandare import ITERATIONS, passwords
from samverkanshub.adapters.kafka.broker import MECHANISM, Broker, read_broker
from samverkanshub.adapters.servers.places import LOOPBACK
from samverkanshub.rattigheter import DRIFT

LISTENER: Final = "HUB"
CONTROLLER: Final = "CONTROLLER"
REAUTH_MS: Final = 3600 * 1000
"""For how long who has shown a password is believed: then the broker closes the connection at its next request, so that
nobody outlives the password they came by. aiokafka does not show it again (KIP-368), and connects anew."""
BROKER: Final = "samverkan-broker"
"""Whom the broker is to its own controller: no user's name, since a certificate's is all of its subject."""


@dataclass(frozen=True, slots=True)
class Skydd:
    """The broker's certificate, with those between it and `ca` after it, its key (PKCS 8), and where passwords are.

    That of `DRIFT` is there from the beginning.
    """

    certifikat: Path
    nyckel: Path
    ca: Path
    losen: Path

    def som(self, bootstrap: str, user: str = DRIFT) -> Broker:
        """The broker as a user reaches it."""
        return read_broker(bootstrap, self.ca, user, self.losen / user)


@dataclass(frozen=True, slots=True)
class Filer:
    """Where keys and certificates are as Kafka reads them: of the broker and its controller, and whom each trusts."""

    broker: Path
    ca: Path
    controller: Path
    trusted: Path


def secured(port: int, controller: int, filer: Filer) -> dict[str, str]:
    """What of the broker's configuration is otherwise than without TLS, users and rights."""
    on_hub, on_controller = (f"listener.name.{name.lower()}" for name in (LISTENER, CONTROLLER))
    return {
        "listeners": f"{LISTENER}://{LOOPBACK}:{port},{CONTROLLER}://{LOOPBACK}:{controller}",
        "advertised.listeners": f"{LISTENER}://{LOOPBACK}:{port}",
        "listener.security.protocol.map": f"{LISTENER}:SASL_SSL,{CONTROLLER}:SSL",
        # One broker, which speaks to no other: as whom it would is not said.
        "inter.broker.listener.name": LISTENER,
        "sasl.mechanism.inter.broker.protocol": MECHANISM,
        "sasl.enabled.mechanisms": MECHANISM,
        "connections.max.reauth.ms": str(REAUTH_MS),
        f"{on_hub}.{MECHANISM.lower()}.sasl.jaas.config": (
            "org.apache.kafka.common.security.scram.ScramLoginModule required;"
        ),
        "ssl.enabled.protocols": "TLSv1.3",
        f"{on_hub}.ssl.keystore.type": "PEM",
        f"{on_hub}.ssl.keystore.location": str(filer.broker),
        f"{on_hub}.ssl.truststore.type": "PEM",
        f"{on_hub}.ssl.truststore.location": str(filer.ca),
        f"{on_controller}.ssl.keystore.type": "PEM",
        f"{on_controller}.ssl.keystore.location": str(filer.controller),
        f"{on_controller}.ssl.truststore.type": "PEM",
        f"{on_controller}.ssl.truststore.location": str(filer.trusted),
        f"{on_controller}.ssl.client.auth": "required",
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "allow.everyone.if.no.acl.found": "false",
        "super.users": f"User:{DRIFT};User:CN={BROKER}",
    }


def lay_out(directory: Path, skydd: Skydd) -> Filer:
    """Lay keys and certificates as Kafka reads them in a directory, for the broker's user alone."""
    filer = Filer(*(directory / name for name in ("broker.pem", "ca.pem", "controller.pem", "controller-ca.pem")))
    ca, issued = fresh(BROKER)
    write_private(filer.broker, skydd.nyckel.read_bytes().rstrip() + b"\n" + skydd.certifikat.read_bytes())
    write_private(filer.ca, skydd.ca.read_bytes())
    write_private(filer.controller, issued.key + issued.certificate)
    write_private(filer.trusted, ca)
    return filer


def fresh(name: str) -> tuple[bytes, Issued]:
    """What vouches for one server on loopback and for nothing else, since its own key is forgotten; and that server's.

    For both ends of a connection, from now on for `certifikat.DAYS`.
    """
    now = datetime.fromtimestamp(SystemClock().now_ms() / 1000, UTC)
    authority = Authority.new(name, now)
    return authority.pem, authority.peer([name], now)


def embedded(directory: Path) -> Skydd:
    """What protects an embedded broker, in a directory: certificates made anew, its first password if it has none."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    made, (ca, issued) = laid(directory), fresh("localhost")
    write_atomically(made.ca, ca)
    issued.write(directory, "broker")
    passwords(made.losen, [DRIFT])
    return made


def laid(directory: Path) -> Skydd:
    """What `embedded` made in a directory."""
    return Skydd(*places(directory, "broker"), directory / "ca.pem", directory / "losen")


def in_a_file(arguments: Sequence[str], file: Path) -> str:
    """Arguments of a Java program in a file that its owner alone can read, and the one that says so.

    Everybody on the machine can read a command line.
    """
    write_private(file, "".join(f'"{argument}"\n' for argument in arguments).encode())
    return f"@{file}"


def first_user(skydd: Skydd) -> tuple[str, str]:
    """What formats the storage with `DRIFT` in it."""
    password = (skydd.losen / DRIFT).read_text().strip()
    return "--add-scram", f"{MECHANISM}=[name={DRIFT},password={password},iterations={ITERATIONS}]"


def write_private(path: Path, content: bytes) -> None:
    """Write a file that its owner alone can read, from the beginning."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
