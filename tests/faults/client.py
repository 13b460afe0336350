"""A client of the REST API that does what the page advises: it asks again with the same key."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.faults.processes import Child
from tests.faults.site import KEY, STRANGERS_KEY, Site

Json = dict[str, Any]
_SECONDS = 30
_TRIES = 5
_NUMBERS = itertools.count(1)
_DEFAULTS: tuple[Json, ...] = (
    {"sku": "VX-2000", "quantity": 4},
    {"sku": "VX-TRN-OPS", "quantity": 1},
    {"sku": "CARE-PLUS", "quantity": 4},
)


@dataclass(frozen=True)
class Asked:
    """A request that was answered 2xx: it, the answer, and whether it was asked again."""

    path: str
    body: Json
    key: str
    answer: requests.Response
    tries: int

    @property
    def is_replayed(self) -> bool:
        return self.answer.headers.get("idempotent-replayed") == "true"


@dataclass
class Client:
    """Calls a site's web process, and another one when that has died."""

    site: Site
    failpoints: str = ""
    asked: list[Asked] = field(default_factory=list)
    deaths: list[Child] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._session = requests.Session()
        self.web, self.address = self.site.web(self.failpoints)

    def close(self) -> None:
        self._session.close()
        self.web.end()

    def post(self, path: str, body: Json, key: str | None = None) -> Json:
        """What a POST answers, however often it has to be asked."""
        key = key or f"key-{next(_NUMBERS)}"
        for tries in range(1, _TRIES + 1):
            answer = self._try(path, body, key)
            if answer is not None:
                assert answer.ok, answer.text
                self.asked.append(Asked(path, body, key, answer, tries))
                read: Json = answer.json()
                return read
        raise AssertionError(f"{path} was never answered")

    def get(self, path: str, status: int = 200, key: str = KEY) -> Json:
        answer = self._session.get(
            f"{self.address}/api/v1{path}", headers={"x-api-key": key}, timeout=_SECONDS
        )
        assert answer.status_code == status, answer.text
        read: Json = answer.json()
        return read

    def _try(self, path: str, body: Json, key: str) -> requests.Response | None:
        """The answer; None when the process died before it gave one, and there is another."""
        try:
            return self._session.post(
                f"{self.address}/api/v1{path}",
                json=body,
                headers={"x-api-key": KEY, "idempotency-key": key},
                timeout=_SECONDS,
            )
        except requests.ConnectionError:
            self.web.dies()
        self.deaths.append(self.web)
        self._session.close()
        self._session = requests.Session()
        self.web, self.address = self.site.web()
        return None


def accepted(client: Client, *lines: Json) -> Json:
    """A quote that was accepted: three transactions."""
    body = {"account_id": "ACME", "lines": list(lines or _DEFAULTS)}
    quote = client.post("/quotes", body)
    client.post(f"/quotes/{quote['id']}/submit", {})
    return client.post(f"/quotes/{quote['id']}/accept", {})


def to_cash(client: Client) -> Json:
    """From a quote to its bill: seven transactions. The order as it is in the end."""
    quote = accepted(client)
    order = client.post("/orders", {"quote_id": quote["id"], "purchase_order": "PO-1"})
    [units] = [each["id"] for each in order["lines"] if each["sku"] == "VX-2000"]
    path = f"/orders/{order['id']}"
    client.post("/billing", {"quote_id": quote["id"]})  # what was accepted; a change comes after
    one_less = {"type": "cancel", "lines": [{"line_id": units, "quantity": 1}]}
    changed = client.post(f"{path}/change", one_less)
    assert changed["applied"], changed
    word = {
        "fulfillment_system": "ERP-MFG",
        "status": "shipped",
        "event_id": "shipped-1",
        "lines": [{"line_id": units, "quantity": 2}],
    }
    assert client.post(f"{path}/status", word)["applied"]
    return client.get(path)


def check_answers(client: Client) -> None:
    """Everything answered 2xx is there, is answered the same again, and nobody else sees it."""
    for each in client.asked:
        again = client._session.post(
            f"{client.address}/api/v1{each.path}",
            json=each.body,
            headers={"x-api-key": KEY, "idempotency-key": each.key},
            timeout=_SECONDS,
        )
        assert again.headers.get("idempotent-replayed") == "true", each.path
        assert (again.status_code, again.content) == (each.answer.status_code, each.answer.content)
        location = each.answer.headers.get("location")
        if location is not None:
            path = location.removeprefix("/api/v1")
            assert client.get(path)["id"] == each.answer.json()["id"]
            client.get(path, 404, STRANGERS_KEY)


def together(acts: Sequence[Callable[[], requests.Response]]) -> list[requests.Response]:
    """The answers of requests that are sent at the same moment."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415
    from threading import Barrier  # noqa: PLC0415

    start = Barrier(len(acts))

    def sent(act: Callable[[], requests.Response]) -> requests.Response:
        start.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(sent, acts))
