"""What the adapters of this family do alike: what is missing, which of several, what changed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from adapters.erp.odata.amounts import fits
from adapters.erp.odata.members import Entity
from engine.ports.connections import Miss
from engine.ports.erp import ErpLoss, OrderDocument
from engine.ports.outcomes import Declined

PAGE = 50
LONGEST_NUMBER = 35
"""What systems keep of the number that somebody else gave an order."""
_CHUNK = 15
_MOST_PAGES = 40


def missing(misses: Sequence[Miss]) -> Declined:
    """The outcome of an order that names what the system does not have."""
    fields = {each.where: f"{each.table.value} {each.theirs!r} is not there" for each in misses}
    return Declined("it does not have everything that the order names", fields)


def impossible(document: OrderDocument, quantity_digits: int) -> tuple[ErpLoss, ...]:
    """Why an order cannot be handed over at all to a system that keeps so many digits."""
    found = []
    if len(document.order_number) > LONGEST_NUMBER:
        told = f"{LONGEST_NUMBER} characters of it are kept, and it is found by all of them"
        found.append(ErpLoss(path="order_number", message=told))
    for place, line in enumerate(document.lines):
        if not fits(line.quantity, quantity_digits):
            told = f"{quantity_digits} digits of a quantity are kept"
            path = f"lines/{place}/quantity"
            found.append(ErpLoss(path=path, message=told, amount=line.net))
    return tuple(found)


def inexpressible(losses: Iterable[ErpLoss]) -> Declined:
    """The outcome of an order that cannot be handed over as it is."""
    return Declined(
        "the order cannot be expressed there", {each.path: each.message for each in losses}
    )


def not_set(values: Mapping[str, str], names: Iterable[str], where: str) -> dict[str, str]:
    """The settings among `names` that are not there, by where they belong."""
    return {f"{where}/{name}": "is not set" for name in names if not values.get(name)}


def chunks(values: Iterable[str]) -> list[list[str]]:
    """Each value once, in parts that one filter can hold."""
    each = list(dict.fromkeys(values))
    return [each[start : start + _CHUNK] for start in range(0, len(each), _CHUNK)]


def changed(
    ask: Callable[[int], Sequence[Entity]],
    stamp: Callable[[Entity], datetime | None],
    mark: datetime | None,
) -> tuple[list[Entity], datetime | None, bool]:
    """Entities that changed at `mark` or later, the mark to go on from, whether there is more.

    `ask` gives those after the first so many, oldest change first. A page whose entities all
    changed at the mark is gone past, so that the mark moves.
    """
    found: list[Entity] = []
    for _ in range(_MOST_PAGES):
        rows = ask(len(found))
        found += rows
        last = max((each for each in (mark, *map(stamp, rows)) if each), default=None)
        if len(rows) < PAGE or last != mark:
            return found, last, len(rows) == PAGE
    raise Declined(f"more than {_MOST_PAGES * PAGE} orders changed there in one moment")


def in_our_words(error: Declined, names: Mapping[str, str], path: str = "") -> Declined:
    """A refusal that points into the order; `names` are what the service calls its members."""
    found = {_joined(path, names.get(each, each)): said for each, said in error.fields.items()}
    if not found and path:
        found = {path: error.reason}
    return Declined(error.reason, found)


def _joined(path: str, name: str) -> str:
    return f"{path}/{name}" if path else name
