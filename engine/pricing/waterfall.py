"""The waterfall: how a price came about, one bar or more per step, every step present."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from engine.kernel.currency import Currency
from engine.pricing.rounding import EXACT, unit_price
from engine.pricing.rule import RuleRef

_HUNDRED = Decimal(100)


class StepCode(StrEnum):
    """The steps of the pipeline, in the order they are usually taken."""

    LIST = "list"
    OPTIONS = "options"
    AGREEMENT = "agreement"
    VOLUME = "volume"
    PROMOTION = "promotion"
    CHANNEL = "channel"
    MANUAL = "manual"
    FLOOR = "floor"
    TERM = "term"
    ROUND = "round"
    QUOTE_DISCOUNT = "quote_discount"
    MANUAL_TOTAL = "manual_total"
    """taken only where a person fixed what the whole comes to"""


class AdjustmentKind(StrEnum):
    """How a rule changes a price."""

    PERCENT = "percent"
    AMOUNT = "amount"
    OVERRIDE = "override"
    FACTOR = "factor"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What a rule did: `value` percent or an amount off, or the price it put instead.

    A FACTOR says how many times the price is due, and changes no unit price.
    """

    kind: AdjustmentKind
    value: Decimal


@dataclass(frozen=True, slots=True)
class Bar:
    """One step: the unit price before and after it, in the waterfall's currency.

    `amount` is the exact price of the whole quantity after the step, for one period.
    `skipped_because` is a code when the step left the price alone; `starts_at` is the
    quantity from which a volume tier holds.
    """

    code: StepCode
    before: Decimal
    after: Decimal
    amount: Decimal
    rule: RuleRef | None = None
    adjustment: Adjustment | None = None
    starts_at: Decimal | None = None
    skipped_because: str | None = None

    @property
    def delta(self) -> Decimal:
        return self.after - self.before


@dataclass(frozen=True, slots=True, eq=False)
class Waterfall:
    """The bars so far, for `quantity` units.

    `unit` is the price of one unit where they have led, `amount` that of all units, which is
    exact where the unit price had to be cut at twelve decimals. Waterfalls are compared by
    identity: the same one is shared by all lines it prices.
    """

    list_price: Decimal
    currency: Currency
    quantity: Decimal = Decimal(1)
    bars: tuple[Bar, ...] = field(default=())
    is_final: bool = False
    """Whether an agreement fixed the price, so that later discounts leave it alone."""

    @property
    def unit(self) -> Decimal:
        return self.bars[-1].after if self.bars else self.list_price

    @property
    def amount(self) -> Decimal:
        return self.bars[-1].amount if self.bars else self._whole(self.list_price)

    def then(  # noqa: PLR0913 (the members of a bar)
        self,
        code: StepCode,
        after: Decimal,
        *,
        amount: Decimal | None = None,
        rule: RuleRef | None = None,
        adjustment: Adjustment | None = None,
        starts_at: Decimal | None = None,
        is_final: bool = False,
    ) -> "Waterfall":
        """One bar more, leading to the unit price `after`, or to `amount` for all units."""
        whole = self._whole(after) if amount is None else amount
        bar = Bar(code, self.unit, after, whole, rule, adjustment, starts_at)
        return replace(self, bars=(*self.bars, bar), is_final=self.is_final or is_final)

    def less(
        self, code: StepCode, rule: RuleRef | None, rate: Decimal, starts_at: Decimal | None = None
    ) -> "Waterfall":
        """One bar more: `rate` percent (0..100) off what the bars before have led to."""
        return self.then(
            code,
            unit_price(_off(self.unit, rate)),
            amount=_off(self.amount, rate),
            rule=rule,
            adjustment=Adjustment(AdjustmentKind.PERCENT, rate),
            starts_at=starts_at,
        )

    def skip(self, code: StepCode, because: str, rule: RuleRef | None = None) -> "Waterfall":
        """A step, or a rule of one, that left the price alone, and why."""
        bar = Bar(code, self.unit, self.unit, self.amount, rule, skipped_because=because)
        return replace(self, bars=(*self.bars, bar))

    def per(self, units: Decimal, quantity: Decimal) -> "Waterfall":
        """The same price for `quantity` times as many `units` at once: a box instead of a piece."""

        def scaled(price: Decimal) -> Decimal:
            return unit_price(EXACT.multiply(price, units))

        bars = tuple(
            replace(bar, before=scaled(bar.before), after=scaled(bar.after)) for bar in self.bars
        )
        return replace(self, list_price=scaled(self.list_price), quantity=quantity, bars=bars)

    def _whole(self, unit: Decimal) -> Decimal:
        return EXACT.multiply(unit, self.quantity)


def _off(price: Decimal, rate: Decimal) -> Decimal:
    return EXACT.divide(EXACT.multiply(price, _HUNDRED - rate), _HUNDRED)
