"""One REST API for the whole way from a quote to the money: its calls, in order, as a program sends
them with curl to a server that has just been started."""

import base64
import hashlib
import hmac
import json
import shutil
import subprocess
import time
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from connector.cli import demo

Json = dict[str, Any]
CURL = shutil.which("curl")
BASKET = [{"sku": "VX-2000", "quantity": 4}, {"sku": "CARE-PLUS", "quantity": 4}]
BELTS = {
    "variables": [
        {"name": "Drive", "values": [{"value": "1.5 kW"}, {"value": "3.0 kW", "price": 500}]},
        {"name": "Belt", "values": [{"value": "Standard"}, {"value": "Heavy", "price": 300}]},
    ],
    "rules": [
        {
            "kind": "ensure",
            "expression": "NOT is('Belt','Heavy') OR num('Drive') >= 3.0",
            "message": "Heavy belt needs a 3.0 kW+ drive",
        }
    ],
    "mode": "optimize",
    "objective": {"minimize": "price"},
    "assignment": {"Belt": "Heavy"},
}
PATIENCE = 20
"""Seconds that the worker may take."""


@dataclass(frozen=True)
class Program:
    """Calls a server without a key: a demo serves its first tenant then."""

    server: str
    has_curl: bool

    def post(self, path: str, body: Json, status: int, **headers: str) -> Json:
        return self._read(status, self._sent(path, json.dumps(body), headers))

    def get(self, path: str, status: int = 200) -> Json:
        return self._read(status, self._sent(path, None, {}))

    def page(self, url: str) -> str:
        status, text = self._sent(url, None, {})
        assert status == 200, text
        return text

    @staticmethod
    def _read(expected: int, answer: tuple[int, str]) -> Json:
        status, text = answer
        assert status == expected, text
        read: Json = json.loads(text)
        return read

    def _sent(self, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, str]:
        url = path if path.startswith("http") else f"{self.server}/api/v1{path}"
        given = ({"Content-Type": "application/json"} if body is not None else {}) | headers
        if not self.has_curl:
            answer = httpx.request(
                "GET" if body is None else "POST", url, content=body, headers=given, timeout=30
            )
            return answer.status_code, answer.text
        words = [CURL or "curl", "-s", "--max-time", "30", "-w", "\n%{http_code}", url]
        for name, value in given.items():
            words += ["-H", f"{name}: {value}"]
        if body is not None:
            words += ["-X", "POST", "-d", body]
        done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True)
        text, _, status = done.stdout.rpartition("\n")
        return int(status), text


@pytest.fixture(params=["curl", "httpx"])
def program(new_server: str, request: pytest.FixtureRequest) -> Program:
    if request.param == "curl" and CURL is None:
        pytest.skip("there is no curl on PATH")
    return Program(new_server, has_curl=request.param == "curl")


def test_from_a_price_to_the_log_of_events(program: Program) -> None:
    _priced(program)
    _solved(program)
    quote = program.post("/quotes", {"account_id": "ACME", "lines": BASKET}, 201)
    order = _ordered(program, quote["id"])
    _amended(program, order["contracts"][0])
    _billed(program, quote["id"])
    _synced(program)
    _proposed(program, quote["id"])
    _signed(program)
    _told(program, order)


def _priced(program: Program) -> None:
    """4 x 12,000 less 8 % less 3 % is 42,835.20; 4 x 165 x 12 is 7,920."""
    priced = program.post("/pricing", {"account_id": "ACME", "lines": BASKET}, 200)
    assert priced["totals"]["net"] == 50755.2
    assert [each["net_total"] for each in priced["lines"]] == [42835.2, 7920]
    bars = [
        (each["code"], each["delta_total"])
        for each in priced["lines"][0]["waterfall"]
        if each["skipped_because"] is None
    ]
    assert bars == [("list", 0), ("agreement", -3840), ("volume", -1324.8)]


def _solved(program: Program) -> None:
    zone = {"Operating Environment": "ATEX Zone 22"}
    asked = {"sku": "VX-2000", "mode": "propagate", "assignment": zone}
    found = program.post("/solve", asked, 200)
    [drive] = [each for each in found["variables"] if each["name"] == "Drive"]
    assert drive["forced"] == "7.5 kW Ex"
    blocked = {each["value"]: each for each in drive["options"] if not each["available"]}
    assert set(blocked) == {"5.5 kW", "7.5 kW", "11.0 kW"}
    [why] = blocked["5.5 kW"]["blocked_by"]
    assert why["message"] == "ATEX Zone 22 needs the explosion-protected drive"
    built = program.post("/solve", BELTS, 200)["solution"]
    assert built["assignment"] == {"Drive": "3.0 kW", "Belt": "Heavy"}
    assert (built["price"], built["proven_optimal"]) == (800, True)


def _ordered(program: Program, quote_id: str) -> Json:
    for act, status in (("submit", "approved"), ("accept", "accepted")):
        assert program.post(f"/quotes/{quote_id}/{act}", {}, 200)["status"] == status
    order = program.post("/orders", {"quote_id": quote_id}, 201)
    assert [(each["sku"], each["fulfillment_system"]) for each in order["lines"]] == [
        ("VX-2000", "ERP-MFG"), ("CARE-PLUS", "CONTRACTS"),
    ]  # fmt: skip
    assert order["totals"]["net"] == 50755.2
    said = {"fulfillment_system": "ERP-MFG", "status": "shipped", "tracking": "1Z999"}
    heard = program.post(f"/orders/{order['id']}/status", said, 200)
    assert (heard["applied"], heard["order"]["status"]) == (True, "partially_shipped")
    made = heard["order"]["fulfillments"][0]
    assert (made["system"], made["status"], made["tracking"]) == ("ERP-MFG", "shipped", ["1Z999"])
    fee = program.post(f"/orders/{order['id']}/change", {"type": "cancel", "dry_run": True}, 409)
    assert fee["code"] == "already_shipped"
    return order


def _amended(program: Program, contract_id: str) -> None:
    """From the first day on: 4 x 165 x 12 comes back, 4 x (165 + 75) x 12 is charged."""
    body = {"action": "amend", "changes": {"coverage_level": "Total"}}
    amended = program.post(f"/services/{contract_id}", body, 200)
    assert [each["amount"] for each in amended["instructions"]] == [-7920, 11520]
    assert (amended["applied"], amended["quote"]["totals"]["net"]) == (True, 3600)
    assert amended["quote"]["lines"][0]["configuration"]["coverage_level"] == "Total"
    for act in ("submit", "accept"):
        program.post(f"/quotes/{amended['quote']['id']}/{act}", {}, 200)
    program.post("/orders", {"quote_id": amended["quote"]["id"]}, 201)
    contract = program.get(f"/services/{contract_id}")
    assert contract["attributes"]["coverage_level"] == "Total"
    assert contract["value"] == 11520


def _billed(program: Program, quote_id: str) -> None:
    push = program.post("/billing", {"quote_id": quote_id}, 202)
    assert push["losses"] == []
    assert round(sum(each["amount"] for each in push["schedule"]), 2) == 50755.2
    deadline = time.monotonic() + PATIENCE
    while push["status"] == "pending" and time.monotonic() < deadline:
        time.sleep(0.1)
        push = program.post("/billing", {"quote_id": quote_id}, 200)
    assert push["status"] == "pushed"
    assert push["external_ids"]


def _synced(program: Program) -> None:
    body = {
        "crm": "salesforce",
        "account": {"external_id": "0016E00001", "name": "Acme Manufacturing", "region": "US"},
        "opportunity": {
            "external_id": "0066E00002",
            "name": "Line 4 expansion",
            "amount": 260000,
            "stage": "proposal",
            "close_date": "2026-09-30",
        },
        "create_quote": True,
    }
    synced = program.post("/crm/sync", body, 200)
    assert synced["account"]["outcome"] == synced["opportunity"]["outcome"] == "created"
    forecast = synced["forecast"]
    assert (forecast["amount"], forecast["probability"], forecast["weighted"]) == (
        *(260000, 50, 130000),
    )
    assert synced["quote"]["status"] == "draft"
    assert program.post("/crm/sync", body, 200)["account"]["outcome"] == "unchanged"


def _proposed(program: Program, quote_id: str) -> Json:
    proposal = program.post(f"/proposals/{quote_id}", {}, 201)
    assert proposal["format"] == "html"
    page = program.page(proposal["url"])
    assert "VX-2000" in page
    assert "50,755.20" in page
    return proposal


def _signed(program: Program) -> None:
    """A message of a provider, signed as Standard Webhooks says."""
    quote = program.post("/quotes", {"account_id": "ACME", "lines": BASKET}, 201)
    program.post(f"/quotes/{quote['id']}/submit", {}, 200)
    program.post(f"/quotes/{quote['id']}/send", {}, 200)
    proposal = _proposed(program, quote["id"])
    body = {
        "provider": "generic",
        "envelope_id": "env-1",
        "quote_id": quote["id"],
        "status": "completed",
        "document_sha256": proposal["sha256"],
    }
    sent = str(int(time.time()))
    words = f"msg_1.{sent}.{json.dumps(body)}".encode()
    right = hmac.new(demo.SIGNING_SECRET.encode(), words, hashlib.sha256).digest()
    headers = {"webhook-id": "msg_1", "webhook-timestamp": sent}
    program.post("/sign", body, 401, **headers, **{"webhook-signature": "v1,bm8="})
    assert program.get(f"/quotes/{quote['id']}")["status"] == "sent"
    true = {"webhook-signature": f"v1,{base64.b64encode(right).decode()}"}
    done = program.post("/sign", body, 200, **headers, **true)
    assert (done["applied"], done["quote_status"]) == (True, "accepted")


def _told(program: Program, order: Json) -> None:
    hook = {
        "url": "https://example.com/hooks/vektra",
        "events": ["order.placed", "order.status_changed"],
    }
    made = program.post("/webhooks", hook, 201)
    assert made["secret"].startswith("whsec_")
    listed = program.get("/webhooks")
    assert [each["id"] for each in listed["subscriptions"]] == [made["id"]]
    assert "order.placed" in {each["type"] for each in listed["event_types"]}
    told = program.get(f"/events?subject={order['id']}&limit=200")["data"]
    types = [each["type"] for each in reversed(told)]
    assert types[0] == "order.placed"
    assert types.count("order.status_changed") == 1
    everything = {each["type"] for each in program.get("/events?limit=200")["data"]}
    assert everything >= {
        "service.amended", "billing.pushed", "proposal.viewed", "signature.completed",
        "opportunity.upserted",
    }  # fmt: skip
