"""What the CRMs of the tests are told."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from engine.ports.crm import CrmDocument, DealStage

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def told(**members: Any) -> CrmDocument:  # noqa: ANN401 (members of any kind)
    """An order of 1249.50 EUR for the deal that is called 12."""
    usual = CrmDocument(
        tenant="t1",
        system="crm",
        crm="crm",
        opportunity="12",
        stage=DealStage.ORDERED,
        amount=Decimal("1249.50"),
        currency="EUR",
        at=AT,
        title="Chairs",
        quote_id="qte_1",
        quote_number="Q-2026-000001",
        order_id="ord_1",
        order_number="O-2026-000001",
        order_state="placed",
    )
    return replace(usual, **members)
