"""Contracts, to rows and back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, insert, not_, or_, select, update
from sqlmodel import Session

from engine.contracts.contract import Contract, ContractSearch, ContractStatus
from engine.contracts.history import ContractEntry, ContractEvent
from engine.contracts.plan import Plan
from engine.kernel.errors import NotFound, StaleRevision
from engine.store.columns import utc
from engine.store.repositories.logs import Log
from engine.store.repositories.mapper import overwrite
from engine.store.tables.contracts import (
    ContractHistoryRow,
    ContractOrderRow,
    ContractPlanRow,
    ContractRow,
)
from engine.store.tables.row import table

_CONTRACTS = table(ContractRow)
_ORDERS = table(ContractOrderRow)
_HISTORY = table(ContractHistoryRow)
_PLANS = table(ContractPlanRow)


class Contracts:
    """The contracts of one tenant."""

    def __init__(self, session: Session, tenant_id: str) -> None:
        self._session = session
        self._tenant_id = tenant_id
        self._log = Log(session, tenant_id, _HISTORY, "contract_id")

    def get(self, id: str, *, lock: bool = False) -> Contract:
        """The contract called `id`; `NotFound` when there is none.

        With `lock`, nobody else changes it before this transaction ends.
        """
        found = select(_CONTRACTS.c.body).where(*self._is(id))
        if lock:
            found = found.with_for_update(key_share=True)
        body: str | None = self._session.connection().scalar(found)
        if body is None:
            raise NotFound(f"there is no contract {id}")
        return _CONTRACT.decode(body)

    def exists(self, id: str) -> bool:
        """Whether there is a contract called `id`."""
        found = select(_CONTRACTS.c.id).where(*self._is(id))
        return self._session.connection().scalar(found) is not None

    def search(
        self, wanted: ContractSearch, limit: int, before: str | None = None
    ) -> list[Contract]:
        """At most `limit` contracts, the newest first; those made before the one `before`."""
        columns = _CONTRACTS.c
        found = select(columns.body).where(columns.tenant_id == self._tenant_id, *_matches(wanted))
        if before is not None:
            found = found.where(columns.id < before)
        return self._read(found.order_by(columns.id.desc()).limit(limit))

    def due(self, today: date, limit: int) -> Sequence[str]:
        """The ids of at most `limit` contracts whose renewal is to be told or done by `today`."""
        columns = _CONTRACTS.c
        found = select(columns.id).where(
            columns.tenant_id == self._tenant_id, columns.told_on <= today
        )
        found = found.order_by(columns.told_on, columns.id).limit(limit)
        return self._session.connection().scalars(found).all()

    def of_order(self, order_id: str) -> tuple[str, ...]:
        """The ids of the contracts an order made or changed."""
        found = select(_ORDERS.c.contract_id).where(
            _ORDERS.c.tenant_id == self._tenant_id, _ORDERS.c.order_id == order_id
        )
        rows = self._session.connection().scalars(found.order_by(_ORDERS.c.contract_id))
        return tuple(rows.all())

    def add(self, contract: Contract) -> None:
        """Keep a new contract."""
        self._session.connection().execute(insert(_CONTRACTS).values(self._values(contract)))

    def save(self, contract: Contract) -> Contract:
        """Keep a changed contract and return it with its new revision.

        `StaleRevision` when it is not the revision that is kept: somebody wrote first.
        """
        saved = replace(contract, revision=contract.revision + 1)
        read = update(_CONTRACTS).where(
            *self._is(contract.id), _CONTRACTS.c.revision == contract.revision
        )
        changed = self._session.connection().execute(read.values(self._values(saved)))
        if changed.rowcount == 0:
            raise StaleRevision(f"contract {contract.number} was changed by somebody else")
        return saved

    def link(self, order_id: str, contract_id: str) -> None:
        """Keep that an order made or changed a contract."""
        values = {
            "tenant_id": self._tenant_id,
            "order_id": order_id,
            "contract_id": contract_id,
        }
        self._session.connection().execute(insert(_ORDERS).values(values))

    def note(self, contract_id: str, entry: ContractEntry) -> None:
        """Keep an entry as the last of its contract, which the caller holds locked."""
        what, details = entry.what.value, dict(entry.details)
        self._log.add(contract_id, at=entry.at, by=entry.by, what=what, details=details)

    def history(self, contract_id: str) -> tuple[ContractEntry, ...]:
        """Everything that happened to a contract, in order."""
        return tuple(
            ContractEntry(
                at=utc(row.at),
                by=row.by,
                what=ContractEvent(row.what),
                details=MappingProxyType(row.details),
            )
            for row in self._log.rows(contract_id)
        )

    def plan(self, quote_id: str, plan: Plan) -> None:
        """Keep what ordering a quote does."""
        body = _ENCODER.encode(plan).decode()
        values = {"tenant_id": self._tenant_id, "quote_id": quote_id, "body": body}
        overwrite(self._session.connection(), _PLANS, values)

    def planned(self, quote_id: str) -> Plan | None:
        """What ordering a quote does to contracts, or None where it makes new ones."""
        found = select(_PLANS.c.body).where(
            _PLANS.c.tenant_id == self._tenant_id, _PLANS.c.quote_id == quote_id
        )
        body: str | None = self._session.connection().scalar(found)
        return None if body is None else _PLAN.decode(body)

    def _read(self, found: Any) -> list[Contract]:  # noqa: ANN401 (a query of bodies)
        bodies: Sequence[str] = self._session.connection().scalars(found).all()
        return [_CONTRACT.decode(body) for body in bodies]

    def _is(self, id: str) -> tuple[ColumnElement[bool], ...]:
        return _CONTRACTS.c.tenant_id == self._tenant_id, _CONTRACTS.c.id == id

    def _values(self, contract: Contract) -> Mapping[str, object]:
        return {
            "tenant_id": self._tenant_id,
            "id": contract.id,
            "number": contract.number,
            "account": contract.account,
            "start_date": contract.start_date,
            "end_date": contract.end_date,
            "terminated_on": contract.terminated_on,
            "renewed_by": contract.renewed_by,
            "told_on": contract.told_on,
            "created_at": contract.created_at,
            "updated_at": contract.updated_at,
            "revision": contract.revision,
            "body": _ENCODER.encode(contract).decode(),
        }


def _matches(wanted: ContractSearch) -> list[ColumnElement[bool]]:
    columns, today = _CONTRACTS.c, wanted.today
    runs = and_(columns.renewed_by.is_(None), columns.terminated_on.is_(None))
    goes_on = or_(columns.end_date.is_(None), columns.end_date > today)
    over = or_(columns.terminated_on <= today, columns.terminated_on <= columns.start_date)
    ended = and_(columns.renewed_by.is_(None), columns.terminated_on.is_not(None), over)
    notified = and_(columns.renewed_by.is_(None), columns.terminated_on.is_not(None), not_(over))
    meaning: dict[ContractStatus, ColumnElement[bool]] = {
        ContractStatus.RENEWED: columns.renewed_by.is_not(None),
        ContractStatus.TERMINATED: ended,
        ContractStatus.IN_NOTICE: notified,
        ContractStatus.PENDING: and_(runs, columns.start_date > today),
        ContractStatus.EXPIRED: and_(runs, columns.start_date <= today, columns.end_date <= today),
        ContractStatus.ACTIVE: and_(runs, columns.start_date <= today, goes_on),
    }
    found = [] if wanted.status is None else [meaning[wanted.status]]
    if wanted.account is not None:
        found.append(columns.account == wanted.account)
    return found


_ENCODER = msgspec.json.Encoder()
_CONTRACT = msgspec.json.Decoder(Contract)
_PLAN = msgspec.json.Decoder(Plan)
