"""Members of a deal that nobody but us writes: in fields that were made for them there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from adapters.crm.deciding import Rule
from engine.ports.crm import CrmDocument

OPTIONS = {
    "order": "order_field",
    "order_id": "order_id_field",
    "order_state": "state_field",
    "at": "when_field",
    "quote": "quote_field",
    "key": "key_field",
}
"""The members by the options that name their fields; a member without a field is not written."""


@dataclass(frozen=True, slots=True)
class OwnField:
    """A member, the field that it is written to, and what is written."""

    member: str
    field: str
    value: str
    rule: Rule


def own_fields(
    document: CrmDocument, key: str, at: str, options: Mapping[str, str]
) -> Iterator[OwnField]:
    """What is written, with the instant as the system takes it."""
    values = {
        "order": document.order_number,
        "order_id": document.order_id,
        "order_state": document.order_state,
        "at": at,
        "quote": document.quote_number,
        "key": key,
    }
    for member, option in OPTIONS.items():
        field, value = options.get(option, ""), values[member]
        if field and value:
            rule = Rule.CLAIM if member == "order" else Rule.OURS
            yield OwnField(member, field, value, rule)
