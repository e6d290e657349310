"""Reads `operatorer.yaml`: who may see to the hub's running, and when."""

from collections.abc import Iterator

from samverkanshub.adapters.marked import Marked, dates
from samverkanshub.domain.operatorer import Operator


def read_operators(document: Marked) -> Iterator[Operator]:
    """The operators; what is wrong is noted as a fault."""
    for item in document.listed("operatorer"):
        m = item.record(["anvandare", "giltig_fran"], ["giltig_till"])
        fran, till = dates(m, "giltig_fran", "giltig_till")
        yield Operator(anvandare=m["anvandare"].user() if "anvandare" in m else "", fran=fran, till=till)
