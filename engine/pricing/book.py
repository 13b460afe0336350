"""The price book: the rules that may touch one product for one account on one day."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from engine.catalog.settings import USUAL_PRICING, PricingPolicy
from engine.customers.account import Account
from engine.pricing.agreement import Agreement, AgreementTerm, Ladder, TermKind
from engine.pricing.offer import Offer
from engine.pricing.promotion import ChannelDiscount, Promotion, Role
from engine.pricing.rule import Rule
from engine.pricing.snapshot import Snapshot

R = TypeVar("R", bound=Rule)


@dataclass(frozen=True, slots=True)
class PriceBook:
    """Everything the price of one offer depends on besides quantity, list price and codes.

    `term` is the agreement's promise for the product, the most specific there is; `ladder` its
    volume ladder; either may be absent. `promotions` are all that speak of the sale, best
    first; `channel` the discounts of partners and distributors, in the order they are taken.
    """

    offer: Offer
    policy: PricingPolicy = USUAL_PRICING
    agreement: Agreement | None = None
    term: AgreementTerm | None = None
    ladder: Ladder | None = None
    promotions: tuple[Promotion, ...] = ()
    channel: tuple[ChannelDiscount, ...] = ()

    @property
    def has_rules(self) -> bool:
        """Whether any rule speaks of this product, at whatever quantity and without a code."""
        spoken = self.term is not None or self.ladder is not None or bool(self.channel)
        return spoken or any(each.code is None for each in self.promotions)


def book(snapshot: Snapshot, offer: Offer, account: Account | None, on: date) -> PriceBook:
    """The price book of `offer` for `account` (None: nobody known, list prices) on `on`."""
    policy = snapshot.settings.pricing
    lineage = tuple(snapshot.lineage(account))
    agreement, term = _agreed(snapshot, offer, lineage, on)
    return PriceBook(
        offer,
        policy,
        agreement,
        term,
        _ladder(snapshot, offer, on),
        _ranked(rule for rule in snapshot.data.promotions if _speaks(rule, offer, lineage, on)),
        _channel(snapshot, offer, lineage, on),
    )


def _speaks(rule: Rule, offer: Offer, lineage: tuple[Account, ...], on: date) -> bool:
    return on in rule.validity and rule.speaks_of(offer, lineage)


def _ranked(rules: Iterable[R]) -> tuple[R, ...]:
    """By priority, then by narrowness, then by id."""
    by_id = sorted(rules, key=lambda rule: rule.id)
    return tuple(sorted(by_id, key=lambda rule: (rule.priority, rule.narrowness), reverse=True))


def _channel(
    snapshot: Snapshot, offer: Offer, lineage: tuple[Account, ...], on: date
) -> tuple[ChannelDiscount, ...]:
    """The best rule of each role, in the tenant's order of roles."""
    speaking = _ranked(
        rule for rule in snapshot.data.channel_discounts if _speaks(rule, offer, lineage, on)
    )
    roles = (Role.PARTNER, Role.DISTRIBUTOR)
    if not snapshot.settings.pricing.partner_first:
        roles = roles[::-1]
    best = (next((rule for rule in speaking if rule.role is role), None) for role in roles)
    return tuple(rule for rule in best if rule is not None)


def _agreed(
    snapshot: Snapshot, offer: Offer, lineage: tuple[Account, ...], on: date
) -> tuple[Agreement | None, AgreementTerm | None]:
    """The nearest agreement that speaks of the product.

    The account's own, then its parent's, upwards; then one for a group, then one for a region.
    """
    finders: tuple[Callable[[Account], str | None], ...] = (
        lambda account: account.id,
        lambda account: account.group,
        lambda account: account.region,
    )
    for owners, name_of in zip(snapshot.agreements_by_owner, finders, strict=True):
        for account in lineage:
            for agreement in owners.get(name_of(account) or "", ()):
                term = _term(agreement, offer) if on in agreement.validity else None
                if term is not None:
                    return agreement, term
    return None, None


def _term(agreement: Agreement, offer: Offer) -> AgreementTerm | None:
    """The most specific term for the product: by sku, then category, then the general one."""

    def speaks(term: AgreementTerm) -> bool:
        fits = term.kind is TermKind.PERCENT or term.currency in {None, offer.price_list.currency}
        return fits and (
            term.sku == offer.product.sku
            or (term.sku is None and term.category in {None, offer.product.category})
        )

    def breadth(term: AgreementTerm) -> tuple[bool, bool]:
        return term.sku is None, term.category is None

    return min(filter(speaks, agreement.terms), key=breadth, default=None)


def _ladder(snapshot: Snapshot, offer: Offer, on: date) -> Ladder | None:
    """The ladder of the price list before one that holds in every list."""
    ladders = [
        ladder
        for ladder in snapshot.ladders.get(offer.product.sku, ())
        if on in ladder.validity and ladder.price_list in {None, offer.price_list.key}
    ]
    return min(ladders, key=lambda ladder: ladder.price_list is None, default=None)
