"""Rows of an upload become promotions, channel discounts, exchange rates, approval rules."""

from decimal import Decimal
from enum import StrEnum
from typing import Final, TypedDict, TypeVar

from engine.catalog.cells import Cells
from engine.catalog.rows import currency_of
from engine.kernel.period import Period
from engine.pricing.approval import ApprovalRule, Trigger
from engine.pricing.exchange import ExchangeRate
from engine.pricing.promotion import Benefit, ChannelDiscount, Promotion, Role, Stacking
from engine.pricing.rule import Buyers, Goods

E = TypeVar("E", bound=StrEnum)

_DATED: Final = ("id", "name", "version", "valid_from", "valid_to")
_RULE: Final = (
    *(*_DATED, "priority", "sku", "family", "category", "account", "group", "region"),
    *("price_list", "currency"),
)
PROMOTION: Final = frozenset(
    (
        *(*_RULE, "code", "benefit", "value", "stacking"),
        *("min_quantity", "min_amount", "min_quote_amount"),
    )
)
CHANNEL_DISCOUNT: Final = frozenset((*_RULE, "role", "percent"))
EXCHANGE_RATE: Final = frozenset((*_DATED, "source", "target", "rate"))
APPROVAL_RULE: Final = frozenset(
    (*_DATED, "trigger", "threshold", "level", "approver_group", "currency")
)
_HIGHEST_LEVEL: Final = 100
_LARGEST_PRIORITY: Final = 1_000_000
_ZERO: Final = Decimal(0)


class _Common(TypedDict):
    id: str
    name: str
    version: int
    validity: Period
    priority: int
    goods: Goods
    buyers: Buyers
    price_list: str | None
    currency: str | None


def promotion(cells: Cells) -> Promotion:
    """The promotion a row describes."""
    benefit = choice(cells, "benefit", Benefit, Benefit.PERCENT)
    is_percent = benefit is Benefit.PERCENT
    value = cells.percentage("value") if is_percent else cells.amount("value")
    if value is None:
        raise cells.wrong("value", "is missing")
    if not is_percent and cells.value("currency") is None:
        raise cells.wrong("currency", "is missing: an amount is in a currency")
    return Promotion(
        **_rule(cells),
        code=cells.optional("code"),
        benefit=benefit,
        value=value,
        stacking=choice(cells, "stacking", Stacking, Stacking.EXCLUSIVE),
        min_quantity=cells.amount("min_quantity") or _ZERO,
        min_amount=cells.amount("min_amount") or _ZERO,
        min_quote_amount=cells.amount("min_quote_amount") or _ZERO,
    )


def channel_discount(cells: Cells) -> ChannelDiscount:
    """The channel discount a row describes."""
    return ChannelDiscount(
        **_rule(cells),
        role=choice(cells, "role", Role, Role.PARTNER),
        percent=cells.percentage("percent"),
    )


def exchange_rate(cells: Cells) -> ExchangeRate:
    """The exchange rate a row describes."""
    source, target = currency_of(cells, "source").code, currency_of(cells, "target").code
    rate = cells.amount("rate")
    if not rate:
        raise cells.wrong("rate", "is missing or 0")
    return ExchangeRate(
        id=cells.optional("id") or f"{source}-{target}",
        name=cells.text("name"),
        version=version(cells),
        validity=cells.period(),
        source=source,
        target=target,
        rate=rate,
    )


def approval_rule(cells: Cells) -> ApprovalRule:
    """The approval rule a row describes."""
    key = cells.key("id")
    level = cells.whole("level")
    if level is not None and not 1 <= level <= _HIGHEST_LEVEL:
        raise cells.wrong("level", f"is not between 1 and {_HIGHEST_LEVEL}")
    trigger = choice(cells, "trigger", Trigger, None)
    if trigger is Trigger.TOTAL and cells.value("currency") is None:
        raise cells.wrong("currency", "is missing: a total is in a currency")
    return ApprovalRule(
        id=key,
        name=cells.text("name") or key,
        trigger=trigger,
        threshold=cells.number("threshold") or _ZERO,
        level=level or 1,
        approver_group=cells.text("approver_group"),
        currency=None if cells.value("currency") is None else currency_of(cells).code,
        version=version(cells),
        validity=cells.period(),
    )


def version(cells: Cells) -> int:
    """The version a row is of; the first where none is said."""
    found = cells.whole("version")
    return 1 if found is None else found


def choice(cells: Cells, name: str, choices: type[E], default: E | None) -> E:
    """The cell as one of `choices`; without a default it must be there."""
    word = cells.text(name, default or "") or (default or "")
    if word not in set(choices):
        raise cells.wrong(name, f"{word[:40]!r} is none of {', '.join(choices)}")
    return choices(word)


def _rule(cells: Cells) -> _Common:
    key = cells.key("id")
    return _Common(
        id=key,
        name=cells.text("name") or key,
        version=version(cells),
        validity=cells.period(),
        priority=_priority(cells),
        goods=Goods(
            sku=cells.optional("sku"),
            family=cells.optional("family"),
            category=cells.optional("category"),
        ),
        buyers=Buyers(
            account=cells.optional("account"),
            group=cells.optional("group"),
            region=cells.optional("region"),
        ),
        price_list=cells.optional("price_list"),
        currency=None if cells.value("currency") is None else currency_of(cells).code,
    )


def _priority(cells: Cells) -> int:
    found = cells.number("priority")
    if found is None:
        return 0
    if found != found.to_integral_value() or abs(found) > _LARGEST_PRIORITY:
        raise cells.wrong("priority", f"is no whole number up to {_LARGEST_PRIORITY}")
    return int(found)
