"""The example of Vayu's page goes through our words and comes out the same."""

import json
from collections.abc import Callable
from contextlib import closing

import msgspec
import pytest

from adapters.billing.vayu.mapping import body_of
from tests.adapters.billing.vayu_page import Reading, completed
from tests.adapters.billing.vayu_rules import Judge, faults
from tests.peers import billing

_encode = msgspec.json.Encoder(decimal_format="number").encode


def test_it_reads_and_writes_the_same() -> None:
    body = completed()
    found = body_of(*Reading(body).read())
    assert found == body
    assert faults(json.loads(_encode(found))) == {}


def test_the_vendors_own_models_accept_it(
    request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> None:
    if request.config.getoption("--peers", default=None) is None:
        pytest.skip("the vendor's models are installed by `make prove`")
    record_property("adapter", "vayu")
    record_property("proof", "vendor's SDK models")
    record_property("version", "vayu-py 0.3.11")
    sent = json.loads(_encode(body_of(*Reading(completed()).read())))
    with closing(Judge(billing.vayu())) as judge:
        assert judge.fault(sent) == ""
        assert "customer" in judge.fault({**sent, "customerId": "nobody"})
