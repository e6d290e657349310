"""What a verification came to: sound, could not be checked, or tampered with, and then where and what first."""

from dataclasses import dataclass, field
from typing import Final

SOUND: Final = "sound"
UNCHECKED: Final = "unchecked"
TAMPERED: Final = "tampered"

CHECKPOINT: Final = "checkpoint"
TILE: Final = "tile"
LEAF: Final = "leaf"
RECORD: Final = "record"
DECISION: Final = "decision"
SIGNATURE: Final = "signature"
EVIDENCE: Final = "evidence"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is not as it was signed: one of the kinds above, from which position of the log on, and why.

    `path` names the published file, below the log's prefix; empty for what is not published.
    """

    what: str
    position: int
    why: str
    path: str = ""

    def __str__(self) -> str:
        return f"{self.what} at position {self.position}{f' ({self.path})' if self.path else ''}: {self.why}"


class Tampered(Exception):
    """Something is not as it was signed."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding


class Uncheckable(Exception):
    """Something that is needed could not be had, or is not what it was said to be: nothing is known either way."""


@dataclass(slots=True)
class Verified:
    """What came of one område's log. `size` and `root` are its checkpoint's, once that is known to be signed."""

    origin: str
    size: int = 0
    root: bytes = b""
    leaves: int = 0
    records: int = 0
    decisions: int = 0
    period: tuple[int, int] | None = None
    """From and until which position there are records and decisions, as an archive says; None where all are asked."""
    consistent_with: list[int] = field(default_factory=list)
    """Sizes of the earlier checkpoints that it continues."""
    signatures: int = 0
    """Records whose sender's signature holds, by the directory in force at their position."""
    unheld: int = 0
    """Records that no directory with keys is known for."""
    refused: int = 0
    """Records whose key did not hold there, which the gate put in quarantine: they have no effect."""
    forged: list[Finding] = field(default_factory=list)
    """The first of those whose signature does not hold; `forged_count` of them there are."""
    forged_count: int = 0
    finding: Finding | None = None
    failure: str = ""
    """Why it could not be checked; empty where it could."""

    @property
    def outcome(self) -> str:
        """`SOUND`, `UNCHECKED` or `TAMPERED`."""
        if self.finding:
            return TAMPERED
        return UNCHECKED if self.failure else SOUND
