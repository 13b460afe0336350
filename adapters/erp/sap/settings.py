"""How a tenant's SAP is set up: the options and credentials of its connection."""

from dataclasses import dataclass

from adapters.erp.odata.orders import not_set
from engine.ports.connections import Access, TableName
from engine.ports.outcomes import Declined

NEEDED = ("sales_organization", "distribution_channel", "division")
_STAMPS = frozenset({"LastChangeDateTime", "LastChangeDate"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The options of a connection; docs/adapters.md says what they are for."""

    sales_order_type: str
    sales_organization: str
    distribution_channel: str
    division: str
    condition_type: str
    payment_term: str
    text_id: str
    item_text_id: str
    text_language: str
    key_member: str
    rejection_reason: str
    client: str
    partner_service: str
    product_service: str
    delivery_service: str
    changed_member: str
    token_url: str
    keeps_totals: bool

    @classmethod
    def of(cls, access: Access) -> "Settings":
        options = access.options
        return cls(
            sales_order_type=options.get("sales_order_type", "OR"),
            sales_organization=options.get("sales_organization", ""),
            distribution_channel=options.get("distribution_channel", ""),
            division=options.get("division", ""),
            condition_type=options.get("condition_type", "PPR0"),
            payment_term=_term(access),
            text_id=options.get("text_id", ""),
            item_text_id=options.get("item_text_id", ""),
            text_language=options.get("text_language", "EN"),
            key_member=options.get("key_member", ""),
            rejection_reason=options.get("rejection_reason", ""),
            client=options.get("client", ""),
            partner_service=options.get("partner_service", "API_BUSINESS_PARTNER"),
            product_service=options.get("product_service", "API_PRODUCT_SRV"),
            delivery_service=options.get("delivery_service", "API_OUTBOUND_DELIVERY_SRV;v=0002"),
            changed_member=options.get("changed_member", "LastChangeDateTime"),
            token_url=options.get("token_url", ""),
            keeps_totals=options.get("totals", "yes") != "no",
        )


def troubles(access: Access) -> dict[str, str]:
    """What is not set, or not to a value that there is."""
    found = not_set(access.options, NEEDED, "options")
    names = ("client_id", "client_secret") if uses_tokens(access) else ("user", "password")
    found |= not_set(access.credentials, names, "credentials")
    if access.options.get("changed_member", "LastChangeDateTime") not in _STAMPS:
        found["options/changed_member"] = f"is none of {', '.join(sorted(_STAMPS))}"
    return found


def check(access: Access) -> None:
    """Declined where the connection is not set up."""
    if found := troubles(access):
        raise Declined("the connection is not set up", found)


def uses_tokens(access: Access) -> bool:
    """Whether it is entered with tokens, not with a name and a password."""
    return bool(access.options.get("token_url"))


def _term(access: Access) -> str:
    term = access.options.get("payment_term", "")
    return access.tables.theirs(TableName.PAYMENT_TERM, term) if term else ""
