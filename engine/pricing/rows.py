"""Rows of an upload become accounts, addresses, aliases, agreements and ladders.

Every function takes the cells of one row and gives the thing it describes, or raises
`BadCell`.
"""

from decimal import Decimal
from typing import Final

from engine.catalog.cells import Cells
from engine.catalog.rows import currency_of
from engine.customers.account import Account, Address, AddressKind, Alias
from engine.pricing.agreement import (
    Aggregation,
    Agreement,
    AgreementTerm,
    Ladder,
    LadderKind,
    TermKind,
    Tier,
)
from engine.pricing.rule_rows import choice, version

_ZERO: Final = Decimal(0)
_ONE: Final = Decimal(1)
_LINES: Final = ("line_1", "line_2", "line_3")
ACCOUNT: Final = frozenset(("id", "name", "parent", "group", "region", "crm_contact_id"))
ADDRESS: Final = frozenset(
    (
        "crm_contact_id", "kind", *_LINES, "lines", "city", "zip_code", "zip_code_german",
        "country_code", "country",
    )
)  # fmt: skip
ALIAS: Final = frozenset(("crm_contact_id", "word", "sku"))
AGREEMENT: Final = frozenset(
    (
        *("id", "account", "group", "region", "name", "version", "valid_from", "valid_to"),
        *("terms", "stacks"),
    )
)
LADDER: Final = frozenset(
    (
        *("id", "name", "sku", "price_list", "version", "valid_from", "valid_to", "tiers"),
        *("kind", "counts", "package_size", "free_units", "least", "most", "ends_at"),
    )
)


def account(cells: Cells) -> Account:
    """The account a row describes."""
    key = cells.key("id")
    return Account(
        id=key,
        name=cells.text("name") or key,
        parent=cells.optional("parent"),
        group=cells.optional("group"),
        region=cells.optional("region"),
        crm_contact_id=cells.whole("crm_contact_id"),
    )


def address(cells: Cells) -> Address:
    """The address a row describes; the kind in any letter case, the zip from either column."""
    kind = cells.key("kind").lower()
    if kind not in set(AddressKind):
        raise cells.wrong("kind", f"{kind[:40]!r} is none of {', '.join(AddressKind)}")
    return Address(
        crm_contact_id=_contact(cells),
        kind=AddressKind(kind),
        lines=_lines(cells),
        city=cells.text("city"),
        zip_code=cells.text("zip_code") or cells.text("zip_code_german"),
        country_code=cells.text("country_code"),
        country=cells.text("country"),
    )


def alias(cells: Cells) -> Alias:
    """The alias a row describes."""
    return Alias(_contact(cells), cells.key("word"), cells.key("sku"))


def agreement(cells: Cells) -> Agreement:
    """The agreement a row describes, with its terms in their order."""
    key = cells.key("id")
    owners = {name: cells.optional(name) for name in ("account", "group", "region")}
    if len([owner for owner in owners.values() if owner is not None]) != 1:
        raise cells.wrong("account", "one of account, group and region must be given")
    return Agreement(
        id=key,
        **owners,
        name=cells.text("name") or key,
        terms=tuple(_term(term) for term in _some(cells, "terms")),
        version=version(cells),
        validity=cells.period(),
        stacks=cells.flag("stacks", default=False),
    )


def ladder(cells: Cells) -> Ladder:
    """The volume ladder a row describes; its tiers rise."""
    key = cells.key("id")
    kind = choice(cells, "kind", LadderKind, LadderKind.VOLUME)
    price_list = cells.optional("price_list")
    tiers = _tiers(cells, kind)
    if price_list is None and any(tier.price is not None or tier.flat for tier in tiers):
        raise cells.wrong("price_list", "is missing: prices of tiers are in its currency")
    return Ladder(
        id=key,
        name=cells.text("name") or key,
        sku=cells.key("sku"),
        tiers=tiers,
        price_list=price_list,
        version=version(cells),
        validity=cells.period(),
        kind=kind,
        counts=choice(cells, "counts", Aggregation, Aggregation.LINE),
        package_size=cells.amount("package_size") or _ONE,
        free_units=cells.amount("free_units") or _ZERO,
        least=cells.amount("least"),
        most=cells.amount("most"),
        ends_at=cells.amount("ends_at"),
    )


def _contact(cells: Cells) -> int:
    contact = cells.whole("crm_contact_id")
    if contact is None:
        raise cells.wrong("crm_contact_id", "is missing")
    return contact


def _lines(cells: Cells) -> tuple[str, str, str]:
    if "lines" in cells:
        lines = cells.texts("lines")
        if len(lines) > len(_LINES):
            raise cells.wrong("lines", f"holds more than {len(_LINES)} lines")
        one, two, three, *_ = (*lines, "", "", "")
        return one, two, three
    one, two, three = (cells.text(name) for name in _LINES)
    return one, two, three


def _some(cells: Cells, name: str) -> tuple[Cells, ...]:
    nested = cells.nested(name)
    if not nested:
        raise cells.wrong(name, "is missing")
    return nested


def _term(cells: Cells) -> AgreementTerm:
    cells.only(("kind", "value", "sku", "category", "currency", "tiers", "ladder"))
    kind = choice(cells, "kind", TermKind, None)
    ladder_kind = choice(cells, "ladder", LadderKind, LadderKind.VOLUME)
    tiers = _tiers(cells, ladder_kind) if kind is TermKind.TIERS else ()
    priced = kind is TermKind.FIXED_PRICE or any(
        tier.price is not None or tier.flat for tier in tiers
    )
    return AgreementTerm(
        kind=kind,
        value=_value(cells, kind),
        sku=cells.optional("sku"),
        category=cells.optional("category"),
        currency=currency_of(cells) if priced or cells.value("currency") is not None else None,
        tiers=tiers,
        ladder=ladder_kind,
    )


def _value(cells: Cells, kind: TermKind) -> Decimal:
    if kind is TermKind.TIERS:
        return _ZERO
    value = cells.amount("value") if kind is TermKind.FIXED_PRICE else cells.percentage("value")
    if value is None:
        raise cells.wrong("value", "is missing")
    return value


_FROM_ZERO = frozenset({LadderKind.GRADUATED, LadderKind.CUMULATIVE})
_PRICED = frozenset({*_FROM_ZERO, LadderKind.BLOCK})
_FLAT = frozenset({LadderKind.STAIRSTEP, LadderKind.PACKAGE, LadderKind.BLOCK})


def _tiers(cells: Cells, kind: LadderKind) -> tuple[Tier, ...]:
    """Tiers that rise; where not every unit has the tier's price, prices are given."""
    tiers = tuple(_tier(tier) for tier in _some(cells, "tiers"))
    starts = [tier.starts_at for tier in tiers]
    if starts != sorted(set(starts)):
        raise cells.wrong("tiers", "do not rise")
    if kind in _PRICED and any(tier.price is None for tier in tiers):
        raise cells.wrong("tiers", f"of a {kind} ladder have a price each")
    if kind in _FROM_ZERO and starts[0] != 0:
        raise cells.wrong("tiers", f"of a {kind} ladder begin at 0")
    if kind in _FLAT and any(tier.flat is None for tier in tiers):
        raise cells.wrong("tiers", f"of a {kind} ladder have a flat price each")
    return tiers


def _tier(cells: Cells) -> Tier:
    cells.only(("starts_at", "percent", "price", "flat"))
    starts_at = cells.amount("starts_at")
    if starts_at is None:
        raise cells.wrong("starts_at", "is missing")
    price, flat = cells.amount("price"), cells.amount("flat")
    if price is not None or (flat is not None and cells.value("percent") is None):
        return Tier(starts_at, price=price, flat=flat)
    return Tier(starts_at, cells.percentage("percent"), flat=flat)
