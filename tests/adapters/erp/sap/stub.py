"""A sales order service of version 2 on this machine: what the emulator has no notion of.

It prices by the conditions it is sent, computes taxes, rejects items, and keeps deliveries that
are issued later. Members beyond the ones listed are refused.
"""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.adapters.serving import Asked, Reply, Server, said

Row = dict[str, Any]

TOKEN = "csrf-1"
AUTHORIZATION = "Basic aHViOnNlY3JldA=="
ROOT = "/sap/opu/odata/sap/"
_HEADER = {
    "SalesOrderType": 4,
    "SalesOrganization": 4,
    "DistributionChannel": 2,
    "OrganizationDivision": 2,
    "SoldToParty": 10,
    "PurchaseOrderByCustomer": 35,
    "TransactionCurrency": 5,
    "CustomerPurchaseOrderDate": 30,
    "RequestedDeliveryDate": 30,
    "CustomerPaymentTerms": 4,
    "ExternalDocumentID": 40,
}
_NEEDED = {"SalesOrderType", "SalesOrganization", "SoldToParty", "to_Item"}
_ITEM = {
    "Material": 40,
    "SalesOrderItemText": 40,
    "RequestedQuantity": 17,
    "RequestedQuantityUnit": 3,
}
_PRICE = {
    "ConditionType": 4,
    "ConditionRateValue": 28,
    "ConditionCurrency": 5,
    "ConditionQuantity": 5,
    "ConditionQuantityUnit": 3,
}
_TEXT = {"Language": 2, "LongTextID": 4, "LongText": 10_000}
_ONE = re.compile(r"(\w+)\((.*)\)\Z")
_KEY = re.compile(r"(?:(\w+)=)?'((?:[^']|'')*)'")
_CONDITION = re.compile(r"(\w+) (eq|ne|ge) (?:datetimeoffset)?'((?:[^']|'')*)'")
_CENT = Decimal("0.01")


class Refused(Exception):
    def __init__(self, status: int, message: str, where: str = "") -> None:
        super().__init__(message)
        self.status, self.message, self.where = status, message, where


class SapStub:
    def __init__(self) -> None:
        self.orders: list[Row] = []
        self.deliveries: list[Row] = []
        self.partners = {"1000004": "1000004", "1000009": ""}
        self.products = {"VX-2000": "PC", "CARE-PLUS": "PC", "KIT-10": "PC"}
        self.server = Server(self._answer)

    def close(self) -> None:
        self.server.close()

    def _answer(self, asked: Asked) -> Reply:
        if asked.headers.get("authorization") != AUTHORIZATION:
            return Reply(status=401)
        head: dict[str, str] = {}
        if asked.headers.get("x-csrf-token") == "Fetch":
            head = {"x_csrf_token": TOKEN, "Set_Cookie": "SAP_SESSIONID=s1; path=/"}
        try:
            service, _, path = asked.path.removeprefix(ROOT).partition("/")
            if asked.method != "GET":
                return self._written(asked, path)
            return said({"d": self._read(asked, service, path)}, 200, **head)
        except Refused as error:
            detail = {"message": error.message, "propertyref": error.where, "target": ""}
            told = {
                "code": "V1/1",
                "message": {"lang": "en", "value": error.message},
                "innererror": {"errordetails": [detail]},
            }
            return said({"error": told}, error.status)

    def _read(self, asked: Asked, service: str, path: str) -> Row:
        one = _ONE.match(path)
        if one is None:
            rows = self._rows(service, path)
            rows = [each for each in rows if _is(each, asked.query.get("$filter", ""))]
            rows = rows[int(asked.query.get("$skip", 0)) :][: int(asked.query.get("$top", 1000))]
            return {"results": rows}
        keys = [value.replace("''", "'") for _, value in _KEY.findall(one[2])]
        members = {
            "A_SalesOrder": "SalesOrder",
            "A_BusinessPartner": "BusinessPartner",
            "A_OutbDeliveryHeader": "DeliveryDocument",
        }
        member = members.get(one[1])
        rows = self._rows(service, one[1]) if member else []
        found = [each for each in rows if each[member or ""].lstrip("0") == keys[0].lstrip("0")]
        if not found:
            raise Refused(404, f"Resource not found for {path}")
        return found[0]

    def _rows(self, service: str, path: str) -> list[Row]:
        kinds = {
            ("API_SALES_ORDER_SRV", "A_SalesOrder"): self.orders,
            ("API_BUSINESS_PARTNER", "A_BusinessPartner"): [
                {"BusinessPartner": name, "Customer": customer}
                for name, customer in self.partners.items()
            ],
            ("API_PRODUCT_SRV", "A_Product"): [
                {"Product": name, "BaseUnit": unit} for name, unit in self.products.items()
            ],
            ("API_OUTBOUND_DELIVERY_SRV;v=0002", "A_OutbDeliveryItem"): self.deliveries,
            ("API_OUTBOUND_DELIVERY_SRV;v=0002", "A_OutbDeliveryHeader"): self.deliveries,
        }
        if (service, path) not in kinds:
            raise Refused(404, f"Resource not found for {service}/{path}")
        return kinds[service, path]

    def _written(self, asked: Asked, path: str) -> Reply:
        cookie = asked.headers.get("cookie", "")
        if asked.headers.get("x-csrf-token") != TOKEN or "SAP_SESSIONID=s1" not in cookie:
            return Reply(status=403, headers={"x-csrf-token": "Required"})
        if asked.method == "POST" and path == "A_SalesOrder":
            return said({"d": self._made(asked.members)}, 201)
        one = _ONE.match(path)
        if asked.method != "PATCH" or one is None or one[1] != "A_SalesOrderItem":
            raise Refused(405, "Not allowed")
        keys = dict(_KEY.findall(one[2]))
        [order] = [each for each in self.orders if each["SalesOrder"] == keys["SalesOrder"]]
        [item] = [
            each
            for each in order["to_Item"]["results"]
            if each["SalesOrderItem"] == keys["SalesOrderItem"]
        ]
        if asked.headers.get("if-match") != item["__metadata"]["etag"]:
            raise Refused(412, "Precondition failed")
        _check(asked.members, {"SalesDocumentRjcnReason": 2})
        item |= asked.members
        items = order["to_Item"]["results"]
        done = all(each["SalesDocumentRjcnReason"] for each in items)
        order["OverallSDDocumentRejectionSts"] = "C" if done else "B"
        return Reply(status=204)

    def _made(self, members: Row) -> Row:
        if wanting := _NEEDED - set(members):
            raise Refused(400, f"{min(wanting)} is missing", min(wanting))
        deep = {"to_Item", "to_Text"}
        _check({name: value for name, value in members.items() if name not in deep}, _HEADER)
        for text in members.get("to_Text", ()):
            _check(text, _TEXT)
        items = [_item(each, 10 * place) for place, each in enumerate(members["to_Item"], 1)]
        order = {
            **members,
            "SalesOrder": str(4711 + len(self.orders)),
            "TotalNetAmount": str(sum((Decimal(each["NetAmount"]) for each in items), Decimal(0))),
            "OverallSDProcessStatus": "A",
            "OverallDeliveryStatus": "A",
            "OverallOrdReltdBillgStatus": "A",
            "OverallSDDocumentRejectionSts": "A",
            "TotalCreditCheckStatus": "",
            "DeliveryBlockReason": "",
            "LastChangeDateTime": f"/Date({1_795_282_370_000 + 1000 * len(self.orders)}+0000)/",
            "to_Item": {"results": items},
        }
        self.orders.append(order)
        return order

    def deliver(self, place: int, quantity: str, *, issued: bool) -> Row:
        """Deliver some of the only order's item; `issued` where it has left the house."""
        [order] = self.orders
        item = order["to_Item"]["results"][place]
        order["OverallDeliveryStatus"] = "B"
        delivery = {
            "DeliveryDocument": str(80_000_001 + len(self.deliveries)),
            "ReferenceSDDocument": order["SalesOrder"].zfill(10),
            "ReferenceSDDocumentItem": item["SalesOrderItem"].zfill(6),
            "ActualDeliveryQuantity": quantity,
            "OverallGoodsMovementStatus": "C" if issued else "A",
        }
        self.deliveries.append(delivery)
        return delivery


def _item(members: Row, number: int) -> Row:
    flat = {name: each for name, each in members.items() if name != "to_PricingElement"}
    _check(flat, _ITEM)
    [price] = members["to_PricingElement"]
    _check(price, _PRICE)
    rate, units = Decimal(price["ConditionRateValue"]), Decimal(price["ConditionQuantity"])
    if rate != rate.quantize(_CENT) or units != units.to_integral_value() or units > 99_999:
        raise Refused(400, "The condition has too many digits", "ConditionRateValue")
    net = (rate * Decimal(members["RequestedQuantity"]) / units).quantize(_CENT, ROUND_HALF_UP)
    tax = (net / 4).quantize(_CENT, ROUND_HALF_UP)
    return {
        **flat,
        "SalesOrderItem": str(number),
        "HigherLevelItem": "0",
        "NetAmount": str(net),
        "TaxAmount": str(tax),
        "SalesDocumentRjcnReason": "",
        "__metadata": {"etag": f"W/\"'{number}'\""},
    }


def _check(members: Row, longest: dict[str, int]) -> None:
    for name, value in members.items():
        if name not in longest:
            raise Refused(400, f"Property {name} is invalid", name)
        if not isinstance(value, str) or len(value) > longest[name]:
            raise Refused(400, f"Property {name} has an invalid value", name)


def _is(row: Row, condition: str) -> bool:
    if not condition:
        return True
    left = _CONDITION.sub("", condition).replace(" and ", "").replace(" or ", "")
    if left.strip():
        raise Refused(400, f"Invalid filter: {left}")
    found = []
    for member, how, text in _CONDITION.findall(condition):
        same = row.get(member, "").lstrip("0") == text.replace("''", "'").lstrip("0")
        found.append(same if how == "eq" else not same)
    return any(found) if " or " in condition else all(found)
