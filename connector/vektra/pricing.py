"""Pricing: a transaction with its waterfall, and one basket over variations."""

from typing import Any

from connector.vektra import session
from connector.vektra.answers import grid, priced
from connector.vektra.requests import read_axes, read_basket, read_target
from engine.services import pricing, whatif

Json = dict[str, Any]


def price_transaction(body: Json) -> Json:
    """Every line priced with its waterfall; nothing is written."""
    data = session.snapshot_of(body.get("rule_set_version"))
    return priced(pricing.price_basket(data, session.today(data), read_basket(body)))


def price_grid(body: Json) -> Json:
    """One basket over every combination of what varies; nothing is written."""
    data = session.snapshot_of(body.get("rule_set_version"))
    found = whatif.price_grid(
        data,
        session.today(data),
        read_basket(body),
        read_axes(body.get("vary") or {}),
        read_target(body.get("target")),
    )
    return grid(found)
