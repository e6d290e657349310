"""Who calls: what a token proved."""

import re
from dataclasses import dataclass
from typing import Final

ID: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,99}")
"""How an actor, a reader group, a key or a user is named."""


@dataclass(frozen=True, slots=True)
class Caller:
    """An actor's reader group, its unit, and the user; all from a verified token and the directory."""

    aktor: str
    enhet: str
    lasargrupp: str
    anvandare: str
    revisor: bool = False
    """Does the token say that it asks as an auditor, and does nothing else?"""
