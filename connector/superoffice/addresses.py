"""Invoice and delivery address of the company on a quote."""

from connector.superoffice import mapping, session
from connector.superoffice.carriers import Carrier
from engine.customers.account import AddressKind


def get_addresses(body: Carrier) -> list[Carrier | None] | None:
    """The invoice address, then the delivery address, null for a missing one.

    Null on its own when there is neither; an empty list where addresses are not promised.
    """
    data = session.snapshot()
    if not data.can(session.ADDRESSES):
        return []
    contact = session.part(body, "Context", "CRMCompany").get("ContactId") or 0
    kinds = {each.kind: each for each in data.addresses.get(contact, ())}
    if not kinds:
        return None
    wanted = (AddressKind.INVOICE, AddressKind.DELIVERY)
    return [mapping.address(kinds.get(kind)) for kind in wanted]
