"""The waterfall: how a unit price came about, one bar per step, every step present."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from engine.kernel.currency import Currency


class StepCode(StrEnum):
    """The steps of the pipeline, in the order they are taken."""

    LIST = "list"
    AGREEMENT = "agreement"
    VOLUME = "volume"


class AdjustmentKind(StrEnum):
    """How a rule changes a price."""

    PERCENT = "percent"
    OVERRIDE = "override"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What a rule did: `value` percent off, or the price it put instead."""

    kind: AdjustmentKind
    value: Decimal


@dataclass(frozen=True, slots=True)
class RuleRef:
    """The rule that acted, at the version that acted."""

    id: str
    version: int
    name: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One step: the unit price before and after it, in the price list's currency.

    `skipped_because` is a code when the step left the price alone; `starts_at` is the
    quantity from which a volume tier holds.
    """

    code: StepCode
    before: Decimal
    after: Decimal
    rule: RuleRef | None = None
    adjustment: Adjustment | None = None
    starts_at: Decimal | None = None
    skipped_because: str | None = None

    @property
    def delta(self) -> Decimal:
        return self.after - self.before


@dataclass(frozen=True, slots=True, eq=False)
class Waterfall:
    """The bars so far; `unit` is the price of one unit where they have led.

    Waterfalls are compared by identity: the same one is shared by all lines it prices.
    """

    list_price: Decimal
    currency: Currency
    bars: tuple[Bar, ...] = field(default=())
    is_final: bool = False
    """Whether an agreement fixed the price, so that later discounts leave it alone."""

    @property
    def unit(self) -> Decimal:
        return self.bars[-1].after if self.bars else self.list_price

    def then(  # noqa: PLR0913 (the members of a bar)
        self,
        code: StepCode,
        after: Decimal,
        *,
        rule: RuleRef | None = None,
        adjustment: Adjustment | None = None,
        starts_at: Decimal | None = None,
        is_final: bool = False,
    ) -> "Waterfall":
        """One bar more, leading to the unit price `after`."""
        bar = Bar(code, self.unit, after, rule, adjustment, starts_at)
        return replace(self, bars=(*self.bars, bar), is_final=self.is_final or is_final)

    def skip(self, code: StepCode, because: str) -> "Waterfall":
        """A step that had nothing to say, and why."""
        return replace(
            self, bars=(*self.bars, Bar(code, self.unit, self.unit, skipped_because=because))
        )
