"""What became of a deal as members of a sale, and the patch that writes them.

Paths are JSON pointers into the sale as it is read; a patch tests each value it takes the place
of, so that it is refused where somebody was faster.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC
from decimal import Decimal
from typing import Any

from adapters.crm.deciding import Wish, money_text
from adapters.crm.own_fields import OPTIONS, own_fields
from engine.ports.connections import Access, TableName
from engine.ports.crm import CrmDocument, DealStage
from engine.ports.outcomes import Declined

Sale = Mapping[str, Any]
STATUSES = ("Open", "Sold", "Lost", "Stalled")
_USUAL_STATUS = {DealStage.ORDERED: "Sold", DealStage.FULFILLED: "Sold"}
_MOST_DIGITS = 15
"""Digits that a sale's amount is kept with there."""
_NOT_THERE = object()


def wishes(document: CrmDocument, key: str, sale: Sale, access: Access) -> tuple[Wish, ...]:
    """Every member as it should be in the sale. Declined where that cannot be said of it."""
    found = [*_amount(document, sale, access), *_stage(document, sale, access.options)]
    return (*found, *_own(document, key, sale, access.options))


def patch(sale: Sale, writes: Iterable[Wish]) -> list[dict[str, object]]:
    """The operations that write, each value tested before any is replaced."""
    tests: list[dict[str, object]] = []
    changes: list[dict[str, object]] = []
    for path, value in ((path, value) for each in writes for path, value in each.sets.items()):
        there = _at(sale, path)
        if there is _NOT_THERE:
            changes.append({"op": "add", "path": path, "value": value})
        else:
            tests.append({"op": "test", "path": path, "value": there})
            changes.append({"op": "replace", "path": path, "value": value})
    return [*tests, *changes]


def troubles(sale: Sale, options: Mapping[str, str]) -> Iterator[str]:
    """What of the options will not work with sales like this one."""
    _, held = _fields(sale)
    for option in OPTIONS.values():
        name = options.get(option)
        if name and name not in held:
            yield f"{option}: sales have no user-defined field {name}"
    for stage in DealStage:
        status = options.get(f"status_{stage.value}")
        if status and status not in STATUSES:
            yield f"status_{stage.value}: {status} is none of {', '.join(STATUSES)}"
        listed = options.get(f"stage_{stage.value}")
        if listed and _id(listed) is None:
            yield f"stage_{stage.value}: {listed} is not the number of a stage"


def _amount(document: CrmDocument, sale: Sale, access: Access) -> Iterator[Wish]:
    """The amount with its currency: neither means anything alone."""
    if document.amount is None or access.options.get("amount") == "no":
        return
    if len(document.amount.as_tuple().digits) > _MOST_DIGITS:
        raise Declined("SuperOffice cannot keep the amount", {"amount": "it has too many digits"})
    amount, held = sale.get("Amount"), sale.get("Currency")
    if isinstance(amount, bool) or not isinstance(amount, int | Decimal | None):
        raise Declined("the sale's amount is no number", {"amount": str(amount)[:100]})
    named = held if isinstance(held, dict) else {}
    theirs = access.tables.theirs(TableName.CURRENCY, document.currency)
    sets: dict[str, object] = {}
    if theirs.casefold() in {str(named.get("Id")), str(named.get("Value")).casefold()}:
        there = document.currency
    else:
        there = str(named.get("Value") or "")
        sets[_nested(sale, "Currency")] = _nest(sale, "Currency", _currency(theirs, there))
    if amount is None or amount != document.amount:
        sets["/Amount"] = document.amount
    yield Wish(
        member="amount",
        wanted=money_text(document.amount, document.currency),
        there=money_text(None if amount is None else Decimal(amount), there),
        sets=sets,
    )


def _currency(theirs: str, there: str) -> int:
    number = _id(theirs)
    if number is None:
        why = f"the sale is in {there or 'no currency'}, and nobody has listed the number of ours"
        raise Declined("the sale is in another currency", {"currency": why})
    return number


def _stage(document: CrmDocument, sale: Sale, options: Mapping[str, str]) -> Iterator[Wish]:
    stage = document.stage
    status = options.get(f"status_{stage.value}", _USUAL_STATUS.get(stage, ""))
    if status:
        there = str(sale.get("Status") or "")
        yield Wish(member="status", wanted=status, there=there, sets={"/Status": status})
    listed = options.get(f"stage_{stage.value}", "")
    number = _id(listed)
    if listed and number is None:
        raise Declined("the stage is no number of a stage", {"stage": listed})
    if number is not None:
        rating = sale.get("Rating")
        there = str(rating.get("Id") or "") if isinstance(rating, dict) else ""
        sets = {_nested(sale, "Rating"): _nest(sale, "Rating", number)}
        yield Wish(member="stage", wanted=str(number), there=there, sets=sets)


def _own(document: CrmDocument, key: str, sale: Sale, options: Mapping[str, str]) -> Iterator[Wish]:
    """What nobody but us writes, in user-defined fields."""
    holder, held = _fields(sale)
    at = document.at.astimezone(UTC).isoformat(timespec="seconds")
    for each in own_fields(document, key, at, options):
        yield Wish(
            member=each.member,
            wanted=each.value,
            there=str(held.get(each.field) or ""),
            sets={f"/{holder}/{_escaped(each.field)}": each.value},
            rule=each.rule,
        )


def _fields(sale: Sale) -> tuple[str, Mapping[str, Any]]:
    """Where a sale has its user-defined fields: newer versions have them in `CustomFields`."""
    for holder in ("CustomFields", "UserDefinedFields"):
        held = sale.get(holder)
        if isinstance(held, dict):
            return holder, held
    return "UserDefinedFields", {}


def _nested(sale: Sale, member: str) -> str:
    return f"/{member}/Id" if isinstance(sale.get(member), dict) else f"/{member}"


def _nest(sale: Sale, member: str, number: int) -> object:
    return number if isinstance(sale.get(member), dict) else {"Id": number}


def _at(sale: Sale, path: str) -> object:
    """What stands at a path."""
    found: object = sale
    for part in path.removeprefix("/").split("/"):
        name = part.replace("~1", "/").replace("~0", "~")
        if not isinstance(found, dict) or name not in found:
            return _NOT_THERE
        found = found[name]
    return found


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _id(text: str) -> int | None:
    """A number that lists and sales are known by."""
    fits = text.isascii() and text.isdecimal() and len(text) <= len("2147483647")
    return int(text) if fits and int(text) else None


def sale_id(opportunity: str) -> int:
    """The number of the sale that is meant."""
    found = _id(opportunity)
    if found is None:
        raise Declined("sales have numbers", {"opportunity": f"{opportunity[:100]} is none"})
    return found
