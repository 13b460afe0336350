"""What the database of the Odoo stub holds to begin with."""

from typing import Any

Rows = dict[int, dict[str, Any]]
USER, SELLER = (2, "hub"), (1, "Nordic Pumps")
EUR, NOK, JPY = (1, "EUR"), (2, "NOK"), (3, "JPY")
UNITS, METRES = (1, "Units"), (3, "m")
VAT, VAT_WITHIN, LOW, OLD = 1, 2, 3, 4


def beginning(rounding: str = "round_per_line") -> dict[str, Rows]:
    """Goods, customers and terms of a small company."""
    return {
        "res.users": rows({"name": "Hub", "login": "hub", "company_id": SELLER}, first=2),
        "res.company": rows(
            {
                "name": SELLER[1],
                "currency_id": EUR,
                "tax_calculation_rounding_method": rounding,
            }
        ),
        "res.partner": rows(
            partner("ACME", "ACME", "Harbour Road 1", "Oslo", "0150"),
            partner("Acme store", False, "Dock 4", "Bergen", "5003") | {"parent_id": 1},
            partner("Acme Manufacturing", "acc_acme", "Works 1", "Oslo", "0153"),
            partner("Boreal Shipping", "acc_boreal", "Pier 9", "Bergen", "5004"),
            partner("Twin", "TWIN", "North 1", "Oslo", "0151"),
            partner("Twin", "TWIN", "South 1", "Oslo", "0152"),
        ),
        "product.product": rows(
            product("VX-2000", "Pump VX-2000", UNITS, [VAT]),
            product("CARE-PLUS", "Care Plus", UNITS, [VAT]),
            product("KIT-10", "Kit", UNITS, [VAT]),
            product("CABLE", "Cable", UNITS, [OLD]),
            product("ROUNDING", "Rounding", UNITS, [VAT]),
            product("CABLE-M", "Cable by the metre", METRES, [VAT]),
            product("NOT-SOLD", "Only bought", UNITS, []) | {"sale_ok": False},
        ),
        "uom.uom": rows({"name": "Units"}, {"name": "Dozens"}, {"name": "m"}, {"name": "Hours"}),
        "account.tax": rows(
            tax("25%", 25),
            tax("25% incl", 25) | {"price_include": True},
            tax("15%", 15),
            tax("15% old", 15),
            tax("0% export", 0),
            tax("25% bought", 25) | {"type_tax_use": "purchase"},
        ),
        "product.pricelist": rows(
            {"name": "Norway", "currency_id": NOK},
            {"name": "Retail", "currency_id": EUR},
            {"name": "Japan", "currency_id": JPY},
        ),
        "account.payment.term": rows({"name": "30 Days"}, {"name": "Immediate Payment"}),
        "sale.order": {},
        "sale.order.line": {},
    }


def rows(*records: dict[str, Any], first: int = 1) -> Rows:
    return {number: {"id": number, **each} for number, each in enumerate(records, first)}


def partner(name: str, ref: str | bool, street: str, city: str, postcode: str) -> dict[str, Any]:
    where = {"street": street, "city": city, "zip": postcode}
    return {"name": name, "ref": ref, **where, "parent_id": False, "type": "contact"}


def product(code: str, name: str, unit: tuple[int, str], taxes: list[int]) -> dict[str, Any]:
    price = {"list_price": 999.0, "sale_ok": True}
    return {"default_code": code, "name": name, "uom_id": unit, "taxes_id": taxes, **price}


def tax(name: str, rate: int) -> dict[str, Any]:
    kind = {"amount_type": "percent", "type_tax_use": "sale", "price_include": False}
    return {"name": name, "amount": float(rate), **kind, "company_id": SELLER}
