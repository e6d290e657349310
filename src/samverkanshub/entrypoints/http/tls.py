"""TLS of the api, and who a connection's certificate says is at the other end.

What is known of a client comes from the connection itself and from no header. A certificate is asked for and not
demanded, since browsers, health and the published log need none: routes that ask for a token ask for it (`auth`).
"""

import hashlib
import ssl
import time
from dataclasses import dataclass
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from samverkanshub.domain.errors import Halt
from samverkanshub.settings import Settings

KLIENT: Final = "samverkan.klient"
"""In the state of a request over a connection whose client showed a certificate that our authorities issued."""


@dataclass(frozen=True, slots=True)
class Klient:
    """A client by its certificate: the subject's serial number, empty where it has not one; SHA-256 of its key, hex."""

    serienummer: str
    spki: str


def context_of(settings: Settings) -> ssl.SSLContext | None:
    """TLS 1.2 or later as the settings say; None where they name no certificate.

    Raises `Halt` (`fel-certifikat`), naming the setting, where a file cannot be used.
    """
    if not settings.tls:
        return None
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        made.load_cert_chain(settings.api_certifikat, settings.api_nyckel)
    except (OSError, ValueError):
        raise _unusable("`SAMVERKAN_API_CERTIFIKAT` and `SAMVERKAN_API_NYCKEL`") from None
    if settings.client_certificates:
        made.verify_mode = ssl.CERT_OPTIONAL
        # TLS 1.3 takes no session up again without these. What TLS 1.2 keeps by itself Python cannot turn off.
        made.num_tickets = 0
        made.options |= ssl.OP_NO_TICKET
        try:
            made.load_verify_locations(settings.api_klient_ca)
        except (OSError, ValueError):
            raise _unusable("`SAMVERKAN_API_KLIENT_CA`") from None
    return made


def _unusable(what: str) -> Halt:
    return Halt(f"{what} cannot be read as PEM, or do not belong together", code="fel-certifikat")


def client_of(transport: Any) -> Klient | None:
    """Who showed a certificate on this connection, which OpenSSL has verified.

    None where nobody did, where it has ended since, and where OpenSSL takes what we cannot read: such a client is
    nobody's.
    """
    connection = transport.get_extra_info("ssl_object")
    der = connection.getpeercert(binary_form=True) if connection is not None else None
    try:
        certificate = x509.load_der_x509_certificate(der) if der else None
        return klient(certificate) if certificate and holds(certificate, time.time()) else None
    except (ValueError, UnsupportedAlgorithm):
        return None


def holds(certificate: x509.Certificate, now_s: float) -> bool:
    """Is this within its time? OpenSSL looks at that when a session begins, and not where one is taken up again."""
    return certificate.not_valid_before_utc.timestamp() <= now_s < certificate.not_valid_after_utc.timestamp()


def klient(certificate: x509.Certificate) -> Klient:
    """The same of a certificate. A subject with several serial numbers has none: which counts is not ours to say."""
    serials = certificate.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return Klient(str(serials[0].value) if len(serials) == 1 else "", hashlib.sha256(key).hexdigest())
