"""Pricing: a transaction with its waterfall, and one basket over variations."""

from typing import Any

from connector.vektra import session
from connector.vektra.answers import priced
from connector.vektra.requests import read_basket
from engine.services import pricing

Json = dict[str, Any]


def price_transaction(body: Json) -> Json:
    """Every line priced with its waterfall; nothing is written."""
    data = session.snapshot()
    return priced(pricing.price_basket(data, session.today(data), read_basket(body)))
