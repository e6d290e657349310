"""A question waits for its next page with who asked it, and nobody reads what it is about."""

import pytest
from auditing import Auditing, auditor
from intakehub import ANNA, Whole

from samverkanshub.domain.errors import Refused
from samverkanshub.pipeline.granskning.fraga import Fraga


@pytest.fixture
def audit(whole: Whole) -> Auditing:
    return Auditing(whole)


async def test_a_question_comes_back_as_it_was_to_who_asked_it(audit: Auditing) -> None:
    given = Fraga(nummer=ANNA, fran="2026-01-01")
    held = await audit.service.hold(auditor("mora"), "person", given)
    assert await audit.service.held(auditor("mora"), held) == ("person", given)
    assert ANNA not in held


async def test_how_long_it_is_tells_nothing_of_what_was_asked(audit: Auditing) -> None:
    held = [await audit.service.hold(auditor("mora"), "person", Fraga(nummer=nr)) for nr in ("", "1", ANNA)]
    assert len({len(one) for one in held}) == 1


@pytest.mark.parametrize("who", [auditor("falun"), auditor("mora", "granskare.2")])
async def test_it_is_nothing_to_anybody_else(audit: Auditing, who: object) -> None:
    held = await audit.service.hold(auditor("mora"), "person", Fraga(nummer=ANNA))
    for text in (held, "made-up", ""):
        with pytest.raises(Refused) as refused:
            await audit.service.held(who, text)  # type: ignore[arg-type]
        assert (refused.value.falt, refused.value.code) == ("/fortsatt", "ogiltig-markor")


async def test_the_cursor_of_a_page_is_no_question(audit: Auditing, whole: Whole) -> None:
    await audit.page("mora", "fragor")
    page = await audit.page("mora", "fragor")
    assert page.markor
    with pytest.raises(Refused):
        await audit.service.held(auditor("mora"), page.markor)
