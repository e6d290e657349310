"""The notary's key from a PEM file: port `Signer`."""

from samverkanshub.codec.keys import load_ed25519, public_hex


class FileSigner:
    """Signs with a private key held in memory. `ValueError` where the PEM holds no Ed25519 key."""

    def __init__(self, pem: bytes) -> None:
        self._key = load_ed25519(pem)

    @property
    def public(self) -> bytes:
        """Its public half, 32 bytes."""
        return bytes.fromhex(public_hex(self._key))

    def sign(self, text: bytes) -> bytes:
        """The signature of a text, 64 bytes."""
        return self._key.sign(text)
