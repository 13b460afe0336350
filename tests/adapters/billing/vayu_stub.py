"""A stub of Vayu: it judges contracts by the rules and, where they are installed, by its SDK."""

import base64
import itertools
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.ports.billing import BillingDocument
from engine.ports.connections import Access
from tests.adapters.billing.billing_peer import HeldBilling
from tests.adapters.billing.serving import Reply, Stub
from tests.adapters.billing.vayu_invoices import invoiced
from tests.adapters.billing.vayu_rules import Judge, faults
from tests.adapters.serving import Asked

Json = dict[str, Any]
API_KEY = "refresh-me"
CATALOGUE = ("PUMP", "CARE", "CALLS")
CUSTOMER_MEMBERS = {"name", "externalId", "customerErpId", "currency", "dueDays", "address"}
PAGE = 2
"""Rows of a page, so that there are many."""


def an_id(number: int) -> str:
    return f"{number:024x}"


class VayuStub(Stub):
    """An account of Vayu. `life` is that of an access token in seconds, by its own word."""

    name = "vayu"

    def __init__(self, judge: Judge | None = None) -> None:
        self.customers: dict[str, Json] = {}
        self.contracts: dict[str, Json] = {}
        self.tokens: set[str] = set()
        self.life = 3600
        self.is_open = True
        self.echoes_numbers = True
        self.judge = judge
        self.proof = "own stub" if judge is None else "vendor's SDK models"
        self.version = "documented schema" if judge is None else "vayu-py 0.3.11"
        self._numbers = itertools.count(1)
        self._moment = datetime(2026, 11, 21, tzinfo=UTC)
        names = [f"OTHER-{place}" for place in range(5)] + list(CATALOGUE)
        self.products = [{"id": self._id(), "name": each, "externalId": each} for each in names]
        super().__init__()

    def close(self) -> None:
        super().close()
        if self.judge is not None:
            self.judge.close()

    def access(self, url: str) -> Access:
        return Access(
            tenant="CustA",
            system="billing",
            adapter=self.name,
            url=url,
            credentials={"api_key": API_KEY},
        )

    def held(self, reference: str) -> list[HeldBilling]:
        return [
            HeldBilling(
                reference=id,
                key=reference,
                currency=each["currency"],
                total=sum((amount for _, amount in invoiced(each)), Decimal(0)),
            )
            for id, each in self.contracts.items()
            if each.get("externalId") == reference
        ]

    def deny(self) -> None:
        self.is_open = False
        self.tokens.clear()

    def allow(self) -> None:
        self.is_open = True

    def refused(self, document: BillingDocument) -> BillingDocument:
        """Find fault with the next contract."""
        said = {
            "type": "invalid_request_error",
            "code": "invalid",
            "message": "products are not for sale",
            "params": [{"param": "products.0", "message": "is not for sale"}],
        }
        self.faults["POST /contracts"] = [Reply(400, said)]
        return document

    def replied(self, asked: Asked) -> Reply:
        if asked.parts == ("login",):
            return self._login(asked)
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in self.tokens:
            raise _error(401, "authentication_failed", "no valid token")
        reply = self._read(asked) if asked.method == "GET" else self._written(asked)
        if reply is None:
            raise _error(404, "not_found", asked.what)
        return reply

    def _read(self, asked: Asked) -> Reply | None:
        match asked.parts:
            case ("customers", "externalId", name):
                return self._one("customer", _called(self.customers, "externalId", name))
            case ("customers", id):
                return self._one("customer", _called(self.customers, "id", id))
            case ("catalogProducts",):
                return self._page("catalogProducts", self.products, asked)
            case ("contracts",):
                mine = _called(self.contracts, "customerId", asked.query["customerId"])
                return self._page("contracts", mine, asked)
            case ("contracts", id):
                return self._one("contract", _called(self.contracts, "id", id))
        return None

    def _written(self, asked: Asked) -> Reply | None:
        if asked.what == "POST /customers":
            return self._customer(_json(asked))
        return self._contract(asked) if asked.what == "POST /contracts" else None

    def add_contract(self, **members: object) -> Json:
        """One that somebody else has made."""
        return self._kept(self.contracts, members)

    def _login(self, asked: Asked) -> Reply:
        body = _json(asked)
        if set(body) != {"refreshToken"} or body["refreshToken"] != API_KEY or not self.is_open:
            raise _error(401, "authentication_failed", "no such key")
        now = 1_800_000_000
        said = {"iat": now, "exp": now + self.life, "n": next(self._numbers)}
        middle = base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")
        token = f"h.{middle}.s"
        self.tokens.add(token)
        return Reply(200, {"accessToken": token})

    def _customer(self, body: Json) -> Reply:
        unknown = sorted(set(body) - CUSTOMER_MEMBERS)
        if unknown or not body.get("name"):
            raise _error(400, "invalid", "no such member", *unknown)
        if _called(self.customers, "externalId", body["externalId"]):
            raise _error(409, "resource_already_exists", "there is one")
        return Reply(200, {"customer": self._kept(self.customers, body)})

    def _contract(self, asked: Asked) -> Reply:
        body = _json(asked)
        wrong = faults(body)
        if wrong:
            raise _error(400, "invalid", json.dumps(wrong), *wrong)
        fault = self.judge.fault(json.loads(asked.body)) if self.judge else ""
        if fault:
            raise _error(400, "invalid", fault)
        if body["customerId"] not in self.customers:
            raise _error(400, "invalid", "no such customer", "customerId")
        return Reply(200, {"contract": self._told(self._kept(self.contracts, body))})

    def _told(self, contract: Json) -> Json:
        if self.echoes_numbers:
            return contract
        return {name: value for name, value in contract.items() if name != "externalId"}

    def _one(self, name: str, found: list[Json]) -> Reply:
        if not found:
            raise _error(404, "not_found", name)
        return Reply(200, {name: found[0]})

    def _page(self, name: str, rows: list[Json], asked: Asked) -> Reply:
        begin = int(asked.query.get("cursor", "c0")[1:])
        end = begin + min(PAGE, int(asked.query["limit"]))
        more = end < len(rows)
        part = [self._told(each) for each in rows[begin:end]]
        cursor = {"nextCursor": f"c{end}"} if more else {}
        return Reply(200, {name: part, "total": len(rows), "hasMore": more, **cursor})

    def _kept(self, where: dict[str, Json], body: Json) -> Json:
        self._moment += timedelta(seconds=1)
        moment = self._moment.isoformat()
        made = {"status": "Active", **body, "id": self._id()}
        where[made["id"]] = made | {"createdAt": moment, "updatedAt": moment}
        return where[made["id"]]

    def _id(self) -> str:
        return an_id(next(self._numbers))


def _called(rows: dict[str, Json], member: str, value: str) -> list[Json]:
    return [each for each in rows.values() if each.get(member) == value]


def _json(asked: Asked) -> Json:
    found: Json = json.loads(asked.body, parse_float=Decimal)
    return found


def _error(status: int, code: str, message: str, *params: str) -> Reply:
    kinds = {401: "authentication_error", 429: "rate_limit_error"}
    told = [{"param": each, "message": message} for each in params]
    said = {"type": kinds.get(status, "invalid_request_error"), "code": code, "message": message}
    return Reply(status, {**said, "params": told} if told else said)
