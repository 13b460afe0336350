"""A simulated ERP: it takes orders into a ledger of its own and acknowledges them.

The ledger is an SQLite file that no transaction of the hub ever touches, as a real ERP's would
be. It moves no order any further by itself. Tests may have it lose its answer after it has
taken an order, or be away.
"""

import sqlite3
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from adapters.erp.unchanging import Unchanging
from adapters.ledgers import opened
from engine.kernel.failpoints import failpoint
from engine.ports.connections import Checked, Steps
from engine.ports.erp import (
    Changes,
    ErpCapabilities,
    ErpPlan,
    OrderDocument,
    OrderState,
    Receipt,
    Stage,
)
from engine.ports.outcomes import Declined, Postponed

_SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (
    number INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    key TEXT NOT NULL,
    system TEXT NOT NULL,
    order_number TEXT NOT NULL,
    document TEXT NOT NULL,
    UNIQUE (tenant, key)
);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerOrder:
    """An order that was taken, under its key."""

    number: int
    key: str
    system: str
    order_number: str
    lines: tuple[str, ...]


class SimulatedErp(Unchanging):
    """An ERP whose ledger is a file in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "erp.sqlite3"

    def capabilities(self) -> ErpCapabilities:
        return ErpCapabilities(proof="own stub", is_idempotent=True, computes_tax=False)

    def check(self) -> Checked:
        with self._ledger():
            return Checked(identity="a simulated ERP")

    def plan(self, document: OrderDocument) -> ErpPlan:
        """It has everything and takes everything."""
        return ErpPlan(payload={"order": document.order_number, "net": document.net})

    def find(self, document: OrderDocument, key: str) -> Receipt | None:
        with self._ledger() as ledger:
            return _receipt(ledger, document.tenant, key)

    def create(self, document: OrderDocument, key: str, steps: Steps) -> Receipt:
        """Take an order; under a key that was used before it is that order."""
        with self._ledger() as ledger:
            ledger.execute("BEGIN IMMEDIATE")
            taken = _receipt(ledger, document.tenant, key)
            if taken is not None:
                return taken
            ledger.execute(
                "INSERT INTO orders (tenant, key, system, order_number, document)"
                " VALUES (?, ?, ?, ?, ?)",
                (
                    document.tenant,
                    key,
                    document.system,
                    document.order_number,
                    _encode(document).decode(),
                ),
            )
            ledger.execute("COMMIT")
            failpoint("erp_took_it")
            made = _receipt(ledger, document.tenant, key)
        if made is None:
            raise Postponed("the order was not kept")
        steps.keep(order=made.reference)
        return made

    def advance(self, receipt: Receipt, to: Stage, steps: Steps) -> OrderState:  # noqa: ARG002 (it takes no further step)
        return self.read(receipt.reference)

    def read(self, reference: str) -> OrderState:
        """An order, confirmed as it was when it was taken."""
        number = reference.rpartition("-")[2]
        with self._ledger() as ledger:
            row = ledger.execute(
                "SELECT order_number, document FROM orders WHERE number = ?",
                (int(number) if number.isdecimal() else -1,),
            ).fetchone()
        if row is None:
            raise Declined(f"there is no order {reference}")
        document = _decode(row[1])
        return OrderState(
            reference=reference,
            key=row[0],
            stage=Stage.CONFIRMED,
            number=reference,
            currency=document.currency,
            net=document.net,
        )

    def cancel(self, reference: str) -> OrderState:
        raise Declined(f"{reference} was taken and is not cancelled here")

    def changes(self, mark: str | None) -> Changes:
        """Nothing ever changes."""
        return Changes(states=(), mark=mark or "")

    def documents(self, tenant: str) -> tuple[OrderDocument, ...]:
        """What was handed over for a tenant, in order."""
        with self._ledger() as ledger:
            rows = ledger.execute(
                "SELECT document FROM orders WHERE tenant = ? ORDER BY number", (tenant,)
            ).fetchall()
        return tuple(_decode(document) for (document,) in rows)

    def ledger(self, tenant: str) -> tuple[LedgerOrder, ...]:
        """Every order that was taken for a tenant, in order."""
        with self._ledger() as ledger:
            rows = ledger.execute(
                "SELECT number, key, system, order_number, document FROM orders"
                " WHERE tenant = ? ORDER BY number",
                (tenant,),
            ).fetchall()
        return tuple(
            LedgerOrder(
                number=number,
                key=key,
                system=system,
                order_number=order_number,
                lines=tuple(each.line_id for each in _decode(document).lines),
            )
            for number, key, system, order_number, document in rows
        )

    def _ledger(self) -> AbstractContextManager[sqlite3.Connection]:
        return opened(self._file, _SCHEMA)


def _receipt(ledger: sqlite3.Connection, tenant: str, key: str) -> Receipt | None:
    row = ledger.execute(
        "SELECT number, system, document FROM orders WHERE tenant = ? AND key = ?", (tenant, key)
    ).fetchone()
    if row is None:
        return None
    number, system, document = row
    reference = f"{system}-{number:06d}"
    lines = {
        each.line_id: f"{reference}/{place}"
        for place, each in enumerate(_decode(document).lines, 1)
    }
    return Receipt(reference=reference, lines=lines)


_encode = msgspec.json.Encoder(decimal_format="string", enc_hook=dict).encode
_decode = msgspec.json.Decoder(OrderDocument).decode
