"""However a call to Stripe ends, that end has a name."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from adapters.billing.stripe.billing import StripeBilling
from adapters.watch import Watch
from engine.kernel.clock import FixedClock
from engine.ports.outcomes import Declined, Denied, Postponed, Uncertain
from tests.adapters.billing.samples import BOTH
from tests.adapters.billing.serving import Reply, guard_for
from tests.adapters.billing.stripe_calls import BEFORE, connected, pushed
from tests.adapters.billing.stripe_stub import StripeStub
from tests.adapters.steps import MemorySteps


@pytest.fixture
def stub() -> Iterator[StripeStub]:
    with StripeStub() as stub:
        yield stub


def test_an_answer_of_500_is_kept_under_its_key_and_another_one_goes_on(stub: StripeStub) -> None:
    billing, steps = connected(stub), MemorySteps()
    stub.faults["POST /v1/subscriptions"] = [Reply(500, {"error": {"message": "oops"}})]
    with pytest.raises(Uncertain):
        billing.create(BOTH, "eff_1", steps)
    assert billing.find(BOTH, "eff_1") is None
    billing.create(BOTH, "eff_1", steps)
    asked = [each for each in stub.asked if each.what == "POST /v1/subscriptions"]
    keys = [each.headers["idempotency-key"] for each in asked]
    assert keys == ["eff_1-subscription-1-1", "eff_1-subscription-1-2"]


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (Reply(200, b"<html>"), Uncertain),
        (Reply(200, []), Uncertain),
        (Reply(200, {"id": "sub_1", "customer": "cus_other"}), Uncertain),
        (Reply(200, b"x" * 300_000), Uncertain),
        (Reply(409, {"error": {"message": "in use"}}), Postponed),
        (Reply(429, {"error": {"message": "slow"}}, Retry_After="9"), Postponed),
        (Reply(403, {"error": {"message": "no"}}), Denied),
        (Reply(302, {}, Location="https://elsewhere.example/"), Declined),
        (Reply(402, {"error": {"message": "no money", "param": "items"}}), Declined),
    ],
)
def test_hostile_answers_have_named_ends(
    stub: StripeStub, reply: Reply, outcome: type[Exception]
) -> None:
    stub.faults["POST /v1/subscriptions"] = [reply]
    with pytest.raises(outcome) as raised:
        pushed(connected(stub))
    if isinstance(raised.value, Postponed) and reply.status == 429:
        assert raised.value.retry_after == 9


def test_nothing_tells_of_the_machine_that_asks(stub: StripeStub) -> None:
    connected(stub).check()
    [asked] = stub.asked
    assert "x-stripe-client-user-agent" not in asked.headers
    assert asked.headers["user-agent"].startswith("Quotewright Stripe/")


def test_a_system_that_fails_again_and_again_is_left_alone(stub: StripeStub) -> None:
    guard = replace(guard_for(stub.address[1]), watch=Watch())
    billing = StripeBilling(stub.access(stub.url), guard, FixedClock(BEFORE))
    stub.faults["GET /v1/customers"] = [Reply(500, {}) for _ in range(5)]
    for _ in range(6):
        with pytest.raises(Postponed):
            billing.check()
    assert stub.count("GET /v1/customers") == 5


def test_a_key_that_is_refused_is_asked_with_no_more(stub: StripeStub) -> None:
    guard = replace(guard_for(stub.address[1]), watch=Watch())
    billing = StripeBilling(stub.access(stub.url), guard, FixedClock(BEFORE))
    stub.deny()
    for _ in range(5):
        with pytest.raises(Denied):
            billing.check()
    assert len(stub.asked) == 3


def test_nobody_listens(stub: StripeStub) -> None:
    billing = connected(stub)
    stub.close()
    with pytest.raises(Postponed):
        billing.check()
