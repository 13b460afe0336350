"""When what contracts serve of an order is provided."""

import json
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def _table(name: str, *columns: str) -> sa.TableClause:
    return sa.table(name, *(sa.column(each, sa.Text()) for each in ("tenant_id", *columns)))


_ORDERS = sa.table(
    "orders",
    *(sa.column(each, sa.Text()) for each in ("tenant_id", "id", "quote_id", "status", "body")),
    sa.column("provided_at", sa.DateTime(timezone=True)),
)
_SETTINGS = _table("tenant_settings", "time_zone")
_LINKS = _table("contract_orders", "order_id", "contract_id")
_CONTRACTS = _table("contracts", "id", "body")
_PLANS = _table("contract_plans", "quote_id", "body")
_OPEN = ("placed", "in_progress", "partially_shipped", "attention")
_TAKEN_UP = ("acknowledged", "in_progress", "ready", "shipped")
_OVER = ("delivered", "completed", "cancelled", "rejected", "returned")


def upgrade() -> None:
    op.add_column("orders", sa.Column("provided_at", sa.DateTime(timezone=True), nullable=True))
    is_due = sa.text("provided_at IS NOT NULL")
    op.create_index(
        "ix_orders_provided_at",
        "orders",
        ["tenant_id", "provided_at"],
        sqlite_where=is_due,
        postgresql_where=is_due,
    )
    _fill()


def downgrade() -> None:
    op.drop_index("ix_orders_provided_at", "orders")
    op.drop_column("orders", "provided_at")


def _fill() -> None:
    """Orders that are open say when the first days of their contracts are over."""
    bind = op.get_bind()
    zones = {each.tenant_id: each.time_zone for each in bind.execute(sa.select(_SETTINGS))}
    for row in bind.execute(sa.select(_ORDERS).where(_ORDERS.c.status.in_(_OPEN))).all():
        body = json.loads(row.body)
        mine = [each for each in body["lines"] if each.get("system") == "CONTRACTS"]
        first_days = _first_days(row, mine) if mine else {}
        zone = ZoneInfo(zones.get(row.tenant_id) or "UTC")
        for each in mine:
            with suppress(KeyError, OverflowError):
                after = first_days[each["line_ref"]] + timedelta(days=1)
                begun = datetime.combine(after, time(), zone).astimezone(UTC)
                each["begun_at"] = begun.isoformat()
        if mine:
            this = (_ORDERS.c.tenant_id == row.tenant_id, _ORDERS.c.id == row.id)
            text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
            values = {"body": text, "provided_at": _provided_at(body["lines"])}
            bind.execute(sa.update(_ORDERS).where(*this).values(values))


def _first_days(order: Any, lines: Iterable[dict[str, Any]]) -> dict[str, date]:  # noqa: ANN401 (a row)
    """The first day of what each line is served, by the quote's name for it.

    It is that of the plan the order carried out, of the line's charge, or else of its contracts.
    """
    bind, tenant = op.get_bind(), order.tenant_id
    of_quote = (_PLANS.c.tenant_id == tenant, _PLANS.c.quote_id == order.quote_id)
    plan = bind.scalar(sa.select(_PLANS.c.body).where(*of_quote))
    refs = [each["line_ref"] for each in lines]
    if plan is not None:
        return dict.fromkeys(refs, date.fromisoformat(json.loads(plan)["on"]))
    linked = sa.select(_LINKS.c.contract_id).where(
        _LINKS.c.tenant_id == tenant, _LINKS.c.order_id == order.id
    )
    found = bind.scalars(
        sa.select(_CONTRACTS.c.body).where(
            _CONTRACTS.c.tenant_id == tenant, _CONTRACTS.c.id.in_(linked)
        )
    )
    contracts = [json.loads(each) for each in found]
    if not contracts:
        return {}
    last = max(date.fromisoformat(each["start_date"]) for each in contracts)
    charges = [item["charge"] for each in contracts for item in each["items"]]
    days = {each.get("line_id"): date.fromisoformat(each["start_date"]) for each in charges}
    return {each: days.get(each, last) for each in refs}


def _provided_at(lines: Iterable[dict[str, Any]]) -> datetime | None:
    """When all that is left is provided by itself; None while other things are open."""
    begun = list[str | None]()
    for line in lines:
        if line.get("is_bundle"):
            continue
        over = _units(line, _OVER)
        taken_up = _units(line, _TAKEN_UP) if line.get("system") == "CONTRACTS" else Decimal(0)
        if over + taken_up != Decimal(line["quantity"]):
            return None
        if taken_up:
            begun.append(line.get("begun_at"))
    days = [datetime.fromisoformat(each) for each in begun if each is not None]
    return max(days) if days and len(days) == len(begun) else None


def _units(line: dict[str, Any], statuses: Iterable[str]) -> Decimal:
    found = line["progress"]["quantities"]
    return sum((Decimal(found.get(each, 0)) for each in statuses), Decimal(0))
