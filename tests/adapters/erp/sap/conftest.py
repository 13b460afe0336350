"""A running stub of SAP's sales order service, and the adapter in front of it."""

from collections.abc import Callable, Iterator, Mapping

import pytest

from adapters.erp.sap.adapter import SapErp
from adapters.http import Guard
from engine.ports.connections import Access, TableName, Tables
from tests.adapters.erp.sap.stub import SapStub

Connect = Callable[..., SapErp]
TABLES = {TableName.CUSTOMER: {"ACME": "1000004"}, TableName.UNIT: {"pcs": "PC"}}
OPTIONS = {"sales_organization": "1710", "distribution_channel": "10", "division": "00"}


@pytest.fixture
def stub() -> Iterator[SapStub]:
    stub = SapStub()
    yield stub
    stub.close()


@pytest.fixture
def connect(stub: SapStub) -> Connect:
    """The adapter with other options or tables than usual."""

    def connected(
        tables: Mapping[TableName, Mapping[str, str]] | None = None, **options: str
    ) -> SapErp:
        access = Access(
            tenant="CustA",
            system="ERP",
            adapter="sap",
            url=stub.server.url,
            credentials={"user": "hub", "password": "secret"},
            options={**OPTIONS, **options},
            tables=Tables(TABLES if tables is None else tables),
        )
        guard = Guard(seconds=5, largest=4_000_000, plain=frozenset({stub.server.address}))
        return SapErp(access, guard)

    return connected


@pytest.fixture
def erp(connect: Connect) -> SapErp:
    return connect()
