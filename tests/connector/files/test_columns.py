import re
from pathlib import Path

import pytest

from connector.files import columns
from engine.catalog import rows
from engine.catalog.listing import ListName
from engine.pricing import rows as customers
from engine.pricing import rule_rows

IMPORT = (Path(__file__).parents[3] / "docs" / "import.md").read_text(encoding="utf-8")
SPANS = {
    first + str(number)
    for first, last in re.findall(r"`(\w+_)1` … `\w+?_(\d)`", IMPORT)
    for number in range(1, int(last) + 1)
}
WORDS = set(re.findall(r"`(\w+)`", IMPORT)) | SPANS


@pytest.mark.parametrize(
    "layout",
    [columns.CAPABILITIES, columns.ADDRESSES, columns.PRICE_LISTS, columns.PRODUCTS,
     columns.LIST_ITEMS],
)  # fmt: skip
def test_the_manual_lists_the_columns_of_every_sheet_in_order(layout: columns.Columns) -> None:
    assert ", ".join(layout) in IMPORT


def test_the_manual_names_every_further_column() -> None:
    assert [name for name in columns.SUBSCRIPTION if name not in IMPORT] == []


@pytest.mark.parametrize(
    "known",
    [rows.SETTINGS, rows.PRICE_LIST, rows.PRODUCT, rows.ENTRY, rows.LIST_ITEM,
     customers.ACCOUNT, customers.ADDRESS, customers.ALIAS, customers.AGREEMENT,
     customers.LADDER, rule_rows.PROMOTION, rule_rows.CHANNEL_DISCOUNT,
     rule_rows.EXCHANGE_RATE, rule_rows.APPROVAL_RULE, frozenset(ListName)],
)  # fmt: skip
def test_the_manual_names_every_member(known: frozenset[str]) -> None:
    assert known - WORDS == set()


def test_every_column_is_a_member_that_the_engine_knows() -> None:
    assert set(columns.PRODUCTS.values()) <= rows.PRODUCT | rows.ENTRY
    assert set(columns.SUBSCRIPTION.values()) <= rows.PRODUCT
    assert set(columns.PRICE_LISTS.values()) == rows.PRICE_LIST - {"tax_included"}
    assert set(columns.ADDRESSES.values()) <= customers.ADDRESS
    assert set(columns.LIST_ITEMS.values()) <= rows.LIST_ITEM
    assert set(columns.CAPABILITIES.values()) == rows.CAPABILITY
