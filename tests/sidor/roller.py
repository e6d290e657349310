"""What each role does on its pages beside following their links: forms filled in, and what comes of them."""

from typing import Final

from sidor.vandring import Steg, Vandring

OPERATOR: Final = "operator/drift.1"
REVISOR: Final = "revisor/region-dalarna/granskare.2"


async def live(walk: Vandring) -> None:
    """The page of operators tells anew by itself."""
    await walk.go("/webb/drift")
    read = walk.page.locator("#lage-rubrik ~ .not").first
    before = await read.inner_text()
    await walk.page.wait_for_function(
        "before => document.querySelector('#lage-rubrik ~ .not').innerText !== before", arg=before, timeout=10_000
    )


async def searched(walk: Vandring) -> None:
    """A search, one of its events explained, and all of that event's ärende."""
    await walk.go("/webb/granskning")
    await walk.press("button.framst")
    await walk.look("granskning-svar")
    await walk.press("tr:has-text('Kallelse till SIP') td.knappar button >> nth=0")
    await walk.look("granskning-forklaring")
    await walk.press("text=Hela ärendet")
    await walk.look("granskning-arendet")


async def wrongly_asked(walk: Vandring) -> None:
    """What is lacking, and what is wrong, is told at its field."""
    await walk.go("/webb/granskning/person")
    walk.expect(422)
    await walk.press("button.framst")
    await walk.look("granskning-person-saknas")
    await walk.page.fill("#nummer", "1")
    await walk.press("button.framst")
    await walk.look("granskning-person-fel")
    walk.expect(0)


async def reviewed(walk: Vandring) -> None:
    """Openings, with a sample."""
    await walk.go("/webb/granskning/oppningar")
    await walk.page.fill("#froe", "vecka-47")
    await walk.press("button.framst")
    await walk.look("granskning-oppningar-svar")


STEG: Final[dict[str, tuple[Steg, ...]]] = {
    OPERATOR: (live,),
    REVISOR: (searched, wrongly_asked, reviewed),
}
"""By whom to log in as, as the form of development has it."""
ANDRAS: Final[dict[str, tuple[str, ...]]] = {
    OPERATOR: ("/webb/granskning", "/webb/granskning/incidenter"),
    REVISOR: ("/webb/drift",),
}
"""Pages of other roles, which are to be refused."""
