"""A document as Vayu is told it: the body of Create Contract. Nothing is asked or sent here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType

from adapters.billing.vayu.pricing import (
    Json,
    Term,
    dues_of,
    is_instalments,
    payment_term,
    pricing_of,
    scheduling_of,
)
from adapters.billing.vayu.setup import CustomField, Setup
from engine.ports.billed import BilledComponent, BilledGroup, Commitment
from engine.ports.billing import BilledCharge, BillingDocument

_SALESFORCE = "salesforce"
_LAST_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What was looked up there: the customer's id, and those of catalogue products by our sku."""

    customer: str
    products: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def reference_of(document: BillingDocument) -> str:
    """What the contract is called in both systems."""
    return document.trace.quote_number


def name_of(document: BillingDocument) -> str:
    """What people read; it begins with the number."""
    return document.name or reference_of(document)


def body_of(document: BillingDocument, looked: Looked, setup: Setup) -> Json:
    """The contract. What is not known is left out; whether it renews itself never is."""
    maker = _Maker(document, looked, setup, Term.of(document))
    facts = _facts(document)
    alone = [each for each in document.charges if not each.group]
    optional: Json = {
        "salesForceOpportunityId": _opportunity(document),
        "endDate": None if document.ends_at is None else _instant(document.ends_at - _LAST_SECOND),
        "signatureDate": None if document.signed_at is None else _instant(document.signed_at),
        "products": [maker.product(each) for each in alone],
        "productGroups": [maker.group(each) for each in document.groups],
        "accountManager": setup.text("account_manager"),
        "customFields": [_field(each, facts) for each in setup.fields if facts.get(each.fact)],
        "customFieldValues": [_value(each, facts) for each in setup.values if facts.get(each.fact)],
        "purchaseOrder": document.purchase_order,
    }
    starts = document.starts_at or _midnight(maker.term.start)
    return {
        "startDate": _instant(starts),
        "customerId": looked.customer,
        "name": name_of(document),
        "externalId": reference_of(document),
        **_said(optional),
        "shouldProRateInvoices": setup.is_on("prorate"),
        "autoRenewContract": document.auto_renew,
        "currency": document.currency,
    }


def customer_of(document: BillingDocument, name: str, due_days: str) -> Json:
    """The body of Create Customer; `name` is what the customer is called in both systems."""
    known = document.customer
    at = known.invoice if known is not None else None
    address: Json = {}
    if at is not None:
        address = {
            "addressText": ", ".join(at.lines),
            "postalCode": at.zip_code,
            "city": at.city,
            "country": at.country_code,
        }
    optional: Json = {
        "customerErpId": document.account,
        "address": _said(address),
        "dueDays": due_days,
    }
    return {
        "name": known.name if known is not None else name,
        "externalId": name,
        "currency": document.currency,
        **_said(optional),
    }


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes products of one contract."""

    document: BillingDocument
    looked: Looked
    setup: Setup
    term: Term

    def product(self, charge: BilledCharge) -> Json:
        dues = dues_of(self.document, charge)
        pricing = pricing_of(charge, dues, self.term)
        is_once = pricing["type"] == "ONE_TIME"
        if self._shows_discount(charge) and not is_instalments(charge, dues, self.term.start):
            pricing |= _discounted(charge)
        if is_once and self.setup.said_of_product("credit_purchase", charge.sku) is not None:
            pricing["isCreditPurchase"] = self.setup.is_on(f"credit_purchase:{charge.sku}")
        optional: Json = {
            "description": charge.description or _units(charge),
            "catalogProductId": self.looked.products.get(charge.sku),
            **self._erp(charge.sku),
            "commitment": self._commitment(charge.commitment),
            "paymentTerm": payment_term(charge),
            "isCalendarAligned": self.setup.said_of_product("calendar_aligned", charge.sku),
            "cloudProviderSettings": self._cloud(charge.sku),
        }
        return {
            "displayName": charge.name or charge.sku,
            "scheduling": scheduling_of(charge, dues, self.term),
            "pricing": pricing,
            **_said(optional),
        }

    def group(self, group: BilledGroup) -> Json:
        mine = [each for each in self.document.charges if each.group == group.id]
        optional: Json = {
            "description": group.description,
            **self._erp(group.sku),
            "baseAmount": group.minimum,
            "commitment": self._commitment(group.commitment),
            "isCalendarAligned": self.setup.said_of_product("calendar_aligned", group.sku),
        }
        return {
            "displayName": group.name or group.sku,
            "products": [
                *(self.product(each) for each in mine),
                *(self._component(each) for each in group.components),
            ],
            **_said(optional),
        }

    def _component(self, component: BilledComponent) -> Json:
        """What is in a bundle, at no price of its own."""
        known = {"catalogProductId": self.looked.products.get(component.sku)}
        return {
            "displayName": f"{component.quantity.normalize():f} × {component.name}",
            "scheduling": {"duration": {"unit": "DAY", "value": 1}},
            "pricing": {"type": "ONE_TIME", "price": 0},
            **_said({**known, **self._erp(component.sku)}),
        }

    def _shows_discount(self, charge: BilledCharge) -> bool:
        shows = self.setup.is_on("show_discounts")
        return shows and charge.discount is not None and charge.type != "usage"

    def _erp(self, sku: str) -> Json:
        return {
            "productErpId": self.setup.of_product("erp_id", sku),
            "nsClass": self.setup.of_product("ns_class", sku),
            "nsClassId": self.setup.of_product("ns_class_id", sku),
        }

    def _cloud(self, sku: str) -> Json:
        return _said(
            {
                "cloudProvider": self.setup.of_product("cloud_provider", sku),
                "cloudProviderMarketplaceId": self.setup.of_product("cloud_marketplace_id", sku),
                "dimension": self.setup.of_product("cloud_dimension", sku),
            }
        )

    def _commitment(self, commitment: Commitment | None) -> Json | None:
        if commitment is None:
            return None
        scheduling: Json = {}
        if commitment.months is not None:
            scheduling["duration"] = {"unit": "MONTH", "value": commitment.months}
            if commitment.billing_day is not None:
                scheduling["billingDay"] = commitment.billing_day
        optional: Json = {
            "price": commitment.price,
            "scheduling": scheduling,
            "overageStrategy": commitment.overage or self.setup.text("overage", "IGNORE"),
        }
        kind = "PRICE" if commitment.is_money else "UNITS"
        return {"units": commitment.units, "type": kind, **_said(optional)}


def _discounted(charge: BilledCharge) -> Json:
    """The price before what is off it, and that. The net stays what it was sold for."""
    if charge.discount is None:
        return {}
    discount: Json = {
        "name": charge.discount.name,
        "type": "FIXED",
        "amount": charge.discount.amount,
    }
    if charge.discount.periods is not None:
        discount["recurring"] = charge.discount.periods
    return {"price": charge.amount + charge.discount.amount, "discount": discount}


def _units(charge: BilledCharge) -> str:
    """How many units, of which the model only shows what they come to together."""
    units = " ".join(filter(None, (f"{charge.quantity:f}", charge.unit)))
    return units if charge.unit_price is None else f"{units} × {charge.unit_price.normalize():f}"


def _facts(document: BillingDocument) -> dict[str, str]:
    """What can be told in custom fields."""
    trace, deal = document.trace, document.deal
    is_told = deal is None or deal.crm == _SALESFORCE
    return {
        "quote_id": trace.quote_id,
        "quote_number": trace.quote_number,
        "version": str(trace.version),
        "pricing_hash": trace.pricing_hash,
        "order_number": document.order_number,
        "deal": "" if deal is None or is_told else f"{deal.crm} {deal.external_id}".strip(),
        "committed": "" if document.committed is None else f"{document.committed:f}",
        "lines": "; ".join(f"{each.sku}: {_units(each)}" for each in document.charges),
    }


def _field(custom: CustomField, facts: Mapping[str, str]) -> Json:
    path = {"fieldPath": custom.detail} if custom.detail else {}
    value = facts[custom.fact]
    return {"vayuCustomFieldName": custom.name, "valueType": "String", "value": value, **path}


def _value(custom: CustomField, facts: Mapping[str, str]) -> Json:
    name = {"fieldName": custom.detail} if custom.detail else {}
    return {"customFieldDefinitionId": custom.name, "value": facts[custom.fact], **name}


def _opportunity(document: BillingDocument) -> str:
    deal = document.deal
    return deal.external_id if deal is not None and deal.crm == _SALESFORCE else ""


def _said(members: Mapping[str, object]) -> Json:
    """Without what is not known."""
    return {name: value for name, value in members.items() if value not in (None, "", [], {})}


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def skus_of(document: BillingDocument) -> Sequence[str]:
    """The products that are looked up in the catalogue there."""
    own = [each.sku for each in document.charges]
    inside = [each.sku for group in document.groups for each in group.components]
    return list(dict.fromkeys([*own, *inside]))
