"""The volume step: the ladder's tiers, or the agreement's own in their place."""

from decimal import Decimal

from engine.catalog.settings import TierBounds
from engine.kernel.finding import Finding, Severity
from engine.pricing.agreement import LadderKind, TermKind, Tier
from engine.pricing.book import PriceBook
from engine.pricing.circumstances import Circumstances
from engine.pricing.rounding import EXACT, unit_price
from engine.pricing.rule import RuleRef
from engine.pricing.waterfall import Adjustment, AdjustmentKind, StepCode, Waterfall


def volume(book: PriceBook, circumstances: Circumstances, price: Waterfall) -> Waterfall:
    """Volume pricing by the quantity that counts for the ladder."""
    if price.is_final:
        return price.skip(StepCode.VOLUME, "agreed_price_is_final")
    found = _ladder(book)
    if found is None:
        return price.skip(StepCode.VOLUME, "no_ladder")
    rule, _kind, tiers = found
    tier = reached(tiers, circumstances.counted, book.policy.tier_bounds)
    if tier is None:
        return price.skip(StepCode.VOLUME, "no_tier_reached", rule)
    if tier.price is None:
        return price.less(StepCode.VOLUME, rule, tier.percent, tier.starts_at)
    return price.then(
        StepCode.VOLUME,
        unit_price(tier.price),
        rule=rule,
        adjustment=Adjustment(AdjustmentKind.OVERRIDE, tier.price),
        starts_at=tier.starts_at,
    )


def oddities(book: PriceBook, circumstances: Circumstances, price: Waterfall) -> list[Finding]:
    """Where a tier makes more units cost less in all, or each unit cost more than fewer would."""
    found = None if price.is_final else _ladder(book)
    if found is None:
        return []
    _, _, tiers = found
    bounds, counted = book.policy.tier_bounds, circumstances.counted
    now = reached(tiers, counted, bounds)
    each = price.unit if now is None else _unit(price, now)
    below = [tier for tier in tiers if now is not None and tier.starts_at < now.starts_at]
    findings = []
    if each > min((_unit(price, tier) for tier in below), default=price.unit):
        findings.append(Finding(Severity.WARNING, "tier_inversion", {"price": each}))
    due = EXACT.multiply(each, counted)
    for tier in sorted(tiers, key=lambda tier: tier.starts_at):
        more = EXACT.multiply(_unit(price, tier), tier.starts_at)
        if tier.starts_at > counted and more < due:
            told = {
                "quantity": tier.starts_at,
                "total": unit_price(more),
                "break_even": unit_price(EXACT.divide(more, each)),
            }
            findings.append(Finding(Severity.WARNING, "more_costs_less", told))
            break
    return findings


def _unit(price: Waterfall, tier: Tier) -> Decimal:
    if tier.price is not None:
        return tier.price
    return price.less(StepCode.VOLUME, None, tier.percent).unit


def reached(
    tiers: tuple[Tier, ...], quantity: Decimal, bounds: TierBounds = TierBounds.FROM
) -> Tier | None:
    """The last tier that `quantity` reaches, or None below the first."""
    inclusive = bounds is TierBounds.FROM
    found = [
        tier
        for tier in tiers
        if (tier.starts_at <= quantity if inclusive else tier.starts_at < quantity)
    ]
    return max(found, key=lambda tier: tier.starts_at, default=None)


def _ladder(book: PriceBook) -> tuple[RuleRef, LadderKind, tuple[Tier, ...]] | None:
    if book.agreement and book.term and book.term.kind is TermKind.TIERS:
        return book.agreement.ref, book.term.ladder, book.term.tiers
    if book.ladder is None:
        return None
    return book.ladder.ref, book.ladder.kind, book.ladder.tiers
