"""Billing facts: what is known of a sale whose charges are handed to a billing system."""

from engine.catalog.product import Product
from engine.contracts.billing_details import Details
from engine.customers.account import AddressKind
from engine.orders.order import Order
from engine.ports.billed import BilledComponent, CrmDeal
from engine.ports.erp import Customer, PostalAddress
from engine.pricing.snapshot import Snapshot
from engine.services.drafting import Quoted
from engine.store.unit_of_work import Reading


def details_of(reading: Reading, data: Snapshot, found: Quoted, order: Order | None) -> Details:
    """What billing systems are told of a quote and its order beside the charges."""
    terms = found.version.terms
    customer = _customer(data, terms.account)
    skus = {each.price.ask.sku for each in found.version.offered.lines}
    sold = [data.products[sku] for sku in sorted(skus & data.products.keys())]
    return Details(
        name=" ".join(filter(None, (found.quote.number, customer.name if customer else ""))),
        customer=customer,
        order_number="" if order is None else order.number,
        purchase_order="" if order is None else order.purchase_order,
        deal=_deal(reading, found),
        signed_at=max(
            (
                each.callback.signed_at or each.received_at
                for each in reading.signatures.of_quote(found.quote.id)
                if each.proves
            ),
            default=None,
        ),
        zone=data.zone,
        ladders={(each.id, each.version): each for each in data.data.ladders},
        components={each.sku: _components(data, each) for each in sold if each.components},
    )


def _customer(data: Snapshot, account: str | None) -> Customer | None:
    if account is None:
        return None
    known = data.accounts.get(account)
    if known is None:
        return Customer(id=account, name=account)
    addresses = data.addresses.get(known.crm_contact_id or 0, ())
    invoice = next((each for each in addresses if each.kind is AddressKind.INVOICE), None)
    return Customer(
        id=known.id,
        name=known.name,
        contact_id=known.crm_contact_id,
        invoice=None
        if invoice is None
        else PostalAddress(
            lines=tuple(each for each in invoice.lines if each),
            city=invoice.city,
            zip_code=invoice.zip_code,
            country_code=invoice.country_code,
        ),
    )


def _deal(reading: Reading, found: Quoted) -> CrmDeal | None:
    """The opportunity of a quote, in the words of the CRM that told of it."""
    deal, account = found.quote.opportunity_id, found.quote.account
    if deal is None or account is None:
        return None
    known = next(
        (each for each in reading.opportunities.of_account(account) if each.id == deal), None
    )
    if known is None:
        return CrmDeal(crm="", external_id=deal)
    return CrmDeal(crm=known.named.crm, external_id=known.named.external_id)


def _components(data: Snapshot, bundle: Product) -> tuple[BilledComponent, ...]:
    return tuple(
        BilledComponent(
            sku=each.sku,
            name=data.products[each.sku].name if each.sku in data.products else each.sku,
            quantity=each.quantity,
        )
        for each in bundle.components
    )
