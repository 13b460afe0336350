"""Rows of an upload become policies: routing, change fees, services."""

from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeVar

from engine.catalog.cells import Cells
from engine.catalog.change_fee import STAGES, VALID_DAYS, ChangeFee, ChangeKind
from engine.catalog.charge import ChargeType
from engine.catalog.routing import RoutingRule
from engine.catalog.rows import currency_of
from engine.catalog.service_policy import Dialect, FeeStep, RenewalPrice, ServicePolicy
from engine.catalog.wares import Wares

E = TypeVar("E", bound=StrEnum)
_ZERO: Final = Decimal(0)
_MOST_VALID_DAYS: Final = 3_650
_FEE_AMOUNTS: Final = ("fixed", "minimum", "maximum")

_DATED: Final = ("id", "name", "version", "valid_from", "valid_to", "priority")
_WARES: Final = ("sku", "family", "category", "charge")
ROUTING_RULE: Final = frozenset((*_DATED, *_WARES, "system", "waits_for"))
CHANGE_FEE: Final = frozenset(
    (
        *(*_DATED, *_WARES, "changes", "stages", "within_days", "percent", "of_cost", "fixed"),
        *("minimum", "maximum", "currency", "allowed", "waivable", "approver_group", "tax_rate"),
        "valid_days",
    )
)
SERVICE_POLICY: Final = frozenset(
    (
        *(*_DATED, "account", "group", "dialect", "renewal_price", "uplift_percent"),
        *("index_percent", "index_spread", "index_floor", "auto_renew", "notice_days"),
        *("current_prices", "minimum_percent", "fee_steps", "fee_cap_percent"),
        *("backdating_days", "in_arrears", "billing_day"),
        *("commitment_percent", "waived_reasons", "evergreen"),
    )
)


def routing_rule(cells: Cells) -> RoutingRule:
    """The routing rule a row describes."""
    key = cells.key("id")
    return RoutingRule(
        id=key,
        name=cells.text("name") or key,
        system=cells.key("system"),
        wares=_wares(cells),
        waits_for=cells.optional("waits_for"),
        priority=cells.whole("priority") or 0,
        version=cells.whole("version") or 1,
        validity=cells.period(),
    )


def change_fee(cells: Cells) -> ChangeFee:
    """The row of the fee policy a row describes."""
    key = cells.key("id")
    return ChangeFee(
        id=key,
        name=cells.text("name") or key,
        changes=tuple(_word(cells, "changes", each, ChangeKind) for each in cells.texts("changes")),
        stages=tuple(_fee_stage(cells, each) for each in cells.texts("stages")),
        within_days=cells.whole("within_days"),
        wares=_wares(cells),
        percent=_percent(cells, "percent"),
        of_cost=cells.flag("of_cost", default=False),
        fixed=cells.amount("fixed") or _ZERO,
        minimum=cells.amount("minimum") or _ZERO,
        maximum=_maximum(cells),
        currency=_fee_currency(cells),
        allowed=cells.flag("allowed", default=True),
        waivable=cells.flag("waivable", default=False),
        approver_group=cells.text("approver_group"),
        tax_rate=_percent(cells, "tax_rate"),
        valid_days=_valid_days(cells),
        priority=cells.whole("priority") or 0,
        version=cells.whole("version") or 1,
        validity=cells.period(),
    )


def service_policy(cells: Cells) -> ServicePolicy:
    """The service policy a row describes."""
    key = cells.key("id")
    return ServicePolicy(
        id=key,
        name=cells.text("name") or key,
        account=cells.optional("account"),
        group=cells.optional("group"),
        dialect=_choice(cells, "dialect", Dialect, Dialect.ACTUAL),
        renewal_price=_choice(cells, "renewal_price", RenewalPrice, RenewalPrice.SAME),
        uplift_percent=_percent(cells, "uplift_percent"),
        index_percent=cells.number("index_percent"),
        index_spread=cells.number("index_spread") or _ZERO,
        index_floor=cells.number("index_floor") or _ZERO,
        auto_renew=cells.flag("auto_renew", default=False),
        notice_days=cells.whole("notice_days") or 0,
        current_prices=cells.flag("current_prices", default=False),
        minimum_percent=_percent(cells, "minimum_percent"),
        fee_steps=tuple(_fee_step(each) for each in cells.nested("fee_steps")),
        fee_cap_percent=cells.amount("fee_cap_percent"),
        commitment_percent=_percent(cells, "commitment_percent", "100"),
        waived_reasons=cells.texts("waived_reasons"),
        evergreen=cells.flag("evergreen", default=False),
        backdating_days=cells.whole("backdating_days") or 0,
        in_arrears=cells.flag("in_arrears", default=False),
        billing_day=_billing_day(cells),
        priority=cells.whole("priority") or 0,
        version=cells.whole("version") or 1,
        validity=cells.period(),
    )


def _fee_step(cells: Cells) -> FeeStep:
    cells.only(("months_left", "percent"))
    return FeeStep(months_left=cells.whole("months_left") or 0, percent=cells.percentage("percent"))


def _fee_stage(cells: Cells, word: str) -> str:
    if word not in STAGES:
        raise cells.wrong("stages", f"{word[:40]!r} is none of {', '.join(sorted(STAGES))}")
    return word


def _maximum(cells: Cells) -> Decimal | None:
    maximum = cells.amount("maximum")
    if maximum is not None and maximum < (cells.amount("minimum") or _ZERO):
        raise cells.wrong("maximum", "is below the minimum")
    return maximum


def _fee_currency(cells: Cells) -> str | None:
    """Amounts are in a currency; a row of percentages alone speaks of every one."""
    if cells.value("currency") is None and not any(map(cells.amount, _FEE_AMOUNTS)):
        return None
    return currency_of(cells).code


def _valid_days(cells: Cells) -> int:
    days = cells.whole("valid_days")
    if days is not None and not 1 <= days <= _MOST_VALID_DAYS:
        raise cells.wrong("valid_days", f"is not from 1 to {_MOST_VALID_DAYS}")
    return VALID_DAYS if days is None else days


def _billing_day(cells: Cells) -> int | None:
    day = cells.whole("billing_day")
    if day is not None and not 1 <= day <= 31:  # noqa: PLR2004 (days of a month)
        raise cells.wrong("billing_day", "is no day of a month")
    return day


def _wares(cells: Cells) -> Wares:
    word = cells.optional("charge")
    return Wares(
        sku=cells.optional("sku"),
        family=cells.optional("family"),
        category=cells.optional("category"),
        charge=None if word is None else _word(cells, "charge", word, ChargeType),
    )


def _percent(cells: Cells, name: str, usual: str = "0") -> Decimal:
    return Decimal(usual) if cells.value(name) is None else cells.percentage(name)


def _choice(cells: Cells, name: str, choices: type[E], default: E) -> E:
    return _word(cells, name, cells.text(name, default) or default, choices)


def _word(cells: Cells, name: str, word: str, choices: type[E]) -> E:
    if word not in set(choices):
        raise cells.wrong(name, f"{word[:40]!r} is none of {', '.join(choices)}")
    return choices(word)
