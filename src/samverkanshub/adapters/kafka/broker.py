"""How Kafka is reached: where it is, and as whom it is spoken to. Every client of the hub's takes it from here."""

import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

from samverkanshub.domain.errors import Halt

MECHANISM: Final = "SCRAM-SHA-512"
UNREADABLE: Final = "fel-kafkalosen"


@dataclass(frozen=True, slots=True)
class Broker:
    """A broker at `bootstrap` (host:port, several with commas), over TLS where there is a `context`, as `anvandare`.

    The password is in no text of it.
    """

    bootstrap: str
    context: ssl.SSLContext | None = field(default=None, repr=False, compare=False)
    anvandare: str = ""
    losen: str = field(default="", repr=False)


Address: TypeAlias = "Broker | str"
"""A broker, or the bare host:port of one without TLS, which only development and tests have."""


def at(address: Address) -> Broker:
    """The broker of an address."""
    return Broker(address) if isinstance(address, str) else address


def arguments(address: Address) -> dict[str, Any]:
    """What any client of aiokafka's is given to reach it."""
    broker = at(address)
    found: dict[str, Any] = {"bootstrap_servers": broker.bootstrap}
    if broker.context is None:
        return found
    found |= {"security_protocol": "SSL", "ssl_context": broker.context}
    if not broker.anvandare:
        return found
    user = {"sasl_plain_username": broker.anvandare, "sasl_plain_password": broker.losen}
    return {**found, "security_protocol": "SASL_SSL", "sasl_mechanism": MECHANISM, **user}


def read_broker(bootstrap: str, ca: Path, anvandare: str = "", losen_fil: Path = Path()) -> Broker:
    """A broker over TLS as those trust whose certificates `ca` holds (PEM), as a user whose password is all of a file.

    Without `ca` (an empty path) one without either. Raises `Halt` (`fel-kafkalosen`), naming the setting.
    """
    if ca == Path():
        return Broker(bootstrap)
    try:
        context = ssl.create_default_context(cafile=str(ca))
    except (OSError, ssl.SSLError):
        raise Halt("`SAMVERKAN_KAFKA_CA` holds no certificate that can be read", code=UNREADABLE) from None
    # The default accepts 1.2 as well; both ends are ours.
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    return Broker(bootstrap, context, anvandare, _password(losen_fil) if anvandare else "")


def _password(file: Path) -> str:
    try:
        password = file.read_text().strip()
    except (OSError, UnicodeDecodeError):
        raise Halt("`SAMVERKAN_KAFKA_LOSEN_FIL` cannot be read", code=UNREADABLE) from None
    if not password:
        raise Halt("`SAMVERKAN_KAFKA_LOSEN_FIL` is empty", code=UNREADABLE)
    return password
