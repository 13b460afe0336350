"""What a configured product is built with: shown in its line's extra fields, and judged there."""

from datetime import date
from decimal import Decimal

from connector.superoffice import session
from connector.superoffice.carriers import Carrier
from connector.superoffice.explanation import as_xml
from engine.kernel.finding import Finding, Severity
from engine.pricing.line import Ask
from engine.pricing.offer import Offer
from engine.pricing.option import ChosenOption
from engine.pricing.snapshot import Snapshot
from engine.services.configuring import configured


def show(data: Snapshot, carrier: Carrier, offer: Offer, on: date) -> None:
    """Put the product's usual build into the extra fields of a new line."""
    options = _usual(data, offer, on)
    if not options or not data.can(session.EXTRA_DATA):
        return
    fields = [*carrier["ExtraInfo"], *(_field(each.variable, each.value) for each in options)]
    carrier["ExtraInfo"], carrier["RawExtraInfo"] = fields, as_xml(fields)


def findings(data: Snapshot, carrier: Carrier, on: date) -> list[Finding]:
    """What is wrong with the build that stands in a line's extra fields."""
    offer = data.offer(session.text(carrier, "ERPProductKey"))
    options = () if offer is None else _usual(data, offer, on)
    if offer is None or not options:
        return []
    known = {each.variable for each in options}
    fields = (each for each in carrier.get("ExtraInfo") or () if each)
    chosen = {
        str(each.get("Name")): str(each.get("Value"))
        for each in fields
        if each.get("Name") in known
    }
    _, wrong = _built(data, offer, on, tuple(sorted(chosen.items())))
    return [Finding(Severity.ERROR, each.code, each.params) for each in wrong]


def _usual(data: Snapshot, offer: Offer, on: date) -> tuple[ChosenOption, ...]:
    return _built(data, offer, on, ())[0] if offer.product.configurator else ()


def _built(
    data: Snapshot, offer: Offer, on: date, chosen: tuple[tuple[str, str], ...]
) -> tuple[tuple[ChosenOption, ...], list[Finding]]:
    ask = Ask(sku=offer.product.sku, quantity=Decimal(1), configuration=chosen)
    return configured(data, on, offer.price_list.currency.code, ask)


def _field(name: str, value: str) -> Carrier:
    return {"Name": name, "Value": value, "Type": "String"}
