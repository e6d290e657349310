"""X.509 for development and tests: two authorities and what they issue. In use, SITHS and an own PKI take their place.

`ca` issues to the hub's own servers and processes, `aktorer-ca` function certificates to actors, as SITHS does: so that
an actor's certificate is none of the hub's own, and no process of the hub is an actor.
"""

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from samverkanshub.adapters.files import write_atomically
from samverkanshub.domain.errors import HubError

CA: Final = "ca"
"""The authority of the hub's own servers and processes: `<KATALOG>/ca.pem`."""
AKTORER_CA: Final = "aktorer-ca"
"""The authority of actors' function certificates: `<KATALOG>/aktorer-ca.pem`."""
LOCAL: Final = ("localhost", "127.0.0.1", "::1")
"""Names that every server's certificate holds beside its own."""
AUTHORITY_DAYS: Final = 3650
DAYS: Final = 397
"""As long as a browser believes a server's certificate."""
SKEW: Final = timedelta(hours=1)
"""How far the clock of who reads a new certificate may be behind."""
LONGEST_NAME: Final = 64
"""X.520 holds no longer name of an organisation or a holder."""

_FILE: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}", re.ASCII)
_Key = ec.EllipticCurvePrivateKey


class CertificateFault(HubError):
    """A certificate cannot be made or read; `detail` says which."""

    code = "certifikat-fel"


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate and its private key (PKCS 8, unencrypted), both PEM."""

    certificate: bytes
    key: bytes = field(repr=False)

    def write(self, directory: Path, name: str) -> tuple[Path, Path]:
        """Write `<name>.pem` (0644) and `<name>.key` (0600), the key first, and say where they are."""
        certificate, key = places(directory, name)
        write_atomically(key, self.key, mode=0o600)
        write_atomically(certificate, self.certificate)
        return certificate, key


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a function certificate is for. `serienummer`: the subject's serialNumber, in SITHS the function's HSA-id."""

    id: str
    organisation: str
    serienummer: str


def places(directory: Path, name: str) -> tuple[Path, Path]:
    """Where the certificate and the key of this name are. Raises `CertificateFault` for what is no file's name."""
    if not _FILE.fullmatch(name):
        raise CertificateFault("a certificate's name must be of a-z, 0-9, `.`, `_` and `-`")
    return directory / f"{name}.pem", directory / f"{name}.key"


class Authority:
    """Issues certificates; make one with `new`, or read one with `read`."""

    def __init__(self, certificate: x509.Certificate, key: _Key) -> None:
        self._certificate = certificate
        self._key = key

    @classmethod
    def new(cls, name: str, now: datetime, days: int = AUTHORITY_DAYS) -> "Authority":
        """A new authority (P-256) that signs itself and no other authority. `now`: with its time zone."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _name({NameOID.COMMON_NAME: name})
        usage = _usage(signs_certificates=True)
        builder = _builder(subject, subject, key, now, days)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        return cls(builder.add_extension(usage, critical=True).sign(key, SHA256()), key)

    @classmethod
    def read(cls, directory: Path, name: str) -> "Authority":
        """The authority whose files these are. Raises `CertificateFault`."""
        certificate, key = places(directory, name)
        try:
            found = load_pem_private_key(key.read_bytes(), password=None)
            held = x509.load_pem_x509_certificate(certificate.read_bytes())
        except (OSError, ValueError, TypeError):
            raise CertificateFault(f"`{certificate}` and its key cannot be read") from None
        if not isinstance(found, _Key) or held.public_key() != found.public_key():
            raise CertificateFault(f"`{key}` is not the key of `{certificate}`")
        return cls(held, found)

    @property
    def issued(self) -> Issued:
        """Its own certificate and key."""
        return _issued(self._certificate, self._key)

    @property
    def pem(self) -> bytes:
        """Its certificate: what is to be trusted."""
        return self.issued.certificate

    def server(self, names: Sequence[str], now: datetime, days: int = DAYS) -> Issued:
        """For a server known by these host names and addresses, and on its own machine by `LOCAL`."""
        return self._server(names, [ExtendedKeyUsageOID.SERVER_AUTH], now, days)

    def peer(self, names: Sequence[str], now: datetime, days: int = DAYS) -> Issued:
        """As `server`, for one that its like reach and who reaches them: for both ends of a connection."""
        return self._server(names, [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH], now, days)

    def process(self, name: str, now: datetime, days: int = DAYS) -> Issued:
        """For a process of the hub as a client: its name is the subject's common name."""
        return self._issue({NameOID.COMMON_NAME: name}, [ExtendedKeyUsageOID.CLIENT_AUTH], now, days)

    def function(self, holder: Holder, now: datetime, days: int = DAYS) -> Issued:
        """For an actor's system as a client: C, O, CN and serialNumber, as in a SITHS function certificate."""
        subject = {
            NameOID.COUNTRY_NAME: "SE",
            NameOID.ORGANIZATION_NAME: holder.organisation[:LONGEST_NAME],
            NameOID.COMMON_NAME: holder.id[:LONGEST_NAME],
            NameOID.SERIAL_NUMBER: holder.serienummer,
        }
        return self._issue(subject, [ExtendedKeyUsageOID.CLIENT_AUTH], now, days)

    def _server(
        self, names: Sequence[str], purposes: Sequence[x509.ObjectIdentifier], now: datetime, days: int
    ) -> Issued:
        alternatives = x509.SubjectAlternativeName([_alternative(name) for name in dict.fromkeys((*names, *LOCAL))])
        return self._issue({NameOID.COMMON_NAME: names[0]}, purposes, now, days, alternatives)

    def _issue(
        self,
        subject: Mapping[x509.ObjectIdentifier, str],
        purposes: Sequence[x509.ObjectIdentifier],
        now: datetime,
        days: int,
        *more: x509.ExtensionType,
    ) -> Issued:
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(_name(subject), self._certificate.subject, key, now, days)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
        by = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        for extension in (x509.ExtendedKeyUsage(purposes), by, *more):
            builder = builder.add_extension(extension, critical=False)
        return _issued(builder.sign(self._key, SHA256()), key)


def _builder(subject: x509.Name, issuer: x509.Name, key: _Key, now: datetime, days: int) -> x509.CertificateBuilder:
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SKEW)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(identifier, critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(parts: Mapping[x509.ObjectIdentifier, str]) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in parts.items()])


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _issued(certificate: x509.Certificate, key: _Key) -> Issued:
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Issued(certificate.public_bytes(Encoding.PEM), private)


# ------------------------------------------------------------------------------------------------------------ directory


@dataclass(frozen=True, slots=True)
class Wanted:
    """What `make` is to make. `servrar`: host names, a certificate each; `processer`: the hub's processes by role."""

    servrar: Iterable[str] = ("localhost",)
    processer: Iterable[str] = ()
    aktorer: Iterable[Holder] = ()


def make(directory: Path, wanted: Wanted, now_ms: int) -> list[Path]:
    """Make what is missing of authorities and certificates in a directory; says which certificates are new.

    `ca` and `aktorer-ca` with `servrar/`, `processer/` and `aktorer/` below. What is there is kept: take a certificate
    away to have it made anew. Raises `CertificateFault` and `OSError`.
    """
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    made: list[Path] = []
    hubs, theirs = (_authority(directory, name, now, made) for name in (CA, AKTORER_CA))
    for name in wanted.servrar:
        _put(directory / "servrar", name, partial(hubs.server, [name], now), made)
    for name in wanted.processer:
        _put(directory / "processer", name, partial(hubs.process, name, now), made)
    for holder in wanted.aktorer:
        _put(directory / "aktorer", holder.id, partial(theirs.function, holder, now), made)
    return made


def _authority(directory: Path, name: str, now: datetime, made: list[Path]) -> Authority:
    _put(directory, name, lambda: Authority.new(f"samverkanshub {name}", now).issued, made)
    return Authority.read(directory, name)


def _put(directory: Path, name: str, issue: Callable[[], Issued], made: list[Path]) -> None:
    certificate, key = places(directory, name)
    if not (certificate.exists() and key.exists()):
        issue().write(directory, name)
        made.append(certificate)
