"""Working schemas of SuperOffice's carriers: only the members that the engine reads.

The document has settled the shape of every member before these run, so they only
convert. `Reader` reads with a schema's fields and none of marshmallow's per-call work;
a test holds it to what the schema itself loads.
"""

from collections.abc import Callable, Mapping
from decimal import Context, Decimal
from typing import Any, Generic, TypeVar

from marshmallow import EXCLUDE, Schema, fields

from engine.orders.order import OrderLine
from engine.pricing.figures import Master
from engine.quotes.line import Alternative, Line

T = TypeVar("T")

Carrier = dict[str, Any]
"""One JSON object of the wire, members as they came."""

_ZERO = Decimal(0)
_DOUBLE = Context(prec=15)
"""A double carries 15 decimal digits; what stands behind them is noise of its binary form."""
_FINEST = -12
"""Amounts below this power of ten are read as zero."""
_NOT_GIVEN = Decimal("-1e15")
"""Far below any price: the CRM's way to say that a cost or minimum price is not given."""


def number(value: object) -> Decimal:
    """A wire number as an exact decimal of at most 15 digits."""
    if type(value) is not Decimal:
        return Decimal(value) if isinstance(value, int) else _ZERO
    read = _DOUBLE.plus(value)
    return read if read.adjusted() >= _FINEST else _ZERO


class Number(fields.Field[Decimal]):
    """An amount, a quantity or a percentage."""

    def _deserialize(self, value: object, *_: object, **__: object) -> Decimal:
        return number(value)


class OptionalPrice(Number):
    """A price that a very negative number says is not given; 0 then."""

    def _deserialize(self, value: object, *_: object, **__: object) -> Decimal:
        read = number(value)
        return _ZERO if read < _NOT_GIVEN else read


class Text(fields.Field[str]):
    """Text; nothing and null are the same."""

    def _deserialize(self, value: object, *_: object, **__: object) -> str:
        return value if isinstance(value, str) else ""


class Flag(fields.Field[bool]):
    """Yes or no."""

    def _deserialize(self, value: object, *_: object, **__: object) -> bool:
        return value is True


_MASTERS = {
    "None": Master.NONE,
    "OverrideTotal": Master.TOTAL,
    "OverrideDiscountPercent": Master.DISCOUNT_PERCENT,
    "OverrideDiscountAmount": Master.DISCOUNT_AMOUNT,
    "OverrideEarningPercent": Master.EARNING_PERCENT,
    "OverrideEarningAmount": Master.EARNING_AMOUNT,
}


class MasterFigure(fields.Field[Master]):
    """Which figure the user fixed, by the name canonicalisation left."""

    def _deserialize(self, value: object, *_: object, **__: object) -> Master:
        return _MASTERS.get(value, Master.NONE) if isinstance(value, str) else Master.NONE


class _Working(Schema):
    class Meta:
        unknown = EXCLUDE


class FiguresSchema(_Working):
    """The linked figures, which lines and alternatives share."""

    suggested_percent = Number(data_key="ERPDiscountPercent", load_default=_ZERO)
    suggested_amount = Number(data_key="ERPDiscountAmount", load_default=_ZERO)
    master = MasterFigure(data_key="UserValueOverride", load_default=Master.NONE)
    discount_percent = Number(data_key="DiscountPercent", load_default=_ZERO)
    discount_amount = Number(data_key="DiscountAmount", load_default=_ZERO)
    earning_percent = Number(data_key="EarningPercent", load_default=_ZERO)
    earning_amount = Number(data_key="EarningAmount", load_default=_ZERO)
    total = Number(data_key="TotalPrice", load_default=_ZERO)


class QuoteLineSchema(FiguresSchema):
    """QuoteLineInfo, as far as a calculation reads it."""

    product_key = Text(data_key="ERPProductKey", load_default="")
    price_list_key = Text(data_key="ERPPriceListKey", load_default="")
    name = Text(data_key="Name", load_default="")
    quantity = Number(data_key="Quantity", load_default=_ZERO)
    is_subscription = Flag(data_key="IsSubscription", load_default=False)
    subscription_quantity = Number(data_key="SubscriptionQuantity", load_default=_ZERO)
    unit_list_price = Number(data_key="UnitListPrice", load_default=_ZERO)
    unit_cost = OptionalPrice(data_key="UnitCost", load_default=_ZERO)
    unit_minimum_price = OptionalPrice(data_key="UnitMinimumPrice", load_default=_ZERO)
    tax_rate = Number(data_key="VAT", load_default=_ZERO)


class QuoteAlternativeSchema(FiguresSchema):
    """QuoteAlternativeInfo, as far as a calculation reads it."""


class OrderLineSchema(_Working):
    """QuoteLineInfo, as far as an order keeps it."""

    sku = Text(data_key="ERPProductKey", load_default="")
    name = Text(data_key="Name", load_default="")
    quantity = Number(data_key="Quantity", load_default=_ZERO)
    unit = Text(data_key="QuantityUnit", load_default="")
    unit_list_price = Number(data_key="UnitListPrice", load_default=_ZERO)
    discount = Number(data_key="DiscountAmount", load_default=_ZERO)
    total = Number(data_key="TotalPrice", load_default=_ZERO)


class Reader(Generic[T]):
    """Reads carriers into `build`'s keyword arguments with the fields of `schema`."""

    def __init__(self, schema: Schema, build: Callable[..., T]) -> None:
        self.schema = schema
        self._build = build
        self._plan = tuple(
            (field.data_key or name, name, field._deserialize, field.load_default)  # noqa: SLF001
            for name, field in schema.load_fields.items()
        )

    def __call__(self, carrier: Mapping[str, Any]) -> T:
        get = carrier.get
        values = {}
        for key, name, convert, default in self._plan:
            value = get(key)
            values[name] = default if value is None else convert(value, None, None)
        return self._build(**values)


read_line: Reader[Line] = Reader(QuoteLineSchema(), Line)
read_alternative: Reader[Alternative] = Reader(QuoteAlternativeSchema(), Alternative)
read_order_line: Reader[OrderLine] = Reader(
    OrderLineSchema(), lambda **members: OrderLine(id="", line_ref="", **members)
)
