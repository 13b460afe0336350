"""The billing systems that the conformance suite runs against, each once for all its tests.

Stubs stand in where `--peers` is not said; with it, what is installed for that is started.
"""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from tests.adapters.billing.billing_peer import BillingPeer
from tests.adapters.billing.local_stripe import LocalStripe
from tests.adapters.billing.stripe_stub import StripeStub
from tests.adapters.billing.vayu_rules import Judge
from tests.adapters.billing.vayu_stub import VayuStub
from tests.peers import billing

Start = Callable[[], BillingPeer]
STUBS: dict[str, Start] = {"vayu-stub": VayuStub, "stripe-stub": StripeStub}
REAL: dict[str, Start] = {
    "vayu": lambda: VayuStub(Judge(billing.vayu())),
    "localstripe": lambda: LocalStripe(billing.localstripe()),
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "biller_name" in metafunc.fixturenames:
        real = metafunc.config.getoption("--peers", default=None)
        known = list(STUBS if real is None else REAL)
        chosen = [each for each in known if not real or each in real.split(",")]
        metafunc.parametrize("biller_name", chosen, scope="session")


@pytest.fixture(scope="session")
def biller(biller_name: str) -> Iterator[BillingPeer]:
    """The system on the other side."""
    with closing((STUBS | REAL)[biller_name]()) as biller:
        yield biller
