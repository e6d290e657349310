"""Verifies what a notary published, in its own words: nothing here is shared with the notary but the hash functions.

Whoever holds the log's public key and its published files needs nothing else; with the log and the decisions at hand
every leaf is held against them too.
"""

from samverkanshub.verifier.absence import Absent
from samverkanshub.verifier.evidence import Shown
from samverkanshub.verifier.files import verify_evidence, verify_file
from samverkanshub.verifier.note import Checkpoint, Key, read_checkpoint, read_key
from samverkanshub.verifier.published import Directory, Web
from samverkanshub.verifier.report import SOUND, TAMPERED, UNCHECKED, Finding, Tampered, Uncheckable, Verified
from samverkanshub.verifier.signatures import Artefacts
from samverkanshub.verifier.verify import Sources, verify

__all__ = [
    "SOUND",
    "TAMPERED",
    "UNCHECKED",
    "Absent",
    "Artefacts",
    "Checkpoint",
    "Directory",
    "Finding",
    "Key",
    "Shown",
    "Sources",
    "Tampered",
    "Uncheckable",
    "Verified",
    "Web",
    "read_checkpoint",
    "read_key",
    "verify",
    "verify_evidence",
    "verify_file",
]
