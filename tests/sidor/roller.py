"""What each role does on its pages beside following their links: forms filled in, and what comes of them."""

from typing import Final

from sidor.vandring import Steg, Vandring

OPERATOR: Final = "operator/drift.1"


async def live(walk: Vandring) -> None:
    """The page of operators tells anew by itself."""
    await walk.go("/webb/drift")
    read = walk.page.locator("#lage-rubrik ~ .not").first
    before = await read.inner_text()
    await walk.page.wait_for_function(
        "before => document.querySelector('#lage-rubrik ~ .not').innerText !== before", arg=before, timeout=10_000
    )


STEG: Final[dict[str, tuple[Steg, ...]]] = {
    OPERATOR: (live,),
}
"""By whom to log in as, as the form of development has it."""
ANDRAS: Final[dict[str, tuple[str, ...]]] = {
    OPERATOR: (),
}
"""Pages of other roles, which are to be refused."""
