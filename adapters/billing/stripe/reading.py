"""What was made at Stripe, read there by what its receipt has called it."""

from collections.abc import Callable, Mapping
from urllib.parse import quote

from adapters.billing.stripe.client import Client, Json
from adapters.billing.stripe.push import INVOICE, bundled
from adapters.billing.stripe.quoting import QUOTE
from adapters.billing.stripe.standing import SUBSCRIPTION, Standing
from engine.ports.billing import BillingDocument
from engine.ports.outcomes import Declined

_KINDS = {"sub_": "subscriptions", "in_": "invoices", "qt_": "quotes"}
Waiting = Callable[[], Mapping[str, Json]]


def standing_of(
    client: Client, document: BillingDocument, names: Mapping[str, str], waiting: Waiting | None
) -> Standing:
    """All pieces of a document; Declined where one of them is not there.

    Of plans, what is charged once are items that are `waiting` for an invoice, or have come on one.
    """
    pieces: dict[str, Json] = {}
    for piece, id in names.items():
        if piece == INVOICE and waiting is not None:
            pieces[piece] = _waiting(waiting(), id)
        elif piece in {INVOICE, QUOTE} or piece.startswith(SUBSCRIPTION):
            pieces[piece] = _named(client, id)
    if not pieces:
        raise Declined("nothing of it has a name there")
    lines: tuple[Json, ...] = ()
    if QUOTE in pieces:
        lines = tuple(client.every(f"{_path_of(names[QUOTE])}/line_items"))
        led_to = pieces[QUOTE].get("subscription")
        if isinstance(led_to, str):
            pieces[f"{SUBSCRIPTION}1"] = _named(client, led_to)
    return Standing(
        document=document,
        names=names,
        pieces=pieces,
        lines=lines,
        is_plans=waiting is not None,
    )


def _named(client: Client, id: str) -> Json:
    path = _path_of(id)
    found = client.get(path) if path else None
    if found is None or found.get("id") != id:
        raise Declined(f"there is no {id}")
    return found


def _path_of(id: str) -> str:
    """Where something is; empty where its name says nothing of what it is."""
    kind = next((kind for prefix, kind in _KINDS.items() if id.startswith(prefix)), None)
    return "" if kind is None else f"/v1/{kind}/{quote(id, safe='')}"


def _waiting(items: Mapping[str, Json], id: str) -> Json:
    if not items:
        raise Declined(f"there is no {id}")
    first = next(iter(items.values()))
    return {**bundled(items), "currency": first.get("currency"), "metadata": first.get("metadata")}
