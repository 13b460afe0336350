"""A company of Business Central in memory: what it holds, and what its own rules make of it.

Members and their kinds are those of the public reference of the service, version 2.0.
"""

from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

Row = dict[str, Any]

TEXT, GUID, NUMBER, DAY, YES = "text", "guid", "number", "day", "yes"
LENGTHS = {
    "externalDocumentNumber": 35,
    "customerNumber": 20,
    "currencyCode": 10,
    "description": 100,
    "unitOfMeasureCode": 10,
    "taxCode": 20,
    "shipToName": 100,
    "shipToAddressLine1": 100,
    "shipToAddressLine2": 50,
    "shipToCity": 30,
    "shipToPostCode": 20,
    "shipToCountry": 10,
}
HEADER = {
    **dict.fromkeys(
        ("externalDocumentNumber", "customerNumber", "currencyCode", "salesperson"), TEXT
    ),
    **dict.fromkeys(("shipToName", "shipToContact", "shipToAddressLine1"), TEXT),
    **dict.fromkeys(("shipToAddressLine2", "shipToCity", "shipToCountry", "shipToPostCode"), TEXT),
    **dict.fromkeys(("customerId", "currencyId", "paymentTermsId", "shipmentMethodId"), GUID),
    **dict.fromkeys(("orderDate", "postingDate", "requestedDeliveryDate"), DAY),
    "partialShipping": YES,
    "discountAmount": NUMBER,
}
LINE = {
    **dict.fromkeys(("lineType", "lineObjectNumber", "description"), TEXT),
    **dict.fromkeys(("unitOfMeasureCode", "taxCode"), TEXT),
    **dict.fromkeys(("itemId", "accountId", "unitOfMeasureId", "itemVariantId"), GUID),
    **dict.fromkeys(("quantity", "unitPrice", "discountAmount", "discountPercent"), NUMBER),
    "shipmentDate": DAY,
}
_CENT = Decimal("0.01")


class Refused(Exception):
    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class Books:
    """Customers, items, orders and invoices of one company."""

    def __init__(self) -> None:
        self._last = 0
        self._at = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
        self.rows: dict[str, dict[str, Row]] = {
            "companyInformation": self._all([{"displayName": "Cronus", "currencyCode": "EUR"}]),
            "customers": self._all(
                [
                    {"number": "ACME", "displayName": "Acme AS", "blocked": " "},
                    {"number": "C10000", "displayName": "Acme Manufacturing", "blocked": " "},
                    {"number": "C20000", "displayName": "Boreal Shipping", "blocked": " "},
                    {"number": "GROSS", "displayName": "Gross AS", "blocked": " "},
                    {"number": "SHUT", "displayName": "Shut AS", "blocked": "All"},
                ]
            ),
            "items": self._all(
                [
                    {"number": number, "blocked": number == "OLD-1", "taxPercent": Decimal(25)}
                    for number in ("VX-2000", "CARE-PLUS", "KIT-10", "CABLE-M", "OLD-1")
                ]
            ),
            "unitsOfMeasure": self._all([{"code": "PCS"}, {"code": "M"}]),
            "currencies": self._all([{"code": "NOK"}, {"code": "JPY"}]),
            "paymentTerms": self._all([{"code": "NET30"}]),
            "taxGroups": self._all([{"code": "VAT25"}]),
            "salesOrders": {},
            "salesOrderLines": {},
            "salesInvoices": {},
        }

    def id(self) -> str:
        self._last += 1
        return str(UUID(int=self._last))

    def tick(self) -> str:
        """Now, as the service writes it; later each time."""
        self._at += timedelta(seconds=1)
        return self._at.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def order(self, members: Row) -> Row:
        """Take a header."""
        check(members, HEADER)
        name = members.get("customerNumber")
        found = [each for each in self.rows["customers"].values() if each["number"] == name]
        if not found:
            told = "A customerNumber or a customerId must be provided." if not name else ""
            told = (
                told or f'The field customerNumber contains a value ("{name}") that is not there.'
            )
            raise Refused(400, "Application_DialogException", told)
        code = members.get("currencyCode", "EUR")
        if code != "EUR" and not self.named("currencies", "code", code):
            raise Refused(400, "Internal_InvalidTableRelation", "The field currencyCode is wrong.")
        order = {
            **dict.fromkeys(HEADER, ""),
            **members,
            "id": self.id(),
            "number": f"S-ORD{101001 + len(self.rows['salesOrders'])}",
            "currencyCode": code,
            "pricesIncludeTax": name == "GROSS",
            "fullyShipped": False,
            "status": "Draft",
        }
        self.rows["salesOrders"][order["id"]] = order
        self.touch(order)
        return order

    def line(self, order: Row, members: Row) -> Row:
        """Take a line of an order, and work out what it comes to."""
        check(members, LINE)
        kind, number = members.get("lineType", "Comment"), members.get("lineObjectNumber", "")
        item = self.named("items", "number", number) if kind == "Item" else None
        if kind not in {"Item", "Comment"} or (kind == "Item") == (item is None):
            raise Refused(400, "Internal_InvalidTableRelation", "lineObjectNumber is not there.")
        unit = members.get("unitOfMeasureCode", "")
        if unit and not self.named("unitsOfMeasure", "code", unit):
            raise Refused(400, "Internal_InvalidTableRelation", "unitOfMeasureCode is not there.")
        line = {
            **dict.fromkeys(("quantity", "unitPrice", "discountAmount"), Decimal(0)),
            **members,
            "id": self.id(),
            "documentId": order["id"],
            "sequence": 10_000 * (1 + len(self.lines(order["id"]))),
            "shippedQuantity": Decimal(0),
            "invoicedQuantity": Decimal(0),
            "taxPercent": item["taxPercent"] if item else Decimal(0),
        }
        gross = (line["quantity"] * line["unitPrice"]).quantize(_CENT, ROUND_HALF_UP)
        line["netAmount"] = line["amountExcludingTax"] = gross - line["discountAmount"]
        self.rows["salesOrderLines"][line["id"]] = line
        self.touch(order)
        return line

    def lines(self, order_id: str) -> list[Row]:
        return [
            each for each in self.rows["salesOrderLines"].values() if each["documentId"] == order_id
        ]

    def touch(self, order: Row) -> None:
        """Work out what an order comes to, and say that it changed."""
        lines = self.lines(order["id"])
        taxes: dict[Decimal, Decimal] = {}
        for line in lines:
            taxes[line["taxPercent"]] = (
                taxes.get(line["taxPercent"], Decimal(0)) + line["netAmount"]
            )
        net = sum((line["netAmount"] for line in lines), Decimal(0))
        tax = sum(
            ((base * rate / 100).quantize(_CENT, ROUND_HALF_UP) for rate, base in taxes.items()),
            Decimal(0),
        )
        order["totalAmountExcludingTax"], order["totalTaxAmount"] = net, tax
        order["totalAmountIncludingTax"] = net + tax
        order["lastModifiedDateTime"] = self.tick()
        order["@odata.etag"] = f'W/"{order["lastModifiedDateTime"]}"'

    def ship(self, order_id: str) -> None:
        order = self.rows["salesOrders"][order_id]
        for line in self.lines(order_id):
            line["shippedQuantity"] = line["quantity"]
        order |= {"fullyShipped": True, "status": "Open"}
        self.touch(order)

    def post(self, order_id: str) -> Row:
        """Ship and invoice all of an order, which is gone then."""
        order = self.rows["salesOrders"].pop(order_id)
        for line in self.lines(order_id):
            del self.rows["salesOrderLines"][line["id"]]
        invoice = {
            **order,
            "id": self.id(),
            "number": f"PS-INV{103001 + len(self.rows['salesInvoices'])}",
            "orderId": order_id,
            "orderNumber": order["number"],
            "status": "Open",
            "lastModifiedDateTime": self.tick(),
        }
        self.rows["salesInvoices"][invoice["id"]] = invoice
        return invoice

    def named(self, collection: str, member: str, name: str) -> Row | None:
        rows = self.rows[collection].values()
        return next((each for each in rows if each[member].upper() == name.upper()), None)

    def _all(self, rows: list[Row]) -> dict[str, Row]:
        made = [{"id": self.id(), **each} for each in rows]
        return {each["id"]: each for each in made}


def check(members: Row, kinds: dict[str, str]) -> None:
    """Refuse what the service has no member for, and values of another kind."""
    for name, value in members.items():
        if name not in kinds:
            told = f"The property '{name}' does not exist on this type."
            raise Refused(400, "BadRequest", told)
        if not _is(value, kinds[name]):
            raise Refused(400, "BadRequest", f"Cannot convert the value of '{name}'.")
        if isinstance(value, str) and len(value) > LENGTHS.get(name, 250):
            told = f"The length of the string {name} is {len(value)}."
            raise Refused(400, "Application_StringExceededLength", told)


def _is(value: object, kind: str) -> bool:
    if kind == NUMBER:
        return isinstance(value, int | Decimal) and not isinstance(value, bool)
    if kind == YES:
        return isinstance(value, bool)
    if not isinstance(value, str):
        return False
    try:
        if kind == GUID:
            UUID(value)
        elif kind == DAY:
            datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return False
    return True
