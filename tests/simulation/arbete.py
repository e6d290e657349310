"""What the agencies do in a run, drawn by a seed: each does one thing after the other, all of them at once."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from random import Random
from typing import Any, Final

from intakehub import ANNA, BO, DISA, UTSATT, VC, VC_RATTVIK, consent, deviation, exemption, person, report, summons
from watched import CHILD_UNIT

from simulation.klienter import Klienter

LASARE: Final = (UTSATT, CHILD_UNIT)
BARA_SAGT: Final = ("notis", "paminnelse")


def arbeten(klienter: Klienter, slump: Random) -> list[Coroutine[Any, Any, None]]:
    """Everybody's work."""
    klara: list[str] = []
    sandare = [_kurs(klienter, slump, VC, ANNA), _kurs(klienter, slump, VC_RATTVIK, BO), _anmalan(klienter, slump)]
    if slump.random() < 0.5:
        sandare.append(_avvikelse(klienter, slump))
    antal = len(sandare)

    async def sander(arbete: Coroutine[Any, Any, None]) -> None:
        await arbete
        klara.append("")

    lasare = [_laser(klienter, slump, grupp, lambda: len(klara) == antal) for grupp in LASARE]
    return [*(sander(one) for one in sandare), *lasare]


def _otalig(slump: Random) -> bool:
    return slump.random() < 0.15


async def _kurs(klienter: Klienter, slump: Random, grupp: str, nummer: str) -> None:
    """A consent, messages that rest on it, its withdrawal or change, and a message after that."""
    given = await klienter.publicera(grupp, "samtycke_lamnat", consent(nummer), otalig=_otalig(slump))
    for _ in range(slump.randint(1, 2)):
        kallad = await klienter.publicera(grupp, "sip_kallelse", summons(nummer), otalig=_otalig(slump))
    typ, data = _slut(slump, nummer, given["handelse_id"], kallad["handelse_id"])
    known = [row["leverans_id"] for row in await klienter.inkorg(UTSATT) if row["typ"] == "sip_kallelse"]
    if typ:
        await klienter.publicera(grupp, typ, data, otalig=_otalig(slump))
    for leverans in slump.sample(known, min(slump.randint(0, 2), len(known))):
        await klienter.oppna(UTSATT, leverans, slump.choice(("api-1", "api-2")))  # K4: at once after the answer.
    if slump.random() < 0.5:
        sent = await klienter.publicera(grupp, "sip_kallelse", summons(nummer))
        await klienter.utfall(grupp, sent["handelse_id"])


def _slut(slump: Random, nummer: str, samtycke: str, kallelse: str) -> tuple[str, dict[str, Any]]:
    """What becomes of the consent, or of the message; or nothing."""
    named = {"personer": [person("registrerad", nummer)], "samtycke": samtycke}
    changed = consent(nummer, samtycke=samtycke, kategorier=["identitet", "motestid"])
    ways: list[tuple[str, dict[str, Any]]] = [
        ("samtycke_makulerat", {**named, "skal": "fel_person"}),
        ("samtycke_andrat", changed),
        ("undantag_anmalt", exemption(nummer, kategorier=["behov"])),
        ("aterkallelse", {"personer": [], "meddelande": kallelse, "skal": "fel_mottagare"}),
        ("", {}),
    ]
    return slump.choice([("samtycke_aterkallat", named)] * 5 + ways)


async def _anmalan(klienter: Klienter, slump: Random) -> None:
    for _ in range(slump.randint(1, 2)):
        await klienter.publicera(VC_RATTVIK, "orosanmalan", report(DISA), otalig=_otalig(slump))


async def _avvikelse(klienter: Klienter, slump: Random) -> None:
    await klienter.publicera(VC, "avvikelse", deviation(), otalig=_otalig(slump))


async def _laser(klienter: Klienter, slump: Random, grupp: str, klart: Callable[[], bool]) -> None:
    """Reads when told that there is something, opens it, acknowledges some, and opens old things again."""
    hub, told, known = klienter.hubb.hub, 0, dict[str, str]()
    aktor = grupp.partition(".")[0]

    def notiser() -> int:
        return sum(notice.aktor == aktor for notice in hub.notices.sent)

    def nytt(sedan: int) -> bool:
        return notiser() > sedan or klart()

    for _ in range(slump.randint(1, 3)):
        await klienter.hubb.slinga.tur("läsare", nar=partial(nytt, told))
        told = notiser()
        rows = await klienter.inkorg(grupp)
        fresh = [row for row in rows if row["leverans_id"] not in known and not row["kod"]]
        known |= {row["leverans_id"]: row["typ"] for row in fresh if row["slag"] not in BARA_SAGT}
        for leverans in slump.sample(sorted(known), min(slump.randint(1, 2), len(known))):
            await klienter.oppna(grupp, leverans, slump.choice(("api-1", "api-2")))
        for row in fresh:
            if row["slag"] == "meddelande" and slump.random() < 0.4:
                await klienter.kvittera(grupp, row["leverans_id"], "mottagen", otalig=_otalig(slump))


async def las_om(klienter: Klienter) -> None:
    """Somebody opens once more all that rests on consent, when nothing befalls anybody."""
    rows = [row for row in await klienter.inkorg(UTSATT) if row["typ"] == "sip_kallelse" and not row["kod"]]
    await asyncio.gather(*(klienter.oppna(UTSATT, row["leverans_id"]) for row in rows))
