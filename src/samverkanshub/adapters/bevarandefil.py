"""Reads `bevaranden.yaml`: how long what is noted about a person must be kept (G2)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from samverkanshub.adapters.marked import Marked, dates
from samverkanshub.domain.bevarande import Bevarande

_REQUIRED: Final = ("id", "namn", "kalla", "marke", "giltig_fran", "ar")
_OPTIONAL: Final = ("giltig_till", "verksamheter", "anmarkning")
_MOST_YEARS: Final = 100


def read_retention(document: Marked, lists: Mapping[str, Collection[str]]) -> Iterator[Bevarande]:
    """The duties to keep; what is wrong is noted as a fault."""
    rows = [(item, _duty(item, lists)) for item in document.listed("bevaranden")]
    _check_versions(rows)
    return (row for _, row in rows)


def _duty(item: Marked, lists: Mapping[str, Collection[str]]) -> Bevarande:
    m = item.record(_REQUIRED, _OPTIONAL)
    texts = {name: m[name].filled() if name in m else "" for name in ("namn", "kalla", "anmarkning")}
    fran, till = dates(m, "giltig_fran", "giltig_till")
    years = m["ar"].integer() if "ar" in m else 1
    if not 1 <= years <= _MOST_YEARS:
        m["ar"].fault(f"must be years, from 1 to {_MOST_YEARS}")
    return Bevarande(
        id=m["id"].ident() if "id" in m else "",
        namn=texts["namn"],
        kalla=texts["kalla"],
        marke=m["marke"].one_of(lists["marke"], "mark") if "marke" in m else "",
        giltig_fran=fran,
        giltig_till=till,
        ar=years,
        verksamheter=m["verksamheter"].some_of(lists["verksamhet"], "verksamhet") if "verksamheter" in m else (),
        anmarkning=texts["anmarkning"],
    )


def _check_versions(rows: Sequence[tuple[Marked, Bevarande]]) -> None:
    """One id may have several wordings, one after the other, never two on the same day."""
    ordered = sorted(rows, key=lambda pair: (pair[1].id, pair[1].giltig_fran))
    for (_, earlier), (item, later) in pairwise(ordered):
        overlap = not earlier.giltig_till or later.giltig_fran < earlier.giltig_till
        if earlier.id and earlier.id == later.id and overlap:
            item.fault(f"`{later.id}` is given twice for the same days")
