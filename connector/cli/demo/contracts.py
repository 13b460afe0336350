"""Service contracts that the demo tenant has had for some time; leap years are in their terms."""

from datetime import date
from decimal import Decimal

from engine.pricing.line import Ask
from engine.services.adopting import Adopt

_BY = "demo"
_TOTAL = (("coverage_level", "Total"), ("response", "4 hours"))


def _plan(units: int, months: int, configuration: tuple[tuple[str, str], ...] = ()) -> Ask:
    return Ask(
        sku="CARE-PLUS",
        quantity=Decimal(units),
        term_months=Decimal(months),
        configuration=configuration,
    )


CONTRACTS = (
    Adopt(
        account="ACME",
        currency="USD",
        start=date(2024, 2, 29),
        asks=(_plan(6, 60),),
        by=_BY,
    ),
    Adopt(
        account="ODDAFAB",
        currency="NOK",
        start=date(2024, 1, 31),
        asks=(_plan(2, 49, _TOTAL),),
        by=_BY,
    ),
)
"""One from 29 February 2024 for five years, one of which every month ends on its last day."""
