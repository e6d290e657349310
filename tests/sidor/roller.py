"""What each role does on its pages beside following their links: forms filled in, and what comes of them."""

from typing import Final

from sidor.vandring import Steg, Vandring

OPERATOR: Final = "operator/drift.1"
REVISOR: Final = "revisor/mora/granskare.1"
SEND: Final = "main form button[type=submit]"


async def live(walk: Vandring) -> None:
    """The page of operators tells anew by itself."""
    await walk.go("/webb/drift")
    read = walk.page.locator("#lage-rubrik ~ .not").first
    before = await read.inner_text()
    await walk.page.wait_for_function(
        "before => document.querySelector('#lage-rubrik ~ .not').innerText !== before", arg=before, timeout=10_000
    )


async def search(walk: Vandring) -> None:
    """An auditor searches for what an actor did, reads one event of it, and comes to the end of the answer."""
    await walk.go("/webb/granskning")
    await walk.page.fill("[name=aktor]", "mora")
    await walk.press(SEND)
    await walk.look("granskning-svar")


STEG: Final[dict[str, tuple[Steg, ...]]] = {
    OPERATOR: (live,),
    REVISOR: (search,),
}
"""By whom to log in as, as the form of development has it."""
ANDRAS: Final[dict[str, tuple[str, ...]]] = {
    OPERATOR: ("/webb/granskning",),
    REVISOR: ("/webb/drift",),
}
"""Pages of other roles, which are to be refused."""
