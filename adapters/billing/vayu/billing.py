"""Vayu as a billing system: a document becomes one contract."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from adapters.billing.vayu.client import Client
from adapters.billing.vayu.losses import CURRENCIES, losses_of
from adapters.billing.vayu.mapping import (
    Looked,
    body_of,
    customer_of,
    name_of,
    reference_of,
    skus_of,
)
from adapters.billing.vayu.setup import Setup
from adapters.billing.vayu.worth import worth
from adapters.http import Guard
from adapters.rest import USUAL
from engine.ports.billing import (
    BillingCapabilities,
    BillingDocument,
    BillingPlan,
    BillingReceipt,
    BillingState,
    Loss,
)
from engine.ports.connections import Access, Checked, Miss, Steps, TableName
from engine.ports.outcomes import Declined, Uncertain

_EXPIRED = "Expired"
_OVER = frozenset({_EXPIRED, "Terminated", "Error"})
_NOBODY = "0" * 24
"""Stands for a customer who is still to be made, where a contract is only shown."""


class VayuBilling:
    """The Vayu account that one connection leads to."""

    def __init__(self, access: Access, guard: Guard = USUAL) -> None:
        self._access = access
        self._setup = Setup.of(access)
        self._client = Client(access, guard)

    def capabilities(self) -> BillingCapabilities:
        return BillingCapabilities(
            proof="vendor's SDK models",
            currencies=CURRENCIES,
            negative_amounts=False,
        )

    def losses(self, document: BillingDocument) -> tuple[Loss, ...]:
        """What it cannot express; with an amount it is not sent as it is."""
        shows = self._setup.is_on("show_discounts")
        return tuple(losses_of(document, shows_discounts=shows))

    def check(self) -> Checked:
        """Let ourselves in, and look at the catalogue."""
        first = next(iter(self._client.products()), None)
        troubles = () if first is not None else ("the catalogue there is empty",)
        return Checked(identity=f"Vayu at {self._access.url}", troubles=troubles)

    def plan(self, document: BillingDocument) -> BillingPlan:
        """What would be sent; a customer who is not there yet is made by the push."""
        customer = self._customer(document)
        products = self._products(document)
        misses = list(_misses(document, self._access, products))
        if customer is None and not self._may_create(document):
            misses.insert(0, self._no_customer(document))
        payload: dict[str, object] = {}
        if document.charges:
            looked = Looked(customer=customer or _NOBODY, products=products)
            payload = body_of(document, looked, self._setup)
        if customer is None:
            payload["customerId"] = "(is made by the push)"
        return BillingPlan(misses=tuple(misses), losses=self.losses(document), payload=payload)

    def find(self, document: BillingDocument, key: str) -> BillingReceipt | None:  # noqa: ARG002 (it keeps no key of ours)
        customer = self._customer(document)
        return None if customer is None else self._found(document, customer)

    def create(self, document: BillingDocument, key: str, steps: Steps) -> BillingReceipt:  # noqa: ARG002 (as above)
        """Make the contract, and before it the customer where there is none.

        Declined before anything is sent where money would be lost.
        """
        lost = {
            each.path: each.message for each in self.losses(document) if each.amount is not None
        }
        if lost:
            raise Declined("; ".join(lost.values()), lost)
        products = self._products(document)
        missing = list(_misses(document, self._access, products))
        if missing:
            raise Declined("products are missing there", _named(missing))
        customer = self._customer(document) or self._made(document)
        steps.keep(customer=customer)
        found = self._found(document, customer)
        if found is not None:
            return found
        body = body_of(document, Looked(customer=customer, products=products), self._setup)
        made = self._client.create_contract(body)
        if made.get("customerId") != customer or made.get("name") != body["name"]:
            raise Uncertain("it answered another contract")
        receipt = _receipt(document, [made], worth(body))
        steps.keep(contract=receipt.external_ids["document"])
        return receipt

    def read(self, document: BillingDocument, names: Mapping[str, str]) -> BillingState:
        reference = names.get("document", "")
        contract = self._client.contract(reference) if reference else None
        if contract is None or contract.get("id") != reference:
            raise Declined(f"there is no contract {reference}")
        state = str(contract.get("status") or "")
        key = str(contract.get("externalId") or contract.get("name") or "")
        ended_itself = state == _EXPIRED and document.ends_at is not None
        return BillingState(
            reference=reference,
            key=reference_of(document) if _is_of(contract, document) else key,
            state=state,
            is_alive=state not in _OVER or ended_itself,
            quote_id=self._quote_id(contract),
            currency=str(contract.get("currency") or ""),
            total=_total(document, worth(contract)),
        )

    def _quote_id(self, contract: Mapping[str, object]) -> str:
        """Our id of the quote, where it was told in a custom field and is told back."""
        ours = {each.name for each in self._setup.fields if each.fact == "quote_id"}
        fields = contract.get("customFields")
        for each in fields if isinstance(fields, list) else []:
            if isinstance(each, Mapping) and each.get("vayuCustomFieldName") in ours:
                return str(each.get("value") or "")
        return ""

    def _found(self, document: BillingDocument, customer: str) -> BillingReceipt | None:
        """The contract of a document; the oldest that is alive where there are several."""
        mine = [each for each in self._client.contracts(customer) if _is_of(each, document)]
        mine.sort(key=lambda each: (str(each.get("createdAt")), str(each.get("id"))))
        alive = [each for each in mine if each.get("status") not in _OVER]
        chosen = alive or mine
        return _receipt(document, chosen, None) if chosen else None

    def _customer(self, document: BillingDocument) -> str | None:
        name = self._theirs(document)
        return self._client.customer(name) if name else None

    def _theirs(self, document: BillingDocument) -> str:
        return self._access.tables.theirs(TableName.CUSTOMER, document.account or "")

    def _may_create(self, document: BillingDocument) -> bool:
        return bool(document.account) and self._setup.is_on("creates_customers", usual=True)

    def _made(self, document: BillingDocument) -> str:
        """A new customer; the one that somebody else has made meanwhile."""
        if not self._may_create(document):
            raise Declined("the customer is not there", _named([self._no_customer(document)]))
        name = self._theirs(document)
        body = customer_of(document, name, self._setup.text("due_days"))
        made = self._client.create_customer(body) or self._client.customer(name)
        if made is None:
            raise Declined(f"it has the customer {name}, and does not find it", {"account": name})
        return made

    def _no_customer(self, document: BillingDocument) -> Miss:
        ours = document.account or ""
        return Miss(TableName.CUSTOMER, ours, self._theirs(document), "account")

    def _products(self, document: BillingDocument) -> Mapping[str, str]:
        """The ids of products of the catalogue, by our sku; the first one of a name."""
        names = {sku: self._access.tables.theirs(TableName.SKU, sku) for sku in skus_of(document)}
        wanted, found = set(names.values()), dict[str, str]()
        for each in self._client.products():
            name, id = each.get("externalId"), each.get("id")
            if name in wanted and isinstance(id, str):
                found.setdefault(str(name), id)
            if len(found) == len(wanted):
                break
        return {sku: found[name] for sku, name in names.items() if name in found}


def _misses(
    document: BillingDocument, access: Access, products: Mapping[str, str]
) -> Sequence[Miss]:
    """What usage is counted for and the catalogue does not have; all else is told by its name."""
    return [
        Miss(
            TableName.SKU,
            each.sku,
            access.tables.theirs(TableName.SKU, each.sku),
            f"charges/{place}/sku",
        )
        for place, each in enumerate(document.charges)
        if each.type == "usage" and each.sku not in products
    ]


def _named(misses: Sequence[Miss]) -> dict[str, str]:
    return {each.where: f"{each.table.value} {each.theirs} is not there" for each in misses}


def _is_of(contract: Mapping[str, object], document: BillingDocument) -> bool:
    """By our number; by what people read and the purchase order where that is not told back."""
    external_id = contract.get("externalId")
    if external_id:
        return external_id == reference_of(document)
    ordered = contract.get("purchaseOrder") or ""
    return contract.get("name") == name_of(document) and ordered == document.purchase_order


def _receipt(
    document: BillingDocument, contracts: Sequence[Mapping[str, object]], sent: Decimal | None
) -> BillingReceipt:
    id = contracts[0].get("id")
    if not isinstance(id, str) or not id:
        raise Uncertain("its contract has no id")
    notes = []
    if len(contracts) > 1:
        notes.append(f"there are {len(contracts)} contracts of {reference_of(document)}")
    there = worth(contracts[0])
    if sent is not None and there is not None and there != sent:
        notes.append(f"it comes to {there:f} there and was sent as {sent:f}")
    return BillingReceipt(
        external_ids={"document": id, **_places(document, id)},
        total=_total(document, there),
        notes=tuple(notes),
    )


def _total(document: BillingDocument, there: Decimal | None) -> Decimal | None:
    """What a contract comes to, out of what it comes to beside usage."""
    return None if there is None else there + document.expected_usage


def _places(document: BillingDocument, id: str) -> dict[str, str]:
    """Where each charge stands in the contract, by our id."""
    alone = [each for each in document.charges if not each.group]
    found = {each.id: f"{id}/products/{place}" for place, each in enumerate(alone)}
    for number, group in enumerate(document.groups):
        mine = [each for each in document.charges if each.group == group.id]
        for place, each in enumerate(mine):
            found[each.id] = f"{id}/productGroups/{number}/products/{place}"
    return found
