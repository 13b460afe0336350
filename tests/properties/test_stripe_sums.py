"""Whatever is sold, what Stripe charges for what it is told is what was sold."""

from decimal import ROUND_HALF_UP, Context
from decimal import Decimal as D

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from adapters.billing.stripe import money
from adapters.billing.stripe.losses import losses_of
from adapters.billing.stripe.sheet import sheet_of
from engine.catalog.service_policy import ServicePolicy
from engine.contracts.billing_document import Billable, BillingTarget, document_of
from engine.kernel.errors import Invalid
from engine.pricing.line import Ask
from engine.services.pricing import PriceBasket
from engine.services.versioning import Draft, priced_version
from tests.builders import TODAY
from tests.properties.test_billing_sums import (
    AGAIN,
    CURRENCIES,
    DATA,
    NOW,
    ONCE,
    POLICIES,
    PRODUCTS,
    QUOTE,
)

NAMES = {each.sku: each.sku for each in PRODUCTS}
METERS = {"CALLS": "mtr_1"}
WHOLE = Context(prec=60, rounding=ROUND_HALF_UP)


def charged(unit_amount: str, quantity: int) -> D:
    """What a line of an invoice comes to, in minor units: half of one is rounded up."""
    return WHOLE.to_integral_value(WHOLE.multiply(D(unit_amount), D(quantity)))


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.one_of(ONCE, AGAIN), min_size=1, max_size=5),
    st.sampled_from(CURRENCIES),
    st.decimals(0, 100, places=1),
    st.integers(0, 5000),
    POLICIES,
    st.booleans(),
)
def test_what_is_charged_is_what_was_sold(
    asks: list[Ask], code: str, percent: D, amount: int, policy: ServicePolicy, is_plans: bool
) -> None:
    basket = PriceBasket(
        asks=tuple(asks), price_list=code, discount_percent=percent, discount_amount=D(amount)
    )
    ids = tuple(f"qln_{place}" for place in range(len(asks)))
    try:
        drafts = [Draft(id="qal_1", basket=basket, line_ids=ids)]
        version = priced_version(DATA, TODAY, NOW, 1, drafts)
    except Invalid:
        assume(False)
        raise
    target = BillingTarget(tenant="CustA", system="stripe")
    due = Billable(lines=version.offered.lines, once=TODAY, served=TODAY)
    document = document_of(target, QUOTE, version, due, policy)
    at_stake = [each for each in losses_of(document, is_plans=is_plans) if each.amount is not None]
    if at_stake:
        kinds = {each.path.rpartition("/")[2] for each in at_stake}
        assert kinds <= {"amount", "type"}
        assert code == "KWD" or is_plans
        return
    sheet = sheet_of(document, NAMES, METERS, is_plans=is_plans)
    total = D(sum(each.amount for each in sheet.extras))
    for subscription in sheet.subscriptions:
        for each in subscription.items:
            if each.quantity is not None:
                total += charged(each.rate.amount, each.quantity) * each.periods
            assert not (is_plans and "." in each.rate.amount)
    usage = sum((each.total for each in document.charges if each.type == "usage"), D(0))
    assert money.major(total, code) + usage == document.total


@settings(max_examples=300, deadline=None)
@given(st.decimals(0, 10**13, places=2), st.integers(1, 10**9))
def test_so_many_at_the_price_of_one_come_to_the_amount(amount: D, quantity: int) -> None:
    said = money.each(amount, quantity, "EUR")
    assert len(said.partition(".")[2]) <= 12
    assert charged(said, quantity) == amount * 100
