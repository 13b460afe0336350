"""The shelf: what the demo tenant sells, and the rules that hold for each customer today.

A *rule set* is what may touch the price of one product in one price list for one customer.
Offers are named by sku, or by `sku@price list` where the product stands in several lists.
"""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

TENANT = "CustDemo"

_DATA = Path(__file__).parents[2] / "connector" / "cli" / "demo" / f"{TENANT}.json"

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rules:
    """`percent_off` or `fixed_price` come from the agreement, `tiers` from the ladder.

    A tier is the quantity it starts at and its percent off; the highest stands first.
    """

    price_list: str
    currency: str
    is_active: bool
    product: str
    in_assortment: bool
    agreement: str = ""
    percent_off: Decimal | None = None
    fixed_price: Decimal | None = None
    ladder: str = ""
    tiers: tuple[tuple[Decimal, Decimal], ...] = ()

    @property
    def speak(self) -> bool:
        """Whether any rule speaks of the product."""
        return bool(self.agreement or self.ladder)


Book = Mapping[str, Rules]


def read() -> dict[str, Any]:
    """The demo tenant's catalogue as it lies in its file, numbers exact."""
    catalogue: dict[str, Any] = json.loads(_DATA.read_text("utf-8"), parse_float=Decimal)
    return catalogue


def offers(catalogue: Row) -> Iterator[tuple[str, Row, Row, Row]]:
    """Every key with its product, its price list entry and its price list."""
    lists = {each["key"]: each for each in catalogue["price_lists"]}
    places: dict[str, list[Row]] = {}
    for entry in catalogue["entries"]:
        places.setdefault(entry["sku"], []).append(entry)
    for product in catalogue["products"]:
        entries = places.get(product["sku"], [])
        for entry in entries:
            alone = len(entries) == 1
            key = product["sku"] if alone else f"{product['sku']}@{entry['price_list']}"
            yield key, product, entry, lists[entry["price_list"]]


def books() -> dict[int, Book]:
    """Rule sets by offer, for every customer by the number the CRM knows it by; 0: nobody."""
    catalogue = read()
    customers = {each["crm_contact_id"]: each["id"] for each in catalogue["accounts"]}
    parents = {each["id"]: each.get("parent") for each in catalogue["accounts"]}
    return {
        contact: {
            key: _rules(catalogue, _line(account, parents), product, entry, price_list)
            for key, product, entry, price_list in offers(catalogue)
        }
        for contact, account in {0: None, **customers}.items()
    }


def _line(account: str | None, parents: Mapping[str, str | None]) -> list[str]:
    """The account and whoever stands above it."""
    line: list[str] = []
    while account is not None and account not in line:
        line.append(account)
        account = parents[account]
    return line


def _rules(catalogue: Row, accounts: list[str], product: Row, entry: Row, price_list: Row) -> Rules:
    agreement, term = _term(catalogue, accounts, product, price_list)
    ladder = _ladder(catalogue, product, price_list)
    tiers = [(Decimal(t["starts_at"]), Decimal(t["percent"])) for t in ladder.get("tiers", ())]
    value = Decimal(term.get("value", 0))
    return Rules(
        price_list=price_list["name"],
        currency=price_list["currency"],
        is_active=price_list.get("switched_on", True) and _holds(price_list),
        product=product["name"],
        in_assortment=entry.get("in_assortment", True),
        agreement=agreement.get("name", ""),
        percent_off=value if term.get("kind") == "percent" else None,
        fixed_price=value if term.get("kind") == "fixed_price" else None,
        ladder=ladder.get("name", ""),
        tiers=tuple(sorted(tiers, reverse=True)),
    )


def _term(catalogue: Row, accounts: list[str], product: Row, price_list: Row) -> tuple[Row, Row]:
    """The nearest agreement that speaks of the product, and its most specific term."""
    for account in accounts:
        for agreement in catalogue["agreements"]:
            if agreement["account"] != account or not _holds(agreement):
                continue
            spoken = [
                term
                for term in agreement["terms"]
                if term.get("sku", product["sku"]) == product["sku"]
                and term.get("category", product["category"]) == product["category"]
                and term.get("currency", price_list["currency"]) == price_list["currency"]
            ]
            if spoken:
                return agreement, min(spoken, key=lambda t: ("sku" not in t, "category" not in t))
    return {}, {}


def _ladder(catalogue: Row, product: Row, price_list: Row) -> Row:
    """The ladder of the price list before one that holds in all of them."""
    found = [
        ladder
        for ladder in catalogue["ladders"]
        if ladder["sku"] == product["sku"]
        and ladder.get("price_list", price_list["key"]) == price_list["key"]
        and _holds(ladder)
    ]
    return min(found, key=lambda ladder: "price_list" not in ladder, default={})


def _holds(dated: Row) -> bool:
    today = time.strftime("%Y-%m-%d", time.gmtime())
    return str(dated.get("valid_from", "")) <= today <= str(dated.get("valid_to", "9999"))
