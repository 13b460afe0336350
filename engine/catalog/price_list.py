"""Price lists and their entries: one product's price in one list."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.kernel.currency import Currency
from engine.kernel.period import ALWAYS, Period


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceList:
    """A list of prices in one currency, switched on or off, valid in a period.

    `tax_included` says that its prices hold the tax already.
    """

    key: str
    name: str
    currency: Currency
    description: str = ""
    validity: Period = ALWAYS
    switched_on: bool = True
    tax_included: bool = False

    def is_active(self, day: date) -> bool:
        """Whether quotes may be made from this list on `day`."""
        return self.switched_on and day in self.validity


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceListEntry:
    """What one unit of a product costs in one price list, in the list's currency.

    `minimum_price` and `cost` are None when they are not known. `in_stock` counts
    quantity units; a negative number is on order.
    """

    price_list: str
    sku: str
    list_price: Decimal
    minimum_price: Decimal | None = None
    cost: Decimal | None = None
    in_assortment: bool = True
    in_stock: Decimal = Decimal(0)
