"""Who calls: what a token proved."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    """An actor's reader group, its unit, and the user; all from a verified token and the directory."""

    aktor: str
    enhet: str
    lasargrupp: str
    anvandare: str
    revisor: bool = False
    """Does the token say that it asks as an auditor, and does nothing else?"""
