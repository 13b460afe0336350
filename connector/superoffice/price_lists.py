"""Price lists of a currency; no match is an empty list."""

from connector.superoffice import mapping, session
from connector.superoffice.carriers import Carrier
from engine.services import browsing


def get_all_price_lists(body: Carrier) -> list[Carrier]:
    """Every price list, active or not."""
    data = session.snapshot()
    found = browsing.price_lists(data, session.text(body, "IsoCurrencyCode"))
    return [mapping.price_list(each) for each in found]


def get_active_price_lists(body: Carrier) -> list[Carrier]:
    """The price lists that a quote may be made from today."""
    data = session.snapshot()
    currency = session.text(body, "IsoCurrencyCode")
    found = browsing.active_price_lists(data, currency, session.today(data))
    return [mapping.price_list(each) for each in found]
