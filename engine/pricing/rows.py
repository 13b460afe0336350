"""Rows of an upload become accounts, addresses, aliases, agreements and ladders.

Every function takes the cells of one row and gives the thing it describes, or raises
`BadCell`.
"""

from typing import Final

from engine.catalog.cells import Cells
from engine.catalog.rows import currency_of
from engine.customers.account import Account, Address, AddressKind, Alias
from engine.pricing.agreement import Agreement, AgreementTerm, Ladder, TermKind, Tier

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
    ("id", "account", "name", "version", "valid_from", "valid_to", "terms")
)
LADDER: Final = frozenset(
    ("id", "name", "sku", "price_list", "version", "valid_from", "valid_to", "tiers")
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
    return Agreement(
        id=key,
        account=cells.key("account"),
        name=cells.text("name") or key,
        terms=tuple(_term(term) for term in _some(cells, "terms")),
        version=_version(cells),
        validity=cells.period(),
    )


def ladder(cells: Cells) -> Ladder:
    """The volume ladder a row describes; its tiers rise."""
    key = cells.key("id")
    tiers = tuple(_tier(tier) for tier in _some(cells, "tiers"))
    starts = [tier.starts_at for tier in tiers]
    if starts != sorted(set(starts)):
        raise cells.wrong("tiers", "do not rise")
    return Ladder(
        id=key,
        name=cells.text("name") or key,
        sku=cells.key("sku"),
        tiers=tiers,
        price_list=cells.optional("price_list"),
        version=_version(cells),
        validity=cells.period(),
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


def _version(cells: Cells) -> int:
    version = cells.whole("version")
    return 1 if version is None else version


def _some(cells: Cells, name: str) -> tuple[Cells, ...]:
    nested = cells.nested(name)
    if not nested:
        raise cells.wrong(name, "is missing")
    return nested


def _term(cells: Cells) -> AgreementTerm:
    cells.only(("kind", "value", "sku", "category", "currency"))
    kind = cells.key("kind")
    if kind not in set(TermKind):
        raise cells.wrong("kind", f"{kind[:40]!r} is none of {', '.join(TermKind)}")
    fixed = kind == TermKind.FIXED_PRICE
    value = cells.amount("value") if fixed else cells.percentage("value")
    if value is None:
        raise cells.wrong("value", "is missing")
    return AgreementTerm(
        kind=TermKind(kind),
        value=value,
        sku=cells.optional("sku"),
        category=cells.optional("category"),
        currency=currency_of(cells) if fixed or cells.value("currency") is not None else None,
    )


def _tier(cells: Cells) -> Tier:
    cells.only(("starts_at", "percent"))
    starts_at = cells.amount("starts_at")
    if starts_at is None:
        raise cells.wrong("starts_at", "is missing")
    return Tier(starts_at, cells.percentage("percent"))
