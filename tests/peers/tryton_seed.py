"""Fills a new Tryton database with what the conformance suite's orders name.

Run by the interpreter of an environment that has Tryton: `python tryton_seed.py CONFIG DATABASE`.
It prints the keys that let callers in, as JSON, and imports nothing of this project.
"""

import datetime as dt
import json
import sys
from decimal import Decimal
from functools import cached_property

from proteus import Model, Wizard  # type: ignore[import-not-found]  # lives in the peer's environment
from proteus import config as connection

CURRENCIES = (("EUR", 2, "1"), ("NOK", 2, "11.5"), ("JPY", 0, "160"))
TAXES = ("25", "12", "0")
UNIT, METRE, HOUR = "u", "m", "h"
GOODS = (
    ("VX-2000", "Separator", "goods", UNIT),
    ("KIT-10", "Service kit", "goods", UNIT),
    ("CABLE-M", "Cable", "goods", METRE),
    ("CARE-PLUS", "Care Plus", "service", UNIT),
    ("HOURS", "Consulting", "service", HOUR),
)
CUSTOMERS = ((4711, "ACME", "Acme Manufacturing"), (4712, "BOREAL", "Boreal Shipping"))
FIRST_DAY, LAST_DAY = dt.date(2025, 1, 1), dt.date(2040, 12, 31)
GROUPS = ("Sales", "Accounting", "Stock")


class Seed:
    """A company in Oslo that sells a few things to two customers."""

    def company(self) -> None:
        currencies = Model.get("currency.currency")
        for code, digits, rate in CURRENCIES:
            each = currencies(name=code, symbol=code, code=code, digits=digits)
            each.rounding = Decimal(1).scaleb(-digits)
            each.rates.new(date=FIRST_DAY, rate=Decimal(rate))
            each.save()
        party = Model.get("party.party")(name="Peer Trading AS")
        party.save()
        wizard = Wizard("company.company.config")
        wizard.execute("company")
        wizard.form.party = party
        [wizard.form.currency] = currencies.find([("code", "=", "EUR")])
        wizard.execute("add")
        connection.get_config()._context = Model.get("res.user").get_preferences(True, {})

    @cached_property
    def _own(self):  # type: ignore[no-untyped-def]  # noqa: ANN202 (a class Tryton makes)
        [company] = Model.get("company.company").find([])
        return company

    def accounts(self) -> None:
        """The chart of accounts that comes with Tryton, and one long fiscal year."""
        data = Model.get("ir.model.data")
        chart = data.get_id("account", "account_template_root_en", {})
        wizard = Wizard("account.create_chart")
        wizard.execute("account")
        wizard.form.account_template = Model.get("account.account.template")(chart)
        wizard.form.company = self._own
        wizard.execute("create_account")
        for kind in ("receivable", "payable"):
            if self._account(kind).party_required:
                setattr(wizard.form, f"account_{kind}", self._account(kind))
        for kind in ("expense", "revenue"):
            setattr(wizard.form, f"category_account_{kind}", self._account(kind))
        wizard.execute("create_properties")
        year = Model.get("account.fiscalyear")(name="All", company=self._own)
        year.start_date, year.end_date = FIRST_DAY, LAST_DAY
        year.move_sequence = self._sequence("Account Move")
        [sequences] = year.invoice_sequences
        for name in ("out_invoice", "in_invoice", "out_credit_note", "in_credit_note"):
            setattr(sequences, f"{name}_sequence", self._sequence("Invoice"))
        year.save()
        period = Model.get("account.period")(name="All", fiscalyear=year)
        period.start_date, period.end_date = FIRST_DAY, LAST_DAY
        period.save()

    def _account(self, kind: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 (as above)
        wanted = [(f"type.{kind}", "=", True), ("closed", "!=", True)]
        [account] = Model.get("account.account").find(wanted, limit=1)
        return account

    def _sequence(self, type_: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 (as above)
        [kind] = Model.get("ir.sequence.type").find([("name", "=", type_)], limit=1)
        made = Model.get("ir.sequence.strict")(name=type_, sequence_type=kind, company=self._own)
        made.save()
        return made

    def taxes(self) -> None:
        [account] = Model.get("account.account").find([("code", "=", "6.3.6")])
        for percent in TAXES:
            tax = Model.get("account.tax")(name=f"VAT {percent}", description=f"VAT {percent}")
            tax.type, tax.rate, tax.company = "percentage", Decimal(percent) / 100, self._own
            tax.invoice_account = tax.credit_note_account = account
            tax.save()

    def goods(self) -> None:
        category = Model.get("product.category")(name="Goods", accounting=True)
        category.account_expense = self._account("expense")
        category.account_revenue = self._account("revenue")
        [usual] = Model.get("account.tax").find([("name", "=", "VAT 25")])
        category.customer_taxes.append(usual)
        category.save()
        [storage] = Model.get("stock.location").find([("code", "=", "STO")])
        stock = Model.get("stock.inventory")(location=storage)
        for sku, name, kind, symbol in GOODS:
            [unit] = Model.get("product.uom").find([("symbol", "=", symbol)])
            template = Model.get("product.template")(name=name, type=kind, default_uom=unit)
            template.salable, template.list_price = True, Decimal(999)
            template.account_category, template.code = category, sku
            template.save()
            if kind == "goods":
                line = stock.lines.new(product=template.products[0])
                line.quantity, line.expected_quantity = 1_000_000, 0
        stock.click("confirm")

    def customers(self) -> None:
        for contact, code, name in CUSTOMERS:
            party = Model.get("party.party")(name=name, code=code)
            party.identifiers.new(code=f"superoffice:contact:{contact}", type=None)
            [address] = party.addresses
            address.street, address.postal_code, address.city = "Gata 1", "0154", "Oslo"
            party.save()
        term = Model.get("account.invoice.payment_term")(name="NET30")
        line = term.lines.new(type="remainder")
        line.relativedeltas.new(days=30)
        term.save()

    def keys(self) -> dict[str, str]:
        """Of somebody who may push orders, and of somebody who may do everything."""
        user = Model.get("res.user")(name="Hub", login="hub")
        for group in Model.get("res.group").find([("name", "in", GROUPS)]):
            user.groups.append(group)
        user.companies.append(self._own)
        user.company = self._own
        user.save()
        everybody = {"hub": user, "people": Model.get("res.user")(connection.get_config().user)}
        keys = {}
        for name, each in everybody.items():
            key = Model.get("res.user.application")(user=each, application="rest")
            key.save()
            keys[name] = key.key
        return keys


def main(config_file: str, database: str) -> None:
    connection.set_trytond(database=database, user="admin", config_file=config_file)
    seed = Seed()
    for step in (seed.company, seed.accounts, seed.taxes, seed.goods, seed.customers):
        step()
    print(json.dumps(seed.keys()))  # noqa: T201 (what whoever runs it reads)


if __name__ == "__main__":
    main(*sys.argv[1:])
