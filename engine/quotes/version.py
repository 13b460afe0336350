"""One version of a quote: what was asked for, what it came to, and who agreed to it.

A version is a snapshot: every figure and every step that led to it is kept as it was when it
was priced. Only an act of repricing looks at newer rules.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from engine.catalog.settings import USUAL_PRICING, PricingPolicy
from engine.kernel.finding import Finding
from engine.pricing.approval import Approval
from engine.pricing.totals import PricedLine, Totals
from engine.quotes.approval import Decision

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteTerms:
    """Under which a version is priced.

    `on` is the pricing date and `revision` that of the tenant's data it was priced with; with
    both the same request gives the same prices again. `price_list` is the list that was taken,
    `asked_list` the one that was asked for by name. `codes` are promotion codes.
    """

    account: str | None
    price_list: str
    currency: str
    on: date
    revision: int
    asked_list: str | None = None
    codes: tuple[str, ...] = ()
    policy: PricingPolicy = USUAL_PRICING


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteLine:
    """One line as it was priced; its id stays its own from version to version.

    `origin_key`, here and below, is the name it has where the quote is kept, if elsewhere.
    """

    id: str
    origin_key: str = ""
    price: PricedLine


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteAlternative:
    """One way to answer the customer: lines, what is off the whole of them, and what they come to.

    `discount_percent` (0..100), then `discount_amount`, are off the whole. `manual_total` is the
    net that a person fixed for the whole, `calculated` what it would come to without. `approvals`
    are those its prices need; `pricing_hash` is over every figure and rule.
    """

    id: str
    origin_key: str = ""
    title: str = ""
    discount_percent: Decimal = _ZERO
    discount_amount: Decimal = _ZERO
    manual_total: Decimal | None = None
    lines: tuple[QuoteLine, ...] = ()
    totals: Totals
    calculated: Totals | None = None
    approvals: tuple[Approval, ...] = ()
    findings: tuple[Finding, ...] = ()
    pricing_hash: str = ""

    @property
    def without_manual(self) -> Totals:
        """What it comes to where nobody fixed its total."""
        return self.totals if self.calculated is None else self.calculated


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteVersion:
    """One version of a quote. `chosen` is the id of the alternative that would be accepted.

    `qualifiers` are what is told of it by names of the tenant's own, each value as JSON;
    `log_message` is what was last remarked about it. `author` is the number of the user who made
    it, where one is known, and `changed_at` when it was last written, None for when it was made.
    """

    number: int
    made_at: datetime
    origin_key: str = ""
    terms: QuoteTerms
    alternatives: tuple[QuoteAlternative, ...]
    chosen: str
    decisions: tuple[Decision, ...] = field(default=())
    qualifiers: tuple[tuple[str, str], ...] = ()
    log_message: str = ""
    author: int | None = None
    changed_at: datetime | None = None

    @property
    def offered(self) -> QuoteAlternative:
        """The alternative that was chosen."""
        return next(each for each in self.alternatives if each.id == self.chosen)
