"""What each role does on its pages beside following their links: forms filled in, and what comes of them."""

from typing import Final

from sidor.vandring import Steg, Vandring

OPERATOR: Final = "operator/drift.1"
OTHER: Final = "operator/drift.2"
"""Who approves what the first proposes."""
REVISOR: Final = "revisor/mora/granskare.1"
REGION: Final = "revisor/region-dalarna/granskare.2"
AKTOR: Final = "aktor/mora.vinr.utsatt"
CHILD: Final = "201705142394"
ADULT: Final = "197807182394"
SHARED: Final = "198611172381"
"""Of tests/data/testpersonnummer.txt; of `SHARED` the demo has much that was shared."""
SEND: Final = "main form button[type=submit]"
CHECKED_MS: Final = 900_000
"""How long a check of all of a log, or a trial of its last month, may take."""


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
    await walk.press("tr:has-text('Kallelse till SIP') td.knappar button >> nth=0")
    await walk.look("granskning-forklaring")
    await walk.press("text=Hela ärendet")
    await walk.look("granskning-arendet")


async def letter(walk: Vandring) -> None:
    """A letter to a person is written once every source authority has decided, and not before (T2)."""
    await walk.go("/webb/granskning/brev")
    await walk.page.fill("#nummer", SHARED)
    await walk.press(SEND)
    await walk.look("granskning-brev-provas")
    if await walk.page.locator("[name=provad]").count():
        walk.expect(422)
        await walk.press(SEND)
        await walk.look("granskning-brev-ej-provat")
        walk.expect(0)
    for box in await walk.page.locator("[name=provad]").all():
        await box.check()
    await walk.press(SEND)
    await walk.look("granskning-brev")


async def withheld(walk: Vandring) -> None:
    """The region's auditor reads what was withheld of what the region sent, in charts and rows; Mora's has none."""
    await _become(walk, REGION)
    await walk.go("/webb/granskning/undanhallet")
    await walk.look("granskning-undanhallet-skal")
    await _become(walk, REVISOR)


async def wrongly_asked(walk: Vandring) -> None:
    """What is lacking, and what is wrong, is told at its field."""
    await walk.go("/webb/granskning/person")
    walk.expect(422)
    await walk.press(SEND)
    await walk.look("granskning-person-saknas")
    await walk.page.fill("#nummer", "1")
    await walk.press(SEND)
    await walk.look("granskning-person-fel")
    walk.expect(0)


async def checked(walk: Vandring) -> None:
    """Both checks, from their start to their end, told anew by itself."""
    for nr, slag in enumerate(("verifiering", "omspelning")):
        await walk.go("/webb/granskning/kontroll")
        await walk.press(f"button.framst >> nth={nr}")
        await walk.page.wait_for_function(
            "() => !document.querySelector('#kontroll-lage').hasAttribute('hx-trigger')", timeout=CHECKED_MS
        )
        await walk.look(f"granskning-{slag}")


async def reviewed(walk: Vandring) -> None:
    """Openings, with a sample."""
    await walk.go("/webb/granskning/oppningar")
    await walk.page.fill("#froe", "vecka-47")
    await walk.press(SEND)
    await walk.look("granskning-oppningar-svar")


async def by_rule(walk: Vandring) -> None:
    """What cites a rule; and what nobody has done, which takes the longest to find out."""
    for falt, what in (("regel", "B0"), ("regel", "K2"), ("aktor", "tingsratt")):
        await walk.go("/webb/granskning")
        await walk.page.fill(f"[name={falt}]", what)
        await walk.press(SEND)
        await walk.look(f"granskning-{falt}-{what.lower()}")


async def ending(walk: Vandring) -> None:
    """Consents that end, whenever they do."""
    await walk.go("/webb/granskning/slutar")
    await walk.page.fill("#till", "2040-01-01")
    await walk.press(SEND)
    await walk.look("granskning-slutar-svar")


async def timeline(walk: Vandring) -> None:
    """An event's ärende as a picture, and one of its marks explained and proved."""
    await walk.go("/webb/granskning")
    await walk.press(SEND)
    await walk.press("tr:has-text('Kallelse till SIP') td.knappar button >> nth=0")
    await walk.press("text=Ärendets tidslinje")
    await walk.look("tidslinje-bild")
    await walk.press(".bild button.tecken >> nth=0")
    await walk.look("tidslinje-forklaring")
    await walk.press("#tankom button[type=submit]")
    await walk.look("tidslinje-tankom")


async def wrong_timeline(walk: Vandring) -> None:
    """What is lacking is told at its field, and a number that nobody has leads to nothing."""
    await walk.go("/webb/tidslinje")
    walk.expect(422)
    await walk.press(SEND)
    await walk.look("tidslinje-saknas")
    walk.expect(0)
    await walk.page.fill("#nummer", "197507109291")
    await walk.press(SEND)
    await walk.look("tidslinje-ingen")


async def report(walk: Vandring) -> None:
    """An agency is told what is missing, reads who would get a report while it is written, and sends it."""
    await walk.go("/webb/skicka/orosanmalan")
    walk.expect(422)
    await walk.press("button[value=skicka]")
    await walk.look("orosanmalan-fel")
    walk.expect(0)
    await walk.page.fill("#f-personer-0-nummer", CHILD)
    await walk.page.select_option("#f-kommun", "leksand")
    await walk.page.fill("#f-beskrivning-text", "Barnet kommer ofta hungrigt.")
    await walk.page.keyboard.press("Tab")
    await walk.page.wait_for_selector("#mottagare-rubrik", timeout=10_000)
    await walk.look("orosanmalan-bedomd")
    await walk.press("button[value=skicka]")
    await walk.look("orosanmalan-skickad")


async def sent(walk: Vandring) -> None:
    """What was sent is found again, with what can be done about it, and is recalled from there."""
    await walk.go("/webb/skickat")
    await walk.page.click("summary:has-text('Gör mer') >> nth=0")
    await walk.look("skickat-mer")
    await walk.press("button:text-is('Visa') >> nth=0")
    await walk.look("skickat-en")
    await walk.go("/webb/skickat")
    await walk.page.click("summary:has-text('Gör mer') >> nth=0")
    await walk.press("button:text-is('Återkalla') >> nth=0")
    await walk.look("aterkallelse-ifylld")


async def fact(walk: Vandring) -> None:
    """A protection is registered, and told what is missing first."""
    await walk.go("/webb/skicka/skydd")
    walk.expect(422)
    await walk.press("button[value=skicka]")
    await walk.look("skydd-fel")
    walk.expect(0)
    await walk.page.fill("#f-personer-0-nummer", CHILD)
    await walk.page.select_option("#f-niva", "sekretessmarkering")
    await walk.page.select_option("#f-kalla", "socialtjanst")
    await walk.page.fill("#f-granskas", "2027-01-31")
    await walk.look("skydd-ifylld")
    await walk.press("button[value=skicka]")
    await walk.look("skydd-skickad")


async def consented(walk: Vandring) -> None:
    """A consent is registered, and its change begins as it is."""
    await walk.go("/webb/skicka/samtycke_lamnat")
    await walk.page.fill("#f-personer-0-nummer", ADULT)
    await walk.page.select_option("#f-andamal", "sip")
    await walk.page.select_option("#f-mottagare-0", "enhet:falun.vinr")
    await walk.page.check("input[name=kategorier][value=behov]")
    await walk.page.fill("#f-fran", "2026-12-01T08:00")
    await walk.page.fill("#f-till", "2027-05-31T08:00")
    await walk.page.select_option("#f-form", "skriftligt")
    for name, value in (("enskilt", "ja"), ("narvarande", "ingen")):
        await walk.page.check(f"input[name={name}][value={value}]")
    await walk.page.select_option("#f-tolk", "ingen")
    await walk.press("button[value=skicka]")
    await walk.look("samtycke-skickat")
    await walk.go("/webb/skickat?urval=samtycken")
    await walk.page.click("summary:has-text('Gör mer') >> nth=0")
    await walk.press("button:text-is('Ändra samtycket') >> nth=0")
    await walk.look("samtycke-andras")


async def receive(walk: Vandring) -> None:
    """What came is opened and acknowledged."""
    await walk.go("/webb/inkorg")
    await walk.press("td button.framst >> nth=0")
    await walk.look("leverans")
    await walk.page.check("input[value=mottagen]")
    await walk.press("button:text-is('Kvittera')")
    await walk.look("kvittens")


async def followed_up(walk: Vandring) -> None:
    """Another table is chosen, and read."""
    await walk.go("/webb/uppfoljning")
    if await walk.page.locator("#tabell").count():
        await walk.page.select_option("#tabell", "meddelanden-utfall")
        await walk.press(SEND)
        await walk.look("uppfoljning-meddelanden")


async def proposed(walk: Vandring) -> None:
    """What another operator has proposed is tried on the latest events, and put in force."""
    await walk.go("/webb/regelverk")
    if not await walk.page.locator("button:text-is('Godkänn och sätt i kraft')").count():
        return
    await walk.page.click("section.ruta summary >> nth=0")
    await walk.look("regelverk-skillnad")
    walk.expect(422)
    await walk.press("button:text-is('Avböj')")
    await walk.look("regelverk-fel")
    walk.expect(0)
    await walk.press("button:has-text('Pröva')")
    await walk.page.wait_for_function(
        "() => !document.querySelector('#prov').hasAttribute('hx-trigger')", timeout=CHECKED_MS
    )
    await walk.look("regelverk-provat")
    await walk.press("button:text-is('Godkänn och sätt i kraft')")
    await walk.look("regelverk-godkant")


async def thawed(walk: Vandring) -> None:
    """A redrive is proposed by one operator, after what is lacking is told, and approved by another."""
    await walk.go("/webb/drift/karantan")
    if not await walk.page.locator("button:has-text('Föreslå upptining')").count():
        return
    walk.expect(422)
    await walk.page.eval_on_selector("select[name=skal]", "one => one.removeAttribute('required')")
    await walk.press("button:has-text('Föreslå upptining')")
    await walk.look("karantan-fel")
    walk.expect(0)
    await walk.page.select_option("select[name=skal]", "felet_rattat")
    await walk.press("button:has-text('Föreslå upptining')")
    await walk.look("karantan-foreslagen")
    await _become(walk, OTHER)
    await walk.go("/webb/drift/karantan")
    await walk.look("karantan-att-godkanna")
    await walk.press("button:has-text('Godkänn')")
    await walk.look("karantan-upptinad")
    await _become(walk, OPERATOR)


async def stopped(walk: Vandring) -> None:
    """A stop is planned, after what is wrong is told at its field, and lifted; another is left for actors to see."""
    await walk.go("/webb/drift/stopp")
    walk.expect(422)
    await walk.press("button:has-text('Planera stoppet')")
    await walk.look("stopp-fel")
    walk.expect(0)
    for _ in range(2):
        await walk.page.fill("#fran", "2040-01-10T06:00")
        await walk.page.fill("#till", "2040-01-10T07:30")
        await walk.page.select_option("#skal", "uppgradering")
        await walk.press("button:has-text('Planera stoppet')")
        await walk.look("stopp-planerat")
        if await walk.page.locator("text=Stopp hävt").count():
            return
        await walk.page.select_option("#hav-1", "uppskjutet")
        await walk.press("button:has-text('Häv stoppet')")
        await walk.look("stopp-havt")


async def _become(walk: Vandring, who: str) -> None:
    """Somebody else logs in in the same browser."""
    await walk.press("button:text-is('Logga ut')")
    await walk.page.select_option("#vem", who)
    await walk.press("button.framst")


STEG: Final[dict[str, tuple[Steg, ...]]] = {
    OPERATOR: (live, proposed, thawed, stopped, followed_up),
    REVISOR: (search, by_rule, wrongly_asked, letter, withheld, reviewed, ending, checked, timeline, wrong_timeline),
    AKTOR: (report, sent, consented, fact, receive),
}
"""By whom to log in as, as the form of development has it."""
ANDRAS: Final[dict[str, tuple[str, ...]]] = {
    OPERATOR: ("/webb/granskning", "/webb/tidslinje"),
    REVISOR: ("/webb/drift", "/webb/regelverk", "/webb/drift/karantan", "/webb/drift/stopp"),
    AKTOR: ("/webb/granskning", "/webb/drift", "/webb/regelverk", "/webb/drift/karantan", "/webb/drift/stopp"),
}
"""Pages of other roles, which are to be refused."""
