"""What became of a deal as fields of an opportunity."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from adapters.crm.deciding import Wish, instant_of, money_text
from adapters.crm.own_fields import OPTIONS, own_fields
from engine.ports.connections import Access, TableName
from engine.ports.crm import CrmDocument, DealStage
from engine.ports.outcomes import Declined

Record = Mapping[str, Any]
_USUAL_STAGE = {DealStage.ORDERED: "Closed Won", DealStage.FULFILLED: "Closed Won"}
_MOST_DIGITS = 18
_LONGEST_NAME = 120


def wishes(document: CrmDocument, key: str, record: Record, access: Access) -> tuple[Wish, ...]:
    """Every member as it should be in the opportunity; `record` is empty where there is none."""
    options = access.options
    found = [*_amount(document, record, access)]
    stage = options.get(f"stage_{document.stage.value}", _USUAL_STAGE.get(document.stage, ""))
    if stage:
        there = str(record.get("StageName") or "")
        found.append(Wish(member="stage", wanted=stage, there=there, sets={"StageName": stage}))
    return (*found, *_own(document, key, record, options))


def fields_of(writes: Iterable[Wish]) -> dict[str, object]:
    """What is sent."""
    return {name: value for each in writes for name, value in each.sets.items()}


def required(document: CrmDocument, sent: Mapping[str, object]) -> dict[str, object]:
    """What a new opportunity must have beside what is sent; Declined where that is not known."""
    if "StageName" not in sent:
        option = f"stage_{document.stage.value}"
        raise Declined("a new opportunity needs a stage", {"stage": f"{option} names none"})
    name = document.title or document.quote_number or document.opportunity
    day = document.at.astimezone(UTC).date()
    return {"Name": name[:_LONGEST_NAME], "CloseDate": day.isoformat()}


def troubles(described: Mapping[str, Mapping[str, Any]], options: Mapping[str, str]) -> list[str]:
    """What of the options will not work, by what an opportunity's fields are said to be."""
    found = []
    named = {option: options.get(option, "") for option in OPTIONS.values()}
    for option, name in {**named, "currency_field": options.get("currency_field", "")}.items():
        if name and name not in described:
            found.append(f"{option}: opportunities have no field {name}")
        elif name and described[name].get("updateable") is False:
            found.append(f"{option}: we may not write {name}")
    external = options.get("external_id_field", "")
    if external and described.get(external, {}).get("externalId") is not True:
        found.append(f"external_id_field: {external} is no external id of opportunities")
    if not options.get("currency_field") and not options.get("currency"):
        found.append("currency: neither currency nor currency_field says what amounts are in")
    return found


def _amount(document: CrmDocument, record: Record, access: Access) -> Iterator[Wish]:
    """The amount with its currency: neither means anything alone."""
    options, amount = access.options, document.amount
    if amount is None or options.get("amount") == "no":
        return
    if len(amount.as_tuple().digits) > _MOST_DIGITS:
        raise Declined("Salesforce cannot keep the amount", {"amount": "it has too many digits"})
    found = record.get("Amount")
    if isinstance(found, bool) or not isinstance(found, int | Decimal | None):
        raise Declined("the opportunity's amount is no number", {"amount": str(found)[:100]})
    theirs = access.tables.theirs(TableName.CURRENCY, document.currency)
    field, only = options.get("currency_field", ""), options.get("currency", "")
    there = str(record.get(field) or "") if field else only
    sets: dict[str, object] = {}
    if field and there != theirs:
        sets[field] = theirs
    elif there != theirs:
        why = f"opportunities are in {there}" if there else "nobody has said what they are in"
        raise Declined("the opportunity is in another currency", {"currency": why})
    if found is None or found != amount:
        sets["Amount"] = amount
    yield Wish(
        member="amount",
        wanted=money_text(amount, theirs),
        there=money_text(None if found is None else Decimal(found), there),
        sets=sets,
    )


def _own(
    document: CrmDocument, key: str, record: Record, options: Mapping[str, str]
) -> Iterator[Wish]:
    """What nobody but us writes, in fields of its own."""
    for each in own_fields(document, key, _instant(document.at), options):
        there = str(record.get(each.field) or "")
        if each.member == "at" and (stands := instant_of(there)) is not None:
            there = _instant(stands)
        yield Wish(
            member=each.member,
            wanted=each.value,
            there=there,
            sets={each.field: each.value},
            rule=each.rule,
        )


def _instant(at: datetime) -> str:
    """As Salesforce takes an instant, to the second."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"
