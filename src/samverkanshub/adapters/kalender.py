"""Swedish public holidays, from the library `holidays`: asked when a regelverk is compiled, never when it is judged by.

The library is kept up as the law changes; the days it gave are data of the regelverk, so that a replay in another year
counts by the same ones (docs/adr/0009-holidays-are-data.md).
"""

from collections.abc import Collection
from typing import Final

from holidays import country_holidays
from holidays.constants import DE_FACTO, PUBLIC

EVES: Final = {"julafton": "Julafton", "midsommarafton": "Midsommarafton", "nyarsafton": "Nyårsafton"}
"""The eves that may be treated as holidays (semesterlagen (1977:480) 7 §), as the library calls them."""


def closed_days(first: int, last: int, eves: Collection[str]) -> frozenset[str]:
    """The public holidays of these years and the eves named, as ISO dates; other Sundays are not among them."""
    years = range(first, last + 1)
    public = country_holidays("SE", years=years, categories=PUBLIC, language="sv")
    named = {EVES[eve] for eve in eves}
    all_eves = country_holidays("SE", years=years, categories=DE_FACTO, language="sv")
    closed = {*public, *(day for day, name in all_eves.items() if name in named)}
    return frozenset(day.isoformat() for day in closed)
