"""Verifies what a notary published, in its own words: nothing here is shared with the notary but the hash functions.

Whoever holds the log's public key and its published files needs nothing else; with the log and the decisions at hand
every leaf is held against them too.
"""

from samverkanshub.verifier.note import Checkpoint, Key, read_checkpoint, read_key
from samverkanshub.verifier.published import Directory, Web
from samverkanshub.verifier.report import SOUND, TAMPERED, UNCHECKED, Finding, Uncheckable, Verified
from samverkanshub.verifier.verify import Sources, verify

__all__ = [
    "SOUND",
    "TAMPERED",
    "UNCHECKED",
    "Checkpoint",
    "Directory",
    "Finding",
    "Key",
    "Sources",
    "Uncheckable",
    "Verified",
    "Web",
    "read_checkpoint",
    "read_key",
    "verify",
]
