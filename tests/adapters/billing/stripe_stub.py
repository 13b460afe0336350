"""A stub of Stripe: prices, subscriptions, invoices and quotes, and keys that replay answers."""

import itertools
import json
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from engine.ports.billing import BillingDocument
from engine.ports.connections import Access
from tests.adapters.billing.billing_peer import HeldBilling
from tests.adapters.billing.serving import Reply, Stub
from tests.adapters.billing.stripe_rules import fault, is_decimal, is_whole, unfolded
from tests.adapters.serving import Asked

Json = dict[str, Any]
API_KEY = "sk_test_quotewright"
IDS = {
    "customers": "cus_",
    "products": "prod_",
    "prices": "price_",
    "subscriptions": "sub_",
    "invoices": "in_",
    "invoiceitems": "ii_",
    "quotes": "qt_",
}
THREE_DIGITS = {"kwd"}


class StripeStub(Stub):
    """An account of Stripe. `is_indexed` says whether a search finds what is new."""

    name = "stripe"
    proof = "own stub"
    version = "documented schema"

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Json]] = {kind: {} for kind in IDS}
        self.keys: dict[str, tuple[str, bytes, Reply]] = {}
        self.is_open = True
        self.is_indexed = True
        self.is_refusing = False
        self.page = 2
        self._numbers = itertools.count(1)
        super().__init__()

    def access(self, url: str) -> Access:
        return Access(
            tenant="CustA",
            system="billing",
            adapter=self.name,
            url=url,
            credentials={"api_key": API_KEY},
        )

    def held(self, reference: str) -> list[HeldBilling]:
        """By its first piece; what is there twice is counted twice."""
        made = [
            each
            for kind in ("subscriptions", "invoices")
            for each in self.rows[kind].values()
            if each["metadata"].get("quotewright_quote") == reference
        ]
        pieces = [each["metadata"]["quotewright_piece"] for each in made]
        times = max(map(pieces.count, pieces), default=0)
        total = sum((self._worth(each) for each in made), Decimal(0))
        return [
            HeldBilling(reference=made[0]["id"], key=reference, currency="EUR", total=total)
            for _ in range(times)
        ]

    def deny(self) -> None:
        self.is_open = False

    def allow(self) -> None:
        self.is_open = True

    def refused(self, document: BillingDocument) -> BillingDocument:
        self.is_refusing = True
        return document

    def replied(self, asked: Asked) -> Reply:
        if not self.is_open or asked.headers.get("authorization") != f"Bearer {API_KEY}":
            raise _error(401, "no such key", "authentication_error")
        if asked.headers.get("stripe-version") is None:
            raise _error(400, "which version?")
        if asked.method == "GET":
            return self._read(asked)
        key = asked.headers["idempotency-key"]
        assert len(key) <= 255
        if key in self.keys:
            what, body, reply = self.keys[key]
            if (what, body) != (asked.what, asked.body):
                raise _error(400, "other parameters", "idempotency_error")
            return Reply(reply.status, reply.body)
        reply = self._written(asked)  # what is refused is not kept
        self.keys[key] = (asked.what, asked.body, reply)
        return reply

    def _read(self, asked: Asked) -> Reply:
        match asked.parts[1:]:
            case ("customers", "search"):
                name = asked.query["query"].removeprefix("metadata['quotewright_account']:'")[:-1]
                mine = [
                    each
                    for each in self.rows["customers"].values()
                    if each["metadata"].get("quotewright_account") == name and self.is_indexed
                ]
                return Reply(200, {"object": "search_result", "data": mine, "has_more": False})
            case ("billing", "meters"):
                meter = {"id": "mtr_calls", "event_name": "CALLS"}
                return Reply(200, {"data": [meter], "has_more": False})
            case (kind,):
                return self._page(asked, kind)
            case ("quotes", id, "line_items"):
                return Reply(200, {"data": self._lines(id), "has_more": False})
            case (kind, id):
                return Reply(200, self._one(kind, id))
        raise _error(404, "no such path")

    def _page(self, asked: Asked, kind: str) -> Reply:
        params = dict(asked.query)
        keys = {value for name, value in params.items() if name.startswith("lookup_keys")}
        found = [
            each
            for each in self.rows[kind].values()
            if (not keys or each.get("lookup_key") in keys)
            and all(each.get(name) == params.get(name, each.get(name)) for name in _FILTERS)
        ]
        ids = [each["id"] for each in found]
        after = params.get("starting_after")
        begin = ids.index(after) + 1 if after else 0
        end = begin + min(self.page, int(params["limit"]))
        return Reply(200, {"data": found[begin:end], "has_more": end < len(found)})

    def _written(self, asked: Asked) -> Reply:
        body = unfolded(parse_qsl(asked.body.decode(), keep_blank_values=True))
        match asked.parts[1:]:
            case (kind,) if kind in IDS:
                return Reply(200, self._made(kind, body))
            case ("invoices", id, "finalize"):
                return Reply(200, self._moved("invoices", id, "draft", "open"))
            case ("quotes", id, "finalize"):
                return Reply(200, self._moved("quotes", id, "draft", "open"))
            case ("quotes", id, "accept"):
                return Reply(200, self._accepted(id))
            case ("subscriptions", id) if set(body) == {"cancel_at"}:
                found = self._one("subscriptions", id)
                found["cancel_at"] = int(body["cancel_at"])
                return Reply(200, found)
        raise _error(404, "no such path")

    def _made(self, kind: str, body: Json) -> Json:
        wrong = fault(kind, body)
        if self.is_refusing and kind != "customers":
            self.is_refusing, wrong = False, "name"
        if wrong:
            raise _error(400, f"Received unknown parameter: {wrong}", param=wrong)
        number = next(self._numbers)
        id = body.get("id") or f"{IDS[kind]}{number:06d}"
        if id in self.rows[kind]:
            raise _error(400, "already exists", param="id")
        made: Json = {"metadata": {}, **body, "id": id, "created": 1_700_000_000 + number}
        getattr(self, f"_check_{kind}", lambda _: None)(made)
        self.rows[kind][id] = made
        return made

    def _check_prices(self, price: Json) -> None:
        self._one("products", price["product"])
        if "tiers" in price:
            assert price["billing_scheme"] == "tiered"
            assert price["tiers"][-1]["up_to"] == "inf"
        elif not is_whole(price.get("unit_amount")):
            if not is_decimal(price.get("unit_amount_decimal")):
                raise _error(400, "Invalid decimal", param="unit_amount_decimal")
        else:
            price["unit_amount_decimal"] = price["unit_amount"]
        if price.get("recurring", {}).get("usage_type") == "metered":
            assert price["recurring"]["meter"] == "mtr_calls"
        for each in self.rows["prices"].values():
            if each.get("lookup_key") == price["lookup_key"]:
                each["lookup_key"] = None

    def _check_subscriptions(self, made: Json) -> None:
        self._one("customers", made["customer"])
        prices = [self._one("prices", each["price"]) for each in made["items"]]
        assert len({each["id"] for each in prices}) == len(prices) <= 20
        rhythms = {json.dumps(each["recurring"]["interval"]) for each in prices}
        assert len(rhythms) == 1
        rows = []
        for price, each in zip(prices, made["items"], strict=True):
            metered = price["recurring"].get("usage_type") == "metered"
            assert metered is ("quantity" not in each)
            quantity = {} if metered else {"quantity": int(each["quantity"])}
            rows.append({"id": f"si_{next(self._numbers):06d}", "price": price, **quantity})
        made |= {"items": {"data": rows}, "status": "active", "currency": prices[0]["currency"]}
        if "cancel_at" in made:
            made["cancel_at"] = int(made["cancel_at"])

    def _check_invoices(self, made: Json) -> None:
        self._one("customers", made["customer"])
        assert made["auto_advance"] == "false"
        made |= {"status": "draft", "subtotal": 0}

    def _check_invoiceitems(self, made: Json) -> None:
        invoice = self._one("invoices", made["invoice"])
        assert invoice["status"] == "draft"
        if not is_whole(made["amount"]):
            raise _error(400, "Invalid integer", param="amount")
        if made["currency"] in THREE_DIGITS and not made["amount"].endswith("0"):
            raise _error(400, "the last digit must be 0", param="amount")
        made["amount"] = int(made["amount"])
        invoice["subtotal"] += made["amount"]

    def _check_quotes(self, made: Json) -> None:
        self._one("customers", made["customer"])
        prices = [self._one("prices", each["price"]) for each in made["line_items"]]
        first = [
            _rounded(price, int(each["quantity"]))
            for price, each in zip(prices, made["line_items"], strict=True)
        ]
        made |= {"status": "draft", "amount_subtotal": sum(first), "subscription": None}

    def _lines(self, id: str) -> list[Json]:
        """What a quote quotes, each with what it comes to the first time."""
        found = []
        for each in self._one("quotes", id)["line_items"]:
            price, quantity = self._one("prices", each["price"]), int(each["quantity"])
            worth = {"amount_subtotal": _rounded(price, quantity)}
            found.append({"price": price, "quantity": quantity, **worth})
        return found

    def _moved(self, kind: str, id: str, before: str, after: str) -> Json:
        found = self._one(kind, id)
        if found["status"] != before:
            raise _error(400, f"it is {found['status']}")
        found["status"] = after
        return found

    def _accepted(self, id: str) -> Json:
        found = self._moved("quotes", id, "open", "accepted")
        recurring = [
            each
            for each in found["line_items"]
            if "recurring" in self._one("prices", each["price"])
        ]
        if recurring:
            body = {"customer": found["customer"], "items": recurring}
            found["subscription"] = self._made("subscriptions", body)["id"]
        return found

    def _one(self, kind: str, id: str) -> Json:
        if id not in self.rows.get(kind, {}):
            raise _error(404, f"No such {kind}: {id}", param="id")
        return self.rows[kind][id]

    def _worth(self, made: Json) -> Decimal:
        """Of an invoice all, of a subscription a year's worth of its months."""
        if "subtotal" in made:
            return Decimal(made["subtotal"]) / 100
        units = sum(
            _rounded(each["price"], each["quantity"])
            for each in made["items"]["data"]
            if "quantity" in each
        )
        return Decimal(units) * 12 / 100


_FILTERS = ("customer", "invoice")


def _rounded(price: Json, quantity: int) -> int:
    """What so many units come to, half a minor unit rounded up."""
    worth = Decimal(price["unit_amount_decimal"]) * quantity
    return int(worth + Decimal("0.5"))


def _error(
    status: int, message: str, kind: str = "invalid_request_error", param: str = ""
) -> Reply:
    told = {"param": param} if param else {}
    return Reply(status, {"error": {"type": kind, "message": message, **told}})
