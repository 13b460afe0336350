"""Playing a scenario: each step is done at the doors of a hub, and everything told is compared."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal

import httpx
import msgspec
from starlette.testclient import TestClient

from connector.cli import demo
from connector.worker.loop import Worker
from engine.hub import Hub
from engine.kernel.clock import FixedClock
from tests.connector.superoffice.conftest import Crm
from tests.connector.worker.listener import Listener
from tests.journeys.scenario import Json, Names, Step, at, differences

_encode = msgspec.json.Encoder(decimal_format="number").encode
_decode = msgspec.json.Decoder(float_hook=Decimal).decode
_JSON = {"content-type": "application/json"}
_PAGE = 200
_AS = " as "
_GOOD = 400
"""Statuses below it are of what was done."""


class Player:
    """Does the steps of one scenario as the demo tenant CustDemo."""

    def __init__(self, hub: Hub, client: TestClient, listener: Listener) -> None:
        self._hub = hub
        self._client = client
        self._listener = listener
        self._worker = Worker(hub)
        self._names = Names(receiver=listener.url)
        self._told: set[str] = {each["id"] for each in self._events()}
        self._heard = 0

    def play(self, step: Step) -> None:
        """Do a step; AssertionError says everything that is not as it should be."""
        if step.at:
            clock = self._hub.clock
            assert isinstance(clock, FixedClock)
            instant = datetime.fromisoformat(step.at)
            assert instant >= clock.instant, f"{step.step}: time does not go back"
            clock.instant = instant
        answer = self._done(step)
        wrong = [] if answer is None else self._judged(step, answer)
        wrong += self._untold(step)
        if step.heard is not None:
            wrong += self._unheard(step.heard)
        assert not wrong, "\n  ".join([step.step, *wrong])

    def _done(self, step: Step) -> httpx.Response | None:
        body = self._names.filled(step.body)
        if step.do:
            method, _, path = step.do.partition(" ")
            return self._called(method, f"/api/v1{self._names.filled(path)}", body)
        if step.sign is not None:
            raw = _encode(self._names.filled(step.sign))
            return self._post("/api/v1/sign", raw, self._signature(raw, step.aged))
        if step.superoffice:
            secret = demo.TENANTS["CustDemo"][1]
            path = f"/superoffice/{step.superoffice}"
            return self._post(path, _encode(body), Crm.basic("CustDemo", secret))
        if step.open:
            address = self._names.filled(step.open).removeprefix("http://testserver")
            opened: httpx.Response = self._client.get(address)
            return opened
        assert step.worker in {"", "drain"}
        if step.worker:
            self._worker.drain()
        return None

    def _called(self, method: str, path: str, body: object) -> httpx.Response:
        given = {} if body is None else {"content": _encode(body)}
        headers = _JSON | {"x-api-key": "demo-key"}
        answer: httpx.Response = self._client.request(method, path, headers=headers, **given)  # type: ignore[arg-type]
        return answer

    def _post(self, path: str, raw: bytes, headers: dict[str, str]) -> httpx.Response:
        answer: httpx.Response = self._client.post(path, content=raw, headers=_JSON | headers)
        return answer

    def _signature(self, raw: bytes, aged: int) -> dict[str, str]:
        """As Standard Webhooks says, with the secret of the demo's provider."""
        sent, message = int(self._hub.clock.now().timestamp()) - aged, "msg_1"
        words = f"{message}.{sent}.".encode() + raw
        right = hmac.new(demo.SIGNING_SECRET.encode(), words, hashlib.sha256).digest()
        return {
            "webhook-id": message,
            "webhook-timestamp": str(sent),
            "webhook-signature": f"v1,{base64.b64encode(right).decode()}",
        }

    def _judged(self, step: Step, answer: httpx.Response) -> list[str]:
        expected = dict(step.expect or {})
        status = expected.pop("status", None)
        is_right = answer.status_code < _GOOD if status is None else answer.status_code == status
        if not is_right:
            return [f"status: {answer.status_code}, not {status or 'good'}: {answer.text[:2000]}"]
        if "json" not in answer.headers.get("content-type", ""):
            found = {"text": answer.text, "type": answer.headers.get("content-type", "")}
        else:
            found = _decode(answer.content)
        if step.save:
            self._names.save(step.save, found)
        if "is" in expected:  # the answer as a whole
            return differences(self._names.filled(expected["is"]), found, "answer")
        wrong = []
        for path, value in expected.items():
            wrong += differences(self._names.filled(value), at(found, path), path)
        return wrong

    def _untold(self, step: Step) -> list[str]:
        fresh = [each for each in self._events() if each["id"] not in self._told]
        self._told |= {each["id"] for each in fresh}
        if len(fresh) == len(step.events):
            for line, event in zip(step.events, fresh, strict=True):
                self._named(line, event["subject"])
        return self._compared("events", step.events, fresh)

    def _named(self, line: str, subject: str) -> None:
        """Know a subject that nothing has answered yet: "quote.created as offer"."""
        _, is_new, name = line.partition(_AS)
        if is_new:
            self._names.save(name, subject)

    def _unheard(self, expected: Sequence[str]) -> list[str]:
        fresh = [each.event for each in self._listener.heard[self._heard :]]
        self._heard = len(self._listener.heard)
        return self._compared("heard", expected, fresh, key=str)

    def _events(self) -> list[Json]:
        """All events of the tenant, the oldest first."""
        found: list[Json] = []
        cursor = ""
        while True:
            more = f"&cursor={cursor}" if cursor else ""
            answer = self._called("GET", f"/api/v1/events?limit={_PAGE}{more}", None)
            assert answer.status_code == 200, answer.text
            page = answer.json()
            found += page["data"]
            cursor = page["next_cursor"]
            if not cursor:
                return found[::-1]

    def _compared(
        self,
        what: str,
        expected: Sequence[str],
        real: Sequence[Json],
        key: Callable[[str], str] = lambda _: "",
    ) -> list[str]:
        """Whether what was told is what was expected, in the order of `key`."""
        wanted = [self._names.filled(each.replace(_AS, " $")) for each in expected]
        lines = [f"{each['type']} {each['subject']}" for each in real]
        is_right = sorted(wanted, key=key) == sorted(lines, key=key)
        return [] if is_right else [f"{what}: {lines}, not {wanted}"]
