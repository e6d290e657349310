"""Reads `revisorer.yaml`: who may ask what happened, about what, and when."""

from collections.abc import Iterator
from uuid import UUID

from samverkanshub.adapters.marked import Marked, dates
from samverkanshub.domain.actors import Katalog
from samverkanshub.domain.revisorer import ARENDE, MYNDIGHET, SCOPES, Revisor


def read_auditors(document: Marked, katalog: Katalog) -> Iterator[Revisor]:
    """The auditors, each with one scope; what is wrong is noted as a fault."""
    for item in document.listed("revisorer"):
        m = item.record(["aktor", "anvandare", "giltig_fran"], [*SCOPES, "giltig_till"])
        fran, till = dates(m, "giltig_fran", "giltig_till")
        slag, id_ = _scope(item, m, katalog)
        yield Revisor(
            aktor=m["aktor"].one_of(katalog.aktorer, "actor") if "aktor" in m else "",
            anvandare=m["anvandare"].user() if "anvandare" in m else "",
            slag=slag,
            id=id_,
            fran=fran,
            till=till,
        )


def _scope(item: Marked, m: dict[str, Marked], katalog: Katalog) -> tuple[str, str]:
    named = [slag for slag in SCOPES if slag in m]
    if len(named) != 1:
        item.fault("an auditor's scope is either `myndighet` or `arende`")
        return "", ""
    [slag] = named
    if slag == ARENDE and "giltig_till" not in m:
        item.fault("an auditor of one matter is one for a time: `giltig_till` is missing")
    return slag, m[slag].one_of(katalog.aktorer, "actor") if slag == MYNDIGHET else _event(m[ARENDE])


def _event(value: Marked) -> str:
    text = value.filled()
    try:
        return str(UUID(text))
    except ValueError:
        if text:
            value.fault("must be the id of an event (a UUID)")
        return text
