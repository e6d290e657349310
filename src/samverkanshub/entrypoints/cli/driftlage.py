"""How the hub runs, as lines: what the page of operators tells, in the same words."""

import sys
from collections.abc import Iterator

from samverkanshub import bootstrap
from samverkanshub.domain.errors import HubError
from samverkanshub.entrypoints.cli.starting import FAILED, complain, settings_or_exit
from samverkanshub.entrypoints.web import ansprakord, driftord, vagord
from samverkanshub.entrypoints.web.ansprakord import Anspraksord
from samverkanshub.entrypoints.web.driftord import Driftord, Lasrad
from samverkanshub.entrypoints.web.ord import alder, antal
from samverkanshub.entrypoints.web.vagord import Vagen
from samverkanshub.pipeline.driftbild import Driftbild
from samverkanshub.ports import Unavailable


async def look() -> Driftbild | None:
    """How the hub of these settings runs, by its database; None where that does not answer. Exits for what is wrong."""
    settings = settings_or_exit("health")
    try:
        return await bootstrap.running(settings, "cli")
    except Unavailable:
        return None
    except HubError as error:
        complain(error)
        sys.exit(FAILED)


def text(bild: Driftbild | None) -> str:
    """The lines, the worst first."""
    told = (*_lines(driftord.told(bild)), *_through(vagord.told(bild)), *_claimed(ansprakord.told(bild)))
    return "\n".join(told)


def _claimed(told: Anspraksord) -> Iterator[str]:
    yield f"{told.punkt.namn.lower()}: {told.punkt.text}"
    for rad in told.rader:
        yield f"  område {rad.partition}: {antal(rad.kvar)} inte jämförda än, {antal(rad.antal)} stämmer inte"
        yield from (f"    {post.offset}: {post.varfor}" for post in rad.poster)


def _through(told: Vagen) -> Iterator[str]:
    yield f"provposter: {told.provposter.text}"
    for prov in told.prov:
        counts = f"{antal(prov.sanda)} skickade, {antal(prov.framme)} framme i tid, {antal(prov.forlorade)} förlorade"
        yield f"  område {prov.partition}: {counts}; den senaste {prov.senaste}, 99 av 100 {prov.p99}"
    yield from () if told.verkan is not None else ("återkallelser till verkan: okänt",)
    for one in told.verkan or ():
        took = f"den senaste tog {one.senaste}, längst det senaste dygnet {one.storst}"
        yield f"återkallelser till verkan, område {one.partition}: {one.text}; {took}"


def _lines(told: Driftord) -> Iterator[str]:
    yield f"{told.matt.namn.lower()}: {told.matt.text}"
    for klocka in told.klockor:
        yield f"{klocka.namn.lower()}: {klocka.text}"
    for grupp in told.grupper:
        yield f"{grupp.namn.lower()}: {grupp.text}"
        yield from (f"  {_reader(rad)}" for rad in grupp.rader if rad.lasare)
    yield "orosanmälningar som ingen har bekräftat: " + ("okänt" if told.anmalningar is None else _count(told))
    for one in told.anmalningar or ():
        yield f"  {one.kommun}: {antal(one.antal)}, försenade {antal(one.forsenade)}; första fristen {one.frist}"


def _count(told: Driftord) -> str:
    return antal(sum(one.antal for one in told.anmalningar or ())) if told.anmalningar else "inga"


def _reader(rad: Lasrad) -> str:
    late = f" {antal(rad.efter)} poster efter, {alder(rad.efter_ms)}" if rad.efter else ""
    return f"{rad.amne} {rad.partition}, {rad.lasare}: {rad.varfor}{late}"
