"""Adapters that keep everything in memory and behave as the real ones do: they pass the same contract suites."""

from samverkanshub.adapters.memory.amnen import MemoryAmnen
from samverkanshub.adapters.memory.jamforelser import MemoryAnspraken, MemoryJamforelser
from samverkanshub.adapters.memory.kanarier import MemoryKanarier
from samverkanshub.adapters.memory.log import MemoryArtefacts, MemoryLog, MemoryNotices
from samverkanshub.adapters.memory.logins import MemoryLogins
from samverkanshub.adapters.memory.matningar import MemoryMatningar
from samverkanshub.adapters.memory.projection import (
    MemoryDatabase,
    MemoryGateStatus,
    MemoryGateStore,
    MemoryNotaryStatus,
    MemoryProjection,
    MemoryWatchStatus,
)
from samverkanshub.adapters.memory.questions import MemoryQuestions
from samverkanshub.adapters.memory.register import MemoryRegister
from samverkanshub.adapters.memory.tree import MemoryGuard, MemoryTree
from samverkanshub.adapters.memory.uppfoljningar import MemoryUppfoljningar
from samverkanshub.adapters.memory.vault import MemoryErasing, MemoryVault
from samverkanshub.adapters.memory.wrapping import MemoryKeys

__all__ = [
    "MemoryAmnen",
    "MemoryAnspraken",
    "MemoryArtefacts",
    "MemoryDatabase",
    "MemoryErasing",
    "MemoryGateStatus",
    "MemoryGateStore",
    "MemoryGuard",
    "MemoryJamforelser",
    "MemoryKanarier",
    "MemoryKeys",
    "MemoryLog",
    "MemoryLogins",
    "MemoryMatningar",
    "MemoryNotaryStatus",
    "MemoryNotices",
    "MemoryProjection",
    "MemoryQuestions",
    "MemoryRegister",
    "MemoryTree",
    "MemoryUppfoljningar",
    "MemoryVault",
    "MemoryWatchStatus",
]
