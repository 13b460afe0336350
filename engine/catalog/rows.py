"""Rows of an upload become price lists, products, entries, list items and settings.

Every function takes the cells of one row and gives the thing it describes, or raises
`BadCell`. Where a thing is known already, a cell that is not there leaves it as it was.
"""

from dataclasses import replace
from decimal import Decimal
from typing import Any, Final
from zoneinfo import available_timezones

from engine.catalog import proposal_settings
from engine.catalog.capabilities import CAPABILITIES
from engine.catalog.cells import BadCell, Cells
from engine.catalog.extra_data import from_xml
from engine.catalog.listing import ListItem
from engine.catalog.price_list import PriceList, PriceListEntry
from engine.catalog.product import ExtraDatum, ExtraKind, Product
from engine.catalog.product_parts import components, taxes, units
from engine.catalog.settings import (
    MOVABLE_STEPS,
    CustomPrice,
    DayCount,
    Preference,
    PricingPolicy,
    PromotionStacking,
    RoundingLevel,
    RoundingMode,
    TaxBasis,
    TaxLevel,
    TenantSettings,
    TierBounds,
)
from engine.kernel.currency import Currency, currency

_EXTRA_FIELDS: Final = ("extra_1", "extra_2", "extra_3", "extra_4", "extra_5")
_IMAGES: Final = ("image_1", "image_2")

PRICE_LIST: Final = frozenset(
    (
        *("key", "name", "currency", "description", "valid_from", "valid_to", "switched_on"),
        "tax_included",
    )
)
PRODUCT: Final = frozenset(
    (
        "sku", "code", "name", "description", "quantity_unit", "price_unit", "item_number", "url",
        "category", "family", "type", "supplier", "supplier_code", "thumbnail", "tax_text",
        "subscription_unit", "rights", "rule", "tax_rate", "is_subscription", "is_usage",
        *_EXTRA_FIELDS, *_IMAGES,
        "default_subscription_quantity", "extra_xml", "extra_data", "extra_fields", "images",
        "taxes", "units", "components", "configurator",
    )
)  # fmt: skip
ENTRY: Final = frozenset(
    ("price_list", "sku", "list_price", "minimum_price", "cost", "in_assortment", "in_stock")
)
LIST_ITEM: Final = frozenset(("key", "display", "description", "icon"))
CAPABILITY: Final = frozenset(("key", "value"))
_CHOICES: Final = {
    "rounding_mode": RoundingMode,
    "rounding_level": RoundingLevel,
    "tax_level": TaxLevel,
    "tax_basis": TaxBasis,
    "tier_bounds": TierBounds,
    "preference": Preference,
    "stacking": PromotionStacking,
    "day_count": DayCount,
    "custom_price": CustomPrice,
}
SETTINGS: Final = frozenset(
    (
        *("time_zone", "sandbox", "capabilities", "switches", *proposal_settings.NAMES),
        *(*_CHOICES, "steps", "partner_first", "base_currency"),
    )
)
_HUNDRED: Final = Decimal(100)


def price_list(cells: Cells) -> PriceList:
    """The price list a row describes."""
    key = cells.key("key")
    return PriceList(
        key=key,
        name=cells.text("name") or key,
        currency=currency_of(cells),
        description=cells.text("description"),
        validity=cells.period(),
        switched_on=cells.flag("switched_on", default=True),
        tax_included=cells.flag("tax_included", default=False),
    )


def currency_of(cells: Cells, name: str = "currency") -> Currency:
    """The currency a row names."""
    try:
        return currency(cells.key(name))
    except ValueError as error:
        raise cells.wrong(name, str(error)) from None


def list_item(cells: Cells) -> ListItem:
    """The list item a row describes; one without display text shows its key."""
    key = cells.key("key")
    return ListItem(
        key, cells.text("display") or key, cells.text("description"), cells.text("icon")
    )


def product(cells: Cells, known: Product | None) -> tuple[Product, list[BadCell]]:
    """The product a row describes, over what is `known` of it, and what is odd about it."""
    sku = cells.key("sku")
    base = known or Product(sku=sku, code=sku, name="")
    remarks: list[BadCell] = []
    subscription = cells.amount("default_subscription_quantity")
    made = replace(
        base,
        code=cells.text("code", base.code),
        description=cells.text("description", base.description),
        quantity_unit=cells.text("quantity_unit", base.quantity_unit),
        price_unit=cells.text("price_unit", base.price_unit),
        item_number=cells.text("item_number", base.item_number),
        url=cells.text("url", base.url),
        category=cells.text("category", base.category),
        family=cells.text("family", base.family),
        type=cells.text("type", base.type),
        supplier=cells.text("supplier", base.supplier),
        supplier_code=cells.text("supplier_code", base.supplier_code),
        thumbnail=cells.text("thumbnail", base.thumbnail),
        tax_text=cells.text("tax_text", base.tax_text),
        tax_rate=_tax_rate(cells, base, remarks),
        taxes=taxes(cells) if "taxes" in cells else base.taxes,
        units=units(cells) if "units" in cells else base.units,
        components=components(cells) if "components" in cells else base.components,
        is_subscription=cells.flag("is_subscription", default=base.is_subscription),
        is_usage=cells.flag("is_usage", default=base.is_usage),
        subscription_unit=cells.text("subscription_unit", base.subscription_unit),
        default_subscription_quantity=(
            base.default_subscription_quantity if subscription is None else subscription
        ),
        configurator=cells.text("configurator", base.configurator),
        rights=cells.text("rights", base.rights),
        rule=cells.text("rule", base.rule),
        extra_data=_extra_data(cells, base, remarks),
        extra_fields=_extra_fields(cells, base),
        images=_images(cells, base),
    )
    return replace(made, name=_name(cells, made, remarks)), remarks


def entry(cells: Cells, known: PriceListEntry | None, price_list_key: str) -> PriceListEntry:
    """The price a row gives its product in the price list `price_list_key`."""
    list_price = cells.amount("list_price")
    if list_price is None:
        raise cells.wrong("list_price", "is missing")
    base = known or PriceListEntry(
        price_list=price_list_key, sku=cells.key("sku"), list_price=list_price
    )
    stock = cells.number("in_stock")
    return replace(
        base,
        list_price=list_price,
        minimum_price=(
            cells.amount("minimum_price") if "minimum_price" in cells else base.minimum_price
        ),
        cost=cells.amount("cost") if "cost" in cells else base.cost,
        in_assortment=cells.flag("in_assortment", default=base.in_assortment),
        in_stock=base.in_stock if stock is None else stock,
    )


def capability(cells: Cells) -> tuple[str, bool]:
    """The promise or switch a row names, and whether it is on; an empty value is off."""
    return _switch(cells, "key"), cells.flag("value", default=False)


def settings(cells: Cells, known: TenantSettings, *, sandbox: bool) -> TenantSettings:
    """The settings a row describes; only where `sandbox` holds may it ask to be one."""
    cells.only(SETTINGS)
    zone = cells.text("time_zone", known.time_zone)
    if zone not in available_timezones():
        raise cells.wrong("time_zone", f"{zone[:40]!r} is no IANA time zone")
    wish = cells.flag("sandbox", default=known.sandbox)
    if wish and not (sandbox or known.sandbox):
        raise cells.wrong("sandbox", "a tenant in use does not become a sandbox")
    promises = _switches(cells, "capabilities")
    unknown = sorted(promises.keys() - CAPABILITIES)
    if unknown:
        raise cells.wrong("capabilities", f"{unknown[0]!r} is no capability")
    return TenantSettings(
        time_zone=zone,
        pricing=_policy(cells, known.pricing),
        proposals=proposal_settings.proposal_policy(cells, known.proposals),
        sandbox=wish,
        capabilities={**known.capabilities, **promises},
        switches={**known.switches, **_switches(cells, "switches")},
    )


def _policy(cells: Cells, known: PricingPolicy) -> PricingPolicy:
    chosen: dict[str, Any] = {}
    for name, choices in _CHOICES.items():
        word = cells.text(name, getattr(known, name))
        if word not in set(choices):
            raise cells.wrong(name, f"{word[:40]!r} is none of {', '.join(choices)}")
        chosen[name] = choices(word)
    steps = cells.texts("steps") or known.steps
    if sorted(steps) != sorted(MOVABLE_STEPS):
        raise cells.wrong("steps", f"is not {', '.join(MOVABLE_STEPS)} in some order")
    base = known.base_currency
    if cells.value("base_currency") is not None:
        base = currency_of(cells, "base_currency").code
    return PricingPolicy(
        **chosen,
        steps=steps,
        partner_first=cells.flag("partner_first", default=known.partner_first),
        base_currency=base,
    )


def _switches(cells: Cells, name: str) -> dict[str, bool]:
    found = {}
    for switch in cells.members(name):
        found[_switch(switch, "key")] = switch.flag("value", default=False)
    return found


def _switch(cells: Cells, name: str) -> str:
    key = cells.key(name)
    return key.lower() if key.lower() in CAPABILITIES else key


def _name(cells: Cells, made: Product, remarks: list[BadCell]) -> str:
    name = cells.text("name", made.name)
    if name:
        return name
    name = made.code or made.sku
    remarks.append(cells.wrong("name", f"is missing; {name!r} stands in"))
    return name


def _tax_rate(cells: Cells, base: Product, remarks: list[BadCell]) -> Decimal:
    if "tax_rate" not in cells:
        return base.tax_rate
    rate = cells.number("tax_rate") or Decimal(0)
    if 0 <= rate <= _HUNDRED:
        return rate
    remarks.append(cells.wrong("tax_rate", f"{rate:f} is no percentage from 0 to 100; 0 stands in"))
    return Decimal(0)


def _extra_data(cells: Cells, base: Product, remarks: list[BadCell]) -> tuple[ExtraDatum, ...]:
    if "extra_data" in cells:
        return tuple(_extra_datum(datum) for datum in cells.nested("extra_data"))
    if "extra_xml" not in cells:
        return base.extra_data
    found, sound = from_xml(cells.text("extra_xml"))
    if not sound:
        remarks.append(cells.wrong("extra_xml", f"is no sound XML; {len(found)} fields were found"))
    return found


def _extra_datum(cells: Cells) -> ExtraDatum:
    cells.only(("name", "value", "kind"))
    kind = cells.text("kind", ExtraKind.STRING) or ExtraKind.STRING
    if kind not in set(ExtraKind):
        raise cells.wrong("kind", f"{kind[:40]!r} is none of {', '.join(ExtraKind)}")
    return ExtraDatum(cells.text("name"), cells.text("value"), ExtraKind(kind))


def _extra_fields(cells: Cells, base: Product) -> tuple[str, str, str, str, str]:
    if "extra_fields" in cells:
        texts = cells.texts("extra_fields")
        if len(texts) > len(_EXTRA_FIELDS):
            raise cells.wrong("extra_fields", f"holds more than {len(_EXTRA_FIELDS)} texts")
        one, two, three, four, five, *_ = (*texts, "", "", "", "", "")
    else:
        one, two, three, four, five = (
            cells.text(name, kept)
            for name, kept in zip(_EXTRA_FIELDS, base.extra_fields, strict=True)
        )
    return one, two, three, four, five


def _images(cells: Cells, base: Product) -> tuple[str, ...]:
    if "images" in cells:
        return tuple(image for image in cells.texts("images") if image)
    if not any(name in cells for name in _IMAGES):
        return base.images
    return tuple(image for image in (cells.text(name) for name in _IMAGES) if image)
