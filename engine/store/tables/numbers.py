"""Rows of number series."""

from typing import Any, ClassVar

from engine.store.columns import Key
from engine.store.tables.row import Row, of_tenant


class NumberSeriesRow(Row, table=True):
    """The last number given out in one series of one tenant."""

    __tablename__: ClassVar[str] = "number_series"
    __table_args__: ClassVar[Any] = (of_tenant(),)

    tenant_id: Key
    series: Key
    last_number: int
