"""Which members Stripe's calls have, as its documentation says; every other one is refused."""

from typing import Any

Json = dict[str, Any]
METADATA = ("metadata",)
COLLECTION = ("collection_method", "days_until_due")
KNOWN = {
    "customers": {"name", "address", *METADATA},
    "products": {"id", "name", *METADATA},
    "prices": {
        *("product", "currency", "unit_amount", "unit_amount_decimal", "recurring", "lookup_key"),
        *("transfer_lookup_key", "billing_scheme", "tiers", "tiers_mode", *METADATA),
    },
    "subscriptions": {
        *("customer", "items", "backdate_start_date", "billing_cycle_anchor", "cancel_at"),
        *("proration_behavior", *COLLECTION, *METADATA),
    },
    "invoices": {
        *("customer", "currency", "auto_advance", "pending_invoice_items_behavior"),
        *(*COLLECTION, *METADATA),
    },
    "invoiceitems": {
        *("customer", "currency", "amount", "description", "invoice", *METADATA),
    },
    "quotes": {
        *("customer", "line_items", "collection_method", "invoice_settings"),
        *("subscription_data", *METADATA),
    },
}
NEEDED = {
    "customers": set[str](),
    "products": {"name"},
    "prices": {"product", "currency"},
    "subscriptions": {"customer", "items"},
    "invoices": {"customer"},
    "invoiceitems": {"customer", "currency", "amount"},
    "quotes": {"customer", "line_items"},
}


def unfolded(pairs: list[tuple[str, str]]) -> Json:
    """`items[0][price]=x` as what it stands for."""
    found: Json = {}
    for name, value in pairs:
        first, *rest = name.replace("]", "").split("[")
        place = found
        for part, following in zip([first, *rest], rest, strict=False):
            del following
            place = place.setdefault(part, {})
        place[[first, *rest][-1]] = value
    folded: Json = _listed(found)
    return folded


def _listed(value: Any) -> Any:  # noqa: ANN401 (any JSON)
    if not isinstance(value, dict):
        return value
    inner = {name: _listed(each) for name, each in value.items()}
    if inner and all(name.isdecimal() for name in inner):
        return [inner[str(place)] for place in range(len(inner))]
    return inner


def fault(kind: str, body: Json) -> str:
    """The first member that is wrong; empty where none is."""
    unknown = sorted(set(body) - KNOWN[kind])
    missing = sorted(NEEDED[kind] - set(body))
    return next(iter([*unknown, *missing]), "")


def is_whole(text: object) -> bool:
    """Whether it is written as a whole number, as amounts have to be."""
    return isinstance(text, str) and text.removeprefix("-").isdecimal()


def is_decimal(text: object) -> bool:
    """Whether it is a price with at most twelve decimals."""
    whole, _, rest = str(text).partition(".")
    return whole.isdecimal() and len(rest) <= 12 and (rest.isdecimal() or not rest)
