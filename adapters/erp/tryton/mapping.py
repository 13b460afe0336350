"""An order as Tryton wants it: pure, from the document and what was found there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from adapters.erp.tryton import lines as written
from adapters.erp.tryton import wire
from adapters.erp.tryton.lines import Made
from adapters.erp.tryton.names import Names
from adapters.erp.tryton.records import Address, Currency, Found, Party
from adapters.erp.tryton.rounding import to_multiple
from engine.ports.connections import Miss, TableName
from engine.ports.erp import ErpLoss, OrderDocument, PostalAddress

ROUNDING = "Rounding"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """What would be sent, and what stands in its way.

    `refusals` says what is wrong with which member: with any of them nothing is sent.
    """

    payload: Mapping[str, object]
    misses: tuple[Miss, ...]
    losses: tuple[ErpLoss, ...]
    refusals: Mapping[str, str]
    party: int | None

    def hindrances(self) -> tuple[ErpLoss, ...]:
        """The refusals that are no misses."""
        missing = {miss.where for miss in self.misses}
        return tuple(
            ErpLoss(path=path, message=f"cannot be handed over: {why}")
            for path, why in self.refusals.items()
            if path not in missing
        )


@dataclass(slots=True)
class _Report:
    misses: list[Miss] = field(default_factory=list)
    losses: list[ErpLoss] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)

    def miss(self, table: TableName, ours: str, theirs: str, where: str, count: int = 0) -> None:
        again = f" ({count} of them)" if count else ""
        self.misses.append(Miss(table, ours, theirs + again, where))
        found = f"{count} answer to {theirs}" if count else f"{theirs or 'it'} is not there"
        self.refusals[where] = f"{found} ({table})"


def mapped(document: OrderDocument, found: Found, names: Names) -> Mapped:
    """The order with everything that was found; nothing is asked or sent."""
    report = _Report()
    party = _only(
        found.parties,
        TableName.CUSTOMER,
        document.account or "",
        names.customer(document),
        "account",
        report,
    )
    currency = _only(
        found.currencies,
        TableName.CURRENCY,
        document.currency,
        names.currency(document),
        "currency",
        report,
    )
    values: dict[str, object] = {"company": names.company, "reference": document.order_number}
    values |= _head(document)
    if party is not None:
        values |= {"party": party.id, **_addresses(document, party, report)}
    if currency is not None:
        values["currency"] = currency.id
    if (term := _term(found, names, party, report)) is not None:
        values["payment_term"] = term
    values["lines"] = [["create", _lines(document, found, names, currency, report)]]
    return Mapped(
        payload=values | dict(names.more),
        misses=tuple(report.misses),
        losses=tuple(report.losses),
        refusals=report.refusals,
        party=None if party is None else party.id,
    )


def _head(document: OrderDocument) -> dict[str, object]:
    values: dict[str, object] = {}
    if document.purchase_order:
        values["description"] = document.purchase_order
    if document.comment:
        values["comment"] = document.comment
    if document.placed_on:
        values["sale_date"] = wire.day(document.placed_on)
    if document.requested_date:
        values["shipping_date"] = wire.day(document.requested_date)
    return values


def _term(found: Found, names: Names, party: Party | None, report: _Report) -> int | None:
    if not names.payment_term:
        return None if party is None else party.payment_term
    ours, theirs = names.payment_term, names.term()
    return _only(found.terms, TableName.PAYMENT_TERM, ours, theirs, "options/payment_term", report)


def _addresses(document: OrderDocument, party: Party, report: _Report) -> dict[str, object]:
    if not party.addresses:
        report.refusals["customer"] = "has no address there"
        return {}
    customer = document.customer
    invoice, delivery = (customer.invoice, customer.delivery) if customer else (None, None)
    return {
        "invoice_address": _address(
            party.addresses,
            invoice,
            [each for each in party.addresses if each.is_for_invoices],
            "customer/invoice",
            report,
        ),
        "shipment_address": _address(
            party.addresses,
            delivery,
            [each for each in party.addresses if each.is_for_deliveries],
            "customer/delivery",
            report,
        ),
    }


def _address(
    every: tuple[Address, ...],
    wanted: PostalAddress | None,
    meant: Iterable[Address],
    path: str,
    report: _Report,
) -> int:
    """The one that is wanted; else the one that is meant for it, or the first."""
    usual = next(iter([*meant, *every]))
    if wanted is None or not any((*wanted.lines, wanted.city, wanted.zip_code)):
        return usual.id
    for each in every:
        if _plain(each.street, each.zip_code, each.city) == _plain(
            "\n".join(wanted.lines), wanted.zip_code, wanted.city
        ):
            return each.id
    message = f"this address is not there; {usual.street}, {usual.city} is used"
    report.losses.append(ErpLoss(path=path, message=message))
    return usual.id


def _plain(street: str, zip_code: str, city: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()).casefold() for part in (street, zip_code, city))


def _lines(
    document: OrderDocument,
    found: Found,
    names: Names,
    currency: Currency | None,
    report: _Report,
) -> list[dict[str, object]]:
    made: list[Made] = []
    for at, line in enumerate(document.lines):
        one = written.line(at, line, document, found, names, currency)
        for miss in one.misses:
            report.miss(miss.table, miss.ours, miss.theirs, miss.where)
        report.losses += one.losses
        report.refusals |= one.refusals
        made.append(one)
    values = [one.values for one in made]
    if currency is not None:
        values += _differences(made, found, names, currency, report)
    return values


def _differences(
    made: list[Made], found: Found, names: Names, currency: Currency, report: _Report
) -> list[dict[str, object]]:
    """One line for what the lines of each tax lack together."""
    lacking: dict[tuple[int, ...], Decimal] = {}
    for one in made:
        lacking[one.taxes] = lacking.get(one.taxes, Decimal(0)) + one.lacking
    values: list[dict[str, object]] = []
    left = Decimal(0)
    product = _rounding_product(found, names, report) if any(lacking.values()) else {}
    for taxes, amount in lacking.items():
        booked = to_multiple(amount, currency.rounding)
        left += amount - booked
        if booked:
            at = len(made) + len(values) + 1
            values.append(
                {
                    "type": "line",
                    "sequence": at,
                    "description": ROUNDING,
                    **product,
                    "quantity": Decimal(1),
                    "unit_price": wire.amount(booked),
                    "taxes": [["add", list(taxes)]],
                }
            )
    if left:
        step = currency.rounding
        message = f"amounts are multiples of {step} there; the order's net differs by this"
        report.losses.append(ErpLoss(path="net", message=message, amount=left))
    return values


def _rounding_product(found: Found, names: Names, report: _Report) -> dict[str, object]:
    code = names.rounding_sku
    if not code:
        return {}
    where = "options/rounding_sku"
    product = _only(found.products.get(code, ()), TableName.SKU, code, code, where, report)
    if product is None or product.unit is None:
        return {}
    return {"product": product.id, "unit": product.unit.id}


def _only(  # noqa: PLR0913, PLR0917 (a miss is told with all of these)
    every: "tuple[written.One, ...]",
    table: TableName,
    ours: str,
    theirs: str,
    where: str,
    report: _Report,
) -> "written.One | None":
    """The only one there is; a miss where there is none or several."""
    if len(every) == 1:
        return every[0]
    report.miss(table, ours, theirs, where, len(every))
    return None
