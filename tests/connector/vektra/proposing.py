"""What the tests of proposals do again and again."""

from typing import Any

import httpx
from starlette.testclient import TestClient

from tests.connector.vektra.conftest import Caller
from tests.connector.vektra.quotes import act, make

Json = dict[str, Any]
HOSE = {"sku": "VX-HOS-50", "quantity": 1}


def offered(caller: Caller, *lines: Json, **members: object) -> Json:
    """A quote that the customer has."""
    quote = make(caller, *(lines or (HOSE,)), **members)
    assert act(caller, quote, "submit")["status"] == "approved"
    return act(caller, quote, "send")


def propose(caller: Caller, quote: Json, status: int = 201, **body: object) -> Json:
    return caller.post(f"/proposals/{quote['id']}", body, status)


def told(caller: Caller, kind: str, subject: str) -> list[Json]:
    """The events of a kind about a subject, the oldest first."""
    answer = caller.send("GET", f"/events?type={kind}&subject={subject}")
    assert answer.status_code == 200, answer.text
    found: list[Json] = answer.json()["data"]
    return found[::-1]


class Visitor:
    """Somebody who was sent an address."""

    def __init__(self, client: TestClient, proposal: Json) -> None:
        self._client = client
        self.path = str(proposal["url"]).removeprefix("http://testserver")

    def open(self, more: str = "", method: str = "GET") -> httpx.Response:
        answer: httpx.Response = self._client.request(method, f"{self.path}{more}")
        return answer

    def accept(self, name: str) -> httpx.Response:
        answer: httpx.Response = self._client.post(
            f"{self.path}/accept", data={"name": name}, follow_redirects=False
        )
        return answer
