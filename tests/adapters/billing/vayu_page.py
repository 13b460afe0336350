"""The example of Vayu's page on Create Contract, and what it says in our words."""

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D
from pathlib import Path
from typing import Any

from adapters.billing.vayu.mapping import Looked
from adapters.billing.vayu.setup import Setup
from engine.kernel.calendar import plus_months
from engine.ports.billed import BilledDiscount, BilledGroup, Commitment, CrmDeal
from engine.ports.billing import BilledCharge, BillingDocument, BillingTrace

Json = dict[str, Any]
PAGE = Path(__file__).parents[2] / "data" / "vayu_create_contract.json"


def completed() -> Json:
    """The example, with what the vendor's models ask for beside it and what came later."""
    body: Json = json.loads(PAGE.read_text(encoding="utf-8"))
    body |= {"customerId": "0123456789abcdefABCDEF01", "externalId": "Q-1", "currency": "EUR"}
    for product in [*body["products"], *body["productGroups"][0]["products"]]:
        product["pricing"]["discount"]["type"] = "FIXED"
    for each in body["customFields"]:
        each["valueType"] = "String"
    return body


@dataclass
class Reading:
    """Reads a contract of theirs: what is sold, what was looked up, how it was set up."""

    body: Json
    options: dict[str, str] = field(default_factory=lambda: {"show_discounts": "true"})
    products: dict[str, str] = field(default_factory=dict)

    @property
    def day(self) -> date:
        return date.fromisoformat(self.body["startDate"][:10])

    def read(self) -> tuple[BillingDocument, Looked, Setup]:
        body = self.body
        charges = [self.charge(each, f"P{place}") for place, each in enumerate(body["products"])]
        groups = []
        for number, each in enumerate(body["productGroups"]):
            name = f"G{number}"
            groups.append(self.group(each, name))
            charges += [
                self.charge(product, f"{name}-{place}", name)
                for place, product in enumerate(each["products"])
            ]
        [custom], [value] = body["customFields"], body["customFieldValues"]
        self.options |= {
            "account_manager": body["accountManager"],
            "prorate": str(body["shouldProRateInvoices"]),
            f"field:{custom['vayuCustomFieldName']}": f"quote_id@{custom['fieldPath']}",
            f"value:{value['customFieldDefinitionId']}": f"order_number@{value['fieldName']}",
        }
        document = BillingDocument(
            tenant="CustA",
            system="vayu",
            account="ACME",
            currency=body["currency"],
            total=sum((each.total for each in charges), D(0)),
            charges=tuple(charges),
            schedule=(),
            trace=BillingTrace(
                quote_id=custom["value"],
                quote_number=body["externalId"],
                version=1,
                pricing_hash="",
            ),
            name=body["name"],
            order_number=value["value"],
            purchase_order=body["purchaseOrder"],
            deal=CrmDeal(crm="salesforce", external_id=body["salesForceOpportunityId"]),
            starts_at=instant(body["startDate"]),
            ends_at=instant(body["endDate"]) + timedelta(seconds=1),
            signed_at=instant(body["signatureDate"]),
            auto_renew=body["autoRenewContract"],
            groups=tuple(groups),
        )
        looked = Looked(customer=body["customerId"], products=self.products)
        return document, looked, Setup(self.options)

    def charge(self, product: Json, sku: str, group: str = "") -> BilledCharge:
        pricing, scheduling = product["pricing"], product["scheduling"]
        assert pricing["type"] == "ONE_TIME"
        assert scheduling["duration"]["unit"] == "MONTH"
        self.erp(product, sku)
        cloud = product["cloudProviderSettings"]
        self.options |= {
            f"credit_purchase:{sku}": str(pricing["isCreditPurchase"]),
            f"cloud_provider:{sku}": cloud["cloudProvider"],
            f"cloud_marketplace_id:{sku}": cloud["cloudProviderMarketplaceId"],
            f"cloud_dimension:{sku}": cloud["dimension"],
        }
        self.products[sku] = product["catalogProductId"]
        off = pricing["discount"]
        amount = D(pricing["price"]) - D(off["amount"])
        return BilledCharge(
            id=sku,
            sku=sku,
            name=product["displayName"],
            type="one_time",
            amount=amount,
            quantity=D(1),
            total=amount,
            start_date=self.day,
            end_date=plus_months(self.day, scheduling["duration"]["value"]),
            billing_day=scheduling["billingDay"],
            description=product["description"],
            discount=BilledDiscount(
                name=off["name"], amount=D(off["amount"]), periods=off["recurring"]
            ),
            commitment=commitment(product["commitment"]),
            group=group,
        )

    def group(self, group: Json, name: str) -> BilledGroup:
        self.erp(group, name)
        return BilledGroup(
            id=name,
            sku=name,
            name=group["displayName"],
            description=group["description"],
            minimum=D(group["baseAmount"]),
            commitment=commitment(group["commitment"]),
        )

    def erp(self, part: Json, sku: str) -> None:
        self.options |= {
            f"erp_id:{sku}": part["productErpId"],
            f"ns_class:{sku}": part["nsClass"],
            f"ns_class_id:{sku}": part["nsClassId"],
            f"calendar_aligned:{sku}": str(part["isCalendarAligned"]),
        }


def commitment(said: Json) -> Commitment:
    scheduling = said["scheduling"]
    assert scheduling["duration"]["unit"] == "MONTH"
    return Commitment(
        units=D(said["units"]),
        price=D(said["price"]),
        is_money=said["type"] == "PRICE",
        months=scheduling["duration"]["value"],
        billing_day=scheduling["billingDay"],
        overage=said["overageStrategy"],
    )


def instant(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
