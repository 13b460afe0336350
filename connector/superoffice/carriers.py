"""Working schemas of SuperOffice's carriers: only the members that the engine reads."""

from decimal import Context, Decimal, Inexact
from typing import Any

from marshmallow import EXCLUDE, Schema

from connector.working import Converted, Reader
from engine.pricing.figures import Master
from engine.pricing.rounding import kept
from engine.quotes.line import Alternative, Line

Carrier = dict[str, Any]
"""One JSON object of the wire, members as they came."""

_ZERO = Decimal(0)
_DOUBLE = Context(prec=15)
"""A double carries 15 decimal digits; what stands behind them is noise of its binary form."""
_AS_IT_IS = Context(prec=13, Emin=0, traps=[Inexact]).plus
"""The number itself where it has at most 13 digits and 12 decimals; Inexact otherwise."""
MOST_DIGITS = 17
"""No double is ever written with more digits than these."""
_NOT_GIVEN = Decimal("-1e15")
"""Far below any price: the CRM's way to say that a cost or minimum price is not given."""


class TooManyDigits(ValueError):
    """A number with more digits than the wire's doubles have: it would not be kept exactly."""

    def __init__(self, value: Decimal) -> None:
        super().__init__(f"{value} has more than {MOST_DIGITS} digits")
        self.value = value


def number(value: object) -> Decimal:
    """A wire number as an exact decimal of at most 15 digits and 12 decimals.

    TooManyDigits where it was written with more digits than any double is.
    """
    if type(value) is not Decimal:
        return Decimal(value) if isinstance(value, int) else _ZERO
    try:
        return _AS_IT_IS(value)
    except Inexact:
        return _rounded(value)


def _rounded(value: Decimal) -> Decimal:
    if len(value.as_tuple().digits) > MOST_DIGITS:
        raise TooManyDigits(value)
    return kept(_DOUBLE.plus(value))


def optional_price(value: object) -> Decimal:
    """A price; 0 where a very negative number says that none is given."""
    if isinstance(value, Decimal | int) and value < _NOT_GIVEN:
        return _ZERO  # it may be written with more digits than are read otherwise
    return number(value)


def text(value: object) -> str:
    """Text; nothing and null are the same."""
    return value if isinstance(value, str) else ""


def flag(value: object) -> bool:
    """Yes only where it is said."""
    return value is True


_MASTERS = {
    "None": Master.NONE,
    "OverrideTotal": Master.TOTAL,
    "OverrideDiscountPercent": Master.DISCOUNT_PERCENT,
    "OverrideDiscountAmount": Master.DISCOUNT_AMOUNT,
    "OverrideEarningPercent": Master.EARNING_PERCENT,
    "OverrideEarningAmount": Master.EARNING_AMOUNT,
}


def master(value: object) -> Master:
    """Which figure the user fixed, by the name canonicalisation left."""
    return _MASTERS.get(value, Master.NONE) if isinstance(value, str) else Master.NONE


class _Working(Schema):
    class Meta:
        unknown = EXCLUDE


class FiguresSchema(_Working):
    """The linked figures, which lines and alternatives share."""

    suggested_percent = Converted(number, "ERPDiscountPercent", _ZERO)
    suggested_amount = Converted(number, "ERPDiscountAmount", _ZERO)
    master = Converted(master, "UserValueOverride", Master.NONE)
    discount_percent = Converted(number, "DiscountPercent", _ZERO)
    discount_amount = Converted(number, "DiscountAmount", _ZERO)
    earning_percent = Converted(number, "EarningPercent", _ZERO)
    earning_amount = Converted(number, "EarningAmount", _ZERO)
    total = Converted(number, "TotalPrice", _ZERO)


class QuoteLineSchema(FiguresSchema):
    """QuoteLineInfo, as far as a calculation reads it."""

    product_key = Converted(text, "ERPProductKey", "")
    price_list_key = Converted(text, "ERPPriceListKey", "")
    name = Converted(text, "Name", "")
    quantity = Converted(number, "Quantity", _ZERO)
    is_subscription = Converted(flag, "IsSubscription", default=False)
    subscription_quantity = Converted(number, "SubscriptionQuantity", _ZERO)
    unit_list_price = Converted(number, "UnitListPrice", _ZERO)
    unit_cost = Converted(optional_price, "UnitCost", _ZERO)
    unit_minimum_price = Converted(optional_price, "UnitMinimumPrice", _ZERO)
    tax_rate = Converted(number, "VAT", _ZERO)


class QuoteAlternativeSchema(FiguresSchema):
    """QuoteAlternativeInfo, as far as a calculation reads it."""


read_line: Reader[Line] = Reader(QuoteLineSchema(), Line, Line._fields)
read_alternative: Reader[Alternative] = Reader(
    QuoteAlternativeSchema(), Alternative, Alternative._fields
)
