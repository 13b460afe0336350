"""The price book: the rules that may touch one product for one account on one day."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.customers.account import Account
from engine.pricing.agreement import Agreement, AgreementTerm, Ladder, TermKind, Tier
from engine.pricing.snapshot import Offer, Snapshot


@dataclass(frozen=True, slots=True)
class PriceBook:
    """Everything the price of one offer depends on besides quantity and list price.

    `term` is the agreement's promise for the product, the most specific there is;
    `ladder` its volume ladder. Either may be absent.
    """

    offer: Offer
    agreement: Agreement | None = None
    term: AgreementTerm | None = None
    ladder: Ladder | None = None

    @property
    def has_rules(self) -> bool:
        """Whether any rule speaks of this product, at whatever quantity."""
        return self.term is not None or self.ladder is not None


def book(snapshot: Snapshot, offer: Offer, account: Account | None, on: date) -> PriceBook:
    """The price book of `offer` for `account` (None: nobody known, list prices) on `on`."""
    agreement, term = _agreed(snapshot, offer, account, on)
    return PriceBook(offer, agreement, term, _ladder(snapshot, offer, on))


def reached(ladder: Ladder, quantity: Decimal) -> Tier | None:
    """The last tier that `quantity` reaches, or None below the first."""
    tiers = [tier for tier in ladder.tiers if tier.starts_at <= quantity]
    return max(tiers, key=lambda tier: tier.starts_at, default=None)


def _agreed(
    snapshot: Snapshot, offer: Offer, account: Account | None, on: date
) -> tuple[Agreement | None, AgreementTerm | None]:
    """The nearest account's agreement that speaks of the product: own, then parent's, upwards."""
    seen: set[str] = set()
    while account is not None and account.id not in seen:
        seen.add(account.id)
        for agreement in snapshot.agreements.get(account.id, ()):
            term = _term(agreement, offer) if on in agreement.validity else None
            if term is not None:
                return agreement, term
        account = snapshot.accounts.get(account.parent) if account.parent else None
    return None, None


def _term(agreement: Agreement, offer: Offer) -> AgreementTerm | None:
    """The most specific term for the product: by sku, then category, then the general one."""

    def speaks(term: AgreementTerm) -> bool:
        fits = term.kind is not TermKind.FIXED_PRICE or term.currency == offer.price_list.currency
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
