"""TLS to the hub: which authority its certificate is to be of, and one's own certificate."""

import ssl
from pathlib import Path


def tls_context(ca: Path | None = None, certificate: Path | None = None, key: Path | None = None) -> ssl.SSLContext:
    """TLS 1.2 or later to a server of a name that `ca` (PEM) vouches for; without it the authorities of the machine.

    `certificate` with `key` (PEM; the key may lie in the same file) is shown to a hub that asks for one. Raises
    `OSError`, of which `ssl.SSLError` is one, for files that cannot be used.
    """
    made = ssl.create_default_context(cafile=ca)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    if certificate is not None:
        made.load_cert_chain(certificate, key)
    return made
