"""localstripe, an emulator of Stripe by others, in an environment and a process of its own."""

import json
import subprocess
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from engine.kernel.calendar import plus_months
from engine.ports.billing import BillingDocument
from engine.ports.connections import Access
from tests.adapters.billing.billing_peer import HeldBilling

Json = dict[str, Any]
_SERVE = """
import socket
from importlib.metadata import version
from aiohttp import web
from localstripe.resources import store
from localstripe.server import app
type(store).dump_to_disk = lambda self: None
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], version("localstripe"), flush=True)
web.run_app(app, sock=listener, print=None)
"""


class LocalStripe:
    """It knows plans and no prices, keeps no keys, and lets any key in that looks like one."""

    name = "stripe"
    proof = "third-party emulator"

    def __init__(self, python: Path) -> None:
        self._process = subprocess.Popen(
            [str(python), "-c", _SERVE], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        port, self.version = self._process.stdout.readline().split()
        self.address = ("127.0.0.1", int(port))
        self._key = "sk_test_quotewright"

    def access(self, url: str) -> Access:
        return Access(
            tenant="CustA",
            system="billing",
            adapter=self.name,
            url=url,
            credentials={"api_key": self._key},
            options={"catalog_mode": "plan"},
        )

    def held(self, reference: str) -> list[HeldBilling]:
        worths: dict[str, list[Decimal]] = {}
        first = ""
        for each in self._every("subscriptions?status=all&limit=100"):
            if each["metadata"].get("quotewright_quote") == reference:
                worth = Decimal(each["plan"]["amount"]) * each["quantity"] * 12 / 100
                worths.setdefault(each["metadata"]["quotewright_piece"], []).append(worth)
                first = first or each["id"]
        for each in self._every("invoiceitems?limit=100"):
            if each["metadata"].get("quotewright_quote") == reference:
                worth = Decimal(each["amount"]) / 100
                worths.setdefault(each["metadata"]["quotewright_charge"], []).append(worth)
                first = first or each["id"]
        total = sum((worth for each in worths.values() for worth in each), Decimal(0))
        times = max(map(len, worths.values()), default=0)
        return [
            HeldBilling(reference=first, key=reference, currency="EUR", total=total)
            for _ in range(times)
        ]

    def deny(self) -> None:
        self._key = "nobody"

    def allow(self) -> None:
        self._key = "sk_test_quotewright"

    def refused(self, document: BillingDocument) -> BillingDocument:
        """One from the days before it was written: it takes no subscription from then."""
        recurring = [each for each in document.charges if each.type == "recurring"]
        charges = tuple(
            replace(each, start_date=_long_ago(each.start_date), end_date=_long_ago(each.end_date))
            for each in recurring
        )
        ids = {each.id for each in charges}
        dues = tuple(
            replace(
                each,
                day=_long_ago(each.day),
                period_start=_long_ago(each.period_start),
                period_end=_long_ago(each.period_end),
            )
            for each in document.schedule
            if each.charge in ids
        )
        total = sum((each.total for each in charges), Decimal(0))
        return replace(document, charges=charges, schedule=dues, total=total)

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=10)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _every(self, path: str) -> list[Json]:
        url = f"http://127.0.0.1:{self.address[1]}/v1/{path}"
        asked = Request(url, headers={"Authorization": "Bearer sk_test_quotewright"})
        with urlopen(asked, timeout=10) as answer:  # noqa: S310 (this machine)
            found: list[Json] = json.load(answer)["data"]
        return found


def _long_ago(day: date | None) -> Any:  # noqa: ANN401 (None stays None)
    return None if day is None else plus_months(day, -240)
