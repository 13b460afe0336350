"""The volume step: the ladder's tiers, or the agreement's own in their place."""

from decimal import Decimal

from engine.catalog.settings import TierBounds
from engine.kernel.finding import Finding, Severity
from engine.pricing.agreement import Ladder, LadderKind, TermKind, Tier
from engine.pricing.book import PriceBook
from engine.pricing.circumstances import Circumstances
from engine.pricing.rounding import EXACT, unit_price
from engine.pricing.rule import RuleRef
from engine.pricing.tiers import Band, block_and_overage, graduated, packages, percentage
from engine.pricing.waterfall import Adjustment, AdjustmentKind, StepCode, Waterfall

_ZERO = Decimal(0)
_ONE = Decimal(1)


def volume(book: PriceBook, circumstances: Circumstances, price: Waterfall) -> Waterfall:
    """Volume pricing by the quantity that counts for the ladder."""
    if price.is_final:
        return price.skip(StepCode.VOLUME, "agreed_price_is_final")
    found = _ladder(book)
    if found is None:
        return price.skip(StepCode.VOLUME, "no_ladder")
    ladder, rule = found
    counted = circumstances.counted if ladder.kind is LadderKind.VOLUME else price.quantity
    if ladder.kind is LadderKind.CUMULATIVE:
        counted += circumstances.before
    tier = reached(ladder.tiers, counted, book.policy.tier_bounds)
    if tier is None:
        return price.skip(StepCode.VOLUME, "no_tier_reached", rule)
    if ladder.kind is not LadderKind.VOLUME:
        amount = _amount(ladder, tier, circumstances, price)
        return _for_all(amount, tier, rule, price)
    if tier.price is None:
        return price.less(StepCode.VOLUME, rule, tier.percent, tier.starts_at)
    return price.then(
        StepCode.VOLUME,
        unit_price(tier.price),
        rule=rule,
        adjustment=Adjustment(AdjustmentKind.OVERRIDE, tier.price),
        starts_at=tier.starts_at,
    )


def _amount(ladder: Ladder, tier: Tier, circumstances: Circumstances, price: Waterfall) -> Decimal:
    """What all units of the line come to together, where tiers do not price each alike."""
    quantity, flat = price.quantity, tier.flat or _ZERO
    match ladder.kind:
        case LadderKind.GRADUATED:
            return graduated(_bands(ladder), quantity)
        case LadderKind.CUMULATIVE:
            before, bands = circumstances.before, _bands(ladder)
            already = graduated(bands, before) if before else _ZERO
            return EXACT.subtract(graduated(bands, before + quantity), already)
        case LadderKind.PACKAGE:
            return packages(quantity, ladder.package_size, flat, free_units=ladder.free_units)
        case LadderKind.BLOCK:
            return block_and_overage(quantity, ladder.package_size, flat, tier.price or _ZERO)
        case LadderKind.PERCENTAGE:
            return percentage(
                EXACT.multiply(price.list_price, quantity),
                tier.percent,
                free=EXACT.multiply(price.list_price, ladder.free_units),
                events=_ONE,
                fee=flat,
                least=ladder.least,
                most=ladder.most,
            )
    return flat


def _bands(ladder: Ladder) -> list[Band]:
    ends = [*(each.starts_at for each in ladder.tiers[1:]), None]
    return [
        Band(end, each.price or _ZERO, each.flat or _ZERO)
        for end, each in zip(ends, ladder.tiers, strict=True)
    ]


def _for_all(amount: Decimal, tier: Tier, rule: RuleRef, price: Waterfall) -> Waterfall:
    """A price for all units of the line together, and its share for one."""
    unit = unit_price(EXACT.divide(amount, price.quantity)) if price.quantity else price.unit
    return price.then(
        StepCode.VOLUME,
        unit,
        amount=amount,
        rule=rule,
        adjustment=Adjustment(AdjustmentKind.OVERRIDE, unit),
        starts_at=tier.starts_at,
    )


def oddities(book: PriceBook, circumstances: Circumstances, price: Waterfall) -> list[Finding]:
    """Where a tier makes more units cost less in all, or each unit cost more than fewer would."""
    found = None if price.is_final else _ladder(book)
    if found is None:
        return []
    ends_at = found[0].ends_at
    if ends_at is not None and circumstances.counted > ends_at:
        told = {"most": ends_at}
        return [Finding(Severity.ERROR, "beyond_last_tier", told, where="quantity")]
    if found[0].kind is not LadderKind.VOLUME:
        return []
    tiers = found[0].tiers
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


def next_tier(book: PriceBook, quantity: Decimal) -> Decimal | None:
    """Where the next tier begins for a line of `quantity` units; None in the last one."""
    found = _ladder(book)
    starts = () if found is None else (tier.starts_at for tier in found[0].tiers)
    return min((start for start in starts if start > quantity), default=None)


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


def _ladder(book: PriceBook) -> tuple[Ladder, RuleRef] | None:
    """The ladder, and the rule it is told as: the agreement's where it brings its own tiers."""
    if book.agreement and book.term and book.term.kind is TermKind.TIERS:
        own = Ladder(
            id=book.agreement.id,
            name=book.agreement.name,
            sku=book.offer.product.sku,
            tiers=book.term.tiers,
            kind=book.term.ladder,
        )
        return own, book.agreement.ref
    return None if book.ladder is None else (book.ladder, book.ladder.ref)
