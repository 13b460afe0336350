"""Bodies of `/api/v1` become commands. The document has settled the shape of every member."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from marshmallow import EXCLUDE, Schema

from connector.reading import (
    Unreadable,
    amount,
    choices,
    day,
    number,
    optional_number,
    refuse,
    text,
)
from connector.working import Converted, Reader
from engine.pricing.line import Ask
from engine.services.pricing import PriceBasket
from engine.services.whatif import Axes, Target

Json = dict[str, Any]
T = TypeVar("T")


class _Working(Schema):
    class Meta:
        unknown = EXCLUDE


class LineSchema(_Working):
    """A line to be priced."""

    sku = Converted(str, "sku", "")
    quantity = Converted(number, "quantity", None)
    unit = Converted(text, "unit", "")
    unit_price = Converted(optional_number, "unit_price", None)
    discount_percent = Converted(amount, "discount_percent", amount(None))
    discount_amount = Converted(amount, "discount_amount", amount(None))
    total = Converted(optional_number, "total", None)
    target_margin = Converted(optional_number, "target_margin_percent", None)
    term_months = Converted(optional_number, "term_months", None)
    start_date = Converted(day, "start_date", None)
    end_date = Converted(day, "end_date", None)
    quantity_before = Converted(amount, "quantity_before", amount(None))
    configuration = Converted(choices, "configuration", ())


_LINE = (
    *("sku", "quantity", "unit", "unit_price", "discount_percent", "discount_amount"),
    *("total", "target_margin", "term_months", "start_date", "end_date", "quantity_before"),
    "configuration",
)
_read_line: Reader[Ask] = Reader(
    LineSchema(), lambda *members: Ask(**dict(zip(_LINE, members, strict=True))), _LINE
)


def read_ask(body: Json, pointer: str = "") -> Ask:
    """The line a body describes."""
    return _read(_read_line, body, pointer)


def read_basket(body: Json, *, may_be_empty: bool = False) -> PriceBasket:
    """The basket a body describes."""
    return PriceBasket(
        asks=tuple(read_ask(line, f"/lines/{place}") for place, line in enumerate(body["lines"])),
        account_id=body.get("account_id"),
        currency=body.get("currency"),
        price_list=body.get("price_list"),
        on=member(day, body, "pricing_date"),
        codes=tuple(dict.fromkeys(body.get("promotions") or ())),
        discount_percent=member(amount, body, "discount_percent"),
        discount_amount=member(amount, body, "discount_amount"),
        manual_total=member(optional_number, body, "manual_total"),
        may_be_empty=may_be_empty,
    )


def read_axes(vary: Json) -> Axes:
    """What a grid varies."""
    return Axes(
        quantities=_axis(number, vary, "quantity"),
        terms=_axis(number, vary, "term_months"),
        discounts=_axis(number, vary, "discount_percent"),
        dates=_axis(day, vary, "pricing_date"),
        line=None if vary.get("line") is None else vary["line"] - 1,
    )


def read_target(target: Json | None) -> Target | None:
    """What a grid is to reach."""
    if not target:
        return None
    return Target(
        member(optional_number, target, "net", "/target"),
        member(optional_number, target, "margin_percent", "/target"),
    )


def _axis(convert: Callable[[object], T], vary: Json, name: str) -> tuple[T | None, ...]:
    values: list[T | None] = []
    for place, value in enumerate(vary.get(name) or ()):
        try:
            values.append(convert(value))
        except Unreadable as error:
            raise refuse(f"/vary/{name}/{place}", error) from None
    return tuple(values) or (None,)


def member(convert: Callable[[object], T], body: Json, name: str, within: str = "") -> T:
    """The member `name` of `body`, converted; refused by its pointer."""
    try:
        return convert(body.get(name))
    except Unreadable as error:
        raise refuse(f"{within}/{name}", error) from None


def _read(reader: Reader[T], carrier: Mapping[str, Any], pointer: str) -> T:
    try:
        return reader(carrier)
    except Unreadable as error:
        raise refuse(f"{pointer}/{_culprit(reader, carrier)}", error) from None


def _culprit(reader: Reader[T], carrier: Mapping[str, Any]) -> str:
    """The first member that cannot be read."""
    for field in reader.schema.load_fields.values():
        if isinstance(field, Converted) and carrier.get(field.key) is not None:
            try:
                field.convert(carrier[field.key])
            except Unreadable:
                return field.key
    return ""
