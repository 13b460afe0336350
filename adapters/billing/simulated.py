"""A billing system to try things out with: it keeps a ledger of its own and sends nothing.

It is as simple as many are: no usage charge without a price, no amount below zero, few
currencies. Its ledger is an SQLite file that several processes may share.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

from adapters.ledgers import opened
from engine.kernel.failpoints import failpoint
from engine.ports.billing import (
    BilledCharge,
    BillingCapabilities,
    BillingDocument,
    BillingPlan,
    BillingReceipt,
    BillingState,
    Loss,
)
from engine.ports.connections import Checked, Steps
from engine.ports.outcomes import Declined

CURRENCIES = frozenset(
    {
        *("AUD", "BHD", "CAD", "CHF", "CZK", "DKK", "EUR", "GBP", "HUF"),
        *("ISK", "JPY", "KWD", "NOK", "NZD", "PLN", "SEK", "TND", "USD"),
    }
)
_PREFIX = "SIM-"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    key TEXT NOT NULL,
    quote_id TEXT NOT NULL,
    account TEXT,
    currency TEXT NOT NULL,
    charges TEXT NOT NULL,
    UNIQUE (tenant, key)
);
CREATE TABLE IF NOT EXISTS entries (
    document INTEGER NOT NULL REFERENCES documents (number),
    date TEXT NOT NULL,
    charge TEXT NOT NULL,
    amount TEXT NOT NULL
);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerDocument:
    """What was taken under a key: day, charge and amount of everything that will be billed."""

    number: int
    tenant: str
    key: str
    quote_id: str
    account: str | None
    currency: str
    entries: tuple[tuple[str, str, Decimal], ...]

    @property
    def total(self) -> Decimal:
        return sum((amount for _, _, amount in self.entries), Decimal(0))


class SimulatedBilling:
    """A billing system whose ledger is a file in `folder`."""

    def __init__(self, folder: Path, currencies: frozenset[str] = CURRENCIES) -> None:
        self._file = folder / "billing.sqlite3"
        self._currencies = currencies

    def capabilities(self) -> BillingCapabilities:
        return BillingCapabilities(
            proof="own stub",
            is_idempotent=True,
            currencies=self._currencies,
            negative_amounts=False,
            free_usage=False,
        )

    def losses(self, document: BillingDocument) -> tuple[Loss, ...]:
        """What it cannot express, with what each of it would have brought."""
        return tuple(self._losses(document))

    def check(self) -> Checked:
        with self._ledger():
            return Checked(identity="a simulated billing system")

    def plan(self, document: BillingDocument) -> BillingPlan:
        """It has everything."""
        payload = {"quote": document.trace.quote_number, "total": document.total}
        return BillingPlan(losses=self.losses(document), payload=payload)

    def find(self, document: BillingDocument, key: str) -> BillingReceipt | None:
        with self._ledger() as ledger:
            return _receipt(ledger, document.tenant, key)

    def create(self, document: BillingDocument, key: str, steps: Steps) -> BillingReceipt:  # noqa: ARG002 (it is made in one step)
        """Take a document; one that cannot be expressed is declined as a whole."""
        with self._ledger() as ledger:
            ledger.execute("BEGIN IMMEDIATE")
            taken = _receipt(ledger, document.tenant, key)
            if taken is not None:
                return taken
            lost = {each.path: each.message for each in self.losses(document)}
            if lost:
                raise Declined("the document cannot be expressed", lost)
            number = _take(ledger, document, key)
            ledger.execute("COMMIT")
        failpoint("billing_took_it")
        return _named(number, [each.id for each in document.charges])

    def read(self, document: BillingDocument, names: Mapping[str, str]) -> BillingState:
        """A document, which stays as it was taken."""
        reference = names.get("document", "")
        number = reference.removeprefix(_PREFIX)
        with self._ledger() as ledger:
            row = ledger.execute(
                "SELECT number, quote_id, currency FROM documents WHERE tenant = ? AND number = ?",
                (document.tenant, int(number) if number.isdecimal() else -1),
            ).fetchone()
            if row is None:
                raise Declined(f"there is no document {reference}")
            billed = sum((amount for _, _, amount in _entries(ledger, row[0])), Decimal(0))
        trace = document.trace
        return BillingState(
            reference=reference,
            key=trace.quote_number if row[1] == trace.quote_id else row[1],
            state="taken",
            is_alive=True,
            quote_id=row[1],
            currency=row[2],
            total=billed,
        )

    def ledger(self, tenant: str) -> tuple[LedgerDocument, ...]:
        """Everything that was taken for a tenant, in order."""
        with self._ledger() as ledger:
            mine = ledger.execute(
                "SELECT number, key, quote_id, account, currency FROM documents"
                " WHERE tenant = ? ORDER BY number",
                (tenant,),
            ).fetchall()
            return tuple(
                LedgerDocument(
                    number=number,
                    tenant=tenant,
                    key=key,
                    quote_id=quote_id,
                    account=account,
                    currency=currency,
                    entries=_entries(ledger, number),
                )
                for number, key, quote_id, account, currency in mine
            )

    def _losses(self, document: BillingDocument) -> Iterator[Loss]:
        if document.currency not in self._currencies:
            message = f"{document.currency} cannot be billed"
            yield Loss(path="currency", message=message, amount=document.total)
        for place, each in enumerate(document.charges):
            if each.type == "usage" and not each.amount:
                message = "usage is not billed without a price"
                yield Loss(path=f"charges/{place}/amount", message=message, amount=each.total)
            elif _is_negative(each):
                message = "amounts below zero are not billed"
                yield Loss(path=f"charges/{place}/amount", message=message, amount=each.total)

    def _ledger(self) -> AbstractContextManager[sqlite3.Connection]:
        return opened(self._file, _SCHEMA)


def _is_negative(charge: BilledCharge) -> bool:
    return charge.amount < 0 or charge.total < 0


def _take(ledger: sqlite3.Connection, document: BillingDocument, key: str) -> int:
    [(number,)] = ledger.execute(
        "INSERT INTO documents (tenant, key, quote_id, account, currency, charges)"
        " VALUES (?, ?, ?, ?, ?, ?) RETURNING number",
        (
            document.tenant,
            key,
            document.trace.quote_id,
            document.account,
            document.currency,
            json.dumps([each.id for each in document.charges]),
        ),
    ).fetchall()
    ledger.executemany(
        "INSERT INTO entries (document, date, charge, amount) VALUES (?, ?, ?, ?)",
        [
            (number, each.day.isoformat(), each.charge, f"{each.amount:f}")
            for each in document.schedule
        ],
    )
    return int(number)


def _receipt(ledger: sqlite3.Connection, tenant: str, key: str) -> BillingReceipt | None:
    row = ledger.execute(
        "SELECT number, charges FROM documents WHERE tenant = ? AND key = ?", (tenant, key)
    ).fetchone()
    return None if row is None else _named(row[0], json.loads(row[1]))


def _named(number: int, charges: Sequence[str]) -> BillingReceipt:
    document = f"{_PREFIX}{number:06d}"
    names = {charge: f"{document}-{place}" for place, charge in enumerate(charges, 1)}
    return BillingReceipt(external_ids=MappingProxyType({"document": document, **names}))


def _entries(ledger: sqlite3.Connection, number: int) -> tuple[tuple[str, str, Decimal], ...]:
    rows = ledger.execute(
        "SELECT date, charge, amount FROM entries WHERE document = ? ORDER BY rowid", (number,)
    )
    return tuple((day, charge, Decimal(amount)) for day, charge, amount in rows)
