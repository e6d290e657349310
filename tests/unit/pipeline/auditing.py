"""Auditors in front of the whole hub in memory: of an authority, of one matter, and of nothing."""

from dataclasses import replace
from typing import Any

from intakehub import Whole, caller

from samverkanshub.adapters.memory import MemoryQuestions, MemoryRegister
from samverkanshub.domain.errors import HubError
from samverkanshub.domain.revisorer import Revisor
from samverkanshub.pipeline.granskning.fraga import Fraga, Rad, Sida
from samverkanshub.pipeline.granskning.register import Registrator
from samverkanshub.pipeline.granskning.tjanst import Granskning
from samverkanshub.pipeline.identity import Caller

ENTERED = 4
"""Records that are entered in the register between two askings of the same."""
MATTERS = "polisen"
"""Whose user audits single matters here; it has no part in any."""


def auditor(aktor: str, anvandare: str = "granskare.1") -> Caller:
    """A user who asks as an auditor, whether or not it is one."""
    return replace(caller(f"{aktor}.enhet.grupp"), anvandare=anvandare, revisor=True)


class Auditing:
    """Asks questions as one auditor or another; `questions` are those that were kept."""

    def __init__(self, whole: Whole) -> None:
        self.whole = whole
        self.questions = MemoryQuestions()
        self.register = MemoryRegister()
        self.registrator = Registrator(whole.projection, self.register, whole.hub.schemas, 1)
        given = (whole.vault, whole.projection, whole.regelverk, self.questions, self.register, whole.hub.clock)
        self.service = Granskning(*given, wait_s=0.05, reader=whole.hub.log)
        for aktor in ("mora", "falun", "region-dalarna", "rattvik"):
            self.named(Revisor(aktor, "granskare.1", "myndighet", aktor, "2026-01-01"))

    def named(self, *revisorer: Revisor) -> None:
        """Name more auditors."""
        found = self.whole.regelverk.found
        self.whole.regelverk.found = replace(found, revisorer=(*found.revisorer, *revisorer))

    def of_matter(self, handelse_id: str) -> Caller:
        """An auditor of the one matter of an event."""
        user = f"tillsyn.{handelse_id[:8]}"
        self.named(Revisor(MATTERS, user, "arende", handelse_id, "2026-01-01", "2027-12-31"))
        return auditor(MATTERS, user)

    async def page(self, who: str | Caller, fraga: str, **given: Any) -> Sida:
        """One page."""
        asking = auditor(who) if isinstance(who, str) else who
        return await self.service.ask(asking, fraga, Fraga(**given))

    async def rows(self, who: str | Caller, fraga: str, *, at_once: int = 3, **given: Any) -> list[Rad]:
        """Every row, a few at a time; the same as all at once, and the end goes on to nothing."""
        found = await self._read(who, fraga, at_once, given)
        assert await self._read(who, fraga, 500, given) == found
        # Whatever the register has come to: nothing of it, some, all.
        while await self.registrator.step(0, ENTERED):
            assert await self._read(who, fraga, at_once, given) == found
        return found

    async def _read(self, who: str | Caller, fraga: str, at_once: int, given: dict[str, Any]) -> list[Rad]:
        found: list[Rad] = []
        markor = ""
        while (page := await self.page(who, fraga, markor=markor, antal=at_once, **given)).rader or page.vidare:
            assert len(page.rader) <= at_once
            assert page.markor != markor
            assert all(set(row) == set(page.kolumner) for row in page.rader)
            found += page.rader
            markor = page.markor
        assert page.markor == markor, "T3: no cursor moves past what is not shown"
        return found

    async def refusal(self, who: str | Caller, fraga: str, **given: Any) -> tuple[type, str, str, str]:
        """How a question is refused: everything that who asked is told."""
        try:
            await self.page(who, fraga, **given)
        except HubError as error:
            return type(error), error.code, error.falt, error.detail
        raise AssertionError("it was answered")
