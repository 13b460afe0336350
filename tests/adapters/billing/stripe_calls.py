"""Calls of the Stripe adapter to its stub, at instants that are set."""

from dataclasses import replace
from datetime import UTC, datetime

from adapters.billing.stripe.billing import StripeBilling
from engine.kernel.clock import FixedClock
from engine.ports.billing import BillingDocument, BillingReceipt
from engine.ports.connections import Tables
from tests.adapters.billing.samples import BOTH
from tests.adapters.billing.serving import guard_for
from tests.adapters.billing.stripe_stub import StripeStub
from tests.adapters.steps import MemorySteps

BEFORE = datetime(2026, 12, 20, 10, tzinfo=UTC)
LATER = datetime(2027, 2, 10, 10, tzinfo=UTC)
SAME_DAY = datetime(2027, 1, 1, 15, tzinfo=UTC)


def noon(year: int, month: int, day: int) -> str:
    return str(int(datetime(year, month, day, 12, tzinfo=UTC).timestamp()))


def connected(
    stub: StripeStub, now: datetime = BEFORE, tables: Tables | None = None, **options: str
) -> StripeBilling:
    access = replace(stub.access(stub.url), options=options, tables=tables or Tables())
    return StripeBilling(access, guard_for(stub.address[1]), FixedClock(now))


def pushed(
    billing: StripeBilling, document: BillingDocument = BOTH, key: str = "eff_1"
) -> BillingReceipt:
    return billing.create(document, key, MemorySteps())
